"""Sheets that wait to be worked off behind a page: one process takes the next, a run that was cut off is taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from huying.engine import clock, database, people
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree

STILL = timedelta(seconds=60)  # without a sign of life after which a run counts as cut off
_WAITING = "state = any(%s) and (beat_at is null or beat_at < %s)"


class Waiting(Protocol):
    """A run, as far as it says who handed it in, and in which post."""

    @property
    def person(self) -> int: ...
    @property
    def post(self) -> int: ...


def waits(table: str, *states: str) -> bool:
    """Whether any run of a table, in one of these states, waits for somebody to do it."""
    return database.direct().value(
        f"select exists (select from {table} where {_WAITING})", [list(states), clock.real_now() - STILL]
    )


def take(table: str, *states: str) -> Mapping[str, Any] | None:
    """The run that has waited longest, now this process's; None where none waits."""
    now = clock.real_now()
    return database.direct().row(
        f"update {table} set beat_at = %s where (district, id) in (select district, id from {table} "
        f"where {_WAITING} order by made_at limit 1 for update skip locked) returning *",
        [now, list(states), now - STILL],
    )


def actor_of(district: District, tree: Tree, run: Waiting, via: str = "web") -> Actor:
    """Whoever handed it in, in the post of then, as it stands today. Raises LookupError when they hold it no more."""
    name = database.direct().value(
        "select name from public.engine_person where id = %s and district = %s", [run.person, district.id]
    )
    posts = people.posts_of(district.id, run.person, district.today())
    if run.post not in [post.id for post in posts]:
        raise LookupError(run.post)
    return people.actor(district.rules, tree, district.id, run.person, name, posts, run.post, via=via)
