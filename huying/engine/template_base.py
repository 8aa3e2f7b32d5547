"""What filling a form begins with: which records it is about, which cells take a value, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from huying.declare.expressions import Compare, Const, Expression, ExpressionError, In, Name, parse
from huying.declare.kinds import Ledger
from huying.declare.scopes import scope
from huying.declare.templates import Part
from huying.engine import access, template_values
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.engine.tallies import Asked
from huying.engine.template_words import Understood
from huying.sheets.forms import Form
from huying.sheets.grid import Place
from huying.sheets.patching import Patch, Value


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

    asked      of a count or sum: what was counted, in the areas of these codes
    indicator  full name, with the level and code of its area (or None) and a condition
    record     of a value of a record: its code; part: what was asked; adds: of a sum of the form's own cells: these
    """

    asked: Asked | None = None
    areas: tuple[str, ...] = ()
    indicator: str = ""
    only: tuple[str, str] | None = None
    where: Expression | None = None
    record: str = ""
    part: Part | None = None
    adds: tuple[Place, ...] = ()


@dataclass
class Filled:
    """What became of a form.

    unknown   cell -> why it is yellow, `中文 | English`; masked: records in the form of which a reason would fill more
    kept      cells that held something and were left; percent: cells whose value is in percent
    like      new row -> the row it looks like; short: how many rows the form lacks
    unlisted  how many records are not among those that the form names
    """

    values: dict[Place, Value] = field(default_factory=dict)
    sources: dict[Place, Source] = field(default_factory=dict)
    unknown: dict[Place, str] = field(default_factory=dict)
    percent: set[Place] = field(default_factory=set)
    kept: set[Place] = field(default_factory=set)
    like: dict[int, int] = field(default_factory=dict)
    masked: dict[UUID, Record] = field(default_factory=dict)
    short: int = 0
    unlisted: int = 0

    def patch(self, sheet: str) -> Patch:
        return Patch(sheet, self.values, frozenset(self.unknown), frozenset(self.percent), self.like)


def within(units: Iterable[int]) -> Expression:
    """The records that lie in these areas."""
    ids = tuple(Const(Decimal(number), "number") for number in sorted(units))
    return Expression("unit", "boolean", ("unit",), In(Name("unit", "number", "unit"), ids))


@dataclass
class Work:
    """One form at hand. shown: record -> masked fields that were shown to this person on purpose."""

    district: District
    tree: Tree
    actor: Actor
    form: Form
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
        """Which records the whole form is about, its area apart."""
        found = [self.condition(Part("where", self.filling.where))] if self.filling.where else []
        self.may([*found, *self.period])
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
        """The condition of a part `where`. Raises ValueError (`中文 | English`)."""
        try:
            return parse(part.of, self.scope)
        except ExpressionError as error:
            raise ValueError(error.flaws[0].message) from None

    def may(self, conditions: Sequence[Expression]) -> None:
        """Refuse (ValueError) what asks for a field that this person may not see: its answer would tell the value."""
        shut = set(self.ledger.fields) - set(access.visible_fields(self.ledger, self.actor.kinds))
        if shut & {name for one in conditions for name in one.columns}:
            raise ValueError("这里要用到不给您看的栏目 | This needs a field that is not for you to see")

    def takes(self, filled: Filled, place: Place) -> bool:
        form = self.form
        if place[1] in form.serial or place[1] in form.marked or not form.fills(place):
            return False
        if form.value(place) is not None and not self.filling.over:
            filled.kept.add(place)
            return False
        return True

    def put(self, filled: Filled, place: Place, number: Decimal, of: Any) -> None:
        form = self.form
        scaled = template_values.scaled(number, of, template_values.unit_of(form, place[1]))
        if scaled is None:
            filled.unknown[place] = "单位换算不了 | The unit cannot be converted"
            filled.sources.pop(place, None)
        else:
            filled.values[place] = scaled

    def add_up(self, filled: Filled, sums: Sequence[Place]) -> None:
        """Rows of sums: what stands above in the same column, where all of it is known and may be added."""
        form = self.form
        for row, column in sums:
            above = [r for r in form.rows if r < row and r not in form.totals and self.used(filled, r)]
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
                filled.unknown[row, column] = (
                    "上面各行没有填全，或不能相加 | The rows above are not all filled, or cannot be added up"
                )

    def used(self, filled: Filled, row: int) -> bool:
        """Whether anything stands in a row, or was put there."""
        places = [(row, column) for column in self.form.columns if column not in self.form.serial]
        return any(p in filled.values or p in filled.unknown or self.form.value(p) is not None for p in places)
