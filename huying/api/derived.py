"""/derived: ledgers that are computed from others; who is listed on a day, why, and until when."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from huying.api import derived_shapes as shapes
from huying.api.asking import day, past_moment, unit_of, wrong
from huying.api.callers import Caller
from huying.api.ledgers import READ, Limit, Moment, Offset
from huying.api.problems import Problem
from huying.api.shapes import REFUSALS
from huying.api.show import Shower, reply, url_of
from huying.declare.derived import Derived
from huying.declare.kinds import Field
from huying.engine import derived, derived_words
from huying.engine.cell_texts import Shower as Texts
from huying.engine.cell_texts import told
from huying.engine.derived import Listed, Reason

router = Router()
On = Annotated[date | None, Query(description="The day asked; today when nothing is said.")]


@router.get("/derived", auth=READ, by_alias=True, response={200: shapes.DerivedLedgers, **REFUSALS}, tags=["derived"])
def list_derived(request: HttpRequest) -> HttpResponse:
    """The derived ledgers that the caller may see."""
    caller, shower = request.auth, Shower(request.auth)
    rules = caller.district.rules
    seen = [one for one in rules.derived.values() if derived.may_see(rules, one, caller.actor)]
    return reply({"derived": [_declared(shower, one) for one in seen]})


@router.get("/derived/{name}", auth=READ, by_alias=True, response={200: shapes.Listing, **REFUSALS}, tags=["derived"])
def listed(
    request: HttpRequest,
    name: str,
    on: On = None,
    as_of: Moment = None,
    area: str | None = Query(None, max_length=60, description="A unit's code or id, and what lies under it."),
    ground: int | None = Query(None, ge=0, le=99, description="Only rows that this ground puts there on that day."),
    sort: str = Query("to_day", max_length=60),
    limit: Limit = 50,
    offset: Offset = 0,
) -> HttpResponse:
    """Who is listed on a day, by what is known now or was known at a moment.

    `sort` is from_day, to_day or a column, with `-` for descending. A reason whose record is out of the caller's reach is
    counted in `hidden`.
    """
    caller, shower = request.auth, Shower(request.auth)
    declared = _found(caller, name)
    asked = day(caller, "on", on) or caller.district.today()
    units = caller.tree.under(unit_of(caller, "area", area).id) if area else None
    try:
        page = derived.page(
            caller.district,
            caller.actor,
            name,
            on=asked,
            as_of=past_moment(caller, as_of),
            units=units,
            ground=ground,
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
            offset=offset,
            limit=limit,
        )
    except ValueError as error:
        raise wrong("sort", str(error)) from None
    fields = derived.columns(caller.district.rules, declared)
    texts = Texts(caller.district, caller.tree, shower.lang)
    return reply(
        {
            **_declared(shower, declared),
            "on": asked,
            "as_of": as_of,
            "rows": [_row(shower, texts, declared, fields, one) for one in page.rows],
            "total": page.total,
            "more": page.more,
            "limit": limit,
            "offset": offset,
        }
    )


def _found(caller: Caller, name: str) -> Derived:
    declared = caller.district.rules.derived.get(name)
    if declared is None:
        raise Problem(
            404,
            "derived.none",
            f"没有派生$ledger“{name[:60]}”；全部见 /api/v1/derived | "
            f"There is no derived ledger “{name[:60]}”; /api/v1/derived lists them",
        )
    derived.reach_for(caller.district.rules, declared, caller.actor)
    return declared


def _declared(shower: Shower, one: Derived) -> dict[str, Any]:
    rules = shower.district.rules
    return {
        "name": one.name,
        "title": shower.say(one.title),
        "group": shower.say(one.group),
        "purpose": shower.say(one.purpose),
        "from": list(one.of),
        "reads": list(one.ledgers),
        "words": derived_words.declaration(rules, one, shower.lang),
        "columns": {key: shower.say(field.title) for key, field in derived.columns(rules, one).items()},
    }


def _row(shower: Shower, texts: Texts, declared: Derived, fields: dict[str, Field], row: Listed) -> dict[str, Any]:
    return {
        "label": row.label,
        "from_day": row.first,
        "to_day": row.last,
        "values": {key: shower.value(fields[key], value) for key, value in row.values.items()},
        "reasons": [_reason(shower, texts, declared, one) for one in row.reasons],
        "hidden": row.hidden,
    }


def _reason(shower: Shower, texts: Texts, declared: Derived, one: Reason) -> dict[str, Any]:
    code = one.record.code if one.record else ""
    said = derived_words.reason(
        shower.district.rules, declared, one, lambda field, value: told(texts.cell(field, value, {})), shower.lang
    )
    return {
        "ground": one.ground,
        "words": said,
        "from_day": one.first,
        "to_day": one.last,
        "ledger": one.ledger,
        "code": code,
        "url": url_of(one.ledger, code),
        "few": dict(one.few),
        "many": dict(one.many),
    }
