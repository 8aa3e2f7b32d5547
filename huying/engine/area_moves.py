"""Open work of an area that was split, merged or ended, moved to whoever took it over: by an explicit act, with a way back.

Where it goes is told by its point, where a successor has an outline and the point lies in it; by there being one successor
alone; else a person says. A record of a smaller area that still stands stays in it: only the posts of the office that
served the ended area are changed for those of the same role at the office that serves it now. Closed records stay.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid5

import psycopg

from huying.declare.problems import both
from huying.engine import access, areas, constraints, database, dispatch, events, outside, places, writing
from huying.engine.areas import Change
from huying.engine.database import Row
from huying.engine.packs import District
from huying.engine.people import Actor, system
from huying.engine.places import Unit
from huying.engine.schema import Table
from huying.engine.situation import record_values

BATCH = 200
START = UUID(int=0)
POINT, ALONE, TOLD, PERSON = "point", "alone", "told", "person"  # how it is known where a record goes
TITLES = {
    POINT: "按位置 | by its point",
    ALONE: "只有一个接手的 | there is one successor alone",
    TOLD: "所在的小区域还在，只换经办 | its smaller area still stands; only its posts change",
    PERSON: "由人选定 | chosen by a person",
}
MISSED = ("HY001", "40001", "40P01")  # somebody else was first
NOBODY = both("接手的地方没有对应的$post", "the area that took over has no $post for it")
TOUCHED = both("移动以后有人改过", "it was changed since it was moved")


@dataclass
class Tally:
    """What is open, or was moved: (ledger, code of the successor, how) -> records; asked: ledger -> records that wait for a
    person; failed: [(ledger, code, why)], at most as many as are shown."""

    moved: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Records that go, or went, without asking."""
        return self.moved.total()


@dataclass(frozen=True)
class Line:
    """One open record and where it goes. to: None where a person must say."""

    table: Table
    row: Row
    to: Unit | None
    how: str


class Moving:
    """One area's open work, as of now."""

    def __init__(self, district: District, change: Change):
        self.district, self.change = district, change
        self.tree = places.tree(district.id, district.today())
        self.posts = dispatch.posts(district, self.tree)
        self.others = [one for one in change.heirs if one[0].id != change.unit]
        gone = [one.unit for one in areas.changes(district) if one.ended]
        rows = database.direct().rows(
            "select p.id, p.role from hy.post p where p.district = %s and p.office in "
            "(select unit from hy.unit_span where district = %s and area = any(%s))",
            [district.id, district.id, gone],
        )
        self.left = {row["id"]: row["role"] for row in rows}  # posts at offices that served an area which is no more

    def lines(self, only: UUID | None = None) -> Iterator[list[Line]]:
        """What is open, in batches, ledger by ledger. only: this record alone."""
        for name, table in sorted(self.district.tables.items()):
            last = START
            while rows := self._rows(table, last, only):
                last = rows[-1]["id"]
                if lines := [line for row in rows if (line := self._line(name, table, row))]:
                    yield lines

    def _rows(self, table: Table, last: UUID, only: UUID | None) -> list[Row]:
        final = sorted(self.district.rules.flows[table.ledger.name].final)
        mine, params = "l.unit = %s", [self.change.unit]
        if self.change.ended and self.left:
            mine = "(l.unit = %s or (l.unit = any(%s) and (l.post = any(%s) or d.post = any(%s))))"
            params += [list(self.tree.units), list(self.left), list(self.left)]
        if not self.change.ended:  # what it kept goes on there; what came in since was filed by the areas of its day
            mine += " and l.opened_at < %s"
            params.append(datetime.combine(self.change.day, time(), self.district.calendar.tz))
        if only:
            mine, params = f"{mine} and l.id = %s", [*params, only]
        columns = ", ".join(f"l.{column}" for column in table.all_columns)
        with database.writing(self.district.id) as query:
            return query.rows(
                f"select {columns}, d.post as holder, d.office as holds_at, d.title, d.since, d.due_at as held_until, "
                "array(select s.post from hy.share s where s.district = l.district and s.record = l.id) as shared "
                f"from {table.name} l left join hy.duty d on d.district = l.district and d.record = l.id "
                f"where l.district = %s and not l.hidden and l.state <> all(%s) and l.id > %s and {mine} order by l.id limit {BATCH}",
                [self.district.id, final, last, *params],
            )

    def _line(self, name: str, table: Table, row: Row) -> Line | None:
        """Where a record goes; None where it stays as it is."""
        if row["unit"] != self.change.unit:
            here = self.tree.units[row["unit"]]
            return Line(table, row, here, TOLD) if self._heir_of(here) else None
        for point in table.points.values():
            lng, lat = (row[column] for column in point)
            if (
                lng is not None
                and lat is not None
                and (unit := areas.containing(self.district, self.change.heirs, lng, lat))
            ):
                return Line(table, row, unit, POINT) if unit.id != self.change.unit else None
        if not self.change.ended:
            return None
        return Line(table, row, self.others[0][0], ALONE) if len(self.others) == 1 else Line(table, row, None, PERSON)

    def _heir_of(self, unit: Unit) -> bool:
        """Whether a smaller area lies in one of those that took over."""
        chain = {one.id for one in self.tree.chain(unit.id)}
        return any(heir.id in chain for heir, _ in self.others)

    def moved(self, line: Line, actor: Actor, why: str = "") -> list[database.Statement] | str:
        """The statements that move one record, or why it cannot be."""
        assert line.to
        district, table, row, name = self.district, line.table, line.row, line.table.ledger.name
        values = record_values(district, name, row)
        named = {n: post for n, old in access.posts_in(table.ledger, values).items()
                 if old in self.left and (post := self._instead(old, line.to.id))}  # fmt: skip
        post = self._instead(row["post"], line.to.id) or row["post"]
        office = self.posts.by_id[post].office if post in self.posts.by_id else row["office"]
        state = district.rules.flows[name].states[row["state"]]
        held = self.posts.holding(state, post, line.to.id, {**access.posts_in(table.ledger, values), **named})
        if row["holder"] and held is None:
            return NOBODY
        place = {"unit": line.to.id, "office": office, "post": post}
        content = {"from": self.change.code, "how": line.how, **({"why": why} if why else {})}
        touched = {**named, **({"unit": line.to.id} if line.to.id != row["unit"] else {})}
        made = outside.change(
            district, table, row, events.MOVED, content, actor=actor, place=place, values=named,
            act=uuid5(row["id"], f"{events.MOVED} {row['seq']}"), same_duty=not row["holder"],
            duty=writing.Duty(held.id, held.office, row["title"], row["since"], row["held_until"]) if held else None,
            guards=constraints.guards(district.id, table, row["id"], row["state"], {**values, **touched}, touched),
        )  # fmt: skip
        helping = [self.posts.by_id[new] for old in row["shared"] if (new := self._instead(old, line.to.id))]
        made.shares = [(one.office, one.id, "assist") for one in helping] or None
        before = {"unit": row["unit"], "office": row["office"], "post": row["post"], "values": {n: values[n] for n in named},
                  "duty": [row["holder"], row["holds_at"]] if row["holder"] else None}  # fmt: skip
        kept = (
            "insert into hy.area_move (district, record, seq, ledger, old, new, day, how, before) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                district.id,
                row["id"],
                row["seq"] + 1,
                table.number,
                self.change.unit,
                line.to.id,
                self.change.day,
                line.how,
                events.canonical(before),
            ],
        )
        return [*constraints.locked(made.guards), writing.statement(made), kept, *constraints.proofs(made.guards)]

    def _instead(self, post: int, unit: int) -> int | None:
        """The post of the same role at the office that serves an area now."""
        found = self.posts.select(f"area:{self.left[post]}", unit) if post in self.left else None
        return found.id if found else None


def rehearse(district: District, change: Change) -> Tally:
    """What is open and where it would go; nothing is written."""
    moving, tally = Moving(district, change), Tally()
    for lines in moving.lines():
        for line in lines:
            _count(tally, line)
    return tally


def move(
    district: District,
    change: Change,
    actor: Actor | None = None,
    *,
    batches: int = 0,
    progress: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Move what need not be asked; batches: how many at most, 0 for all. What was moved is not found again, so that a run
    that was cut off goes on where it was stopped."""
    moving, tally, done = Moving(district, change), Tally(), 0
    for lines in moving.lines():
        ready = [line for line in lines if line.to]
        tally.asked.update(line.table.ledger.name for line in lines if not line.to)
        if ready:
            _write(moving, ready, actor or system(district.id), tally)
            done += 1
            progress(tally)
            if done == batches:
                break
    return tally


def waiting(district: District, change: Change, most: int) -> dict[str, list[UUID]]:
    """Ledger -> records for which a person must say where they go; of all together at most so many."""
    found: dict[str, list[UUID]] = {}
    for lines in Moving(district, change).lines():
        for line in lines:
            if line.to is None:
                if most <= 0:
                    return found
                most -= 1
                found.setdefault(line.table.ledger.name, []).append(line.row["id"])
    return found


def settle(district: District, change: Change, record: UUID, to: Unit, actor: Actor) -> str:
    """A person says where one record goes. Returns why it was not moved; nothing where it was."""
    moving, tally = Moving(district, change), Tally()
    line = next((line for lines in moving.lines(record) for line in lines if line.to is None), None)
    if line is None:
        return both("已经移走了", "it was moved already")
    _write(moving, [Line(line.table, line.row, to, PERSON)], actor, tally)
    return tally.failed[0][2] if tally.failed else ""


def _count(tally: Tally, line: Line) -> None:
    if line.to is None:
        tally.asked[line.table.ledger.name] += 1
    else:
        tally.moved[line.table.ledger.name, line.to.code, line.how] += 1


def _write(moving: Moving, lines: Sequence[Line], actor: Actor, tally: Tally) -> None:
    """Write all of them or, where one is in the way, each by itself."""
    statements: list[database.Statement] = []
    going = []
    for line in lines:
        made = moving.moved(line, actor)
        if isinstance(made, str):
            tally.failed.append((line.table.ledger.name, line.row["code"], made))
        else:
            statements += made
            going.append(line)
    if not going:
        return
    try:
        database.together(moving.district.id, statements)
    except psycopg.Error as error:
        if len(going) > 1:
            for line in going:
                _write(moving, [line], actor, tally)
            return
        tally.failed.append((going[0].table.ledger.name, going[0].row["code"], _why(moving.district, error)))
        return
    for line in going:
        _count(tally, line)


def _why(district: District, error: psycopg.Error) -> str:
    if error.sqlstate in MISSED:
        return both("正有人在办", "somebody is acting on it")
    if error.sqlstate == constraints.BROKEN:
        return constraints.sentence(district.tables, error.diag.message_primary or "")[1]
    if error.sqlstate == "23505":
        return both("那里已有关键字段相同的一条", "there is one with its key already")
    raise error


def put_back(district: District, change: Change, actor: Actor | None = None) -> tuple[int, list[tuple[str, str, str]]]:
    """Put back what nobody touched since it was moved. Returns (how many, [(ledger, code, why not)])."""
    done, kept = 0, []
    names = {table.number: name for name, table in district.tables.items()}
    for number, name in names.items():
        table, last = district.tables[name], START
        while rows := _moved(district, change, table, number, last):
            last = rows[-1]["id"]
            for row in rows:
                why = TOUCHED if row["seq"] != row["moved_seq"] else _restore(district, table, row, actor)
                done += not why
                kept += [(name, row["code"], why)] if why else []
    return done, kept


def _moved(district: District, change: Change, table: Table, number: int, last: UUID) -> list[Row]:
    columns = ", ".join(f"l.{column}" for column in table.all_columns)
    with database.writing(district.id) as query:
        return query.rows(
            f"select {columns}, m.seq as moved_seq, m.before, d.title, d.since, d.due_at as held_until from hy.area_move m join {table.name} l "
            "on l.district = m.district and l.id = m.record left join hy.duty d on d.district = l.district and d.record = l.id "
            "where m.district = %s and m.ledger = %s and m.back_seq is null and not l.hidden and l.id > %s and "
            f"m.old = %s order by l.id limit {BATCH}",
            [district.id, number, last, change.unit],
        )


def _restore(district: District, table: Table, row: Row, actor: Actor | None) -> str:
    before: Mapping[str, Any] = json.loads(row["before"])
    held = before["duty"]
    made = outside.change(
        district, table, row, events.PUT_BACK, {}, actor=actor or system(district.id),
        act=uuid5(row["id"], f"{events.PUT_BACK} {row['seq']}"), values=before["values"], same_duty=not held,
        place={name: before[name] for name in outside.PLACE},
        duty=writing.Duty(*held, row["title"], row["since"], row["held_until"]) if held and row["title"] is not None else None,
    )  # fmt: skip
    mark = (
        "update hy.area_move set back_seq = %s where district = %s and record = %s and seq = %s",
        [row["seq"] + 1, district.id, row["id"], row["moved_seq"]],
    )
    try:
        database.together(district.id, [writing.statement(made), mark])
    except psycopg.Error as error:
        return _why(district, error)
    return ""
