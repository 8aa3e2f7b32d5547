"""The catalogue of indicators: found by words, area of work, kind, owner and freshness; and the figures that are for everyone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import say
from huying.engine import catalogue, indicators
from huying.engine.catalogue import Entry
from huying.web import gate, numbers
from huying.web.words import gettext as _

ROWS = 60
FRESH = (7, 31, 92)  # days


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator that the actor may see, with this year's figure and how fresh it is; some at a time."""
    district, (as_of, wrong) = request.district, numbers.moment(request)
    today = as_of.astimezone(district.calendar.tz).date() if as_of else district.today()
    chosen = {key: request.GET.get(key, "").strip()[:60] for key in ("q", "pack", "kind", "owner", "fresh")}
    found = catalogue.entries(district, request.actor, chosen["q"], chosen["pack"], chosen["kind"], chosen["owner"])
    fresh: Any = None
    if chosen["fresh"].isdigit() and int(chosen["fresh"]) in FRESH:
        fresh = catalogue.latest(district, request.actor, found)
        since = district.now() - timedelta(days=int(chosen["fresh"]))
        found = [one for one in found if one.indicator.name in fresh and fresh[one.indicator.name] >= since]
    text = request.GET.get("page", "")
    page = int(text) if text.isdigit() and 0 < len(text) < 4 and int(text) else 1
    shown = found[(page - 1) * ROWS : page * ROWS]
    words = _words(request)
    return render(
        request,
        "indicators/index.html",
        {
            "groups": _groups(request, shown, today, as_of, fresh),
            "chosen": chosen,
            "kinds": words,
            "fresh_days": FRESH,
            **_choices(request),
            "total": len(found),
            "page_no": page,
            "more": page * ROWS < len(found),
            "today": today,
            "as_of": as_of,
            "wrong": wrong,
            "published": district.rules.published,
        },
    )


def _groups(
    request: HttpRequest, shown: list[Entry], today: Any, as_of: Any, fresh: Any
) -> list[tuple[str, list[dict[str, Any]]]]:
    """(title of the pack, its rows)."""
    district, actor = request.district, request.actor
    fresh = fresh if fresh is not None else catalogue.latest(district, actor, shown)
    asked = [catalogue.so_far(district, actor, one.indicator, today) for one in shown]
    measured = {
        one.indicator.name: one for one in indicators.measure_many(district, asked, actor=actor, as_of=as_of, skip=True)
    }
    words, groups = _words(request), {}
    for one in shown:
        name = one.indicator.name
        if name in measured:
            row = {"measured": measured[name], "kind": words[one.kind], "owner": one.owner, "fresh": fresh.get(name)}
            groups.setdefault(one.pack, []).append(row)
    return [(say(district.rules.packs[pack].title, request.lang), rows) for pack, rows in groups.items()]


def _choices(request: HttpRequest) -> dict[str, Any]:
    """Packs and owners that there are for this reader."""
    every = catalogue.entries(request.district, request.actor)
    packs = request.district.rules.packs
    return {
        "packs": {one.pack: say(packs[one.pack].title, request.lang) for one in every},
        "owners": sorted({one.owner for one in every if one.owner}),
    }


def _words(request: HttpRequest) -> dict[str, str]:
    return {
        catalogue.COUNTED: _("数出来的"),
        catalogue.STATED: _("别处公布的"),
        catalogue.FIGURED: _("由别的数算出的"),
        catalogue.LISTED: _("推导$ledger里数的"),
    }


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """The figures that are approved for everyone, as everyone is shown them: whole periods, no small counts."""
    if request.district is None:
        return gate.not_found(request)
    district, today = request.district, request.district.today()
    found = [catalogue.entry_of(district, one) for one in district.rules.indicators.values() if one.published]
    asked = [catalogue.so_far(district, request.actor, one.indicator, today) for one in found]
    groups: dict[str, list[Any]] = {}
    for one in indicators.measure_many(district, asked, actor=request.actor, skip=True):
        groups.setdefault(one.indicator.name.partition(".")[0], []).append(one)
    titled = [(say(district.rules.packs[pack].title, request.lang), some) for pack, some in groups.items()]
    pages = [(name, page) for name, page in district.rules.pages.items() if page.public]
    return render(request, "indicators/public.html", {"groups": titled, "pages": pages, "now": district.now()})


urlpatterns = [path("indicators", index, name="indicators"), path("numbers", public, name="numbers")]
