"""Bulletins (政务督查通报): how every task stood at the end of a period, frozen when the bulletin is issued.

A draft is computed from what was known at its `as_of`, so that it says the same however often it is looked at; its issue
writes each line down with the number, and freezes the findings. What arrives later is told as a restatement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from huying.declare.kinds import say
from huying.engine import access, commitments, database, figures, pace, people, records, report_periods, reporting
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.commitments import Status
from huying.engine.decide import StepRefused
from huying.engine.flows import take_all, take_step
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record
from huying.engine.report_periods import Period

ORDER = ("behind", "hard", "ahead", "on_pace", "not_due", "unmeasured", "done", "adjusted", "ended")
LATE = ("behind", "hard")
NAMED = ("done", "ahead", "on_pace", "behind")  # counted by name; all others together
MOST = 2000  # lines of one bulletin


@dataclass(frozen=True)
class Line:
    """What a bulletin says of one task. status: as printed, the finding or else what the evidence says.

    measure, first_day  the indicator of its evidence, and the day from which it is counted; empty where there is none
    finding  the record that it rests on; None where nobody found anything, or of a frozen line
    """

    task: UUID
    code: str
    title: str
    area: str
    office: int
    status: str
    found: bool
    evidence_status: str
    target: Decimal | None
    claim: Decimal | None
    claim_words: str
    evidence: Decimal | None
    expected: Decimal | None
    unit: str
    measure: str
    first_day: date | None
    words: str
    why: str
    answer: str
    as_of: datetime
    finding: Record | None = None

    @property
    def late(self) -> bool:
        return self.status in LATE


@dataclass(frozen=True)
class Tally:
    """The figures of a bulletin. by: status -> how many; missing: offices without a report that was due;
    reminded: all of them were reminded; newly: late now and not in the bulletin before; before: that bulletin."""

    total: int
    by: Mapping[str, int]
    missing: tuple[int, ...]
    reminded: bool
    newly: tuple[str, ...]
    before: Record | None

    @property
    def others(self) -> int:
        return self.total - sum(self.by.get(name, 0) for name in NAMED)

    @property
    def words(self) -> str:
        """`222 项：已完成 24，超序时 10，达序时 162，欠序时 17，其它 9；未报 3 家（已提醒）；较上期新增滞后 4 | …`."""
        zh = "，".join(f"{say(pace.TITLES[name])} {self.by.get(name, 0)}" for name in NAMED)
        en = ", ".join(f"{self.by.get(name, 0)} {say(pace.TITLES[name], 'en')}" for name in NAMED)
        zh, en = f"{self.total} 项：{zh}，其它 {self.others}", f"{self.total} tasks: {en}, {self.others} others"
        n = len(self.missing)
        if n:
            zh += f"；未报 {n} 家{'（已提醒）' if self.reminded else ''}"
            en += f"; {n} offices have not reported{' (reminded)' if self.reminded else ''}"
        if self.before:
            zh += f"；较上期新增滞后 {len(self.newly)}"
            en += f"; {len(self.newly)} newly late since the bulletin before"
        return f"{zh} | {en}"


def ledger(district: District) -> str | None:
    """Full name of the ledger of bulletins; None where no pack in force provides one."""
    return district.rules.provides.get("bulletins")


def every(district: District, actor: Actor) -> list[Record]:
    """Bulletins, the latest period first: issued ones for all who may see bulletins, drafts for those who supervise."""
    name = ledger(district)
    if name is None or not access.may_see(district.rules.ledgers[name], actor):
        return []
    found = records.page(district, people.system(district.id), name, sort="last_day", limit=200, count=False).records
    drafts = actor.may("see_drafts") or actor.via == "system"
    return [one for one in found if one.state == "issued" or (drafts and one.state != "removed")]


def one(district: District, actor: Actor, code: str) -> Record | None:
    """A bulletin by its code, of those that `every` shows."""
    return next((found for found in every(district, actor) if found.code == code), None)


def period_of(bulletin: Record) -> Period:
    """The period that it is about."""
    return report_periods.read(bulletin.values["period"])


def draft(
    district: District,
    actor: Actor,
    period: Period,
    *,
    act: UUID | None = None,
    known_at: datetime | None = None,
) -> Outcome:
    """Begin the bulletin of a period that is over, by what is known now. Raises StepRefused, access.Refused."""
    answers = {"period": period.name, "last_day": period.last, "as_of": known_at or _moment(district, act)}
    doer = commitments.acting(actor, district)
    return take_step(district, Act(ledger(district), "draft", doer, answers, act=act or new_id(), known_at=known_at))


def _moment(district: District, act: UUID | None) -> datetime:
    """Now; of an act that was taken before, the moment that it wrote, so that the same act sent again is the same."""
    with database.writing(district.id) as query:
        record = act and query.value("select record from hy.event where district = %s and act = %s", [district.id, act])
    known = every(district, people.system(district.id)) if record else []
    found = next((one for one in known if one.id == record), None)
    return found.values["as_of"] if found else district.now()


def renew(district: District, actor: Actor, bulletin: Record, act: UUID | None = None) -> Outcome:
    """Bring a draft up to what is known now. Raises StepRefused, access.Refused."""
    doer = commitments.acting(actor, district)
    return take_step(
        district,
        Act(bulletin.ledger.name, "renew", doer, {"as_of": _moment(district, act)}, bulletin.id, act or new_id()),
    )


def read(district: District, bulletin: Record) -> tuple[list[Line], Tally]:
    """What it says of each task, late ones first, and its figures: frozen where it is issued, else as of its `as_of`."""
    period, as_of, doer = period_of(bulletin), bulletin.values["as_of"], people.system(district.id)
    statuses = commitments.works(commitments.board(district, doer, as_of, on=period.last))
    if bulletin.state == "issued":
        found = _frozen(district, bulletin)
    else:
        findings = commitments.latest(district, doer, "findings", None, period.last)
        found = [_line(one, period, findings.get(one.task.id), as_of) for one in statuses]
    found.sort(key=lambda line: (ORDER.index(line.status), line.area, line.code))
    duties = reporting.duties_of(district, doer, period, statuses, as_of)
    return found, _tally(district, bulletin, found, [one for one in duties if one.state == reporting.MISSING])


def lines(district: District, bulletin: Record) -> list[Line]:
    """What it says of each task, as `read` does."""
    return read(district, bulletin)[0] if bulletin.state != "issued" else _frozen(district, bulletin)


def _tally(district: District, bulletin: Record, found: Sequence[Line], missing: Sequence[reporting.Duty]) -> Tally:
    """Its figures, against the last bulletin issued before it."""
    doer = people.system(district.id)
    before = next(
        (
            other
            for other in every(district, doer)
            if other.state == "issued" and other.values["last_day"] < bulletin.values["last_day"]
        ),
        None,
    )
    late_before = {line.task for line in _frozen(district, before) if line.late} if before else set()
    reminded = bool(missing) and all(duty.reminded for duty in missing)
    return Tally(
        len(found),
        Counter(line.status for line in found),
        tuple(dict.fromkeys(duty.office for duty in missing)),
        reminded,
        tuple(line.code for line in found if line.late and line.task not in late_before) if before else (),
        before,
    )


def issue(
    district: District,
    actor: Actor,
    bulletin: Record,
    number: str,
    *,
    act: UUID | None = None,
    known_at: datetime | None = None,
) -> Outcome:
    """Issue it under a number: its lines are written down, the findings they rest on are frozen; all or nothing.

    Raises StepRefused: not checked yet, no number, or an answer of an office that nobody has settled; access.Refused.
    """
    doer, act = commitments.acting(actor, district), act or new_id()
    found, tally = read(district, bulletin)
    if waiting := [line.code for line in found if line.finding and line.finding.state == "answered"]:
        raise StepRefused(
            "bulletin.answers",
            f"{'、'.join(waiting)} 的申辩还没有复核，先维持或改认定 | The answers on {', '.join(waiting)} wait for a review; "
            "uphold or change the findings first",
        )
    if not number.strip():
        raise StepRefused("bulletin.number", "请填写期号 | Give its number", {"number": "请填写 | Fill this in"})
    summary = say(tally.words)[:600]
    name, of_lines = bulletin.ledger.name, district.rules.provides["bulletin_lines"]
    acts = [Act(name, "issue", doer, {"number": number.strip(), "summary": summary}, bulletin.id, act, bulletin.seq,
                known_at=known_at)]  # fmt: skip
    acts += [
        Act(of_lines, "freeze", doer, _answers(bulletin, line), act=uuid5(act, line.code), known_at=known_at)
        for line in found
    ]
    acts += [
        Act(
            district.rules.provides["findings"],
            "freeze",
            doer,
            {"number": number.strip()},
            line.finding.id,
            uuid5(act, f"{line.code} finding"),
            known_at=known_at,
        )  # fmt: skip
        for line in found
        if line.finding and line.finding.state == "kept"
    ]
    return take_all(district, acts)[0]


def _answers(bulletin: Record, line: Line) -> dict[str, Any]:
    given = {
        "bulletin": bulletin.id,
        "task": line.task,
        "title": line.title[:120],
        "area": line.area[:60],
        "lead": line.office or None,
        "status": line.status,
        "found": line.found or None,
        "evidence_status": line.evidence_status,
        "target": line.target,
        "claim": line.claim,
        "claim_words": line.claim_words,
        "evidence": line.evidence,
        "expected": line.expected,
        "value_unit": "%" if line.unit == "percent" else line.unit[:40],
        "measure": line.measure,
        "first_day": line.first_day,
        "words": line.words[:300],
        "why": line.why,
        "answer": line.answer,
        "as_of": line.as_of,
    }
    return {name: value for name, value in given.items() if value not in (None, "")}


def _line(status: Status, period: Period, finding: Record | None, as_of: datetime) -> Line:
    claim = status.claim if status.claim and commitments.ends(status.claim) >= period.first else None
    finding = finding if finding and commitments.ends(finding) == period.last else None
    expected = status.calendar.value
    promise, said = status.commitment, finding.values if finding else {}
    return Line(
        status.task.id,
        status.task.code,
        say(promise.title),
        promise.area,
        status.task.office,
        said.get("status") or status.standing.status,
        finding is not None,
        status.standing.status,
        Decimal(promise.target) if promise.target else None,
        claim.values.get("value") if claim else None,
        (claim.values.get("words") or "") if claim else "",
        status.value,
        None if expected is None else figures.rounded(expected, 0 if expected.denominator == 1 else 2),
        promise.unit,
        status.indicator.name if status.indicator else "",
        status.evidence.start if status.evidence else None,
        say(status.standing.words),
        said.get("why") or "",
        said.get("answer") or "",
        as_of,
        finding,
    )


def _frozen(district: District, bulletin: Record) -> list[Line]:
    """The lines that its issue wrote down."""
    name, doer = district.rules.provides["bulletin_lines"], people.system(district.id)
    found: list[Record] = []
    while len(found) < MOST:
        page = records.page(
            district,
            doer,
            name,
            filters={"bulletin": bulletin.id},
            sort="code",
            descending=False,
            offset=len(found),
            limit=records.MOST,
            count=False,
        )
        found += page.records
        if not page.more:
            break
    codes = records.many(district, doer, district.rules.provides["tasks"], [one.values["task"] for one in found])
    known = {one.id: one.code for one in codes}
    return [_of_record(one, known.get(one.values["task"], "")) for one in found]


def _of_record(record: Record, code: str) -> Line:
    got = record.values.get
    return Line(
        got("task"),
        code,
        got("title"),
        got("area") or "",
        got("lead") or 0,
        got("status"),
        bool(got("found")),
        got("evidence_status") or pace.UNMEASURED,
        got("target"),
        got("claim"),
        got("claim_words") or "",
        got("evidence"),
        got("expected"),
        got("value_unit") or "",
        got("measure") or "",
        got("first_day"),
        got("words") or "",
        got("why") or "",
        got("answer") or "",
        got("as_of"),
    )
