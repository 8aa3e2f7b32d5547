"""Whom a form asks, and for which period: the areas or offices of its level, the post in each, the days of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from huying.declare.forms import OFFICE, Form
from huying.engine.dispatch import Posts
from huying.engine.people import Actor, Post
from huying.engine.places import Tree

AREA = "area"  # the office of the area itself, in `area:<role>`


@dataclass(frozen=True)
class Filler:
    """Who is asked for one answer: an area (the district's own for an office), the post that fills it in, and the
    record that it is about, where there is one answer for each."""

    unit: int
    post: Post
    about: UUID | None = None

    @property
    def key(self) -> tuple[int, int, UUID | None]:
        return self.unit, self.post.id, self.about


def may_open(tree: Tree, actor: Actor, form: Form) -> bool:
    """Whether the actor's post asks by this form."""
    office, _, role = form.owner.partition(":")
    if actor.post is None or actor.post.role != role:
        return False
    own = tree.get(actor.post.office)
    return own is not None and (own.area is not None if office == AREA else own.code == office)


def scope_unit(tree: Tree, actor: Actor, form: Form) -> int:
    """The area over which the actor collects: the own one of `area:<role>`, else the district."""
    office = tree.get(actor.post.office) if actor.post else None
    return office.area if form.owner.startswith(f"{AREA}:") and office and office.area else tree.root.id


def fillers(tree: Tree, posts: Posts, form: Form, within: int | None = None) -> tuple[list[Filler], list[str]]:
    """(who is asked, names of areas and offices where no post can be), in order of code. within: an area."""
    found, without = [], []
    role = form.fillers.partition(":")[2]
    if form.level == OFFICE:
        owner = form.owner.partition(":")[0]
        for office in tree.of_kind("office"):
            if office.area is None and office.code != owner and (not form.only or office.code in form.only):
                if post := posts.select(f"{office.code}:{role}", tree.root.id):
                    found.append(Filler(tree.root.id, post))
                elif form.only:
                    without.append(office.title)
        return found, without
    inside = set(tree.under(within)) if within else None
    for unit in tree.of_kind(form.level):
        if (inside is None or unit.id in inside) and (not form.only or unit.code in form.only):
            if post := posts.select(f"area:{role}", unit.id):
                found.append(Filler(unit.id, post))
            else:
                without.append(unit.title)
    return found, without


def period_of(form: Form, day: date) -> str:
    """The period that a day lies in: 2020-12, 2020Q4, 2020; the day itself for a form that is asked once."""
    return {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}Q{(day.month + 2) // 3}",
        "year": f"{day.year}",
        "once": day.isoformat(),
    }[form.every]


def periods(form: Form, day: date) -> list[str]:
    """The periods that may be asked for on a day: the one before and the present one."""
    if form.every == "once":
        return [period_of(form, day)]
    month = {"month": 1, "quarter": 3, "year": 12}[form.every]
    months = day.year * 12 + day.month - 1 - month
    return [period_of(form, date(months // 12, months % 12 + 1, 1)), period_of(form, day)]


def say_period(period: str) -> str:
    """A period in words, `中文 | English`."""
    if "Q" in period:
        year, quarter = period.split("Q")
        return f"{year}年第{'一二三四'[int(quarter) - 1]}季度 | Q{quarter} {year}"
    parts = [int(part) for part in period.split("-")]
    if len(parts) == 1:
        return f"{period}年 | {period}"
    zh = f"{parts[0]}年{parts[1]}月" + (f"{parts[2]}日" if len(parts) == 3 else "")
    return f"{zh} | {period}"
