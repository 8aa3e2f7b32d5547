"""The cells of a measure: what SQL adds up, rolled up to levels, put into today's areas where that is asked, made figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from huying.declare.kinds import part
from huying.engine import counting, crosswalk, database, figures
from huying.engine.counting import Question
from huying.engine.crosswalk import Succession
from huying.engine.database import Reach
from huying.engine.figures import Figure, Sums

Cells = dict[tuple[date, tuple[str, ...]], Sums]


def in_areas_of(question: Question, reach: Reach, places: Sequence[int], known: Sequence[Succession]) -> Cells:
    """What is counted, stretch by stretch between the days on which areas changed, in the areas of the question's day."""
    bounds = [question.start, *crosswalk.days(known, question.start, question.end), question.end]
    found: Cells = {}
    for start, end in pairwise(bounds):
        stretch = replace(question, start=start, end=end)
        with database.reading(reach) as query:
            sums = sums_of(stretch, query.rows(*counting.figures_sql(stretch)))
        if question.by == "all":
            sums = {(question.start, cell): one for (_, cell), one in sums.items()}
        for key, one in crosswalk.carry(sums, places, known, end - timedelta(days=1), question.today).items():
            found[key] = found[key] + one if key in found else one
    return found


def succession_notes(changed: Sequence[Succession], areas: str) -> list[str]:
    """One sentence for each area that changed within the days asked, and how it is counted here."""
    said = []
    for old, day in sorted({(one.old, one.day) for one in changed}, key=lambda pair: (pair[1], pair[0])):
        going = [one for one in changed if (one.old, one.day) == (old, day)]
        zh = "、".join(f"{part(one.new_title)}（{_percent(one.share)}）" for one in going)
        en = ", ".join(f"{part(one.new_title, 'en')} ({_percent(one.share)})" for one in going)
        said.append(
            f"{day} 起 {part(going[0].old_title)} 归入 {zh} | From {day} {part(going[0].old_title, 'en')} went to {en}"
        )
    if said:
        said.append(
            "下面按份额折算成现在的区划，不是一条条数出来的 | Put into today's areas by these shares, not counted record by record"
            if areas == "now"
            else "下面按当时的区划 | Counted by the areas as they were"
        )
    return said


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def sums_of(question: Question, rows: list[dict[str, Any]]) -> Cells:
    """What SQL adds up, rolled up to levels."""
    stretches = figures.periods(question.start, question.end, question.by)
    rolled = {
        (first, level): question.spans.roll_up(level, since, until)
        for first, since, until in stretches
        for level in question.split
        if question.level(level)
    }
    sums: Cells = {}
    for row in rows:
        period = row["period"]
        key = tuple(
            rolled[period, name].get(row["unit"], "") if question.level(name) else row[f"s{place}"] or ""
            for place, name in enumerate(question.split)
        )
        added = Sums(row["num"], row["den"], row["rows"], row["left_out"])
        sums[period, key] = sums[period, key] + added if (period, key) in sums else added
    return sums


def figures_of(question: Question, sums: Cells) -> list[Figure]:
    """Every cell: those that were added up, and those that have none."""
    stretches = figures.periods(question.start, question.end, question.by)
    cells = _cells(question, {key for _, key in sums})
    return [
        figures.make(question.indicator, stretch, cell, sums.get((stretch[0], cell), Sums()), question.today)
        for stretch in stretches
        for cell in cells
    ]


def _cells(question: Question, seen: set[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The splits' values in order: all that there could be where one split is asked, else those that are seen."""
    domains = [_domain(question, name) for name in question.split]
    if not domains:
        return [()]
    every = set(seen) | (set(product(domains[0])) if len(domains) == 1 else set())
    order = [{value: place for place, value in enumerate(domain)} for domain in domains]
    return sorted(
        every,
        key=lambda cell: [(v == "", order[i].get(v, len(order[i])), v) for i, v in enumerate(cell)],
    )


def _domain(question: Question, name: str) -> list[str]:
    """The values that a split is known to have, in order: areas by code, choices and codes as declared."""
    if name in question.only:
        return [question.only[name]]
    if question.level(name):
        return list(question.spans.of_level(name, question.start, question.end))
    if name == "state":
        return list(question.rules.flows[question.indicator.of].states)
    declared = question.rules.ledgers[question.indicator.of].fields.get(name)
    if declared is None:
        return []
    if declared.type == "enum":
        return list(declared.choices)
    if declared.type == "boolean":
        return ["true", "false"]
    return []
