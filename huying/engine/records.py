"""Reading records: one, a page of many, their history; now or as of a past moment; always within a reach."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from huying.declare import upgrades
from huying.declare.compile import to_sql
from huying.declare.expressions import Expression
from huying.declare.kinds import Ledger
from huying.engine import access, database, field_tests, secret_values
from huying.engine.database import Query
from huying.engine.deadlines import Clock
from huying.engine.packs import District
from huying.engine.paging import Order, Place, read_columns
from huying.engine.people import Actor
from huying.engine.schema import SQL_TYPES, Table
from huying.engine.situation import record_values

MOST = 500
TESTS = "tests"  # under which filters hold what field_tests.read made
LISTED = ("state", "unit", "office", "post", "code", "opened_at", "closed_at", "due_at", "known_at")
_AS_THEY_ARE = ("id", "seq", "code", "state", "unit", "office", "post", "opened_at", "closed_at", "due_at", "known_at")


@dataclass(frozen=True)
class Record:
    """One record as one actor sees it. values: visible fields only; kinds: what the actor is to it."""

    ledger: Ledger
    id: UUID
    seq: int
    code: str
    state: str
    unit: int
    office: int
    post: int
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    known_at: datetime
    clock: Clock | None
    values: Mapping[str, Any]
    kinds: frozenset[str]
    masked: tuple[str, ...] = ()  # private and secret fields
    unmaskable: tuple[str, ...] = ()  # those of them the actor may have shown
    counters: Mapping[str, int] = field(default_factory=dict)
    masks: Mapping[str, str] = field(default_factory=dict)  # what is shown of the secret ones that have a value

    def counter(self, name: str) -> int | None:
        """A counting field, whether or not it is shown."""
        return self.counters.get(name)


@dataclass(frozen=True)
class Page:
    """records: at most the limit asked; total: all that match; more: whether others follow; beyond: whether more match
    than were counted; first, last: where its ends stand in the list, for the pages before and behind it; before: whether
    others precede."""

    records: list[Record]
    total: int
    more: bool
    beyond: bool = False
    first: Place | None = None
    last: Place | None = None
    before: bool = False


@dataclass(frozen=True)
class Entry:
    """One event of a history as the actor may see it. values: visible fields that it set; lead, assist: posts as it left them."""

    seq: int
    step: str
    to_state: str
    person: int
    post: int
    via: str
    at: datetime
    known_at: datetime
    values: Mapping[str, Any]
    erased: bool
    lead: int = 0
    assist: tuple[int, ...] = ()
    act: UUID | None = None


def get(district: District, actor: Actor, ledger: str, record: UUID, as_of: datetime | None = None) -> Record | None:
    """The record, when it is in the actor's reach or shared with the actor's office; else None."""
    table = district.tables[ledger]
    if not actor.signed_in and actor.resident_of != record:
        if not table.ledger.public:
            return None
    elif actor.signed_in and not access.may_see(table.ledger, actor):
        return None
    for reach in (
        [access.reach_for(table.ledger, actor), access.shared_reach(actor)] if actor.signed_in else [actor.reach]
    ):
        with database.reading(reach) as query:
            row = _row(query, table, "l.id = %s", [record], as_of)
            if row:
                return _records(district, actor, table, [row])[0]
    return None


def by_code(district: District, actor: Actor, ledger: str, code: str) -> Record | None:
    """The record of a staff code, within the actor's reach."""
    found = find_id(district, ledger, code)
    return get(district, actor, ledger, found) if found else None


def find_id(district: District, ledger: str, code: str, follow: bool = True) -> UUID | None:
    """The id behind a staff code, whoever asks: for the program itself, and to read the record in somebody's reach.

    follow  of a record that was merged into another, that other's
    """
    found = "hy.survivor(district, id)" if follow else "id"
    with database.writing(district.id) as query:
        return query.value(
            f"select {found} from {district.tables[ledger].name} where district = %s and code = %s", [district.id, code]
        )


def referred(district: District, actor: Actor, ledger: str, code: str) -> UUID | None:
    """The id behind a staff code of whose existence the actor may know."""
    found = by_code(district, actor, ledger, code)
    return found.id if found else None


def by_codes(district: District, actor: Actor, ledger: str, codes: Sequence[str]) -> dict[str, UUID]:
    """code -> record, of those within the actor's reach."""
    table = district.tables[ledger]
    if not access.may_see(table.ledger, actor):
        return {}
    statement = f"select code, id from {table.name} where district = %s and code = any(%s) and not hidden"
    [rows] = database.asked(access.reach_for(table.ledger, actor), [(statement, [district.id, list(codes)])])
    return {row["code"]: row["id"] for row in rows}


def by_key(district: District, ledger: str, keys: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], tuple[UUID, str]]:
    """Natural key (open fields, none of them None) -> (record, its code), whoever asks: a key is borne once."""
    table, fields = district.tables[ledger], district.tables[ledger].ledger.fields
    names = [table.column(name) for name in table.ledger.key]
    kinds = ["int" if name == "unit" else SQL_TYPES[fields[name].type].split(" ")[0] for name in table.ledger.key]
    if not keys:
        return {}
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    same = " and ".join(f"l.{name} = w.k{n}" for n, name in enumerate(names))
    with database.writing(district.id) as query:
        rows = query.tuples(
            f"select found.* from unnest({arrays}) as w({', '.join(f'k{n}' for n in range(len(names)))}) cross join lateral "
            f"(select l.id, l.code, {', '.join(f'l.{name}' for name in names)} from {table.name} l where {same} and l.district = %s "
            "and not l.hidden and l.state <> 'removed' limit 1) found",
            [*map(list, zip(*keys, strict=True)), district.id],
        )
    return {key: (record, code) for record, code, *rest in rows for key in [tuple(rest)]}


def page(
    district: District,
    actor: Actor,
    ledger: str,
    *,
    where: Expression | None = None,
    filters: Mapping[str, Any] | None = None,
    sort: str = "opened_at",
    descending: bool = True,
    offset: int = 0,
    limit: int = 50,
    as_of: datetime | None = None,
    count: bool = True,
    count_to: int | None = None,
    ids: Sequence[UUID] | None = None,
    shared: bool = False,
    also: tuple[str, list[Any]] | None = None,
    at: Place | None = None,
    back: bool = False,
) -> Page:
    """A page of a ledger.

    at, back the page begins behind this place, however far, or with back ends before it; back alone: the last page
    ids      only these records, where given
    count_to what is counted at most: to count all of a million takes longer than to show any page of them
    also     a further condition in SQL over `l`, with its parameters (grouping.condition)
    shared   those that other offices shared with the actor's, instead of those in reach
    filters  name -> value or list of values: a visible field, or state, unit, office, post, code; or a secret field by
             whose exact value the actor may find records
    sort     a visible field with one column, or a standing name
    Raises access.Refused, and ValueError (`中文 | English`) for a filter or sort on what the actor may not see.
    """
    table = district.tables[ledger]
    reach = access.reach_for(table.ledger, actor)
    reach = access.shared_reach(actor) if shared else reach
    condition, params = conditions(district, actor, table, filters, where, ids)
    if also:
        condition, params = f"{condition} and {also[0]}", [*params, *also[1]]
    if sort not in _allowed(table.ledger, actor):
        raise ValueError(f"不能按“{sort}”排序 | Cannot sort by “{sort}”")
    limit, order = min(limit, MOST), Order(table, sort, descending)
    source, first = source_of(table, as_of)
    found = f"from {source} where l.district = %s and not l.hidden and {condition}"
    params = [*first, district.id, *params]
    [rows] = database.asked(reach, [order.page((found, params), limit, int(offset), at, back)])
    total, beyond, further = len(rows), False, len(rows) > limit
    rows = rows[:limit][::-1] if back else rows[:limit]
    if count and (offset or at or further):
        counted = f"select 1 {found}"
        if count_to is not None:
            most = max(count_to, offset + total)
            counted += f" limit {int(most) + 1}"
        [[row]] = database.asked(reach, [(f"select count(*) as total from ({counted}) counted", params)])
        total = row["total"]
        if count_to is not None and total > most:
            total, beyond = most, True
    return Page(
        _records(district, actor, table, rows),
        total,
        bool(at) if back else further,
        beyond,
        order.place(rows[0]) if rows else None,
        order.place(rows[-1]) if rows else None,
        further if back else bool(at or offset),
    )


def conditions(
    district: District,
    actor: Actor,
    table: Table,
    filters: Mapping[str, Any] | None,
    where: Expression | None = None,
    ids: Sequence[UUID] | None = None,
) -> tuple[str, list[Any]]:
    """SQL over `l` of what a list is filtered by, and its parameters. Raises ValueError for what the actor may not see."""
    allowed = _allowed(table.ledger, actor)
    found: list[str] = []
    params: list[Any] = []
    if ids is not None:
        found.append("l.id = any((select %s::uuid[])::uuid[])")  # few, whatever is asked besides: by the key
        params.append(list(ids))
    finding = access.may_find_by(table.ledger, actor)
    shut = access.kept_from(table.ledger, actor)
    for name, value in (filters or {}).items():
        if name == TESTS:
            sql, more = field_tests.all_of(district, table, value, allowed)
            found.append(sql)
            params += more
            continue
        if name in finding:
            texts = value if isinstance(value, list) else [value]
            found.append(f"l.{table.column(name)} = any(%s)")
            params.append([index for text in texts for index in secret_values.indexes(district.id, text)])
            if shut is not None:
                sql, more = _condition(district, table, shut)
                found.append(f"({sql}) is not true")
                params += more
            continue
        if name not in allowed:
            raise ValueError(f"不能按“{name}”筛选 | Cannot filter by “{name}”")
        found.append(f"l.{table.column(name)} = {'any(%s)' if isinstance(value, list) else '%s'}")
        params.append(value)
    if where is not None:
        sql, more = _condition(district, table, where)
        found.append(f"({sql})")
        params += more
    return " and ".join(found) or "true", params


def _allowed(ledger: Ledger, actor: Actor) -> set[str]:
    """What the actor may filter and sort by."""
    return {"id", *access.visible_fields(ledger, actor.kinds), *LISTED}


def _condition(district: District, table: Table, expression: Expression) -> tuple[str, list[Any]]:
    indexes = partial(secret_values.indexes, district.id)
    zone = str(district.calendar.tz)
    return to_sql(expression, lambda name: f"l.{table.column(name)}", district.today(), zone, indexes)


def source_of(table: Table, as_of: datetime | None) -> tuple[str, list[Any]]:
    """(SQL of the ledger as `l`, its parameters): the table itself, or as it was known at a moment."""
    return (f"hy.l{table.number}_at(%s) l", [as_of]) if as_of else (f"{table.name} l", [])


def many(
    district: District, actor: Actor, ledger: str, ids: Sequence[UUID], as_of: datetime | None = None
) -> list[Record]:
    """Those of `ids` in the actor's reach, in the given order."""
    table = district.tables[ledger]
    with database.reading(access.reach_for(table.ledger, actor)) as query:
        source, first = source_of(table, as_of)
        rows = query.rows(
            f"select {read_columns(table)} from {source} where l.district = %s and l.id = any(%s) and not l.hidden",
            [*first, district.id, list(ids)],
        )
    found = {record.id: record for record in _records(district, actor, table, rows)}
    return [found[i] for i in ids if i in found]


def versions(district: District, actor: Actor, ledger: str, wanted: Mapping[UUID, int]) -> dict[UUID, Record]:
    """Records as they stood at a seq of theirs, id -> seq; those in the actor's reach as it was then, and not hidden now."""
    table = district.tables[ledger]
    columns, ids = ", ".join(table.all_columns), list(wanted)
    both = " union all ".join(
        f"select {columns} from {name} where district = %s and id = any(%s)" for name in (table.name, f"{table.name}_h")
    )
    statement = (
        f"select {read_columns(table)} from ({both}) l join unnest(%s::uuid[], %s::int[]) w(id, seq) on w.id = l.id and w.seq = l.seq "
        "where not l.hidden"
    )
    params = [district.id, ids, district.id, ids, ids, list(wanted.values())]
    [rows] = database.asked(access.reach_for(table.ledger, actor), [(statement, params)])
    return {one.id: one for one in _records(district, actor, table, rows)}


def history(district: District, record: Record) -> list[Entry]:
    """The record's events in order, with what the actor (for whom `record` was read) may see of each."""
    return histories(district, [record])[record.id]


def histories(district: District, found: Sequence[Record]) -> dict[UUID, list[Entry]]:
    """The events of several records, as `history` gives them."""
    visible = {one.id: _names(one) for one in found}
    with database.writing(district.id) as query:
        rows = query.rows(
            "select record, seq, act, step, to_state, person, post, via, at, known_at, open from hy.event where district = %s "
            "and record = any(%s) order by record, seq",
            [district.id, list(visible)],
        )
    entries: dict[UUID, list[Entry]] = {one.id: [] for one in found}
    for row in rows:
        record, text = row.pop("record"), row.pop("open")
        content = json.loads(text) if text else {}
        values = {
            visible[record][name]: value for name, value in content.get("set", {}).items() if name in visible[record]
        }
        assist = tuple(post for _office, post in content.get("assist", ()))
        lead = content.get("post") or 0
        entries[record].append(Entry(**row, values=values, erased=text is None, lead=lead, assist=assist))
    return entries


def _names(record: Record) -> dict[str, str]:
    """The names under which events hold what the actor may see -> the present ones: of renamed fields, and of dropped
    ones that the ledger still has a title for."""
    ledger, visible = record.ledger, access.visible_fields(record.ledger, record.kinds)
    before = upgrades.former_names(ledger.upgrades)
    former = {old: name for name in visible for old in before.get(name, ())}
    return {**{name: name for name in [*visible, *upgrades.dropped(ledger.upgrades)]}, **former}


def shared_with(district: District, record: UUID) -> list[dict]:
    """[{office, post, why}] of the offices a record is shared with."""
    with database.writing(district.id) as query:
        statement = "select office, post, why from hy.share where district = %s and record = %s order by office"
        return query.rows(statement, [district.id, record])


def _row(query: Query, table: Table, condition: str, params: list[Any], as_of: datetime | None) -> dict | None:
    source, first = source_of(table, as_of)
    return query.row(
        f"select {read_columns(table)} from {source} where l.district = nullif(current_setting('hy.district', true), '')::int and not l.hidden "
        f"and {condition}",
        [*first, *params],
    )


def _records(district: District, actor: Actor, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Rows as the actor sees them. What is the same for many rows is asked once."""
    ledger, today, tz = table.ledger, district.today(), district.calendar.tz
    masked = tuple(ledger.masked)
    shown: dict[frozenset[str], list[str]] = {}
    found = []
    for row in rows:
        values = record_values(district, ledger.name, row)
        kinds = access.kinds_for(actor, row, tuple(row["shared"]), access.posts_in(ledger, values))
        if kinds not in shown:
            shown[kinds] = access.visible_fields(ledger, kinds)
        found.append(
            Record(
                ledger=ledger,
                **{name: row[name] for name in _AS_THEY_ARE},
                clock=Clock.from_text(row["clock"]) if row["clock"] else None,
                values={name: values[name] for name in shown[kinds] if name in values},
                kinds=kinds,
                masked=masked,
                unmaskable=tuple(access.may_unmask(ledger, kinds, values, today, tz)),
                counters={name: values[name] for name in table.counting},
                masks=access.masks(ledger, kinds, values, today, tz),
            )
        )
    return found
