"""Counts indicators of records: many at once, each in the reach in which it may be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from huying.declare.kinds import Indicator
from huying.engine import (
    access,
    cell_reading,
    counting,
    counting_listed,
    database,
    derived,
    hiding,
    questions,
    within,
    wording,
)
from huying.engine import figure_cells as cells
from huying.engine.counting import Question, Unanswerable
from huying.engine.database import Reach
from huying.engine.figures import Figure
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.questions import Asked, Ruled


@dataclass(frozen=True)
class Measured:
    """The answer to one question.

    figures      one per (period, *split), in order of period, then of split
    sql, params  what counts it record by record; where cells hold the same sums, they were read instead
    words        the declaration in words, `中文 | English`
    moment       the district's time it is as of; `as_of` is None when that is the present
    rule         "then" or "now": by whose rules; digest: of the declaration that was used
    notes        what a reader must know besides, `中文 | English` each
    provisional  data known at `as_of` may still arrive
    parts        of a number figured from others: the answers for its parts
    areas        where areas of its splits changed within its days: "then" (as they were) or "now" (by shares); else ""
    """

    indicator: Indicator
    figures: list[Figure]
    start: date
    end: date
    by: str
    split: tuple[str, ...]
    sql: str
    params: list[Any]
    words: str
    moment: datetime
    as_of: datetime | None
    rule: str
    digest: bytes
    ledgers: list[str]
    notes: tuple[str, ...] = ()
    provisional: bool = False
    areas: str = ""
    parts: tuple[Measured, ...] = ()

    @property
    def figure(self) -> Figure:
        """The only figure of a measure without splits over one period."""
        if len(self.figures) != 1:
            raise LookupError(f"{self.indicator.name}: {len(self.figures)} figures, not one")
        return self.figures[0]


def count(district: District, todo: Sequence[Todo], as_of: datetime | None) -> list[Measured]:
    """The answers in order; one statement for each question, one round trip for all that are read in one reach."""
    rows = _rows(todo)
    provisional = as_of is not None and _provisional(district, as_of)
    return [answer(one, rows.get(n), district, as_of, provisional) for n, one in enumerate(todo)]


def prepare(district: District, one: Asked, by: Ruled, actor: Actor | None, as_of: datetime | None) -> Todo:
    """A question ready to be counted. Raises access.Refused where the actor may not count it, and Unanswerable."""
    question = questions.question(district, one, by, as_of)
    reach = reach_of(question, actor)
    within.check_areas(question, reach)
    closed = hiding.is_closed(question.rules, question.indicator, actor)
    if closed:
        hiding.whole_periods(question)
    known = question.spans.successions if question.spans else []
    changed = [s for s in known if question.start < s.day <= question.today and s.kind in question.split]
    areas = "then" if closed or one.areas != "now" else "now"  # both beside each other would tell what is suppressed
    if areas == "now" and changed and not question.indicator.additive:
        raise Unanswerable("这种数不能折算成现在的区划 | Such a number cannot be put into today's areas")
    listed = question.indicator.listed
    told = counting_listed.figures_sql(question) if listed else counting.figures_sql(question)
    sent = told if listed else cell_reading.figures_sql(question, reach)
    return Todo(one, question, reach, by.notes, by.used, closed, changed, areas, *told, sent)


def answer(
    one: Todo,
    rows: list[dict[str, Any]] | None,
    district: District,
    as_of: datetime | None,
    provisional: bool,
) -> Measured:
    """The answer that these rows give; None: what is asked in today's areas, and counted stretch by stretch."""
    question, indicator, told = one.question, one.question.indicator, None
    if rows is not None:
        found = cells.figures_of(question, cells.sums_of(question, rows))
    else:
        assert question.spans is not None
        places = [place for place, name in enumerate(question.split) if question.level(name)]
        now, told = cells.in_areas_of(question, one.reach, places, question.spans.successions)
        found = cells.figures_of(question, now)
    return Measured(
        indicator,
        hiding.shown(question, found) if one.closed else found,
        one.asked.start,
        one.asked.end,
        question.by,
        question.split,
        one.sql,
        one.params,
        wording.declaration(question.rules, indicator),
        as_of or district.now(),
        as_of,
        one.used,
        question.rules.digests.get(("indicator", indicator.name), b""),
        [indicator.listed] if indicator.listed else question.ledgers,
        (*one.notes, *cells.succession_notes(one.changed, told)),
        provisional,
        one.areas if one.changed else "",
    )


@dataclass(frozen=True)
class Todo:
    """A question with what is known of it before it is asked. used: by whose rules; changed: areas that succeeded others;
    sql, params: what counts it record by record; sent: what gives the same rows and is asked for."""

    asked: Asked
    question: Question
    reach: Reach
    notes: tuple[str, ...]
    used: str
    closed: bool
    changed: list[Any]
    areas: str
    sql: str
    params: list[Any]
    sent: counting.Sql


def _rows(todo: Sequence[Todo]) -> dict[int, list[dict[str, Any]]]:
    """place in `todo` -> rows, of all that are counted where records lay; a round trip for each reach."""
    together: dict[Reach, list[int]] = {}
    for n, one in enumerate(todo):
        if not (one.areas == "now" and one.changed):
            together.setdefault(one.reach, []).append(n)
    rows: dict[int, list[dict[str, Any]]] = {}
    for reach, some in together.items():
        found = database.asked(reach, [todo[n].sent for n in some])
        rows |= dict(zip(some, found, strict=True))
    return rows


def reach_of(question: Question, actor: Actor | None) -> Reach:
    """The reach in which a figure is counted. Raises access.Refused."""
    whole = Reach(question.district.id, "hy_all")
    if actor is None or question.indicator.published:
        return whole
    if hiding.is_public(actor):
        raise access.Refused("这个$indicator没有公开 | This $indicator is not published")
    may_count(question, actor)
    if question.indicator.listed:
        return derived.reach_for(question.rules, question.rules.derived[question.indicator.listed], actor)
    return access.reach_for_all([question.rules.ledgers[n] for n in question.ledgers], actor)


def may_count(question: Question, actor: Actor) -> None:
    """Refuses whoever may not see one of the ledgers, or a field that the indicator reads."""
    indicator = question.indicator
    used = {
        column
        for expression in (indicator.value, indicator.among, indicator.over)
        if expression is not None
        for column in expression.columns
    }
    used |= {indicator.key, *indicator.stock}
    used |= {name for name in question.only if not question.level(name)}
    for name in question.ledgers:
        ledger = question.rules.ledgers[name]
        access.reach_for(ledger, actor)
        closed = [n for n in ledger.shown_to if n in used and not actor.kinds.intersection(ledger.shown_to[n])]
        if closed and actor.via != "system":
            raise access.Refused("这个$indicator不在您的$post范围内 | This $indicator is not for your $post")


def _provisional(district: District, as_of: datetime) -> bool:
    """Whether what was known at that moment is not yet sealed: a late writer could still add to it."""
    sealed = database.direct().value("select max(final_to) from hy.seal where district = %s", [district.id])
    return sealed is None or sealed < as_of - timedelta(seconds=district.clock_shift)
