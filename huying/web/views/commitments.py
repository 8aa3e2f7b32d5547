"""Promises: the board, one with its four statements, and what the public sees."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import say
from huying.engine import access, commitments, differences, documents, indicators, letters, pace, report_periods, tasks
from huying.engine.commitments import Status
from huying.web import gate, numbers, taskview
from huying.web.words import gettext as _

SHOWN = 20


@require_GET
@gate.staff
def board(request: HttpRequest) -> HttpResponse:
    """Every task that was issued, parts beneath theirs, late ones first; chosen and grouped as the address says."""
    as_of, wrong = numbers.moment(request)
    found = commitments.board(request.district, request.actor, as_of)
    chosen = Chosen.of(request)
    shown = [one for one in found if chosen.fits(request, one)]
    groups: dict[str, list[dict[str, Any]]] = {}
    for status in sorted(shown, key=lambda one: pace.LIGHTS.index(one.standing.light)):
        groups.setdefault(chosen.group_of(request, status), []).append(taskview.row(request, status))
    order = sorted(  # a group with late ones stands before one without
        dict.fromkeys(chosen.group_of(request, one) for one in found),
        key=lambda title: -sum(row["status"].standing.light in ("red", "amber") for row in groups.get(title, ())),
    )
    return render(
        request,
        "commitments/board.html",
        {
            "groups": [(title, groups[title]) for title in order if title in groups],
            "drafts": documents.drafts(request.district, request.actor),
            "may_read": "documents" in request.district.rules.provides and request.actor.may("see_drafts"),
            "as_of": as_of,
            "wrong": wrong,
            "chosen": chosen,
            "chips": chosen.chips(request, found),
            "choices": chosen.choices(request, found),
            "groupings": [("area", _("工作领域")), ("office", _("牵头$office")), ("leader", _("责任领导"))],
            "total": len(found),
            "parts": sum(len(one.parts) for one in found),
            "shown": len(shown),
        },
    )


@dataclass(frozen=True)
class Chosen:
    """Which tasks the board shows, and how it groups them: what the address says."""

    status: str = ""
    area: str = ""
    office: str = ""
    leader: str = ""
    source: str = ""
    q: str = ""
    by: str = "area"

    @classmethod
    def of(cls, request: HttpRequest) -> Chosen:
        given = {name: request.GET.get(name, "").strip()[:80] for name in cls.__dataclass_fields__}
        return cls(**{**given, "by": given["by"] if given["by"] in ("office", "leader") else "area"})

    @property
    def narrow(self) -> bool:
        """Whether anything is chosen besides the status."""
        return any(getattr(self, name) for name in ("area", "office", "leader", "source", "q")) or self.by != "area"

    def fits(self, request: HttpRequest, one: Status) -> bool:
        task = one.commitment
        every = [task, *(part.commitment for part in one.parts)]
        words = f"{task.name} {' '.join(each.title for each in every)} {task.number}".lower()
        return (
            (not self.status or one.standing.status == self.status)
            and (not self.area or task.area == self.area)
            and (not self.office or any(self.office == each.lead for each in every))
            and (not self.leader or any(self.leader == each.leader for each in every))
            and (not self.source or task.source_kind == self.source)
            and all(word in words for word in self.q.lower().split())
        )

    def group_of(self, request: HttpRequest, one: Status) -> str:
        task = one.commitment
        if self.by == "office":
            unit = request.tree.by_code.get(task.lead)
            return unit.name(request.lang) if unit else _("待定")
        if self.by == "leader":
            return task.leader or _("待定")
        return say(task.area, request.lang) or _("其他")

    def chips(self, request: HttpRequest, found: list[Status]) -> list[dict[str, Any]]:
        """How many tasks stand how; pressing one shows them alone."""
        counts = Counter(one.standing.status for one in found)
        order = [pace.BEHIND, pace.ON_PACE, pace.AHEAD, pace.DONE, pace.NOT_DUE, pace.UNMEASURED]
        every = [("", _("全部"), len(found))] + [
            (name, say(pace.TITLES[name], request.lang), counts[name]) for name in order if counts[name]
        ]
        return [
            {"title": title, "n": n, "on": name == self.status, "url": self.url(status=name)}
            for name, title, n in every
        ]

    def choices(self, request: HttpRequest, found: list[Status]) -> list[dict[str, Any]]:
        """The drop-downs: each with what tasks there are have."""
        every = [each for one in found for each in (one.commitment, *(part.commitment for part in one.parts))]
        offices = {
            code: unit.name(request.lang)
            for one in every
            if (code := one.lead) and (unit := request.tree.by_code.get(code))
        }
        ledger = request.district.rules.ledgers.get(tasks.ledger(request.district) or "")
        sources = ledger.fields["source_kind"].choices if ledger else {}
        lists = {
            "area": (_("工作领域"), {one.area: say(one.area, request.lang) for one in every if one.area}),
            "office": (_("牵头$office"), offices),
            "leader": (_("责任领导"), {one.leader: one.leader for one in every if one.leader}),
            "source": (
                _("来源"),
                {
                    one.source_kind: say(sources.get(one.source_kind, ""), request.lang)
                    for one in every
                    if one.source_kind in sources
                },
            ),
        }
        return [
            {"name": name, "title": title, "options": [(v, t, v == getattr(self, name)) for v, t in options.items()]}
            for name, (title, options) in lists.items()
            if len(options) > 1
        ]

    def url(self, **given: str) -> str:
        """The board's address with this changed."""
        query = {name: given.get(name, getattr(self, name)) for name in self.__dataclass_fields__}
        kept = {name: value for name, value in query.items() if value and (name, value) != ("by", "area")}
        return f"/commitments{'?' + urlencode(kept) if kept else ''}"


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
    concerned = status.difference and differences.concerns(actor, status)
    gap = differences.by_area(district, status, as_of) if concerned else None
    complete = [(say(part, request.lang), has) for part, has in status.complete.items()]
    return render(
        request,
        "commitments/commitment.html",
        {
            **taskview.row(request, status),
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
                taskview.finding(request, one)
                for one in commitments.history(district, "findings", actor, status.task.id, as_of)
            ],
            "gap": gap,
            "nothing": differences.names(gap.nothing, request.lang) if gap else [],
            "letters": letters.about(district, actor, name),
            "may_write": not as_of and taskview.may_write_letters(request),
            "report": taskview.report_url(request, status) if not as_of else "",
            "nodes": pace.nodes(status.commitment),
            "milestones": sorted(status.commitment.texts.items()),
            "record_url": _record_url(request, status),
            "complete": complete,
            "has": sum(has for _part, has in complete),
            "may": [] if as_of else [_add(request, what, name) for what in ("claims", "findings")],
            "as_of": as_of,
            "wrong": wrong,
        },
    )


@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """For everyone: each promise with what is published of it, now or as of a day. Nothing of claims, nor of evidence that
    is not shown."""
    groups: dict[str, list[dict[str, Any]]] = {}
    as_of, wrong = numbers.moment(request) if request.district else (None, [])
    for status in commitments.promises(request.district, as_of) if request.district else []:
        groups.setdefault(status.commitment.area, []).append(_promise(request, status))
    return render(
        request,
        "commitments/promises.html",
        {
            "groups": [(say(area, request.lang) or _("其他"), rows) for area, rows in groups.items()],
            "papers": documents.published(request.district) if request.district else [],
            "as_of": as_of,
            "wrong": wrong,
        },
    )


def _promise(request: HttpRequest, status: Status) -> dict[str, Any]:
    """A row for everyone: what bulletins said of it in plain words, the latest first."""
    said = [
        {
            "period": say(report_periods.title(str(one.values.get("period"))), request.lang),
            "words": taskview.plain(str(one.values.get("status"))),
            "light": taskview.FINDING_LIGHTS.get(str(one.values.get("status")), "grey"),
            "number": one.values.get("number") or "",
            "day": one.known_at.astimezone(request.district.calendar.tz).date(),
        }
        for one in status.printed
    ]
    parts = [_promise(request, part) for part in status.parts]
    return {**taskview.row(request, status), "said": said, "parts": parts}


def _record_url(request: HttpRequest, status: Status) -> str:
    """Where the task's own record is, with its next acts and its history; empty for those who do not see it."""
    name = tasks.ledger(request.district)
    seen = name and access.may_see(request.district.rules.ledgers[name], request.actor)
    return f"/ledgers/{name}/{status.task.code}" if seen else ""


def _add(request: HttpRequest, what: str, name: str) -> dict[str, str] | None:
    """Where the actor adds a claim or a finding: the ledger's own form, with the promise and the month filled in."""
    ledger = request.district.rules.provides.get(what)
    steps = access.first_steps(request.district, request.actor, ledger) if ledger else []
    if not steps or not access.may_see(request.district.rules.ledgers[ledger], request.actor):
        return None
    words = {"claims": _("登记申报"), "findings": _("作出认定")}[what]
    period = report_periods.reported(request.district.today()).name
    return {"title": words, "url": f"/ledgers/{ledger}/new/{steps[0].name}?task={name}&period={period}"}


urlpatterns = [
    path("commitments", board, name="commitments"),
    path("commitments/<str:name>", commitment, name="commitment"),
    path("promises", promises, name="promises"),
]
