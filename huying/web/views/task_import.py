"""A breakdown that another office keeps, brought in: dropped, tried without writing, entered as drafts bit by bit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from huying.declare.kinds import say
from huying.engine import document_files, documents, sealed, task_sheets, tasks
from huying.engine.task_sheets import Tried
from huying.sheets import NotASheet
from huying.web import gate
from huying.web.words import gettext as _

LARGEST = 20 << 20
SHOWN = 200  # rows of each kind on the page
AT_ONCE = 100  # rows that one request enters while the page goes on by itself
COMMON = ("source_kind", "area", "basis")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@gate.staff
def bring_in(request: HttpRequest) -> HttpResponse:
    """The form; what would become of each row; the rows entered, or those that cannot be given back as a sheet."""
    documents.acting(request.district, request.actor)
    name = tasks.ledger(request.district)
    if name is None:
        return gate.not_found(request)
    ledger = request.district.rules.ledgers[name]
    kinds = [(value, say(title, request.lang)) for value, title in ledger.fields["source_kind"].choices.items()]
    given = {field: request.POST.get(field, "").strip() for field in COMMON}
    if given["source_kind"] not in dict(kinds):
        given["source_kind"] = "superior" if "superior" in dict(kinds) else kinds[0][0]
    shown: dict[str, Any] = {"kinds": kinds, "given": given}
    if request.method == "GET":
        return render(request, "breakdown/import.html", shown)
    try:
        token, data, file = _sent(request)
        tried = task_sheets.attempt(request.district, data, file, **given)
    except NotASheet as refused:
        problem = refused.en if request.lang == "en" else refused.zh
        return render(request, "breakdown/import.html", {**shown, "problem": problem}, status=422)
    except OSError:
        problem = _("文件暂时存不下，请稍后再试，或告诉管理员磁盘满了。")
        return render(request, "breakdown/import.html", {**shown, "problem": problem}, status=422)
    match request.POST.get("do", ""):
        case "rejects" if tried.count("rejected"):
            named = {"Content-Disposition": 'attachment; filename="rejected-tasks.xlsx"'}
            return HttpResponse(task_sheets.rejects(tried, request.lang), content_type=XLSX, headers=named)
        case "enter":
            return _enter(request, tried, {**shown, "token": token})
    return render(request, "breakdown/import.html", {**shown, "token": token, **_told(tried)})


def _enter(request: HttpRequest, tried: Tried, shown: dict[str, Any]) -> HttpResponse:
    partial = bool(request.headers.get("HX-Request"))
    done = task_sheets.enter(request.district, request.actor, tried, AT_ONCE if partial else task_sheets.MOST)
    for number, sentence in list(done.refused.items())[:5]:
        messages.error(request, _("第 %(n)s 行：%(why)s") % {"n": number, "why": say(sentence, request.lang)})
    if done.left and done.new:
        total = len(tried.rows)
        return render(
            request,
            "breakdown/_importing.html",
            {**shown, "left": done.left, "done": total - done.left, "total": total},
        )
    known = tried.count("known")
    messages.success(
        request,
        _("登记完了：新起草 %(new)s 项，原来就有 %(known)s 项，没有登记 %(rejected)s 行")
        % {"new": done.new, "known": known, "rejected": tried.count("rejected")},
    )
    if partial:
        return HttpResponse(status=204, headers={"HX-Redirect": "/tasks/drafts?state=draft"})
    return HttpResponseRedirect("/tasks/drafts?state=draft")


def _told(tried: Tried) -> dict[str, Any]:
    rows = {kind: [row for row in tried.rows if row.kind == kind] for kind in ("new", "known", "rejected")}
    return {
        "tried": tried,
        "counts": {kind: len(some) for kind, some in rows.items()},
        "rejected": rows["rejected"][:SHOWN],
        "noted": _noted(rows["new"]),
        "first": rows["new"][:20],
        "left_out": [title for title, name in tried.columns if not name or name in ("contact", "phone", "serial")],
    }


def _noted(rows: list[task_sheets.Row]) -> list[tuple[str, str]]:
    """(what is worth a look, the rows of which it is said), each sentence once."""
    told: dict[str, list[int]] = {}
    for row in rows:
        for sentence in row.told:
            told.setdefault(sentence, []).append(row.number)
    return [(text, ", ".join(map(str, some[:30])) + (" …" if len(some) > 30 else "")) for text, some in told.items()][
        :SHOWN
    ]


def _sent(request: HttpRequest) -> tuple[str, bytes, str]:
    """(token for the next request, the file, its name). Raises NotASheet and OSError."""
    district, purpose = request.district, f"task sheet {request.district.id} {request.actor.person}"
    if (known := sealed.stamped(request.POST.get("handed", ""), purpose)) is not None:
        digest, name = known.split(":", 1)
        return request.POST["handed"], document_files.read(district.id, digest), name
    sent = request.FILES.get("file")
    if sent is None or not sent.size:
        raise NotASheet(
            "tasks.no-file", "请选一个文件；空文件也读不了。", "Choose a file; an empty one cannot be read."
        )
    if sent.size > LARGEST:
        raise NotASheet(
            "tasks.too-large", f"文件超过 {LARGEST >> 20} MB。", f"The file has more than {LARGEST >> 20} MB."
        )
    data, name = sent.read(), (sent.name or "")[-120:] or _("文件")
    digest = document_files.keep(district.id, data)
    return sealed.stamp(f"{digest}:{name}", purpose), data, name


urlpatterns = [path("tasks/import", bring_in, name="task_import")]
