"""Where tables stand in a sheet: title, header, rows, sums, notes; one below the other or side by side.

Merged cells of the body give each row the value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .body import BODY, NOTE, REPEATED, START_OF_NOTE, TOTAL, Sieve
from .header import header_of, text_of, title_of
from .model import Area, Book, Cell, Sheet

_SERIAL = re.compile(r"^(?:序\s*号|编\s*号|no\.?|#|id)$", re.I)
_UNIT = re.compile(
    r"(?<![\u4e00-\u9fff])(?:计量|金额|货币|面积)?单位\s*[:：]\s*([\u4e00-\u9fffA-Za-z%㎡²/³、，]{1,12})"
)


@dataclass
class Table:
    """A table found in a sheet. All row and column numbers count from 0 in the sheet.

    title    what stands above the header, as one text
    header   rows of the header; empty where there is none
    body     rows of data, in order: totals, notes and empty rows are not among them
    columns  columns of the sheet that are part of the table
    titles   one for each column: storeys joined by ›, empty where the header is empty there
    total    rows of sums; repeated: the header said again; above: rows of the title and the unit
    start    the row below the header, where data may begin
    next     the row where another table of the sheet begins; None where none does
    notes    (row, text) below or above; unit: what stands as 单位：万元 above the header
    """

    sheet: Sheet
    title: str = ""
    header: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    total: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    unit: str = ""
    start: int = 0
    next: int | None = None

    def values(self, column: int) -> list[Cell]:
        """The body's cells of one column (a number of the sheet); a cell merged over several rows gives each its value."""
        rows = self.sheet.rows
        found = [rows[row][column] for row in self.body]
        tops = {row: a[0] for a in self.sheet.merged if a[1] == column for row in range(a[0] + 1, a[2] + 1)}
        if tops:
            for place, row in enumerate(self.body):
                if found[place] is None and row in tops:
                    found[place] = rows[tops[row]][column]
        return found

    def sieve(self) -> Sieve:
        """What tells the rows below this header apart, given their cells of the table's columns in order."""
        head = [[self.sheet.rows[row][n] for n in self.columns] for row in self.header]
        half = max(2, len(self.columns) / 2)
        wide, joined = set(), set()
        for top, left, bottom, right in self.sheet.merged:
            over = sum(left <= column <= right for column in self.columns)
            if top >= self.start and over >= half:
                wide.add(top)
            elif top < bottom and over:
                joined |= set(range(max(top, self.start), bottom + 1))
        return Sieve(head, len(self.columns), wide, joined)

    @property
    def is_weak(self) -> bool:
        """Whether this is hardly a table: without a header, without rows, or of one column."""
        return not self.header or not self.body or len(self.columns) < 2


def find_tables(book: Book) -> list[Table]:
    """The tables of every sheet, the likely ones first: weak ones after them, those of hidden sheets last."""
    found = [table for sheet in book.sheets for table in tables_of(sheet)]
    return sorted(found, key=lambda table: (table.sheet.hidden, table.is_weak))


def tables_of(sheet: Sheet) -> list[Table]:
    """The tables of one sheet, from top to bottom; those side by side from left to right."""
    found: list[Table] = []
    first: int | None = 0
    while first is not None:
        table = find_table(sheet, first=first)
        if table is None:
            break
        found += _side_by_side(table)
        first = table.next
    return found


def find_table(sheet: Sheet, header: list[int] | None = None, first: int = 0) -> Table | None:
    """The first table of a sheet from row `first` on; None where fewer than two cells are filled.

    header: its rows, where a person says them; empty for none
    """
    rows = [n for n, row in enumerate(sheet.rows) if n >= first and any(cell is not None for cell in row)]
    if sum(cell is not None for n in rows[:3] for cell in sheet.rows[n]) < 2:
        return None
    areas = covered(sheet)
    header = header_of(sheet, rows, areas) if header is None else header
    start = header[-1] + 1 if header else rows[0]
    table = Table(sheet, header=header, start=start)
    below = [n for n in rows if n >= start]
    table.columns = _columns(sheet, header, below)
    if not table.columns:
        return None
    _read_above(table, [n for n in rows if n < (header[0] if header else start)])
    _sort_body(table, range(start, len(sheet.rows)))
    kept = _columns(sheet, header, [*table.body, *table.total])  # without columns that only notes stand in
    if kept and kept != table.columns:
        table.columns = kept
        _sort_body(table, range(start, len(sheet.rows)))
    table.titles = [title_of(sheet, header, areas, column) for column in table.columns]
    return table


def covered(sheet: Sheet) -> dict[tuple[int, int], Area]:
    """Cell -> the merged area that covers it, its first cell included."""
    found = {}
    height = len(sheet.rows)
    for area in sheet.merged:
        top, left, bottom, right = area
        for row in range(top, min(bottom, height - 1) + 1):
            for column in range(left, min(right, sheet.width - 1) + 1):
                found[row, column] = area
    return found


def _columns(sheet: Sheet, header: Sequence[int], below: Sequence[int]) -> list[int]:
    """Columns with a value of their own, and those with a title of their own that is not merged over other columns."""
    filled = {n for n in range(sheet.width) if any(sheet.rows[row][n] is not None for row in below)}
    spread = {(a[0], a[1]): a for a in sheet.merged if a[3] > a[1]}
    named = set()
    for n in range(sheet.width):
        for row in header:
            if sheet.rows[row][n] is None:
                continue
            area = spread.get((row, n))
            if area is None or not filled & set(range(area[1], area[3] + 1)):
                named.add(n)
    return sorted(named | filled)


def _side_by_side(table: Table) -> list[Table]:
    """A table cut at its empty columns, where each part begins with the same title or with a running number."""
    groups: list[list[int]] = []
    for column in table.columns:
        if groups and column == groups[-1][-1] + 1:
            groups[-1].append(column)
        else:
            groups.append([column])
    titles = dict(zip(table.columns, table.titles, strict=True))
    firsts = {titles[group[0]] for group in groups}
    alike = len(firsts) == 1 or all(_SERIAL.match(title.strip()) for title in firsts)
    if len(groups) < 2 or "" in firsts or not alike or min(map(len, groups)) < 2:
        return [table]
    found = []
    for group in groups:
        part = Table(table.sheet, header=table.header, start=table.start, columns=group, unit=table.unit)
        part.title, part.above, part.titles = table.title, table.above, [titles[column] for column in group]
        last = len(table.sheet.rows) if table.next is None else table.next
        _sort_body(part, range(table.start, last))
        found.append(part)
    return found


def _read_above(table: Table, rows: Sequence[int]) -> None:
    """Title, unit and what else stands above the header."""
    lines = []
    for row in rows:
        texts = [re.sub(r"\s+", " ", text_of(cell)).strip() for cell in table.sheet.rows[row] if cell is not None]
        line = " ".join(texts)
        if found := _UNIT.search(line):
            table.unit = found[1]
            line = line.replace(found[0], "").strip(" ()（）")
        if START_OF_NOTE.match(line) or len(line) > 60:
            table.notes.append((row, line))
            continue
        table.above.append(row)
        if line:
            lines.append(line)
    table.title = " ".join(lines)[:120]


def _sort_body(table: Table, rows: Sequence[int]) -> None:
    """Rows of data, apart from totals, notes and headers said again at each printed page."""
    sheet, columns = table.sheet, table.columns
    sieve = table.sieve()
    sorted_: dict[str, list[int]] = {BODY: [], TOTAL: [], REPEATED: [], NOTE: []}
    for row, _, kind in sieve.sort((row, [sheet.rows[row][n] for n in columns]) for row in rows):
        sorted_[kind].append(row)
    table.body, table.total, table.repeated = sorted_[BODY], sorted_[TOTAL], sorted_[REPEATED]
    table.next = sieve.next
    told = {*table.body, *table.total, *table.repeated}
    aside = [row for row in rows if row not in told and (table.next is None or row < table.next)]
    table.notes = [note for note in table.notes if note[0] < table.start]
    for row in aside:
        if text := " ".join(text_of(cell) for cell in sheet.rows[row] if cell is not None):
            table.notes.append((row, text[:300]))
