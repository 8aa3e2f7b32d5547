"""The marks of a paper's texts, filled for whoever prints: from one record, or counted over a list of them.

Whatever is filled in can say where it comes from: that is the annotated copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from huying.declare.evaluate import evaluate
from huying.declare.kinds import Field, Ledger, say
from huying.declare.papers import COUNTED, STANDING_TITLES, Mark, Text
from huying.engine import access, database, people, records
from huying.engine.cell_texts import Shower
from huying.engine.packs import District
from huying.engine.paper_values import written
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.papers.model import Run

STANDING = ("code", "state", "unit", "office", "opened_at", "closed_at", "due_at", "known_at")
_BOTH = re.compile(
    r"[^|]*[\u3400-\u9fff][^|]* \| [^|\u3400-\u9fff]*[A-Za-z][^|\u3400-\u9fff]*"
)  # a text in both languages
CODES = 12  # codes that a source of a count names
HIDDEN, CLOSED = "—", "保密 | Kept secret"


@dataclass
class Filler:
    """private: record -> field -> value of what is shown on purpose. notes: the sources so far, None on a clean copy."""

    district: District
    tree: Tree
    actor: Actor
    lang: str
    as_of: datetime | None
    private: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    known: dict[UUID, Record] = field(default_factory=dict)
    notes: list[str] | None = None
    duties: dict[UUID, Mapping[str, str]] = field(default_factory=dict)  # record -> whose it is, by DUTY

    @cached_property
    def shower(self) -> Shower:
        return Shower(self.district, self.tree, self.lang)

    @cached_property
    def tz(self):
        return self.district.calendar.tz

    @cached_property
    def moment(self) -> datetime:
        return (self.as_of or self.district.now()).astimezone(self.tz).replace(second=0, microsecond=0)

    def say(self, text: str) -> str:
        return say(text, self.lang)

    def look_up(self, found: Sequence[Record], texts: Iterable[Text]) -> None:
        """Read what reference fields in the texts point to, one statement for each ledger; and whose the records are."""
        if not found:
            return
        marks = [mark for text in texts for mark in text.marks]
        if any(mark.what == "duty" for mark in marks):
            self.duties |= self.duty(found)
        fields, wanted = found[0].ledger.fields, {}
        for name in {mark.name for mark in marks if mark.what in ("field", "hop", "each")}:
            if name in fields and fields[name].type == "record":
                ids = {one.values[name] for one in found if one.values.get(name)} - self.known.keys()
                wanted.setdefault(fields[name].ledger, set()).update(ids)
        for ledger, ids in wanted.items():
            if ids and access.may_see(self.district.rules.ledgers[ledger], self.actor):
                for one in records.many(self.district, self.actor, ledger, sorted(ids), self.as_of):
                    self.known[one.id] = one

    def duty(self, found: Sequence[Record]) -> dict[UUID, Mapping[str, str]]:
        """Whose each record is: the office that must act on it, those that assist, and who holds its post today."""
        day, comma = self.moment.date(), "、" if self.lang == "zh" else ", "
        with database.writing(self.district.id) as query:
            shares = query.rows(
                "select record, office from hy.share where district = %s and record = any(%s) and why = 'assist' order by office",
                [self.district.id, [one.id for one in found]],
            )
        assisting: dict[UUID, list[str]] = {}
        for row in shares:
            unit = self.tree.get(row["office"])
            assisting.setdefault(row["record"], []).append(unit.name(self.lang) if unit else str(row["office"]))
        holding = people.holders(self.district.id, sorted({one.post for one in found}), day)
        made = {}
        for one in found:
            unit, persons = self.tree.get(one.office), holding.get(one.post, [])
            made[one.id] = {
                "responsible": unit.name(self.lang) if unit else "",
                "assisting": comma.join(assisting.get(one.id, ())),
                "contact": comma.join(person["name"] for person in persons),
                "contact_phone": comma.join(person["phone"] for person in persons if person["phone"]),
            }
        return made

    def runs(
        self, text: Text, record: Record | None, found: Sequence[Record] = (), cell: bool = False
    ) -> tuple[Run, ...]:
        """A text filled in. cell: of a table, whose titles say the units."""
        made = []
        for piece in text.pieces(self.lang):
            if isinstance(piece, str):
                made.append(Run(piece))
                continue
            said, source = self.counted(piece, found) if piece.what in COUNTED else self.filled(piece, record, cell)
            noted = self.note(source) if source and said and not cell else 0
            made.append(Run(said, noted, self.link(piece, record)))
        return tuple(run for run in made if run.text)

    def text(self, text: Text, record: Record | None, found: Sequence[Record] = ()) -> str:
        """The same without sources."""
        kept, self.notes = self.notes, None
        try:
            return "".join(run.text for run in self.runs(text, record, found))
        finally:
            self.notes = kept

    def note(self, source: str) -> int:
        if self.notes is None:
            return 0
        if source not in self.notes:
            self.notes.append(source)
        return self.notes.index(source) + 1

    def link(self, mark: Mark, record: Record | None) -> str:
        """Where a value's own page is; empty where it has none."""
        return ""

    def filled(self, mark: Mark, record: Record | None, cell: bool) -> tuple[str, str]:
        """(text, source) of a mark; a mark of the program has no source."""
        if mark.what == "word":
            return self.word(mark), ""
        if record is None:
            return "", ""
        if mark.what == "duty":
            return self.duties.get(record.id, {}).get(mark.name, ""), self.source(record, mark.name)
        if mark.what == "expression":
            value = evaluate(mark.value, row_of(record), today=self.moment.date(), tz=self.tz)
            return written(value, mark.format, self.lang, self.tz), self.source(record, mark.value.text)
        if mark.what == "hop":
            other = self.known.get(record.values.get(mark.name))
            return (
                (self.value(other, mark.then, mark.format, cell), self.source(other, mark.then)) if other else ("", "")
            )
        return self.value(record, mark.name, mark.format, cell), self.source(record, mark.name)

    def word(self, mark: Mark) -> str:
        match mark.name:
            case "today":
                return written(self.moment.date(), mark.format, self.lang, self.tz)
            case "viewer":
                return self.actor.name
            case "district":
                return self.say(self.district.title)
        unit = self.tree.get(self.actor.post.office) if self.actor.post else None
        return unit.name(self.lang) if unit else ""

    def value(self, record: Record, name: str, format: str = "", cell: bool = False) -> str:
        """A field or a standing name of a record, in words; what this person may not see is a dash."""
        declared = record.ledger.fields.get(name)
        if name in record.masked:
            return self.masked(record, declared, format)
        if name == "state":
            state = self.district.rules.flows[record.ledger.name].states.get(record.state)
            return self.say(state.title) if state else record.state
        if name in ("unit", "office"):
            return self.shower.places.get(getattr(record, name), "")
        if name in STANDING:
            return written(getattr(record, name), format, self.lang, self.tz)
        return self.shown(declared, record.values.get(name), format, cell) if declared else ""

    def masked(self, record: Record, declared: Field, format: str) -> str:
        mine = self.private.get(record.id)
        if mine is not None and declared.name in mine:
            return self.shown(declared, mine[declared.name], format, False)
        if is_secret(self.district, record):
            return self.say(CLOSED)
        return record.masks.get(declared.name, HIDDEN)

    def shown(self, declared: Field, value: Any, format: str, cell: bool) -> str:
        match declared.type:
            case "enum" | "code" | "area" | "office" | "post" | "boolean":
                return str(self.shower.cell(declared, value, {}) or "") if value is not None else ""
            case "record":
                other = self.known.get(value)
                return other.code if other else ""
            case "money":
                yuan = Decimal(value) / 100 if value is not None else None
                unit = "" if cell and format not in ("wan", "yi") else {"zh": "元", "en": "yuan"}[self.lang]
                return written(yuan, format or "hundredths", self.lang, self.tz, unit)
            case "point":
                return f"{value[0]:.6f}, {value[1]:.6f}" if value else ""
            case "photos":
                return str(len(value)) if value else ""
            case "text" if isinstance(value, str) and _BOTH.fullmatch(value):
                value = self.say(value)
        return written(value, format, self.lang, self.tz, "" if cell else self.say(declared.unit))

    def number(self, text: Text, record: Record) -> Decimal | None:
        """The number that a sheet holds for a column of one plain number."""
        pieces = text.pieces(self.lang)
        mark = pieces[0] if len(pieces) == 1 and isinstance(pieces[0], Mark) else None
        if mark is None or mark.what != "field" or mark.format or mark.name in record.masked:
            return None
        declared = record.ledger.fields.get(mark.name)
        if declared is None or declared.type not in ("integer", "number", "money"):
            return None
        value = record.values.get(mark.name)
        return None if value is None else Decimal(value) / 100 if declared.type == "money" else Decimal(str(value))

    def counted(self, mark: Mark, found: Sequence[Record]) -> tuple[str, str]:
        day = self.moment.date()
        hits = [
            one
            for one in found
            if mark.value is None or evaluate(mark.value, row_of(one), today=day, tz=self.tz) is True
        ]
        source = self.counted_source(mark, hits)
        if mark.what == "count":
            return written(len(hits), mark.format, self.lang, self.tz), source
        if mark.what == "each":
            comma = "、" if self.lang == "zh" else ", "
            return comma.join(text for one in hits if (text := self.value(one, mark.name))) or HIDDEN, source
        declared = hits[0].ledger.fields[mark.name] if hits else None
        values = [Decimal(str(one.values[mark.name])) for one in hits if one.values.get(mark.name) is not None]
        if not values or declared is None:
            return HIDDEN, source
        total = sum(values, Decimal())
        return self.shown(declared, total, mark.format, False), source

    def source(self, record: Record, what: str) -> str:
        declared = record.ledger.fields.get(what)
        title = self.say(declared.title if declared else STANDING_TITLES.get(what, what))
        return f"{self.say(record.ledger.title)} {record.code} · {title} · {self.as_known}"

    def counted_source(self, mark: Mark, hits: Sequence[Record]) -> str:
        codes = "、".join(one.code for one in hits[:CODES]) + ("…" if len(hits) > CODES else "")
        return f"{mark.text} · {len(hits)} · {codes} · {self.as_known}"

    @property
    def as_known(self) -> str:
        return f"{'截至' if self.lang == 'zh' else 'as of'} {self.moment:%Y-%m-%d %H:%M}"


def row_of(record: Record) -> dict[str, Any]:
    """What an expression may ask of a record, as this person sees it."""
    return {**record.values, **{name: getattr(record, name) for name in STANDING}}


def is_secret(district: District, record: Record) -> bool:
    """Whether the record's names are kept secret: then no paper has them, whoever prints it."""
    return access.is_closed_to(record.ledger, frozenset(), record.values, district.today(), district.calendar.tz)


def title_with_unit(filler: Filler, ledger: Ledger, title: str, text: Text) -> str:
    """A column's title, with the unit of measure of its field where that is the field's own title."""
    marks = text.marks
    declared = ledger.fields.get(marks[0].name) if len(text.zh) == 1 and marks and marks[0].what == "field" else None
    unit = filler.say(declared.unit) if declared and declared.title == title else ""
    if declared and declared.type == "money" and marks[0].format not in ("wan", "yi"):
        unit = {"zh": "元", "en": "yuan"}[filler.lang]
    shown = filler.say(title)
    return f"{shown}（{unit}）" if unit and filler.lang == "zh" else f"{shown} ({unit})" if unit else shown
