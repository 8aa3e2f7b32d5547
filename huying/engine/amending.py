"""What a person may change of a ledger's records cell by cell: the fields that amending steps ask for.

An amending step leaves the state as it is and does nothing besides: a register's `amend`, a flow's `update`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from huying.declare.kinds import SAME, Field, Ledger, Step
from huying.engine import access
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record

NOT_IN_CELLS = ("photos", "post")


def amending_steps(district: District, actor: Actor, ledger: str) -> list[Step]:
    """The amending steps that this person might take on some record."""
    declared = district.rules.ledgers[ledger]
    seen = set(access.visible_fields(declared, actor.kinds))
    return [
        step
        for step in district.rules.flows[ledger].steps.values()
        if _amends(step)
        and seen.issuperset(_needed(step))
        and (actor.kinds | {"responsible", "assisting"}).intersection(step.by)
    ]


def changeable(district: District, actor: Actor, ledger: str) -> dict[str, Field]:
    """Name -> field of what may be changed in a cell on some record, in the ledger's order."""
    declared = district.rules.ledgers[ledger]
    asked = {name for step in amending_steps(district, actor, ledger) for name in step.asks}
    return {name: declared.fields[name] for name in in_cells(declared, actor) if name in asked}


def steps_for(district: District, actor: Actor, record: Record, steps: Iterable[Step]) -> dict[str, Step]:
    """Name of a field -> the first of the amending steps, open on this record, that asks for it."""
    is_open = {step.name for step in access.open_steps(district, actor, record)}
    found: dict[str, Step] = {}
    for step in steps:
        if step.name in is_open:
            for name in step.asks:
                found.setdefault(name, step)
    return found


def entering(district: District, actor: Actor, ledger: str) -> Step | None:
    """The first step by which this person may enter a new record with what cells can hold."""
    seen = set(in_cells(district.rules.ledgers[ledger], actor))
    steps = access.first_steps(district, actor, ledger)
    return next((step for step in steps if seen.issuperset(_needed(step)) and not step.second_look), None)


def enterable(ledger: Ledger, actor: Actor, step: Step | None) -> list[str]:
    """The fields of a new row."""
    return [name for name in in_cells(ledger, actor) if step and name in step.asks]


def may_amend(district: District, actor: Actor, ledger: str) -> bool:
    """Whether a working copy would have anything to write in."""
    return bool(changeable(district, actor, ledger)) or entering(district, actor, ledger) is not None


def with_needed(step: Step, changed: Mapping[str, object], now: Mapping[str, object]) -> dict[str, object]:
    """The step's answers: what was changed, and what it must be given besides, as it stands."""
    return {**{name: now.get(name) for name in _needed(step)}, **changed}


def _needed(step: Step) -> list[str]:
    return [name for name in step.asks if name not in step.optional]


def _amends(step: Step) -> bool:
    return step.to == SAME and bool(step.asks) and not (
        step.assigns or step.counts or step.pauses or step.resumes or step.extends or step.restarts
        or step.reopens or step.also or step.second_look or step.precedent
    )  # fmt: skip


def in_cells(ledger: Ledger, actor: Actor) -> list[str]:
    return [
        name
        for name in access.visible_fields(ledger, actor.kinds)
        if ledger.fields[name].type not in NOT_IN_CELLS and name not in ledger.derive
    ]
