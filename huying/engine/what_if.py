"""What if these cases were closed: a figure by the same rule, had listed records come to another state. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from huying.engine import access, hiding, indicators, records, supposing
from huying.engine.counting import Unanswerable
from huying.engine.explaining import Cell
from huying.engine.indicators import Measured
from huying.engine.packs import District
from huying.engine.people import Actor

MOST = 100  # records that may be supposed at once


@dataclass(frozen=True)
class Supposal:
    """What a cell would be. taken: records of which it was supposed; left: codes of those that no step leads there; said: what
    was supposed, `中文 | English`."""

    before: Measured
    after: Measured
    taken: tuple[records.Record, ...]
    left: tuple[str, ...]
    said: tuple[str, ...]


def states_of(district: District, ledger: str) -> dict[str, str]:
    """state -> title of those in which a record of the ledger may be supposed: final ones first."""
    flow = district.rules.flows[ledger]
    return {s.name: s.title for s in sorted(flow.states.values(), key=lambda s: not s.final)}


def what_if(
    district: District, cell: Cell, actor: Actor, ids: Sequence[UUID], to: str, on: date | None = None
) -> Supposal:
    """The cell as the same rule would count it, had these records come to the state `to` (on a day; today where none is said).

    Nothing is written. Raises as `explain` does; Unanswerable for a state that there is not, for no or too many records.
    """
    indicator = district.rules.indicators[cell.name]
    if cell.as_of is not None:
        raise Unanswerable("只能就现在的$record假设 | It is supposed of the $records of the present alone")
    if hiding.is_closed(district.rules, indicator, actor):
        raise access.Refused(
            "这些$record不在您的范围内，不能假设 | These $records are not in your reach: nothing is supposed of them"
        )
    ledger = indicator.of
    flow, table = district.rules.flows[ledger], district.tables[ledger]
    if to not in flow.states:
        known = "、".join(flow.states)
        raise Unanswerable(f"没有状态“{to}”；可以是：{known} | There is no state “{to}”; there are: {known}")
    if not 0 < len(ids) <= MOST:
        raise Unanswerable(f"请选 1 至 {MOST} 条$record | Choose 1 to {MOST} $records")
    at = district.now() if on is None else min(_noon(district, on), district.now())
    found = records.many(district, actor, ledger, list(dict.fromkeys(ids)))
    groups, taken, left = [], [], []
    for state in dict.fromkeys(one.state for one in found):
        some = [one for one in found if one.state == state]
        steps = supposing.way(flow, state, to)
        if steps is None:
            left += [one.code for one in some]
            continue
        values = supposing.values_of(table, flow, steps, to, at)
        groups.append(supposing.Group(tuple(one.id for one in some), values))
        taken += some
    if not groups:
        raise Unanswerable("这些$record都到不了那个状态 | None of these $records can come to that state")
    asked = cell.asked()
    before, after = indicators.measure_many(
        district,
        [asked, replace(asked, supposed=supposing.Supposed(ledger, tuple(groups)))],
        actor=actor,
        rule=cell.rule,
    )
    return Supposal(before, after, tuple(taken), tuple(left), _supposed(district, ledger, groups, to, at))


def _noon(district: District, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=district.calendar.tz)


def _supposed(
    district: District, ledger: str, groups: Sequence[supposing.Group], to: str, at: datetime
) -> tuple[str, ...]:
    declared, table, flow = district.rules.ledgers[ledger], district.tables[ledger], district.rules.flows[ledger]
    zh, _, en = flow.states[to].title.partition(" | ")
    day = at.astimezone(district.calendar.tz).strftime("%Y-%m-%d %H:%M")
    said = [f"状态为“{zh}”，{day} | In the state “{en or zh}” since {day}"]
    stamped = {column for group in groups for column in group.values} - {"state", "closed_at"}
    names = [name for name, column in table.single.items() if column in stamped]
    if names:
        titles = [declared.fields[name].title for name in names]
        first, second = (
            "、".join(t.partition(" | ")[0] for t in titles),
            ", ".join(t.partition(" | ")[2] or t for t in titles),
        )
        said.append(f"途中的环节记下：{first} | The steps on the way set: {second}")
    return tuple(said)
