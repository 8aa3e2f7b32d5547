"""Working calendars: which days are worked, how long a working day is, how far ahead that is known.

Everything is counted by cumulative ordinals (workdays, or seconds of one kind of time, since a fixed
origin), so adding a thousand workdays costs the same as adding one.

Three kinds of time are counted:
  working   seconds inside `hours` on workdays
  urgent    seconds inside `urgent_hours` on every day
  natural   all seconds
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

Kind = Literal["working", "urgent", "natural"]
Windows = tuple[tuple[time, time], ...]

MIDNIGHT = time(0)
ROUND_THE_CLOCK: Windows = ((MIDNIGHT, MIDNIGHT),)
DAY = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

KEYS = ("calendar", "title", "zone", "hours", "urgent_hours", "since", "until", "notices")
NOTICE_KEYS = ("number", "published", "covers", "amends", "rest", "work")
WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


@dataclass(frozen=True)
class Calendar:
    """One district's working calendar.

    hours, urgent_hours  (opening, closing) pairs in the calendar's zone, in order, not overlapping;
                         a closing of 00:00 means 24:00
    holidays             days off although they are Monday to Friday (weekend days do no harm)
    makeup               days worked although they are Saturday or Sunday
    until                last day that a published notice covers
    since                first such day

    Outside [since, until] plain weekdays are worked, and `covers` says that this is a guess.
    Raises ValueError, with a sentence, when hours make no sense or a day is both off and worked.
    """

    name: str
    tz: ZoneInfo
    hours: Windows
    holidays: frozenset[date]
    makeup: frozenset[date]
    until: date
    urgent_hours: Windows = ROUND_THE_CLOCK
    since: date = date(2018, 1, 1)

    def __post_init__(self) -> None:
        for windows in (self.hours, self.urgent_hours):
            if not windows:
                raise ValueError("日历没有上班时段 | The calendar has no working hours")
            closed = 0
            for opening, closing in _seconds(windows):
                if not closed <= opening < closing:
                    raise ValueError(
                        f"时段 {say_windows(windows)} 有重叠、颠倒或跨过午夜；跨夜请拆成两段"
                        f" | Hours {say_windows(windows)} overlap, run backwards or cross midnight;"
                        " split a night into two windows"
                    )
                closed = closing
        if both := self.holidays & self.makeup:
            raise ValueError(f"{min(both)} 既放假又上班 | {min(both)} is both off and worked")

    # days

    def is_workday(self, day: date) -> bool:
        return day in self.makeup or (day.weekday() < 5 and day not in self.holidays)

    def covers(self, day: date) -> bool:
        """Whether a published notice says what `day` is."""
        return self.since <= day <= self.until

    def ordinal(self, day: date) -> int:
        """Workdays from `since` to `day`, both included; zero or less before `since`."""
        return self._count(day.toordinal()) - self._count(self.since.toordinal() - 1)

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th workday after `day` (before it when n < 0); `day` itself when n is 0."""
        if n == 0:
            return day
        before = self._count(day.toordinal() if n > 0 else day.toordinal() - 1)
        return self._workday(before + n if n > 0 else before + n + 1)

    def workdays_between(self, start: date, end: date) -> int:
        """Workdays after `start` up to and including `end`; negative when `end` is earlier."""
        return self._count(end.toordinal()) - self._count(start.toordinal())

    # time of day

    def day_seconds(self, kind: Kind = "working") -> int:
        """Seconds of that kind of time in one day that has any."""
        return DAY if kind == "natural" else sum(end - start for start, end in self._windows(kind))

    @property
    def day_minutes(self) -> int:
        """Minutes of working time in one workday."""
        return self.day_seconds() // 60

    def minutes_on(self, day: date) -> int:
        """Minutes of working time on that day: none unless it is a workday."""
        return self.day_minutes if self.is_workday(day) else 0

    def elapsed(self, kind: Kind, at: datetime) -> int:
        """Seconds of that kind of time from a fixed origin to the aware moment `at`, fractions dropped."""
        if at.tzinfo is None:
            raise ValueError(f"时刻 {at} 没有时区 | The moment {at} has no time zone")
        if self._is_continuous(kind):
            return (at - EPOCH) // timedelta(seconds=1)
        local = at.astimezone(self.tz)
        day = local.date()
        whole = self._days(kind, day.toordinal() - 1) * self.day_seconds(kind)
        if kind == "working" and not self.is_workday(day):
            return whole
        clock = local.hour * 3600 + local.minute * 60 + local.second
        return whole + sum(min(clock, end) - start for start, end in self._windows(kind) if clock > start)

    def moment(self, kind: Kind, elapsed: int) -> datetime:
        """The earliest UTC moment at which `elapsed` seconds of that kind of time have passed.

        Earliest matters at the end of a day: the moment is this day's closing, not the next opening.
        """
        if self._is_continuous(kind):
            return EPOCH + timedelta(seconds=elapsed)
        days, rest = divmod(elapsed - 1, self.day_seconds(kind))
        rest += 1
        day = self._workday(days + 1) if kind == "working" else date.fromordinal(days + 1)
        for start, end in self._windows(kind):
            if rest <= end - start:
                break
            rest -= end - start
        local = datetime.combine(day, MIDNIGHT) + timedelta(seconds=start + rest)
        return local.replace(tzinfo=self.tz).astimezone(UTC)

    def add(self, at: datetime, seconds: int, kind: Kind = "working") -> datetime:
        """`at` moved by that many seconds of that kind of time, back when negative."""
        return self.moment(kind, self.elapsed(kind, at) + seconds)

    def between(self, start: datetime, end: datetime, kind: Kind = "working") -> int:
        """Seconds of that kind of time from `start` to `end`; negative when `end` is earlier."""
        return self.elapsed(kind, end) - self.elapsed(kind, start)

    def next_midnight(self, at: datetime) -> datetime:
        """The UTC moment at which the calendar's day of `at` ends."""
        day = at.astimezone(self.tz).date() + timedelta(days=1)
        return datetime.combine(day, MIDNIGHT, self.tz).astimezone(UTC)

    # cumulative tables; days are numbered as date.toordinal does, so that day 1 is a Monday

    @cached_property
    def _changes(self) -> tuple[list[int], list[int]]:
        """Days where the calendar differs from Monday-to-Friday, and the summed difference before each."""
        changes = {day.toordinal(): -1 for day in self.holidays if day.weekday() < 5}
        changes |= {day.toordinal(): 1 for day in self.makeup if day.weekday() >= 5}
        days = sorted(changes)
        return days, list(accumulate((changes[day] for day in days), initial=0))

    def _count(self, day: int) -> int:
        days, sums = self._changes
        weeks, rest = divmod(day, 7)
        return weeks * 5 + min(rest, 5) + sums[bisect_right(days, day)]

    @cached_property
    def _workday(self) -> Callable[[int], date]:
        """The day with which that many workdays have passed; those asked for lately are kept."""
        return lru_cache(maxsize=1024)(self._find_workday)

    def _find_workday(self, count: int) -> date:
        day = bisect_left(range(date.max.toordinal() + 1), count, key=self._count)
        if not 0 < day <= date.max.toordinal():
            raise ValueError("时限算出的日期超出公元 1 至 9999 年 | The limit ends outside the years 1 to 9999")
        return date.fromordinal(day)

    def _days(self, kind: Kind, day: int) -> int:
        return self._count(day) if kind == "working" else day

    def _windows(self, kind: Kind) -> tuple[tuple[int, int], ...]:
        return self._work_windows if kind == "working" else self._urgent_windows

    @cached_property
    def _work_windows(self) -> tuple[tuple[int, int], ...]:
        return _seconds(self.hours)

    @cached_property
    def _urgent_windows(self) -> tuple[tuple[int, int], ...]:
        return _seconds(self.urgent_hours)

    def _is_continuous(self, kind: Kind) -> bool:
        return kind == "natural" or (kind == "urgent" and self.urgent_hours == ROUND_THE_CLOCK)


def _seconds(windows: Windows) -> tuple[tuple[int, int], ...]:
    def of_day(clock: time) -> int:
        return clock.hour * 3600 + clock.minute * 60 + clock.second

    return tuple((of_day(opening), of_day(closing) or DAY) for opening, closing in windows)


def say_windows(windows: Windows) -> str:
    """Hours as they are written in a calendar file, such as `09:00-12:00, 14:00-18:00`."""
    return ", ".join(
        f"{opening:%H:%M}-{'24:00' if closing == MIDNIGHT else f'{closing:%H:%M}'}" for opening, closing in windows
    )


def workday_rows(calendar: Calendar, first: date | None = None, last: date | None = None) -> Iterator[tuple[date, int]]:
    """(day, ordinal) for each day of [first, last]: the lookup table by which SQL counts workdays.

    The difference of two ordinals is `workdays_between`. By default the covered days are given.
    """
    first, last = first or calendar.since, last or calendar.until
    ordinal = calendar.ordinal(first - timedelta(days=1))
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        ordinal += calendar.is_workday(day)
        yield day, ordinal


def load_calendar(source: str | Path | Mapping) -> Calendar:
    """Read a calendar from its YAML file, or from that file's mapping.

    Raises ValueError with a sentence for each problem, one a line: a missing calendar is never taken
    for a plain week.
    """
    if isinstance(source, Mapping):
        return _Reader(str(source.get("calendar", "calendar"))).read(source)
    path = Path(source)
    if not path.is_file():
        raise ValueError(
            f"没有工作日历 {path}：时限无从计算 | There is no working calendar {path}: no limit can be counted"
        )
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(
            f"{path.name} 不是 UTF-8 的 YAML：{reason} | {path.name} is not YAML in UTF-8: {reason}"
        ) from error
    return _Reader(path.name).read(content if isinstance(content, Mapping) else {})


class _Reader:
    """Collects all problems of one file before it refuses the file."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[str] = []
        self.state: dict[date, bool] = {}  # day -> worked, as the latest notice has it
        self.numbers: set[str] = set()

    def wrong(self, zh: str, en: str) -> None:
        self.problems.append(f"{self.where}：{zh} | {self.where}: {en}")

    def read(self, content: Mapping) -> Calendar:
        self.known(content, KEYS)
        for key in ("calendar", "hours", "until", "notices"):
            if not content.get(key):
                self.wrong(f"缺少 {key}", f"{key} is missing")
        zone = self.zone(content.get("zone", "Asia/Shanghai"))
        hours = self.windows("hours", content.get("hours") or [])
        urgent = self.windows("urgent_hours", content["urgent_hours"]) if "urgent_hours" in content else ROUND_THE_CLOCK
        until = self.day("until", content["until"]) if content.get("until") else None
        since = self.day("since", content.get("since", date(2018, 1, 1)))
        notices = content.get("notices") or []
        if not isinstance(notices, list):
            self.wrong("notices 应是列表", "notices should be a list")
            notices = []
        for notice in notices:
            self.notice(notice)
        self.coverage(since, until)
        if not self.problems:
            try:
                return Calendar(
                    name=str(content["calendar"]),
                    tz=zone,
                    hours=hours,
                    urgent_hours=urgent,
                    holidays=frozenset(day for day, worked in self.state.items() if not worked),
                    makeup=frozenset(day for day, worked in self.state.items() if worked),
                    until=until,
                    since=since,
                )
            except ValueError as error:
                self.wrong(*str(error).split(" | ", 1))
        raise ValueError("\n".join(self.problems))

    def known(self, content: Mapping, keys: tuple[str, ...]) -> None:
        for key in content:
            if key not in keys:
                self.wrong(f"不认识 {key}；可用：{'、'.join(keys)}", f"{key} is unknown; known are {', '.join(keys)}")

    def zone(self, name: object) -> ZoneInfo | None:
        try:
            return ZoneInfo(str(name))
        except (ZoneInfoNotFoundError, ValueError):
            self.wrong(f"没有时区 {name}，例：Asia/Shanghai", f"there is no zone {name}; an example is Asia/Shanghai")
            return None

    def windows(self, key: str, value: object) -> Windows:
        windows = []
        for window in value if isinstance(value, list) else [value]:
            match = WINDOW.fullmatch(str(window).strip())
            if not match:
                self.wrong(f"{key} 的 {window} 应写成 09:00-12:00", f"{key}: write {window} as 09:00-12:00")
                continue
            h1, m1, h2, m2 = (int(part or 0) for part in match.groups())
            windows.append((time(h1, m1), time(h2, m2)))
        return tuple(windows)

    def day(self, key: str, value: object) -> date | None:
        # A quoted day is text, and a day with a time is a datetime: only the first is meant kindly.
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value) if isinstance(value, str) else self._not_a_day(key, value)
        except ValueError:
            return self._not_a_day(key, value)

    def _not_a_day(self, key: str, value: object) -> None:
        self.wrong(
            f"{key} 的 {value} 不是日期，应写成 2026-10-01", f"{key}: {value} is not a day; write it as 2026-10-01"
        )

    def notice(self, notice: object) -> None:
        if not isinstance(notice, Mapping) or not notice.get("number"):
            self.wrong("每份通知都要有文号 number", "each notice needs its number")
            return
        self.known(notice, NOTICE_KEYS)
        number, amends = str(notice["number"]), notice.get("amends")
        if number in self.numbers:
            self.wrong(f"通知 {number} 出现两次", f"notice {number} stands there twice")
        if amends and amends not in self.numbers:
            self.wrong(
                f"{number} 修改的 {amends} 不在其前", f"{number} amends {amends}, which does not stand before it"
            )
        self.numbers.add(number)
        days: dict[date, bool] = {}
        for span in notice.get("rest") or []:
            for day in self.span(number, span):
                self.mark(days, day, False, number)
        for value in notice.get("work") or []:
            if day := self.day(number, value):
                if day.weekday() < 5 and (not amends or self.state.get(day) is not False):
                    self.wrong(f"{number}：{day} 本来就是工作日", f"{number}: {day} is a workday anyway")
                self.mark(days, day, True, number)
        for day, worked in days.items():
            if not amends and self.state.get(day, worked) != worked:
                self.wrong(
                    f"{number} 与此前的通知对 {day} 说法不同；若是修改，请写 amends",
                    f"{number} and an earlier notice differ on {day}; if it amends that one, say amends",
                )
        self.state |= days

    def mark(self, days: dict[date, bool], day: date, worked: bool, number: str) -> None:
        if days.get(day, worked) != worked:
            self.wrong(f"{number}：{day} 既放假又上班", f"{number}: {day} is both off and worked")
        days[day] = worked

    def span(self, number: str, span: object) -> list[date]:
        if not isinstance(span, Mapping) or not {"from", "to"} <= span.keys() <= {"from", "to", "name"}:
            self.wrong(f"{number}：放假应写成 {{from, to, name}}", f"{number}: write days off as {{from, to, name}}")
            return []
        start, end = self.day(number, span["from"]), self.day(number, span["to"])
        if not start or not end:
            return []
        if not timedelta(0) <= end - start <= timedelta(days=31):
            self.wrong(
                f"{number}：{start} 至 {end} 不像一个假期", f"{number}: {start} to {end} does not look like a holiday"
            )
            return []
        return [start + timedelta(days=n) for n in range((end - start).days + 1)]

    def coverage(self, since: date | None, until: date | None) -> None:
        if not since or not until:
            return
        if until < since:
            self.wrong(f"until {until} 早于 since {since}", f"until {until} is before since {since}")
        elif self.state and max(self.state) > until:
            last = max(self.state)
            self.wrong(f"通知说到 {last}，而 until 只到 {until}", f"notices reach {last} but until is {until}")
