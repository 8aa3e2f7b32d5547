"""What a returned sheet comes to, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from huying.declare.kinds import Step
from huying.engine.records import Record
from huying.engine.working_copies import Row, Stamp
from huying.sheets.model import Cell

UNCHANGED, CHANGED, NEW, CONFLICT, WRONG = KINDS = ("unchanged", "changed", "new", "conflict", "wrong")


class NotReturned(Exception):
    """A file that cannot be taken back as a whole. Its text is `中文 | English`."""


@dataclass(frozen=True)
class Fault:
    """Why a cell is not written, or a row as a whole (name is empty). kind: conflict or wrong; value: what the cell
    holds; words: `中文 | English`, with the way out."""

    kind: str
    name: str
    value: str
    words: str


@dataclass
class Line:
    """One row of the sheet. number: as sheet programs count; cells: column's name -> cell; changes: what is to be
    written, field -> value; steps: field -> by which step; act: of a new record, or what the acts of a row are named after;
    taken: (record, seq) of acts under that name that were taken before."""

    number: int
    cells: Mapping[str, Cell]
    code: str
    row: Row | None = None
    now: Record | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    act: UUID | None = None
    again: bool = False  # what the row asks for was done already
    taken: list[tuple[UUID, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """By its worst cell."""
        kinds = {fault.kind for fault in self.faults}
        if WRONG in kinds or CONFLICT in kinds:
            return WRONG if WRONG in kinds else CONFLICT
        if self.row is None:
            return UNCHANGED if self.again else NEW
        return CHANGED if self.changes else UNCHANGED

    @property
    def writes(self) -> bool:
        """Whether something of the row is to be written: of a new one all or nothing, else the cells that are right."""
        return not self.faults and not self.again if self.row is None else bool(self.changes)

    def wrong(self, name: str, words: str, kind: str = WRONG) -> None:
        """Refuse a cell, or the row as a whole."""
        cell = self.cells.get(name)
        self.faults.append(Fault(kind, name, "" if cell is None else str(cell)[:60], words))


@dataclass
class Returned:
    """All rows. lines: those that are not as they went out; rows: how many there are in all; missing: codes of records
    that went out and are in the file no more; notes: `中文 | English`."""

    stamp: Stamp
    rows: int
    lines: list[Line]
    missing: list[str]
    notes: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """kind -> rows; their sum is `rows`."""
        found = Counter(line.kind for line in self.lines)
        found[UNCHANGED] += self.rows - len(self.lines)
        return {kind: found[kind] for kind in KINDS}

    @property
    def cells(self) -> int:
        """How many cells of records that there are would be written."""
        return sum(len(line.changes) for line in self.lines if line.row)

    @property
    def to_write(self) -> list[Line]:
        return [line for line in self.lines if line.writes]

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.faults]
