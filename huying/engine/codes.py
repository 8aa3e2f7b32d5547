"""Staff codes such as SX20200611-0007: short, unique, in order, with gaps.

A gapless counter would be one hot row for the whole district. Each process takes numbers from the counter in blocks
that double while it is busy, so that quiet districts get neighbouring numbers and busy ones do not wait.
"""

from __future__ import annotations

import re
import threading
import time
from datetime import datetime

from huying.engine import database
from huying.engine.packs import District

LARGEST = 64
BUSY = 0.5  # seconds
_lock = threading.Lock()
_blocks: dict[tuple[int, str], tuple[int, int, int, float]] = {}  # next, end, size, when taken


def next_code(district: District, pattern: str, at: datetime) -> str:
    """The next code of a pattern, whose {yyyy} {mm} {dd} are of the civil day of `at`; {n:4} is padded to 4 digits."""
    day = at.astimezone(district.calendar.tz)
    filled = pattern.replace("{yyyy}", f"{day:%Y}").replace("{mm}", f"{day:%m}").replace("{dd}", f"{day:%d}")
    prefix = re.sub(r"\{n(:\d+)?\}", "#", filled)
    return re.sub(r"\{n(?::(\d+))?\}", lambda m: str(_take(district.id, prefix)).zfill(int(m[1] or 1)), filled, count=1)


def forget() -> None:
    """Give up the blocks held: between tests, and after a restore."""
    _blocks.clear()


def _take(district: int, prefix: str) -> int:
    with _lock:
        nxt, end, size, when = _blocks.get((district, prefix), (0, 0, 1, 0.0))
        if nxt >= end:
            size = min(size * 2, LARGEST) if time.monotonic() - when < BUSY else 1
            end = database.direct().value(
                "insert into hy.code_counter values (%s, %s, %s) on conflict (district, prefix) do update set next = code_counter.next + %s returning next",
                [district, prefix, size, size],
            )
            nxt, when = end - size, time.monotonic()
        _blocks[district, prefix] = (nxt + 1, end, size, when)
        if len(_blocks) > 4096:
            _blocks.pop(next(iter(_blocks)))
        return nxt + 1
