"""Who is who: pairs that may be the same, one at a time, side by side; records merged and taken apart again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.kinds import say
from huying.engine import merging, subjects
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.records import Record
from huying.web import gate, recordview, requested, whois
from huying.web.show import record_url
from huying.web.words import gettext as _

SHOWS = {"todo": ("",), "later": ("later",), "same": ("same",), "different": ("different",)}
PAGE = 50
LAST = "who_last"  # the session's pair that was said of last, so that it can be taken back


@require_GET
@gate.staff
def queue(request: HttpRequest) -> HttpResponse:
    """The pair at hand, and the others that wait."""
    return _page(request)


def _page(request: HttpRequest, problem: StepRefused | None = None) -> HttpResponse:
    asked = request.POST if problem else request.GET
    show = asked.get("show", "") if asked.get("show", "") in SHOWS else "todo"
    page_no = requested.page_number(request)
    found, total = subjects.queue(request.district, request.actor, SHOWS[show], (page_no - 1) * PAGE, PAGE)
    wanted = asked.get("at", "")
    at = next((n for n, pair in enumerate(found) if _at(pair) == wanted), 0)
    titles = {"todo": _("等人认定"), "later": _("以后再定"), "same": _("是同一个"), "different": _("不是同一个")}
    shown: dict[str, Any] = {
        "chips": [
            (title, f"/who?show={key}" if key != "todo" else "/who", key == show) for key, title in titles.items()
        ],
        "show": show,
        "total": total,
        "first": (page_no - 1) * PAGE + 1,
        "page_no": page_no,
        "more": total > page_no * PAGE,
        "rows": [(pair, _at(pair), n == at) for n, pair in enumerate(found)],
        "reasons": _reasons(),
        "last": request.session.get(LAST),
        "last_act": new_id(),
    }
    if found:
        shown |= whois.pair_at(request, found[at])
        shown |= {
            "here": _at(found[at]),
            "number": (page_no - 1) * PAGE + at + 1,
            "before": _at(found[at - 1]) if at else "",
            "after": _at(found[at + 1]) if at + 1 < len(found) else "",
        }
    if problem:
        shown |= {
            "problem": say(problem.sentence, request.lang),
            "typed": request.POST.get("why", ""),
            "opened": request.POST.get("said"),
        }
    return render(request, "who/queue.html", shown, status=422 if problem else 200)


def _at(pair: subjects.Pair) -> str:
    return f"{pair.one.code}~{pair.other.code}"


def _reasons() -> dict[str, list[str]]:
    """Grounds that are often given."""
    return {
        "same": [_("电话问过本人"), _("看过证件"), _("上门核实")],
        "different": [_("电话问过本人"), _("看过证件"), _("同名的两个人")],
    }


@require_POST
@gate.staff
def settle(request: HttpRequest) -> HttpResponse:
    """Say of a pair what it is, or take back what was said; then the next one."""
    one, other = (whois.named(request, request.POST.get(name, "")) for name in ("one", "other"))
    if one is None or other is None:
        return gate.not_found(request)
    said = request.POST.get("said", "")
    why = request.POST.get("quick", "").strip() or request.POST.get("why", "")
    try:
        subjects.say(request.district, request.actor, one, other, said, why, requested.act(request))
    except StepRefused as refused:
        return _page(request, refused) if request.POST.get("from") != "record" else _refused(request, refused)
    words = {
        "same": _("认定是同一个"),
        "different": _("认定不是同一个"),
        "later": _("放到“以后再定”"),
        "open": _("已撤销，重新等人认定"),
    }
    messages.success(request, f"{one.code} · {other.code} {words[said]}")
    keys = [whois.key_of(one), whois.key_of(other)]
    if said == "open":
        request.session.pop(LAST, None)
    else:
        request.session[LAST] = keys
    if request.POST.get("from") == "record":
        return HttpResponseRedirect(record_url(one.ledger.name, one.code))
    show, after = request.POST.get("show", ""), request.POST.get("after", "")
    query = {"show": show if show in SHOWS and show != "todo" else "", "at": after}
    return HttpResponseRedirect(f"/who{_query(query)}")


def _query(given: dict[str, str]) -> str:
    kept = {name: value for name, value in given.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def _refused(request: HttpRequest, refused: StepRefused) -> HttpResponse:
    return gate.refusal(request, say(refused.sentence, request.lang), 422)


@require_http_methods(["GET", "POST"])
@gate.staff
def merge(request: HttpRequest) -> HttpResponse:
    """Two records of one ledger side by side; one stays, the other is merged into it."""
    asked = request.POST if request.method == "POST" else request.GET
    one = whois.named(request, asked.get("one", ""))
    if one is None or not merging.may_merge(one.ledger, request.actor):
        return gate.not_found(request)
    code = asked.get("other", "").strip().partition("/")[2] or asked.get("other", "").strip()
    other = recordview.find(request, one.ledger.name, code) if code else None
    shown: dict[str, Any] = {"one": whois.side(one), "act": new_id(), "code": code, "why": asked.get("why", "")}
    recordview.references(request, [one, *([other] if other else [])])
    if code and (other is None or other.id == one.id):
        shown["wrong"] = _("没有这一条，或就是它自己，或不在您的范围内。请核对编号。")
        return render(request, "who/merge.html", shown, status=422 if request.method == "POST" else 200)
    if other is None:
        return render(request, "who/merge.html", shown)
    shown |= {"other": whois.side(other), "stays": asked.get("stays", whois.key_of(one))}
    names = merging.differing(request.actor, one, other)
    shown["differ"] = [(one.ledger.fields[name], one.values.get(name), other.values.get(name), _chosen(asked, name, one, other))
                       for name in names]  # fmt: skip
    if request.method == "POST":
        survivor, gone = (other, one) if shown["stays"] == whois.key_of(other) else (one, other)
        take = [name for name in names if _chosen(asked, name, one, other) == whois.key_of(gone)]
        try:
            merging.merge(request.district, request.actor, survivor, gone, shown["why"], requested.act(request), take)
        except StepRefused as refused:
            shown["problem"] = say(refused.sentence, request.lang)
            return render(request, "who/merge.html", shown, status=422)
        messages.success(
            request, _("%(gone)s 已并入 %(stays)s，随时可以撤销") % {"gone": gone.code, "stays": survivor.code}
        )
        return HttpResponseRedirect(record_url(survivor.ledger.name, survivor.code))
    return render(request, "who/merge.html", shown)


def _chosen(asked: Mapping[str, str], name: str, one: Record, other: Record) -> str:
    """Whose value of a field is kept, as its key: as chosen, else of the one that has one; empty: of whichever stays."""
    keys, chosen = [whois.key_of(one), whois.key_of(other)], asked.get(f"take-{name}")
    if chosen is not None:
        return chosen if chosen in keys else ""
    has = [record.values.get(name) not in (None, "") for record in (one, other)]
    return keys[has.index(True)] if sum(has) == 1 else ""


@require_POST
@gate.staff
def unmerge(request: HttpRequest) -> HttpResponse:
    """Bring back what was merged into a record."""
    survivor, other = whois.named(request, request.POST.get("one", "")), requested.uuid(request.POST.get("other", ""))
    if survivor is None or other is None:
        return gate.not_found(request)
    try:
        merging.unmerge(request.district, request.actor, survivor, other, requested.act(request))
    except StepRefused as refused:
        return _refused(request, refused)
    messages.success(request, _("已撤销合并，那一条恢复原样"))
    return HttpResponseRedirect(record_url(survivor.ledger.name, survivor.code))


urlpatterns = [
    path("who", queue, name="who"),
    path("who/say", settle),
    path("who/merge", merge, name="merge"),
    path("who/unmerge", unmerge),
]
