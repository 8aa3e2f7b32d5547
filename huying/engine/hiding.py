"""Figures for those who may not see the records: whole periods as they stand, and of each year what suppression.py lets through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from huying.declare.kinds import Indicator, Rules
from huying.engine import cell_reading, database, figures, levels, suppression
from huying.engine import figure_cells as cells
from huying.engine.counting import Question, Unanswerable
from huying.engine.database import Reach
from huying.engine.figures import NOT_APPLICABLE, SUPPRESSED, Figure
from huying.engine.people import Actor
from huying.engine.suppression import Hidden, Parts

ALL = "all"
NESTED = ("street", "community")  # levels that lie in one another


def is_public(actor: Actor | None) -> bool:
    """Whether it is anyone at all: nobody who has signed in, nor the program itself."""
    return actor is not None and not actor.signed_in and actor.via != "system"


def is_closed(rules: Rules, indicator: Indicator, actor: Actor | None) -> bool:
    """Whether the actor is shown figures of records that are not in the actor's reach: the public, and staff of one area
    or office, where an indicator is published. Such figures are shown for whole periods, without small counts."""
    beyond = is_public(actor) or (actor is not None and actor.signed_in and actor.reach.role != "hy_all")
    return beyond and indicator.published and not records_are_public(rules, indicator)


def records_are_public(rules: Rules, indicator: Indicator) -> bool:
    """Whether everyone may read the records themselves: then hiding their number hides nothing."""
    names = rules.like(indicator.of) if indicator.and_like else [indicator.of]
    return all(rules.ledgers[name].public for name in names)


def whole_periods(question: Question) -> None:
    """Nobody may take one stretch from another to learn what is suppressed: whole periods, as they stand, by one split.

    Raises Unanswerable.
    """
    unit = question.indicator.period[0]
    aligned = unit == ALL or (
        question.start == figures.first_of(question.start, unit)
        and (question.end == figures.first_of(question.end, unit) or question.end > question.today)
    )
    if question.as_of or question.only or question.where or question.by not in (unit, ALL) or not aligned:
        raise Unanswerable("公开的数字按整期看 | Published figures are shown for whole periods")
    if len(question.split) > 1:
        raise Unanswerable("公开的数字一次按一项拆分 | Published figures are split by one thing at a time")


def shown(question: Question, found: Sequence[Figure]) -> list[Figure]:
    """The figures, those that are not for everyone without their numbers."""
    settled = {year: _settled(question, since, until) for year, since, until in _years(question)}
    return [
        replace(one, value=None, num=None, den=None, rows=0, left_out=0, status=SUPPRESSED, says="", exact=None)
        if one.status != NOT_APPLICABLE and _is_hidden(question, one, settled)
        else one
        for one in found
    ]


def _years(question: Question) -> Iterator[tuple[int, date, date]]:
    """The years that are asked, whole; of an indicator without periods one stretch."""
    if question.indicator.period[0] == ALL:
        yield 0, question.start, question.end
        return
    for year in range(question.start.year, (question.end - date.resolution).year + 1):
        yield year, date(year, 1, 1), date(year + 1, 1, 1)


def _settled(question: Question, since: date, until: date) -> Hidden:
    indicator = question.indicator
    if question.spans is None and any(question.level(name) for name in indicator.split):
        question = replace(question, spans=levels.spans(question.district.id))
    splits = sorted(indicator.split, key=lambda name: NESTED.index(name) if name in NESTED else -1)
    totals = {period: parts for _value, period, parts in _counts(question, since, until, ())}
    tables: dict[str, dict[str, dict[date, Parts]]] = {}
    for split in splits:
        table = tables.setdefault(split, {})
        for value, period, parts in _counts(question, since, until, (split,)):
            table.setdefault(value, {})[period] = parts
    return suppression.of_year(indicator.suppress, totals, tables, _under(question, tables, since, until))


def _counts(question: Question, since: date, until: date, split: tuple[str, ...]) -> Iterator[tuple[str, date, Parts]]:
    unit = question.indicator.period[0]
    asked = replace(question, start=since, end=until, by=unit, split=split)
    reach = Reach(question.district.id, "hy_all")
    with database.reading(reach) as query:
        rows = query.rows(*cell_reading.figures_sql(asked, reach))
    found = cells.figures_of(asked, cells.sums_of(asked, rows))
    for one in found:
        yield one.split[0] if one.split else "", one.period, _parts(question, one)


def _parts(question: Question, figure: Figure) -> Parts:
    """The records behind a figure; of a share also those that meet it and those that do not."""
    if question.indicator.measure == "share" and figure.num is not None and figure.den is not None:
        return figure.rows, int(figure.num), int(figure.den - figure.num)
    return (figure.rows,)


def _under(question: Question, tables: dict, since: date, until: date) -> dict[str, suppression.Under]:
    """Of areas that lie in others which are a split too: in which."""
    above, below = NESTED
    if above not in tables or below not in tables or question.spans is None:
        return {}
    outer, inner = (question.spans.roll_up(level, since, until) for level in NESTED)
    return {below: (above, {code: outer[unit] for unit, code in inner.items() if unit in outer})}


def _is_hidden(question: Question, one: Figure, settled: dict[int, Hidden]) -> bool:
    unit, key = question.indicator.period[0], (question.split[0], one.split[0]) if one.split else None
    if unit == ALL:
        return settled[0].total if key is None else key in settled[0].years
    if question.by == ALL:
        return any(_partly(question, key, year, settled[year]) for year in settled)
    hidden = settled[one.period.year]
    if unit == "year":
        return hidden.total if key is None else key in hidden.years
    return one.period in hidden.periods if key is None else key in hidden.rows


def _partly(question: Question, key: tuple[str, str] | None, year: int, hidden: Hidden) -> bool:
    """Whether the part of a total that lies in one year is hidden: a year's whole, or a sum of its periods."""
    ends = question.end >= date(year + 1, 1, 1) or question.end > question.today
    if question.start <= date(year, 1, 1) and ends:
        return hidden.total if key is None else key in hidden.years
    if key is not None:
        return key in hidden.rows
    return any(question.start <= period < question.end for period in hidden.periods)
