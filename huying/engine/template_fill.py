"""A form filled from a ledger as one person may see it: values, where each comes from, and what stays yellow and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from huying.declare.expressions import Const, Expression, In, Name
from huying.declare.templates import RECORDS, Part
from huying.engine import access, records, template_values, unmasking
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.engine.tallies import together
from huying.engine.template_base import Filled, Filling, Source, Work, within
from huying.engine.template_numbers import Numbers
from huying.engine.template_words import NUMBERS, Understood, plain
from huying.sheets.forms import MOST_ROWS, Form
from huying.sheets.grid import Place


def fill(
    district: District,
    tree: Tree,
    actor: Actor,
    form: Form,
    filling: Filling,
    shown: Mapping[Any, Mapping[str, Any]] | None = None,
) -> Filled:
    """Fill a form. shown: record -> masked fields that were shown to this person on purpose.

    Raises access.Refused where the ledger is not for the actor, ValueError (`中文 | English`) for a condition that is none.
    """
    kind = Rows if filling.rows == RECORDS else Numbers
    work = kind(district, tree, actor, form, filling, shown or {})
    access.reach_for(work.ledger, actor)
    return work.fill()


class TooFewRows(ValueError):
    """A form with fewer rows than there are records. Its text is `中文 | English`."""


def export(
    district: District, tree: Tree, actor: Actor, form: Form, filling: Filling, why: str = ""
) -> tuple[bytes, Filled]:
    """The filled file, and what became of its cells; masked fields are filled where a reason is given.

    Raises access.Refused without the right to export, TooFewRows, unmasking.NoReason, NotASheet.
    """
    if not actor.may("export"):
        raise access.Refused(
            "您的$post不能导出。需要时请找系统管理员。 | Your $post may not export; ask the administrator if you need to."
        )
    filled = fill(district, tree, actor, form, filling)
    if filled.short:
        raise TooFewRows(
            f"表里少 {filled.short} 行：请在最后一行空行之前插入 {filled.short} 行再放进来，公式会跟着走；没有给出缺行的表。 | "
            f"The form lacks {filled.short} rows: insert them before its last empty row and drop it again; formulas follow. "
            "No file was made that lacks rows."
        )
    if filled.masked and why.strip():  # only now, and only of the records that the form holds
        names = {part.of for one in filling.columns.values() for part in one.parts if part.kind == "field"}
        shown = unmasking.unmask_all(district, actor, list(filled.masked.values()), names, why)
        filled = fill(district, tree, actor, form, filling, shown)
    return form.patched(filled.patch(form.sheet)), filled


@dataclass
class Rows(Work):
    """A form with a row for each record."""

    @cached_property
    def found(self) -> list[Record]:
        """The records that the form is about, in order of their codes."""
        inside = [within(self.tree.under(self.filling.area))] if self.filling.area is not None else []
        conditions = [*self.among, *inside]
        found = self.pages(conditions)
        if len(found) > MOST_ROWS and (named := self.named()):
            found = self.pages([*conditions, named])
        if len(found) > MOST_ROWS:
            raise TooFewRows(
                f"超过 {MOST_ROWS} 条，一张表装不下：请限定日期或$street | More than {MOST_ROWS} $records, too many for a form: "
                "name days or a $street"
            )
        return found

    def pages(self, conditions: Sequence[Expression]) -> list[Record]:
        found: list[Record] = []
        while True:
            page = records.page(
                self.district,
                self.actor,
                self.ledger.name,
                where=together(conditions),
                sort="code",
                descending=False,
                offset=len(found),
                limit=records.MOST,
                count=False,
            )
            found += page.records
            if not page.more or len(found) > MOST_ROWS:
                return found

    def named(self) -> Expression | None:
        """The records that the form's rows name, by the words of one column; None where it names none."""
        for column in self.form.marked:
            parts = self.filling.columns.get(column, Understood()).parts
            name = parts[0].of if parts and parts[0].kind == "field" else ""
            if name == "code" or (
                name in self.ledger.fields
                and self.ledger.fields[name].type == "text"
                and name not in self.ledger.masked
            ):
                texts = {self.form.text((row, column)) for row in self.form.rows} - {""}
                return Expression(
                    name,
                    "boolean",
                    (name,),
                    In(Name(name, "text", name), tuple(Const(t, "text") for t in sorted(texts))),
                )
        return None

    def fill(self) -> Filled:
        form, filled = self.form, Filled()
        found = self.found
        known = template_values.references(self.district, self.actor, found)
        asked = [c for c in form.columns if c not in form.serial and c not in form.marked]
        rows = [r for r in form.rows if r not in form.totals and any(form.fills((r, c)) for c in asked)]
        taken = [row for row in rows if form.labels[row]]
        if taken and not self.filling.over:
            pairs = self.known_rows(filled, taken, found)
            filled.unlisted = len(found) - len({record.id for _, record in pairs})
        else:
            filled.short = max(0, len(found) - len(rows))
            if filled.short and form.open_below and rows:
                more = range(rows[-1] + 1, rows[-1] + 1 + filled.short)
                filled.like, filled.short = dict.fromkeys(more, rows[-1]), 0
                rows = [*rows, *more]
            pairs = list(zip(rows, found, strict=False)) if not filled.short else []
        for number, (row, record) in enumerate(pairs, 1):
            for column in form.columns:
                if taken and column in form.marked:
                    continue
                self.one(filled, (row, column), record, number, known)
        if not filled.short:
            self.add_up(
                filled,
                [(r, c) for r in form.totals for c in form.columns if self.numeric(c) and self.takes(filled, (r, c))],
            )
        return filled

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers that may be added up."""
        parts = self.filling.columns.get(column, Understood()).parts
        field = self.ledger.fields.get(parts[0].of) if parts and parts[0].kind == "field" else None
        return field is not None and field.type in NUMBERS

    def known_rows(self, filled: Filled, rows: Sequence[int], found: Sequence[Record]) -> list[tuple[int, Record]]:
        """Rows that name a thing already, each with the one record of that name."""
        form = self.form
        named = {c: parts[0] for c in form.marked if (parts := self.filling.columns.get(c, Understood()).parts)}
        told: dict[tuple[str, ...], list[Record]] = {}
        for record in found:
            told.setdefault(tuple(plain(self.text(record, part)) for part in named.values()), []).append(record)
        pairs = []
        for row in rows:
            same = told.get(tuple(plain(form.text((row, c))) for c in named), []) if named else []
            if len(same) == 1:
                pairs.append((row, same[0]))
                continue
            why = (
                "$ledger里有几条同名的$record | Several $records have this name"
                if same
                else "$ledger里没有这一条，或不在您的范围内 | The $ledger has no such $record, or it is not in your reach"
            )
            for column in form.columns:
                if self.takes(filled, (row, column)):
                    filled.unknown[row, column] = why
        return pairs

    def text(self, record: Record, part: Part) -> str:
        value = template_values.of_record(self.district, self.tree, record, part, {})
        return "" if value is None else str(value)

    def one(self, filled: Filled, place: Place, record: Record, number: int, known: Mapping[Any, str]) -> None:
        form = self.form
        row, column = place
        parts = self.filling.columns.get(column, Understood()).parts
        if row not in filled.like and not form.fills(place):
            return
        if form.value(place) is not None and not (self.filling.over or row in filled.like):
            filled.kept.add(place)
            return
        if not parts or parts[0].kind in ("leave", "skip"):
            understood = self.filling.columns.get(column, Understood())
            filled.unknown[place] = "留给您填 | Left to you" if parts else understood.why or "没有认出 | Not understood"
            return
        part = parts[0]
        if part.kind == "serial":
            filled.values[place] = number
            return
        declared = self.ledger.fields.get(part.of) if part.kind == "field" else None
        if part.kind == "field" and part.of in self.ledger.masked:
            value = self.shown.get(record.id, {}).get(part.of)
            if value is None:
                if part.of in record.unmaskable:
                    filled.masked[record.id] = record
                filled.unknown[place] = (
                    "遮住的栏目：写明事由后才填 | Masked: filled once you say why"
                    if part.of in record.unmaskable
                    else "遮住的栏目，不给您看 | Masked, and not for you to see"
                )
                return
            record = replace(record, values={**record.values, part.of: value})
        value = template_values.of_record(self.district, self.tree, record, part, known)
        if value is None:
            filled.unknown[place] = "$ledger里这一栏是空的 | The $ledger has nothing here"
        elif isinstance(value, Decimal) and declared is not None:
            filled.sources[place] = Source(record=record.code, part=part)
            self.put(filled, place, value, declared)
        else:
            filled.values[place], filled.sources[place] = value, Source(record=record.code, part=part)
