"""What the tests of who is who share: made-up persons entered in ledgers, and everything followed up."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from huying.declare.identity import CHECKS, WEIGHTS
from huying.engine import database, packs, places, records, subject_marks, subjects
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.flows import take_step
from tests.engine import followed
from tests.engine.small import actor_of

PATIENCE = 30  # seconds
LONGDONG, CHEBEI = "440106018000", "440106003000"
HARDSHIP, ENROLMENT, OTHER = "pension.hardship", "pension.enrolment", "pension.other_pension"
LOGINS = {HARDSHIP: "minzheng", ENROLMENT: "shebao", OTHER: "shebao"}


def number(n: int, born: str = "19490101") -> str:
    """A made-up identity number, its check digit right."""
    digits = f"440106{born}{n:03d}"
    return digits + CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def enter(town: packs.District, ledger: str, login: str = "", unit: str = LONGDONG, **answers: Any) -> Outcome:
    fixed = {
        HARDSHIP: {"kind": "allowance", "since_on": town.today()},
        ENROLMENT: {"since_on": town.today()},
        OTHER: {"kind": "employees", "since_on": town.today()},
    }.get(ledger, {})
    given = {"unit": places.tree(town.id, town.today()).by_code[unit].id, **fixed, **answers}
    return take_step(town, Act(ledger, "add", actor_of(town, login or LOGINS[ledger]), given))


def amend(town: packs.District, ledger: str, record: UUID, step: str = "amend", **answers: Any) -> Outcome:
    return take_step(town, Act(ledger, step, actor_of(town, LOGINS[ledger]), answers, record))


def follow(town: packs.District) -> None:
    """Until every act is followed."""
    followed.follow(town, subject_marks.NAME, look=subject_marks.follow)


def below_the_watermark(town: packs.District) -> None:
    """Until no transaction of another test stands before the last act: then one look follows it."""
    until = time.monotonic() + PATIENCE
    while True:
        with database.owning() as query:
            waiting = query.value(
                "select count(*) from event where district = %s and tx >= pg_snapshot_xmin(pg_current_snapshot())",
                [town.id],
            )
        if not waiting:
            return
        assert time.monotonic() < until, "another test never ends its transaction"
        time.sleep(0.02)


def seen(town: packs.District, ledger: str, record: UUID, login: str = "shebao") -> records.Record:
    found = records.get(town, actor_of(town, login), ledger, record)
    assert found is not None
    return found


def pairs(town: packs.District, login: str = "shebao", said: tuple[str, ...] = ("",)) -> list[subjects.Pair]:
    follow(town)
    return subjects.queue(town, actor_of(town, login), said, limit=10_000)[0]  # those of earlier examples stand too


def codes(found: list[subjects.Pair]) -> list[set[str]]:
    return [{pair.one.code, pair.other.code} for pair in found]


def say(town: packs.District, pair: subjects.Pair, said: str, why: str = "电话问过本人", login: str = "shebao") -> None:
    subjects.say(town, actor_of(town, login), pair.one, pair.other, said, why, new_id())


def linked(town: packs.District, ledger: str, record: UUID, login: str = "shebao") -> list[subjects.Link]:
    follow(town)
    return subjects.links(town, actor_of(town, login), seen(town, ledger, record, login))
