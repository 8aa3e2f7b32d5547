"""Two records of one ledger that speak of the same made one, and taken apart again: with all that refers to them.

The survivor stays as it is. The other is seen no more in lists and figures, nobody's duty waits for it, its code opens the
survivor; what referred to it refers to the survivor, each by an event of its own. Nothing of it is changed: as of a day
before, all stand as they stood, and `unmerge` brings back every value, duty and reference that has not been changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import psycopg

from huying.declare.kinds import Ledger
from huying.engine import access, constraints, database, events, following, outside, subject_marks, writing
from huying.engine.database import Query
from huying.engine.decide import StepRefused
from huying.engine.packs import District
from huying.engine.people import Actor, system
from huying.engine.records import Record
from huying.engine.schema import Table
from huying.engine.situation import record_values

RIGHT = "identify"
MOST = 5000  # records that may refer to what is merged
NAME, EVENTS, LATE = (
    "references",
    500,
    100_000,
)  # the follower that mends late references: its batch, and how many it leads on
Moved = list[tuple[str, UUID, list[str]]]  # (ledger, record, fields) that referred to it


@dataclass(frozen=True)
class Merged:
    """A record that was merged into another. before: the last moment at which it stood by itself."""

    record: UUID
    code: str
    why: str
    person: int
    post: int
    at: datetime
    before: datetime


def may_merge(ledger: Ledger, actor: Actor) -> bool:
    """Registers, and ledgers that speak of somebody, may be put in order by whoever may say who is who."""
    return actor.may(RIGHT) and access.may_see(ledger, actor) and bool(ledger.kept_by or ledger.speaks_of)


def merged_into(district: District, survivor: Record) -> list[Merged]:
    """What was merged into a record, the latest first."""
    table = district.tables[survivor.ledger.name]
    with database.writing(district.id) as query:
        rows = query.rows(
            f"select g.record, l.code, g.why, g.person, g.post, g.at, l.known_at - interval '1 microsecond' as before from hy.merged g "
            f"join {table.name} l on l.district = g.district and l.id = g.record where g.district = %s and g.survivor = %s order by g.at desc",
            [district.id, survivor.id],
        )
    return [Merged(**row) for row in rows]


def differing(actor: Actor, one: Record, other: Record) -> list[str]:
    """The fields whose value may be taken from either: open ones, seen by the actor, in which the two differ. What is masked,
    made from other fields, or tells where the record belongs stays with each record."""
    ledger = one.ledger
    seen = set(access.visible_fields(ledger, actor.kinds)) - {*ledger.masked, *ledger.derive, "unit"}
    chosen = [name for name in ledger.fields if name in seen and ledger.fields[name].type != "photos"]
    return [name for name in chosen if one.values.get(name) != other.values.get(name)]


def merge(
    district: District, actor: Actor, survivor: Record, other: Record, why: str, act: UUID, take: Sequence[str] = ()
) -> None:
    """Merge `other` into `survivor`, both as the actor sees them. take: fields of `differing` whose values it takes over.

    Raises StepRefused (who.*, record.unique …, step.race) and changes nothing.
    """
    ledger = survivor.ledger
    if not may_merge(ledger, actor):
        raise StepRefused(
            "who.not-yours", "您不能合并这本$ledger的$record | You may not merge $records of this $ledger"
        )
    if other.ledger.name != ledger.name or other.id == survivor.id:
        raise StepRefused("who.other", "请选同一本$ledger的另一条$record | Choose another $record of the same $ledger")
    if wrong := set(take) - set(differing(actor, survivor, other)):
        raise StepRefused(
            "who.take",
            f"这一项不能带过来：{'、'.join(sorted(wrong))} | This is not taken over: {', '.join(sorted(wrong))}",
        )
    reason, table = outside.reason(why), district.tables[ledger.name]
    with _together(district) as query:
        if _done(query, district, act):
            return
        rows = outside.read(query, district, table, [survivor.id, other.id])
        if len(rows) < 2 or any(row["hidden"] for row in rows.values()):
            raise StepRefused(
                "who.gone", "其中一条刚被合并或移除，请刷新后再看 | One of them was just merged or removed; reload"
            )
        _admit(query, district, table, rows, other.id)
        moved = _referring(query, district, ledger.name, other.id)
        duty = query.row(
            "select post, office, title, since, due_at from hy.duty where district = %s and record = %s",
            [district.id, other.id],
        )
        own = next((names for name, record, names in moved if record == survivor.id), [])
        taken = {name: record_values(district, ledger.name, rows[other.id]).get(name) for name in take}
        given = {**taken, **dict.fromkeys(own, survivor.id)}
        now = {**record_values(district, ledger.name, rows[survivor.id]), **given, "unit": rows[survivor.id]["unit"]}
        guards = (
            constraints.guards(district.id, table, survivor.id, rows[survivor.id]["state"], now, taken) if taken else ()
        )
        changes = [
            outside.change(district, table, rows[other.id], events.INTO, {"with": survivor.code, "why": reason}, actor=actor,
                           act=act, hidden=True, same_duty=False),
            outside.change(district, table, rows[survivor.id], events.TAKEN_IN, {"with": other.code, "why": reason}, actor=actor,
                           act=uuid5(act, "survivor"), values=given, guards=guards),
        ]  # fmt: skip
        rest = [one for one in moved if one[1] != survivor.id]
        changes += _follow(query, district, actor, rest, survivor.id, act)
        _write(query, district, changes)
        told = [[district.tables[name].number, str(record), names] for name, record, names in moved]
        query.run(
            "insert into hy.merged (district, record, survivor, ledger, why, person, post, at, moved, duty, taken, seq) values "
            "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [district.id, other.id, survivor.id, table.number, reason, actor.person, actor.post.id if actor.post else 0,
             district.now(), json.dumps(told), events.canonical(duty) if duty else None, ",".join(take),
             rows[survivor.id]["seq"] + 1],
        )  # fmt: skip


def unmerge(district: District, actor: Actor, survivor: Record, other: UUID, act: UUID) -> None:
    """Bring back a record that was merged into `survivor`. Raises StepRefused and changes nothing."""
    table = district.tables[survivor.ledger.name]
    if not may_merge(survivor.ledger, actor):
        raise StepRefused(
            "who.not-yours", "您不能合并这本$ledger的$record | You may not merge $records of this $ledger"
        )
    with _together(district) as query:
        if _done(query, district, act):
            return
        merged = query.row(
            "select * from hy.merged where district = %s and record = %s and survivor = %s",
            [district.id, other, survivor.id],
        )
        rows = outside.read(query, district, table, [survivor.id, other])
        if merged is None or len(rows) < 2 or rows[survivor.id]["hidden"]:
            raise StepRefused("who.gone", "这次合并已经撤销，请刷新后再看 | This merge was taken back already; reload")
        if not access.within(actor, rows[other], (), None):
            raise StepRefused(
                "record.none", "没有这件事，或不在您的范围内 | There is no such $record within your reach"
            )
        names = {number.number: name for name, number in district.tables.items()}
        moved = [(names[n], UUID(record), fields) for n, record, fields in json.loads(merged["moved"]) if n in names]
        standing = _standing(query, district, moved, survivor.id)
        own = next((fields for _, record, fields in standing if record == survivor.id), [])
        row = {**rows[other], "hidden": False}
        values = {**record_values(district, survivor.ledger.name, row), "unit": row["unit"]}
        content = {"with": rows[survivor.id]["code"]}
        before = _before(query, district, table, merged, rows[survivor.id])
        changes = [  # the survivor first: it may hold the other's key
            outside.change(district, table, rows[survivor.id], events.GIVEN_BACK, {"with": row["code"]}, actor=actor,
                           act=uuid5(act, "survivor"), values={**before, **dict.fromkeys(own, other)}),
            outside.change(district, table, rows[other], events.OUT_OF, content, actor=actor, act=act, hidden=False,
                           duty=_duty(merged["duty"]), same_duty=False,
                           guards=constraints.guards(district.id, table, other, row["state"], values, None)),
        ]  # fmt: skip
        changes += _follow(query, district, actor, [one for one in standing if one[1] != survivor.id], other, act)
        _write(query, district, changes)
        query.run("delete from hy.merged where district = %s and record = %s", [district.id, other])


def _before(
    query: Query, district: District, table: Table, merged: Mapping[str, Any], row: Mapping[str, Any]
) -> dict[str, Any]:
    """What the survivor's fields held before a merge took values over, of those that have not been changed since."""
    taken = [name for name in merged["taken"].split(",") if name in table.columns]
    if not taken:
        return {}
    columns = ", ".join(table.all_columns)
    then = {
        old["seq"]: record_values(district, table.ledger.name, old)
        for old in query.rows(
            f"select {columns} from {table.name}_h where district = %s and id = %s and seq = any(%s)",
            [district.id, row["id"], [merged["seq"] - 1, merged["seq"]]],
        )
    }
    now = record_values(district, table.ledger.name, row)
    stood, set_to = then.get(merged["seq"] - 1), then.get(merged["seq"], now)
    if stood is None:
        return {}
    return {name: stood.get(name) for name in taken if now.get(name) == set_to.get(name)}


def follow(district: District) -> bool:
    """One batch of events: a reference that was filed at the very moment of a merge, to a record that is no more, is led to
    the survivor by an event of its own. Whether there was anything to do."""
    with database.writing(district.id) as query:
        batch = following.next_batch(query, district.id, NAME, EVENTS)
        if batch.end is None:
            return False
        gone = _merged_among(query, district, batch.rows)
        for other, (name, survivor) in gone.items():
            subject_marks.lock(query, district.id)
            # as many as there are: the merge has been made, and none of them may stay behind
            moved = [one for one in _referring(query, district, name, other, most=LATE) if one[1] != survivor]
            act = uuid5(other, f"late {survivor} {batch.rows[-1]['n']}")
            changes = _follow(query, district, system(district.id), moved, survivor, act)
            _write(query, district, changes)
            told = [[district.tables[ledger].number, str(record), names] for ledger, record, names in moved]
            query.run(
                "update hy.merged set moved = (moved::jsonb || %s::jsonb)::text where district = %s and record = %s",
                [json.dumps(told), district.id, other],
            )
        following.advance(query, district.id, NAME, batch)
    return bool(batch.rows)


def _merged_among(query: Query, district: District, batch: Sequence[Mapping[str, Any]]) -> dict[UUID, tuple[str, UUID]]:
    """Merged record -> (its ledger, survivor): of those that the batch merged, and those that its records refer to."""
    asked = {event["record"] for event in batch if event["step"] == events.INTO}
    names = {table.number: name for name, table in district.tables.items()}
    by_ledger: dict[str, set[UUID]] = {}
    for event in batch:
        if name := names.get(event["ledger"]):
            by_ledger.setdefault(name, set()).add(event["record"])
    if not query.value("select exists (select from hy.merged where district = %s)", [district.id]):
        return {}
    for name, ids in by_ledger.items():
        table = district.tables[name]
        for field in table.ledger.fields.values():
            if field.type == "record":
                source, column = _where(table, field.name)
                sql = f"select distinct {column} from {source} where district = %s and id = any(%s) and {column} is not null"
                asked |= {target for (target,) in query.tuples(sql, [district.id, list(ids)])}
    rows = query.tuples(
        "select record, ledger, hy.survivor(district, record) from hy.merged where district = %s and record = any(%s)",
        [district.id, list(asked)],
    )
    return {record: (names[ledger], survivor) for record, ledger, survivor in rows if ledger in names}


@contextmanager
def _together(district: District) -> Iterator[Query]:
    """One merge at a time in a district, in one transaction."""
    with database.writing(district.id) as query:
        subject_marks.lock(query, district.id)
        yield query


def _done(query: Query, district: District, act: UUID) -> bool:
    return bool(query.value("select 1 from hy.event where district = %s and act = %s", [district.id, act]))


def _admit(query: Query, district: District, table: Table, rows: Mapping[UUID, Any], other: UUID) -> None:
    """Raises StepRefused for what may not be merged: two identifiers that differ, a report that somebody follows."""
    subject_marks.refuse_two_numbers(query, district, [(table.ledger.name, record) for record in rows])
    if query.value("select 1 from hy.track where district = %s and record = %s", [district.id, other]):
        raise StepRefused(
            "who.followed",
            "诉求人凭查询码在跟这一条，请把另一条并进来 | Its reporter follows this one; merge the other into it",
        )


def _referring(query: Query, district: District, ledger: str, target: UUID, most: int = MOST) -> Moved:
    """Every record that refers to one, but itself. Raises StepRefused where they are too many."""
    found: dict[tuple[str, UUID], list[str]] = {}
    for name, table in sorted(district.tables.items()):
        for field in table.ledger.fields.values():
            if field.type != "record" or field.ledger != ledger:
                continue
            source, column = _where(table, field.name)
            for (record,) in query.tuples(
                f"select id from {source} where district = %s and {column} = %s and id <> %s order by id limit %s",
                [district.id, target, target, most + 1],
            ):
                found.setdefault((name, record), []).append(field.name)
    if len(found) > most:
        raise StepRefused(
            "who.many",
            f"引用它的超过 {MOST} 条，请反过来合并 | More than {MOST} $records refer to it; merge the other way round",
        )
    return [(name, record, names) for (name, record), names in found.items()]


def _where(table: Table, field: str) -> tuple[str, str]:
    """(table, column) of a reference."""
    if field in table.private:
        return f"{table.name}_p", table.private[field][0]
    return table.name, table.column(field)


def _standing(query: Query, district: District, moved: Moved, survivor: UUID) -> Moved:
    """What of it still refers to the survivor: what was changed since is left alone."""
    found: dict[tuple[str, UUID], list[str]] = {}
    wanted: dict[tuple[str, str], list[UUID]] = {}
    for name, record, names in moved:
        for field in names:
            if field in district.rules.ledgers[name].fields:
                wanted.setdefault((name, field), []).append(record)
    for (name, field), ids in wanted.items():
        source, column = _where(district.tables[name], field)
        for (record,) in query.tuples(
            f"select id from {source} where district = %s and id = any(%s) and {column} = %s",
            [district.id, ids, survivor],
        ):
            found.setdefault((name, record), []).append(field)
    return [(name, record, names) for (name, record), names in found.items()]


def _follow(query: Query, district: District, actor: Actor, moved: Moved, to: UUID, act: UUID) -> list[writing.Change]:
    """The acts by which records that refer to one refer to another."""
    changes = []
    by_ledger: dict[str, dict[UUID, list[str]]] = {}
    for name, record, names in moved:
        by_ledger.setdefault(name, {})[record] = names
    for name, of in by_ledger.items():
        table = district.tables[name]
        for record, row in outside.read(query, district, table, list(of)).items():
            values = dict.fromkeys(of[record], to)
            now = {**record_values(district, name, row), **values}
            guards = () if row["hidden"] else constraints.guards(district.id, table, record, row["state"], now, values)
            change = outside.change(district, table, row, events.FOLLOWED, {}, actor=actor, act=uuid5(act, str(record)),
                                    values=values, guards=guards)  # fmt: skip
            changes.append(change)
    return changes


def _write(query: Query, district: District, changes: Sequence[writing.Change]) -> None:
    guards = [guard for change in changes for guard in change.guards]
    statements = [*constraints.locked(guards), *map(writing.statement, changes), *constraints.proofs(guards)]
    try:
        for sql, params in statements:
            query.rows(sql, params)
    except psycopg.Error as error:
        raise _refused(district, error) from error


def _refused(district: District, error: psycopg.Error) -> Exception:
    if error.sqlstate == constraints.BROKEN:
        code, sentence, _ = constraints.sentence(district.tables, error.diag.message_primary or "")
        return StepRefused(code, sentence)
    if error.sqlstate == "23505" and "_key_" in (error.diag.constraint_name or ""):
        sentence = (
            "引用改过去后，会有两条$record的关键字段相同，请先处理其中一条 | Two $records that refer to them would have one key; "
            "settle one of those first"
        )
        return StepRefused("who.twice", sentence)
    if error.sqlstate in ("HY001", "23505", "40001", "40P01"):
        sentence = "刚有人办过其中一条，请刷新后再看 | Someone has just acted on one of them; reload"
        return StepRefused("step.race", sentence)
    return error


def _duty(told: str | None) -> writing.Duty | None:
    if told is None:
        return None
    said = json.loads(told)
    moments = {name: datetime.fromisoformat(said[name]) if said[name] else None for name in ("since", "due_at")}
    return writing.Duty(said["post"], said["office"], said["title"], moments["since"], moments["due_at"])
