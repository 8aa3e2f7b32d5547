"""The areas of work in the menu: ledgers, derived lists and pages by group, those that concern the actor first.

An area concerns whoever takes its steps or is named in its `see`, and the office that owns its pack. A role that every
office has, such as the contact for tasks, says nothing by itself: then the office decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest

from huying.declare.kinds import Ledger, say
from huying.engine import access, derived, tasks
from huying.engine.packs import District
from huying.web import taskview
from huying.web.show import url_or_none
from huying.web.words import gettext as _


@dataclass
class Item:
    title: str
    url: str
    icon: str = ""
    here: bool = False


@dataclass
class Group:
    """Entries under one title. groups: groups within; own: the actor's office keeps it; open: unfolded."""

    title: str
    items: list[Item] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    own: bool = False
    open: bool = False

    @property
    def here(self) -> bool:
        """Whether the page that is shown stands in it."""
        return any(item.here for item in self.items) or any(one.here for one in self.groups)

    @property
    def count(self) -> int:
        return len(self.items) + sum(one.count for one in self.groups)


def areas(request: HttpRequest, supervision: Sequence[Item]) -> tuple[list[Group], list[Group]]:
    """(areas of work that concern the actor, all others), in the order in which district.yaml names the packs; the actor's
    own office's first. An area of which some ledgers concern the actor stands in both.

    supervision  pages that stand before the ledgers of tasks, which are folded beneath them
    """
    district, actor, lang, here = request.district, request.actor, request.lang, request.path
    rules = district.rules
    found: tuple[dict[str, Group], dict[str, Group]] = ({}, {})  # not mine, mine: title -> area
    title_of: dict[str, str] = {}  # pack -> the area in which its pages stand
    hidden = {*rules.forms, *(rules.provides.get(what) for what in ("answers", "rounds"))}

    def area(group: str, name: str, mine: bool) -> Group:
        title, pack = say(group or _("$ledger"), lang), name.partition(".")[0]
        title_of.setdefault(pack, title)
        one = found[mine].setdefault(title, Group(title))
        one.own = one.own or (mine and _owns(request, pack))
        return one

    for name, ledger in sorted(rules.ledgers.items(), key=lambda pair: _place(district, pair[0])):
        if name in hidden or not access.may_see(ledger, actor):
            continue
        one, mine = Item(say(ledger.title, lang), f"/ledgers/{name}", "table"), concerns(request, ledger)
        one.here = f"{here}/".startswith(f"{one.url}/")
        area(ledger.group, name, mine).items.append(one)
    for name, listed in rules.derived.items():
        if derived.may_see(rules, listed, actor):
            one = Item(say(listed.title, lang), f"/derived/{name}", "list-search", here.startswith(f"/derived/{name}"))
            area(
                listed.group, name, concerns(request, rules.ledgers.get(next(iter(listed.ledgers), "")), listed.see)
            ).items.append(one)
    for name, page in rules.pages.items():
        if url := url_or_none("page", name):
            title = title_of.get(name.partition(".")[0]) or _("专题")
            one = Item(say(page.title, lang), url, "layout-dashboard", here == url)
            found[title in found[True]].setdefault(title, Group(title)).items.insert(0, one)
    _with_pages(request, found[True], supervision)
    return sorted(found[True].values(), key=lambda one: not one.own), list(found[False].values())


def _with_pages(request: HttpRequest, mine: dict[str, Group], supervision: Sequence[Item]) -> None:
    """Put the pages of supervision before its ledgers, and fold those."""
    ledger = request.district.rules.ledgers.get(tasks.ledger(request.district) or "")
    if not supervision or ledger is None:
        return
    title = say(ledger.group or _("$ledger"), request.lang)
    one = mine.setdefault(title, Group(title))
    pages = [item for item in one.items if not item.url.startswith("/ledgers/")]
    beneath = [item for item in one.items if item.url.startswith("/ledgers/")]
    one.items = [*supervision, *pages]
    one.groups = [Group(_("$ledger"), beneath)] if beneath else []


def concerns(request: HttpRequest, ledger: Ledger | None, see: Sequence[str] = ()) -> bool:
    """Whether the actor's work is with this ledger, or with what is derived from it for the roles in `see`."""
    role = request.actor.role
    if role is None:
        return False
    if role.name in see or (ledger and (role.name in ledger.see or _owns(request, ledger.name.partition(".")[0]))):
        return True
    if ledger is None or taskview.is_contact(request):
        return False
    steps = request.district.rules.flows[ledger.name].steps.values()
    return any(role.name in step.by for step in steps)


def _owns(request: HttpRequest, pack: str) -> bool:
    """Whether the actor's office keeps the pack."""
    post, declared = request.actor.post, request.district.rules.packs.get(pack)
    office = request.tree.get(post.office) if post else None
    return bool(office and declared and say(declared.owner) == say(office.title))


def _place(district: District, name: str) -> tuple[int, str]:
    packs = district.config.get("packs") or []
    pack = name.partition(".")[0]
    return (packs.index(pack) if pack in packs else len(packs)), name
