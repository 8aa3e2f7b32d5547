"""Conditions that a person puts on a list, by any field that they see: `depth ge 12`, `name has 甲`, `grade is a|b`, `note empty`.

One line says one condition: the field, how, and what with; a list shows the records for which all hold. What is written is
read as generously as a cell of a sheet: a label, 2020年7月1日, 1,250.5.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from huying.declare.kinds import Field, part
from huying.declare.problems import both
from huying.engine import cell_values
from huying.engine.cell_values import Reference
from huying.engine.packs import District
from huying.engine.places import Tree
from huying.engine.schema import Table
from huying.engine.values import Wrong

IS, NOT, HAS, AT_LEAST, AT_MOST, EMPTY, FILLED = "is", "not", "has", "ge", "le", "empty", "filled"
TITLES = {
    IS: "是 | is",
    NOT: "不是 | is not",
    HAS: "含有 | contains",
    AT_LEAST: "不小于、不早于 | at least, not before",
    AT_MOST: "不大于、不晚于 | at most, not after",
    EMPTY: "空着 | is empty",
    FILLED: "填了 | is filled in",
}
SAID = TITLES | {AT_LEAST: "≥ | ≥", AT_MOST: "≤ | ≤"}
ALONE = (EMPTY, FILLED)  # those that compare with nothing
MOST, LONGEST = 20, 200  # conditions of a list; characters of one
_ORDERED, _NAMED, _WORDED = (
    ("integer", "number", "money", "date", "time"),
    ("enum", "code", "area", "office", "post", "record", "boolean"),
    ("text", "phone"),
)


@dataclass(frozen=True)
class Test:
    """One condition. given: what the field is compared with, of `is` and `not` several; values: the same with all areas
    below those that were given; text: as it is written."""

    field: str
    how: str
    given: tuple[Any, ...]
    values: tuple[Any, ...]
    text: str


def hows(field: Field) -> tuple[str, ...]:
    """How records may be told by a field of this type."""
    if field.type in _ORDERED:
        return (IS, NOT, AT_LEAST, AT_MOST, *ALONE)
    if field.type in _WORDED:
        return (HAS, IS, NOT, *ALONE)
    return (IS, NOT, *ALONE) if field.type in _NAMED else ALONE


def offered(table: Table, visible: list[str]) -> list[Field]:
    """The fields that conditions may be put on, of those that a person sees."""
    return [table.ledger.fields[name] for name in visible if name in table.columns or name == "unit"]


def read(
    district: District,
    tree: Tree,
    table: Table,
    visible: list[str],
    text: str,
    refer: Callable[[str, str], UUID | None],
) -> Test:
    """The condition that a line says. refer(ledger, code) -> the record that a person may know of, or None.

    Raises ValueError (`中文 | English`) for what says none, names what the person does not see, or compares it otherwise
    than its type allows.
    """
    text = " ".join(text.replace("\0", "").split())[:LONGEST]
    name, _, rest = text.partition(" ")
    how, _, given = rest.partition(" ")
    known = {field.name: field for field in offered(table, visible)}
    if name not in known:
        raise ValueError(
            both(f"没有“{name[:40]}”这一项，或不归您看", f"There is no field “{name[:40]}”, or it is not yours to see")
        )
    field = known[name]
    may = hows(field)
    if how not in may:
        words = "、".join(part(TITLES[one]) for one in may), ", ".join(may)
        raise ValueError(
            both(f"“{part(field.title)}”可以问：{words[0]}", f"Of “{part(field.title, 'en')}” you may ask: {words[1]}")
        )
    if how in ALONE:
        return Test(name, how, (), (), f"{name} {how}")
    if not given:
        raise ValueError(
            both(f"“{part(field.title)}”和什么比，请写上", f"Say what “{part(field.title, 'en')}” is compared with")
        )
    if how == HAS:
        return Test(name, how, (given,), (given,), text)
    reader = cell_values.reader(district, tree, field)
    parts = [one for one in given.split("|") if one.strip()] if how in (IS, NOT) else [given]
    values = tuple(_value(field, reader(one.strip()), refer) for one in parts)
    below = tuple(unit for value in values for unit in tree.under(value)) if field.type == "area" else values
    return Test(name, how, values, below, text)


def _value(field: Field, value: Any, refer: Callable[[str, str], UUID | None]) -> Any:
    if isinstance(value, Wrong):
        title = part(field.title), part(field.title, "en")
        raise ValueError(both(f"“{title[0]}”：{part(str(value))}", f"“{title[1]}”: {part(str(value), 'en')}"))
    if isinstance(value, Reference):
        return refer(value.ledger, value.text) or UUID(int=0)  # none has it
    if value is None:
        raise ValueError(
            both(f"“{part(field.title)}”和什么比，请写上", f"Say what “{part(field.title, 'en')}” is compared with")
        )
    return value


def all_of(district: District, table: Table, tests: Sequence[Test], allowed: Container[str]) -> tuple[str, list[Any]]:
    """SQL that holds for the records that pass all, and its parameters. Raises ValueError for a field that is not allowed."""
    found, params = [], []
    for test in tests:
        if test.field not in allowed and test.field != "unit":
            raise ValueError(f"不能按“{test.field}”筛选 | Cannot filter by “{test.field}”")
        one, more = sql(district, table, test)
        found.append(f"({one})")
        params += more
    return " and ".join(found) or "true", params


def sql(district: District, table: Table, test: Test) -> tuple[str, list[Any]]:
    """SQL over `l` that holds for the records that pass, and its parameters."""
    kind = table.ledger.fields[test.field].type
    column = f"l.{(table.columns.get(test.field) or (test.field,))[0]}"
    match test.how:
        case "empty":
            return (f"coalesce({column}, '') = ''" if kind in (*_WORDED, "enum", "code") else f"{column} is null"), []
        case "filled":
            return (
                f"coalesce({column}, '') <> ''" if kind in (*_WORDED, "enum", "code") else f"{column} is not null"
            ), []
        case "has":
            return f"position(lower(%s) in lower({column})) > 0", [test.values[0]]
        case "is" | "not":
            found, params = _among(district, kind, column, test.values)
            return (found, params) if test.how == IS else (f"({found}) is not true", params)
    first = test.values[0]
    if kind == "time":
        since, until = _moments(district, first)
        return (f"{column} >= %s", [since]) if test.how == AT_LEAST else (f"{column} < %s", [until])
    return f"{column} {'>=' if test.how == AT_LEAST else '<='} %s", [first]


def _among(district: District, kind: str, column: str, values: tuple[Any, ...]) -> tuple[str, list[Any]]:
    if kind == "time":
        days = [_moments(district, value) for value in values]
        return " or ".join([f"({column} >= %s and {column} < %s)"] * len(days)), [each for day in days for each in day]
    return f"{column} = any(%s)", [list(values)]


def _moments(district: District, value: Any) -> tuple[datetime, datetime]:
    """The moments from which and before which a time lies, of a day or a minute."""
    zone = district.calendar.tz
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        if (local.hour, local.minute) != (0, 0):
            return local, local + timedelta(minutes=1)
        value = local.date()
    return tuple(datetime.combine(day, time(), zone) for day in (value, value + timedelta(days=1)))  # type: ignore[return-value]
