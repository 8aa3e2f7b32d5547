"""A working copy comes back: what would be written of it, the button that writes it, and what is refused as a sheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from huying.declare.kinds import say
from huying.engine import amending, exchange, handed_files, returning, sealed
from huying.engine.cell_texts import Shower, told
from huying.engine.returning import NotReturned, Returned, runs
from huying.sheets import NotASheet, open_book
from huying.web import gate
from huying.web.words import gettext as _

LARGEST = 20 * 1024 * 1024  # bytes of a file
SHOWN = 100  # rows of each table; the file of reasons has them all


@require_http_methods(["GET", "POST"])
@gate.staff
def hand_back(request: HttpRequest, name: str) -> HttpResponse:
    """Where the changed file is handed in; what is wrong with it as a whole is said here."""
    if name not in request.district.rules.ledgers:
        return gate.not_found(request)
    if not amending.may_amend(request.district, request.actor, name):
        return gate.refusal(request, _("这本$ledger里没有您能在表里改的内容。"), 403)
    if request.method == "GET":
        return _form(request, name)
    sent = request.FILES.get("file")
    data = sent.read(LARGEST + 1) if sent else b""
    if not data:
        return _form(request, name, _("请选改好的文件。"))
    if len(data) > LARGEST:
        return _form(request, name, _("文件超过 20 MB。请筛选后分几次下载修改。"))
    try:
        _compare(request, name, data, (sent.name or "")[-80:])
        kept = handed_files.keep(handed_files.RETURNED, request.district.id, data)
    except OSError:
        return _form(request, name, _("文件暂时存不下，请稍后再试，或告诉管理员磁盘满了。"))
    except NotASheet as refused:
        return _form(request, name, refused.en if request.lang == "en" else refused.zh)
    except NotReturned as refused:
        return _form(request, name, say(str(refused), request.lang))
    return HttpResponseRedirect(f"/ledgers/{name}/return/{sealed.stamp(kept, _purpose(request, name))}")


@require_http_methods(["GET", "POST"])
@gate.staff
def preview(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """What would be written, and what not and why; the button writes it. Compared anew each time: what is written is
    then unchanged."""
    found = _found(request, name, token)
    if found is None:
        return _gone(request, name)
    if request.method == "POST":
        if (rows := len(found.to_write)) > runs.AT_ONCE:
            file = sealed.stamped(token, _purpose(request, name)) or ""
            made = runs.begin(request.district, request.actor, name, file, rows)
            return HttpResponseRedirect(f"/ledgers/{name}/return/run/{made}")
        done = returning.write(request.district, request.actor, found)
        words = _("写好了：改 %(changed)s 条，新增 %(new)s 条。")
        messages.success(request, words % {"changed": done.changed, "new": len(done.codes)})
        for line, refused in done.refused[:5]:
            said = {"row": line.number, "why": say(refused.sentence, request.lang)}
            messages.warning(request, _("第 %(row)s 行没有写：%(why)s") % said)
        return HttpResponseRedirect(request.path)
    return render(request, "edited_sheets/preview.html", _shown(request, name, token, found))


@require_GET
@gate.staff
def progress(request: HttpRequest, name: str, run: UUID) -> HttpResponse:
    """How far the writing of a sheet of many rows is, and at last what it came to."""
    found = runs.find(request.district, request.actor, run)
    if found is None or found.ledger != name or name not in request.district.rules.ledgers:
        return gate.not_found(request)
    shown = {
        "name": name,
        "ledger": request.district.rules.ledgers[name],
        "run": found,
        "url": request.path,
        "written": found.told.get("written", 0),
        "refused": [(row, say(why, request.lang)) for row, why in found.told.get("refused", ())],
        "again": f"/ledgers/{name}/return/{sealed.stamp(found.file, _purpose(request, name))}",
    }
    if request.headers.get("HX-Request"):
        if found.busy:
            return render(request, "edited_sheets/_progress.html", shown)
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "edited_sheets/run.html", shown)


@require_GET
@gate.staff
def reasons(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """The refused rows as a working copy, to be mended and returned."""
    found = _found(request, name, token)
    if found is None:
        return _gone(request, name)
    body = returning.reasons(request.district, request.actor, request.tree, found, request.lang)
    response = StreamingHttpResponse(body, content_type=exchange.KINDS["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{name}-reasons.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


def _form(request: HttpRequest, name: str, problem: str = "") -> HttpResponse:
    ledger = request.district.rules.ledgers[name]
    given = {"name": name, "ledger": ledger, "problem": problem, "may_export": request.actor.may("export")}
    return render(request, "edited_sheets/form.html", given, status=422 if problem else 200)


def _found(request: HttpRequest, name: str, token: str) -> Returned | None:
    """The comparison of the file that a token names; None where it is gone or not this person's."""
    kept = sealed.stamped(token, _purpose(request, name))
    if not kept or name not in request.district.rules.ledgers:
        return None
    try:
        return _compare(request, name, handed_files.read(handed_files.RETURNED, request.district.id, kept), kept)
    except (FileNotFoundError, NotReturned, NotASheet):  # gone, or what is in force has changed since it was handed in
        return None


def _compare(request: HttpRequest, name: str, data: bytes, file: str) -> Returned:
    return returning.compare(request.district, request.actor, request.tree, name, open_book(data, file or "sheet"))


def _shown(request: HttpRequest, name: str, token: str, found: Returned) -> dict[str, Any]:
    ledger, headings = request.district.rules.ledgers[name], dict(found.stamp.columns)
    shower = Shower(request.district, request.tree, request.lang, apart=True)
    to_write = found.to_write
    first = to_write[:SHOWN]
    codes = exchange.codes_of(request.district, request.actor, [line.now for line in first if line.now])

    def stands(line: returning.Line, field: str) -> str:
        one = ledger.fields[field]
        return told(shower.cell(one, exchange.value_of(line.now, one), codes)) if line.now else ""

    changes = [
        (line, [(shower.head(ledger.fields[n]), stands(line, n), told(line.cells[n])) for n in line.changes])
        for line in first
    ]
    faults = [
        (line, headings.get(fault.name, ""), fault, say(fault.words, request.lang))
        for line in found.refused
        for fault in line.faults
    ]
    return {
        "name": name,
        "ledger": ledger,
        "token": token,
        "found": found,
        "counts": found.counts,
        "notes": [say(note, request.lang) for note in found.notes],
        "changes": changes,
        "faults": faults[:SHOWN],
        "faults_left": max(len(faults) - SHOWN, 0),
        "writes": len(to_write),
        "writes_left": max(len(to_write) - SHOWN, 0),
        "partly": sum(1 for line in found.refused if line.writes),
    }


def _gone(request: HttpRequest, name: str) -> HttpResponse:
    title = (
        say(request.district.rules.ledgers[name].title, request.lang) if name in request.district.rules.ledgers else ""
    )
    return gate.refusal(
        request, _("这份交回的文件已经过期（只留一天），或不是您交的。请到%(title)s重新交回。") % {"title": title}, 404
    )


def _purpose(request: HttpRequest, name: str) -> str:
    return f"returned {request.district.id} {name} {request.actor.person}"


urlpatterns = [
    path("ledgers/<str:name>/return", hand_back),
    path("ledgers/<str:name>/return/run/<uuid:run>", progress),
    path("ledgers/<str:name>/return/<str:token>", preview),
    path("ledgers/<str:name>/return/<str:token>/reasons.xlsx", reasons),
]
