"""What was typed into a form and not sent yet: kept for its person, sealed, for a month."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from huying.engine import database, sealed
from huying.engine.packs import District

KEPT = timedelta(days=30)
ADMINISTRATORS = "administrators"  # whose drafts the proposals are that wait for one of them
LARGEST = 64 * 1024  # bytes of one draft
Fields = dict[str, list[str]]


def save(district: District, who: str, form: str, fields: Mapping[str, list[str]]) -> bool:
    """Keep what was typed; whether it was small enough. who: `person:<id>`; form: the form's address."""
    body = json.dumps(dict(fields), ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(body) > LARGEST:
        return False
    query, now = database.direct(), district.now()
    query.run(
        "insert into hy.draft (district, who, form, body, saved_at) values (%s, %s, %s, %s, %s) on conflict (district, who, form) "
        "do update set body = excluded.body, saved_at = excluded.saved_at",
        [district.id, who, form, base64.b64encode(sealed.seal(body, _name(district, who, form))).decode(), now],
    )
    query.run("delete from hy.draft where district = %s and who = %s and saved_at < %s", [district.id, who, now - KEPT])
    return True


def read(district: District, who: str, form: str) -> tuple[Fields, datetime] | None:
    """(what was typed, when it was saved), or None."""
    row = database.direct().row(
        "select body, saved_at from hy.draft where district = %s and who = %s and form = %s", [district.id, who, form]
    )
    body = sealed.unseal(base64.b64decode(row["body"]), _name(district, who, form)) if row else None
    return (json.loads(body), row["saved_at"]) if row and body else None


def listed(district: District, who: str) -> list[tuple[str, Fields, datetime]]:
    """All that is kept for `who`: (form, what was typed, when it was saved), the oldest first."""
    rows = database.direct().rows(
        "select form, body, saved_at from hy.draft where district = %s and who = %s order by saved_at, form",
        [district.id, who],
    )
    opened = [(row, sealed.unseal(base64.b64decode(row["body"]), _name(district, who, row["form"]))) for row in rows]
    return [(row["form"], json.loads(body), row["saved_at"]) for row, body in opened if body]


def count(district: District, who: str) -> int:
    """How many are kept for `who`."""
    return database.direct().value("select count(*) from hy.draft where district = %s and who = %s", [district.id, who])


def drop(district: District, who: str, form: str) -> None:
    """The form was sent, or its draft thrown away."""
    database.direct().run(
        "delete from hy.draft where district = %s and who = %s and form = %s", [district.id, who, form]
    )


def _name(district: District, who: str, form: str) -> str:
    return f"draft {district.id} {who} {form}"
