"""Exports for people and for programs hold the rows of the page, in the form that each reads."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import polars

from huying import cli, installation
from huying.engine import machine_files, packs
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.in_force import put_in_force
from huying.sheets import open_book
from tests.engine.small import actor_of
from tests.exchange.making import PLACE, place
from tests.exchange.works import WORK, works
from tests.web.walking import area, person, text_of


def fetched(client, ledger: str, kind: str, asked: str = "") -> bytes:
    answer = client.get(f"/ledgers/{ledger}/export.{kind}{asked}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def begun(town: packs.District, **answers):
    given = {"unit": area(town), "name": "排水井改造", **answers}
    return take_step(town, Act(WORK, "add", actor_of(town, "longdong"), given))


def full(town: packs.District, tmp_path) -> packs.District:
    put_in_force(town.id, [works(tmp_path)])
    town = packs.current(town.id)
    begun(town, cost=123456, length=Decimal("12.5"), wells=3, done=True, begun_on=date(2020, 6, 11),
          seen_at=datetime(2020, 6, 11, 6, 30, tzinfo=town.calendar.tz), grade="b", where=(113.39, 23.19))  # fmt: skip
    begun(town)
    return town


def test_lines_hold_keys_codes_and_exact_numbers(town, tmp_path):
    town = full(town, tmp_path)
    first, second = map(json.loads, fetched(person(town, "longdong"), WORK, "jsonl").splitlines())
    assert first["unit"] == "440106018000" and first["grade"] == "b" and first["state"] == "kept"
    assert first["cost"] == 1234.56 and first["length"] == 12.5 and first["wells"] == 3 and first["done"] is True
    assert first["begun_on"] == "2020-06-11" and first["seen_at"] == "2020-06-10T22:30:00Z"
    assert first["where"] == {"lng": 113.39, "lat": 23.19}
    assert second.keys() == first.keys() and second["cost"] is None, "every line has every name"


def test_parquet_has_the_same_columns_typed(town, tmp_path):
    town = full(town, tmp_path)
    client = person(town, "longdong")
    table = polars.read_parquet(BytesIO(fetched(client, WORK, "parquet")))
    assert table.schema["cost"] == polars.Decimal(18, 2) and table.schema["begun_on"] == polars.Date
    assert table.schema["length"] == polars.Float64 and table.schema["opened_at"] == polars.Datetime("us", "UTC")
    row = table.row(0, named=True)
    assert row["cost"] == Decimal("1234.56") and row["begun_on"] == date(2020, 6, 11) and row["unit"] == "440106018000"
    line = json.loads(fetched(client, WORK, "jsonl").splitlines()[0])
    assert list(line) == table.columns


def test_parquet_of_no_rows_has_its_columns(town):
    table = polars.read_parquet(BytesIO(fetched(person(town, "diaodu"), PLACE, "parquet", "?state=removed")))
    assert table.height == 0 and table.schema["code"] == polars.String


def test_where_polars_is_not_installed_a_sentence_says_so(town, monkeypatch):
    place(town, "公厕甲")
    monkeypatch.setattr(machine_files, "find_spec", lambda name: None)
    client = person(town, "diaodu")
    page = client.get(f"/ledgers/{PLACE}").content.decode()
    assert "export.jsonl" in page and "export.parquet" not in page
    answer = client.get(f"/ledgers/{PLACE}/export.parquet")
    assert answer.status_code == 501 and "没有装 polars" in text_of(answer)


def test_a_workbook_holds_days_and_sums_as_such(town, tmp_path):
    town = full(town, tmp_path)
    sheet = open_book(fetched(person(town, "longdong"), WORK, "xlsx")).sheets[0]
    row = dict(zip(sheet.rows[1], sheet.rows[2], strict=True))
    assert row["开工"] == date(2020, 6, 11) and row["造价"] == Decimal("1234.56")
    assert row["查看"] == datetime(2020, 6, 11, 6, 30) and row["等级"] == "乙级"


def test_numbers_beyond_a_double_lose_no_digit(town, tmp_path):
    town = full(town, tmp_path)
    begun(town, name="长数", length=Decimal("1234567890123456.789"), cost=9_007_199_254_740_993)
    client = person(town, "longdong")
    line = json.loads(fetched(client, WORK, "jsonl").splitlines()[-1])
    assert line["length"] == "1234567890123456.789" and line["cost"] == "90071992547409.93"
    row = open_book(fetched(client, WORK, "xlsx")).sheets[0].rows[-1]
    assert "1234567890123456.789" in row and "90071992547409.93" in row


def test_files_of_programs_hold_only_what_the_page_shows(town):
    place(town, "公厕甲", sign="A1")
    place(town, "灯杆乙", kind="pole", sign="A2")
    client = person(town, "diaodu")
    lines = fetched(client, PLACE, "jsonl", "?state=removed")
    assert lines == b""
    assert client.get(f"/ledgers/{PLACE}/export.jsonl").headers["Content-Disposition"].endswith('-demo.jsonl"')
    refused = person(town, "hecha").get(f"/ledgers/{PLACE}/export.jsonl")
    assert refused.status_code == 403


def test_the_command_writes_what_the_page_would(town, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(installation, "opened", lambda keep=False: nullcontext())
    place(town, "公厕甲", sign="A1")
    told = [PLACE, str(tmp_path / "places.jsonl"), "--login", f"diaodu-{town.id}"]
    assert cli.main(["export", *told]) == 0
    assert (tmp_path / "places.jsonl").read_bytes() == fetched(person(town, "diaodu"), PLACE, "jsonl")
    told[1] = str(tmp_path / "places.parquet")
    assert cli.main(["export", *told, "--as-of", "2020-12-01"]) == 0
    assert polars.read_parquet(tmp_path / "places.parquet").height < len(
        fetched(person(town, "diaodu"), PLACE, "jsonl").splitlines()
    )
    for wrong in (
        ["no.such", *told[1:]],
        [PLACE, str(tmp_path / "places.doc"), *told[2:]],
        [*told[:3], "nobody"],
        [*told[:3], f"hecha-{town.id}"],
        [PLACE, str(tmp_path / "no" / "places.csv"), *told[2:]],
    ):
        assert cli.main(["export", *wrong]) == 2 and capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.glob("*places*")) == ["places.jsonl", "places.parquet"]
