"""The signed copy of a record, and its number: kept, and given out again."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from huying.declare.kinds import say
from huying.declare.scans import DIGEST
from huying.engine import scans
from huying.engine.decide import StepRefused
from huying.engine.records import Record
from huying.web import gate, recordview, requested
from huying.web.show import answer_url, record_url
from huying.web.views.collect import board_of
from huying.web.words import gettext as _

OVERHEAD = 64 * 1024  # bytes of a form around a file


def _bounded(view):
    """Refuse a body that is too long before it is read; the token of the form stands in the body."""

    @csrf_exempt
    @require_http_methods(["GET", "POST"])
    def bounded(request: HttpRequest, name: str, code: str) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.method == "POST" and length.isdigit() and int(length) > scans.LARGEST + OVERHEAD:
            return gate.refusal(request, _("扫描件太大，最多 20 MB；请用黑白或降低清晰度再扫。"), 413)
        return csrf_protect(gate.staff(view))(request, name, code)

    return bounded


@_bounded
def of_record(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """The signed copy of any record whose ledger keeps one."""
    found = recordview.find(request, name, code)
    return _scan(request, found if found and found.ledger.scan else None, record_url(name, code))


@_bounded
def of_answer(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """The signed copy of one answer."""
    found = recordview.find(request, name, code) if name in request.district.rules.forms else None
    return _scan(request, found, answer_url(name, code))


@_bounded
def of_round(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """The signed copy of the sums."""
    board = board_of(request, name, code)
    return _scan(request, board.round if board else None, f"/collect/{name}/rounds/{code}")


def _scan(request: HttpRequest, record: Record | None, back: str) -> HttpResponse:
    if record is None:
        return gate.not_found(request)
    if request.method == "GET":
        return _given(request, record)
    file, number = request.FILES.get("scan"), request.POST.get("number", "")
    data, name = (file.read(), file.name or "") if file is not None else (None, "")
    try:
        act, seen = requested.act(request), requested.seen(request)
        scans.archive(request.district, request.actor, record, act, data, name, number, seen)
        messages.success(request, _("签章件已存。") if file is not None else _("文号已存。"))
    except StepRefused as refused:
        messages.warning(request, say(refused.sentence, request.lang))
    except OSError:
        messages.warning(request, _("文件暂时存不下，请稍后再试，或告诉管理员磁盘满了。"))
    return HttpResponseRedirect(back)


def _given(request: HttpRequest, record: Record) -> HttpResponse:
    if not record.values.get(DIGEST):
        return gate.not_found(request)
    try:
        data, kind, name = scans.read(request.district, record)
    except (OSError, ValueError, KeyError):
        return gate.refusal(request, _("原件打不开了，请告诉管理员。"), 410)
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [
    path("scans/<str:name>/<str:code>", of_record),
    path("collect/<str:name>/<str:code>/scan", of_answer),
    path("collect/<str:name>/rounds/<str:code>/scan", of_round),
]
