"""Numbers figured from others: what is asked of the parts, and what becomes of the answers. Pure arithmetic.

Everything is reckoned from values that were not rounded, and rounded once. A part that is suppressed suppresses the whole; one
that is missing or does not apply makes the whole so, unless it is declared to be left out: nothing unknown becomes nought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from huying.declare.indicators import Figuring, Indicator
from huying.declare.kinds import part as words
from huying.engine import composing, figures, in_a_row, ranking
from huying.engine.figures import NOT_APPLICABLE, SUPPRESSED, VALUE, Figure, Sums, first_of, rounded, shifted
from huying.engine.figuring_base import Ask, Key, after, before, how_of, made, worst


def needs(indicator: Indicator, ask: Ask, today: date) -> list[Ask]:
    """What is asked of each part, in the order of the answers that `figure` takes.

    Raises ValueError (`中文 | English`) where it cannot be asked so.
    """
    how = how_of(indicator)
    ask = replace(ask, terms=ask.terms or indicator.terms)
    own = replace(ask, name=how.parts[0].of)
    match how.kind:
        case "growth":
            return [own, _base(indicator, how, own, today)]
        case "rank":
            only = {name: value for name, value in ask.only.items() if name != how.by}
            start = ask.start
            if ask.by != "all":
                for _ in range(how.back):
                    start = before(first_of(start, ask.by, ask.terms), ask.by, ask.terms)
            return [replace(own, split=(how.by,), only=only, start=start)]
        case "cumulative":
            last = ask.end - timedelta(days=1)
            begin = last if ask.by == "all" else ask.start
            return [replace(own, start=first_of(begin, how.since, ask.terms))]
        case "rolling":
            unit = indicator.period[0] if ask.by == "all" else ask.by
            start = ask.end - timedelta(days=1) if ask.by == "all" else ask.start
            if unit == "all":
                raise ValueError("没有期，不能滚动 | Without periods there is nothing to roll")
            start = first_of(start, unit, ask.terms)
            for _ in range(how.periods - 1):
                start = before(start, unit, ask.terms)
            return [replace(own, start=start)]
        case "in_a_row":
            return [in_a_row.needs(indicator, how, own)]
    return [replace(ask, name=part.of) for part in how.parts]


def figure(
    indicator: Indicator, ask: Ask, parts: Sequence[tuple[Indicator, Sequence[Figure]]], today: date
) -> list[Figure]:
    """The figures, from those of the parts as `needs` asked for them; ordered as those of the first part."""
    how = how_of(indicator)
    ask = replace(ask, terms=ask.terms or indicator.terms)
    make = {
        "growth": _growth,
        "rank": ranking.rank,
        "cumulative": _sums,
        "rolling": _sums,
        "remaining": _remaining,
        "in_a_row": in_a_row.figures_of,
    }.get(how.kind, composing.joined)
    return make(indicator, how, ask, parts, today)


def earlier(day: date, by: str, on: str, length: timedelta, terms: Sequence[date] = ()) -> date:
    """The day with which growth compares: a year earlier (a week: 52 weeks), or a period earlier."""
    if on == "year":
        return day - timedelta(days=364) if by == "week" else shifted(day, -12)
    if by in figures.MONTHS:
        return shifted(day, -figures.MONTHS[by])
    if by == "term":
        first = first_of(day, by, terms)
        return before(first, by, terms) + (day - first)
    return day - {"day": timedelta(days=1), "week": timedelta(days=7)}.get(by, length)


def _base(indicator: Indicator, how: Figuring, own: Ask, today: date) -> Ask:
    """With what growth compares: as many days, where the last period has not ended."""
    end = min(own.end, max(today, own.start) + timedelta(days=1))
    if own.whole and indicator.period[0] != "all":  # a running period is compared with nothing: see _growth
        unit = indicator.period[0]
        end = figures.next_of(first_of(end - timedelta(days=1), unit, own.terms), unit, own.terms)
    length = end - own.start
    if how.on in ("year", "previous"):
        return replace(own, start=earlier(own.start, own.by, how.on, length, own.terms),
                       end=earlier(end, own.by, how.on, length, own.terms))  # fmt: skip
    begin = date.fromisoformat(how.on)
    return replace(
        own, start=begin, end=begin + length if own.by == "all" else figures.next_of(begin, own.by, own.terms)
    )


def _growth(indicator: Indicator, how: Figuring, ask: Ask, parts: Any, today: date) -> list[Figure]:
    (of, now), (_, then) = parts
    known = {(one.period, one.split): one for one in then}
    found = []
    for one in now:
        base = _compared(how, ask, one, known)
        status = worst([one, base])
        value: Fraction | None = None
        if ask.whole and one.until > today and status == VALUE:
            status, base = NOT_APPLICABLE, None
        if status == VALUE and one.exact is not None and base is not None and base.exact is not None:
            if how.points:
                value = one.exact - base.exact
            elif base.exact > 0:
                value = (one.exact - base.exact) * 100 / base.exact
            else:
                status = NOT_APPLICABLE
        found.append(made(indicator, one, value, status, _said_base(of, base), num=one.num if one.den is None else one.value,
                           den=None))  # fmt: skip
    return found


def _compared(how: Figuring, ask: Ask, one: Figure, known: Mapping[Key, Figure]) -> Figure | None:
    if ask.by == "all" or how.on not in ("year", "previous"):
        return next((base for (_, split), base in known.items() if split == one.split), None)
    first = one.period
    if how.on == "previous":
        return known.get((before(first, ask.by, ask.terms), one.split))
    return known.get((first_of(earlier(first, ask.by, "year", timedelta()), ask.by, ask.terms), one.split))


def _said_base(of: Indicator, base: Figure | None) -> str:
    if base is None or base.value is None:
        return (
            ""
            if base is not None and base.status == SUPPRESSED
            else "没有可比的基数 | There is no base to compare with"
        )
    last = base.until - timedelta(days=1)
    shown, unit = f"{base.value:f}", of.unit
    zh, en = f"{shown}{after(unit, 'zh')}", f"{shown}{after(unit, 'en')}"
    stretch = f"{base.since}" if base.since == last else f"{base.since} 至 {last} | {base.since} to {last}"
    days = (words(stretch), words(stretch, "en"))
    none = base.exact is not None and base.exact <= 0
    tail = ("，基数不大于 0，不算比例", "; no percentage of a base that is not above 0") if none else ("", "")
    return f"基数 {zh}（{days[0]}）{tail[0]} | Base {en} ({days[1]}){tail[1]}"


def _sums(indicator: Indicator, how: Figuring, ask: Ask, parts: Any, today: date) -> list[Figure]:
    """Of each period, and of those before it that belong to it, the numerators and the denominators."""
    of, given = parts[0]
    factor = how.parts[0].factor
    by_cell: dict[tuple[str, ...], list[Figure]] = {}
    for one in given:
        by_cell.setdefault(one.split, []).append(one)
    found = []
    for first, since, until in figures.periods(ask.start, ask.end, ask.by, ask.terms):
        for split, some in by_cell.items():
            chosen = _belonging(how, ask, first, some)
            begun = chosen[0].since if chosen else since
            sums = sum((_added(one) for one in chosen), Sums())
            exact, status = figures.settled(of, sums)
            status = SUPPRESSED if any(one.status == SUPPRESSED for one in chosen) else status
            if since > today:
                exact, status = None, NOT_APPLICABLE
            blank = Figure(first, split, None, sums.num, sums.den if of.measure in figures.PARTS_OF_WHOLE else None, sums.rows,
                           status, begun, until, sums.left_out)  # fmt: skip
            last = until - timedelta(days=1)
            says = f"{begun} 至 {last} 合计 | {begun} to {last} together"
            value = exact * factor if exact is not None and status == VALUE else None
            found.append(
                made(indicator, blank, value, status, says if status == VALUE else "", num=blank.num, den=blank.den)
            )
    return found


def _belonging(how: Figuring, ask: Ask, first: date, some: Sequence[Figure]) -> list[Figure]:
    if ask.by == "all":
        return list(some)
    upto = [one for one in some if one.period <= first]
    if how.kind == "rolling":
        return upto[-how.periods :]
    begin = first_of(first, how.since, ask.terms)
    return [one for one in upto if one.period >= begin]


def _added(one: Figure) -> Sums:
    return Sums(one.num or Decimal(0), one.den or Decimal(0), one.rows, one.left_out)


def _remaining(indicator: Indicator, how: Figuring, ask: Ask, parts: Any, today: date) -> list[Figure]:
    found = []
    for one in parts[0][1]:
        value, says = None, ""
        if one.exact is not None:
            done = one.exact * how.parts[0].factor
            value = Fraction(how.target) - done
            unit = [after(indicator.unit, lang) for lang in ("zh", "en")]
            now, goal = f"{rounded(done, indicator.places):f}", f"{how.target:f}"
            zh, en = f"目标 {goal}{unit[0]}，已有 {now}{unit[0]}", f"Target {goal}{unit[1]}, reached {now}{unit[1]}"
            beyond = f"{rounded(-value, indicator.places):f}"
            tail = ("，已达到", ", met") if value == 0 else (f"，已超过 {beyond}", f", exceeded by {beyond}")
            says = f"{zh}{tail[0]} | {en}{tail[1]}" if value <= 0 else f"{zh} | {en}"
        found.append(made(indicator, one, value, one.status, says, num=one.num, den=None))
    return found
