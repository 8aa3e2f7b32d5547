"""The code by which a resident follows a report without an account."""

from __future__ import annotations

import base64
from uuid import UUID

from huying import installation
from huying.engine import database, events

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def track_code(act: UUID) -> str:
    """40 bits made from the act, so that a retry gives the same code, and a check letter: `7K2M-9QXTA`."""
    bits = events.keyed(_key(), act.bytes)[:5]
    text = base64.b32encode(bits).decode().translate(str.maketrans("IO", "89"))
    return f"{text[:4]}-{text[4:]}{_check_letter(text)}"


def normal(code: str) -> str:
    """The code as it was printed, whatever spaces, dashes or small letters were typed."""
    text = "".join(ch for ch in code.upper() if ch.isascii() and ch.isalnum()).translate(str.maketrans("IO", "89"))
    return f"{text[:4]}-{text[4:]}"


def is_track_code(code: str) -> bool:
    """Whether the check letter fits: a slip of the finger is told from an unknown code."""
    text = normal(code).replace("-", "")
    return len(text) == 9 and text[8] == _check_letter(text[:8])


def track_hash(code: str) -> bytes:
    """What is stored of a code; nobody reads codes out of the tables."""
    return events.keyed(_key(), normal(code).encode())


def find(district: int, code: str) -> tuple[int, UUID] | None:
    """(ledger number, record) that a code admits to."""
    row = database.direct().row(
        "select ledger, record from hy.track where district = %s and code_hash = %s", [district, track_hash(code)]
    )
    return (row["ledger"], row["record"]) if row else None


def follow(district: int, ledger: int, record: UUID, act: UUID) -> str:
    """A code by which one more person follows a report of someone else's: it opens the public progress, no more.

    The same act gives the same code.
    """
    code = track_code(act)
    database.direct().run(
        "insert into hy.track (district, code_hash, ledger, record) values (%s, %s, %s, %s) on conflict do nothing",
        [district, _follow_hash(code), ledger, record],
    )
    return code


def find_followed(district: int, code: str) -> tuple[int, UUID] | None:
    """(ledger number, record) that a follower's code admits to; a reporter's own code is none of these."""
    row = database.direct().row(
        "select ledger, record from hy.track where district = %s and code_hash = %s", [district, _follow_hash(code)]
    )
    return (row["ledger"], row["record"]) if row else None


def _follow_hash(code: str) -> bytes:
    return events.keyed(_key(), b"follow " + normal(code).encode())


def _check_letter(text: str) -> str:
    return LETTERS[sum((i + 2) * ord(ch) for i, ch in enumerate(text)) % len(LETTERS)]


def _key() -> bytes:
    return events.keyed(installation.current_keys().blind, b"track")
