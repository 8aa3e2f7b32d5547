"""A ledger's list, a record's page, and the steps taken on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.kinds import Step, say
from huying.engine import access, database, dispatch, people, records
from huying.engine.records import Record
from huying.web import forms, gate
from huying.web.show import Shower, record_url

ROWS = 50


@require_GET
@gate.staff
def ledger(request: HttpRequest, name: str) -> HttpResponse:
    """The list: chips by state and street, sorted by a column, now or as of a day."""
    if name not in request.district.rules.ledgers:
        return gate.not_found(request)
    declared, flow = request.district.rules.ledgers[name], request.district.rules.flows[name]
    page_no = int(request.GET["page"]) if request.GET.get("page", "").isdigit() and len(request.GET["page"]) < 6 else 1
    filters: dict[str, Any] = {}
    if request.GET.get("state") in flow.states:
        filters["state"] = request.GET["state"]
    street = request.tree.by_code.get(request.GET.get("area", ""))
    if street:
        filters["unit"] = request.tree.under(street.id)
    as_of, wrong = day_end(request)
    sort = request.GET.get("sort", "opened_at")
    try:
        page = records.page(
            request.district,
            request.actor,
            name,
            filters=filters,
            sort=sort.lstrip("-"),
            descending=not sort.startswith("-"),
            offset=(page_no - 1) * ROWS,
            limit=ROWS,
            as_of=as_of,
        )
    except (ValueError, KeyError):
        return HttpResponseRedirect(request.path)
    columns = [(n, declared.fields[n]) for n in declared.list if n in declared.fields and n not in declared.private]
    return render(
        request,
        "ledgers/list.html",
        {
            "name": name,
            "ledger": declared,
            "flow": flow,
            "page": page,
            "columns": columns,
            "as_of": as_of,
            "wrong": wrong,
            "state": filters.get("state"),
            "streets": request.tree.of_kind("street"),
            "street": street,
            "page_no": page_no,
            "sort": sort,
            "references": references(request, page.records),
            "first_steps": access.first_steps(request.district, request.actor, name),
            "times": [n for n in ("opened_at", "due_at") if n in declared.list],
        },
    )


@require_GET
@gate.staff
def record(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """What it is, its clock, the next act, its history."""
    found = _find(request, name, code)
    if found is None:
        return gate.not_found(request)
    return render(request, "ledgers/record.html", _page(request, name, found))


@require_http_methods(["GET", "POST"])
@gate.staff
def step(request: HttpRequest, name: str, code: str, step_name: str) -> HttpResponse:
    """The form for one step; once taken, the record."""
    found = _find(request, name, code)
    taken = request.district.rules.flows[name].steps.get(step_name) if found else None
    if found is None or taken is None:
        return gate.not_found(request)
    if request.method == "POST":
        made = forms.take(request, name, taken, request.actor, found)
        if not isinstance(made, forms.StepForm):
            messages.success(request, _("已办：%(step)s") % {"step": say(taken.title, request.lang)})
            return HttpResponseRedirect(record_url(name, code))
    else:
        made = forms.for_step(request, name, taken, found, gate.kept_form(request))
    return render(
        request,
        "ledgers/step.html",
        {**_page(request, name, found), "form": made, "step": taken},
        status=422 if made.top or made.problems else 200,
    )


@require_http_methods(["GET", "POST"])
@gate.staff
def new(request: HttpRequest, name: str, step_name: str) -> HttpResponse:
    """The form by which a record begins."""
    flow = request.district.rules.flows.get(name)
    taken = flow.steps.get(step_name) if flow else None
    if taken is None or taken not in access.first_steps(request.district, request.actor, name):
        return gate.not_found(request)
    if request.method == "POST":
        made = forms.take(request, name, taken, request.actor, None)
        if not isinstance(made, forms.StepForm):
            messages.success(request, _("已登记，编号 %(code)s") % {"code": made.code})
            return HttpResponseRedirect(record_url(name, made.code))
    else:
        made = forms.for_step(request, name, taken, None, gate.kept_form(request) or request.GET.dict())
    return render(
        request,
        "ledgers/new.html",
        {"name": name, "ledger": request.district.rules.ledgers[name], "form": made, "step": taken},
        status=422 if made.top or made.problems else 200,
    )


@require_POST
@gate.staff
def unmask(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Private values, shown on purpose and logged."""
    found = _find(request, name, code)
    if found is None:
        return gate.not_found(request)
    shown = records.unmask(request.district, request.actor, found, "page", request.district.now())
    return render(request, "ledgers/record.html", {**_page(request, name, found), "unmasked": shown})


def day_end(request: HttpRequest) -> tuple[datetime | None, str]:
    """(the end of the day that ?as_of= names, a sentence when it is not a day)."""
    text = request.GET.get("as_of", "").strip()
    if not text:
        return None, ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, _("截至日期写成 2020-06-11 这样")
    return (moment if moment.tzinfo else moment.replace(tzinfo=request.district.calendar.tz)) + (
        timedelta(days=1) if len(text) == 10 else timedelta()
    ), ""


def references(request: HttpRequest, found: list[Record]) -> dict[UUID, tuple[str, str, str]]:
    """What the reference fields of records point to: id -> (ledger, code, title), one statement for each ledger."""
    wanted: dict[str, set[UUID]] = {}
    for one in found:
        for n, declared in one.ledger.fields.items():
            if declared.type == "record" and one.values.get(n):
                wanted.setdefault(declared.ledger, set()).add(one.values[n])
    known = {}
    for other, ids in wanted.items():
        if not access.may_see(request.district.rules.ledgers[other], request.actor):
            continue
        for seen in records.many(request.district, request.actor, other, list(ids)):
            title = next((str(v) for n, v in seen.values.items() if seen.ledger.fields[n].type == "text" and v), "")
            known[seen.id] = (other, seen.code, title)
    request.shower = Shower(request.district, request.tree, request.lang, known)
    return known


def _find(request: HttpRequest, name: str, code: str) -> Record | None:
    if name not in request.district.rules.ledgers or "\0" in code:
        return None
    as_of, _wrong = day_end(request)
    found = records.find_id(request.district, name, code)
    return records.get(request.district, request.actor, name, found, as_of) if found else None


def _page(request: HttpRequest, name: str, found: Record) -> dict[str, Any]:
    district, flow = request.district, request.district.rules.flows[name]
    as_of, _wrong = day_end(request)
    history = [entry for entry in records.history(district, found) if as_of is None or entry.known_at <= as_of]
    posts = dispatch.Posts(district, request.tree)
    steps: list[Step] = [] if as_of else access.open_steps(district, request.actor, found)
    holders = people.holders(district.id, [found.post], district.today()) if found.post else {}
    references(request, [found])
    return {
        "name": name,
        "record": found,
        "ledger": found.ledger,
        "flow": flow,
        "as_of": as_of,
        "facts": _facts(found),
        "holder": posts.by_id.get(found.post),
        "people": holders.get(found.post, []),
        "shares": [posts.by_id[s["post"]] for s in records.shared_with(district, found.id) if s["post"] in posts.by_id],
        "next": [s for s in steps if not s.minor],
        "more": [s for s in steps if s.minor],
        "history": [
            (entry, flow.steps.get(entry.step), posts.by_id.get(entry.post), _said(found, entry.values))
            for entry in history
        ],
    }


def _facts(found: Record) -> list[tuple[Any, Any]]:
    return [
        (declared, found.values[n])
        for n, declared in found.ledger.fields.items()
        if n in found.values and found.values[n] not in (None, [], False)
    ]


def _said(found: Record, values: Any) -> list[tuple[Any, Any]]:
    shown = []
    for n, value in values.items():
        declared = found.ledger.fields.get(n)
        if declared and value not in (None, [], False) and declared.type not in ("photos", "record"):
            shown.append((declared, tuple(value) if declared.type == "point" else value))
    return shown


def remind(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """One click tells whoever holds it that it is waited for; the words are ready."""
    found = _find(request, name, code)
    if found is None:
        return gate.not_found(request)
    title = f"{found.code}（{say(request.district.rules.flows[name].states[found.state].title)}） | {found.code}"
    database.direct().run(
        "insert into hy.notice (district, target, record, ledger, seq, kind, words, made_at) "
        "values (%s, %s, %s, %s, %s, 'remind', %s, %s) on conflict do nothing",
        [
            request.district.id,
            f"post:{found.post}",
            found.id,
            request.district.tables[name].number,
            found.seq,
            f"催办：{say(title)} | Reminder: {say(title, 'en')}",
            request.district.now(),
        ],
    )
    messages.success(request, _("已催办，对方会在“通知”里看到。"))
    return HttpResponseRedirect(record_url(name, code))


urlpatterns = [
    path("ledgers/<str:name>", ledger, name="ledger"),
    path("ledgers/<str:name>/new/<str:step_name>", new, name="new"),
    path("ledgers/<str:name>/<str:code>", record, name="record"),
    path("ledgers/<str:name>/<str:code>/unmask", unmask),
    path("ledgers/<str:name>/<str:code>/remind", require_POST(gate.staff(remind))),
    path("ledgers/<str:name>/<str:code>/<str:step_name>", step, name="step"),
]
