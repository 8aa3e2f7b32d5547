"""Whom a record is sent to: what the dispatch table or a ruling proposes, and the posts that may be chosen instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest

from huying.declare.kinds import Rules, say
from huying.engine import dispatch
from huying.engine.people import Post
from huying.engine.records import Record
from huying.web.words import gettext as _


@dataclass
class Choice:
    value: str
    label: str
    group: str = ""
    chosen: bool = False


@dataclass
class Assignment:
    """leads are grouped, the proposed one first; basis: the clause or the ruling in words."""

    proposal: dispatch.Proposal | None
    basis: str
    leads: list[tuple[str, list[Choice]]] = field(default_factory=list)
    assists: list[Choice] = field(default_factory=list)
    error: str = ""

    @property
    def any_assist(self) -> bool:
        return any(choice.chosen for choice in self.assists)


def assignment(request: HttpRequest, ledger: str, record: Record, lead: str, assist: Sequence[str]) -> Assignment:
    """What to choose from; what was chosen before stays chosen."""
    district, tree, lang = request.district, request.tree, request.lang
    posts = dispatch.Posts(district, tree)
    proposal = dispatch.propose(district, posts, ledger, {**record.values, "unit": record.unit})
    lead = lead or (str(proposal.lead.id) if proposal else "")
    chosen = set(assist) or ({str(p.id) for p in proposal.assist} if proposal else set())
    roles, here = _roles(district.rules, ledger), tree.office_of_area(record.unit)
    proposed, offices, own, others = [], [], [], []
    for post in posts.by_id.values():
        if post.role not in roles:
            continue
        if proposal and post.id == proposal.lead.id:
            proposed.append(post)
        elif posts.reaches.get(post.role) != "area":
            offices.append(post)
        else:
            (own if here and post.office == here.id else others).append(post)
    made = Assignment(proposal, basis(proposal, lang))
    for title, group in (
        (_("建议"), proposed),
        (_("所在$street"), own),
        (_("部门"), offices),
        (_("其他$street"), others),
    ):
        if group:
            made.leads.append((title, [_choice(p, lang, str(p.id) == lead) for p in group]))
    made.assists = [
        _choice(p, lang, str(p.id) in chosen)
        for p in [*proposed, *own, *offices, *(p for p in others if str(p.id) in chosen)]
    ]
    return made


def basis(proposal: dispatch.Proposal | None, lang: str) -> str:
    """Why: the clause of the duty list, or the ruling that became the rule."""
    if proposal is None:
        return _("$dispatch表里没有对应的$post，请选一个。")
    if proposal.source == "precedent":
        return _("依据 %(code)s 的裁定：%(words)s") % {"code": proposal.code, "words": proposal.words}
    kinds = {"basic": _("基本履职"), "assist": _("配合履职"), "withdrawn": _("上收，不得派给$street")}
    return _("依据 %(clause)s（%(kind)s）") % {
        "clause": say(proposal.clause, lang) or _("$dispatch表"),
        "kind": kinds.get(proposal.kind, proposal.kind),
    }


def _roles(rules: Rules, ledger: str) -> set[str]:
    """The roles that the ledger's dispatch table knows: those that can be responsible or assist."""
    table = rules.dispatch.get(ledger)
    return {selector.partition(":")[2] for row in (table.rows if table else ()) for selector in (row.lead, *row.assist)}


def _choice(post: Post, lang: str, chosen: bool) -> Choice:
    return Choice(str(post.id), say(post.title, lang), chosen=chosen)
