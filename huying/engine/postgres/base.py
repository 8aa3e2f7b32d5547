"""Django's PostgreSQL backend, with connections that threads keep: looked at without asking, opened with patience.

Django asks a kept connection `SELECT 1` before the first statement of every request. Here its line is read instead,
which costs no round trip: a server that has gone has hung up.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus, TransactionStatus

PAUSE = 0.2  # seconds between two tries to connect
_thread = threading.local()


class _Kept:
    """Held by a thread alone, so that its connection ends with it: Django's wrapper lies in cycles, and would stay."""

    def __init__(self, connection: psycopg.Connection):
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class DatabaseWrapper(base.DatabaseWrapper):
    """PATIENCE in the settings: seconds for which to try to connect, while the server may be starting again."""

    def is_usable(self) -> bool:
        """Whether the connection is between transactions and its server has not hung up."""
        connection = self.connection
        if connection is None or connection.closed:
            return False
        try:
            for _ in range(2):  # a parting word, then the end of the line
                connection.pgconn.consume_input()
                connection.pgconn.is_busy()
        except psycopg.OperationalError:
            return False
        return (
            connection.pgconn.status == ConnStatus.OK and connection.info.transaction_status == TransactionStatus.IDLE
        )

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection:
        until = time.monotonic() + self.settings_dict.get("PATIENCE", 0)
        while True:
            try:
                connection = super().get_new_connection(conn_params)
                if self.settings_dict["CONN_MAX_AGE"] is None:
                    _thread.__dict__[self.alias] = _Kept(connection)
                return connection
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(PAUSE)
