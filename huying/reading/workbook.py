"""Reports as a workbook: a sheet a kind of row and one of the reports; numbers are numbers, and rows that name others lead to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from .explain import say
from .model import Report
from .tables import plain

# A sheet of Excel has 1,048,576 rows and 65,530 links; what is more goes to a further sheet, or stays without a link.
_ROWS_AT_MOST = 1_000_000
_LINKS_AT_MOST = 60_000
_DIGITS = 15
_WIDTHS = {"report": 24, "quote": 42, "title": 36, "subject": 28, "meaning": 60, "remarks": 60}
_FORMATS = {"confidence": "0.00", "start": "0", "end": "0", "year": "0", "row": "0", "value": "#,##0.######"}
# Columns that refer to a row of the same report, and of which sheet.
_REFERS = {"parent": "figures", "same_as": "commitments", "figures": "figures"}
_REPORTS = "报告 | Reports"


def write_workbook(
    reports: Iterable[Report],
    sheets: Mapping[str, tuple[str, list[str]]],
    rows: Callable[[Report, str], Iterable[dict]],
    stream: BinaryIO,
    language: str = "zh",
) -> None:
    """Writes the workbook.

    sheets  kind of row -> (name of its sheet, its columns)
    rows    (report, kind) -> its rows, with their place in the report as `row`
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = {kind: _Sheet(book, title, names) for kind, (title, names) in sheets.items()}
    about = _Sheet(book, say(_REPORTS, language), [
        "report", "title", "place", "division", "level", "year", "speaker", "date", *sheets, "remarks", "reader",
    ])  # fmt: skip
    for report in reports:
        firsts = {kind: sheet.place() for kind, sheet in made.items()}
        counts = {}
        for kind, sheet in made.items():
            counts[kind] = 0
            for row in rows(report, kind):
                sheet.add(row, _links(row, firsts))
                counts[kind] += 1
        about.add(
            {name: getattr(report, name) for name in ("title", "place", "division", "level", "year", "speaker", "date", "reader")}
            | {"report": report.name, "remarks": "\n".join(say(remark, language) for remark in report.remarks)}
            | counts,
            {kind: firsts[kind] for kind, count in counts.items() if count},
        )  # fmt: skip
    for sheet in (*made.values(), about):
        sheet.close()
    book.close()


def _links(row: dict, firsts: dict[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """Column -> (sheet, line) of the row that it refers to."""
    links = {}
    for name, kind in _REFERS.items():
        value = row.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, int) and kind in firsts:
            sheet, line = firsts[kind]
            links[name] = sheet, line + value
    return links


class _Sheet:
    """One sheet, or a row of sheets where one cannot hold the rows; heads are fixed and filtered."""

    def __init__(self, book, title: str, names: list[str]):
        self.book, self.title, self.names = book, title, names
        self.head = book.add_format({"bold": True, "bg_color": "#EAEFF5", "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.link = book.add_format({"font_color": "#1A4F8B", "underline": 1})
        self.numbers = {name: book.add_format({"num_format": form}) for name, form in _FORMATS.items()}
        self.number, self.links, self.line = 0, 0, 0
        self._open()

    def _open(self) -> None:
        self.number += 1
        self.line = 0
        self.sheet = self.book.add_worksheet(self.title if self.number == 1 else f"{self.title} {self.number}")
        self.sheet.write_row(0, 0, self.names, self.head)
        self.sheet.freeze_panes(1, 1)
        for column, name in enumerate(self.names):
            self.sheet.set_column(column, column, _WIDTHS.get(name, 12))

    def place(self) -> tuple[str, int]:
        """(sheet, line) where the next row will stand; lines count from 0, the head being 0."""
        return self.sheet.get_name(), self.line + 1

    def add(self, row: dict, links: dict[str, tuple[str, int]]) -> None:
        """Writes a row; `links` are columns that lead to (sheet, line)."""
        if self.line >= _ROWS_AT_MOST:
            self.close()
            self._open()
        self.line += 1
        for column, name in enumerate(self.names):
            value = row.get(name)
            if name in links and self.links < _LINKS_AT_MOST:
                self.links += 1
                title, line = links[name]
                address = f"internal:'{title}'!A{line + 1}"
                self.sheet.write_url(self.line, column, address, self.link, str(plain(value)))
                if isinstance(value, int):
                    # The link stays with the cell, and the number is a number again.
                    self.sheet.write_number(self.line, column, value, self.link)
            else:
                self._write(column, name, value)

    def _write(self, column: int, name: str, value) -> None:
        if isinstance(value, date):
            self.sheet.write_datetime(self.line, column, value, self.day)
        elif isinstance(value, Decimal) and len(value.as_tuple().digits) <= _DIGITS:
            self.sheet.write_number(self.line, column, float(value), self.numbers.get(name))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.sheet.write_number(self.line, column, value, self.numbers.get(name))
        elif value is not None and value != "":
            self.sheet.write_string(self.line, column, str(plain(value))[:32000])

    def close(self) -> None:
        self.sheet.autofilter(0, 0, max(self.line, 1), len(self.names) - 1)
