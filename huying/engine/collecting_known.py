"""What a form need not ask: values taken from the ledgers that hold them, for many fillers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from huying.declare.compile import to_sql
from huying.declare.forms import OFFICE, Form, Known
from huying.declare.kinds import Field
from huying.engine import database, secret_values
from huying.engine.collecting_asked import Filler
from huying.engine.database import Reach
from huying.engine.packs import District
from huying.engine.places import Tree
from huying.engine.records import source_of


def known_values(
    district: District, tree: Tree, form: Form, asked: Sequence[Filler], as_of: datetime | None = None
) -> dict[Filler, dict[str, Any]]:
    """field -> value for each filler; one round trip, whatever the number of fillers and fields.

    The whole district is read, as the declaration says what may be taken: counts and sums of a filler's own area or
    office, and open values of its one record; of the record that the answer is about, where there is one for each.
    Nothing is said (and the field is asked) where the ledger holds no record of it.
    """
    names = [name for name in form.asks if name in form.known]
    if not names or not asked:
        return {}
    by = "office" if form.level == OFFICE else "unit"
    ways = {name: "id" if form.each and form.known[name].of == form.each.of else by for name in names}
    statements = [_statement(district, form.known[name], ways[name], as_of) for name in names]
    answers = database.asked(Reach(district.id, "hy_all"), statements)
    found: dict[Filler, dict[str, Any]] = {one: {} for one in asked}
    places = {one: [one.post.office] if by == "office" else tree.under(one.unit) for one in asked}
    fields = district.rules.ledgers[form.name].fields
    for name, rows in zip(names, answers, strict=True):
        rows_at = {row["place"]: row for row in rows}
        for one in asked:
            mine = [one.about] if ways[name] == "id" else places[one]
            own = [rows_at[place] for place in mine if place in rows_at]
            value = _value(form.known[name], own)
            if value is not None:
                found[one][name] = _as_kept(fields[name], value)
    return found


def each_of(
    district: District, tree: Tree, form: Form, asked: Sequence[Filler], as_of: datetime | None = None
) -> list[Filler]:
    """One for each record that the form asks about, with the filler of its area; one statement."""
    each = form.each
    source, params = _source(district, each, as_of)
    [rows] = database.asked(
        Reach(district.id, "hy_all"), [(f"select l.id, l.unit from ({source}) l where _c order by l.code", params)]
    )
    whose = {unit: one for one in asked for unit in tree.under(one.unit)}
    return [replace(whose[row["unit"]], about=row["id"]) for row in rows if row["unit"] in whose]


def _source(district: District, known: Known, as_of: datetime | None) -> tuple[str, list[Any]]:
    """The records of a ledger, `_c` saying whether each counts."""
    table = district.tables[known.of]
    condition, params = "true", []
    if known.among is not None:
        condition, params = to_sql(
            known.among,
            lambda name: f"l.{table.column(name)}",
            district.today(),
            str(district.calendar.tz),
            partial(secret_values.indexes, district.id),
        )
    source, first = source_of(table, as_of)
    sql = f"select l.*, ({condition}) is true as _c from {source} where l.district = %s and not l.hidden and l.state <> 'removed'"
    return sql, [*params, *first, district.id]


def _statement(district: District, known: Known, by: str, as_of: datetime | None) -> tuple[str, list[Any]]:
    """place, held (records there are), n (that count), total and one value of them."""
    table = district.tables[known.of]
    column = f"l.{table.column(known.field)}" if known.field else "null"
    total = f"sum({column}) filter (where _c)" if known.how == "sum" else "null"
    value = f"min({column}::text) filter (where _c)" if known.how == "value" else "null"
    inner, params = _source(district, known, as_of)
    return (
        f"select l.{by} as place, count(*) as held, count(*) filter (where _c) as n, {total} as total, {value} as value "
        f"from ({inner}) l group by l.{by}",
        params,
    )


def _value(known: Known, rows: Sequence[dict[str, Any]]) -> Any:
    """One value over all places of a filler; None where nothing is held, or where one record was to be and several are."""
    if not any(row["held"] for row in rows):
        return None
    counted = sum(row["n"] for row in rows)
    if known.how == "count":
        return counted
    if known.how == "sum":
        return sum(row["total"] for row in rows if row["total"] is not None)
    return next((row["value"] for row in rows if row["value"] is not None), None) if counted == 1 else None


def _as_kept(field: Field, value: Any) -> Any:
    """The value as an act takes it."""
    match field.type:
        case "integer" | "money" | "area" | "office" | "post":
            return int(value)
        case "number":
            number = Decimal(value)
            return number.normalize() + 0 if number == number.to_integral() and abs(number) < 10**15 else number
        case "boolean":
            return value in (True, "true")
        case "date":
            return date.fromisoformat(str(value))
        case "record":
            return UUID(str(value))
    return value
