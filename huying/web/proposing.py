"""A sheet that was handed in, as the page shows it: what was understood of it, and what its person changed so far.

Nothing of the page is kept in the session: the file lies sealed under a name that its person alone has, and what was
changed lies beside it as a draft of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest

from huying.declare.kinds import say
from huying.engine import drafts, handed_files, own_pack
from huying.engine.places import Tree
from huying.sheets import Book, Table, columns_of, open_book
from huying.sheets.as_yaml import text_of
from huying.sheets.grid import letters
from huying.sheets.layout import find_table
from huying.sheets.naming import area_names, said
from huying.sheets.proposal import KINDS, PLACES, PRIVACY, Chosen, NotMendable, Proposal, mend, narrow, propose

LOOKED_AT = 5_000  # rows: enough to tell what a column holds; the import looks at every one
SHOWN = 6  # rows of the sheet that are shown
MARKS = {"title": "标题 | Title", "head": "表头 | Header", "sum": "合计 | Sum", "note": "说明 | Note"}
ADDRESS = "/ledgers/from-sheet"


@dataclass
class Line:
    """A row of the sheet as shown. kind: title, head, row, sum or note; number: as sheet programs count it."""

    number: int
    kind: str
    cells: list[str]
    word: str = ""


@dataclass
class Row:
    """A column of the sheet as the form shows it, with what could not be done as asked."""

    place: int
    letters: str
    chosen: Chosen
    name: str
    examples: list[str]
    doubts: list[tuple[int, str, str]]
    problem: str = ""

    @property
    def hidden(self) -> bool:
        return self.chosen.column.privacy != "open"


@dataclass
class Looked:
    """A sheet with its proposal.

    cut   how many rows were not looked at      problems  column -> sentence
    kept  whether it is settled who keeps the ledger: whoever does unmasks what is masked, so it is never guessed
    """

    name: str
    file: str
    book: Book
    proposal: Proposal
    cut: int
    kept: bool
    problems: dict[int, str] = field(default_factory=dict)

    def declaration(self) -> str:
        return text_of(self.proposal.declaration())


class Gone(Exception):
    """The file's day is over, or it is another person's."""


def hand_in(request: HttpRequest, data: bytes, file: str) -> str:
    """Keep a file that opens as a sheet; its name. Raises NotASheet, and OSError when the disk is full."""
    open_book(data, file)
    name = handed_files.keep(handed_files.TO_LEDGERS, request.district.id, data)
    drafts.save(request.district, _who(request), f"{ADDRESS}/{name}", {"file": [file]})
    return name


def look(request: HttpRequest, name: str) -> Looked:
    """The sheet of a name, with what its person changed so far. Raises Gone and NotASheet."""
    state = _state(request, name)
    try:
        book = open_book(handed_files.read(handed_files.TO_LEDGERS, request.district.id, name), state["file"])
    except (OSError, KeyError, ValueError):
        raise Gone(name) from None
    return _looked(request, name, book, state)


def change(request: HttpRequest, looked: Looked) -> Looked:
    """What the form asks for, done as far as it can be, and kept. Problems stand at their columns."""
    typed, proposal = request.POST, looked.proposal
    table = proposal.table
    state = _kept(looked)
    sheet, head = typed.get("sheet", table.sheet.name), _head(typed, table)
    if (sheet, head) != (table.sheet.name, table.header):
        state = {"file": looked.file, "sheet": sheet}
        if sheet == table.sheet.name and head is not None:
            state["head"] = head
        looked = _looked(request, looked.name, looked.book, state)
    else:
        _overall(request, looked, typed)
        areas = _areas(request.tree)
        looked.problems = {
            one.column.place: say(refused[-1], request.lang)
            for one in proposal.fields
            if f"title-{one.column.place}" in typed and (refused := _changed(proposal, one, typed, areas))
        }
        _settle_place(request, proposal, typed.get("place", proposal.place))
    drafts.save(
        request.district,
        _who(request),
        f"{ADDRESS}/{looked.name}",
        {"state": [json.dumps(_kept(looked), ensure_ascii=False)]},
    )
    return looked


def forget(request: HttpRequest, name: str) -> None:
    """The sheet and what was changed are needed no more."""
    _state(request, name)  # only its own person's
    handed_files.drop(handed_files.TO_LEDGERS, request.district.id, name)
    drafts.drop(request.district, _who(request), f"{ADDRESS}/{name}")


def finish(request: HttpRequest, address: str, ledger: str, title: str) -> None:
    """What was at an address has become a ledger, or gone on to whoever may make it one (ledger is empty): the sheet is
    needed no more, but the same press again is known."""
    if address.rpartition("/")[0] == ADDRESS:
        handed_files.drop(handed_files.TO_LEDGERS, request.district.id, address.rpartition("/")[2])
    drafts.save(request.district, _who(request), address, {"done": [ledger, title]})


def finished(request: HttpRequest, address: str) -> tuple[str, str] | None:
    """(ledger, title) of what this person finished at an address; None where nothing was."""
    found = drafts.read(request.district, _who(request), address)
    return (found[0]["done"][0], found[0]["done"][1]) if found and "done" in found[0] else None


def shown(request: HttpRequest, looked: Looked) -> dict[str, Any]:
    """What the template says of a sheet."""
    proposal, rules = looked.proposal, request.district.rules
    names = proposal.names()
    return {
        "looked": looked,
        "proposal": proposal,
        "address": f"{ADDRESS}/{looked.name}",
        "lines": _lines(request, proposal),
        "letters": [letters(place) for place in narrow(proposal.table).columns],
        "rows": [_row(request, one, names, looked.problems) for one in proposal.fields],
        "kinds": list(KINDS.items()),
        "classes": list(PRIVACY.items()),
        "places": [(key, PLACES[key]) for key in sorted(_places(request, proposal))],
        "keepers": [rules.roles[role] for role in own_pack.keepers_of(rules)],
        "sheets": [sheet.name for sheet in looked.book.sheets],
        "notes": [*looked.book.notes, *proposal.notes],
        "head_first": proposal.table.header[0] + 1 if proposal.table.header else "",
        "head_last": proposal.table.header[-1] + 1 if proposal.table.header else "",
        "secret": [one.column.title for one in proposal.kept if one.column.privacy == "secret"],
        "private": [one.column.title for one in proposal.kept if one.column.privacy == "private"],
        "keys": [one.column.title for one in proposal.kept if one.in_key],
        "may_put": request.actor.may("administer"),
        "comma": "、" if request.lang == "zh" else ", ",
        "text": looked.declaration(),
    }


def _looked(request: HttpRequest, name: str, book: Book, state: Mapping[str, Any]) -> Looked:
    sheets = sorted(book.sheets, key=lambda sheet: (sheet.name != state.get("sheet"), sheet.hidden))
    found = next((table for sheet in sheets if (table := find_table(sheet, _wanted(state, sheet.name)))), None)
    if found is None:
        raise Gone(name)
    cut = max(0, len(found.body) - LOOKED_AT)
    table = replace(found, body=found.body[:LOOKED_AT])
    areas, rules = _areas(request.tree), request.district.rules
    keepers = own_pack.keepers_of(rules)
    own = request.actor.role.name if request.actor.role else ""
    keeper = next((role for role in (state.get("keeper"), own) if role in keepers), "")
    proposal = propose(
        table,
        columns_of(narrow(table), areas),
        file=state["file"],
        keeper=keeper or keepers[0],
        reach=rules.roles[keeper or keepers[0]].reach,
        taken=[full.partition(".")[2] for full in rules.ledgers if full.startswith(f"{request.district.name}.")],
        codes=[ledger.code for ledger in rules.ledgers.values()],
    )
    for key in ("title", "name", "closed", "prefix"):
        setattr(proposal, key, state.get(key, getattr(proposal, key)))
    by_place = {one.column.place: one for one in proposal.fields}
    for place, kind, title, kept, required, privacy, in_key in state.get("columns", []):
        if one := by_place.get(place):
            _mended(proposal, one, areas, kind, title or one.column.title, kept, required, privacy, in_key)
    _settle_place(request, proposal, state.get("place", proposal.place))
    return Looked(name, state["file"], book, proposal, cut, bool(keeper))


def _wanted(state: Mapping[str, Any], sheet: str) -> list[int] | None:
    return state.get("head") if state.get("sheet") == sheet else None


def _head(typed: Mapping[str, str], table: Table) -> list[int] | None:
    """The header's rows as the form has them, from 0; those of the table where it says nothing sensible."""
    first, last = typed.get("head_first", "").strip(), typed.get("head_last", "").strip()
    if not first and not last:
        return [] if "head_first" in typed else table.header
    if not (first + last).isascii() or not (first.isdigit() and (last or first).isdigit()):
        return table.header
    rows = list(range(int(first[:7]) - 1, int((last or first)[:7])))
    return rows if rows and len(rows) <= 6 and rows[0] >= 0 and rows[-1] < len(table.sheet.rows) - 1 else table.header


def _overall(request: HttpRequest, looked: Looked, typed: Mapping[str, str]) -> None:
    """Title, name, keeper, place, who sees it."""
    proposal = looked.proposal
    proposal.title = said(typed.get("ledger_title", ""), 60) or proposal.title
    proposal.name = typed.get("ledger_name", "").strip()[:40] or proposal.name
    if typed.get("keeper") in own_pack.keepers_of(request.district.rules):
        proposal.keeper, looked.kept = typed["keeper"], True
    _settle_place(request, proposal, typed.get("place", proposal.place))
    if "seen_by" in typed:
        proposal.closed = typed["seen_by"] == "keeper"


def _settle_place(request: HttpRequest, proposal: Proposal, wanted: str) -> None:
    """Where records belong, as asked where that can be: a keeper who sees one street must see what is added."""
    possible = _places(request, proposal)
    proposal.place = wanted if wanted in possible else possible[0]


def _places(request: HttpRequest, proposal: Proposal) -> list[str]:
    if proposal.unit:
        return ["column"]
    sees_one = request.district.rules.roles[proposal.keeper].reach == "area"
    return ["asked"] if sees_one else ["asked", "district"]


def _changed(proposal: Proposal, one: Chosen, typed: Mapping[str, str], areas: Mapping[str, str]) -> list[str]:
    """Do what the form asks of one column; what could not be done."""
    place, column = one.column.place, one.column
    kind = typed.get(f"type-{place}", column.type)
    privacy, in_key = typed.get(f"privacy-{place}", column.privacy), f"key-{place}" in typed
    title = said(typed[f"title-{place}"], 80) or column.title
    kept, required = f"keep-{place}" in typed, f"required-{place}" in typed
    if kind != column.type:  # a new type brings a class of its own
        return _mended(proposal, one, areas, kind, title, kept, required)
    return _mended(proposal, one, areas, kind, title, kept, required, privacy, in_key)


def _mended(
    proposal: Proposal,
    one: Chosen,
    areas: Mapping[str, str],
    kind: str,
    title: str,
    kept: bool,
    required: bool,
    privacy: str = "",
    in_key: bool | None = None,
) -> list[str]:
    """Change what differs, a thing at a time, so that one refusal leaves the rest done. What could not be done."""
    refused = []
    asked: list[dict[str, Any]] = [{"type": kind}, {"title": title, "kept": kept, "required": required}]
    if privacy and in_key is not None:
        asked += [{"privacy": privacy, "in_key": in_key}]
    for changes in asked:
        now = {**vars(one.column), "kept": one.kept, "in_key": one.in_key}
        if differing := {key: value for key, value in changes.items() if now[key] != value}:
            try:
                mend(proposal, one.column.place, areas=areas, **differing)
            except NotMendable as wrong:
                refused.append(str(wrong))
    return refused


def _kept(looked: Looked) -> dict[str, Any]:
    """The state of a proposal as it is kept in the draft."""
    proposal = looked.proposal
    written = dict(zip(proposal.table.columns, proposal.table.titles, strict=True))
    return {
        "file": looked.file,
        "sheet": proposal.table.sheet.name,
        "head": proposal.table.header,
        "keeper": proposal.keeper if looked.kept else "",
        **{key: getattr(proposal, key) for key in ("title", "name", "place", "closed", "prefix")},
        "columns": [
            [
                c.place,
                c.type,
                c.title if c.title != written[c.place] else "",
                one.kept,
                c.required,
                c.privacy,
                one.in_key,
            ]
            for one in proposal.fields
            if (c := one.column)
        ],
    }


def _state(request: HttpRequest, name: str) -> dict[str, Any]:
    found = drafts.read(request.district, _who(request), f"{ADDRESS}/{name}")
    if found is None or "done" in found[0]:
        raise Gone(name)
    fields = found[0]
    return json.loads(fields["state"][0]) if "state" in fields else {"file": fields["file"][0]}


def _row(request: HttpRequest, one: Chosen, names: Mapping[int, str], problems: Mapping[int, str]) -> Row:
    column = one.column
    open_ = column.privacy == "open"
    return Row(
        column.place,
        letters(column.place),
        one,
        names.get(column.place, ""),
        column.examples if open_ else [],
        [(row + 1, str(cell)[:60] if open_ else "…", say(why, request.lang)) for row, cell, why in column.doubts[:30]],
        problems.get(column.place, ""),
    )


def _lines(request: HttpRequest, proposal: Proposal) -> list[Line]:
    """The first rows of the sheet, each with what it was taken for; what is masked is not shown here either."""
    table = narrow(proposal.table)
    kinds = {row: "note" for row, _text in table.notes}
    kinds |= (
        dict.fromkeys(table.above, "title") | dict.fromkeys(table.header, "head") | dict.fromkeys(table.total, "sum")
    )
    first = [row for row in sorted([*kinds, *table.body[:SHOWN]]) if row <= (table.body[: SHOWN + 1] or [0])[-1]]
    rest = [row for row in sorted(kinds) if row not in first][:3]
    masked = {one.column.place for one in proposal.fields if one.column.privacy != "open"}
    lines = []
    for row in [*first, *rest]:
        kind = kinds.get(row, "row")
        cells = [
            "•••"
            if kind == "row" and place in masked and cell is not None
            else said(str("" if cell is None else cell), 40)
            for place, cell in ((place, table.sheet.rows[row][place]) for place in table.columns)
        ]
        lines.append(Line(row + 1, kind, cells, say(MARKS[kind], request.lang) if kind in MARKS else ""))
    return lines


def _areas(tree: Tree) -> dict[str, str]:
    units = [unit for unit in tree.units.values() if unit.kind != "office"]
    return area_names((u.code, u.title, above.code if (above := tree.get(u.parent or 0)) else "") for u in units)


def _who(request: HttpRequest) -> str:
    return f"sheet:{request.actor.person}"  # not a draft that a page could write
