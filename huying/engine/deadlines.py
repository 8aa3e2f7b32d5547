"""Clocks that count limits, and the words in which they say what is left.

What a clock keeps is the time left, in its limit's own kind of time. The due moment always follows from
it: `calendar.add(counts_from, left)`. So neither a pause nor a changed calendar can bend it.
"""

import json
import re
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

from huying.engine.limits import Limit, parse_limit
from huying.engine.workdays import DAY, Calendar

__all__ = ["Clock", "Due", "Limit", "due", "parse_limit", "say_left"]

Lang = Literal["zh", "en"]
WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Due:
    """at: aware UTC; provisional: no published notice reaches that far, so a later one may move it."""

    at: datetime
    provisional: bool


def due(limit: Limit, started: datetime, calendar: Calendar) -> Due:
    """When a limit that started then ends. Raises ValueError when `started` has no time zone."""
    clock = Clock.start(limit, started, calendar)
    return Due(clock.due_at, clock.provisional)


@dataclass(frozen=True)
class Clock:
    """The running account of one limit. Each act returns a new clock; moments are whole UTC seconds.

    counts_from     where the present run began to count (for `from next day`, not before that midnight)
    left            seconds of the limit's own kind of time left at `counts_from`; negative when late.
                    While paused or stopped: what was left then
    due_at          None while paused
    paused_seconds  all pauses so far, in the same kind of time: how far they have moved the due moment
    """

    limit: Limit
    started: datetime
    counts_from: datetime
    left_then: int = field(metadata={"key": "left"})
    due_at: datetime | None
    provisional: bool = False
    paused_at: datetime | None = None
    pause_reason: str | None = None
    pauses: int = 0
    paused_seconds: int = 0
    stopped_at: datetime | None = None

    # acts

    @classmethod
    def start(cls, limit: Limit, at: datetime, calendar: Calendar) -> "Clock":
        at = _whole(at)
        counts_from = calendar.next_midnight(at) if limit.starts == "next_day" else at
        return cls(limit, at, counts_from, limit.seconds(calendar), at)._timed(calendar)

    def pause(self, at: datetime, reason: str, calendar: Calendar) -> "Clock":
        """Stop counting; the reason is shown wherever the clock is. Raises ValueError with a sentence."""
        self._must_run()
        at = self._not_before(at)
        if not reason.strip():
            raise ValueError("暂停须写明原因 | A pause needs a reason")
        return replace(
            self,
            counts_from=max(at, self.counts_from),
            left_then=self.left(at, calendar),
            due_at=None,
            provisional=False,
            paused_at=at,
            pause_reason=reason.strip(),
            pauses=self.pauses + 1,
        )

    def resume(self, at: datetime, calendar: Calendar) -> "Clock":
        """Count on from `at`: due is `at` plus what was left. Raises ValueError when not paused."""
        if self.stopped_at or not self.paused_at:
            raise ValueError("时钟没有暂停，无从恢复 | The clock is not paused, so it cannot be resumed")
        at = self._not_before(at)
        paused = calendar.between(self.counts_from, max(at, self.counts_from), self.limit.kind)
        return replace(
            self,
            counts_from=max(at, self.counts_from),
            paused_at=None,
            pause_reason=None,
            paused_seconds=self.paused_seconds + paused,
        )._timed(calendar)

    def extend(self, by: Limit, calendar: Calendar) -> "Clock":
        """Give more of the same kind of time, running or paused; where `by` starts does not matter."""
        if self.stopped_at:
            raise ValueError("时钟已停，不能延期 | The clock has stopped, so it cannot be extended")
        if by.kind != self.limit.kind:
            raise ValueError(
                f"{self.limit.say('zh')}的时限不能延长 {by.say('zh')}：两者计时方式不同"
                f" | A limit of {self.limit.say('en')} cannot be extended by {by.say('en')}: they count different time"
            )
        longer = replace(self, left_then=self.left_then + by.seconds(calendar))
        return longer if self.paused_at else longer._timed(calendar)

    def stop(self, at: datetime, calendar: Calendar) -> "Clock":
        """The work is done. A stopped clock keeps its due moment, and says for good whether it was late."""
        if self.stopped_at:
            raise ValueError("时钟已经停过 | The clock has stopped already")
        at = self._not_before(at)
        return replace(self, left_then=self.left(at, calendar), counts_from=max(at, self.counts_from), stopped_at=at)

    def relimit(self, limit: Limit, calendar: Calendar) -> "Clock":
        """Another limit from the same start, as when a case changes category.

        Pauses and extensions stay worth what they were. Raises ValueError, with a sentence, when they
        would have to be turned into another kind of time.
        """
        if self.stopped_at:
            raise ValueError("时钟已停，不能改时限 | The clock has stopped, so its limit cannot be changed")
        old, new = Clock.start(self.limit, self.started, calendar), Clock.start(limit, self.started, calendar)
        if limit.kind == self.limit.kind:
            moved = calendar.between(old.due_at, new.due_at, limit.kind)
            changed = replace(self, limit=limit, left_then=self.left_then + moved)
            return changed if self.paused_at else changed._timed(calendar)
        if self.pauses or self.due_at != old.due_at:
            zh, en = ((self.limit.say(lang), limit.say(lang)) for lang in ("zh", "en"))
            raise ValueError(
                f"已暂停或延期的时限不能由 {zh[0]}改为 {zh[1]}：两者计时方式不同"
                f" | A limit that was paused or extended cannot go from {en[0]} to {en[1]}: they count different time"
            )
        return new

    def recount(self, calendar: Calendar) -> "Clock":
        """The same clock on another calendar, for instance after a new notice; its due moment may move."""
        return self if self.paused_at or self.stopped_at else self._timed(calendar)

    # questions

    @property
    def is_running(self) -> bool:
        return not self.paused_at and not self.stopped_at

    def left(self, now: datetime, calendar: Calendar) -> int:
        """Seconds left at `now` in the limit's own kind of time; negative when late, still while paused."""
        if not self.is_running or now <= self.counts_from:
            return self.left_then
        return self.left_then - calendar.between(self.counts_from, now, self.limit.kind)

    def is_late(self, now: datetime) -> bool:
        """Past the due moment; for a stopped clock, stopped past it; for a paused one, paused past it."""
        if self.due_at is None:
            return self.left_then < 0
        return _whole(self.stopped_at or now) > self.due_at

    # one line of text

    def to_text(self) -> str:
        """Compact canonical JSON: equal clocks give equal text. What is at its default is left out."""
        content = {}
        for name, key, default in _members():
            value = getattr(self, name)
            if name != "due_at" and value == default:
                continue
            if isinstance(value, datetime):
                value = value.strftime("%Y-%m-%dT%H:%M:%SZ")
            content[key] = str(value) if isinstance(value, Limit) else value
        return _TEXT.encode(content)

    @classmethod
    def from_text(cls, text: str) -> "Clock":
        """The clock that `to_text` wrote. Raises ValueError when it is not one."""
        try:
            content = json.loads(text)
            values = {}
            for name, key, _ in _members():
                if key in content:
                    values[name] = _read(name, content.pop(key))
            if content:
                raise ValueError(f"unknown: {', '.join(content)}")
            return cls(**values)
        except (TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"不是时钟：{error} | Not a clock: {error}") from error

    # inside

    def _timed(self, calendar: Calendar) -> "Clock":
        kind = self.limit.kind
        at = calendar.add(self.counts_from, self.left_then, kind)
        guessed = kind == "working" and not all(
            calendar.covers(moment.astimezone(calendar.tz).date())
            for moment in (self.started, at - timedelta(seconds=1))  # a closing at 24:00 belongs to the day it ends
        )
        return replace(self, due_at=at, provisional=guessed)

    def _must_run(self) -> None:
        if self.stopped_at:
            raise ValueError("时钟已停，不能暂停 | The clock has stopped, so it cannot be paused")
        if self.paused_at:
            raise ValueError("时钟已经暂停 | The clock is paused already")

    def _not_before(self, at: datetime) -> datetime:
        at = _whole(at)
        last = self.paused_at or (self.started if self.counts_from > at else self.counts_from)
        if at < last:
            raise ValueError("时钟不能倒拨 | A clock cannot be set back")
        return at


def _whole(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"时刻 {at} 没有时区 | The moment {at} has no time zone")
    return at.astimezone(UTC).replace(microsecond=0)


@cache
def _members() -> tuple[tuple[str, str, object], ...]:
    """(name, key in the text, default) of all that a clock holds."""
    return tuple((item.name, item.metadata.get("key", item.name), item.default) for item in fields(Clock))


def _read(name: str, value: object) -> object:
    if name == "limit":
        return parse_limit(value)
    if name in ("due_at", "paused_at", "stopped_at") and value is None:
        return None
    if name in ("started", "counts_from", "due_at", "paused_at", "stopped_at"):
        return _whole(datetime.fromisoformat(value))
    if type(value) is not {"provisional": bool, "pause_reason": str}.get(name, int):
        raise ValueError(f"{name} {value!r}")
    return value


def say_left(clock: Clock, now: datetime, calendar: Calendar, lang: Lang) -> str:
    """One line for people: the time left in its own kind, and the moment on the wall.

    `剩 2 小时 10 分工作时间 · 周四 10:40 前` / `2 h 10 min of working time left · by Thu 10:40`
    """
    left = clock.left(now, calendar)
    span = _span(abs(left), clock.limit, calendar, lang)
    late = " late" if clock.is_late(now) else ""
    if clock.stopped_at:
        state, at = "stopped" + late, _moment(clock.stopped_at, now, calendar, lang)
    elif clock.paused_at:
        state, at = "paused" + late, _moment(clock.paused_at, now, calendar, lang)
    else:
        state, at = late.strip() or "left", _moment(clock.due_at, now, calendar, lang, is_end=True)
    line = _SAY[lang][state]
    if lang == "zh":
        # Between Chinese and a figure stands a space, between Chinese and Chinese none.
        line = line.replace("{span}", " {span}" if span[0].isdigit() else "{span}")
        line = re.sub(r"(?<=[自于])\{at\}", " {at}" if at[0].isdigit() else "{at}", line)
    line = line.format(span=span, at=at, reason=clock.pause_reason)
    return line + _SAY[lang]["provisional"].format(until=calendar.until) * clock.provisional


_SAY = {
    "zh": {
        "left": "剩{span} · {at} 前",
        "late": "超时{span} · 应于{at} 前",
        "paused": "已暂停，剩{span} · 自{at} 起，原因：{reason}",
        "paused late": "已暂停，超时{span} · 自{at} 起，原因：{reason}",
        "stopped": "按时完成，余{span} · {at} 停表",
        "stopped late": "超时{span}完成 · {at} 停表",
        "provisional": "（日历仅公布至 {until}，暂定）",
    },
    "en": {
        "left": "{span} left · by {at}",
        "late": "late by {span} · was due by {at}",
        "paused": "paused with {span} left · since {at}: {reason}",
        "paused late": "paused when late by {span} · since {at}: {reason}",
        "stopped": "done on time with {span} to spare · stopped {at}",
        "stopped late": "done late by {span} · stopped {at}",
        "provisional": " (provisional: the calendar is published to {until} only)",
    },
}
_PARTS = {"zh": ("{} 小时", "{} 分", "不足 1 分"), "en": ("{} h", "{} min", "less than 1 min")}
_DAYS = {
    "zh": {"workday": "{} 个工作日", "natural_day": "{} 天"},
    "en": {"workday": "{} workday{s}", "natural_day": "{} day{s}"},
}
_TIME = {
    "zh": {"working": "工作时间", "urgent": "紧急工时", "natural": ""},
    "en": {"working": " of working time", "urgent": " of urgent time", "natural": ""},
}


def _span(seconds: int, limit: Limit, calendar: Calendar, lang: Lang) -> str:
    """The two largest parts of a span, rounded down; days only where the limit counts days."""
    hour, minute, less = _PARTS[lang]
    days = 0
    if limit.unit in _DAYS[lang]:
        days, seconds = divmod(seconds, calendar.day_seconds(limit.kind))
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    parts = [_DAYS[lang][limit.unit].format(days, s="s" * (days > 1))] if days else []
    parts += [hour.format(hours)] if hours else []
    parts += [minute.format(minutes)] if minutes else []
    span = " ".join(parts[:2]) or less
    # A workday names its kind of time itself, and urgent time round the clock is simply time.
    is_plain = days or (limit.kind == "urgent" and calendar.day_seconds("urgent") == DAY)
    return span if is_plain else span + _TIME[lang][limit.kind]


def _moment(at: datetime, now: datetime, calendar: Calendar, lang: Lang, is_end: bool = False) -> str:
    """A moment as people say it near `now`: today, a weekday within the next week, else the date.

    is_end  a limit that runs out at midnight is said as 24:00 of the day it ends
    """
    local, today = at.astimezone(calendar.tz), now.astimezone(calendar.tz).date()
    clock = f"{local:%H:%M}"
    day = local.date()
    if is_end and clock == "00:00":
        day, clock = day - timedelta(days=1), "24:00"
    if day == today:
        return f"今天 {clock}" if lang == "zh" else f"{clock} today"
    if 0 < (day - today).days < 7:
        return f"{'周' * (lang == 'zh')}{WEEKDAYS[lang][day.weekday()]} {clock}"
    if lang == "zh":
        return f"{f'{day.year}年' * (day.year != today.year)}{day.month}月{day.day}日 {clock}"
    return f"{day.day} {MONTHS[day.month - 1]} {f'{day.year} ' * (day.year != today.year)}{clock}"
