"""A form filled from a ledger as one person may see it: values, where each comes from, and what stays yellow and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from huying.declare.expressions import Compare, Const, Expression, ExpressionError, In, Name, parse
from huying.declare.kinds import Ledger
from huying.declare.scopes import scope
from huying.declare.templates import CONDITIONS, MEASURES, RECORDS, Part, Parts
from huying.engine import access, indicators, records, tallies, template_values
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.engine.tallies import Asked, together
from huying.engine.template_words import Understood, Vocabulary, plain
from huying.sheets.forms import MOST_ROWS, Form
from huying.sheets.grid import Place
from huying.sheets.patching import Patch, Value

EVER = date(2000, 1, 1)  # from when an indicator is counted where the form asks for no period


@dataclass(frozen=True)
class Filling:
    """How a form is to be filled.

    rows     records or labels; columns: column -> what it asks; labels: row -> what it asks
    where    which records; day: the date by which they lie in [start, end); empty: all of them
    area     the area that the form is for, and no other; None: all that the person reaches
    over     whether cells that hold something already are filled anew
    """

    ledger: str
    rows: str
    columns: Mapping[int, Understood]
    labels: Mapping[int, Understood]
    where: str = ""
    day: str = ""
    start: date | None = None
    end: date | None = None
    area: int | None = None
    over: bool = False


@dataclass(frozen=True)
class Source:
    """Where a cell's value comes from.

    asked      of a count or sum: what was counted; indicator: (full name, area's level and code or None, where)
    record     of a value of a record: its code; part: what was asked; adds: of a sum of the form's own cells: these
    """

    asked: Asked | None = None
    indicator: str = ""
    only: tuple[str, str] | None = None
    where: Expression | None = None
    record: str = ""
    part: Part | None = None
    adds: tuple[Place, ...] = ()


@dataclass
class Filled:
    """What became of a form. kept: cells that held something and were left; like: new row -> the row it looks like.

    unknown: cell -> why it is yellow, `中文 | English`; short: how many rows the form lacks
    """

    values: dict[Place, Value] = field(default_factory=dict)
    sources: dict[Place, Source] = field(default_factory=dict)
    unknown: dict[Place, str] = field(default_factory=dict)
    kept: set[Place] = field(default_factory=set)
    like: dict[int, int] = field(default_factory=dict)
    short: int = 0

    def patch(self, sheet: str) -> Patch:
        return Patch(sheet, self.values, frozenset(self.unknown), self.like)


def fill(
    district: District, tree: Tree, actor: Actor, form: Form, filling: Filling, shown: Mapping[Any, Mapping[str, Any]] | None = None
) -> Filled:
    """Fill a form. shown: record -> masked fields that were shown to this person on purpose.

    Raises access.Refused where the ledger is not for the actor, ValueError (`中文 | English`) for a condition that is none.
    """
    work = _Work(district, tree, actor, form, filling, shown or {})
    access.reach_for(work.ledger, actor)
    return work.by_records() if filling.rows == RECORDS else work.by_labels()


def listed(district: District, tree: Tree, actor: Actor, filling: Filling) -> list[Record]:
    """The records that a form of records is filled from, in order of their codes."""
    work = _Work(district, tree, actor, None, filling, {})
    found: list[Record] = []
    while True:
        page = records.page(
            district, actor, filling.ledger, where=together(work.among), sort="code", descending=False, offset=len(found), limit=500, count=False
        )
        found += page.records
        if not page.more or len(found) > MOST_ROWS:
            return found


@dataclass
class _Work:
    district: District
    tree: Tree
    actor: Actor
    form: Form | None
    filling: Filling
    shown: Mapping[Any, Mapping[str, Any]]

    @cached_property
    def ledger(self) -> Ledger:
        return self.district.rules.ledgers[self.filling.ledger]

    @cached_property
    def scope(self) -> Any:
        return scope(self.district.rules, self.ledger)

    @cached_property
    def among(self) -> tuple[Expression, ...]:
        """Which records the whole form is about."""
        found = [self.condition(Part("where", self.filling.where))] if self.filling.where else []
        if self.filling.area is not None:
            found.append(self.under(self.filling.area))
        return (*found, *self.period)

    @cached_property
    def period(self) -> tuple[Expression, ...]:
        day, bounds = self.filling.day, ((">=", self.filling.start), ("<", self.filling.end))
        if not day or day not in self.scope:
            return ()
        name = Name(day, "date", self.scope[day].column or day)
        return tuple(
            Expression(f"{day} {op} {bound}", "boolean", (day,), Compare(op, name, Const(bound, "date")))
            for op, bound in bounds
            if bound is not None
        )

    def condition(self, part: Part) -> Expression:
        """The condition of a part. Raises ValueError (`中文 | English`)."""
        if part.kind == "area":
            unit = self.tree.by_code.get(part.of)
            if unit is None:
                raise ValueError(f"本区没有 {part.of} | The district has no {part.of}")
            return self.under(unit.id)
        try:
            return parse(part.of, self.scope)
        except ExpressionError as error:
            raise ValueError(error.flaws[0].message) from None

    def under(self, unit: int) -> Expression:
        """The records of an area and of all below it."""
        ids = tuple(Const(Decimal(number), "number") for number in self.tree.under(unit))
        found = self.tree.get(unit)
        return Expression(f"unit = {found.code if found else unit}", "boolean", ("unit",), In(Name("unit", "number", "unit"), ids))

    # Rows that carry labels

    def by_labels(self) -> Filled:
        form, filled = self.form, Filled()
        assert form is not None
        sums: list[Place] = []
        for row in form.rows:
            for column in form.columns:
                place = (row, column)
                if not self.takes(filled, place):
                    continue
                label, title = self.filling.labels.get(row, Understood()), self.filling.columns.get(column, Understood())
                if title.parts and title.parts[0].kind == "leave":
                    filled.unknown[place] = "留给您填 | Left to you"
                elif not label.parts or not title.parts:
                    filled.unknown[place] = (title if not title.parts else label).why or "没有认出 | Not understood"
                elif any(part.kind == "total" for part in label.parts):
                    sums.append(place)
                else:
                    self.plan(filled, place, (*label.parts, *title.parts))
        self.count(filled)
        self.measure(filled)
        self.add_up(filled, sums)
        return filled

    def takes(self, filled: Filled, place: Place) -> bool:
        form = self.form
        assert form is not None
        if place[1] in form.serial or place[1] in form.marked or not form.fills(place):
            return False
        if form.value(place) is not None and not self.filling.over:
            filled.kept.add(place)
            return False
        return True

    def plan(self, filled: Filled, place: Place, parts: Parts) -> None:
        """What a cell asks; or why it cannot be told."""
        measures = [part for part in dict.fromkeys(parts) if part.kind in MEASURES]
        if len(measures) > 1:
            measures = [part for part in measures if part.kind != "count"]
        conditions = [part for part in dict.fromkeys(parts) if part.kind in CONDITIONS]
        if len(measures) > 1 or any(part.kind not in (*MEASURES, *CONDITIONS, "skip") for part in parts):
            filled.unknown[place] = "行和列各问一个数，合不到一起 | Its row and its column ask for two different numbers"
            return
        if not measures and not conditions:
            filled.unknown[place] = "没有认出这里问的是什么数 | What number is asked here was not understood"
            return
        try:
            if measures and measures[0].kind == "indicator":
                filled.sources[place] = self.of_indicator(measures[0].of, conditions)
                return
            found = tuple(self.condition(part) for part in conditions)
            if _same_field(found):
                raise ValueError("行和列对同一栏各有一个条件 | Its row and its column set the same field to two values")
            self.may(found)
        except ValueError as wrong:
            filled.unknown[place] = str(wrong)
            return
        filled.sources[place] = Source(Asked((*found, *self.among), measures[0].of if measures else ""))

    def may(self, conditions: Sequence[Expression]) -> None:
        shut = set(self.ledger.fields) - set(access.visible_fields(self.ledger, self.actor.kinds))
        if shut & {name for one in conditions for name in one.columns}:
            raise ValueError("这里要用到不给您看的栏目 | This needs a field that is not for you to see")

    def of_indicator(self, name: str, conditions: Sequence[Part]) -> Source:
        declared = self.district.rules.indicators.get(name)
        if declared is None:
            raise ValueError(f"没有$indicator {name} | There is no $indicator {name}")
        areas = [unit for part in conditions if part.kind == "area" and (unit := self.tree.by_code.get(part.of))]
        rest = [self.condition(part) for part in conditions if part.kind != "area"]
        if self.filling.area is not None and not areas:
            areas = [self.tree.units[self.filling.area]]
        areas = [unit for unit in areas if unit.parent is not None]  # the district itself is the whole
        if len(areas) > 1 or any(unit.kind not in declared.split for unit in areas):
            raise ValueError("这个$indicator不按这一级分 | This $indicator is not split by this level of areas")
        if self.filling.where:
            rest.append(self.condition(Part("where", self.filling.where)))
        self.may(rest)
        only = (areas[0].kind, areas[0].code) if areas else None
        return Source(indicator=name, only=only, where=together(rest))

    def count(self, filled: Filled) -> None:
        """All counts and sums of the form, by one statement for some hundreds of them."""
        places = [place for place, source in filled.sources.items() if source.asked]
        asked = [filled.sources[place].asked for place in places]
        found = tallies.tally(self.district, self.actor, self.ledger.name, [one for one in asked if one]) if places else []
        for place, number in zip(places, found, strict=True):
            name = filled.sources[place].asked.sum  # type: ignore[union-attr]
            self.put(filled, place, Decimal(0) if number is None else number, self.ledger.fields.get(name))

    def put(self, filled: Filled, place: Place, number: Decimal, of: Any) -> None:
        form = self.form
        assert form is not None
        scaled = template_values.scaled(number, of, template_values.unit_of(form, place[1]))
        if scaled is None:
            filled.unknown[place] = "单位换算不了 | The unit cannot be converted"
            filled.sources.pop(place, None)
        else:
            filled.values[place] = scaled

    def measure(self, filled: Filled) -> None:
        """Indicators, by one statement for each that is asked in the same way."""
        groups: dict[tuple[str, str, Expression | None], list[Place]] = {}
        for place, source in filled.sources.items():
            if source.indicator:
                groups.setdefault((source.indicator, source.only[0] if source.only else "", source.where), []).append(place)
        last = self.district.today() + timedelta(days=1)
        for (name, level, where), places in groups.items():
            try:
                measured = indicators.measure(
                    self.district,
                    name,
                    start=self.filling.start or EVER,
                    end=self.filling.end or last,
                    by="all",
                    actor=self.actor,
                    split=[level] if level else (),
                    where=where,
                )
            except (ValueError, access.Refused) as refused:
                self.drop(filled, places, str(refused))
                continue
            found = {figure.split: figure for figure in measured.figures}
            for place in places:
                only = filled.sources[place].only
                figure = found.get((only[1],) if only else ())
                if figure is None or figure.value is None:
                    self.drop(filled, [place], "没有$record可算 | There are no $records to count")
                else:
                    filled.values[place] = figure.value

    def drop(self, filled: Filled, places: Sequence[Place], why: str) -> None:
        for place in places:
            filled.sources.pop(place, None)
            filled.unknown[place] = why

    def add_up(self, filled: Filled, sums: Sequence[Place]) -> None:
        """Rows of sums: what stands above in the same column, where all of it is known and may be added."""
        form = self.form
        assert form is not None
        for row, column in sums:
            above = [r for r in form.rows if r < row and r not in form.totals]
            earlier = [r for r in form.totals if r < row]
            if earlier and any("小计" in text for text in form.labels[row]):
                above = [r for r in above if r > earlier[-1]]
            places = [(r, column) for r in above]
            numbers = [filled.values.get(place, form.value(place)) for place in places]
            added = all(not (s := filled.sources.get(place)) or not s.indicator for place in places)
            if places and added and all(isinstance(n, int | Decimal) and not isinstance(n, bool) for n in numbers):
                filled.values[row, column] = sum((Decimal(n) for n in numbers), Decimal(0))  # type: ignore[arg-type]
                filled.sources[row, column] = Source(adds=tuple(places))
            else:
                filled.unknown[row, column] = "上面各行没有填全，或不能相加 | The rows above are not all filled, or cannot be added up"

    # Rows that are records

    def by_records(self) -> Filled:
        form, filled = self.form, Filled()
        assert form is not None
        found = listed(self.district, self.tree, self.actor, self.filling)
        known = template_values.references(self.district, self.actor, found)
        rows = [row for row in form.rows if row not in form.totals]
        taken = [row for row in rows if form.labels[row]]
        if taken and not self.filling.over:
            pairs = self.known_rows(filled, taken, found)
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
        return filled

    def known_rows(self, filled: Filled, rows: Sequence[int], found: Sequence[Record]) -> list[tuple[int, Record]]:
        """Rows that name a thing already, each with the one record of that name."""
        form = self.form
        assert form is not None
        keys = [parts[0] for c in form.marked if (parts := self.filling.columns.get(c, Understood()).parts)]
        told: dict[tuple[str, ...], list[Record]] = {}
        for record in found:
            told.setdefault(tuple(plain(self.text(record, part)) for part in keys), []).append(record)
        pairs = []
        for row in rows:
            same = told.get(tuple(plain(text) for text in form.labels[row]), []) if keys else []
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
        assert form is not None
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


def _same_field(conditions: Sequence[Expression]) -> bool:
    names = [one.names for one in conditions if one.names != ("unit",)]
    return any(a == b and len(a) == 1 for n, a in enumerate(names) for b in names[n + 1 :])
