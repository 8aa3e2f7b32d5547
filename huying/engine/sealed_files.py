"""Files in the data folder, encrypted, named by the sha256 of what they stand for.

Each has a key of its own, wrapped by the installation's key-encryption key, and opens only under its own name: a file
that was swapped for another is found out.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huying import installation

METHOD = b"\x01"  # AES-256-GCM
NONCE, WRAPPED = 12, 48  # bytes; a wrapped key is 32 bytes and its tag


def keep(folder: str, name: str, data: bytes) -> None:
    """Seal bytes under a name (64 hex digits); what is there already stays. Raises OSError when the disk takes no more."""
    path = path_of(folder, name)
    if not path.exists():
        write(path, _encrypted(data, name))


def read(folder: str, name: str) -> bytes:
    """What was sealed under a name.

    Raises FileNotFoundError, KeyError when the key that wraps its own is gone, and cryptography's InvalidTag when the
    file is not the one that was written.
    """
    stored = path_of(folder, name).read_bytes()
    number, start = int.from_bytes(stored[1:5], "big"), 5 + NONCE + WRAPPED
    wrapping = AESGCM(installation.current_keys().kek[number])
    key = wrapping.decrypt(stored[5 : 5 + NONCE], stored[5 + NONCE : start], name.encode())
    return AESGCM(key).decrypt(stored[start : start + NONCE], stored[start + NONCE :], name.encode())


def wrap_again(kek: int) -> int:
    """Wrap the keys of all sealed files by the key-encryption key of this number; how many were not.

    What they hold stays; the head that changes lies within one sector.
    """
    count, keks = 0, installation.current_keys().kek
    for path in sorted((installation.current_options().data / "files").rglob("*.sealed")):
        try:
            with path.open("r+b") as file:
                head, name = file.read(5 + NONCE + WRAPPED), path.stem.encode()
                number, wrap = int.from_bytes(head[1:5], "big"), secrets.token_bytes(NONCE)
                if number < kek:
                    key = AESGCM(keks[number]).decrypt(head[5 : 5 + NONCE], head[5 + NONCE :], name)
                    file.seek(0)
                    file.write(METHOD + kek.to_bytes(4, "big") + wrap + AESGCM(keks[kek]).encrypt(wrap, key, name))
                    file.flush()
                    os.fsync(file.fileno())
                    count += 1
        except FileNotFoundError:  # erased meanwhile
            continue
    return count


def empty(folder: str) -> None:
    """Remove all that lies sealed in a folder."""
    for path in place(folder).glob("*/*.sealed"):
        path.unlink(missing_ok=True)


def path_of(folder: str, name: str) -> Path:
    """Where a sealed file lies, whether or not it is there."""
    return place(folder) / name[:2] / f"{name}.sealed"


def place(folder: str) -> Path:
    """A folder for files of one sort."""
    return installation.current_options().data / "files" / folder


def write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by the owner only; what is there already stays."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _encrypted(data: bytes, name: str) -> bytes:
    number, kek = installation.current_keys().current_kek
    key, wrap, nonce = secrets.token_bytes(32), secrets.token_bytes(NONCE), secrets.token_bytes(NONCE)
    wrapped = AESGCM(kek).encrypt(wrap, key, name.encode())
    text = AESGCM(key).encrypt(nonce, data, name.encode())
    return METHOD + number.to_bytes(4, "big") + wrap + wrapped + nonce + text
