"""Promises: what the office claims, what the records show, what the calendar expects, what supervision finds.

Four statements side by side, never merged. Evidence is measured when it is asked for, so it moves with the act; tasks,
claims and findings are records of the ledgers that the packs provide for them. A task that is not issued does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from huying.declare import units
from huying.declare.expressions import parse
from huying.declare.kinds import Commitment, Indicator
from huying.declare.scopes import scope
from huying.engine import access, database, figures, indicators, pace, people, records, report_periods, tasks
from huying.engine.indicators import Measured
from huying.engine.pace import Expected, Standing
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record
from huying.engine.tasks import Task

FINE = 6  # decimal places of a value put into another unit
PRINTED = "frozen"  # the state of a finding that a bulletin printed


@dataclass(frozen=True)
class Status:
    """One task as it stands on a day.

    standing    what the evidence says; of a task that only its parts measure, the worst of theirs
    evidence    None where nothing measures it
    claim, finding  the latest record; None where there is none within reach
    difference  claim minus evidence; None where either has no number
    complete    part of a well-made task -> whether it has it
    """

    task: Task
    asked: date
    indicator: Indicator | None
    evidence: Measured | None
    standing: Standing
    calendar: Expected
    claim: Record | None
    finding: Record | None
    complete: Mapping[str, bool]
    parts: tuple[Status, ...] = ()
    printed: tuple[Record, ...] = ()  # for the public: its findings that a bulletin printed, the latest period first

    @property
    def commitment(self) -> Commitment:
        return self.task.commitment

    @property
    def value(self) -> Decimal | None:
        """What the evidence says, in the unit of the target."""
        return _value(self.commitment, self.evidence)

    @property
    def difference(self) -> Decimal | None:
        claimed = self.claim.values.get("value") if self.claim else None
        return None if claimed is None or self.value is None else Decimal(claimed) - self.value

    @property
    def days_left(self) -> int:
        """Days until the deadline; negative when it has passed."""
        return (pace.deadline(self.commitment, self.asked) - self.asked).days


def board(
    district: District, actor: Actor, as_of: datetime | None = None, on: date | None = None, office: int | None = None
) -> list[Status]:
    """Every task that was issued, parts under theirs, grouped by policy area; late ones first within each.

    on      the day that is judged, by what was known at `as_of`; None: the day of `as_of`
    office  only tasks that it leads or assists, or has a part of
    """
    found = tasks.every(district, as_of)
    if office is not None:
        found = [one for one in found if any(office in (task.office, *task.assist) for task in (one, *one.parts))]
    return sorted(_statuses(district, actor, found, as_of, on), key=_rank(district))


def works(statuses: Sequence[Status]) -> list[Status]:
    """What is reported and counted: parts where a task has any, else the task itself; in the order given."""
    return [one for status in statuses for one in (status.parts or (status,))]


def status(
    district: District, actor: Actor, code: str, as_of: datetime | None = None, on: date | None = None
) -> Status:
    """One task, issued or not, with its parts. Raises KeyError when there is none that the actor may see."""
    task = tasks.one(district, code, as_of)
    if task is None or not tasks.may_see(district, actor, task):
        raise KeyError(code)
    return _statuses(district, actor, [task], as_of, on)[0]


def promises(district: District, as_of: datetime | None = None) -> list[Status]:
    """What the public sees, or would have seen at `as_of`, of the tasks that are to be published: their words, published
    evidence, and the findings that bulletins printed: one that is still to be answered or printed is not for everyone."""
    shown = [
        replace(task, parts=tuple(part for part in task.parts if part.commitment.published))
        for task in tasks.every(district, as_of)
        if task.commitment.published
    ]
    today, printed = _day(district, as_of), _printed(district, [task.id for task in tasks.flat(shown)], as_of)
    evidence = _evidence(district, tasks.flat(shown), today, as_of, people.resident(district.id))

    def stand(task: Task) -> Status:
        parts, found = tuple(stand(part) for part in task.parts), printed.get(task.id, ())
        status = _status(task, today, None, found[0] if found else None, evidence, parts)
        return replace(status, printed=tuple(found))

    return [stand(task) for task in shown]


def _printed(district: District, wanted: Sequence[UUID], as_of: datetime | None) -> dict[UUID, list[Record]]:
    """task -> its findings that bulletins printed, the latest period first."""
    name = district.rules.provides.get("findings")
    if name is None or not wanted:
        return {}
    table, doer = district.tables[name], people.system(district.id)
    source, first = records.source_of(table, as_of)
    with database.reading(access.reach_for(table.ledger, doer)) as query:
        rows = query.rows(
            f"select l.id from {source} where l.district = %s and not l.hidden and l.state = %s "
            f"and l.{table.column('task')} = any(%s)",
            [*first, district.id, PRINTED, list(wanted)],
        )
    found: dict[UUID, list[Record]] = {}
    for one in records.many(district, doer, name, [row["id"] for row in rows], as_of):
        found.setdefault(one.values["task"], []).append(one)
    return {task: sorted(some, key=lambda one: (ends(one), one.known_at), reverse=True) for task, some in found.items()}


def _statuses(
    district: District, actor: Actor, found: list[Task], as_of: datetime | None, on: date | None
) -> list[Status]:
    asked = on or _day(district, as_of)
    claims = latest(district, actor, "claims", as_of, on)
    findings = latest(district, people.system(district.id), "findings", as_of, on)
    evidence = _evidence(district, tasks.flat(found), asked, as_of)

    def stand(task: Task) -> Status:
        parts = tuple(stand(part) for part in task.parts)
        return _status(task, asked, claims.get(task.id), findings.get(task.id), evidence, parts)

    return [stand(task) for task in found]


def _rank(district: District) -> Callable[[Status], tuple[Any, ...]]:
    areas: dict[str, int] = {}

    def key(one: Status) -> tuple[Any, ...]:
        place = areas.setdefault(one.commitment.area, len(areas))
        return (place, pace.LIGHTS.index(one.standing.light), one.days_left, one.task.code)

    return key


def history(district: District, what: str, actor: Actor, task: UUID, as_of: datetime | None = None) -> list[Record]:
    """All records of `claims` or `findings` of one task within the actor's reach, the latest period first."""
    ledger = district.rules.provides.get(what)
    if ledger is None or not access.may_see(district.rules.ledgers[ledger], actor):
        return []
    where = parse("state != 'removed'", scope(district.rules, ledger))
    found = records.page(
        district,
        actor,
        ledger,
        where=where,
        filters={"task": task},
        sort="known_at",
        limit=200,
        as_of=as_of,
        count=False,
    ).records
    return sorted(found, key=lambda r: (ends(r), r.known_at), reverse=True)


def completeness(task: Task) -> dict[str, bool]:
    """What a well-made task says, and whether this one does; the texts are `中文 | English`."""
    commitment = task.commitment
    deliverable = bool(commitment.target or commitment.texts or commitment.measure_note or task.parts)
    return {
        "要做什么 | what": bool(commitment.title),
        "做到什么程度 | how far": deliverable,
        "到什么时候 | by when": bool(commitment.deadline),
        "谁牵头 | who leads": task.state not in ("draft",) and bool(commitment.lead),
        "怎么衡量 | how it is measured": bool(commitment.measure or commitment.measure_note or task.parts),
        "按什么进度 | at what pace": bool(commitment.pace or commitment.texts),
        "出自哪里 | where it is written": bool(
            task.values.get("place") or task.values.get("document") or commitment.document or task.parts
        ),
    }


def latest(
    district: District, actor: Actor, what: str, as_of: datetime | None, on: date | None = None
) -> dict[UUID, Record]:
    """task -> its latest record of `claims` or `findings` within reach: the latest period, then the last known.

    on  no period that ends after this day's month
    """
    ledger = district.rules.provides.get(what)
    if ledger is None or not access.may_see(district.rules.ledgers[ledger], actor):
        return {}
    table = district.tables[ledger]
    key, period = table.column("task"), table.column("period")
    source, first = records.source_of(table, as_of)
    ends = report_periods.last_month_sql(f"l.{period}")
    until, more = (f" and {ends} <= %s", [f"{on:%Y%m}"]) if on else ("", [])
    with database.reading(access.reach_for(table.ledger, actor)) as query:
        rows = query.rows(
            f"select distinct on (l.{key}) l.{key} as task, l.id from {source} where l.district = %s and not l.hidden "
            f"and l.state <> 'removed'{until} order by l.{key}, {ends} desc nulls last, l.known_at desc, l.id desc",
            [*first, district.id, *more],
        )
    if not rows:
        return {}
    found = records.many(district, actor, ledger, [row["id"] for row in rows], as_of)
    return {record.values["task"]: record for record in found}


def _evidence(
    district: District, found: Sequence[Task], asked_on: date, as_of: datetime | None, actor: Actor | None = None
) -> dict[UUID, Measured]:
    """task -> what its indicator says of the whole district from its first day to the asked one; in one round trip.

    actor  whoever may see only what is published; None: it is for staff
    """
    wanted = {}
    for task in found:
        indicator = district.rules.indicators.get(task.commitment.measure)
        if indicator is None or (actor is not None and not indicator.published):
            continue
        start = pace.starts(task.commitment, asked_on)
        end = min(asked_on, pace.deadline(task.commitment, asked_on)) + timedelta(days=1)
        if start < end:
            wanted[task.id] = indicators.Asked(indicator.name, start, end, by="all")
    if not wanted:
        return {}
    measured = indicators.measure_many(district, list(wanted.values()), as_of=as_of, actor=actor)
    return dict(zip(wanted, measured, strict=True))


def _status(
    task: Task,
    asked: date,
    claim: Record | None,
    finding: Record | None,
    evidence: Mapping[UUID, Measured],
    parts: tuple[Status, ...],
) -> Status:
    commitment, measured = task.commitment, evidence.get(task.id)
    standing = pace.judge(commitment, _value(commitment, measured), asked, _share(measured))
    if parts and standing.status == pace.UNMEASURED:
        standing = pace.together([part.standing for part in parts])
    return Status(
        task,
        asked,
        measured.indicator if measured else None,
        measured,
        standing,
        pace.expected(commitment, asked),
        claim,
        finding,
        completeness(task),
        parts,
    )


def acting(actor: Actor, district: District) -> Actor:
    """The program itself, at this person's word: for steps that only it takes. Raises access.Refused unless the person
    supervises."""
    if actor.via != "system" and not actor.may("see_drafts"):
        raise access.Refused("这是督查室的工作 | This is for the supervision office")
    return replace(people.system(district.id), person=actor.person, post=actor.post, name=actor.name)


def _share(measured: Measured | None) -> tuple[Decimal, Decimal] | None:
    """n of m, where the evidence is a share."""
    if measured is None or measured.indicator.measure != "share" or not measured.figure.den:
        return None
    return measured.figure.num, measured.figure.den


def ends(record: Record) -> date:
    """The last day of the period that it is about."""
    try:
        return report_periods.read(str(record.values.get("period") or "")).last
    except ValueError:
        return date.min


def _value(commitment: Commitment, measured: Measured | None) -> Decimal | None:
    value = measured.figure.value if measured else None
    if value is None or measured is None or not units.fits(measured.indicator.unit, commitment.unit):
        return value
    factor = units.factor(measured.indicator.unit, commitment.unit)
    return value if factor == 1 else figures.rounded(Fraction(value) * factor, FINE).normalize()


def _day(district: District, as_of: datetime | None) -> date:
    return (as_of or district.now()).astimezone(district.calendar.tz).date()
