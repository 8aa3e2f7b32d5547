"""The calendar of nodes: which day expects what of which task, and what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from huying.declare.commitments import quarter_end
from huying.engine import commitments, pace, tasks
from huying.engine.commitments import Status
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.report_periods import of

NODE, MILESTONE, DEADLINE = "node", "milestone", "deadline"
LATE, MET, OPEN, SAID = "late", "met", "open", "said"


@dataclass(frozen=True)
class Node:
    """What a day expects of a task. kind: node (a number), milestone (words) or deadline.

    state  late: past and not reached; met; open: to come; said: past, and only a finding can settle it, as nothing measures it
    """

    day: date
    kind: str
    status: Status
    value: Decimal | None
    text: str
    state: str


def calendar(district: District, actor: Actor, year: int, as_of: datetime | None = None) -> list[Node]:
    """All nodes, milestones and deadlines of a year, late ones first within a day; days in order."""
    found = [
        node
        for one in commitments.works(commitments.board(district, actor, as_of))
        for node in nodes(one)
        if node.day.year == year
    ]
    order = (LATE, SAID, OPEN, MET)
    return sorted(found, key=lambda one: (one.day, order.index(one.state), one.status.task.code))


def nodes(status: Status) -> list[Node]:
    """What the calendar asks of one task, in order of day; nothing of days before it was issued."""
    promise, last = status.commitment, pace.deadline(status.commitment, status.asked)
    found = [
        Node(
            day,
            NODE,
            status,
            asked,
            "",
            _judged(status, day) if status.value is None else _reached(status, day, _meets(status, asked)),
        )
        for day, asked in pace.nodes(promise)
        if day != last
    ]
    for n, text in sorted(promise.texts.items()):
        day = quarter_end(last.year, n)
        if not any(one.day == day for one in found) and day <= last:
            found.append(Node(day, MILESTONE, status, None, text, _judged(status, day)))
    over = status.task.state not in tasks.OPEN or status.standing.status == pace.DONE
    target = Decimal(promise.target) if promise.target else None
    found.append(Node(last, DEADLINE, status, target, "", _reached(status, last, over)))
    issued = status.task.values.get("issued_at")
    return sorted(
        (one for one in found if issued is None or one.day >= issued.date()), key=lambda one: (one.day, one.kind)
    )


def late(found: Sequence[Node]) -> list[Node]:
    """What is late, the longest first."""
    return [one for one in found if one.state == LATE]


def _meets(status: Status, asked: Decimal) -> bool:
    return pace.meets(status.commitment.comparator, status.value, asked)


def _reached(status: Status, day: date, reached: bool) -> str:
    if reached or status.task.state not in tasks.OPEN:
        return MET
    return LATE if day < status.asked else OPEN


def _judged(status: Status, day: date) -> str:
    """What nothing measures: met or late by a finding or a finished task; else only known to be past or to come."""
    found = status.finding
    if status.task.state not in tasks.OPEN:
        return MET
    if found is not None and commitments.ends(found) >= day:
        good = found.values.get("status") in (pace.ON_PACE, pace.AHEAD, pace.DONE)
        return MET if good else LATE if day < status.asked else OPEN
    return SAID if day < status.asked else OPEN


def quarter_of(day: date) -> str:
    """`2020-Q3`."""
    return of(day).name
