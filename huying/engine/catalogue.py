"""The catalogue of indicators: which there are, of what kind, whose, and how fresh what they count is; within a reader's reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huying.declare.kinds import Indicator
from huying.engine import access, database, figures, hiding, indicators
from huying.engine.database import Reach
from huying.engine.indicators import Asked
from huying.engine.packs import District
from huying.engine.people import Actor

COUNTED, STATED, FIGURED, LISTED = "counted", "stated", "figured", "listed"
KINDS = (COUNTED, STATED, FIGURED, LISTED)


@dataclass(frozen=True)
class Entry:
    """An indicator in the catalogue. kind: one of KINDS; pack: the area of work; owner: whose pack it is, as written there."""

    indicator: Indicator
    kind: str
    pack: str
    owner: str


def entries(
    district: District, actor: Actor, text: str = "", pack: str = "", kind: str = "", owner: str = ""
) -> list[Entry]:
    """Those that the actor may see, in the order of their packs.

    text  words that all stand in its name, title, question or source, in either language
    """
    words = text.casefold().split()
    found = []
    for one in district.rules.indicators.values():
        entry = entry_of(district, one)
        about = f"{one.name} {one.title} {one.question} {one.source}".casefold()
        if (
            (not pack or entry.pack == pack)
            and (not kind or entry.kind == kind)
            and (not owner or entry.owner == owner)
            and all(word in about for word in words)
            and indicators.may_see(district.rules, one, actor)
        ):
            found.append(entry)
    return found


def entry_of(district: District, one: Indicator) -> Entry:
    """One indicator as the catalogue has it."""
    kind = FIGURED if one.figuring else STATED if one.statement else LISTED if one.listed else COUNTED
    pack = one.name.partition(".")[0]
    declared = district.rules.packs.get(pack)
    return Entry(one, kind, pack, declared.owner if declared else "")


def latest(district: District, actor: Actor, found: Iterable[Entry]) -> Mapping[str, datetime]:
    """Indicator -> when a record of its ledgers was last entered or changed, where there is one within reach. One round trip."""
    wanted: dict[str, list[str]] = {}
    for one in found:
        ledgers = district.rules.like(one.indicator.of) if one.indicator.and_like else [one.indicator.of]
        wanted[one.indicator.name] = [name for name in ledgers if name in district.tables]
    by_reach: dict[Reach, list[str]] = {}
    for name in dict.fromkeys(ledger for ledgers in wanted.values() for ledger in ledgers):
        if access.may_see(district.rules.ledgers[name], actor):
            by_reach.setdefault(access.reach_for(district.rules.ledgers[name], actor), []).append(name)
    known: dict[str, datetime] = {}
    for reach, names in by_reach.items():
        statements = [
            (
                f"select max(known_at) as at from {district.tables[name].name} where district = %s and not hidden",
                [district.id],
            )
            for name in names
        ]
        for name, rows in zip(names, database.asked(reach, statements), strict=True):
            if rows[0]["at"] is not None:
                known[name] = rows[0]["at"]
    times = {name: [known[one] for one in ledgers if one in known] for name, ledgers in wanted.items()}
    return {name: max(some) for name, some in times.items() if some}


def so_far(district: District, actor: Actor | None, one: Indicator, today: date, split: tuple[str, ...] = ()) -> Asked:
    """The question of a figure of this year so far; of what is shown in whole periods, from the first of them."""
    start, by = date(today.year, 1, 1), "all"
    if hiding.is_closed(district.rules, one, actor) and one.period[0] != "all":
        start = figures.first_of(start, one.period[0], one.terms)
    return Asked(one.name, start, today + timedelta(days=1), split, by=by)


def whole_for(district: District, one: Indicator, actor: Actor) -> bool:
    """Whether the actor reads the district's whole figure, not that of the own reach."""
    return one.published or actor.reach.role == "hy_all" or hiding.records_are_public(district.rules, one)
