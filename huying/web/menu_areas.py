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
    """Entries under one title. groups: groups within; mine: it concerns the actor; open: unfolded."""

    title: str
    items: list[Item] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    mine: bool = False
    open: bool = False

    @property
    def here(self) -> bool:
        """Whether the page that is shown stands in it."""
        return any(item.here for item in self.items) or any(one.here for one in self.groups)

    @property
    def count(self) -> int:
        return len(self.items) + sum(one.count for one in self.groups)


def areas(request: HttpRequest, supervision: Sequence[Item]) -> list[Group]:
    """All areas of work, in the order in which district.yaml names the packs; the actor's own office's first.

    supervision  pages that stand before the ledger of tasks
    """
    district, actor, lang, here = request.district, request.actor, request.lang, request.path
    rules = district.rules
    found: dict[str, Group] = {}
    title_of: dict[str, str] = {}  # pack -> the area in which its pages stand
    own: dict[str, bool] = {}
    hidden = {*rules.forms, *(rules.provides.get(what) for what in ("answers", "rounds"))}

    def area(group: str, name: str, concerned: bool) -> Group:
        title = say(group or _("$ledger"), lang)
        pack = name.partition(".")[0]
        title_of.setdefault(pack, title)
        one = found.setdefault(title, Group(title))
        one.mine = one.mine or concerned
        own[title] = own.get(title, False) or (concerned and _owns(request, pack))
        return one

    for name, ledger in sorted(rules.ledgers.items(), key=lambda pair: _place(district, pair[0])):
        if name in hidden or not access.may_see(ledger, actor):
            continue
        one = area(ledger.group, name, concerns(request, ledger))
        if name == tasks.ledger(district):
            one.items[:0] = supervision
        one.items.append(
            Item(say(ledger.title, lang), f"/ledgers/{name}", "table", f"{here}/".startswith(f"/ledgers/{name}/"))
        )
    for name, listed in rules.derived.items():
        if derived.may_see(rules, listed, actor):
            one = area(
                listed.group, name, bool(listed.see) and actor.role is not None and actor.role.name in listed.see
            )
            one.items.append(
                Item(say(listed.title, lang), f"/derived/{name}", "list-search", here.startswith(f"/derived/{name}"))
            )
    for name, page in rules.pages.items():
        if url := url_or_none("page", name):
            title = title_of.get(name.partition(".")[0]) or _("专题")
            shown = Item(say(page.title, lang), url, "layout-dashboard", here == url)
            found.setdefault(title, Group(title)).items.insert(0, shown)
    return sorted(found.values(), key=lambda one: (not one.mine, not own.get(one.title, False)))


def concerns(request: HttpRequest, ledger: Ledger) -> bool:
    """Whether the actor's work is with this ledger."""
    role = request.actor.role
    if role is None:
        return False
    pack = ledger.name.partition(".")[0]
    if _owns(request, pack) or role.name in ledger.see:
        return True
    if taskview.is_contact(request):
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
