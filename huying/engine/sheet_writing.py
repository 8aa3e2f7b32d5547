"""A workbook written a row at a time: typed cells with their formats, a frozen header, widths that fit.

Text is never a formula or a link, whatever it begins with; what a double cannot hold is written as text.
"""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from huying.sheets.harmless import FORMULA

FORMATS = {"date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "money": "#,##0.00", "integer": "0", "text": "@"}
EXACT = 15  # digits of a double
FIRST_DAY = date(1900, 3, 1)  # before it sheet programs disagree on what day a number is
WIDEST = 48
MEASURED = 500  # rows by which widths are chosen
PIECE = 64 * 1024


class Workbook:
    """One file being written. `sheets` are xlsxwriter's; rows of each are written in order."""

    def __init__(self, file: Any):
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(file, options)
        self._formats: dict[tuple, Format] = {}
        self._lists: Worksheet | None = None
        self._listed = 0

    def sheet(self, title: str) -> Worksheet:
        """A new sheet; its name without the signs that a sheet's name may not have."""
        name = "".join(ch for ch in title if ch not in "[]:*?/\\")[:31].strip("' ")
        return self.book.add_worksheet(name if name and name.lower() != "history" else f"{name} 1".strip())

    def format(self, kind: str = "", **looks: Any) -> Format:
        """The format of a kind of value, with looks as xlsxwriter names them."""
        key = (kind, *sorted(looks.items()))
        if key not in self._formats:
            number = {"num_format": FORMATS[kind]} if kind in FORMATS else {}
            self._formats[key] = self.book.add_format({**number, **looks})
        return self._formats[key]

    def write(self, sheet: Worksheet, row: int, place: int, cell: Any, kind: str = "", **looks: Any) -> None:
        """One cell: numbers and days as such, all else as text."""
        if isinstance(cell, Decimal | int | float) and not isinstance(cell, bool) and _fits(cell):
            sheet.write_number(row, place, cell, self.format("" if kind == "text" else kind, **looks))
        elif isinstance(cell, datetime) and cell.date() >= FIRST_DAY:
            sheet.write_datetime(row, place, cell.replace(tzinfo=None), self.format("time", **looks))
        elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= FIRST_DAY:
            sheet.write_datetime(row, place, cell, self.format("date", **looks))
        elif cell is None:
            sheet.write_blank(row, place, None, self.format(format_of(kind), **looks))
        else:
            text = as_text(cell)
            quoted = {"quote_prefix": True} if text.startswith(FORMULA) else {}
            sheet.write_string(row, place, text, self.format("text" if kind else "", **looks, **quoted))

    def listed(self, title: str, choices: Sequence[str]) -> str:
        """The address of choices, written as a row of a hidden sheet of that title, for a drop-down."""
        if self._lists is None:
            self._lists = self.sheet(title)
            self._lists.hide()
        for place, choice in enumerate(choices):
            self._lists.write_string(self._listed, place, choice)
        self._listed += 1
        cells = xl_range_abs(self._listed - 1, 0, self._listed - 1, len(choices) - 1)
        return f"='{self._lists.get_name()}'!{cells}"


class Widths:
    """How wide the columns of a sheet must be for what its first rows hold."""

    def __init__(self, columns: int):
        self.widths, self.seen = [6] * columns, 0

    def see(self, cells: Sequence[Any]) -> None:
        self.seen += 1
        if self.seen > MEASURED:
            return
        for place, cell in enumerate(cells[: len(self.widths)]):
            if cell is not None and self.widths[place] < WIDEST:
                self.widths[place] = max(self.widths[place], min(_width(cell), WIDEST))


def written(make: Callable[[Workbook], None]) -> Iterator[bytes]:
    """The bytes of the workbook that `make` fills."""
    with tempfile.TemporaryFile() as file:
        workbook = Workbook(file)
        make(workbook)
        workbook.book.close()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def format_of(kind: str) -> str:
    """The format of a kind of value: what is not a number or a day is text, so that 007 stays 007."""
    return kind if kind in FORMATS or kind in ("", "number") else "text"


def as_text(cell: Any) -> str:
    """A cell as text: numbers with all their digits, days in ISO."""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _fits(number: Decimal | int | float) -> bool:
    return isinstance(number, float) or len(Decimal(number).normalize().as_tuple().digits) <= EXACT


def _width(cell: Any) -> int:
    if isinstance(cell, datetime):
        return 17
    if isinstance(cell, date):
        return 11
    text = as_text(cell).split("\n")[0][:WIDEST]
    return 3 + sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
