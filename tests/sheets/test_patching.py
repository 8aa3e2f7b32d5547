"""The same file back: what is put into cells is there, and every other byte is as it was."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.sheets import NotASheet, open_book
from huying.sheets.forms import open_form
from huying.sheets.grid import name_of, place_of
from huying.sheets.markup import Unreadable, elements
from huying.sheets.patching import Patch, patch
from tests.sheets.making import opendocument, rows, workbook
from tests.templates.making import drawn, listing, statistics


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def cells(data: bytes, sheet: int = 0) -> list[list[Any]]:
    return open_book(data, "表.xlsx").sheets[sheet].rows


def replaced(data: bytes, path: str, old: bytes, new: bytes) -> bytes:
    """A copy of a workbook with one part changed by hand."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, text in parts(data).items():
            assert name != path or old in text
            copy.writestr(name, text.replace(old, new) if name == path else text)
    return made.getvalue()


@pytest.mark.parametrize("make", [statistics, drawn, listing])
def test_all_parts_but_the_sheet_its_styles_and_the_mark_to_compute_are_the_same_bytes(make):
    before = make()
    sheet = open_book(before, "表.xlsx").sheets[0].name
    after = patch(before, Patch(sheet, {(5, 2): 7}, frozenset({(5, 6)})))
    old, new = parts(before), parts(after)
    assert list(old) == list(new), "the same parts in the same order"
    changed = {name for name in old if old[name] != new[name]}
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"}


def test_what_is_not_a_cell_of_the_sheet_is_the_same_bytes():
    before, after = statistics(), patch(statistics(), Patch("附件2", {(5, 2): 7, (6, 3): "x"}))
    old, new = (parts(one)["xl/worksheets/sheet1.xml"] for one in (before, after))
    assert old[: old.index(b"<sheetData>")] == new[: new.index(b"<sheetData>")]
    assert old[old.index(b"</sheetData>") :] == new[new.index(b"</sheetData>") :], "merged cells, protection, print"


def test_values_stand_in_their_cells_in_the_style_of_the_form():
    after = patch(
        listing(),
        Patch(
            "明细",
            {(2, 0): 1, (2, 1): "SX-1", (2, 6): date(2020, 12, 3), (3, 6): date(2020, 1, 2), (2, 7): Decimal("2.50")},
        ),
    )
    found = cells(after)
    assert found[2][:2] == [1, "SX-1"] and found[2][6] == date(2020, 12, 3) and found[2][7] == Decimal("2.5")


def test_a_day_is_written_in_words_where_the_cell_shows_no_days():
    assert cells(patch(rows([["日期"], ["x"]]), Patch("Sheet1", {(1, 0): date(2020, 12, 3)})))[1][0] == "2020-12-03"


def test_days_count_from_1904_where_the_workbook_does():
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_blank(0, 0, None, book.add_format({"num_format": "yyyy-mm-dd"}))

    before = workbook(fill, date_1904=True)
    assert cells(patch(before, Patch("Sheet1", {(0, 0): date(2020, 12, 3)})))[0][0] == date(2020, 12, 3)


def test_formulas_stay_and_what_they_gave_before_is_gone():
    after = parts(patch(statistics(), Patch("附件2", {(5, 2): 7})))
    sheet = after["xl/worksheets/sheet1.xml"].decode()
    assert "<f>SUM(C6:C8)</f></c>" in sheet and 'fullCalcOnLoad="1"' in after["xl/workbook.xml"].decode()


def test_a_formula_is_never_overwritten():
    with pytest.raises(ValueError, match="C9"):
        patch(statistics(), Patch("附件2", {(8, 2): 7}))


def test_the_cells_of_an_array_formula_are_its_own():
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_array_formula("A1:A3", "{=B1:B3*2}")

    with pytest.raises(ValueError, match="A2"):
        patch(workbook(fill), Patch("Sheet1", {(1, 0): 7}))


def test_unknown_cells_are_yellow_and_keep_font_border_and_form():
    styles = parts(patch(statistics(), Patch("附件2", {}, frozenset({(5, 2), (5, 3)}))))["xl/styles.xml"].decode()
    assert styles.count("FFFFFF00") == 1, "two cells of one style share one yellow style"
    before = parts(statistics())["xl/styles.xml"].decode()
    assert styles.count("<xf ") == before.count("<xf ") + 1
    added = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")].rpartition("<xf ")[2]
    assert "borderId=" in added and 'applyFill="1"' in added


def test_a_text_that_looks_like_a_formula_stays_a_text_even_when_the_cell_is_edited():
    after = patch(listing(), Patch("明细", {(2, 1): "=HYPERLINK(1)"}))
    assert cells(after)[2][1] == "=HYPERLINK(1)" and b'quotePrefix="1"' in parts(after)["xl/styles.xml"]
    assert b"<f>" not in parts(after)["xl/worksheets/sheet1.xml"]


@given(st.text(max_size=40))
def test_any_text_can_be_put_into_a_cell(text: str):
    after = patch(BLANK, Patch("Sheet1", {(0, 0): f"a{text}"}))
    found = cells(after)[0][0]
    kept = "".join(
        ch for ch in text if ch >= " " and not "\ud800" <= ch <= "\udfff" and ch not in "\ufffe\uffff\u200b\ufeff"
    )
    assert found == f"a{kept}" or set(text) & set("\t\r\n_\u0085\u2028\u007f") or text.strip() != text


BLANK = rows([["标题"]])


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 40), st.integers(0, 30)), st.integers(-(10**9), 10**9), min_size=1, max_size=30
    )
)
def test_cells_that_were_not_in_the_file_find_their_places(values: dict[tuple[int, int], int]):
    found = cells(patch(BLANK, Patch("Sheet1", values)))
    assert {(r, c): v for r, line in enumerate(found) for c, v in enumerate(line) if v is not None} == {
        (0, 0): "标题"
    } | values


@given(st.integers(0, 2000), st.integers(0, 16383))
def test_places_have_names_and_names_places(row: int, column: int):
    assert place_of(name_of((row, column))) == (row, column)


def test_a_percentage_is_written_as_the_cell_shows_it():
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_blank(0, 0, None, book.add_format({"num_format": "0.0%"}))
        sheet.write_blank(0, 1, None, book.add_format({"border": 1}))

    both = frozenset({(0, 0), (0, 1)})
    after = patch(workbook(fill), Patch("Sheet1", {(0, 0): Decimal("85.7"), (0, 1): Decimal("85.7")}, percent=both))
    assert cells(after)[0] == [Decimal("0.857"), Decimal("85.7")]


def test_a_workbook_whose_elements_carry_a_prefix_is_patched_with_it():
    before = rows([["标题"], ["x"]])
    name = "xl/worksheets/sheet1.xml"
    text = parts(before)[name]
    tagged = (
        text.replace(b"</", b"</x:")
        .replace(b"<", b"<x:")
        .replace(b"<x:/x:", b"</x:")
        .replace(b"<x:?", b"<?")
        .replace(b"xmlns=", b"xmlns:x=")
    )
    after = patch(replaced(before, name, text, tagged), Patch("Sheet1", {(1, 0): "新", (4, 2): 5}))
    assert cells(after)[1][0] == "新" and cells(after)[4][2] == 5


@pytest.mark.parametrize("harm", [b'<!DOCTYPE x [<!ENTITY a "b">]>', b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x">'])
def test_a_part_with_entities_of_its_own_is_refused(harm: bytes):
    before = replaced(listing(), "xl/worksheets/sheet1.xml", b"<worksheet ", harm + b"<worksheet ")
    with pytest.raises(NotASheet) as refused:
        open_form(before, "表.xlsx")
    assert refused.value.code == "sheet.damaged"


@pytest.mark.parametrize(
    "text", [b"<a><b></a>", b"<a", b"\xff\xfe<\x00a\x00", b'<?xml version="1.0" encoding="gbk"?><a/>', b""]
)
def test_what_is_no_xml_of_an_office_program_is_refused(text: bytes):
    with pytest.raises(Unreadable):
        elements(text, 2)


def test_files_that_cannot_be_given_back_are_refused_with_the_way_out(tmp_path: Path):
    for data, name, code in (
        (opendocument([["姓名", "年龄"], ["张", "3"]]), "表.ods", "form.kind"),
        ("姓名,年龄\n张,3\n".encode(), "表.csv", "form.kind"),
        (listing() + b"\0" * 21_000_000, "表.xlsx", "form.too-large"),
        (b"", "表.xlsx", "sheet.empty"),
        (rows([["只有一个词"]]), "表.xlsx", "form.no-header"),
        (b"PK\x03\x04nonsense", "表.xlsx", "sheet.damaged"),
    ):
        with pytest.raises(NotASheet) as refused:
            open_form(data, name)
        assert refused.value.code == code and name in refused.value.zh


def test_a_file_with_macros_keeps_them():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        for name, text in parts(listing()).items():
            copy.writestr(name, text)
        copy.writestr("xl/vbaProject.bin", b"macro")
    form = open_form(made.getvalue(), "表.xlsm")
    after = form.patched(Patch("明细", {(2, 1): "x"}))
    assert parts(after)["xl/vbaProject.bin"] == b"macro" and "宏" in form.notes[0]


def _whole() -> dict[str, bytes]:
    return parts(statistics())


WHOLE = _whole()
XML = ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")


@given(st.sampled_from(XML), st.integers(0, 10**6), st.binary(max_size=6), st.integers(0, 40))
def test_a_file_that_was_tampered_with_is_filled_or_refused_in_words(name: str, at: int, text: bytes, gone: int):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        for path, part in WHOLE.items():
            start = at % len(part)
            copy.writestr(path, part[:start] + text + part[start + gone :] if path == name else part)
    try:
        form = open_form(made.getvalue(), "表.xlsx")
        waiting = [(r, c) for r in form.rows for c in form.columns if form.waits((r, c))]
        form.patched(Patch(form.sheet, dict.fromkeys(waiting[:3], 1), frozenset(waiting[3:6])))
    except NotASheet as refused:
        assert refused.zh and refused.en
