"""Statements sent at once: all or nothing, and a failure leaves the connection as good as before."""

from __future__ import annotations

import psycopg
import pytest

from huying.engine import database


def test_a_failure_leaves_no_statement_that_the_connection_wrongly_counts_on(tianhe):
    behind = ("select %s::int + 40 as n", [2])
    for _ in range(database.PREPARE_AFTER):
        database.together(tianhe.id, [behind])
    with pytest.raises(psycopg.Error):  # here it would be prepared
        database.together(tianhe.id, [("select hy.conflict()", []), behind])
    for _ in range(3):
        assert database.together(tianhe.id, [behind]) == [[{"n": 42}]]
