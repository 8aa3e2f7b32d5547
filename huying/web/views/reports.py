"""Reports of figures: the list, one with its numbers linked, its files, its frozen editions and what has changed since."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from huying.declare.kinds import say
from huying.declare.papers import Paper
from huying.engine import editions, paper_numbers, papers, reports
from huying.engine.clock import new_id
from huying.engine.editions import Edition, Restated
from huying.engine.paper_numbers import Number
from huying.engine.report_making import cell_names
from huying.papers.model import Paper as Made
from huying.papers.model import Para, Part, Rule, Space, Table
from huying.web import gate, numbers, requested
from huying.web.printing import sent
from huying.web.words import gettext as _

WHY = {
    editions.GONE: "$indicator已取消 | the $indicator is gone",
    editions.RULE: "口径改了 | counted by another rule",
    editions.ROWS: "记录有变 | other records",
    editions.STATED: "公布数修订了 | published anew",
    editions.BASE: "上年同期有变 | another number a year before",
}
HOW = {"came": "新来 | came", "left": "不再计入 | left", "altered": "改了 | altered"}
COPIES = ("clean", "annotated")
HEADS = {"title": "h2", "heading1": "h3", "heading2": "h4", "heading3": "h5", "organ": "organ"}


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """The reports that the actor may build, and the editions that were frozen, those of reports that are gone too."""
    found = reports.every(request.district, request.actor)
    kept = editions.of_report(request.district, request.actor)
    return render(
        request,
        "reports/index.html",
        {
            "reports": [(one, _over(one), sum(edition.report == one.name for edition in kept)) for one in found],
            "editions": kept[:50],
            "names": {one.name for one in found},
        },
    )


@require_GET
@gate.staff
def report(request: HttpRequest, name: str) -> HttpResponse:
    """A report over a period, every number a link; those without one listed with why."""
    return _page(request, name)


def _page(request: HttpRequest, name: str, wrong: str = "") -> HttpResponse:
    declared = _declared(request, name)
    if declared is None:
        return gate.not_found(request)
    as_of, said = numbers.moment(request)
    problems, made = [*said, *([wrong] if wrong else [])], None
    try:
        made = reports.build(request.district, request.tree, request.actor, name, period=_period(request),
                             as_of=as_of, lang=request.lang)  # fmt: skip
    except reports.Refused as refused:
        problems.append(say(refused.sentence, request.lang))
    query = {"period": made.here.name if made else "", "as_of": request.GET.get("as_of", "")}
    return render(
        request,
        "reports/report.html",
        {
            "report": declared,
            "made": made,
            "parts": shown(made.paper) if made else [],
            "here": say(made.here.title, request.lang) if made else "",
            "lacking": [_lacking(request, one) for one in made.lacking] if made else [],
            "as_of": as_of,
            "problems": problems,
            "period": _period(request) or (made.here.name if made else ""),
            "files": _files(f"/reports/of/{name}/file", query),
            "editions": editions.of_report(request.district, request.actor, name),
            "may_freeze": request.actor.reach.role == "hy_all",
            "act": new_id(),
            "moment": made.moment if made else None,
        },
        status=422 if problems else 200,
    )


@require_GET
@gate.staff
def file(request: HttpRequest, name: str) -> HttpResponse:
    """The report as a file, clean or annotated."""
    declared, (kind, annotated) = _declared(request, name), _asked(request)
    if declared is None or not kind:
        return gate.not_found(request)
    as_of, wrong = numbers.moment(request)
    if wrong:
        return gate.refusal(request, wrong[0], 422)
    try:
        made = reports.build(request.district, request.tree, request.actor, name, period=_period(request), as_of=as_of,
                             lang=request.lang, annotated=annotated)  # fmt: skip
    except reports.Refused as refused:
        return gate.refusal(request, say(refused.sentence, request.lang), 422)
    stem = reports.file_name(declared, made.here, request.lang, annotated)
    return sent(request, made.sheet if kind == "xlsx" else made.paper, kind, stem)


@require_POST
@gate.staff
def freeze(request: HttpRequest, name: str) -> HttpResponse:
    """Keep it as it is now, or as of the day that the page shows."""
    if _declared(request, name) is None:
        return gate.not_found(request)
    as_of, wrong = numbers.moment(request)
    try:
        made = editions.freeze(request.district, request.tree, request.actor, name, period=_period(request), as_of=as_of,
                               lang=request.lang, act=requested.act(request))  # fmt: skip
    except reports.Refused as refused:
        return _page(request, name, say(refused.sentence, request.lang))
    messages.success(request, _("已定稿。以后数据有变，只会列在旁边，这一稿不改。"))
    return HttpResponseRedirect(f"/reports/editions/{made.id}")


@require_GET
@gate.staff
def edition(request: HttpRequest, id: str) -> HttpResponse:
    """A frozen edition, and the numbers that would be others today."""
    found = _edition(request, id)
    if found is None:
        return gate.not_found(request)
    restated = [_restated(request, one) for one in editions.restated(request.district, found)]
    return render(
        request,
        "reports/edition.html",
        {
            "edition": found,
            "there": _declared(request, found.report) is not None,
            "parts": shown(found.paper()),
            "changed": [one for one in restated if one["changed"]],
            "beneath": [one for one in restated if not one["changed"]],
            "unknown": editions.unknown(request.district, found.numbers),
            "files": _files(f"/reports/editions/{found.id}/file", {}),
            "numbers": found.numbers,
        },
    )


@require_GET
@gate.staff
def edition_file(request: HttpRequest, id: str) -> HttpResponse:
    """The edition as a file: the paper that was kept, not one that is made again."""
    found, (kind, annotated) = _edition(request, id), _asked(request)
    if found is None or not kind:
        return gate.not_found(request)
    copy = "sheet" if kind == "xlsx" else "annotated" if annotated else "clean"
    more = {"zh": "-依据本", "en": "-annotated"}[request.lang] if annotated else ""
    title = say(found.title, request.lang)
    return sent(request, found.paper(copy), kind, f"{title}-{found.period}-{found.digest[:8]}{more}".replace("/", "-"))


def shown(paper: Made) -> list[dict[str, Any]]:
    """The parts of a paper as the page lays them out: paragraphs with linked numbers, tables."""
    found: list[dict[str, Any]] = []
    for part in paper.parts:
        match part:
            case Para():
                found.append(
                    {"kind": HEADS.get(part.style, "p"), "runs": part.runs, "align": part.align or _align(part)}
                )
            case Table():
                found.append({"kind": "table", "head": part.head, "rows": part.rows, "lines": part.lines})
            case Rule() | Space():
                continue
    return found


def _align(part: Part) -> str:
    assert isinstance(part, Para)
    return {"signed": "right", "number": "center", "note": "left"}.get(part.style, "")


def _over(report: Paper) -> str:
    """What it is about: every year, or the one period."""
    every = {
        "month": _("每月"), "quarter": _("每季"), "half": _("每半年"), "year": _("每年"), "school_year": _("每学年"),
        "plan": _("每个五年规划"), "term": _("每届政府"),
    }  # fmt: skip
    return every.get(report.over, report.over)


def _declared(request: HttpRequest, name: str) -> Paper | None:
    found = request.district.rules.papers.get(name)
    fits = found is not None and found.over and reports.may_build(request.district, request.actor, found)
    return found if fits else None


def _edition(request: HttpRequest, id: str) -> Edition | None:
    key = requested.uuid(id)
    return editions.one(request.district, request.actor, key) if key else None


def _period(request: HttpRequest) -> str:
    return request.GET.get("period", "").strip()[:20]


def _asked(request: HttpRequest) -> tuple[str, bool]:
    kind, copy = request.GET.get("format", ""), request.GET.get("copy", "clean")
    return (kind if kind in papers.KINDS and copy in COPIES else ""), copy == "annotated"


def _files(address: str, query: dict[str, str]) -> list[tuple[str, str, str]]:
    """(kind, address of the clean copy, of the annotated one)."""
    given = {name: value for name, value in query.items() if value}
    words = {"docx": "Word", "pdf": "PDF", "html": _("网页"), "xlsx": "Excel"}
    return [
        (word, f"{address}?{urlencode({**given, 'format': kind})}",
         f"{address}?{urlencode({**given, 'format': kind, 'copy': 'annotated'})}" if kind != "xlsx" else "")
        for kind, word in words.items()
    ]  # fmt: skip


def _lacking(request: HttpRequest, number: Number) -> tuple[str, str, str, str]:
    """(title, period, what of it, why there is no number)."""
    words = {
        "missing": _("这一期没有记录"),
        "not_applicable": _("不适用"),
        "suppressed": _("数目过小，不显示"),
        paper_numbers.CLOSED: _("不在您的范围内"),
    }
    lang = request.lang
    of = "，".join(cell_names(request.district, request.tree, number, lang))
    more = say(number.why, lang) if number.why and number.status != paper_numbers.CLOSED else ""
    return say(number.indicator.title, lang), say(number.stretch.title, lang), of, more or words[number.status]


def _restated(request: HttpRequest, one: Restated) -> dict[str, Any]:
    lang, places = request.lang, request.tree.by_code
    counts = [(say(HOW[how], lang), n) for how, n in one.moved.counts.items()] if one.moved else []
    records = (
        [(f"/ledgers/{ledger}/{quote(code)}", code, say(HOW[how], lang)) for ledger, code, how in one.moved.records]
        if one.moved
        else []
    )
    return {
        "title": say(one.kept.title, lang),
        "period": say(one.kept.stretch.title, lang),
        "only": "，".join(
            places[value].name(lang) if value in places else value for _split, value in one.kept.told.only
        ),
        "was": one.kept.said,
        "now": one.now,
        "why": say(WHY[one.why], lang),
        "changed": one.changed,
        "counts": counts,
        "records": records,
    }


urlpatterns = [
    path("reports", index, name="reports"),
    path("reports/editions/<str:id>", edition),
    path("reports/editions/<str:id>/file", edition_file),
    path("reports/of/<str:name>", report),
    path("reports/of/<str:name>/file", file),
    path("reports/of/<str:name>/freeze", freeze),
]
