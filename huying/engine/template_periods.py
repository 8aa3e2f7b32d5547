"""Which days a form is about: what its title says, else the period that its template counts by."""

from __future__ import annotations

import re
from datetime import date, timedelta

from huying.engine.figures import first_of, next_of
from huying.sheets.cells import folded

Days = tuple[date | None, date | None]  # from, until (exclusive); None: without an end
LATE = timedelta(days=10)  # a return of a month is written in the first days of the next one
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEAR = r"(20\d{2})\s*年?(?:度)?\s*"
_FORMS = (
    ("until", re.compile(r"截[至止]\s*(20\d{2})\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})")),
    ("quarter", re.compile(_YEAR + r"(?:第\s*([一二三四1-4])\s*季度|([一二三四1-4])\s*季度|Q([1-4]))")),
    ("half", re.compile(_YEAR + r"([上下])半年")),
    ("month", re.compile(r"(20\d{2})\s*[年.\-/]\s*(\d{1,2})\s*月?(?:份)?(?!\d)")),
    ("year", re.compile(r"(20\d{2})\s*年")),
)


def in_title(text: str) -> Days | None:
    """The days that a title names: 2020年12月, 2020年第四季度, 2020年上半年, 2020年, 截至2020年12月20日.

    >>> in_title("附件2：2020年12月统计表")
    (datetime.date(2020, 12, 1), datetime.date(2021, 1, 1))
    """
    text = folded(text)
    for kind, form in _FORMS:
        if not (found := form.search(text)):
            continue
        year, *rest = found.groups()
        said = next((one for one in rest if one), "")
        try:
            match kind:
                case "until":
                    return None, date(int(year), int(rest[0]), int(rest[1])) + timedelta(days=1)
                case "quarter":
                    first = date(int(year), _QUARTERS[said] * 3 - 2, 1)
                    return first, next_of(first, "quarter")
                case "half":
                    return (
                        (date(int(year), 1, 1), date(int(year), 7, 1))
                        if said == "上"
                        else (date(int(year), 7, 1), date(int(year) + 1, 1, 1))
                    )
                case "month":
                    first = date(int(year), int(said), 1)
                    return first, next_of(first, "month")
            return date(int(year), 1, 1), date(int(year) + 1, 1, 1)
        except ValueError:
            continue
    return None


def usual(unit: str, today: date) -> Days:
    """The period a return is due for: the one that holds the day ten days ago; all days where there is no unit."""
    if unit in ("", "all"):
        return None, None
    first = first_of(today - (LATE if unit != "day" else timedelta(days=1)), unit)
    return first, next_of(first, unit)


def unit_of(start: date | None, end: date | None) -> str:
    """The unit of a stretch that is exactly one period; nothing for others."""
    if start is None or end is None:
        return ""
    return next(
        (
            unit
            for unit in ("month", "quarter", "year")
            if first_of(start, unit) == start and next_of(start, unit) == end
        ),
        "",
    )
