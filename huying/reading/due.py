"""By when something is to be done, in the words of reports, minutes and notices."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from .facts import numeral

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_WHEN = re.compile(
    r"(?P<year>(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})\s*年(?![以来代]|预备|预算|财政|资金|度?(?:工作|回顾|计划|会议|完成))"
    rf"(?:\s*(?P<month>{_N})\s*月(?:\s*(?P<day>{_N})\s*[日号])?(?P<part>上旬|中旬)?|(?P<yhalf>上半年|下半年)|第?(?P<yquarter>[一二三四1-4])季度)?"
    rf"|(?<![\d\-—.])(?P<m>{_N})月(?:(?P<d>{_N})[日号])?(?P<p>上旬|中旬)?(?=(?:底|末|下旬|份|初)?(?:之?前|以前|内|底|末|中旬|上旬|下旬|完成|建成|开工|投|通车|竣工|开放|启用|报|落实|到位|提交))"
    rf"|(?<![\d\-—.])(?P<dm>{_N})月(?P<dd>{_N})[日号](?=[^\-—至到]|$)"
    r"|(?P<week>[本下])周(?P<weekday>[一二三四五六日天])"
    r"|(?P<half>上半年|下半年)|第?(?P<quarter>[一二三四1-4])季度|(?P<three>前三季度)"
    r"|[“\"](?P<plan>[七八九]五|十五|十[一二三四五]五)[”\"]?(?:期)?末|(?P<next>明年)|(?P<after>后年)"
    rf"|(?P<span>[一二两三四五]|[1-5])年(?:时间)?(?:之?内|时间|左右)"
    r"|(?P<this>年内|年底|全年|今年|年末|年终|本年度?|当年|年前)"
)
# No day is named without one of these.
DAYS = re.compile("[年月季末日天周星]")
_PLANS = {
    "七五": 1990,
    "八五": 1995,
    "九五": 2000,
    "十五": 2005,
    "十一五": 2010,
    "十二五": 2015,
    "十三五": 2020,
    "十四五": 2025,
    "十五五": 2030,
}
_QUARTER = {"一": 1, "二": 2, "三": 3, "四": 4}
_WORKDAYS = re.compile(rf"(?P<n>{_N})个?(?P<unit>工作日|日|天|周|星期|个月)(?:之?内|以内)")


def due(clause: str, year: int | None, told: date | None = None) -> date | None:
    """The last day that a clause names, or None.

    year  the year that 年底 and 6月底 are of; None when unknown
    told  the day on which it was said: 10日内 counts from it, and a month that is past means next year's
    """
    if not DAYS.search(clause):
        return None
    found = [day for match in _WHEN.finditer(clause) if (day := _day(match, year, told))]
    if not found and told and (match := _WORKDAYS.search(clause)):
        count = numeral(match["n"])
        if match["unit"] == "个月":
            month = told.month - 1 + count
            first = date(told.year + month // 12, month % 12 + 1, 1)
            return _last(first.year, first.month, min(told.day, monthrange(first.year, first.month)[1]))
        # Workdays need a calendar that a text does not bring with it; they are left open.
        if match["unit"] != "工作日":
            return told + timedelta(days=count * (7 if match["unit"] in ("周", "星期") else 1))
    return max(found, default=None)


def _day(match: re.Match, year: int | None, told: date | None) -> date | None:
    if match["plan"]:
        return date(_PLANS[match["plan"]], 12, 31)
    if match["year"]:
        known = numeral(match["year"])
        if match["month"]:
            return _month(known, match["month"], match["day"], match["part"])
        if match["yhalf"]:
            return date(known, 6, 30) if match["yhalf"] == "上半年" else date(known, 12, 31)
        return _quarter(known, match["yquarter"]) if match["yquarter"] else date(known, 12, 31)
    if match["week"]:
        if not told:
            return None
        monday = told - timedelta(days=told.weekday()) + timedelta(days=7 if match["week"] == "下" else 0)
        return monday + timedelta(days=min("一二三四五六日天".index(match["weekday"]), 6))
    if year is None:
        return None
    month, day = (match["m"], match["d"]) if match["m"] else (match["dm"], match["dd"])
    if month:
        found = _month(year, month, day, match["p"])
        return _month(year + 1, month, day, match["p"]) if found and told and found < told else found
    if match["half"]:
        return date(year, 6, 30) if match["half"] == "上半年" else date(year, 12, 31)
    if match["quarter"]:
        return _quarter(year, match["quarter"])
    if match["three"]:
        return date(year, 9, 30)
    years = (
        1
        if match["next"]
        else 2
        if match["after"]
        else numeral(match["span"].replace("两", "二")) - 1
        if match["span"]
        else 0
    )
    return date(year + years, 12, 31)


def _quarter(year: int, said: str) -> date:
    month = 3 * (_QUARTER.get(said) or int(said))
    return _last(year, month, monthrange(year, month)[1])


def _month(year: int, month: str, day: str | None, part: str | None) -> date | None:
    number = numeral(month)
    if not 1 <= number <= 12:
        return None
    last = monthrange(year, number)[1]
    return _last(year, number, numeral(day) if day else 10 if part == "上旬" else 20 if part == "中旬" else last)


def _last(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None
