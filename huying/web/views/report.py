"""Residents report, without an account: what, where, words, photos; told of like reports near by before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from huying.declare.kinds import Ledger, Step, say
from huying.engine import access, people, tracking
from huying.engine.acts import Act
from huying.engine.alike import Like, find_alike
from huying.engine.flows import StepRefused, take_step
from huying.engine.packs import District
from huying.web import forms, gate, requested, signs, throttle
from huying.web.forms import Input, StepForm
from huying.web.views.public import closed
from huying.web.words import gettext as _

MOST = 100  # reports from one address in ten minutes, for each web worker
CONTROLS = ("csrfmiddlewaretoken", "alike", "follow", "again")


@dataclass(frozen=True)
class Kind:
    """One thing that can be reported: a flow whose first step is a resident's."""

    name: str
    ledger: Ledger
    step: Step


@dataclass
class Section:
    """Questions that belong together. name: what, where, more or contact."""

    name: str
    inputs: list[Input] = field(default_factory=list)


def reportable(district: District) -> list[Kind]:
    """All that a resident may report."""
    actor = people.resident(district.id)
    return [
        Kind(name, ledger, step)
        for name, ledger in district.rules.ledgers.items()
        for step in access.first_steps(district, actor, name)[:1]
    ]


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """What can be reported: the categories of every such ledger, as a tree."""
    if request.district is None:
        return closed(request)
    place = signs.find(request.district, request.GET.get("place", ""))
    return _private(render(request, "report/choose.html", {"trees": _trees(request), "place": place}))


@require_GET
def scanned(request: HttpRequest, sign: str) -> HttpResponse:
    """A QR sign was scanned: the place is filled in, what to report is chosen next."""
    if request.district is None:
        return closed(request)
    if signs.find(request.district, sign) is None:
        return _private(render(request, "report/no_sign.html", {"sign": sign[: signs.LONGEST]}, status=404))
    return HttpResponseRedirect(f"/report?{urlencode({'place': sign})}")


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, name: str) -> HttpResponse:
    """The form of one kind of report; once sent, the page to follow it by."""
    if request.district is None:
        return closed(request)
    kind = next((k for k in reportable(request.district) if k.name == name), None)
    if kind is None:
        return _private(render(request, "report/no_kind.html", {}, status=404))
    if request.method == "GET":
        place = signs.find(request.district, request.GET.get("place", ""))
        return _form(request, kind, place, _beginning(request, kind, place))
    if throttle.too_many(request, "report", MOST):
        return gate.refusal(request, _("这里报得太多太快，请过十分钟再报；急事请打电话。"), 429)
    return _sent(request, kind)


@require_GET
def alike(request: HttpRequest, name: str) -> HttpResponse:
    """A part of the page: like reports near the place chosen so far; empty when there is none."""
    kind = next((k for k in reportable(request.district) if k.name == name), None) if request.district else None
    act = requested.uuid(request.GET.get("act", ""))
    if kind is None or act is None:
        return HttpResponse(status=404)
    request.POST = request.GET
    _fill(request, kind, signs.find(request.district, request.GET.get("sign", "")))
    answers, _problems = forms.answers_of(request, kind.name, kind.step)
    likes = find_alike(request.district, request.tree, kind.name, answers, act)
    return _private(render(request, "report/_alike.html", {"likes": _shown(request, kind, likes)}))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or cookies are off: the report stands there again, with everything typed."""
    name = request.path.removeprefix("/report/")
    kind = next((k for k in reportable(request.district) if k.name == name), None) if request.district else None
    sentence = _("页面打开太久了，或浏览器没有接受 Cookie。")
    if kind is None:
        return gate.refusal(request, sentence + _("请后退、刷新页面后再提交。"), 403)
    place = signs.find(request.district, request.POST.get("sign", ""))
    top = sentence + _("您填的都在，请再提交一次。")
    return _form(request, kind, place, forms.typed(request), top=top, status=403)


def _sent(request: HttpRequest, kind: Kind) -> HttpResponse:
    district, asked = request.district, request.POST.get("again", "")
    sign = request.POST.get("sign", "").strip() if asked != "elsewhere" else ""
    place = signs.find(district, sign) if sign else None
    _fill(request, kind, place)
    answers, problems = forms.answers_of(request, kind.name, kind.step)
    given = forms.typed(request)
    act = requested.uuid(request.POST.get("act", ""))
    if asked:
        return _form(request, kind, place, {**given, "sign": [sign]}, status=200)
    if sign and place is None:
        unknown = _("没有牌号 %(sign)s，请核对，或从名单里选$street$community") % {"sign": sign[: signs.LONGEST]}
        return _form(request, kind, None, given, problems, sign_error=unknown)
    likes = find_alike(district, request.tree, kind.name, answers, act) if act else []
    if mark := request.POST.get("follow"):
        if found := next((like for like in likes if like.mark == mark), None):
            return _followed(request, kind, found, act)
        return _form(request, kind, place, given, problems, _("那一件刚刚办结了，请接着报这一件。"))
    if problems or act is None:
        return _form(request, kind, place, given, problems, "" if act else _("页面不完整，请再提交一次。"))
    if likes and request.POST.get("alike") != "go":
        carried = [(n, v) for n, many in given.items() if n not in CONTROLS for v in many]
        context = {"kind": kind, "likes": _shown(request, kind, likes), "carried": carried}
        return _private(render(request, "report/alike.html", context))
    try:
        outcome = take_step(district, Act(kind.name, kind.step.name, people.resident(district.id), answers, act=act))
    except StepRefused as refused:
        at_fields = {n: t for n, t in refused.fields.items() if n in kind.step.asks}
        return _form(request, kind, place, given, at_fields, "" if at_fields else say(refused.sentence, request.lang))
    throttle.note(request, "report")
    request.session["sent"] = outcome.track
    return HttpResponseRedirect(f"/track/{outcome.track}")


def _followed(request: HttpRequest, kind: Kind, like: Like, act: UUID) -> HttpResponse:
    code = tracking.follow(request.district.id, request.district.tables[kind.name].number, like.record, act)
    throttle.note(request, "report")
    request.session["sent"] = code
    return HttpResponseRedirect(f"/track/{code}")


def _form(
    request: HttpRequest,
    kind: Kind,
    place: signs.Place | None,
    given: dict[str, Any],
    problems: dict[str, str] | None = None,
    top: str = "",
    sign_error: str = "",
    status: int = 422,
) -> HttpResponse:
    form = forms.for_step(request, kind.name, kind.step, None, given, problems, top)
    hidden = signs.filled(place, kind.step, kind.ledger, request.tree) if place else {}
    return _private(
        render(
            request,
            "report/report.html",
            {
                "kind": kind,
                "form": form,
                "sections": _sections(request.district, kind, form, set(hidden)),
                "place": place,
                "filled": hidden.items(),
                "sign": (given.get("sign") or [""])[0] if isinstance(given.get("sign"), list) else "",
                "sign_error": sign_error,
                "has_signs": bool(signs.registers(request.district)) and _asks_sign(request.district, kind),
                "category": request.district.rules.flows[kind.name].dispatch_by,
                "area": next((n for n in kind.step.asks if _type(kind, n) == "area"), ""),
                "seen_by": _seen_by(request, kind),
            },
            status=status if form.problems or form.top or sign_error else 200,
        )
    )


def _sections(district: District, kind: Kind, form: StepForm, known: set[str]) -> list[Section]:
    """The questions in the order a person answers them: what, where, in her own words, how to reach her."""
    by, ledger = district.rules.flows[kind.name].dispatch_by, kind.ledger
    contact = {*ledger.private, *ledger.secret}
    if ledger.secrecy:
        contact |= {n for n in ledger.secrecy.when.columns if n in ledger.fields and _type(kind, n) == "boolean"}
    what, where, more, reach = Section("what"), Section("where"), Section("more"), Section("contact")
    placing = False
    for one in form.inputs:
        kind_of = _type(kind, one.name)
        placing = kind_of in ("area", "point", "record") or (placing and one.widget == "text")
        if one.name in known or kind_of == "record":
            continue  # a place is chosen by its sign, not by typing a number
        if one.name == by or one.only_for:
            what.inputs.append(one)
        elif one.name in contact:
            reach.inputs.append(one)
        else:
            (where if placing else more).inputs.append(one)
    return [section for section in (what, where, more, reach) if section.inputs or section.name == "where"]


def _trees(request: HttpRequest) -> list[dict[str, Any]]:
    """For each kind: its title and its categories, [(top, [below])]; a kind without categories has none."""
    found = []
    for kind in reportable(request.district):
        by = request.district.rules.flows[kind.name].dispatch_by
        codes = kind.ledger.fields[by].codes if by in kind.ledger.fields else ""
        entries = request.district.rules.codes[codes].entries.values() if codes else ()
        tree = [(top, [e for e in entries if e.parent == top.code]) for top in entries if not top.parent]
        found.append({"kind": kind, "tree": tree})
    return found


def _beginning(request: HttpRequest, kind: Kind, place: signs.Place | None) -> dict[str, Any]:
    given: dict[str, Any] = {}
    by = request.district.rules.flows[kind.name].dispatch_by
    if category := request.GET.get("category", "")[:80].replace("\0", ""):
        given[by] = category
    if place:
        given["sign"] = [place.sign]
        if words := signs.words_field(place, kind.step, kind.ledger):
            given[words] = place.title
    return given


def _fill(request: HttpRequest, kind: Kind, place: signs.Place | None) -> None:
    """What the sign says is known better than what a form sends; a place without its sign is not taken at all."""
    posted = request.POST.copy()
    for name in kind.step.asks:
        if _type(kind, name) == "record":
            posted.pop(name, None)
    if place:
        for name, value in signs.filled(place, kind.step, kind.ledger, request.tree).items():
            posted[name] = value
    request.POST = posted


def _shown(request: HttpRequest, kind: Kind, likes: Iterable[Like]) -> list[dict[str, Any]]:
    """Category, distance, progress; nothing else of another's report."""
    flow = request.district.rules.flows[kind.name]
    return [
        {
            "mark": like.mark,
            "field": kind.ledger.fields[kind.ledger.alike.by],
            "category": like.category,
            "metres": like.metres,
            "state": flow.states[like.state],
            "day": like.opened_at.astimezone(request.district.calendar.tz).date(),
        }
        for like in likes
    ]


def _seen_by(request: HttpRequest, kind: Kind) -> dict[str, str]:
    """Who may see name and phone, in words: usually, and where secrecy is asked for."""
    special = {"responsible": _("经办$post"), "assisting": _("配合$post"), "resident": _("您自己")}

    def words(roles: Iterable[str]) -> str:
        rules = request.district.rules
        titles = [special.get(r) or (say(rules.roles[r].title, request.lang) if r in rules.roles else r) for r in roles]
        return _("、").join(dict.fromkeys(titles))

    usual = [role for roles in kind.ledger.masked.values() for role in roles]
    return {"usual": words(usual), "secret": words(kind.ledger.secrecy.only) if kind.ledger.secrecy else ""}


def _asks_sign(district: District, kind: Kind) -> bool:
    known = {ledger.name for ledger in signs.registers(district)}
    return any(_type(kind, n) == "record" and kind.ledger.fields[n].ledger in known for n in kind.step.asks)


def _type(kind: Kind, name: str) -> str:
    return kind.ledger.fields[name].type if name in kind.ledger.fields else ""


def _private(response: HttpResponse) -> HttpResponse:
    """Pages on which people type of themselves are found by no search engine."""
    response["X-Robots-Tag"] = "noindex"
    return response


urlpatterns = [
    path("report", choose, name="report"),
    path("report/<str:name>", report),
    path("report/<str:name>/alike", alike),
    path("r/<str:sign>", scanned),
]
