"""How sound a ledger's records are: every rule with its count, by street, over the past months; each opens its list."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.engine import access, ledger_quality, levels
from huying.engine.ledger_quality import Counted, Rule
from huying.web import gate, recordview, requested

MONTHS = 6
ROWS = 50
LEVEL = "street"


@require_GET
@gate.staff
def quality(request: HttpRequest, name: str) -> HttpResponse:
    """The rules with their counts, now or as of a moment; `?months` gives the part that looks back, asked for afterwards."""
    declared = request.district.rules.ledgers.get(name)
    if declared is None or not access.may_see(declared, request.actor):
        return gate.not_found(request)
    if "months" in request.GET:
        return render(request, "ledgers/_quality_months.html", _months(request, name))
    as_of, wrong = recordview.as_of(request)
    day = as_of.astimezone(request.district.calendar.tz).date() if as_of else request.district.today()
    rules = ledger_quality.rules(request.district, request.actor, name, day)
    counted = ledger_quality.count(request.district, request.actor, name, rules, as_of)
    spans = levels.spans(request.district.id)
    streets, titles = (
        spans.roll_up(LEVEL, day, day + timedelta(days=1)),
        spans.of_level(LEVEL, day, day + timedelta(days=1)),
    )
    lines = [
        {"rule": rule, "n": counted.of(rule.key), "streets": _by_street(counted, rule, streets, titles)}
        for rule in rules
    ]
    shown = {
        "name": name,
        "ledger": declared,
        "as_of": as_of,
        "wrong": wrong,
        "total": counted.total,
        "found": sorted((one for one in lines if one["n"]), key=lambda one: -one["n"]),
        "clean": [one["rule"] for one in lines if not one["n"]],
    }
    return render(request, "ledgers/quality.html", shown)


def _by_street(
    counted: Counted, rule: Rule, streets: dict[int, str], titles: dict[str, str]
) -> list[tuple[str, str, int]]:
    """(code, title, how many) by street, the most first; what lies in none comes last, without a code."""
    sums: dict[str, int] = {}
    for unit, n in counted.faults[rule.key].items():
        code = streets.get(unit, "")
        sums[code] = sums.get(code, 0) + n
    return [
        (code, titles.get(code, ""), n)
        for code, n in sorted(sums.items(), key=lambda one: (not one[0], -one[1], one[0]))
    ]


def _months(request: HttpRequest, name: str) -> dict[str, Any]:
    """How many had each fault at the end of the past months, by the rules and the rights of today."""
    tz, ends, first = request.district.calendar.tz, [], request.district.today().replace(day=1)
    for _ in range(MONTHS):
        ends.insert(0, first)
        first = (first - timedelta(days=1)).replace(day=1)
    columns, rows = [], {}
    for end in ends:
        rules = ledger_quality.rules(request.district, request.actor, name, end)
        moment = datetime.combine(end, time(), tz)
        counted = ledger_quality.count(request.district, request.actor, name, rules, moment)
        columns.append((end - timedelta(days=1), counted.total))
        for rule in rules:
            rows.setdefault(rule.key, (rule.title, []))[1].append(counted.of(rule.key))
    return {"name": name, "columns": columns, "rows": [row for row in rows.values() if any(row[1])]}


@require_GET
@gate.staff
def faulty(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """The records that have one fault, in one street where that is asked."""
    declared = request.district.rules.ledgers.get(name)
    if declared is None or not access.may_see(declared, request.actor):
        return gate.not_found(request)
    day: date = request.district.today()
    rules = ledger_quality.rules(request.district, request.actor, name, day)
    rule = next((one for one in rules if one.key == key), None)
    if rule is None:
        return gate.not_found(request)
    street, units = request.GET.get("area", ""), []
    if street:
        rolled = levels.spans(request.district.id).roll_up(LEVEL, day, day + timedelta(days=1))
        units = [unit for unit, code in rolled.items() if code == street] or [0]
    page = requested.page_number(request)
    records, total = ledger_quality.behind(
        request.district, request.actor, name, rule, units=units, offset=(page - 1) * ROWS, limit=ROWS
    )
    recordview.references(request, records)
    shown = {
        "name": name,
        "ledger": declared,
        "rule": rule,
        "records": records,
        "total": total,
        "columns": [(n, declared.fields[n]) for n in declared.list if n in declared.fields],
        "street": next((u for u in request.tree.of_kind(LEVEL) if u.code == street), None),
        "page_no": page,
        "more": page * ROWS < total,
    }
    return render(request, "ledgers/quality_records.html", shown)


urlpatterns = [path("ledgers/<str:name>/quality", quality), path("ledgers/<str:name>/quality/<slug:key>", faulty)]
