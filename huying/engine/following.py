"""Following events without loss: every follower reads what is committed below the transaction watermark, once.

Ids are given before commit, so "n > last" would skip the rows of a slow transaction. Below `pg_snapshot_xmin` nothing
more can appear; a batch is taken in order of (tx, n) and its end is the follower's next beginning. Each follower is
idempotent by (event, target): it may do a batch twice, never miss one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huying.engine.database import Query


@dataclass(frozen=True)
class Batch:
    """rows: events in order, with tx as text; end: (tx, n) up to which nothing is left that the follower wants;
    oldest_writer: when the oldest open transaction began."""

    rows: Sequence[dict[str, Any]]
    end: tuple[str, int] | None
    oldest_writer: datetime | None


IMPORT = "import"  # what events of a sheet's rows say they came by


def next_batch(query: Query, district: int, name: str, limit: int, imports: bool | None = None) -> Batch:
    """What follower `name` has not seen yet, at most `limit` events. The transaction must be allowed to read events.

    imports  True: those of sheets that were brought in; False: all others, which then need not wait behind a long
    sheet; None: every event
    """
    at = query.row(
        "select tx::text as tx, after_n from hy.follower where district = %s and name = %s", [district, name]
    ) or {"tx": "0", "after_n": 0}
    new = (
        "district = %s and tx >= %s::xid8 and tx < pg_snapshot_xmin(pg_current_snapshot()) and (tx, n) > (%s::xid8, %s)"
    )
    since = [district, at["tx"], at["tx"], at["after_n"]]
    # Before the rows: what is committed after it was asked is for the next batch.
    last = query.row(
        f"select tx::text as tx, n from hy.event where {new} order by event.tx desc, n desc limit 1", since
    )
    if last is None:
        return Batch([], None, None)
    lane = {None: "", True: f" and via = '{IMPORT}'", False: f" and via <> '{IMPORT}'"}[imports]
    # event.tx, not tx: in "order by" the bare name would be the text beside it, and "10" sorts before "9"
    rows = query.rows(
        "select record, seq, ledger, n, tx::text as tx, step, to_state, person, post, via, at, known_at, hash from hy.event where "
        f"{new} and (tx, n) <= (%s::xid8, %s){lane} order by event.tx, n limit %s",
        [*since, last["tx"], last["n"], limit],
    )
    oldest = (
        query.value(
            "select min(xact_start) from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()"
        )
        if rows
        else None
    )
    end = rows[-1] if len(rows) == limit else last
    return Batch(rows, (end["tx"], end["n"]), oldest)


def advance(query: Query, district: int, name: str, batch: Batch) -> None:
    """The follower has done the batch."""
    query.run(
        "insert into hy.follower (district, name, tx, after_n) values (%s, %s, %s::xid8, %s) on conflict (district, name) "
        "do update set tx = excluded.tx, after_n = excluded.after_n",
        [district, name, *batch.end],
    )


def begin_at_end(query: Query, district: int, name: str) -> None:
    """A follower that has not begun begins behind all that is committed: it has just looked at everything itself."""
    query.run(
        "insert into hy.follower (district, name, tx, after_n) select district, %s, event.tx, n from hy.event where district = %s "
        "and tx < pg_snapshot_xmin(pg_current_snapshot()) order by event.tx desc, n desc limit 1 on conflict do nothing",
        [name, district],
    )


def cursor(query: Query, district: int) -> str:
    """Where the district's events stand, as text: it changes when, and only when, something was committed."""
    row = query.row(
        "select tx::text as tx, n from hy.event where district = %s and tx < pg_snapshot_xmin(pg_current_snapshot()) "
        "order by event.tx desc, n desc limit 1",
        [district],
    )
    return f"{row['tx']}.{row['n']}" if row else "0.0"
