"""One act, one statement: the record, its history, its duty and its event together, or nothing.

Statements are optimistic: a step names the `seq` it saw, and when someone was first the statement raises HY001 and
the transaction is gone. Text is generated once per ledger and shape; every value is a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huying.engine import secret_values
from huying.engine.constraints import Guard
from huying.engine.events import Event
from huying.engine.schema import SQL_TYPES, STANDING, Table

EVENT = (
    "district",
    "record",
    "seq",
    "ledger",
    "act",
    "body",
    "step",
    "to_state",
    "person",
    "post",
    "via",
    "at",
    "known_at",
    "alg",
    "rule",
    "open",
    "secret",
    "salts",
    "parts",
    "commits",
    "prev",
    "hash",
)
_EVENT_TYPES = dict(
    zip(
        EVENT,
        (
            "int",
            "uuid",
            "int",
            "int",
            "uuid",
            "bytea",
            "text",
            "text",
            "int",
            "int",
            "text",
            "timestamptz",
            "timestamptz",
            "text",
            "bytea",
            "text",
            "bytea",
            "bytea",
            "text",
            "bytea",
            "bytea",
            "bytea",
        ),
        strict=True,
    )
)
_EVENT_TEXT = f"e as (insert into hy.event ({', '.join(EVENT)}) select {', '.join(f'%s::{_EVENT_TYPES[n]}' for n in EVENT)} from r returning n)"


@dataclass
class Duty:
    """Who holds the open record now; None of them in a final state."""

    post: int
    office: int
    title: str
    since: datetime
    due_at: datetime | None


@dataclass
class Change:
    """Everything one act writes. standing: changed standing columns; columns, private: column -> value."""

    table: Table
    event: Event
    create: bool
    standing: dict[str, Any]
    columns: dict[str, Any]
    private: dict[str, Any]
    duty: Duty | None
    unit: int
    code: str
    key: tuple[int, bytes] | None = None  # a new record key: number of the KEK, wrapped
    track: bytes | None = None
    shares: list[tuple[int, int, str]] | None = None  # office, post, why; None leaves them as they are
    assisting: list[int] | None = None  # where the step assigns anew: the offices that assist from now on
    precedent: dict[str, Any] | None = None
    like: tuple[int, str, int] | None = None  # ledger, category, area: ask whether a ruling stands for the new record
    guards: Sequence[Guard] = ()  # constraints that it puts to the test
    same_duty: bool = False  # whoever must act next stays as they are
    params: list[Any] = field(default_factory=list)
    keeps_duty: bool = False  # whoever must act, and by when, is left alone


def statement(change: Change) -> tuple[str, list[Any]]:
    """(SQL, parameters) of the whole act; it gives one row, whose `ruled` answers `like`."""
    parts: list[str] = []
    params: list[Any] = []
    (_create if change.create else _step)(change, parts, params)
    if change.private:
        _private(change, parts, params)
    if change.key:
        parts.append("k as (insert into hy.record_key select %s::int, %s::uuid, %s::int, %s::bytea from r)")
        params += [change.event.district, change.event.record, *change.key]
    if change.track:
        parts.append("t as (insert into hy.track select %s::int, %s::bytea, %s::int, %s::uuid from r)")
        params += [change.event.district, change.track, change.table.number, change.event.record]
    if not change.same_duty:
        _duty(change, parts, params)
    if change.shares is not None:
        for n, (office, post, why) in enumerate(change.shares):
            parts.append(
                f"s{n} as (insert into hy.share select %s::int, %s::int, %s::uuid, %s::int, %s::int, %s::text from r "
                "on conflict (district, office, record) do update set post = excluded.post, why = excluded.why)"
            )
            params += [change.event.district, office, change.event.record, change.table.number, post, why]
    if change.assisting is not None:
        parts.append(
            "sx as (delete from hy.share using r where share.district = %s and share.record = %s and share.why = 'assist' "
            "and share.office <> all(%s::int[]))"
        )
        params += [change.event.district, change.event.record, change.assisting]
    if change.precedent:
        names = ("district", "ledger", "category", "area", "post", "assist", "record", "code", "words", "at")
        types = ("int", "int", "text", "int", "int", "int[]", "uuid", "text", "text", "timestamptz")
        parts.append(
            f"pr as (insert into hy.precedent ({', '.join(names)}) select {', '.join(f'%s::{t}' for t in types)} from r "
            "on conflict (district, ledger, category, area) do update set post = excluded.post, assist = excluded.assist, "
            "record = excluded.record, code = excluded.code, words = excluded.words, at = excluded.at)"
        )
        params += [change.precedent[name] for name in names]
    event = {**change.event.__dict__, "hash": change.event.hash}
    parts.append(_EVENT_TEXT)
    params += [event[name] for name in EVENT]
    ruled = "false"
    if change.like:
        ruled = "exists (select from hy.precedent where district = %s and ledger = %s and category = %s and area = %s)"
        params += [change.event.district, *change.like]
    return (
        f"with {', '.join(parts)} select case when count(*) = 0 then hy.conflict() else max(n) end, {ruled} as ruled from e",
        params,
    )


def _typed(table: Table, column: str) -> str:
    if column in STANDING:
        return STANDING[column].split(" ")[0]
    for name, columns in {**table.columns, **table.private}.items():
        if column in columns:
            kind = table.ledger.fields[name].type
            return "float8" if kind == "point" else SQL_TYPES[kind].split(" ")[0]
    for columns in table.secret.values():
        if column in columns:
            return "text" if column == columns[0] else "bytea"
    raise KeyError(column)


def _create(change: Change, parts: list[str], params: list[Any]) -> None:
    values = {**change.standing, **change.columns}
    texts, shape = change.table.texts, ("create", *values)
    if (text := texts.get(shape)) is None:
        marks = ", ".join(f"%s::{_typed(change.table, column)}" for column in values)
        text = f"r as (insert into {change.table.name} ({', '.join(values)}) values ({marks}) returning id)"
        texts[shape] = text
    parts.append(text)
    params += values.values()


def _step(change: Change, parts: list[str], params: list[Any]) -> None:
    table, event = change.table, change.event
    values = {**change.standing, **change.columns}
    texts, shape = table.texts, ("step", *values)
    if (text := texts.get(shape)) is None:
        columns = ", ".join(table.kept_columns)
        sets = ", ".join(f"{column} = %s::{_typed(table, column)}" for column in values)
        text = texts[shape] = (
            f"old as (select {columns} from {table.name} where district = %s and id = %s and seq = %s for update), "
            f"h as (insert into {table.name}_h ({columns}, until) select {columns}, %s::timestamptz from old), "
            # The key again, not old's: so the plan is by key from the first run on, when the tables are still empty.
            f"r as (update {table.name} t set {sets} from old where t.district = %s and t.id = %s returning t.id)"
        )
    parts.append(text)
    params += [
        event.district,
        event.record,
        event.seq - 1,
        event.known_at,
        *values.values(),
        event.district,
        event.record,
    ]


def _private(change: Change, parts: list[str], params: list[Any]) -> None:
    names = list(change.private)
    marks = ", ".join(f"%s::{_typed(change.table, column)}" for column in names)
    sets = ", ".join(f"{column} = excluded.{column}" for column in names)
    parts.append(
        f"p as (insert into {change.table.name}_p (district, id, {', '.join(names)}) select %s::int, %s::uuid, {marks} from r "
        f"on conflict (district, id) do update set {sets})"
    )
    params += [change.event.district, change.event.record, *change.private.values()]


def _duty(change: Change, parts: list[str], params: list[Any]) -> None:
    event, duty = change.event, change.duty
    if change.keeps_duty:
        return
    if duty is None:
        if not change.create:
            parts.append("d as (delete from hy.duty using r where duty.district = %s and duty.record = %s)")
            params += [event.district, event.record]
        return
    parts.append(
        "d as (insert into hy.duty (district, record, ledger, code, title, unit, office, post, state, since, due_at) "
        "select %s::int, %s::uuid, %s::int, %s::text, %s::text, %s::int, %s::int, %s::int, %s::text, %s::timestamptz, %s::timestamptz from r "
        "on conflict (district, record) do update set title = excluded.title, unit = excluded.unit, office = excluded.office, "
        "post = excluded.post, state = excluded.state, since = excluded.since, due_at = excluded.due_at, told_at = null)"
    )
    params += [
        event.district,
        event.record,
        change.table.number,
        change.code,
        duty.title,
        change.unit,
        duty.office,
        duty.post,
        event.to_state,
        duty.since,
        duty.due_at,
    ]


def split_columns(table: Table, values: Mapping[str, Any], to_columns: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """(main, private): column -> value for field values."""
    main: dict[str, Any] = {}
    private: dict[str, Any] = {}
    for name, value in values.items():
        if columns := table.columns.get(name):
            main.update(zip(columns, to_columns(table.ledger.fields[name], value), strict=True))
        elif columns := table.private.get(name):
            private.update(zip(columns, to_columns(table.ledger.fields[name], value), strict=True))
        elif columns := table.secret.get(name):
            main.update(zip(columns, secret_values.kept(value), strict=True))
    return main, private
