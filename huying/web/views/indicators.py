"""Indicators: the list, one with its trend, its split and its explanation, the records behind any cell, exports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import Indicator, say
from huying.engine import access, figure_labels, figure_tables, indicators, wording
from huying.engine.indicators import Measured
from huying.web import gate, numbers
from huying.web.numbers import Asked
from huying.web.words import gettext as _

ROWS = 50
TYPES = {
    "csv": ("text/csv; charset=utf-8", figure_tables.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", figure_tables.as_xlsx),
    "json": ("application/json", figure_tables.as_json),
}


def open_where_published(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Staff see what access admits; everyone else the indicators that are published."""

    @wraps(view)
    def guarded(request: HttpRequest, name: str, *args: Any, **kwargs: Any) -> HttpResponse:
        indicator = request.district.rules.indicators.get(name) if request.district else None
        if indicator is not None and indicator.published:
            try:
                return view(request, name, *args, **kwargs)
            except access.Refused as refused:
                return gate.refusal(request, say(str(refused), request.lang), 403)
        if request.actor is not None and request.actor.signed_in and indicator is None:
            return gate.not_found(request)
        return gate.staff(view)(request, name, *args, **kwargs)

    return guarded


@require_GET
@open_where_published
def indicator(request: HttpRequest, name: str) -> HttpResponse:
    """Figure, trend, split, the declaration in words, the SQL that ran."""
    declared = request.district.rules.indicators[name]
    asked = numbers.asked(request, declared)
    try:
        whole = _measure(request, name, asked, by="all")
        trend = _measure(request, name, asked)
        by_split = _measure(request, name, asked, split=[asked.split]) if asked.split else None
        totals = _measure(request, name, asked, split=[asked.split], by="all") if asked.split else None
    except ValueError as wrong:
        return _again(request, declared, asked, str(wrong))
    return render(
        request,
        "indicators/indicator.html",
        {
            "indicator": declared,
            "asked": asked,
            "only": asked.only,
            "whole": whole,
            "trend": trend,
            "chart": numbers.chart(trend, request.lang),
            "table": by_split,
            "lines": numbers.lines(request.district, by_split, totals, request.lang) if by_split else [],
            "totals": totals,
            "splits": [(name, split_title(request, declared, name)) for name in declared.split],
            "split_title": split_title(request, declared, asked.split) if asked.split else "",
            "periods": _periods(declared),
            "sql": indicators.shown_sql(by_split or trend),
            "may_export": declared.published or request.actor.may("export"),
            "query": request.GET.urlencode(),
            "unit": numbers.unit_alone(declared, request.lang),
            "parts": _parts(declared, whole),
            "digest": whole.digest.hex()[:16],
            "date_name": wording.date_name(
                request.district.rules, request.district.rules.ledgers[declared.of], declared.period[1], request.lang
            )
            if declared.period[1]
            else "",
            "ledgers": _ledgers(request, whole),
        },
    )


@require_GET
@open_where_published
def behind(request: HttpRequest, name: str) -> HttpResponse:
    """The records that were counted in one cell."""
    district, declared = request.district, request.district.rules.indicators[name]
    asked = numbers.asked(request, declared)
    part = request.GET.get("part") if request.GET.get("part") in ("num", "den", "all") else "num"
    text = request.GET.get("page", "")
    page = int(text) if text.isdigit() and 0 < len(text) < 6 and int(text) else 1
    try:
        whole = _measure(request, name, asked, by="all")
        found = indicators.records_behind(
            district,
            request.actor,
            name,
            asked.start,
            asked.only,
            asked.as_of,
            part,
            end=asked.end,
            by="all",
            rule=asked.rule,
            offset=(page - 1) * ROWS,
            limit=ROWS,
        )
    except ValueError as wrong:
        return _again(request, declared, asked, str(wrong))
    figure = whole.figure
    counted = (
        figure.num
        if part == "num" and declared.measure == "share"
        else figure.rows + (figure.left_out if part == "all" else 0)
    )
    ledger = district.rules.ledgers[declared.of]
    columns = [(n, ledger.fields[n]) for n in ledger.list if n in ledger.fields and _plain(ledger, n)]
    given = request.GET.copy()
    for key in ("page", "part"):
        given.pop(key, None)
    return render(
        request,
        "indicators/records.html",
        {
            "indicator": declared,
            "asked": asked,
            "measured": whole,
            "figure": figure,
            "found": found,
            "part": part,
            "share": declared.measure == "share",
            "unseen": max(int(counted or 0) - found.total, 0),
            "columns": columns,
            "cell": [
                (split_title(request, declared, n), value_title(request, whole, n, v)) for n, v in asked.only.items()
            ],
            "page_no": page,
            "more": page * ROWS < found.total,
            "query": given.urlencode(),
            "several": len(whole.ledgers) > 1,
        },
    )


@require_GET
@open_where_published
def export(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The table of the page as csv, xlsx or json, with its question, its moment and the mark of a demonstration."""
    declared = request.district.rules.indicators[name]
    if kind not in TYPES:
        return gate.not_found(request)
    if not declared.published and not request.actor.may("export"):
        return gate.refusal(request, _("导出不在您的$post权限内"), 403)
    asked = numbers.asked(request, declared)
    try:
        measured = _measure(request, name, asked, split=[asked.split] if asked.split else [])
    except ValueError as wrong:
        return gate.refusal(request, say(str(wrong), request.lang), 400)
    content_type, write = TYPES[kind]
    response = HttpResponse(write(request.district, measured, request.lang), content_type=content_type)
    stamp = measured.moment.astimezone(request.district.calendar.tz).strftime("%Y%m%dT%H%M")
    response["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.{kind}"'
    return response


def split_title(request: HttpRequest, declared: Indicator, name: str) -> str:
    """What people call a split: the field's title, or the level's."""
    fields = request.district.rules.ledgers[declared.of].fields
    if name in fields:
        return say(fields[name].title, request.lang)
    levels = {
        "state": _("状态"),
        "office": _("$office"),
        "unit": _("$street$community"),
        "street": _("$street"),
        "community": _("$community"),
        "grid": _("$grid"),
    }
    return levels.get(name, name)


def value_title(request: HttpRequest, measured: Measured, name: str, value: str) -> str:
    """What people call one value of a split."""
    return figure_labels.value_title(request.district, measured, name, value, request.lang)


def _measure(
    request: HttpRequest, name: str, asked: Asked, split: list[str] | None = None, by: str | None = None
) -> Measured:
    return indicators.measure(
        request.district,
        name,
        start=asked.start,
        end=asked.end,
        by=by or asked.by,
        split=split or [],
        as_of=asked.as_of,
        rule=asked.rule,
        actor=request.actor,
        only=asked.only,
        areas=asked.areas,
    )


def _again(request: HttpRequest, declared: Indicator, asked: Asked, sentence: str) -> HttpResponse:
    """The question could not be answered: say why, and how to ask."""
    return render(
        request,
        "indicators/unanswerable.html",
        {"indicator": declared, "asked": asked, "sentence": say(sentence, request.lang)},
        status=400,
    )


def _periods(declared: Indicator) -> list[tuple[str, str]]:
    names = [
        ("day", _("按日")),
        ("week", _("按周")),
        ("month", _("按月")),
        ("quarter", _("按季")),
        ("half", _("按半年")),
        ("year", _("按年")),
        ("school_year", _("按学年")),
        ("plan", _("按五年规划期")),
        *([("term", _("按届"))] if declared.terms else []),
        ("all", _("合计")),
    ]
    return names if declared.period[1] else names[-1:]


def _ledgers(request: HttpRequest, measured: Measured) -> list[tuple[str, str]]:
    """(address, title) of what is counted."""
    rules = request.district.rules
    found = [(f"/ledgers/{n}", rules.ledgers[n].title) for n in measured.ledgers if n in rules.ledgers]
    return found + [(f"/derived/{n}", rules.derived[n].title) for n in measured.ledgers if n in rules.derived]


def _parts(declared: Indicator, whole: Measured) -> list[dict[str, Any]]:
    """The parts of a number that is figured from others: each with its figure, its days and its weight."""
    how = declared.figuring
    if how is None:
        return []
    weights = [part.weight.normalize() for part in how.parts] if how.kind == "composite" else []
    return [
        {
            "measured": one,
            "figure": one.figures[0] if len(one.figures) == 1 else None,
            "last": one.end - timedelta(days=1),
            "weight": weights[n] if weights else None,
        }
        for n, one in enumerate(whole.parts)
    ]


def _plain(ledger: Any, name: str) -> bool:
    return (
        name not in ledger.private
        and name not in ledger.secret
        and ledger.fields[name].type not in ("record", "photos")
    )


urlpatterns = [
    path("indicators/<str:name>", indicator, name="indicator"),
    path("indicators/<str:name>/records", behind, name="indicator_records"),
    path("indicators/<str:name>/export.<str:kind>", export, name="indicator_export"),
]
