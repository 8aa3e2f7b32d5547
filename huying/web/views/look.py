"""What an analyst may want to look at: jumps, sums that do not meet, values that cannot be, records that came late."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from huying.declare.kinds import say
from huying.engine import indicators, noticing
from huying.engine.noticing import Notice
from huying.web import gate, numbers, show
from huying.web.views.indicators import split_title
from huying.web.words import gettext as _


@require_GET
@gate.staff
def look(request: HttpRequest) -> HttpResponse:
    """Within one's reach, pack by pack or all together."""
    rules = request.district.rules
    packs = {
        one.name.partition(".")[0]: None
        for one in rules.indicators.values()
        if indicators.may_see(rules, one, request.actor)
    }
    pack = request.GET.get("pack", "")
    pack = pack if pack in packs else ""
    names = [name for name in rules.indicators if name.startswith(f"{pack}.")] if pack else None
    found = noticing.notices(request.district, request.actor, names)
    words = {
        noticing.JUMP: (_("跳变"), _("离自己过去的中位数，超过它平常波动的 3.5 倍。")),
        noticing.BROKEN: (_("加不拢"), _("各$street$community相加不等于全区：这些$record不在任何一个里面。")),
        noticing.IMPLAUSIBLE: (_("不可能的数"), _("负数，或者部分大于整体。")),
        noticing.LATE: (_("补录很晚"), _("日期过去 60 天以后才登记，过去各期的数因此变了。")),
    }
    groups = [
        (kind, *words[kind], [_row(request, one) for one in found if one.kind == kind]) for kind in noticing.KINDS
    ]
    titles = {name: say(rules.packs[name].title, request.lang) for name in packs}
    return render(
        request,
        "indicators/look.html",
        {"groups": [one for one in groups if one[3]], "packs": titles, "pack": pack, "total": len(found)},
    )


def _row(request: HttpRequest, one: Notice) -> dict[str, Any]:
    rules = request.district.rules
    declared = rules.indicators[one.names[0]]
    return {
        "one": one,
        "indicators": [rules.indicators[name] for name in one.names],
        "usual": show.plain_number(round(one.usual[0], declared.places + 1)),
        "period": numbers.period_name(one.measured, one.figure) if one.measured and one.figure else "",
        "level": split_title(request, declared, one.level) if one.level else "",
        "left": one.records - len(one.named),
    }


urlpatterns = [path("look", look, name="look")]
