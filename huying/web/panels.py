"""The panels of declared pages, made ready for a template: each within what the reader may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest

from huying.declare.kinds import Indicator, say
from huying.declare.pages import Page, Panel
from huying.engine import access, figure_labels, hiding, indicators, records
from huying.engine.figures import VALUE, first_of
from huying.engine.indicators import Measured, Unanswerable
from huying.web import numbers
from huying.web.views.indicators import split_title

ROWS, PINS, LINES = 10, 300, 8  # LINES: of a trend that is split


def of(request: HttpRequest, page: Page) -> tuple[list[dict[str, Any]], int]:
    """(the panels that the reader may see, how many are left out)."""
    panels, closed = [], 0
    for number, panel in enumerate(page.panels):
        try:
            made = _panel(request, panel)
        except (access.Refused, Unanswerable):
            closed += 1
        else:
            panels.append({"panel": panel, "chart_id": f"chart{number}", "map_id": f"pins{number}", **made})
    return panels, closed


def _panel(request: HttpRequest, panel: Panel) -> dict[str, Any]:
    title = say(panel.title, request.lang)
    match panel.kind:
        case "text":
            return {"title": title, "text": say(panel.text, request.lang)}
        case "map" | "list":
            return _records(request, panel, title)
    indicator = request.district.rules.indicators[panel.of]
    shown = {"title": title or say(indicator.title, request.lang), "indicator": indicator}
    return shown | _figures(request, panel, indicator)


def _figures(request: HttpRequest, panel: Panel, indicator: Indicator) -> dict[str, Any]:
    split = panel.split or (
        indicator.split[0] if indicator.split and panel.kind in ("table", "ranking", "bars") else ""
    )
    asked = _asked(request, panel, indicator)
    by = panel.by if panel.by and "by" not in request.GET else asked.by
    if panel.kind == "ranking" and not indicator.published and request.actor.reach.role != "hy_all":
        raise access.Refused("排名要看到全区才能算 | A rank needs the whole district")

    def measure(by: str, split: str = "") -> Measured:
        return indicators.measure(request.district, panel.of, start=asked.start, end=asked.end, by=by,
                                  split=[split] if split else [], as_of=asked.as_of, actor=request.actor)  # fmt: skip

    shown: dict[str, Any] = {
        "unit": numbers.unit_alone(indicator, request.lang),
        "split_title": split_title(request, indicator, split) if split else "",
        "over": panel.over,
    }
    if panel.kind == "figure":
        return {**shown, "measured": measure("all")}
    if panel.kind == "trend":
        return {**shown, **_trend(request, measure(by, split), split)}
    whole = measure("all", split)
    if panel.kind == "table":
        table = measure(by, split)
        lines = numbers.lines(request.district, table, whole, request.lang) if split else []
        return {**shown, "measured": table, "lines": lines}
    ranked = _ranked(request, whole, indicator, panel.top)
    if panel.kind == "bars":
        figures = replace(whole, figures=[figure for _place, figure, _name in ranked["ranks"]])
        names = {figure.split[0]: name for _place, figure, name in ranked["ranks"]}
        return {**shown, **ranked, "measured": figures, "chart": numbers.chart(figures, request.lang, "bars", names)}
    return {**shown, **ranked, "measured": whole}


def _asked(request: HttpRequest, panel: Panel, indicator: Indicator) -> numbers.Asked:
    """The stretch of a panel: as the address asks, else as it declares, up to today."""
    asked = numbers.asked(request, indicator)
    if not panel.over or "from" in request.GET or hiding.is_closed(request.district.rules, indicator, request.actor):
        return asked
    today = asked.end - date.resolution
    return replace(asked, start=first_of(today, panel.over), end=today + timedelta(days=1))


def _trend(request: HttpRequest, trend: Measured, split: str) -> dict[str, Any]:
    if not split:
        return {"measured": trend, "chart": numbers.chart(trend, request.lang)}
    totals: dict[tuple[str, ...], int] = {}
    for one in trend.figures:
        totals[one.split] = totals.get(one.split, 0) + one.rows
    kept = sorted((value for value in totals if value[0]), key=lambda value: -totals[value])[:LINES]
    some = replace(trend, figures=[one for one in trend.figures if one.split in kept])
    names = figure_labels.labels(request.district, some, request.lang)[0]
    lines = numbers.lines(request.district, some, None, request.lang)
    return {"measured": some, "lines": lines, "chart": numbers.chart(some, request.lang, "line", names),
            "left_out": len(totals) - len(kept)}  # fmt: skip


def _ranked(request: HttpRequest, whole: Measured, indicator: Indicator, top: int) -> dict[str, Any]:
    """(place, figure, name) of those that have a number, the best first; equal ones share a place."""
    names = figure_labels.labels(request.district, whole, request.lang)[0]
    best = -1 if indicator.good == "lower" else 1
    ranked = sorted(
        (f for f in whole.figures if f.status == VALUE and f.rows and f.split[0]),
        key=lambda f: f.value * best,
        reverse=True,
    )
    unranked = [names[f.split[0]] for f in whole.figures if f.split[0] and f not in ranked]
    places: list[tuple[int, Any, str]] = []
    for at, figure in enumerate(ranked, 1):
        shared = places and places[-1][1].value == figure.value
        places.append((places[-1][0] if shared else at, figure, names[figure.split[0]]))
    return {"ranks": places[:top] if top else places, "of": len(ranked), "unranked": unranked}


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
