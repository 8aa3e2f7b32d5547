"""Where records are counted in time: by a date of theirs, or as what stands at the end of each period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from huying.declare.indicators import RECORDED
from huying.declare.scopes import scope
from huying.engine.records import source_of

if TYPE_CHECKING:
    from huying.engine.counting import Question

MOST_MOMENTS = 60
TRUNCATED = ("week", "month", "quarter", "year")  # periods that PostgreSQL cuts as figures.first_of does


@dataclass(frozen=True)
class Source:
    """A ledger as `l`, to be counted.

    period  SQL of the first day of a record's period; day: of the day by which thresholds hold
    """

    sql: str
    params: list[Any]
    period: str
    day: str
    conditions: list[tuple[str, list[Any]]] = field(default_factory=list)


def sources(question: Question, ledger: str) -> Iterator[Source]:
    """The ledger once; of a stock as recorded once for each period."""
    stock = question.indicator.stock
    if stock == (RECORDED,):
        yield from _recorded(question, ledger)
        return
    source, params = _held(question, ledger, question.as_of)
    if stock:
        ends = ", ".join(f"(date '{first}', date '{last}')" for first, last in ends_of(question))
        since = day_of(question, ledger, stock[0])
        stands = f"{since} <= p.last"
        if len(stock) == 2:
            until = day_of(question, ledger, stock[1])
            stands += f" and ({until} is null or {until} > p.last)"
        rows = f"(values {ends})" if ends else "(select null::date, null::date where false)"
        yield Source(f"{source}\njoin {rows} p(first, last) on {stands}", params, "p.first", "p.last")
        return
    name = question.indicator.period[1]
    day = day_of(question, ledger, name) if name else f"date '{question.today.isoformat()}'"
    yield Source(source, params, period_of(question, day), day, _stretch(question, ledger))


def _held(question: Question, ledger: str, moment: datetime | None) -> tuple[str, list[Any]]:
    """The ledger as `l`, as it stood; where it is the present that is asked, with what is supposed of it."""
    table = question.tables[ledger]
    found = source_of(table, moment)
    supposed = question.supposed
    return (
        supposed.over(table, *found) if supposed and supposed.ledger == ledger and moment == question.as_of else found
    )


def ends_of(question: Question) -> list[tuple[date, date]]:
    """(first day, last day) of every period that has begun; the last is today where it has not ended."""
    return [
        (first, min(until - timedelta(days=1), question.today))
        for first, since, until in question.stretches
        if since <= question.today
    ]


def _recorded(question: Question, ledger: str) -> Iterator[Source]:
    """What the ledger held at the end of each period, as it stood then."""
    from huying.engine.counting import Unanswerable

    ends = ends_of(question)
    if len(ends) > MOST_MOMENTS:
        raise Unanswerable(f"按当时的记载最多看 {MOST_MOMENTS} 期 | As it stood then, at most {MOST_MOMENTS} periods")
    now = question.as_of or question.district.now()
    for first, last in ends or [(question.start, question.start)]:
        over = datetime.combine(last + timedelta(days=1), time(), question.district.calendar.tz) - timedelta(
            microseconds=1
        )
        moment = over if over < now else question.as_of
        source, params = _held(question, ledger, moment)
        none: list[tuple[str, list[Any]]] = [] if ends else [("false", [])]
        yield Source(source, params, f"date '{first}'", f"date '{last}'", none)


def _date(question: Question, ledger: str, name: str) -> tuple[str, bool]:
    """(column of a date, whether it holds a moment)."""
    known = scope(question.rules, ledger)[name]
    column = known.column or name
    return f"l.{question.tables[ledger].column(column)}", column != name or known.type == "time"


def day_of(question: Question, ledger: str, name: str) -> str:
    """SQL of a date of the record as a day of the district."""
    column, moment = _date(question, ledger, name)
    return f"({column} at time zone '{question.district.calendar.tz}')::date" if moment else column


def period_of(question: Question, day: str) -> str:
    """SQL of the first day of the period that a day lies in."""
    if question.by == "all":
        return f"date '{question.start.isoformat()}'"
    if question.by == "day":
        return day
    if question.by in TRUNCATED:
        return f"date_trunc('{question.by}', {day}::timestamp)::date"
    firsts = ", ".join(f"date '{first}'" for first, _, _ in question.stretches)
    return f"(array[{firsts}])[width_bucket({day}, array[{firsts}])]"


def _stretch(question: Question, ledger: str) -> list[tuple[str, list[Any]]]:
    """The stretch of days, as moments in the district's zone where the column holds moments: an index can serve."""
    if not question.indicator.period[1]:
        return []
    column, moment = _date(question, ledger, question.indicator.period[1])

    def bound(day: date) -> Any:
        return datetime.combine(day, time(), question.district.calendar.tz) if moment else day

    return [(f"{column} >= %s and {column} < %s", [bound(question.start), bound(question.end)])]
