"""Working copies as another program holds them: opened, changed and saved by openpyxl."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl

from huying.engine import packs, places, working_copies
from tests.engine.small import actor_of
from tests.web.walking import area, take

PLACE = "command.place"


def place(town: packs.District, name: str, login: str = "diaodu", **answers: Any):
    """A place put on the register."""
    given = {"name": name, "unit": area(town), "where": (113.39, 23.19), **answers}
    return take(town, login, PLACE, "add", None, **given)


def copy(town: packs.District, ledger: str = PLACE, login: str = "diaodu", lang: str = "zh", **filters: Any) -> bytes:
    tree = places.tree(town.id, town.today())
    return b"".join(working_copies.make(town, actor_of(town, login), tree, ledger, filters, lang))


class Sheet:
    """A working copy in the hands of someone with a sheet program."""

    def __init__(self, data: bytes):
        self.book = openpyxl.load_workbook(BytesIO(data))
        self.sheet = self.book.worksheets[0]
        self.heads = {cell.value: cell.column for cell in self.sheet[2] if cell.value}

    def row(self, code: str) -> int:
        return next(row[0].row for row in self.sheet.iter_rows(min_row=3) if row[0].value == code)

    def cell(self, code: str, head: str):
        return self.sheet.cell(self.row(code), self.heads[head])

    def add(self, **cells: Any) -> int:
        """A new row below; its number."""
        number = self.sheet.max_row + 1
        for head, value in cells.items():
            self.sheet.cell(number, self.heads[head], value)
        return number

    def saved(self) -> bytes:
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()
