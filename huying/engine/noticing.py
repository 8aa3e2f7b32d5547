"""What an analyst may want to look at: jumps, sums that do not meet, values that cannot be, records that came late.

Each is a question to somebody, not a finding, and bears its records. Only figures and records are looked at, never persons, and
nothing is ranked. All of it is found by the functions that count: a few statements for each figure, sent together.

A jump is held against a figure's own past (Iglewicz and Hoaglin, 1993): further than 3.5 times from the median, in units of the
median absolute deviation put to the scale of a standard deviation, and never in units smaller than the noise that such a number
has by itself: the root of a count, the spread of a share of so many, what a few records of a sum weigh, a tenth of any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from statistics import median
from typing import Any
from uuid import UUID

from huying.declare.kinds import Indicator
from huying.engine import contributions, counting, database, figures, hiding, indicators, questions, records
from huying.engine.counting import STANDING
from huying.engine.database import Reach
from huying.engine.figures import VALUE, Figure
from huying.engine.indicators import Asked, Measured
from huying.engine.packs import District
from huying.engine.people import Actor

JUMP, BROKEN, IMPLAUSIBLE, LATE = "jump", "broken", "implausible", "late"
KINDS = (JUMP, BROKEN, IMPLAUSIBLE, LATE)
MONTHS, LATEST, FEWEST = 24, 2, 6  # months looked at; the last ones of which may be jumps; values that make a past
FAR, TO_DEVIATION = 3.5, 1.4826
LATE_DAYS = 60
OFTEN = {
    "day": "month",
    "week": "month",
    "month": "month",
    "quarter": "quarter",
}  # by what a figure is held against its past
SHOWN = 5  # records named with each


@dataclass(frozen=True)
class Notice:
    """kind: one of KINDS. names: the indicators it is about; measured, figure: the cell to be looked at, where there is one;
    usual: for a jump the median and the scale; level: for a broken sum; records: how many; named: (ledger, code) of the first."""

    kind: str
    names: tuple[str, ...]
    measured: Measured | None = None
    figure: Figure | None = None
    usual: tuple[float, float] = (0.0, 0.0)
    level: str = ""
    records: int = 0
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Look:
    """A question about records that somebody may look at: which of them, in SQL over a contribution."""

    kind: str
    indicator: Indicator
    asked: Asked
    condition: str
    params: tuple[Any, ...] = ()
    level: str = ""


def notices(district: District, actor: Actor, names: Sequence[str] | None = None) -> list[Notice]:
    """What there is to look at within the actor's reach, kind by kind.

    names  of indicators; None: all that the actor may see
    """
    today = district.today()
    known = [district.rules.indicators[name] for name in (names if names is not None else district.rules.indicators)]
    seen = [one for one in known if _looked_at(district, one, actor)]
    start = figures.shifted(today.replace(day=1), -MONTHS)
    found = list(_jumps(district, actor, seen, start, today))
    looks = [look for one in seen for look in _looks(district, one, start, today)]
    found += _found(district, actor, looks)
    return sorted(found, key=lambda one: KINDS.index(one.kind))


def jump(past: Sequence[float], value: float, floor: float) -> tuple[float, float] | None:
    """(median, scale) of the past where the value lies far from it; None where it does not, or the past is too short."""
    if len(past) < FEWEST:
        return None
    middle = float(median(past))
    spread = TO_DEVIATION * float(median([abs(one - middle) for one in past]))
    scale = max(spread, floor)
    return (middle, scale) if abs(value - middle) > FAR * scale else None


def _looked_at(district: District, one: Indicator, actor: Actor) -> bool:
    """Counted from records of a day or standing on one, and the records within the actor's reach."""
    plain = one.figuring is None and not one.listed and one.stock != ("recorded",)
    open_ = indicators.may_see(district.rules, replace(one, published=False), actor)
    return plain and open_ and bool(one.period[1] or one.stock) and not hiding.is_closed(district.rules, one, actor)


def _jumps(district: District, actor: Actor, seen: Sequence[Indicator], start: date, today: date) -> Iterator[Notice]:
    asked = [Asked(one.name, start, today + timedelta(days=1), by=OFTEN[one.period[0]]) for one in seen
             if one.measure != "statement" and one.period[0] in OFTEN]  # fmt: skip
    for measured in indicators.measure_many(district, asked, actor=actor, skip=True):
        begun = next((n for n, one in enumerate(measured.figures) if one.rows), len(measured.figures))
        over = [one for one in measured.figures[begun:] if figures.next_of(one.period, measured.by) <= today]
        whole = [one for one in over if one.status == VALUE]
        for place in range(max(len(whole) - LATEST, FEWEST), len(whole)):
            one, past = whole[place], whole[:place]
            values = [float(figure.value or 0) for figure in past]
            far = jump(values, float(one.value or 0), noise(measured.indicator, past, one))
            if far:
                yield Notice(JUMP, (measured.indicator.name,), measured, one, far, records=one.rows)


def noise(indicator: Indicator, past: Sequence[Figure], figure: Figure) -> float:
    """How far such a number strays by itself: nothing nearer is a jump."""
    middle = float(median([one.value or 0 for one in past]))
    if indicator.measure in ("count", "distinct"):
        return sqrt(max(abs(middle), 1.0))
    if indicator.measure == "share":
        part = min(max(middle / 100, 0.02), 0.98)
        return 100 * sqrt(part * (1 - part) / max(float(figure.den or 0), 1.0))
    if indicator.measure == "sum":  # of few records each weighs much
        each = median([abs(float(one.value or 0)) / one.rows for one in past if one.rows] or [0.0])
        return max(abs(middle) / 10, each * sqrt(max(figure.rows, 1)), 10**-indicator.places)
    return max(abs(middle) / 10, 10**-indicator.places)


def _looks(district: District, one: Indicator, start: date, today: date) -> Iterator[_Look]:
    year = Asked(one.name, start, today + timedelta(days=1), by="all")
    fields = district.rules.ledgers[one.of].fields
    level = next((name for name in one.split if name not in fields and name not in STANDING), "")
    if level and one.additive:
        yield _Look(BROKEN, one, replace(year, only={level: ""}), "n is not null", level=level)
    changes = one.value is not None and "-" in one.value.text  # a difference may be below nought, and so may what
    changes = changes or (one.measure != "sum" and one.unit in ("percent", "%", "points"))  # is stated in percent
    if one.measure in ("sum", "average", "median", "statement") and not changes:
        yield _Look(IMPLAUSIBLE, one, year, "n < 0")
    elif one.measure == "ratio":
        part = one.unit in ("percent", "%") and not changes
        yield _Look(IMPLAUSIBLE, one, year, "n < 0 or d < 0 or n > d" if part else "d < 0")
    if one.period[1] in fields and not one.stock and one.measure != "statement":
        zone = str(district.calendar.tz)
        entered = "opened_at >= ((period + %s::int)::timestamp at time zone %s)"
        yield _Look(LATE, one, replace(year, by="day"), f"n is not null and {entered}", (LATE_DAYS + 1, zone))


def _found(district: District, actor: Actor, looks: Sequence[_Look]) -> list[Notice]:
    """Those of the looks that find a record; of several about the same records one, with all their indicators."""
    by_reach: dict[Reach, list[tuple[_Look, counting.Question, tuple[str, list[Any]]]]] = {}
    for look in looks:
        used = questions.ruled(district, look.indicator.name, None, "then")
        try:
            question = questions.question(district, look.asked, used, None)
        except counting.Unanswerable:
            continue  # a level that the district has not
        sql, params = counting.contributions_sql(question)
        statement = (
            f"select ledger, id, count(*) over () as total from ({sql}) c where {look.condition} order by opened_at desc, id "
            f"limit {SHOWN}"
        )
        reach = contributions.reach_of(question, actor)
        by_reach.setdefault(reach, []).append((look, question, (statement, [*params, *look.params])))
    grouped: dict[tuple[Any, ...], tuple[_Look, list[str], int, list[tuple[str, UUID]]]] = {}
    for reach, some in by_reach.items():
        for (look, question, _), rows in zip(some, database.asked(reach, [one for _, _, one in some]), strict=True):
            if not rows:
                continue
            keys = [(question.ledgers[row["ledger"]], row["id"]) for row in rows]
            same = (look.kind, look.level, rows[0]["total"], tuple(keys))
            grouped.setdefault(same, (look, [], rows[0]["total"], keys))[1].append(look.indicator.name)
    return _named(district, actor, list(grouped.values()))


def _named(
    district: District, actor: Actor, found: Sequence[tuple[_Look, list[str], int, list[tuple[str, UUID]]]]
) -> list[Notice]:
    wanted: dict[str, list[UUID]] = {}
    for _, _, _, keys in found:
        for ledger, record in keys:
            wanted.setdefault(ledger, []).append(record)
    codes = {
        (ledger, one.id): one.code
        for ledger, ids in wanted.items()
        for one in records.many(district, actor, ledger, list(dict.fromkeys(ids)))
    }
    return [
        Notice(look.kind, tuple(names), level=look.level, records=total,
               named=tuple((key[0], codes[key]) for key in keys if key in codes))
        for look, names, total, keys in found
    ]  # fmt: skip
