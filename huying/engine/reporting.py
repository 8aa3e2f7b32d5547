"""Who has to report on what, and who does not: reports without burden.

Every task is reported each quarter, a key task (`cycle: month`) or a lagging one each month. Where the evidence is on pace
nobody types anything: that is exempt (免报). Only the offices whose act is needed are reminded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from huying.declare.kinds import say
from huying.engine import commitments, database, documents, pace, records, tasks
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.commitments import Status
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step, take_steps
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record
from huying.engine.report_periods import Period

EXEMPT, REPORTED, MISSING = "exempt", "reported", "missing"
KEY, LAGGING, QUARTER = "month", "lagging", "quarter"  # why it is due
LONGEST = 200  # characters
ASKED = ("issued", "in_hand")  # states in which the office is at it; of others the supervision office must speak first
_PIECES = re.compile(r"[A-Za-z]+|[0-9][0-9,.%]*|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Duty:
    """A task that a period asks about. state: exempt, reported or missing; why: month, lagging or quarter.

    claim     this period's report; before: the last one of an earlier period
    reminded  when the office was last reminded since the period ended or, for one that runs, began
    """

    status: Status
    state: str
    why: str
    claim: Record | None
    before: Record | None
    reminded: datetime | None

    @property
    def office(self) -> int:
        return self.status.task.office

    @property
    def value(self) -> Decimal | None:
        """What a report begins with: the evidence."""
        return self.status.value


def duties(
    district: District, actor: Actor, period: Period, as_of: datetime | None = None, office: int | None = None
) -> list[Duty]:
    """What the period asks of offices, in the order of the board: tasks that are in hand and had begun in it.

    office  only what this one leads
    """
    day = min(period.last, (as_of or district.now()).astimezone(district.calendar.tz).date())
    found = commitments.works(commitments.board(district, actor, as_of, day, office))
    asked = [one for one in found if office in (None, one.task.office)]
    return duties_of(district, actor, period, asked, as_of)


def duties_of(
    district: District, actor: Actor, period: Period, statuses: Sequence[Status], as_of: datetime | None = None
) -> list[Duty]:
    """What the period asks about tasks whose statuses were read at `as_of`, judged on its last day."""
    found = [
        one for one in statuses if one.task.state in tasks.OPEN and _began(district, one, period) and _why(one, period)
    ]
    before = commitments.latest(district, actor, "claims", as_of, period.before.last)
    claims = commitments.latest(district, actor, "claims", as_of, period.last)
    reminded = _reminded(district, [one.task.id for one in found], period, as_of)
    made = []
    for one in found:
        claim = claims.get(one.task.id)
        claim = claim if claim and commitments.ends(claim) == period.last else None
        state = REPORTED if claim else EXEMPT if exempt(one) else MISSING
        made.append(Duty(one, state, _why(one, period), claim, before.get(one.task.id), reminded.get(one.task.id)))
    return made


def exempt(status: Status) -> bool:
    """Whether the evidence speaks for itself: it is there, and not behind."""
    return status.standing.status in (pace.AHEAD, pace.ON_PACE, pace.DONE) or (
        status.standing.status == pace.NOT_DUE and status.evidence is not None
    )


def due_by(period: Period) -> date:
    """The day by which a period's reports are asked for: two days before it ends."""
    return date.fromordinal(period.last.toordinal() - 2)


def report(
    district: District,
    actor: Actor,
    task: tasks.Task,
    period: Period,
    given: Mapping[str, Any],
    act: UUID | None = None,
) -> Outcome:
    """What the office says of a task in a period; said again it amends what it said. given: value, words, as typed.

    Raises StepRefused: nothing said, too long, a period that has not begun, or none of this office's tasks.
    """
    ledger = district.rules.provides["claims"]
    if period.first > district.today():
        raise StepRefused(
            "report.ahead", "这一期还没有开始 | This period has not begun", {"period": "还没有开始 | Not begun yet"}
        )
    asked = {name: given[name] for name in ("value", "words") if name in given}
    answers, wrong = documents.cleaned(district, district.rules.ledgers[ledger], asked)
    if not wrong and not any(value is not None for value in answers.values()):
        wrong = {"words": "请写一句进展，或填一个数 | Say in a sentence how it goes, or give a number"}
    if wrong:
        raise StepRefused("report.wrong", next(iter(wrong.values())), wrong)
    if actor.post is None or (task.office != actor.post.office and not actor.may("see_drafts")):
        raise StepRefused("report.not-yours", "这项任务不由本$office牵头 | This task is led by another $office")
    known = records.by_key(district, ledger, [(task.id, period.name)])
    if found := known.get((task.id, period.name)):
        return take_step(district, Act(ledger, "amend", actor, answers, found[0], act or new_id()))
    about = {"task": task.id, "period": period.name}
    return take_step(district, Act(ledger, "add", actor, {**about, **answers}, act=act or new_id()))


def wording(duty: Duty, period: Period, lang: str = "zh") -> str:
    """A reminder that is ready to be sent, at most 200 characters."""
    told, title = say(duty.status.standing.words, lang), say(duty.status.commitment.title, lang)[:60]
    if lang == "en":
        text = f"Please report on “{title}” for {say(period.title, lang)} (at most 200 characters; the number is filled in). {told}"
    else:
        text = f"请报送“{title}”{say(period.title)}进展（200 字以内，数字已由记录预填）。{told}"
    return text[:LONGEST]


def remind(district: District, actor: Actor, period: Period, chosen: Sequence[Duty], lang: str = "zh") -> list[Outcome]:
    """Remind the offices of reports that are missing, in the language of whoever reminds; once a day for a task.

    Raises StepRefused where none is chosen, or one whose office need not act.
    """
    needless = [one for one in chosen if one.state != MISSING]
    if needless or not chosen:
        code = needless[0].status.task.code if needless else ""
        raise StepRefused(
            "report.needless",
            f"{code} 不用报或已报，不催 | {code} is exempt or reported; nobody is reminded of it"
            if needless
            else "请先选未报的任务 | Choose missing reports first",
        )
    today, zone = district.today(), district.calendar.tz
    fresh = [one for one in chosen if not one.reminded or one.reminded.astimezone(zone).date() != today]
    ledger = tasks.ledger(district)
    return take_steps(
        district,
        [Act(ledger, "remind", actor, {"reminder": wording(one, period, lang)}, one.status.task.id) for one in fresh],
    )


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Last period's words against this one's: (same, new or gone; text), in reading order."""
    first, second = _PIECES.findall(before), _PIECES.findall(after)
    told: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "equal":
            told.append(("same", "".join(first[a:b])))
            continue
        told += [(name, text) for name, text in (("gone", "".join(first[a:b])), ("new", "".join(second[c:d]))) if text]
    return told


def _began(district: District, status: Status, period: Period) -> bool:
    issued = status.task.values.get("issued_at")
    begun = pace.starts(status.commitment, status.asked) <= period.last
    return begun and (issued is None or issued.astimezone(district.calendar.tz).date() <= period.last)


def _why(status: Status, period: Period) -> str:
    """Why the period asks about the task; empty where it does not."""
    if period.quarter:
        return QUARTER
    if status.task.values.get("cycle") == "month":
        return KEY
    return LAGGING if status.standing.status == pace.BEHIND else ""


def _reminded(
    district: District, found: Sequence[UUID], period: Period, as_of: datetime | None
) -> dict[UUID, datetime]:
    """task -> when it was last reminded of, since the period ended or, for one that runs, began."""
    since = period.first if period.last >= district.today() else due_by(period)
    table = district.tables[tasks.ledger(district)] if found else None
    if table is None:
        return {}
    with database.writing(district.id) as query:
        rows = query.rows(
            "select record, max(at) as at from hy.event where district = %s and ledger = %s and step = 'remind' "
            "and record = any(%s) and at >= %s and known_at <= %s group by record",
            [
                district.id,
                table.number,
                list(found),
                datetime.combine(since, time.min, district.calendar.tz),
                as_of or district.now(),
            ],
        )
    return {row["record"]: row["at"] for row in rows}
