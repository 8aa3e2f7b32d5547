"""Cells of a sheet as values of a ledger's fields: what people write, read as the form would take it.

    read = readers(district, tree, ledger)["grade"]
    read("一级")        # "first": by its label, in either language, or by its key

A reader gives the value, or a `Wrong` (not raised: in a long sheet a wrong cell is nothing exceptional).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from types import NoneType
from typing import Any

from huying.declare.build_ledger import IDENTITY, PHONE
from huying.declare.kinds import Field, Ledger, part
from huying.engine import values
from huying.engine.packs import District
from huying.engine.places import Tree
from huying.engine.values import Wrong
from huying.sheets.cells import LOST, day_of, folded, lost_digits, measure_of, moment_of, scaled
from huying.sheets.model import Cell
from huying.sheets.naming import short_forms

Read = Callable[[Cell], Any]
Whole = Callable[[Sequence[str]], Sequence[Any] | None]
REMEMBERED = 20_000  # different texts a column's reader keeps
YES = {"是": True, "有": True, "√": True, "✓": True, "y": True, "yes": True, "true": True, "1": True}
YES |= {"否": False, "无": False, "×": False, "n": False, "no": False, "false": False, "0": False}
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_WHOLE_NUMBERS = re.compile(r"(?:-?[1-9][0-9]{0,14}|0)(?:\n(?:-?[1-9][0-9]{0,14}|0))*")
_PLAIN_NUMBERS = {"integer": int, "number": Decimal, "money": lambda text: int(text) * 100}
_PERHAPS_LOST = re.compile("[0-9][eE]")
_FREE = {"type", "title", "description", "default"}  # what a schema may say that bounds nothing
_PLAIN_RULES = _FREE | {"maxLength", "format", "minimum", "maximum"}


@dataclass(frozen=True)
class Reference:
    """A record named by its code, or by what its ledger knows it by; to be looked up with others."""

    ledger: str
    text: str


def readers(district: District, tree: Tree, ledger: Ledger, epoch_1904: bool = False) -> dict[str, Read]:
    """field -> its reader. A reader of a record's field gives a Reference; photos have none."""
    return {
        name: remembering(district, tree, field, epoch_1904=epoch_1904)
        for name, field in ledger.fields.items()
        if field.type != "photos"
    }


def reader(district: District, tree: Tree, field: Field, scale: int = 1, epoch_1904: bool = False) -> Read:
    """The reader of one field; scale: what its numbers are multiplied by, 10,000 where the sheet says 万元.

    None and an empty text give None.
    """
    read = _reader(district, tree, field, scale, epoch_1904)

    def checked(cell: Cell) -> Any:
        if cell is None or cell == "":
            return None
        try:
            return read(cell)
        except Wrong as wrong:
            return wrong

    return checked


class Remembering:
    """A reader that reads equal cells once, and a column at a time.

    whole  reads many plain texts at once; None where one of them is not plain, and each is to be read by itself
    """

    def __init__(self, read: Read, whole: Whole | None = None):
        self.read, self.whole = read, whole
        self.known: dict[type, dict[Cell, Any]] = {
            kind: {} for kind in (str, int, date, bool)
        }  # equal ones are the same

    def __call__(self, cell: Cell) -> Any:
        known = self.known.get(cell.__class__)
        if known is None:
            return self.read(cell)
        if cell in known:
            return known[cell]
        value = self.read(cell)
        if len(known) < REMEMBERED:
            known[cell] = value
        return value

    def many(self, cells: Sequence[Cell]) -> list[Any]:
        """The value of each cell of a column, or its `Wrong`."""
        kinds = set(map(type, cells))
        known = self.known.get(*kinds - {NoneType}) if len(kinds - {NoneType}) == 1 else None
        if known is None:
            return list(map(self, cells))
        new = set(cells) - known.keys() - {None}
        if len(new) + len(known) > REMEMBERED or 2 * len(new) > len(cells):  # names, numbers: hardly one twice
            return self._each(cells, kinds)
        known.update(zip(new, self._each(list(new), kinds - {NoneType}), strict=True))
        return (
            [None if cell is None else known[cell] for cell in cells]
            if NoneType in kinds
            else list(map(known.__getitem__, cells))
        )

    def _each(self, cells: Sequence[Cell], kinds: Set[type]) -> list[Any]:
        found = self.whole(cells) if self.whole and kinds == {str} else None
        return found or list(map(self.read, cells))


def remembering(district: District, tree: Tree, field: Field, scale: int = 1, epoch_1904: bool = False) -> Remembering:
    """The reader of a field's column, as `reader` reads each cell."""
    read, whole = reader(district, tree, field, scale, epoch_1904), None
    if field.type == "text" and not _bounded(field, _PLAIN_RULES):
        whole = partial(_plain_words, field.schema.get("maxLength", values.LONGEST))
    elif field.type in _PLAIN_NUMBERS and scale == 1 and not _bounded(field, _FREE):
        whole = partial(_plain_numbers, _PLAIN_NUMBERS[field.type])
    return Remembering(read, whole)


def _plain_words(most: int, texts: Sequence[str]) -> Sequence[str] | None:
    """What `_words` reads of texts that need nothing but trimming."""
    found, joined = list(map(str.strip, texts)), "\n".join(texts)
    plain = values.is_plain(joined) and not _PERHAPS_LOST.search(joined)
    return found if plain and "" not in found and max(map(len, found), default=0) <= most else None


def _plain_numbers(make: Callable[[str], Any], texts: Sequence[str]) -> Sequence[Any] | None:
    """What `_number` reads of whole numbers that are written in digits alone."""
    return list(map(make, texts)) if _WHOLE_NUMBERS.fullmatch("\n".join(texts)) else None


def _reader(district: District, tree: Tree, field: Field, scale: int, epoch_1904: bool) -> Read:
    match field.type:
        case "enum":
            return _listed(list(field.choices.items()), "选项 | the choices")
        case "code":
            entries = district.rules.codes[field.codes].entries.values()
            return _listed([(entry.code, entry.title) for entry in entries], "类别表 | the list of codes")
        case "area" | "office":
            return _units(tree, field.type == "office")
        case "boolean":
            return _yes
        case "date":
            return lambda cell: _day(cell, epoch_1904)
        case "time":
            return lambda cell: _moment(cell, district, epoch_1904)
        case "number" | "integer" | "money":
            bounded = _bounded(field, _FREE)
            return lambda cell: _number(field, cell, scale, bounded)
        case "record":
            return lambda cell: Reference(field.ledger, _text(cell))
        case "point":
            return lambda cell: values.read_point(_text(cell), district.outline)
        case "post":
            return lambda cell: values.read(
                district.rules, field, _text(cell), tree, None, district.calendar.tz, _nobody
            )
    pattern, most = field.schema.get("pattern"), field.schema.get("maxLength", values.LONGEST)
    bounded = _bounded(field, _PLAIN_RULES)
    return lambda cell: _words(field, cell, pattern, most, bounded)


def _bounded(field: Field, free: Set[str]) -> bool:
    return not field.schema.keys() <= free


def _told(pairs: Sequence[tuple[str, str]]) -> dict[str, str | None]:
    """What a person may write -> the value; None where two values are written alike."""
    told: dict[str, str | None] = {}
    for value, title in pairs:
        for text in {folded(part(title)).lower(), folded(part(title, "en")).lower()}:
            told[text] = None if text in told and told[text] != value else value
    return {**told, **{value.lower(): value for value, _ in pairs}}


def _listed(pairs: Sequence[tuple[str, str]], where: str) -> Read:
    told = _told(pairs)
    zh, _, en = where.partition(" | ")
    some = "、".join(part(title) for _, title in pairs[:8])
    some_en = ", ".join(part(title, "en") for _, title in pairs[:8])

    def read(cell: Cell) -> str:
        text = _text(cell)
        value = told.get(text.lower(), "")
        if value:
            return value
        if value is None:
            raise Wrong(f"{zh}里有几个“{text}”，请写代码 | {en} have several “{text}”; write the code")
        raise Wrong(f"{zh}里没有“{text[:40]}”，例如：{some} | “{text[:40]}” is not among {en}, such as: {some_en}")

    return read


def _units(tree: Tree, offices: bool) -> Read:
    told: dict[str, int | None] = {}

    def tell(text: str, unit: int) -> None:
        told[text] = None if told.get(text, unit) != unit else unit

    for unit in tree.units.values():
        if (unit.kind == "office") != offices:
            continue
        for lang in ("zh", "en"):
            name = folded(unit.name(lang))
            tell(name, unit.id)
            above = tree.get(unit.parent) if unit.parent else None
            if above and above is not tree.root:
                for between in ("", " ", "/", " › "):
                    tell(f"{folded(above.name(lang))}{between}{name}", unit.id)
    names = set(told)
    for unit in tree.units.values() if not offices else ():
        for form in short_forms(folded(unit.name("zh"))) if unit.kind != "office" else ():
            if form not in names:
                tell(form, unit.id)
    for unit in tree.units.values():
        if unit.code and (unit.kind == "office") == offices:
            told[unit.code] = unit.id

    def read(cell: Cell) -> int:
        text = _text(cell)
        found = told.get(text, 0)
        if found:
            return found
        if found is None:
            raise Wrong(f"有几个“{text}”，请连同上级一起写 | There are several “{text}”; write it with what it lies in")
        raise Wrong(f"本区没有“{text[:40]}” | The district has no “{text[:40]}”")

    return read


def _words(field: Field, cell: Cell, pattern: str | None, most: int, bounded: bool) -> str | None:
    if lost_digits(cell):
        raise Wrong(LOST)
    text = cell if cell.__class__ is str else _text(cell)
    if pattern == PHONE:
        text = re.sub(r"^\((0\d{2,3})\)[- ]?", r"\1-", folded(text)).replace(" ", "")
        text = re.sub(r"^(1\d\d)-(\d{4})-(\d{4})$", r"\1\2\3", text)
    elif pattern == IDENTITY:
        text = folded(text).upper().replace(" ", "")
    text = values.clean_text(text)
    if text is None:
        return None
    if len(text) > most:
        raise Wrong(f"最多 {most} 字 | At most {most} characters")
    if bounded:
        values.check(field, text)
    return text


def _number(field: Field, cell: Cell, scale: int, bounded: bool) -> Decimal | int:
    if cell.__class__ is str and _PLAIN_NUMBER.fullmatch(cell):
        number: Decimal | None = Decimal(cell) * scale
    else:
        measure = measure_of(cell)
        if measure is None:
            text = _text(cell)[:20]
            raise Wrong(f"“{text}”不是数字，例如 12.5 | “{text}” is not a number such as 12.5")
        unit = "元" if field.type == "money" else part(field.unit)
        number = scaled(measure, unit, scale)
        if number is None:
            raise Wrong(
                f"单位是“{measure.unit}”，要“{unit}” | Its unit is {measure.unit}; {part(field.unit, 'en') or unit} is asked"
            )
    value = values.read_number(field.type, number)
    if bounded and field.type != "money":
        values.check(field, value)
    return value


def _day(cell: Cell, epoch_1904: bool) -> date:
    day = day_of(cell, serials=True, epoch_1904=epoch_1904)
    if day is None:
        moment = moment_of(cell)
        if moment is None:
            raise Wrong("写成 2020-06-11 这样 | Write it as 2020-06-11")
        return moment.date()
    if day.ambiguous:
        text = _text(cell)
        raise Wrong(
            f"“{text}”分不清月和日，写成 {day.value} 这样 | Day and month of “{text}” could be either; write it as {day.value}"
        )
    return day.value


def _moment(cell: Cell, district: District, epoch_1904: bool) -> datetime:
    moment = moment_of(cell)
    if moment is None:
        try:
            day = _day(cell, epoch_1904)
        except Wrong:
            raise Wrong("写成 2020-06-11 14:30 这样 | Write it as 2020-06-11 14:30") from None
        moment = datetime(day.year, day.month, day.day)
    return moment.replace(tzinfo=moment.tzinfo or district.calendar.tz).astimezone(UTC)


def _yes(cell: Cell) -> bool:
    found = cell if isinstance(cell, bool) else YES.get(_text(cell).lower())
    if found is None:
        raise Wrong("写“是”或“否” | Write yes or no")
    return found


def _text(cell: Cell) -> str:
    if cell.__class__ is str:
        return cell.strip() if cell.isascii() else folded(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes") if cell.hour or cell.minute else cell.date().isoformat()
    return str(cell)


def _nobody(ledger: str, code: str) -> None:
    return None
