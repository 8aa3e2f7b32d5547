"""Photos in the data folder: the cleaned picture, its thumbnail, and the upload as it came, sealed.

A picture is named by the sha256 of its cleaned bytes. The upload may tell where it was taken; it is kept encrypted
for whoever must prove something later, and no page reads it.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

from huying import installation
from huying.engine import database, sealed
from huying.engine.packs import District
from huying.engine.photos import Photo, clean_photo


def keep(district: District, data: bytes, taken_by: str, at: datetime) -> Photo:
    """Clean and keep an upload; the same picture again is kept once. Raises photos.PhotoRefused.

    taken_by  `post:<id>` or `resident`
    """
    photo = clean_photo(data)
    _write(path_of(photo.sha256), photo.jpeg)
    _write(path_of(photo.sha256, thumbnail=True), photo.thumbnail)
    _write(_folder("originals") / f"{photo.sha256}.sealed", sealed.seal(data, f"photo {photo.sha256}"))
    database.direct().run(
        "insert into hy.photo (district, sha256, width, height, had_gps, taken_by, made_at) values (%s, %s, %s, %s, %s, %s, %s) "
        "on conflict do nothing",
        [district.id, photo.sha256, photo.width, photo.height, photo.had_gps, taken_by, at],
    )
    return photo


def path_of(sha256: str, thumbnail: bool = False) -> Path:
    """Where a picture lies, whether or not it is there."""
    return _folder("photos") / sha256[:2] / f"{sha256}{'-s' if thumbnail else ''}.jpg"


def _folder(name: str) -> Path:
    return installation.current_options().data / "files" / name


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
