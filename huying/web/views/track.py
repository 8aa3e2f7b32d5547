"""Residents follow a report by its code: progress in words, the answer, 没解决 once, a rating once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from huying.declare.kinds import NEW, RESIDENT, RESPONSIBLE, Field, Flow, Step, say
from huying.engine import access, database, dispatch, people, records, tracking
from huying.engine.records import Entry, Record
from huying.web import forms, gate, throttle
from huying.web.show import Shower
from huying.web.views.public import closed, qr
from huying.web.words import gettext as _

WRONG = 20  # codes that nobody has, from one address in ten minutes, for each web worker
NOTICES = 20


@dataclass(frozen=True)
class Admission:
    """What a code opens. own: the reporter's; a follower sees the public progress only."""

    code: str
    record: Record
    actor: people.Actor
    own: bool


@dataclass
class Line:
    """One line of the course: when, what, by which office; what it says to the resident."""

    entry: Entry
    step: Step
    who: str = ""
    to: str = ""
    says: list[tuple[Field, Any]] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Asks for the code; a slip of the finger is told from a code that nobody has."""
    if request.district is None:
        return closed(request)
    typed = (request.POST.get("code") or request.GET.get("code") or "").strip()[:40]
    if not typed:
        return _private(render(request, "track/ask.html", {}))
    refused = _refusal(request, typed, slip=422)
    return refused or HttpResponseRedirect(f"/track/{tracking.normal(typed)}")


@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest, code: str, step_name: str = "") -> HttpResponse:
    """How far a report is; with a step, the form by which the resident takes it."""
    if request.district is None:
        return closed(request)
    code = code[:40]
    if refused := _refusal(request, code):
        return refused
    admitted = _admitted(request, code)
    if admitted is None:
        return _nobodys(request, code)
    if not step_name:
        return _page(request, admitted)
    record, flow = admitted.record, _flow(request, admitted.record)
    step = flow.steps.get(step_name)
    if step is None or not admitted.own or RESIDENT not in step.by or NEW in step.from_:
        return gate.not_found(request)
    if request.method == "POST":
        made = forms.take(request, record.ledger.name, step, admitted.actor, record)
        if not isinstance(made, forms.StepForm):
            return HttpResponseRedirect(f"/track/{admitted.code}")
        return _page(request, admitted, step, made, 422)
    if step not in access.open_steps(request.district, admitted.actor, record):
        return HttpResponseRedirect(f"/track/{admitted.code}")
    return _page(request, admitted, step, forms.for_step(request, record.ledger.name, step, record))


def _refusal(request: HttpRequest, typed: str, slip: int = 404) -> HttpResponse | None:
    """The page for a code that opens nothing: a slip, one that nobody has, or too many tries."""
    if not tracking.is_track_code(typed):
        return _ask(
            request, typed, _("查询码打错了：应是 9 位字母和数字，最后一位是校验字母。请对照您记下的再打一次。"), slip
        )
    if throttle.too_many(request, "code", WRONG):
        return _ask(request, typed, _("试错太多次，请过十分钟再查，或打电话查询。"), 429)
    if tracking.find(request.district.id, typed) or tracking.find_followed(request.district.id, typed):
        return None
    throttle.note(request, "code")
    return _nobodys(request, typed)


def _nobodys(request: HttpRequest, typed: str) -> HttpResponse:
    return _ask(request, typed, _("没有这个查询码。请看看是不是别处的编号；找不到可以打电话查询。"), 404)


def _ask(request: HttpRequest, typed: str, error: str, status: int) -> HttpResponse:
    return _private(render(request, "track/ask.html", {"code": typed, "error": error}, status=status))


def _admitted(request: HttpRequest, code: str) -> Admission | None:
    district, own = request.district, True
    found = tracking.find(district.id, code)
    if found is None:
        own, found = False, tracking.find_followed(district.id, code)
    name = next((n for n, t in district.tables.items() if found and t.number == found[0]), "")
    if not name:
        return None
    actor = people.resident(district.id, found[1])
    record = records.get(district, actor, name, found[1])
    return Admission(tracking.normal(code), record, actor, own) if record else None


def _page(
    request: HttpRequest,
    admitted: Admission,
    step: Step | None = None,
    form: forms.StepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    district, record, flow = request.district, admitted.record, _flow(request, admitted.record)
    request.shower = Shower(district, request.tree, request.lang)
    posts = dispatch.Posts(district, request.tree)
    lines = _lines(request, admitted, flow, posts)
    by = flow.dispatch_by
    address = request.build_absolute_uri(f"/track/{admitted.code}")
    context = {
        "admitted": admitted,
        "record": record,
        "ledger": record.ledger,
        "state": flow.states.get(record.state),
        "holder": _holder(request, record, flow),
        "category": (record.ledger.fields[by], record.values[by]) if record.values.get(by) else None,
        "street": next(
            (u for u in reversed(request.tree.chain(record.unit)) if u.parent == request.tree.root.id), None
        ),
        "lines": lines,
        "answer": next((line for line in reversed(lines) if line.says and RESIDENT in line.step.tells), None),
        "clock": record.clock if record.clock and not record.clock.stopped_at and not record.closed_at else None,
        "answer_step": flow.steps.get(flow.clock.stops) if flow.clock else None,
        "first": request.session.pop("sent", "") == admitted.code if "sent" in request.session else False,
        "address": address,
        "qr": qr(address),
        "form": form,
        "step": step,
    }
    if admitted.own:
        first = lines[0].entry.values if lines else {}
        context |= {
            "told": [
                (f, first[n])
                for n, f in record.ledger.fields.items()
                if f.type != "record" and first.get(n) not in (None, [], False)
            ],
            "notices": _notices(request, record),
            "steps": [s for s in access.open_steps(district, admitted.actor, record) if RESIDENT in s.by],
            "used_up": [s for s in flow.open_steps(record.state) if RESIDENT in s.by and _is_used_up(record, s)],
        }
    return _private(render(request, "track/progress.html", context, status=status))


def _lines(request: HttpRequest, admitted: Admission, flow: Flow, posts: dispatch.Posts) -> list[Line]:
    """The course of a report, oldest first. A follower gets what happened and when; the reporter also by whom, to
    whom, and what was said to her. Offices are named, never persons."""
    lines = []
    for entry in records.history(request.district, admitted.record):
        step = flow.steps.get(entry.step)
        by_resident = entry.via == "public"
        if step is None or (step.minor and not (by_resident and admitted.own)):
            continue
        line = Line(entry, step)
        if admitted.own:
            office = posts.by_id[entry.post].office if entry.post in posts.by_id else 0
            line.who = _("您") if by_resident else _office(request, office)
            if step.assigns == "dispatch" and entry.lead in posts.by_id:
                line.to = _office(request, posts.by_id[entry.lead].office)
            if NEW not in step.from_ and (by_resident or RESIDENT in step.tells):
                named = [n for n in (*step.asks, step.stamps) if entry.values.get(n) not in (None, [], False, "")]
                line.says = [(admitted.record.ledger.fields[n], entry.values[n]) for n in dict.fromkeys(named)]
        lines.append(line)
    return lines


def _holder(request: HttpRequest, record: Record, flow: Flow) -> str:
    """Who has it now, in words: an office for the responsible post, else the role that holds this state."""
    state = flow.states.get(record.state)
    if state is None or state.final or not state.holder:
        return ""
    if state.holder == RESPONSIBLE:
        return _office(request, record.office)
    role = request.district.rules.roles.get(state.holder)
    return say(role.title, request.lang) if role else ""


def _office(request: HttpRequest, number: int) -> str:
    unit = request.tree.get(number)
    return unit.name(request.lang) if unit else ""


def _notices(request: HttpRequest, record: Record) -> list[dict[str, Any]]:
    return database.direct().rows(
        "select words, made_at from hy.notice where district = %s and target = %s order by made_at desc, id desc limit %s",
        [request.district.id, f"track:{record.id}", NOTICES],
    )


def _is_used_up(record: Record, step: Step) -> bool:
    return bool(step.at_most) and (record.counter(step.counts) or 0) >= step.at_most


def _flow(request: HttpRequest, record: Record) -> Flow:
    return request.district.rules.flows[record.ledger.name]


def _private(response: HttpResponse) -> HttpResponse:
    """What a code opens stays with who has the code: kept by no cache, found by no search engine."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


urlpatterns = [
    path("track", track, name="track"),
    path("track/<str:code>", progress),
    path("track/<str:code>/<str:step_name>", progress),
]
