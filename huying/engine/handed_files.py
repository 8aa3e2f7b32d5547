"""Spreadsheets that were handed in and are being looked at, sealed in the data folder; gone after a day.

A file lies under a name that nobody can guess, which whoever handed it in holds. Backups leave them out (backups/archive.py),
and every erasure takes them all: one of them may hold what is being erased.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag

from huying.engine import sealed_files

TO_LEDGERS, RETURNED = FOLDERS = (
    "sheets",
    "returned",
)  # to become a ledger; changed in a sheet program and handed back
KEPT = timedelta(days=1)
LARGEST = 10_000_000  # bytes of a file that is to become a ledger


def keep(folder: str, district: int, data: bytes) -> str:
    """Seal a file; the name it has from now on, 64 hex digits. Raises OSError when the disk takes no more."""
    name = secrets.token_hex(32)
    sealed_files.keep(f"{folder}/{district}", name, data)
    return name


def read(folder: str, district: int, name: str) -> bytes:
    """The file of a name. Raises FileNotFoundError when its day is over, or it is none of ours."""
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise FileNotFoundError(name)
    try:
        return sealed_files.read(f"{folder}/{district}", name)
    except (KeyError, InvalidTag):
        raise FileNotFoundError(name) from None


def drop(folder: str, district: int, name: str) -> None:
    """The file is needed no more."""
    sealed_files.path_of(f"{folder}/{district}", name).unlink(missing_ok=True)


def sweep(district: int) -> int:
    """Remove what lies here for longer than a day. How many files."""
    before = time.time() - KEPT.total_seconds()
    return _remove(path for path in _all(district) if path.stat().st_mtime < before)


def forget(district: int) -> int:
    """Remove all. How many files."""
    return _remove(_all(district))


def _remove(paths: Iterator[Path]) -> int:
    found = list(paths)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _all(district: int) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sealed_files.place(f"{folder}/{district}").glob("*/*.sealed")
