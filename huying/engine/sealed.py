"""What lies in the house's own tables and files without being for everyone's eyes: drafts, uploads, short passes."""

from __future__ import annotations

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huying import installation
from huying.engine import events

NONCE = 12


def seal(data: bytes, of: str) -> bytes:
    """Encrypt; `of` says what it is, and opens it again."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key("sealed")).encrypt(nonce, data, of.encode())


def unseal(data: bytes, of: str) -> bytes | None:
    """What was sealed; None for anything else."""
    try:
        return AESGCM(_key("sealed")).decrypt(data[:NONCE], data[NONCE:], of.encode())
    except (InvalidTag, ValueError):
        return None


def stamp(text: str, of: str) -> str:
    """`text.<24 hex>`: proof that we gave this text out as an `of`."""
    return f"{text}.{_mark(text, of)}"


def stamped(text: str, of: str) -> str | None:
    """The text, when we stamped it as an `of`; else None."""
    plain, _, mark = text.rpartition(".")
    return plain if mark.isascii() and hmac.compare_digest(mark, _mark(plain, of)) else None


def _mark(text: str, of: str) -> str:
    return events.keyed(_key("stamp"), f"{of}\n{text}".encode("utf-8", "surrogatepass")).hex()[:24]


def _key(name: str) -> bytes:
    return events.keyed(installation.current_keys().blind, f"web {name}".encode())
