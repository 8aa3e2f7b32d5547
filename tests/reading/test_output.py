"""What is written out: table, jsonl, csv, xlsx, and the command."""

import argparse
import csv
import io
import json
import sys
from decimal import Decimal

import fastexcel
import pytest

from huying.reading import cli, read, write
from huying.reading.output import fit, plain, width

TEXT = (
    "2022年青溪县政府工作报告\n各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。\n"
    "一、2021年工作回顾\n全县地区生产总值达到156.85亿元，增长7.2%。\n"
    "二、2022年工作安排\n全年新增城镇就业5000人以上，建成青溪大桥。\n"
)


@pytest.fixture
def report():
    return read(TEXT, "青溪.txt")


def written(report, what, format):
    stream = io.BytesIO() if format in ("csv", "xlsx") else io.StringIO()
    write([report], what, format, stream)
    return stream.getvalue()


def test_jsonl_rows_hold_exact_numbers_and_iso_dates(report):
    rows = [json.loads(line, parse_float=Decimal) for line in written(report, "figures", "jsonl").splitlines()]
    assert [row["value"] for row in rows] == [15685000000, Decimal("7.2"), 5000]
    assert rows[-1]["deadline"] == "2022-12-31" and rows[0]["deadline"] is None
    assert all(TEXT[row["start"] : row["end"]] == row["quote"] for row in rows)


def test_jsonl_of_several_kinds_says_which(report):
    kinds = {json.loads(line)["what"] for line in written(report, ["figures", "commitments"], "jsonl").splitlines()}
    assert kinds == {"figures", "commitments"}


def test_csv_opens_in_a_spreadsheet_as_utf8(report):
    data = written(report, "figures", "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert (
        rows[0]["subject"] == "地区生产总值" and rows[0]["value"] == "15685000000" and rows[0]["report"] == "青溪.txt"
    )


def test_an_empty_cell_of_csv_is_empty(report):
    rows = list(csv.DictReader(io.StringIO(written(report, "commitments", "csv").decode("utf-8-sig"))))
    assert rows[-1]["value"] == rows[-1]["lead"] == ""


def test_csv_holds_one_kind_only(report):
    with pytest.raises(ValueError):
        written(report, ["figures", "commitments"], "csv")


def test_xlsx_has_a_sheet_a_kind_with_numbers_as_numbers(report):
    book = fastexcel.read_excel(written(report, ["figures", "commitments"], "xlsx"))
    assert book.sheet_names == ["数字", "承诺"]
    assert book.load_sheet("数字").to_polars()["value"].to_list() == [15685000000, 7.2, 5000]


def test_words_never_become_formulas():
    text = TEXT.replace("建成青溪大桥", "建成=SUM大桥")
    assert "=SUM" in written(read(text), "commitments", "csv").decode("utf-8-sig")
    line = next(
        row for row in written(read(text), "commitments", "csv").decode("utf-8-sig").splitlines() if "SUM" in row
    )
    assert ",=SUM" not in line


def test_the_table_lines_up_for_wide_characters(report):
    lines = written(report, "figures", "table").splitlines()
    head = next(n for n, line in enumerate(lines) if line.startswith("节"))
    at = width(lines[head][: lines[head].index("种类")])
    for line in lines[head + 1 : head + 4]:
        kind = next(word for word in ("outcome", "target") if word in line)
        assert width(line[: line.index(kind)]) == at


@pytest.mark.parametrize(("text", "room"), [("地区生产总值", 7), ("abc", 5), ("", 3), ("数字abc数字", 8)])
def test_a_cell_takes_exactly_its_room(text, room):
    assert width(fit(text, room)) == room == width(fit(text, room, right=True))


def test_numbers_are_never_written_with_an_exponent():
    assert plain(Decimal("5E+10")) == "50000000000" and plain(Decimal("0.50")) == "0.50"


def test_an_unknown_format_is_refused(report):
    with pytest.raises(ValueError):
        written(report, "figures", "yaml")


def command(*words, into=None):
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return cli.run(parser.parse_args([str(word) for word in words]), into=into)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "青溪.txt"
    path.write_text(TEXT, encoding="gbk")
    return path


def test_the_command_prints_outline_figures_and_commitments(file, capsys):
    assert command(file) == 0
    out = capsys.readouterr().out
    assert "提纲" in out and "地区生产总值" in out and "建成青溪大桥" in out


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(file, tmp_path, capsys):
    bad = tmp_path / "坏.doc"
    bad.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    assert command(bad, tmp_path / "没有.txt", file, "--figures", "--format", "jsonl") == 2
    seen = capsys.readouterr()
    assert len(seen.out.splitlines()) == 3
    assert "坏.doc" in seen.err and "没有.txt" in seen.err and "Traceback" not in seen.err


def test_csv_of_everything_is_told_how_to_ask(file, capsys):
    assert command(file, "--format", "csv") == 2
    assert "--figures" in capsys.readouterr().err


def test_the_command_writes_a_file(file, tmp_path):
    out = tmp_path / "out.xlsx"
    assert command(file, "--format", "xlsx", "-o", out) == 0
    assert fastexcel.read_excel(out).sheet_names == ["提纲", "数字", "承诺"]


def test_into_a_district_hands_the_reports_on(file):
    seen = []
    assert command(file, "--into", "qingxi", into=lambda reports, district: seen.append((district, len(reports)))) == 0
    assert seen == [("qingxi", 1)]


def test_into_without_a_board_is_told(file, capsys):
    assert command(file, "--into", "qingxi") == 2
    assert "--into" in capsys.readouterr().err


def test_standard_input_is_read(file, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert command("-", "--figures", "--format", "jsonl") == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
