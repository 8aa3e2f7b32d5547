"""Who acts: persons, the posts they hold, and what a post reaches. Duty stays with the post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huying.declare.kinds import RESIDENT, SYSTEM, Role, Rules
from huying.engine import database
from huying.engine.database import Reach
from huying.engine.places import Tree


@dataclass(frozen=True)
class Post:
    id: int
    code: str
    title: str
    role: str  # short name of a role
    office: int
    kind: str = "own"  # own, or delegate


@dataclass(frozen=True)
class Actor:
    """A person in one post, or a resident, or the system. reach: what lists and figures show this actor."""

    district: int
    person: int
    name: str
    post: Post | None
    role: Role | None
    reach: Reach
    via: str = "web"
    posts: tuple[Post, ...] = ()  # all that the person holds today
    resident_of: object = None  # the one record a tracking code admits to

    @property
    def kinds(self) -> frozenset[str]:
        """What a flow's `by` may name of this actor, the record apart."""
        if self.role:
            return frozenset({self.role.name})
        return frozenset({SYSTEM if self.via == "system" else RESIDENT})

    def may(self, right: str) -> bool:
        return bool(self.role) and right in self.role.may

    @property
    def signed_in(self) -> bool:
        return self.person > 0


def posts_of(district: int, person: int, day: date) -> list[Post]:
    """The posts a person holds on `day`, in order of id."""
    return [
        Post(**row)
        for row in database.direct().rows(
            "select p.id, p.code, p.title, p.role, p.office, h.kind from hy.holding h join hy.post p on p.district = h.district and p.id = h.post "
            "where h.district = %s and h.person = %s and h.since <= %s and h.until > %s and p.since <= %s and p.until > %s order by h.kind desc, p.id",
            [district, person, day, day, day, day],
        )
    ]


def actor(
    rules: Rules,
    tree: Tree,
    district: int,
    person: int,
    name: str,
    posts: list[Post],
    chosen: int | None = None,
    via: str = "web",
) -> Actor:
    """The person acting in the post `chosen` (an id), else in the first; without a post nothing is in reach."""
    post = next((p for p in posts if p.id == chosen), posts[0] if posts else None)
    role = rules.roles.get(post.role) if post else None
    return Actor(district, person, name, post, role, _reach(tree, district, post, role), via, tuple(posts))


def resident(district: int, record: object = None) -> Actor:
    """Someone without an account; `record` is the one a tracking code admits to."""
    return Actor(district, 0, "", None, None, Reach(district, "hy_all"), "public", (), record)


def system(district: int) -> Actor:
    """The clock itself: lapses and precedents."""
    return Actor(district, 0, "", None, None, Reach(district, "hy_all"), "system")


def _reach(tree: Tree, district: int, post: Post | None, role: Role | None) -> Reach:
    if post is None or role is None or role.reach == "none":
        return Reach(district, "hy_some")  # no units: no rows
    offices = (post.office,)
    if role.reach == "district":
        return Reach(district, "hy_all", offices=offices)
    if role.reach == "area":
        office = tree.get(post.office)
        area = office.area if office and office.area else 0
        return Reach(district, "hy_some", tuple(tree.under(area)) if area else (), offices)
    return Reach(district, "hy_office", (), offices)


def holders(district: int, posts: list[int], day: date) -> dict[int, list[dict]]:
    """post id -> [{name, phone, kind}] of who holds it on `day`: the desk shows whom to ring."""
    found: dict[int, list[dict]] = {}
    for row in database.direct().rows(
        "select h.post, p.name, p.phone, h.kind from hy.holding h join public.engine_person p on p.id = h.person where h.district = %s "
        "and h.post = any(%s) and h.since <= %s and h.until > %s order by h.kind desc, p.id",
        [district, posts, day, day],
    ):
        found.setdefault(row.pop("post"), []).append(row)
    return found
