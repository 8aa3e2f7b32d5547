"""What all that figures numbers from others shares: how it is asked, which status a whole has, and how a figure is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from huying.declare.indicators import Figuring, Indicator
from huying.declare.kinds import part as words
from huying.engine.figures import MISSING, NOT_APPLICABLE, SUPPRESSED, VALUE, Figure, first_of, rounded

Key = tuple[date, tuple[str, ...]]


@dataclass(frozen=True)
class Ask:
    """What is asked of an indicator, as measure is asked. by is never None here."""

    name: str
    start: date
    end: date
    by: str
    split: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[date, ...] = ()
    whole: bool = False  # only whole periods may be told


def how_of(indicator: Indicator) -> Figuring:
    assert indicator.figuring is not None
    return indicator.figuring


def before(first: date, by: str, terms: Sequence[date] = ()) -> date:
    """The first day of the period before the one that begins on `first`."""
    return first_of(first - timedelta(days=1), by, terms)


def after(unit: str, lang: str) -> str:
    if not unit:
        return ""
    return "%" if unit in ("percent", "%") else f" {words(unit, lang)}"


def worst(some: Sequence[Figure | None]) -> str:
    """The status of a whole by those of its parts."""
    found = {MISSING if one is None else one.status for one in some}
    return next((status for status in (SUPPRESSED, NOT_APPLICABLE, MISSING) if status in found), VALUE)


def plain(value: Fraction) -> Decimal:
    """Exactly, where it ends; else to twelve places."""
    return rounded(value, 12).normalize()


def made(
    indicator: Indicator, like: Figure, value: Fraction | None, status: str, says: str, *, num: Decimal | None, den: Decimal | None,
    rows: int | None = None,
) -> Figure:  # fmt: skip
    """A figure in the place of another. Nothing of a suppressed one is told."""
    if status == SUPPRESSED:
        return replace(like, value=None, num=None, den=None, rows=0, left_out=0, status=status, says="", exact=None)
    shown = None if value is None else rounded(value, indicator.places)
    return replace(
        like,
        value=shown,
        num=num,
        den=den,
        rows=like.rows if rows is None else rows,
        status=status,
        says=says,
        exact=value,
    )
