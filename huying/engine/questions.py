"""From what is asked of an indicator to a question that can be counted: by whose rules, of which ledgers, over which days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from huying.declare.expressions import Expression
from huying.declare.kinds import Indicator, Rules
from huying.engine import counting, figures, levels
from huying.engine.counting import Question, Unanswerable
from huying.engine.packs import District
from huying.engine.schema import Table
from huying.engine.supposing import Supposed
from huying.engine.then import rules_at


@dataclass(frozen=True)
class Asked:
    """One question for `measure_many`; its parts are those of `measure`. terms: first days of terms, for the period `term`;
    supposed: records that are taken to be otherwise than they are."""

    name: str
    start: date
    end: date
    split: tuple[str, ...] = ()
    where: Expression | None = None
    by: str | None = None
    only: Mapping[str, str] = field(default_factory=dict)
    areas: str = "then"
    terms: tuple[date, ...] = ()
    supposed: Supposed | None = None


@dataclass(frozen=True)
class Ruled:
    """By which rules an indicator is measured. used: then or now; notes: what a reader must know, `中文 | English` each."""

    rules: Rules
    tables: Mapping[str, Table]
    notes: tuple[str, ...]
    used: str
    indicator: Indicator


def ruled(district: District, name: str, as_of: datetime | None, rule: str) -> Ruled:
    """The rules for an indicator, today's or those of a moment. Raises KeyError, and Unanswerable for a moment to come."""
    rules, tables, notes = district.rules, district.tables, ()
    if as_of is not None:
        if as_of > district.now() + timedelta(seconds=2):
            raise Unanswerable("截至时间不能晚于现在 | An as-of moment cannot lie in the future")
        if rule == "then":
            rules, tables, notes, rule = _rules_then(district, name, as_of)
    return Ruled(rules, tables, notes, rule, rules.indicators[name])


def today(district: District, as_of: datetime | None) -> date:
    """The day that is asked about."""
    return (as_of or district.now()).astimezone(district.calendar.tz).date()


def question(district: District, asked: Asked, by: Ruled, as_of: datetime | None) -> Question:
    """A question about an indicator of records. Raises Unanswerable, and ValueError where there is no such stretch."""
    made = Question(
        district,
        by.rules,
        by.tables,
        by.indicator,
        asked.start,
        asked.end,
        asked.by or by.indicator.period[0],
        tuple(asked.split),
        today(district, as_of),
        as_of,
        asked.where,
        dict(asked.only),
        terms=asked.terms or by.indicator.terms,
        supposed=asked.supposed,
    )
    check_period(made.by, made.terms)
    assert made.stretches
    if any(made.level(n) for n in (*made.split, *made.only)):
        made = replace(made, spans=levels.spans(district.id))
    counting.check(made)
    return made


def check_period(by: str, terms: tuple[date, ...]) -> None:
    """Raises Unanswerable for a period that there is not."""
    if by not in figures.PERIODS:
        raise Unanswerable(f"没有“{by}”这种期 | There is no period “{by}”")
    if by == "term" and not terms:
        raise Unanswerable("这个$indicator没有声明各届从哪天起 | The $indicator declares no terms of government")


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
        present = district.rules.indicators[name].of
        if present not in then.rules.ledgers:
            notes.append("当时还没有这本$ledger | The $ledger did not exist then")
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
