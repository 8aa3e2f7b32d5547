"""Spreadsheets made for tests: workbooks by XlsxWriter, an OpenDocument sheet by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from huying.sheets import Table, find_tables, open_book


def workbook(fill: Callable[[Any, Any], None], sheet: str = "Sheet1", **options: Any) -> bytes:
    """The bytes of an xlsx; fill(workbook, worksheet) writes its one sheet."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, **options})
    fill(book, book.add_worksheet(sheet))
    book.close()
    return made.getvalue()


def rows(lines: Sequence[Sequence[Any]], merged: Sequence[tuple[int, int, int, int]] = (), **options: Any) -> bytes:
    """An xlsx of these rows; merged: areas, whose first cell keeps its value."""

    def fill(book: Any, sheet: Any) -> None:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for n, line in enumerate(lines):
            for m, value in enumerate(line):
                if isinstance(value, date):
                    sheet.write_datetime(n, m, value, days)
                elif value is not None:
                    sheet.write(n, m, value)
        for area in merged:
            sheet.merge_range(*area, lines[area[0]][area[1]])

    return workbook(fill, **options)


def opendocument(lines: Sequence[Sequence[str]]) -> bytes:
    """An ods of these texts."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(t)}</text:p></table:table-cell>'
            for t in line
        )
        + "</table:table-row>"
        for line in lines
    )
    spaces = " ".join(
        f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"' for p in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="表">{cells}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return made.getvalue()


def table(lines: Sequence[Sequence[Any]], merged: Sequence[tuple[int, int, int, int]] = (), **options: Any) -> Table:
    """The table that is found in an xlsx of these rows."""
    return find_tables(open_book(rows(lines, merged, **options), "表.xlsx"))[0]


def changed(made: bytes, old: bytes, new: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook of which one piece of one part is another."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as before, zipfile.ZipFile(found, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            assert name != part or old in data
            after.writestr(name, data.replace(old, new) if name == part else data)
    return found.getvalue()
