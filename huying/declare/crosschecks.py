"""Cross-checks: two numbers that should bear each other out, and what to do where they do not.

`stated/<name>.csv` has the numbers that a document states, each with its place; `crosschecks/<name>.csv` the checks.
A side is one term or a sum of terms: a published figure, what else a document states, a sentence's number, a task's
target, an indicator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from huying.declare import units
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.problems import BAR, Problem, both, did_you_mean, quoted
from huying.declare.tables import Row

RELATIONS = {"eq": "=", "ge": "≥", "le": "≤", "gt": ">", "lt": "<"}
WHAT = ("figure", "stated", "reading", "task", "indicator")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TERM = re.compile(r"(figure|stated|reading|task|indicator):([A-Za-z0-9_.]+)(?:@(\d{4}))?")
_TOLERANCE = re.compile(r"(\d+(?:\.\d+)?)(%?)")


@dataclass(frozen=True)
class Stated:
    """A number that a document states. says: in our own words; period: of what time it is, 2019 or 2020-06-11."""

    name: str
    document: str
    place: str
    line: int
    says: str
    value: Decimal
    unit: str
    period: str = ""


@dataclass(frozen=True)
class Term:
    """what: one of WHAT; name: its full name (of a reading or figure its number); year: of an indicator."""

    what: str
    name: str
    year: int = 0


@dataclass(frozen=True)
class Tolerance:
    """By how much equal numbers may differ: an amount in the unit of the right side, or a share of it in percent."""

    amount: Decimal = Decimal(0)
    percent: bool = False

    def of(self, value: Decimal) -> Decimal:
        return abs(value) * self.amount / 100 if self.percent else self.amount


@dataclass(frozen=True)
class Crosscheck:
    """Texts are `中文 | English`. do: what to do where the relation does not hold."""

    name: str
    title: str
    group: str
    left: tuple[Term, ...]
    relation: str
    right: tuple[Term, ...]
    tolerance: Tolerance
    do: str


def build(building: Building) -> None:
    """Stated numbers and checks of all tables; rows that cannot be built are told by `check` and left out."""
    for declaration in building.of("stated"):
        for row in declaration.rows:
            if (value := number(row["value"])) is not None:
                name = f"{declaration.pack}.{row['name']}"
                line = int(row["line"]) if row["line"].isdecimal() else 0
                building.stated.setdefault(
                    name,
                    Stated(name, row["document"], row["place"], line, row["says"], value, row["unit"], row["period"]),
                )
    for declaration in building.of("crosschecks"):
        for row in declaration.rows:
            sides = [_side(building, declaration, row[column]) for column in ("left", "right")]
            if all(sides) and row["relation"] in RELATIONS:
                name = f"{declaration.pack}.{row['name']}"
                check_ = Crosscheck(name, row["title"], row["group"], sides[0], row["relation"], sides[1],
                                    _tolerance(row["tolerance"]) or Tolerance(), row["do"])  # fmt: skip
                building.crosschecks.setdefault(name, check_)


def check(building: Building) -> list[Problem]:
    """Everything that is wrong with the two tables."""
    problems: list[Problem] = []
    for kind, one in (("stated", _check_stated), ("crosschecks", _check_check)):
        seen: dict[str, tuple[Declaration, Row]] = {}
        for declaration in building.of(kind):
            for row in declaration.rows:
                first = seen.setdefault(f"{declaration.pack}.{row['name']}", (declaration, row))
                problems += _check_name(declaration, row, first)
                problems += one(building, declaration, row)
    return problems


def _side(building: Building, declaration: Declaration, text: str) -> tuple[Term, ...]:
    """The terms of a side; none where one of them means nothing."""
    terms = [_term(building, declaration, word) for word in text.split(" + ")]
    return tuple(term for term in terms if term) if all(terms) else ()


def _term(building: Building, declaration: Declaration, word: str) -> Term | None:
    found = _TERM.fullmatch(word.strip())
    if not found:
        return None
    what, name, year = found[1], found[2], int(found[3] or 0)
    if bool(year) != (what == "indicator") or (year and not date.min.year < year < date.max.year):
        return None
    if what == "indicator":
        known = building.names.get("indicator", name) or building.names.resolve("indicator", name, declaration.pack)
        absent = known is None and _absent(building, name)  # as with a task's measure: then there is no number
        return Term(what, known.name, year) if known else Term(what, name, year) if absent else None
    full = name if what in ("reading", "figure") or "." in name else f"{declaration.pack}.{name}"
    known_names = _known(building, what)
    return Term(what, full) if full in known_names else None


def _known(building: Building, what: str) -> dict[str, str]:
    """Full name -> unit, of what a term of this kind may name."""
    if what == "stated":
        return {name: one.unit for name, one in building.stated.items()}
    if what == "figure":
        return {one.id: one.unit for one in building.published}
    if what == "reading":
        return {one.id: one.unit for one in building.readings if one.value}
    if what == "task":
        return {name: one.unit for name, one in building.commitments.items() if one.target}
    return {name: one.unit for name, one in building.indicators.items()}


def _absent(building: Building, name: str) -> bool:
    pack, dot, _ = name.partition(".")
    return bool(dot) and pack not in {one.pack for one in building.names.found.values()}


def _check_name(declaration: Declaration, row: Row, first: tuple[Declaration, Row]) -> Iterator[Problem]:
    if not _NAME.fullmatch(row["name"]):
        message = both(f"{quoted(row['name'])} 不能作名称", f"{quoted(row['name'])} cannot be a name")
        hint = both("只用小写字母、数字和 _，以字母开头。", "Small letters, digits and _, a letter first.")
        yield declaration.row_problem("crosscheck.name", message, hint, row, "name")
    if first[1] is not row:
        message = both(f"{quoted(row['name'])} 有两行", f"there are two rows of {quoted(row['name'])}")
        hint = both(f"另一行在 {first[0].file}:{first[1].line}。", f"The other is {first[0].file}:{first[1].line}.")
        yield declaration.row_problem("name.twice", message, hint, row, "name")


def _check_stated(_building: Building, declaration: Declaration, row: Row) -> Iterator[Problem]:
    if number(row["value"]) is None:
        message = both(f"{quoted(row['value'])} 不是数", f"{quoted(row['value'])} is not a number")
        hint = both("只写数字，不写单位和逗号。", "Digits alone, no unit and no commas.")
        yield declaration.row_problem("crosscheck.value", message, hint, row, "value")
    if row["line"] and not row["line"].isdecimal():
        message = both(f"行号 {quoted(row['line'])} 不是整数", f"the line {quoted(row['line'])} is no whole number")
        yield declaration.row_problem("crosscheck.value", message, "", row, "line")
    if not row["unit"]:
        message = both("数没有单位", "the number has no unit")
        yield declaration.row_problem("crosscheck.value", message, "", row, "unit")


def _check_check(building: Building, declaration: Declaration, row: Row) -> Iterator[Problem]:
    for column in ("title", "group", "do"):
        if BAR not in row[column]:
            message = both(f"{column} 没有写两种文字", f"{column} is not in both languages")
            hint = both("写作 中文 | English。", "Write 中文 | English.")
            yield declaration.row_problem("crosscheck.text", message, hint, row, column)
    if row["relation"] not in RELATIONS:
        message = both(f"不能写 {quoted(row['relation'])}", f"{quoted(row['relation'])} cannot stand here")
        hint = did_you_mean(row["relation"], list(RELATIONS), "可写", "Values")
        yield declaration.row_problem("crosscheck.value", message, hint, row, "relation")
    if row["tolerance"] and _tolerance(row["tolerance"]) is None:
        message = both(
            f"容差 {quoted(row['tolerance'])} 读不懂", f"the tolerance {quoted(row['tolerance'])} is unclear"
        )
        hint = both("写一个数，或百分数如 5%。", "A number, or a percentage such as 5%.")
        yield declaration.row_problem("crosscheck.value", message, hint, row, "tolerance")
    found: list[str] = []
    for column in ("left", "right"):
        for word in row[column].split(" + "):
            term = _term(building, declaration, word)
            if term is None:
                yield _unknown(building, declaration, row, column, word.strip())
            elif unit := _known(building, term.what).get(term.name):
                found.append(unit)
    for unit in found[1:]:
        if not units.fits(unit, found[0]):
            message = both(
                f"{quoted(unit)} 与 {quoted(found[0])} 不能相比",
                f"{quoted(unit)} and {quoted(found[0])} do not compare",
            )
            hint = both("两边各项要能换算成同一单位。", "All terms of both sides must convert into one unit.")
            yield declaration.row_problem("crosscheck.unit", message, hint, row, "right")
            return


def _unknown(building: Building, declaration: Declaration, row: Row, column: str, word: str) -> Problem:
    what, colon, name = word.partition(":")
    if not colon or what not in WHAT:
        message = both(f"{quoted(word)} 读不懂", f"{quoted(word)} cannot be read")
        hint = both(
            "写 figure:编号、stated:名称、reading:编号、task:名称 或 indicator:名称@年份；相加用空格隔开的 +。",
            "Write figure:number, stated:name, reading:number, task:name or indicator:name@year; add with a + between spaces.",
        )
        return declaration.row_problem("crosscheck.side", message, hint, row, column)
    name, at, _year = name.partition("@")
    if bool(at) != (what == "indicator"):
        message = both("指标要写年份，别的不写", "an indicator needs its year, nothing else has one")
        hint = both("例如 indicator:food.samples@2019。", "For example indicator:food.samples@2019.")
        return declaration.row_problem("crosscheck.side", message, hint, row, column)
    known = [one.removeprefix(f"{declaration.pack}.") for one in _known(building, what)]
    message = both(f"没有可以比的 {quoted(word)}", f"there is no {quoted(word)} to compare")
    return declaration.row_problem(
        "crosscheck.unknown", message, did_you_mean(name, sorted(known), "可写", "Known"), row, column
    )


def _tolerance(text: str) -> Tolerance | None:
    found = _TOLERANCE.fullmatch(text.strip())
    return Tolerance(Decimal(found[1]), bool(found[2])) if found else None


def number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
