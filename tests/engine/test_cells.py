"""Figures by cells: the same as counting every record, whatever was entered, changed, removed, moved or erased, and when."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from huying import installation
from huying.commands import cells, doctor
from huying.engine import cell_folds, cell_keeping, cell_reading, database, erasure, packs, people, places
from huying.engine import questions as asking
from huying.engine.acts import Act
from huying.engine.database import Reach
from huying.engine.flows import take_step
from huying.engine.in_force import put_in_force
from huying.engine.indicators import Asked, Measured, measure, measure_many, records_behind
from tests.engine.followed import follow
from tests.engine.small import STREETS, actor_of, load_small
from tests.engine.things import THING, things

COMMON = "title: 数 | Number\nquestion: 多少？ | How many?\nof: thing\nsource: 测试\n"
INDICATORS = {
    "counted": "count: true\nperiod: month of built_on\nsplit: [street, community, kind, open]\n",
    "dear": "sum: {of: price, among: floors >= 2}\nperiod: year of built_on\nsplit: [street, kind]\n",
    "tall": "average: {of: height}\nperiod: quarter of opened_on\nplaces: 2\nsplit: [street]\n",
    "flat": "share: {of: height < least, among: true, unknown: left out}\nunit: percent\nstandards: {least: {2016-01-01: 5, 2020-07-01: 8}}\n"
    "period: month of built_on\nsplit: [kind, state]\n",
    "storey": "ratio: {of: height, over: floors}\nperiod: year of built_on\nplaces: 3\nsplit: [unit, street]\n",
    "daily": "count: true\nperiod: day of built_on\nsplit: [street]\n",
    "ever": "count: true\nperiod: all\nsplit: [street, kind]\n",
    "aged": "share: {of: 'days_between(built_on, today) > 30', among: true, unknown: no}\nunit: percent\nperiod: year of built_on\nsplit: [street]\n",
}
ASKED = (
    ("", (2020, 1, 1), (2021, 1, 1)),
    ("month", (2020, 1, 1), (2020, 12, 21)),
    ("year", (2019, 1, 1), (2022, 1, 1)),
    ("quarter", (2020, 2, 10), (2020, 11, 17)),
    ("week", (2020, 1, 1), (2020, 3, 1)),
    ("school_year", (2019, 9, 1), (2021, 9, 1)),
    ("all", (2020, 1, 15), (2020, 12, 21)),
)
KEPT = set(INDICATORS) - {"aged"}


def declared(into: Path) -> Path:
    """The pack of things, kept by the desk, with the indicators above."""
    folder = things(into)
    ledger = folder / "ledgers" / "thing.yaml"
    ledger.write_text(ledger.read_text("utf-8").replace("kept_by: [street_clerk]", "kept_by: [dispatcher]"), "utf-8")
    (folder / "indicators").mkdir()
    for name, text in INDICATORS.items():
        (folder / "indicators" / f"{name}.yaml").write_text(
            f"indicator: {name}\n{COMMON}{text}" + ("" if "unit:" in text else "unit: 个 | things\n"), "utf-8"
        )
    return folder


@pytest.fixture(scope="module")
def furnished(database: str, tmp_path_factory: pytest.TempPathFactory) -> packs.District:
    """A small district with the indicators above; the tests of this module leave their records in it."""
    into = tmp_path_factory.mktemp("cells")
    district = load_small(into)
    put_in_force(district.id, [declared(into)])
    return packs.current(district.id)


def keep(town: packs.District) -> None:
    """Until all that happened is in the cells, and every fold is made."""
    follow(town, cell_keeping.NAME, look=cell_keeping.follow)


@contextmanager
def counted() -> Iterator[None]:
    """Every record counted, no cell read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cell_reading, "_folds", lambda question, reach: ())
        yield


def told(measured: Measured) -> list[Any]:
    """The figures, digit by digit."""
    return [(one, str(one.num), str(one.den)) for one in measured.figures]


def questions(town: packs.District) -> list[Asked]:
    found = []
    for name in INDICATORS:
        splits = town.rules.indicators[f"things.{name}"].split
        ways = [(), *((one,) for one in splits), *zip(splits, splits[1:], strict=False)]
        for by, start, end in ASKED if name != "ever" else [("all", *ASKED[0][1:])]:
            for split in ways:
                found.append(Asked(f"things.{name}", date(*start), date(*end), split, None, by or None))
        if "kind" in splits:
            found += [
                Asked(f"things.{name}", date(2020, 1, 1), date(2021, 1, 1), split, None, "all", only)
                for split in ((), splits[:1])
                for only in (
                    {"kind": "big"},
                    {"kind": ""},
                    *({"street": STREETS[0]} for _ in [0] if "street" in splits),
                )
            ]
    return found


def same(town: packs.District, asked: list[Asked], actor: people.Actor | None = None, **more: Any) -> None:
    """Cells and records give the same figures."""
    by_cells = measure_many(town, asked, actor=actor, **more)
    with counted():
        by_records = measure_many(town, asked, actor=actor, **more)
    for one, left, right in zip(asked, by_cells, by_records, strict=True):
        assert told(left) == told(right), one


def enter(town: packs.District, unit: int, **values: Any) -> UUID:
    answers = {"unit": unit, "name": "物"} | {name: value for name, value in values.items() if value is not None}
    return take_step(town, Act(THING, "add", actor_of(town, "diaodu"), answers)).record


def units(town: packs.District) -> list[int]:
    tree = places.tree(town.id, town.today())
    return [tree.by_code[code].id for code in STREETS] + [u.id for u in tree.units.values() if u.kind == "community"][
        :3
    ]


def erase(town: packs.District, record: UUID) -> None:
    erasure.erase(town, THING, record, by="x", why="试", at=town.now())


values = st.fixed_dictionaries(
    {
        "built_on": st.none() | st.dates(date(2019, 12, 20), date(2021, 2, 10)),  # late, and in the future
        "kind": st.sampled_from([None, "big", "small"]),
        "open": st.sampled_from([None, True, False]),
        "height": st.none() | st.decimals(-3, 12, places=2),
        "floors": st.none() | st.integers(0, 4),
        "price": st.none() | st.integers(0, 900),
    }
)
steps = st.one_of(
    st.tuples(st.just("enter"), st.integers(0, 5), values),
    st.tuples(st.just("enter"), st.integers(0, 5), values),
    st.tuples(st.just("amend"), st.integers(0, 9), values),
    st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 5)),
    st.tuples(st.sampled_from(["remove", "erase"]), st.integers(0, 9), st.none()),
    st.tuples(st.just("follow"), st.none(), st.none()),
    st.tuples(st.just("make anew"), st.none(), st.none()),
)


def do(town: packs.District, made: list[UUID], what: str, which: int | None, given: Any) -> None:
    if what == "enter":
        made.append(enter(town, units(town)[which], **given))
    elif what == "follow":
        cell_keeping.follow(town)
    elif what == "make anew":
        cell_keeping.build(town, cell_folds.every(town)["things.counted", town.tables[THING].number])
    elif made:
        record = made[which % len(made)]
        if what in ("amend", "move"):
            given = {"unit": units(town)[given]} if what == "move" else given
            take_step(town, Act(THING, "amend", actor_of(town, "diaodu"), given, record))
            return
        made.remove(record)
        if what == "erase":
            erase(town, record)
        else:
            take_step(town, Act(THING, "remove", actor_of(town, "diaodu"), {}, record))


@settings(max_examples=12, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=14), st.randoms(use_true_random=False))
def test_cells_and_records_give_the_same_figures_whatever_happened(furnished, some: list, chance: Random) -> None:
    keep(furnished)
    made: list[UUID] = []
    for one in some:
        do(furnished, made, *one)
    asked = chance.sample(questions(furnished), 30)
    same(furnished, asked)
    same(furnished, asked, actor_of(furnished, "chebei"))
    same(furnished, asked, as_of=furnished.now() - timedelta(seconds=1))
    keep(furnished)
    same(furnished, asked)
    assert not any(cell_keeping.differing(furnished, fold) for fold in cell_folds.every(furnished).values())


YEAR = {"start": date(2020, 1, 1), "end": date(2021, 1, 1), "by": "all"}
COUNTED = "things.counted"


@pytest.fixture
def bent(furnished: packs.District) -> Iterator[packs.District]:
    """Cells that hold a thousand more than there is: whoever reads them is found out."""
    for day in (date(2020, 2, 10), date(2020, 3, 1)):
        enter(furnished, units(furnished)[0], built_on=day, kind="big", height=Decimal(3), open=True)
    keep(furnished)
    with database.owning() as query:
        query.run(
            "update cell set num = num + 1000, rows = rows + 1000 where district = %s and num > 0", [furnished.id]
        )
    yield furnished
    with database.owning() as query:
        for table in ("cell", "cell_fold"):
            query.run(f"delete from {table} where district = %s", [furnished.id])


def reads_cells(town: packs.District, name: str = COUNTED, actor: people.Actor | None = None, **asked: Any) -> bool:
    found = measure(town, name, actor=actor, **{**YEAR, **asked}).figures
    return any(one.rows >= 1000 for one in found)


def test_a_declared_split_of_whole_months_is_read_from_cells(bent: packs.District) -> None:
    for split in ((), ("street",), ("community",), ("kind",), ("street", "kind"), ("open",)):
        assert reads_cells(bent, split=split), split
    assert reads_cells(bent, by="month") and reads_cells(bent, by="quarter") and reads_cells(bent, only={"kind": "big"})
    assert reads_cells(bent, actor=actor_of(bent, "diaodu")) and reads_cells(bent, "things.daily", by="week")


def test_what_cells_do_not_hold_is_counted(bent: packs.District) -> None:
    assert not reads_cells(bent, as_of=bent.now())
    assert not reads_cells(bent, split=("kind", "open"))
    assert not reads_cells(bent, by="week")
    assert not reads_cells(bent, start=date(2020, 2, 29))
    assert not reads_cells(bent, "things.aged")  # by the day of today


def test_a_stretch_that_cuts_a_month_is_read_from_cells_where_no_record_lies_beyond(bent: packs.District) -> None:
    assert reads_cells(bent, "things.tall", end=bent.today() + timedelta(days=1))
    assert not reads_cells(bent, "things.tall", end=bent.today())


def test_figures_are_of_this_moment_before_the_follower_has_looked(furnished: packs.District) -> None:
    keep(furnished)
    before = measure(furnished, COUNTED, **YEAR).figure.value
    made = [enter(furnished, units(furnished)[0], built_on=date(2020, 3, 1)) for _ in range(2)]
    assert measure(furnished, COUNTED, **YEAR).figure.value == before + 2
    erase(furnished, made[0])
    assert measure(furnished, COUNTED, **YEAR).figure.value == before + 1


def test_a_declaration_that_changed_is_counted_until_its_cells_are_made(bent: packs.District, tmp_path: Path) -> None:
    folder = declared(tmp_path)
    path = folder / "indicators" / "counted.yaml"
    path.write_text(path.read_text("utf-8").replace("count: true", "sum: {of: floors}"), "utf-8")
    assert put_in_force(bent.id, [folder])
    town = packs.current(bent.id)
    try:
        assert not reads_cells(town) and reads_cells(town, "things.daily")
        keep(town)
        same(town, [Asked(COUNTED, YEAR["start"], YEAR["end"])])
    finally:
        (tmp_path / "again").mkdir()
        put_in_force(bent.id, [declared(tmp_path / "again")])


def test_cells_that_differ_are_told_and_made_anew(bent: packs.District) -> None:
    fold = cell_folds.every(bent)[COUNTED, bent.tables[THING].number]
    assert cell_keeping.differing(bent, fold)
    cell_keeping.build(bent, fold)
    assert cell_keeping.differing(bent, fold) == 0 and not reads_cells(bent)


def test_the_command_and_the_doctor_say_what_differs_and_the_command_mends_it(bent, capsys, monkeypatch) -> None:
    monkeypatch.setattr(installation, "opened", nullcontext)
    chosen = installation.current_options()
    asked = {"district": bent.name}
    assert cells.run(Namespace(**asked, mend=False)) == 1
    said = capsys.readouterr().out
    assert f"{COUNTED}（{THING}）" in said and "huying cells --mend" in said
    [bad] = doctor._cells(chosen)
    assert bad.level == "bad" and COUNTED in bad.zh and bad.mend_en
    assert cells.run(Namespace(**asked, mend=True)) == 0
    assert cells.run(Namespace(**asked, mend=False)) == 0
    [good] = doctor._cells(chosen)
    assert good.level == "good"


def test_the_records_behind_a_figure_are_those_that_it_counts(furnished: packs.District) -> None:
    keep(furnished)
    enter(furnished, units(furnished)[0], built_on=date(2020, 3, 1), kind="small")
    figure = measure(furnished, COUNTED, **YEAR, only={"kind": "small"}).figure
    desk = actor_of(furnished, "diaodu")
    behind = records_behind(furnished, desk, COUNTED, YEAR["start"], {"kind": "small"}, end=YEAR["end"], by="all")
    assert behind.total == figure.rows == figure.value > 0


def test_a_question_is_one_statement_and_a_look_at_the_cells_few(furnished: packs.District) -> None:
    keep(furnished)
    with database.counting() as asked:
        measure_many(furnished, [Asked(COUNTED, YEAR["start"], YEAR["end"], ("kind",)) for _ in range(5)])
    assert asked.n == 5
    with database.counting() as idle:
        cell_keeping.follow(furnished)
    enter(furnished, units(furnished)[0], built_on=date(2020, 3, 1))
    with database.counting() as busy:
        keep(furnished)
    assert idle.n == 5, "role, lock, what is kept, where it stands, what is new"
    assert busy.n > idle.n


@pytest.mark.parametrize("role", ["hy_office", "hy_part", ""])
def test_who_reads_by_offices_is_not_answered_from_cells_of_areas(bent: packs.District, role: str) -> None:
    used = asking.ruled(bent, COUNTED, None, "then")
    question = asking.question(bent, Asked(COUNTED, YEAR["start"], YEAR["end"]), used, None)
    assert "hy.cell" in cell_reading.figures_sql(question, Reach(bent.id, "hy_some", (1,)))[0]
    assert "hy.cell" not in cell_reading.figures_sql(question, Reach(bent.id, role))[0]
