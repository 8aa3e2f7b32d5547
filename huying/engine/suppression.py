"""Which figures are not shown to those who may not see the records: small ones, and those that would give small ones away.

Everything that may be asked of a year is settled together — each period, each value of each split, both, and their
totals — so that no two answers can be taken from one another. A value that is small in one period is left out in all
periods of the year, with so many others that in every period what is left out is not small together. The whole stretch
of a split's rows stands or falls at once: what is left out is a full rectangle of which only sums are known, and a
rectangle of two rows and two columns has more than one solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

Parts = tuple[int, ...]  # counts behind a figure: its records, and of a share those that meet it and those that do not
Row = Mapping[date, Parts]
Under = tuple[str, Mapping[str, str]]


@dataclass
class Hidden:
    """What is not shown of one year. total: the year's own; periods: their totals; years, rows: (split, value), the
    year's figure of a value, and its figures by period."""

    total: bool = False
    periods: set[date] = field(default_factory=set)
    years: set[tuple[str, str]] = field(default_factory=set)
    rows: set[tuple[str, str]] = field(default_factory=set)


def of_year(
    least: int, totals: Row, tables: Mapping[str, Mapping[str, Row]], under: Mapping[str, Under] | None = None
) -> Hidden:
    """What is to be hidden of a year.

    totals  period -> its counts
    tables  split -> value -> period -> counts; a split whose values lie under those of another comes behind it
    under   such a split -> (the split above it, value -> value above)
    """
    hidden = Hidden(total=small(added(totals.values()), least))
    periods = {period: parts for period, parts in totals.items() if parts and parts[0]}
    if hidden.total:
        hidden.periods = set(periods)
    else:
        hidden.periods = _enough({period for period, parts in periods.items() if small(parts, least)}, periods, least)
    for split, table in tables.items():
        above, lies = (under or {}).get(split, ("", {}))
        groups: dict[str, dict[str, Row]] = {}
        for value, row in table.items():
            groups.setdefault(lies.get(value, ""), {})[value] = row
        for parent, rows in groups.items():
            _group(hidden, least, split, rows, (above, parent) if parent else None)
    return hidden


def _group(hidden: Hidden, least: int, split: str, rows: Mapping[str, Row], over: tuple[str, str] | None) -> None:
    """Settle the values of a split that add up to one figure: the district's, or that of the area they lie in."""
    years = {value: added(row.values()) for value, row in rows.items()}
    filled = {value: parts for value, parts in years.items() if parts and parts[0]}
    whole = hidden.total or (over in hidden.years if over else False)
    gone = set(filled) if whole else {value for value, parts in filled.items() if small(parts, least)}
    gone = gone if whole else _enough(gone, filled, least)
    hidden.years |= {(split, value) for value in gone}
    begun = gone | {value for value, row in rows.items() if any(small(parts, least) for parts in row.values())}
    if hidden.periods or (over is not None and over in hidden.rows):
        begun = set(rows)
    hidden.rows |= {(split, value) for value in _rows(begun, rows, filled, least)}


def _enough(gone: set, filled: Mapping, least: int) -> set:
    """`gone` with so many of the smallest others that what is left out together is neither small nor known one by one."""
    gone = set(gone)
    others = sorted((one for one in filled if one not in gone), key=lambda one: (filled[one][0], str(one)))
    while gone and others and _tells(gone, filled, least):
        gone.add(others.pop(0))
    return gone


def _tells(gone: set, filled: Mapping, least: int) -> bool:
    together = added(filled[one] for one in gone)
    return len(gone) < 2 or small(together, least) or together[0] <= len(gone)


def _rows(begun: set[str], rows: Mapping[str, Row], filled: Mapping[str, Parts], least: int) -> set[str]:
    """Values whose figures by period are left out: in every period they are not small together."""
    gone = set(begun)
    others = sorted((one for one in filled if one not in gone), key=lambda one: (filled[one][0], one))
    periods = {period for row in rows.values() for period in row}
    while gone and others:
        sums = [added(rows[one].get(period, ()) for one in gone) for period in periods]
        if len(gone) > 1 and not any(small(parts, least) for parts in sums):
            break
        gone.add(others.pop(0))
    return gone


def small(parts: Parts, least: int) -> bool:
    """Whether few records stand behind a figure, or behind a part of it."""
    return any(0 < count < least for count in parts)


def added(many: Iterable[Parts]) -> Parts:
    """Counts added up, place by place."""
    found = [parts for parts in many if parts]
    return tuple(sum(place) for place in zip(*found, strict=True)) if found else ()
