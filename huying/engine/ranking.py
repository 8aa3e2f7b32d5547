"""Ranks: which place each value of a split takes among the others, and for how long it has been first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from huying.declare.indicators import Figuring, Indicator
from huying.engine import figures
from huying.engine.figures import MISSING, NOT_APPLICABLE, VALUE, Figure
from huying.engine.figuring_base import Ask, made


def rank(indicator: Indicator, how: Figuring, ask: Ask, parts: Any, today: date) -> list[Figure]:
    """Shared ranks: 1, 2, 2, 4. Values that are missing or suppressed take no place."""
    of, given = parts[0]
    cells: dict[date, list[Figure]] = {}
    for one in given:
        cells.setdefault(one.period, []).append(one)
    ranks = {period: ranking({f.split[0]: f.exact for f in some if f.split[0] and f.exact is not None}, of.good != "lower")
             for period, some in cells.items()}  # fmt: skip
    order = sorted(cells)
    stretches = figures.periods(ask.start, ask.end, ask.by, ask.terms)
    wanted = [how.at] if how.at else [ask.only[how.by]] if how.by in ask.only else None
    found = []
    for first, since, until in stretches:
        some = {one.split[0]: one for one in cells.get(first, [])}
        names = wanted if wanted else list(some) if ask.split else [None]
        for name in names:
            split = (name or "",) if ask.split else ()
            one = some.get(name) if name else None
            rank = ranks.get(first, {}).get(name) if name else None
            if one is None and name:
                value, status, says = None, MISSING, ""
            elif rank is None:
                value, status = None, one.status if one is not None and one.status != VALUE else NOT_APPLICABLE
                says = "" if one else f"按“{how.by}”排，见分解表 | Ranked by “{how.by}”: see the table"
            else:
                shared = sum(1 for other in ranks[first].values() if other == rank) > 1
                running = _running(order, ranks, first, name) if rank == 1 else 0
                value, status, says = Fraction(rank), VALUE, _said_rank(rank, len(ranks[first]), shared, running)
            blank = Figure(first, split, None, None, None, one.rows if one else 0, status, since, until)
            total = Decimal(len(ranks.get(first, {})))
            found.append(
                made(
                    indicator,
                    blank,
                    value,
                    status,
                    says,
                    num=Decimal(rank) if rank else None,
                    den=total if rank else None,
                )
            )
    return found


def ranking(values: Mapping[str, Fraction], higher: bool = True) -> dict[str, int]:
    """value name -> its rank; equal ones share the better rank.

    >>> ranking({"a": Fraction(3), "b": Fraction(5), "c": Fraction(3), "d": Fraction(1)})
    {'a': 2, 'b': 1, 'c': 2, 'd': 4}
    """
    order = sorted(values.values(), reverse=higher)
    return {name: order.index(value) + 1 for name, value in values.items()}


def _running(order: Sequence[date], ranks: Mapping[date, Mapping[str, int]], first: date, name: str) -> int:
    """For how many periods in a row it has been first."""
    count = 0
    for period in reversed([one for one in order if one <= first]):
        if ranks[period].get(name) != 1 or set(ranks[period].values()) == {1}:  # all alike: nobody is first
            break
        count += 1
    return count


def _said_rank(rank: int, among: int, shared: bool, running: int) -> str:
    zh, en = f"第 {rank}，共 {among}", f"{rank} of {among}"
    if shared:
        zh, en = f"{zh}，并列", f"{en}, shared"
    if running > 1:
        zh, en = f"{zh}，连续 {running} 期第一", f"{en}, first {running} times running"
    return f"{zh} | {en}"
