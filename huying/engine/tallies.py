"""Many numbers over one ledger in one statement: what a form asks in its cells, counted within the reach of who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from huying.declare.compile import to_sql
from huying.declare.expressions import All, Expression
from huying.engine import access, database, secret_values
from huying.engine.packs import District
from huying.engine.people import Actor

BATCH = 400  # numbers a statement gives


@dataclass(frozen=True)
class Asked:
    """One number: how many records meet all conditions, or the sum of a field over them.

    sum  a field of type integer, number or money (in fen); empty: a count
    """

    conditions: tuple[Expression, ...]
    sum: str = ""


def tally(district: District, actor: Actor, ledger: str, asked: Sequence[Asked]) -> list[Decimal | None]:
    """A number for each question, in order; None where nothing could be added up.

    Raises access.Refused for a ledger, or a field in a condition, that is not for the actor.
    """
    table = district.tables[ledger]
    reach = access.reach_for(table.ledger, actor)
    visible = {*access.visible_fields(table.ledger, actor.kinds)}
    closed = {n for n in table.ledger.fields if n not in visible}
    for one in asked:
        if closed & {one.sum, *(name for condition in one.conditions for name in condition.columns)}:
            raise access.Refused("这里的栏目不在您的$post范围内 | A field of this is not for your $post")
    indexes = partial(secret_values.indexes, district.id)
    found: list[Decimal | None] = []
    with database.reading(reach) as query:
        for start in range(0, len(asked), BATCH):
            columns, params = [], list[Any]()
            for number, one in enumerate(asked[start : start + BATCH]):
                sql, more = "true", list[Any]()
                if joined := together(one.conditions):
                    sql, more = to_sql(
                        joined,
                        lambda name: f"l.{table.column(name)}",
                        district.today(),
                        str(district.calendar.tz),
                        indexes,
                    )
                what = f"sum(l.{table.column(one.sum)})" if one.sum else "count(*)"
                columns.append(f"{what} filter (where {sql}) as c{number}")
                params += more
            row = query.row(
                f"select {', '.join(columns)} from {table.name} l where l.district = %s and not l.hidden",
                [*params, district.id],
            )
            found += [None if value is None else Decimal(value) for value in (row or {}).values()]
    return found


def together(conditions: Sequence[Expression]) -> Expression | None:
    """All conditions as one; None where there are none."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    names = sorted({name for one in conditions for name in one.names})
    text = " and ".join(f"({one.text})" for one in conditions)
    return Expression(text, "boolean", tuple(names), All("and", tuple(one.tree for one in conditions)))
