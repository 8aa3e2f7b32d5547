"""What a workbook's file holds of one sheet besides values: which cells stand in it, their styles, their formulas."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field

from .markup import Element, elements, walk

REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
Place = tuple[int, int]  # row, column; from 0


@dataclass
class Cell:
    """A cell as it stands in the file. formula: it, or a formula's area, computes it; values: where its value stands."""

    element: Element
    style: int
    formula: bool = False
    filled: bool = False
    values: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Row:
    element: Element
    style: int | None
    cells: dict[int, Cell] = field(default_factory=dict)


@dataclass
class Grid:
    """One sheet's part. column_styles: (first, last, style), from 0; sheet_data: the element that holds the rows."""

    path: str
    data: bytes
    prefix: str = ""
    rows: dict[int, Row] = field(default_factory=dict)
    column_styles: list[tuple[int, int, int]] = field(default_factory=list)
    sheet_data: Element | None = None
    computed: list[tuple[int, int, int, int]] = field(default_factory=list)  # areas of array formulas

    def cell(self, place: Place) -> Cell | None:
        row = self.rows.get(place[0])
        return row.cells.get(place[1]) if row else None

    def is_formula(self, place: Place) -> bool:
        """Whether Excel computes the cell."""
        cell, (row, column) = self.cell(place), place
        return bool(cell and cell.formula) or any(
            top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.computed
        )

    def style(self, place: Place) -> int:
        """The number of the style that the cell has or would have."""
        if cell := self.cell(place):
            return cell.style
        row = self.rows.get(place[0])
        if row and row.style is not None:
            return row.style
        return next((style for first, last, style in self.column_styles if first <= place[1] <= last), 0)

    @property
    def last_row(self) -> int:
        """The last row with a cell, be it an empty one with borders; -1 where there is none."""
        return max((number for number, row in self.rows.items() if row.cells), default=-1)


def sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> the path of its part."""
    links, _ = elements(archive.read("xl/_rels/workbook.xml.rels"), 1)
    targets = {one.attributes.get("Id", ""): one.attributes.get("Target", "") for depth, one in links if depth == 1}
    found = {}
    for _, one in elements(archive.read("xl/workbook.xml"), 2)[0]:
        if one.name == "sheet":
            key = next((value for name, value in one.attributes.items() if name.rpartition(":")[2] == "id"), "")
            target = targets.get(key, "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[one.attributes.get("name", "")] = path
    return found


def grid_of(path: str, data: bytes) -> Grid:
    """A sheet's part, read. Raises markup.Unreadable, and ValueError for a number that is none."""
    grid = Grid(path, data)
    row: Row | None = None
    cell: Cell | None = None
    next_row = next_column = 0

    def opened(one: Element, depth: int) -> None:
        nonlocal row, cell, next_row, next_column
        if depth == 1 and one.name == "sheetData":
            grid.sheet_data = one
        elif depth == 2 and one.name == "col":
            first, last = int(one.attributes.get("min", 1)), int(one.attributes.get("max", 1))
            grid.column_styles.append((first - 1, last - 1, int(one.attributes.get("style", 0))))
        elif depth == 2 and one.name == "row":
            next_row = int(one.attributes.get("r", next_row + 1))
            own = one.attributes.get("customFormat") in ("1", "true") and "s" in one.attributes
            row = grid.rows[next_row - 1] = Row(one, int(one.attributes["s"]) if own else None)
            next_column = 0
        elif depth == 3 and one.name == "c" and row is not None:
            place = place_of(one.attributes["r"])[1] if "r" in one.attributes else next_column
            next_column = place + 1
            cell = row.cells[place] = Cell(one, int(one.attributes.get("s", 0)))
        elif depth == 4 and cell is not None and one.name == "f":
            cell.formula = True
            if one.attributes.get("t") in ("array", "dataTable") and "ref" in one.attributes:
                first, _, last = one.attributes["ref"].partition(":")
                grid.computed.append((*place_of(first), *place_of(last or first)))

    def closed(one: Element, depth: int) -> None:
        if depth == 4 and cell is not None and one.name in ("v", "is"):
            cell.filled = True
            cell.values.append((one.start, one.end))

    grid.prefix = walk(data, opened, closed)
    return grid


def place_of(reference: str) -> Place:
    """B3 as (2, 1). Raises ValueError."""
    found = REFERENCE.fullmatch(reference)
    if not found:
        raise ValueError(f"no cell: {reference}")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def name_of(place: Place) -> str:
    """(2, 1) as B3."""
    return f"{letters(place[1])}{place[0] + 1}"


def letters(column: int) -> str:
    """A column as sheet programs call it: 0 is A, 26 is AA."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
