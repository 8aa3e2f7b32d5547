"""Which cells stand: whoever alters what they were made of gives them up in the same transaction."""

from __future__ import annotations

from typing import Any

from huying.engine.database import Query


def lock(query: Query, district: int) -> None:
    """One at a time adds to cells, or alters what they are made of; until the end of the transaction."""
    query.run("select pg_advisory_xact_lock(hashtext('hy cells'), %s)", [district])


def give_up(query: Query, district: int, ledger: int) -> None:
    """A ledger's history is about to be altered: what is kept of it holds no more, and is made anew by the follower."""
    lock(query, district)
    drop(query, district, "ledger = %s", [ledger])


def drop(query: Query, district: int, where: str, params: list[Any]) -> None:
    """Take away what is kept. where: a condition over hy.cell_fold."""
    rows = query.tuples(f"delete from hy.cell_fold where district = %s and {where} returning id", [district, *params])
    if rows:
        query.run(
            "delete from hy.cell where district = %s and fold = any(%s)", [district, [number for (number,) in rows]]
        )
