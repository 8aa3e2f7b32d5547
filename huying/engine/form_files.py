"""Forms that were dropped, and those that are kept: a row of the house each, their bytes sealed in the data folder.

What was dropped is its person's alone and gone after a day; what is kept is for the whole district.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from huying.engine import database, sealed_files
from huying.engine.database import Row
from huying.engine.packs import District

UNUSED = timedelta(days=1)
NAMED = 60  # seconds within which a sealed file gets its row
_FIELDS = "id, person, name, file, title, body, kept, made_at"


@dataclass(frozen=True)
class Draft:
    """A form at hand.

    name   of the file; file: digest of its sealed bytes, empty where they are not kept
    title  under which it is kept; body: what was understood and chosen
    """

    id: UUID
    person: int
    name: str
    file: str
    title: str
    body: dict[str, Any]
    kept: bool
    made_at: datetime


def seal(district: District, data: bytes) -> str:
    """Seal a file; its digest. Raises OSError when the disk takes no more."""
    digest = hashlib.sha256(data).hexdigest()
    sealed_files.keep(_folder(district.id), digest, data)
    return digest


def data_of(district: District, draft: Draft) -> bytes:
    """The form's bytes as it was dropped. Raises FileNotFoundError where only its titles are kept."""
    if not draft.file:
        raise FileNotFoundError(draft.name)
    return sealed_files.read(_folder(district.id), draft.file)


def insert(district: District, draft: Draft) -> None:
    """A new row."""
    values = [draft.id, draft.person, draft.name, draft.file, draft.title, _text(draft), draft.kept, draft.made_at]
    database.direct().run(
        f"insert into hy.form (district, {_FIELDS}) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)", [district.id, *values]
    )


def get(district: District, person: int, number: UUID) -> Draft | None:
    """A form that this person dropped, or a kept one."""
    row = database.direct().row(
        f"select {_FIELDS} from hy.form where district = %s and id = %s and (kept or person = %s)",
        [district.id, number, person],
    )
    return _draft(row) if row else None


def kept(district: District) -> list[Draft]:
    """All kept forms, the latest first."""
    rows = database.direct().rows(
        f"select {_FIELDS} from hy.form where district = %s and kept order by made_at desc", [district.id]
    )
    return [_draft(row) for row in rows]


def save(district: District, draft: Draft) -> None:
    """What a person chose anew of a form that was dropped."""
    database.direct().run(
        "update hy.form set body = %s where district = %s and id = %s and not kept",
        [_text(draft), district.id, draft.id],
    )


def forget(district: District, draft: Draft) -> None:
    """No longer keep a form."""
    database.direct().run("delete from hy.form where district = %s and id = %s", [district.id, draft.id])


def sweep(district: District) -> None:
    """Remove what was dropped more than a day ago and not kept, and files that no form names."""
    query = database.direct()
    query.run(
        "delete from hy.form where district = %s and not kept and made_at < %s", [district.id, district.now() - UNUSED]
    )
    held = {row["file"] for row in query.rows("select distinct file from hy.form where district = %s", [district.id])}
    before = time.time() - NAMED
    for path in sealed_files.place(_folder(district.id)).glob("*/*.sealed"):
        if path.stem not in held and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _draft(row: Row) -> Draft:
    return Draft(**{**row, "body": json.loads(row["body"])})


def _text(draft: Draft) -> str:
    return json.dumps(draft.body, ensure_ascii=False)


def _folder(district: int) -> str:
    return f"forms/{district}"
