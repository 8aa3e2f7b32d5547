"""Who is listed in a derived ledger on one day, by asking every condition of every record: no bounds, no database.

The cases of a pack are run by it, and a test holds it equal to the intervals that the engine keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from huying.declare.derived import ID, Derived, Expected, Match, Source
from huying.declare.evaluate import evaluate

Records = Mapping[str, Sequence[Mapping[str, Any]]]  # full name of a ledger -> records: values by field, `id`, `state`


@dataclass
class There:
    """One row on a day. grounds: places of those that hold; few, many: slots of what is expected, "" for the whole."""

    grounds: set[int] = field(default_factory=set)
    few: set[str] = field(default_factory=set)
    many: set[str] = field(default_factory=set)


def on_day(derived: Derived, given: Records, day: date, tz: ZoneInfo) -> dict[Any, There]:
    """key -> its row, for the keys that are listed. What is removed from a register must not be among the records."""
    found: dict[Any, There] = {}
    for place, ground in enumerate(derived.grounds):
        for record in holding(ground, given, day, tz):
            key = record.get(derived.by or ID)
            if key is None:
                continue
            amiss = _amiss(derived, record, given, day, tz)
            if amiss is not None:
                there = found.setdefault(key, There())
                there.grounds.add(place)
                there.few |= amiss[0]
                there.many |= amiss[1]
    return found


def holding(source: Source, given: Records, day: date, tz: ZoneInfo) -> Iterator[Mapping[str, Any]]:
    """The records of a source whose conditions hold on a day."""
    conditions = [one for one in (source.where, source.within) if one is not None]
    for record in given.get(source.of, ()):
        if all(evaluate(one, record, today=day, tz=tz) is True for one in conditions):
            yield record


def _amiss(
    derived: Derived, ground: Mapping[str, Any], given: Records, day: date, tz: ZoneInfo
) -> tuple[set[str], set[str]] | None:
    """(slots with too few, with too many) where the ground puts its row there; None where it does not."""

    def matching(match: Match) -> list[Mapping[str, Any]]:
        return [
            one
            for one in holding(match, given, day, tz)
            if all(ground.get(here) is not None and one.get(there) == ground.get(here) for there, here in match.on)
        ]

    if any(not matching(match) for match in derived.joins.values() if not match.optional):
        return None
    if any(matching(match) for match in derived.missing):
        return None
    if derived.expects is None:
        return set(), set()
    sides = _counted(derived.expects, matching(derived.expects))
    return sides if any(sides) else None


def _counted(expected: Expected, records: Sequence[Mapping[str, Any]]) -> tuple[set[str], set[str]]:
    numbers = {"": len(records)}
    if expected.each:
        numbers = {slot: sum(one.get(expected.each) == slot for one in records) for slot in expected.slots}
    return (
        {slot for slot, number in numbers.items() if expected.amiss(number) < 0},
        {slot for slot, number in numbers.items() if expected.amiss(number) > 0},
    )
