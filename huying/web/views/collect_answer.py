"""One answer to a form: filled in with what is known standing there already, looked through, sent back, accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from huying.declare.forms import ABOUT, FILLED_IN, Form
from huying.declare.kinds import SAME, Step, part, say
from huying.engine import access, collecting, collecting_asked, dispatch, flows, people, records, scans
from huying.engine.acts import Act
from huying.engine.collecting_known import known_values
from huying.engine.decide import StepRefused
from huying.engine.records import Record
from huying.web import forms, gate, recordview, requested
from huying.web.forms import StepForm
from huying.web.show import answer_url
from huying.web.words import gettext as _

UNSAID = ("round",)  # fields whose values say nothing to people


@require_http_methods(["GET", "POST"])
@gate.staff
def answer(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """The sheet: whoever fills it in changes what changed; whoever asked sees what differs from the last round."""
    declared, found = request.district.rules.forms.get(name), None
    if declared is not None:
        found = recordview.find(request, name, code)
    if declared is None or found is None:
        return gate.not_found(request)
    step = _filling(request, found)
    made = None
    if step and request.method == "POST":
        made = _hand_in(request, name, step, found)
        if made is None:
            return HttpResponseRedirect(_after(request, name, found))
    elif request.method == "POST":
        messages.warning(request, _("这张表刚才已经报送，您填的没有写入；下面是现在的内容。要改请对方退回。"))
        return HttpResponseRedirect(answer_url(name, code))
    elif step:
        given, at = gate.restored(request, request.path)
        made = forms.for_step(request, name, replace(step, to=SAME), found, given)
        made.restored_at = at
    return _page(request, declared, found, step, made)


def _filling(request: HttpRequest, found: Record) -> Step | None:
    """The step by which this person may fill it in now."""
    steps = access.open_steps(request.district, request.actor, found)
    return next((step for step in steps if step.name in FILLED_IN), None)


def _hand_in(request: HttpRequest, name: str, step: Step, found: Record) -> StepForm | None:
    """The form again with what is wrong; None once it is handed in."""
    ledger = request.district.rules.ledgers[name]
    problems: dict[str, str] = {}
    if "unchanged" in request.POST:
        answers = {n: found.values[n] for n in step.asks if found.values.get(n) is not None}
    else:
        answers, problems = forms.answers_of(request, ledger.name, step)
        for n in step.asks:  # what was emptied is no more; what the filler cannot see stays
            if n in answers or n in problems or n in ledger.masked:
                continue
            if ledger.fields[n].type == "boolean":
                answers[n] = False
            elif n in request.POST:
                answers[n] = None
    given, shown = forms.typed(request), replace(step, to=SAME)
    if problems:
        return forms.for_step(request, name, shown, found, given, problems)
    act, seen = requested.act(request), requested.seen(request)
    try:
        done = flows.take_step(request.district, Act(name, step.name, request.actor, answers, found.id, act, seen))
    except StepRefused as refused:
        at = {n: text for n, text in refused.fields.items() if n in step.asks}
        made = forms.for_step(request, name, shown, found, given, at, "" if at else refused.sentence)
        if refused.code in ("step.not-open", "step.race"):
            made.seen = found.seq
        return made
    gate.arrived(request, request.path)
    messages.success(request, _("已报送，编号 %(code)s。") % {"code": done.code})
    return None


def _after(request: HttpRequest, name: str, found: Record) -> str:
    """The next sheet of the same round that waits for this person, else the round."""
    round_ = records.many(
        request.district,
        people.system(request.district.id),
        collecting.rounds_ledger(request.district),
        [found.values["round"]],
    )
    post = request.actor.post
    mine = [
        one
        for one in collecting.answers_of(request.district, request.actor, name, found.values["round"])
        if one.state in collecting.WAITING and post and one.values.get("filler") == post.id
    ]
    if mine:
        return answer_url(name, mine[0].code)
    return f"/collect/{name}/rounds/{round_[0].code}" if round_ else "/collect"


def _page(request: HttpRequest, form: Form, found: Record, step: Step | None, made: StepForm | None) -> HttpResponse:
    district, name = request.district, form.name
    round_ = records.many(
        district, people.system(district.id), collecting.rounds_ledger(district), [found.values["round"]]
    )[0]
    before = collecting.previous_round(district, name, round_.unit, round_.values["period"])
    last: Any = {}
    if before:
        last = collecting.last_answers(district, name, before.id, found.values.get("filler"))
        last = last.get(collecting.key_of(found), {})
    reasons, rest = _reasons(form, found)
    fields = found.ledger.fields
    notes = _notes(request, form, found) if step else {}
    rows = [
        {
            "field": fields[n],
            "value": found.values.get(n),
            "before": last.get(n),
            "differs": bool(last) and found.values.get(n) != last.get(n),
            "masked": n in found.masked,
            "reason": reasons.get(n, ""),
        }
        for n in form.asks
    ]
    for one in made.inputs if made else ():
        one.note, one.mend = notes.get(one.name, ""), reasons.get(one.name, "") if found.state == "returned" else ""
    steps = {one.name: one for one in access.open_steps(district, request.actor, found)}
    about = recordview.context(request, name, found)
    return render(
        request,
        "collect/answer.html",
        {
            **about,
            "history": [
                replace(told, said=[fact for fact in told.said if fact[0].name not in UNSAID])
                for told in about["history"]
            ],
            "declared": form,
            "round": round_,
            "before": before,
            "step": step,
            "form": made,
            "rows": rows,
            "items": len(form.asks),
            "known": sum(found.values.get(n) is not None for n in form.asks),
            "rest": rest if found.state == "returned" else "",
            "may_archive": scans.may_archive(district, request.actor, found),
            "scan_url": f"{answer_url(name, found.code)}/scan",
            "may_accept": "accept" in steps,
            "may_send_back": "send_back" in steps,
            "minutes": form.minutes,
            "for_another": not about["mine"],
        },
        status=422 if made and made.wrong else 200,
    )


def _notes(request: HttpRequest, form: Form, found: Record) -> dict[str, str]:
    """field -> where the value came from that stands there before anyone fills it in."""
    if found.values.get("handed_at"):
        return {}
    district = request.district
    post = dispatch.posts(district, request.tree).by_id.get(found.values.get("filler"))
    filler = collecting_asked.Filler(found.unit, post, found.values.get(ABOUT)) if post else None
    taken = known_values(district, request.tree, form, [filler])[filler] if filler and form.known else {}
    notes = {}
    for n in form.asks:
        if found.values.get(n) is not None:
            title = district.rules.ledgers[form.known[n].of].title if n in taken else ""
            notes[n] = _("取自%(ledger)s") % {"ledger": say(title, request.lang)} if title else _("上期所报")
    return notes


def _reasons(form: Form, found: Record) -> tuple[dict[str, str], str]:
    """(field -> what is to be mended, what was said of the whole): the reason's lines, each `title：words`."""
    titles = {part(found.ledger.fields[n].title): n for n in form.asks}
    of_fields, rest = {}, []
    for line in str(found.values.get("reason") or "").splitlines():
        title, colon, words = line.partition("：")
        if colon and title in titles:
            of_fields[titles[title]] = words
        else:
            rest.append(line)
    return of_fields, "\n".join(rest)


@require_POST
@gate.staff
def accept(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """It is as it should be."""
    return _rule(request, name, code, "accept", {}, _("已审定。"))


@require_POST
@gate.staff
def send_back(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Back to whoever filled it in, with what is to be mended, field by field."""
    form = request.district.rules.forms.get(name)
    ledger = request.district.rules.ledgers.get(name)
    if form is None:
        return gate.not_found(request)
    given = {n: " ".join(request.POST.get(f"why-{n}", "").split()) for n in form.asks}
    lines = [f"{part(ledger.fields[n].title)}：{words}" for n, words in given.items() if words]
    whole = request.POST.get("why", "").strip()
    answers, problems = forms.cleaned(request, name, {"reason": "\n".join([*lines, *([whole] if whole else [])])})
    if problems:
        messages.warning(request, say(next(iter(problems.values())), request.lang))
        return HttpResponseRedirect(answer_url(name, code))
    return _rule(request, name, code, "send_back", answers, _("已退回，对方会在“我的工作”里看到。"))


def _rule(request: HttpRequest, name: str, code: str, step: str, answers: dict[str, Any], said: str) -> HttpResponse:
    found = recordview.find(request, name, code) if name in request.district.rules.forms else None
    if found is None:
        return gate.not_found(request)
    act, seen = requested.act(request), requested.seen(request)
    try:
        flows.take_step(request.district, Act(name, step, request.actor, answers, found.id, act, seen))
        messages.success(request, said)
    except StepRefused as refused:
        messages.warning(request, say(refused.sentence, request.lang))
    return HttpResponseRedirect(answer_url(name, code))


urlpatterns = [
    path("collect/<str:name>/<str:code>", answer, name="answer"),
    path("collect/<str:name>/<str:code>/accept", accept),
    path("collect/<str:name>/<str:code>/send_back", send_back),
]
