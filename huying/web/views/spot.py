"""A trifle handled on the spot: choose what it was, press done. No dispatch, no verifier, no photo asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from huying.declare.kinds import Ledger, Step
from huying.engine import access
from huying.web import forms, gate
from huying.web.assign import Choice
from huying.web.words import gettext as _


@require_http_methods(["GET", "POST"])
@gate.staff
def spot(request: HttpRequest) -> HttpResponse:
    """Two taps: one for the category, one for done. The place is the post's own area unless chosen otherwise."""
    found = simple_steps(request)
    if not found:
        return gate.refusal(request, _("您的$post没有可以当场办结的事。"), 403)
    wanted = request.POST.get("ledger") or request.GET.get("ledger") or found[0][0]
    name, ledger, step = next((one for one in found if one[0] == wanted), found[0])
    if request.method == "POST":
        made = forms.take(request, name, step, request.actor, None)
        if not isinstance(made, forms.StepForm):
            messages.success(request, _("已记下：%(code)s，当场办结。") % {"code": made.code})
            return HttpResponseRedirect("/spot")
    else:
        office = request.tree.get(request.actor.post.office)
        area = request.tree.get(office.area) if office and office.area else None
        made = forms.for_step(request, name, step, None, {"unit": area.code if area else ""})
    by = request.district.rules.flows[name].dispatch_by
    category = next((i for i in made.inputs if i.name == by), None)
    made.inputs = [i for i in made.inputs if i is not category]
    tiles = _leaves(request, name, by, category.choices) if category else []
    return render(
        request,
        "spot/spot.html",
        {
            "name": name,
            "ledger": ledger,
            "step": step,
            "found": found,
            "form": made,
            "category": category,
            "tiles": tiles,
        },
        status=422 if made.wrong or (category and category.error) else 200,
    )


def simple_steps(request: HttpRequest) -> list[tuple[str, Ledger, Step]]:
    """The first steps that also end the matter, for this actor."""
    return [
        (name, ledger, step)
        for name, ledger in request.district.rules.ledgers.items()
        if access.may_see(ledger, request.actor)
        for step in access.first_steps(request.district, request.actor, name)
        if step.simple
    ]


def _leaves(request: HttpRequest, name: str, by: str, choices: list[Choice]) -> list[Choice]:
    """The categories that have none beneath them: nobody who stands before a thing files it broadly."""
    codes = request.district.rules.ledgers[name].fields[by].codes
    parents = {entry.parent for entry in request.district.rules.codes[codes].entries.values()} if codes else set()
    return [Choice(c.value, c.label.strip("　"), chosen=c.chosen) for c in choices if c.value not in parents]


urlpatterns = [path("spot", spot, name="spot")]
