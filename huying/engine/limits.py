"""Limits: how long, in which unit, counted from when.

urgent_hour  counts in the calendar's urgent hours, every day
work_hour    counts in working hours on workdays
workday      a full working day's worth of working hours
natural_day  24 hours, weekends and holidays alike

from act       counting begins at the act; a work-day limit ends at the same point of the working day.
               An act outside working hours counts from the next opening. This is the default.
from next day  the rest of the act's own day counts for nothing: workdays end at close of business of
               the n-th workday after it, natural days at 24:00 of the n-th day after it
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from huying.engine.workdays import Calendar, Kind

Unit = Literal["urgent_hour", "work_hour", "workday", "natural_day"]
Start = Literal["act", "next_day"]

KIND_OF: dict[str, Kind] = {
    "urgent_hour": "urgent",
    "work_hour": "working",
    "workday": "working",
    "natural_day": "natural",
}
UNIT_WORDS = {"urgent_hour": "个紧急工时", "work_hour": "个工作小时", "workday": "个工作日", "natural_day": "个自然日"}
CHINESE_UNITS = {
    "紧急工时": "urgent_hour",
    "工作小时": "work_hour",
    "工作时": "work_hour",
    "工时": "work_hour",
    "工作日": "workday",
    "自然日": "natural_day",
}
MOST = 10_000  # of any unit: some forty years of workdays

EXAMPLES = "2 work_hours, 4 urgent_hours, 5 workdays from next day, 7 natural_days"
ENGLISH = re.compile(r"(\d{1,9})\s*([a-z]+(?:[ _][a-z]+)?)(?:\s+from\s+(?:the\s+)?(act|next[ _]day))?", re.IGNORECASE)
CHINESE = re.compile(rf"(次日起|自次日起)?\s*(\d{{1,9}})\s*个?({'|'.join(CHINESE_UNITS)})(?:内)?")
DURATION = re.compile(r"P(?=[\dT])[\dYMWDTHS.]+", re.IGNORECASE)
VAGUE = re.compile(r"\d+\s*(days?|hours?|minutes?|天|日|小时|分钟?)(\s+from.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Limit:
    """How long, in which unit, from when. `str()` gives the form that `parse_limit` reads."""

    amount: int
    unit: Unit
    starts: Start = "act"

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit) or self.starts not in get_args(Start):
            raise ValueError(
                f"没有这样的时限：{self.unit}，{self.starts} | There is no such limit: {self.unit}, {self.starts}"
            )
        if not 0 < self.amount <= MOST:
            raise ValueError(
                f"时限须在 1 至 {MOST} 之间，不能是 {self.amount} | A limit is 1 to {MOST}, not {self.amount}"
            )

    @property
    def kind(self) -> Kind:
        return KIND_OF[self.unit]

    def seconds(self, calendar: Calendar) -> int:
        """The limit's length in its own kind of time."""
        if self.unit in ("workday", "natural_day"):
            return self.amount * calendar.day_seconds(self.kind)
        return self.amount * 3600

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'s' * (self.amount > 1)}{' from next day' * (self.starts == 'next_day')}"

    def say(self, lang: Literal["zh", "en"]) -> str:
        if lang == "zh":
            return f"{'次日起 ' * (self.starts == 'next_day')}{self.amount} {UNIT_WORDS[self.unit]}"
        return str(self).replace("_", " ").replace("from next", "from the next")


@lru_cache(maxsize=1024)
def parse_limit(text: str) -> Limit:
    """Read `5 workdays from next day`, `2 work_hours`, `1 workday`, or `次日起 5 个工作日`.

    Without `from`, a limit counts from the act. Raises ValueError with a sentence for anything else,
    above all for what leaves open which time is meant: a bare number, `3 days`, an ISO duration (P1D
    is 24 hours to one reader and a working day to another).
    """
    text = " ".join(str(text).split())
    if match := CHINESE.fullmatch(text):
        return Limit(int(match[2]), CHINESE_UNITS[match[3]], "next_day" if match[1] else "act")
    if DURATION.fullmatch(text):
        raise _unclear(
            text, "没有说明是工时、工作日还是自然日", "does not say whether working or natural time is meant"
        )
    if text.lstrip("+-").replace(".", "", 1).isdigit():
        raise _unclear(text, "没有单位", "has no unit")
    if VAGUE.fullmatch(text):
        raise _unclear(text, "没有说明是工作时间还是自然时间", "does not say whether working or natural time is meant")
    match = ENGLISH.fullmatch(text)
    unit = match and match[2].lower().replace(" ", "_").replace("work_day", "workday").removesuffix("s")
    if unit not in get_args(Unit):
        raise _unclear(text, "看不懂", "is not a limit")
    return Limit(int(match[1]), unit, "next_day" if (match[3] or "").lower().startswith("next") else "act")


def _unclear(text: str, zh: str, en: str) -> ValueError:
    return ValueError(f"时限“{text}”{zh}；请写成 {EXAMPLES} 之一 | The limit “{text}” {en}; write one of {EXAMPLES}")
