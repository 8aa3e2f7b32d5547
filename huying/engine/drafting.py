"""The acts of the workbench on which readings become tasks. Each is all or none, and says what it did (Deed), so that it
can be taken back while nothing was built on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from huying.engine import documents, places, tasks
from huying.engine.acts import Act
from huying.engine.breaking_down import Proposal
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.flows import take_all
from huying.engine.people import Actor
from huying.engine.readings import OPEN, Line
from huying.engine.tasks import Task
from huying.engine.workbench import CHANGEABLE, Bench, answers_of

SET_ASIDE = ("draft", "objected", "heard")


@dataclass(frozen=True)
class Deed:
    """What an act did. made, gone: codes of tasks; moved: (reading, the task it was in, by its code, or empty)."""

    kind: str
    made: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    into: str = ""
    nested: tuple[tuple[str, str], ...] = ()  # (part, the task it was a part of)
    dropped: tuple[tuple[str, str], ...] = ()  # (reading that had been set aside, why)


def accept(found: Bench, chosen: Sequence[Proposal], act: UUID | None = None) -> Deed:
    """Take these proposals, all or none: tasks are drafted, readings put in them or set aside.

    Raises StepRefused, and nothing is done.
    """
    if not chosen:
        raise _refused("没有选中建议 | Choose suggestions first", "workbench.none")
    work = _Work(found, act)
    for one in chosen:
        lines = [found.by_code[key] for key in one.keys]
        match one.kind:
            case "ready":
                work.put(lines, work.ready(one.task))
            case "idle":
                work.drop(lines, one.why)
            case "join":
                work.put(lines, found.tasks[one.task])
            case _:
                work.put(lines, work.draft(lines))
    return work.take("accept")


def make(found: Bench, lines: Sequence[Line], title: str = "", parent: str = "", act: UUID | None = None) -> Deed:
    """One task of the chosen readings, or a part of the task `parent`; readings that were in another task leave it.

    Raises StepRefused.
    """
    _chosen(lines)
    work = _Work(found, act)
    over = _open_task(found, parent) if parent else None
    work.put(lines, work.draft(lines, title, over))
    return work.take("part" if over else "make")


def add(found: Bench, lines: Sequence[Line], task: str, act: UUID | None = None) -> Deed:
    """Put the chosen readings in a task. Raises StepRefused."""
    _chosen(lines)
    work = _Work(found, act)
    work.put(lines, _open_task(found, task, (*tasks.DRAFTED, *tasks.OPEN)))
    return work.take("add")


def drop(found: Bench, lines: Sequence[Line], reason: str, act: UUID | None = None) -> Deed:
    """Readings that make no task, with the reason. Raises StepRefused."""
    _chosen(lines)
    if not (reason := reason.strip()):
        raise _refused("请写明不立项的原因 | Say why it makes no task", "step.asks", "reason")
    work = _Work(found, act)
    work.drop(lines, reason[:300])
    return work.take("drop")


def release(found: Bench, lines: Sequence[Line], act: UUID | None = None) -> Deed:
    """Readings that are to be decided anew. Raises StepRefused."""
    _chosen(lines)
    work = _Work(found, act)
    work.release([line for line in lines if line.state in ("adopted", "dropped")])
    return work.take("release")


def merge(found: Bench, codes: Sequence[str], act: UUID | None = None) -> Deed:
    """Merge tasks into the first: their readings and parts follow, they stay as merged. Raises StepRefused."""
    if len(codes) < 2:
        raise _refused("合并至少要选两项任务 | Choose two tasks at least to merge", "workbench.merge-one")
    into, *others = [_open_task(found, code) for code in codes]
    work = _Work(found, act)
    for other in others:
        if into.parent == other.id:
            raise _refused(
                f"{into.code} 是 {other.code} 的子项，请把 {other.code} 放在前面 | {into.code} is a part of {other.code}; merge into {other.code}",
                "workbench.merge-parent",
            )
        work.absorb(other, into)
    return work.take("merge", into.code)


def set_aside(found: Bench, code: str, reason: str, act: UUID | None = None) -> Deed:
    """A task that is none, with its parts: their readings come back. Raises StepRefused."""
    task = _open_task(found, code, SET_ASIDE)
    if not (reason := reason.strip()):
        raise _refused("请写明不立项的原因 | Say why it makes no task", "step.asks", "reason")
    work = _Work(found, act)
    for one in (task, *task.parts):
        work.set_aside(one, reason[:300])
    return work.take("set_aside")


def undo(found: Bench, deed: Deed, act: UUID | None = None) -> Deed:
    """Take a deed back. Raises StepRefused where something was built on it since."""
    work = _Work(found, act)
    made = {code: found.tasks.get(code) for code in deed.made}
    for code, task in made.items():
        if task is None or task.state != "draft":
            raise _refused(
                f"{code} 已经往下走了，撤不回来 | {code} has gone on since; it cannot be taken back",
                "workbench.built-upon",
            )
        others = [line for line in found.held.get(task.id, ()) if line.code not in {key for key, _ in deed.moved}]
        if others or any(part.code not in made for part in task.parts if part.state not in ("absorbed", "dropped")):
            raise _refused(
                f"{code} 后来又归入了别的，请先移开 | More was put into {code} since; move that first",
                "workbench.built-upon",
            )
    for code in deed.gone:
        work.bring_back(found.tasks[code])
    for part, parent in deed.nested:
        work.nest(found.tasks[part], found.tasks[parent].id)
    reasons = dict(deed.dropped)
    for key, before in deed.moved:
        line = found.by_code.get(key)
        if line is None:
            raise _refused(f"{key} 已经并入别条 | {key} has become another", "workbench.built-upon")
        if before:
            work.put([line], found.tasks[before])
        elif key in reasons:
            work.drop([line], reasons[key])
        else:
            work.release([line])
    for task in made.values():
        work.set_aside(task, "撤销", readings_too=False)
    return work.take("undo")


class _Work:
    """Acts on the way, at most one on each record; `take` writes them all or none."""

    def __init__(self, found: Bench, act: UUID | None):
        self.act = act or new_id()
        self.found, self.district = found, found.district
        self.acting = documents.acting(found.district, found.actor)
        self.ledger, self.readings = tasks.ledger(found.district), documents.ledgers(found.district)[1]
        self.acts: dict[UUID, tuple[str, Actor, dict[str, Any], UUID | None, UUID | None]] = {}
        self.made: dict[str, UUID] = {}  # full name of what a pack had ready -> the record made of it
        self.moved: list[tuple[str, str]] = []
        self.gone: list[str] = []
        self.nested: list[tuple[str, str]] = []
        self.dropped: list[tuple[str, str]] = []

    def put(self, lines: Sequence[Line], task: Task | UUID) -> None:
        into = task if isinstance(task, UUID) else task.id
        for line in lines:
            if line.state == "adopted" and line.task == into:
                continue
            step, actor = ("move", self.acting) if line.state == "adopted" else ("adopt", self.found.actor)
            if line.state == "dropped":
                raise _refused(
                    f"{line.code} 已定为不立项，请先重新定 | {line.code} was set aside; decide it anew first",
                    "step.not-open",
                )
            self._on(line, step, actor, {"task": into})

    def drop(self, lines: Sequence[Line], reason: str) -> None:
        for line in lines:
            if line.state not in OPEN:
                raise _refused(
                    f"{line.code} 已经定了，请先重新定 | {line.code} is settled; decide it anew first", "step.not-open"
                )
            self._on(line, "drop", self.found.actor, {"reason": reason})

    def release(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if line.state not in OPEN:
                self._on(line, "reopen", self.acting, {"task": None, "reason": None})

    def draft(self, lines: Sequence[Line], title: str = "", parent: Task | None = None) -> UUID:
        made = uuid5(self.act, f"task of {lines[0].code}")
        answers = answers_of(self.found, lines, title) | (
            {"parent": parent.id, "area": parent.values["area"]} if parent else {}
        )
        self.acts[made] = ("draft", self.found.actor, answers, None, made)
        return made

    def ready(self, name: str) -> UUID:
        """The task of what a pack has ready: as it stands, brought back, or drafted now with the task it is a part of."""
        if (known := self.found.ready_made.get(name)) is not None:
            while known.state == "absorbed":
                known = self.found.by_id[known.values["into"]]
            if known.state == "dropped" and known.id not in self.acts:
                self.bring_back(known)
            return known.id
        if name not in self.made:
            declared = self.district.rules.commitments[name]
            tree = places.tree(self.district.id, self.district.today())
            answers = tasks.answers_of(declared, tree) | {"document": self.found.document.id}
            if declared.parent:
                answers["parent"] = self.ready(declared.parent)
            made = self.made[name] = uuid5(self.act, name)
            self.acts[made] = ("draft", self.found.actor, answers, None, made)
        return self.made[name]

    def absorb(self, other: Task, into: Task) -> None:
        for part in other.parts:
            self.nest(part, into.id, other.code)
        self.put(self.found.held.get(other.id, ()), into)
        self.gone.append(other.code)
        self.acts[other.id] = ("absorb", self.acting, {"into": into.id}, other.id, None)

    def nest(self, part: Task, parent: UUID, before: str = "") -> None:
        if part.state in CHANGEABLE:
            self.nested.append((part.code, before))
            self.acts[part.id] = ("revise", self.found.actor, tasks.revision(part, parent=parent), part.id, None)

    def set_aside(self, task: Task, reason: str, readings_too: bool = True) -> None:
        if readings_too:
            self.release(self.found.held.get(task.id, ()))
            self.gone.append(task.code)
        self.acts[task.id] = ("drop", self.acting, {"reason": reason}, task.id, None)

    def bring_back(self, task: Task) -> None:
        self.acts[task.id] = ("bring_back", self.acting, {"into": None, "reason": None}, task.id, None)

    def take(self, kind: str, into: str = "") -> Deed:
        """Write it, all or none."""
        if not self.acts:
            raise _refused("没有要改的 | There is nothing to change", "workbench.none")
        wanted = []
        for n, (record, (step, actor, answers, existing, makes)) in enumerate(self.acts.items()):
            ledger = self.ledger if existing is None or existing in self.found.by_id else self.readings
            key = self.act if n == 0 else uuid5(self.act, str(record))
            wanted.append(Act(ledger, step, actor, {**answers}, existing, key, makes=makes))
        outcomes = take_all(self.district, wanted)
        made = tuple(out.code for out in outcomes if out.act.step == "draft")
        return Deed(kind, made, tuple(self.gone), tuple(self.moved), into, tuple(self.nested), tuple(self.dropped))

    def _on(self, line: Line, step: str, actor: Actor, answers: dict[str, Any]) -> None:
        before = self.found.by_id.get(line.task) if line.state == "adopted" and line.task else None
        self.moved.append((line.code, before.code if before else ""))
        if line.state == "dropped":
            self.dropped.append((line.code, line.reason))
        self.acts[line.id] = (step, actor, answers, line.id, None)


def _open_task(found: Bench, code: str, states: Sequence[str] = CHANGEABLE) -> Task:
    task = found.tasks.get(code)
    if task is None or task.state not in states:
        raise _refused("没有这项任务，或已不能再改；请从右边选一项 | There is no such task, or it can no longer be changed; choose one on the right",
                       "reading.no-task", "task")  # fmt: skip
    return task


def _chosen(lines: Sequence[Line]) -> None:
    if not lines:
        raise _refused("请先选左边的句子 | Choose readings on the left first", "workbench.none", "reading")


def _refused(sentence: str, code: str, field_: str = "") -> StepRefused:
    return StepRefused(code, sentence, {field_: sentence} if field_ else {})
