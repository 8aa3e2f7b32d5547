"""Rows of a sheet, a batch at a time: what each says, whether it may be said, and what would become of it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from huying.declare.kinds import Field, Step, part
from huying.engine import access, cell_values, database, records, secret_values
from huying.engine.bulk import Bulk, Changed, New, is_plain
from huying.engine.cell_values import Reference, Remembering
from huying.engine.decide import Before, Doer, StepRefused, decide, may_take
from huying.engine.events import RecordKey
from huying.engine.importing.columns import Plan
from huying.engine.schema import SQL_TYPES
from huying.engine.situation import record_values
from huying.engine.values import Wrong
from huying.sheets.model import Cell

NEW, CHANGED, UNCHANGED, REJECTED, AGAIN = "new", "changed", "unchanged", "rejected", "again"
Row = tuple[int, list[Cell]]  # its number in the sheet from 1, its cells
Standing = dict[tuple[Any, ...], dict[str, Any]]  # what the ledger's key says -> the record's row


@dataclass(frozen=True)
class Reason:
    """Why a row is rejected. place: its column in the sheet as read, None for the row as a whole; words: `中文 | English`,
    the rule and how to mend it."""

    place: int | None
    value: str
    words: str


@dataclass(slots=True)
class Verdict:
    """What becomes of one row. values: clean; found: the record's row as it stands, for one that is known; step: by
    which it changes."""

    number: int
    cells: Sequence[Cell]
    kind: str
    values: dict[str, Any]
    reasons: tuple[Reason, ...] = ()
    found: Mapping[str, Any] | None = None
    step: Step | None = None
    act: str = ""
    known_by: Any = None  # what the ledger's key says of it

    def key(self) -> RecordKey | None:
        """The key of the record that changes, where it has one."""
        row = self.found
        return RecordKey.unwrap(row["id"], row["kek"], bytes(row["wrapped"])) if row and row["wrapped"] else None


class Reader:
    """Reads the rows of one sheet by a plan, in order; keeps what it must know of the rows before."""

    def __init__(self, plan: Plan):
        self.plan, self.district = plan, plan.district
        self.table = plan.district.tables[plan.ledger.name]
        self.readers = [(one.place, name, self._reader(name, one.scale)) for name, one in plan.fields.items()]
        self.needed = (plan.ledger.fields.keys() & plan.first.asks) - {*plan.first.optional, "unit"}
        self.reach = set(plan.actor.reach.units) if plan.actor.reach.role == "hy_some" else None
        self.plain = is_plain(plan.ledger, plan.flow, plan.first)
        self.key = plan.ledger.key if plan.keyed else ()
        self.seen = Seen()

    def read(self, rows: Sequence[Row]) -> list[Verdict]:
        """A verdict for each row by what it says, in order: NEW, until `stands` is compared, or REJECTED."""
        verdicts = self._say(rows)
        for verdict in verdicts:
            if verdict.kind != REJECTED:
                self._judge(verdict)
        return verdicts

    def stands(self, verdicts: Sequence[Verdict], taken: Set[int] = frozenset()) -> Standing:
        """The records that stand under the keys of new rows; one statement. taken: numbers of rows that were brought in
        before."""
        whole = [one for one in verdicts if one.kind == NEW and one.known_by and one.number not in taken]
        return self._standing(whole) if whole else {}

    def compare(self, verdicts: Sequence[Verdict], taken: Set[int], stands: Standing) -> None:
        """What would change of the records that stand; what was brought in before is not brought in again."""
        for verdict in verdicts if taken or stands else ():
            if verdict.number in taken:
                verdict.kind, verdict.reasons = AGAIN, ()
            elif verdict.kind == NEW and (row := stands.get(verdict.known_by)):
                self._compare(verdict, row)

    def _reader(self, name: str, scale: int) -> Remembering:
        field = self.plan.ledger.fields[name]
        return cell_values.remembering(self.district, self.plan.tree, field, scale, self.plan.epoch_1904)

    def _say(self, rows: Sequence[Row]) -> list[Verdict]:
        """A verdict for each row by its cells alone, which are read column by column."""
        cells = list(zip(*[cells for _, cells in rows], strict=True))
        columns = {name: read.many(cells[place]) for place, name, read in self.readers}
        kinds = {name: set(map(type, column)) for name, column in columns.items()}
        whole = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        verdicts = [Verdict(number, row, NEW, values) for (number, row), values in zip(rows, whole, strict=True)]
        for place, name, _ in self.readers:
            if Reference in kinds[name]:
                self._look_up(name, verdicts)
            if Wrong in kinds[name]:
                for verdict in verdicts:
                    if verdict.values.get(name).__class__ is Wrong:
                        _reject(verdict, place, _short(verdict.cells[place]), str(verdict.values.pop(name)))
            if type(None) in kinds[name]:
                for verdict in verdicts:
                    if verdict.values.get(name, Wrong) is None:
                        del verdict.values[name]
        return verdicts

    def _look_up(self, name: str, verdicts: Sequence[Verdict]) -> None:
        """Put records in the place of the codes that a column names them by; one statement."""
        named = [verdict for verdict in verdicts if verdict.values[name].__class__ is Reference]
        ledger = named[0].values[name].ledger
        found = records.by_codes(
            self.district, self.plan.actor, ledger, sorted({verdict.values[name].text for verdict in named})
        )
        for verdict in named:
            text = verdict.values.pop(name).text
            if record := found.get(text):
                verdict.values[name] = record
            else:
                _reject(verdict, self.plan.fields[name].place, text,
                        f"没有编号为“{text[:40]}”的$record | There is no $record “{text[:40]}”")  # fmt: skip

    def _judge(self, verdict: Verdict) -> None:
        """Whether the row may be said at all: whole, within reach, once."""
        values, plan = verdict.values, self.plan
        if "unit" not in values:
            if not plan.unit and "unit" in plan.ledger.fields:
                _reject(verdict, None, "", "没有写在哪个街道社区 | It does not say which street or community")
            values["unit"] = plan.unit or plan.tree.root.id
        if not self.needed <= values.keys():
            for name in [name for name in plan.first.asks if name in self.needed and name not in values]:
                title = plan.ledger.fields[name].title
                place = plan.fields[name].place if name in plan.fields else None
                _reject(verdict, place, "", f"缺“{part(title)}” | “{part(title, 'en')}” is missing")
        if self.reach is not None and values["unit"] not in self.reach:
            unit = plan.tree.get(values["unit"])
            place = plan.fields["unit"].place if "unit" in plan.fields else None
            _reject(verdict, place, unit.name() if unit else "", "不在您的辖区内 | It lies outside your area")
        if verdict.kind == REJECTED:
            return
        if not self.plain:
            try:
                self._foresee(values)
            except StepRefused as refused:
                _reject(verdict, None, "", refused.sentence)
                return
        if not self.key:
            return
        verdict.known_by = self._key_of(values)
        if before := self.seen.add(verdict.known_by, verdict.number):
            place = self.plan.fields[self.key[0]].place if self.key[0] in self.plan.fields else None
            _reject(verdict, place, "", f"与第 {before} 行是同一条 | It is the same one as row {before}")

    def _foresee(self, values: Mapping[str, Any]) -> None:
        plan, now = self.plan, self.district.now()
        given = secret_values.given(self.district.id, plan.ledger, values)
        decide(self.district.rules, plan.ledger.name, plan.first.name, Before(values={"unit": values["unit"]}),
               Doer(plan.actor.kinds, plan.actor.person), given, at=now, now=now, calendar=self.district.calendar,
               ancestors=plan.tree.ancestor_codes)  # fmt: skip

    def _key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """What the row is known by; None where a part of it is missing: such rows are never the same."""
        key = tuple(map(values.get, self.key))
        if None in key:
            return None
        secret = self.plan.ledger.secret
        if not secret:
            return key
        return tuple(
            secret_values.normal(value) if name in secret else value for name, value in zip(self.key, key, strict=True)
        )

    def _standing(self, verdicts: Sequence[Verdict]) -> Standing:
        """key -> the record's row, with its private values and its key."""
        district, table = self.district.id, self.table
        keys: dict[tuple[Any, ...], tuple[Any, ...]] = {}  # as the columns hold it -> as the rows say it
        for verdict in verdicts:
            for columns in self._columns_of(verdict.values):
                keys[columns] = verdict.known_by
        kinds = [
            "bytea" if n in table.secret else "int" if n == "unit" else _sql(self.plan.ledger.fields[n])
            for n in self.key
        ]
        names = [table.column(name) for name in self.key]
        private = [column for columns in table.private.values() for column in columns]
        extra = "".join(f", p.{column}" for column in private)
        join = f"left join {table.name}_p p on p.district = l.district and p.id = l.id " if private else ""
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        marks = ", ".join(f"k{n}" for n in range(len(kinds)))
        same = " and ".join(f"l.{name} = w.k{n}" for n, name in enumerate(names))
        with database.writing(district) as query:
            rows = query.rows(  # each by the index of the key: a table that grows by the minute is planned as if it were small
                f"select found.* from unnest({arrays}) as w({marks}) cross join lateral (select {', '.join(f'l.{c}' for c in table.all_columns)}{extra}, "
                "k.kek, k.wrapped, d.post as holder, "
                "array(select office from hy.share s where s.district = l.district and s.record = l.id) as shared "
                f"from {table.name} l {join}left join hy.record_key k on k.district = l.district and k.record = l.id "
                "left join hy.duty d on d.district = l.district and d.record = l.id "
                f"where {same} and l.district = %s and not l.hidden and l.state <> 'removed' limit 1) found",
                [*([columns[n] for columns in keys] for n in range(len(kinds))), district],
            )
        return {
            keys[tuple(bytes(row[name]) if isinstance(row[name], memoryview) else row[name] for name in names)]: row
            for row in rows
        }

    def _columns_of(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """What the key's columns may hold for these values: of a secret one, each blind index in use."""
        if not self.plan.ledger.secret:
            return [tuple([values[name] for name in self.key])]
        found: list[tuple[Any, ...]] = [()]
        for name in self.key:
            own = (
                secret_values.indexes(self.district.id, values[name])
                if name in self.plan.ledger.secret
                else [values[name]]
            )
            found = [(*columns, one) for columns in found for one in own]
        return found

    def _compare(self, verdict: Verdict, row: Mapping[str, Any]) -> None:
        plan = self.plan
        verdict.found = row
        if not access.within(plan.actor, row, row["shared"], row["holder"]):
            _reject(verdict, None, "", "已有这一条，在别的街道或单位名下，不归您改 | It exists already under another street or "
                    "office; it is not yours to change")  # fmt: skip
            return
        kinds = access.kinds_for(plan.actor, row, tuple(row["shared"]))
        stands = record_values(self.district, plan.ledger.name, row)
        for name, columns in self.table.private.items():
            stands[name] = row[columns[0]]
        readable = access.may_unmask(plan.ledger, kinds, stands, self.district.today(), self.district.calendar.tz)
        changes = {
            name: value
            for name, value in verdict.values.items()
            if (name in plan.fields or name != "unit")
            and ((name in plan.ledger.masked and name not in readable) or not _same(stands.get(name), value))
        }
        if not changes:
            verdict.kind = UNCHANGED
            return
        doer = Doer(kinds, plan.actor.person)
        verdict.step = next(
            (s for s in plan.amends if row["state"] in s.from_ and may_take(s, doer) and changes.keys() <= set(s.asks)),
            None,
        )
        if verdict.step is None:
            titles = "、".join(part(plan.ledger.fields[name].title) for name in changes)
            english = ", ".join(part(plan.ledger.fields[name].title, "en") for name in changes)
            _reject(
                verdict,
                None,
                "",
                f"{row['code']} 现在不能改：{titles} | {row['code']} is not open to change: {english}",
            )
            return
        verdict.kind, verdict.values = CHANGED, changes

    def bulks(self) -> dict[str, Bulk]:
        """step -> the way to write many of it at once, for those that allow it."""
        steps = [self.plan.first, *self.plan.amends]
        return {
            s.name: Bulk(self.district, self.plan.ledger.name, s.name, self.plan.actor)
            for s in steps
            if is_plain(self.plan.ledger, self.plan.flow, s)
        }


def as_new(verdict: Verdict) -> New:
    return New(verdict.act, verdict.values)


def as_changed(verdict: Verdict, office: int) -> Changed:
    return Changed(
        verdict.act, verdict.values, verdict.found, office, verdict.key() if verdict.found["wrapped"] else None
    )


class Seen:
    """The keys of the rows so far and where each stood: 18 to 72 bytes a row, for sheets of many millions."""

    def __init__(self) -> None:
        self.count, self.size = 0, 1 << 12
        self.marks, self.rows = array("Q", [0]) * self.size, array("I", [0]) * self.size

    def add(self, key: tuple[Any, ...] | None, row: int) -> int:
        """The earlier row with the same key; 0, and the key is kept, where there is none."""
        if key is None:
            return 0
        mark = hash(key) & 0xFFFF_FFFF_FFFF_FFFF or 1
        place = self._place(mark)
        if self.marks[place]:
            return self.rows[place]
        self.marks[place], self.rows[place] = mark, row
        self.count += 1
        if self.count * 3 > self.size * 2:
            self._grow()
        return 0

    def _place(self, mark: int) -> int:
        marks, most = self.marks, self.size - 1
        place = mark & most
        while marks[place] and marks[place] != mark:
            place = (place + 1) & most
        return place

    def _grow(self) -> None:
        marks, rows = self.marks, self.rows
        self.size *= 4
        self.marks, self.rows = array("Q", [0]) * self.size, array("I", [0]) * self.size
        for mark, row in zip(marks, rows, strict=True):
            if mark:
                place = self._place(mark)
                self.marks[place], self.rows[place] = mark, row


def _same(stands: Any, value: Any) -> bool:
    if isinstance(stands, tuple) and isinstance(value, tuple):
        return all(abs(a - b) < 5e-7 for a, b in zip(stands, value, strict=True))
    return stands == value


def _reject(verdict: Verdict, place: int | None, value: str, words: str) -> None:
    verdict.kind, verdict.reasons = REJECTED, (*verdict.reasons, Reason(place, value, words))


def _short(cell: Cell) -> str:
    return str(cell)[:40]


def _sql(field: Field) -> str:
    return SQL_TYPES[field.type].split(" ")[0]


def described(reasons: Iterable[Reason], titles: Sequence[str]) -> str:
    """The reasons in one cell, `中文 | English`."""
    pairs = [reason.words.partition(" | ")[::2] for reason in reasons]
    places = [titles[reason.place] if reason.place is not None else "" for reason in reasons]
    zh = "；".join(f"{title}：{zh}" if title else zh for title, (zh, _) in zip(places, pairs, strict=True))
    en = "; ".join(f"{title}: {en}" if title else en for title, (_, en) in zip(places, pairs, strict=True))
    return f"{zh} | {en}"
