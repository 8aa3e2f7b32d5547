"""How long records are kept, on one page for an administrator: what would go, what is held and why, the last night, certificates."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from huying.declare.kinds import Ledger, say
from huying.engine import records, retention, retention_nights
from huying.web import gate
from huying.web.words import gettext as _

AHEAD = timedelta(days=30)
SHOWN = 50  # codes of a ledger
ADDRESS = "/retention"


@require_GET
@gate.staff
def plan(request: HttpRequest) -> HttpResponse:
    """No value of any record: codes, days and counts."""
    district = request.district
    if not request.actor.may("administer"):
        return gate.not_found(request)
    over, soon = (
        retention.due(district),
        Counter(one.ledger for one in retention.due(district, district.today() + AHEAD)),
    )
    ledgers = []
    for name, declared in sorted(district.rules.ledgers.items()):
        if declared.keep is None:
            continue
        mine = [one for one in over if one.ledger == name]
        going, held = [one for one in mine if not one.held], [one for one in mine if one.held]
        ledgers.append(
            (
                declared,
                _rule(declared, request.lang),
                going[:SHOWN],
                len(going),
                held[:SHOWN],
                len(held),
                soon[name] - len(mine),
            )
        )
    shown = {
        "ledgers": ledgers,
        "holds": [(one, district.rules.ledgers[one.ledger]) for one in retention.holds(district)],
        "keeping": [declared for declared, *_rest in ledgers],
        "hour": retention_nights.hour_of(district),
        "night": retention_nights.last(district),
        "certificates": retention_nights.certificates(district),
        "given": request.session.pop("retention_given", {}),
    }
    return render(request, "retention/plan.html", shown)


def _rule(ledger: Ledger, lang: str) -> str:
    """How long a ledger's records are kept, in words."""
    keep = ledger.keep
    after = {"opened_on": _("登记"), "closed_on": _("$close"), "due_on": _("时限")}.get(keep.after)
    after = after or say(ledger.fields[keep.after].title, lang)
    unit = {"day": _("%(n)s 天"), "month": _("%(n)s 个月"), "year": _("%(n)s 年")}[keep.unit] % {"n": keep.length}
    return _("%(after)s后保存 %(length)s") % {"after": after, "length": unit}


@require_POST
@gate.staff
def hold(request: HttpRequest) -> HttpResponse:
    """Keep a record back, with a reason; or let its time run again."""
    district, given = request.district, request.POST
    if not request.actor.may("administer"):
        return gate.not_found(request)
    name, code = given.get("ledger", ""), " ".join(given.get("code", "").replace("\0", "").split())[:60]
    declared = district.rules.ledgers.get(name)
    found = records.find_id(district, name, code, follow=False) if declared and code else None
    by = request.user.get_username()
    try:
        if found is None:
            messages.error(request, _("没有这个编号的$record，请核对$ledger和编号。"))
        elif "lift" in given:
            retention.lift(district, found, by=by)
            messages.success(request, _("%(code)s 不再留着，到期照办。") % {"code": code})
            return HttpResponseRedirect(ADDRESS)
        else:
            retention.hold(district, name, found, by=by, why=given.get("why", "").replace("\0", ""))
            messages.success(request, _("%(code)s 留着了，期满也不销毁。") % {"code": code})
            return HttpResponseRedirect(ADDRESS)
    except ValueError as refused:
        messages.error(request, say(str(refused), request.lang))
    except LookupError:
        messages.info(request, _("这条没有留着，或已有人放开。"))
    request.session["retention_given"] = {"ledger": name, "code": code, "why": given.get("why", "")[:200]}
    return HttpResponseRedirect(f"{ADDRESS}#hold")


@require_POST
@gate.staff
def verify(request: HttpRequest) -> HttpResponse:
    """Look in every table whether anything is left of what a certificate names."""
    if not request.actor.may("administer"):
        return gate.not_found(request)
    left = retention_nights.verified(request.district, request.POST.get("name", ""))
    if left is None:
        messages.error(request, _("没有这份证明，或它被改过。"))
    elif left:
        messages.error(
            request, _("还有 %(n)s 处没有除净：%(first)s") % {"n": len(left), "first": say(left[0], request.lang)}
        )
    else:
        messages.success(request, _("逐表查过，一处也没有剩下。"))
    return HttpResponseRedirect(f"{ADDRESS}#certificates")


urlpatterns = [
    path("retention", plan, name="retention"),
    path("retention/hold", hold),
    path("retention/verify", verify),
]
