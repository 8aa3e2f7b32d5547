"""The one door: `take_steps` moves records along their flows; every screen, API call, import and job comes here.

An act is decided on the record as it stands (decide.py), written in one statement with its event (changes.py,
writing.py), and repeated on what someone else left when they were first. What follows from an act (notices, search
rows, live screens) is made by followers from the events, never here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID, uuid5

import psycopg

from huying.declare.kinds import say
from huying.engine import access, constraints, database, dispatch, events, people, writing
from huying.engine.acts import Act, Outcome
from huying.engine.changes import Plan, plan
from huying.engine.decide import StepRefused
from huying.engine.packs import District
from huying.engine.situation import Found, Situation, read_situation
from huying.engine.tracking import track_code

__all__ = ["Act", "Outcome", "StepRefused", "take_all", "take_step", "take_steps"]
TRIES = 3


def take_step(district: District, act: Act, found: Found | None = None) -> Outcome:
    """Take one step. Raises StepRefused (code, sentence for the user) and changes nothing.

    found  the act's record where it was read a moment ago for this very step (situation.find)
    """
    outcome = take_steps(district, [act], {found.row["id"]: found} if found else {})[0]
    if outcome.refusal:
        raise outcome.refusal
    return outcome


def take_steps(
    district: District, acts: Sequence[Act], known: Mapping[UUID, Found] = MappingProxyType({})
) -> list[Outcome]:
    """Take many steps, each by itself right or refused, in order; at most one act on any one record.

    Writes all in one transaction first; when someone else was first on any, each is taken alone, and tried again on
    what stands now, at most three times. known: records that were read a moment ago.
    """
    situation = read_situation(district, acts, known)
    prepared = [_prepare(district, situation, act) for act in acts]
    changes = [p for p in prepared if isinstance(p, Plan)]
    ruled: set[UUID] = set()
    try:
        ruled = _write(district, [change for p in changes for change in p.changes])
        outcomes = [
            p.outcome if isinstance(p, Plan) else _seen_before(district, act) or Outcome(act, refusal=p)
            for p, act in zip(prepared, acts, strict=True)
        ]
    except (psycopg.errors.UniqueViolation, psycopg.errors.DatabaseError) as error:
        if not _is_race(error):
            raise
        outcomes = [_take_alone(district, act, ruled) for act in acts]
    return _let_precedents_act(district, situation, outcomes, ruled) if ruled else outcomes


def take_all(district: District, acts: Sequence[Act]) -> list[Outcome]:
    """Take several steps, each on a record of its own, all or none.

    Raises StepRefused of the first that is refused, or when someone else was first on any, and changes nothing.
    The same acts again get their first answers.
    """
    if _known(district, acts[0]):
        return [known for act in acts if (known := _known(district, act))]
    situation = read_situation(district, acts)
    prepared = [_prepare(district, situation, act) for act in acts]
    plans = [p for p in prepared if isinstance(p, Plan)]
    for refused in prepared:
        if isinstance(refused, StepRefused):
            raise refused
    try:
        ruled = _write(district, [change for p in plans for change in p.changes])
    except (psycopg.errors.UniqueViolation, psycopg.errors.DatabaseError) as error:
        if not _is_race(error):
            raise
        raise _broken(district, error) or _raced() from error
    outcomes = [p.outcome for p in plans]
    return _let_precedents_act(district, situation, outcomes, ruled) if ruled else outcomes


def refusals(district: District, acts: Sequence[Act]) -> list[StepRefused | None]:
    """Why each act would be refused on what stands now; None where it would not. Nothing is written."""
    situation = read_situation(district, acts)
    return [one if isinstance(one := _prepare(district, situation, act), StepRefused) else None for act in acts]


def _known(district: District, act: Act) -> Outcome | None:
    """The first answer of an act that was taken before. Raises StepRefused when another act bears its key."""
    known = _seen_before(district, act)
    if known and known.refusal:
        raise known.refusal
    return known


def _take_alone(district: District, act: Act, ruled: set[UUID]) -> Outcome:
    """Take one act on what stands now; a new record for which a ruling stands is added to `ruled`."""
    for _ in range(TRIES):
        if known := _seen_before(district, act):
            return known
        prepared = _prepare(district, read_situation(district, [act]), act)
        if isinstance(prepared, StepRefused):
            return Outcome(act, refusal=prepared)
        try:
            ruled |= _write(district, prepared.changes)
            return prepared.outcome
        except (psycopg.errors.UniqueViolation, psycopg.errors.DatabaseError) as error:
            if not _is_race(error):
                raise
            if broken := _broken(district, error):
                return Outcome(act, refusal=broken)
            if "_key_" in (error.diag.constraint_name or ""):
                return Outcome(act, refusal=_twice(district, act.ledger))
    return Outcome(act, refusal=_raced())


def _raced() -> StepRefused:
    return StepRefused(
        "step.race",
        "几个人同时在办这件事，请刷新后再试 | Several people acted on this at once; reload and try again",
    )


def _twice(district: District, ledger: str) -> StepRefused:
    declared = district.rules.ledgers[ledger]
    titles = [declared.fields[name].title for name in declared.key if name in declared.fields]
    zh, en = "、".join(say(t) for t in titles), ", ".join(say(t, "en") for t in titles)
    sentence = f"已有一条{zh}相同的$record，请改那一条 | There is a $record with the same {en} already; amend that one"
    return StepRefused("record.twice", sentence, dict.fromkeys(declared.key, sentence))


def _is_race(error: psycopg.Error) -> bool:
    return error.sqlstate in ("HY001", "23505", "40001", "40P01", constraints.BROKEN)


def _broken(district: District, error: psycopg.Error) -> StepRefused | None:
    """The refusal by a constraint of a ledger; None for every other error."""
    if error.sqlstate != constraints.BROKEN:
        return None
    code, sentence, fields = constraints.sentence(district.tables, error.diag.message_primary)
    return StepRefused(code, sentence, dict.fromkeys(fields, sentence))


def _write(district: District, changes: list[writing.Change]) -> set[UUID]:
    """Write all or nothing, in one round trip; returns the new records for which a ruling stands."""
    if not changes:
        return set()
    guards = [guard for change in changes for guard in change.guards]
    locks, statements = constraints.locked(guards), [writing.statement(change) for change in changes]
    rows = database.together(district.id, [*locks, *statements, *constraints.proofs(guards)])[len(locks) :]
    return {change.event.record for change, (row,) in zip(changes, rows, strict=False) if row["ruled"]}


def _seen_before(district: District, act: Act) -> Outcome | None:
    """The stored answer of an act that was taken before; a refusal when another act bears its key."""
    with database.writing(district.id) as query:
        row = query.row(
            "select record, seq, ledger, to_state, person, body from hy.event where district = %s and act = %s",
            [district.id, act.act],
        )
        if row is None:
            return None
        table = district.tables[act.ledger]
        if (row["ledger"], row["person"], bytes(row["body"])) != (
            table.number,
            act.actor.person,
            events.body_digest(act.step, act.answers),
        ) or (act.record not in (None, row["record"])):
            return Outcome(
                act,
                refusal=StepRefused(
                    "act.misused",
                    "这个提交编号已经用于另一件事，请重新打开表单 | This form's number was used for something else; "
                    "open the form anew",
                ),
            )
        code = query.value(
            f"select code from {table.name} where district = %s and id = %s", [district.id, row["record"]]
        )
    track = track_code(act.act) if act.record is None else ""
    return Outcome(act, row["record"], row["seq"], code or "", row["to_state"], track, again=True)


def _prepare(district: District, situation: Situation, act: Act) -> Plan | StepRefused:
    try:
        found = situation.found(act.record) if act.record else None
        if act.record and (found is None or not access.within(act.actor, found.row, found.shared_with, found.holder)):
            raise StepRefused(
                "record.none", "没有这件事，或不在您的范围内 | There is no such $record within your reach"
            )
        return plan(district, situation, act, found)
    except StepRefused as refused:
        return refused


def _let_precedents_act(
    district: District, situation: Situation, outcomes: list[Outcome], ruled: set[UUID]
) -> list[Outcome]:
    """A new record for which a ruling stands is dispatched by the system at once."""
    todo: dict[UUID, Act] = {}
    for outcome in outcomes:
        if outcome.record not in ruled:
            continue
        act, flow = outcome.act, district.rules.flows[outcome.act.ledger]
        values = {**act.answers, "unit": act.answers.get("unit") or situation.tree.root.id}
        proposal = dispatch.propose(district, situation.posts, act.ledger, values)
        if proposal and proposal.source == "precedent":
            todo[outcome.record] = Act(
                act.ledger,
                flow.dispatch_step,
                people.system(district.id),
                {},
                outcome.record,
                uuid5(act.act, "precedent"),
                known_at=act.known_at,
            )
    if not todo:
        return outcomes
    done = {o.record: o for o in take_steps(district, list(todo.values())) if o.refusal is None}
    return [replace(o, seq=done[o.record].seq, state=done[o.record].state) if o.record in done else o for o in outcomes]
