"""What an event holds, and how it is chained.

The chain runs over a header and *salted commitments*, never over values: one HMAC for the open part (`*`) and one
for each private or secret field. Erasing a record empties `open`, `secret` and `salts` and shreds the record's key;
the commitments stay and the chain still verifies. Hashed is the stored text, written once, never re-serialised.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huying import installation

Random = Callable[[int], bytes]  # so many random bytes
RECOUNT = "calendar.recount"  # the point keeps it apart from every step of a flow
UPGRADE, BACK = "version.upgrade", "version.back"  # a record carried to its ledger's new version, and taken back
SAID, INTO, TAKEN_IN, OUT_OF, GIVEN_BACK, FOLLOWED = (
    "who.said", "who.into", "who.taken-in", "who.out-of", "who.given-back", "who.followed"
)  # fmt: skip
MOVED, PUT_BACK = "area.moved", "area.put-back"  # to the area that took over its own, and taken back
TITLES = {  # acts that no flow declares
    RECOUNT: "按新公布的日历重新计时 | Counted anew by a newly published calendar",
    UPGRADE: "随$ledger新版换写 | Carried to the $ledger's new version",
    BACK: "退回换写前的内容 | Taken back to what stood before",
    SAID: "认定与另一条是不是同一个 | Said whether another record speaks of the same",
    INTO: "并入另一条 | Merged into another record",
    TAKEN_IN: "并进了另一条 | Took in another record",
    OUT_OF: "撤销合并，恢复原样 | Taken out again, as it was",
    GIVEN_BACK: "撤销合并，另一条已恢复 | Gave the other record back",
    MOVED: "区划变动，移到接手的地方 | Moved to the area that took over its own",
    PUT_BACK: "撤销移动，回到原来的地方 | Put back to where it was",
    FOLLOWED: "所引的一条合并或恢复，引用跟着改 | A reference followed a merge",
}
SALT = 16
BLOCK = 64  # bytes, of sha256 and of sm3
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
GENESIS = b"\0" * 32


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; decimals as strings, times in ISO 8601 UTC, ids as text."""
    return _canonical.encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, (date, UUID)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def algorithm() -> str:
    """The hash this installation writes with (sha256, or sm3 by setting); every event names its own."""
    return installation.current_options().hash


def digest(algorithm: str, data: bytes) -> bytes:
    """32 bytes; algorithm: sha256 or sm3."""
    return (hashlib.sha256(data) if algorithm == "sha256" else hashlib.new(algorithm, data)).digest()


def keyed(key: bytes, data: bytes, algorithm: str = "sha256") -> bytes:
    """HMAC of 32 bytes, as RFC 2104 writes it: a library sets up for each what costs more than the hashing."""
    block = (key if len(key) <= BLOCK else digest(algorithm, key)).ljust(BLOCK, b"\0")
    return digest(algorithm, block.translate(_OUTER) + digest(algorithm, block.translate(_INNER) + data))


def dice(size: int = 1 << 14) -> Random:
    """`secrets.token_bytes` for one that needs many: the system is asked for `size` bytes at a time, none is given twice."""
    held, at = b"", 0

    def take(count: int) -> bytes:
        nonlocal held, at
        if at + count > len(held):
            held, at = secrets.token_bytes(max(size, count)), 0
        at += count
        return held[at - count : at]

    return take


def body_digest(step: str, answers: Mapping[str, Any]) -> bytes:
    """What was asked, keyed so that it tells nothing of a phone number: a retry matches, a misuse does not."""
    return keyed(installation.current_keys().blind, canonical([step, dict(answers)]).encode())


@dataclass(frozen=True)
class Event:
    """One act on one record, ready to be written. Field meanings: sql/tables.sql, table event."""

    district: int
    record: UUID
    seq: int
    ledger: int
    act: UUID
    body: bytes
    step: str
    to_state: str
    person: int
    post: int
    via: str
    at: datetime
    known_at: datetime
    alg: str
    rule: bytes
    open: str
    secret: bytes | None
    salts: bytes
    parts: str
    commits: bytes
    prev: bytes

    @cached_property
    def hash(self) -> bytes:
        return chain_hash(self.__dict__)


HEADER = (
    "district",
    "record",
    "seq",
    "ledger",
    "act",
    "step",
    "to_state",
    "person",
    "post",
    "via",
    "at",
    "known_at",
    "alg",
    "parts",
)


def chain_hash(row: Mapping[str, Any]) -> bytes:
    """The hash of an event from its header, rule, commitments and predecessor; never from its content."""
    header = canonical([row[name] for name in HEADER]).encode()
    pieces = [
        len(header).to_bytes(4, "big"),
        header,
        bytes(row["rule"]),
        bytes(row["commits"]),
        bytes(row["prev"]),
        bytes(row["body"]),
    ]
    return digest(row["alg"], b"".join(pieces))


def commit(
    algorithm: str, open_text: str, hidden: Mapping[str, str], random: Random = secrets.token_bytes
) -> tuple[str, bytes, bytes]:
    """(parts, salts, commits) for the open text and each hidden field, in order of name."""
    if not hidden:
        salt = random(SALT)
        return "*", salt, keyed(salt, open_text.encode(), algorithm)
    names = sorted(hidden)
    salts = random(SALT * (1 + len(names)))
    texts = [open_text, *(hidden[name] for name in names)]
    commits = b"".join(
        keyed(salts[i * SALT : (i + 1) * SALT], text.encode(), algorithm) for i, text in enumerate(texts)
    )
    return ",".join(["*", *names]), salts, commits


class RecordKey:
    """The AES-256 key of one record, wrapped by the installation's key-encryption key."""

    def __init__(self, plain: bytes, kek: int):
        self.plain, self.kek = plain, kek

    @classmethod
    def new(cls, random: Random = secrets.token_bytes) -> RecordKey:
        return cls(random(32), installation.current_keys().current_kek[0])

    @classmethod
    def unwrap(cls, record: UUID, kek: int, wrapped: bytes) -> RecordKey:
        """Raises KeyError when the installation has no key of that number."""
        return cls(_aes(installation.current_keys().kek[kek]).decrypt(wrapped[:12], wrapped[12:], record.bytes), kek)

    def wrap(self, record: UUID, random: Random = secrets.token_bytes) -> bytes:
        nonce = random(12)
        return nonce + _aes(installation.current_keys().kek[self.kek]).encrypt(nonce, self.plain, record.bytes)

    def seal(self, record: UUID, seq: int, hidden: Mapping[str, str], random: Random = secrets.token_bytes) -> bytes:
        """Hidden values as one encrypted text; its first byte names the method (1: AES-256-GCM)."""
        nonce = random(12)
        text = canonical(dict(hidden)).encode()
        return b"\x01" + nonce + AESGCM(self.plain).encrypt(nonce, text, record.bytes + seq.to_bytes(4, "big"))

    def open(self, record: UUID, seq: int, secret: bytes) -> dict[str, str]:
        """The hidden values of one event."""
        return json.loads(AESGCM(self.plain).decrypt(secret[1:13], secret[13:], record.bytes + seq.to_bytes(4, "big")))


@lru_cache(maxsize=8)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


def faults(row: Mapping[str, Any], prev: bytes, key: RecordKey | None = None) -> list[str]:
    """What is wrong with one stored event, given the hash of the one before it: words, empty when intact.

    key  of its record: then the encrypted values are held against their commitments too; None where there is none
    """
    found = []
    if bytes(row["prev"]) != prev:
        found.append("prev")  # the one before is missing, altered or out of order
    if chain_hash(row) != bytes(row["hash"]):
        found.append("header")
    if row["open"] is not None and row["salts"] is not None:
        salts, commits = bytes(row["salts"]), bytes(row["commits"])
        if keyed(salts[:SALT], row["open"].encode(), row["alg"]) != commits[:32]:
            found.append("content")
        if row["secret"] is not None and not (key and _fits(row, salts, commits, key)):
            found.append("secret")
    return found


def _fits(row: Mapping[str, Any], salts: bytes, commits: bytes, key: RecordKey) -> bool:
    """Whether the encrypted values are those that were committed to."""
    try:
        texts = key.open(row["record"], row["seq"], bytes(row["secret"]))
    except (InvalidTag, ValueError):
        return False
    names = row["parts"].split(",")[1:]
    return sorted(texts) == names and all(
        keyed(salts[n * SALT : (n + 1) * SALT], texts[name].encode(), row["alg"]) == commits[n * 32 : (n + 1) * 32]
        for n, name in enumerate(names, 1)
    )
