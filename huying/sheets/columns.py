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

from .cells import LOST, day_of, lacks, lost_digits, measure_of, scaled, written
from .judging import CODE_TITLE, YES, settle, settle_together, text_of
from .layout import Table
from .model import Cell
from .naming import field_name

TYPES = ("text", "integer", "number", "money", "boolean", "date", "time", "enum", "phone", "identity", "area")
SAMPLE = 4000  # filled cells of a column by which its type is judged, taken evenly from all of it
REMEMBERED = 50_000  # different cells of a column whose reading is remembered at a time
_PHONE = re.compile(PHONE)
LACKS = {
    "day": "只有年月，没有日 | Year and month, but no day",
    "year": "没有写年份 | No year is written",
}


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
    order    dmy or mdy, where 3/4/2020 is told by the other days      year   of days written without one
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
    order: str = ""
    year: int | None = None

    def read(self, cell: Cell) -> str | int | Decimal | bool | date | datetime | None:
        """What a cell says as a value of the field. Raises Unfit."""
        if cell is None:
            return None
        if lost_digits(cell) and self.type != "money":
            raise Unfit(LOST)
        return _READERS[self.type](self, cell)


def columns_of(table: Table, areas: Mapping[str, str] | None = None) -> list[Column]:
    """The columns of a table, each with the type that nearly all of its cells fit.

    areas: title -> code of the streets and communities whose names may stand in a column
    """
    taken: set[str] = set()
    found = [
        _column(table, place, title, taken, areas or {})
        for place, title in zip(table.columns, table.titles, strict=True)
    ]
    settle_together(found)
    for column in found:
        examine(table, column)
    return found


def examine(table: Table, column: Column) -> None:
    """Look at every cell of a column again, after its type was changed: its doubts."""
    column.doubts = []
    seen: dict[tuple[type, Cell], str] = {}
    for row, cell in zip(table.body, table.values(column.place), strict=True):
        if cell is None:
            continue
        said = (cell.__class__, cell)
        why = seen.get(said)
        if why is None:
            if len(seen) >= REMEMBERED:
                seen.clear()
            why = seen[said] = _doubt(column, cell)
        if why:
            column.doubts.append((row, cell, why))


def _doubt(column: Column, cell: Cell) -> str:
    try:
        column.read(cell)
    except Unfit as unfit:
        return str(unfit)
    if column.type in ("date", "time") and isinstance(cell, str):
        said = written(cell, order=column.order, year=column.year)
        return "月和日分不清，请确认 | Day and month could be either" if said and said[0].ambiguous else ""
    return ""


def key_of(columns: list[Column]) -> list[Column]:
    """The columns that name a row: a number of a person or body, else a code, else a name; empty where none does."""
    whole = [
        c for c in columns if c.unique and c.required and not c.serial and c.type in ("identity", "text", "integer")
    ]
    told: tuple[Callable[[Column], bool], ...] = (
        lambda c: c.type == "identity" or "credit" in c.why,
        lambda c: bool(CODE_TITLE.search(c.title)),
        lambda c: c.type == "text" and bool(re.search(r"名|name|title", c.title, re.I)),
    )
    for test in told:
        if found := [column for column in whole if test(column)]:
            return found[:1]
    return []


def _column(table: Table, place: int, title: str, taken: set[str], areas: Mapping[str, str]) -> Column:
    cells = table.values(place)
    filled = [cell for cell in cells if cell is not None]
    counts = Counter(map(text_of, filled))
    column = Column(place, title or f"第{place + 1}列", field_name(title or f"column {place + 1}", taken))
    column.filled, column.epoch_1904, column.areas = len(filled), table.sheet.epoch_1904, areas
    column.examples = list(counts)[:3]
    column.required = len(filled) == len(cells) > 0
    column.unique = len(counts) == len(filled) > 1
    years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?=年)", f"{table.title} {table.sheet.name}"))
    column.year = int(years.pop()) if len(years) == 1 else None
    step = len(filled) // SAMPLE + 1
    settle(column, filled[::step], counts, table.unit)
    return column


def _read_identity(_: Column, cell: Cell) -> str:
    text = text_of(cell).upper().replace(" ", "")
    if not is_identity(text):
        raise Unfit("身份证号不对（校验位不符） | This identity number is wrong (its check digit does not fit)")
    return text


def _read_phone(_: Column, cell: Cell) -> str:
    text = text_of(cell)
    if _PHONE.fullmatch(text):
        return text
    text = re.sub(r"^\((0\d{2,3})\)[- ]?", r"\1-", text).replace(" ", "")
    text = re.sub(r"^(1\d\d)-(\d{4})-(\d{4})$", r"\1\2\3", text)
    if not _PHONE.fullmatch(text):
        raise Unfit("不是电话号码 | This is no telephone number")
    return text


def _read_number(column: Column, cell: Cell) -> Decimal | int:
    measure = measure_of(cell)
    if measure is None:
        raise Unfit("不是数字 | This is no number")
    number = scaled(measure, column.unit, column.scale)
    if number is None:
        raise Unfit(f"单位是“{measure.unit}”，这一列是“{column.unit}” | Its unit is {measure.unit}, not {column.unit}")
    if column.type == "integer":
        if number != number.to_integral_value():
            raise Unfit("不是整数 | This is no whole number")
        return int(number)
    if column.type == "money" and (number * 100) % 1:
        raise Unfit("金额最多到分 | Money has two decimals at most")
    return number


def _read_day(column: Column, cell: Cell) -> date:
    day = day_of(cell, serials=True, epoch_1904=column.epoch_1904, order=column.order, year=column.year)
    if day is None and isinstance(cell, str) and (said := written(cell, order=column.order, year=column.year)):
        day = said[0]
    if day is None:
        raise Unfit(LACKS.get(lacks(cell), "不是一个日期 | This is no date"))
    return day.value


def _read_moment(column: Column, cell: Cell) -> datetime:
    if isinstance(cell, datetime):
        return cell
    said = written(cell, order=column.order, year=column.year) if isinstance(cell, str) else None
    if said and said[1]:
        return datetime.combine(said[0].value, said[1])
    day = _read_day(column, cell)
    return datetime(day.year, day.month, day.day)


def _read_yes(_: Column, cell: Cell) -> bool:
    found = cell if isinstance(cell, bool) else YES.get(text_of(cell).lower())
    if found is None:
        raise Unfit("不是“是”或“否” | This is neither yes nor no")
    return found


def _read_choice(column: Column, cell: Cell) -> str:
    text = text_of(cell)
    if text not in column.choices:
        raise Unfit("不在选项里 | This is none of the choices")
    return text


def _read_area(column: Column, cell: Cell) -> str:
    code = column.areas.get(text_of(cell))
    if code is None:
        raise Unfit("本区没有这个街道社区 | This district has no such street or community")
    return code


_READERS: dict[str, Callable[[Column, Cell], str | int | Decimal | bool | date | datetime]] = {
    "text": lambda _, cell: text_of(cell),
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
