"""Carrying a ledger's records to its new version by its upgrade list, and back.

Records are taken in batches of one short transaction each, by id; how far it came is kept, so that it goes on where it
was stopped. Each record that changes gets one event (`version.upgrade`), under the digest of the ledger's declaration;
what cannot be carried on is kept with its reason until a person settles it. The way back (`version.back`) restores what
nobody touched since, and names what was.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from huying.declare.kinds import Ledger
from huying.declare.upgrades import Upgrade
from huying.engine import database, upgrade_writing
from huying.engine.packs import District
from huying.engine.people import Actor, system
from huying.engine.situation import record_values
from huying.engine.upgrade_values import Stuck, Upgrader
from huying.engine.upgrade_writing import Line

BATCH = 500
SHOWN = 50  # refused records that a tally keeps
START = UUID(int=0)
Progress = Callable[["Tally"], None]


@dataclass
class Tally:
    """looked: records; changed of them; moves: place in the list -> how many it changes; stuck: how many a person must
    finish, the first of them by code."""

    looked: int = 0
    total: int = 0
    changed: int = 0
    moves: Counter[int] = field(default_factory=Counter)
    stuck: int = 0
    shown: list[tuple[str, Stuck]] = field(default_factory=list)


@dataclass(frozen=True)
class State:
    """How far one version's list is. since: when it came in force; total: records that were there before."""

    upgrade: Upgrade
    since: datetime | None
    total: int
    looked: int
    changed: int
    stuck: int
    at: datetime | None
    finished_at: datetime | None
    back_at: datetime | None

    @property
    def pending(self) -> bool:
        return self.upgrade.writes and self.total > 0 and self.finished_at is None


class Upgrading:
    """One version's list of one ledger, in one district."""

    def __init__(self, district: District, ledger: str, upgrade: Upgrade, since: datetime | None):
        self.district, self.name, self.upgrade, self.since = district, ledger, upgrade, since
        self.table = district.tables[ledger]
        self.ledger: Ledger = self.table.ledger
        self.upgrader = Upgrader(district.rules, self.ledger, upgrade, district.today(), district.calendar.tz)

    @cached_property
    def retired(self) -> dict[str, tuple[str, ...]]:
        """Name -> columns of what is declared no more; `<name> was` of a field whose type changed."""
        names = {name: f"{name} was" if name in self.ledger.fields else name for name, _ in self.table.retired}
        return {
            names[name]: columns
            for (name, kept), columns in self.table.retired.items()
            if not kept.startswith("secret ")
        }

    def values(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """field -> value of a row, retired ones among them."""
        values = record_values(self.district, self.name, row)
        for name, columns in self.retired.items():
            values.setdefault(name, row[columns[0]] if len(columns) == 1 else tuple(row[c] for c in columns))
        return values

    def batch(self, last: UUID, most: int = BATCH) -> list[dict[str, Any]]:
        """The next records that were there before the version came in force and are not carried on yet, by id."""
        columns = ", ".join(f"t.{column}" for column in self.table.kept_columns)
        with database.writing(self.district.id) as query:
            return query.rows(
                f"select {columns}, coalesce(u.why, '') <> '' as refused from {self.table.name} t left join hy.upgraded u "
                "on u.district = t.district and u.ledger = %s and u.version = %s and u.record = t.id where t.district = %s "
                "and not t.hidden and t.opened_at < %s and t.id > %s and (u.record is null or u.why <> '' or u.back_seq is not null) "
                "order by t.id limit %s",
                [self.table.number, self.upgrade.to, self.district.id, self.since, last, most],
            )

    def lines(self, rows: Sequence[Mapping[str, Any]], tally: Tally) -> list[Line]:
        """What to write of each row, counted into the tally."""
        lines = []
        for row in rows:
            values = self.values(row)
            sets, stuck, used = self.upgrader.look(values)
            tally.looked += 1
            tally.changed += bool(sets)
            tally.moves.update(used)
            tally.stuck += bool(stuck)
            if stuck and len(tally.shown) < SHOWN:
                tally.shown.append((row["code"], stuck[0]))
            if sets or stuck or row["refused"]:
                lines.append(Line(row, values, sets, tuple(stuck)))
        return lines


def states(district: District, ledger: str) -> list[State]:
    """Every version of a ledger's upgrade list, oldest first."""
    table = district.tables[ledger]
    if not table.ledger.upgrades:
        return []
    since = _since(district, ledger)
    with database.writing(district.id) as query:
        runs = {r["version"]: r for r in query.rows(
            "select r.*, (select count(*) from hy.upgraded u where u.district = r.district and u.ledger = r.ledger "
            "and u.version = r.version and u.why <> '') as stuck from hy.upgrade_run r where r.district = %s and r.ledger = %s",
            [district.id, table.number])}  # fmt: skip
        moments = [since.get(upgrade.to) for upgrade in table.ledger.upgrades]
        counted = ", ".join(["count(*) filter (where opened_at < %s)"] * len(moments))
        [totals] = query.tuples(
            f"select {counted} from {table.name} where district = %s and not hidden", [*moments, district.id]
        )
    none = {"looked": 0, "changed": 0, "stuck": 0, "at": None, "finished_at": None, "back_at": None}
    return [
        State(upgrade, moment, total, **{key: runs.get(upgrade.to, none)[key] for key in none})
        for upgrade, moment, total in zip(table.ledger.upgrades, moments, totals, strict=True)
    ]


def of_version(district: District, ledger: str, version: int) -> Upgrading | None:
    """The list that carries records to a version that is in force; None where there is none."""
    found = next((state for state in states(district, ledger) if state.upgrade.to == version and state.since), None)
    return Upgrading(district, ledger, found.upgrade, found.since) if found else None


def waiting(district: District, ledger: str) -> int:
    """How many records of former versions are not carried on yet; nothing is asked of a ledger without a list."""
    return max((state.total - state.looked for state in states(district, ledger) if state.pending), default=0)


def rehearse(
    district: District, ledger: str, progress: Progress = lambda tally: None, *, most: int = 0
) -> dict[int, Tally]:
    """What carrying all on would do, by version; nothing is written. A later version sees what is stored now.

    most  how many records to look at, of each version; 0 for all
    """
    found = {}
    for state in states(district, ledger):
        if state.pending:
            one, tally, last = Upgrading(district, ledger, state.upgrade, state.since), Tally(total=state.total), START
            while (not most or tally.looked < most) and (rows := one.batch(last)):
                one.lines(rows, tally)
                last = rows[-1]["id"]
                progress(tally)
            found[state.upgrade.to] = tally
    return found


def carry_on(
    district: District,
    ledger: str,
    actor: Actor | None = None,
    *,
    batches: int = 0,
    progress: Progress = lambda tally: None,
) -> bool:
    """Carry records on, version by version, from where it was stopped. batches: how many at most, 0 for all.

    Returns whether all is done. Records that a person must finish do not keep it from being done.
    """
    done = 0
    for state in states(district, ledger):
        if not state.pending:
            continue
        one = Upgrading(district, ledger, state.upgrade, state.since)
        actor_, tally, missed = actor or system(district.id), Tally(state.looked, state.total, state.changed), 0
        last = upgrade_writing.last(one) if state.at else START
        while rows := one.batch(last):
            last = rows[-1]["id"]
            missed += upgrade_writing.write(one, one.lines(rows, tally), actor_, last, tally)
            done += 1
            progress(tally)
            if batches and done >= batches:
                return False
        if missed:  # somebody acted on them meanwhile: they are looked at once more
            upgrade_writing.rewind(one)
            return carry_on(district, ledger, actor, batches=batches, progress=progress)
        upgrade_writing.finish(one)
    return True


def _since(district: District, ledger: str) -> dict[int, datetime]:
    """Version of the ledger -> when it, or a later one, first came in force."""
    rows = database.direct().rows(
        "select body, in_force from hy.declaration where district = %s and kind = 'ledger' and name = %s order by version",
        [district.id, ledger],
    )
    found: dict[int, datetime] = {}
    for row in rows:
        for version in range(1, json.loads(row["body"]).get("version", 1) + 1):
            found.setdefault(version, row["in_force"])
    return found
