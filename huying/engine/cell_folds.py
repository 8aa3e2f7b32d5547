"""What is kept of an additive indicator in cells: by month or day, area, and each of the fields that it is split by.

A fold is the indicator's own count (counting.one_ledger), written over versions of records instead of the ledger: what a
version adds is added when it comes and taken off when another follows. Nothing is kept where the same version adds one
thing today and another tomorrow, and nothing of what is encrypted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from huying.declare.kinds import Indicator, Rules
from huying.engine import counting, counting_days
from huying.engine.counting import STANDING, Question, Sql, Unanswerable
from huying.engine.packs import District
from huying.engine.schema import Table

NO_DAY = date(1, 1, 1)  # the period of an indicator that knows no days
DAILY = ("day", "week")  # an indicator that is declared by these is kept by day, every other by month


@dataclass(frozen=True)
class Fold:
    """What is kept of one indicator in one ledger.

    grain   month, day, or "" where the indicator knows no days
    splits  fields, each by itself; areas are in every cell
    ratio   whether there is something to add up below the line; else the records stand there
    sql     of what each version `v l` adds: period, unit, s0 … (a value of each split), n, d, sign, day
    digest  of that, and of what else the cells are made by
    """

    indicator: str
    ledger: str
    number: int
    grain: str
    splits: tuple[str, ...]
    ratio: bool
    sql: Sql = field(repr=False)
    digest: bytes


def every(district: District) -> dict[tuple[str, int], Fold]:
    """(indicator, number of a ledger) -> what is to be kept of it, by the rules in force."""
    return {
        (fold.indicator, fold.number): fold
        for indicator in district.rules.indicators.values()
        for fold in of(district, district.rules, district.tables, indicator)
    }


def of(district: District, rules: Rules, tables: Mapping[str, Table], indicator: Indicator) -> tuple[Fold, ...]:
    """What is kept of an indicator, one for each ledger that it counts; none where it cannot be kept."""
    if not indicator.additive or indicator.statement:
        return ()
    texts, key = tables[indicator.of].texts, ("folds", district.id, indicator.name)
    if key not in texts or texts[key][0] is not indicator:
        texts[key] = indicator, _made(district, rules, tables, indicator)
    return texts[key][1]


def _made(district: District, rules: Rules, tables: Mapping[str, Table], indicator: Indicator) -> tuple[Fold, ...]:
    unit, day = indicator.period
    grain = "" if not day else "day" if unit in DAILY else "month"
    bare = Question(district, rules, tables, indicator, NO_DAY, NO_DAY, grain or "all", (), NO_DAY)
    if not _lasting(bare, grain):
        return ()
    splits = tuple(
        name for name in indicator.split if name not in (*STANDING[2:], *indicator.standards) and not bare.level(name)
    )
    try:
        return tuple(_fold(bare, grain, splits, place, ledger) for place, ledger in enumerate(bare.ledgers))
    except Unanswerable:  # a split that is none: whoever asks is told
        return ()


def _lasting(question: Question, grain: str) -> bool:
    """Whether what a version adds is the same on every day, and nothing of it is secret."""
    indicator = question.indicator
    read = {
        name
        for expression in (indicator.value, indicator.among, indicator.over)
        if expression is not None
        for column in (expression.columns, expression.names)
        for name in column
    }
    closed = {name for ledger in question.ledgers for name in question.tables[ledger].secret}
    return "today" not in read and not read & closed and bool(grain or not indicator.standards)


def _fold(bare: Question, grain: str, splits: tuple[str, ...], place: int, ledger: str) -> Fold:
    question = Question(
        bare.district, bare.rules, bare.tables, bare.indicator, bare.start, bare.end, bare.by, splits, bare.today
    )
    day = counting_days.day_of(question, ledger, bare.indicator.period[1]) if grain else f"date '{NO_DAY}'"
    source = counting_days.Source(
        "v l", [], counting_days.period_of(question, day), day, [(f"{day} is not null", [])] if grain else []
    )
    sql, params = counting.one_ledger(question, ledger, place, source, ("l.sign", f"{day} as day"))
    number = bare.tables[ledger].number
    said = json.dumps([sql, params, splits, grain, bare.indicator.measure, number], default=str)
    digest = hashlib.sha256(said.encode()).digest()
    return Fold(
        bare.indicator.name, ledger, number, grain, splits, bare.indicator.measure == "ratio", (sql, params), digest
    )
