"""Figures by name in the text of a report: `{food.samples[link=makers]@year_ago in 万批次 to 1}`.

A figure is an indicator, of which cells (`[split=value, …]`), of which period (`@…`), how it is said (WAYS), in which unit and with how
many places. Without a period it is that of the report; without a unit and places those of the indicator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from huying.declare import units

# The report's period as others see it: the one before, the same a year earlier, the year up to its end
BEFORE, YEAR_AGO, YEAR = RELATIVE = ("before", "year_ago", "year")
OVER = ("month", "quarter", "half", "year", "school_year", "plan", "term")  # what a report may be about, over and over
# growth: 增长8% against a year earlier; difference: 增加120人; signed: 增长8%, of an indicator that is itself a change
VALUE, GROWTH, DIFFERENCE, SIGNED = WAYS = ("value", "growth", "difference", "signed")
BARE = "bare"  # the number without its unit
LARGE = {"万": 10**4, "亿": 10**8}  # before any unit: 万宗, 亿次
MOST_PLACES = 6
EARLIEST, LATEST = 1900, 2199  # years that a period may be of
_FIGURE = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)(?:\[(?P<only>[^\[\]]*)\])?(?:@(?P<period>[0-9a-zA-Z_/-]+))?(?P<rest>(?: \S+)*)"
)
_ONLY = re.compile(r"\s*([a-z][a-z0-9_]*)\s*=\s*([^,\s]+)\s*")
_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?)|/(?P<next>\d{4}))?"
)


@dataclass(frozen=True)
class Told:
    """One number that a report tells.

    indicator  its full name
    period     empty: the report's; one of RELATIVE; or a period by name, `2019-Q3`
    only       (split, value): of these cells alone
    unit       in which it is written, `times` the indicator's own; empty: that
    places     None: as many as the indicator has, or as it takes in another unit (two at most)
    """

    indicator: str
    period: str = ""
    only: tuple[tuple[str, str], ...] = ()
    way: str = VALUE
    unit: str = ""
    times: Fraction = Fraction(1)
    places: int | None = None
    bare: bool = False


@dataclass(frozen=True)
class Written:
    """What stands in a mark, before anybody asked what it means. wrong: a piece that is not understood."""

    name: str
    only: tuple[tuple[str, str], ...] = ()
    period: str = ""
    way: str = VALUE
    unit: str = ""
    places: int | None = None
    bare: bool = False
    wrong: str = ""


def read(text: str) -> Written | None:
    """The figure that a text writes; None where it does not begin like one.

    >>> read("visits@2019 growth to 1")
    Written(name='visits', only=(), period='2019', way='growth', unit='', places=1, bare=False, wrong='')
    """
    found = _FIGURE.fullmatch(text.strip())
    if not found:
        return None
    only, wrong = [], ""
    for piece in (found["only"] or "").split(",") if found["only"] is not None else ():
        pair = _ONLY.fullmatch(piece)
        if pair:
            only.append((pair[1], pair[2]))
        else:
            wrong = piece or "[]"
    way, unit, places, bare = VALUE, "", None, False
    words = iter(found["rest"].split())
    for word in words:
        if word in WAYS:
            way = word
        elif word == BARE:
            bare = True
        elif word == "in" and (given := next(words, "")):
            unit = given
        elif word == "to" and (given := next(words, "")).isdigit() and int(given) <= MOST_PLACES:
            places = int(given)
        else:
            wrong = word
    return Written(found["name"], tuple(only), found["period"] or "", way, unit, places, bare, wrong)


def period_named(text: str) -> tuple[str, date]:
    """(kind, first day) of a period by name: 2019, 2019-H1, 2019-Q3, 2019-06, 2019-06-11, 2019/2020 (a school year).

    Raises ValueError (`中文 | English`).
    """
    found = _PERIOD.fullmatch(text.strip())
    try:
        if found and EARLIEST <= (year := int(found["year"])) <= LATEST:
            if found["next"]:
                if int(found["next"]) == year + 1:
                    return "school_year", date(year, 9, 1)
            elif found["day"]:
                return "day", date(year, int(found["month"]), int(found["day"]))
            elif found["month"]:
                return "month", date(year, int(found["month"]), 1)
            elif found["quarter"]:
                return "quarter", date(year, int(found["quarter"]) * 3 - 2, 1)
            elif found["half"]:
                return "half", date(year, int(found["half"]) * 6 - 5, 1)
            else:
                return "year", date(year, 1, 1)
    except ValueError:
        pass
    raise ValueError(
        f"“{text}”不是一期；写成 2019、2019-H1、2019-Q3、2019-06、2019-06-11 或 2019/2020 | "
        f"“{text}” is no period; write 2019, 2019-H1, 2019-Q3, 2019-06, 2019-06-11 or 2019/2020"
    )


def times(own: str, wanted: str) -> Fraction:
    """By what a number in the unit `own` is multiplied to be in `wanted`, which may be 万 or 亿 of any unit.

    Raises ValueError (`中文 | English`) where they do not fit.

    >>> times("平方米 | m2", "公顷"), times("宗", "万宗"), times("人次", "万人次")
    (Fraction(1, 10000), Fraction(1, 10000), Fraction(1, 10000))
    """
    if not units.fits(own, wanted) and wanted[:1] in LARGE and units.fits(own, wanted[1:]):
        return units.factor(own, wanted[1:]) / LARGE[wanted[0]]
    return units.factor(own, wanted)


Figures = Mapping[str, Told]
