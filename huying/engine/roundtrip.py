"""Statements that do not wait for each other: one round trip, one transaction.

psycopg's pipeline does the same by a cursor and some generators for each statement; an act of two statements spends a
tenth of its time there. Here libpq's pipeline is driven by hand, with psycopg's own adapters for values and rows.
"""

from __future__ import annotations

import select
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.datetime import TimestamptzLoader

Row = dict[str, Any]
Statement = tuple[str, Sequence[Any]]
KNOWN_MOST = 400  # statements that one connection remembers
_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class _Known:
    """A statement that was sent before. name: of the prepared one; names: of its columns."""

    __slots__ = ("name", "names")

    def __init__(self) -> None:
        self.name, self.names = b"", ()


class RoundTrips:
    """What one connection has prepared, and how it reads rows. Used by one thread, as the connection is."""

    def __init__(self, connection: psycopg.Connection):
        self.connection, self._pgconn = connection, connection.pgconn
        cursor = psycopg.RawCursor(connection)
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        self._adapt = Transformer(cursor)
        self._known: OrderedDict[tuple[str, tuple[int, ...]], _Known] = OrderedDict()
        self._leaving: list[bytes] = []  # prepared statements to let go of
        self._count = 0
        self._line = select.poll()
        self._line.register(self._pgconn.socket, select.POLLIN)

    def run(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """The rows of each. Between transactions only. Raises what psycopg raises, and then nothing was done.

        Statements hold no percent sign but in %s.
        """
        ready = [self._dumped(*statement) for statement in statements]
        try:
            return self._run(ready)
        except errors.InvalidSqlStatementName:  # psycopg lets go of all that is prepared after a rollback, ours too
            self._look_again()
            return self._run(ready)

    def _look_again(self) -> None:
        """Forget what the server has let go of."""
        standing = {name.encode() for (name,) in self.connection.execute("select name from pg_prepared_statements")}
        self._leaving = [name for name in self._leaving if name in standing]
        for known in self._known.values():
            if known.name not in standing:
                known.name, known.names = b"", ()

    def _run(self, ready: list[tuple[str, Any, tuple[int, ...], Any]]) -> list[list[Row]]:
        pgconn = self._pgconn
        pgconn.enter_pipeline_mode()
        try:
            leaving = len(self._leaving)
            commands = [self._let_go(name) for name in self._leaving]
            commands += [command for one in ready for command in self._send(*one)]
            pgconn.pipeline_sync()
            results = self._results()
            pgconn.exit_pipeline_mode()
        except BaseException:
            self.connection.close()  # half an answer may lie on the line
            raise
        found, failed = [], None
        for (known, prepares), result in zip(commands, results, strict=True):
            if result.status not in _DONE:  # failed, or skipped behind what failed
                failed = failed or result
                if prepares:
                    known.name = b""
            elif known and not prepares and not failed:
                found.append(self._rows(known, result))
        if failed:
            raise errors.error_from_result(failed, encoding="utf-8")
        del self._leaving[:leaving]
        return found

    def _dumped(self, sql: str, params: Sequence[Any]) -> tuple[str, Any, tuple[int, ...], Any]:
        adapt = self._adapt
        if not params:
            return sql, None, (), None
        values = adapt.dump_sequence(params, [PyFormat.AUTO] * len(params))
        return sql, values, tuple(adapt.types), adapt.formats

    def _let_go(self, name: bytes) -> tuple[None, bool]:
        self._pgconn.send_query_params(b"deallocate " + name, None)
        return None, False

    def _send(self, sql: str, values: Any, types: tuple[int, ...], formats: Any) -> list[tuple[_Known | None, bool]]:
        """Put one statement on the line, prepared from its second run on: for each command sent, its statement and whether it prepares."""
        pgconn, sent = self._pgconn, []
        known = self._known.get((sql, types))
        if known is None:
            known = self._known[sql, types] = _Known()
            if len(self._known) > KNOWN_MOST and (old := self._known.popitem(last=False)[1]).name:
                self._leaving.append(old.name)
            pgconn.send_query_params(_numbered(sql), values, types or None, formats)
        else:
            self._known.move_to_end((sql, types))
            if not known.name:
                self._count += 1
                known.name = b"hy%d" % self._count
                pgconn.send_prepare(known.name, _numbered(sql), types or None)
                sent.append((known, True))
            pgconn.send_query_prepared(known.name, values, formats)
        sent.append((known, False))
        return sent

    def _results(self) -> list[pq.abc.PGresult]:
        """The result of each command up to the sync; waits without holding up other threads."""
        pgconn, found = self._pgconn, []
        while pgconn.flush():  # more than the line takes at once
            self._line.modify(pgconn.socket, select.POLLIN | select.POLLOUT)
            self._line.poll()
            pgconn.consume_input()
            self._line.modify(pgconn.socket, select.POLLIN)
        while True:
            while pgconn.is_busy():
                self._line.poll()
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is None:  # between two commands
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return found
            found.append(result)

    def _rows(self, known: _Known, result: pq.abc.PGresult) -> list[Row]:
        if not result.ntuples:
            return []
        names = known.names or tuple(result.fname(n).decode() for n in range(result.nfields))
        if known.name:
            known.names = names
        self._adapt.set_pgresult(result)
        return self._adapt.load_rows(0, result.ntuples, lambda values: dict(zip(names, values, strict=True)))


@lru_cache(maxsize=4096)
def _numbered(sql: str) -> bytes:
    """The statement with $1, $2 … for its %s, as it is sent."""
    first, *rest = sql.split("%s")
    return (first + "".join(f"${n}{text}" for n, text in enumerate(rest, 1))).encode()
