"""The same number from the database and from exported files, whatever the records hold; and what cannot be counted there is said."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from huying import installation
from huying.commands import export, measure
from huying.engine import access, database, folder_export, other_engines, packs, people
from huying.engine.in_force import put_in_force
from huying.engine.indicators import Asked, Measured, Unanswerable, measure_many
from huying.trouble import Trouble
from tests.engine.small import actor_of, load_small
from tests.engine.test_cells import COUNTED, declared, enter, units
from tests.engine.things import THING

COMMON = "question: 多少？ | How many?\ntitle: 数 | Number\nof: thing\nsource: 测试\n"
MORE = {
    "middle": "median: {of: height}\nperiod: year of built_on\nsplit: [street, kind]\nplaces: 3\n",
    "keepers": "distinct: {of: name}\nperiod: half of built_on\nsplit: [street]\n",
    "standing": "count: true\nstock: {since: built_on, until: torn_on}\nperiod: month\nsplit: [street, kind]\n",
    "odd": 'sum: {of: (height - 1.5) * floors / 8, among: \'starts(name, "a") or months_between(built_on, "2020-06-30") > 2 or '
    "length(name) > 3 or where is null and year(built_on) == 2020'}\nperiod: school_year of built_on\nsplit: [kind]\n",
    "recorded": "count: true\nstock: {recorded: true}\nperiod: month\n",
    "north": "count: true\nperiod: quarter of built_on\nsplit: [state]\n",
}
pytestmark = pytest.mark.skipif(not (find_spec("duckdb") and find_spec("polars")), reason="needs duckdb and polars")


@pytest.fixture(scope="module")
def town(database: str, tmp_path_factory: pytest.TempPathFactory) -> packs.District:
    into = tmp_path_factory.mktemp("elsewhere")
    district = load_small(into)
    folder = declared(into)
    ledger = folder / "ledgers" / "thing.yaml"
    torn = "    torn_on: {type: string, format: date, title: 拆除 | Torn down}\n"
    ledger.write_text(ledger.read_text("utf-8").replace("    seen_at:", f"{torn}    seen_at:"), "utf-8")
    for name, text in MORE.items():
        path = folder / "indicators" / f"{name}.yaml"
        path.write_text(f"indicator: {name}\n{COMMON}{text}unit: 个 | things\n", "utf-8")
    figured = "indicator: grown\ntitle: 数 | Number\nquestion: 增减？ | More?\ngrowth: {of: counted, on: year}\nplaces: 1\nsource: 测试\n"
    (folder / "indicators" / "grown.yaml").write_text(figured, "utf-8")
    put_in_force(district.id, [folder])
    return packs.current(district.id)


def exported(town: packs.District, into: Path, login: str = "diaodu") -> Path:
    into.mkdir(exist_ok=True)
    folder_export.write(town, actor_of(town, login), into, None)
    return into


def questions(town: packs.District) -> list[Asked]:
    found = []
    for name in (
        "counted",
        "dear",
        "flat",
        "storey",
        "daily",
        "ever",
        "aged",
        "tall",
        *sorted(set(MORE) - {"recorded"}),
        "grown",
    ):
        declared = town.rules.indicators[f"things.{name}"]
        ways = [(), *((split,) for split in declared.split), tuple(declared.split[:2])]
        for split in dict.fromkeys(ways):
            by = "month" if name == "daily" else declared.period[0]
            found.append(Asked(f"things.{name}", date(2020, 1, 1), date(2021, 1, 1), split, None, by))
        if "street" in declared.split and name != "grown":
            only = {"street": "440106003000"}
            found.append(Asked(f"things.{name}", date(2020, 1, 1), date(2021, 1, 1), (), None, "all", only))
    return found


def told(measured: Measured) -> list[Any]:
    return [(f.period, f.split, f.value, f.num, f.den, f.rows, f.left_out, f.status) for f in measured.figures]


def same(town: packs.District, folder: Path, engine: str, asked: list[Asked]) -> None:
    about = json.loads((folder / folder_export.ABOUT).read_text("utf-8"))
    by_records = measure_many(town, asked)
    for one, ours in zip(asked, by_records, strict=True):
        theirs = other_engines.measure(town, one, engine, folder)
        assert told(theirs) == told(ours), one
        assert theirs.moment.isoformat() == about["moment"]


values = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "abc", "ab'c", "中𠮷", "x\\y %s"]),
        "built_on": st.none() | st.dates(date(2019, 12, 20), date(2021, 2, 10)),
        "torn_on": st.none() | st.dates(date(2020, 3, 1), date(2021, 2, 10)),
        "kind": st.sampled_from([None, "big", "small"]),
        "open": st.sampled_from([None, True, False]),
        "height": st.none() | st.decimals(-3, 12, places=4) | st.just(Decimal("12345678901.5")),
        "floors": st.none() | st.integers(0, 4),
        "price": st.none() | st.integers(0, 900),
        "where": st.none() | st.just((113.36, 23.13)),
    }
)


def filled(town: packs.District, some: list[tuple[int, dict[str, Any]]]) -> None:
    """The ledger with these records alone."""
    table = town.tables[THING].name
    with database.owning() as query:
        for name in (table, f"{table}_h", f"{table}_p"):
            query.run(f"delete from {name} where district = %s", [town.id])
        for name in ("cell", "cell_fold"):
            query.run(f"delete from {name} where district = %s", [town.id])
    for place, held in some:
        enter(town, units(town)[place], **held)


@settings(max_examples=8, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), values), max_size=10))
def test_duckdb_gives_the_same_numbers_from_the_files(town: packs.District, tmp_path: Path, some: list) -> None:
    filled(town, some)
    same(town, exported(town, tmp_path / "out"), "duckdb", questions(town))


@pytest.mark.skipif(not find_spec("pyspark"), reason="needs pyspark and Java")
def test_spark_gives_the_same_numbers_from_the_files(town: packs.District, tmp_path: Path) -> None:
    filled(
        town,
        [
            (n % 5, {"built_on": date(2020, 1 + n, 3), "height": Decimal(n), "floors": n, "kind": "big"})
            for n in range(8)
        ],
    )
    asked = {one.name: one for one in questions(town)}  # the last of each: it takes Spark a second to answer
    same(town, exported(town, tmp_path / "out"), "spark", list(asked.values()))


def test_the_command_counts_the_files_and_prints_the_same(
    town: packs.District, tmp_path: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(installation, "opened", nullcontext)
    filled(town, [(0, {"built_on": date(2020, 3, 1), "kind": "big"}), (1, {"built_on": date(2020, 4, 1)})])
    folder = tmp_path / "out"
    words = ["--login", f"diaodu-{town.id}", "--parquet", str(folder)]
    assert run(export, words) == 0
    assert f"2  {THING}" in capsys.readouterr().out
    asked = ["things.counted", "--district", town.name, "--period", "2020", "--split", "kind"]
    assert run(measure, asked) == 0
    ours = capsys.readouterr().out
    assert run(measure, [*asked, "--engine", "duckdb", "--from", str(folder)]) == 0
    theirs = capsys.readouterr().out
    rows = [[line for line in said.splitlines() if line.startswith("2020")] for said in (ours, theirs)]
    assert rows[0] == rows[1] and len(rows[0]) >= 2
    about = json.loads((folder / folder_export.ABOUT).read_text("utf-8"))
    told = about["indicators"]["things.counted"]
    assert "hy_l" in told["sql"] and told["question"] and len(told["digest"]) == 64


def test_private_fields_and_what_lies_out_of_reach_are_not_in_the_files(town: packs.District, tmp_path: Path) -> None:
    import polars

    filled(town, [(0, {"keeper": "机密人", "built_on": date(2020, 3, 1)}), (1, {"built_on": date(2020, 3, 1)})])
    whole = exported(town, tmp_path / "whole")
    part = exported(town, tmp_path / "part", "chebei")
    rows = polars.read_parquet(part / f"{THING}.parquet")
    assert "keeper" not in rows.columns and rows.height == 1
    assert not any("机密人".encode() in path.read_bytes() for folder in (whole, part) for path in folder.iterdir())
    counted = other_engines.measure(
        town, Asked("things.counted", date(2020, 1, 1), date(2021, 1, 1), (), None, "all"), "duckdb", part
    )
    assert counted.figure.value == 1 and "只数导出的" in counted.notes[-1]


def test_what_the_files_cannot_tell_is_said(town: packs.District, tmp_path: Path) -> None:
    year = (date(2020, 1, 1), date(2021, 1, 1))
    with pytest.raises(Trouble, match="folder-unread") as refused:
        other_engines.measure(town, Asked(COUNTED, *year), "duckdb", tmp_path)
    assert "不是导出的文件夹" in refused.value.zh and "huying export --parquet" in refused.value.mend_en
    folder = exported(town, tmp_path / "out", "chebei")
    with pytest.raises(Unanswerable, match="counted in the database"):
        other_engines.measure(town, Asked("things.recorded", *year), "duckdb", folder)
    about = json.loads((folder / folder_export.ABOUT).read_text("utf-8"))
    (folder / folder_export.ABOUT).write_text(json.dumps({**about, "district": 1}), "utf-8")
    with pytest.raises(Trouble, match="folder-elsewhere"):
        other_engines.measure(town, Asked(COUNTED, *year), "duckdb", folder)


def test_who_may_not_export_gets_no_folder(town: packs.District, tmp_path: Path) -> None:
    with pytest.raises(access.Refused):
        folder_export.write(town, people.resident(town.id), tmp_path, None)
    assert not list(tmp_path.iterdir())


def test_an_engine_that_is_not_installed_is_named(town: packs.District, tmp_path: Path, monkeypatch) -> None:
    folder = exported(town, tmp_path / "out")
    for module, engine in (("duckdb", "duckdb"), ("pyspark.sql", "spark")):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(Trouble) as refused:
            other_engines.measure(town, Asked("things.counted", date(2020, 1, 1), date(2021, 1, 1)), engine, folder)
        assert refused.value.code == "engine-lacking" and "pip install" in refused.value.mend_en


def run(command: Any, words: list[str]) -> int:
    parser = ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words))
