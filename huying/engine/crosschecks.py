"""Cross-checks: the pairs of numbers that packs declare, each counted now and laid side by side.

What a document stated, what a sentence promises, what a task aims at (as it stands today) and what records give are put
in one unit; where the declared relation does not hold, the check says what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from huying.declare import units
from huying.declare.commitments import Reading
from huying.declare.crosschecks import Crosscheck, Term
from huying.declare.problems import BAR
from huying.engine import access, figures, indicators, tasks
from huying.engine.counting import Unanswerable
from huying.engine.measuring import Measured
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.tasks import Task

HOLDS, DIFFERS, OPEN = "holds", "differs", "open"  # open: a number is missing, or units do not convert
TITLES = {HOLDS: "相符 | Holds", DIFFERS: "不符 | Differs", OPEN: "无法核对 | Cannot be told"}
FINE = 6  # decimal places
_HOLDS: dict[str, Callable[[Decimal, Decimal, Decimal], bool]] = {
    "eq": lambda a, b, slack: abs(a - b) <= slack,
    "ge": lambda a, b, slack: a >= b - slack,
    "le": lambda a, b, slack: a <= b + slack,
    "gt": lambda a, b, slack: a > b - slack,
    "lt": lambda a, b, slack: a < b + slack,
}


@dataclass(frozen=True)
class Found:
    """One number of a side. value: None where there is none; says: what the place says, `中文 | English` or plain.

    places  (document, chapter, line) each; task: code of the task that stands for it, once taken over
    """

    term: Term
    value: Decimal | None
    unit: str
    says: str
    places: tuple[tuple[str, str, int], ...] = ()
    task: str = ""


@dataclass(frozen=True)
class Side:
    """Its numbers, and their sum in the unit of the check; None where one is missing."""

    found: tuple[Found, ...]
    value: Decimal | None


@dataclass(frozen=True)
class Crosschecked:
    """One check as it stands. difference: left less right, in `unit`."""

    check: Crosscheck
    left: Side
    right: Side
    unit: str
    verdict: str
    difference: Decimal | None


def every(district: District, actor: Actor) -> list[Crosschecked]:
    """All checks of the packs in force, in the order in which they are declared. Raises access.Refused unless the actor
    drafts tasks: targets that were not issued stand among them."""
    if not actor.may("see_drafts"):
        raise access.Refused("这是督查室的工作 | This is for the supervision office")
    checks = list(district.rules.crosschecks.values())
    if not checks:
        return []
    terms = [term for check in checks for term in (*check.left, *check.right)]
    known = _Known(district, _taken_over(district, terms), _measured(district, terms))
    return [_checked(check, known) for check in checks]


def tally(found: Sequence[Crosschecked]) -> dict[str, int]:
    """How many stand how: differs, open, holds."""
    return {verdict: sum(one.verdict == verdict for one in found) for verdict in (DIFFERS, OPEN, HOLDS)}


@dataclass(frozen=True)
class _Known:
    district: District
    tasks: Mapping[str, Task]
    measured: Mapping[Term, Measured]

    def find(self, term: Term) -> Found:
        rules = self.district.rules
        if term.what == "stated":
            one = rules.stated[term.name]
            return Found(term, one.value, one.unit, one.says, ((one.document, one.place, one.line),))
        if term.what == "figure":
            one = next(one for one in rules.published if one.id == term.name)
            indicator = rules.indicators.get(one.measure)
            says = one.title or (indicator.title if indicator else one.named)
            return Found(term, one.value, one.unit, says, ((one.document, one.place, 0),))
        if term.what == "reading":
            reading = next(one for one in rules.readings if one.id == term.name)
            return Found(term, Decimal(reading.value), reading.unit, reading.says, (_place(reading),))
        if term.what == "indicator":
            measured, indicator = self.measured.get(term), rules.indicators.get(term.name)
            return Found(
                term,
                measured.figure.value if measured else None,
                indicator.unit if indicator else "",
                indicator.title if indicator else term.name,
            )
        task = self.tasks.get(term.name)
        aims = task.commitment if task else rules.commitments[term.name]
        places = tuple(_place(one) for one in rules.commitments[term.name].readings)
        value = Decimal(aims.target) if aims.target else None
        return Found(term, value, aims.unit, aims.title, places, task.code if task else "")


def _place(reading: Reading) -> tuple[str, str, int]:
    return reading.document, reading.place, reading.line


def _taken_over(district: District, terms: Sequence[Term]) -> dict[str, Task]:
    wanted = any(term.what == "task" for term in terms)
    return tasks.of_declared(tasks.every(district, states=tasks.ALL)) if wanted else {}


def _measured(district: District, terms: Sequence[Term]) -> dict[Term, Measured]:
    """What records give for the years that are asked, in one round trip; what cannot be counted is left out."""
    today, asked = district.today(), {}
    for term in dict.fromkeys(terms):
        if term.what == "indicator" and term.name in district.rules.indicators and term.year <= today.year:
            end = min(date(term.year + 1, 1, 1), date.fromordinal(today.toordinal() + 1))
            asked[term] = indicators.Asked(term.name, date(term.year, 1, 1), end, by="all")
    if not asked:
        return {}
    try:
        return dict(zip(asked, indicators.measure_many(district, list(asked.values())), strict=True))
    except Unanswerable:
        return {}


def _checked(check: Crosscheck, known: _Known) -> Crosschecked:
    left, right = ([known.find(term) for term in terms] for terms in (check.left, check.right))
    every = [one.unit for one in (*right, *left) if one.unit]
    unit = next(
        (one for one in every if units.plain(one) == units.plain(every[0]) and BAR in one), every[0] if every else ""
    )
    a, b = _side(left, unit), _side(right, unit)
    if a.value is None or b.value is None:
        return Crosschecked(check, a, b, unit, OPEN, None)
    holds = _HOLDS[check.relation](a.value, b.value, check.tolerance.of(b.value))
    return Crosschecked(check, a, b, unit, HOLDS if holds else DIFFERS, a.value - b.value)


def _side(found: Sequence[Found], unit: str) -> Side:
    if any(one.value is None or not units.fits(one.unit, unit) for one in found):
        return Side(tuple(found), None)
    total = sum((units.convert(one.value, one.unit, unit) for one in found if one.value is not None), Fraction(0))
    return Side(tuple(found), figures.rounded(total, FINE).normalize())
