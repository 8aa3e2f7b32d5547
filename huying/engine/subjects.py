"""Who is who, as one actor may know it: what else is known of a record's subject, which pairs wait to be looked at, what was
said of them.

An identifier in common links by itself, and the link says so. A likeness links nothing: it makes a pair, which somebody
with the right `identify` says is the same, is not, or is for later, on stated grounds; what was said can be taken back.

Nobody learns by a link what she may not see. Whoever may not see (or unmask) the fields by which a link was found is not
told of it, in either ledger; of a record out of reach the ledger and its office alone are told; of one whose secrecy shuts
her out, nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import psycopg

from huying.declare.kinds import Ledger
from huying.declare.subjects import Rule
from huying.engine import access, database, events, outside, records, subject_marks, writing
from huying.engine.database import Query
from huying.engine.decide import StepRefused
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record
from huying.engine.situation import record_values

RIGHT = "identify"
SAME, DIFFERENT, LATER, OPEN = "same", "different", "later", "open"
MOST = 300  # records that are told of one subject
ROUNDS = 6  # of following links from record to record


@dataclass(frozen=True)
class Link:
    """Something else that speaks of a record's subject. record: None where it is out of the actor's reach; by: the
    names of parts that identify, or empty where somebody said so."""

    ledger: Ledger
    office: int
    record: Record | None
    by: str


@dataclass(frozen=True)
class Pair:
    """Two records that may speak of the same. rules: the likely ones that they agree in; said: '' while nobody has."""

    subject: str
    one: Record
    other: Record
    rules: tuple[Rule, ...]
    said: str


@dataclass(frozen=True)
class Said:
    """What somebody said of two records; other: the one that is not asked about."""

    said: str
    why: str
    person: int
    post: int
    at: datetime
    ledger: str
    other: UUID


def told_by(district: District, ledger: Ledger, subject: str, kinds: frozenset[str]) -> list[Rule]:
    """The rules of which these kinds of actor may be told in a ledger: they see, or may unmask, all fields of them."""
    by = ledger.speaks_of.get(subject, {})
    seen = {
        *access.visible_fields(ledger, kinds),
        *(n for n, roles in ledger.masked.items() if kinds.intersection(roles)),
    }
    return [
        rule for rule in district.rules.subjects[subject].rules_for(by) if all(by[part] in seen for part in rule.parts)
    ]


def links(district: District, actor: Actor, record: Record) -> list[Link]:
    """Everything else that is known of whom the record speaks of, across ledgers; by ledger, newest first."""
    found: list[Link] = []
    for subject in record.ledger.speaks_of:
        if told_by(district, record.ledger, subject, record.kinds) and not _is_shut(
            district, actor, record.ledger, [record.id]
        ):
            found += _links(district, actor, record, subject)
    return found


def _links(district: District, actor: Actor, record: Record, subject: str) -> list[Link]:
    with database.writing(district.id) as query:
        edges = _component(query, district.id, record.id, subject)
    names = {table.number: name for name, table in district.tables.items()}
    wanted: dict[str, set[UUID]] = {}
    for edge in edges:
        name = names.get(edge.ledger, "")
        if name and edge.other != record.id and access.may_see(district.rules.ledgers[name], actor):
            wanted.setdefault(name, set()).add(edge.other)
    told = {
        name: ids
        for name, ids in wanted.items()
        if told_by(district, district.rules.ledgers[name], subject, actor.kinds)
    }
    shut = {name: _is_shut(district, actor, district.rules.ledgers[name], list(ids)) for name, ids in told.items()}
    seen = {
        name: {one.id: one for one in records.many(district, actor, name, list(told[name] - shut[name]))}
        for name in told
    }
    open_to = {record.id, *(one for ids in seen.values() for one in ids)}
    by = _reached(edges, record.id, open_to)
    found: list[Link] = []
    for name in [name for name in district.rules.ledgers if name in told]:
        ledger, here = district.rules.ledgers[name], [one for one in seen[name].values() if one.id in by]
        found += [
            Link(ledger, one.office, one, by[one.id])
            for one in sorted(here, key=lambda one: one.opened_at, reverse=True)
        ]
        away = [one for one in told[name] if one in by and one not in seen[name] and one not in shut[name]]
        found += [Link(ledger, office, None, "") for office in _offices(district, name, away)]
    return found


class _Edge(NamedTuple):
    """Two records that are linked: the one it was found from, the other and its ledger, by which rule (empty: said, or merged)."""

    one: UUID
    ledger: int
    other: UUID
    rule: str
    merged: bool


def _reached(edges: Sequence[_Edge], record: UUID, open_to: Container[UUID]) -> dict[UUID, str]:
    """Record -> why, of those that are linked by way of what the actor sees alone: a link that only a third record explains
    would tell of that one."""
    found: dict[UUID, str] = {record: ""}
    frontier = {record}
    while frontier:
        new = {edge.other: edge for edge in edges if edge.one in frontier and edge.other not in found}
        found |= {other: edge.rule for other, edge in new.items()}
        frontier = {other for other, edge in new.items() if other in open_to or edge.merged}
    del found[record]
    return found


def _component(query: Query, district: int, record: UUID, subject: str) -> list[_Edge]:
    """All that are linked, one by one, by identifiers and by what was said."""
    found: list[_Edge] = []
    frontier, known = [record], {record}
    for _ in range(ROUNDS):
        rows = query.tuples(
            "select a.record, b.ledger, b.record, b.rule, false from hy.subject_mark a "
            "join hy.subject_mark b on b.district = a.district and b.token = a.token "
            "where a.district = %s and a.record = any(%s) and a.exact and a.subject = %s union all "
            "select one, other_ledger, other, '', false from hy.subject_decision where district = %s and stands and said = 'same' "
            "and subject = %s and one = any(%s) union all "
            "select other, one_ledger, one, '', false from hy.subject_decision where district = %s and stands and said = 'same' "
            "and subject = %s and other = any(%s) union all "
            "select survivor, ledger, record, '', true from hy.merged where district = %s and survivor = any(%s) limit %s",
            [district, frontier, subject, district, subject, frontier, district, subject, frontier, district, frontier, 4 * MOST],
        )  # fmt: skip
        found += [_Edge(*row) for row in rows]
        frontier = [other for _, _, other, *_ in rows if other not in known]
        known |= set(frontier)
        if not frontier or len(known) > MOST:
            break
    return found


def _is_shut(district: District, actor: Actor, ledger: Ledger, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the records whose secrecy shuts the actor out."""
    if ledger.secrecy is None or actor.kinds.intersection(ledger.secrecy.only):
        return set()
    table, today, tz = district.tables[ledger.name], district.today(), district.calendar.tz
    with database.writing(district.id) as query:
        rows = outside.look(query, district, table, ids)
    return {
        row["id"]
        for row in rows
        if access.is_closed_to(ledger, actor.kinds, record_values(district, ledger.name, row), today, tz)
    }


def _offices(district: District, name: str, ids: Sequence[UUID]) -> list[int]:
    if not ids:
        return []
    table = district.tables[name]
    with database.writing(district.id) as query:
        rows = query.tuples(
            f"select distinct office from {table.name} where district = %s and id = any(%s) and not hidden order by office",
            [district.id, list(ids)],
        )
    return [office for (office,) in rows]


def may_review(district: District, actor: Actor) -> bool:
    """Whether there is anything that the actor might be asked."""
    return actor.may(RIGHT) and bool(_told(district, actor))


def queue(
    district: District, actor: Actor, said: Sequence[str] = ("",), offset: int = 0, limit: int = 50
) -> tuple[list[Pair], int]:
    """(pairs, how many there are): those both of whose records the actor may see, the likeliest first. Raises access.Refused."""
    if not actor.may(RIGHT):
        raise access.Refused("认定谁是谁不在您的$post范围内 | To say who is who is not for your $post")
    told = _told(district, actor)
    reach, params = _within(actor)
    where = f"district = %s and said = any(%s) and one_ledger || rule_of = any(%s) and other_ledger || rule_of = any(%s) and {reach}"
    source = "(select *, ':' || subject || ':' || rule as rule_of from hy.subject_pair) p"
    asked = [district.id, list(said), told, told, *params]
    with database.writing(district.id) as query:
        total = query.value(
            f"select count(*) from (select distinct one, other, subject from {source} where {where}) x", asked
        )
        rows = query.rows(
            "select one, other, one_ledger, other_ledger, subject, min(said) as said, array_agg(rule order by rule) as rules "
            f"from {source} where {where} group by one, other, one_ledger, other_ledger, subject "
            "order by count(*) desc, one, other offset %s limit %s",
            [*asked, offset, limit],
        )
    return _pairs(district, actor, rows), total


def _within(actor: Actor) -> tuple[str, list[Any]]:
    """The condition that both records are in reach; row-level security looks again when they are read."""
    if actor.reach.role == "hy_all":
        return "true", []
    if actor.reach.role == "hy_some":
        return "units <@ %s::int[]", [list(actor.reach.units)]
    return "offices <@ %s::int[]", [list(actor.reach.offices)]


def _told(district: District, actor: Actor) -> list[str]:
    """`<ledger>:<subject>:<rule>` of everything likely that the actor may be told of."""
    return [
        f"{district.tables[name].number}:{subject}:{rule.name}"
        for name, ledger in district.rules.ledgers.items()
        if ledger.speaks_of and access.may_see(ledger, actor)
        for subject in ledger.speaks_of
        for rule in told_by(district, ledger, subject, actor.kinds)
        if not rule.exact
    ]


def _pairs(district: District, actor: Actor, rows: Iterable[Mapping[str, Any]]) -> list[Pair]:
    rows, names = list(rows), {table.number: name for name, table in district.tables.items()}
    wanted: dict[str, list[UUID]] = {}
    for row in rows:
        wanted.setdefault(names[row["one_ledger"]], []).append(row["one"])
        wanted.setdefault(names[row["other_ledger"]], []).append(row["other"])
    seen: dict[UUID, Record] = {}
    for name, ids in wanted.items():
        shut = _is_shut(district, actor, district.rules.ledgers[name], ids)
        seen |= {one.id: one for one in records.many(district, actor, name, list(set(ids))) if one.id not in shut}
    return [
        Pair(
            row["subject"],
            seen[row["one"]],
            seen[row["other"]],
            _rules(district, row["subject"], row["rules"]),
            row["said"],
        )
        for row in rows
        if row["one"] in seen and row["other"] in seen
    ]


def _rules(district: District, subject: str, names: Iterable[str]) -> tuple[Rule, ...]:
    return tuple(rule for rule in district.rules.subjects[subject].rules if rule.name in set(names))


def agreement(district: District, pair: Pair) -> dict[str, str]:
    """part -> same, differs, or lacks (where one of the two does not say), of every part of the subject."""
    with database.writing(district.id) as query:
        told = []
        for one in (pair.one, pair.other):
            [(_, parts)] = subject_marks.parts_of(query, district, district.tables[one.ledger.name], [one.id])
            told.append(parts[pair.subject])
    return {
        part: "lacks"
        if part not in told[0] or part not in told[1]
        else "same"
        if told[0][part] == told[1][part]
        else "differs"
        for part in district.rules.subjects[pair.subject].known_by
    }


def said_of(district: District, actor: Actor, record: Record) -> list[Said]:
    """What was said of the record and others that the actor may see, the latest first; nothing for whoever may not say."""
    if not actor.may(RIGHT) or not record.ledger.speaks_of:
        return []
    names = {table.number: name for name, table in district.tables.items()}
    with database.writing(district.id) as query:
        rows = query.rows(
            "select *, case when one = %s then other else one end as rest, case when one = %s then other_ledger else one_ledger end as number "
            "from hy.subject_decision where district = %s and (one = %s or other = %s) and stands and said <> 'open' order by n desc limit %s",
            [record.id, record.id, district.id, record.id, record.id, MOST],
        )
    return [
        Said(row["said"], row["why"], row["person"], row["post"], row["at"], names[row["number"]], row["rest"])
        for row in rows
        if row["number"] in names
    ]


def say(district: District, actor: Actor, one: Record, other: Record, said: str, why: str, act: UUID) -> None:
    """Say of two records, as the actor sees them, whether they speak of the same; OPEN takes back what was said.

    Raises StepRefused (who.*, step.race) and changes nothing.
    """
    if not actor.may(RIGHT):
        raise StepRefused("who.not-yours", "认定谁是谁不在您的$post范围内 | To say who is who is not for your $post")
    if said not in (SAME, DIFFERENT, LATER, OPEN):
        raise StepRefused("who.said", "请选：是同一个、不是、以后再定 | Choose: the same, not the same, or later")
    one, other = sorted((one, other), key=lambda record: record.id)
    subject = next((s for s in one.ledger.speaks_of if s in other.ledger.speaks_of), None)
    if (
        subject is None
        or one.id == other.id
        or not (_may_say(district, one, subject) and _may_say(district, other, subject))
    ):
        raise StepRefused(
            "who.other",
            "这两条说的不是一类对象，或有您看不到的字段 | They speak of different things, or by fields that are not for you",
        )
    reason = outside.reason(why, 2 if said in (SAME, DIFFERENT) else 0)
    numbers = [district.tables[record.ledger.name].number for record in (one, other)]
    with database.writing(district.id) as query:
        subject_marks.lock(query, district.id)
        if query.value("select 1 from hy.event where district = %s and act = %s", [district.id, act]):
            return
        if said == SAME:
            subject_marks.refuse_two_numbers(
                query, district, [(one.ledger.name, one.id), (other.ledger.name, other.id)]
            )
        if said != LATER:
            _note(query, district, actor, (one, other), {"said": said, "why": reason}, act)
        query.run(
            "update hy.subject_decision set stands = false where district = %s and one = %s and other = %s and stands",
            [district.id, one.id, other.id],
        )
        query.run(
            "insert into hy.subject_decision (district, subject, one, other, one_ledger, other_ledger, said, why, person, post, at) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                district.id,
                subject,
                one.id,
                other.id,
                *numbers,
                said,
                reason,
                actor.person,
                actor.post.id if actor.post else 0,
                district.now(),
            ],
        )
        subject_marks.say_again(query, district.id, [one.id, other.id])


def _may_say(district: District, record: Record, subject: str) -> bool:
    return bool(told_by(district, record.ledger, subject, record.kinds))


def _note(
    query: Query, district: District, actor: Actor, two: tuple[Record, Record], content: Mapping[str, str], act: UUID
) -> None:
    """An event on each of the two: what was said is part of their history, and sealed with it."""
    try:
        for record, rest, key in ((two[0], two[1], act), (two[1], two[0], uuid5(act, "other"))):
            table = district.tables[record.ledger.name]
            row = outside.read(query, district, table, [record.id]).get(record.id)
            if row is None or row["hidden"]:
                raise StepRefused(
                    "who.gone", "其中一条刚被合并或移除，请刷新后再看 | One of them was just merged or removed; reload"
                )
            told = {**content, "of": rest.id, "ledger": district.tables[rest.ledger.name].number}
            query.rows(
                *writing.statement(outside.change(district, table, row, events.SAID, told, actor=actor, act=key))
            )
    except psycopg.Error as error:
        if error.sqlstate not in ("HY001", "23505", "40001", "40P01"):
            raise
        sentence = "刚有人办过其中一条，请刷新后再看 | Someone has just acted on one of them; reload"
        raise StepRefused("step.race", sentence) from error
