"""What a cell says: the dates and numbers that people write as text, in every form that offices use."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from .model import Cell

SERIAL = (20_000, 80_000)  # day numbers of 1954 to 2119: a bare number outside is no date
_CHINESE = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "元": 1}
_DATE = (
    (re.compile(r"(\d{4})\s*[年./\-—]\s*(\d{1,2})\s*[月./\-—]\s*(\d{1,2})\s*[日号]?"), "ymd"),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), "ymd"),
    (re.compile(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{4})"), "two"),
    (re.compile(r"(\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?"), "short"),
)
_CHINESE_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_TIME = re.compile(
    r"[\sT]*(\d{1,2})\s*[:：时点]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2})(?:\.\d+)?)?\s*[秒分]?(?:Z|[+-]\d{2}:?\d{2})?"
)
_NUMBER = re.compile(r"([-+−]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_SIGNS = re.compile(r"^[¥￥$]\s*|\s*(?:元|%|％)$")


@dataclass(frozen=True)
class Day:
    """A day as written. Ambiguous where day and month could be either: 3/4/2020."""

    value: date
    ambiguous: bool = False


def folded(text: str) -> str:
    """Full-width letters, digits and signs as plain ones; outer space of every kind gone."""
    return unicodedata.normalize("NFKC", text).replace("\u3000", " ").strip()


def number_of(cell: Cell) -> Decimal | None:
    """The number in a cell: 1,234.5, １２３, ¥12, 35%, -3. None where it is none; a leading zero makes it a code."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | Decimal):
        return Decimal(cell)
    if not isinstance(cell, str):
        return None
    text = _SIGNS.sub("", folded(cell)).replace("−", "-").replace(" ", "")
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]  # bookkeepers' minus
    found = _NUMBER.fullmatch(text)
    if not found or (len(found[2]) > 1 and found[2].startswith("0") and "," not in found[2]):
        return None
    try:
        return Decimal(f"{'-' if found[1] == '-' else ''}{found[2].replace(',', '')}{found[3] or ''}")
    except InvalidOperation:
        return None


def day_of(cell: Cell, *, serials: bool = False, epoch_1904: bool = False) -> Day | None:
    """The day in a cell; serials: whether bare numbers are Excel's day numbers."""
    if isinstance(cell, datetime):
        return Day(cell.date())
    if isinstance(cell, date):
        return Day(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        if serials and SERIAL[0] <= cell <= SERIAL[1]:
            start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
            return Day(start + timedelta(days=cell))
        cell = str(cell)
        return _day_of_text(cell) if len(cell) == 8 else None
    return _day_of_text(folded(cell)) if isinstance(cell, str) else None


def moment_of(cell: Cell) -> datetime | None:
    """The day and time in a cell; None where no time of day is said."""
    if isinstance(cell, datetime):
        return cell
    if not isinstance(cell, str):
        return None
    text = folded(cell)
    for form, order in _DATE:
        found = form.match(text)
        if found and (day := _ordered(order, found)):
            rest = _TIME.fullmatch(text, found.end())
            if rest:
                try:
                    return datetime.combine(day.value, time(int(rest[1]), int(rest[2]), int(rest[3] or 0)))
                except ValueError:
                    return None
    return None


def _day_of_text(text: str) -> Day | None:
    found = _CHINESE_DATE.fullmatch(text)
    if found:
        year = int("".join(str(_CHINESE[c]) for c in found[1]))
        return _day(year, _small(found[2]), _small(found[3]))
    for form, order in _DATE:
        found = form.fullmatch(text)
        if found and (day := _ordered(order, found)):
            return day
    return None


def _ordered(order: str, found: re.Match[str]) -> Day | None:
    first, second, third = int(found[1]), int(found[2]), int(found[3])
    if order == "ymd":
        return _day(first, second, third)
    if order == "short":
        return _day(first + (2000 if first < 50 else 1900), second, third)
    if first > 12:
        return _day(third, second, first)
    if second > 12 or first == second:
        return _day(third, first, second)
    day = _day(third, first, second)
    return Day(day.value, True) if day else None


def _day(year: int, month: int, day: int) -> Day | None:
    try:
        return Day(date(year, month, day)) if 1850 <= year <= 2150 else None
    except ValueError:
        return None


def _small(text: str) -> int:
    """十二 as 12, 二十三 as 23."""
    if "十" not in text:
        return _CHINESE[text] if len(text) == 1 else -1
    tens, _, ones = text.partition("十")
    return (_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0)
