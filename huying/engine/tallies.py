"""Many numbers over one ledger in one statement: what a form asks in its cells, counted within the reach of who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from huying.declare.compile import to_sql
from huying.declare.expressions import All, Expression
from huying.engine import access, database, secret_values
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.schema import Table

BATCH = 400  # columns of a statement


@dataclass(frozen=True)
class Asked:
    """One number: how many records meet all conditions, or the sum of a field over them.

    sum    a field of type integer, number or money (in fen); empty: a count
    units  areas in which the records lie; None: anywhere
    """

    conditions: tuple[Expression, ...]
    sum: str = ""
    units: frozenset[int] | None = None


def tally(district: District, actor: Actor, ledger: str, asked: Sequence[Asked]) -> list[Decimal | None]:
    """A number for each question, in order; None where nothing could be added up.

    Questions that differ by their areas alone are one column of one statement, which adds up by area: a form of two
    hundred communities asks no more than one of three streets.

    Raises access.Refused for a ledger, or a field in a condition, that is not for the actor.
    """
    table = district.tables[ledger]
    reach = access.reach_for(table.ledger, actor)
    closed = set(table.ledger.fields) - set(access.visible_fields(table.ledger, actor.kinds))
    for one in asked:
        if closed & {one.sum, *(name for condition in one.conditions for name in condition.columns)}:
            raise access.Refused("这里的栏目不在您的$post范围内 | A field of this is not for your $post")
    columns = list(dict.fromkeys((one.conditions, one.sum) for one in asked))
    found: dict[tuple[tuple[Expression, ...], str], dict[int, Decimal]] = {}
    with database.reading(reach) as query:
        for start in range(0, len(columns), BATCH):
            some = columns[start : start + BATCH]
            sql, params = _statement(district, table, some)
            rows = query.rows(sql, params)
            for number, column in enumerate(some):
                values = ((row["unit"], row[f"c{number}"]) for row in rows)
                found[column] = {unit: Decimal(value) for unit, value in values if value is not None}
    return [_added(found[one.conditions, one.sum], one) for one in asked]


def _statement(
    district: District, table: Table, columns: Sequence[tuple[tuple[Expression, ...], str]]
) -> tuple[str, list[Any]]:
    selected, params = [], list[Any]()
    zone, indexes = str(district.calendar.tz), partial(secret_values.indexes, district.id)
    for number, (conditions, added) in enumerate(columns):
        sql = "true"
        if joined := together(conditions):
            sql, more = to_sql(joined, lambda name: f"l.{table.column(name)}", district.today(), zone, indexes)
            params += more
        what = f"sum(l.{table.column(added)})" if added else "count(*)"
        selected.append(f"{what} filter (where {sql}) as c{number}")
    return (
        f"select l.unit, {', '.join(selected)} from {table.name} l where l.district = %s and not l.hidden group by l.unit",
        [*params, district.id],
    )


def _added(by_unit: Mapping[int, Decimal], asked: Asked) -> Decimal | None:
    values = [value for unit, value in by_unit.items() if asked.units is None or unit in asked.units]
    return sum(values, Decimal(0)) if values or not asked.sum else None


def together(conditions: Sequence[Expression]) -> Expression | None:
    """All conditions as one; None where there are none."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    names = sorted({name for one in conditions for name in one.names})
    text = " and ".join(f"({one.text})" for one in conditions)
    return Expression(text, "boolean", tuple(names), All("and", tuple(one.tree for one in conditions)))
