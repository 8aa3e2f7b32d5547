"""Collection forms: what is asked of whom and how much that is, a round as a whole, and its print."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huying.declare.forms import ABOUT, Form
from huying.declare.kinds import say
from huying.engine import access, collecting, collecting_asked, dispatch, flows, people, scans
from huying.engine.acts import Act
from huying.engine.collecting import Board, Row
from huying.engine.decide import StepRefused
from huying.engine.places import Unit
from huying.engine.records import Record
from huying.web import gate, recordview, requested
from huying.web.words import gettext as _

RECENT = 12  # rounds shown of one form


@dataclass(frozen=True)
class Line:
    """A form on the first page. asked: (answered, asked) of its latest round in the actor's reach."""

    form: Form
    owner: str
    fillers: str
    latest: Record | None
    answered: int
    asked: int
    opens: bool
    expired: bool


@require_GET
@gate.staff
def index(request: HttpRequest) -> HttpResponse:
    """Every form in force with its basis, owner, expiry and minutes; and what all of them ask of each area."""
    district, forms = request.district, request.district.rules.forms
    latest: dict[str, Record] = {}
    tally = collecting.tally(district, request.actor, sorted(forms))
    for one in collecting.rounds_of(district) if tally else ():
        if one.id in tally:  # of a form that each street sends by itself, its own
            latest.setdefault(one.values["form"], one)
    lines = [_line(request, form, latest.get(name), tally) for name, form in sorted(forms.items())]
    burden = _burden(request)
    return render(
        request, "collect/index.html", {"lines": lines, "burden": burden, "below": any(one.below for one in burden)}
    )


def _line(request: HttpRequest, form: Form, latest: Record | None, tally: dict) -> Line:
    states = tally.get(latest.id, {}) if latest else {}
    return Line(
        form,
        _owner(request, form),
        _fillers(request, form),
        latest,
        sum(states.get(state, 0) for state in collecting.ANSWERED),
        sum(n for state, n in states.items() if state != "withdrawn"),
        collecting_asked.may_open(request.tree, request.actor, form),
        form.expires < request.district.today().isoformat(),
    )


def _owner(request: HttpRequest, form: Form) -> str:
    code, _colon, role = form.owner.partition(":")
    office = request.tree.by_code.get(code)
    return office.name(request.lang) if office else say(request.district.rules.roles[role].title, request.lang)


def _fillers(request: HttpRequest, form: Form) -> str:
    levels = request.district.config.get("levels", {})
    level = _("$office") if form.level == "office" else say(levels.get(form.level, form.level), request.lang)
    return (
        _("%(n)s 个%(level)s") % {"n": len(form.only), "level": level}
        if form.only
        else _("各%(level)s") % {"level": level}
    )


@dataclass(frozen=True)
class Burden:
    """What all forms in force ask of one area. minutes: a month, of its own post; below: of all areas under it together."""

    unit: Unit
    minutes: Fraction
    below: Fraction
    budget: int | None


def _burden(request: HttpRequest) -> list[Burden]:
    """Minutes a month, area by area, of the level below the district."""
    tree, rules, today = request.tree, request.district.rules, request.district.today().isoformat()
    asked: dict[int, Fraction] = {}
    for form in rules.forms.values():
        if form.expires < today:
            continue
        for unit in tree.of_kind(form.level):
            if not form.only or unit.code in form.only:
                asked[unit.id] = asked.get(unit.id, Fraction()) + form.monthly
    found = []
    for unit in tree.children.get(tree.root.id, ()):
        if unit.kind != "office":
            below = sum((asked.get(n, Fraction()) for n in tree.under(unit.id) if n != unit.id), Fraction())
            budgets = [pack.budget[unit.kind] for pack in rules.packs.values() if unit.kind in pack.budget]
            found.append(Burden(unit, asked.get(unit.id, Fraction()), below, min(budgets, default=None)))
    return sorted(found, key=lambda one: one.unit.code)


@require_http_methods(["GET", "POST"])
@gate.staff
def form(request: HttpRequest, name: str) -> HttpResponse:
    """One form: on what basis, what it asks and what it need not ask, its rounds; its owner sends it from here."""
    district = request.district
    declared = district.rules.forms.get(name)
    if declared is None:
        return gate.not_found(request)
    problem = ""
    if request.method == "POST":
        try:
            opened = collecting.open_round(district, request.actor, name, request.POST.get("period", ""))
        except StepRefused as refused:
            problem = say(refused.sentence, request.lang)
        else:
            messages.success(request, _("已下发 %(n)s 家。") % {"n": opened.sent})
            for refused_one in opened.refused[:3]:
                messages.warning(request, say(refused_one.refusal.sentence, request.lang))
            if opened.without:
                names = _("、").join(say(title, request.lang) for title in opened.without)
                messages.warning(request, _("没有$post可填，未下发：%(names)s") % {"names": names})
            return HttpResponseRedirect(f"/collect/{name}/rounds/{opened.code}")
    tally = collecting.tally(district, request.actor, [name])
    post = request.actor.post.id if request.actor.post else 0
    rounds = [
        (one, _counted(tally.get(one.id, {})))
        for one in collecting.rounds_of(district, name)
        if one.id in tally or one.post == post
    ][:RECENT]
    ledger = district.rules.ledgers[name]
    posts = dispatch.posts(district, request.tree)
    scope = collecting_asked.scope_unit(request.tree, request.actor, declared)
    asked, without = collecting_asked.fillers(request.tree, posts, declared, scope)
    return render(
        request,
        "collect/form.html",
        {
            "line": _line(request, declared, rounds[0][0] if rounds else None, tally),
            "form": declared,
            "fields": [(ledger.fields[n], _source(request, declared, n)) for n in declared.asks],
            "rounds": rounds,
            "periods": [
                (p, collecting_asked.say_period(p)) for p in collecting_asked.periods(declared, district.today())
            ],
            "asked": len(asked),
            "without": without,
            "problem": problem,
        },
        status=422 if problem else 200,
    )


def _counted(states: dict[str, int]) -> tuple[int, int]:
    answered = sum(states.get(state, 0) for state in collecting.ANSWERED)
    return answered, sum(n for state, n in states.items() if state != "withdrawn")


def _source(request: HttpRequest, form: Form, name: str) -> str:
    """Where the value of a field comes from before anyone types, in words."""
    if known := form.known.get(name):
        return _("取自%(ledger)s") % {"ledger": say(request.district.rules.ledgers[known.of].title, request.lang)}
    if name in form.despite:
        return _("另有同名项，仍要填：%(why)s") % {"why": say(form.despite[name], request.lang)}
    return _("每期新填") if name in form.anew else _("沿用上期")


@require_GET
@gate.staff
def round_(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Who has answered and who has not, what changed since the last round, and the sums."""
    found = board_of(request, name, code)
    if found is None:
        return gate.not_found(request)
    return render(request, "collect/round.html", shown(request, name, found))


@require_GET
@gate.staff
def printed(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """The round as a sheet of paper, with places for signatures and the seal."""
    found = board_of(request, name, code)
    if found is None:
        return gate.not_found(request)
    return render(request, "collect/print.html", shown(request, name, found))


@require_POST
@gate.staff
def accept(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Accept the chosen answers, each by itself."""
    found = board_of(request, name, code)
    if found is None:
        return gate.not_found(request)
    chosen = dict(one.rsplit("@", 1) for one in request.POST.getlist("answer") if "@" in one)
    acts = [
        Act(name, "accept", request.actor, {}, row.record.id, seen=requested.whole(chosen[row.record.code]))
        for row in found.rows
        if row.record.code in chosen
    ]
    outcomes = flows.take_steps(request.district, acts) if acts else []
    taken = sum(out.refusal is None for out in outcomes)
    if taken or not outcomes:
        messages.success(request, _("已审定 %(n)s 份。") % {"n": taken})
    for out in [out for out in outcomes if out.refusal][:3]:
        messages.warning(request, say(out.refusal.sentence, request.lang))
    return HttpResponseRedirect(f"/collect/{name}/rounds/{code}")


@require_POST
@gate.staff
def unchanged(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Hand in the chosen sheets of one's own as they stand, each by itself."""
    found = board_of(request, name, code)
    if found is None:
        return gate.not_found(request)
    chosen = dict(one.rsplit("@", 1) for one in request.POST.getlist("answer") if "@" in one)
    asks = request.district.rules.flows[name].steps["hand_in"].asks
    acts = [
        Act(
            name,
            "hand_in",
            request.actor,
            {n: row.record.values[n] for n in asks if row.record.values.get(n) is not None},
            row.record.id,
            seen=requested.whole(chosen[row.record.code]),
        )
        for row in found.rows
        if row.record.code in chosen and _mine(request, row)
    ]
    outcomes = flows.take_steps(request.district, acts) if acts else []
    messages.success(request, _("已报送 %(n)s 份。") % {"n": sum(out.refusal is None for out in outcomes)})
    for out in [out for out in outcomes if out.refusal][:3]:
        messages.warning(request, say(out.refusal.sentence, request.lang))
    return HttpResponseRedirect(f"/collect/{name}/rounds/{code}")


def _mine(request: HttpRequest, row: Row) -> bool:
    """Whether it waits for this person, who fills it in."""
    post = request.actor.post
    return row.record.state == "asked" and post is not None and row.record.values.get("filler") == post.id


@require_POST
@gate.staff
def finish(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Say that the round is added up."""
    known = name in request.district.rules.forms and "\0" not in code
    found = collecting.round_by_code(request.district, name, code) if known else None
    if found is None:
        return gate.not_found(request)
    ledger = collecting.rounds_ledger(request.district)
    try:
        flows.take_step(
            request.district,
            Act(ledger, "finish", request.actor, {}, found.id, requested.act(request), requested.seen(request)),
        )
        messages.success(request, _("这一期已汇总。"))
    except StepRefused as refused:
        messages.warning(request, say(refused.sentence, request.lang))
    return HttpResponseRedirect(f"/collect/{name}/rounds/{code}")


def board_of(request: HttpRequest, name: str, code: str) -> Board | None:
    """The round that this person may see something of."""
    if name not in request.district.rules.forms or "\0" in code:
        return None
    found = collecting.round_by_code(request.district, name, code)
    if found is None or not access.may_see(request.district.rules.ledgers[name], request.actor):
        return None
    board = collecting.board(request.district, request.actor, request.tree, name, found)
    post = request.actor.post
    return board if board.rows or (post and post.id == found.post) else None


def shown(request: HttpRequest, name: str, board: Board) -> dict[str, Any]:
    """What the pages of a round show."""
    form, ledger = request.district.rules.forms[name], request.district.rules.ledgers[name]
    visible = set(access.visible_fields(ledger, request.actor.kinds))
    posts = dispatch.posts(request.district, request.tree)
    waiting = sorted({row.record.values["filler"] for row in board.waiting if row.record.values.get("filler")})
    holders = people.holders(request.district.id, waiting, request.district.today()) if waiting else {}
    if form.each:
        recordview.references(request, [row.record for row in board.rows])
    owns = request.actor.post is not None and board.round.post == request.actor.post.id
    return {
        "name": name,
        "form": form,
        "board": board,
        "round": board.round,
        "rounds": collecting.rounds_ledger(request.district),
        "columns": [ledger.fields[n] for n in form.asks if n in visible],
        "masked": [ledger.fields[n] for n in form.asks if n not in visible],
        "posts": posts.by_id,
        "holders": holders,
        "owner": _owner(request, form),
        "owns": owns,
        "mine": {row.record.code for row in board.rows if _mine(request, row) and row.record.values.get("known_items")},
        "late": sum(row.late for row in board.waiting),
        "items": len(form.asks),
        "offices": form.level == "office",
        "about": ledger.fields[ABOUT] if form.each else None,
        "may_archive": scans.may_archive(request.district, request.actor, board.round),
        "scan_url": f"/collect/{name}/rounds/{board.round.code}/scan",
        "may_close": owns and board.round.state == "open",
    }


urlpatterns = [
    path("collect", index, name="collections"),
    path("collect/<str:name>", form),
    path("collect/<str:name>/rounds/<str:code>", round_),
    path("collect/<str:name>/rounds/<str:code>/print", printed),
    path("collect/<str:name>/rounds/<str:code>/accept", accept),
    path("collect/<str:name>/rounds/<str:code>/unchanged", unchanged),
    path("collect/<str:name>/rounds/<str:code>/finish", finish),
]
