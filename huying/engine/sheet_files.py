"""Spreadsheets that were handed in and are being looked at: sealed in the data folder, for a day at most.

A file lies under a name that nobody can guess; whoever handed it in has the name in a draft of theirs.
"""

from __future__ import annotations

import secrets
import time
from datetime import timedelta

from huying.engine import sealed_files

KEPT = timedelta(days=1)
LARGEST = 10_000_000  # bytes of a file


def keep(district: int, data: bytes) -> str:
    """Seal a file; the name it has from now on, 64 hex digits. Raises OSError when the disk takes no more."""
    name = secrets.token_hex(32)
    sealed_files.keep(_folder(district), name, data)
    return name


def read(district: int, name: str) -> bytes:
    """The file of a name. Raises FileNotFoundError when its day is over."""
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise FileNotFoundError(name)
    return sealed_files.read(_folder(district), name)


def drop(district: int, name: str) -> None:
    """The file is needed no more."""
    sealed_files.path_of(_folder(district), name).unlink(missing_ok=True)


def sweep(district: int) -> int:
    """Remove what lies here for longer than a day. How many files."""
    before, gone = time.time() - KEPT.total_seconds(), 0
    for path in sealed_files.place(_folder(district)).glob("*/*.sealed"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder(district: int) -> str:
    return f"sheets/{district}"
