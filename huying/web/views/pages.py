"""Declared pages: a screen made of figures, trends, tables, maps, rankings, texts and lists."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import say
from huying.declare.pages import Page, Panel
from huying.engine import access, figure_labels, indicators, records
from huying.engine.figures import VALUE
from huying.engine.indicators import Unanswerable
from huying.web import gate, numbers
from huying.web.views.indicators import split_title

ROWS, PINS = 10, 300


@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    """The page, each panel within what the reader may see; what they may not is left out and said."""
    declared = request.district.rules.pages.get(name) if request.district else None
    if declared is None or not declared.public:
        return gate.staff(_staff_page)(request, declared)
    return _shown(request, declared)


def _staff_page(request: HttpRequest, declared: Page | None) -> HttpResponse:
    return _shown(request, declared) if declared else gate.not_found(request)


def _shown(request: HttpRequest, declared: Page) -> HttpResponse:
    panels, closed = [], 0
    for number, panel in enumerate(declared.panels):
        try:
            panels.append(
                {"panel": panel, "chart_id": f"chart{number}", "map_id": f"pins{number}", **_panel(request, panel)}
            )
        except (access.Refused, Unanswerable):
            closed += 1
    return render(
        request,
        "pages/page.html",
        {"page": declared, "panels": panels, "closed": closed, "maps": any(p["panel"].kind == "map" for p in panels)},
    )


def _panel(request: HttpRequest, panel: Panel) -> dict[str, Any]:
    title = say(panel.title, request.lang)
    match panel.kind:
        case "text":
            return {"title": title, "text": say(panel.text, request.lang)}
        case "map" | "list":
            return _records(request, panel, title)
    indicator = request.district.rules.indicators[panel.of]
    asked = numbers.asked(request, indicator)
    split = panel.split or (indicator.split[0] if indicator.split and panel.kind in ("table", "ranking") else "")
    parts = [split] if split else []

    def measure(by: str, split: list[str]) -> indicators.Measured:
        return indicators.measure(
            request.district,
            panel.of,
            start=asked.start,
            end=asked.end,
            by=by,
            split=split,
            as_of=asked.as_of,
            actor=request.actor,
        )

    shown: dict[str, Any] = {"title": title or say(indicator.title, request.lang), "indicator": indicator}
    if panel.kind == "trend":
        trend = measure(asked.by, [])
        return {**shown, "measured": trend, "chart": numbers.chart(trend, request.lang)}
    whole = measure("all", [] if panel.kind == "figure" else parts)
    if panel.kind == "figure":
        return {**shown, "measured": whole}
    shown["unit"] = numbers.unit_alone(indicator, request.lang)
    shown["split_title"] = split_title(request, indicator, split) if split else ""
    if panel.kind == "table":
        measured = measure(asked.by, parts)
        if not split:
            return {**shown, "measured": measured, "lines": []}
        return {**shown, "measured": measured, "lines": numbers.lines(request.district, measured, whole, request.lang)}
    names = figure_labels.labels(request.district, whole, request.lang)[0] if split else {}
    best = -1 if indicator.good == "lower" else 1
    ranked = sorted(
        (f for f in whole.figures if f.status == VALUE and f.rows and f.split[0]),
        key=lambda f: f.value * best,
        reverse=True,
    )
    unranked = [f for f in whole.figures if f.split[0] and f not in ranked]
    places: list[tuple[int, Any, str]] = []
    for at, figure in enumerate(ranked, 1):
        shared = places and places[-1][1].value == figure.value
        places.append((places[-1][0] if shared else at, figure, names[figure.split[0]]))
    return {
        **shown,
        "measured": whole,
        "ranks": places,
        "unranked": [names[f.split[0]] for f in unranked],
        "of": len(ranked),
    }


def _records(request: HttpRequest, panel: Panel, title: str) -> dict[str, Any]:
    """Records of a list or a map, within the actor's reach; a map always has its list."""
    ledger = request.district.rules.ledgers[panel.of]
    limit = PINS if panel.kind == "map" else ROWS
    found = records.page(request.district, request.actor, panel.of, where=panel.where, limit=limit)
    wanted, states = panel.show or ledger.list, request.district.rules.flows[panel.of].states
    columns = [
        (n, ledger.fields[n])
        for n in wanted
        if n in ledger.fields
        and ledger.fields[n].type not in ("record", "photos")
        and n not in (*ledger.private, *ledger.secret)
    ]
    pins = [
        {
            "lng": record.values[ledger.map][0],
            "lat": record.values[ledger.map][1],
            "code": record.code,
            "light": states[record.state].light if record.state in states else "",
        }
        for record in found.records
        if ledger.map and record.values.get(ledger.map)
    ]
    return {
        "title": title or say(ledger.title, request.lang),
        "ledger": ledger,
        "found": found,
        "columns": columns,
        "pins": pins,
        "rows": found.records[:ROWS],
    }


urlpatterns = [path("pages/<str:name>", page, name="page")]
