"""The one function that makes a number, and the one that lists the records behind it.

Pages, the API, exports, reports and `huying measure` all call `measure`; every cell it gives can be handed to
`records_behind`, which counts the same records by the same conditions. A number figured from others asks for its parts
in the same round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from huying.declare.expressions import Expression
from huying.declare.kinds import Indicator, Rules
from huying.engine import (
    access,
    counting,
    database,
    derived,
    figures,
    figuring,
    hiding,
    measuring,
    questions,
    records,
    wording,
)
from huying.engine.counting import Unanswerable
from huying.engine.figuring_base import Ask
from huying.engine.measuring import Measured
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.questions import Asked, Ruled
from huying.engine.records import Record

__all__ = [
    "Asked",
    "Behind",
    "Measured",
    "Unanswerable",
    "may_see",
    "measure",
    "measure_each",
    "measure_many",
    "records_behind",
    "shown_sql",
]
Split = Sequence[str]
Count = Callable[[District, Sequence[measuring.Todo], "datetime | None"], list[Measured]]
ONE_PART = (
    "growth",
    "rank",
    "cumulative",
    "rolling",
    "remaining",
    "in_a_row",
)  # what is behind these is behind their part


@dataclass(frozen=True)
class Behind:
    """A page of the records behind a figure. total: all that the actor may see of them."""

    records: list[Record]
    total: int


def measure(
    district: District,
    name: str,
    *,
    start: date,
    end: date,
    actor: Actor | None = None,
    split: Split = (),
    as_of: datetime | None = None,
    where: Expression | None = None,
    rule: str = "then",
    by: str | None = None,
    only: Mapping[str, str] | None = None,
    areas: str = "then",
) -> Measured:
    """Figures of one indicator for the periods that have a day in [start, end), in one statement.

    start, end  days in the district's zone; the records whose date lies between them count
    actor       whose reach is read; None: the whole district, as the program itself. A published indicator is read
                whole for everyone, and small counts are suppressed for whoever does not reach its records
    split       names among the indicator's own: fields, or levels of areas
    as_of       an aware moment: what was known then; by the rules of then, or of now (`rule`)
    where       a further condition over the ledger
    by          day, month, quarter, year or all; None: as declared
    only        split name -> value (a unit's code, a field's value): cells of that value alone
    areas       then: as they were; now: in the areas of today (or of `as_of`), by the declared shares of successions

    Raises KeyError (no such indicator), Unanswerable, ValueError (no such stretch) and access.Refused, the latter
    three with `中文 | English`.
    """
    asked = Asked(name, start, end, tuple(split), where, by, dict(only or {}), areas)
    return measure_many(district, [asked], actor=actor, as_of=as_of, rule=rule)[0]


def measure_many(
    district: District,
    asked: Sequence[Asked],
    *,
    actor: Actor | None = None,
    as_of: datetime | None = None,
    rule: str = "then",
    skip: bool = False,
    count: Count = measuring.count,
) -> list[Measured]:
    """Several questions at once, answered in order as `measure` answers each; one statement for each of them and for each
    part of a number figured from others, and one round trip for all that are read in one reach.

    skip   leave out what the actor may not count, instead of raising
    count  what counts: the database, or another engine (other_engines.py)
    """
    keep = (access.Refused,) if skip else ()
    return [one for one in _each(district, asked, actor, as_of, rule, keep, count) if isinstance(one, Measured)]


def measure_each(
    district: District,
    asked: Sequence[Asked],
    *,
    actor: Actor | None = None,
    as_of: datetime | None = None,
    rule: str = "then",
) -> list[Measured | Exception]:
    """Several questions at once as `measure_many`; one that cannot be answered has the reason (`中文 | English`) in its place."""
    return _each(district, asked, actor, as_of, rule, (access.Refused, ValueError))


def _each(
    district: District,
    asked: Sequence[Asked],
    actor: Actor | None,
    as_of: datetime | None,
    rule: str,
    keep: tuple[type[Exception], ...],
    count: Count = measuring.count,
) -> list[Measured | Exception]:
    """The answers in order; what is raised of the kinds `keep` stands in the place of its answer."""
    plans: list[_Plan | Exception] = []
    todo: list[measuring.Todo] = []
    for one in asked:
        try:
            plan = _plan(district, one, actor, as_of, rule)
            ready = [measuring.prepare(district, leaf.asked, leaf.used, actor, as_of) for leaf in plan.leaves()]
        except keep as refused:
            plans.append(refused)
            continue
        plans.append(plan)
        todo += ready
    counted = iter(count(district, todo, as_of))
    return [_answered(district, plan, counted, as_of) if isinstance(plan, _Plan) else plan for plan in plans]


def leaves(district: District, asked: Asked, as_of: datetime | None, rule: str = "then") -> list[measuring.Todo]:
    """The questions of records that answer one question: itself, or those of all parts that it is figured from.

    Of the whole district, as the program itself asks. Raises as `measure` does.
    """
    plan = _plan(district, asked, None, as_of, rule)
    return [measuring.prepare(district, leaf.asked, leaf.used, None, as_of) for leaf in plan.leaves()]


@dataclass(frozen=True)
class _Plan:
    """A question and those that it needs. ask: None for an indicator of records."""

    asked: Asked
    used: Ruled
    ask: Ask | None = None
    parts: tuple[_Plan, ...] = ()

    def leaves(self) -> list[_Plan]:
        return [leaf for part in self.parts for leaf in part.leaves()] if self.ask else [self]


def _plan(district: District, asked: Asked, actor: Actor | None, as_of: datetime | None, rule: str) -> _Plan:
    used = questions.ruled(district, asked.name, as_of, rule)
    indicator = used.indicator
    if indicator.figuring is None:
        return _Plan(asked, used)
    _may_figure(used, asked, actor)
    by = asked.by or indicator.period[0]
    questions.check_period(by, asked.terms or indicator.terms)
    today = questions.today(district, as_of)
    closed = hiding.is_closed(used.rules, indicator, actor)
    ask = Ask(
        asked.name,
        asked.start,
        asked.end,
        by,
        tuple(asked.split),
        dict(asked.only),
        asked.terms or indicator.terms,
        closed,
    )
    figures.periods(ask.start, ask.end, ask.by, ask.terms)
    parts = tuple(
        _plan(
            district,
            Asked(one.name, one.start, one.end, one.split, None, one.by, one.only, "then", one.terms, asked.supposed),
            actor,
            as_of,
            rule,
        )
        for one in figuring.needs(indicator, ask, today)
    )
    return _Plan(asked, used, ask, parts)


def _may_figure(used: Ruled, asked: Asked, actor: Actor | None) -> None:
    """Raises Unanswerable, and access.Refused where a rank would be one among those in reach."""
    indicator = used.indicator
    counting.check_splits(indicator, (*asked.split, *asked.only))
    if asked.where is not None:
        raise Unanswerable(
            "由别的$indicator算出的数不能再加条件 | A number figured from others takes no further condition"
        )
    if indicator.measure == "rank" and actor is not None and not indicator.published and actor.reach.role != "hy_all":
        raise access.Refused(
            "排名要看到全区才能算，您只看到自己的范围 | A rank needs the whole district, and you see your own part of it"
        )


def _answered(district: District, plan: _Plan, answers: Any, as_of: datetime | None) -> Measured:
    if plan.ask is None:
        return next(answers)
    parts = [_answered(district, part, answers, as_of) for part in plan.parts]
    indicator, rules = plan.used.indicator, plan.used.rules
    found = figuring.figure(
        indicator, plan.ask, [(part.indicator, part.figures) for part in parts], questions.today(district, as_of)
    )
    return Measured(
        indicator,
        found,
        plan.asked.start,
        plan.asked.end,
        plan.ask.by,
        plan.ask.split,
        ";\n".join(part.sql for part in parts),
        [value for part in parts for value in part.params],
        wording.declaration(rules, indicator),
        parts[0].moment,
        as_of,
        plan.used.used,
        rules.digests.get(("indicator", indicator.name), b""),
        list(dict.fromkeys(ledger for part in parts for ledger in part.ledgers)),
        tuple(dict.fromkeys((*plan.used.notes, *(note for part in parts for note in part.notes)))),
        any(part.provisional for part in parts),
        parts=tuple(parts),
    )


def records_behind(
    district: District,
    actor: Actor,
    name: str,
    period: date,
    split: Mapping[str, str] | None = None,
    as_of: datetime | None = None,
    part: str = "num",
    *,
    end: date | None = None,
    by: str | None = None,
    where: Expression | None = None,
    rule: str = "then",
    offset: int = 0,
    limit: int = 50,
) -> Behind:
    """A page of the records that were counted in one cell, newest first, within the actor's reach.

    period  its first day (a figure's `since`); end: a figure's `until`; None: the end of the period
    split   split name -> value of the cell
    part    num (for a share: those that meet its condition), den (all counted), all (also those left out)

    Raises as `measure` does.
    """
    if end is None:
        declared = district.rules.indicators[name]
        unit = by or declared.period[0]
        if unit == "all":
            raise Unanswerable("请给出截止日期 | Say until when")
        end = figures.next_of(figures.first_of(period, unit, declared.terms), unit, declared.terms)
    used = questions.ruled(district, name, as_of, rule)
    cell = dict(split or {})
    while used.indicator.figuring:
        name, cell = _part_behind(used.indicator, cell)
        used = questions.ruled(district, name, as_of, rule)
    if used.indicator.listed:
        raise Unanswerable("这个数数的是推导$ledger，请看那本$ledger | This counts a derived $ledger: see that $ledger")
    question = questions.question(district, Asked(name, period, end, (), where, "all", cell), used, as_of)
    reach = access.reach_for_all([question.rules.ledgers[n] for n in question.ledgers], actor)
    measuring.may_count(question, actor)
    sql, params = counting.records_sql(question, part, offset, min(limit, records.MOST))
    with database.reading(reach) as query:
        rows = query.rows(sql, params)
    wanted: dict[str, list[Any]] = {}
    for row in rows:
        if row["id"]:
            wanted.setdefault(question.ledgers[row["ledger"]], []).append(row["id"])
    known = {
        (ledger, record.id): record
        for ledger, ids in wanted.items()
        for record in records.many(district, actor, ledger, ids, as_of)
    }
    keys = [(question.ledgers[row["ledger"]], row["id"]) for row in rows if row["id"]]
    return Behind([known[key] for key in keys if key in known], rows[0]["total"])


def _part_behind(indicator: Indicator, cell: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The part whose records are behind a number figured from it. Raises Unanswerable where there are several."""
    assert indicator.figuring is not None
    how = indicator.figuring
    if how.kind not in ONE_PART:
        names = ", ".join(indicator.parts)
        raise Unanswerable(
            f"这个数由几个$indicator算出，请从各部分看$record：{names} | This is figured from several $indicators; see the $records of each: {names}"
        )
    return how.parts[0].of, {**cell, how.by: how.at} if how.at else cell


def may_see(rules: Rules, indicator: Indicator, actor: Actor) -> bool:
    """Whether the actor may ask for it at all: it is published, or all that it is made from may be seen."""
    if indicator.published:
        return True
    if indicator.listed:
        return derived.may_see(rules, rules.derived[indicator.listed], actor)
    if indicator.measure == "rank" and actor.reach.role != "hy_all":
        return False
    if indicator.figuring:
        return all(may_see(rules, rules.indicators[name], actor) for name in indicator.parts)
    return access.may_see(rules.ledgers[indicator.of], actor)


def shown_sql(measured: Measured) -> str:
    """The statement with its values in place, to be read and run by people."""
    connection = database.raw()
    return psycopg.ClientCursor(connection).mogrify(measured.sql, measured.params or None)
