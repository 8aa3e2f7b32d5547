"""The one clock. A demonstration district lives at a fixed shift from the real time; nothing else asks for now."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID


def real_now() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


def shifted(seconds: int) -> datetime:
    """The time of a district whose clock is shifted by `seconds`."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def new_id(at: datetime | None = None) -> UUID:
    """A UUID of version 7: its first 48 bits are milliseconds of `at`, the rest is random (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000 if at is None else int(at.timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def new_ids(at: datetime, count: int) -> list[str]:
    """Many ids as `new_id` makes them, as text, each above the one before it; at most 65,536."""
    head, rest = f"{int(at.timestamp() * 1000) & ((1 << 48) - 1):012x}", secrets.token_hex(7 * count)
    head = f"{head[:8]}-{head[8:]}-7"
    return [
        f"{head}{n >> 4:03x}-8{n & 15:x}{rest[14 * n : 14 * n + 2]}-{rest[14 * n + 2 : 14 * n + 14]}"
        for n in range(count)
    ]
