"""What a cell says: the dates, numbers and measures that people write as text, in every form that offices use."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from .model import Cell

LOST = (
    "号码太长，Excel 只留前 15 位，后面的已经丢了；把这一列设成文本格式，从原处补填"
    " | This number is too long: Excel keeps 15 digits and the rest are lost; format the column as text and enter it again"
)
LONGEST = 60  # signs of a text that may be a day or a number
SERIAL = (20_000, 80_000)  # day numbers of 1954 to 2119: a bare number outside is no date
KEPT = 10**15  # Excel keeps fifteen digits of a number; those after are zeros
YUAN = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
TIMES = {"千": 1_000, "万": 10_000, "亿": 100_000_000}
UNITS = (
    "平方公里|平方米|立方米|公里|公顷|公斤|千克|千瓦时|小时|分钟|人次|户次|人|户|个|家|台|套|辆|件|宗|次|㎡|m²|m2|m³|米|km|m|亩|吨|kg"
    "|岁|天|月|年|度|份|条|栋|幢|间|张|床|处|所|名|位|只|株|盏|项"
)
_CHINESE = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "元": 1}
_SEP = r"\s*[年./\-—、]\s*"
_TIME = (
    r"(?:[\sT]*(上午|下午|晚上|晚)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})(?:\s*[:分]\s*(\d{1,2})(?:\.\d+)?)?\s*[秒分]?"
    r"(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_WEEKDAY = r"\s*(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_DATE = (
    (re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})\s*[月./\-—、]\s*(\d{{1,2}})\s*[日号]?{_WEEKDAY}{_TIME}"), "ymd"),
    (re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}"), "ymd"),
    (re.compile(rf"(\d{{1,2}})[./\-](\d{{1,2}})[./\-](\d{{4}}){_TIME}"), "two"),
    (re.compile(rf"(\d{{2}})\s*年\s*(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*[日号]?{_WEEKDAY}{_TIME}"), "short"),
    (re.compile(rf"民国\s*(\d{{1,3}}|元)\s*年\s*(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*[日号]?{_TIME}"), "republic"),
    (re.compile(rf"()(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*[日号]{_WEEKDAY}{_TIME}"), "no year"),
)
_MONTH = re.compile(r"(?:19|20)\d{2}(?:\s*[年./\-—]\s*(?:0?[1-9]|1[0-2])\s*月?|(?:0[1-9]|1[0-2]))(?:份)?")
_NUMERALS = "[〇○零一二三四五六七八九]"
_CHINESE_YEAR = re.compile(rf"({_NUMERALS}{{4}})(?=年)")
_CHINESE_SMALL = re.compile(r"([元一二三四五六七八九十]{1,3})(?=[年月日号])")
_FIGURE = re.compile(r"^[\s¥￥$]*[-+−]?[\d０-９.．][\d０-９,，.． ]*[%％]?$")
_NUMBER = re.compile(r"([-+]?)(\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(\.\d*)?(?:[eE]([-+]?\d{1,2}))?")
_MEASURE = re.compile(
    rf"(?:¥|\$|人民币)?(\(?[-+]?[\d.,]+(?:[eE][-+]?\d+)?\)?)((?:千|万|亿)?(?:元|{UNITS})?|%|‰)(?:整|正)?"
)
_LOST = re.compile(r"\d(?:\.\d+)?[eE]\+?(\d{2,3})")


@dataclass(frozen=True)
class Day:
    """A day as written. Ambiguous where day and month could be either: 3/4/2020."""

    value: date
    ambiguous: bool = False


@dataclass(frozen=True)
class Measure:
    """A number as written, with its unit: 12.5 of 12.5万元, whose unit is 万元."""

    number: Decimal
    unit: str = ""


def folded(text: str) -> str:
    """Full-width letters, digits and signs as plain ones; outer space of every kind gone."""
    return unicodedata.normalize("NFKC", text).replace("\u3000", " ").strip()


def is_number(text: str) -> bool:
    """Whether a text is a figure rather than a word, however it is written."""
    return bool(_FIGURE.match(text))


def lost_digits(cell: Cell) -> bool:
    """Whether a long number has lost its last digits: Excel keeps fifteen, a csv of it may say 1.10105E+17."""
    if isinstance(cell, str):
        found = _LOST.fullmatch(cell.strip()) if "E" in cell or "e" in cell else None
        return bool(found) and int(found[1]) >= 11
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool) and abs(cell) >= KEPT


def measure_of(cell: Cell) -> Measure | None:
    """The number in a cell and its unit: 1,234.5, １２３, ¥12, 35%, 12.5万元, 30人. None where it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | Decimal):
        return Measure(Decimal(cell))
    if not isinstance(cell, str) or len(cell) > LONGEST:
        return None
    if cell.isascii() and cell.isdigit():  # most are; the rest takes ten times as long
        return None if len(cell) > 1 and cell[0] == "0" else Measure(Decimal(cell))
    text = folded(cell).replace("−", "-").replace(" ", "")
    found = _MEASURE.fullmatch(text)
    number = _number(found[1]) if found else None
    return None if number is None else Measure(number, found[2])


def scaled(measure: Measure, unit: str, scale: int = 1) -> Decimal | None:
    """A measure in the unit of its column; None where the cell says another one.

    unit    元 for amounts of money       scale   of numbers without a unit: 10,000 where the title says 万元 for 元
    """
    written, number = measure.unit, measure.number
    if not written:
        return number * scale
    if unit in YUAN and (yuan := YUAN.get(written, TIMES.get(written))):
        return number * yuan / YUAN[unit]
    if written == unit:
        return number * scale
    if written in TIMES:
        return number * TIMES[written] * scale
    if unit and written[0] in TIMES and written[1:] == unit:
        return number * TIMES[written[0]]
    return None if unit else number * YUAN.get(written, 1)


def number_of(cell: Cell) -> Decimal | None:
    """The number in a cell: 1,234.5, １２３, ¥12, 35%, -3. None where it is none; a leading zero makes it a code."""
    measure = measure_of(cell)
    return measure.number if measure and measure.unit in ("", "元", "%") else None


def day_of(
    cell: Cell, *, serials: bool = False, epoch_1904: bool = False, order: str = "", year: int | None = None
) -> Day | None:
    """The day in a cell; None where none is said, or a time of day besides.

    serials   whether bare numbers are Excel's day numbers
    order     dmy or mdy: how the column writes 3/4/2020; without it such a day is ambiguous
    year      of days that are written without one: 3月5日
    """
    if isinstance(cell, datetime):
        return Day(cell.date())
    if isinstance(cell, date):
        return Day(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal | str):
        return None
    if not isinstance(cell, str):
        if cell != int(cell):
            return None
        cell = str(int(cell))
    if serials and len(cell) == 5 and cell.isdecimal() and SERIAL[0] <= int(cell) <= SERIAL[1]:
        start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
        return Day(start + timedelta(days=int(cell)))
    found = written(cell, order=order, year=year)
    return found[0] if found and not found[1] else None


def moment_of(cell: Cell, *, order: str = "", year: int | None = None) -> datetime | None:
    """The day and time in a cell; None where no time of day is said, or day and month could be either."""
    if isinstance(cell, datetime):
        return cell
    found = written(cell, order=order, year=year) if isinstance(cell, str) else None
    return datetime.combine(found[0].value, found[1]) if found and found[1] and not found[0].ambiguous else None


def order_of(cell: Cell) -> str:
    """dmy or mdy where a day such as 13/4/2020 tells in which order it is written, else empty."""
    found = _DATE[2][0].fullmatch(folded(cell)) if isinstance(cell, str) and len(cell) <= LONGEST else None
    if not found or (int(found[1]) > 12) == (int(found[2]) > 12):
        return ""
    return "dmy" if int(found[1]) > 12 else "mdy"


def lacks(cell: Cell) -> str:
    """What a day lacks that is only written in part: day of 2020年3月, year of 3月5日; empty where it is none."""
    text = _plain(cell) if isinstance(cell, str) and len(cell) <= LONGEST else ""
    if _MONTH.fullmatch(text):
        return "day"
    return "year" if _DATE[5][0].fullmatch(text) else ""


def _plain(text: str) -> str:
    """With Arabic numerals: 二〇二〇年三月五日 as 2020年3月5日."""
    text = folded(text)
    if "年" in text or "月" in text:
        text = _CHINESE_YEAR.sub(lambda found: "".join(str(_CHINESE[c]) for c in found[1]), text)
        text = _CHINESE_SMALL.sub(lambda found: str(_small(found[1])), text)
    return text


def written(cell: str, *, order: str = "", year: int | None = None) -> tuple[Day, time | None] | None:
    """(day, time of day or None) of a text: midnight written out, 0:00:00, is no time of day."""
    text = _plain(cell) if len(cell) <= LONGEST else ""
    for form, kind in _DATE:
        if (found := form.fullmatch(text)) and (day := _ordered(kind, found, order, year)):
            half, hour, minute, second = found[4], found[5], found[6], found[7]
            if hour is None:
                return day, None
            late = half in ("下午", "晚上", "晚") and int(hour) < 12
            try:
                clock = time(int(hour) + 12 * late, int(minute), int(second or 0))
            except ValueError:
                return None
            return day, clock if clock != time(0, 0) else None
    return None


def _ordered(kind: str, found: re.Match[str], order: str, year: int | None) -> Day | None:
    second, third = int(found[2]), int(found[3])
    if kind == "no year":
        return _day(year, second, third) if year else None
    if kind == "republic":
        return _day(1911 + (1 if found[1] == "元" else int(found[1])), second, third)
    first = int(found[1])
    if kind == "ymd":
        return _day(first, second, third)
    if kind == "short":
        return _day(first + (2000 if first < 50 else 1900), second, third)
    if first > 12 or (order == "dmy" and second <= 12):
        return _day(third, second, first)
    if second > 12 or first == second or order == "mdy":
        return _day(third, first, second)
    day = _day(third, first, second)
    return Day(day.value, True) if day else None


def _day(year: int, month: int, day: int) -> Day | None:
    try:
        return Day(date(year, month, day)) if 1850 <= year <= 2150 else None
    except ValueError:
        return None


def _number(text: str) -> Decimal | None:
    """1,234.5, .5, 1.2E-05, and (200), the bookkeepers' minus; not 007, and not what has lost digits."""
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    found = _NUMBER.fullmatch(text)
    if not found or (len(found[2]) > 1 and found[2].startswith("0") and "," not in found[2]):
        return None
    if found[4] and int(found[4]) >= 11:
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def _small(text: str) -> int:
    """十二 as 12, 二十三 as 23."""
    if "十" not in text:
        return int("".join(str(_CHINESE[c]) for c in text))
    tens, _, ones = text.partition("十")
    return (_CHINESE.get(tens, 1) if tens else 1) * 10 + (_CHINESE.get(ones, 0) if ones else 0)
