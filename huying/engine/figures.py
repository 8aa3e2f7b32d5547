"""Figures: what a measure yields, how periods are cut, how one division is rounded, what the public is not shown.

Pure arithmetic without a database. Numerator and denominator come exact from SQL; the one division is made here,
half away from zero, to the declared places. Zero, missing, not applicable and suppressed are four different things.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from huying.declare.indicators import PERIODS as PERIODS
from huying.declare.indicators import ZERO_WHERE_NONE, Indicator

VALUE, MISSING, NOT_APPLICABLE, SUPPRESSED = "value", "missing", "not_applicable", "suppressed"
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
    says      what a reader must know with it, `中文 | English`: its base, its place among how many, where it was published
    exact     the value before it was rounded
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
    says: str = ""
    exact: Fraction | None = None


@dataclass(frozen=True)
class Sums:
    """What SQL adds up for one cell."""

    num: Decimal = Decimal(0)
    den: Decimal = Decimal(0)
    rows: int = 0
    left_out: int = 0
    says: str = ""

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.num + other.num,
            self.den + other.den,
            self.rows + other.rows,
            self.left_out + other.left_out,
            self.says or other.says,
        )


MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "school_year": 12, "plan": 60}
SCHOOL_YEAR = 9  # a school year begins on 1 September


def first_of(day: date, by: str, terms: Sequence[date] = ()) -> date:
    """The first day of the period that `day` lies in (`all`: the day itself).

    A week begins on Monday, a school year on 1 September, a five-year plan in a year that ends in 1 or 6; a term on
    the last of `terms` that is not after the day. Raises ValueError (`中文 | English`) for a day before the first term.
    """
    match by:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month" | "quarter" | "half" | "year":
            size = MONTHS[by]
            return date(day.year, (day.month - 1) // size * size + 1, 1)
        case "school_year":
            return date(day.year - (day.month < SCHOOL_YEAR), SCHOOL_YEAR, 1)
        case "plan":
            return date((day.year - 1) // 5 * 5 + 1, 1, 1)
        case "term":
            place = bisect_right(terms, day)
            if not place:
                raise ValueError(f"{day} 早于声明的第一届 | {day} lies before the first term that is declared")
            return terms[place - 1]
    return day


def next_of(first: date, by: str, terms: Sequence[date] = ()) -> date:
    """The first day of the period after the one that begins on `first`; of the last term, for ever. Not for `all`."""
    if by in ("day", "week"):
        return first + timedelta(days=1 if by == "day" else 7)
    if by == "term":
        place = bisect_right(terms, first)
        return terms[place] if place < len(terms) else date.max
    return shifted(first, MONTHS[by])


def shifted(day: date, months: int) -> date:
    """The same day so many months later, or earlier; the month's last where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    last = (date(first.year + (first.month == 12), first.month % 12 + 1, 1) - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def periods(start: date, end: date, by: str, terms: Sequence[date] = ()) -> list[tuple[date, date, date]]:
    """(first day, since, until) of every period that has a day in [start, end).

    Raises ValueError (`中文 | English`) for an empty stretch, and for more than MOST_PERIODS periods.
    """
    if start >= end:
        raise ValueError("起始日期要早于截止日期 | The first day must lie before the last")
    if by == "all":
        return [(start, start, end)]
    found, first = [], first_of(start, by, terms)
    while first < end:
        after = next_of(first, by, terms)
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


def settled(indicator: Indicator, sums: Sums) -> tuple[Fraction | None, str]:
    """(value before it is rounded, status) of what was added up."""
    if not (sums.rows or sums.num or sums.den):  # a share of one record is a number too
        zero = indicator.empty == "zero" and indicator.measure in ZERO_WHERE_NONE
        return (Fraction(0), VALUE) if zero else (None, MISSING)
    if indicator.measure not in PARTS_OF_WHOLE:
        return Fraction(sums.num), VALUE
    if sums.den == 0:
        return None, NOT_APPLICABLE
    percent = indicator.measure == "share" or (indicator.measure == "ratio" and indicator.unit in ("percent", "%"))
    return Fraction(sums.num) * (100 if percent else 1) / Fraction(sums.den), VALUE


def settle(indicator: Indicator, sums: Sums) -> tuple[Decimal | None, str]:
    """(value, status) of what was added up."""
    exact, status = settled(indicator, sums)
    return None if exact is None else rounded(exact, indicator.places), status


def make(
    indicator: Indicator, period: tuple[date, date, date], split: tuple[str, ...], sums: Sums, today: date
) -> Figure:
    """The figure of one cell. A period that has not begun on `today` is not applicable, unless something is in it."""
    exact, status = settled(indicator, sums)
    first, since, until = period
    if since > today and not sums.rows:
        exact, status = None, NOT_APPLICABLE
    den = sums.den if indicator.measure in PARTS_OF_WHOLE else None
    value = None if exact is None else rounded(exact, indicator.places)
    return Figure(first, split, value, sums.num, den, sums.rows, status, since, until, sums.left_out, sums.says, exact)


_NAMED = re.compile(
    r"(?P<year>\d{4})(?:-?(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|W(?P<week>\d{2})|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?"
)


def named(text: str) -> tuple[date, date, str]:
    """(first day, day after the last, unit) of a period as it is written: 2020, 2020H1, 2020-Q3, 2020-09, 2020-W12, 2020-06-11.

    Raises ValueError (`中文 | English`).
    """
    found = _NAMED.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError
        year, unit = (
            int(found["year"]),
            next((one for one in ("day", "month", "week", "quarter", "half") if found[one]), "year"),
        )
        first = {
            "day": lambda: date(year, int(found["month"]), int(found["day"])),
            "month": lambda: date(year, int(found["month"]), 1),
            "week": lambda: date.fromisocalendar(year, int(found["week"]), 1),
            "quarter": lambda: date(year, int(found["quarter"]) * 3 - 2, 1),
            "half": lambda: date(year, int(found["half"]) * 6 - 5, 1),
            "year": lambda: date(year, 1, 1),
        }[unit]()
        return first, next_of(first, unit), unit
    except (ValueError, OverflowError):
        raise ValueError(
            f"“{text[:40]}”不是一期；写成 2020、2020H1、2020-Q3、2020-09、2020-W12 或 2020-06-11 | “{text[:40]}” is no period: "
            "write 2020, 2020H1, 2020-Q3, 2020-09, 2020-W12 or 2020-06-11"
        ) from None
