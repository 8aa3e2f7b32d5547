"""A ledger's list, what begins a record, and the list as a file."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.engine import access, amending, exchange, field_tests, finding, records, saved_views, sealed, working_copies
from huying.web import filling, forms, gate, grouped, listing, printing, recordview, turning
from huying.web.recordview import references
from huying.web.show import record_url
from huying.web.words import gettext as _

ROWS = 50
COUNTED = 10_000  # beyond it the list says that there are more
LONGEST = 200  # characters of a value that is looked for
TIMES = ("opened_at", "due_at", "closed_at")


@require_GET
@gate.staff
def ledger(request: HttpRequest, name: str) -> HttpResponse:
    """The list: chips by state, an area, a category; sorted by a column; now or as of a day."""
    if name not in request.district.rules.ledgers:
        return gate.not_found(request)
    district, actor = request.district, request.actor
    declared, flow = district.rules.ledgers[name], district.rules.flows[name]
    as_of, wrong = recordview.as_of(request)
    if address := listing.with_condition(request):
        return HttpResponseRedirect(address)
    asked = listing.asked_of(request, declared, as_of)
    if not request.GET and asked.view:  # so that every link on the page keeps it
        return HttpResponseRedirect(f"{request.path}?view={asked.view.key}")
    turn = turning.turn_of(request, name, ROWS)
    try:
        found = grouped.groups_of(request, declared, asked, as_of) if asked.group else None
        page = _page(request, name, asked, found, turn, as_of)
    except (ValueError, KeyError):
        return HttpResponseRedirect(f"{request.path}?view=")
    references(request, page.records)
    visible = set(access.visible_fields(declared, actor.kinds))
    own = asked.columns or [n for n in declared.list if n in declared.fields and (n in visible or n == "unit")]
    may_amend = not as_of and amending.may_amend(district, actor, name)
    return render(
        request,
        "ledgers/list.html",
        {
            "name": name,
            "ledger": declared,
            "flow": flow,
            "page": page,
            "columns": [(n, declared.fields[n]) for n in own if n not in declared.masked],
            "times": [] if asked.columns else [n for n in TIMES if n in declared.list],
            "as_of": as_of,
            "wrong": wrong,
            "list": asked,
            "asked": asked.shown,
            "tested": listing.tested(request, declared, asked),
            "testable": field_tests.offered(district.tables[name], access.visible_fields(declared, actor.kinds)),
            "hows": field_tests.TITLES,
            "grouped": found,
            "group_by": grouped.choices(request, declared),
            "fields": [declared.fields[n] for n in declared.fields if n in visible],
            "shares": saved_views.may_share(actor),
            "find_by": [declared.fields[n] for n in access.may_find_by(declared, actor)],
            "categories": listing.categories(request, declared, flow.dispatch_by),
            "streets": request.tree.of_kind("street"),
            "turn": turn,
            "turns": turn.links(page),
            "first_row": turn.first_row,
            "last_row": turn.first_row - 1 + len(page.records),
            "first_steps": access.first_steps(district, actor, name),
            "exports": exchange.kinds() if actor.may("export") else [],
            "may_grid": amending.may_amend(district, actor, name),
            "may_amend": may_amend and actor.may("export"),
            "feeds": filling.feeds(request, declared),
            "printed": printing.of_list(request, name, asked.view.key if asked.view else ""),
        },
    )


def _page(
    request: HttpRequest,
    name: str,
    asked: listing.Asked,
    found: grouped.Grouped | None,
    turn: turning.Turn,
    as_of: datetime | None,
) -> records.Page:
    """The records listed: of the opened group, where the list is grouped."""
    if found and not found.also:
        return records.Page([], found.total, False)
    return records.page(
        request.district,
        request.actor,
        name,
        where=asked.where,
        filters=asked.filters,
        **asked.by,
        **turn.by,
        as_of=as_of,
        also=found.also if found else None,
        count_to=COUNTED,
    )


@require_POST
@gate.staff
def find(request: HttpRequest, name: str) -> HttpResponse:
    """The list of what has exactly this secret value. It was typed and goes on sealed: no address and no log holds it."""
    declared = request.district.rules.ledgers.get(name)
    field, text = request.POST.get("field", ""), " ".join(request.POST.get("value", "").split())
    if declared is None or field not in access.may_find_by(declared, request.actor):
        return gate.not_found(request)
    sought = sealed.seal(json.dumps([field, text[:LONGEST]]).encode("utf-8", "replace"), listing.of_find(request, name))
    found = {"found": base64.urlsafe_b64encode(sought).decode()} if text else {}
    return HttpResponseRedirect(f"/ledgers/{name}{'?' if found else ''}{urlencode(found)}")


@require_GET
@gate.staff
def export(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The list as a file, with the same filters and the same fields as the page; xlsx also to be changed (for=edit)."""
    district, actor = request.district, request.actor
    if name not in district.rules.ledgers or kind not in exchange.KINDS:
        return gate.not_found(request)
    if not actor.may("export"):
        return gate.refusal(request, _("您的$post不能导出。需要时请找系统管理员。"), 403)
    if kind not in exchange.kinds():
        return gate.refusal(request, _("这里没有装 polars，导不出 Parquet。请管理员安装，或导出 JSON。"), 501)
    copy = kind == "xlsx" and request.GET.get("for") == "edit"
    as_of = None if copy else recordview.as_of(request)[0]
    asked = listing.asked_of(request, district.rules.ledgers[name], as_of)
    filters, where = asked.filters, asked.where
    most = working_copies.MOST if copy else exchange.MOST.get(kind)
    if copy and not amending.may_amend(district, actor, name):
        return gate.refusal(request, _("这本$ledger里没有您能在表里改的内容。"), 403)
    if most and records.page(district, actor, name, where=where, filters=filters, as_of=as_of, limit=1).total > most:
        sentence = _("超过 %(most)s 条，一个文件装不下。请先筛选。") % {"most": most}
        return gate.refusal(request, sentence, 422)
    body = (
        working_copies.make(district, actor, request.tree, name, filters, request.lang, where)
        if copy
        else exchange.export(
            district, actor, request.tree, name, kind, filters, as_of, request.lang, where, asked.columns
        )
    )
    day, demonstration = district.today().isoformat(), "-demo" if district.demonstration else ""
    response = StreamingHttpResponse(body, content_type=exchange.KINDS[kind])
    response["Content-Disposition"] = (
        f'attachment; filename="{name}-{day}{demonstration}{"-edit" if copy else ""}.{kind}"'
    )
    response["Cache-Control"] = "no-store"
    return response


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
            gate.arrived(request, request.path)
            messages.success(request, _("已登记，编号 %(code)s") % {"code": made.code})
            return HttpResponseRedirect(record_url(name, made.code))
    else:
        given, at = gate.restored(request, request.path)
        made = forms.for_step(request, name, taken, None, given or request.GET.dict())
        made.restored_at = at
    return render(
        request,
        "ledgers/new.html",
        {"name": name, "ledger": request.district.rules.ledgers[name], "form": made, "step": taken},
        status=422 if made.wrong else 200,
    )


@require_GET
@gate.staff
def suggest(request: HttpRequest, name: str) -> HttpResponse:
    """Codes and titles of records that hold what is being typed, for a reference field."""
    declared = request.district.rules.ledgers.get(name)
    if declared is None or not access.may_see(declared, request.actor):
        return JsonResponse({"found": []}, status=404)
    found: list[dict] = []
    if rows := finding.find(request.actor.reach, request.GET.get("q", ""), request.district.tables[name].number, 10):
        ids = [row["record"] for row in rows]
        for one in records.many(request.district, request.actor, name, ids):
            title = next((str(v) for n, v in one.values.items() if declared.fields[n].type == "text" and v), "")
            found.append({"code": one.code, "title": title[:60]})
    return JsonResponse({"found": found})


urlpatterns = [
    path("ledgers/<str:name>", ledger, name="ledger"),
    path("ledgers/<str:name>/find", find),
    path("ledgers/<str:name>/export.<str:kind>", export),
    path("ledgers/<str:name>/suggest", suggest),
    path("ledgers/<str:name>/new/<str:step_name>", new, name="new"),
]
