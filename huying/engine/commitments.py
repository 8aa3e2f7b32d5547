"""Promises: what the office claims, what the records show, what the calendar expects, what supervision finds.

Four statements side by side, never merged. Evidence is measured when it is asked for, so it moves with the act;
claims and findings are records of the ledgers that the packs provide for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from huying.declare.expressions import parse
from huying.declare.kinds import Commitment, Indicator
from huying.declare.scopes import scope
from huying.engine import access, database, indicators, pace, people, records
from huying.engine.indicators import Measured
from huying.engine.pace import Expected, Standing
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record

LIGHTS = ("red", "amber", "grey", "green")  # late ones rise


@dataclass(frozen=True)
class Status:
    """One promise as it stands on a day.

    evidence    None where nothing measures it
    claim, finding  the latest record; None where there is none within reach
    difference  claim minus evidence; None where either has no number
    complete    part of a well-made task -> whether it has it
    """

    commitment: Commitment
    asked: date
    indicator: Indicator | None
    evidence: Measured | None
    standing: Standing
    calendar: Expected
    claim: Record | None
    finding: Record | None
    complete: Mapping[str, bool]

    @property
    def value(self) -> Decimal | None:
        return self.evidence.figure.value if self.evidence else None

    @property
    def difference(self) -> Decimal | None:
        claimed = self.claim.values.get("value") if self.claim else None
        return None if claimed is None or self.value is None else Decimal(claimed) - self.value

    @property
    def days_left(self) -> int:
        """Days until the deadline; negative when it has passed."""
        return (pace.deadline(self.commitment, self.asked) - self.asked).days


def board(district: District, actor: Actor, as_of: datetime | None = None) -> list[Status]:
    """Every declared promise, grouped by policy area in the order of their names, late ones first within each."""
    claims = _latest(district, actor, "claims", as_of)
    findings = _latest(district, people.system(district.id), "findings", as_of)
    found = [
        _status(district, commitment, as_of, claims.get(name), findings.get(name))
        for name, commitment in district.rules.commitments.items()
    ]
    areas = list(dict.fromkeys(status.commitment.area for status in found))
    return sorted(
        found,
        key=lambda s: (areas.index(s.commitment.area), LIGHTS.index(s.standing.light), s.days_left, s.commitment.name),
    )


def status(district: District, actor: Actor, name: str, as_of: datetime | None = None) -> Status:
    """One promise. Raises KeyError when none is declared by that name."""
    commitment = district.rules.commitments[name]
    claims = _latest(district, actor, "claims", as_of, name)
    findings = _latest(district, people.system(district.id), "findings", as_of, name)
    return _status(district, commitment, as_of, claims.get(name), findings.get(name))


def promises(district: District) -> list[Status]:
    """What the public sees: published evidence and findings; a promise with neither is shown by its words alone."""
    anyone = people.resident(district.id)
    findings = _latest(district, people.system(district.id), "findings", None)
    found = []
    for name, commitment in district.rules.commitments.items():
        indicator = district.rules.indicators.get(commitment.measure)
        shown = indicator if indicator is not None and indicator.published else None
        found.append(_status(district, commitment, None, None, findings.get(name), shown, anyone))
    return found


def history(district: District, what: str, actor: Actor, name: str, as_of: datetime | None = None) -> list[Record]:
    """All records of `claims` or `findings` of one promise within the actor's reach, the latest period first."""
    ledger = district.rules.provides.get(what)
    if ledger is None or not access.may_see(district.rules.ledgers[ledger], actor):
        return []
    quoted = "'" + name.replace("'", "") + "'"
    where = parse(f"commitment = {quoted} and state != 'removed'", scope(district.rules, ledger))
    found = records.page(
        district, actor, ledger, where=where, sort="known_at", limit=200, as_of=as_of, count=False
    ).records
    return sorted(found, key=lambda r: (str(r.values.get("period") or ""), r.known_at), reverse=True)


def completeness(commitment: Commitment) -> dict[str, bool]:
    """What a well-made task says, and whether this one does; the texts are `中文 | English`."""
    return {
        "要做什么 | what": bool(commitment.title),
        "做到多少 | how much": bool(commitment.target and commitment.unit),
        "到什么时候 | by when": bool(commitment.deadline),
        "谁牵头 | who leads": bool(commitment.lead),
        "怎么衡量 | how it is measured": bool(commitment.measure),
        "按什么进度 | at what pace": bool(commitment.pace),
        "从哪里起算 | from where": bool(commitment.baseline),
        "出自哪里 | where it is written": any(reading.place for reading in commitment.readings),
    }


def _latest(
    district: District, actor: Actor, what: str, as_of: datetime | None, name: str | None = None
) -> dict[str, Record]:
    """commitment -> its latest record of `claims` or `findings` within reach: the latest period, then the last known."""
    ledger = district.rules.provides.get(what)
    if ledger is None or not access.may_see(district.rules.ledgers[ledger], actor):
        return {}
    table = district.tables[ledger]
    key, period = table.column("commitment"), table.column("period")
    source, first = records.source_of(table, as_of)
    only, more = ("and l." + key + " = %s", [name]) if name else ("", [])
    with database.reading(access.reach_for(table.ledger, actor)) as query:
        rows = query.rows(
            f"select distinct on (l.{key}) l.{key} as commitment, l.id from {source} where l.district = %s and not l.hidden "
            f"and l.state <> 'removed' {only} order by l.{key}, l.{period} desc nulls last, l.known_at desc, l.id desc",
            [*first, district.id, *more],
        )
    if not rows:
        return {}
    found = records.many(district, actor, ledger, [row["id"] for row in rows], as_of)
    return {record.values["commitment"]: record for record in found}


def _status(
    district: District,
    commitment: Commitment,
    as_of: datetime | None,
    claim: Record | None,
    finding: Record | None,
    indicator: Indicator | None = None,
    actor: Actor | None = None,
) -> Status:
    """Evidence of the whole district from the promise's first day to the asked one, in one statement."""
    asked = (as_of or district.now()).astimezone(district.calendar.tz).date()
    chosen = indicator if actor is not None else district.rules.indicators.get(commitment.measure)
    evidence = None
    if chosen is not None:
        start, end = pace.starts(commitment, asked), min(asked, pace.deadline(commitment, asked)) + timedelta(days=1)
        if start < end:
            evidence = indicators.measure(
                district, chosen.name, start=start, end=end, by="all", as_of=as_of, actor=actor
            )
    value = evidence.figure.value if evidence else None
    return Status(
        commitment,
        asked,
        chosen,
        evidence,
        pace.judge(commitment, value, asked),
        pace.expected(commitment, asked),
        claim,
        finding,
        completeness(commitment),
    )
