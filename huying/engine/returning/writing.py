"""What is right in a returned sheet, written as acts; what is not, given back as a sheet to be mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from uuid import uuid5

from huying.declare.kinds import Step
from huying.engine import access, amending, exchange, working_copies
from huying.engine.acts import Act, Outcome
from huying.engine.cell_texts import Shower, told
from huying.engine.decide import StepRefused
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.returning.model import CONFLICT, WRONG, Line, Returned
from huying.engine.sheet_writing import written
from huying.engine.working_copies import Line as Copied

TOGETHER = 200  # acts


@dataclass
class Done:
    """What was written. rows: numbers of those that were tried; codes: of new records; acts: every act with its row; refused:
    those that somebody else was first on a moment ago, and others that the step would not take."""

    rows: list[int] = field(default_factory=list)

    changed: int = 0
    codes: list[str] = field(default_factory=list)
    acts: list[tuple[Line, Outcome]] = field(default_factory=list)
    refused: list[tuple[Line, StepRefused]] = field(default_factory=list)


def write(
    district: District,
    actor: Actor,
    found: Returned,
    most: int | None = None,
    tell: Callable[[Done], None] | None = None,
) -> Done:
    """Write the rows that are right, the first `most` where it is given, each as an act of its own; the same file again changes
    nothing. tell: told of every so many rows what was done so far."""
    todo, done = found.to_write[:most], Done()
    for start in range(0, len(todo), TOGETHER):
        lines = todo[start : start + TOGETHER]
        _write(district, actor, found, lines, done)
        done.rows += [line.number for line in lines]
        if tell:
            tell(done)
    return done


def _write(district: District, actor: Actor, found: Returned, lines: list[Line], done: Done) -> None:
    """Rounds: in each one act a record, for a row whose cells belong to different steps takes several."""
    waiting = [(line, _by_step(line), line.now.seq if line.now else None) for line in lines]
    while waiting:
        acts = [_act(actor, found, line, steps[0], seen) for line, steps, seen in waiting]
        later = []
        for (line, steps, _), outcome in zip(waiting, take_steps(district, acts), strict=True):
            if outcome.refusal:
                done.refused.append((line, outcome.refusal))
                continue
            done.acts.append((line, outcome))
            if len(steps) > 1:
                later.append((line, steps[1:], outcome.seq))
            else:
                _count(line, outcome, done)
        waiting = later


def _count(line: Line, outcome: Outcome, done: Done) -> None:
    if line.row:
        done.changed += 1
    else:
        done.codes.append(outcome.code)


def _by_step(line: Line) -> list[Step]:
    return list({line.steps[name].name: line.steps[name] for name in line.changes}.values())


def _act(actor: Actor, found: Returned, line: Line, step: Step, seen: int | None) -> Act:
    answers = {name: value for name, value in line.changes.items() if line.steps[name] is step}
    ledger = found.stamp.ledger
    if line.row is None or line.now is None:
        return Act(ledger, step.name, actor, answers, act=line.act)
    answers = amending.with_needed(step, answers, {**line.now.values, "unit": line.now.unit})
    said = json.dumps([str(line.row.record), seen, step.name, {n: str(v) for n, v in sorted(answers.items())}])
    key = uuid5(line.act, step.name) if line.act else uuid5(found.stamp.of, said)
    return Act(ledger, step.name, actor, answers, line.row.record, key, seen)


def reasons(district: District, actor: Actor, tree: Tree, found: Returned, lang: str) -> Iterator[bytes]:
    """A working copy of the refused rows: cells coloured, a column of reasons, the rest as it stands now.

    Where somebody else was first it shows their value: who still wants another enters it again, knowing theirs.
    """
    ledger = district.rules.ledgers[found.stamp.ledger]
    shower = Shower(district, tree, lang, apart=True)
    columns = working_copies.columns_of(shower, actor, ledger.name)
    stamp = replace(
        found.stamp,
        as_of=district.now(),
        rule=working_copies.rule_of(district),
        person=actor.person,
        lang=lang,
        columns=columns,
    )
    fields = [ledger.fields[name] for name in access.visible_fields(ledger, actor.kinds)]
    codes = exchange.codes_of(district, actor, [line.now for line in found.refused if line.now])
    headings = dict(columns)
    steps = amending.amending_steps(district, actor, ledger.name)
    enterable = frozenset(amending.enterable(ledger, actor, amending.entering(district, actor, ledger.name)))

    def copied() -> Iterator[Copied]:
        for line in found.refused:
            kinds = {fault.name: fault.kind for fault in line.faults}
            cells = [line.cells.get(name) for name, _ in columns]
            may, record = enterable, None
            if line.now:
                stands = exchange.cells(shower, line.now, fields, codes)
                cells = [
                    typed if name in line.changes or (kinds.get(name) == WRONG and name in line.steps) else now
                    for (name, _), typed, now in zip(columns, cells, stands, strict=True)
                ]
                may = frozenset(amending.steps_for(district, actor, line.now, steps))
                record = (line.now.id, line.now.seq)
            marks = {place: kinds[name] for place, (name, _) in enumerate(columns) if name in kinds}
            yield Copied(cells, may, record, False, marks, _reason(line, headings, shower))

    return written(lambda workbook: working_copies.write(workbook, shower, actor, stamp, copied(), reasons=True))


def _reason(line: Line, headings: dict[str, str], shower: Shower) -> str:
    said = []
    for fault in line.faults:
        words, value = shower.say(fault.words), told(fault.value)
        place = f"{headings.get(fault.name, '')}{f' “{value}”' if value and fault.kind != CONFLICT else ''}".strip()
        said.append(f"{place}：{words}" if place and shower.lang == "zh" else f"{place}: {words}" if place else words)
    return ("；" if shower.lang == "zh" else "; ").join(said)
