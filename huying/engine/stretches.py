"""Periods that a report speaks of: their days, their names, the one before, the same a year earlier. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from huying.declare.paper_figures import BEFORE, OVER, YEAR, YEAR_AGO, period_named
from huying.engine.figures import first_of, next_of, shifted


@dataclass(frozen=True)
class Stretch:
    """kind: day, month, quarter, half, year, school_year, plan or term; start, end: its first day, and the day after its last."""

    kind: str
    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def name(self) -> str:
        """As people type it: 2019, 2019-H1, 2019-Q3, 2019-06, 2019-06-11, 2019/2020; else first and last day."""
        first = self.start
        match self.kind:
            case "day":
                return first.isoformat()
            case "month":
                return f"{first:%Y-%m}"
            case "quarter":
                return f"{first.year}-Q{(first.month + 2) // 3}"
            case "half":
                return f"{first.year}-H{1 + first.month // 7}"
            case "year":
                return str(first.year)
            case "school_year":
                return f"{first.year}/{first.year + 1}"
        return f"{first.isoformat()}..{self.last.isoformat()}"

    @property
    def title(self) -> str:
        """`2019年第三季度 | Q3 2019`."""
        first = self.start
        match self.kind:
            case "day":
                return f"{first.year}年{first.month}月{first.day}日 | {first.isoformat()}"
            case "month":
                return f"{first.year}年{first.month}月 | {first:%Y-%m}"
            case "quarter":
                n = (first.month + 2) // 3
                return f"{first.year}年第{'一二三四'[n - 1]}季度 | Q{n} {first.year}"
            case "half":
                return f"{first.year}年{'下' if first.month > 6 else '上'}半年 | {'second' if first.month > 6 else 'first'} half of {first.year}"
            case "year":
                return f"{first.year}年 | {first.year}"
            case "school_year":
                return f"{first.year}至{first.year + 1}学年 | school year {first.year}/{first.year + 1}"
        return (
            f"{first.year}年{first.month}月至{self.last.year}年{self.last.month}月 | {first:%Y-%m} to {self.last:%Y-%m}"
        )


def holding(day: date, kind: str, terms: Sequence[date] = ()) -> Stretch:
    """The period of a kind in which a day lies. Raises ValueError (`中文 | English`) before the first term."""
    first = first_of(day, kind, terms)
    return Stretch(kind, first, next_of(first, kind, terms))


def named(text: str) -> Stretch:
    """The period of a name. Raises ValueError (`中文 | English`)."""
    kind, first = period_named(text)
    return holding(first, kind)


def of_report(over: str, asked: str, today: date, terms: Sequence[date] = ()) -> Stretch:
    """The period that a report is about: the one asked for, or the last that is over; a report may be about one alone.

    Raises ValueError (`中文 | English`) for a period that it cannot be about.
    """
    if over not in OVER:
        only = named(over)
        if asked and named(asked) != only:
            raise ValueError(f"这份报告只写 {only.name} | This report is about {only.name} alone")
        return only
    if not asked:
        here = holding(today, over, terms)
        return holding(here.start - timedelta(days=1), over, terms)
    found = named(asked)
    if found.kind != over:
        if over in ("plan", "term") and found.kind in ("year", "month", "day"):
            return holding(found.start, over, terms)
        example = {
            "year": "2019",
            "half": "2019-H1",
            "quarter": "2019-Q3",
            "month": "2019-06",
            "school_year": "2019/2020",
        }
        raise ValueError(
            f"这份报告的期写成 {example.get(over, '2019')}，不是 {asked} | "
            f"A period of this report is written {example.get(over, '2019')}, not {asked}"
        )
    return found


def seen_from(here: Stretch, period: str, terms: Sequence[date] = ()) -> Stretch:
    """The period that a figure names, seen from that of the report."""
    if not period:
        return here
    if period == BEFORE:
        return holding(here.start - timedelta(days=1), here.kind, terms)
    if period == YEAR_AGO:
        return Stretch(here.kind, shifted(here.start, -12), shifted(here.end, -12))
    if period == YEAR:
        return Stretch("year" if here.kind == "year" else "all", date(here.last.year, 1, 1), here.end)
    return named(period)
