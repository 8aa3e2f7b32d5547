"""What acts need to know before they are decided: the records they touch as they stand, read in few statements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from huying.declare.kinds import Ledger, part
from huying.engine import database, dispatch, places, secret_values
from huying.engine.deadlines import Clock
from huying.engine.decide import Before
from huying.engine.dispatch import Posts
from huying.engine.events import RecordKey
from huying.engine.packs import District
from huying.engine.places import Tree

if TYPE_CHECKING:
    from huying.engine.acts import Act


@dataclass(frozen=True)
class Found:
    """One record as it stands, with what only acts ask for."""

    row: Mapping[str, Any]
    acted: Mapping[str, int]  # step -> person who took it last; empty where the step to be taken does not ask
    shared_with: tuple[int, ...]  # offices
    since: datetime | None
    key: RecordKey | None
    holder: int | None  # the post whose duty it is now
    rulings: Sequence[Mapping[str, Any]] | None = None  # that stand for its category; None where nobody asked

    def values(self, district: District, ledger: str) -> dict[str, Any]:
        """Open fields and standing names, as expressions read them."""
        return record_values(district, ledger, self.row)

    def before(self, district: District, ledger: str) -> Before:
        clock = Clock.from_text(self.row["clock"]) if self.row["clock"] else None
        return Before(self.row["state"], self.values(district, ledger), clock, self.acted)


@dataclass(frozen=True)
class Situation:
    tree: Tree
    posts: Posts
    records: Mapping[UUID, Found] = field(default_factory=dict)

    def found(self, record: UUID) -> Found | None:
        return self.records.get(record)

    def since(self, found: Found, otherwise: datetime) -> datetime:
        """Since when the record is in its state."""
        return found.since or otherwise

    def headline(self, district: District, ledger: str, values: Mapping[str, Any]) -> str:
        """What a queue shows of a record: its first two list fields in words, `中文 | English`; never a private one."""
        return headline(district, self.tree, district.rules.ledgers[ledger], values)


STANDING_NAMES = ("state", "unit", "office", "code", "opened_at", "closed_at", "due_at", "known_at")


def record_values(district: District, ledger: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """field -> value of a row read from the ledger's table (its private side apart), and the standing names."""
    table = district.tables[ledger]
    values = {name: row[column] for name, column in table.single.items()}
    for name, (lng, lat) in table.points.items():
        values[name] = None if row[lng] is None or row[lat] is None else (row[lng], row[lat])
    if table.secret:
        values |= secret_values.in_row(table.secret, row)
    for name in STANDING_NAMES:
        values[name] = row[name]
    return values


def headline(district: District, tree: Tree, ledger: Ledger, values: Mapping[str, Any]) -> str:
    """The first two list fields that say something, both languages."""
    texts: list[str] = []
    for name in ledger.list:
        declared, value = ledger.fields.get(name), values.get(name)
        if declared is None or value is None or name in ledger.masked or declared.type not in ("code", "enum", "text"):
            continue
        if declared.type == "code" and (entry := district.rules.codes[declared.codes].entries.get(value)):
            texts.append(entry.title)
        elif declared.type == "enum":
            texts.append(declared.choices.get(value, value))
        else:
            texts.append(str(value)[:60])
    texts = texts[:2]
    return f"{' · '.join(part(t) for t in texts)} | {' · '.join(part(t, 'en') for t in texts)}" if texts else ""


def find(district: District, ledger: str, key: UUID | str, step: str) -> Found | None:
    """The record of an id or a code, with what an act of `step` needs to know of it; whoever asks. None: there is none."""
    by = "code" if isinstance(key, str) else "id"
    text = _statement(district, ledger, [step], f"l.{by} = %s")
    rows = database.together(district.id, [(text, [district.id, key])])[0]
    return _found(rows[0]) if rows else None


def ids_of(district: District, wanted: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], UUID]:
    """(ledger, code) -> id of the records that ledgers have by these codes, whoever asks; in one round trip."""
    statements = [
        (
            f"select code, hy.survivor(district, id) as id from {district.tables[ledger].name} where district = %s and code = any(%s)",
            [district.id, list(codes)],
        )
        for ledger, codes in wanted.items()
    ]
    found = database.together(district.id, statements) if statements else []
    return {(ledger, row["code"]): row["id"] for ledger, rows in zip(wanted, found, strict=True) for row in rows}


def read_situation(
    district: District, acts: Sequence[Act], known: Mapping[UUID, Found] = MappingProxyType({})
) -> Situation:
    """Everything that `acts` need: two statements for the house, one or two for each ledger they touch.

    known  records that were read a moment ago; they are not read again
    """
    tree = places.tree(district.id, district.today())
    posts = dispatch.posts(district, tree)
    wanted = [(act.ledger, act.step, act.record) for act in acts if act.record and act.record not in known]
    records = {**known, **_read(district, wanted)}
    records |= _read(district, _referenced(district, acts, records))
    return Situation(tree, posts, records)


def _referenced(district: District, acts: Sequence[Act], records: Mapping[UUID, Found]) -> list[tuple[str, str, UUID]]:
    """The records that the acts take a step on besides, or whose responsible post they take over: (ledger, step, id)."""
    wanted: list[tuple[str, str, UUID]] = []
    for act in acts:
        step = district.rules.flows[act.ledger].steps.get(act.step)
        found = records.get(act.record) if act.record else None
        if step is None or (act.record and found is None):
            continue
        fields = district.rules.ledgers[act.ledger].fields
        others = [(also.record, also.step) for also in step.also if found]
        if step.assigns in fields and fields[step.assigns].type == "record":
            others.append((step.assigns, ""))
        for name, other in others:
            target = act.answers.get(name) or (found.values(district, act.ledger).get(name) if found else None)
            if target:
                wanted.append((fields[name].ledger, other, target))
    return wanted


def _read(district: District, wanted: Sequence[tuple[str, str, UUID]]) -> dict[UUID, Found]:
    """The records of (ledger, step, id), in one round trip, each with what its ledger's steps among them ask for."""
    if not wanted:
        return {}
    statements = []
    for ledger in dict.fromkeys(ledger for ledger, _, _ in wanted):
        ids = [record for other, _, record in wanted if other == ledger]
        steps = [step for other, step, _ in wanted if other == ledger]
        # One is read by its key: that plan is the right one however full the tables are, and is made once.
        which, key = ("l.id = %s", ids[0]) if len(ids) == 1 else ("l.id = any(%s)", ids)
        statements.append((_statement(district, ledger, steps, which), [district.id, key]))
    return {row["id"]: _found(row) for rows in database.together(district.id, statements) for row in rows}


def _statement(district: District, ledger: str, steps: Sequence[str], which: str) -> str:
    """steps: those to be taken; which: the condition on the record."""
    declared = district.rules.flows[ledger].steps
    taken = [declared[step] for step in steps if step in declared]
    ruled, recalled = any(step.assigns for step in taken), any(step.other_than for step in taken)
    texts = district.tables[ledger].texts
    if (text := texts.get((ruled, recalled, which))) is None:
        text = texts[ruled, recalled, which] = _made(district, ledger, ruled, recalled, which)
    return text


def _made(district: District, ledger: str, ruled: bool, recalled: bool, which: str) -> str:
    """ruled: with the rulings on the record's category; recalled: with who took which step last."""
    table = district.tables[ledger]
    columns = ", ".join(f"l.{column}" for column in table.all_columns)
    acted = (
        (
            "(select jsonb_object_agg(step, person) from (select distinct on (step) step, person from hy.event e where e.district = l.district "
            "and e.record = l.id order by step, seq desc) x)"
        )
        if recalled
        else "null"
    )
    category = table.columns.get(district.rules.flows[ledger].dispatch_by) if ruled else None
    rulings = (
        "(select coalesce(json_agg(json_build_object('area', p.area, 'post', p.post, 'assist', p.assist, 'words', p.words, "
        f"'record', p.record, 'code', p.code)), '[]') from hy.precedent p where p.district = l.district "
        f"and p.ledger = {table.number} and p.category = l.{category[0]})"
        if category
        else "null"
    )
    return (
        f"select {columns}, {acted} as acted, {rulings}::text as rulings, d.since, d.post as holder, k.kek, k.wrapped, "
        "array(select office from hy.share s where s.district = l.district and s.record = l.id) "
        f"as shared from {table.name} l left join hy.duty d on d.district = l.district and d.record = l.id "
        "left join hy.record_key k on k.district = l.district and k.record = l.id "
        f"where l.district = %s and {which} and not l.hidden"
    )


def _found(row: Mapping[str, Any]) -> Found:
    return Found(
        row,
        json.loads(row["acted"]) if row["acted"] else {},
        tuple(row["shared"]),
        row["since"],
        RecordKey.unwrap(row["id"], row["kek"], bytes(row["wrapped"])) if row["wrapped"] else None,
        row["holder"],
        json.loads(row["rulings"]) if row["rulings"] else None,
    )
