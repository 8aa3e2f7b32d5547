"""What everyone may open: the start, public registers on map and in list, places with their posters."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from huying.declare.kinds import Ledger, say
from huying.engine import people, records
from huying.engine.records import Record
from huying.web import gate, requested, signs
from huying.web.show import Shower
from huying.web.words import gettext as _

ROWS = 50
PINS = 500  # drawn on one map


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here."""
    if request.district is None:
        return closed(request)
    if request.actor.signed_in:
        return HttpResponseRedirect("/work")
    rules = request.district.rules
    registers: dict[str, list[Ledger]] = {}
    for ledger in rules.ledgers.values():
        if ledger.public:
            registers.setdefault(say(ledger.group or _("$ledger"), request.lang), []).append(ledger)
    pages = [(name, page) for name, page in rules.pages.items() if page.public]
    return render(request, "public/home.html", {"registers": registers, "pages": pages})


def closed(request: HttpRequest) -> HttpResponse:
    """No district is open here yet: said on a page of its own."""
    return render(request, "public/closed.html", {}, status=503)


@require_GET
def ledger_list(request: HttpRequest, name: str) -> HttpResponse:
    """A public ledger: its open fields, on a map and in a list, now or as of a past day."""
    declared = request.district.rules.ledgers.get(name) if request.district else None
    if declared is None or not declared.public:
        return gate.not_found(request) if request.district else closed(request)
    flow = request.district.rules.flows[name]
    as_of, wrong = _as_of(request)
    filters: dict[str, Any] = {}
    state = request.GET.get("state", "")
    if state in flow.states:
        filters["state"] = state
    area = request.tree.by_code.get(request.GET.get("area", ""))
    if area:
        filters["unit"] = request.tree.under(area.id)
    number = requested.page_number(request)
    page = records.page(
        request.district,
        people.resident(request.district.id),
        name,
        filters=filters,
        offset=(number - 1) * ROWS,
        limit=ROWS,
        as_of=as_of,
    )
    request.shower = Shower(request.district, request.tree, request.lang)
    shown = [n for n in declared.list if n in declared.public_fields() and n != "unit"]
    return render(
        request,
        "public/ledger.html",
        {
            "ledger": declared,
            "flow": flow,
            "states": flow.states.values() if len(flow.states) > 2 else (),
            "page": page,
            "columns": [(n, declared.fields[n]) for n in shown],
            "pins": _pins(request, declared, page.records),
            "streets": [u for u in request.tree.children.get(request.tree.root.id, ()) if u.kind != "office"],
            "state": state,
            "area": area,
            "as_of": as_of,
            "as_of_text": request.GET.get("as_of", "").strip()[:10],
            "wrong": wrong,
            "today": request.district.now(),
            "number": number,
            "next": _address(request, page=number + 1) if page.more else "",
            "before": _address(request, page=number - 1) if number > 1 else "",
        },
        status=422 if wrong else 200,
    )


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Every place that bears a sign: on the map, in the list, with its poster."""
    if request.district is None:
        return closed(request)
    number, found, more, total = requested.page_number(request), [], False, 0
    area = request.tree.by_code.get(request.GET.get("area", ""))
    for ledger in signs.registers(request.district):
        page = records.page(
            request.district,
            people.resident(request.district.id),
            ledger.name,
            filters={"unit": request.tree.under(area.id)} if area else None,
            sort=ledger.key[0],
            descending=False,
            offset=(number - 1) * ROWS,
            limit=ROWS,
        )
        found += [signs.place_of(ledger, r) for r in page.records if signs.stands(request.district, r)]
        more, total = more or page.more, total + page.total
    pins = [
        {"lng": p.point[0], "lat": p.point[1], "title": f"{p.title} {p.sign}", "url": f"/r/{p.sign}"}
        for p in found
        if p.point
    ]
    return render(
        request,
        "public/places.html",
        {
            "places": found,
            "pins": pins,
            "total": total,
            "area": area,
            "streets": [u for u in request.tree.children.get(request.tree.root.id, ()) if u.kind != "office"],
            "number": number,
            "next": _address(request, page=number + 1) if more else "",
            "before": _address(request, page=number - 1) if number > 1 else "",
        },
    )


@require_GET
def poster(request: HttpRequest, sign: str) -> HttpResponse:
    """One A4 page to hang up: the QR code, the place, how to report, the telephone."""
    place = signs.find(request.district, sign) if request.district else None
    if place is None:
        return gate.not_found(request) if request.district else closed(request)
    url = request.build_absolute_uri(f"/r/{place.sign}")
    return render(request, "public/poster.html", {"place": place, "url": url, "qr": qr(url)})


@require_GET
def outline(request: HttpRequest) -> HttpResponse:
    """The district's outline and the names of its parts as GeoJSON, the ground of every public map."""
    if request.district is None:
        return closed(request)
    known = request.district.outline
    features: list[dict[str, Any]] = []
    if known:
        shape = {"type": "MultiPolygon", "coordinates": known.polygons}
        features.append({"type": "Feature", "properties": {}, "geometry": shape})
    for unit in request.tree.children.get(request.tree.root.id, ()):
        if unit.kind != "office" and unit.lng is not None and unit.lat is not None:
            at = {"type": "Point", "coordinates": [unit.lng, unit.lat]}
            about = {"title": unit.name(request.lang), "code": unit.code}
            features.append({"type": "Feature", "properties": about, "geometry": at})
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    answer = HttpResponse(text, content_type="application/geo+json")
    answer["Cache-Control"] = "private, max-age=600"
    return answer


def qr(text: str) -> SafeString:
    """A QR code as an SVG that scales with its box. Everything in it is drawn from squares; nothing typed gets in."""
    return mark_safe(segno.make(text, error="m").svg_inline(omitsize=True, border=2, dark="#000", light="#fff"))


def _pins(request: HttpRequest, ledger: Ledger, found: list[Record]) -> list[dict[str, Any]]:
    texts = [n for n in ledger.list if n in ledger.public_fields() and ledger.fields[n].type == "text"]
    states, pins = request.district.rules.flows[ledger.name].states, []
    for record in found[:PINS]:
        if ledger.map in ledger.public_fields() and (point := record.values.get(ledger.map)):
            state = states.get(record.state)
            title = next((str(record.values[n]) for n in texts if record.values.get(n)), record.code)
            words = say(state.title, request.lang) if state else ""
            pins.append(
                {
                    "lng": point[0],
                    "lat": point[1],
                    "title": f"{title} · {words}" if words else title,
                    "light": (state.light if state else "") or "blue",
                    "url": f"#r-{record.code}",
                }
            )
    return pins


def _as_of(request: HttpRequest) -> tuple[datetime | None, str]:
    """(the end of the day that ?as_of= names, a sentence when it names none)."""
    text = request.GET.get("as_of", "").strip()
    if not text:
        return None, ""
    try:
        day = datetime.fromisoformat(text[:10]).date()
    except ValueError:
        return None, _("截至日期写成 2020-06-11 这样")
    end = datetime.combine(day, time(), request.district.calendar.tz) + timedelta(days=1)
    return (end, "") if end <= request.district.now() + timedelta(days=1) else (None, _("截至日期不能晚于今天"))


def _address(request: HttpRequest, **changes: Any) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


urlpatterns = [
    path("", home, name="home"),
    path("open/<str:name>", ledger_list, name="open"),
    path("places", places, name="places"),
    path("places/<str:sign>/poster", poster, name="poster"),
    path("map/outline.geojson", outline),
]
