"""A workbook as it was read: sheets of plain values, with what the file says about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

Cell = None | str | int | Decimal | bool | date | datetime | time | timedelta
Area = tuple[int, int, int, int]  # first row, first column, last row, last column; from 0, both ends in


class NotASheet(Exception):
    """A file that cannot be read as a table.

    code      a word that never changes, such as "sheet.password"
    zh, en    what is wrong and how to mend it, for the person who gave the file
    """

    def __init__(self, code: str, zh: str, en: str):
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


@dataclass
class Sheet:
    """One sheet. rows: equally long; an empty cell is None. merged: areas of which only the first cell has a value."""

    name: str
    rows: list[list[Cell]]
    merged: list[Area] = field(default_factory=list)
    hidden: bool = False
    epoch_1904: bool = False  # whether bare day numbers count from 1904

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0


@dataclass
class Book:
    """A file as read. kind: xlsx, xls, xlsb, ods, csv; notes: what was noticed, each `中文 | English`."""

    name: str
    kind: str
    sheets: list[Sheet]
    notes: list[str] = field(default_factory=list)
