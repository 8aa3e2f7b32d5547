"""Waiting for followers: a writer elsewhere on the server may hold the watermark a moment."""

from __future__ import annotations

import time

from huying.engine import database, followers, packs

PATIENCE = 30  # seconds


def follow(town: packs.District, *names: str) -> None:
    """Until these followers have passed every event of the district."""
    until = time.monotonic() + PATIENCE
    while True:
        followers.run_once(town.id)
        with database.owning() as query:
            last = query.value("select max(n) from event where district = %s", [town.id])
            done = query.value(
                "select count(*) from follower where district = %s and after_n >= %s and name = any(%s)",
                [town.id, last, list(names)],
            )
        if done == len(names):
            return
        assert time.monotonic() < until, f"not followed: {names}"
        time.sleep(0.02)
