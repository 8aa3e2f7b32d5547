"""Days as stretches: (first, last), both of them in it; `date.max` as a last day is without end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from huying.declare.derived_days import LAST

Days = list[tuple[date, date]]  # ascending, neither overlapping nor touching
ONE = timedelta(days=1)


def united(some: Iterable[tuple[date, date]]) -> Days:
    """The days that lie in at least one of some stretches, which may overlap and stand in any order."""
    found: Days = []
    for first, last in sorted(some):
        if found and (found[-1][1] == LAST or first <= found[-1][1] + ONE):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def common(these: Days, those: Days) -> Days:
    """The days that are in both."""
    return [(max(a, c), min(b, d)) for a, b in these for c, d in those if max(a, c) <= min(b, d)]


def without(these: Days, those: Days) -> Days:
    """These days but for those."""
    left = these
    for first, last in those:
        cut: Days = []
        for a, b in left:
            if last < a or b < first:
                cut.append((a, b))
                continue
            if a < first:
                cut.append((a, first - ONE))
            if last < b:
                cut.append((last + ONE, b))
        left = cut
    return left
