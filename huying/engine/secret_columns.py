"""The columns of secret fields made anew from what the events hold: when a declaration changes, when keys are rotated.

Everything here runs as the owner.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg

from huying.declare.kinds import Field
from huying.engine import schema, secret_values
from huying.engine.database import Query
from huying.engine.schema import Table
from huying.trouble import Trouble


def settle(query: Query, district: int, table: Table, before: str, now: str) -> None:
    """Bring what a district's ledger holds under its declaration: masks as declared now, and of a private field that
    becomes secret nothing left in the clear. before, now: the ledger's declaration, as stored.

    Raises Trouble for every other change of class while there are values: what was open lies in the history for good,
    and what was kept from eyes stays so.
    """
    for row in query.rows("select field, type, col from hy.ledger_column where ledger = %s", [table.number]):
        field = table.ledger.fields.get(row["field"])
        if field is None:
            continue
        if row["type"].startswith("secret "):
            if not field.mask and _filled(query, district, table, "", f"{row['col']}_index"):
                raise _too_late(table, field, "was-closed", "原来加密", "secret")
            continue
        column = f"{row['col']}_lng" if row["type"] == "point" else row["col"]
        closed = field.name in table.ledger.masked
        if closed and (_filled(query, district, table, "", column) or _filled(query, district, table, "_h", column)):
            raise _too_late(table, field, "was-open", "原来不保密", "open")
        if field.mask:
            _close(query, district, table, column)
        elif not closed and _filled(query, district, table, "_p", column):
            raise _too_late(table, field, "was-closed", "原来遮住", "private")
    if table.ledger.secret and _shown(before) != _shown(now):
        for record in records(query, district, table.number):
            rewrite(query, district, table, record)


def _shown(body: str) -> list[tuple[Any, ...]]:
    """Which fields are secret, and all on which their masks depend."""
    data = json.loads(body)
    forms = data["schema"]["properties"]
    return [
        (name, data.get("mask", {}).get(name), forms[name].get("$ref"), forms[name].get("pattern"))
        for name in sorted(data.get("secret", ()))
    ]


def records(query: Query, district: int, number: int) -> Iterator[UUID]:
    """The records of a ledger that hold encrypted values."""
    rows = query.tuples(
        f"select l.id from hy.l{number} l join hy.record_key k on k.district = l.district and k.record = l.id "
        "where l.district = %s and k.wrapped is not null order by l.id",
        [district],
    )
    return (record for (record,) in rows)


def rewrite(query: Query, district: int, table: Table, record: UUID) -> None:
    """Mask and index of every secret field in the record's row and in its former ones, from its events.

    Raises Trouble where a key says that two records bear the same value.
    """
    query.value(f"select seq from {table.name} where district = %s and id = %s for update", [district, record])
    set_by = secret_values.history(query, district, record)
    for name in (table.name, f"{table.name}_h"):
        for (seq,) in query.tuples(f"select seq from {name} where district = %s and id = %s", [district, record]):
            columns = _columns(district, table, [values for at, values in set_by if at <= seq])
            sets = ", ".join(f"{column} = %s" for column in columns)
            try:
                query.run(
                    f"update {name} set {sets} where district = %s and id = %s and seq = %s",
                    [*columns.values(), district, record, seq],
                )
            except psycopg.errors.UniqueViolation:
                code = table.ledger.title.split(" | ")
                raise Trouble("key-twice", f"《{code[0]}》里有两条记录的关键字段相同。", f"Two records of “{code[-1]}” have the same key.",
                              "先合并或移除重复的。", "Merge or remove the duplicates first.") from None  # fmt: skip


def stale(query: Query, district: int, table: Table, record: UUID) -> bool:
    """Whether the record's row says something else of its secret fields than its events do."""
    row = query.row(f"select * from {table.name} where district = %s and id = %s", [district, record])
    if row is None:
        return False
    values = secret_values.read(query, district, record, table.ledger.secret)
    for name in table.ledger.secret:
        mask, index = (row[column] for column in table.secret[name])
        value = values.get(name)
        wanted = secret_values.indexes(district, value) if value is not None else [None]
        shown = secret_values.masked(table.ledger.fields[name].mask, value) if value is not None else None
        if (bytes(index) if index is not None else None) not in wanted or mask != shown:
            return True
    return False


def _columns(district: int, table: Table, set_by: list[dict[str, Any]]) -> dict[str, Any]:
    """column -> what it holds after these events."""
    stands = {name: value for values in set_by for name, value in values.items()}
    secret = secret_values.given(district, table.ledger, {name: stands.get(name) for name in table.ledger.secret})
    return {
        column: value
        for name in table.ledger.secret
        for column, value in zip(table.secret[name], secret_values.kept(secret[name]), strict=True)
    }


def _filled(query: Query, district: int, table: Table, tail: str, column: str) -> bool:
    """Whether the district has a value in a column of one of the ledger's tables, which need not have it."""
    name = f"l{table.number}{tail}"
    if column not in schema.columns_of(query, name):
        return False
    found = f"select exists (select from {name} where district = %s and {column} is not null)"
    return query.value(found, [district])


def _close(query: Query, district: int, table: Table, column: str) -> None:
    """Take away what stands in the clear of a field that was private; a worker that for a moment still holds it to be
    so writes no more of it (a policy says no without telling the value, as a constraint would in the server's log)."""
    private, rule = f"l{table.number}_p", f"{column}_{district}"
    if column in schema.columns_of(query, private):
        query.run(f"update {private} set {column} = null where district = %s and {column} is not null", [district])
        query.run(f"drop policy if exists {rule} on {private}")
        query.run(
            f"create policy {rule} on {private} as restrictive to hy_writer using (true) "
            f"with check (district <> {district} or {column} is null)"
        )


def _too_late(table: Table, field: Field, code: str, zh: str, en: str) -> Trouble:
    title = table.ledger.title.split(" | ")
    return Trouble(code, f"《{title[0]}》的 {field.name} {zh}，已有内容，密级不能这样改。",
                   f"{field.name} of “{title[-1]}” was {en} and has values: its class cannot change so.",
                   "另设一个字段；已有的内容只能逐条抹除。",
                   "Declare another field; what was entered goes only by erasing its records.")  # fmt: skip
