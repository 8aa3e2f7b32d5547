"""Any spreadsheet opens, or a sentence says what to do."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from huying.sheets import NotASheet, find_tables, open_book
from tests.sheets.making import changed, opendocument, rows, workbook
from tests.sheets.old_workbook import compound, old_workbook

PEOPLE = "姓名,年龄,地址\n陈某,61,车陂街东圃大马路\n李某,58,龙洞街迎龙路\n"


def refusal(data: bytes, name: str = "表.xlsx") -> str:
    with pytest.raises(NotASheet) as caught:
        open_book(data, name)
    assert name in caught.value.zh and name in caught.value.en
    return caught.value.code


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_a_text_file_of_any_encoding_that_offices_use_is_read(encoding: str) -> None:
    text = PEOPLE.encode(encoding)
    assert open_book(text, "表.csv").sheets[0].rows[1] == ["陈某", "61", "车陂街东圃大马路"]


def test_traditional_characters_in_big5_are_read() -> None:
    text = "姓名,地址,電話,備註\n陳大文,中國廣州市天河區,12345678,上月登記的人\n".encode("big5")
    assert open_book(text, "表.csv").sheets[0].rows[0] == ["姓名", "地址", "電話", "備註"]


@pytest.mark.parametrize("sign", [",", "\t", ";", "|", "，", "；"])
def test_the_sign_between_columns_is_found(sign: str) -> None:
    text = PEOPLE.replace(",", sign).encode()
    assert open_book(text, "表.csv").sheets[0].width == 3


def test_a_quoted_cell_may_hold_the_sign_and_a_line_end() -> None:
    book = open_book('名称,说明\n甲,"一,二\n三"\n'.encode(), "表.csv")
    assert book.sheets[0].rows[1] == ["甲", "一,二\n三"]


def test_lines_that_end_as_on_an_old_macintosh_are_read() -> None:
    assert len(open_book(PEOPLE.replace("\n", "\r").encode(), "表.csv").sheets[0].rows) == 3


def test_the_preview_is_told_encoding_and_delimiter() -> None:
    assert open_book(PEOPLE.encode("gbk"), "表.csv").notes == ["编码 GB18030，分隔符 , | Encoding GB18030, delimiter ,"]


def test_numbers_days_and_yes_are_what_was_typed() -> None:
    book = open_book(rows([["甲", 3, 12.1, date(2020, 6, 12), True]]), "表.xlsx")
    assert book.sheets[0].rows == [["甲", 3, Decimal("12.1"), date(2020, 6, 12), True]]


def test_the_values_of_formulas_are_taken_and_none_is_run() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["数", "和"])
        sheet.write(1, 0, 2)
        sheet.write_formula(1, 1, "=A2*1000", None, 7)

    assert open_book(workbook(fill), "表.xlsx").sheets[0].rows[1] == [2, 7]


@pytest.mark.parametrize("name", ["表.xls", "表.et", "表.csv"])
def test_a_workbook_of_excel_97_or_wps_is_read_whatever_its_ending(name: str) -> None:
    book = open_book(old_workbook([["姓名", "年龄"], ["甲", 3], ["乙", 4.5]]), name)
    assert (book.kind, book.sheets[0].rows[1:]) == ("xls", [["甲", 3], ["乙", Decimal("4.5")]])


def test_an_open_document_sheet_is_read() -> None:
    book = open_book(opendocument([["姓名", "住址"], ["陈某", "车陂街"]]), "表.ods")
    assert (book.kind, book.sheets[0].rows) == ("ods", [["姓名", "住址"], ["陈某", "车陂街"]])


def test_a_sheet_that_is_hidden_comes_last_and_is_said() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["旧", "数"])
        sheet.write_row(1, 0, ["甲", 1])
        shown = book.add_worksheet("新")
        shown.write_row(0, 0, ["新", "数"])
        shown.write_row(1, 0, ["乙", 2])
        shown.activate()
        shown.set_first_sheet()
        sheet.hide()

    book = open_book(workbook(fill, "旧表"), "表.xlsx")
    assert book.notes == ["有隐藏的工作表：旧表 | Hidden sheets: 旧表"]
    assert [found.sheet.name for found in find_tables(book)] == ["新", "旧表"]


def test_a_million_empty_rows_with_colours_are_no_rows() -> None:
    coloured = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 1_000_001))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(rows([["姓名", "年龄"], ["甲", 3]]))) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b"</sheetData>", coloured.encode() + b"</sheetData>"))
    assert open_book(made.getvalue(), "表.xlsx").sheets[0].rows == [["姓名", "年龄"], ["甲", 3]]


@pytest.mark.parametrize("value", ["x", 1])
def test_a_stray_cell_far_away_is_refused_before_it_fills_the_memory(value: str | int) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["姓名", "年龄"])
        sheet.write(1_000_000, 500, value)

    assert refusal(workbook(fill)) == "sheet.too-wide"


def test_a_stray_cell_is_found_however_a_program_writes_its_tags() -> None:
    far = b'<x:row r="1000000"><x:c s="1" r="SF1000000"><x:v>1</x:v></x:c></x:row></sheetData>'
    assert refusal(changed(rows([["姓名", "年龄"], ["甲", 3]]), b"</sheetData>", far)) == "sheet.too-wide"


def test_a_cell_that_is_said_to_be_repeated_a_million_times_is_refused() -> None:
    made = opendocument([["姓名", "住址"], ["陈某", "车陂街"]])
    tag = b'<table:table-cell office:value-type="string">'
    many = b'<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
    row = b'<table:table-row table:number-rows-repeated="1000000">'
    made = changed(changed(made, tag, many, "content.xml"), b"<table:table-row>", row, "content.xml")
    assert refusal(made, "表.ods") == "sheet.too-wide"


def test_empty_cells_that_fill_an_open_document_to_its_end_are_nothing() -> None:
    rest = b'<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/>'
    made = opendocument([["姓名", "住址"], ["陈某", "车陂街"]])
    made = changed(made, b"</table:table>", rest + b"</table:table-row></table:table>", "content.xml")
    assert open_book(made, "表.ods").sheets[0].rows == [["姓名", "住址"], ["陈某", "车陂街"]]


def test_a_binary_workbook_is_measured_by_its_records() -> None:
    row = b"\x00\x04" + (999_999).to_bytes(4, "little")
    blank, number = b"\x01\x08" + (9_000).to_bytes(8, "little"), b"\x05\x08" + (700).to_bytes(8, "little")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xl/workbook.bin", b"")
        archive.writestr("xl/worksheets/sheet1.bin", row + blank + number)
    with pytest.raises(NotASheet) as caught:
        open_book(made.getvalue(), "表.xlsb")
    assert caught.value.code == "sheet.too-wide" and "1000000 行 × 701 列" in caught.value.zh


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    assert refusal(made.getvalue()) == "sheet.too-large"


def test_macros_are_neither_read_nor_run_and_this_is_said() -> None:
    made = io.BytesIO(rows([["姓名", "年龄"], ["甲", 3]]))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    book = open_book(made.getvalue(), "表.xlsm")
    assert book.sheets[0].rows[1] == ["甲", 3]
    assert book.notes == ["文件里有宏，没有读也没有运行 | The file holds macros; they were neither read nor run"]


CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "空.xlsx", "sheet.empty"),
        (b"\r\n\r\n", "空.csv", "sheet.empty"),
        (compound({"ET_Stream": b"x"}), "旧.et", "sheet.wps"),
        (compound({"WordDocument": b"x"}), "旧.wps", "sheet.wps"),
        (compound({"PowerPoint Document": b"x"}), "讲稿.xls", "sheet.unknown"),
        (compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "密.xlsx", "sheet.password"),
        (old_workbook([["姓名", "年龄"], ["甲", 3]], locked=True), "密.xls", "sheet.password"),
        (compound({"WordDocument": b"x"}), "名单.doc", "sheet.document"),
        (CONTAINER + b"\0" * 600, "坏.xls", "sheet.damaged"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "老.xls", "sheet.too-old"),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00", "更老.xls", "sheet.too-old"),
        (b"PK\x03\x04 cut off", "断.xlsx", "sheet.damaged"),
        (b"%PDF-1.7", "报告.xls", "sheet.unknown"),
        (b"\x89PNG\r\n\x1a\n", "截图.xlsx", "sheet.unknown"),
        ("\ufeff<html><table><tr><td>1</td></tr></table>".encode(), "导出.xls", "sheet.web-page"),
        (b'<?xml version="1.0"?><Workbook/>', "导出.xls", "sheet.web-page"),
    ],
)
def test_what_is_no_sheet_says_so_by_name(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name) == code


def test_an_archive_of_sheets_and_a_workbook_without_any_cell_are_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("表.csv", "a,b")
    assert refusal(made.getvalue(), "打包.zip") == "sheet.zip"
    assert refusal(workbook(lambda *_: None)) == "sheet.no-table"
