"""Photos in the data folder: the cleaned picture, its thumbnail, and the upload as it came, encrypted.

A picture is named by the sha256 of its cleaned bytes. The upload may tell where it was taken; it is kept under a key
of its own, wrapped by the installation's key-encryption key, for whoever must prove something later; no page reads it.
What no record took within a day is removed, and what a record held goes when the record is erased.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huying import installation
from huying.engine import database, sealed
from huying.engine.database import Query
from huying.engine.packs import District
from huying.engine.photos import Photo, PhotoRefused, clean_photo

METHOD = b"\x01"  # AES-256-GCM
NONCE, WRAPPED = 12, 48  # bytes; a wrapped key is 32 bytes and its tag
UNUSED, LOOK_BACK = timedelta(days=1), timedelta(days=14)


def keep(district: District, data: bytes, taken_by: str, at: datetime) -> Photo:
    """Clean and keep an upload; the same picture again is kept once. Raises photos.PhotoRefused, also when the disk
    takes no more (photo.not-kept).

    taken_by  `post:<id>` or `resident`
    """
    photo = clean_photo(data)
    try:
        _write(_original(photo.sha256), _encrypted(data, photo.sha256))
        _write(path_of(photo.sha256, thumbnail=True), photo.thumbnail)
        _write(path_of(photo.sha256), photo.jpeg)
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
    return _folder("photos") / sha256[:2] / f"{sha256}{'-s' if thumbnail else ''}.jpg"


def original(sha256: str) -> bytes:
    """The upload as it came. Raises FileNotFoundError, and KeyError when the key that wraps its own is gone."""
    stored = _original(sha256).read_bytes()
    number, start = int.from_bytes(stored[1:5], "big"), 5 + NONCE + WRAPPED
    wrapping = AESGCM(installation.current_keys().kek[number])
    key = wrapping.decrypt(stored[5 : 5 + NONCE], stored[5 + NONCE : start], sha256.encode())
    return AESGCM(key).decrypt(stored[start : start + NONCE], stored[start + NONCE :], sha256.encode())


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
        for path in (path_of(name), path_of(name, thumbnail=True), _original(name)):
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


def _encrypted(data: bytes, sha256: str) -> bytes:
    number, kek = installation.current_keys().current_kek
    key, wrap, nonce = secrets.token_bytes(32), secrets.token_bytes(NONCE), secrets.token_bytes(NONCE)
    wrapped = AESGCM(kek).encrypt(wrap, key, sha256.encode())
    text = AESGCM(key).encrypt(nonce, data, sha256.encode())
    return METHOD + number.to_bytes(4, "big") + wrap + wrapped + nonce + text


def _original(sha256: str) -> Path:
    return _folder("originals") / sha256[:2] / f"{sha256}.sealed"


def _folder(name: str) -> Path:
    return installation.current_options().data / "files" / name


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
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
