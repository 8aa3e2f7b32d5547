"""Bulletins: begin one, look at it against the last, issue it, and what has been restated since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.kinds import say
from huying.engine import bulletins, report_periods, restatements, tasks
from huying.engine.bulletins import Line
from huying.engine.decide import StepRefused
from huying.engine.records import Record
from huying.web import gate, requested, taskview
from huying.web.words import gettext as _


@require_http_methods(["GET", "POST"])
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """Every bulletin, the latest first; and the next one to begin."""
    district, actor = request.district, request.actor
    if bulletins.ledger(district) is None:
        return gate.not_found(request)
    wrong = ""
    if request.method == "POST":
        period, wrong = taskview.period(request)
        if not wrong:
            try:
                made = bulletins.draft(district, actor, period, act=requested.act(request))
                return HttpResponseRedirect(f"/bulletins/{made.code}")
            except StepRefused as refused:
                wrong = say(refused.sentence, request.lang)
    found = bulletins.every(district, actor)
    quarter = report_periods.of(district.today()).before
    month = report_periods.of(district.today(), False).before
    taken = {one.values["period"] for one in found}
    next_ = [(one.name, say(one.title, request.lang)) for one in (quarter, month) if one.name not in taken]
    return render(
        request,
        "bulletins/index.html",
        {
            "found": [(one, say(bulletins.period_of(one).title, request.lang)) for one in found],
            "flow": bulletins.ledger(district),
            "may": actor.may("see_drafts"),
            "next": next_,
            "period": request.POST.get("period") or (next_[0][0] if next_ else ""),
            "wrong": wrong,
        },
        status=422 if wrong else 200,
    )


@require_GET
@gate.staff
def bulletin(request: HttpRequest, code: str) -> HttpResponse:
    """One bulletin: its figures, those that are late, every line with what it rests on, and its restatements."""
    return _page(request, code)


@require_POST
@gate.staff
def act(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Bring a draft up to now, or issue what is checked."""
    district, actor = request.district, request.actor
    found = bulletins.one(district, actor, code)
    if found is None or name not in ("renew", "issue"):
        return gate.not_found(request)
    try:
        if name == "renew":
            bulletins.renew(district, actor, found, requested.act(request))
            messages.success(request, _("数据已更新到现在"))
        else:
            number = request.POST.get("number", "")
            bulletins.issue(district, actor, found, number, act=requested.act(request))
            messages.success(request, _("已印发，各项已定格"))
    except StepRefused as refused:
        return _page(request, code, say(refused.sentence, request.lang))
    return HttpResponseRedirect(f"/bulletins/{code}")


def _page(request: HttpRequest, code: str, wrong: str = "") -> HttpResponse:
    district, lang = request.district, request.lang
    found = bulletins.one(district, request.actor, code)
    if found is None:
        return gate.not_found(request)
    lines, tally = bulletins.read(district, found)
    missing = [unit.name(lang) for one in tally.missing if (unit := request.tree.get(one))]
    groups: dict[str, list[dict[str, Any]]] = {}
    every = (
        tasks.flat(tasks.every(district)) if lang == "en" else []
    )  # a line is frozen in the language that was printed
    titles = {one.id: say(one.commitment.title, lang) for one in every}
    for line in lines:
        groups.setdefault(line.status, []).append(_line(request, line, tally, found, titles))
    restated = restatements.of(district, found)
    return render(
        request,
        "bulletins/bulletin.html",
        {
            "bulletin": found,
            "title": say(bulletins.period_of(found).title, lang),
            "flow": found.ledger.name,
            "findings": district.rules.provides.get("findings", ""),
            "tally": tally,
            "words": say(tally.words, lang),
            "missing": missing,
            "counts": [(name, taskview.status_title(name, lang), len(some)) for name, some in groups.items()],
            "groups": [
                (name, taskview.status_title(name, lang), taskview.FINDING_LIGHTS.get(name, "grey"), some)
                for name, some in groups.items()
            ],
            "found": sum(line.found for line in lines),
            "restated": [
                (_line(request, one.line, tally, found, titles), one, _areas(request, one)) for one in restated
            ],
            "may": request.actor.may("see_drafts"),
            "wrong": wrong,
            "number": request.POST.get("number", ""),
        },
        status=422 if wrong else 200,
    )


def _line(
    request: HttpRequest, line: Line, tally: bulletins.Tally, bulletin: Record, titles: Mapping[UUID, str]
) -> dict[str, Any]:
    """A line as the page shows it; behind: the address at which its evidence says why it is so, as of then."""
    unit = request.tree.get(line.office)
    behind = {"from": line.first_day, "to": bulletin.values["last_day"], "by": "all", "as_of": line.as_of.isoformat()}
    return {
        "line": line,
        "title": titles.get(line.task) or say(line.title, request.lang),
        "office": unit.name(request.lang) if unit else "",
        "evidence_word": taskview.status_title(line.evidence_status, request.lang),
        "new": line.code in tally.newly,
        "unit": line.unit,
        "behind": f"/indicators/{line.measure}/why?{urlencode(behind)}" if line.first_day else "",
    }


def _areas(request: HttpRequest, one: restatements.Restated) -> list[tuple[str, Any, Any]]:
    """(area, was, is) in words."""
    known = request.tree.by_code
    return [
        (known[code].name(request.lang) if code in known else code or _("未填"), was, now)
        for code, was, now in one.areas
    ]


urlpatterns = [
    path("bulletins", index, name="bulletins"),
    path("bulletins/<str:code>", bulletin),
    path("bulletins/<str:code>/<str:name>", act),
]
