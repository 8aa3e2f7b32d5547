"""The cells of a measure: what SQL adds up, rolled up to levels, put into today's areas where that is asked, made figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from huying.declare.kinds import part
from huying.engine import counting, crosswalk, database, figures
from huying.engine.counting import Parted, Question
from huying.engine.crosswalk import Succession
from huying.engine.database import Reach
from huying.engine.figures import Figure, Sums

Cells = dict[tuple[date, tuple[str, ...]], Sums]


@dataclass
class Told:
    """How many records of areas that went over in parts were put into today's: by the smaller area they lie in, by their
    point, by shares."""

    area: int = 0
    point: int = 0
    share: int = 0


def in_areas_of(
    question: Question, reach: Reach, places: Sequence[int], known: Sequence[Succession]
) -> tuple[Cells, Told]:
    """What is counted, stretch by stretch between the days on which areas changed, in the areas of the question's day."""
    bounds = [question.start, *crosswalk.days(known, question.start, question.end), question.end]
    found: Cells = {}
    told = Told()
    for start, end in pairwise(bounds):
        stretch, last = replace(question, start=start, end=end), end - timedelta(days=1)
        stretch = replace(stretch, parted={place: _parted(stretch, place, last) for place in places})
        with database.reading(reach) as query:
            rows = query.rows(*counting.figures_sql(stretch))
        for open_, sums in _by_what_is_open(stretch, rows, places, last, told).items():
            if question.by == "all":
                sums = {(question.start, cell): one for (_, cell), one in sums.items()}
            for key, one in crosswalk.carry(sums, open_, known, last, question.today).items():
                found[key] = found[key] + one if key in found else one
    return found, told


def _parted(stretch: Question, place: int, last: date) -> Parted:
    """The areas of one split that stood in a stretch of days and went over in parts since, with their successors' outlines."""
    spans, outlines = stretch.spans, stretch.district.area_outlines
    rolled = spans.roll_up(stretch.split[place], stretch.start, stretch.end)
    heirs = {code: crosswalk.heirs(code, spans.successions, last, stretch.today) for code in set(rolled.values())}
    parts = {code for code, found in heirs.items() if len(found) > 1}
    units = tuple(sorted(unit for unit, code in rolled.items() if code in parts))
    wanted = sorted({heir for code in parts for heir in heirs[code]} & outlines.keys())
    return Parted(units, {code: outlines[code] for code in wanted})


def _by_what_is_open(
    stretch: Question, rows: list[dict[str, Any]], places: Sequence[int], last: date, told: Told
) -> dict[tuple[int, ...], Cells]:
    """Sums by the splits whose areas are not known yet and are to be carried on by shares; in the others today's stand."""
    spans, today = stretch.spans, stretch.today
    now = {p: spans.roll_up(stretch.split[p], today, today + timedelta(days=1)) for p in places}
    standing = {unit for unit, of in spans.of.items() if of[-1].since <= today < of[-1].until}
    heirs: dict[str, dict[str, Fraction]] = {}
    found: dict[tuple[int, ...], Cells] = {}
    for (period, cell), row, sums in cells_of(stretch, rows):
        known, open_ = list(cell), []
        for place in places:
            code, here = cell[place], now[place].get(row["unit"], "")
            if code not in heirs:
                heirs[code] = crosswalk.heirs(code, spans.successions, last, today)
            going, count = heirs[code], sums.rows + sums.left_out
            if len(going) == 1:
                known[place] = next(iter(going))
            elif here in going and here != code and row["unit"] in standing:
                known[place], told.area = here, told.area + count
            elif row[f"h{place}"] in going:
                known[place], told.point = row[f"h{place}"], told.point + count
            else:
                open_.append(place)
                told.share += count
        into = found.setdefault(tuple(open_), {})
        key = period, tuple(known)
        into[key] = into[key] + sums if key in into else sums
    return found


def succession_notes(changed: Sequence[Succession], told: Told | None) -> list[str]:
    """One sentence for each area that changed within the days asked, and how it is counted here. told: None where figures
    stand in the areas as they were."""
    said = []
    for old, day in sorted({(one.old, one.day) for one in changed}, key=lambda pair: (pair[1], pair[0])):
        going = [one for one in changed if (one.old, one.day) == (old, day)]
        zh = "、".join(f"{part(one.new_title)}（{_percent(one.share)}）" for one in going)
        en = ", ".join(f"{part(one.new_title, 'en')} ({_percent(one.share)})" for one in going)
        said.append(
            f"{day} 起 {part(going[0].old_title)} 归入 {zh} | From {day} {part(going[0].old_title, 'en')} went to {en}"
        )
    if said:
        said.append("下面按当时的区划 | Counted by the areas as they were" if told is None else _said(told))
    return said


def _said(told: Told) -> str:
    """How records came into today's areas, each way with its number."""
    ways = [
        (told.area, "按所在的小区域归入 {} 条", "{} by the smaller area they lie in"),
        (told.point, "按位置归入 {} 条", "{} by their points"),
        (told.share, "按份额折算 {} 条，不是一条条数出来的", "{} by shares, not counted one by one"),
    ]
    zh = "，".join(words.format(count) for count, words, _ in ways if count)
    en = ", ".join(words.format(count) for count, _, words in ways if count)
    return f"换成现在的区划：{zh or '没有要换的'} | Put into today's areas: {en or 'nothing had to be'}"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def sums_of(question: Question, rows: list[dict[str, Any]]) -> Cells:
    """What SQL adds up, rolled up to levels."""
    sums: Cells = {}
    for key, _, added in cells_of(question, rows):
        sums[key] = sums[key] + added if key in sums else added
    return sums


def cells_of(
    question: Question, rows: list[dict[str, Any]]
) -> Iterator[tuple[tuple[date, tuple[str, ...]], dict[str, Any], Sums]]:
    """((period, cell), row, sums) of each row, its levels as they stood in its period."""
    stretches = question.stretches
    rolled = {
        (first, level): question.spans.roll_up(level, since, until)
        for first, since, until in stretches
        for level in question.split
        if question.rolled(level)
    }
    for row in rows:
        cell = tuple(
            rolled[row["period"], name].get(row["unit"], "") if question.rolled(name) else row[f"s{place}"] or ""
            for place, name in enumerate(question.split)
        )
        said = _said_elsewhere(row.get("said"))
        yield (row["period"], cell), row, Sums(row["num"], row["den"], row["rows"], row["left_out"], said)


def _said_elsewhere(told: str | None) -> str:
    """That a figure was stated elsewhere: by what, and when."""
    if told is None:
        return ""
    source, _, day = told.rpartition("\t")
    return f"公布数：{source}，{day} 公布 | Published elsewhere: {source}, {day}"


def figures_of(question: Question, sums: Cells) -> list[Figure]:
    """Every cell: those that were added up, and those that have none."""
    stretches = question.stretches
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
