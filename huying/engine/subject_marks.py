"""Which records speak of the same subject: a mark for each rule that a record fills, kept up to what was done.

A mark is a keyed digest of the rule's parts in their normal form. Records with a mark of an identifier in common speak of
the same; with one of a likely rule in common, they are a pair for a person to look at. Secret fields take part through
their blind index and are never decrypted. Only the marks of touched records, and the pairs of marks that changed, are
computed anew: the work grows with what changed, never with the square of what there is.

A pair is of two subjects, not of two records: fifty journeys of one identity number are one. Two whose identifiers
differ are no pair: an identifier says more than a likeness.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any
from uuid import UUID

from huying import installation
from huying.declare.constraints import GONE
from huying.declare.kinds import Rules, say
from huying.declare.likeness import normal
from huying.engine import database, events, following, secret_values
from huying.engine.database import Query
from huying.engine.decide import StepRefused
from huying.engine.packs import District
from huying.engine.schema import Table

NAME = "subjects"
EVENTS = 1000  # of one batch
TOKEN = 16  # bytes
CROWD = 12  # subjects that share a likely mark: more say nothing of any two of them (a switchboard, a very common name)
THRONG = 300  # records that share one: not even counted
Parts = dict[str, bytes]


@dataclass(frozen=True)
class Mark:
    """One row of hy.subject_mark. key: whom the record speaks of; known: by an identifier."""

    token: bytes
    record: UUID
    subject: str
    rule: str
    exact: bool
    key: bytes
    known: bool
    ledger: int
    unit: int
    office: int


_COLUMNS = ", ".join(one.name for one in fields(Mark))
_TYPES = ("bytea", "uuid", "text", "text", "boolean", "bytea", "boolean", "int", "int", "int")


def speaking(rules: Rules) -> list[str]:
    """The ledgers that speak of some subject."""
    return [name for name, ledger in rules.ledgers.items() if ledger.speaks_of]


def follow(district: District) -> bool:
    """One batch of events, written and advanced in one transaction; whether there was anything to do."""
    if not speaking(district.rules):
        return False
    if build(district):
        return True
    with database.writing(district.id) as query:
        batch = following.next_batch(query, district.id, NAME, EVENTS)
        if batch.end is None:
            return False
        lock(query, district.id)
        by_number: dict[int, list[UUID]] = {}
        for row in batch.rows:
            by_number.setdefault(row["ledger"], []).append(row["record"])
        for name in speaking(district.rules):
            if ids := by_number.get(district.tables[name].number):
                renew(query, district, name, list(dict.fromkeys(ids)))
        following.advance(query, district.id, NAME, batch)
    return bool(batch.rows)


def build(district: District) -> bool:
    """One batch of computing everything, where it was never computed or by another declaration; whether there was one.

    Each batch is a transaction of its own, so that nobody waits for a large district.
    """
    wanted = digest_of(district)
    with database.writing(district.id) as query:
        state = query.row("select * from hy.subject_state where district = %s", [district.id])
        if state and state["done"] and bytes(state["digest"]) == wanted:
            return False
        lock(query, district.id)
        if state is None or bytes(state["digest"]) != wanted:
            following.begin_at_end(query, district.id, NAME)
            for table in ("subject_pair", "subject_mark", "subject_state"):
                query.run(f"delete from hy.{table} where district = %s", [district.id])
            query.run("insert into hy.subject_state (district, digest) values (%s, %s)", [district.id, wanted])
            state = {"ledger": 0, "after": None}
        numbers = {district.tables[name].number: name for name in speaking(district.rules)}
        here = next((number for number in sorted(numbers) if number >= state["ledger"]), None)
        if here is None:
            query.run("update hy.subject_state set done = true where district = %s", [district.id])
            return True
        after = state["after"] if here == state["ledger"] else None
        ids = [
            record
            for (record,) in query.tuples(
                f"select id from {district.tables[numbers[here]].name} where district = %s and id > %s order by id limit %s",
                [district.id, after or UUID(int=0), EVENTS],
            )
        ]
        if ids:
            renew(query, district, numbers[here], ids)
        at = (here, ids[-1]) if len(ids) == EVENTS else (here + 1, None)
        query.run("update hy.subject_state set ledger = %s, after = %s where district = %s", [*at, district.id])
    return True


def lock(query: Query, district: int) -> None:
    """One writer of marks, pairs and decisions at a time."""
    query.run("select pg_advisory_xact_lock(%s, hashtext(%s))", [district, NAME])


def digest_of(district: District) -> bytes:
    """Of everything by which marks are computed."""
    said = [
        [name, district.tables[name].number, ledger.speaks_of, sorted(ledger.masked), sorted(ledger.secret)]
        for name, ledger in sorted(district.rules.ledgers.items())
        if ledger.speaks_of
    ]
    rules = [district.rules.digests["subject", name].hex() for name in sorted(district.rules.subjects)]
    return hashlib.sha256(json.dumps([said, rules], sort_keys=True).encode()).digest()


def renew(query: Query, district: District, name: str, ids: Sequence[UUID]) -> None:
    """The marks of some records of one ledger as they stand now, and the pairs that change with them."""
    before: dict[UUID, set[Mark]] = {}
    for row in query.rows(
        f"select {_COLUMNS} from hy.subject_mark where district = %s and record = any(%s)", [district.id, list(ids)]
    ):
        mark = Mark(**{**row, "token": bytes(row["token"]), "key": bytes(row["key"])})
        before.setdefault(mark.record, set()).add(mark)
    now: dict[UUID, set[Mark]] = {}
    for mark in marks_of(query, district, name, ids):
        now.setdefault(mark.record, set()).add(mark)
    changed = [one for one in ids if before.get(one, set()) != now.get(one, set())]
    if not changed:
        return
    query.run("delete from hy.subject_mark where district = %s and record = any(%s)", [district.id, changed])
    new = [mark for one in changed for mark in now.get(one, ())]
    if new:
        columns = list(zip(*map(astuple, new), strict=True))
        query.run(
            f"insert into hy.subject_mark (district, {_COLUMNS}) select %s, * from "
            f"unnest({', '.join(f'%s::{kind}[]' for kind in _TYPES)})",
            [district.id, *map(list, columns)],
        )
    touched = {mark.token for one in changed for mark in before.get(one, set()) | now.get(one, set()) if not mark.exact}
    pair(query, district.id, sorted(touched))


def marks_of(query: Query, district: District, name: str, ids: Sequence[UUID]) -> Iterable[Mark]:
    """The marks of records as they stand; none of what was removed, hidden or merged into another."""
    table = district.tables[name]
    for row, parts in parts_of(query, district, table, ids):
        if row["hidden"] or row["state"] == GONE:
            continue
        for subject, by_part in parts.items():
            rules = district.rules.subjects[subject].rules
            filled = [rule for rule in rules if set(rule.parts) <= by_part.keys()]
            tokens = {rule: _token(subject, rule.name, [by_part[part] for part in rule.parts]) for rule in filled}
            known = next((tokens[rule] for rule in filled if rule.exact), None)
            for rule, token in tokens.items():
                key = known or row["id"].bytes
                yield Mark(token, row["id"], subject, rule.name, rule.exact, key, known is not None, table.number,
                           row["unit"], row["office"])  # fmt: skip


def parts_of(
    query: Query, district: District, table: Table, ids: Sequence[UUID]
) -> list[tuple[Mapping[str, Any], dict[str, Parts]]]:
    """(standing columns, subject -> {part: blind index of its value in normal form}) of each of the records."""
    fields_ = {field for by in table.ledger.speaks_of.values() for field in by.values()}
    chosen = {
        field: f"p.{table.private[field][0]}" if field in table.private else f"l.{table.column(field)}"
        for field in fields_
    }
    private = (
        f"left join {table.name}_p p on p.district = l.district and p.id = l.id"
        if fields_ & table.private.keys()
        else ""
    )
    values = "".join(f', {column} as "f_{field}"' for field, column in chosen.items())
    rows = query.rows(
        f"select l.id, l.hidden, l.state, l.unit, l.office{values} from {table.name} l {private} "
        "where l.district = %s and l.id = any(%s)",
        [district.id, list(ids)],
    )
    subjects = district.rules.subjects
    return [
        (
            row,
            {
                subject: {
                    part: index
                    for part, field in by.items()
                    if (
                        index := _index(
                            district, table, subjects[subject].known_by[part].form, field, row[f"f_{field}"]
                        )
                    )
                }
                for subject, by in table.ledger.speaks_of.items()
            },
        )
        for row in rows
    ]


def refuse_two_numbers(query: Query, district: District, two: Sequence[tuple[str, UUID]]) -> None:
    """Raises StepRefused where the identifiers of two records, (ledger, id), differ."""
    told = [parts_of(query, district, district.tables[name], [record]) for name, record in two]
    if not all(told):
        return
    (_, mine), (_, theirs) = (rows[0] for rows in told)
    for name in mine.keys() & theirs.keys():
        for part in district.rules.subjects[name].same:
            if part in mine[name] and part in theirs[name] and mine[name][part] != theirs[name][part]:
                title = district.rules.subjects[name].known_by[part].title
                raise StepRefused(
                    "who.numbers",
                    f"两条的{say(title)}不同，不是同一个；写错的先更正 | They differ in: {say(title, 'en')}. They are not the same; "
                    "amend it first if it is wrong",
                )


def _index(district: District, table: Table, form: str, field: str, value: Any) -> bytes | None:
    if value is None or field in table.secret:
        return bytes(value) if value is not None else None
    text = normal(form, value)
    return secret_values.indexes(district.id, text)[0] if text else None


def _token(subject: str, rule: str, parts: Sequence[bytes]) -> bytes:
    return events.keyed(
        installation.current_keys().blind, "\n".join(["subject", subject, rule, *(p.hex() for p in parts)]).encode()
    )[:TOKEN]


def pair(query: Query, district: int, tokens: Sequence[bytes]) -> None:
    """The pairs of some likely marks, from all that bear them. The same whatever order they came in."""
    for start in range(0, len(tokens), EVENTS):
        some = list(tokens[start : start + EVENTS])
        query.run("delete from hy.subject_pair where district = %s and token = any(%s)", [district, some])
        query.run(_PAIRS, [some, district, THRONG, THRONG, district, CROWD])
        query.run(_SAID, [district, some, district])


def say_again(query: Query, district: int, records: Sequence[UUID]) -> None:
    """Put on the pairs of some records what stands said of them now, or that nothing is."""
    tokens = [
        token
        for (token,) in query.tuples(
            "select distinct p.token from hy.subject_mark m join hy.subject_pair p on p.district = m.district and p.token = m.token "
            "where m.district = %s and m.record = any(%s) and not m.exact",
            [district, list(records)],
        )
    ]
    query.run("update hy.subject_pair set said = '' where district = %s and token = any(%s)", [district, tokens])
    query.run(_SAID, [district, tokens, district])


# The first of each key stands for it; pairs where both are known by identifiers, or where a crowd shares the mark, are none.
_PAIRS = """
insert into hy.subject_pair (district, token, one, other, subject, rule, one_key, other_key, one_ledger, other_ledger, units, offices)
with t as (
  select token from unnest(%s::bytea[]) u(token) where (select count(*) from (
    select from hy.subject_mark c where c.district = %s and c.token = u.token limit %s) x) < %s),
m as (
  select distinct on (m.token, m.key) m.* from t join hy.subject_mark m on m.district = %s and m.token = t.token
  order by m.token, m.key, m.record),
w as (select m.*, count(*) over (partition by m.token) as crowd from m)
select x.district, x.token, x.record, y.record, x.subject, x.rule, x.key, y.key, x.ledger, y.ledger, array[x.unit, y.unit],
  array[x.office, y.office] from w x join w y on y.token = x.token and x.record < y.record and not (x.known and y.known)
where x.crowd <= %s
"""
_SAID = """
update hy.subject_pair p set said = s.said from (
  select distinct on (p.token, p.one, p.other) p.token, p.one, p.other, d.said from hy.subject_pair p
  join hy.subject_mark a on a.district = p.district and a.key in (p.one_key, p.other_key)
  join hy.subject_decision d on d.district = p.district and d.one = a.record and d.subject = p.subject and d.stands and d.said <> 'open'
  join hy.subject_mark b on b.district = p.district and b.record = d.other and b.key in (p.one_key, p.other_key) and b.key <> a.key
  where p.district = %s and p.token = any(%s) order by p.token, p.one, p.other, d.n desc) s
where p.district = %s and p.token = s.token and p.one = s.one and p.other = s.other
"""
