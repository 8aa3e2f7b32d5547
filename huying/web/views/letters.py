"""Supervision letters: all of them with their lights, a new one with its wording ready, the next level."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.kinds import say
from huying.engine import access, letters, records
from huying.engine.decide import StepRefused
from huying.web import forms, gate, requested, taskview
from huying.web.show import record_url
from huying.web.words import gettext as _


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """Letters within reach: those that are open by their day of reply, then the others."""
    district = request.district
    name = letters.ledger(district)
    if name is None or not access.may_see(district.rules.ledgers[name], request.actor):
        return gate.not_found(request)
    found = letters.every(district, request.actor)
    today, offices = district.today(), request.tree
    rows = [
        {
            "letter": one,
            "light": letters.light(one, today),
            "open": one.state in letters.OPEN,
            "level": say(one.ledger.fields["level"].choices[one.values["level"]], request.lang),
            "office": unit.name(request.lang) if one.state != "draft" and (unit := offices.get(one.office)) else "",
            "days": (one.values["reply_by"] - today).days if one.state in letters.WAITING else None,
        }
        for one in found
    ]
    return render(
        request,
        "letters/index.html",
        {
            "open": [row for row in rows if row["open"]],
            "closed": [row for row in rows if not row["open"]],
            "ledger": name,
            "may": taskview.may_write_letters(request),
            "late": sum(row["light"] == "red" and row["open"] for row in rows),
        },
    )


@require_http_methods(["GET", "POST"])
@gate.staff
def new(request: HttpRequest) -> HttpResponse:
    """A letter about a task or any record (?about=), its wording ready to be changed."""
    district, actor = request.district, request.actor
    if not taskview.may_write_letters(request):
        return gate.not_found(request)
    name = letters.ledger(district)
    step = next(one for one in access.first_steps(district, actor, name) if one.name == "draft")
    if request.method == "POST":
        given = forms.typed(request)
        one = {key: request.POST[key] for key in letters.FIELDS if key in request.POST}
        try:
            made = letters.draft(district, actor, one, requested.act(request))
            gate.arrived(request, request.path)
            messages.success(request, _("督办单已拟好，签发后才发出"))
            return HttpResponseRedirect(record_url(name, made.code))
        except StepRefused as refused:
            top = "" if refused.fields else refused.sentence
            form = forms.for_step(request, name, step, None, given, refused.fields, top)
    else:
        code, level = request.GET.get("about", ""), request.GET.get("level", "blue")
        matter = letters.matter(district, actor, code) if code else None
        ready = (
            letters.proposed(district, matter, level if level in letters.LEVELS else "blue", request.lang)
            if matter
            else {}
        )
        given, at = gate.restored(request, request.path)
        words = {key: str(value) for key, value in ready.items() if value is not None}
        form = forms.for_step(request, name, step, None, given or words or {"about": code, "level": level})
        form.restored_at = at
    form.inputs = [one for one in form.inputs if one.name in letters.FIELDS]
    return render(request, "letters/new.html", {"form": form, "step": step}, status=422 if form.wrong else 200)


@require_POST
@gate.staff
def escalate(request: HttpRequest, code: str) -> HttpResponse:
    """The next level, drafted; this letter is closed by it."""
    district, actor = request.district, request.actor
    name = letters.ledger(district)
    found = records.by_code(district, actor, name, code) if name else None
    if found is None:
        return gate.not_found(request)
    try:
        by = date.fromisoformat(request.POST.get("reply_by", ""))
    except ValueError:
        return gate.refusal(request, _("请填新的回复时限，写成 2020-06-11 这样"), 422)
    try:
        _former, made = letters.escalate(district, actor, found, by, requested.act(request), request.lang)
    except StepRefused as refused:
        return gate.refusal(request, say(refused.sentence, request.lang), 409)
    messages.success(request, _("已拟上一级督办单，签发后发出"))
    return HttpResponseRedirect(record_url(name, made.code))


urlpatterns = [
    path("letters", index, name="letters"),
    path("letters/new", new),
    path("letters/<str:code>/escalate", escalate),
]
