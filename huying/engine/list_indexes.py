"""Indexes by which large ledgers are sorted and filtered: every open field has one, once there are many records.

A small ledger needs none, and one that is being filled would pay for them row by row: so they come when a ledger is large
and has stopped growing, one after another, without holding up whoever reads or writes. What a ledger no longer has loses
its index again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

from huying.engine import database, packs, paging
from huying.engine.database import Query
from huying.engine.schema import Table

LARGE = 20_000  # records; fewer are read through in a few milliseconds
GROWN = 1_000  # records more than at the last look: it is being filled
PATIENCE = "10s"  # for whoever holds the table
_LOCK = 0x68797869
NOT_SORTED = ("photos", "point")


class Keeper:
    """Looks again and again. It remembers how many records there were."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def look(self) -> list[str]:
        """Make and drop what is due now; the names of the indexes made. A table that is busy waits for the next look."""
        tables = {table.name: table for row in packs.districts() for table in packs.current(row["id"]).tables.values()}
        wanted: dict[str, dict[str, str]] = {}
        for row in packs.districts():
            for table in packs.current(row["id"]).tables.values():
                wanted.setdefault(table.name, {}).update(indexes(table))
        sizes = _sizes()
        quiet = {name for name in tables if sizes.get(name, 0) - self.seen.get(name, -GROWN - 1) <= GROWN}
        self.seen = sizes
        large = {name: wanted[name] for name in quiet if sizes.get(name, 0) >= LARGE}
        return bring_up(large) if large else []


def indexes(table: Table) -> dict[str, str]:
    """Name -> what it is over, for each index that a large ledger has; a row that is hidden is in none of them."""
    fields = table.ledger.fields
    sorted_by = [name for name in table.single if fields[name].type not in NOT_SORTED]
    found = {}
    for name in [*sorted_by, "closed_at", "due_at"]:
        key = paging.key_of(table, name)[0].replace("l.", "")
        column = table.column(name)
        index = f"l{table.number}_list_{column}"
        if len(index) > 63:
            index = f"l{table.number}_list_{hashlib.sha256(column.encode()).hexdigest()[:16]}"
        found[index] = f"{table.name} (district, ({key}), opened_at) where not hidden"
    return found


def bring_up(wanted: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Of these tables, name -> their indexes: make what there is not yet, drop what there should not be. The names made."""
    made: list[str] = []
    with _alone() as query:
        if query is None:
            return made
        for table, own in wanted.items():
            standing = dict(
                query.tuples(
                    "select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid "
                    "where i.indrelid = %s::regclass and c.relname like %s",
                    [table, f"{table.removeprefix('hy.')}\\_list\\_%"],
                )
            )
            for name, valid in standing.items():
                if not valid or name not in own:  # cut off while it was made, or of a field that is no more
                    query.run(f"drop index concurrently if exists hy.{name}")
            for name, over in own.items():
                if not standing.get(name):
                    query.run(f"create index concurrently if not exists {name} on {over}")
                    made.append(name)
    return made


@contextmanager
def _alone() -> Iterator[Query | None]:
    """The owner's connection outside a transaction, as `concurrently` wants it; None where another process is at it."""
    query = Query(database.raw("owner"))
    if not query.value("select pg_try_advisory_lock(%s)", [_LOCK]):
        yield None
        return
    try:
        query.run(f"set lock_timeout = '{PATIENCE}'")
        yield query
    except psycopg.errors.LockNotAvailable:
        pass  # somebody reads it for long; at the next look what is half made is made anew
    finally:
        query.run("reset lock_timeout")
        query.value("select pg_advisory_unlock(%s)", [_LOCK])


def _sizes() -> dict[str, int]:
    """About how many records each ledger's table holds."""
    found = database.Query(database.raw("owner")).tuples(
        "select 'hy.' || c.relname, greatest(c.reltuples, s.n_live_tup)::bigint from pg_class c "
        "join pg_stat_user_tables s on s.relid = c.oid where s.schemaname = 'hy' and c.relname ~ '^l[0-9]+$'"
    )
    return dict(found)
