"""Reports on tasks: what an office has to do, who has not reported, and the calendar of nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.evaluate import evaluate
from huying.declare.kinds import say
from huying.engine import access, commitments, letters, pace, reporting, task_nodes, tasks
from huying.engine.decide import StepRefused
from huying.engine.report_periods import Period
from huying.engine.reporting import EXEMPT, MISSING, REPORTED, Duty
from huying.engine.task_nodes import LATE, Node
from huying.web import gate, requested, taskview
from huying.web.words import gettext as _


@require_GET
@gate.staff
def mine(request: HttpRequest) -> HttpResponse:
    """The tasks of the actor's office: first what needs its act, then how the others stand."""
    district, actor = request.district, request.actor
    if actor.post is None or tasks.ledger(district) is None:
        return gate.not_found(request)
    period, wrong = taskview.period(request)
    office = actor.post.office
    waiting = [one for one in tasks.every(district, states=("consulting", "issued")) if one.office == office]
    waiting = [one for one in tasks.flat(waiting) if one.state in ("consulting", "issued")]
    duties = reporting.duties(district, actor, period, office=office)
    own = [one for one in letters.every(district, actor) if one.state in letters.WAITING and one.office == office]
    board = commitments.works(commitments.board(district, actor, office=office))
    shown = [taskview.row(request, one) for one in board if one.task.office == office]
    helped = [taskview.row(request, one) for one in board if office in one.task.assist]
    return render(
        request,
        "tasks/mine.html",
        {
            "period": period,
            "wrong": wrong,
            "periods": taskview.periods(request, period),
            "waiting": [(one, say(one.commitment.title, request.lang)) for one in waiting],
            "missing": [_duty(request, one, period) for one in duties if one.state == MISSING],
            "letters": [(one, letters.light(one, district.today())) for one in own],
            "of_letters": letters.ledger(district),
            "of_tasks": tasks.ledger(district),
            "exempt": sum(one.state == EXEMPT for one in duties),
            "due": len(duties),
            "answerable": [row for row in shown if _answerable(request, row)],
            "rows": shown,
            "helped": helped,
        },
    )


def _answerable(request: HttpRequest, row: dict[str, Any]) -> bool:
    """Whether a finding against the office may still be answered: what its flow says of the step `answer`."""
    district, finding = request.district, row["status"].finding
    if finding is None or finding.values.get("status") not in ("behind", "hard"):
        return False
    step = district.rules.flows[finding.ledger.name].steps.get("answer")
    if step is None or finding.state not in step.from_:
        return False
    today, zone = district.today(), district.calendar.tz
    return step.needs is None or evaluate(step.needs, finding.values, today=today, tz=zone) is True


@require_http_methods(["GET", "POST"])
@gate.staff
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One task's report for one period: the evidence is filled in, last period's words stand beside."""
    district, actor = request.district, request.actor
    period, wrong = taskview.period(request)
    try:
        status = commitments.status(district, actor, code, on=min(period.last, district.today()))
    except KeyError:
        return gate.not_found(request)
    errors: dict[str, str] = {}
    given = {name: request.POST.get(name, "") for name in ("value", "words")}
    if request.method == "POST" and not wrong:
        try:
            reporting.report(district, actor, status.task, period, given, requested.act(request))
            gate.arrived(request, request.path)
            messages.success(request, _("已报送"))
            return HttpResponseRedirect(f"/tasks/mine?period={period.name}")
        except StepRefused as refused:
            errors = {name: say(text, request.lang) for name, text in refused.fields.items()}
            wrong = "" if errors else say(refused.sentence, request.lang)
    history = commitments.history(district, "claims", actor, status.task.id)
    said = next((one for one in history if one.values["period"] == period.name), None)
    before = next((one for one in history if commitments.ends(one) < period.first), None)
    if request.method == "GET":
        value = said.values.get("value") if said else status.value
        given = {
            "value": "" if value is None else f"{value.normalize():f}",
            "words": (said.values.get("words") or "") if said else "",
        }
    return render(
        request,
        "tasks/report.html",
        {
            **taskview.row(request, status),
            "period": period,
            "periods": taskview.periods(request, period),
            "wrong": wrong,
            "errors": errors,
            "given": given,
            "before": before,
            "said": said,
            "changed": _changed(before, said),
            "exempt": reporting.exempt(status),
            "longest": reporting.LONGEST,
        },
        status=422 if errors or (wrong and request.method == "POST") else 200,
    )


@require_GET
@gate.staff
def reports(request: HttpRequest) -> HttpResponse:
    """For the supervision office: which tasks were due, exempt, reported or missing, and whom to remind."""
    if not request.actor.may("see_drafts") or tasks.ledger(request.district) is None:
        return gate.not_found(request)
    return _reports(request)


@require_POST
@gate.staff
def remind(request: HttpRequest) -> HttpResponse:
    """Remind the offices of the reports that are chosen; the wording is ready."""
    if not request.actor.may("see_drafts"):
        raise access.Refused("这是督查室的工作 | This is for the supervision office")
    period, wrong = taskview.period(request)
    chosen = set(request.POST.getlist("task"))
    found = [one for one in reporting.duties(request.district, request.actor, period) if one.status.task.code in chosen]
    try:
        done = reporting.remind(request.district, request.actor, period, found, request.lang)
    except StepRefused as refused:
        return _reports(request, wrong or say(refused.sentence, request.lang))
    sent = sum(one.refusal is None for one in done)
    failed = [one.refusal for one in done if one.refusal]
    messages.success(request, _("已催报 %(n)s 项；今天催过的不再催") % {"n": sent})
    if failed:
        messages.warning(request, say(failed[0].sentence, request.lang))
    return HttpResponseRedirect(f"/tasks/reports?period={period.name}")


def _reports(request: HttpRequest, wrong: str = "") -> HttpResponse:
    period, said = taskview.period(request)
    found = [_duty(request, one, period) for one in reporting.duties(request.district, request.actor, period)]
    counts = {state: sum(one["duty"].state == state for one in found) for state in (MISSING, REPORTED, EXEMPT)}
    show = request.GET.get("show", "")
    show = show if show in counts else MISSING if counts[MISSING] else REPORTED if counts[REPORTED] else EXEMPT
    offices: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        if one["duty"].state == show:
            offices.setdefault(one["office"], []).append(one)
    titles = {MISSING: _("未报"), REPORTED: _("已报"), EXEMPT: _("免报")}
    return render(
        request,
        "tasks/reports.html",
        {
            "period": period,
            "periods": taskview.periods(request, period),
            "wrong": wrong or said,
            "counts": [(state, titles[state], n, state == show) for state, n in counts.items()],
            "show": show,
            "total": len(found),
            "exempt": counts[EXEMPT],
            "offices": offices,
            "missing_offices": len({one["office"] for one in found if one["duty"].state == MISSING}),
        },
        status=422 if wrong else 200,
    )


def _duty(request: HttpRequest, duty: Duty, period: Period) -> dict[str, Any]:
    """A duty as pages show it."""
    why = {
        reporting.KEY: _("重点任务，按月报"),
        reporting.LAGGING: _("欠序时，按月报"),
        reporting.QUARTER: _("按季报"),
    }
    return {
        **taskview.row(request, duty.status),
        "duty": duty,
        "code": duty.status.task.code,
        "because": why[duty.why],
        "wording": reporting.wording(duty, period, request.lang),
        "changed": _changed(duty.before, duty.claim),
    }


def _changed(before: Any, said: Any) -> list[tuple[str, str]]:
    """Last period's words against this one's; empty where either is lacking."""
    if before is None or said is None:
        return []
    return reporting.differences(before.values.get("words") or "", said.values.get("words") or "")


@require_GET
@gate.staff
def calendar(request: HttpRequest) -> HttpResponse:
    """Nodes, milestones and deadlines of a year, by quarter and month; late ones first, by office where chosen."""
    district, actor = request.district, request.actor
    if tasks.ledger(district) is None:
        return gate.not_found(request)
    this = district.today().year
    year = requested.whole(request.GET.get("year", "")) or this
    year = year if this - 20 <= year <= this + 20 else this
    found = task_nodes.calendar(district, actor, year)
    offices = sorted({one.status.task.office for one in found})
    office = requested.whole(request.GET.get("office", "")) or 0
    shown = [one for one in found if not office or one.status.task.office == office]
    quarters: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for one in shown:
        months = quarters.setdefault(task_nodes.quarter_of(one.day), {})
        months.setdefault(f"{one.day:%Y-%m}", []).append(_node(request, one))
    return render(
        request,
        "tasks/calendar.html",
        {
            "year": year,
            "quarters": quarters,
            "late": [_node(request, one) for one in task_nodes.late(shown)],
            "total": len(shown),
            "here": task_nodes.quarter_of(district.today()),
            "offices": [(unit.id, unit.name(request.lang), unit.id == office) for unit in _units(request, offices)],
        },
    )


def _units(request: HttpRequest, offices: Sequence[int]) -> list[Any]:
    return [unit for one in offices if (unit := request.tree.get(one))]


def _node(request: HttpRequest, node: Node) -> dict[str, Any]:
    unit = request.tree.get(node.status.task.office)
    lights = {LATE: "red", task_nodes.MET: "green done", task_nodes.OPEN: "grey", task_nodes.SAID: "amber"}
    words = {
        LATE: _("逾期未到"),
        task_nodes.MET: _("已到"),
        task_nodes.OPEN: _("未到日子"),
        task_nodes.SAID: _("已过，待认定"),
    }
    return {
        "node": node,
        "title": say(node.status.commitment.title, request.lang),
        "office": unit.name(request.lang) if unit else "",
        "light": lights[node.state],
        "word": words[node.state],
        "value": node.value,
        "kind": {"node": _("节点"), "milestone": _("形象进度"), "deadline": _("时限")}[node.kind],
        "now": None if node.status.value is None else pace.shown(node.status.value),
    }


urlpatterns = [
    path("tasks/mine", mine, name="tasks_mine"),
    path("tasks/reports", reports, name="tasks_reports"),
    path("tasks/remind", remind),
    path("tasks/calendar", calendar, name="tasks_calendar"),
    path("tasks/<str:code>/report", report),
]
