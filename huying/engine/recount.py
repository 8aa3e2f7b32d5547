"""Counting open clocks anew when a newer calendar is in force.

Past the last published notice a due time is a guess, and is shown as one. When `apply` puts in force a calendar that
reaches further, every open record whose clock or stage was guessed gets its due time by the new notice: one event
each, by the system, under the digest of the calendar. What is closed, stopped or paused stays as it is; a paused clock
counts by the new calendar once it goes on.

Records are taken in batches of one short transaction each, so that acts and followers pass between them. Repeating
changes nothing: what was counted by the present calendar comes out the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg

from huying.engine import database, events, places, writing
from huying.engine.deadlines import Clock
from huying.engine.decide import StepRefused, stage_due
from huying.engine.packs import District
from huying.engine.places import Tree
from huying.engine.situation import record_values
from huying.engine.workdays import Calendar, load_calendar

BATCH = 500
PASSES = 3  # over all: a record on which someone acted meanwhile is looked at again
GUESSED = '%"provisional":true%'
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Versions:
    """The district's calendar in time: (in force since, calendar), oldest first; the last is in force now."""

    known: Sequence[tuple[datetime, Calendar]]

    def at(self, moment: datetime) -> Calendar:
        """By which calendar was counted at a moment."""
        return next((calendar for since, calendar in reversed(self.known) if since <= moment), self.known[0][1])

    @property
    def since(self) -> datetime:
        """When the present one came in force."""
        return self.known[-1][0]

    @property
    def horizon(self) -> datetime | None:
        """The first moment that an earlier one did not cover; None when none ended before the present one."""
        present = self.known[-1][1]
        ends = [calendar.until for _, calendar in self.known[:-1] if calendar.until < present.until]
        return datetime.combine(min(ends) + timedelta(days=1), time.min, present.tz) if ends else None


def recount(district: District, progress: Progress = lambda done, total: None) -> int:
    """Count anew what was guessed. progress(done, total): open records looked at. Returns how many changed."""
    versions = _versions(district)
    horizon = versions.horizon if versions.known else None
    if horizon is None:
        return 0
    tree = places.tree(district.id, district.today())
    changed = 0
    for _ in range(PASSES):
        total = sum(_count(district, name, versions, horizon) for name in district.rules.flows)
        done = missed = 0
        for name in district.rules.flows:
            last = UUID(int=0)
            while rows := _batch(district, name, versions, horizon, last):
                last = rows[-1]["id"]
                changes = [change for row in rows if (change := _change(district, tree, name, row, versions))]
                written = _write(district, changes)
                _settle(district, written)
                changed, missed, done = changed + len(written), missed + len(changes) - len(written), done + len(rows)
                progress(done, total)
        if not missed:
            break
    return changed


def _versions(district: District) -> Versions:
    rows = database.direct().rows(
        "select in_force, body from hy.declaration where district = %s and kind = 'calendar' and name = %s order by in_force",
        [district.id, district.config.get("calendar", "")],
    )
    return Versions([(row["in_force"], load_calendar(json.loads(row["body"]))) for row in rows])


WHERE = (
    "from hy.duty d join {table} t on t.district = d.district and t.id = d.record where d.district = %s and d.ledger = %s "
    "and (t.clock like %s or d.due_at > %s and t.known_at < %s)"
)


def _asked(district: District, name: str, versions: Versions, horizon: datetime) -> tuple[str, list[Any]]:
    table = district.tables[name]
    return WHERE.format(table=table.name), [district.id, table.number, GUESSED, horizon, versions.since]


def _count(district: District, name: str, versions: Versions, horizon: datetime) -> int:
    where, params = _asked(district, name, versions, horizon)
    with database.writing(district.id) as query:
        return query.value(f"select count(*) {where}", params)


def _batch(district: District, name: str, versions: Versions, horizon: datetime, last: UUID) -> list[database.Row]:
    """The next open records that may have been guessed, by id; acted_at: when the step was taken that began the stage."""
    where, params = _asked(district, name, versions, horizon)
    columns = ", ".join(f"t.{column}" for column in district.tables[name].all_columns)
    with database.writing(district.id) as query:
        return query.rows(
            f"select {columns}, d.due_at as stage_due, d.post as holder, d.office as holder_office, d.title, d.since, "
            "(select e.at from hy.event e where e.district = d.district and e.record = d.record and e.step <> %s "
            f"order by e.seq desc limit 1) as acted_at {where} and d.record > %s order by d.record limit %s",
            [events.RECOUNT, *params, last, BATCH],
        )


def _change(
    district: District, tree: Tree, name: str, row: Mapping[str, Any], versions: Versions
) -> writing.Change | None:
    """What counting one record anew writes; None where nothing comes out otherwise."""
    clock = Clock.from_text(row["clock"]) if row["clock"] else None
    new = clock.recount(district.calendar) if clock and clock.provisional else clock
    stage = _stage(district, tree, name, row, clock, new, versions)
    if new == clock and stage == row["stage_due"]:
        return None
    known_at = max(district.now(), row["known_at"] + timedelta(microseconds=1))
    table = district.tables[name]
    standing = {
        "seq": row["seq"] + 1,
        "due_at": new.due_at if new else row["due_at"],
        "clock": new.to_text() if new else None,
        "known_at": known_at,
    }
    text = events.canonical({"set": {}, "due_at": standing["due_at"], "clock": standing["clock"], "stage_due": stage})
    parts, salts, commits = events.commit(events.algorithm(), text, {})
    rule = district.rules.digests[("calendar", district.config["calendar"])]
    event = events.Event(
        district.id,
        row["id"],
        standing["seq"],
        table.number,
        uuid5(row["id"], f"{events.RECOUNT} {rule.hex()} {row['seq']}"),
        events.body_digest(events.RECOUNT, {}),
        events.RECOUNT,
        row["state"],
        0,
        0,
        "system",
        known_at,
        known_at,
        events.algorithm(),
        rule,
        text,
        None,
        salts,
        parts,
        commits,
        bytes(row["head"]),
    )
    duty = writing.Duty(row["holder"], row["holder_office"], row["title"], row["since"], stage)
    standing["head"] = event.hash
    return writing.Change(table, event, False, standing, {}, {}, duty, row["unit"], row["code"])


def _stage(
    district: District,
    tree: Tree,
    name: str,
    row: Mapping[str, Any],
    before: Clock | None,
    clock: Clock | None,
    versions: Versions,
) -> datetime | None:
    """When the stage's own limit ends now; as it stands where the calendar is not what it was counted by, as when the
    limits changed since."""
    state = district.rules.flows[name].states.get(row["state"])
    if row["stage_due"] is None or state is None or row["acted_at"] is None:
        return row["stage_due"]
    values = record_values(district, name, row)

    def counted(by: Calendar, clock: Clock | None) -> datetime | None:
        return stage_due(district.rules, name, state, clock, values, row["acted_at"], by, tree.ancestor_codes)

    try:
        then = counted(versions.at(row["known_at"]), before)
        return counted(district.calendar, clock) if then == row["stage_due"] else row["stage_due"]
    except StepRefused:  # the limits table names this stage no longer
        return row["stage_due"]


def _write(district: District, changes: Sequence[writing.Change]) -> list[writing.Change]:
    """Write a batch in one transaction; when someone acted on one of them meanwhile, each by itself. What was written."""
    if not changes:
        return []
    try:
        database.together(district.id, [writing.statement(change) for change in changes])
        return list(changes)
    except psycopg.Error as error:
        if error.sqlstate not in ("HY001", "23505", "40001", "40P01"):
            raise
        if len(changes) == 1:
            return []
        return [written for change in changes for written in _write(district, [change])]


def _settle(district: District, changes: Sequence[writing.Change]) -> None:
    """Notices of lateness that is none any more need nobody's eye."""
    now = district.now()
    settled = [c.event.record for c in changes if c.duty and c.duty.due_at and c.duty.due_at > now]
    if settled:
        database.direct().run(
            "update hy.notice set read_at = %s where district = %s and record = any(%s) and kind = 'late' and read_at is null",
            [now, district.id, settled],
        )
