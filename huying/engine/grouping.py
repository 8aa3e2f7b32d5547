"""A ledger's records by groups: how many there are of each, and what their numbers add up to.

By a choice, a code, a place (its street), an office, yes or no, a reference, a state, or the month of a day. One statement
counts all groups; the records of one are a page of the list under `condition`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from huying.declare.expressions import Expression
from huying.declare.kinds import Ledger
from huying.declare.views import GROUPED, group_type
from huying.engine import access, database, records
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree

MOST = 200  # groups shown
FOLDED = 10_000  # areas counted before they are put together


@dataclass(frozen=True)
class Group:
    """Records that have one value in common. key: as an address names it, empty where they have none; value: a choice, a
    code, a state, an id, yes or no, or a month such as 2020-06; sums: field -> total, None where none has a number."""

    key: str
    value: Any
    count: int
    sums: Mapping[str, Decimal | int | None]


def may_group_by(ledger: Ledger, actor: Actor) -> list[str]:
    """The names by which the actor may group the records."""
    visible = access.visible_fields(ledger, actor.kinds)
    own = [name for name in visible if group_type(ledger, name)]
    return [*own, *(name for name in GROUPED if name not in own and (name != "unit" or "unit" in ledger.fields))]


def summed(ledger: Ledger, actor: Actor) -> list[str]:
    """The numbers that are added up for the actor."""
    visible = access.visible_fields(ledger, actor.kinds)
    return [name for name in ledger.sums if name in visible]


def groups(
    district: District,
    actor: Actor,
    tree: Tree,
    ledger: str,
    by: str,
    *,
    where: Expression | None = None,
    filters: Mapping[str, Any] | None = None,
    as_of: datetime | None = None,
) -> tuple[list[Group], bool]:
    """(the groups, the largest first, at most MOST; whether there are more). One statement.

    Raises access.Refused, and ValueError (`中文 | English`) for a name by which the actor may not group.
    """
    table = district.tables[ledger]
    reach = access.reach_for(table.ledger, actor)
    kind = _kind(table.ledger, actor, by)
    condition, params = records.conditions(district, actor, table, filters, where)
    key, first = _key(table.column(by), kind, district)
    totals = summed(table.ledger, actor)
    chosen = ", ".join(
        [f"{key} as key", "count(*) as n", *(f"sum(l.{table.column(name)}) as s{n}" for n, name in enumerate(totals))]
    )
    source, as_known = records.source_of(table, as_of)
    most = FOLDED if kind == "area" else MOST + 1
    statement = (
        f"select {chosen} from {source} where l.district = %s and not l.hidden and {condition} group by 1 "
        f"order by 2 desc, 1 limit {most}"
    )
    [rows] = database.asked(reach, [(statement, [*first, *as_known, district.id, *params])])
    found = [
        Group(_told(row["key"]), row["key"], row["n"], {name: row[f"s{n}"] for n, name in enumerate(totals)})
        for row in rows
    ]
    if kind == "area":
        found = _folded(tree, found)
    return found[:MOST], len(found) > MOST


def condition(district: District, actor: Actor, tree: Tree, ledger: str, by: str, key: str) -> tuple[str, list[Any]]:
    """SQL over `l` that holds for the records of one group, for records.page(also=…).

    Raises ValueError for a key that is none.
    """
    table = district.tables[ledger]
    kind, column = _kind(table.ledger, actor, by), f"l.{table.column(by)}"
    if not key:
        return f"{column} is null", []
    match kind:
        case "area":
            unit = int(key)
            inside = [unit] if tree.root.id == unit else tree.under(unit)
            return f"{column} = any(%s)", [inside]
        case "office":
            return f"{column} = %s", [int(key)]
        case "boolean":
            return f"{column} = %s", [key == "true"]
        case "record":
            return f"{column} = %s", [UUID(key)]
        case "date" | "time":
            since, until = _month(key, None if kind == "date" else district)
            return f"{column} >= %s and {column} < %s", [since, until]
    return f"{column} = %s", [key.replace("\0", "")]


def _kind(ledger: Ledger, actor: Actor, by: str) -> str:
    if by not in may_group_by(ledger, actor):
        raise ValueError(f"不能按“{by[:40]}”分组 | Cannot group by “{by[:40]}”")
    return group_type(ledger, by)


def _key(column: str, kind: str, district: District) -> tuple[str, list[Any]]:
    if kind == "time":
        return f"to_char(l.{column} at time zone %s, 'YYYY-MM')", [str(district.calendar.tz)]
    return (f"to_char(l.{column}, 'YYYY-MM')", []) if kind == "date" else (f"l.{column}", [])


def _told(key: Any) -> str:
    return "" if key is None else str(key).lower() if isinstance(key, bool) else str(key)


def _month(key: str, district: District | None) -> tuple[Any, Any]:
    """First day of a month and of the next; as moments of the district's zone where it is given."""
    year, month = int(key[:4]), int(key[5:7])
    days = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    if district is None:
        return days
    since, until = (datetime.combine(day, time(), district.calendar.tz) for day in days)
    return since, until


def _folded(tree: Tree, found: list[Group]) -> list[Group]:
    """Areas put together by the street that each lies in; what belongs to the whole district stands by itself."""
    streets: dict[int, list[Group]] = {}
    for one in found:
        chain = tree.chain(one.value) if one.value else []
        street = chain[-2].id if len(chain) > 1 else chain[-1].id if chain else 0
        streets.setdefault(street, []).append(one)
    put = [
        Group(str(street or ""), street or None, sum(one.count for one in some), _added([one.sums for one in some]))
        for street, some in streets.items()
    ]
    return sorted(put, key=lambda one: (-one.count, one.key))


def _added(sums: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        name: sum(known) if (known := [one[name] for one in sums if one[name] is not None]) else None
        for name in sums[0]
    }
