"""What an upgrade writes: an event for each record, and how far it came; the way back; what a person settles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import psycopg

from huying.declare.problems import both
from huying.engine import constraints, database, events, writing
from huying.engine.database import Row
from huying.engine.events import Event
from huying.engine.people import Actor
from huying.engine.upgrade_values import Stuck
from huying.engine.values import to_columns

if TYPE_CHECKING:
    from huying.engine.upgrading import Tally, Upgrading

MISSED = ("HY001", "40001", "40P01")  # somebody else was first
TWICE = "和另一条的关键字段相同 | It has the key of another one"
MARK = (
    "insert into hy.upgraded (district, ledger, version, record, seq, why) values (%s, %s, %s, %s, %s, %s) "
    "on conflict (district, ledger, version, record) do update set seq = excluded.seq, why = excluded.why, back_seq = null"
)


@dataclass(frozen=True)
class Line:
    """A record to be carried on. values: as it stands; sets: what changes; stuck: what a person must finish."""

    row: Mapping[str, Any]
    values: Mapping[str, Any]
    sets: Mapping[str, Any]
    stuck: tuple[Stuck, ...] = ()


def write(one: Upgrading, lines: Sequence[Line], actor: Actor, last: UUID, tally: Tally) -> int:
    """Write a batch and how far it came. Returns how many were missed, as somebody acted on them meanwhile."""
    missed = _write(one, lines, actor, tally)
    database.direct().run(
        "insert into hy.upgrade_run (district, ledger, version, last, looked, changed, at) values (%s, %s, %s, %s, %s, %s, %s) "
        "on conflict (district, ledger, version) do update set last = excluded.last, looked = excluded.looked, "
        "changed = excluded.changed, at = excluded.at, back_at = null",
        [one.district.id, one.table.number, one.upgrade.to, last, tally.looked, tally.changed, one.district.now()],
    )
    return missed


def _write(one: Upgrading, lines: Sequence[Line], actor: Actor, tally: Tally) -> int:
    if not lines:
        return 0
    statements, guards = [], []
    for line in lines:
        seq, why = line.row["seq"], line.stuck[0].why if line.stuck else ""
        if line.sets:
            change = change_of(one, line, events.UPGRADE, actor)
            guards += change.guards
            statements.append(writing.statement(change))
            seq += 1
        statements.append((MARK, [one.district.id, one.table.number, one.upgrade.to, line.row["id"], seq, why]))
    try:
        database.together(one.district.id, [*constraints.locked(guards), *statements, *constraints.proofs(guards)])
        return 0
    except psycopg.Error as error:
        if len(lines) > 1:
            return sum(_write(one, [line], actor, tally) for line in lines)
        if error.sqlstate in MISSED:
            tally.looked, tally.changed = tally.looked - 1, tally.changed - bool(lines[0].sets)
            return 1
        if error.sqlstate == "23505":
            why = TWICE
        elif error.sqlstate == constraints.BROKEN:
            why = constraints.sentence(one.district.tables, error.diag.message_primary or "")[1]
        else:
            raise
        tally.changed -= 1
        tally.stuck += not lines[0].stuck
        name = next(iter(lines[0].sets))
        return _write(one, [Line(lines[0].row, lines[0].values, {}, (Stuck(name, why),))], actor, tally)


def change_of(one: Upgrading, line: Line, step: str, actor: Actor) -> writing.Change:
    """Everything that is written of one record: its duty, its state and its clock stay as they are."""
    row, district, table = line.row, one.district, one.table
    known_at = max(district.now(), row["known_at"] + timedelta(microseconds=1))
    text = events.canonical({"set": dict(line.sets), "version": one.upgrade.to})
    parts, salts, commits = events.commit(events.algorithm(), text, {})
    rule = district.rules.digests.get(("ledger", one.name), b"")
    act = uuid5(row["id"], f"{step} {one.upgrade.to} {row['seq']}")
    post = actor.post.id if actor.post else 0
    event = Event(
        district.id, row["id"], row["seq"] + 1, table.number, act, events.body_digest(step, {}), step, row["state"], actor.person,
        post, actor.via, known_at, known_at, events.algorithm(), rule, text, None, salts, parts, commits, bytes(row["head"]),
    )  # fmt: skip
    standing = {"seq": event.seq, "known_at": known_at, "head": event.hash}
    columns, _ = writing.split_columns(table, line.sets, to_columns)
    merged = {**line.values, **line.sets}
    guards = (
        constraints.guards(district.id, table, row["id"], row["state"], merged, line.sets)
        if table.ledger.constraints
        else ()
    )
    return writing.Change(
        table, event, False, standing, columns, {}, None, row["unit"], row["code"], guards=guards, keeps_duty=True
    )


def last(one: Upgrading) -> UUID:
    """The record looked at last."""
    return database.direct().value(f"select last from hy.upgrade_run where {_RUN}", _run(one))


def rewind(one: Upgrading) -> None:
    """Begin again with the first record: those carried on are not looked at twice."""
    database.direct().run(f"update hy.upgrade_run set last = %s where {_RUN}", [UUID(int=0), *_run(one)])


def finish(one: Upgrading) -> None:
    """All was looked at."""
    now = one.district.now()
    database.direct().run(
        "insert into hy.upgrade_run (district, ledger, version, last, looked, changed, at, finished_at) values (%s, %s, %s, %s, 0, 0, %s, %s) "
        "on conflict (district, ledger, version) do update set finished_at = excluded.finished_at",
        [*_run(one), UUID(int=0), now, now],
    )


def refused(one: Upgrading, most: int) -> list[Row]:
    """The records that a person must finish, as they stand, with why."""
    columns = ", ".join(f"t.{column}" for column in one.table.kept_columns)
    with database.writing(one.district.id) as query:
        return query.rows(
            f"select {columns}, u.why from hy.upgraded u join {one.table.name} t on t.district = u.district and t.id = u.record "
            f"where {_RUN.replace('district', 'u.district').replace('ledger', 'u.ledger').replace('version', 'u.version')} "
            "and u.why <> '' and not t.hidden order by t.code limit %s",
            [*_run(one), most],
        )


def settle(one: Upgrading, record: UUID, name: str, value: Any, actor: Actor) -> bool:
    """A person says what an upgrade could not. False where somebody else was first, or it is settled."""
    row = next((row for row in refused(one, 100_000) if row["id"] == record), None)
    if row is None:
        return False
    sets, stuck, _ = one.upgrader.look({**one.values(row), name: value})
    left = tuple(s for s in stuck if s.field != name)
    line = Line(row, one.values(row), {**sets, name: value}, left)
    change = change_of(one, line, events.UPGRADE, actor)
    mark = (
        MARK,
        [one.district.id, one.table.number, one.upgrade.to, record, row["seq"] + 1, left[0].why if left else ""],
    )
    guards = change.guards
    try:
        database.together(
            one.district.id, [*constraints.locked(guards), writing.statement(change), mark, *constraints.proofs(guards)]
        )
    except psycopg.Error as error:
        if error.sqlstate in (*MISSED, "23505", constraints.BROKEN):
            return False
        raise
    return True


def take_back(one: Upgrading, actor: Actor, batch: int = 500) -> tuple[int, list[tuple[str, str]]]:
    """Restore what the upgrade wrote where nobody touched the record since.

    Returns (how many were restored, [(code, why not)] of the others).
    """
    restored, kept = 0, []
    after = UUID(int=0)
    while rows := _carried(one, after, batch):
        after = rows[-1]["id"]
        lines, marks = [], []
        for row in rows:
            if row["seq"] != row["carried"]:
                kept.append((row["code"], both("升级以后有人改过", "it was changed since the upgrade")))
                continue
            before = one.values({**row, **{column: row[f"b_{column}"] for column in one.table.all_columns}})
            now = one.values(row)
            sets = {
                n: before.get(n)
                for n in one.ledger.fields
                if n != "unit" and n not in one.ledger.masked and before.get(n) != now.get(n)
            }
            lines.append(Line(row, now, sets))
            marks.append(row["id"])
        done = _restore(one, lines, actor)
        restored += len(done)
        kept += [
            (line.row["code"], both("正有人在改", "somebody is changing it"))
            for line in lines
            if line.row["id"] not in done
        ]
    database.direct().run(
        f"update hy.upgrade_run set finished_at = null, last = %s, looked = 0, changed = 0, back_at = %s where {_RUN}",
        [UUID(int=0), one.district.now(), *_run(one)],
    )
    return restored, kept


def _restore(one: Upgrading, lines: Sequence[Line], actor: Actor) -> set[UUID]:
    if not lines:
        return set()
    statements = []
    for line in lines:
        statements.append(writing.statement(change_of(one, line, events.BACK, actor)))
        statements.append(
            (
                f"update hy.upgraded set back_seq = %s where {_RUN} and record = %s",
                [line.row["seq"] + 1, *_run(one), line.row["id"]],
            )
        )
    try:
        database.together(one.district.id, statements)
        return {line.row["id"] for line in lines}
    except psycopg.Error as error:
        if error.sqlstate not in (*MISSED, "23505"):
            raise
        return set().union(*(_restore(one, [line], actor) for line in lines)) if len(lines) > 1 else set()


def _carried(one: Upgrading, after: UUID, most: int) -> list[Row]:
    """Records that were carried on and not taken back, with their row before that as `b_<column>`."""
    table, columns = one.table, one.table.kept_columns
    chosen = ", ".join([*(f"t.{c}" for c in columns), *(f"b.{c} as b_{c}" for c in table.all_columns)])
    with database.writing(one.district.id) as query:
        return query.rows(
            f"select {chosen}, u.seq as carried from hy.upgraded u join {table.name} t on t.district = u.district and t.id = u.record "
            f"join {table.name}_h b on b.district = t.district and b.id = t.id and b.seq = u.seq - 1 "
            "where u.district = %s and u.ledger = %s and u.version = %s and u.back_seq is null and not t.hidden and t.id > %s "
            f"and exists (select from hy.event e where e.district = t.district and e.record = t.id and e.seq = u.seq and e.step = '{events.UPGRADE}') "
            "order by t.id limit %s",
            [*_run(one), after, most],
        )


_RUN = "district = %s and ledger = %s and version = %s"


def _run(one: Upgrading) -> list[int]:
    return [one.district.id, one.table.number, one.upgrade.to]
