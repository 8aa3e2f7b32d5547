"""Followers miss nothing: events are taken in the order of their transactions."""

from __future__ import annotations

import pytest

from huying.engine import database, following, packs, places
from huying.engine.acts import Act
from huying.engine.flows import take_step
from tests.engine.small import actor_of

PLACE = {"name": "某站", "unit": 0, "where": (113.37, 23.19)}


@pytest.fixture
def two_events(tianhe: packs.District) -> packs.District:
    """A district whose last two events were written by transactions 9 and 10."""
    keeper = actor_of(tianhe, "diaodu")
    unit = places.tree(tianhe.id, tianhe.today()).by_code["440106018000"].id
    ids = [
        take_step(tianhe, Act("command.place", "add", keeper, {**PLACE, "unit": unit, "sign": sign})).record
        for sign in ("X-1", "X-2")
    ]
    with database.owning() as query:
        query.run("update event set tx = '1'::xid8 where district = %s", [tianhe.id])
        for record, tx in zip(ids, ("9", "10"), strict=True):
            query.run("update event set tx = %s::xid8 where district = %s and record = %s", [tx, tianhe.id, record])
    return tianhe


def test_transaction_ten_comes_after_transaction_nine(two_events):
    with database.writing(two_events.id) as query:
        assert following.cursor(query, two_events.id).startswith("10.")
        batch = following.next_batch(query, two_events.id, "nobody", 10_000)
    assert [row["tx"] for row in batch.rows][-2:] == ["9", "10"]


def test_a_follower_that_stands_at_nine_is_given_ten_only(two_events):
    with database.writing(two_events.id) as query:
        rows = following.next_batch(query, two_events.id, "nobody", 10_000).rows
        nine = [row for row in rows if row["tx"] == "9"]
        batch = following.Batch(nine, ("9", nine[-1]["n"]), None)
    connection = database.raw()
    with connection.transaction():
        following.advance(database.Query(connection), two_events.id, "nobody", batch)
    with database.writing(two_events.id) as query:
        assert [row["tx"] for row in following.next_batch(query, two_events.id, "nobody", 10).rows] == ["10"]


def test_what_comes_by_sheets_and_by_other_ways_is_followed_apart_and_nothing_is_read_twice(two_events):
    with database.owning() as query:
        query.run("update event set via = 'import' where district = %s and tx <> '10'::xid8", [two_events.id])
    seen = {}
    for imports in (True, False):
        with database.writing(two_events.id) as query:
            batch = following.next_batch(query, two_events.id, f"lane {imports}", 10_000, imports)
        seen[imports] = [row["tx"] for row in batch.rows]
        with database.raw().transaction():
            following.advance(database.direct(), two_events.id, f"lane {imports}", batch)
        with database.writing(two_events.id) as query:
            assert following.next_batch(query, two_events.id, f"lane {imports}", 10_000, imports).end is None
    assert seen[False] == ["10"] and seen[True][-1] == "9" and "10" not in seen[True]
