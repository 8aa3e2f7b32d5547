"""A derived ledger's list: who is there on a day, why and until when; the declaration in words; the list as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.derived import Derived
from huying.declare.kinds import Field
from huying.engine import access, derived, derived_files, derived_words, exchange, records
from huying.engine.derived import Listed, Reason
from huying.web import gate, recordview, requested
from huying.web.show import Shower, record_url
from huying.web.words import gettext as _

ROWS = 50
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)  # days that may be asked


@dataclass(frozen=True)
class Why:
    """A reason for the page: its phrases, until when it holds, the record behind and where it is."""

    phrases: list[str]
    until: str
    code: str
    url: str


@require_GET
@gate.staff
def listed(request: HttpRequest, name: str) -> HttpResponse:
    """The rows of a day, chosen by ground and area; now or as it was known."""
    declared = request.district.rules.derived.get(name)
    if declared is None:
        return gate.not_found(request)
    derived.reach_for(request.district.rules, declared, request.actor)
    on, wrong = _day(request)
    asked, chosen = _asked(request, declared)
    as_of, wrong_moment = recordview.as_of(request)
    page_no = requested.page_number(request)
    sort = request.GET.get("sort", "to_day")
    allowed = derived.sortable(request.district.rules, declared, request.actor)
    if sort.lstrip("-") not in allowed:
        return HttpResponseRedirect(request.path)
    page = derived.page(
        request.district,
        request.actor,
        name,
        on=on,
        as_of=as_of,
        sort=sort.lstrip("-"),
        descending=sort.startswith("-"),
        offset=(page_no - 1) * ROWS,
        limit=ROWS,
        **asked,
    )
    fields = derived.columns(request.district.rules, declared)
    shower = request.shower = _shower(request, fields, page.rows)
    why = partial(_why, request, declared, shower)
    first_row = (page_no - 1) * ROWS + 1
    return render(
        request,
        "derived/list.html",
        {
            "name": name,
            "derived": declared,
            "words": derived_words.declaration(request.district.rules, declared, request.lang),
            "sources": [
                (one, request.district.rules.ledgers[one].title)
                for one in declared.ledgers
                if access.may_see(request.district.rules.ledgers[one], request.actor)
            ],
            "fields": fields,
            "label_title": derived_files.label_title(request.district, name, request.lang),
            "rows": [(row, [why(one) for one in row.reasons], _until(shower, row.last)) for row in page.rows],
            "page": page,
            "page_no": page_no,
            "first_row": first_row,
            "last_row": first_row + len(page.rows) - 1,
            "on": on,
            "today": request.district.today(),
            "as_of": as_of,
            "wrong": wrong or wrong_moment,
            "grounds": [
                (str(place), derived_words.ground(request.district.rules, declared, place, request.lang))
                for place in range(len(declared.grounds))
            ],
            "chosen": chosen,
            "streets": request.tree.of_kind("street"),
            "sort": sort,
            "sortable": allowed,
            "may_export": request.actor.may("export"),
        },
    )


@require_GET
@gate.staff
def export(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The list of the day as csv or xlsx, with the same choice of rows."""
    declared = request.district.rules.derived.get(name)
    if declared is None or kind not in derived_files.KINDS:
        return gate.not_found(request)
    if not request.actor.may("export"):
        return gate.refusal(request, _("您的$post不能导出。需要时请找系统管理员。"), 403)
    on, _wrong = _day(request)
    asked, _chosen = _asked(request, declared)
    as_of, _wrong = recordview.as_of(request)
    body = derived_files.export(
        request.district, request.actor, request.tree, name, kind, on, {**asked, "as_of": as_of}, request.lang
    )
    response = StreamingHttpResponse(body, content_type=exchange.KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}-{on.isoformat()}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def _day(request: HttpRequest) -> tuple[date, str]:
    """(the day asked, today where none is; a sentence where what was typed is no day)."""
    text = request.GET.get("on", "").strip()
    if not text:
        return request.district.today(), ""
    try:
        found = date.fromisoformat(text)
        if FIRST <= found <= LAST:
            return found, ""
    except ValueError:
        pass
    return request.district.today(), _("日期写成 2020-06-11 这样")


def _asked(request: HttpRequest, declared: Derived) -> tuple[dict[str, Any], dict[str, Any]]:
    """(further arguments of derived.page, what the page shows as chosen); unknown values choose nothing."""
    asked: dict[str, Any] = {}
    chosen: dict[str, Any] = {"street": None, "ground": ""}
    street = request.tree.by_code.get(request.GET.get("area", ""))
    if street and street.kind != "office":
        asked["units"], chosen["street"] = request.tree.under(street.id), street
    place = requested.whole(request.GET.get("ground", ""))
    if place is not None and place < len(declared.grounds):
        asked["ground"], chosen["ground"] = place, str(place)
    return asked, chosen


def _why(request: HttpRequest, declared: Derived, shower: Shower, reason: Reason) -> Why:
    phrases = derived_words.reason(request.district.rules, declared, reason, shower.text, request.lang)
    code = reason.record.code if reason.record else ""
    return Why(phrases, _until(shower, reason.last), code, record_url(reason.ledger, code))


def _until(shower: Shower, day: date | None) -> str:
    return _("到 %(day)s") % {"day": shower.when(day)} if day else ""


def _shower(request: HttpRequest, fields: dict[str, Field], rows: list[Listed]) -> Shower:
    """Shows values; what reference fields point to is read once for the page."""
    wanted: dict[str, set[Any]] = {}
    for row in rows:
        for key, value in row.values.items():
            if fields[key].type == "record":
                wanted.setdefault(fields[key].ledger, set()).add(value)
    known = {}
    for ledger, ids in wanted.items():
        if access.may_see(request.district.rules.ledgers[ledger], request.actor):
            for one in records.many(request.district, request.actor, ledger, list(ids)):
                title = next((str(v) for n, v in one.values.items() if one.ledger.fields[n].type == "text" and v), "")
                known[one.id] = (ledger, one.code, title)
    return Shower(request.district, request.tree, request.lang, known)


urlpatterns = [
    path("derived/<str:name>", listed, name="derived"),
    path("derived/<str:name>/export.<str:kind>", export),
]
