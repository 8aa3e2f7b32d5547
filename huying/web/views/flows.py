"""How a kind of work runs, for everyone on the staff: states, who holds them, until when, and what leads where."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import ASSISTING, RESIDENT, RESPONSIBLE, SAME, SYSTEM, Ledger, Rules, say
from huying.declare.limit_words import until_of
from huying.engine import access
from huying.engine.limits import parse_limit
from huying.web import gate, sketch
from huying.web.words import gettext as _


@require_GET
@gate.staff
def flow(request: HttpRequest, name: str) -> HttpResponse:
    """The flow drawn, and the same as two tables; `?at=` marks a state."""
    rules, lang = request.district.rules, request.lang
    ledger, found = rules.ledgers.get(name), rules.flows.get(name)
    if ledger is None or found is None or not access.may_see(ledger, request.actor):
        return gate.not_found(request)
    states = [
        {
            "state": state,
            "holder": who(rules, state.holder, lang, ledger) if state.holder else "",
            "limit": _limit(rules, name, state.within, lang),
            "lapses": say(found.steps[state.lapses].title, lang) if state.lapses else "",
        }
        for state in found.states.values()
    ]
    steps = [
        {
            "step": step,
            "from": [found.states[s].title for s in step.from_ if s in found.states],
            "to": found.states[step.to].title if step.to != SAME else "",
            "share": f"{step.second_look.share:f}%" if step.second_look else "",
            "by": _("、").join(who(rules, one, lang, ledger) for one in step.by),
            "asks": [ledger.fields[n].title for n in step.asks if n in ledger.fields],
            "tells": _("、").join(who(rules, one, lang, ledger) for one in step.tells),
        }
        for step in found.steps.values()
    ]
    clock = found.clock
    return render(
        request,
        "flows/flow.html",
        {
            "name": name,
            "ledger": ledger,
            "flow": found,
            "states": states,
            "steps": steps,
            "drawing": sketch.flow(found, lang, request.GET.get("at", "")),
            "clock": clock
            and {
                "starts": say(found.steps[clock.starts].title, lang),
                "stops": say(found.steps[clock.stops].title, lang),
                "limit": _limit(rules, name, clock.limit, lang),
            },
        },
    )


def who(rules: Rules, name: str, lang: str, ledger: Ledger | None = None) -> str:
    """A role, a field of the ledger that holds a post, or one of those that a flow knows by itself, in words."""
    if ledger and name in ledger.post_fields:
        return say(ledger.fields[name].title, lang)
    known = {
        RESIDENT: _("诉求人"),
        RESPONSIBLE: _("责任$post"),
        ASSISTING: _("配合$post"),
        SYSTEM: _("系统"),
    }
    return known.get(name) or (say(rules.roles[name].title, lang) if name in rules.roles else name)


def _limit(rules: Rules, name: str, text: str, lang: str) -> str:
    """A limit in words; a stage of the limits table as all its limits."""
    if not text:
        return ""
    if text == "clock":
        return _("按总时限")
    if field := until_of(text):
        return _("到“%(field)s”那天为止") % {"field": say(rules.ledgers[name].fields[field].title, lang)}
    if not text.startswith("limit:"):
        return parse_limit(text).say(lang)
    stage = text.removeprefix("limit:")
    rows = rules.limits[name].rows if name in rules.limits else ()
    found = list(dict.fromkeys(parse_limit(row.limit).say(lang) for row in rows if row.stage == stage))
    return _("按类别：%(limits)s") % {"limits": _("、").join(found)}


urlpatterns = [path("flows/<str:name>", flow, name="flow")]
