"""What each column of a table holds: its type, unit, choices, privacy, whether it names the row, and what is in doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from huying.declare.build_ledger import PHONE
from huying.declare.identity import is_identity

from .cells import day_of, folded, moment_of, number_of
from .identity import is_credit_code, is_phone
from .layout import Table
from .model import Cell
from .naming import field_name

MOSTLY = 0.9  # of the filled cells that must fit a type; the others are shown as doubts
CHOICES = 24  # different values at most, each said twice on average, of a list to choose from
TYPES = ("text", "integer", "number", "money", "boolean", "date", "time", "enum", "phone", "identity", "area")
SERIAL_TITLE = re.compile(r"^(?:序\s*号|序|行号|no\.?|#)$", re.I)
_ID_TITLE = re.compile(r"身份证|证件号|公民身份")
_PHONE_TITLE = re.compile(r"电话|手机|联系方式|tel|phone", re.I)
_NAME_TITLE = re.compile(r"^(?:姓\s*名|户主(?:姓名)?|当事人|申请人|联系人|负责人|.*姓名)$")
_PRIVATE_TITLE = re.compile(
    r"住址|家庭地址|户籍地址|银行(?:账号|卡)|开户|病|诊断|残疾证|低保证号|婚姻|民族|宗教|health|diagnos", re.I
)
_DATE_TITLE = re.compile(
    r"日期|时间|年月日|(?:出生|入学|参保|签订|到期|完成|办结|受理|登记)(?:年月|日)?$|\bdate|birth", re.I
)
_CODE_TITLE = re.compile(r"编号|代码|号码|账号|证号|文号|批次|编码|单号|code|no\.?$|\bid$", re.I)
_MONEY_TITLE = re.compile(r"额|资|费|款|价|值|产|收入|支出|补贴|补助|造价")
_UNIT_IN_TITLE = re.compile(r"[(（]\s*(?:单位\s*[:：]?\s*)?([\u4e00-\u9fff%㎡²³/A-Za-z·]{1,8})\s*[)）]\s*$")
_UNITS = re.compile(
    r"^(?:元|万元|亿元|千元|人|户|个|家|台|套|辆|件|宗|次|人次|平方米|㎡|m²|m2|平方公里|公里|米|km|m|公顷|亩|吨|千克|公斤|kg|万|%|岁"
    r"|天|月|年|小时|分钟|立方米|度|千瓦时|份|条|栋|幢|间|张|床|处|所|万人|万人次|万户|万平方米)$"
)
_YUAN = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
_YES = {"是": True, "有": True, "√": True, "✓": True, "y": True, "yes": True, "true": True}
_YES |= {"否": False, "无": False, "×": False, "n": False, "no": False, "false": False}


class Unfit(ValueError):
    """A cell that is not of its column's type; its text is `中文 | English`."""


@dataclass
class Column:
    """One column as it would become a field.

    place    its column in the sheet      title  as the header says it, storeys joined by ›
    type     one of TYPES                 unit   of measure: from the title or the line above the table
    scale    what a number of the sheet is multiplied by: 10,000 where 万元 becomes 元
    choices  for an enum: the values, most frequent first
    privacy  open, private or secret      why    of the type, `中文 | English`
    serial   a running number, which names nothing and need not be kept
    doubts   cells that do not fit: (row of the sheet, value, why `中文 | English`)
    """

    place: int
    title: str
    name: str
    type: str = "text"
    unit: str = ""
    scale: int = 1
    choices: list[str] = field(default_factory=list)
    privacy: str = "open"
    why: str = "文字 | text"
    required: bool = False
    unique: bool = False
    serial: bool = False
    filled: int = 0
    examples: list[str] = field(default_factory=list)
    doubts: list[tuple[int, Cell, str]] = field(default_factory=list)
    areas: Mapping[str, str] = field(default_factory=dict)
    epoch_1904: bool = False

    def read(self, cell: Cell) -> str | int | Decimal | bool | date | datetime | None:
        """What a cell says as a value of the field. Raises Unfit."""
        if cell is None:
            return None
        return _READERS[self.type](self, cell)


def columns_of(table: Table, areas: Mapping[str, str] | None = None) -> list[Column]:
    """The columns of a table, each with the type that nearly all of its cells fit.

    areas: title -> code of the streets and communities whose names may stand in a column
    """
    taken: set[str] = set()
    found = []
    for place, title in zip(table.columns, table.titles, strict=True):
        column = _column(table, place, title, taken, areas or {})
        found.append(column)
    return found


def examine(table: Table, column: Column) -> None:
    """Look at every cell of a column again, after its type was changed: its doubts."""
    column.doubts = []
    seen: dict[str, str] = {}
    for row, cell in zip(table.body, table.values(column.place), strict=True):
        said = repr(cell)
        if said not in seen:
            try:
                column.read(cell)
                day = day_of(cell) if column.type == "date" else None
                seen[said] = "月和日分不清，请确认 | Day and month could be either" if day and day.ambiguous else ""
            except Unfit as unfit:
                seen[said] = str(unfit)
        if seen[said]:
            column.doubts.append((row, cell, seen[said]))


def key_of(columns: list[Column]) -> list[Column]:
    """The columns that name a row: a number of a person or body, else a code, else a name; empty where none does."""
    whole = [
        c for c in columns if c.unique and c.required and not c.serial and c.type in ("identity", "text", "integer")
    ]
    told: tuple[Callable[[Column], bool], ...] = (
        lambda c: c.type == "identity" or "credit" in c.why,
        lambda c: bool(_CODE_TITLE.search(c.title)),
        lambda c: c.type == "text" and bool(re.search(r"名|name|title", c.title, re.I)),
    )
    for test in told:
        if found := [column for column in whole if test(column)]:
            return found[:1]
    return []


def _column(table: Table, place: int, title: str, taken: set[str], areas: Mapping[str, str]) -> Column:
    cells = table.values(place)
    filled = [cell for cell in cells if cell is not None]
    column = Column(place, title or f"第{place + 1}列", field_name(title or f"column {place + 1}", taken))
    column.filled, column.epoch_1904 = len(filled), table.sheet.epoch_1904
    column.examples = list(dict.fromkeys(map(_text, filled)))[:3]
    column.required = len(filled) == len(cells) > 0
    texts = [_text(cell) for cell in filled]
    column.unique = len(set(texts)) == len(texts) > 1
    column.unit = _unit(table, title)
    if filled:
        _settle(column, filled, texts, areas)
    column.serial = bool(SERIAL_TITLE.match(title.strip())) and column.type in ("integer", "text")
    if column.privacy == "open" and (_NAME_TITLE.match(title) or _PRIVATE_TITLE.search(title)):
        column.privacy = "private"
    examine(table, column)
    return column


def _settle(column: Column, filled: list[Cell], texts: list[str], areas: Mapping[str, str]) -> None:
    """The first type that fits. Order is the whole point: what names a person goes before what could be a number."""
    title = column.title
    if _mostly([text.upper() for text in texts], is_identity, 0.7) or (
        _ID_TITLE.search(title) and _mostly(texts, _looks_like_id, 0.5)
    ):
        _set(
            column,
            "identity",
            "secret",
            "是公民身份号码（校验位相符） | citizen identity numbers, by their check digit",
        )
    elif _mostly(texts, is_credit_code, 0.7):
        _set(
            column,
            "text",
            "open",
            "是统一社会信用代码（校验位相符） | unified social credit codes, by their check digit",
        )
    elif _mostly(texts, is_phone) and (_PHONE_TITLE.search(title) or _mostly(texts, _is_mobile_only)):
        _set(column, "phone", "secret", "是电话号码 | telephone numbers")
    elif areas and _mostly(texts, lambda text: text in areas):
        _set(column, "area", "open", "都是本区的街道社区 | streets and communities of this district")
        column.areas = areas
    elif _is_time(column, filled) or _is_number(column, filled, texts) or _is_yes(column, texts):
        pass
    else:
        _is_choice(column, texts)


def _set(column: Column, kind: str, privacy: str, why: str) -> None:
    column.type, column.privacy, column.why = kind, privacy, why


def _mostly(texts: list[str], test: Callable[[str], bool], share: float = MOSTLY) -> bool:
    return bool(texts) and sum(map(test, texts)) >= share * len(texts)


def _looks_like_id(text: str) -> bool:
    return bool(re.fullmatch(r"\d{15}|\d{17}[\dXx]", text))


def _is_mobile_only(text: str) -> bool:
    return bool(re.fullmatch(r"1[3-9]\d{9}", text))


def _is_time(column: Column, filled: list[Cell]) -> bool:
    """Days, or moments with a time of day. Bare numbers are days only under a title that says so."""
    named = bool(_DATE_TITLE.search(column.title))
    if not named and all(isinstance(cell, int) for cell in filled):
        return False
    days = [day_of(cell, serials=named, epoch_1904=column.epoch_1904) for cell in filled]
    moments = [moment_of(cell) for cell in filled]
    fitting = sum(bool(day or moment) for day, moment in zip(days, moments, strict=True))
    if fitting < MOSTLY * len(filled):
        return False
    timed = sum(moment is not None and (moment.hour or moment.minute) != 0 for moment in moments)
    column.type = "time" if timed * 2 > len(filled) else "date"
    column.why = "日期 | days" if column.type == "date" else "日期和时间 | moments"
    return True


def _is_number(column: Column, filled: list[Cell], texts: list[str]) -> bool:
    """Numbers, unless they only name something: leading zeros, codes, or more digits than a count has."""
    known = [number for cell in filled if (number := number_of(cell)) is not None]
    if len(known) < MOSTLY * len(filled) or any(re.fullmatch(r"0\d+", text) for text in texts):
        return False
    whole = all(number == number.to_integral_value() for number in known)
    if whole and not column.unit and (_CODE_TITLE.search(column.title) or all(abs(n) >= 10**11 for n in known)):
        column.why = "是号码，不参加计算 | numbers that only name something"
        return True
    column.type, column.why = "integer" if whole else "number", "数字 | numbers"
    scale = _YUAN.get(column.unit)
    if scale and all((number * scale * 100) % 1 == 0 for number in known):
        column.type, column.scale, column.why = "money", scale, "金额 | amounts of money"
        if scale > 1:
            column.why = f"金额，{column.unit}换算成元 | amounts of money, ×{scale:,} to yuan"
        column.unit = "元"
    return True


def _is_yes(column: Column, texts: list[str]) -> bool:
    known = {text.lower() for text in texts}
    if not known <= set(_YES) or len(texts) < 2:
        return False
    column.type, column.why = "boolean", "是或否 | yes or no"
    return True


def _is_choice(column: Column, texts: list[str]) -> None:
    counts = Counter(texts)
    if len(texts) < 6 or not 2 <= len(counts) <= CHOICES or len(texts) < 2 * len(counts) or max(map(len, counts)) > 20:
        return
    column.type, column.choices = "enum", [text for text, _ in counts.most_common()]
    column.why = f"只有 {len(counts)} 种写法 | only {len(counts)} different values"


def _unit(table: Table, title: str) -> str:
    found = _UNIT_IN_TITLE.search(title)
    if found and _UNITS.match(found[1]):
        return found[1]
    return table.unit if table.unit and _UNITS.match(table.unit) and _MONEY_TITLE.search(title) else ""


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return folded(cell)
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell)


def _read_identity(_: Column, cell: Cell) -> str:
    text = _text(cell).upper().replace(" ", "")
    if not is_identity(text):
        raise Unfit("身份证号不对（校验位不符） | This identity number is wrong (its check digit does not fit)")
    return text


def _read_phone(_: Column, cell: Cell) -> str:
    text = re.sub(r"^\((0\d{2,3})\)[- ]?", r"\1-", _text(cell)).replace(" ", "")
    text = re.sub(r"^(1\d\d)-(\d{4})-(\d{4})$", r"\1\2\3", text)
    if not re.fullmatch(PHONE, text):
        raise Unfit("不是电话号码 | This is no telephone number")
    return text


def _read_number(column: Column, cell: Cell) -> Decimal | int:
    number = number_of(cell)
    if number is None:
        raise Unfit("不是数字 | This is no number")
    number *= column.scale
    if column.type == "integer":
        if number != number.to_integral_value():
            raise Unfit("不是整数 | This is no whole number")
        return int(number)
    if column.type == "money" and (number * 100) % 1:
        raise Unfit("金额最多到分 | Money has two decimals at most")
    return number


def _read_day(column: Column, cell: Cell) -> date:
    day = day_of(cell, serials=True, epoch_1904=column.epoch_1904)
    moment = None if day else moment_of(cell)
    if not day and not moment:
        raise Unfit("不是一个日期 | This is no date")
    return day.value if day else moment.date()


def _read_moment(column: Column, cell: Cell) -> datetime:
    if moment := moment_of(cell):
        return moment
    day = _read_day(column, cell)
    return datetime(day.year, day.month, day.day)


def _read_yes(_: Column, cell: Cell) -> bool:
    found = cell if isinstance(cell, bool) else _YES.get(_text(cell).lower())
    if found is None:
        raise Unfit("不是“是”或“否” | This is neither yes nor no")
    return found


def _read_choice(column: Column, cell: Cell) -> str:
    text = _text(cell)
    if text not in column.choices:
        raise Unfit("不在选项里 | This is none of the choices")
    return text


def _read_area(column: Column, cell: Cell) -> str:
    code = column.areas.get(_text(cell))
    if code is None:
        raise Unfit("本区没有这个街道社区 | This district has no such street or community")
    return code


_READERS: dict[str, Callable[[Column, Cell], str | int | Decimal | bool | date | datetime]] = {
    "text": lambda _, cell: _text(cell),
    "identity": _read_identity,
    "phone": _read_phone,
    "number": _read_number,
    "integer": _read_number,
    "money": _read_number,
    "date": _read_day,
    "time": _read_moment,
    "boolean": _read_yes,
    "enum": _read_choice,
    "area": _read_area,
}
