"""The one function that makes a number, and the one that lists the records behind it.

Pages, the API, exports, reports and `huying measure` all call `measure`; every cell it gives can be handed to
`records_behind`, which counts the same records by the same conditions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from huying.declare.expressions import Expression
from huying.declare.kinds import Indicator, Rules
from huying.engine import access, counting, database, figures, hiding, levels, records, wording
from huying.engine import figure_cells as cells
from huying.engine.counting import Question, Unanswerable
from huying.engine.database import Reach
from huying.engine.figures import Figure
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record
from huying.engine.schema import Table
from huying.engine.then import rules_at

__all__ = [
    "Behind",
    "Measured",
    "Unanswerable",
    "measure",
    "records_behind",
    "shown_sql",
]
Split = Sequence[str]


@dataclass(frozen=True)
class Measured:
    """The answer to one question.

    figures      one per (period, *split), in order of period, then of split
    sql, params  exactly what ran
    words        the declaration in words, `中文 | English`
    moment       the district's time it is as of; `as_of` is None when that is the present
    rule         "then" or "now": by whose rules; digest: of the declaration that was used
    notes        what a reader must know besides, `中文 | English` each
    provisional  data known at `as_of` may still arrive
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

    @property
    def figure(self) -> Figure:
        """The only figure of a measure without splits over one period."""
        if len(self.figures) != 1:
            raise LookupError(f"{self.indicator.name}: {len(self.figures)} figures, not one")
        return self.figures[0]


@dataclass(frozen=True)
class Asked:
    """One question for `measure_many`; its parts are those of `measure`."""

    name: str
    start: date
    end: date
    split: tuple[str, ...] = ()
    where: Expression | None = None
    by: str | None = None
    only: Mapping[str, str] = field(default_factory=dict)
    areas: str = "then"


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
) -> list[Measured]:
    """Several questions at once, answered in order as `measure` answers each; one statement for each of them, and one
    round trip for all that are read in one reach. skip: leave out what the actor may not count, instead of raising."""
    todo: list[_Todo] = []
    for one in asked:
        question, notes, used = _ask(
            district, one.name, one.start, one.end, one.split, as_of, one.where, rule, one.by, one.only
        )
        try:
            reach = _reach(question, actor)
        except access.Refused:
            if skip:
                continue
            raise
        closed = hiding.is_closed(question.rules, question.indicator, actor)
        if closed:
            hiding.whole_periods(question)
        known = question.spans.successions if question.spans else []
        changed = [s for s in known if question.start < s.day <= question.today and s.kind in question.split]
        areas = (
            "then" if closed or one.areas != "now" else "now"
        )  # both beside each other would tell what is suppressed
        todo.append(_Todo(one, question, reach, notes, used, closed, changed, areas, *counting.figures_sql(question)))
    rows = _rows(todo)
    provisional = as_of is not None and _provisional(district, as_of)
    answers = []
    for n, one in enumerate(todo):
        question, indicator, told = one.question, one.question.indicator, None
        if n in rows:
            found = cells.figures_of(question, cells.sums_of(question, rows[n]))
        else:
            places = [place for place, name in enumerate(question.split) if question.level(name)]
            now, told = cells.in_areas_of(question, one.reach, places, question.spans.successions)
            found = cells.figures_of(question, now)
        answers.append(
            Measured(
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
                question.ledgers,
                (*one.notes, *cells.succession_notes(one.changed, told)),
                provisional,
                one.areas if one.changed else "",
            )
        )
    return answers


@dataclass(frozen=True)
class _Todo:
    """A question with what is known of it before it is asked. used: by whose rules; changed: areas that succeeded others."""

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


def _rows(todo: Sequence[_Todo]) -> dict[int, list[dict[str, Any]]]:
    """place in `todo` -> rows, of all that are counted where records lay; a round trip for each reach."""
    together: dict[Reach, list[int]] = {}
    for n, one in enumerate(todo):
        if not (one.areas == "now" and one.changed):
            together.setdefault(one.reach, []).append(n)
    rows: dict[int, list[dict[str, Any]]] = {}
    for reach, some in together.items():
        found = database.asked(reach, [(todo[n].sql, todo[n].params) for n in some])
        rows |= dict(zip(some, found, strict=True))
    return rows


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
        unit = by or _indicator(district.rules, name).period[0]
        if unit == "all":
            raise Unanswerable("请给出截止日期 | Say until when")
        end = figures.next_of(figures.first_of(period, unit), unit)
    question, _, _ = _ask(district, name, period, end, (), as_of, where, rule, "all", split or {})
    reach = access.reach_for_all([question.rules.ledgers[n] for n in question.ledgers], actor)
    _may_count(question, actor)
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


def shown_sql(measured: Measured) -> str:
    """The statement with its values in place, to be read and run by people."""
    connection = database.raw()
    return psycopg.ClientCursor(connection).mogrify(measured.sql, measured.params or None)


def _indicator(rules: Rules, name: str) -> Indicator:
    return rules.indicators[name]


def _ask(
    district: District,
    name: str,
    start: date,
    end: date,
    split: Split,
    as_of: datetime | None,
    where: Expression | None,
    rule: str,
    by: str | None,
    only: Mapping[str, str],
) -> tuple[Question, tuple[str, ...], str]:
    rules, tables, notes = district.rules, district.tables, ()
    if as_of is not None:
        if as_of > district.now() + timedelta(seconds=2):
            raise Unanswerable("截至时间不能晚于现在 | An as-of moment cannot lie in the future")
        if rule == "then":
            rules, tables, notes, rule = _rules_then(district, name, as_of)
    indicator = _indicator(rules, name)
    today = (as_of or district.now()).astimezone(district.calendar.tz).date()
    question = Question(
        district,
        rules,
        tables,
        indicator,
        start,
        end,
        by or indicator.period[0],
        tuple(split),
        today,
        as_of,
        where,
        dict(only),
    )
    if question.by not in figures.PERIODS:
        raise Unanswerable(f"没有“{question.by}”这种期 | There is no period “{question.by}”")
    figures.periods(start, end, question.by)
    if any(question.level(n) for n in (*question.split, *question.only)):
        question = Question(**{**question.__dict__, "spans": levels.spans(district.id)})
    counting.check(question)
    return question, notes, rule


def _rules_then(
    district: District, name: str, as_of: datetime
) -> tuple[Rules, Mapping[str, Table], tuple[str, ...], str]:
    """The rules at that moment where they can be run on what is stored today; else today's, with a note that says so."""
    then = rules_at(district, as_of)
    notes = []
    if then.early and then.first:
        day = then.first.astimezone(district.calendar.tz)
        notes.append(
            f"截至时间早于规则生效（{day:%Y-%m-%d %H:%M}），按最早的口径计算 | The moment lies before the first rules "
            f"(in force {day:%Y-%m-%d %H:%M}); counted by those"
        )
    old = then.rules.indicators.get(name)
    if old is None:
        notes.append(
            "当时还没有这个$indicator，按现行口径计算 | The $indicator was not declared then; counted by the present rule"
        )
        return district.rules, district.tables, tuple(notes), "now"
    for ledger in then.rules.like(old.of) if old.and_like else [old.of]:
        present = district.tables.get(ledger)
        if present is None or not set(then.tables[ledger].all_columns) <= set(present.kept_columns):
            notes.append(
                "当时的$ledger有现已取消的栏目，按现行口径计算 | The $ledger then had fields that are gone; counted by the present rule"
            )
            return district.rules, district.tables, tuple(notes), "now"
    return then.rules, then.tables, tuple(notes), "then"


def _reach(question: Question, actor: Actor | None) -> Reach:
    """The reach in which a figure is counted. Raises access.Refused."""
    whole = Reach(question.district.id, "hy_all")
    if actor is None or question.indicator.published:
        return whole
    if hiding.is_public(actor):
        raise access.Refused("这个$indicator没有公开 | This $indicator is not published")
    _may_count(question, actor)
    return access.reach_for_all([question.rules.ledgers[n] for n in question.ledgers], actor)


def _may_count(question: Question, actor: Actor) -> None:
    """Refuses whoever may not see one of the ledgers, or a field that the indicator reads."""
    indicator = question.indicator
    used = {
        column
        for expression in (indicator.value, indicator.among, indicator.over)
        if expression is not None
        for column in expression.columns
    }
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
