"""Photos in the data folder: the cleaned picture, its thumbnail, and the upload as it came, encrypted.

A picture is named by the sha256 of its cleaned bytes. The upload may tell where it was taken; it is kept under a key
of its own, wrapped by the installation's key-encryption key, for whoever must prove something later; no page reads it.
What no record took within a day is removed, and what a record held goes when the record is erased.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from huying.engine import database, sealed, sealed_files
from huying.engine.database import Query
from huying.engine.packs import District
from huying.engine.photos import Photo, PhotoRefused, clean_photo

ORIGINALS = "originals"
UNUSED, LOOK_BACK = timedelta(days=1), timedelta(days=14)


def keep(district: District, data: bytes, taken_by: str, at: datetime) -> Photo:
    """Clean and keep an upload; the same picture again is kept once. Raises photos.PhotoRefused, also when the disk
    takes no more (photo.not-kept).

    taken_by  `post:<id>` or `resident`
    """
    photo = clean_photo(data)
    try:
        sealed_files.keep(ORIGINALS, photo.sha256, data)
        sealed_files.write(path_of(photo.sha256, thumbnail=True), photo.thumbnail)
        sealed_files.write(path_of(photo.sha256), photo.jpeg)
    except OSError as error:
        raise PhotoRefused(
            "photo.not-kept",
            "照片暂时存不下，可以先不带照片提交 | Photos cannot be kept just now; you may submit without them",
        ) from error
    database.direct().run(
        "insert into hy.photo (district, sha256, width, height, had_gps, taken_by, made_at) values (%s, %s, %s, %s, %s, %s, %s) "
        "on conflict (district, sha256) do update set made_at = excluded.made_at",
        [district.id, photo.sha256, photo.width, photo.height, photo.had_gps, taken_by, at],
    )
    return photo


def path_of(sha256: str, thumbnail: bool = False) -> Path:
    """Where a picture lies, whether or not it is there."""
    return sealed_files.place("photos") / sha256[:2] / f"{sha256}{'-s' if thumbnail else ''}.jpg"


def original(sha256: str) -> bytes:
    """The upload as it came. Raises FileNotFoundError, and KeyError when the key that wraps its own is gone."""
    return sealed_files.read(ORIGINALS, sha256)


def pass_for(sha256: str, district: District) -> str:
    """The last part of a picture's address: a page that shows it gives this out, and it opens for a day or two."""
    return sealed.stamp(sha256, _pass(district, district.today()))


def opened(text: str, district: District) -> str | None:
    """The name that a pass opens, today's or yesterday's; else None."""
    days = (district.today(), district.today() - timedelta(days=1))
    return next((name for day in days if (name := sealed.stamped(text, _pass(district, day)))), None)


def of_record(query: Query, record: object) -> set[str]:
    """The photos that a record holds or held; the owner's transaction."""
    found: set[str] = set()
    for number, column in _columns(query):
        for table in (f"hy.l{number}", f"hy.l{number}_h"):
            rows = query.tuples(f"select unnest({column}) from {table} where id = %s", [record])
            found |= {name for (name,) in rows}
    return found


def forget(query: Query, district: int, names: set[str]) -> int:
    """Remove those photos that no record holds or held: rows, pictures and originals. Owner's or writer's rights."""
    held: set[str] = set()
    for number, column in _columns(query):
        for table in (f"hy.l{number}", f"hy.l{number}_h"):
            if names - held:
                rows = query.tuples(
                    f"select distinct s from {table}, unnest({column}) s where district = %s and {column} && %s and s = any(%s)",
                    [district, list(names - held), list(names - held)],
                )
                held |= {name for (name,) in rows}
    gone = names - held
    if gone:
        query.run("delete from hy.photo where district = %s and sha256 = any(%s)", [district, list(gone)])
    elsewhere = query.tuples("select sha256 from hy.photo where sha256 = any(%s)", [list(gone)]) if gone else []
    for name in gone - {name for (name,) in elsewhere}:
        for path in (path_of(name), path_of(name, thumbnail=True), sealed_files.path_of(ORIGINALS, name)):
            path.unlink(missing_ok=True)
    return len(gone)


def sweep(district: District) -> int:
    """Remove uploads of forms that were never sent. How many."""
    now = district.now()
    with database.writing(district.id) as query:
        rows = query.tuples(
            "select sha256 from hy.photo where district = %s and made_at < %s and made_at > %s",
            [district.id, now - UNUSED, now - LOOK_BACK],
        )
        return forget(query, district.id, {name for (name,) in rows})


def _columns(query: Query) -> list[tuple[int, str]]:
    return query.tuples("select ledger, col from hy.ledger_column where type = 'photos' order by ledger")


def _pass(district: District, day: object) -> str:
    return f"photo {district.id} {day}"
