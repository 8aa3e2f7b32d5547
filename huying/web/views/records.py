"""A record's page, the steps taken on it, its private values shown on purpose, a reminder, drafts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.kinds import say
from huying.engine import access, database, dispatch, unmasking
from huying.engine.values import Wrong
from huying.web import forms, gate, recordview, whois
from huying.web.show import record_url
from huying.web.words import gettext as _


@require_GET
@gate.staff
def record(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """What it is, its clock, the next act, its history; now or as of a moment."""
    as_of, wrong = recordview.as_of(request)
    found = recordview.find(request, name, code, as_of)
    if found is None:
        return gate.not_found(request)
    if found.code != code:
        messages.info(request, _("%(code)s 已并入本条") % {"code": code})
        return HttpResponseRedirect(record_url(name, found.code))
    shown = recordview.context(request, name, found, as_of)
    if as_of is None:
        shown |= whois.panel(request, found)
    return render(request, "ledgers/record.html", {**shown, "wrong": wrong})


@require_http_methods(["GET", "POST"])
@gate.staff
def step(request: HttpRequest, name: str, code: str, step_name: str) -> HttpResponse:
    """The form for one step; once taken, the record."""
    found = recordview.find(request, name, code)
    taken = request.district.rules.flows[name].steps.get(step_name) if found else None
    if found is None or taken is None:
        return gate.not_found(request)
    recordview.references(request, [found])
    if request.method == "POST":
        made = forms.take(request, name, taken, request.actor, found)
        if not isinstance(made, forms.StepForm):
            gate.arrived(request, request.path)
            messages.success(request, _("已办：%(step)s") % {"step": say(taken.title, request.lang)})
            return HttpResponseRedirect(record_url(name, code))
    else:
        given, at = gate.restored(request, request.path)
        made = forms.for_step(request, name, taken, found, given)
        made.restored_at = at
    return render(
        request,
        "ledgers/step.html",
        {**recordview.context(request, name, found), "form": made, "step": taken},
        status=422 if made.wrong else 200,
    )


@require_POST
@gate.staff
def unmask(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Private and secret values, shown on purpose, for a reason that stands in the history."""
    found = recordview.find(request, name, code)
    if found is None:
        return gate.not_found(request)
    why, private, wrong = request.POST.get("why", ""), [], ""
    try:
        shown = unmasking.unmask(request.district, request.actor, found, why)
        private = [(found.ledger.fields[n], value) for n, value in shown.items()]
    except (unmasking.NoReason, Wrong) as error:
        wrong = say(str(error), request.lang)
    partial = bool(request.headers.get("HX-Request"))
    response = render(
        request,
        "ledgers/_private.html" if partial else "ledgers/record.html",
        {**recordview.context(request, name, found), "private": private, "why": why, "why_wrong": wrong},
        status=422 if wrong else 200,
    )
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@gate.staff
def remind(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """One click tells whoever holds it that it is waited for; the words are ready. Once a day and state at most."""
    found = recordview.find(request, name, code)
    if found is None:
        return gate.not_found(request)
    district, flow = request.district, request.district.rules.flows[name]
    state = flow.states.get(found.state)
    named = access.posts_in(found.ledger, found.values)
    holder = dispatch.Posts(district, request.tree).holding(state, found.post, found.unit, named) if state else None
    if holder is None:
        return gate.refusal(request, _("这件事现在不在任何$post手上，不用催办。"), 409)
    local = district.now().astimezone(district.calendar.tz)
    words = f"催办：{found.code}（{say(state.title)}） | Reminder: {found.code} ({say(state.title, 'en')})"
    done = database.direct().run(
        "insert into hy.notice (district, target, record, ledger, seq, kind, words, made_at) values (%s, %s, %s, %s, %s, %s, %s, %s) "
        "on conflict do nothing",
        [
            district.id,
            f"post:{holder.id}",
            found.id,
            district.tables[name].number,
            found.seq,
            f"remind {local:%Y%m%d}",
            words,
            district.now(),
        ],
    )
    said = _("已催办，对方会在“通知”里看到。") if done else _("今天已经催办过，对方的“通知”里有。")
    if request.headers.get("HX-Request"):
        return HttpResponse(said)
    messages.success(request, said)
    return HttpResponseRedirect(record_url(name, code))


@require_POST
@gate.staff
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed; the page sends it now and then."""
    form = request.POST.get("form_path", "")[:200]
    if not form.startswith(("/ledgers/", "/collect/")) or "\0" in form:
        return HttpResponse(status=400)
    fields = {n: request.POST.getlist(n) for n in request.POST if n not in ("csrfmiddlewaretoken", "act")}
    return HttpResponse(status=204 if gate.keep(request, form, fields) else 413)


urlpatterns = [
    path("drafts", draft),
    path("ledgers/<str:name>/<str:code>", record, name="record"),
    path("ledgers/<str:name>/<str:code>/unmask", unmask),
    path("ledgers/<str:name>/<str:code>/remind", remind),
    path("ledgers/<str:name>/<str:code>/<str:step_name>", step, name="step"),
]
