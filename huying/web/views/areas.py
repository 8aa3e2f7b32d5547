"""The areas of the district: how many as of a day beside what documents say, which changed; open work of those that ended, moved."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from huying.declare.kinds import say
from huying.engine import access, area_moves, areas, records
from huying.engine.area_moves import Tally
from huying.engine.areas import Change
from huying.web import gate, requested
from huying.web.words import gettext as _

AT_ONCE = 5  # batches a request
SHOWN = 50


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """Every level as of a day, and every area that changed."""
    day, wrong = request.district.today(), ""
    if asked := request.GET.get("on", "").strip():
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            wrong = _("日期写成 2020-06-11 这样")
    shown = {
        "levels": areas.by_level(request.district, day),
        "day": day,
        "wrong": wrong,
        "changes": areas.changes(request.district),
    }
    return render(request, "areas/index.html", shown)


@require_http_methods(["GET", "POST"])
@gate.staff
def area(request: HttpRequest, code: str) -> HttpResponse:
    """One area that changed; posted: move its open work, put it back, or say where one record goes."""
    change = areas.change_of(request.district, code)
    if change is None:
        return gate.not_found(request)
    if request.method == "GET":
        tried = (
            area_moves.rehearse(request.district, change) if "try" in request.GET and _administers(request) else None
        )
        return render(request, "areas/area.html", _shown(request, change, tried=tried))
    if "settle" in request.POST:
        return _settle(request, change)
    if not _administers(request):
        return gate.not_found(request)
    if "back" in request.POST:
        done, kept = area_moves.put_back(request.district, change, request.actor)
        messages.success(request, _("已放回 %(n)s 条；%(m)s 条没有放回。") % {"n": done, "m": len(kept)})
        return render(request, "areas/area.html", _shown(request, change, kept=kept[:SHOWN]))
    tally = area_moves.move(request.district, change, request.actor, batches=AT_ONCE)
    messages.success(request, _("移了 %(n)s 条。") % {"n": tally.total})
    return render(request, "areas/area.html", _shown(request, change, done=tally))


def _administers(request: HttpRequest) -> bool:
    return request.actor.may("administer")


def _settle(request: HttpRequest, change: Change) -> HttpResponse:
    """Where one record goes, as a person says who sees it and enters its ledger."""
    record, to = requested.uuid(request.POST.get("settle", "")), change.heir(request.POST.get("to", ""))
    name = request.POST.get("ledger", "")
    if (
        record is None
        or not _may_settle(request, name)
        or not records.many(request.district, request.actor, name, [record])
    ):
        return gate.not_found(request)
    if to is None:
        messages.error(request, _("先选一个接手的。"))
    elif why := area_moves.settle(request.district, change, record, to, request.actor):
        messages.error(request, _("没有移：%(why)s。") % {"why": say(why, request.lang)})
    return HttpResponseRedirect(f"{request.path}#asked")


def _may_settle(request: HttpRequest, name: str) -> bool:
    ledger = request.district.rules.ledgers.get(name)
    return bool(
        ledger and access.may_see(ledger, request.actor) and access.first_steps(request.district, request.actor, name)
    )


def _shown(
    request: HttpRequest,
    change: Change,
    tried: Tally | None = None,
    done: Tally | None = None,
    kept: list[tuple[str, str, str]] | None = None,
) -> dict[str, Any]:
    heirs = {unit.code: unit for unit, _share in change.heirs}
    tally, ledgers = done or tried, request.district.rules.ledgers
    lines = [
        (ledgers[name], heirs.get(code), area_moves.TITLES[how], count)
        for (name, code, how), count in sorted(tally.moved.items())
    ] if tally else []  # fmt: skip
    return {
        "change": change,
        "others": [unit for unit, _share in change.heirs if unit.id != change.unit],
        "administers": _administers(request),
        "tried": tried,
        "done": done,
        "lines": lines,
        "waits": [(ledgers[name], count) for name, count in sorted((tally.asked if tally else Counter()).items())],
        "failed": [(ledgers[name], code, why) for name, code, why in (tally.failed if tally else [])[:SHOWN]],
        "kept": [(ledgers[name], code, why) for name, code, why in kept or ()],
        "asked": _asked(request, change),
    }


def _asked(request: HttpRequest, change: Change) -> list[records.Record]:
    """The records for which this person must say where they go."""
    found = area_moves.waiting(request.district, change, SHOWN) if change.ended else {}
    return [
        record
        for name, ids in found.items()
        if _may_settle(request, name)
        for record in records.many(request.district, request.actor, name, ids)
    ]


urlpatterns = [path("areas", index, name="areas"), path("areas/<str:code>", area)]
