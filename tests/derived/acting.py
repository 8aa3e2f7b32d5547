"""What the tests of derived ledgers share: acts on registers, and what is listed afterwards."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from huying.engine import database, derived, derived_following, packs, places
from huying.engine.acts import Act, Outcome
from huying.engine.flows import take_step
from tests.engine.small import actor_of

PATIENCE = 30  # seconds
LONGDONG, CHEBEI = "440106018000", "440106003000"


def area(town: packs.District, code: str) -> int:
    return places.tree(town.id, town.today()).by_code[code].id


def add(town: packs.District, ledger: str, login: str, unit: str = LONGDONG, **answers: Any) -> Outcome:
    return take_step(town, Act(ledger, "add", actor_of(town, login), {"unit": area(town, unit), **answers}))


def amend(town: packs.District, ledger: str, login: str, record: UUID, **answers: Any) -> Outcome:
    return take_step(town, Act(ledger, "amend", actor_of(town, login), answers, record))


def remove(town: packs.District, ledger: str, login: str, record: UUID) -> Outcome:
    return take_step(town, Act(ledger, "remove", actor_of(town, login), {}, record))


def follow(town: packs.District) -> None:
    """Until every act is followed: it waits for transactions of other tests, which may be under way on this server."""
    until = time.monotonic() + PATIENCE
    while derived_following.follow(town) or _behind(town):
        assert time.monotonic() < until, "the follower never came to the last act"


def _behind(town: packs.District) -> int:
    with database.owning() as query:
        return query.value(
            "select count(*) from event e where e.district = %s and not exists (select from follower f "
            "where f.district = e.district and f.name = %s and (e.tx, e.n) <= (f.tx, f.after_n))",
            [town.id, derived_following.NAME],
        )


def listed(town: packs.District, name: str, login: str, **asked: Any) -> list[derived.Listed]:
    """The rows of a derived ledger, once all that was done has been followed."""
    follow(town)
    return derived.page(town, actor_of(town, login), name, **asked).rows
