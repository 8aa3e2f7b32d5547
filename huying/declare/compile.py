"""An expression as SQL for many records: the same answers as evaluate gives for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from huying.declare import expressions as e


def to_sql(
    expression: e.Expression,
    column: Callable[[str], str],
    today: date | str,
    zone: str = "Asia/Shanghai",
    indexes: Callable[[str], Sequence[bytes]] | None = None,
) -> tuple[str, list[Any]]:
    """The expression as PostgreSQL, and its parameters for psycopg's %s.

    column  gives the SQL of a stored value by its name: `opened_at`, `depth_cm`, `where_lng`; a percent sign in
            it is written twice. Text columns are `collate "C"`, numbers of any numeric type, times timestamptz.
    today   the district's day
    zone    the district's zone
    indexes gives the blind indexes a text may be kept under, where a secret field is compared; `column` then gives
            the column of its index

    Numbers and dates stand in the text, written by us from checked values; text goes into the parameters.
    """
    writer = _Writer(column, date.fromisoformat(str(today)), zone, indexes)
    return writer.sql(expression.tree), writer.params


_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]*")


class _Writer:
    def __init__(
        self,
        column: Callable[[str], str],
        today: date,
        zone: str,
        indexes: Callable[[str], Sequence[bytes]] | None = None,
    ):
        if not _ZONE.fullmatch(zone):
            raise ValueError(f"not the name of a time zone: {zone!r}")
        self.column, self.today, self.zone, self.indexes = column, today, zone, indexes
        self.params: list[Any] = []

    def sql(self, node: e.Node) -> str:
        match node:
            case e.Const(value):
                return self.const(value)
            case e.Name():
                return self.name(node)
            case e.Not(item):
                return f"(not {self.sql(item)})"
            case e.All(op, items):
                return "(" + f" {op} ".join(self.sql(item) for item in items) + ")"
            case e.Compare(op, e.Name(secret=True) as name, e.Const(value)) | e.Compare(
                op, e.Const(value), e.Name(secret=True) as name
            ):
                return self.matches(name, [value], "" if op == "=" else "not ")
            case e.Compare(op, left, right):
                return f"({self.sql(left)} {'<>' if op == '!=' else op} {self.sql(right)})"
            case e.Arithmetic(op, left, right):
                return f"({self.sql(left)} {op} {self.sql(right)})"
            case e.In(e.Name(secret=True) as item, values):
                return self.matches(item, [const.value for const in values])
            case e.In(item, values):
                return f"({self.sql(item)} in ({', '.join(self.const(const.value) for const in values)}))"
            case e.IsNull(item):
                if isinstance(item, e.Name) and item.column != "today":
                    return f"({self.column(item.column)} is null)"
                return f"({self.sql(item)} is null)"
        return self.call(node.name, [self.sql(arg) for arg in node.args])

    def matches(self, name: e.Name, texts: Sequence[Any], negated: str = "") -> str:
        """Whether a secret field is one of the texts, by its blind index."""
        if self.indexes is None:
            raise ValueError(f"{name.name} is secret and cannot be compared here")
        self.params.append([index for text in texts for index in self.indexes(str(text))])
        return f"({negated}{self.column(name.column)} = any(%s::bytea[]))"

    def const(self, value: str | Decimal | bool | date) -> str:
        match value:
            case bool():
                return "true" if value else "false"
            case Decimal():
                return f"{value:f}" if value >= 0 else f"({value:f})"
            case date():
                return f"date '{value.isoformat()}'"
        self.params.append(value)
        return "%s::text"

    def name(self, name: e.Name) -> str:
        if name.column == "today":
            return self.const(self.today)
        column = self.column(name.column)
        if name.day_of_time:
            return f"(({column} at time zone '{self.zone}')::date)"
        if name.type == "number":
            return f"(({column})::numeric)"
        return f"(({column})::text)" if name.uuid else column

    def call(self, name: str, args: list[str]) -> str:
        match name:
            case "year" | "month":
                return f"(extract({name} from {args[0]})::numeric)"
            case "days_between":
                return f"((({args[1]})::date - ({args[0]})::date)::numeric)"
            case "length":
                return f"(char_length({args[0]})::numeric)"
            case "contains":
                return f"(strpos({args[0]}, {args[1]}) > 0)"
            case "starts":
                return f"starts_with({args[0]}, {args[1]})"
            case "months_between":
                return _months(*args)
            case "years_between":
                return f"div({_months(*args)}, 12)"
        return f"abs({args[0]})"


def _months(first: str, last: str) -> str:
    """Whole months between two days; the SQL of a day holds no parameter, so it may be written several times."""

    def whole(a: str, b: str) -> str:
        end = f"date_trunc('month', {b}::timestamp) + interval '1 month' - interval '1 day'"
        ends = f"least(extract(day from {a}), extract(day from {end}))"
        months = f"(extract(year from {b}) - extract(year from {a})) * 12"
        months += f" + extract(month from {b}) - extract(month from {a})"
        return f"({months} - case when extract(day from {b}) < {ends} then 1 else 0 end)"

    return (
        f"((case when {first} <= {last} then {whole(first, last)}"
        f" when {first} > {last} then - {whole(last, first)} end)::numeric)"
    )
