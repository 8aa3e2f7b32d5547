"""A draft held against the records: every number of it agrees, differs, has no evidence, is not known, or is no figure.

Nothing of the draft is kept; what a person says a number is, is (draft_words.keep). Numbers are measured as everywhere, for the person who
asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from huying.declare.kinds import part, say
from huying.declare.paper_figures import VALUE, Told
from huying.engine import draft_words, figures, indicators, paper_numbers, stretches
from huying.engine.draft_words import APART, ENOUGH, OFFERED, PERSON, Match, Term, Vocabulary
from huying.engine.packs import District
from huying.engine.paper_numbers import Number
from huying.engine.paper_values import plain
from huying.engine.people import Actor
from huying.engine.stretches import Stretch, seen_from
from huying.reading import Report
from huying.reading.exactness import Written, written
from huying.reading.model import Figure

AGREES, DIFFERS, LACKING, UNKNOWN, NONE = VERDICTS = ("agrees", "differs", "lacking", "unknown", "none")
COMPARED = {"eq": "", "ge": "≥", "gt": ">", "le": "≤", "lt": "<", "approx": "≈", "none": ""}


@dataclass(frozen=True)
class Row:
    """One figure of the draft. place: its number in the reader's list; paragraph: which of the text, from 1; page: 0 where the file tells none.

    said        as the draft has it; evidence: as the records have it, in the draft's unit and scale; earlier: a year before
    difference  draft less evidence, in words; empty where they agree
    number      the answer; None where there is none to ask
    why         how it was told which number this is, `中文 | English`; lacks: why it has no evidence; offered: others that it may be
    """

    place: int
    figure: Figure
    paragraph: int
    page: int
    verdict: str
    said: str
    evidence: str = ""
    difference: str = ""
    earlier: str = ""
    title: str = ""
    period: str = ""
    number: Number | None = None
    records: int = 0
    of: str = ""
    why: str = ""
    lacks: str = ""
    match: Match | None = None
    offered: tuple[Match, ...] = ()

    @property
    def where(self) -> str:
        """`第7页 | page 7`, or the paragraph."""
        if self.page:
            return f"第{self.page}页 | page {self.page}"
        return f"第{self.paragraph}段 | paragraph {self.paragraph}"


@dataclass(frozen=True)
class Draft:
    report: Report
    rows: tuple[Row, ...]
    here: Stretch
    moment: datetime

    @property
    def tally(self) -> dict[str, int]:
        """verdict -> how many; numerals that are no figures among NONE."""
        found = {verdict: sum(row.verdict == verdict for row in self.rows) for verdict in VERDICTS}
        found[NONE] += len(self.report.aside)
        return found


def check(
    district: District, actor: Actor, report: Report, *, period: str = "", as_of: datetime | None = None
) -> Draft:
    """Every figure of a draft held against what is counted.

    period  of numbers whose sentence names none; empty: the year before the draft's, else the last one that is over
    Raises ValueError (`中文 | English`) for a period that is none.
    """
    known = draft_words.vocabulary(district, actor)
    here = _usual(district, report, period)
    filled = [start for start, line in zip(_starts(report.text), report.text.split("\n"), strict=True) if line.strip()]
    rows: list[Row] = []
    for place, figure in enumerate(report.figures):
        row = Row(
            place,
            figure,
            bisect_right(filled, figure.start),
            bisect_right(report.pages, figure.start),
            UNKNOWN,
            _said(figure),
        )
        rows.append(_identified(district, known, row, here))
    return Draft(report, tuple(_answered(district, actor, rows, here, as_of)), here, as_of or district.now())


def _starts(text: str) -> list[int]:
    found, at = [], 0
    for line in text.split("\n"):
        found.append(at)
        at += len(line) + 1
    return found


def _usual(district: District, report: Report, period: str) -> Stretch:
    if period:
        return stretches.named(period)
    year = (report.year or district.today().year) - 1
    return stretches.named(str(year))


def _identified(district: District, known: Vocabulary, row: Row, here: Stretch) -> Row:
    """The row with the number that it is, or why it is none."""
    figure = row.figure
    if figure.kind == "definition":
        return replace(row, verdict=NONE, why="是规定、界限或名称里的数 | It is a rule, a bound or part of a name")
    if said := known.person_said(figure):
        by = f"{said.by}（{said.at:%Y-%m-%d}）说过 | said by {said.by} on {said.at:%Y-%m-%d}"
        if not said.indicator:
            return replace(row, verdict=NONE, why=by)
        indicator = district.rules.indicators.get(said.indicator)
        if indicator is None:
            return replace(
                row,
                why=f"说过是 {said.indicator}，这个$indicator现在没有了 | It was said to be {said.indicator}, which is gone",
            )
        term = Term(part(indicator.title), indicator.name, indicator.unit or "percent", PERSON, said.only)
        way = draft_words.way_of(term, figure)
        return replace(row, match=Match(term, 1.0, (), way or VALUE), why=by)
    every = known.matches(district, figure) if figure.kind != "rank" else []
    found = [one for one in every if (one.term.task is not None) == (figure.kind == "target")] or every
    row = replace(row, offered=tuple(found[:OFFERED]))
    if not found or found[0].score < ENOUGH:
        target = "是以后的目标，没有相合的任务 | It is a target, and no task has these words"
        return replace(
            row, why=target if figure.kind == "target" else "没有相合的$indicator | No $indicator has these words"
        )
    first, second = found[0], next((one for one in found[1:] if one.term.indicator != found[0].term.indicator), None)
    if second and second.score > first.score - APART:
        names = f"{first.term.words}、{second.term.words}"
        return replace(row, why=f"可能是几个数：{names} | It may be several: {names}")
    return replace(row, match=first, why=_because(figure, first))


def _because(figure: Figure, match: Match) -> str:
    common = "、".join(f"“{one}”" for one in match.common[:6])
    kinds = {
        "title": ("$indicator", "$indicator"),
        "question": ("$indicator", "$indicator"),
        "published": ("已发布的数", "published figure"),
        "task": ("任务", "task"),
    }
    zh, en = kinds[match.term.source]
    return (
        f"“{figure.subject}”与{zh}“{match.term.words}”都有：{common}；单位 {figure.unit}；相合 {match.score:.2f} | "
        f"“{figure.subject}” and the {en} “{match.term.words}” share: {common}; unit {figure.unit}; likeness {match.score:.2f}"
    )


def _answered(
    district: District, actor: Actor, rows: Sequence[Row], here: Stretch, as_of: datetime | None
) -> list[Row]:
    """The rows with what the records say: this year's and last year's in one round trip."""
    asked: dict[int, tuple[Told, Stretch]] = {}
    for row in rows:
        if row.match and row.match.term.task is None:
            asked[row.place] = (row.match.told, _stretch(row.figure, here))
    known = [*asked.values(), *((told, seen_from(stretch, "year_ago")) for told, stretch in asked.values())]
    numbers = paper_numbers.of_days(district, actor, known, as_of)
    now, then = dict(zip(asked, numbers, strict=False)), dict(zip(asked, numbers[len(asked) :], strict=True))
    return [
        _against_target(row)
        if row.match and row.match.term.task
        else _judged(district, row, now[row.place], then[row.place])
        if row.place in now
        else row
        for row in rows
    ]


def _stretch(figure: Figure, here: Stretch) -> Stretch:
    """The days that a figure is about: as its sentence says, else those of the draft."""
    text = figure.period
    for shape in (text, f"{text[:4]}-{text[4:]}"):
        try:
            return stretches.named(shape)
        except ValueError:
            continue
    return here


def _judged(district: District, row: Row, number: Number, before: Number) -> Row:
    figure, indicator = row.figure, number.indicator
    rows = number.figure.rows if number.figure and number.status != figures.SUPPRESSED else 0
    ledger = district.rules.ledgers.get(indicator.of)
    row = replace(
        row, number=number, title=indicator.title, period=number.stretch.title, records=rows, of=ledger.title if ledger else "",
    )  # fmt: skip
    how = written(figure)
    earlier = _in_draft(before, figure)
    row = replace(row, earlier="" if earlier is None else _shown(earlier, figure, how))
    known = _in_draft(number, figure)
    if known is None:
        return replace(row, verdict=LACKING, evidence="—", lacks=_lacking(number))
    if figure.kind == "target":
        told = "是以后的目标，任务里没有它；到现在是这些 | It is a target that no task has; so far there are these"
        return replace(row, verdict=LACKING, evidence=_shown(known, figure, how), lacks=told)
    agrees = how.agrees(known)
    difference = "" if agrees else _shown(how.value - known, figure, how)
    return replace(
        row, verdict=AGREES if agrees else DIFFERS, evidence=_shown(known, figure, how), difference=difference
    )


def _in_draft(number: Number, figure: Figure) -> Fraction | None:
    """The number in the unit of the draft, a decline as the draft says it: positive."""
    if number.value is None:
        return None
    value = number.value
    if number.told.way == VALUE or number.told.way == "difference" and figure.unit not in ("百分点", "个百分点"):
        value *= Fraction(draft_words.factor(number.indicator.unit or "percent", figure.unit))
    fallen = number.told.way == VALUE and bool(draft_words.FALLS.search(part(number.indicator.title)))
    return -value if figure.change == "decline" and not fallen else value


def _lacking(number: Number) -> str:
    """Why there is no number, `中文 | English`."""
    words = {
        "missing": "这一期没有记录 | there are no records of that period",
        "not_applicable": "这一期不适用 | it does not apply to that period",
        "suppressed": "数目过小，不显示 | too small to be shown",
        "closed": "不在您的范围内 | not for you to see",
    }
    said, more = words[number.status], number.why if number.status != "closed" else ""
    return f"{part(said)}（{part(more)}） | {part(said, 'en')} ({part(more, 'en')})" if more else said


def _against_target(row: Row) -> Row:
    """A target of the draft against that of the task."""
    assert row.match and row.match.term.task
    task, figure, how = row.match.term.task, row.figure, written(row.figure)
    target = Fraction(Decimal(task.commitment.target)) * Fraction(draft_words.factor(task.commitment.unit, figure.unit))
    same = how.value == target or replace(how, comparator="eq").agrees(target)
    return replace(
        row,
        verdict=AGREES if same else DIFFERS,
        title=task.commitment.title,
        period="",
        evidence=_shown(target, figure, how),
        difference="" if same else _shown(how.value - target, figure, how),
        of=f"{task.code} 的目标 | target of {task.code}",
    )


def _said(figure: Figure) -> str:
    how = written(figure)
    return COMPARED.get(figure.comparator, "") + _shown(Fraction(figure.value), figure, how)


def _shown(value: Fraction, figure: Figure, how: Written) -> str:
    """A number in the draft's unit and scale: 6.2万人, 504740000000元 as 5047.4亿元; two places more than the draft has, at most."""
    scale, word = next(
        (
            (n, w)
            for n, w in ((10**8, "亿"), (10**4, "万"))
            if how.step * 1000 >= n and how.step * 10**6 > n and abs(how.value) >= n
        ),
        (1, ""),
    )
    if figure.unit in ("%", "百分点", "岁", "年"):
        scale, word = 1, ""
    step = how.step / scale
    places = min(6, max(0, len(str(step.denominator)) - 1) + (2 if value != how.value else 0))
    return f"{plain(figures.rounded(value / scale, places))}{word}{figure.unit}"


def offered(district: District, actor: Actor, row: Row) -> list[tuple[str, str]]:
    """(indicator, title) that a person may say this number is: likely ones first, then all that fit its unit."""
    rules = district.rules
    first = [one.term.indicator for one in row.offered if one.term.task is None]
    fitting = [
        one.name
        for one in rules.indicators.values()
        if indicators.may_see(rules, one, actor)
        and draft_words.way_of(Term("同比", one.name, one.unit or "percent", "title"), row.figure)
    ]
    return [(name, say(rules.indicators[name].title)) for name in dict.fromkeys([*first, *fitting])]
