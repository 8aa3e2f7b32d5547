"""The words by which a draft speaks of numbers that are counted here, and which number a figure of a draft is.

Plain rules: what the figure's subject and an indicator's title have in common, rarer words counting more; the unit must fit. The same
draft and the same declarations give the same answer, and each says why. What a person once said a number is, it is from then on.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from math import log
from typing import Any

from huying.declare import units
from huying.declare.kinds import Indicator, part
from huying.declare.paper_figures import DIFFERENCE, GROWTH, VALUE, Told
from huying.engine import database, indicators, levels, tasks
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.tasks import Task
from huying.reading.matching import words as same_words
from huying.reading.model import Figure
from huying.reading.numbers import normal

ENOUGH, APART = 0.5, 0.04  # how much must be common; how far the next must be behind
OFFERED = 5  # numbers that a person is offered to choose from
COUNTERS = frozenset("个家处所座项件宗条套台间栋幢起次场批组名位张户")  # measure words: 31个 may be 31处
OTHER_COUNTER = 0.9
RECKONED = 0.8  # growth that is reckoned here, beside an indicator that is the growth itself
TITLE, QUESTION, PUBLISHED, TASK, PERSON = "title", "question", "published", "task", "person"
_SIGNS = re.compile(r"[\W\d_]+")
_ENDS = re.compile(r"(?:人数|总数|数量|人次数|[场节组次处本件批]数|数|长度|里程|金额|总额|面积)$")
_CHANGE = re.compile("同比|环比|增|降|减|压")
FALLS = re.compile("降|减|压")  # of an indicator that tells a fall as a number above nought
_ASKING = re.compile(r"多少|几[个家处所座项件宗条套台]?|有没有|是否|[？?吗呢]")


@dataclass(frozen=True)
class Term:
    """One way in which a number is spoken of. only: cells of the indicator; needs: words that the subject must have for them, which
    tell more than the rest.

    task  whose target it is, of what is still to come
    """

    words: str
    indicator: str
    unit: str
    source: str
    only: tuple[tuple[str, str], ...] = ()
    needs: str = ""
    task: Task | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Match:
    """A number that a figure may be. score: 0 to 1; common: words in common; way: as of paper_figures."""

    term: Term
    score: float
    common: tuple[str, ...]
    way: str

    @property
    def told(self) -> Told:
        return Told(self.term.indicator, only=self.term.only, way=self.way)


@dataclass(frozen=True)
class Said:
    """What a person said of a number: an indicator with its cells, or none of ours. by: who."""

    indicator: str
    only: tuple[tuple[str, str], ...]
    by: str
    at: datetime


@dataclass
class Vocabulary:
    """terms: all of them; weights: bigram -> how much it tells; said: (subject, unit, change) -> what a person said."""

    terms: Sequence[Term]
    weights: Mapping[str, float]
    said: Mapping[tuple[str, str, str], Said]
    streets: Mapping[str, tuple[str, str]]  # name of an area -> (level, code)

    def matches(self, district: District, figure: Figure, around: str = "") -> list[Match]:
        """What a figure may be, the likeliest first. around: the words about it."""
        subjects = [grams(figure.subject), grams(around or figure.quote)]
        area = self.area_of(figure)
        found: dict[tuple[str, tuple, str], Match] = {}
        for term in self.terms:
            if (way := way_of(term, figure)) is None:
                continue
            if term.needs and term.needs not in plain(figure.subject + figure.quote):
                continue
            score, common = max(
                (self.score(subject, term) for subject in subjects[: 1 + bool(term.task is None)]), default=(0.0, ())
            )
            if term.needs:
                score = 0.7 * self.score(subjects[0], replace(term, words=term.needs))[0] + 0.3 * score
            score *= _same_counter(term.unit, figure.unit, way) * (RECKONED if way == GROWTH else 1)
            if score < ENOUGH / 2:
                continue
            match = Match(_in_area(district, term, area), round(score, 4), common, way)
            key = (term.indicator, match.term.only, way) if not term.task else (term.task.code, (), way)
            if key not in found or found[key].score < match.score:
                found[key] = match
        return sorted(found.values(), key=lambda one: (-one.score, -len(one.term.only), one.term.indicator))

    def score(self, subject: frozenset[str], term: Term) -> tuple[float, tuple[str, ...]]:
        """(how much two have in common, the words): most of the term's words, and a part of the subject's."""
        own = grams(term.words)
        common = subject & own
        if not common:
            return 0.0, ()
        shared = self.weigh(common)
        return 0.6 * shared / self.weigh(own) + 0.4 * shared / self.weigh(subject), _together(plain(term.words), common)

    def weigh(self, some: Iterable[str]) -> float:
        return sum(self.weights.get(one, 1.0) for one in some)

    def area_of(self, figure: Figure) -> tuple[str, str] | None:
        return next(
            (where for name, where in self.streets.items() if name in figure.quote or name in figure.subject), None
        )

    def person_said(self, figure: Figure) -> Said | None:
        return self.said.get(key_of(figure))


def vocabulary(district: District, actor: Actor) -> Vocabulary:
    """All the words of numbers that this person may see."""
    rules = district.rules
    terms: list[Term] = []
    for indicator in rules.indicators.values():
        if indicators.may_see(rules, indicator, actor):
            terms += _of_indicator(district, indicator)
    allowed = {term.indicator for term in terms}
    terms += _of_published(district, allowed)
    if actor.signed_in or actor.via == "system":
        terms += _of_tasks(district, actor)
    streets = {}
    today = district.today()
    for level in ("street", "community"):
        for code, title in levels.spans(district.id).of_level(level, today, today.replace(year=today.year + 1)).items():
            name = part(title)
            if len(name) > 2:
                streets[name.removesuffix("道") if name.endswith("街道") else name] = (level, code)
    counts = Counter(one for term in {term.words: term for term in terms}.values() for one in grams(term.words))
    most = max(counts.values(), default=1)
    weights = {one: 1.0 + log(most / n) for one, n in counts.items()}
    return Vocabulary(terms, weights, _said(district), streets)


def way_of(term: Term, figure: Figure) -> str | None:
    """How the number is told of a term: its value, its growth, a difference; None where the units do not fit."""
    if figure.change in ("growth", "decline"):
        if figure.unit == "%":
            if units.dimension(term.unit) == "share":
                return VALUE if _CHANGE.search(term.words) else None
            return GROWTH if not term.task else None
        if figure.unit in ("百分点", "个百分点") and units.dimension(term.unit) == "share":
            return DIFFERENCE
        return DIFFERENCE if _fits(term.unit, figure.unit) and not term.task else None
    return VALUE if _fits(term.unit, figure.unit) else None


def factor(own: str, of_draft: str) -> Any:
    """By what a number in the indicator's unit is multiplied to be in the draft's; one for measure words."""
    return units.factor(own, of_draft) if units.fits(own, of_draft) else 1


def key_of(figure: Figure) -> tuple[str, str, str]:
    """Under what a person's word is kept: the same subject in the same unit, next time too."""
    return plain(figure.subject), figure.unit, figure.change


def keep(
    district: District, actor: Actor, key: tuple[str, str, str], indicator: str, only: Sequence[tuple[str, str]] = ()
) -> None:
    """A person says what a number is; empty: none of ours. The last word counts, the earlier ones stay."""
    database.direct().run(
        "insert into hy.told_number (district, subject, unit, change, indicator, only_of, person, at) values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [district.id, *key, indicator, json.dumps(list(only)), actor.person, district.now()],
    )


def plain(text: str) -> str:
    """Words alone: no signs, no digits, one word for those that mean the same, without what only says that it is a number."""
    pattern, same = same_words()["same"]
    bare = _SIGNS.sub("", normal(text))
    return _ENDS.sub("", pattern.sub(lambda found: same[found.group()], bare)) or bare


@lru_cache(maxsize=20_000)
def grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters."""
    words = plain(text)
    return frozenset(words[n : n + 2] for n in range(len(words) - 1)) or frozenset({words} if words else ())


def _together(words: str, common: frozenset[str]) -> tuple[str, ...]:
    """The stretches of a term that its common pairs make up.

    >>> _together("甲乙丙丁戊己", frozenset({"甲乙", "戊己"})), _together("庚辛", frozenset({"庚辛"}))
    (('甲乙', '戊己'), ('庚辛',))
    """
    found, last = [], -2
    for at in range(len(words) - 1):
        pair = words[at : at + 2]
        if pair not in common:
            continue
        if last == at - 1:
            found[-1] += pair[1]
        else:
            found.append(pair)
        last = at
    return tuple(dict.fromkeys(found)) or tuple(sorted(common))


def _of_indicator(district: District, indicator: Indicator) -> Iterable[Term]:
    title, question = part(indicator.title), _ASKING.sub("", part(indicator.question))
    ledger = district.rules.ledgers.get(indicator.of)
    unit = indicator.unit or ("percent" if indicator.measure == "share" else "")
    for words, source in ((title, TITLE), (question, QUESTION)):
        yield Term(words.replace("$", ""), indicator.name, unit, source)
    if ledger is None or indicator.figuring:
        return
    for split in indicator.split:
        declared = ledger.fields.get(split)
        for value, label in (declared.choices if declared and declared.type == "enum" else {}).items():
            words = plain(part(label))
            yield Term(f"{words}{title}", indicator.name, unit, TITLE, ((split, value),), words)


def _of_published(district: District, allowed: set[str]) -> Iterable[Term]:
    """Figures of documents that declare what answers them."""
    for one in getattr(district.rules, "published", ()):
        if one.measure in allowed and one.title:
            unit = district.rules.indicators[one.measure].unit
            yield Term(part(one.title), one.measure, unit or "percent", PUBLISHED, tuple(one.only))


def _of_tasks(district: District, actor: Actor) -> Iterable[Term]:
    for task in tasks.flat(tasks.every(district)):
        promise = task.commitment
        if not tasks.may_see(district, actor, task):
            continue
        if promise.measure in district.rules.indicators:
            yield Term(part(promise.title), promise.measure, district.rules.indicators[promise.measure].unit, TASK)
        if promise.target:
            yield Term(part(promise.title), promise.measure, promise.unit, TASK, task=task)


def _said(district: District) -> dict[tuple[str, str, str], Said]:
    rows = database.direct().rows(
        "select distinct on (t.subject, t.unit, t.change) t.*, p.name as by_name from hy.told_number t "
        "left join public.engine_person p on p.id = t.person where t.district = %s order by t.subject, t.unit, t.change, t.n desc",
        [district.id],
    )
    return {
        (row["subject"], row["unit"], row["change"]): Said(
            row["indicator"], tuple((a, b) for a, b in json.loads(row["only_of"])), row["by_name"] or "", row["at"]
        )
        for row in rows
    }


def _fits(own: str, of_draft: str) -> bool:
    own = units.plain(own)
    return units.fits(own, of_draft) or own in COUNTERS and of_draft in COUNTERS


def _same_counter(own: str, of_draft: str, way: str) -> float:
    return 1.0 if way != VALUE or units.fits(own, of_draft) else OTHER_COUNTER


def _in_area(district: District, term: Term, area: tuple[str, str] | None) -> Term:
    """The term in an area that the draft names, where the indicator is split by its level."""
    if area is None or term.task or area[0] not in district.rules.indicators[term.indicator].split:
        return term
    return Term(term.words, term.indicator, term.unit, term.source, (*term.only, area), term.needs)
