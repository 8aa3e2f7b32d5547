"""What is written out: table, jsonl, csv, xlsx, and the command."""

import argparse
import csv
import io
import json
import sys
import zipfile
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
    assert book.sheet_names == ["数字", "承诺", "报告"]
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


def test_xlsx_has_a_fixed_head_and_rows_that_lead_to_the_rows_they_name():
    text = TEXT + "新建学校12所，其中小学8所。确保建成青溪大桥，新增床位300张。\n"
    with zipfile.ZipFile(io.BytesIO(written(read(text, "青溪.txt"), ["figures", "commitments"], "xlsx"))) as book:
        figures, promises = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert 'state="frozen"' in figures and "<autoFilter" in figures
    assert "location=\"'数字'!A" in promises


def test_the_reports_of_a_workbook_have_a_sheet_with_what_was_done_to_them():
    report = read(TEXT.replace("156.85", "156\u200b.85"), "青溪.txt")
    sheet = fastexcel.read_excel(written(report, "figures", "xlsx")).load_sheet("报告").to_polars()
    assert sheet["figures"].to_list() == [3] and "看不见" in sheet["remarks"].to_list()[0]


def test_rows_say_their_place_in_the_list_that_others_refer_to():
    report = read(TEXT + "新建学校12所，其中小学8所。\n", "青溪.txt")
    found = [json.loads(line) for line in written(report, "figures", "jsonl").splitlines()]
    assert [row["row"] for row in found] == list(range(len(found)))
    assert all(row["parent"] is None or found[row["parent"]]["row"] == row["parent"] for row in found)


def test_the_table_speaks_english_too(report):
    stream = io.StringIO()
    write([report], ["figures"], "table", stream, "en")
    said = stream.getvalue()
    assert "Figures (3)" in said and "subject" in said and "主语" not in said


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
    assert fastexcel.read_excel(out).sheet_names == ["提纲", "数字", "承诺", "报告"]


def test_the_ending_of_the_file_says_the_format(file, tmp_path):
    assert command(file, "-o", tmp_path / "out.html") == 0
    assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert command(file, "--figures", "-o", tmp_path / "out.csv") == 0
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_file_that_cannot_be_written_is_told(file, tmp_path, capsys):
    assert command(file, "-o", tmp_path / "没有" / "out.html") == 2
    assert "写不了" in capsys.readouterr().err


def test_nothing_is_written_when_nothing_could_be_read(tmp_path, capsys):
    (tmp_path / "空.txt").write_bytes(b"")
    assert command(tmp_path / "空.txt", "-o", tmp_path / "out.html") == 2
    assert not (tmp_path / "out.html").exists()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_folder_is_read_in_order_by_one_process_or_more(tmp_path, capsys, jobs):
    (tmp_path / "里").mkdir()
    for number in range(6):
        (tmp_path / ("里" if number % 2 else ".") / f"{number}.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "~$锁.docx").write_bytes(b"x")
    (tmp_path / "图.png").write_bytes(b"x")
    assert command(tmp_path, "--figures", "--format", "jsonl", "--jobs", jobs) == 0
    names = [json.loads(line)["report"] for line in capsys.readouterr().out.splitlines()]
    assert names[::3] == ["0.txt", "2.txt", "4.txt", "1.txt", "3.txt", "5.txt"]


def test_an_empty_folder_is_told(tmp_path, capsys):
    assert command(tmp_path, "--language", "en") == 2
    assert "no file in this folder" in capsys.readouterr().err


def test_refusals_are_told_in_english_when_asked(tmp_path, capsys):
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    assert command(tmp_path / "a.doc", "--language", "en") == 2
    assert capsys.readouterr().err.startswith("a.doc: An old Office file")


def test_an_error_of_the_reader_in_one_file_is_told_and_the_others_are_read(file, tmp_path, capsys, monkeypatch):
    broken = tmp_path / "坏.txt"
    broken.write_text(TEXT, encoding="utf-8")

    def failing(path):
        if path == broken:
            raise KeyError("x")
        return read(path)

    monkeypatch.setattr(cli, "read", failing)
    assert command(broken, file, "--figures", "--format", "jsonl") == 2
    seen = capsys.readouterr()
    assert len(seen.out.splitlines()) == 3 and "KeyError" in seen.err and "维护者" in seen.err


def test_a_terminal_sees_how_far_it_is(file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert command(file, file, "--figures", "--format", "jsonl") == 0
    assert "2/2 青溪.txt" in capsys.readouterr().err


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
