"""Reading a derived ledger: who is listed on a day, why, and until when; now, or as it was known at a moment.

Rows are read under row-level security like records: a row is seen by whoever sees one of the records that put it there.
What it tells of the others is what their own ledgers would tell: a record out of the reader's reach is counted, not shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from huying.declare.derived import Derived, Shown
from huying.declare.derived_days import FIRST, LAST
from huying.declare.kinds import Field, Rules
from huying.engine import access, database, records
from huying.engine.access import Refused
from huying.engine.database import Reach
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record

MOST = 500
DAYS = ("from_day", "to_day")  # by which every actor may sort
CASTS = {
    "number": "::numeric",
    "integer": "::bigint",
    "money": "::bigint",
    "area": "::int",
    "office": "::int",
    "date": "::date",
}


@dataclass(frozen=True)
class Reason:
    """Why a row is listed on the day asked.

    ground    its place in the declaration; first, last: the days on which it holds, None without bound
    record    what it is about, and joined: name -> record; None where it is out of the reader's reach
    values    field -> value of the record that the row or its reason shows
    few, many  slots of what is expected ("" where only the whole is counted) with the number there are
    """

    ground: int
    first: date | None
    last: date | None
    ledger: str
    record: Record | None
    values: Mapping[str, Any]
    joined: Mapping[str, Record]
    few: Mapping[str, int]
    many: Mapping[str, int]


@dataclass(frozen=True)
class Listed:
    """One row on the day asked. first, last: of the days on which it is listed without a break, None without bound.

    label   what a person knows it by: a code, or the mask of a secret value
    values  column -> value
    hidden  how many of its reasons are out of the reader's reach
    """

    key: str
    label: str
    first: date | None
    last: date | None
    values: Mapping[str, Any]
    reasons: tuple[Reason, ...]
    hidden: int


@dataclass(frozen=True)
class Page:
    rows: list[Listed]
    total: int
    more: bool


def may_see(rules: Rules, derived: Derived, actor: Actor) -> bool:
    """Whether the actor's role has the derived ledger at all: the roles that it names, else whoever may see all it reads."""
    if not actor.signed_in:
        return actor.via == "system"
    if derived.see:
        return actor.role is not None and actor.role.reach != "none" and actor.role.name in derived.see
    return all(access.may_see(rules.ledgers[name], actor) for name in derived.ledgers)


def reach_for(rules: Rules, derived: Derived, actor: Actor) -> Reach:
    """The reach in which the actor reads it. Raises Refused when there is none."""
    if not may_see(rules, derived, actor):
        raise Refused("这本$ledger不在您的$post范围内 | This $ledger is not for your $post")
    public = all(rules.ledgers[name].public for name in derived.of)
    return replace(actor.reach, role="hy_all") if public else actor.reach


def columns(rules: Rules, derived: Derived) -> dict[str, Field]:
    """Column -> the field that it shows, in order."""
    return {shown.key: _field(rules, derived, shown) for shown in derived.show}


def sortable(rules: Rules, derived: Derived, actor: Actor) -> list[str]:
    """By what the actor may sort and filter. Where rows gather records, or join another's, a column's value may come from
    one out of reach: then only those who see the whole district go by it."""
    whole = reach_for(rules, derived, actor).role == "hy_all"
    ours = [one.key for one in derived.show if whole or not (derived.by or one.join)]
    return [*DAYS, *(name for name in columns(rules, derived) if name in ours)]


def page(
    district: District,
    actor: Actor,
    name: str,
    *,
    on: date | None = None,
    as_of: datetime | None = None,
    units: Sequence[int] | None = None,
    ground: int | None = None,
    filters: Mapping[str, Any] | None = None,
    sort: str = "to_day",
    descending: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> Page:
    """Who is listed on a day.

    on       the day asked; None: today
    as_of    an aware moment: by what was known then; None: by what is known
    units    only rows of these areas; ground: only those that this ground puts there on that day
    filters  column -> value, or list of values, as JSON has them; sort: `from_day`, `to_day`, or a column
    Raises Refused, and ValueError (`中文 | English`) for a filter or sort that is not for the actor.
    """
    derived = district.rules.derived[name]
    reach = reach_for(district.rules, derived, actor)
    on = on or district.today()
    where, params = _conditions(district, derived, actor, on, as_of, units, ground, filters or {})
    if sort not in (allowed := sortable(district.rules, derived, actor)):
        raise ValueError(f"不能按“{sort}”排序 | Cannot sort by “{sort}”; you may by: {', '.join(allowed)}")
    way = "desc" if descending else "asc"
    order = f"{sort} {way}" if sort in DAYS else f"{_value(district.rules, derived, sort)} {way} nulls last"
    found = f"from hy.derived_row d where {where}"
    limit = min(limit, MOST)
    [rows, [counted]] = database.asked(
        reach,
        [
            (
                "select key, from_day, to_day, shown::text as shown, reasons::text as reasons "
                f"{found} order by {order}, key {way} limit {int(limit)} offset {int(offset)}",
                params,
            ),
            (f"select count(*) as total {found}", params),
        ],
    )
    total = counted["total"]
    return Page(_listed(district, actor, derived, rows, on, as_of), total, offset + len(rows) < total)


def _conditions(
    district: District,
    derived: Derived,
    actor: Actor,
    on: date,
    as_of: datetime | None,
    units: Sequence[int] | None,
    ground: int | None,
    filters: Mapping[str, Any],
) -> tuple[str, list[Any]]:
    conditions = ["d.district = %s", "d.derived = %s", "d.from_day <= %s", "d.to_day >= %s"]
    params: list[Any] = [district.id, derived.name, on, on]
    if as_of is None:
        conditions.append("d.until = 'infinity'")
    else:
        conditions.append("d.known_at <= %s and d.until > %s")
        params += [as_of, as_of]
    if units is not None:
        conditions.append("d.units && %s::int[]")
        params.append(list(units))
    if ground is not None:
        conditions.append(
            "exists (select from jsonb_array_elements(d.reasons) r where (r->>'ground')::int = %s "
            "and (r->>'first')::date <= %s and (r->>'last')::date >= %s)"
        )
        params += [ground, on, on]
    allowed = sortable(district.rules, derived, actor)
    for name, value in filters.items():
        if name not in allowed or name in DAYS:
            raise ValueError(f"不能按“{name}”筛选 | Cannot filter by “{name}”")
        conditions.append("d.shown->>%s::text = any(%s::text[])")
        params += [name, [_as_text(one) for one in (value if isinstance(value, list) else [value])]]
    return " and ".join(conditions), params


def _as_text(value: Any) -> str:
    return ("false", "true")[value] if isinstance(value, bool) else str(value)


def _value(rules: Rules, derived: Derived, name: str) -> str:
    """A column's value as SQL; its name is one that was declared."""
    return f"""((d.shown->>'{name}'){CASTS.get(columns(rules, derived)[name].type, ' collate "C"')})"""


def _field(rules: Rules, derived: Derived, shown: Shown) -> Field:
    of = derived.joins[shown.join].of if shown.join else derived.grounds[0].of
    return rules.ledgers[of].fields[shown.name]


def _listed(
    district: District,
    actor: Actor,
    derived: Derived,
    rows: Sequence[Mapping[str, Any]],
    on: date,
    as_of: datetime | None,
) -> list[Listed]:
    read = [(row, json.loads(row["shown"]), _of_day(json.loads(row["reasons"]), on)) for row in rows]
    names = {table.number: name for name, table in district.tables.items()}
    wanted: dict[str, dict[UUID, None]] = {}
    for _, _, reasons in read:
        for reason in reasons:
            for one in (reason, *reason.get("joins", {}).values()):
                if one["ledger"] in names:
                    wanted.setdefault(names[one["ledger"]], {})[UUID(one["record"])] = None
    seen = {
        record.id: record
        for ledger, ids in wanted.items()
        if access.may_see(district.rules.ledgers[ledger], actor)
        for record in records.many(district, actor, ledger, list(ids), as_of)
    }
    rules = district.rules
    return [_row(rules, derived, row, shown, reasons, names, seen) for row, shown, reasons in read]


def _of_day(reasons: Sequence[dict[str, Any]], on: date) -> list[dict[str, Any]]:
    day = on.isoformat()
    return [reason for reason in reasons if reason["first"] <= day <= reason["last"]]


def _row(
    rules: Rules,
    derived: Derived,
    row: Mapping[str, Any],
    shown: Mapping[str, Any],
    reasons: Sequence[Mapping[str, Any]],
    names: Mapping[int, str],
    seen: Mapping[UUID, Record],
) -> Listed:
    told = tuple(_reason(rules, reason, names, seen) for reason in reasons)
    ours = [reason for reason in told if reason.record is not None]
    own = {one.key for one in derived.show if not one.join}
    fields = columns(rules, derived)
    beyond = {
        name for reason in reasons for name, one in reason.get("joins", {}).items() if UUID(one["record"]) not in seen
    }
    joined = {one.key for one in derived.show if one.join and one.join not in beyond}
    values = {key: _typed(fields[key], value) for key, value in shown.items() if key in fields and key in joined}
    if ours:
        values |= {key: ours[0].values[key] for key in own if ours[0].values.get(key) is not None}
    return Listed(
        row["key"],
        _label(derived, ours),
        _bounded(row["from_day"]),
        _bounded(row["to_day"]),
        values,
        tuple(ours),
        len(told) - len(ours),
    )


def _label(derived: Derived, reasons: Sequence[Reason]) -> str:
    for reason in reasons:
        record = reason.record
        if record is None:
            continue
        if not derived.by:
            return record.code
        if derived.by in record.ledger.secret:
            return record.masks.get(derived.by, "•••")
        return str(record.values.get(derived.by, ""))
    return "•••"


def _reason(rules: Rules, reason: Mapping[str, Any], names: Mapping[int, str], seen: Mapping[UUID, Record]) -> Reason:
    joined = {
        name: seen[UUID(one["record"])] for name, one in reason.get("joins", {}).items() if UUID(one["record"]) in seen
    }
    ledger = names.get(reason["ledger"], "")
    fields = rules.ledgers[ledger].fields if ledger in rules.ledgers else {}
    return Reason(
        reason["ground"],
        _bounded(date.fromisoformat(reason["first"])),
        _bounded(date.fromisoformat(reason["last"])),
        ledger,
        seen.get(UUID(reason["record"])),
        {name: _typed(fields[name], value) for name, value in reason["values"].items() if name in fields},
        joined,
        reason.get("few", {}),
        reason.get("many", {}),
    )


def _typed(field: Field, value: Any) -> Any:
    """A value that was kept as JSON, as its field has it."""
    match field.type:
        case "number":
            return Decimal(value)
        case "date":
            return date.fromisoformat(value)
        case "time":
            return datetime.fromisoformat(value)
        case "record":
            return UUID(value)
    return value


def _bounded(day: date) -> date | None:
    return None if day in (FIRST, LAST) else day
