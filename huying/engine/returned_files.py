"""Sheets that came back, sealed in the data folder while their reader looks at what would be written; gone after a day.

Backups leave them out (backups/archive.py), and every erasure takes them all.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag

from huying.engine import sealed_files

KEPT = timedelta(days=1)


def keep(district: int, data: bytes) -> str:
    """Seal a file; its name. Raises OSError when the disk takes no more."""
    name = hashlib.sha256(data).hexdigest()
    path = sealed_files.path_of(_folder(district), name)
    sealed_files.keep(_folder(district), name, data)
    path.touch()  # its day begins anew
    return name


def read(district: int, name: str) -> bytes | None:
    """What a name stands for; None where it is gone."""
    try:
        return sealed_files.read(_folder(district), name)
    except (FileNotFoundError, KeyError, InvalidTag):
        return None


def sweep(district: int) -> int:
    """Remove what came back more than a day ago; how many files."""
    before = time.time() - KEPT.total_seconds()
    old = [path for path in _all(district) if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def forget(district: int) -> None:
    """Remove all: one of them may hold what is being erased."""
    for path in _all(district):
        path.unlink(missing_ok=True)


def _all(district: int) -> list[Path]:
    return list(sealed_files.place(_folder(district)).glob("*/*.sealed"))


def _folder(district: int) -> str:
    return f"returned/{district}"
