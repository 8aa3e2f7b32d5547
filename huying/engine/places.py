"""Areas and offices in time: identities, today's tree, and what lies under what.

Records hold unit ids only; names, parents and codes are looked up for a day. The tree of a district is small
(some hundred rows), read whole and kept until the units change.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from huying.declare.kinds import say
from huying.engine import database

FRESH = 1.0  # seconds for which a worker trusts what it knows
_trees: dict[tuple[int, date], tuple[float, int, Tree]] = {}


@dataclass(frozen=True)
class Unit:
    """One area or office as it stood on a day. kind: district, street, community, grid … or office."""

    id: int
    kind: str
    code: str
    title: str
    parent: int | None
    area: int | None  # for an office: the area it serves
    lng: float | None
    lat: float | None

    def name(self, lang: str = "zh") -> str:
        return say(self.title, lang)


class Tree:
    """All units of one district on one day."""

    def __init__(self, units: Iterable[Unit], succeeded: Iterable[tuple[int, int]]):
        self.units = {unit.id: unit for unit in units}
        self.by_code = {unit.code: unit for unit in self.units.values()}
        self._before: dict[int, list[int]] = {}
        for old, new in succeeded:
            self._before.setdefault(new, []).append(old)

    @cached_property
    def root(self) -> Unit:
        """The district's own area."""
        return next(u for u in self.units.values() if u.parent is None and u.kind != "office")

    @cached_property
    def children(self) -> dict[int, list[Unit]]:
        below: dict[int, list[Unit]] = {}
        for unit in self.units.values():
            if unit.parent is not None:
                below.setdefault(unit.parent, []).append(unit)
        return below

    @cached_property
    def serving(self) -> dict[int, Unit]:
        """Area -> the office that serves it."""
        return {u.area: u for u in self.units.values() if u.kind == "office" and u.area is not None}

    def get(self, unit: int) -> Unit | None:
        return self.units.get(unit)

    def chain(self, unit: int) -> list[Unit]:
        """The unit and what it lies in, nearest first."""
        found: list[Unit] = []
        while (here := self.units.get(unit)) and here not in found:
            found.append(here)
            unit = here.parent or 0
        return found

    def ancestor_codes(self, unit: int) -> list[str]:
        return [u.code for u in self.chain(unit)]

    def at_level(self, unit: int, kind: str) -> Unit | None:
        """The unit of that kind that `unit` is or lies in."""
        return next((u for u in self.chain(unit) if u.kind == kind), None)

    def under(self, unit: int) -> list[int]:
        """Ids of the unit, all below it, and their predecessors: the reach of a post there."""
        found, todo = [], [unit]
        while todo:
            here = todo.pop()
            if here not in found:
                found.append(here)
                todo += [u.id for u in self.children.get(here, ()) if u.kind != "office"] + self._before.get(here, [])
        return found

    def of_kind(self, kind: str) -> list[Unit]:
        return sorted((u for u in self.units.values() if u.kind == kind), key=lambda u: u.code or "")

    def office_of_area(self, unit: int) -> Unit | None:
        """The office that serves the nearest area around `unit`."""
        return next((self.serving[u.id] for u in self.chain(unit) if u.id in self.serving), None)


def tree(district: int, day: date) -> Tree:
    """The district's units as they stood on `day`; a worker looks at most once a second whether any was changed."""
    kept = _trees.get((district, day))
    if kept and time.monotonic() - kept[0] < FRESH:
        return kept[2]
    looked = time.monotonic()
    query = database.direct()
    stamp = query.value(
        "select count(*) * 1000003 + coalesce(sum(hashint4(unit) # hashtext(title || coalesce(parent, 0) || coalesce(area, 0) || since || until)), 0) "
        "+ (select coalesce(sum(hashtext(old || ' ' || new || ' ' || on_day)), 0) from hy.unit_succession where district = %s) "
        "from hy.unit_span where district = %s",
        [district, district],
    )
    made = kept[2] if kept and kept[1] == stamp else _read(query, district, day)
    if len(_trees) > 64:
        _trees.clear()
    _trees[district, day] = (looked, stamp, made)
    return made


def forget() -> None:
    """Look again at the next call."""
    _trees.clear()


def _read(query: database.Query, district: int, day: date) -> Tree:
    rows = query.rows(
        "select u.id, u.kind, s.code, s.title, s.parent, s.area, s.lng, s.lat from hy.unit u join hy.unit_span s on s.district = u.district "
        "and s.unit = u.id where u.district = %s and s.since <= %s and s.until > %s order by u.id",
        [district, day, day],
    )
    pairs = query.tuples(
        "select old, new from hy.unit_succession where district = %s and on_day <= %s", [district, day]
    )
    return Tree((Unit(**row) for row in rows), pairs)
