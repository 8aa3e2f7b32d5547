"""The dispatch desk: the queue on the left, one record with its next act on the right, kept current by a poll."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from huying.declare.kinds import Step, say
from huying.engine import database, following
from huying.web import forms, gate, queue, recordview
from huying.web.show import record_url
from huying.web.words import gettext as _


@require_GET
@gate.staff
def desk(request: HttpRequest) -> HttpResponse:
    """Everything open in reach, filtered by chips; `?at=<ledger>/<code>` opens one beside it."""
    name, _slash, code = request.GET.get("at", "").partition("/")
    found = recordview.find(request, name, code) if code else None
    pane = _pane(request, name, found) if found else {}
    return render(request, "desk/desk.html", {**_queue(request), **pane})


@require_GET
@gate.staff
def changes(request: HttpRequest) -> HttpResponse:
    """The queue anew when anything was committed since the cursor; else 204. It carries what the desk itself shows."""
    if request.GET.get("cursor") == _cursor(request):
        return HttpResponse(status=204)
    return render(request, "desk/_queue.html", _queue(request))


@require_http_methods(["GET", "POST"])
@gate.staff
def pane(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """One record beside the queue: GET shows it, with the form of `?step=`; POST takes that step."""
    found = recordview.find(request, name, code)
    if found is None:
        return HttpResponse(_("没有这件事，或不在您的范围内。"), status=404)
    step = request.district.rules.flows[name].steps.get(request.GET.get("step", ""))
    if request.method == "GET" or step is None:
        return render(request, "desk/_pane.html", _pane(request, name, found, step))
    made = forms.take(request, name, step, request.actor, found)
    if isinstance(made, forms.StepForm):
        return render(request, "desk/_pane.html", _pane(request, name, found, step, made), status=422)
    gate.arrived(request, f"{record_url(name, code)}/{step.name}")
    found = recordview.find(request, name, code)
    if found is None:  # it went to where this post does not reach
        return HttpResponse(_("已办，这件事已不在您的范围内。"))
    messages.success(request, _("已办：%(step)s") % {"step": say(step.title, request.lang)})
    return render(request, "desk/_pane.html", _pane(request, name, found))


def _pane(
    request: HttpRequest, name: str, found: Any, step: Step | None = None, form: forms.StepForm | None = None
) -> dict[str, Any]:
    """The record's context, and the form of the chosen step, else of the next act."""
    shown = recordview.context(request, name, found)
    step = step or shown["next"]
    if step and form is None and step in [shown["next"], *shown["others"]]:
        given, at = gate.restored(request, f"{record_url(name, found.code)}/{step.name}")
        form = forms.for_step(request, name, step, found, given)
        form.restored_at = at
    others = [s for s in [shown["next"], *shown["others"]] if s and s is not step]
    return {**shown, "form": form, "step": step, "others": others, "pane_url": f"/desk/pane/{name}/{found.code}"}


def _queue(request: HttpRequest) -> dict[str, Any]:
    cursor = _cursor(request)  # before the rows: what comes between is shown again, never missed
    by = queue.chosen(request)
    return {"queue": queue.read(request, by), "by": by, "cursor": cursor, "streets": request.tree.of_kind("street")}


def _cursor(request: HttpRequest) -> str:
    with database.writing(request.district.id) as query:
        return following.cursor(query, request.district.id)


urlpatterns = [
    path("desk", desk, name="desk"),
    path("desk/changes", changes),
    path("desk/pane/<str:name>/<str:code>", pane),
]
