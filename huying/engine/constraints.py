"""What must hold among the records of a ledger, held by lock and proof in the transaction of the act itself.

Before the act is written, a lock is taken on what its record shares with others (the ledger, the constraint, the values
of `per`); after it, a statement looks whether the constraint still holds and undoes all where it does not. Whoever
acts on the same at once waits for the lock and then sees what the first one wrote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huying.declare.constraints import AT_MOST, GONE, NO_OVERLAP, UNIQUE, Constraint
from huying.declare.kinds import part
from huying.engine.database import Query
from huying.engine.schema import Table
from huying.trouble import Trouble

BROKEN = "HY002"  # what the database says of a constraint that would no longer hold
_LOCK = "select pg_advisory_xact_lock(%s)"


@dataclass(frozen=True)
class Guard:
    """One constraint that an act puts to the test. lock: the number that whoever tests the same takes too."""

    lock: int
    sql: str
    params: Sequence[Any]


def guards(
    district: int, table: Table, record: Any, state: str, values: Mapping[str, Any], touched: Mapping[str, Any] | None
) -> list[Guard]:
    """The constraints that a record's new state and values put to the test.

    values: all of the record's, `unit` among them; touched: those that change, None for a new record or a new state
    """
    found = []
    for place, constraint in enumerate(table.ledger.constraints):
        if not constraint.raced or not _counts(constraint, state):
            continue
        names = {*constraint.same, *constraint.fields}
        if touched is not None and not names & touched.keys():
            continue
        asked = constraint.same if constraint.kind != NO_OVERLAP else (*constraint.same, constraint.fields[0])
        if any(values.get(name) is None for name in asked):
            continue
        found.append(_guard(district, table, place, constraint, record, values))
    return found


def locked(many: Sequence[Guard]) -> list[tuple[str, list[Any]]]:
    """The statements that take the locks, always in one order, so that no two acts wait for each other."""
    return [(_LOCK, [number]) for number in sorted({guard.lock for guard in many})]


def proofs(many: Sequence[Guard]) -> list[tuple[str, Sequence[Any]]]:
    """The statements that look whether all still holds."""
    return [(guard.sql, guard.params) for guard in many]


def sentence(tables: Mapping[str, Table], told: str) -> tuple[str, str, Sequence[str]]:
    """(code, sentence, fields) for whoever is refused; told: what the database said, `<ledger>.<constraint>`."""
    number, place = map(int, told.split("."))
    ledger = next(table.ledger for table in tables.values() if table.number == number)
    constraint = ledger.constraints[place]
    names = constraint.same if constraint.kind != NO_OVERLAP else (*constraint.same, *constraint.fields)
    titles = [ledger.fields[name].title for name in names if name in ledger.fields]
    zh, en = "、".join(map(part, titles)), ", ".join(part(title, "en") for title in titles)
    code, words = {
        UNIQUE: ("record.unique", f"已有一条{zh}相同的$record | There is a $record with the same {en} already"),
        AT_MOST: (
            "record.full",
            f"{zh or '这里'}已满，最多 {constraint.most} 条 | {en or 'This'} is full: {constraint.most} at most",
        ),
        NO_OVERLAP: ("record.overlap", f"与已有的一条时段重叠（{zh}） | The period overlaps another one ({en})"),
    }[constraint.kind]
    return code, constraint.says or words, names


def index(query: Query, table: Table) -> None:
    """An index for each constraint by which the records it counts are found. Owner's transaction."""
    for constraint in table.ledger.constraints:
        columns = ", ".join(["district", *(table.column(name) for name in (*constraint.same, *constraint.fields))])
        if constraint.raced and columns != "district":
            name = f"l{table.number}_holds_{hashlib.sha256(columns.encode()).hexdigest()[:8]}"
            query.run(f"create index if not exists {name} on {table.name} ({columns})")


def prove(query: Query, district: int, table: Table) -> None:
    """Raises Trouble for the first constraint that a district's records break already. Owner's transaction."""
    for constraint in table.ledger.constraints:
        pair = f"({_among(constraint, 'a')}) and ({_among(constraint, 'b')}) and a.district = {int(district)} and b.district = a.district"
        same = "".join(f" and a.{table.column(n)} = b.{table.column(n)}" for n in constraint.same)
        if constraint.kind == AT_MOST:
            filled = "".join(f" and a.{table.column(n)} is not null" for n in constraint.per)
            by = f" group by {', '.join(f'a.{table.column(n)}' for n in constraint.per)}" if constraint.per else ""
            sql = (
                f"select min(a.code) as one, max(a.code) as other from {table.name} a where a.district = {int(district)} and "
                f"({_among(constraint, 'a')}){filled}{by} having count(*) > {constraint.most} limit 1"
            )
        elif constraint.raced:
            over = f" and {_overlap(table, constraint, 'a', 'b')}" if constraint.kind == NO_OVERLAP else ""
            sql = f"select a.code as one, b.code as other from {table.name} a join {table.name} b on a.id < b.id and {pair}{same}{over} limit 1"
        else:
            filled = [f"a.{table.column(name)} is null" for name in constraint.fields if name in table.columns]
            some = f"not ({' and '.join(filled)}) and ({' or '.join(filled)})" if filled else "false"
            sql = (
                f"select a.code as one, a.code as other from {table.name} a where a.district = {int(district)} and "
                f"({_among(constraint, 'a')}) and {some} limit 1"
            )
        if broken := query.row(sql):
            title = table.ledger.title
            raise Trouble(
                "constraint-broken",
                f"《{part(title)}》里 {broken['one']}、{broken['other']} 已经不合新写的约束（{constraint.kind}）。",
                f"{broken['one']} and {broken['other']} of “{part(title, 'en')}” break the constraint {constraint.kind} already.",
                "先改这些记录，或改约束，再启用。",
                "Amend those records or the constraint, then apply again.",
            )


def _counts(constraint: Constraint, state: str) -> bool:
    return state in constraint.among if constraint.among else state != GONE


def _among(constraint: Constraint, of: str) -> str:
    """Which records count. States are names: letters, digits and _."""
    if constraint.among:
        return f"not {of}.hidden and {of}.state in ({', '.join(repr(state) for state in constraint.among)})"
    return f"not {of}.hidden and {of}.state <> '{GONE}'"


def _overlap(table: Table, constraint: Constraint, a: str, b: str) -> str:
    """Days overlap where they share one; times where one begins before the other ends. An empty end is open."""
    begin, end = (table.column(name) for name in constraint.fields)
    kind = table.ledger.fields[constraint.fields[0]].type
    before = "<=" if kind == "date" else "<"
    return f"({a}.{begin} {before} coalesce({b}.{end}, 'infinity') and {b}.{begin} {before} coalesce({a}.{end}, 'infinity'))"


def _guard(
    district: int, table: Table, place: int, constraint: Constraint, record: Any, values: Mapping[str, Any]
) -> Guard:
    asked = [district, table.number, place, *(str(values[name]) for name in constraint.same)]
    lock = int.from_bytes(hashlib.sha256(repr(asked).encode()).digest()[:8], "big", signed=True)
    same = "".join(f" and o.{table.column(n)} = t.{table.column(n)}" for n in constraint.same)
    others = f"from {table.name} o where o.district = t.district and o.id <> t.id and {_among(constraint, 'o')}{same}"
    broken = {
        UNIQUE: f"exists (select {others})",
        AT_MOST: f"(select count(*) {others}) >= {constraint.most}",
        NO_OVERLAP: f"exists (select {others} and {_overlap(table, constraint, 't', 'o')})"
        if constraint.kind == NO_OVERLAP
        else "",
    }[constraint.kind]
    sql = f"select hy.broken({table.number}, {place}) from {table.name} t where t.district = %s and t.id = %s and {_among(constraint, 't')} and {broken}"
    return Guard(lock, sql, [district, record])
