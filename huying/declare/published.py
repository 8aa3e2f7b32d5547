"""Figures that a document published: which indicator answers each, for which period, and the number to compare it with.

`figures/<name>.csv` has a row for each. The published number is only ever compared with: no indicator reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

MONTHS = {"quarter": 3, "half": 6, "year": 12}
_PART = re.compile(r"(\d{4})(?:-?(?:Q([1-4])|H([12])))?")


@dataclass(frozen=True)
class Stretch:
    """[start, end); by: the period that it is as a whole, or `all` for days of its own choice."""

    start: date
    end: date
    by: str


@dataclass(frozen=True)
class Published:
    """One figure of a document.

    measure     full name of the indicator that answers it; "" where the district does not run its pack
    only        split -> value
    comparator  eq, approx, gt, ge, le, lt or fell; kind: outcome, target, rank or definition
    value, unit the number and its unit as published: to compare with, never to count with
    """

    id: str
    document: str
    place: str
    title: str
    system: str
    measure: str
    named: str  # the measure as it is declared, also where nothing answers to it
    period: str  # as declared
    stretch: Stretch
    only: tuple[tuple[str, str], ...]
    comparator: str
    value: Decimal
    unit: str
    kind: str
    note: str = ""
    file: str = ""
    line: int = 0


def stretch_of(text: str) -> Stretch:
    """The days that a period names. Raises ValueError where it names none.

    >>> stretch_of("2020-Q1").end, stretch_of("2020-01-01/2020-06-11").by
    (datetime.date(2020, 4, 1), 'all')
    """
    first, slash, last = text.partition("/")
    if slash:
        start, end = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
        if start >= end:
            raise ValueError(text)
        return Stretch(start, end, "all")
    if part := _PART.fullmatch(text):
        year, quarter, half = part.groups()
        by = "quarter" if quarter else "half" if half else "year"
        months = MONTHS[by]
        return _months(int(year), months * (int(quarter or half or 1) - 1) + 1, months, by)
    if re.fullmatch(r"\d{4}-\d\d", text):
        return _months(int(text[:4]), int(text[5:]), 1, "month")
    day = date.fromisoformat(text)
    return Stretch(day, day + timedelta(days=1), "day")


def _months(year: int, month: int, months: int, by: str) -> Stretch:
    after = year * 12 + month - 1 + months
    return Stretch(date(year, month, 1), date(after // 12, after % 12 + 1, 1), by)
