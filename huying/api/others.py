"""/me, /live and /search."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from huying.api import shapes
from huying.api.asking import wrong
from huying.api.filters import matching
from huying.api.ledgers import READ
from huying.api.shapes import REFUSALS
from huying.api.show import Shower, reply
from huying.engine import access, database, records

router = Router()
CURSOR = re.compile(r"(\d{1,19})\.(\d{1,18})")
BATCH = 200
SHOWN = 50


@router.get("/me", auth=READ, response={200: shapes.Me, **REFUSALS}, tags=["others"])
def me(request: HttpRequest) -> HttpResponse:
    """Who the API takes you for: person, post, rights, scopes; and the district's present moment."""
    caller, shower = request.auth, Shower(request.auth)
    actor = caller.actor

    def post(one: Any) -> dict[str, Any] | None:
        return one and {"id": one.id, "code": one.code, "title": shower.say(one.title)}

    return reply(
        {
            "district": caller.district.name,
            "person": actor.person,
            "name": actor.name,
            "post": post(actor.post),
            "role": actor.role.name if actor.role else None,
            "may": list(actor.role.may) if actor.role else [],
            "scopes": list(caller.scopes),
            "posts": [post(one) for one in actor.posts],
            "now": caller.district.now(),
        }
    )


@router.get("/live", auth=READ, response={200: shapes.Live, 204: None, **REFUSALS}, tags=["others"])
def live(request: HttpRequest, cursor: str | None = Query(None, max_length=40)) -> HttpResponse:
    """What changed within reach since `cursor`; 204 when nothing did. Without a cursor: where things stand now.

    Ask every second or two. Nothing committed is ever missed: events are read below the oldest open transaction.
    """
    caller = request.auth
    if cursor is None:
        return reply({"cursor": _here(caller.district.id), "changed": [], "more": False})
    match = CURSOR.fullmatch(cursor)
    if match is None or int(match[1]) >= 2**63:
        raise wrong("cursor", "用上次收到的 cursor | Use the cursor you were given last")
    with database.writing(caller.district.id) as query:
        rows = query.rows(
            "select record, ledger, tx::text as tx, n from hy.event where district = %s and tx >= %s::xid8 "
            "and tx < pg_snapshot_xmin(pg_current_snapshot()) and (tx, n) > (%s::xid8, %s) order by event.tx, n limit %s",
            [caller.district.id, match[1], match[1], int(match[2]), BATCH],
        )
    if not rows:
        return HttpResponse(status=204)
    names = {table.number: name for name, table in caller.district.tables.items()}
    wanted: dict[str, dict[UUID, None]] = {}
    for row in rows:
        if row["ledger"] in names:
            wanted.setdefault(names[row["ledger"]], {})[row["record"]] = None
    changed = [
        {"ledger": ledger, "id": one.id, "code": one.code, "seq": one.seq, "state": one.state}
        for ledger, ids in wanted.items()
        if access.may_see(caller.district.rules.ledgers[ledger], caller.actor)
        for one in records.many(caller.district, caller.actor, ledger, list(ids))
    ]
    return reply({"cursor": f"{rows[-1]['tx']}.{rows[-1]['n']}", "changed": changed, "more": len(rows) == BATCH})


@router.get("/search", auth=READ, response={200: shapes.Found, **REFUSALS}, tags=["others"])
def search(request: HttpRequest, q: str = Query(..., min_length=2, max_length=60)) -> HttpResponse:
    """The newest records, of every ledger within reach, that hold the words or bear the code."""
    caller, shower = request.auth, Shower(request.auth)
    matched, cut = matching(caller, None, q)
    pairs = [
        (ledger, record)
        for ledger, record in matched
        if access.may_see(caller.district.rules.ledgers[ledger], caller.actor)
    ]
    shown = pairs[:SHOWN]
    wanted: dict[str, list[UUID]] = {}
    for ledger, record in shown:
        wanted.setdefault(ledger, []).append(record)
    found = {
        one.id: one
        for ledger, ids in wanted.items()
        for one in records.many(caller.district, caller.actor, ledger, ids)
    }
    results = [shower.record(found[record]) for _, record in shown if record in found]
    return reply({"results": results, "cut": bool(cut) or len(pairs) > SHOWN})


def _here(district: int) -> str:
    from huying.engine import following

    with database.writing(district) as query:
        return following.cursor(query, district)
