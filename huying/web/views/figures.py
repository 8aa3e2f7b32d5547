"""Published figures: each beside what its indicator gives now, and why they differ where they do."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare import units
from huying.declare.kinds import say
from huying.engine import published
from huying.engine.published import Answer
from huying.web import gate, numbers
from huying.web.words import gettext as _

LIGHTS = {published.EQUAL: "green", published.DIFFERS: "amber"}


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """The figures of one document with their answers, by the pack that answers them."""
    district = request.district
    documents = published.documents(district)
    document = request.GET.get("document", "")
    document = document if document in documents else next(iter(documents), "")
    answers = published.answers(district, actor=request.actor, document=document) if document else []
    counts = Counter(one.status for one in answers)
    chosen = request.GET.get("status", "")
    chosen = chosen if chosen in counts else ""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in answers:
        if chosen in ("", one.status):
            groups.setdefault(_pack(request, one), []).append(_row(request, one))
    return render(
        request,
        "figures/index.html",
        {
            "groups": list(groups.items()),
            "documents": documents,
            "document": document,
            "total": len(answers),
            "chosen": chosen,
            "chips": [(name, _title(name), counts[name]) for name in published.STATUSES if counts[name]],
        },
    )


def _pack(request: HttpRequest, one: Answer) -> str:
    name = one.figure.measure.partition(".")[0] if one.figure else ""
    pack = request.district.rules.packs.get(name)
    return say(pack.title, request.lang) if pack else _("没有装规则包")


def _row(request: HttpRequest, one: Answer) -> dict[str, Any]:
    figure = one.measured.figures[0] if one.measured and len(one.measured.figures) == 1 else None
    said = {
        "gt": _("超过"),
        "ge": _("不少于"),
        "le": _("不多于"),
        "lt": _("不到"),
        "approx": _("约"),
        "fell": _("下降"),
    }
    return {
        "answer": one,
        "figure": figure,
        "only": dict(one.figure.only) if one.figure else {},
        "said": said.get(one.comparator, ""),
        "published": numbers.with_unit(one.published, _unit(one), request.lang),
        "title": _("符合")
        if one.status == published.EQUAL and one.comparator not in ("", "eq")
        else _title(one.status),
        "light": LIGHTS.get(one.status, "grey"),
        "kind": _("他处公布") if one.kind == published.STATEMENT else _("由$record算出") if one.kind else "",
    }


def _unit(one: Answer) -> str:
    """In both languages where the indicator says it so."""
    own = one.measured.indicator.unit if one.measured else ""
    return own if units.plain(own) == one.unit else one.unit


def _title(status: str) -> str:
    return {
        published.EQUAL: _("相等"),
        published.DIFFERS: _("不等"),
        published.MISSING: _("没有$record"),
        published.NOT_APPLICABLE: _("不适用"),
        published.HIDDEN: _("不显示"),
        published.UNANSWERED: _("答不了"),
        published.NOT_RUN: _("没有装规则包"),
    }.get(status, status)


urlpatterns = [path("figures", index, name="figures")]
