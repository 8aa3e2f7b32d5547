"""What has changed since a bulletin was issued: line by line what it said, what would be said today, and why.

The bulletin itself never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from huying.engine import bulletins, commitments, differences, indicators, people
from huying.engine.bulletins import Line
from huying.engine.commitments import Status
from huying.engine.packs import District
from huying.engine.records import Record


@dataclass(frozen=True)
class Restated:
    """One line: `was` as printed, `value` and `status` by what is known now, over the same days.

    areas  (area's code, was, is) where its number changed; rows: (records counted then, now)
    """

    line: Line
    value: Decimal | None
    claim: Decimal | None
    status: str
    words: str
    areas: tuple[tuple[str, Decimal | None, Decimal | None], ...]
    rows: tuple[int, int] | None

    @property
    def claim_changed(self) -> bool:
        return self.claim != self.line.claim


def of(district: District, bulletin: Record) -> list[Restated]:
    """The restatements of an issued bulletin, in the order of its lines; empty for a draft."""
    if bulletin.state != "issued":
        return []
    period, as_of, doer = bulletins.period_of(bulletin), bulletin.values["as_of"], people.system(district.id)
    now = {one.task.id: one for one in commitments.works(commitments.board(district, doer, on=period.last))}
    found: list[tuple[Line, Status, Decimal | None]] = []
    for line in bulletins.lines(district, bulletin):
        status = now.get(line.task)
        if status is None:
            continue
        said = status.claim if status.claim and commitments.ends(status.claim) >= period.first else None
        claim = said.values.get("value") if said else None
        if status.value != line.evidence or claim != line.claim:
            found.append((line, status, claim))
    levels = [(status, differences.level_of(district, status.indicator)) for _, status, _ in found]
    asked = [differences.asked_by_area(status, level) for status, level in levels if level and status.evidence]
    then = iter(indicators.measure_many(district, asked, as_of=as_of) if asked else ())
    today = iter(indicators.measure_many(district, asked) if asked else ())
    made = []
    for (line, status, claim), (_, level) in zip(found, levels, strict=True):
        areas: tuple[tuple[str, Decimal | None, Decimal | None], ...] = ()
        rows = None
        if level and status.evidence:
            was, current = next(then), next(today)
            areas = tuple(differences.changes(was, current))
            rows = (sum(one.rows for one in was.figures), sum(one.rows for one in current.figures))
        made.append(Restated(line, status.value, claim, status.standing.status, status.standing.words, areas, rows))
    return made
