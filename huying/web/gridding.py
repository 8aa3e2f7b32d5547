"""A page of records as a grid of cells, and what comes back from it.

A cell is text both ways: as it is shown, told apart and exact, it is read again as the value it came from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from huying.declare.kinds import Ledger, say
from huying.engine import access, amending, exchange, records, returning
from huying.engine.cell_texts import YES, Shower, told
from huying.engine.records import Record
from huying.engine.returning import Done, Edit, Line, Returned
from huying.sheets import tsv
from huying.web import requested
from huying.web.show import record_url

MOST = 2_000  # rows of one paste
NUMBERS = ("number", "integer", "money")
TOO_MANY = f"一次最多 {MOST} 行；更多的请用“导入表格” | At most {MOST} rows at a time; bring in more as a sheet"


class NotReadable(Exception):
    """What was sent is no edit. Its text is `中文 | English`."""


@dataclass(frozen=True)
class Column:
    """A column of the grid. why: it is not changed here, as a sentence; enters: filled in for a new row; of: the ledger
    whose codes it takes; choices: what may stand in it, where that is known."""

    name: str
    heading: str
    type: str
    why: str
    enters: bool
    of: str = ""
    choices: Sequence[str] = ()
    narrow: bool = False  # shown on a phone too

    @property
    def numeric(self) -> bool:
        return self.type in NUMBERS


@dataclass(frozen=True)
class Cell:
    column: Column
    text: str
    why: str  # it is not changed, in a sentence; empty where it may be


@dataclass(frozen=True)
class Row:
    """A record as the grid shows it. step: where it is changed by a form, empty where it may not be."""

    number: int
    record: UUID
    seq: int
    code: str
    url: str
    step: str
    cells: list[Cell]


class Grid:
    """The cells of one ledger for one request."""

    def __init__(self, request: HttpRequest, declared: Ledger, chosen: Sequence[str] = ()):
        district, actor = request.district, request.actor
        self.request, self.ledger = request, declared
        self.shower = Shower(district, request.tree, request.lang, apart=True)
        self.steps = amending.amending_steps(district, actor, declared.name)
        self.entering = amending.entering(district, actor, declared.name)
        self.locked = returning.why_locked(district, actor, declared)
        asked = set(amending.enterable(declared, actor, self.entering))
        visible = access.visible_fields(declared, actor.kinds)
        shown = [name for name in declared.fields if name in visible or name in declared.masked]
        if chosen:
            shown = [name for name in chosen if name in shown] or shown
        self.columns = [self._column(name, name in asked) for name in shown]

    def _column(self, name: str, enters: bool) -> Column:
        one, lang = self.ledger.fields[name], self.request.lang
        why = say(self.locked.get(name, ""), lang)
        narrow = name in self.ledger.list
        return Column(name, self.shower.head(one), one.type, why, enters, one.ledger, self._choices(one), narrow)

    def _choices(self, one: Any) -> Sequence[str]:
        match one.type:
            case "enum" | "code":
                return list(self.shower.labels(one).values())
            case "boolean":
                return list(reversed(YES[self.shower.lang]))
            case "area" | "office":
                units = self.request.tree.units.values()
                mine = [u for u in units if (u.kind == "office") == (one.type == "office")]
                return [self.shower.places[u.id] for u in sorted(mine, key=lambda u: u.code or "")]
        return ()

    def rows(self, found: Sequence[Record], first: int = 1) -> list[Row]:
        """Records as rows, numbered from `first`; one statement for each ledger that they refer to."""
        codes = exchange.codes_of(self.request.district, self.request.actor, found)
        return [self._row(one, number, codes) for number, one in enumerate(found, first)]

    def _row(self, one: Record, number: int, codes: Mapping[Any, str]) -> Row:
        steps = amending.steps_for(self.request.district, self.request.actor, one, self.steps)
        first = next(iter(steps.values()), None)
        url = record_url(self.ledger.name, one.code)
        state = self.request.district.rules.flows[self.ledger.name].states.get(one.state)
        title = say(state.title, self.request.lang) if state else one.state
        now = (
            f"现在是“{title}”，这一项不能改"
            if self.request.lang == "zh"
            else f"It is “{title}” now; this cannot be changed"
        )
        cells = [
            Cell(column, self._text(one, column.name, codes), column.why or ("" if column.name in steps else now))
            for column in self.columns
        ]
        return Row(number, one.id, one.seq, one.code, url, f"{url}/{first.name}" if first else "", cells)

    def _text(self, one: Record, name: str, codes: Mapping[Any, str]) -> str:
        if name in self.ledger.secret:
            return one.masks.get(name, "")
        if name in self.ledger.private:
            return returning.MASKED
        field = self.ledger.fields[name]
        cell = self.shower.cell(field, exchange.value_of(one, field), codes)
        return told(cell).replace("T", " ") if isinstance(cell, datetime) else told(cell)


def edits_of(body: Mapping[str, Any], declared: Ledger) -> list[Edit]:
    """The edits that a body asks for: `rows` with their cells, or a `paste` onto rows. Raises NotReadable."""
    try:
        paste = body.get("paste")
        found = _pasted(paste, declared) if paste else [_edit(one, one["cells"], declared) for one in body["rows"]]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise NotReadable(
            "没看懂送来的内容，请刷新再试 | What was sent could not be read; reload and try again"
        ) from None
    if len(found) > MOST:
        raise NotReadable(TOO_MANY)
    return found


def _edit(row: Mapping[str, Any], cells: Mapping[str, str], declared: Ledger) -> Edit:
    """One row as it was sent: {n, record, seq, cells}."""
    known = {*declared.fields, *exchange.STANDING}
    if not set(cells) <= known or not all(isinstance(text, str) for text in cells.values()):
        raise ValueError(cells)
    record = UUID(row["record"]) if row.get("record") else None
    seq = int(row.get("seq") or 0)
    if not 0 <= seq < 2**31:
        raise ValueError(seq)
    return Edit(int(row["n"]), record, seq, dict(cells))


def _pasted(paste: Mapping[str, Any], declared: Ledger) -> list[Edit]:
    """A block laid onto rows, from the first of the `names` on; one cell fills all that was selected; what goes past the
    last row becomes new rows where the paste may `extend`. Raises NotReadable where it does not fit."""
    block, rows, names = tsv.parse(str(paste["text"])), list(paste["rows"]), list(paste["names"])
    height, width = int(paste.get("height") or 1), int(paste.get("width") or 1)
    if len(block) == 1 and len(block[0]) == 1:
        block = [block[0] * min(width, len(names))] * min(height, len(rows))
    if block and len(block[0]) > len(names):
        wide = len(block[0])
        raise NotReadable(
            f"贴的有 {wide} 列，从这一格往右只有 {len(names)} 列；请少选几列，或换一格贴 | "
            f"The block has {wide} columns, and there are {len(names)} from this cell on; choose fewer, or another cell"
        )
    if len(block) > len(rows) and not paste.get("extend"):
        raise NotReadable(
            f"贴的有 {len(block)} 行，从这一行到本页末尾只有 {len(rows)} 行；请少选几行，其余的翻页再贴 | "
            f"The block has {len(block)} rows, and there are {len(rows)} from this one to the end of the page; choose fewer, "
            "and paste the others on the next page"
        )
    if len(block) > MOST:
        raise NotReadable(TOO_MANY)
    last = int(rows[-1]["n"]) if rows else int(paste.get("n") or 0)
    rows += [{"n": last + extra, "record": None} for extra in range(1, len(block) - len(rows) + 1)]
    return [
        _edit(row, dict(zip(names, line, strict=False)), declared)
        for row, line in zip(rows, block, strict=False)
        if row.get("record") or any(text.strip() for text in line)
    ]


def undone(body: Mapping[str, Any]) -> list[tuple[UUID, int]]:
    """The acts to take back, (record, seq). Raises NotReadable."""
    try:
        return [(UUID(record), int(seq)) for record, seq in body["undo"][:MOST] if 0 < int(seq) < 2**31]
    except (TypeError, ValueError, KeyError, AttributeError):
        raise NotReadable("没有可撤销的改动 | There is no change to take back") from None


def body_of(request: HttpRequest) -> tuple[Mapping[str, Any], UUID]:
    """(what was sent, its act). Raises NotReadable."""
    try:
        body = json.loads(request.body)
        key = requested.uuid(str(body["act"]))
    except (ValueError, TypeError, KeyError):
        body, key = {}, None
    if key is None:
        raise NotReadable("没看懂送来的内容，请刷新再试 | What was sent could not be read; reload and try again")
    return body, key


def answered(grid: Grid, found: Returned, done: Done | None) -> dict[str, Any]:
    """What the page is told: the rows as they stand, what was refused and why, and which acts an undo would take back.

    done: None where nothing was to be written
    """
    request, lang = grid.request, grid.request.lang
    made = {line.number: outcome.record for line, outcome in done.acts} if done else {}
    of = {
        line.number: line.row.record
        if line.row
        else made.get(line.number) or (line.taken[0][0] if line.taken else None)
        for line in found.lines
    }
    ids = list(dict.fromkeys(record for record in of.values() if record))
    now = {one.id: one for one in records.many(request.district, request.actor, grid.ledger.name, ids)}
    shown = {row.record: row for row in grid.rows(list(now.values()))}
    acts = [(o.record, o.seq) for _, o in done.acts] if done else []
    acts += [one for line in found.lines for one in line.taken]
    faults = [
        _fault(line, fault.name, fault.kind, say(fault.words, lang)) for line in found.lines for fault in line.faults
    ]
    for line, refused in done.refused if done else ():
        places = [name for name in refused.fields if name in line.cells] or [""]
        faults += [
            _fault(line, name, "wrong", say(refused.fields.get(name) or refused.sentence, lang)) for name in places
        ]
    return {
        "written": done is not None,
        "writes": sum(len(line.changes) for line in found.to_write),
        "rows": [_told(number, shown[record]) for number, record in of.items() if record in shown],
        "faults": faults,
        "undo": [[str(record), seq] for record, seq in acts],
    }


def _fault(line: Line, name: str, kind: str, says: str) -> dict[str, Any]:
    cell = line.cells.get(name)
    return {
        "n": line.number,
        "record": str(line.row.record) if line.row else None,
        "name": name,
        "kind": kind,
        "says": says,
        "typed": cell if isinstance(cell, str) else told(cell),
    }


def _told(number: int, row: Row) -> dict[str, Any]:
    return {
        "n": number,
        "record": str(row.record),
        "seq": row.seq,
        "code": row.code,
        "url": row.url,
        "cells": {cell.column.name: [cell.text, cell.why] for cell in row.cells},
    }


def choices_of(columns: Iterable[Column]) -> dict[str, list[str]]:
    """Column -> what may stand in it."""
    return {column.name: list(column.choices) for column in columns if column.choices}
