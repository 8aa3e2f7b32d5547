"""Promises: the board, one with its four statements, and what the public sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import say
from huying.engine import access, commitments, documents, indicators, pace
from huying.engine.commitments import Status
from huying.web import gate, numbers
from huying.web.words import gettext as _

SHOWN = 20


@require_GET
@gate.staff
def board(request: HttpRequest) -> HttpResponse:
    """Every promise, grouped by policy area, late ones first."""
    as_of, wrong = numbers.moment(request)
    groups: dict[str, list[dict[str, Any]]] = {}
    found = commitments.board(request.district, request.actor, as_of)
    for status in found:
        groups.setdefault(status.commitment.area, []).append(_row(request, status))
    return render(
        request,
        "commitments/board.html",
        {
            "groups": [(say(area, request.lang) or _("其他"), rows) for area, rows in groups.items()],
            "drafts": documents.drafts(request.district, request.actor),
            "may_read": "documents" in request.district.rules.provides and request.actor.may("see_drafts"),
            "as_of": as_of,
            "wrong": wrong,
            "counts": [(light, sum(s.standing.light == light for s in found)) for light in commitments.LIGHTS],
            "total": len(found),
        },
    )


@require_GET
@gate.staff
def commitment(request: HttpRequest, name: str) -> HttpResponse:
    """One promise: four statements side by side, the records behind, its history."""
    district, actor = request.district, request.actor
    as_of, wrong = numbers.moment(request)
    try:
        status = commitments.status(district, actor, name, as_of)
    except KeyError:
        return gate.not_found(request)
    behind, unseen = None, 0
    if status.evidence is not None and status.evidence.figure.rows:
        try:
            behind = indicators.records_behind(
                district,
                actor,
                status.indicator.name,
                status.evidence.start,
                None,
                as_of,
                end=status.evidence.end,
                by="all",
                limit=SHOWN,
            )
            unseen = (
                max(int(status.evidence.figure.num) - behind.total, 0)
                if status.indicator.measure in ("count", "share")
                else 0
            )
        except access.Refused:
            unseen = status.evidence.figure.rows
    ledger = district.rules.ledgers[status.indicator.of] if status.indicator else None
    complete = [(say(part, request.lang), has) for part, has in status.complete.items()]
    return render(
        request,
        "commitments/commitment.html",
        {
            **_row(request, status),
            "behind": behind,
            "unseen": unseen,
            "shown": SHOWN,
            "columns": [
                (n, ledger.fields[n])
                for n in (ledger.list if ledger else ())
                if n in ledger.fields
                and ledger.fields[n].type not in ("record", "photos")
                and n not in (*ledger.private, *ledger.secret)
            ],
            "claims": commitments.history(district, "claims", actor, status.task.id, as_of),
            "findings": [
                _finding(request, one)
                for one in commitments.history(district, "findings", actor, status.task.id, as_of)
            ],
            "nodes": pace.nodes(status.commitment),
            "complete": complete,
            "has": sum(has for _part, has in complete),
            "may": [] if as_of else [_add(request, what, name) for what in ("claims", "findings")],
            "as_of": as_of,
            "wrong": wrong,
        },
    )


@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """For everyone: each promise with what is published of it. Nothing of claims, nor of evidence that is not shown."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for status in commitments.promises(request.district) if request.district else []:
        groups.setdefault(status.commitment.area, []).append(_row(request, status))
    return render(
        request,
        "commitments/promises.html",
        {
            "groups": [(say(area, request.lang) or _("其他"), rows) for area, rows in groups.items()],
            "papers": documents.published(request.district) if request.district else [],
        },
    )


def _row(request: HttpRequest, status: Status) -> dict[str, Any]:
    """What a row of the board and the page share."""
    promise = status.commitment
    office = request.tree.by_code.get(promise.lead)
    return {
        "status": status,
        "promise": promise,
        "words": say(status.standing.words, request.lang),
        "title": say(promise.title, request.lang),
        "office": office.name(request.lang) if office else promise.lead,
        "assisting": [
            unit.name(request.lang) if (unit := request.tree.by_code.get(code)) else code for code in promise.assist
        ],
        "pace": say(pace.TITLES[status.standing.status], request.lang),
        "deadline": pace.deadline(promise, status.asked),
        "found": _finding(request, status.finding) if status.finding else None,
        "next_day": status.calendar.day,
        "next_value": status.calendar.then,
        "last_of_evidence": status.evidence.end - timedelta(days=1) if status.evidence else None,
    }


def _finding(request: HttpRequest, record: Any) -> dict[str, Any]:
    """A finding in words: what, who, when, why."""
    declared = record.ledger.fields.get("status")
    value = record.values.get("status")
    return {
        "record": record,
        "status": say(declared.choices.get(value, str(value)), request.lang) if declared and value else "—",
        "light": {
            "done": "green done",
            "ahead": "green",
            "on_pace": "green",
            "behind": "red",
            "hard": "red",
        }.get(str(value), "grey"),
    }


def _add(request: HttpRequest, what: str, name: str) -> dict[str, str] | None:
    """Where the actor adds a claim or a finding: the ledger's own form, with the promise and the month filled in."""
    ledger = request.district.rules.provides.get(what)
    steps = access.first_steps(request.district, request.actor, ledger) if ledger else []
    if not steps or not access.may_see(request.district.rules.ledgers[ledger], request.actor):
        return None
    words = {"claims": _("登记申报"), "findings": _("作出认定")}[what]
    month = f"{request.district.today():%Y-%m}"
    return {"title": words, "url": f"/ledgers/{ledger}/new/{steps[0].name}?task={name}&period={month}"}


urlpatterns = [
    path("commitments", board, name="commitments"),
    path("commitments/<str:name>", commitment, name="commitment"),
    path("promises", promises, name="promises"),
]
