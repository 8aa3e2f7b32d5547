"""A district's own ledgers: put in force from a declaration, taken out as files, never lost by an old copy."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from huying import cli, installation, options
from huying.declare.problems import Problems
from huying.engine import importing, own_pack, packs, places, records, values
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.importing import running
from huying.engine.in_force import put_in_force
from huying.sheets import columns_of, find_tables, open_book, stream
from huying.sheets.as_yaml import text_of
from huying.sheets.naming import area_names
from huying.sheets.proposal import propose
from tests.engine.small import actor_of
from tests.sheets.making import rows, table
from tests.sheets.people import identity, proposed, workbook

LONGDONG = "440106018000"
KEEPER = ("--keeper", "street_clerk")


def put(district: packs.District, name: str = "di_bao_dui_xiang", prefix: str = "") -> packs.District:
    """The ledger of tests/sheets/people.py in force under a name."""
    proposal = proposed(name=name)
    proposal.prefix = prefix or name.upper()[:8]
    own_pack.put_ledger(district, name, text_of(proposal.declaration()))
    return packs.current(district.id)


def test_a_ledger_from_a_sheet_takes_records_at_once(tianhe: packs.District) -> None:
    district = put(tianhe)
    clerk, ledger = actor_of(district, "longdong"), f"{district.name}.di_bao_dui_xiang"
    answers = {"name": "陈某", "sex": "male", "id_number": identity(7), "phone": "13800138007", "unit": LONGDONG,
               "yue_bu_zhu_jin_e": "1200", "floor_area": "40", "category": "yi_lei", "na_ru_ri_qi": "2019-03-03"}  # fmt: skip
    tree = places.tree(district.id, district.today())
    clean, wrong = values.clean(district.rules, district.rules.ledgers[ledger], answers, tree, None, district.calendar.tz, lambda *_: None)  # fmt: skip
    assert not wrong
    outcome = take_step(district, Act(ledger, "add", clerk, clean))
    assert outcome.code.startswith("DI_BAO_D-")
    seen = records.get(district, clerk, ledger, outcome.record)
    assert seen.values["yue_bu_zhu_jin_e"] == 120_000 and seen.values["sex"] == "male"


def test_a_second_ledger_lies_beside_the_first_and_raises_the_version(tianhe: packs.District) -> None:
    district = put(put(tianhe), "second")
    assert {f"{district.name}.di_bao_dui_xiang", f"{district.name}.second"} <= set(district.rules.ledgers)
    assert district.rules.packs[district.name].version == 2


def test_two_ledgers_made_at_once_are_both_in_force(tianhe: packs.District) -> None:
    failed: list[Exception] = []

    def make(name: str) -> None:
        from django.db import connections

        try:
            put(tianhe, name)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    makers = [threading.Thread(target=make, args=[name]) for name in ("first", "second")]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    packs.forget()
    district = packs.current(tianhe.id)
    assert not failed and {f"{district.name}.first", f"{district.name}.second"} <= set(district.rules.ledgers)


def test_a_name_that_is_taken_is_refused_and_nothing_changes(tianhe: packs.District) -> None:
    district = put(tianhe)
    with pytest.raises(Problems) as wrong:
        put(district, prefix="OTHER")
    assert [problem.code for problem in wrong.value.problems] == ["name.twice"]
    assert packs.current(tianhe.id).digest == district.digest


def test_the_same_ledger_pressed_twice_is_in_force_once(tianhe: packs.District) -> None:
    district = put(tianhe)
    assert put(district).digest == district.digest


def test_columns_named_as_words_of_sql_are_kept(tianhe: packs.District) -> None:
    head = ["case", "limit", "order", "select", "user", "ctid", "table", "default", "xmin", "window"]
    found = table([head, *[[f"{word}{n}" for word in head] for n in range(4)]])
    proposal = proposed(found, name="words_of_sql", keeper="dispatcher", reach="district")
    own_pack.put_ledger(tianhe, proposal.name, text_of(proposal.declaration()))
    district = packs.current(tianhe.id)
    answers = {name: f"{name} 1" for name in proposal.names().values()}
    desk, ledger = actor_of(district, "diaodu"), f"{district.name}.words_of_sql"
    outcome = take_step(district, Act(ledger, "add", desk, answers))
    assert records.get(district, desk, ledger, outcome.record).values == answers


def test_an_old_copy_of_the_pack_does_not_end_a_ledger_in_force(tianhe: packs.District, tmp_path: Path) -> None:
    district = put(tianhe)
    copy = tmp_path / "copy" / district.name
    own_pack.write(district, copy)
    district = put(district, "second")
    with pytest.raises(Problems) as wrong:
        put_in_force(district.id, [copy])
    assert [problem.code for problem in wrong.value.problems] == ["pack.ledger-gone"]
    put_in_force(district.id, [copy], drop=True)
    assert f"{district.name}.second" not in packs.current(district.id).rules.ledgers


def test_the_pack_taken_out_and_put_back_changes_nothing(tianhe: packs.District, tmp_path: Path) -> None:
    district = put(tianhe)
    copy = tmp_path / "copy" / district.name
    assert own_pack.write(district, copy) == ["ledgers/di_bao_dui_xiang.yaml", "pack.yaml"]
    assert put_in_force(district.id, [copy]) == []


class TestCommand:
    """`huying ledger from` and `write`."""

    @pytest.fixture
    def place(self, tianhe_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("HUYING_DISTRICTS", str(tianhe_folder.parent))
        installation.current_options.cache_clear()
        monkeypatch.chdir(tianhe_folder.parent)
        (tianhe_folder.parent / "低保对象.xlsx").write_bytes(workbook())
        yield tianhe_folder
        installation.current_options.cache_clear()

    def test_it_says_what_it_understood_and_writes_into_the_districts_own_pack(
        self, place: Path, capsys: pytest.CaptureFixture
    ) -> None:
        assert cli.main(["ledger", "from", "低保对象.xlsx", "--keeper", "street_clerk"]) == 0
        said = capsys.readouterr().out
        assert "表头在第 3 行" in said and "id_number" in said and "加密 encrypted" in said
        pack = place / "packs" / place.name
        assert f"huying apply --district {place.name} {pack.relative_to(place.parent)}" in said
        assert cli.main(["check", str(pack)]) == 0
        assert not any(identity(n) in said for n in range(12))

    def test_it_never_overwrites_a_ledger(self, place: Path, capsys: pytest.CaptureFixture) -> None:
        cli.main(["ledger", "from", "低保对象.xlsx", *KEEPER])
        before = {path: path.read_bytes() for path in place.rglob("*.yaml")}
        assert cli.main(["ledger", "from", "低保对象.xlsx", *KEEPER]) == 2
        assert "--name" in capsys.readouterr().err
        assert {path: path.read_bytes() for path in place.rglob("*.yaml")} == before
        assert cli.main(["ledger", "from", "低保对象.xlsx", *KEEPER, "--name", "other"]) == 0

    def test_print_writes_nothing_and_gives_the_declaration_alone(
        self, place: Path, capsys: pytest.CaptureFixture
    ) -> None:
        assert cli.main(["ledger", "from", "低保对象.xlsx", "--print", "--keeper", "street_clerk"]) == 0
        assert capsys.readouterr().out == text_of({**proposed(file="低保对象.xlsx").declaration()})
        assert not (place / "packs").exists()

    def test_into_a_pack_in_both_languages_each_text_stands_in_both(self, place: Path) -> None:
        pack = place.parent / "aid"
        pack.mkdir()
        (pack / "pack.yaml").write_text("pack: aid\ntitle: 帮扶 | Aid\nversion: 1\nneeds: [base, command]\n", "utf-8")
        assert cli.main(["ledger", "from", "低保对象.xlsx", "--into", "aid", "--keeper", "street_clerk"]) == 0
        assert "纳入日期 | 纳入日期" in (pack / "ledgers" / "di_bao_dui_xiang.yaml").read_text("utf-8")

    def test_who_unmasks_is_not_guessed(self, place: Path, capsys: pytest.CaptureFixture) -> None:
        assert cli.main(["ledger", "from", "低保对象.xlsx"]) == 2
        assert "no-keeper" in capsys.readouterr().err and not (place / "packs").exists()
        (place.parent / "物资.csv").write_text("名称,数量\n甲,1\n乙,2\n", "utf-8")
        assert cli.main(["ledger", "from", "物资.csv"]) == 0

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            (["--keeper", "nobody"], "no-role"),
            (["--sheet", "没有"], "no-sheet"),
            (["--district", "x"], "district-unknown"),
        ],
    )
    def test_what_is_not_there_is_said_with_what_there_is(
        self, place: Path, capsys: pytest.CaptureFixture, more: list[str], said: str
    ) -> None:
        assert cli.main(["ledger", "from", "低保对象.xlsx", *KEEPER, *more]) == 2
        assert said in capsys.readouterr().err
        assert not (place / "packs").exists()

    def test_a_name_that_cannot_be_one_is_refused_and_nothing_is_written(self, place: Path) -> None:
        assert cli.main(["ledger", "from", "低保对象.xlsx", *KEEPER, "--name", "Ä"]) == 1
        assert not (place / "packs").exists()

    def test_a_file_that_is_no_sheet_is_refused_with_a_way_out(
        self, place: Path, capsys: pytest.CaptureFixture
    ) -> None:
        (place.parent / "a.pdf").write_bytes(b"%PDF-1.7 ...")
        assert cli.main(["ledger", "from", "a.pdf"]) == 2
        assert "sheet-unknown" in capsys.readouterr().err
        assert cli.main(["ledger", "from", "none.xls"]) == 2
        assert cli.main(["ledger", "from", "."]) == 2
        assert options.load().districts == place.parent


@pytest.mark.parametrize(
    "found",
    [
        workbook(),
        rows([["名称", "金额", "金额", "单价（万元）", "面积（㎡）", "1月", "2月", "完成日期", "说明"],
              *[[f"物资{n}", n, n * 2, "1.25", n + 0.5, n, n, f"2020年6月{n + 1}日", "甲|乙 $case" if n % 2 else "丙"] for n in range(8)]]),
        rows([["序号", "街道", "改造", None], [None, None, "个数", "金额（万元）"],
              *[[n, "龙洞街道", n, "2.5"] for n in range(1, 8)]], [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)]),
    ],
)  # fmt: skip
def test_the_rows_of_the_sheet_go_into_the_ledger_that_was_made_of_it(
    tianhe: packs.District, tmp_path: Path, found: bytes
) -> None:
    """What was proposed reads what it was proposed from: every row is new, none is rejected."""
    file = tmp_path / "表.xlsx"
    file.write_bytes(found)
    tree = places.tree(tianhe.id, tianhe.today())
    areas = area_names((u.code, u.title, "") for u in tree.units.values() if u.kind != "office")
    [made] = find_tables(open_book(file))
    proposal = propose(made, columns_of(made, areas), file=file.name, keeper="dispatcher", name="of_a_sheet")
    own_pack.put_ledger(tianhe, proposal.name, text_of(proposal.declaration()))
    district = packs.current(tianhe.id)
    opened = stream(file)
    desk, name = actor_of(district, "diaodu"), f"{district.name}.of_a_sheet"
    plan = importing.plan_for(district, desk, tree, name, opened.columns)
    assert sorted(plan.fields) == sorted(proposal.names().values())
    tally = importing.run(plan, opened, running.digest_of(file, ""), write=True)
    assert not tally.rejected and tally.counts["new"] == tally.read == len(made.body)
    assert importing.run(plan, stream(file), b"another file", write=True).counts["new"] == (
        0 if plan.keyed else tally.read
    )
