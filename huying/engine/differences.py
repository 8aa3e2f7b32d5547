"""The difference between claim and evidence, by area: what records give, which areas gave nothing, what their sheets said.

A difference is not an accusation: it names where rows may be missing, so that somebody can look there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from huying.declare.kinds import Indicator
from huying.engine import dispatch, indicators, places
from huying.engine.commitments import Status
from huying.engine.counting import STANDING
from huying.engine.importing import runs
from huying.engine.indicators import Asked, Measured
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Unit


@dataclass(frozen=True)
class Sheet:
    """The latest sheet that an area's office handed in, of those that are kept. rows: what was read of it."""

    name: str
    state: str
    rows: int
    new: int
    unchanged: int
    rejected: int

    @property
    def brought_in(self) -> bool:
        return self.state == runs.DONE


@dataclass(frozen=True)
class Area:
    """What the records of one area give. value: None where it gave nothing; rows: records counted."""

    unit: Unit | None
    code: str
    value: Decimal | None
    rows: int
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Difference:
    """level: of areas, such as street; empty where the indicator is not split by areas. areas: by value, the greatest
    first; nothing: those without any record."""

    level: str
    areas: tuple[Area, ...]
    measured: Measured | None

    @property
    def nothing(self) -> tuple[Area, ...]:
        return tuple(one for one in self.areas if not one.rows)


def concerns(actor: Actor, status: Status) -> bool:
    """Whether the actor supervises, or is of an office that leads or assists: others see the whole figure alone."""
    office = actor.post.office if actor.post else None
    return actor.may("see_drafts") or office in (status.task.office, *status.task.assist)


def by_area(district: District, status: Status, as_of: datetime | None = None) -> Difference:
    """The evidence of a task, area by area, over the days for which it was measured; for whom it `concerns`."""
    level = level_of(district, status.indicator)
    if not level or status.evidence is None:
        return Difference("", (), None)
    [measured] = indicators.measure_many(district, [asked_by_area(status, level)], as_of=as_of)
    given = {figure.split[0]: figure for figure in measured.figures}
    tree = places.tree(district.id, status.asked)
    sheets = _sheets(district, status.indicator.of, tree)
    found = [
        Area(
            unit,
            unit.code,
            given[unit.code].value if unit.code in given and given[unit.code].rows else None,
            given[unit.code].rows if unit.code in given else 0,
            sheets.get(unit.id),
        )
        for unit in tree.of_kind(level)
    ]
    known = {one.code for one in found}
    found += [Area(None, code, one.value, one.rows) for code, one in given.items() if code not in known and one.rows]
    return Difference(level, tuple(sorted(found, key=lambda one: (-(one.value or 0), one.code))), measured)


def asked_by_area(status: Status, level: str) -> Asked:
    """The question of a task's evidence, split by a level of areas."""
    evidence = status.evidence
    return Asked(evidence.indicator.name, evidence.start, evidence.end, (level,), by="all")


def level_of(district: District, indicator: Indicator | None) -> str:
    """The first level of areas by which an indicator is split; empty where there is none."""
    if indicator is None:
        return ""
    fields = district.rules.ledgers[indicator.of].fields
    return next((name for name in indicator.split if name not in fields and name not in STANDING), "")


def changes(was: Measured, now: Measured) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """(area's code, was, is) of two answers to one question, where they differ; None where there was nothing."""
    before, after = _values(was), _values(now)
    return [
        (code, before.get(code), after.get(code))
        for code in sorted({*before, *after})
        if before.get(code) != after.get(code)
    ]


def _values(measured: Measured) -> Mapping[str, Decimal]:
    return {one.split[0]: one.value for one in measured.figures if one.rows and one.value is not None}


def _sheets(district: District, ledger: str, tree: places.Tree) -> Mapping[int, Sheet]:
    """area -> the latest sheet into the ledger that was handed in by the office which serves it."""
    latest = runs.by_post(district, ledger)
    posts = dispatch.posts(district, tree).by_id if latest else {}
    offices = {office.id: area for area, office in tree.serving.items()}
    found: dict[int, runs.Run] = {}
    for post, run in latest.items():
        area = offices.get(posts[post].office) if post in posts else None
        if area is not None and (area not in found or found[area].made_at < run.made_at):
            found[area] = run
    return {area: _sheet(run) for area, run in found.items()}


def _sheet(run: runs.Run) -> Sheet:
    counts = run.told.get("counts", {})
    return Sheet(run.file_name, run.state, run.told.get("read") or 0,
                 *(counts.get(kind, 0) for kind in ("new", "unchanged", "rejected")))  # fmt: skip


def names(areas: Sequence[Area], lang: str = "zh") -> list[str]:
    """What people call them."""
    return [one.unit.name(lang) if one.unit else one.code for one in areas]
