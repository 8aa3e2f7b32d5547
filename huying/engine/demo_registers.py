"""Registers and works of a demonstration year, filled by the rules of demo.yaml.

registers: [{ledger, step, by, from, to, answers, …}]: records begun between two days, somewhere in the district. How many:
  number       so many, evenly, or by `months`: twelve weights
  every        month or week: one at each; with `per: street` one for each street, with `in_turn` in the answers one for each
  rows         [{field: value}]: one for each, its values before the samples'; `at` is its day, `go` how many steps it goes on
  then         [{step, after: [days], share, by, answers}]: how a record goes on; who does not take one stays where it is
`by` is a login, or a role, which is then taken by someone of the record's own street.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from huying.declare.kinds import Ledger
from huying.engine import database, places, records, values
from huying.engine.acts import Act
from huying.engine.demo_samples import Samples
from huying.engine.demo_walk import Cast
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree, Unit

BATCH = 400


@dataclass
class Begun:
    """One record on its way. go: how many steps more it takes, where its row says so."""

    at: datetime
    unit: Unit
    known: dict[str, Any]
    go: int | None = None
    record: UUID | None = None


def fill(
    district: District, cast: Cast, declared: Mapping[str, Any], tz: Any, random: Random, scale: float = 1.0
) -> int:
    """Fill one register. How many acts. Raises KeyError for someone whom nobody is, ValueError for a row that is wrong."""
    name = declared["ledger"]
    tree, end = places.tree(district.id, district.today()), district.now()
    flow = district.rules.flows[name]
    samples = Samples(district, tree, district.rules.ledgers[name], declared.get("answers", {}), random)
    samples.anywhere = _known(district, samples.ledger)
    going = list(_begun(district, tree, declared, tz, random, scale))
    lines = [{"step": declared["step"], "by": declared["by"], "after": [0, 0]}, *declared.get("then", ())]
    acts = 0
    for place, line in enumerate(lines):
        step, made, acting = flow.steps[line["step"]], samples, []
        if place:
            made = Samples(district, tree, samples.ledger, line.get("answers", {}), random)
            going = [one for one in going if _goes_on(one, place, line, end, random)]
        for one in going:
            answers = {**made.answers(step, one.unit, one.known, one.at), **({} if place else one.known)}
            if not place:
                one.unit = tree.get(answers.get("unit") or 0) or one.unit
            one.known |= answers
            actor = _who(cast, line.get("by", declared["by"]), one.unit)
            acting.append(Act(name, step.name, actor, answers, one.record, known_at=one.at))
        taken = []
        for n in range(0, len(acting), BATCH):
            taken += take_steps(district, acting[n : n + BATCH])
        kept = [(one, out) for one, out in zip(going, taken, strict=True) if out.refusal is None]
        for one, out in kept:
            one.record = out.record
        going = [one for one, _ in kept]
        acts += len(kept)
    return acts


def _known(district: District, ledger: Ledger) -> dict[str, list[UUID]]:
    """Field -> the records that it may refer to, as they stand."""
    found: dict[str, list[UUID]] = {}
    for field in ledger.fields.values():
        if field.type == "record" and field.required:
            table = district.tables[field.ledger].name
            with database.writing(district.id) as query:
                rows = query.tuples(f"select id from {table} where district = %s order by code, id", [district.id])
            found[field.name] = [record for (record,) in rows]
    return found


def _begun(
    district: District, tree: Tree, declared: Mapping[str, Any], tz: Any, random: Random, scale: float
) -> Iterator[Begun]:
    """When and where its records begin, in order of time."""
    first, last = _day(declared["from"], tz), _day(declared["to"], tz)
    streets = tree.of_kind("street")
    units = [unit for street in streets for unit in tree.children.get(street.id, ()) if unit.kind != "office"]
    days = (last - first).days

    def hour(day: datetime, n: int) -> datetime:
        return day.replace(hour=9 + n % 8, minute=random.randint(0, 59))

    if rows := declared.get("rows"):
        for n, row in enumerate(rows):
            known = _row(district, tree, declared["ledger"], {k: v for k, v in row.items() if k not in ("at", "go")})
            day = _day(row["at"], tz) if "at" in row else first + timedelta(days=days * n // len(rows))
            yield Begun(hour(day, n), random.choice(units), known, row.get("go"))
    elif every := declared.get("every"):
        turns = max((len(s["in_turn"]) for s in declared["answers"].values() if "in_turn" in s), default=1)
        for day in _times(first, last, every):
            where = streets if declared.get("per") == "street" else [units[n * 7 % len(units)] for n in range(turns)]
            for n, unit in enumerate(where):
                yield Begun(hour(day, n), unit, {})
    else:
        number = max(1, round(int(declared["number"]) * scale))
        months = declared.get("months")
        all_days = [first + timedelta(days=n) for n in range(days + 1)]
        chosen = (
            sorted(random.choices(all_days, [float(months[day.month - 1]) for day in all_days], k=number))
            if months
            else [first + timedelta(days=days * n // number) for n in range(number)]
        )
        for n, day in enumerate(chosen):
            yield Begun(hour(day, n), random.choice(units), {})


def _times(first: datetime, last: datetime, every: str) -> Iterator[datetime]:
    day = first
    while day <= last:
        yield day
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1) if every == "month" else day + timedelta(days=7)


def _goes_on(one: Begun, place: int, line: Mapping[str, Any], end: datetime, random: Random) -> bool:
    """Whether the record takes this step too; if so, it is set to its moment."""
    if one.go is not None:
        if place > one.go:
            return False
    elif random.random() >= float(line.get("share", 1)):
        return False
    least, most = line["after"]
    at = one.at + timedelta(days=random.randint(int(least), int(most)), minutes=7)
    if at < end:
        one.at = at
    return at < end


def _row(district: District, tree: Tree, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    found, wrong = values.clean(
        district.rules,
        district.rules.ledgers[name],
        row,
        tree,
        district.outline,
        district.calendar.tz,
        lambda ledger, code: records.find_id(district, ledger, code),
    )
    if wrong:
        raise ValueError(f"{name}: {wrong}")
    return found


def _who(cast: Cast, by: str, unit: Unit) -> Actor:
    actor = cast.by_login.get(by) or cast.of_role(by, unit.id)
    if actor is None:
        raise KeyError(by)
    return actor


def _day(said: Any, tz: Any) -> datetime:
    return datetime.fromisoformat(str(said)).replace(tzinfo=tz)
