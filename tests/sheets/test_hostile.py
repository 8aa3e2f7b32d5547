"""Whatever is given as a sheet: it is read, or a sentence says why not; nothing else happens."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huying.sheets import NotASheet, columns_of, find_tables, key_of, open_book
from huying.sheets.extent import look_over
from tests.sheets.making import opendocument, rows
from tests.sheets.old_workbook import old_workbook
from tests.sheets.test_opening import refusal

WHOLE = {
    "xlsx": rows([["姓名", "年龄", "日期"], ["甲", 3, date(2020, 1, 2)], ["乙", 4.5, None]], [(2, 1, 2, 2)]),
    "ods": opendocument([["姓名", "住址"], ["陈某", "车陂街"]]),
    "xls": old_workbook([["姓名", "年龄"], ["甲", 3], ["乙", 4.5]], [(1, 0, 2, 0)]),
    "gbk": '姓名,年龄\n甲,3\n"乙",4\n'.encode("gbk"),
    "utf-16": "姓名\t年龄\n甲\t3\n".encode("utf-16"),
}
CHANGE = st.tuples(st.integers(0, 10**6), st.sampled_from(["put", "add", "cut"]), st.binary(min_size=1, max_size=8))


def spoiled(data: bytes, changes: list[tuple[int, str, bytes]]) -> bytes:
    found = bytearray(data)
    for at, how, piece in changes:
        at %= len(found) or 1
        found[at : at if how == "add" else at + len(piece)] = b"" if how == "cut" else piece
    return bytes(found)


@settings(max_examples=200)
@given(st.sampled_from([*WHOLE]), st.lists(CHANGE, min_size=1, max_size=6), st.integers(0, 20))
def test_a_file_with_any_damage_is_read_or_refused(kind: str, changes: list[tuple[int, str, bytes]], part: int) -> None:
    data = WHOLE[kind]
    if kind in ("xlsx", "ods"):
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            names = old.namelist()
            for n, name in enumerate(names):
                content = old.read(name)
                new.writestr(name, spoiled(content, changes) if n == part % len(names) else content)
        data = made.getvalue()
    else:
        data = spoiled(data, changes)
    try:
        tables = find_tables(open_book(data, "表.xls"))
    except NotASheet:
        return
    for table in tables:
        key_of(columns_of(table))


@settings(max_examples=100)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        for table in find_tables(open_book(data, "表.csv")):
            columns_of(table)
    except NotASheet:
        pass


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_part_that_is_longer_than_the_archive_says_is_never_loaded(part: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE["xlsx"])) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + b" " * 50_000_000 * (name == part))
        size = new.getinfo(part).file_size
    data = made.getvalue().replace(struct.pack("<I", size), struct.pack("<I", 1000))
    assert refusal(data, "表.xlsx") == "sheet.damaged"


def test_an_old_workbook_that_claims_to_reach_far_is_refused_before_it_is_loaded() -> None:
    data = old_workbook([["姓名", "年龄"], ["甲", 3]], extra=[(0x0200, struct.pack("<IIHHH", 0, 65536, 0, 65535, 0))])
    assert refusal(data, "表.xls") == "sheet.too-wide"


@pytest.mark.parametrize("at", [30, 44, 48, 56, 76])
def test_an_old_workbook_whose_container_contradicts_itself_is_damaged(at: int) -> None:
    data = bytearray(WHOLE["xls"])
    data[at : at + 2] = b"\xf0\x0f"
    assert refusal(bytes(data), "表.xls") == "sheet.damaged"


def test_the_time_to_look_a_workbook_over_grows_with_its_length_only() -> None:
    for piece in (b"<c ", b'<c r="A1" ', b'<c r="A1">', b't="e"', b'<c t="e"', b"<f", b"<c ><f>"):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", piece * 300_000)
        with zipfile.ZipFile(made) as archive:
            assert isinstance(look_over(archive, "表.xlsx"), list)
