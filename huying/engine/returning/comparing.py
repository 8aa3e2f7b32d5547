"""Cells as they went out, as they came back and as they stand, and what follows for each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from huying.declare.kinds import Field, Step, part
from huying.engine import access, amending, cell_values, database, exchange, records
from huying.engine.cell_texts import Shower, told
from huying.engine.cell_values import Reference
from huying.engine.decide import Before, Doer, StepRefused, decide
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.engine.returning.model import CONFLICT, Line, Returned
from huying.engine.returning.sheet import known_rows, take
from huying.engine.values import Wrong
from huying.engine.working_copies import rule_of
from huying.sheets.model import Book, Cell

BATCH = 500
CHANGED = (
    "（下载之后规则改过；这一格没动过就不用管）",
    " (the rules have changed since it was downloaded; if you did not touch this cell, never mind)",
)
WAY_OUT = "没有覆盖；仍要改，请下载这些行再填 | it was not overwritten. To change it all the same, download these rows and enter it again"
LOCKED = "不能在表里改；请恢复原样 | It is not changed in a sheet; put back what stood there"


def compare(district: District, actor: Actor, tree: Tree, ledger: str, book: Book) -> Returned:
    """What would be written of the file, and what not and why. Raises NotReturned and access.Refused."""
    access.reach_for(district.rules.ledgers[ledger], actor)
    taken = take(district, ledger, book)
    comparing = Comparing(district, actor, tree, ledger, taken.stamp.lang, taken.epoch_1904)
    comparing.same_rules = taken.stamp.rule == rule_of(district)
    lines = known_rows(taken.lines)
    for start in range(0, len(lines), BATCH):
        comparing.known([line for line, _ in lines[start : start + BATCH]])
    comparing.new([line for line in taken.lines if not line.code], taken.stamp.of)
    comparing.resolve(taken.lines)
    comparing.once([line for line in taken.lines if line.writes])
    comparing.foresee([line for line in taken.lines if line.writes])
    notes = list(taken.notes)
    if unseen := [n for n in taken.names if n not in comparing.seen and n not in exchange.STANDING]:
        notes.append(
            f"这些列您看不到，没有动：{'、'.join(unseen)} | Not for you to see, and left alone: {', '.join(unseen)}"
        )
    if taken.stamp.person != actor.person:
        notes.append(
            "这份文件是别人下载的；改动按您的权限写入 | Somebody else downloaded this file; you write what you may write"
        )
    if taken.missing:
        count = len(taken.missing)
        notes.append(
            f"{count} 行在文件里没有了；没有注销任何一条，要注销请逐条办 | "
            f"{count} rows are in the file no more; nothing was removed: that is done one by one"
        )
    return Returned(taken.stamp, taken.same + len(taken.lines), taken.lines, taken.missing, notes)


class Comparing:
    """Compares the lines of one file for one actor; statements are by batch, however many lines there are."""

    def __init__(self, district: District, actor: Actor, tree: Tree, ledger: str, lang: str, epoch_1904: bool):
        self.district, self.actor, self.tree = district, actor, tree
        self.ledger, self.flow = district.rules.ledgers[ledger], district.rules.flows[ledger]
        self.shower = Shower(district, tree, lang, apart=True)
        self.seen = access.visible_fields(self.ledger, actor.kinds)
        self.fields = [self.ledger.fields[name] for name in self.seen]
        self.steps = amending.amending_steps(district, actor, ledger)
        self.changeable = amending.changeable(district, actor, ledger)
        self.read = {
            name: cell_values.reader(district, tree, self.ledger.fields[name], epoch_1904=epoch_1904)
            for name in amending.in_cells(self.ledger, actor)
        }
        self.reach = set(actor.reach.units) if actor.reach.role == "hy_some" else None
        self.same_rules = True
        self.way_out = WAY_OUT
        self.shut: dict[str, str] = {}  # columns that are not changed here, with the reason

    def known(self, lines: Sequence[Line]) -> None:
        """Compare the lines of records that went out."""
        name, rows = self.ledger.name, [line.row for line in lines if line.row]
        now = {one.id: one for one in records.many(self.district, self.actor, name, [row.record for row in rows])}
        base = records.versions(self.district, self.actor, name, {row.record: row.seq for row in rows})
        codes = exchange.codes_of(self.district, self.actor, [*now.values(), *base.values()])
        fought: list[tuple[Line, str]] = []
        for line in lines:
            line.now, before = now.get(line.row.record), base.get(line.row.record)
            if line.now is None or before is None:
                line.wrong(
                    "",
                    "这一条已不在您的范围内，或已删去，没有写 | It is no longer within your reach, or is gone; nothing was written",
                )
                continue
            line.steps = amending.steps_for(self.district, self.actor, line.now, self.steps)
            fought += self._cells(line, before, codes)
        self._say_who(fought)

    def _cells(self, line: Line, before: Record, codes: Mapping[Any, str]) -> Iterable[tuple[Line, str]]:
        """Decide on every cell of a line; gives those where somebody else was first."""
        names = [*exchange.STANDING, *self.seen]
        went_out = dict(zip(names, exchange.cells(self.shower, before, self.fields, codes), strict=True))
        for name in names:
            if name not in line.cells or told(line.cells[name]) == told(went_out[name]):
                continue
            one = self.ledger.fields.get(name)
            if one is None or name in self.shut or name not in self.read or name not in line.steps:
                self._locked(line, name, one)
                continue
            value = self._value(line, one)
            stood, stands = (exchange.value_of(record, one) for record in (before, line.now))
            if isinstance(value, Wrong) or same(one, value, stood) or same(one, value, stands):
                continue
            if isinstance(value, Reference) and value.text in (codes.get(stood), codes.get(stands)):
                continue
            if not same(one, stood, stands):
                yield line, name
                continue
            line.changes[name] = value

    def _locked(self, line: Line, name: str, one: Field | None) -> None:
        if not self.same_rules and one is None:
            return
        if name in self.shut:
            line.wrong(name, self.shut[name])
        elif name in self.changeable and line.now:
            state = self.flow.states.get(line.now.state)
            title = state.title if state else line.now.state
            line.wrong(
                name, f"现在是“{part(title)}”，这一项不能改 | It is “{part(title, 'en')}” now; this cannot be changed"
            )
        else:
            line.wrong(name, LOCKED)

    def _value(self, line: Line, one: Field) -> Any:
        """The cell's value, or a Wrong that the line knows of."""
        cell: Cell = line.cells[one.name]
        value = self.read[one.name](cell)
        if value is None and (one.required or one.name in self.ledger.key or one.name == "unit"):
            value = Wrong("不能留空 | It cannot be left empty")
        if one.name == "unit" and self.reach is not None and isinstance(value, int) and value not in self.reach:
            value = Wrong("不在您的辖区内 | It lies outside your area")
        if isinstance(value, Wrong):
            zh, _, en = str(value).partition(" | ")
            line.wrong(one.name, str(value) if self.same_rules else f"{zh}{CHANGED[0]} | {en}{CHANGED[1]}")
        return value

    def new(self, lines: Sequence[Line], of: UUID) -> None:
        """Read the lines without a code: each a new record, known again by what it says and the file it is of."""
        step = amending.entering(self.district, self.actor, self.ledger.name)
        asked = amending.enterable(self.ledger, self.actor, step)
        times: Counter[str] = Counter()
        for line in lines:
            said = json.dumps([told(line.cells.get(name)) for name in self.seen], ensure_ascii=False)
            times[said] += 1
            line.act = uuid5(of, f"{times[said]} {said}")
        taken = self.taken([line.act for line in lines if line.act])
        for line in lines:
            line.again = line.act in taken
            if line.again:
                line.taken = [taken[line.act]]
                continue
            if step is None:
                line.wrong("", "您在这里不能新增 | New ones are not yours to enter here")
                continue
            self._new(line, step, asked)

    def _new(self, line: Line, step: Step, asked: Sequence[str]) -> None:
        for name in self.seen:
            cell = line.cells.get(name)
            if cell is None:
                continue
            if name not in asked:
                line.wrong(name, "新增时不填这一项 | It is not filled in for a new one")
                continue
            value = self.read[name](cell)
            if isinstance(value, Wrong):
                line.wrong(name, str(value))
            elif value is not None:
                line.changes[name] = value
        for name in asked:
            needed = name not in step.optional or self.ledger.fields[name].required
            if needed and name not in line.changes and not any(fault.name == name for fault in line.faults):
                line.wrong(name, "新增时要填 | It is needed for a new one")
        unit = line.changes.get("unit")
        if self.reach is not None and unit is not None and unit not in self.reach:
            line.wrong("unit", "不在您的辖区内 | It lies outside your area")
        line.steps = dict.fromkeys(line.changes, step)

    def taken(self, acts: list[UUID]) -> dict[UUID, tuple[UUID, int]]:
        """Act -> (record, seq) of those that were taken before."""
        if not acts:
            return {}
        found = "select act, record, seq from hy.event where district = %s and act = any(%s)"
        with database.writing(self.district.id) as query:
            return {act: (record, seq) for act, record, seq in query.tuples(found, [self.district.id, acts])}

    def resolve(self, lines: Sequence[Line]) -> None:
        """Put records in the place of the codes they were named by; one statement for each ledger that is named."""
        named = [
            (line, name, value)
            for line in lines
            for name, value in line.changes.items()
            if isinstance(value, Reference)
        ]
        wanted: dict[str, set[str]] = {}
        for _, _, reference in named:
            wanted.setdefault(reference.ledger, set()).add(reference.text)
        found = {
            name: records.by_codes(self.district, self.actor, name, sorted(texts)) for name, texts in wanted.items()
        }
        for line, name, reference in named:
            record = found[reference.ledger].get(reference.text)
            if record:
                line.changes[name] = record
            else:
                del line.changes[name]
                line.wrong(
                    name, f"没有编号为“{reference.text[:40]}”的$record | There is no $record “{reference.text[:40]}”"
                )

    def once(self, lines: Sequence[Line]) -> None:
        """Refuse what would make two records with one natural key."""
        key = self.ledger.key
        if not key or not set(key) <= set(self.read):
            return
        bearers: dict[tuple[Any, ...], list[Line]] = {}
        for line in lines:
            if line.row and not set(key) & line.changes.keys():
                continue
            stands = line.now.values if line.now else {}
            said = tuple(
                line.changes.get(name, line.now.unit if line.now and name == "unit" else stands.get(name))
                for name in key
            )
            if None not in said:
                bearers.setdefault(said, []).append(line)
        titles = [self.ledger.fields[name].title for name in key]
        zh, en = "、".join(map(part, titles)), ", ".join(part(title, "en") for title in titles)
        standing = records.by_key(self.district, self.ledger.name, list(bearers))
        named = records.by_codes(
            self.district, self.actor, self.ledger.name, [code for _record, code in standing.values()]
        )
        for said, some in bearers.items():
            record, code = standing.get(said, (None, ""))
            for line in some:
                if len(some) == 1 and record in (None, line.now and line.now.id):
                    continue
                other = english = code
                if len(some) > 1:
                    row = next(o.number for o in some if o is not line)
                    other, english = f"第 {row} 行", f"row {row}"
                elif code not in named:  # that there is one must be said, not which
                    other, english = "别处已有的一条", "one that stands elsewhere"
                for name in key:
                    line.changes.pop(name, None)
                line.wrong(key[0], f"{zh}与{other}相同 | The same {en} as {english}")

    def foresee(self, lines: Sequence[Line]) -> None:
        """Refuse what the steps' own conditions would refuse; those over masked fields show when it is written."""
        district, now = self.district, self.district.now()
        for line in lines:
            for step in {step.name: step for step in line.steps.values() if step.needs is not None}.values():
                names = [name for name in line.changes if line.steps[name] is step]
                if not names or not self.ledger.masked.keys().isdisjoint(step.needs.columns):
                    continue
                changes = {name: line.changes[name] for name in names}
                before, kinds = Before(values={"unit": changes.get("unit")}), self.actor.kinds
                if line.now:
                    stands = {**line.now.values, "unit": line.now.unit}
                    before, kinds = Before(line.now.state, stands, line.now.clock), line.now.kinds
                    changes = amending.with_needed(step, changes, stands)
                try:
                    decide(district.rules, self.ledger.name, step.name, before, Doer(kinds, self.actor.person), changes,
                           at=now, now=now, calendar=district.calendar, ancestors=self.tree.ancestor_codes)  # fmt: skip
                except StepRefused as refused:
                    for name in names:
                        del line.changes[name]
                    line.wrong(names[0] if line.now else "", refused.sentence)

    def _say_who(self, fought: Sequence[tuple[Line, str]]) -> None:
        """Refuse cells that somebody else changed meanwhile: who, when, to what."""
        if not fought:
            return
        found = list({line.now.id: line.now for line, _ in fought if line.now}.values())
        histories = records.histories(self.district, found)
        codes = exchange.codes_of(self.district, self.actor, found)
        names = _names({entry.person for entries in histories.values() for entry in entries})
        for line, name in fought:
            after = [entry for entry in histories[line.now.id] if entry.seq > line.row.seq]
            entry = next((entry for entry in reversed(after) if name in entry.values), after[-1])
            at = entry.known_at.astimezone(self.district.calendar.tz)
            who = " ".join(filter(None, (self.shower.posts.get(entry.post), names.get(entry.person)))) or "—"
            one = self.ledger.fields[name]
            stands = told(self.shower.cell(one, exchange.value_of(line.now, one), codes))
            way_out, _, way_out_en = self.way_out.partition(" | ")
            line.wrong(
                name,
                f"{who} {at:%Y-%m-%d %H:%M} 已改成“{stands}”，{way_out} | "
                f"{who} changed it to “{stands}” at {at:%Y-%m-%d %H:%M}; {way_out_en}",
                CONFLICT,
            )


def same(one: Field, first: Any, second: Any) -> bool:
    """Whether two values are one as a cell shows them: moments to the minute, points to the sixth decimal."""
    if isinstance(first, tuple) and isinstance(second, tuple):
        return all(abs(a - b) < 5e-7 for a, b in zip(first, second, strict=True))
    if one.type == "time" and isinstance(first, datetime) and isinstance(second, datetime):
        return (
            abs((first.replace(second=0, microsecond=0) - second.replace(second=0, microsecond=0)).total_seconds()) < 1
        )
    return first == second


def _names(persons: set[int]) -> dict[int, str]:
    rows = database.direct().rows("select id, name from public.engine_person where id = any(%s)", [sorted(persons)])
    return {row["id"]: row["name"] for row in rows}
