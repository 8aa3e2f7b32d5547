"""Which of the trifles that were settled on the spot get a second look.

The choice follows from the number of the act and a secret of the installation, so that nobody can foresee it, nobody
can influence it, and it comes out the same when the act is sent again. It knows no person: everyone's share is alike.
A demonstration district has no secret: the same seed makes the same year.
"""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from huying import installation
from huying.engine import events


def chosen(district: int, act: UUID, share: Decimal, *, demonstration: bool = False) -> bool:
    """Whether this act is among the share (percent) of its step that is looked at again."""
    secret = b"demonstration" if demonstration else installation.current_keys().blind
    drawn = events.keyed(secret, f"second look {district} {act}".encode())[:8]
    return int.from_bytes(drawn) * 100 < share * 2**64
