"""Files of any length, row by row: the table is found in the first rows, the rest is told apart as it passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from .body import BODY, EMPTY
from .columns import Column, columns_of
from .layout import Table, find_table
from .model import Cell, Sheet
from .opening import Source, open_file, trimmed
from .refusals import refuse

SAMPLE = 3000  # rows in which the table is found and its columns are judged


@dataclass
class Stream:
    """A table that is read row by row, as often as it is iterated over.

    table     the layout, found in the first rows: header, titles, columns; its body is only that of the sample
    columns   what columns_of says of the sample
    notes     what was noticed of the file, each `中文 | English`
    left_out  how many rows the last reading left out: total, repeated, note -> count
    """

    table: Table
    columns: list[Column]
    notes: list[str]
    left_out: Counter[str] = field(default_factory=Counter)
    source: Source = field(kw_only=True)

    def __iter__(self) -> Iterator[tuple[int, list[Cell]]]:
        """Each row of data: (its number in the sheet from 1, its cells in the order of table.columns)."""
        self.left_out.clear()
        table, kind = self.table, self.table.sieve()
        first = table.start
        wanted = table.columns
        whole = wanted == list(range(len(wanted)))
        width, last = len(wanted), wanted[-1] + 1
        fill = _Filler(self.source, wanted)
        for n, row in enumerate(self.source.rows()):
            if len(row) < last:
                row += [None] * (last - len(row))
            cells = row[:width] if whole else [row[column] for column in wanted]
            if n < first:
                fill(n, row, cells)
                continue
            found = kind(cells)
            if found == BODY:
                yield n + 1, fill(n, row, cells)
                continue
            fill(n, row, cells)
            if found != EMPTY:
                self.left_out[found] += 1


def stream(path: Path, *, sheet: str | None = None) -> Stream:
    """Open a file of any size to read its table row by row; a csv takes as much memory as its first rows.

    sheet: the name of the sheet; without it, the first that has a table, hidden ones last. Raises NotASheet, also
    from the iteration where a later part of the file turns out to be damaged.
    """
    file = open_file(path)
    order = sorted(range(len(file.sources)), key=lambda n: file.hidden[n])
    if sheet is not None and file.kind != "csv":
        order = [n for n in order if file.sheets[n] == sheet]
        if not order:
            raise refuse("sheet.no-such", file.name, sheet=sheet, others="、".join(file.sheets))
    for n in order:
        source = file.sources[n]()
        rows = trimmed(list(islice(source.rows(), SAMPLE)))
        table = find_table(Sheet(source.name, rows, source.merged, source.hidden, source.epoch_1904))
        if table:
            return Stream(table, columns_of(table), list(file.notes), source=source)
    raise refuse("sheet.empty" if file.kind == "csv" else "sheet.no-table", file.name)


class _Filler:
    """Gives the cells under a merged one its value, as the rows pass."""

    def __init__(self, source: Source, columns: list[int]):
        self.starts: dict[int, list[tuple[int, int, int, int]]] = {}
        for area in source.merged:
            self.starts.setdefault(area[0], []).append(area)
        self.open: list[tuple[int, int, int, Cell]] = []
        self.places = {column: place for place, column in enumerate(columns)}

    def __call__(self, n: int, row: list[Cell], cells: list[Cell]) -> list[Cell]:
        """The cells of row n, filled; `row` is the whole row of the sheet."""
        if not self.starts:
            return cells
        for _, left, bottom, right in self.starts.get(n, ()):
            self.open.append((bottom, left, right, row[left] if left < len(row) else None))
        if not self.open:
            return cells
        self.open = [area for area in self.open if area[0] >= n]
        for _, left, right, value in self.open:
            for column in range(left, right + 1):
                place = self.places.get(column)
                if place is not None and cells[place] is None:
                    cells[place] = value
        return cells
