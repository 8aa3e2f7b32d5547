"""A ledger as a sheet to be changed elsewhere and brought back: the working copy.

Grey cells are locked (without a password: a courtesy, not a guard), white ones are what its reader may amend. A hidden
sheet holds the stamp: what was written, when, for whom, and of each row its record and seq with a digest of its cells,
so that what comes back is compared with what went out (returning.py). Only this installation can make a stamp; one of
another district, ledger or file does not fit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xlsxwriter.worksheet import Worksheet

from huying.declare.expressions import Expression
from huying.declare.kinds import Field
from huying.engine import access, amending, exchange, sealed
from huying.engine.cell_texts import YES, Shower, told
from huying.engine.clock import new_id
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.sheet_writing import FIRST_DAY, Widths, Workbook, format_of, written
from huying.sheets.model import Cell, Sheet

HIDDEN = "_huying"  # name of the sheet that holds the stamp
MOST = 100_000  # rows
ROOM = 1000  # rows below for new records: they have drop-downs too
LOCKED, OPEN = {"bg_color": "#efede8", "locked": True}, {"locked": False}
HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
MARKS = {"wrong": {"bg_color": "#f8d0cc"}, "conflict": {"bg_color": "#fbe3b0"}, "reason": {"font_color": "#8a5300"}}
FIRST = 2  # row of the first record: behind the notes and the header
SAID = 255  # characters of a drop-down's own choices
MOST_OF = 10**15  # beyond it a sheet's numbers are not exact
REASON = "没写进去的原因 | Why it was not written"


@dataclass(frozen=True)
class Stamp:
    """What a working copy says of itself. columns: (name, heading) in order; rule: digest of all
    that was in force; of: the file it is, kept when what was wrong goes out again."""

    of: UUID
    district: int
    ledger: str
    rule: str
    as_of: datetime
    person: int
    lang: str
    columns: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """Stamped, to be written."""
        said = {**self.__dict__, "of": str(self.of), "as_of": self.as_of.isoformat()}
        return sealed.stamp(json.dumps(said, ensure_ascii=False), "working copy")

    @classmethod
    def read(cls, text: str) -> Stamp | None:
        """The stamp, when we made it; else None."""
        plain = sealed.stamped(text, "working copy")
        if plain is None:
            return None
        said = json.loads(plain)
        columns = tuple((name, heading) for name, heading in said.pop("columns"))
        return cls(
            **{**said, "of": UUID(said["of"]), "as_of": datetime.fromisoformat(said["as_of"]), "columns": columns}
        )

    def row(self, code: str, record: UUID, seq: int, digest: str) -> str:
        """What is written of a row."""
        return sealed.stamp(f"{record} {seq} {digest} {code}", f"row of {self.of}")

    def row_of(self, text: str) -> Row | None:
        """What was written of a row of this file; None for what was not."""
        plain = sealed.stamped(text, f"row of {self.of}")
        if plain is None:
            return None
        record, seq, digest, code = plain.split(" ", 3)
        return Row(code, UUID(record), int(seq), digest)


@dataclass(frozen=True)
class Row:
    """A record as it went out. digest: of its cells; `-` where they are to be compared in any case."""

    code: str
    record: UUID
    seq: int
    digest: str


@dataclass(frozen=True)
class Line:
    """A row to be written. open: fields that may be changed; marks: place -> wrong or conflict; reason: in words;
    record: (id, seq), and whether its cells are as they stand, so that an unchanged row is known by its digest."""

    cells: Sequence[Cell]
    open: frozenset[str]
    record: tuple[UUID, int] | None = None
    as_it_stands: bool = True
    marks: Mapping[int, str] = field(default_factory=dict)
    reason: str = ""


def digest_of(cells: Iterable[Cell]) -> str:
    """Equal for equal cells, whichever program saved them."""
    return hashlib.sha256("\x1f".join(map(told, cells)).encode("utf-8", "replace")).hexdigest()[:20]


def rule_of(district: District) -> str:
    """What names all that is in force: a file from before a change of it is told from later ones."""
    return district.digest.hex()[:20]


def columns_of(shower: Shower, actor: Actor, ledger: str) -> tuple[tuple[str, str], ...]:
    """(name, heading) of the columns; no two headings are the same."""
    declared, found = shower.district.rules.ledgers[ledger], {}
    for name, title in exchange.STANDING.items():
        found[shower.say(title)] = name
    for name in access.visible_fields(declared, actor.kinds):
        heading = shower.head(declared.fields[name])
        found[heading if heading not in found else f"{heading} [{name}]"] = name
    return tuple((name, heading) for heading, name in found.items())


def make(
    district: District,
    actor: Actor,
    tree: Tree,
    ledger: str,
    filters: Mapping[str, Any],
    lang: str,
    where: Expression | None = None,
) -> Iterator[bytes]:
    """The working copy in pieces, its records as they stand now. Raises access.Refused."""
    declared = district.rules.ledgers[ledger]
    access.reach_for(declared, actor)
    shower, now = Shower(district, tree, lang, apart=True), district.now()
    columns = columns_of(shower, actor, ledger)
    stamp = Stamp(new_id(now), district.id, ledger, rule_of(district), now, actor.person, lang, columns)
    fields = [declared.fields[name] for name in access.visible_fields(declared, actor.kinds)]
    steps, cellwise = amending.amending_steps(district, actor, ledger), amending.changeable(district, actor, ledger)

    def lines() -> Iterator[Line]:
        for batch in exchange.read(district, actor, ledger, filters, now, where):
            known = exchange.codes_of(district, actor, batch)
            for one in batch:
                may = cellwise.keys() & amending.steps_for(district, actor, one, steps)
                yield Line(exchange.cells(shower, one, fields, known), frozenset(may), (one.id, one.seq))

    return written(lambda workbook: write(workbook, shower, actor, stamp, lines()))


def write(
    workbook: Workbook, shower: Shower, actor: Actor, stamp: Stamp, lines: Iterable[Line], reasons: bool = False
) -> None:
    """The sheets of a working copy; with reasons, of what could not be written of one."""
    declared = shower.district.rules.ledgers[stamp.ledger]
    sheet, kept = workbook.sheet(shower.say(declared.title)), workbook.sheet(HIDDEN)
    kept.very_hidden()
    kept.write_string(0, 0, stamp.text())
    fields = [declared.fields.get(name) for name, _ in stamp.columns]
    kinds = [one.type if one else "text" if place < 2 else "time" for place, one in enumerate(fields)]
    enterable = set(amending.enterable(declared, actor, amending.entering(shower.district, actor, stamp.ledger)))
    white = enterable | amending.changeable(shower.district, actor, stamp.ledger).keys()
    widths, last = Widths(len(kinds)), FIRST
    widths.see([f"{heading}  " for _, heading in stamp.columns])
    _head(workbook, sheet, shower, stamp, white, enterable, reasons)
    for number, line in enumerate(lines, FIRST):
        for place, cell in enumerate(line.cells):
            looks = OPEN if stamp.columns[place][0] in line.open else LOCKED
            workbook.write(sheet, number, place, cell, kinds[place], **looks | MARKS.get(line.marks.get(place, ""), {}))
        if line.reason:
            workbook.write(sheet, number, len(kinds), line.reason, "text", **LOCKED | MARKS["reason"])
        if line.record:
            digest = digest_of(line.cells) if line.as_it_stands else "-"
            kept.write_string(number - FIRST + 1, 0, stamp.row(str(line.cells[0]), *line.record, digest))
        widths.see(line.cells)
        last = number
    for place, (name, _) in enumerate(stamp.columns):
        looks = OPEN if name in enterable else LOCKED
        sheet.set_column(place, place, widths.widths[place], workbook.format(format_of(kinds[place]), **looks))
    if reasons:
        sheet.set_column(len(kinds), len(kinds), 60)
    for place, one in enumerate(fields):
        if one and one.name in white:
            _guide(workbook, sheet, shower, one, place, last + ROOM)
    sheet.freeze_panes(FIRST, 1)
    sheet.autofilter(FIRST - 1, 0, last, len(kinds) - 1 + reasons)
    allowed = ("autofilter", "format_cells", "format_columns", "format_rows", "insert_rows")
    sheet.protect("", dict.fromkeys(allowed, True))
    title, moment, *_ = exchange.notes(shower.district, stamp.ledger, stamp.as_of, stamp.lang)
    workbook.book.set_properties({"title": title, "comments": moment})
    workbook.book.set_custom_property("Huying", f"{stamp.district} {stamp.ledger} {stamp.as_of.isoformat()} {stamp.of}")


def unsealed(sheets: Iterable[Sheet]) -> tuple[Stamp | None, dict[str, Row], bool]:
    """(the stamp, code -> its row, whether there was a hidden sheet at all) of a file that came back."""
    for sheet in sheets:
        if sheet.name == HIDDEN and sheet.rows:
            stamp = Stamp.read(str(sheet.rows[0][0] or ""))
            texts = (str(row[0] or "") for row in sheet.rows[1:]) if stamp else ()
            found = (stamp.row_of(text) for text in texts if text)
            return stamp, {row.code: row for row in found if row}, True
    return None, {}, False


def _head(
    workbook: Workbook,
    sheet: Worksheet,
    shower: Shower,
    stamp: Stamp,
    white: Set[str],
    enterable: Set[str],
    reasons: bool,
) -> None:
    """The notes and the header; what a field is and whether it may be changed stands behind its heading."""
    declared = shower.district.rules.ledgers[stamp.ledger]
    said = exchange.notes(shower.district, stamp.ledger, stamp.as_of, stamp.lang)
    said.append(shower.say("白格可以改，灰格不能改 | White cells can be changed, grey ones cannot"))
    if enterable:
        said.append(shower.say("新增写在最下面，编号留空 | Add new ones below and leave their code empty"))
    for place, note in enumerate(said):
        workbook.write(sheet, 0, place * 2, note, bold=not place, **MARKS["reason"])
    for place, (name, heading) in enumerate(stamp.columns):
        one = declared.fields.get(name)
        workbook.write(sheet, FIRST - 1, place, heading, **HEAD, **({} if name in white else LOCKED))
        said = [shower.say("可以改 | Can be changed" if name in white else "不能在表里改 | Not changed in a sheet")]
        if one and name in white and one.required:
            said.append(shower.say("不能留空 | Not left empty"))
        if one and one.help:
            said.append(shower.say(one.help))
        sheet.write_comment(FIRST - 1, place, "\n".join(said), {"author": "", "x_scale": 1.5})
    if reasons:
        workbook.write(sheet, FIRST - 1, len(stamp.columns), shower.say(REASON), **HEAD)


def _guide(workbook: Workbook, sheet: Worksheet, shower: Shower, one: Field, place: int, last: int) -> None:
    """The column's drop-down, or the bounds of what may be typed in it."""
    rule: dict[str, Any] = {"ignore_blank": True, "error_title": shower.say("不能这样填 | Not like this")}
    low, high = one.schema.get("minimum"), one.schema.get("maximum")
    match one.type:
        case "enum" | "code":
            rule |= {"validate": "list", "source": _listed(workbook, shower, list(shower.labels(one).values()))}
        case "boolean":
            rule |= {"validate": "list", "source": list(reversed(YES[shower.lang]))}
        case "area" | "office":
            kind = one.type == "office"
            units = [u for u in shower.tree.units.values() if (u.kind == "office") == kind]
            names = [shower.places[u.id] for u in sorted(units, key=lambda u: u.code or "")]
            rule |= {"validate": "list", "source": _listed(workbook, shower, names)}
        case "date" | "time":
            rule |= {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": date(2199, 12, 31)}
            rule["error_message"] = shower.say("写成 2020-06-11 这样 | Write it as 2020-06-11")
        case "number" | "integer" | "money":
            rule |= {"validate": "integer" if one.type == "integer" else "decimal", "criteria": "between"}
            rule |= {"minimum": MOST_OF * -1 if low is None else low, "maximum": MOST_OF if high is None else high}
            rule["error_message"] = shower.say("这里填数字 | A number goes here") + _bounds(low, high)
        case "text" if "maxLength" in one.schema:
            most = one.schema["maxLength"]
            rule |= {"validate": "length", "criteria": "<=", "value": most}
            rule["error_message"] = shower.say(f"最多 {most} 字 | At most {most} characters")
        case _:
            return
    sheet.data_validation(FIRST, place, last, place, rule)


def _bounds(low: Any, high: Any) -> str:
    return "" if low is None and high is None else f" ({'' if low is None else low} – {'' if high is None else high})"


def _listed(workbook: Workbook, shower: Shower, choices: list[str]) -> list[str] | str:
    """A drop-down's choices: with it, or where they are too long for that on a hidden sheet."""
    if sum(map(len, choices)) + len(choices) <= SAID and not any("," in choice for choice in choices):
        return choices
    return workbook.listed("_choices", choices)
