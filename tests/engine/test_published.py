"""Published figures beside what their indicators give: equal, or why not; calibration records made by recipe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying import cli, installation
from huying.declare import recipes
from huying.engine import calibrating, database, packs, published
from huying.engine.in_force import put_in_force
from huying.engine.packs import District
from huying.engine.published import Given
from huying.options import ROOT
from huying.trouble import Trouble
from tests.engine.small import actor_of, small_folder
from tests.engine.test_indicators import put
from tests.web.walking import person, text_of

PAGE = ROOT / "docs" / "figures.md"
CANTEEN = "meals.canteen"


def meals(into: Path) -> Path:
    """The pack of docs/figures.md."""
    for name, text in re.findall(r"```(?:yaml|csv) file=(\S+)\n(.*?)```", PAGE.read_text("utf-8"), re.S):
        (into / "meals" / name).parent.mkdir(parents=True, exist_ok=True)
        (into / "meals" / name).write_text(text, encoding="utf-8")
    return into / "meals"


@pytest.fixture(scope="module")
def served(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a small district that runs the pack of docs/figures.md and what it needs."""
    into = tmp_path_factory.mktemp("figures")
    meals(into / "packs")
    for path in (ROOT / "packs").iterdir():
        (into / "packs" / path.name).symlink_to(path)
    folder = small_folder(into)
    text = (folder / "district.yaml").read_text("utf-8")
    assert " tianhe_report," in text
    (folder / "district.yaml").write_text(text.replace(" tianhe_report,", " meals,"), "utf-8")
    patch = pytest.MonkeyPatch()
    options = replace(installation.current_options(), packs=into / "packs")
    patch.setattr(installation, "current_options", lambda: options)
    yield folder
    patch.undo()


@pytest.fixture(scope="module")
def calibrated(served: Path) -> District:
    return calibrating.make(served)


@pytest.fixture
def town(tianhe: District, tmp_path: Path) -> District:
    """The small demonstration district with the pack in force: three canteens of 2020, and nothing of 2019."""
    put_in_force(tianhe.id, [meals(tmp_path)])
    found = packs.current(tianhe.id)
    for kind in ("street", "street", "village"):
        put(found, CANTEEN, state="kept", name="饭堂", kind=kind, begun_on=date(2020, 3, 1), meals=Decimal(100))
    return found


def acts(district: District) -> int:
    with database.owning() as query:
        return query.value("select count(*) from event where district = %s", [district.id])


def by_id(answers: list[published.Answer]) -> dict[str, published.Answer]:
    return {one.id: one for one in answers}


def test_in_a_calibration_district_every_figure_is_equal(calibrated: District) -> None:
    answers = published.answers(calibrated)
    assert [(one.id, one.status) for one in answers] == [(f"M{n}", "equal") for n in (1, 2, 3, 4)]
    assert [one.value for one in answers] == [87, 30, Decimal("1.2"), 100]
    assert {one.kind for one in answers} == {"computed"}


def test_a_calibration_district_says_what_it_is_and_is_made_once(served: Path, calibrated: District) -> None:
    assert calibrated.demonstration and calibrating.is_calibration(calibrated)
    assert calibrated.config["demonstration"]["words"] == "校准数据 | Calibration data"
    before = acts(calibrated)
    assert calibrating.make(served).id == calibrated.id
    assert acts(calibrated) == before == 100


def test_made_up_records_differ_and_the_answer_says_that_they_are_made_up(town: District) -> None:
    found = by_id(published.answers(town))
    assert (found["M1"].status, found["M1"].value) == ("differs", 0) and "2020-01-01" in found["M1"].says
    assert (found["M4"].status, found["M4"].value) == ("differs", 3)
    assert "演示" in found["M4"].says and "-97" in found["M4"].says and "3 条" in found["M4"].says
    assert found["M3"].status == "missing" and "2020-01-01" in found["M3"].says


def test_numbers_given_from_outside_are_compared_in_their_own_unit_and_unknown_ids_are_told(
    calibrated: District,
) -> None:
    given = {
        "M3": Given(Decimal(11950), "人次"),
        "M1": Given(Decimal(88), "个"),
        "M2": Given(Decimal(30), "公顷"),
        "M9": Given(Decimal(1), "个"),
    }
    found = published.answers(calibrated, against=given)
    assert [(one.id, one.status) for one in found] == [
        ("M3", "equal"), ("M1", "differs"), ("M2", "other_unit"), ("M9", "undeclared"),
    ]  # fmt: skip


def test_the_number_published_is_never_what_is_counted(calibrated: District) -> None:
    """Another number in the table gives the same value, and a difference."""
    declared = calibrated.rules.published
    other = replace(declared[0], value=Decimal(999))
    changed = replace(calibrated, rules=replace(calibrated.rules, published=(other, *declared[1:])))
    found = by_id(published.answers(changed))
    assert (found["M1"].value, found["M1"].status) == (87, "differs")
    assert "演示" not in found["M1"].says


def test_all_figures_are_counted_in_one_round_trip(calibrated: District, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, ask = [], database.asked
    monkeypatch.setattr(database, "asked", lambda reach, some: asked.append(len(some)) or ask(reach, some))
    published.answers(calibrated)
    assert asked == [4]


@pytest.mark.parametrize(
    ("value", "comparator", "number", "same"),
    [("6.1814", "eq", "6.2", True), ("6.1814", "eq", "6.18", True), ("6.1814", "eq", "6.1", False), ("97", "gt", "97", False),
     ("97.3", "gt", "97", True), ("40000", "ge", "40000", True), ("79.96", "le", "80", True), ("80", "lt", "80", False),
     ("0.05", "eq", "0.1", True), ("-0.3", "eq", "-0.3", True), ("1.449", "approx", "1.4", True), ("-1.7", "fell", "1.7", True), ("1.7", "fell", "1.7", False)],
)  # fmt: skip
def test_a_number_agrees_as_exactly_as_it_was_published(value: str, comparator: str, number: str, same: bool) -> None:
    assert published.holds(Fraction(value), comparator, Decimal(number)) is same


def test_all_and_none_are_exact() -> None:
    assert not published.holds(Fraction("99.7"), "eq", Decimal(100), percent=True)
    assert published.holds(Fraction(100), "eq", Decimal(100), percent=True)
    assert published.holds(Fraction("99.7"), "eq", Decimal(100))


@given(st.integers(-(10**9), 10**9), st.integers(1, 400), st.integers(0, 3))
def test_parts_add_up_to_their_total_and_are_as_even_as_may_be(total: int, number: int, places: int) -> None:
    whole = Decimal(total).scaleb(-places)
    parts = recipes.parted(whole, number, places)
    assert len(parts) == number and sum(parts) == whole
    assert max(parts) - min(parts) <= Decimal(1).scaleb(-places)


def test_the_page_shows_both_numbers_and_why_they_differ(town: District, monkeypatch: pytest.MonkeyPatch) -> None:
    client = person(town, "ducha")
    page = client.get("/figures")
    words = text_of(page)
    assert page.status_code == 200 and "长者饭堂数" in words and "87 个" in words and "演示" in words
    assert 'href="/indicators/meals.canteens?' in page.content.decode()
    assert "没有$" not in words and "meals." not in words
    only = text_of(client.get("/figures?status=missing"))
    assert "M3" in only and "M1" not in only
    assert client.get("/figures?status=nonsense&document=nothing").status_code == 200
    assert "/figures" in client.get("/indicators").content.decode()
    english = text_of(person(town, "ducha", "en").get("/figures"))
    assert "Published figures" in english and "made up" in english


def test_the_command_prints_what_the_page_shows(town: District, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["figures", "--district", town.name, "--document", "区工作报告（示例）", "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [(one["id"], one["status"], one["value"]) for one in printed] == [
        (one.id, one.status, None if one.value is None else f"{one.value:f}")
        for one in published.answers(town, document="区工作报告（示例）")
    ]
    given = tmp_path / "given.csv"
    given.write_text("id,value,unit\nM4,3,个\nM7,1,个\n", "utf-8")
    assert cli.main(["figures", "--district", town.name, "--against", str(given), "--lang", "en"]) == 0
    assert "1 equal" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", ["id,value\nM1,3\n", "id,value,unit\nM1,x,个\n", "id,value,unit\nM1,1,个\nM1,2,个\n"]
)
def test_a_file_that_cannot_be_compared_with_is_refused_with_its_lines(
    town: District, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(content, "utf-8")
    from huying.commands.figures import _against

    with pytest.raises(Trouble):
        _against(path)


def test_a_real_district_gets_no_calibration_beside_it(served: Path, tmp_path: Path, database: str) -> None:
    from huying.engine import districts

    folder = small_folder(tmp_path)
    districts.load(folder, lambda *_: None)
    with pytest.raises(Trouble, match="真实数据"):
        calibrating.make(folder)


def test_whoever_may_not_see_the_records_is_told_so_and_sees_the_rest(town: District) -> None:
    rules = town.rules
    closed = replace(rules.ledgers[CANTEEN], see=("dispatcher",))
    hidden = replace(rules.indicators["meals.canteens"], published=False)
    changed = replace(
        town,
        rules=replace(
            rules,
            ledgers={**rules.ledgers, CANTEEN: closed},
            indicators={**rules.indicators, "meals.canteens": hidden},
        ),
    )
    found = by_id(published.answers(changed, actor=actor_of(town, "ducha")))
    assert found["M1"].status == "unanswered" and found["M1"].value is None
    assert found["M3"].status == "missing"
