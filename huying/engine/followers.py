"""What follows from events: search rows, notices, what is late, what lapses, seals. One background process runs it.

Nothing here is deferred inside an act; each follower reads committed events by watermark (following.py) and is
idempotent, so that a killed process loses nothing and repeats harmlessly.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import django.db
import psycopg

from huying.declare import nouns
from huying.declare.kinds import RESIDENT, RESPONSIBLE, Step, part
from huying.engine import (
    access,
    cell_keeping,
    database,
    derived_following,
    document_files,
    finding,
    finding_then,
    following,
    form_files,
    handed_files,
    merging,
    packs,
    people,
    photo_files,
    places,
    seals,
    subject_marks,
)
from huying.engine.acts import Act
from huying.engine.database import Query
from huying.engine.dispatch import Posts
from huying.engine.following import Batch
from huying.engine.importing import runs
from huying.engine.packs import District
from huying.engine.situation import headline, record_values

log = logging.getLogger(__name__)
BATCH = 2_000
PAUSE = 0.5  # seconds between looks
SLOW_PAUSE = 5.0  # seconds between looks at the clock
SWEEP_PAUSE = 3600.0  # seconds between looks for uploads that no form sent
LATE_BATCH = 500


def run_forever(stop: Callable[[], bool] = lambda: False) -> None:
    """Follow every district until `stop` says so; a lost database is waited for."""
    slow_at = sweep_at = 0.0
    while not stop():
        try:
            busy = False
            slow = time.monotonic() >= slow_at
            for row in packs.districts():
                busy |= run_once(row["id"], slow)
            if slow:
                slow_at = time.monotonic() + SLOW_PAUSE
            if time.monotonic() >= sweep_at:
                for row in packs.districts():
                    photo_files.sweep(packs.current(row["id"]))
                    document_files.sweep(packs.current(row["id"]))
                    handed_files.sweep(row["id"])
                    runs.sweep(row["id"])
                    form_files.sweep(packs.current(row["id"]))
                sweep_at = time.monotonic() + SWEEP_PAUSE
            if not busy:
                time.sleep(PAUSE)
        except (psycopg.OperationalError, psycopg.InterfaceError, django.db.Error) as error:
            log.warning("database away, trying again: %s", error)
            django.db.connections.close_all()
            packs.forget()
            time.sleep(2)


def run_once(number: int, slow: bool = True) -> bool:
    """One look at a district; whether there was anything to do. slow: also what the clock brings, and seals."""
    district = packs.current(number)
    nouns.use(district.words)
    busy = False
    for name, write in (("search", write_search_rows), ("notices", write_notices)):
        busy |= follow(district, name, write, imports=False) | follow(
            district, f"{name} of imports", write, imports=True
        )
    busy |= derived_following.follow(district)
    busy |= subject_marks.follow(district)
    busy |= merging.follow(district)
    busy |= cell_keeping.follow(district)
    if slow:
        busy |= bool(tell_late(district)) | bool(take_lapses(district)) | bool(seals.seal(district.id))
    return busy


Rows = Mapping[UUID, tuple[str, Mapping[str, Any]]]  # record -> (ledger, row as it stands)


def follow(
    district: District,
    name: str,
    write: Callable[[Query, District, Sequence[dict], Rows], None],
    imports: bool | None = None,
) -> bool:
    """One batch of one follower, written and advanced in one transaction. imports: as for following.next_batch."""
    with database.writing(district.id) as query:
        batch: Batch = following.next_batch(query, district.id, name, BATCH, imports)
        if batch.end is None:
            return False
        rows = _current_rows(query, district, batch.rows)
    connection = database.raw()
    with connection.transaction():
        query = Query(connection)
        write(query, district, batch.rows, rows)
        following.advance(query, district.id, name, batch)
    return bool(batch.rows)


def write_search_rows(query: Query, district: District, events: Sequence[dict], rows: Rows) -> None:
    """The searchable text of each touched record: code, headline, place, its `search` fields; never a private value."""
    tree = places.tree(district.id, district.today())
    if gone := [[district.id, record] for record in {event["record"] for event in events} - rows.keys()]:
        query.run_many("delete from hy.search_row where district = %s and record = %s", gone)  # merged into another
    many = []
    for record, (name, row) in rows.items():
        ledger = district.rules.ledgers[name]
        values = record_values(district, name, row)
        texts = finding_then.texts_of(district, tree, ledger, row["code"], values)
        body = finding.body_of(tree, row["unit"], texts)
        many.append(
            [
                district.id,
                district.tables[name].number,
                record,
                row["unit"],
                row["office"],
                row["known_at"],
                row["code"],
                body,
                body,
            ]
        )
    query.run_many(
        "insert into hy.search_row (district, ledger, record, unit, office, known_at, code, grams, body) "
        "values (%s, %s, %s, %s, %s, %s, %s, hy.bigrams(%s), %s) "
        "on conflict (district, ledger, record) do update set unit = excluded.unit, office = excluded.office, known_at = excluded.known_at, "
        "grams = excluded.grams, body = excluded.body",
        many,
    )


def write_notices(query: Query, district: District, events: Sequence[dict], rows: Rows) -> None:
    """A notice to each whom the step tells; one per (target, event, kind)."""
    tree = places.tree(district.id, district.today())
    posts = Posts(district, tree)
    names = {table.number: name for name, table in district.tables.items()}
    many = []
    for event in events:
        name = names.get(event["ledger"])
        step = district.rules.flows[name].steps.get(event["step"]) if name else None
        if step is None or event["record"] not in rows:
            continue
        row, ledger = rows[event["record"]][1], district.rules.ledgers[name]
        values = record_values(district, name, row)
        words = _words(step, row["code"], headline(district, tree, ledger, values))
        for target in _targets(step, row, access.posts_in(ledger, values), posts):
            if target != f"post:{event['post']}":
                many.append(
                    [
                        district.id,
                        target,
                        event["record"],
                        event["ledger"],
                        event["seq"],
                        step.name,
                        words,
                        event["known_at"],
                    ]
                )
    query.run_many(
        "insert into hy.notice (district, target, record, ledger, seq, kind, words, made_at) values (%s, %s, %s, %s, %s, %s, %s, %s) "
        "on conflict do nothing",
        many,
    )


def tell_late(district: District) -> int:
    """What is late rises once, and only in working time: to its holder, and to the role the flow names. How many."""
    now = district.now()
    if not _is_working_time(district, now):
        return 0
    names = {table.number: name for name, table in district.tables.items()}
    posts = Posts(district, places.tree(district.id, district.today()))
    with database.writing(district.id) as query:
        late = query.rows(
            "update hy.duty set told_at = %s where (district, record) in (select district, record from hy.duty where district = %s "
            "and due_at < %s and told_at is null limit %s for update skip locked) returning record, ledger, code, title, post, unit, state, due_at",
            [now, district.id, now, LATE_BATCH],
        )
    many = []
    for row in late:
        flow = district.rules.flows.get(names.get(row["ledger"], ""))
        state = flow.states.get(row["state"]) if flow else None
        if state is None or state.lapses:
            continue
        zh, en = part(state.title), part(state.title, "en")
        words = (
            f"超时：{row['code']} {part(row['title'])}（{zh}） | Late: {row['code']} {part(row['title'], 'en')} ({en})"
        )
        targets = {f"post:{row['post']}"}
        if flow.clock and flow.clock.tell_late:
            targets |= {f"post:{p.id}" for p in posts.by_id.values() if p.role == flow.clock.tell_late}
        seq = int(row["due_at"].timestamp()) // 60  # once for each due moment
        many += [[district.id, target, row["record"], row["ledger"], seq, "late", words, now] for target in targets]
    if many:
        database.direct().run_many(
            "insert into hy.notice (district, target, record, ledger, seq, kind, words, made_at) values (%s, %s, %s, %s, %s, %s, %s, %s) "
            "on conflict do nothing",
            many,
        )
    return len(late)


def take_lapses(district: District) -> int:
    """The steps that the clock takes by itself when a state's time is over. How many were taken."""
    from huying.engine.flows import take_steps

    wanted = {
        (district.tables[name].number, state.name): (name, state.lapses)
        for name, flow in district.rules.flows.items()
        for state in flow.states.values()
        if state.lapses
    }
    if not wanted:
        return 0
    with database.writing(district.id) as query:
        rows = query.rows(
            "select record, ledger, state, due_at from hy.duty where district = %s and due_at < %s and state = any(%s) order by due_at limit %s",
            [district.id, district.now(), sorted({state for _, state in wanted}), LATE_BATCH],
        )
    acts = []
    for row in rows:
        if found := wanted.get((row["ledger"], row["state"])):
            acts.append(
                Act(
                    found[0],
                    found[1],
                    people.system(district.id),
                    {},
                    row["record"],
                    uuid5(row["record"], f"lapse {row['due_at'].isoformat()}"),
                )
            )
    return (
        sum(1 for outcome in take_steps(district, acts) if outcome.refusal is None and not outcome.again) if acts else 0
    )


def _current_rows(query: Query, district: District, events: Sequence[dict]) -> Rows:
    names = {table.number: name for name, table in district.tables.items()}
    wanted: dict[str, list[UUID]] = {}
    for event in events:
        if name := names.get(event["ledger"]):
            wanted.setdefault(name, []).append(event["record"])
    found: dict[UUID, tuple[str, Mapping[str, Any]]] = {}
    for name, ids in wanted.items():
        table = district.tables[name]
        for row in query.rows(
            f"select {', '.join(table.all_columns)} from {table.name} where district = %s and id = any(%s) and not hidden",
            [district.id, list(set(ids))],
        ):
            found[row["id"]] = (name, row)
    return found


def _words(step: Step, code: str, title: str) -> str:
    return f"{part(step.title)}：{code} {part(title)} | {part(step.title, 'en')}: {code} {part(title, 'en')}"


def _targets(step: Step, row: Mapping[str, Any], named: Mapping[str, Any], posts: Posts) -> set[str]:
    targets = set()
    for who in step.tells:
        if who == RESIDENT:
            targets.add(f"track:{row['id']}")
        elif who == RESPONSIBLE:
            targets.add(f"post:{row['post']}")
        elif who in named:
            targets |= {f"post:{named[who]}"} if named[who] else set()
        else:
            targets |= {
                f"post:{post.id}"
                for post in posts.by_id.values()
                if post.role == who and _covers(posts, post.office, who, row["unit"])
            }
    return targets


def _covers(posts: Posts, office: int, role: str, unit: int) -> bool:
    """Whether a post of that role is told of a record of `unit`: area roles only of their own area."""
    if posts.reaches.get(role) != "area":
        return True
    serving = posts.tree.office_of_area(unit)
    return serving is not None and serving.id == office


def _is_working_time(district: District, now: datetime) -> bool:
    local = now.astimezone(district.calendar.tz)
    return district.calendar.is_workday(local.date()) and any(
        start <= local.time() < end for start, end in district.calendar.hours
    )
