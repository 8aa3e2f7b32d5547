"""Figures: what a measure yields, how periods are cut, how one division is rounded, what the public is not shown.

Pure arithmetic without a database. Numerator and denominator come exact from SQL; the one division is made here,
half away from zero, to the declared places. Zero, missing, not applicable and suppressed are four different things.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from huying.declare.kinds import Indicator

VALUE, MISSING, NOT_APPLICABLE, SUPPRESSED = "value", "missing", "not_applicable", "suppressed"
PERIODS = ("day", "month", "quarter", "year", "all")
MOST_PERIODS = 1000
PARTS_OF_WHOLE = ("average", "share", "ratio")  # measures with a denominator


@dataclass(frozen=True)
class Figure:
    """One cell of a measure.

    period    the first day of its period; since, until: the days it covers within what was asked, half-open
    split     one value per split, in order: a unit's code, a field's value as text; empty text: none given
    value     exact to the indicator's places; None unless status is `value`
    num, den  exact; den is None where the measure has none; both None when suppressed
    rows      records counted (0 when suppressed); left_out: records among them whose value is unknown
    status    value, missing (nothing was counted), not_applicable (not begun yet, or divided by zero), suppressed
    """

    period: date
    split: tuple[str, ...]
    value: Decimal | None
    num: Decimal | None
    den: Decimal | None
    rows: int
    status: str
    since: date
    until: date
    left_out: int = 0


@dataclass(frozen=True)
class Sums:
    """What SQL adds up for one cell."""

    num: Decimal = Decimal(0)
    den: Decimal = Decimal(0)
    rows: int = 0
    left_out: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.num + other.num, self.den + other.den, self.rows + other.rows, self.left_out + other.left_out)


def first_of(day: date, by: str) -> date:
    """The first day of the period that `day` lies in (`all`: the day itself)."""
    match by:
        case "month":
            return day.replace(day=1)
        case "quarter":
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case "year":
            return date(day.year, 1, 1)
    return day


def next_of(first: date, by: str) -> date:
    """The first day of the period after the one that begins on `first`. Not for `all`."""
    if by == "day":
        return first + timedelta(days=1)
    months = {"month": 1, "quarter": 3, "year": 12}[by]
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def periods(start: date, end: date, by: str) -> list[tuple[date, date, date]]:
    """(first day, since, until) of every period that has a day in [start, end).

    Raises ValueError (`中文 | English`) for an empty stretch, and for more than MOST_PERIODS periods.
    """
    if start >= end:
        raise ValueError("起始日期要早于截止日期 | The first day must lie before the last")
    if by == "all":
        return [(start, start, end)]
    found, first = [], first_of(start, by)
    while first < end:
        after = next_of(first, by)
        found.append((first, max(first, start), min(after, end)))
        first = after
        if len(found) > MOST_PERIODS:
            raise ValueError(
                f"最多 {MOST_PERIODS} 期，请缩短起止日期或按月、按季看 | At most {MOST_PERIODS} periods: "
                "ask for a shorter time, or by month or quarter"
            )
    return found


def rounded(value: Fraction, places: int) -> Decimal:
    """Half away from zero, exactly: no quotient is cut before it is rounded.

    >>> rounded(Fraction(1, 8), 2), rounded(Fraction(-1, 8), 2), rounded(Fraction(2, 3), 1)
    (Decimal('0.13'), Decimal('-0.13'), Decimal('0.7'))
    """
    scaled = abs(value) * 10**places + Fraction(1, 2)
    whole = Decimal(scaled.numerator // scaled.denominator).scaleb(-places)
    return -whole if value < 0 else whole


def settle(indicator: Indicator, sums: Sums) -> tuple[Decimal | None, str]:
    """(value, status) of what was added up."""
    if not sums.rows:
        zero = indicator.empty == "zero" and indicator.measure not in PARTS_OF_WHOLE
        return (Decimal(0).scaleb(-indicator.places), VALUE) if zero else (None, MISSING)
    if indicator.measure not in PARTS_OF_WHOLE:
        return rounded(Fraction(sums.num), indicator.places), VALUE
    if sums.den == 0:
        return None, NOT_APPLICABLE
    percent = indicator.measure == "share" or (indicator.measure == "ratio" and indicator.unit in ("percent", "%"))
    factor = 100 if percent else 1
    return rounded(Fraction(sums.num) * factor / Fraction(sums.den), indicator.places), VALUE


def make(
    indicator: Indicator, period: tuple[date, date, date], split: tuple[str, ...], sums: Sums, today: date
) -> Figure:
    """The figure of one cell. A period that has not begun on `today` is not applicable, unless something is in it."""
    value, status = settle(indicator, sums)
    first, since, until = period
    if since > today and not sums.rows:
        value, status = None, NOT_APPLICABLE
    den = sums.den if indicator.measure in PARTS_OF_WHOLE else None
    return Figure(first, split, value, sums.num, den, sums.rows, status, since, until, sums.left_out)
