"""Tasks: what is read from reports, minutes and instructions becomes what an office has to do.

A task is a record of the ledger that the packs provide as `tasks`, so that its history, its reach and every day of the
past come with it. What a pack has ready (`commitments/`, `breakdowns/`) is taken over as drafts; nothing counts before
it is issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from huying.declare import units
from huying.declare.commitments import QUARTERS, quarter_end
from huying.declare.kinds import Commitment, say
from huying.engine import access, database, people, places, records
from huying.engine.acts import Act, Outcome
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.people import Actor

TAKEN = UUID("0d7d2a1e-5f0c-5c43-9c0e-6d0a8b6f7a11")
DRAFTED = ("draft", "consulting", "objected", "heard", "approved")  # nothing of these counts yet
COUNTING = ("issued", "in_hand", "adjusting", "checking", "done", "struck", "ended")
OPEN = ("issued", "in_hand", "adjusting", "checking")  # an office is still at it
ALL = (*DRAFTED, *COUNTING, "absorbed", "dropped")


@dataclass(frozen=True)
class Task:
    """One task as it stands. values: its fields; assist: offices; parts: the tasks that are parts of it.

    commitment  what pace.py judges by: target, nodes, first day and deadline
    """

    id: UUID
    seq: int
    code: str
    state: str
    office: int  # that leads
    post: int
    known_at: datetime
    values: Mapping[str, Any]
    assist: tuple[int, ...]
    commitment: Commitment
    parts: tuple[Task, ...] = field(default=(), compare=False)

    @property
    def counts(self) -> bool:
        """Whether it has been issued."""
        return self.state in COUNTING

    @property
    def parent(self) -> UUID | None:
        return self.values.get("parent")


def ledger(district: District) -> str | None:
    """Full name of the ledger of tasks; None where no pack in force provides one."""
    return district.rules.provides.get("tasks")


def every(
    district: District, as_of: datetime | None = None, states: Sequence[str] = COUNTING, codes: Sequence[str] = ()
) -> list[Task]:
    """All tasks in these states whoever asks (callers say what each may be shown), parts under their tasks, by code.

    codes  only these and what is part of them. One statement, whatever their number.
    """
    name = ledger(district)
    if name is None:
        return []
    table = district.tables[name]
    source, first = records.source_of(table, as_of)
    columns = ", ".join(f"l.{column}" for column in table.all_columns)
    where, more = "", []
    if codes:
        parent = table.column("parent")
        where = f" and (l.code = any(%s) or l.{parent} in (select id from {table.name} where district = %s and code = any(%s)))"
        more = [list(codes), district.id, list(codes)]
    statement = (
        f"select {columns}, array(select s.office from hy.share s where s.district = l.district and s.record = l.id "
        f"and s.why = 'assist' order by s.office) as shared from {source} where l.district = %s and not l.hidden "
        f"and l.state = any(%s){where} order by l.code"
    )
    reach = access.reach_for(table.ledger, people.system(district.id))
    [rows] = database.asked(reach, [(statement, [*first, district.id, list(states), *more])])
    tree = places.tree(district.id, district.today())
    return _nested([_task(district, tree, name, row) for row in rows])


def one(district: District, code: str, as_of: datetime | None = None) -> Task | None:
    """A task by its code, in whatever state, with its parts."""
    if "\0" in code:
        return None
    found = every(district, as_of, ALL, [code])
    return next((task for task in found if task.code == code), None)


def may_see(district: District, actor: Actor, task: Task) -> bool:
    """Drafts are for those who draft, for the offices that are asked, and for nobody else; what is issued for all staff."""
    if task.counts:
        return actor.signed_in and actor.role is not None and actor.role.reach != "none"
    if actor.may("see_drafts"):
        return True
    return task.state != "draft" and actor.post is not None and actor.post.office in (task.office, *task.assist)


def take_over(
    district: District, actor: Actor, names: Iterable[str], known_at: datetime | None = None
) -> list[Outcome]:
    """Draft tasks from what packs have ready, parts after their tasks; what was taken over before stays as it is and is
    answered `again`.

    Raises KeyError for a name that no pack declares.
    """
    name = ledger(district)
    if name is None:
        return []
    wanted = [district.rules.commitments[one] for one in names]
    tree = places.tree(district.id, district.today())
    known = of_declared(every(district, states=ALL))
    made: dict[str, UUID] = {one: task.id for one, task in known.items()}
    outcomes = [_again(name, actor, known[one.name]) for one in wanted if one.name in known]
    new = [one for one in wanted if one.name not in known]
    for level in ([one for one in new if not one.parent], [one for one in new if one.parent]):
        acts = []
        for declared in level:
            act = uuid5(TAKEN, f"{district.id}:{declared.name}")
            answers = answers_of(declared, tree) | (
                {"parent": made[declared.parent]} if declared.parent in made else {}
            )
            acts.append(Act(name, "draft", actor, answers, act=act, known_at=known_at))
        taken = take_steps(district, acts)
        made |= {one.name: done.record for one, done in zip(level, taken, strict=True) if done.record}
        outcomes += taken
    return outcomes


def _again(name: str, actor: Actor, task: Task) -> Outcome:
    return Outcome(Act(name, "draft", actor), task.id, task.seq, task.code, task.state, again=True)


def answers_of(declared: Commitment, tree: places.Tree) -> dict[str, Any]:
    """What a declared commitment says, as the fields of a task."""
    lead = tree.by_code.get(declared.lead)
    names = [tree.by_code[code].name() for code in declared.assist if code in tree.by_code]
    nodes = {f"q{(int(day[5:7]) - 1) // 3 + 1}": Decimal(v) for day, v in declared.pace.items() if day != "kind"}
    answers = {
        "title": say(declared.title)[:120],
        "title_en": say(declared.title, "en")[:160],
        "area": declared.area or "其他 | Other",
        "source_kind": declared.source_kind,
        "basis": say(declared.document)[:60],
        "place": "；".join(dict.fromkeys(one.place for one in declared.readings))[:120],
        "words": "；".join(dict.fromkeys(one.says for one in declared.readings))[:1000],
        "leader": declared.leader,
        "lead_hint": lead.id if lead else None,
        "assist_hint": "、".join(names)[:200],
        "measure": declared.measure,
        "measure_note": declared.measure_note,
        "comparator": declared.comparator,
        "target": Decimal(declared.target) if declared.target else None,
        "target_unit": "%" if declared.unit == "percent" else declared.unit,
        "baseline": Decimal(declared.baseline) if declared.baseline else None,
        "strength": say(declared.strength)[:20],
        "pace": declared.pace.get("kind") or ("nodes" if declared.pace else ""),
        **nodes,
        **{f"q{n}_text": text for n, text in declared.texts.items()},
        "starts": date.fromisoformat(declared.starts) if declared.starts else None,
        "deadline": date.fromisoformat(declared.deadline) if declared.deadline else None,
        "deadline_source": say(declared.deadline_source)[:60],
        "published": declared.published or None,
        "declared": declared.name,
    }
    return {name: value for name, value in answers.items() if value not in (None, "")}


def revision(task: Task, **given: Any) -> dict[str, Any]:
    """Answers to `revise` that change what is given and keep the rest."""
    return {name: task.values[name] for name in ("title", "area", "source_kind")} | given


def of_declared(found: Iterable[Task]) -> dict[str, Task]:
    """Full name of what a pack had ready -> the task that was made of it."""
    return {task.values["declared"]: task for task in flat(found) if task.values.get("declared")}


def flat(found: Iterable[Task]) -> list[Task]:
    """Tasks and their parts in one list, each task before its parts."""
    return [task for top in found for task in (top, *top.parts)]


def _task(district: District, tree: places.Tree, name: str, row: Mapping[str, Any]) -> Task:
    values = records.record_values(district, name, row)
    office = tree.get(row["office"])
    assist = tuple(row["shared"])
    return Task(
        **{key: row[key] for key in ("id", "seq", "code", "state", "office", "post", "known_at")},
        values=values,
        assist=assist,
        commitment=_commitment(district, row["code"], values, office, [tree.get(one) for one in assist]),
    )


def _commitment(
    district: District, code: str, values: Mapping[str, Any], lead: places.Unit | None, assist: list[places.Unit | None]
) -> Commitment:
    title, measure = values.get("title") or "", values.get("measure") or ""
    indicator = district.rules.indicators.get(measure)
    pace, deadline, starts = values.get("pace"), values.get("deadline"), values.get("starts")
    year = (deadline or starts or district.today()).year
    nodes = {
        quarter_end(year, n).isoformat(): f"{value:f}" for n in QUARTERS if (value := values.get(f"q{n}")) is not None
    }
    declared = district.rules.commitments.get(values.get("declared") or "")
    return Commitment(
        name=code,
        title=f"{title} | {values.get('title_en') or title}",
        document=values.get("basis") or "",
        readings=declared.readings if declared else (),
        source_kind=values.get("source_kind") or "",
        measure_note=values.get("measure_note") or "",
        texts={n: text for n in range(1, 5) if (text := values.get(f"q{n}_text"))},
        published=bool(values.get("published")),
        measure=measure,
        comparator=values.get("comparator") or ("ge" if values.get("target") is not None else ""),
        target=_text(values.get("target")),
        unit=_unit(values.get("target_unit") or "", indicator.unit if indicator else ""),
        baseline=_text(values.get("baseline")),
        strength=values.get("strength") or "",
        leader=values.get("leader") or "",
        lead=lead.code if lead else "",
        assist=tuple(unit.code for unit in assist if unit),
        pace=nodes if pace == "nodes" or (nodes and not pace) else {"kind": pace} if pace else {},
        starts=starts.isoformat() if starts else "",
        deadline=deadline.isoformat() if deadline else "",
        deadline_source=values.get("deadline_source") or "",
        number=values.get("number") or "",
        area=values.get("area") or "",
    )


def _unit(given: str, declared: str) -> str:
    """The target's unit; its indicator's own where the two are one."""
    same = not given or (declared and units.fits(given, declared) and units.factor(given, declared) == 1)
    return declared if same else given


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _nested(found: list[Task]) -> list[Task]:
    below: dict[UUID, list[Task]] = {}
    ids = {task.id for task in found}
    for task in found:
        if task.parent in ids:
            below.setdefault(task.parent, []).append(task)
    parts = {task.id for some in below.values() for task in some}
    return [Task(**{**task.__dict__, "parts": tuple(below.get(task.id, ()))}) for task in found if task.id not in parts]
