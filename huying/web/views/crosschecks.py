"""Cross-checks: pairs of numbers that should bear each other out, those that do not first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.crosschecks import RELATIONS
from huying.declare.kinds import say
from huying.engine import crosschecks
from huying.engine.crosschecks import DIFFERS, HOLDS, OPEN, Crosschecked, Found
from huying.web import gate
from huying.web.words import gettext as _

LIGHTS = {HOLDS: "green", DIFFERS: "red", OPEN: "grey"}


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """Every check with both numbers, where they stand and what to do; by kind, or only those that stand in one way."""
    found = crosschecks.every(request.district, request.actor)
    only = request.GET.get("show", "")
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        if only in ("", one.verdict):
            groups.setdefault(say(one.check.group, request.lang), []).append(_shown(request, one))
    chips = [("", _("全部"), len(found))]
    chips += [(name, say(crosschecks.TITLES[name], request.lang), n) for name, n in crosschecks.tally(found).items()]
    return render(
        request,
        "tasks/crosschecks.html",
        {
            "groups": groups,
            "chips": [{"url": f"?show={name}" if name else "?", "title": title, "n": n, "on": name == only}
                      for name, title, n in chips],
            "total": len(found),
        },
    )  # fmt: skip


def _shown(request: HttpRequest, one: Crosschecked) -> dict[str, Any]:
    check, lang = one.check, request.lang
    return {
        "one": one,
        "title": say(check.title, lang),
        "unit": say(one.unit, lang),
        "relation": RELATIONS[check.relation],
        "slack": check.tolerance.amount and f"{check.tolerance.amount}{'%' if check.tolerance.percent else ''}",
        "light": LIGHTS[one.verdict],
        "verdict": say(crosschecks.TITLES[one.verdict], lang),
        "do": say(check.do, lang) if one.verdict == DIFFERS else "",
        "sides": [{"value": side.value, "found": [_found(request, each) for each in side.found]}
                  for side in (one.left, one.right)],
    }  # fmt: skip


def _found(request: HttpRequest, one: Found) -> dict[str, Any]:
    """A number with where it stands and the page that has it."""
    urls = {"task": f"/commitments/{one.task}" if one.task else "", "indicator": f"/indicators/{one.term.name}"}
    return {
        "says": say(one.says, request.lang),
        "value": one.value,
        "unit": say(one.unit, request.lang),
        "places": [f"{chapter} L{line}" if line else chapter for _document, chapter, line in one.places],
        "document": one.places[0][0] if one.places else "",
        "url": urls.get(one.term.what, ""),
        "code": one.task,
        "year": one.term.year,
        "waits": one.term.what == "task" and not one.task,
    }


urlpatterns = [path("tasks/crosschecks", index, name="crosschecks")]
