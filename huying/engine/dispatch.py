"""Who should do it: the dispatch table of the ledger, and rulings that became the rule (precedents)."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from huying.declare.evaluate import evaluate
from huying.declare.kinds import RESIDENT, RESPONSIBLE, Field, State, say
from huying.engine import database, packs
from huying.engine.decide import StepRefused, category_chain
from huying.engine.packs import District
from huying.engine.people import Post
from huying.engine.places import Tree


@dataclass(frozen=True)
class Proposal:
    """The post that should be responsible, and why. source: table, or precedent (then `record` is the ruling's)."""

    lead: Post
    assist: tuple[Post, ...]
    clause: str
    kind: str
    source: str
    words: str = ""
    record: UUID | None = None
    code: str = ""


_posts: dict[int, tuple[float, tuple, Posts]] = {}


class Posts:
    """The posts of a district on one day, looked up by role and office; read once for a batch of acts."""

    def __init__(self, district: District, tree: Tree):
        self.tree = tree
        rows = database.direct().rows(
            "select id, code, title, role, office from hy.post where district = %s and since <= %s and until > %s order by id",
            [district.id, district.today(), district.today()],
        )
        self.by_id = {row["id"]: Post(**row) for row in rows}
        self._by_role: dict[str, list[Post]] = {}
        self._by_office: dict[tuple[int, str], Post] = {}
        for post in self.by_id.values():
            self._by_role.setdefault(post.role, []).append(post)
            self._by_office.setdefault((post.office, post.role), post)
        self.reaches = {name: role.reach for name, role in district.rules.roles.items()}

    def select(self, selector: str, unit: int) -> Post | None:
        """The post that `<office>:<role>` names for a record of `unit`; `area` is the office that serves it."""
        office_code, _, role = selector.partition(":")
        office = self.tree.office_of_area(unit) if office_code == "area" else self.tree.by_code.get(office_code)
        return self._by_office.get((office.id, role)) if office else None

    def holding(self, state: State, responsible: int, unit: int, named: Mapping[str, Any] | None = None) -> Post | None:
        """The one post that holds a record in this state; None in a final state or with the resident.

        named  the record's fields that hold a post (access.posts_in)
        """
        if not state.holder or state.holder == RESIDENT:
            return None
        if state.holder == RESPONSIBLE:
            return self.by_id.get(responsible)
        if named and state.holder in named:
            return self.by_id.get(named[state.holder] or 0)
        if self.reaches.get(state.holder) == "area" and (office := self.tree.office_of_area(unit)):
            return self._by_office.get((office.id, state.holder))
        posts = self._by_role.get(state.holder)
        return posts[0] if posts else None


def posts(district: District, tree: Tree) -> Posts:
    """The posts of today; a worker reads them at most once a second, and again when the tree or the rules changed."""
    key = (packs.generation, district.today(), id(tree), id(district.rules))
    kept = _posts.get(district.id)
    if kept and kept[1] == key and time.monotonic() - kept[0] < packs.FRESH:
        return kept[2]
    looked = time.monotonic()
    made = Posts(district, tree)
    _posts[district.id] = (looked, key, made)
    return made


def propose(
    district: District,
    posts: Posts,
    ledger: str,
    values: Mapping[str, Any],
    rulings: Sequence[Mapping[str, Any]] | None = None,
) -> Proposal | None:
    """What a ruling or the table says for a record; None when neither says anything.

    rulings  those that stand for its category, where the caller has read them already (area, post, assist, words …)
    """
    return _precedent(district, posts, ledger, values, rulings) or _from_table(district, posts, ledger, values)


def named(posts: Posts, field: Field, post: int | None, other_than: Post | None = None) -> Post:
    """The post that a field names, or the one responsible for the record that it refers to. Raises StepRefused.

    other_than  whoever acts, where the one named must be of another office
    """
    found = posts.by_id.get(post or 0)
    if found is None:
        raise StepRefused(
            "dispatch.nobody",
            f"“{say(field.title)}”没有现任的$post可以接 | “{say(field.title, 'en')}” leads to no $post that there is today",
            {field.name: "请改选 | Choose another"},
        )
    refuse_oneself(found, other_than, field.name)
    return found


def refuse_oneself(lead: Post, other_than: Post | None, field: str) -> None:
    """Raises StepRefused where both are of one office."""
    if other_than and lead.office == other_than.office:
        raise StepRefused(
            "dispatch.oneself",
            "不能发给本$office自己 | It cannot be sent to one's own $office",
            {field: "请选别的$office | Choose another $office"},
        )


def area_of(district: District, tree: Tree, unit: int) -> int:
    """The area for which a ruling holds: the street (the level below the district) that `unit` lies in."""
    chain = tree.chain(unit)
    return chain[-2].id if len(chain) > 1 else unit


def _precedent(
    district: District,
    posts: Posts,
    ledger: str,
    values: Mapping[str, Any],
    rulings: Sequence[Mapping[str, Any]] | None,
) -> Proposal | None:
    chain = category_chain(district.rules, ledger, values)
    if not chain:
        return None
    if rulings is None:
        rulings = database.direct().rows(
            "select area, post, assist, words, record::text as record, code from hy.precedent "
            "where district = %s and ledger = %s and category = %s",
            [district.id, district.tables[ledger].number, chain[0]],
        )
    area = area_of(district, posts.tree, values["unit"])
    row = next((ruling for ruling in rulings if ruling["area"] == area), None)
    if row is None or row["post"] not in posts.by_id:
        return None
    assist = tuple(posts.by_id[p] for p in row["assist"] if p in posts.by_id)
    return Proposal(
        posts.by_id[row["post"]], assist, "", "ruling", "precedent", row["words"], UUID(row["record"]), row["code"]
    )


def _from_table(district: District, posts: Posts, ledger: str, values: Mapping[str, Any]) -> Proposal | None:
    rules = district.rules
    if ledger not in rules.dispatch:
        return None
    categories = {*category_chain(rules, ledger, values), "*"}
    areas = {*posts.tree.ancestor_codes(values["unit"]), "*"}
    for row in rules.dispatch[ledger].rows:
        if row.category not in categories or row.area not in areas:
            continue
        if (
            row.when is not None
            and evaluate(row.when, values, today=district.today(), tz=district.calendar.tz) is not True
        ):
            continue
        lead = posts.select(row.lead, values["unit"])
        if lead is None:
            continue
        assist = tuple(p for p in (posts.select(s, values["unit"]) for s in row.assist) if p and p.id != lead.id)
        return Proposal(lead, assist, row.clause, row.kind, "table")
    return None
