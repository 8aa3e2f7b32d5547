"""Staff codes such as SX20200611-0007: short, unique, in order, with gaps.

A gapless counter would be one hot row for the whole district. Each process takes numbers from the counter in blocks
that double while it is busy, so that quiet districts get neighbouring numbers and busy ones do not wait.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from datetime import datetime

from psycopg.pq import TransactionStatus

from huying.engine import database
from huying.engine.packs import District

LARGEST = 64
BUSY = 0.5  # seconds
_NUMBER = re.compile(r"\{n(?::(\d+))?\}")
_lock = threading.Lock()
_blocks: dict[tuple[int, str], tuple[int, int, int, float]] = {}  # next, end, size, when taken


def next_code(district: District, pattern: str, at: datetime) -> str:
    """The next code of a pattern, whose {yyyy} {mm} {dd} are of the civil day of `at`; {n:4} is padded to 4 digits."""
    filled, prefix = _filled(district, pattern, at)
    return _NUMBER.sub(lambda m: str(_take(district.id, prefix)).zfill(int(m[1] or 1)), filled, count=1)


def many(district: District, pattern: str, at: datetime, count: int) -> Iterator[str]:
    """The next `count` codes of a pattern, one after another."""
    filled, prefix = _filled(district, pattern, at)
    end = _reserve(district.id, prefix, count)
    found = _NUMBER.search(filled)
    if found is None:
        return iter([filled] * count)
    before, after, width = filled[: found.start()], filled[found.end() :], int(found[1] or 1)
    return (f"{before}{n:0{width}}{after}" for n in range(end - count + 1, end + 1))


def _filled(district: District, pattern: str, at: datetime) -> tuple[str, str]:
    """(the pattern with its day filled in, the counter's name)."""
    day = at.astimezone(district.calendar.tz)
    filled = pattern.replace("{yyyy}", f"{day:%Y}").replace("{mm}", f"{day:%m}").replace("{dd}", f"{day:%d}")
    return filled, _NUMBER.sub("#", filled)


def forget() -> None:
    """Give up the blocks held: between tests, and after a restore."""
    _blocks.clear()


def _reserve(district: int, prefix: str, count: int) -> int:
    """The last of `count` numbers that nobody else gets.

    By itself it does not wait for the disk: whatever is written with one of the numbers is on the disk after it.
    """
    alone = database.raw().info.transaction_status == TransactionStatus.IDLE
    quickly = "(select set_config('synchronous_commit', 'off', true)) quickly" if alone else "(select) within"
    return database.direct().value(
        f"insert into hy.code_counter select %s, %s, %s from {quickly} "
        "on conflict (district, prefix) do update set next = code_counter.next + %s returning next",
        [district, prefix, count, count],
    )


def _take(district: int, prefix: str) -> int:
    with _lock:
        nxt, end, size, when = _blocks.get((district, prefix), (0, 0, 1, 0.0))
        if nxt >= end:
            size = min(size * 2, LARGEST) if time.monotonic() - when < BUSY else 1
            end = _reserve(district, prefix, size)
            nxt, when = end - size, time.monotonic()
        _blocks[district, prefix] = (nxt + 1, end, size, when)
        if len(_blocks) > 4096:
            _blocks.pop(next(iter(_blocks)))
        return nxt + 1
