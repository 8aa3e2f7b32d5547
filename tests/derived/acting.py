"""What the tests of derived ledgers share: acts on registers, and what is listed afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from huying.engine import derived, derived_following, packs, places
from huying.engine.acts import Act, Outcome
from huying.engine.flows import take_step
from tests.engine import followed
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
    """Until every act is followed."""
    followed.follow(town, derived_following.NAME, look=derived_following.follow)


def listed(town: packs.District, name: str, login: str, **asked: Any) -> list[derived.Listed]:
    """The rows of a derived ledger, once all that was done has been followed."""
    follow(town)
    return derived.page(town, actor_of(town, login), name, **asked).rows
