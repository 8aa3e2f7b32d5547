"""Zip files that are the same bytes whenever they are made."""

from __future__ import annotations

import io
import zipfile

WHEN = (1980, 1, 1, 0, 0, 0)
FIRST = "[Content_Types].xml"


def zipped(data: bytes) -> bytes:
    """The same entries, in a fixed order, with a fixed date."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != FIRST, name)):
            entry = zipfile.ZipInfo(name, WHEN)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(entry, old.read(name), compresslevel=6)
    return made.getvalue()
