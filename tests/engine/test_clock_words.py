"""How a clock says what is left."""

import pytest

from huying.engine.deadlines import Clock, parse_limit, say_left
from tests.engine.clocks import CHINA, DAYTIME, at


@pytest.mark.parametrize(
    ("limit", "start", "now", "zh", "en"),
    [
        (
            "4 work_hours",
            "2026-06-10T15:00",
            "2026-06-10T16:50",
            "剩 2 小时 10 分工作时间 · 周四 10:00 前",
            "2 h 10 min of working time left · by Thu 10:00",
        ),
        (
            "4 work_hours",
            "2026-06-11T09:00",
            "2026-06-11T14:59:30",
            "剩不足 1 分工作时间 · 今天 15:00 前",
            "less than 1 min of working time left · by 15:00 today",
        ),
        (
            "5 workdays from next day",
            "2020-09-25T16:40",
            "2020-09-25T16:40",
            "剩 5 个工作日 · 10月9日 18:00 前",
            "5 workdays left · by 9 Oct 18:00",
        ),
        (
            "2 workdays",
            "2026-06-10T10:00",
            "2026-06-10T14:20",
            "剩 1 个工作日 4 小时 · 周五 10:00 前",
            "1 workday 4 h left · by Fri 10:00",
        ),
        (
            "7 natural_days from next day",
            "2026-06-01T10:00",
            "2026-06-01T10:00",
            "剩 7 天 · 6月8日 24:00 前",
            "7 days left · by 8 Jun 24:00",
        ),
        (
            "1 natural_day",
            "2026-06-01T10:00",
            "2026-06-01T12:00",
            "剩 22 小时 · 周二 10:00 前",
            "22 h left · by Tue 10:00",
        ),
        (
            "4 urgent_hours",
            "2026-06-01T22:00",
            "2026-06-01T23:00",
            "剩 3 小时 · 周二 02:00 前",
            "3 h left · by Tue 02:00",
        ),
        (
            "2 work_hours",
            "2026-06-10T09:00",
            "2026-06-10T15:00",
            "超时 2 小时工作时间 · 应于今天 11:00 前",
            "late by 2 h of working time · was due by 11:00 today",
        ),
        (
            "2 work_hours",
            "2026-06-10T09:00",
            "2026-06-12T09:30",
            "超时 12 小时 30 分工作时间 · 应于 6月10日 11:00 前",
            "late by 12 h 30 min of working time · was due by 10 Jun 11:00",
        ),
        (
            "3 workdays from next day",
            "2026-12-31T10:00",
            "2026-12-31T10:00",
            "剩 3 个工作日 · 周二 18:00 前（日历仅公布至 2026-12-31，暂定）",
            "3 workdays left · by Tue 18:00 (provisional: the calendar is published to 2026-12-31 only)",
        ),
        (
            "20 workdays from next day",
            "2025-12-20T10:00",
            "2025-12-20T10:00",
            "剩 20 个工作日 · 2026年1月19日 18:00 前",
            "20 workdays left · by 19 Jan 2026 18:00",
        ),
    ],
)
def test_what_a_clock_says(limit, start, now, zh, en):
    clock = Clock.start(parse_limit(limit), at(start), CHINA)
    assert say_left(clock, at(now), CHINA, "zh") == zh
    assert say_left(clock, at(now), CHINA, "en") == en


def test_a_paused_clock_says_why_and_since_when():
    clock = Clock.start(parse_limit("2 work_hours"), at("2026-06-10T09:00"), CHINA)
    paused = clock.pause(at("2026-06-10T10:00"), "等申请人补材料", CHINA)
    now = at("2026-06-12T09:30")
    assert say_left(paused, now, CHINA, "zh") == (
        "已暂停，剩 1 小时工作时间 · 自 6月10日 10:00 起，原因：等申请人补材料"
    )
    assert say_left(paused, now, CHINA, "en") == (
        "paused with 1 h of working time left · since 10 Jun 10:00: 等申请人补材料"
    )
    late = clock.pause(at("2026-06-10T12:00"), "{停电}", CHINA)
    assert say_left(late, now, CHINA, "zh") == "已暂停，超时 1 小时工作时间 · 自 6月10日 12:00 起，原因：{停电}"
    assert say_left(late, at("2026-06-10T13:00"), CHINA, "en") == (
        "paused when late by 1 h of working time · since 12:00 today: {停电}"
    )


def test_a_stopped_clock_says_how_it_ended():
    clock = Clock.start(parse_limit("2 work_hours"), at("2026-06-10T09:00"), CHINA)
    in_time, late = clock.stop(at("2026-06-10T10:30"), CHINA), clock.stop(at("2026-06-10T12:00"), CHINA)
    now = at("2026-06-10T18:00")
    assert say_left(in_time, now, CHINA, "zh") == "按时完成，余 30 分工作时间 · 今天 10:30 停表"
    assert say_left(in_time, now, CHINA, "en") == (
        "done on time with 30 min of working time to spare · stopped 10:30 today"
    )
    assert say_left(late, now, CHINA, "zh") == "超时 1 小时工作时间完成 · 今天 12:00 停表"
    assert say_left(late, now, CHINA, "en") == "done late by 1 h of working time · stopped 12:00 today"


def test_urgent_time_with_a_window_is_named():
    clock = Clock.start(parse_limit("4 urgent_hours"), at("2026-10-01T20:00"), DAYTIME)
    assert say_left(clock, at("2026-10-01T20:00"), DAYTIME, "zh") == "剩 4 小时紧急工时 · 周五 09:00 前"
    assert say_left(clock, at("2026-10-01T20:00"), DAYTIME, "en") == "4 h of urgent time left · by Fri 09:00"
