"""The one way to the tables: rows as the application itself, reads within a reach, acts, and owner's work.

Row-level security is the second lock for reads: `reading` sets the role and the reach for one transaction
(`hy_all` the district, `hy_some` units, `hy_office` offices, `hy_part` what is shared with offices). Nothing is
ever set beyond a transaction, so a kept connection carries nothing over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from django.db import connections
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row, tuple_row
from psycopg.types.datetime import TimestamptzLoader

from huying.engine.roundtrip import RoundTrips, Row, Statement

C = TypeVar("C", bound=psycopg.Cursor)
_counting: ContextVar[Count | None] = ContextVar("counting", default=None)
PREPARE_AFTER = 2  # runs of one text, by connection
PREPARED_MOST = 400
_AS_WRITER = "select set_config('role', %s, true), set_config('hy.district', %s, true)"
_AS_READER = f"{_AS_WRITER}, set_config('hy.reach', %s, true), set_config('hy.offices', %s, true)"


@dataclass(frozen=True)
class Reach:
    """What one reader may see. role: hy_all, hy_some (units), hy_office, hy_part (offices), or "" for nothing."""

    district: int
    role: str
    units: tuple[int, ...] = ()
    offices: tuple[int, ...] = ()


class Query:
    """Statements of one transaction."""

    def __init__(self, connection: psycopg.Connection):
        self.connection = connection

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """All rows as dicts."""
        _count()
        with _quick(psycopg.Cursor(self.connection, row_factory=dict_row)) as cursor:
            return cursor.execute(sql, params or None).fetchall()

    def row(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def tuples(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows as tuples."""
        _count()
        with _quick(psycopg.Cursor(self.connection, row_factory=tuple_row)) as cursor:
            return cursor.execute(sql, params or None).fetchall()

    def value(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.tuples(sql, params)
        return found[0][0] if found else None

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Execute; the number of rows touched."""
        _count()
        with psycopg.Cursor(self.connection) as cursor:
            return cursor.execute(sql, params or None).rowcount

    def copy(self, sql: str, rows: str) -> None:
        """Run a `copy … from stdin` with rows in its text form."""
        _count()
        with psycopg.Cursor(self.connection) as cursor, cursor.copy(sql) as copy:
            copy.write(rows)

    def run_many(self, sql: str, many: Iterable[Sequence[Any]]) -> None:
        """Execute once per parameter list, pipelined."""
        _count()
        with psycopg.Cursor(self.connection) as cursor:
            cursor.executemany(sql, many)


def raw(alias: str = "default") -> psycopg.Connection:
    """Django's connection of this thread, as psycopg's own."""
    wrapper = connections[alias]
    wrapper.close_if_health_check_failed()  # looks once a request
    wrapper.ensure_connection()
    connection = wrapper.connection
    if connection.prepare_threshold is None:  # Django's default; ours are few texts, run again and again
        connection.prepare_threshold, connection.prepared_max = PREPARE_AFTER, PREPARED_MOST
    return connection


def direct() -> Query:
    """The house's own tables (district, unit, post, notice …): no role, no records, each statement by itself."""
    return Query(raw())


@contextmanager
def reading(reach: Reach) -> Iterator[Query]:
    """A transaction that sees what `reach` admits, and no more."""
    connection = raw()
    with connection.transaction():
        query = Query(connection)
        query.run(_AS_READER, _reader(reach))
        yield query


@contextmanager
def writing(district: int, role: str = "hy_writer") -> Iterator[Query]:
    """A transaction of acts (or, with another role, of a job) in one district."""
    connection = raw()
    with connection.transaction():
        query = Query(connection)
        query.run(_AS_WRITER, [role, str(district)])
        yield query


def together(district: int, statements: Sequence[Statement], role: str = "hy_writer") -> list[list[Row]]:
    """One transaction of statements that do not wait for each other: sent at once, one round trip.

    Statements hold no percent sign but in %s. Returns the rows of each. Raises what psycopg raises, and then nothing was done.
    """
    connection = raw()
    if connection.info.transaction_status != TransactionStatus.IDLE:
        with writing(district, role) as query:
            return [query.rows(*statement) for statement in statements]
    return _at_once(connection, (_AS_WRITER, [role, str(district)]), statements)


def asked(reach: Reach, statements: Sequence[Statement]) -> list[list[Row]]:
    """What `reading` would find by each statement, in one round trip; statements as for `together`."""
    connection = raw()
    if connection.info.transaction_status != TransactionStatus.IDLE:
        with reading(reach) as query:
            return [query.rows(*statement) for statement in statements]
    return _at_once(connection, (_AS_READER, _reader(reach)), statements)


def _at_once(connection: psycopg.Connection, first: Statement, statements: Sequence[Statement]) -> list[list[Row]]:
    kept = connections["default"].__dict__.get("round_trips")
    if kept is None or kept.connection is not connection:
        kept = connections["default"].__dict__["round_trips"] = RoundTrips(connection)
    for _ in statements:
        _count()
    return kept.run([first, *statements])[1:]


def _quick(cursor: C) -> C:
    """The cursor with psycopg's own loader of moments, in C; Django's, in Python, costs sixteen times as much."""
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    return cursor


@contextmanager
def owning(lock_timeout: str = "") -> Iterator[Query]:
    """A transaction as the owner: migrations, `apply`, tables. A request uses it only to put a ledger in force."""
    connection = raw("owner")
    with connection.transaction():
        query = Query(connection)
        query.run("select set_config('search_path', 'hy, public', true)")
        if lock_timeout:
            query.run("select set_config('lock_timeout', %s, true)", [lock_timeout])
        yield query


class Count:
    """How many statements ran (asserted in tests, stored beside them)."""

    n = 0


@contextmanager
def counting() -> Iterator[Count]:
    """Counts our statements and Django's in this thread, and ours in threads that work in its context."""
    count = Count()
    before = _counting.set(count)

    def wrapper(execute, sql, params, many, context):
        count.n += 1
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(wrapper):
        try:
            yield count
        finally:
            _counting.reset(before)


def _count() -> None:
    if current := _counting.get():
        current.n += 1


def _reader(reach: Reach) -> list[str]:
    units = "*" if reach.role == "hy_all" else _array(reach.units)
    return [reach.role, str(reach.district), units, _array(reach.offices)]


def _array(ids: Sequence[int]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"
