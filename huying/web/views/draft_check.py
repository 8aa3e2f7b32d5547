"""Drop a draft: its text with every number marked, and beside it what the records say of each. Nothing of it is anybody's record."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying import reading
from huying.declare.kinds import say
from huying.engine import document_files, draft_checks, draft_files, draft_words, indicators, sealed
from huying.engine.draft_checks import AGREES, NONE, VERDICTS, Draft, Row
from huying.reading import NotAReport, Report
from huying.reading.documents import LARGEST
from huying.reading.reader import read_text
from huying.web import gate, numbers
from huying.web.printing import sent
from huying.web.words import gettext as _

FILES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json; charset=utf-8",
}
OFFERED = 3


@require_http_methods(["GET", "POST"])
@gate.staff
def hand_in(request: HttpRequest) -> HttpResponse:
    """Drop a file or paste its text; what is wrong with it in the reader's own words."""
    given: dict[str, Any] = {
        "text": request.POST.get("text", ""),
        "period": request.POST.get("period", "").strip()[:20],
    }
    if request.method == "GET":
        return render(request, "reports/check.html", given)
    sent_file = request.FILES.get("file")
    try:
        if sent_file is not None:
            report = reading.read_draft(sent_file.read(LARGEST + 1), (sent_file.name or "")[-120:] or _("文件"))
        else:
            report = reading.read_draft(given["text"], _("粘贴的文字"))
        digest = document_files.keep(
            request.district.id, json.dumps({"text": report.text, "name": report.name, "pages": report.pages}).encode()
        )
    except NotAReport as refused:
        sentence = refused.english if request.lang == "en" and refused.english else refused.sentence
        return render(request, "reports/check.html", {**given, "problem": sentence}, status=422)
    except OSError:
        problem = _("文件暂时存不下，请稍后再试，或告诉管理员磁盘满了。")
        return render(request, "reports/check.html", {**given, "problem": problem}, status=422)
    period = f"?period={quote(given['period'])}" if given["period"] else ""
    return HttpResponseRedirect(f"/reports/check/{sealed.stamp(digest, _purpose(request))}{period}")


@require_GET
@gate.staff
def checked(request: HttpRequest, token: str) -> HttpResponse:
    """The draft with what was found of each number; the list beside it, what differs first where that is asked for."""
    draft, problems = _draft(request, token)
    if draft is None:
        return _gone(request, problems)
    show = request.GET.get("show", "")
    rows = [row for row in draft.rows if not show or row.verdict == show]
    told = [{"row": row, "found": draft_files.found(row, request.lang), "said": say(draft_files.TITLES[row.verdict], request.lang),
             "offered": _offered(request, row), "by_table": _by_table(row)} for row in rows]  # fmt: skip
    return render(
        request,
        "reports/checked.html",
        {
            "draft": draft,
            "name": PurePath(draft.report.name).stem,
            "problems": problems,
            "tally": draft_files.tally(draft, request.lang),
            "chips": [
                (one, say(draft_files.TITLES[one], request.lang), draft.tally[one])
                for one in VERDICTS
                if draft.tally[one]
            ],
            "show": show,
            "rows": told,
            "paragraphs": draft_files.stretches(draft),
            "here": draft.here,
            "token": token,
            "known": _known(request),
            "query": request.GET.urlencode(),
        },
        status=422 if problems else 200,
    )


@require_POST
@gate.staff
def say_so(request: HttpRequest, token: str, place: int) -> HttpResponse:
    """A person says which number this is; it is kept for the next draft too."""
    draft, problems = _draft(request, token)
    if draft is None or place >= len(draft.rows):
        return _gone(request, problems)
    row, given = draft.rows[place], request.POST.get("is", "").strip()
    named, _bar, cells = given.partition("|")
    only = tuple((a, b) for pair in cells.split(",") if (a := pair.partition("=")[0]) and (b := pair.partition("=")[2]))
    name = "" if named == "-" else _named(request, named)
    back = f"/reports/check/{token}?{request.GET.urlencode()}#r-{place}"
    if name is None:
        messages.error(
            request, _("没有这个$indicator，或单位不合：%(name)s。请从列出的里面选。") % {"name": named[:60]}
        )
        return HttpResponseRedirect(back)
    splits = request.district.rules.indicators[name].split if name else ()
    kept = [(split, value.replace("\0", "")) for split, value in only if split in splits]
    draft_words.keep(request.district, request.actor, draft_words.key_of(row.figure), name, kept)
    messages.success(request, _("记住了。以后稿子里同样的说法就按这个数核。"))
    return HttpResponseRedirect(back)


@require_GET
@gate.staff
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The result as a document with comments, a table or data."""
    draft, problems = _draft(request, token)
    kind = request.GET.get("format", "")
    if draft is None or kind not in (*FILES, "xlsx", "pdf", "html"):
        return _gone(request, problems)
    stem = f"{PurePath(draft.report.name).stem}-{_('核对')}"
    if kind not in FILES:
        return sent(request, draft_files.as_paper(draft, request.lang), kind, stem)
    made = (
        draft_files.as_docx(draft, request.lang)
        if kind == "docx"
        else draft_files.as_json(draft, request.lang).encode()
    )
    response = HttpResponse(made, content_type=FILES[kind])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stem)}.{kind}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _draft(request: HttpRequest, token: str) -> tuple[Draft | None, list[str]]:
    """(the draft that was dropped a moment ago, checked; sentences about what was asked of it)."""
    digest = sealed.stamped(token, _purpose(request))
    if digest is None:
        return None, []
    try:
        kept = json.loads(document_files.text(request.district.id, digest))
    except (OSError, ValueError, KeyError):
        return None, []
    report: Report = read_text(kept["text"], kept["name"], "report")
    report.pages = kept["pages"]
    as_of, problems = numbers.moment(request)
    period = request.GET.get("period", "").strip()[:20]
    try:
        return draft_checks.check(request.district, request.actor, report, period=period, as_of=as_of), problems
    except ValueError as wrong:
        problems = [*problems, say(str(wrong), request.lang)]
        return draft_checks.check(request.district, request.actor, report, as_of=as_of), problems


def _gone(request: HttpRequest, problems: list[str]) -> HttpResponse:
    return gate.refusal(request, problems[0] if problems else _("这份稿子已经清除了，或不是您交的。请再拖一次。"), 404)


def _purpose(request: HttpRequest) -> str:
    return f"draft {request.district.id} {request.actor.person}"


def _known(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, title) of every indicator that the person may see: what a number may be said to be."""
    rules = request.district.rules
    found = [one for one in rules.indicators.values() if indicators.may_see(rules, one, request.actor)]
    return [(one.name, say(one.title, request.lang)) for one in found]


def _named(request: HttpRequest, text: str) -> str | None:
    """The indicator that was typed or chosen; None where there is none of this name for this person."""
    for name, title in _known(request):
        if text in (name, title, f"{title}（{name}）", f"{title} ({name})"):
            return name
    return None


def _offered(request: HttpRequest, row: Row) -> list[tuple[str, str]]:
    """(value, title) of the likeliest, unless it was told already."""
    if row.verdict in (AGREES, NONE):
        return []
    found = []
    for match in [one for one in row.offered if one.term.task is None and one != row.match][:OFFERED]:
        cells = ",".join(f"{split}={value}" for split, value in match.term.only)
        title = say(request.district.rules.indicators[match.term.indicator].title, request.lang)
        found.append(
            (f"{match.term.indicator}|{cells}", f"{title}{'·' + match.term.needs if match.term.needs else ''}")
        )
    return found


def _by_table(row: Row) -> str:
    return row.number.address if row.number is not None and row.number.status != "closed" else ""


urlpatterns = [
    path("reports/check", hand_in),
    path("reports/check/<str:token>", checked),
    path("reports/check/<str:token>/file", file),
    path("reports/check/<str:token>/is/<int:place>", say_so),
]
