"""A round as a sheet: taken away, handed back with its differences shown before anything is taken."""

from __future__ import annotations

import base64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from huying.declare.forms import ABOUT, OFFICE
from huying.declare.kinds import say
from huying.engine import collecting_sheets, dispatch, exchange
from huying.engine.clock import new_id
from huying.engine.collecting import Board
from huying.engine.collecting_sheets import NotOfRound
from huying.sheets import NotASheet
from huying.web import gate, recordview, requested
from huying.web.show import Shower
from huying.web.views.collect import board_of, shown
from huying.web.words import gettext as _

LARGEST = 10 * 1024 * 1024  # bytes of a sheet


@require_GET
@gate.staff
def download(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """The sheet with what stands there: to be filled in elsewhere, or to be kept."""
    board = board_of(request, name, code)
    if board is None:
        return gate.not_found(request)
    form = request.district.rules.forms[name]
    body = collecting_sheets.make(
        request.district, request.actor, request.tree, form, board, _names(request, board, form.level), request.lang
    )
    response = StreamingHttpResponse(body, content_type=exchange.KINDS["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{code}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


def _names(request: HttpRequest, board: Board, level: str) -> list[str]:
    posts = dispatch.posts(request.district, request.tree).by_id
    shower = Shower(request.district, request.tree, request.lang)
    if level != OFFICE:
        about = recordview.references(request, [row.record for row in board.rows])
        found = [(row.record.unit, about.get(row.record.values.get(ABOUT), ("", "", ""))) for row in board.rows]
        return [f"{shower.unit(unit)} {code} {title}".strip() for unit, (_ledger, code, title) in found]
    found = [posts.get(row.record.values.get("filler")) for row in board.rows]
    return [shower.say(post.title) if post else "" for post in found]


@csrf_exempt  # the token stands in the body: a body that is too long is refused before it is read
@require_POST
def hand_back(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """What differs in a sheet that came back, cell by cell; nothing is taken yet."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > LARGEST:
        return gate.refusal(request, _("文件太大；这张表不会超过 10 MB，请确认没有拿错。"), 413)
    return _compare(request, name, code)


@csrf_protect
@gate.staff
def _compare(request: HttpRequest, name: str, code: str) -> HttpResponse:
    board = board_of(request, name, code)
    if board is None:
        return gate.not_found(request)
    form, file = request.district.rules.forms[name], request.FILES.get("sheet")
    problem, returned = "", []
    if file is None:
        problem = _("没有收到文件，请再选一次。")
    else:
        try:
            returned = collecting_sheets.read(
                request.district, request.actor, request.tree, form, board, file.read(), file.name or "sheet"
            )
        except NotASheet as refused:
            problem = refused.en if request.lang == "en" else refused.zh
        except NotOfRound as refused:
            problem = say(str(refused), request.lang)
    if problem:
        return render(request, "collect/round.html", {**shown(request, name, board), "problem": problem}, status=422)
    sealed = collecting_sheets.keep(returned, _of(request, name, code))
    ready = [one for one in returned if one.taken]
    return render(
        request,
        "collect/compare.html",
        {
            **shown(request, name, board),
            "returned": [one for one in returned if one.cells or one.refused],
            "all": len(returned),
            "ready": len(ready),
            "same": sum(not one.cells for one in ready),
            "differ": sum(bool(one.cells) for one in ready),
            "wrong": sum(one.wrong for one in returned),
            "left": sum(not one.wrong and not one.taken for one in returned),
            "kept": base64.b64encode(sealed).decode(),
            "act": new_id(),
        },
    )


@require_POST
@gate.staff
def take(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Hand in what was seen, each row by itself."""
    board = board_of(request, name, code)
    if board is None:
        return gate.not_found(request)
    form = request.district.rules.forms[name]
    try:
        kept = base64.b64decode(request.POST.get("kept", ""), validate=True)
        taken, refused = collecting_sheets.take(
            request.district,
            request.actor,
            request.tree,
            form,
            board,
            kept,
            _of(request, name, code),
            requested.act(request),
        )
    except (NotOfRound, ValueError) as error:
        sentence = str(error) if isinstance(error, NotOfRound) else collecting_sheets.NO_LONGER
        messages.warning(request, say(sentence, request.lang))
        return HttpResponseRedirect(f"/collect/{name}/rounds/{code}")
    messages.success(request, _("已报送 %(n)s 份。") % {"n": len(taken)})
    for one in refused[:5]:
        messages.warning(request, say(one.sentence, request.lang))
    return HttpResponseRedirect(f"/collect/{name}/rounds/{code}")


def _of(request: HttpRequest, name: str, code: str) -> str:
    return f"sheet {request.district.id} {name} {code} {request.actor.person}"


urlpatterns = [
    path("collect/<str:name>/rounds/<str:code>/sheet.xlsx", download),
    path("collect/<str:name>/rounds/<str:code>/sheet", hand_back),
    path("collect/<str:name>/rounds/<str:code>/take", take),
]
