"""A form as a superior hands it down: what its columns and rows are called, and which cells wait to be filled.

    form = open_form(Path("附件2.xlsx"))
    for row in form.rows:
        print(form.labels[row], [form.waits((row, column)) for column in form.columns])

Two kinds: rows that carry a label (a street, an item) and columns that say what is asked of it; or blank rows under a
header, one for each thing to be listed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from .body import SUMS
from .grid import Grid, Place, grid_of, sheet_paths
from .header import STOREYS
from .judging import SERIAL_TITLE
from .layout import Table, find_table, find_tables
from .markup import Unreadable
from .model import Area, Book, Cell
from .opening import open_book
from .patching import Patch, patch
from .refusals import refuse

LARGEST = 20  # MB of a form
MOST_SHEET, MOST_UNPACKED = 40, 150  # MB of a sheet's part, and of all parts, unpacked
MOST_CELLS = 60_000  # of the part of a form that is filled
MOST_ROWS = 5_000  # listed at most
MOST_STOREYS = 12  # of a header that a person names
# What parts give that no office program writes: no XML, links to nothing, a cipher of the archive's own, a wrong checksum
BROKEN = (Unreadable, KeyError, IndexError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, EOFError)
Label = tuple[str, ...]  # storeys of a title, or the texts of a row's label cells


@dataclass
class Form:
    """One sheet of a form.

    columns  columns of the sheet under the header; titles: column -> its storeys, the unit in brackets left in
    rows     rows between the header and what stands below it; labels: row -> texts of its label cells
    marked   columns that hold those labels; serial: columns of running numbers
    totals   rows of sums; open_below: nothing stands below the last row, so that more rows may follow
    unit     as said above the table, such as 万元
    """

    name: str
    data: bytes
    sheet: str
    table: Table
    grid: Grid
    sheets: list[str]
    columns: list[int] = field(default_factory=list)
    titles: dict[int, Label] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    labels: dict[int, Label] = field(default_factory=dict)
    marked: list[int] = field(default_factory=list)
    serial: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    open_below: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.table.title

    @property
    def unit(self) -> str:
        return self.table.unit

    def value(self, place: Place) -> Cell:
        """What stands in a cell; a formula's last value counts as nothing."""
        row, column = place
        rows = self.table.sheet.rows
        return rows[row][column] if row < len(rows) and column < len(rows[row]) else None

    def text(self, place: Place) -> str:
        """What a cell, or the merged cell over it, says on one line."""
        area = self.areas.get(place)
        value = self.value(area[:2] if area else place)
        return re.sub(r"\s+", " ", str(value)).strip() if value is not None else ""

    def is_formula(self, place: Place) -> bool:
        return self.grid.is_formula(place)

    def fills(self, place: Place) -> bool:
        """Whether a value can be put into a cell, be there one or not: no formula, no part of a merged cell but its first."""
        area = self.areas.get(place)
        return not self.is_formula(place) and (area is None or area[:2] == place)

    def waits(self, place: Place) -> bool:
        """Whether a cell is empty and a value can be put in."""
        return self.value(place) is None and self.fills(place)

    @property
    def areas(self) -> dict[Place, Area]:
        """Cell -> the merged area over it; also below the last value, where a form waits."""
        if not hasattr(self, "_areas"):
            last = max(self.grid.last_row, len(self.table.sheet.rows))
            self._areas = {
                (row, column): area
                for area in self.table.sheet.merged
                for row in range(area[0], min(area[2], last) + 1)
                for column in range(area[1], min(area[3], max(self.columns, default=0)) + 1)
            }
        return self._areas

    def patched(self, change: Patch) -> bytes:
        """The same file with values in some of its cells. Raises NotASheet where the file is not as programs write it."""
        try:
            return patch(self.data, change)
        except BROKEN as error:
            raise refuse("sheet.damaged", self.name, why=str(error)[:120]) from None


def open_form(data: bytes, name: str, sheet: str = "", header: Sequence[int] | None = None) -> Form:
    """The form in a file. sheet: its name, where a person chose it; header: first and last row of the header, likewise.

    Raises NotASheet.
    """
    if len(data) > LARGEST * 1_000_000:
        raise refuse("form.too-large", name, size=len(data) // 1_000_000, most=LARGEST)
    book = open_book(data, name)
    if book.kind != "xlsx":
        raise refuse("form.kind", name, kind=book.kind)
    table = _table(book, sheet, header)
    if table is None or not table.header:
        raise refuse("form.no-header", name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            path = sheet_paths(archive)[table.sheet.name]
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            if sizes[path] > MOST_SHEET * 1_000_000 or sum(sizes.values()) > MOST_UNPACKED * 1_000_000:
                raise refuse("sheet.too-large", name, size=sum(sizes.values()) // 1_000_000, most=MOST_SHEET)
            grid = grid_of(path, archive.read(path))
    except BROKEN as error:
        raise refuse("sheet.damaged", name, why=str(error)[:120]) from None
    shown = [one.name for one in book.sheets if not one.hidden]
    form = Form(name, data, table.sheet.name, table, grid, shown, notes=list(book.notes))
    _read(form)
    return form


def _table(book: Book, sheet: str, header: Sequence[int] | None) -> Table | None:
    wanted = next((one for one in book.sheets if one.name == sheet), None)
    if wanted is not None:
        given = header is not None and 0 <= header[0] <= header[1] < min(len(wanted.rows), header[0] + MOST_STOREYS)
        return find_table(wanted, list(range(header[0], header[1] + 1)) if header and given else None)
    found = [table for table in find_tables(book) if table.header]
    return found[0] if found else None


def _read(form: Form) -> None:
    table = form.table
    form.columns = list(table.columns)
    form.titles = {
        column: tuple(part for part in title.split(" › ") if part)
        for column, title in zip(table.columns, table.titles, strict=True)
    }
    form.rows, form.totals, form.open_below = _body(form, table.header[-1] + 1)
    if len(form.rows) * len(form.columns) > MOST_CELLS:
        raise refuse("form.too-many", form.name, cells=len(form.rows) * len(form.columns), most=MOST_CELLS)
    form.serial = [c for c in form.columns if form.titles[c] and SERIAL_TITLE.match(form.titles[c][-1])]
    form.marked = _marked(form)
    for row in form.rows:
        texts = [form.text((row, column)) for column in form.marked]
        form.labels[row] = tuple(text for text in texts if text)


def _body(form: Form, first: int) -> tuple[list[int], list[int], bool]:
    """(rows to fill, rows of sums among them, whether nothing stands below)."""
    table, sheet = form.table, form.table.sheet
    notes = {row for row, _ in table.notes}
    last = max(form.grid.last_row, len(sheet.rows) - 1)
    rows, totals = [], []
    for row in range(first, min(last, first + MOST_ROWS) + 1):
        if row in notes:
            return rows, totals, False
        if row in table.total or any(_is_total(form.value((row, c))) for c in table.columns[:3]):
            totals.append(row)
            rows.append(row)
        elif _drawn(form, row):
            rows.append(row)
        else:
            break
    after = rows[-1] + 1 if rows else first
    below = any(cell is not None for line in sheet.rows[after:] for cell in line)
    blank_end = bool(rows) and rows[-1] in totals
    return rows, totals, not below and not blank_end


def _is_total(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(SUMS.match(cell))


def _drawn(form: Form, row: int) -> bool:
    """Whether a row belongs to the table: something stands in it, or its cells are drawn with a style of their own."""
    drawn = form.grid.rows.get(row)
    return bool(drawn) and any(
        cell.filled or cell.formula or cell.style for column, cell in drawn.cells.items() if column in form.titles
    )


def _marked(form: Form) -> list[int]:
    """The leading columns that hold words in the rows: labels. Running numbers are passed over."""
    found: list[int] = []
    plain = [row for row in form.rows if row not in form.totals]
    for column in form.columns:
        if column in form.serial:
            continue
        words = [row for row in plain if isinstance(_shown(form, (row, column)), str)]
        if not words or len(words) * 2 < len(plain):
            break
        found.append(column)
        if len(found) == STOREYS:
            break
    return found


def _shown(form: Form, place: Place) -> Cell:
    """A cell's value, or that of the merged cell over it."""
    area = form.areas.get(place)
    return form.value(area[:2]) if area else form.value(place)
