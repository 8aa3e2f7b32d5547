"""The review screen: the text on one side, the reading at hand on the other; each act a step, each answered at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from huying.declare.kinds import say
from huying.engine import settling
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.readings import Line
from huying.engine.records import Record
from huying.web import gate, requested
from huying.web.reviewing import Desk, chips, document_of
from huying.web.words import gettext as _

LAST, KEPT = "readings_last", 20  # the session's readings that were dealt with last, so that they can be taken back


@require_GET
@gate.staff
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Both panes; with HX-Request the pane of the reading at hand alone, or with ?text the text alone."""
    document = document_of(request, code)
    if document is None:
        return gate.not_found(request)
    desk = Desk(request, document)
    if request.headers.get("HX-Request"):
        if "text" in request.GET:
            return HttpResponse(desk.text())
        return _pane(request, desk)
    return render(
        request,
        "reading/review.html",
        {**_both(request, desk), **desk.hand(), "text": desk.text()},
    )


@require_POST
@gate.staff
def act(request: HttpRequest, code: str, reading: str, name: str) -> HttpResponse:
    """One act on one reading; then the next one, or the same with what is wrong and all that was typed."""
    document = document_of(request, code)
    desk = Desk(request, document) if document else None
    line = next((one for one in desk.lines if one.code == reading), None) if desk else None
    if document is None or desk is None or line is None or name not in ACTS:
        return gate.not_found(request)
    desk.asked = line.code
    desk.at = line
    following = desk.after()
    try:
        to = ACTS[name](request, document, desk, line)
    except StepRefused as refused:
        return _again(request, document, reading, name, refused)
    before = [one for one in request.session.get(LAST, []) if one != [code, line.code]]
    request.session[LAST] = before if name == "undo" else [*before, [code, line.code]][-KEPT:]
    fresh = Desk(request, document)
    at = next((one for one in fresh.lines if one.id == to), None) if to else None
    if at is None and following:
        at = next((one for one in fresh.lines if one.id == following.id), None)
    fresh.asked = at.code if at else ""
    said = _said(name, line)
    if not request.headers.get("HX-Request"):
        messages.success(request, said)
        return HttpResponseRedirect(fresh.url(fresh.at))
    response = _pane(request, fresh, said=said)
    whole = name in ("merge", "part", "mend", "undo")
    changed = next((one for one in fresh.lines if one.id == line.id), None)
    told = {
        "text": whole,
        "code": line.code,
        "state": changed.state if changed else "",
        "at": fresh.at.code if fresh.at else "",
    }
    response["HX-Trigger-After-Settle"] = json.dumps({"reading": told})
    response["HX-Replace-Url"] = fresh.url(fresh.at)
    return response


def _pane(request: HttpRequest, desk: Desk, status: int = 200, said: str = "", **given: Any) -> HttpResponse:
    shown = {**_both(request, desk), **desk.hand(**given), "said": said, "partial": True}
    return render(request, "reading/_hand.html", shown, status=status)


def _again(request: HttpRequest, document: Record, reading: str, name: str, refused: StepRefused) -> HttpResponse:
    """The reading as it stands now, with the sentence why the act was not taken; what was typed stays in its form."""
    desk = Desk(request, document)
    desk.asked = reading
    typed = {n: request.POST[n] for n in FIELDS if n in request.POST}
    errors = {field: say(text, request.lang) for field, text in refused.fields.items()}
    problem = say(refused.sentence, request.lang)
    given = {"problem": problem, "errors": errors, "typed": typed, "opened": name}
    if request.headers.get("HX-Request"):
        return _pane(request, desk, 422, **given)
    shown = {**_both(request, desk), **desk.hand(**given), "text": desk.text()}
    return render(request, "reading/review.html", shown, status=422)


def _both(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """What stands beside the reading at hand, on the page and with its pane alone: the filters with their counts, and
    the reading that this person dealt with last here, when it can still be taken back."""
    mine = [reading for code, reading in request.session.get(LAST, []) if code == desk.document.code]
    by_code = {line.code: line for line in desk.lines if line.settled or line.state in ("merged", "parted")}
    return {
        "last": next((by_code[reading] for reading in reversed(mine) if reading in by_code), None),
        "last_act": new_id(),
        "chips": chips(desk, f"/documents/{desk.document.code}"),
    }


def _accept(request: HttpRequest, document: Record, desk: Desk, line: Line) -> UUID | None:
    if line.state == "accepted" and line.reworded:  # seen in its new words
        settling.mend(
            request.district, request.actor, document, line, {}, requested.seen(request), requested.act(request)
        )
    else:
        settling.accept(request.district, request.actor, line, requested.seen(request), requested.act(request))
    return None


def _mend(request: HttpRequest, document: Record, desk: Desk, line: Line) -> UUID | None:
    given = {n: request.POST[n] for n in MENDED if n in request.POST}
    settling.mend(
        request.district, request.actor, document, line, given, requested.seen(request), requested.act(request)
    )
    return None


def _drop(request: HttpRequest, document: Record, desk: Desk, line: Line) -> UUID | None:
    reason = request.POST.get("quick", "").strip() or request.POST.get("reason", "").strip()
    settling.drop(request.district, request.actor, line, reason, requested.seen(request), requested.act(request))
    return None


def _adopt(request: HttpRequest, document: Record, desk: Desk, line: Line) -> UUID | None:
    task = request.POST.get("task", "").strip()
    settling.adopt(request.district, request.actor, line, task, requested.seen(request), requested.act(request))
    return None


def _merge(request: HttpRequest, document: Record, desk: Desk, line: Line) -> UUID | None:
    by_code = {one.code: one for one in desk.lines}
    chosen: list[tuple[Line, int | None]] = [(line, requested.seen(request))]
    for value in request.POST.getlist("with"):
        code, _at, seq = value.partition("@")
        other = by_code.get(code)
        if other is None:
            sentence = "只能合并同一份文件里的条目 | Only readings of one document can be merged"
            raise StepRefused("reading.elsewhere", sentence, {"with": sentence})
        chosen.append((other, requested.whole(seq)))
    return settling.merge(request.district, request.actor, document, chosen, requested.act(request))


def _part(request: HttpRequest, document: Record, desk: Desk, line: Line) -> UUID | None:
    cuts = [-1 if (cut := requested.whole(text)) is None else cut for text in request.POST.getlist("cut")]
    made = settling.part(
        request.district, request.actor, document, line, cuts, requested.seen(request), requested.act(request)
    )
    return made[0]


def _undo(request: HttpRequest, document: Record, desk: Desk, line: Line) -> UUID | None:
    return settling.undo(
        request.district, request.actor, document, line, requested.seen(request), requested.act(request)
    )


MENDED = ("short_title", "measurable", "value", "value_unit", "comparator", "deadline", "quote")
FIELDS = (*MENDED, "reason", "task")
ACTS: dict[str, Callable[[HttpRequest, Record, Desk, Line], UUID | None]] = {
    "accept": _accept, "mend": _mend, "drop": _drop, "adopt": _adopt, "merge": _merge, "part": _part, "undo": _undo,
}  # fmt: skip


def _said(name: str, line: Line) -> str:
    words = {
        "accept": _("已认可 %(code)s"), "mend": _("已改正 %(code)s"), "drop": _("不立项 %(code)s"),
        "adopt": _("已归入任务 %(code)s"), "merge": _("已合并，原来的几条留着，连到新的一条"),
        "part": _("已拆分，原来的一条留着"), "undo": _("已撤销，%(code)s 重新待定"),
    }  # fmt: skip
    return words[name] % {"code": line.code} if "%(code)s" in words[name] else words[name]


urlpatterns = [
    path("documents/<str:code>", review, name="document"),
    path("documents/<str:code>/readings/<str:reading>/<str:name>", act),
]
