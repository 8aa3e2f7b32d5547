"""Levels of areas in time: the street of each area in each period, by the spans that were valid then.

A record holds the smallest area it lies in. A figure by street adds up the records of all areas under each street
as they stood at the end of the period; an area that ended within the period counts where it last was. A merged
street keeps its figures of the time before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from huying.engine import crosswalk, database
from huying.engine.crosswalk import Succession

MOST_ROLLED = 1000  # stretches of days that are kept in mind
_known: dict[int, tuple[int, Spans]] = {}


@dataclass(frozen=True)
class Span:
    """One area from one day until another (exclusive)."""

    unit: int
    kind: str
    parent: int | None
    code: str
    title: str
    since: date
    until: date


class Spans:
    """All areas of a district in all times."""

    def __init__(self, spans: Sequence[Span], successions: Sequence[Succession] = (), moved: Iterable[int] = ()):
        self.successions, self.moved = successions, frozenset(moved)  # moved: ledgers (numbers) whose records were
        self.of: dict[int, list[Span]] = {}
        for span in sorted(spans, key=lambda s: s.since):
            self.of.setdefault(span.unit, []).append(span)
        self.kinds = {span.kind for span in spans}
        self._rolled: dict[tuple[str, date, date], Mapping[int, str]] = {}

    def as_recorded(self) -> Spans:
        """The same where no record counts elsewhere than in its own area."""
        same = copy(self)
        same.moved = frozenset()
        return same

    def within(self, unit: int, since: date, until: date) -> Span | None:
        """The area's last span that touches [since, until); else the nearest one; None for an unknown area."""
        spans = self.of.get(unit, [])
        touching = [s for s in spans if s.since < until and s.until > since]
        if touching:
            return touching[-1]
        return min(spans, key=lambda s: min(abs(s.since - since), abs(s.until - since)), default=None)

    def roll_up(self, level: str, since: date, until: date) -> Mapping[int, str]:
        """unit id -> code of the area of `level` that it is or lies in; without those that lie in none."""
        key = (level, since, until)
        if key not in self._rolled:
            if len(self._rolled) >= MOST_ROLLED:
                self._rolled.clear()
            self._rolled[key] = self._roll_up(level, since, until)
        return self._rolled[key]

    def _roll_up(self, level: str, since: date, until: date) -> dict[int, str]:
        found: dict[int, str] = {}
        for unit in self.of:
            seen, here = set(), self.within(unit, since, until)
            while here and here.kind != level and here.unit not in seen:
                seen.add(here.unit)
                here = self.within(here.parent, since, until) if here.parent is not None else None
            if here and here.kind == level:
                found[unit] = here.code
        return found

    def of_level(self, level: str, since: date, until: date) -> dict[str, str]:
        """code -> title of the areas of a level that stood at some time in [since, until), in order of code."""
        found = {
            span.code: span.title
            for spans in self.of.values()
            for span in spans
            if span.kind == level and span.since < until and span.until > since
        }
        return dict(sorted(found.items()))


def spans(district: int) -> Spans:
    """The district's areas; read again when any was changed since. One statement when nothing was."""
    query = database.direct()
    stamp = query.value(
        "select coalesce(sum(hashtext(s.unit || ' ' || s.since || ' ' || s.until || ' ' || coalesce(s.parent, 0) || ' ' || s.title)::bigint), 0) "
        "+ (select coalesce(sum(hashtext(u.old || ' ' || u.new || ' ' || u.on_day || ' ' || u.share)::bigint), 0) from hy.unit_succession u "
        "where u.district = %s) + (select count(*) from (select 1 from hy.area_move m where m.district = %s group by m.ledger) l) "
        "from hy.unit_span s where s.district = %s",
        [district, district, district],
    )
    kept = _known.get(district)
    if kept and kept[0] == stamp:
        return kept[1]
    rows = query.rows(
        "select s.unit, u.kind, s.parent, coalesce(s.code, '') as code, s.title, s.since, least(s.until, date '9999-12-31') as until "
        "from hy.unit_span s join hy.unit u on u.district = s.district and u.id = s.unit where s.district = %s and u.kind <> 'office'",
        [district],
    )
    moved = query.tuples("select distinct ledger from hy.area_move where district = %s", [district])
    made = Spans([Span(**row) for row in rows], crosswalk.successions(district), (ledger for (ledger,) in moved))
    _known[district] = (stamp, made)
    return made
