"""Residents, without an account: report, follow, say 没解决, rate."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huying.declare.kinds import NEW, RESIDENT, Step, say
from huying.engine import access, database, people, records, tracking
from huying.engine.records import Record
from huying.web import forms, gate
from huying.web.views.ledgers import references


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here."""
    if request.district is None:
        return HttpResponse(
            _("还没有装入辖区。请管理员运行 make run。"), content_type="text/plain; charset=utf-8", status=503
        )
    if request.actor.signed_in:
        return HttpResponseRedirect("/work")
    return render(request, "report/home.html", {"kinds": _reportable(request)})


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """What can be reported: every flow whose first step is a resident's."""
    kinds = _reportable(request)
    return (
        HttpResponseRedirect(f"/report/{kinds[0][0]}")
        if len(kinds) == 1
        else render(request, "report/choose.html", {"kinds": kinds})
    )


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, name: str) -> HttpResponse:
    """The form of one kind of report; once sent, the page to follow it by."""
    found = {n: s for n, _ledger, s in _reportable(request)}.get(name)
    if found is None:
        return gate.not_found(request)
    actor = people.resident(request.district.id)
    if request.method == "POST":
        made = forms.take(request, name, found, actor, None)
        if not isinstance(made, forms.StepForm):
            request.session["sent"] = made.track
            return HttpResponseRedirect(f"/track/{made.track}")
    else:
        made = forms.for_step(request, name, found, None, _from_place(request, request.GET.get("place", "")))
    return render(
        request,
        "report/report.html",
        {"name": name, "ledger": request.district.rules.ledgers[name], "form": made, "step": found},
        status=422 if made.top or made.problems else 200,
    )


@require_GET
def scanned(request: HttpRequest, sign: str) -> HttpResponse:
    """A QR sign was scanned: choose what to report, the place is filled in."""
    known = _from_place(request, sign)
    if not known:
        return gate.not_found(request)
    return render(
        request,
        "report/choose.html",
        {"kinds": _reportable(request), "sign": sign, "place": known.get("place_words", sign)},
    )


@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Asks for the code; a slip of the finger is told from a code that nobody has."""
    code = (request.POST.get("code") or request.GET.get("code") or "").strip()[:40]
    if not code:
        return render(request, "report/track.html", {})
    if not tracking.is_track_code(code):
        return render(
            request,
            "report/track.html",
            {"code": code, "error": _("查询码打错了，应是 9 位字母数字，请再核对。")},
            status=422,
        )
    if tracking.find(request.district.id, code) is None:
        return render(request, "report/track.html", {"code": code, "error": _("没有这个查询码。")}, status=404)
    return HttpResponseRedirect(f"/track/{tracking.normal(code)}")


@require_GET
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """How far a report is, in words; the answer; what the resident may still say."""
    found = _tracked(request, code)
    if found is None:
        return gate.refusal(request, _("没有这个查询码，请核对后再试。"), 404)
    record, actor = found
    return render(request, "report/progress.html", _progress(request, code, record, actor))


@require_http_methods(["GET", "POST"])
def resident_step(request: HttpRequest, code: str, step_name: str) -> HttpResponse:
    """没解决, or a rating."""
    found = _tracked(request, code)
    step = request.district.rules.flows[found[0].ledger.name].steps.get(step_name) if found else None
    if found is None or step is None or RESIDENT not in step.by or NEW in step.from_:
        return gate.not_found(request)
    record, actor = found
    if request.method == "POST":
        made = forms.take(request, record.ledger.name, step, actor, record)
        if not isinstance(made, forms.StepForm):
            return HttpResponseRedirect(f"/track/{tracking.normal(code)}")
    else:
        made = forms.for_step(request, record.ledger.name, step, record)
    return render(
        request,
        "report/progress.html",
        {**_progress(request, code, record, actor), "form": made, "step": step},
        status=422 if made.top or made.problems else 200,
    )


@require_GET
def public_list(request: HttpRequest, name: str) -> HttpResponse:
    """A public ledger: its open fields, for everyone."""
    declared = request.district.rules.ledgers.get(name)
    if declared is None or not declared.public:
        return gate.not_found(request)
    page = records.page(request.district, people.resident(request.district.id), name, limit=200)
    columns = [(n, declared.fields[n]) for n in declared.list if n in declared.fields and n not in ("unit",)]
    references(request, [])
    return render(
        request, "report/public_list.html", {"name": name, "ledger": declared, "page": page, "columns": columns}
    )


def _reportable(request: HttpRequest) -> list[tuple[str, Any, Step]]:
    """(ledger, declaration, first step) of all that a resident may report."""
    actor = people.resident(request.district.id)
    return [
        (name, ledger, step)
        for name, ledger in request.district.rules.ledgers.items()
        for step in access.first_steps(request.district, actor, name)
    ]


def _from_place(request: HttpRequest, sign: str) -> dict[str, str]:
    """What a sign fills in: the first public register with a sign, a place and a point."""
    if not sign or "\0" in sign:
        return {}
    for name, ledger in request.district.rules.ledgers.items():
        if not ledger.public or ledger.key != ("sign",):
            continue
        seen = records.page(
            request.district, people.resident(request.district.id), name, filters={"sign": sign[:40]}, limit=1
        ).records
        if seen:
            where = seen[0].values.get("where")
            unit = request.tree.get(seen[0].unit)
            return {
                "place": str(seen[0].id),
                "place_words": str(seen[0].values.get("name") or ""),
                "unit": unit.code if unit else "",
                "where": f"{where[0]},{where[1]}" if where else "",
            }
    return {}


def _tracked(request: HttpRequest, code: str) -> tuple[Record, people.Actor] | None:
    if not tracking.is_track_code(code):
        return None
    found = tracking.find(request.district.id, code)
    if found is None:
        return None
    name = next((n for n, t in request.district.tables.items() if t.number == found[0]), "")
    actor = people.resident(request.district.id, found[1])
    record = records.get(request.district, actor, name, found[1]) if name else None
    return (record, actor) if record else None


def _progress(request: HttpRequest, code: str, record: Record, actor: people.Actor) -> dict[str, Any]:
    district, name = request.district, record.ledger.name
    office = request.tree.get(record.office)
    said = database.direct().rows(
        "select words, made_at from hy.notice where district = %s and target = %s order by made_at desc limit 10",
        [district.id, f"track:{record.id}"],
    )
    history = [(entry, district.rules.flows[name].steps.get(entry.step)) for entry in records.history(district, record)]
    category = record.ledger.fields.get(district.rules.flows[name].dispatch_by)
    steps = [s for s in access.open_steps(district, actor, record) if RESIDENT in s.by]
    references(request, [])
    return {
        "code": tracking.normal(code),
        "record": record,
        "name": name,
        "office": office.name(request.lang) if office else "",
        "notices": said,
        "history": [(e, s) for e, s in history if s and not s.minor],
        "category": category,
        "steps": steps,
        "first": request.session.pop("sent", "") == tracking.normal(code),
        "answer": [
            (record.ledger.fields[n], record.values[n])
            for n in ("answer", "answer_how", "answered_at")
            if record.values.get(n)
        ],
        "lang_title": say(record.ledger.title, request.lang),
    }


urlpatterns = [
    path("", home, name="home"),
    path("report", choose, name="report"),
    path("report/<str:name>", report),
    path("r/<str:sign>", scanned),
    path("track", track, name="track"),
    path("track/<str:code>", progress),
    path("track/<str:code>/<str:step_name>", resident_step),
    path("open/<str:name>", public_list, name="open"),
]
