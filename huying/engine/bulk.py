"""Many acts of one step at once: the same rows and events that `take_steps` writes, thousands in a statement.

For plain steps alone, whose outcome no record's values can change: no clock, no dispatch, nobody who must act next.
Such a step is decided once a batch, by the same function as every act (decide.py); from record to record only the
values differ. tests/engine/test_bulk.py holds what is written equal to what single acts write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from huying import installation
from huying.declare.kinds import NEW, SAME, Flow, Ledger, Step
from huying.engine import codes, database, events, secret_values
from huying.engine.bulk_rows import NULL, Teller, Told, bytea, escaped, hole, quoted, template
from huying.engine.clock import new_ids
from huying.engine.decide import Before, Doer, decide
from huying.engine.events import GENESIS, RecordKey
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.schema import SQL_TYPES, STANDING, Table

STAGE = {
    "record": "uuid",
    "seq": "int",
    "code": "text",
    "unit": "int",
    "office": "int",
    "post": "int",
    "act": "uuid",
    "body": "bytea",
    "open": "text",
    "parts": "text",
    "salts": "bytea",
    "commits": "bytea",
    "prev": "bytea",
    "hash": "bytea",
    "secret": "bytea",
    "kek": "int",
    "wrapped": "bytea",
    "touched": "bytea",  # one bit a field, in order of name
}


def is_plain(ledger: Ledger, flow: Flow, step: Step) -> bool:
    """Whether the step does the same to every record: then many can be written at once."""
    if ledger.constraints:
        return False
    if step.to != SAME and step.from_ != (NEW,):
        return False
    ends = [flow.states[name] for name in (step.from_ if step.to == SAME else (step.to,))]
    return all(end.final and not end.holder for end in ends) and not (
        flow.clock
        or flow.dispatch_by
        or step.assigns
        or step.needs is not None
        or step.sets
        or step.counts
        or step.at_most
        or step.stamps
        or step.also
        or step.second_look
        or step.other_than
    )


# One act on its way: (act, record, seq, COPY text of code, unit, office and post, what its event says openly, what its
# values say, the hash of the event before, the record's key where it has one).
_Act = tuple[UUID | str, str, int, str, str, Told, bytes, RecordKey | None]


class Conflict(Exception):
    """Somebody else was first on one of the records, or has entered one with the same key: nothing was written."""


class New(NamedTuple):
    """A record to be entered. values: clean, `unit` among them, none of them None."""

    act: UUID | str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Changed:
    """A record to be changed. values: clean, what changes; row: as it stands in its ledger's table; office: of its post;
    key: its own, where it has one."""

    act: UUID | str
    values: Mapping[str, Any]
    row: Mapping[str, Any]
    office: int
    key: RecordKey | None = None


@dataclass(frozen=True)
class Prepared:
    """A batch ready to be sent. rows: COPY text; statements put them in their places, each touching `count` rows
    where it says so."""

    count: int
    stage: str
    rows: str
    statements: list[tuple[str, list[Any], bool]]


class Bulk:
    """One plain step of one ledger, taken by one actor on many records."""

    def __init__(self, district: District, ledger: str, step: str, actor: Actor):
        self.district, self.actor = district, actor
        self.table: Table = district.tables[ledger]
        self.ledger, self.flow = self.table.ledger, district.rules.flows[ledger]
        self.step = self.flow.steps[step]
        if not is_plain(self.ledger, self.flow, self.step):
            raise ValueError(f"{ledger}.{step} is not plain")
        self.fields = [name for name in sorted(self.ledger.fields) if name != "unit"]
        self.own = {name: self._own_columns(name) for name in self.fields}
        self.bit = {name: place for place, name in enumerate(self.fields)}
        self.tell = Teller(district.id, self.table, step).tell
        self.algorithm, self.blind = events.algorithm(), installation.current_keys().blind
        self.rule = district.rules.digests.get(("flow", ledger), b"")
        self.post, self.office = (actor.post.id, actor.post.office) if actor.post else (0, 0)
        self.columns = STAGE | {f"v_{column}": kind for own in self.own.values() for column, kind in own.items()}

    def enter(self, lines: Sequence[New]) -> Prepared:
        """New records, in order. Raises StepRefused when the step is not this actor's."""
        now = self.district.now()
        decision = self._decide(lines[0].values, Before(), now)
        ended = {"closed_at": now} if decision.closes else {}
        content = {name: hole(name) for name in ("code", "set", "unit")} | {"office": self.office, "post": self.post}
        say = template(content | {"due_at": None, "clock": None, "opened_at": now, **ended}, ("code", "set", "unit"))
        numbers = codes.many(self.district, self.ledger.code, now, len(lines))
        told = self.tell([line.values for line in lines])
        acts = [
            (line.act, record, 1, f"{escaped(code)}\t{line.values['unit']}\t{self.office}\t{self.post}",
             say((quoted(code), one[1], line.values["unit"])), one, GENESIS, None)
            for line, one, record, code in zip(lines, told, new_ids(now, len(lines)), numbers, strict=True)
        ]  # fmt: skip
        rows = self._written(acts, decision.to.name, now, now)
        fixed = {
            "district": self.district.id,
            "state": decision.to.name,
            "hidden": False,
            "opened_at": now,
            "closed_at": ended.get("closed_at"),
            "due_at": None,
            "clock": None,
            "known_at": now,
        }
        chosen = [f"%s::{STANDING[c].split(' ')[0]}" if c in fixed else _staged(c) for c in self.table.all_columns]
        into = f"insert into {self.table.name} ({', '.join(self.table.all_columns)}) select {', '.join(chosen)} from stage s"
        return self._prepared(
            rows, [(into, [fixed[c] for c in self.table.all_columns if c in fixed], True)], decision.to.name, now, now
        )

    def change(self, lines: Sequence[Changed]) -> Prepared:
        """Records that stay in their state, in order. Raises StepRefused when the step is not this actor's."""
        now = self.district.now()
        known = max(now, max(line.row["known_at"] for line in lines) + timedelta(microseconds=1))
        [state] = {line.row["state"] for line in lines}
        self._decide(lines[0].values, Before(state, {"unit": lines[0].row["unit"]}), now)
        content = {name: hole(name) for name in ("office", "post", "set", "unit")}
        say = template(content | {"due_at": None, "clock": None}, ("office", "post", "set", "unit"))
        acts = []
        for line, one in zip(lines, self.tell([line.values for line in lines]), strict=True):
            row, unit = line.row, line.values.get("unit") or line.row["unit"]
            standing = f"{NULL}\t{unit}\t{line.office}\t{row['post']}"
            text = say((line.office, row["post"], one[1], unit))
            acts.append((line.act, str(row["id"]), row["seq"] + 1, standing, text, one, bytes(row["head"]), line.key))
        rows = self._written(acts, state, now, known)
        name, every = self.table.name, ", ".join(self.table.kept_columns)
        among = "t.district = %s and t.id = s.record and t.seq = s.seq - 1"
        sets = ["seq = s.seq", "head = s.hash", "unit = s.unit", "office = s.office", "known_at = %s"]
        sets += [
            f"{column} = case when {test} then s.v_{column} else t.{column} end"
            for column, test in self._touchable(False)
        ]
        of = ", ".join(f"t.{column}" for column in self.table.kept_columns)
        statements = [
            (f"select t.id from {name} t, stage s where {among} order by t.id for update of t", [self.district.id], True),
            (f"insert into {name}_h ({every}, until) select {of}, %s from {name} t, stage s where {among}", [known, self.district.id], True),
            (f"update {name} t set {', '.join(sets)} from stage s where {among}", [known, self.district.id], True),
        ]  # fmt: skip
        return self._prepared(rows, statements, state, now, known)

    def _decide(self, values: Mapping[str, Any], before: Before, now: datetime) -> Any:
        given = secret_values.given(self.district.id, self.ledger, values)
        doer = Doer(self.actor.kinds, self.actor.person)
        rules, name, step = self.district.rules, self.ledger.name, self.step.name
        calendar = self.district.calendar
        return decide(
            rules, name, step, before, doer, given, at=now, now=now, calendar=calendar, ancestors=lambda unit: []
        )

    def _own_columns(self, name: str) -> dict[str, str]:
        field = self.ledger.fields[name]
        if name in self.table.secret:
            mask, index = self.table.secret[name]
            return {mask: "text", index: "bytea"}
        own = self.table.columns.get(name) or self.table.private[name]
        return dict.fromkeys(own, "float8" if field.type == "point" else SQL_TYPES[field.type].split(" ")[0])

    def _touchable(self, private: bool) -> list[tuple[str, str]]:
        """(column, the test whether a staged row touches it) of the main or the private table."""
        return [
            (column, f"get_bit(s.touched, {self.bit[name]}) = 1")
            for name, own in self.own.items()
            if (name in self.table.private) == private
            for column in own
        ]

    def _written(self, acts: Sequence[_Act], state: str, at: datetime, known: datetime) -> list[str]:
        """The COPY line of each act, its event hashed."""
        hashed, rule, random = self.algorithm, self.rule, events.dice()
        keyed, blind, commit, digest = events.keyed, self.blind, events.commit, events.digest
        shape = [self.district.id, hole("record"), hole("seq"), self.table.number, hole("act"), self.step.name, state,
                 self.actor.person, self.post, self.actor.via, at, known, hashed, hole("parts")]  # fmt: skip
        head = template(shape, ("record", "seq", "act", "parts"))
        rows = []
        for act, record, seq, standing, text, (asked, _, hidden, cells), prev, key in acts:
            body = keyed(blind, asked.encode())
            parts, salts, commits = commit(hashed, text, hidden, random)
            secret = _sealed(record, seq, hidden, key, random) if hidden else _OPEN
            header = head((f'"{record}"', seq, f'"{act}"', quoted(parts))).encode()
            made = digest(hashed, b"".join((len(header).to_bytes(4, "big"), header, rule, commits, prev, body)))
            rows.append(
                f"{record}\t{seq}\t{standing}\t{act}\t\\\\x{body.hex()}\t{escaped(text)}\t{parts}\t\\\\x{salts.hex()}"
                f"\t\\\\x{commits.hex()}\t\\\\x{prev.hex()}\t\\\\x{made.hex()}\t{secret}\t{cells}\n"
            )
        return rows

    def _prepared(self, rows: list[str], statements: list, state: str, at: datetime, known: datetime) -> Prepared:
        ids, district = "select %s::int, s.record", self.district.id
        fixed = {
            "district": district,
            "ledger": self.table.number,
            "step": self.step.name,
            "to_state": state,
            "person": self.actor.person,
            "post": self.post,
            "via": self.actor.via,
            "at": at,
            "known_at": known,
            "alg": self.algorithm,
            "rule": self.rule,
        }
        staged = ("record", "seq", "act", "body", "open", "secret", "salts", "parts", "commits", "prev", "hash")
        statements = [
            *statements,
            (f"insert into hy.event ({', '.join([*fixed, *staged])}) select {', '.join(['%s'] * len(fixed))}, "
             f"{', '.join(f's.{name}' for name in staged)} from stage s", list(fixed.values()), True),
        ]  # fmt: skip
        if self.ledger.masked:
            into = f"insert into hy.record_key (district, record, kek, wrapped) {ids}, s.kek, s.wrapped from stage s where s.wrapped is not null"
            statements.append((into, [district], False))
        if private := self._touchable(True):
            names, table = [column for column, _ in private], f"{self.table.name}_p"
            some = " or ".join(dict.fromkeys(test for _, test in private))
            statements += [
                (f"update {table} p set {', '.join(f'{c} = case when {test} then s.v_{c} else p.{c} end' for c, test in private)} "
                 f"from stage s where p.district = %s and p.id = s.record and ({some})", [district], False),
                (f"insert into {table} (district, id, {', '.join(names)}) {ids}, {', '.join(f's.v_{c}' for c in names)} from stage s "
                 f"where {some} on conflict do nothing", [district], False),
            ]  # fmt: skip
        stage = ", ".join(f"{name} {kind}" for name, kind in self.columns.items())
        return Prepared(len(rows), f"create temporary table stage ({stage}) on commit drop", "".join(rows), statements)


def _sealed(record: str, seq: int, hidden: Mapping[str, str], key: RecordKey | None, random: events.Random) -> str:
    """COPY text of what is hidden, and of the record's key where it has had none."""
    used, identifier = key or RecordKey.new(random), UUID(record)
    own = f"{NULL}\t{NULL}" if key else f"{used.kek}\t{bytea(used.wrap(identifier, random))}"
    return f"{bytea(used.seal(identifier, seq, hidden, random))}\t{own}"


_OPEN = f"{NULL}\t{NULL}\t{NULL}"


def _staged(column: str) -> str:
    standing = {"id": "record", "head": "hash"}.get(column, column if column in STANDING else f"v_{column}")
    return f"s.{standing}"


def send(district: int, batch: Prepared) -> None:
    """Write a batch, all or nothing. Raises Conflict."""
    try:
        with database.raw().transaction():
            house = database.direct()  # row-level security lets nobody copy into a ledger: the rows lie aside first
            house.run(batch.stage)
            house.run("grant select on stage to hy_writer")
            house.copy("copy stage from stdin", batch.rows)
            with database.writing(district) as query:
                for sql, params, whole in batch.statements:
                    if query.run(sql, params) != batch.count and whole:
                        raise Conflict
    except (psycopg.errors.UniqueViolation, psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected):
        raise Conflict from None
