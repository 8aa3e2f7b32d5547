"""Waiting for followers: a writer elsewhere on the server may hold the watermark a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from huying.engine import database, followers, packs

PATIENCE = 30  # seconds


def follow(town: packs.District, *names: str, look: Callable[[packs.District], Any] | None = None) -> None:
    """Until these followers have passed every event of the district. look: one look of theirs; None: of all there are."""
    until = time.monotonic() + PATIENCE
    while (look(town) if look else followers.run_once(town.id)) or not all(_passed(town, name) for name in names):
        assert time.monotonic() < until, f"not followed: {names}"
        time.sleep(0.01)


def _passed(town: packs.District, name: str) -> bool:
    with database.owning() as query:
        return not query.value(
            "select exists (select from event e where e.district = %s and not exists (select from follower f "
            "where f.district = e.district and f.name = %s and (e.tx, e.n) <= (f.tx, f.after_n)))",
            [town.id, name],
        )
