"""Versions of the records that a derived ledger reads: when each was what was known, and on which days it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from huying.declare import expressions as e
from huying.declare.compile import to_sql
from huying.declare.derived import ID, Derived, Expected, Ground, Match, Source, braces
from huying.declare.derived_days import days_sql
from huying.declare.expressions import Expression
from huying.engine import secret_values
from huying.engine.database import Query
from huying.engine.packs import District
from huying.engine.schema import Table


@dataclass(frozen=True)
class Version:
    """One version of a record that counts: known in [known_at, until), it holds on the days [first, last].

    there   values by which it is found: the key of a ground; a match's fields of `on`
    here    of a ground: for each match, the values that the match must have
    """

    place: int
    ledger: int
    record: UUID
    code: str
    unit: int
    office: int
    known_at: datetime
    until: datetime | None
    first: date
    last: date
    there: tuple[Any, ...]
    here: tuple[tuple[Any, ...], ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    slot: str | None = None


def key_text(key: Any) -> str:
    return bytes(key).hex() if isinstance(key, bytes | memoryview) else str(key)


def column(table: Table, name: str) -> str:
    """The column that holds a field, or the record itself."""
    return "id" if name == ID else table.column(name)


def key_column(derived: Derived, table: Table) -> str:
    return column(table, derived.by or ID)


def of_grounds(
    query: Query, district: District, derived: Derived, place: int, ground: Ground, keys: Sequence[Any]
) -> Iterable[Version]:
    table = district.tables[ground.of]
    names = list(dict.fromkeys([*(s.name for s in derived.show if not s.join), *braces(ground.because)]))
    here = [[column(table, ours) for _, ours in match.on] for match in derived.matches]
    key = key_column(derived, table)
    columns = [key, *(one for several in here for one in several), *(table.column(name) for name in names)]
    for row in _versions(query, district, table, ground, columns, (key, list(keys))):
        found = tuple(tuple(_plain(row[one]) for one in several) for several in here)
        values = {name: row[table.column(name)] for name in names}
        yield _version(place, table, row, (_plain(row[key]),), found, values)


def of_matches(
    query: Query, district: District, derived: Derived, place: int, match: Match, wanted: set[tuple[Any, ...]]
) -> Iterable[Version]:
    table = district.tables[match.of]
    join = next((name for name, one in derived.joins.items() if one is match), "")
    names = [shown.name for shown in derived.show if join and shown.join == join]
    there = [column(table, theirs) for theirs, _ in match.on]
    each = table.column(match.each) if isinstance(match, Expected) and match.each else ""
    columns = [*there, *(table.column(name) for name in names), *([each] if each else [])]
    first = list({values[0] for values in wanted if None not in values})
    if not first:
        return
    for row in _versions(query, district, table, match, columns, (there[0], first)):
        values = {name: row[table.column(name)] for name in names}
        found = tuple(_plain(row[one]) for one in there)
        yield _version(place, table, row, found, (), values, row[each] if each else None)


def _version(
    place: int,
    table: Table,
    row: Mapping[str, Any],
    there: tuple[Any, ...],
    here: tuple[tuple[Any, ...], ...],
    values: Mapping[str, Any],
    slot: str | None = None,
) -> Version:
    return Version(
        place,
        table.number,
        row["id"],
        row["code"],
        row["unit"],
        row["office"],
        row["known_at"],
        row["known_until"],
        row["first_day"],
        row["last_day"],
        there,
        here,
        {name: _json(value) for name, value in values.items() if value is not None},
        slot,
    )


def _versions(
    query: Query, district: District, table: Table, source: Source, columns: Sequence[str], found: tuple[str, list[Any]]
) -> list[dict[str, Any]]:
    """Versions of the source's records with one of some values in a column, where its condition holds on some day.

    What was removed from a register that is kept is not there.
    """
    writer = _Writer(district, table)
    inner: list[str] = []
    params: list[Any] = []
    if source.span.standing is not None:
        sql, more = writer.sql(source.span.standing)
        inner.append(f"{sql} is true")
        params += more
    if table.ledger.kept_by:
        inner.append("v.state <> 'removed'")
    first, last = days_sql(source.span, writer.node)
    names = list(dict.fromkeys(["id", "code", "unit", "office", "known_at", *columns]))
    chosen = ", ".join(f"v.{name}" for name in names)
    used = ", ".join(table.all_columns)
    among = f"where district = %s and not hidden and {found[0]} = any(%s)"
    where = " and ".join(["true", *inner])
    return query.rows(
        f"select * from (select {chosen}, nullif(v.until, 'infinity') as known_until, {first} as first_day, {last} as last_day "
        f"from (select {used}, 'infinity'::timestamptz as until from {table.name} {among} "
        f"union all select {used}, until from {table.name}_h {among}) v where {where}) found where first_day <= last_day",
        [*([district.id, found[1]] * 2), *params],
    )


class _Writer:
    """Conditions on a ledger's row `v` as SQL."""

    def __init__(self, district: District, table: Table):
        self.district, self.table = district, table

    def sql(self, expression: Expression) -> tuple[str, list[Any]]:
        return to_sql(
            expression,
            lambda name: f"v.{self.table.column(name)}",
            date.min,  # what is asked of the record itself names no day
            str(self.district.calendar.tz),
            partial(secret_values.indexes, self.district.id),
        )

    def node(self, node: e.Node) -> str:
        return self.sql(Expression("", node.type, (), node))[0]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value
