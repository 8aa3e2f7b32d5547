"""Values as an official paper writes them: 2020年9月28日, 1.36亿元, 十二."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from huying.declare.nouns import say
from huying.engine import report_periods

MONTHS = "January February March April May June July August September October November December".split()
_DIGITS, _TENS = "零一二三四五六七八九", ("", "十", "百", "千")
_UNITS = {"wan": (Decimal(10_000), "万"), "yi": (Decimal(100_000_000), "亿")}


def written(value: Any, format: str, lang: str, tz: ZoneInfo, unit: str = "") -> str:
    """A day, a moment, a number or a text in one of the formats of papers; an empty format is the type's own.

    unit  of measure, written after a number
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, datetime):
        return _moment(value.astimezone(tz), format or "moment", lang)
    if isinstance(value, date):
        return _day(value, format or "date", lang)
    if isinstance(value, int | Decimal):
        return _number(Decimal(value), format, lang, unit)
    return say(report_periods.title(str(value)), lang) if format == "period" else str(value)


def _moment(at: datetime, format: str, lang: str) -> str:
    if format == "iso":
        return at.isoformat(timespec="minutes")
    if format != "moment":
        return _day(at.date(), format, lang)
    return f"{_day(at.date(), 'date', lang)}{'' if lang == 'zh' else ','} {at:%H:%M}"


def _day(day: date, format: str, lang: str) -> str:
    chinese: dict[str, Callable[[], str]] = {
        "date": lambda: f"{day.year}年{day.month}月{day.day}日",
        "month": lambda: f"{day.year}年{day.month}月",
        "year": lambda: str(day.year),
    }
    english: dict[str, Callable[[], str]] = {
        "date": lambda: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        "month": lambda: f"{MONTHS[day.month - 1]} {day.year}",
        "year": lambda: str(day.year),
    }
    return (chinese if lang == "zh" else english).get(format, day.isoformat)()


def _number(value: Decimal, format: str, lang: str, unit: str) -> str:
    if format in _UNITS:
        size, word = _UNITS[format]
        if lang == "zh":
            return f"{plain(_rounded(value / size, 2))}{word}{unit}"
        return f"{plain(_rounded(value / 1_000_000, 4))} million {unit}".rstrip()
    if format == "percent":
        return f"{plain(_rounded(value, 2))}%"
    if format == "chinese" and lang == "zh" and value == value.to_integral_value() and 0 <= value < 10**8:
        return chinese(int(value)) + unit
    places = {"whole": 0, "tenths": 1, "hundredths": 2}.get(format)
    text = plain(value) if places is None else format_places(value, places)
    return text + (unit if lang == "zh" or not unit else f" {unit}")


def format_places(value: Decimal, places: int) -> str:
    return f"{_rounded(value, places):f}"


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """A number without zeros at its end.

    >>> plain(Decimal("1360.50"))
    '1360.5'
    """
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def chinese(number: int) -> str:
    """A whole number below 100 million in words.

    >>> [chinese(n) for n in (0, 10, 12, 105, 10_020)]
    ['零', '十', '十二', '一百零五', '一万零二十']
    """
    if number == 0:
        return "零"
    high, low = divmod(number, 10_000)
    text = _below(low) if low else ""
    if high:
        text = _below(high) + "万" + ("零" if 0 < low < 1000 else "") + text
    return text[1:] if text.startswith("一十") else text


def _below(number: int) -> str:
    text, empty = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if empty and text else "") + _DIGITS[digit] + _TENS[place]
            empty = False
        else:
            empty = True
    return text
