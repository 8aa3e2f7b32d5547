"""Handing a report in, the documents that were read, what was read from one, and what becomes of the document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.kinds import say
from huying.engine import access, document_files, documents, flows, readings, records, sealed, settling, tasks
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.documents import Handed
from huying.engine.records import Record
from huying.reading import NotAReport
from huying.reading.documents import LARGEST
from huying.web import gate, recordview, requested
from huying.web.recordview import Told
from huying.web.reviewing import Desk, address, chips, document_of
from huying.web.words import gettext as _

ROWS = 50
CLOSED_BY_HAND = ("publish", "revise")


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """The documents, the latest first, with how far each is settled."""
    name, _readings = documents.ledgers(request.district)
    number = requested.page_number(request)
    page = records.page(request.district, request.actor, name, offset=(number - 1) * ROWS, limit=ROWS)
    tally = documents.tally(request.district, request.actor, [record.id for record in page.records])
    rows = [(record, *documents.counted(tally.get(record.id, {}))) for record in page.records]
    return render(
        request,
        "reading/index.html",
        {
            "rows": rows,
            "page": page,
            "number": number,
            "ledger": page.records[0].ledger if rows else request.district.rules.ledgers[name],
        },
    )


@require_http_methods(["GET", "POST"])
@gate.staff
def hand_in(request: HttpRequest) -> HttpResponse:
    """Drop a file or paste its text; what is wrong with it in the reader's own words."""
    documents.acting(request.district, request.actor)
    given: dict[str, Any] = {"text": request.POST.get("text", ""), "act": requested.act(request)}
    if request.method == "GET":
        return render(request, "reading/new.html", given)
    try:
        handed = _handed(request)
    except NotAReport as refused:
        sentence = refused.english if request.lang == "en" and refused.english else refused.sentence
        return render(request, "reading/new.html", {**given, "problem": sentence}, status=422)
    except OSError:
        problem = _("文件暂时存不下，请稍后再试，或告诉管理员磁盘满了。")
        return render(request, "reading/new.html", {**given, "problem": problem}, status=422)
    return _enter(request, handed, given)


def _enter(request: HttpRequest, handed: Handed, given: dict[str, Any]) -> HttpResponse:
    """A new document, a newer version of one, or nothing where these words stand already."""
    district, actor = request.district, request.actor
    seen = documents.standing(district, handed.text_sha256)
    if seen:
        words = (
            _("这份文字已经读入过，就是下面这份；没有改动任何东西。")
            if seen.current
            else _("这是下面这份文件的旧版文字，历史里已有；没有改动任何东西。")
        )
        messages.info(request, words)
        return HttpResponseRedirect(address(seen.record))
    chosen = request.POST.get("as", "")
    try:
        if chosen and chosen != "new":
            older = documents.by_code(district, actor, chosen)
            if older is None:
                return gate.not_found(request)
            documents.renew(district, actor, older, handed, act=given["act"])
            return HttpResponseRedirect(address(older))
        alike = [] if chosen == "new" else documents.like(district, handed)
        if alike:
            token = sealed.stamp(f"{handed.text_sha256}:{handed.file_sha256 or ''}:{handed.name}", _purpose(request))
            shown = [(record, round(share * 100)) for record, share in alike]
            return render(request, "reading/alike.html", {**given, "alike": shown, "handed": handed, "token": token})
        made = documents.enter(district, actor, handed, act=given["act"])
    except StepRefused as refused:
        problem = say(refused.sentence, request.lang)
        return render(request, "reading/new.html", {**given, "problem": problem}, status=422)
    return HttpResponseRedirect(f"/documents/{made.code}")


@require_POST
@gate.staff
def bring_up(request: HttpRequest, code: str) -> HttpResponse:
    """Enter the next drafts, or put what is read today in place of what nobody settled; goes on until nothing is left."""
    document = document_of(request, code)
    if document is None:
        return gate.not_found(request)
    whole = not request.headers.get("HX-Request")
    progress = readings.bring_up(request.district, request.actor, document, most=100_000 if whole else readings.BATCH)
    for _place, sentence in progress.refused[:3]:
        messages.warning(request, say(sentence, request.lang))
    if whole or not progress.left:
        response = HttpResponseRedirect(address(document)) if whole else HttpResponse(status=204)
        if not whole:
            response["HX-Refresh"] = "true"
        return response
    return render(request, "reading/_progress.html", Desk(request, document).progress())


@require_GET
@gate.staff
def listed(request: HttpRequest, code: str) -> HttpResponse:
    """What was read, as a list of pages; the document's facts, versions and history; what may be done with it."""
    document = document_of(request, code)
    if document is None:
        return gate.not_found(request)
    desk, number = Desk(request, document), requested.page_number(request)
    found = desk.filtered()
    first = (number - 1) * ROWS
    made = tasks.flat(tasks.every(request.district, states=(*tasks.DRAFTED, *tasks.COUNTING)))
    names = {one.id: one.commitment.title for one in made}
    about = recordview.context(request, document.ledger.name, document)
    return render(
        request,
        "reading/list.html",
        {
            **about,
            **desk.head(),
            "history": [_without_digests(told) for told in about["history"]],
            "value_field": request.district.rules.ledgers[documents.ledgers(request.district)[1]].fields["value"],
            "chips": chips(desk, f"/documents/{document.code}/list"),
            "lines": [(line, names.get(line.task, "")) for line in found[first : first + ROWS]],
            "total": len(found),
            "number": number,
            "more": len(found) > first + ROWS,
            "act": new_id(),
            "reading_ledger": documents.ledgers(request.district)[1],
            "hidden_facts": (*document_files.DIGESTS, "title"),
            "steps": [
                s for s in access.open_steps(request.district, request.actor, document) if s.name in CLOSED_BY_HAND
            ],
        },
    )


@require_POST
@gate.staff
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Publish, take back, remove: the document's own steps."""
    document = document_of(request, code)
    if document is None or name not in (*CLOSED_BY_HAND, "remove"):
        return gate.not_found(request)
    district, actor, seen = request.district, request.actor, requested.seen(request)
    reason = request.POST.get("reason", "").strip() or None
    try:
        if name == "remove":
            n = settling.remove(district, actor, document, reason, seen)
            messages.success(request, _("已撤除，连同 %(n)s 条没有归入任务的。") % {"n": n})
            return HttpResponseRedirect("/documents")
        answers, problems = documents.cleaned(district, document.ledger, {"reason": reason} if name == "revise" else {})
        if problems:
            raise StepRefused("step.asks", documents.say_first(problems), problems)
        flows.take_step(
            district, flows.Act(document.ledger.name, name, actor, answers, document.id, requested.act(request), seen)
        )
    except StepRefused as refused:
        messages.error(request, say(refused.sentence, request.lang))
        return HttpResponseRedirect(f"/documents/{document.code}/list")
    done = {"publish": _("已公开：任何人都能看到原文和已生效的$commitment。"), "revise": _("已撤下，公开页不再显示。")}
    messages.success(request, done[name])
    return HttpResponseRedirect(f"/documents/{document.code}/list")


@require_GET
@gate.staff
def file(request: HttpRequest, code: str) -> HttpResponse:
    """The file as it came, for whoever may see the document."""
    document = document_of(request, code)
    digest = document.values.get("file_sha256") if document else None
    if not digest:
        return gate.not_found(request)
    try:
        data = document_files.read(request.district.id, digest)
    except (OSError, ValueError, KeyError):
        return gate.refusal(request, _("原件打不开了，请告诉管理员。"), 410)
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = _attachment(document)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _handed(request: HttpRequest) -> Handed:
    """What was sent: a file, a pasted text, or what was sent a moment ago. Raises NotAReport and OSError."""
    district = request.district
    if token := request.POST.get("handed", ""):
        known = sealed.stamped(token, _purpose(request))
        if known:
            text, file_digest, name = known.split(":", 2)
            return documents.handed_again(district, text, file_digest or None, name)
    sent = request.FILES.get("file")
    if sent is not None:
        return documents.hand_in(district, sent.read(LARGEST + 1), (sent.name or "")[-120:] or _("文件"))
    return documents.hand_in(district, request.POST.get("text", ""), _("粘贴的文字"))


def _purpose(request: HttpRequest) -> str:
    return f"document {request.district.id} {request.actor.person}"


def _without_digests(told: Told) -> Told:
    return replace(
        told, said=[(field, value) for field, value in told.said if field.name not in document_files.DIGESTS]
    )


def _attachment(document: Record) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, document.values.get("file_name") or document.code) or "attachment"


urlpatterns = [
    path("documents", index, name="documents"),
    path("documents/new", hand_in),
    path("documents/<str:code>/read", bring_up),
    path("documents/<str:code>/list", listed),
    path("documents/<str:code>/file", file),
    path("documents/<str:code>/step/<str:name>", step),
]
