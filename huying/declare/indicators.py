"""What an indicator is: a number counted from records, stated elsewhere, or figured from other indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huying.declare.expressions import Expression

OF_RECORDS = ("count", "sum", "average", "share", "ratio", "median", "distinct")
OF_FIGURES = (
    "growth",
    "rank",
    "cumulative",
    "rolling",
    "remaining",
    "in_a_row",
    "rate",
    "total",
    "composite",
    "grade",
)  # and a ratio without `of`
MEASURES = (*OF_RECORDS, "statement", *OF_FIGURES)
ZERO_WHERE_NONE = ("count", "sum", "distinct")  # may be nought where no record is
ADDITIVE = (
    "count",
    "sum",
    "average",
    "share",
    "ratio",
)  # figures of periods and areas add up to those of longer and larger
PERIODS = ("day", "week", "month", "quarter", "half", "year", "school_year", "plan", "term", "all")
RECORDED = "recorded"


@dataclass(frozen=True)
class Part:
    """An indicator that another is figured from.

    factor       what its numbers are multiplied by to be in the unit of the whole
    weight       of a composite: all of them together are one
    worst, best  of a composite: which value scores nought, and which a hundred
    limits       of a grade: the most that each grade allows, the first grade first
    """

    of: str
    factor: Fraction = Fraction(1)
    weight: Decimal = Decimal(1)
    worst: Decimal | None = None
    best: Decimal | None = None
    limits: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Figuring:
    """How a number is figured from others.

    kind     one of OF_FIGURES, or ratio
    on       of growth: year, previous, or the first day of the period compared with; points: in points, not in percent
    by, at   of a rank: the split whose values are ranked; of which alone the rank is asked
    back     of a rank: so many earlier periods are looked at, for how long it has been first; of in_a_row: for how long
             it has been so
    since    of a cumulative: year, school_year, plan or term
    periods  of a rolling one: so many, the last one included
    target   of what remains, in the unit of the whole; of in_a_row: the bound, in the unit of its part
    low      of in_a_row: the bound is the most it may be, not the least
    per      of a rate: per so many
    lacking  of a total or a composite, where a part has no number: missing, or `left out`
    """

    kind: str
    parts: tuple[Part, ...]
    on: str = ""
    points: bool = False
    by: str = ""
    at: str = ""
    back: int = 0
    since: str = ""
    periods: int = 0
    target: Decimal = Decimal(0)
    low: bool = False
    per: Decimal = Decimal(1)
    lacking: str = "missing"


@dataclass(frozen=True)
class Indicator:
    """measure: one of MEASURES.

    of        full name of a ledger; with `and_like`, also of every ledger made like it. Of a number figured from others:
              the ledger behind its first part
    listed    full name of a derived ledger whose rows are counted; then `of` is the first that it reads
    statement what is stated, in the ledger that packs provide as `statements`
    value     what is summed or averaged; the numerator's condition for share
    key       of distinct: the field whose different values are counted; a secret one by its blind index
    among     which records count; `over` is a ratio's denominator
    period    (unit, field): month of due_on; unit is one of PERIODS
    terms     first days of terms of government, for the period `term`
    stock     (): what happened in a period; (since, until): what stands at its end by these days of the record;
              ("recorded",): what the ledger held at its end, as it stood then
    standards name -> ((first day, number) …), oldest first: a threshold that an expression may name
    unknown   for share: what an unknown condition counts as: "no" or "left out"
    figuring  how it is figured from others; None: counted
    """

    name: str
    title: str
    question: str
    of: str
    measure: str
    value: Expression | None = None
    among: Expression | None = None
    over: Expression | None = None
    unknown: str = ""
    and_like: bool = False
    unit: str = ""
    period: tuple[str, str] = ("year", "opened_on")
    split: tuple[str, ...] = ()  # fields, or a level of areas such as street
    good: str = "higher"  # higher, lower or none
    places: int = 0
    empty: str = "missing"  # what no record gives: missing or zero
    published: bool = False  # whole-district figures may be seen by everyone
    suppress: int = 5  # below this count shown as `<5` to whoever does not reach the records
    source: str = ""
    listed: str = ""
    statement: str = ""
    key: str = ""
    terms: tuple[date, ...] = ()
    stock: tuple[str, ...] = ()
    standards: Mapping[str, tuple[tuple[date, Decimal], ...]] = field(default_factory=dict)
    figuring: Figuring | None = None

    @property
    def additive(self) -> bool:
        """Whether figures of areas and periods add up to that of the whole."""
        return self.measure in ADDITIVE and not self.stock and self.figuring is None and not self.listed

    @property
    def parts(self) -> tuple[str, ...]:
        """Full names of the indicators that it is figured from."""
        return tuple(part.of for part in self.figuring.parts) if self.figuring else ()
