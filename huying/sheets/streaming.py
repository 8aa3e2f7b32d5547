"""Files of any length, row by row: the table is found in the first rows, the rest is told apart as it passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from .body import BODY
from .columns import Column, columns_of
from .layout import Table, tables_of
from .model import Area, Cell, Sheet
from .opening import File, Source, open_file, trimmed
from .refusals import refuse

SAMPLE = 3000  # rows in which the table is found and its columns are judged


@dataclass
class Stream:
    """A table that is read row by row, as often as it is iterated over.

    table     the layout, found in the first rows: header, titles, columns; its body is only that of the sample
    columns   what columns_of says of the sample
    notes     what was noticed of the file, each `中文 | English`
    left_out  how many rows the last reading left out: total, repeated, note -> count
    further   after a reading: the row, from 1, where another table of the sheet begins, which was not read
    """

    table: Table
    columns: list[Column]
    notes: list[str]
    left_out: Counter[str] = field(default_factory=Counter)
    further: int | None = None
    source: Source = field(kw_only=True)

    def __iter__(self) -> Iterator[tuple[int, list[Cell]]]:
        """Each row of data: (its number in the sheet from 1, its cells in the order of table.columns)."""
        self.left_out.clear()
        sieve, rows = self.table.sieve(), self._rows()
        filled: dict[int, list[Cell]] = {}
        if self.source.merged:
            rows = _filled(rows, self.source.merged, self.table.columns, filled)
        start = self.table.start
        for n, cells, kind in sieve.sort(islice(rows, start, None)):
            if kind == BODY:
                yield n + 1, filled.pop(n, cells)
            else:
                self.left_out[kind] += 1
        self.further = None if sieve.next is None else sieve.next + 1

    def _rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows of the sheet from the first: (number from 0, the cells of the table's columns)."""
        wanted = self.table.columns
        width, last = len(wanted), wanted[-1] + 1
        whole = last == width
        for n, row in enumerate(self.source.rows()):
            if len(row) < last:
                row += [None] * (last - len(row))
            yield n, row[:width] if whole else [row[column] for column in wanted]


def stream(path: Path, *, sheet: str | None = None) -> Stream:
    """Open a file of any size to read its table row by row; a csv takes as much memory as its first rows.

    sheet: the name of the sheet; without it, the first that holds a likely table is read, as find_tables has it.
    Raises NotASheet, also from the iteration where a later part of the file turns out to be damaged.
    """
    file = open_file(path)
    order = sorted(range(len(file.sources)), key=lambda n: file.hidden[n])
    if sheet is not None and file.kind != "csv":
        order = [n for n in order if file.sheets[n] == sheet]
        if not order:
            raise refuse("sheet.no-such", file.name, sheet=sheet, others="、".join(file.sheets))
    weak: tuple[Source, list[Table]] | None = None
    for n in order:
        source = file.sources[n]()
        if weak and source.hidden and not weak[0].hidden:
            break
        rows = trimmed(list(islice(source.rows(), SAMPLE)))
        tables = tables_of(Sheet(source.name, rows, source.merged, source.hidden, source.epoch_1904))
        tables.sort(key=lambda table: table.is_weak)
        if tables and not tables[0].is_weak:
            return _stream(file, source, tables, sheet)
        weak = weak or ((source, tables) if tables else None)
    if weak:
        return _stream(file, *weak, sheet)
    empty = file.kind == "csv" and not rows
    raise refuse("sheet.empty" if empty else "sheet.no-table", file.name)


def _stream(file: File, source: Source, tables: list[Table], asked: str | None) -> Stream:
    notes = list(file.notes)
    if asked is None and len(file.sheets) > 1:
        others = [name for name in file.sheets if name != source.name]
        notes.append(
            f"读的是工作表“{source.name}”，没有读：{'、'.join(others)}"
            f" | Sheet “{source.name}” is read; not read: {', '.join(others)}"
        )
    for other in tables[1:]:
        first = "、".join(other.titles[:3])
        notes.append(
            f"同一张工作表上还有一张表（第 {other.start + 1} 行起：{first}），没有读"
            f" | The sheet holds another table (from row {other.start + 1}: {first}), which was not read"
        )
    return Stream(tables[0], columns_of(tables[0]), notes, source=source)


def _filled(
    rows: Iterable[tuple[int, list[Cell]]], merged: list[Area], columns: list[int], filled: dict[int, list[Cell]]
) -> Iterator[tuple[int, list[Cell]]]:
    """The rows as they are, while `filled` gets those that merged cells reach into, with their values."""
    starts: dict[int, list[Area]] = {}
    for area in merged:
        if area[2] > area[0] and area[1] in columns:
            starts.setdefault(area[0], []).append(area)
    reaching: list[tuple[int, int, Cell]] = []  # last row, place, value
    for n, cells in rows:
        for _, left, bottom, _ in starts.get(n, ()):
            place = columns.index(left)
            reaching.append((bottom, place, cells[place]))
        if reaching:
            reaching = [area for area in reaching if area[0] >= n]
            copy = list(cells)
            for _, place, value in reaching:
                if copy[place] is None:
                    copy[place] = value
            filled[n] = copy
        yield n, cells
