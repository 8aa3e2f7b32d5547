"""/ledgers, /flows and the records of a ledger: read, reported, moved along their flow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router

from huying.api import shapes
from huying.api.asking import act_key, act_of, id_of, key_of, ledger_of, no_record, past_moment, record_of, wrong
from huying.api.callers import BearerToken, SessionCookie
from huying.api.filters import LISTING, narrowed, page_of
from huying.api.shapes import REFUSALS
from huying.api.show import Shower, as_json, reply
from huying.engine import access, events, field_history, records, situation, unmasking
from huying.engine.flows import take_step
from huying.engine.values import Wrong

router = Router()
READ, ACT = [BearerToken("read"), SessionCookie()], [BearerToken("act"), SessionCookie()]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Moment = Annotated[datetime | None, Query(description="As it was known at this moment.")]
KEY = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "description": "The act's uuid, as the body's `act`.",
            "schema": {
                "anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}],
                "title": "Idempotency-Key",
                "description": "The act's uuid, as the body's `act`.",
            },
        }
    ]
}


@router.get("/ledgers", auth=READ, response={200: shapes.Ledgers, **REFUSALS}, tags=["ledgers"])
def ledgers(request: HttpRequest) -> HttpResponse:
    """The ledgers that the caller may see."""
    shower = Shower(request.auth)
    seen = [one for one in request.auth.district.rules.ledgers.values() if access.may_see(one, request.auth.actor)]
    return reply({"ledgers": [_short(shower, one) for one in seen]})


@router.get("/ledgers/{ledger}", auth=READ, by_alias=True, response={200: shapes.Ledger, **REFUSALS}, tags=["ledgers"])
def ledger(request: HttpRequest, ledger: str) -> HttpResponse:
    """A ledger as declared: fields with their JSON Schema, states, steps."""
    caller, shower = request.auth, Shower(request.auth)
    found = ledger_of(caller, ledger)
    flow = caller.district.rules.flows[ledger]
    return reply(
        _short(shower, found)
        | {
            "fields": [shower.field(found, one) for one in found.fields.values()],
            "states": [shower.state(one) for one in flow.states.values()],
            "steps": [shower.step(one) for one in flow.steps.values()],
            "first_steps": [one.name for one in access.first_steps(caller.district, caller.actor, ledger)],
            "list": list(found.list),
            "values_schema": {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "title": shower.say(found.title),
                "properties": {name: shower.schema(one) for name, one in found.fields.items()},
                "required": [name for name, one in found.fields.items() if one.required],
            },
        }
    )


@router.get("/flows/{name}", auth=READ, by_alias=True, response={200: shapes.Flow, **REFUSALS}, tags=["ledgers"])
def flow(request: HttpRequest, name: str) -> HttpResponse:
    """A flow as declared; it has the name of its ledger."""
    shower = Shower(request.auth)
    ledger_of(request.auth, name)
    found = request.auth.district.rules.flows[name]
    return reply(
        {
            "name": name,
            "title": shower.say(found.title),
            "states": [shower.state(one) for one in found.states.values()],
            "steps": [shower.step(one) for one in found.steps.values()],
        }
    )


@router.get(
    "/ledgers/{ledger}/records",
    auth=READ,
    response={200: shapes.Records, **REFUSALS},
    tags=["records"],
    openapi_extra=LISTING,
)
def list_records(
    request: HttpRequest,
    ledger: str,
    sort: str = Query("-opened_at", max_length=60),
    limit: Limit = 50,
    offset: Offset = 0,
    as_of: Moment = None,
    q: str | None = Query(None, min_length=2, max_length=60),
    view: str | None = Query(None, min_length=1, max_length=60),
    after: str | None = Query(None, min_length=1, max_length=4000),
) -> HttpResponse:
    """A page of the records within the caller's reach.

    To read on, give `after` what the page before called `next`, with the other parameters unchanged: the last of a million
    costs what the first does, while `offset` counts its way there. `total` is exact up to 100,000, and `exact` says so.
    `cut` says that words were found in more records than are looked at, and in how many they were looked for.

    Further parameters filter by a visible field, or by state, unit (and what lies under it), office, post or code;
    a parameter given twice means either. `sort` is a field or `opened_at`, `closed_at`, `due_at`, `known_at`, with `-`
    for descending. `q` finds words. `view` is the key of a view of the ledger; what is given besides goes before what it says.
    """
    caller, shower = request.auth, Shower(request.auth)
    found = ledger_of(caller, ledger)
    asked = page_of(caller, found, request.GET, sort, limit, offset, past_moment(caller, as_of), q, view, after)
    return reply(_paged(shower, asked.page, limit, offset) | {"next": asked.next, "cut": asked.cut})


list_records.reads_filters = True


@router.post("/ledgers/{ledger}/find", auth=READ, response={200: shapes.Records, **REFUSALS}, tags=["records"])
def find(request: HttpRequest, ledger: str, body: shapes.FindIn) -> HttpResponse:
    """The records within reach that have exactly this value in a secret field which the caller may unmask, newest first.

    Spaces, dashes and +86 before a mobile number make no difference. The value stands in no address and no log.
    """
    caller, shower = request.auth, Shower(request.auth)
    found = ledger_of(caller, ledger)
    may = access.may_find_by(found, caller.actor)
    if body.field not in may:
        known = ", ".join(may) or "—"
        raise wrong(
            "field",
            f"不能按“{body.field[:40]}”找；可以按：{known} | You cannot find by “{body.field[:40]}”; you may by: {known}",
        )
    page = records.page(
        caller.district, caller.actor, ledger, filters={body.field: body.value}, limit=body.limit, offset=body.offset
    )
    return reply(_paged(shower, page, body.limit, body.offset))


@router.get(
    "/ledgers/{ledger}/export",
    auth=[BearerToken("export"), SessionCookie()],
    response={200: shapes.Record, **REFUSALS},
    tags=["records"],
    openapi_extra={"x-lines": True, **LISTING},
)
def export(
    request: HttpRequest, ledger: str, as_of: Moment = None, view: str | None = Query(None, min_length=1, max_length=60)
) -> StreamingHttpResponse:
    """Every record within reach, one JSON object a line, oldest first, as of one moment: `as_of`, or now.

    Filters, conditions and `view` as for the list.
    """
    caller, shower = request.auth, Shower(request.auth)
    found = ledger_of(caller, ledger)
    where, filters, ids = narrowed(caller, found, request.GET, view, past_moment(caller, as_of))
    moment = past_moment(caller, as_of) or caller.district.now()

    def lines() -> Iterator[bytes]:
        last, more = None, True
        while more:
            page = records.page(
                caller.district,
                caller.actor,
                found.name,
                where=where,
                filters=filters,
                ids=ids,
                descending=False,
                at=last,
                limit=records.MOST,
                as_of=moment,
                count=False,
            )
            yield b"".join(as_json(shower.record(one)) + b"\n" for one in page.records)
            last, more = page.last, page.more

    return StreamingHttpResponse(lines(), content_type="application/x-ndjson")


export.reads_filters = True


@router.post(
    "/ledgers/{ledger}/records",
    auth=ACT,
    response={201: shapes.Outcome, **REFUSALS},
    tags=["records"],
    openapi_extra=KEY,
)
def report(request: HttpRequest, ledger: str, body: shapes.ReportIn) -> HttpResponse:
    """Report a new record by one of the ledger's first steps."""
    caller = request.auth
    outcome = take_step(caller.district, act_of(caller, ledger_of(caller, ledger), body, None, act_key(request)))
    return reply(Shower(caller).outcome(outcome), 201)


@router.get(
    "/ledgers/{ledger}/records/{record}",
    auth=READ,
    by_alias=True,
    response={200: shapes.RecordOpen, **REFUSALS},
    tags=["records"],
)
def get_record(request: HttpRequest, ledger: str, record: str, as_of: Moment = None) -> HttpResponse:
    """One record by its code or id, with the steps the caller may take on it."""
    caller = request.auth
    moment = past_moment(caller, as_of)
    found = record_of(caller, ledger_of(caller, ledger), record, moment)
    return reply(Shower(caller).open_record(found, now=moment is None))


@router.get(
    "/ledgers/{ledger}/records/{record}/history",
    auth=READ,
    response={200: shapes.History, **REFUSALS},
    tags=["records"],
)
def history(request: HttpRequest, ledger: str, record: str) -> HttpResponse:
    """The record's acts in order, with what the caller may see of each."""
    caller, shower = request.auth, Shower(request.auth)
    declared = ledger_of(caller, ledger)
    found = record_of(caller, declared, record)
    entries = records.history(caller.district, found)
    titles = events.TITLES | {name: step.title for name, step in caller.district.rules.flows[ledger].steps.items()}
    return reply(
        {
            "entries": [
                {
                    "seq": one.seq,
                    "step": one.step,
                    "step_title": shower.say(titles.get(one.step, one.step)),
                    "state": one.to_state,
                    "person": one.person,
                    "post": shower.post(one.post),
                    "via": one.via,
                    "at": one.at,
                    "known_at": one.known_at,
                    "values": {name: value for name, value in one.values.items() if value is not None},
                    "erased": one.erased,
                }
                for one in entries
            ],
            "fields": {
                name: [
                    {"seq": one.entry.seq, "before": one.before, "value": one.value, "row": one.row} for one in changes
                ]
                for name, changes in field_history.by_field(entries).items()
            },
            "looks": [
                {
                    "person": one.person,
                    "post": shower.post(one.post),
                    "fields": list(one.fields),
                    "why": one.why,
                    "at": one.at,
                }
                for one in unmasking.looks(caller.district, found)
            ],
        }
    )


@router.post(
    "/ledgers/{ledger}/records/{record}/unmask", auth=ACT, response={200: shapes.Unmasked, **REFUSALS}, tags=["records"]
)
def unmask(request: HttpRequest, ledger: str, record: str, body: shapes.UnmaskIn) -> HttpResponse:
    """The private and secret values that the caller may have shown. Who asked, when and why stands in the history."""
    caller, shower = request.auth, Shower(request.auth)
    found = record_of(caller, ledger_of(caller, ledger), record)
    try:
        shown = unmasking.unmask(caller.district, caller.actor, found, body.why)
    except (unmasking.NoReason, Wrong) as error:
        raise wrong("why", str(error)) from None
    response = reply({"values": shower.values(found.ledger, shown)})
    response["Cache-Control"] = "no-store"
    return response


@router.post(
    "/ledgers/{ledger}/records/{record}/steps",
    auth=ACT,
    response={200: shapes.Outcome, **REFUSALS},
    tags=["records"],
    openapi_extra=KEY,
)
def take(request: HttpRequest, ledger: str, record: str, body: shapes.StepIn) -> HttpResponse:
    """Take a step on a record."""
    caller = request.auth
    declared = ledger_of(caller, ledger)
    found = situation.find(caller.district, ledger, key_of(record), body.step)
    number = (
        found.row["id"] if found else id_of(caller, ledger, record)
    )  # a hidden one: an act taken before is answered
    if number is None:
        raise no_record()
    outcome = take_step(caller.district, act_of(caller, declared, body, number, act_key(request)), found)
    return reply(Shower(caller).outcome(outcome))


def _paged(shower: Shower, page: records.Page, limit: int, offset: int) -> dict[str, Any]:
    return {
        "records": [shower.record(one) for one in page.records],
        "total": page.total,
        "exact": not page.beyond,
        "more": page.more,
        "limit": limit,
        "offset": offset,
    }


def _short(shower: Shower, ledger) -> dict[str, str]:
    return {
        "name": ledger.name,
        "title": shower.say(ledger.title),
        "group": shower.say(ledger.group),
        "purpose": shower.say(ledger.purpose),
    }
