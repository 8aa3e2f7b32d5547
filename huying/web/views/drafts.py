"""Drafts of tasks on their way to be issued: who has answered, many at once; and one draft's form with what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from huying.declare.kinds import say
from huying.engine import access, commitments, consulting, dispatch, documents, records, tasks
from huying.engine.acts import Outcome
from huying.engine.clock import new_id
from huying.engine.consulting import Heard, Several
from huying.engine.decide import StepRefused
from huying.engine.tasks import Task
from huying.web import forms, gate, recordview, requested
from huying.web.words import gettext as _

MANY = ("area", "leader", "deadline", "lead_hint")  # fields that several drafts are given at once


@require_http_methods(["GET", "POST"])
@gate.staff
def drafts(request: HttpRequest) -> HttpResponse:
    """The drafts of one state with what was said of each; a post does one thing with those that are chosen."""
    documents.acting(request.district, request.actor)
    if tasks.ledger(request.district) is None:
        return gate.not_found(request)
    found = tasks.flat(tasks.every(request.district, states=tasks.DRAFTED))
    if request.method == "GET":
        return _page(request, found)
    chosen = [task for task in found if task.code in set(request.POST.getlist("task"))]
    name = request.POST.get("do", "")
    if name not in ACTS:
        return gate.not_found(request)
    try:
        outcomes = ACTS[name](request, chosen)
    except Several as refused:
        return _page(request, found, 422, wrong={code: say(text, request.lang) for code, text in refused.each.items()})
    except StepRefused as refused:
        return _page(request, found, 422, problem=say(refused.sentence, request.lang))
    messages.success(request, _said(name) % {"n": len(outcomes)})
    return HttpResponseRedirect(request.get_full_path())


def _page(request: HttpRequest, found: Sequence[Task], status: int = 200, **more: Any) -> HttpResponse:
    states = request.district.rules.flows[tasks.ledger(request.district)].states
    counts = {state: sum(task.state == state for task in found) for state in tasks.DRAFTED}
    shown = request.GET.get("state")
    if shown not in counts:
        shown = next((state for state in tasks.DRAFTED if counts[state]), "draft")
    some = [task for task in found if task.state == shown]
    told = consulting.heard(request.district, some) if shown != "draft" else {}
    return render(
        request,
        "breakdown/drafts.html",
        {
            "chips": [
                (say(states[state].title, request.lang), state, n, state == shown) for state, n in counts.items()
            ],
            "state": shown,
            "rows": [_row(request, task, told.get(task.id, Heard())) for task in some],
            "ledger": tasks.ledger(request.district),
            "leads": _leads(request),
            "offices": [(unit.id, unit.name(request.lang)) for unit in request.tree.of_kind("office")],
            "areas": sorted({task.values.get("area") or "" for task in found} - {""}),
            "leaders": sorted({task.values.get("leader") or "" for task in found} - {""}),
            "act": new_id(),
            "ticked": set(request.POST.getlist("task")),
            "typed": request.POST,
            **more,
        },
        status=status,
    )


def _row(request: HttpRequest, task: Task, told: Heard) -> dict[str, Any]:
    tree, lang = request.tree, request.lang

    def office(unit: int | None) -> str:
        return found.name(lang) if unit and (found := tree.get(unit)) else ""

    comma = "、" if lang == "zh" else ", "
    complete = commitments.completeness(task)
    sent = task.state != "draft"
    return {
        "task": task,
        "lead": office(task.office) if sent else "",
        "hint": office(task.values.get("lead_hint")) if not sent else "",
        "assist": comma.join(map(office, task.assist) if sent else [unit.name(lang) for unit in consulting.assisting(request.district, tree, task)]),
        "lacks": comma.join(say(part, lang) for part, has in complete.items() if not has),
        "has": sum(complete.values()),
        "of": len(complete),
        "answers": told.answers,
        "waiting": comma.join(office(one) for one in told.waiting),
        "objection": told.objection,
        "better": office(told.objection.values.get("better_lead")) if told.objection else "",
        "ruling": told.ruling,
    }  # fmt: skip


def _leads(request: HttpRequest) -> list[tuple[int, str]]:
    """(post, its office) of all posts that take tasks."""
    wanted = set(consulting.roles(request.district))
    posts = dispatch.posts(request.district, request.tree).by_id.values()
    return [
        (post.id, unit.name(request.lang))
        for post in posts
        if post.role in wanted and (unit := request.tree.get(post.office))
    ]


def _send(request: HttpRequest, chosen: Sequence[Task]) -> list[Outcome]:
    lead = requested.whole(request.POST.get("lead", ""))
    return consulting.send(request.district, request.actor, chosen, lead, requested.act(request))


def _approve(request: HttpRequest, chosen: Sequence[Task]) -> list[Outcome]:
    return consulting.approve(
        request.district, request.actor, chosen, request.POST.get("approved_by", ""), requested.act(request)
    )


def _issue(request: HttpRequest, chosen: Sequence[Task]) -> list[Outcome]:
    return consulting.issue(
        request.district, request.actor, chosen, request.POST.get("number", ""), requested.act(request)
    )


def _revise(request: HttpRequest, chosen: Sequence[Task]) -> list[Outcome]:
    """What was filled in; an empty field leaves each draft as it is."""
    raw = {name: value for name in MANY if (value := request.POST.get(name, "").strip())}
    if not raw:
        raise StepRefused("tasks.nothing", "请填要改的内容 | Fill in what is to change")
    clean, problems = forms.cleaned(request, tasks.ledger(request.district), raw)
    if problems:
        raise StepRefused("step.asks", next(iter(problems.values())), problems)
    return consulting.revise(request.district, request.actor, chosen, clean, requested.act(request))


@require_http_methods(["GET", "POST"])
@gate.staff
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """One draft's form, and beside it what a well-made task says and what this one lacks."""
    documents.acting(request.district, request.actor)
    name = tasks.ledger(request.district)
    record = records.by_code(request.district, request.actor, name, code) if name and "\0" not in code else None
    task = tasks.one(request.district, code) if record else None
    if record is None or task is None:
        return gate.not_found(request)
    step = next(
        (one for one in access.open_steps(request.district, request.actor, record) if one.name == "revise"), None
    )
    if step is None:
        return HttpResponseRedirect(f"/commitments/{code}")
    recordview.references(request, [record])
    form = forms.for_step(request, name, step, record)
    if request.method == "POST":
        form = forms.take(request, name, step, request.actor, record)
        if isinstance(form, Outcome):
            messages.success(request, _("已改 %(code)s") % {"code": code})
            return HttpResponseRedirect(_back(request))
    complete = [(say(part, request.lang), has) for part, has in commitments.completeness(task).items()]
    shown = {"task": task, "record": record, "form": form, "name": name, "step": step, "complete": complete,
             "has": sum(has for _part, has in complete), "back": _back(request)}  # fmt: skip
    return render(request, "breakdown/edit.html", shown, status=422 if form.wrong else 200)


def _back(request: HttpRequest) -> str:
    """Where the person came from on this site, else the list of drafts."""
    back = request.POST.get("back") or request.GET.get("back", "")
    return back if back.startswith("/tasks/") else "/tasks/drafts"


def _said(name: str) -> str:
    return {
        "send": _("已发出征求意见 %(n)s 项"),
        "approve": _("已审定 %(n)s 项"),
        "issue": _("已印发 %(n)s 项"),
        "revise": _("已改 %(n)s 项"),
    }[name]


ACTS: dict[str, Callable[[HttpRequest, Sequence[Task]], list[Outcome]]] = {
    "send": _send, "approve": _approve, "issue": _issue, "revise": _revise,
}  # fmt: skip
urlpatterns = [
    path("tasks/drafts", drafts, name="task_drafts"),
    path("tasks/<str:code>/edit", edit, name="task_edit"),
]
