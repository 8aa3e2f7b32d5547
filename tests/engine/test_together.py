"""Statements sent at once: all or nothing, and a failure leaves the connection as good as before."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from django.core.signals import request_started
from django.db import connections

from huying.engine import database, roundtrip

FORTY_TWO = ("select %s::int + 40 as n", [2])


def test_a_failure_leaves_no_statement_that_the_connection_wrongly_counts_on(tianhe):
    for _ in range(database.PREPARE_AFTER):
        database.together(tianhe.id, [FORTY_TWO])
    with pytest.raises(psycopg.Error):  # here it would be prepared
        database.together(tianhe.id, [("select hy.conflict()", []), FORTY_TWO])
    for _ in range(3):
        assert database.together(tianhe.id, [FORTY_TWO]) == [[{"n": 42}]]


def test_the_first_error_is_raised_and_nothing_of_the_rest_was_done(tianhe):
    made = "insert into hy.code_counter values (%s, %s, %s) returning next"
    with pytest.raises(psycopg.errors.DivisionByZero):
        database.together(
            tianhe.id, [(made, [tianhe.id, "at-once", 1]), ("select 1 / %s::int", [0]), FORTY_TWO], "hy_app"
        )
    assert database.direct().value("select count(*) from hy.code_counter where prefix = 'at-once'") == 0


def test_the_reach_ends_with_the_round_trip(tianhe):
    before = database.direct().row("select current_user as who")
    assert database.together(tianhe.id, [("select current_user::text as who", [])]) == [[{"who": "hy_writer"}]]
    assert database.direct().row("select current_user as who") == before


def test_a_rollback_elsewhere_on_the_connection_does_no_harm(tianhe):
    for _ in range(3):
        database.together(tianhe.id, [FORTY_TWO])
    for _ in range(3):
        database.direct().value("select 1")
    with pytest.raises(ValueError), database.writing(tianhe.id):
        raise ValueError
    database.direct().run("deallocate all")
    assert database.together(tianhe.id, [FORTY_TWO]) == [[{"n": 42}]]


def test_more_texts_than_a_connection_remembers_are_let_go_of_again(tianhe):
    for n in range(roundtrip.KNOWN_MOST + 20):
        for _ in range(2):
            assert database.together(tianhe.id, [(f"select %s::int + {n} as n", [1])]) == [[{"n": n + 1}]]
    database.together(tianhe.id, [FORTY_TWO])
    kept = database.direct().value("select count(*) from pg_prepared_statements where name like 'hy%%'")
    assert kept <= roundtrip.KNOWN_MOST
    assert database.together(tianhe.id, [("select %s::int + 0 as n", [1])]) == [[{"n": 1}]]


def test_what_does_not_fit_the_line_at_once_arrives_whole(tianhe):
    text = "字" * 6_000_000
    found = database.together(tianhe.id, [("select %s::text as t", [text]), ("select length(%s::text) as n", [text])])
    assert found == [[{"t": text}], [{"n": len(text)}]]


def test_a_text_with_nul_is_refused_before_anything_is_sent(tianhe):
    with pytest.raises(psycopg.DataError):
        database.together(tianhe.id, [FORTY_TWO, ("select %s::text", ["a\0b"])])
    assert database.together(tianhe.id, [FORTY_TWO]) == [[{"n": 42}]]


def test_a_request_finds_a_new_connection_where_the_kept_one_was_cut(tianhe, monkeypatch):
    wrapper = connections["default"]
    monkeypatch.setitem(wrapper.settings_dict, "CONN_MAX_AGE", None)
    wrapper.close()
    pid = database.direct().value("select pg_backend_pid()")
    request_started.send(sender=None)
    assert database.direct().value("select pg_backend_pid()") == pid, "it is kept from one request to the next"
    with psycopg.connect(**wrapper.get_connection_params() | {"autocommit": True}) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [pid])
    request_started.send(sender=None)
    assert database.together(tianhe.id, [FORTY_TWO]) == [[{"n": 42}]]
    assert database.direct().value("select pg_backend_pid()") != pid
    wrapper.close()


def test_a_kept_connection_ends_with_its_thread(tianhe, monkeypatch):
    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", None)
    found = []
    thread = threading.Thread(target=lambda: found.append(database.direct().value("select pg_backend_pid()")))
    thread.start()
    thread.join()
    for _ in range(200):  # the server takes a moment to see it
        if not database.direct().value("select count(*) from pg_stat_activity where pid = %s", found):
            return
        time.sleep(0.05)
    raise AssertionError("its server process is still there")
