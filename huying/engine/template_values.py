"""What a cell of a form holds: a record's value as people write it, a number in the unit that the form asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from huying.declare.kinds import Field, say
from huying.declare.templates import Part
from huying.engine import access, records
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.sheets.forms import Form
from huying.sheets.patching import Value

_IN_TITLE = re.compile(r"[(（]\s*(?:单位\s*[:：]?\s*)?([^()（）]{1,12}?)\s*[)）]\s*$")
_MULTIPLES = {"亿": 100_000_000, "千万": 10_000_000, "百万": 1_000_000, "万": 10_000, "千": 1_000}
_COUNTS = re.compile(r"^(?:件|个|条|宗|起|处|人|户|项|次|份|家|台|套|辆|棵|株|只|所|间|栋|名|%|％)?$")


def unit_of(form: Form, column: int) -> str:
    """The unit that a column asks: in brackets in its title, nearest storey first; else what stands above the table."""
    for text in reversed(form.titles.get(column, ())):
        if found := _IN_TITLE.search(text):
            return found[1]
    return form.unit


def scaled(number: Decimal, field: Field | None, unit: str) -> Decimal | None:
    """A number of a field (or a count) in the form's unit; None where the units do not go into each other.

    number  of money in fen; the form's 元 is the field's, its 万元 ten thousand of them
    """
    if field is not None and field.type == "money":
        number, own = number / 100, "元"
    else:
        own = say(field.unit) if field is not None and field.unit else ""
    factor = _factor(own, unit)
    if factor is None:
        return None
    found = number / factor
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found.normalize()


def _factor(own: str, asked: str) -> int | None:
    if own == asked or not asked or (not own and _COUNTS.match(asked)):
        return 1
    for word, factor in _MULTIPLES.items():
        rest = asked.removeprefix(word)
        if rest != asked and (rest == own or (not own and _COUNTS.match(rest))):
            return factor
    return None if own else 1 if _COUNTS.match(asked) else None


def of_record(district: District, tree: Tree, record: Record, part: Part, known: Mapping[Any, str]) -> Value | None:
    """A record's value as it stands in a form: days as days, numbers as numbers, the rest in words. known: id -> code."""
    if part.kind == "level":
        unit = tree.at_level(record.unit, part.of)
        return say(unit.title) if unit else None
    name, zone = part.of, district.calendar.tz
    if name == "code":
        return record.code
    if name == "state":
        state = district.rules.flows[record.ledger.name].states.get(record.state)
        return say(state.title) if state else record.state
    if name in ("opened_at", "closed_at", "due_at"):
        at = getattr(record, name)
        return at.astimezone(zone).date() if at else None
    field = record.ledger.fields[name]
    value = record.unit if name == "unit" else record.values.get(name)
    if value is None or value == "" or value == []:
        return None
    match field.type:
        case "enum":
            return say(field.choices.get(value, str(value)))
        case "code":
            entry = district.rules.codes[field.codes].entries.get(value)
            return say(entry.title) if entry else str(value)
        case "area":
            names = [say(unit.title) for unit in tree.chain(value)]
            return "".join(reversed(names[:-1] if len(names) > 1 else names)) or None
        case "office":
            office = tree.get(value)
            return say(office.title) if office else None
        case "boolean":
            return "是" if value else "否"
        case "date":
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        case "time":
            at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
            return at.astimezone(zone).date()
        case "number" | "integer" | "money":
            return Decimal(str(value))
        case "point":
            return f"{value[0]},{value[1]}"
        case "record":
            return known.get(value)
        case "photos":
            return len(value)
    return str(value)


def references(district: District, actor: Actor, found: Sequence[Record]) -> dict[Any, str]:
    """id -> code of the records that these point to, one statement for each ledger."""
    wanted: dict[str, set[Any]] = {}
    for one in found:
        for name, field in one.ledger.fields.items():
            if field.type == "record" and one.values.get(name):
                wanted.setdefault(field.ledger, set()).add(one.values[name])
    return {
        seen.id: seen.code
        for other, ids in wanted.items()
        if access.may_see(district.rules.ledgers[other], actor)
        for seen in records.many(district, actor, other, list(ids))
    }
