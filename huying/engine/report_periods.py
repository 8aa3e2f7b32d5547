"""Periods of reports, `2020-Q3` and `2020-09`: their days, the one before, and how SQL orders them. Pure arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

FIRST, LAST = 1900, 2199  # years
_WRITTEN = re.compile(r"(\d{4})-(?:Q([1-4])|(0[1-9]|1[0-2]))")


@dataclass(frozen=True)
class Period:
    """A quarter or a month. first, last: its first and last day."""

    name: str
    first: date
    last: date

    @property
    def quarter(self) -> bool:
        return "Q" in self.name

    @property
    def title(self) -> str:
        """`2020年第三季度 | Q3 2020`."""
        if self.quarter:
            n = (self.first.month + 2) // 3
            return f"{self.first.year}年第{'一二三四'[n - 1]}季度 | Q{n} {self.first.year}"
        return f"{self.first.year}年{self.first.month}月 | {self.first:%Y-%m}"

    @property
    def before(self) -> Period:
        """The period of the same kind that ends the day before it begins."""
        return of(self.first - timedelta(days=1), self.quarter)

    @property
    def following(self) -> Period:
        """The period of the same kind that begins the day after it ends."""
        return of(self.last + timedelta(days=1), self.quarter)

    def over(self, today: date) -> bool:
        """Whether its last day is past."""
        return self.last < today


def read(text: str) -> Period:
    """The period of a name. Raises ValueError with `中文 | English`."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found or not FIRST <= int(found[1]) <= LAST:
        raise ValueError("期别写成 2020-Q3 或 2020-09 | Write a period as 2020-Q3 or 2020-09")
    month = int(found[2]) * 3 if found[2] else int(found[3])
    return of(date(int(found[1]), month, 1), bool(found[2]))


def title(text: str) -> str:
    """The title of a period by its name; what names none is left as it is.

    >>> title("2020-Q3"), title("去年")
    ('2020年第三季度 | Q3 2020', '去年')
    """
    try:
        return read(text).title
    except ValueError:
        return text


def of(day: date, quarter: bool = True) -> Period:
    """The quarter or month in which a day lies."""
    if not quarter:
        first = day.replace(day=1)
        return Period(f"{first:%Y-%m}", first, _next_month(first) - timedelta(days=1))
    n = (day.month + 2) // 3
    first = date(day.year, n * 3 - 2, 1)
    return Period(f"{day.year}-Q{n}", first, _next_month(date(day.year, n * 3, 1)) - timedelta(days=1))


def reported(today: date) -> Period:
    """The quarter that people speak of: the last one until the middle of the next, then the one that runs."""
    here = of(today)
    return here.before if (today - here.first).days < 45 else here


def last_month_sql(column: str) -> str:
    """`202009` of a column that holds `2020-Q3` or `2020-09`: periods in order of their last month."""
    return (
        f"(left({column}, 4) || case when substr({column}, 6, 1) = 'Q' "
        f"then lpad((substr({column}, 7, 1)::int * 3)::text, 2, '0') else substr({column}, 6, 2) end)"
    )


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
