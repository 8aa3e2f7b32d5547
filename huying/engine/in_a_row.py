"""For how many periods in a row a number has kept to a bound: four years at grade A, six months of clean water."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from huying.declare.indicators import Figuring, Indicator
from huying.engine import figures
from huying.engine.figures import MISSING, VALUE, Figure, first_of
from huying.engine.figuring_base import Ask, after, before, made


def needs(indicator: Indicator, how: Figuring, own: Ask) -> Ask:
    """The part, for as many periods back as are looked at. Raises ValueError where there are no periods."""
    unit = _unit(indicator, own)
    if unit == "all":
        raise ValueError("没有期，不能数连续多少期 | Without periods none are in a row")
    start = first_of(own.end - timedelta(days=1) if own.by == "all" else own.start, unit, own.terms)
    for _ in range(how.back):
        start = before(start, unit, own.terms)
    return replace(own, start=start, by=unit)


def figures_of(indicator: Indicator, how: Figuring, ask: Ask, parts: Any, today: date) -> list[Figure]:
    """Of each period: how many in a row, itself the last, kept to the bound. One without a number ends the row; a
    period that has none itself has no figure."""
    of, given = parts[0]
    by_split: dict[tuple[str, ...], dict[date, Figure]] = {}
    for one in given:
        by_split.setdefault(one.split, {})[one.period] = one
    unit, found = _unit(indicator, ask), []
    for first, since, until in figures.periods(ask.start, ask.end, ask.by, ask.terms):
        last = first_of(until - timedelta(days=1), unit, ask.terms) if ask.by == "all" else first
        for split, known in by_split.items():
            here = known.get(last)
            status = here.status if here is not None else MISSING
            blank = Figure(first, split, None, None, None, 0, status, since, until)
            if here is None or here.exact is None:
                found.append(made(indicator, blank, None, status, "", num=None, den=None))
                continue
            count = _count(how, ask, known, last, unit)
            rows = sum(one.rows for one in known.values())
            says = _said(of, how)
            found.append(made(indicator, blank, Fraction(count), VALUE, says, num=None, den=None, rows=rows))
    return found


def _unit(indicator: Indicator, ask: Ask) -> str:
    return indicator.period[0] if ask.by == "all" else ask.by


def _count(how: Figuring, ask: Ask, known: dict[date, Figure], last: date, unit: str) -> int:
    count, period = 0, last
    while count <= how.back and (one := known.get(period)) is not None and one.exact is not None:
        if one.exact > how.target if how.low else one.exact < how.target:
            break
        count, period = count + 1, before(period, unit, ask.terms)
    return count


def _said(of: Indicator, how: Figuring) -> str:
    bound, (zh, en) = f"{how.target:f}", (after(of.unit, "zh"), after(of.unit, "en"))
    most = f"，最多往前看 {how.back} 期 | ; {how.back} periods back are looked at".split(" | ")
    kept = ("不多于", "at most") if how.low else ("不少于", "at least")
    return f"{kept[0]} {bound}{zh}{most[0]} | {kept[1]} {bound}{en}{most[1]}"
