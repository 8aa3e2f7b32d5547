"""Texts and files of documents in the data folder: sealed, named by their digest, one folder a district.

What no document took within a day is removed, and what a document held goes when its record is erased.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from functools import lru_cache

from huying.engine import database, sealed_files
from huying.engine.database import Query
from huying.engine.packs import District

DIGESTS = ("text_sha256", "file_sha256")  # fields of a ledger that name what lies here
UNUSED = timedelta(days=1)


def keep(district: int, data: bytes) -> str:
    """Seal a text or a file; its digest. Raises OSError when the disk takes no more."""
    digest = hashlib.sha256(data).hexdigest()
    sealed_files.keep(_folder(district), digest, data)
    return digest


def read(district: int, digest: str) -> bytes:
    """What a digest names, proved to be it. Raises FileNotFoundError, and ValueError when it is another."""
    data = sealed_files.read(_folder(district), digest)
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(f"what is sealed as {digest} is not what its digest says")
    return data


@lru_cache(maxsize=8)
def text(district: int, digest: str) -> str:
    """The text that a digest names; kept, for it never changes. Raises what `read` raises."""
    return read(district, digest).decode("utf-8", "surrogatepass")


def of_record(query: Query, record: object) -> set[str]:
    """Digests of the texts and files that a record holds or held; the owner's transaction."""
    found: set[str] = set()
    for table, column in _columns(query):
        found |= {name for (name,) in query.tuples(f"select {column} from {table} where id = %s", [record]) if name}
    return found


def forget(query: Query, district: int, names: set[str]) -> int:
    """Remove those sealed texts and files that no document of the district holds or held; how many were there."""
    held: set[str] = set()
    for table, column in _columns(query) if names else ():
        rows = query.tuples(
            f"select distinct {column} from {table} where district = %s and {column} = any(%s)", [district, list(names)]
        )
        held |= {name for (name,) in rows}
    gone = [path for name in names - held if (path := sealed_files.path_of(_folder(district), name)).exists()]
    for path in gone:
        path.unlink(missing_ok=True)
    if gone:
        text.cache_clear()
    return len(gone)


def sweep(district: District) -> int:
    """Remove what was handed in more than a day ago and never entered. How many files."""
    before = time.time() - UNUSED.total_seconds()
    old = {p.stem for p in sealed_files.place(_folder(district.id)).glob("*/*.sealed") if p.stat().st_mtime < before}
    with database.writing(district.id) as query:
        return forget(query, district.id, old)


def _columns(query: Query) -> list[tuple[str, str]]:
    """(table, column) of every field that names a sealed text or file, history included."""
    rows = query.tuples("select ledger, col from hy.ledger_column where field = any(%s) order by 1, 2", [list(DIGESTS)])
    return [(f"hy.l{ledger}{ending}", column) for ledger, column in rows for ending in ("", "_h")]


def _folder(district: int) -> str:
    return f"documents/{district}"
