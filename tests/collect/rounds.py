"""Steps of a round for tests: lifts in the register, a round sent, answers handed in."""

from __future__ import annotations

from typing import Any

from huying.engine import collecting, packs, places, records
from huying.engine.acts import Act
from huying.engine.flows import take_step, take_steps
from huying.engine.records import Record
from tests.engine.small import actor_of

FORM, OWNER = "renewal.estate_progress", "zhujian"
CHEBEI, LONGDONG, FENGHUANG = "440106003000", "440106018000", "440106019000"
LIFTS = [(LONGDONG, "running", 24), (LONGDONG, "running", 16), (LONGDONG, "permitted", 20), (CHEBEI, "applied", 12)]
ASKED = {"estates_planned": 3, "estates_begun": 2, "estates_done": 1}


def unit(district: packs.District, code: str) -> int:
    return places.tree(district.id, district.today()).by_code[code].id


def add_lifts(district: packs.District) -> None:
    owner = actor_of(district, OWNER)
    acts = [
        Act(
            "renewal.lift",
            "add",
            owner,
            {"unit": unit(district, area), "building": f"{n} 号楼", "stage": stage, "households": homes},
        )
        for n, (area, stage, homes) in enumerate(LIFTS)
    ]
    assert not [out.refusal for out in take_steps(district, acts) if out.refusal]


def open_round(district: packs.District, period: str = "2020Q4", login: str = OWNER) -> collecting.Opened:
    return collecting.open_round(district, actor_of(district, login), FORM, period)


def board(district: packs.District, code: str, login: str = OWNER) -> collecting.Board:
    tree = places.tree(district.id, district.today())
    return collecting.board(
        district, actor_of(district, login), tree, FORM, collecting.round_by_code(district, FORM, code)
    )


def answer(district: packs.District, code: str, area: str, login: str = OWNER) -> Record:
    """The answer of an area in a round, as this person sees it."""
    rows = board(district, code, login).rows
    return next(row.record for row in rows if row.record.unit == unit(district, area))


def take(district: packs.District, record: Record, step: str, login: str, **answers: Any):
    return take_step(district, Act(FORM, step, actor_of(district, login), answers, record.id))


def hand_in(district: packs.District, code: str, area: str, login: str, **changed: Any):
    """Hand in what stands there, with these changes."""
    record = answer(district, code, area, login)
    standing = {n: record.values.get(n) for n in district.rules.forms[FORM].asks}
    return take(district, record, "mend" if record.state == "returned" else "hand_in", login, **{**standing, **changed})


def seen(district: packs.District, record: Record, login: str = OWNER) -> Record:
    return records.get(district, actor_of(district, login), FORM, record.id)
