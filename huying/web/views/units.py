"""A unit's page: what a street or community shows against the district, its open work and tasks; an office's tasks and figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import say
from huying.engine import catalogue, commitments, indicators
from huying.engine.places import Unit
from huying.web import gate, queue

WORK = 20


@require_GET
@gate.staff
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Within the reader's reach: another street's figures are those that are published, its work is not shown."""
    here = request.tree.by_code.get(code)
    if here is None or here == request.tree.root:
        return gate.not_found(request)
    office = here if here.kind == "office" else request.tree.serving.get(here.id)
    work = queue.read(request, queue.Chosen(street=None if here.kind == "office" else here,
                                            office=here.id if here.kind == "office" else 0))  # fmt: skip
    statuses = _tasks(request, office)
    groups, without = _against(request, here) if here.kind != "office" else ([], 0)
    return render(
        request,
        "units/unit.html",
        {
            "unit": here,
            "name": here.name(request.lang),
            "chain": [one for one in reversed(request.tree.chain(here.id)[1:]) if one != request.tree.root],
            "below": sorted((one for one in request.tree.children.get(here.id, ()) if one.kind != "office"), key=lambda one: one.code),
            "office": office if office != here else None,
            "work": work.rows[:WORK],
            "work_total": work.total,
            "statuses": statuses,
            "groups": groups,
            "without": without,
        },
    )  # fmt: skip


def _tasks(request: HttpRequest, office: Unit | None) -> list[commitments.Status]:
    if office is None or not request.district.rules.provides.get("tasks"):
        return []
    return commitments.board(request.district, request.actor, office=office.id)


def _against(request: HttpRequest, here: Unit) -> tuple[list[tuple[str, list[dict[str, Any]]]], int]:
    """((title of a pack, its figures of this unit and of the district), how many have no number here). Two round trips."""
    district, actor = request.district, request.actor
    own = actor.reach.role == "hy_all" or here.id in actor.reach.units
    seen = [one for one in district.rules.indicators.values() if here.kind in one.split]
    seen = [one for one in seen if own or catalogue.whole_for(district, one, actor)]
    today = district.today()
    asked = [catalogue.so_far(district, actor, one, today, (here.kind,)) for one in seen]
    groups: dict[str, list[dict[str, Any]]] = {}
    without = 0
    measured = indicators.measure_many(district, asked, actor=actor, skip=True)
    wholes = [one.indicator for one in measured if catalogue.whole_for(district, one.indicator, actor)]
    whole = {
        one.indicator.name: one
        for one in indicators.measure_many(
            district, [catalogue.so_far(district, actor, one, today) for one in wholes], actor=actor, skip=True
        )
    }
    for one in measured:
        figure = next((figure for figure in one.figures if figure.split == (here.code,)), None)
        if (
            figure is None
            or (figure.value is None and figure.status == "missing")
            or not (figure.rows or figure.value or figure.status == "suppressed")
        ):
            without += 1
            continue
        row = {"measured": one, "figure": figure, "whole": whole.get(one.indicator.name)}
        groups.setdefault(one.indicator.name.partition(".")[0], []).append(row)
    packs = district.rules.packs
    return [(say(packs[pack].title, request.lang), rows) for pack, rows in groups.items()], without


urlpatterns = [path("units/<str:code>", unit, name="unit")]
