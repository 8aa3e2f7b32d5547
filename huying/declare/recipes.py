"""Recipes: records made up by rule, so many and so spread that their sums are exact. Pure values, no database.

A recipe says which records a ledger holds, never what an indicator gives: what it gives is counted like anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

HOW = ("sum", "shares", "turn", "days", "weeks", "months", "numbered", "first", "level")
LEVEL = "level"


@dataclass(frozen=True)
class Place:
    """The area number `n` of a level, in turn: which one that is, a district knows."""

    level: str
    n: int


@dataclass(frozen=True)
class Earlier:
    """The record number `n`, in turn, of those that were made of a ledger before."""

    ledger: str
    n: int


@dataclass(frozen=True)
class Line:
    """A step that the first `number` records take (None: all). on: the day, or a recipe for days; by: a role."""

    step: str
    number: int | None = None
    on: Any = None
    by: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """Records of one ledger.

    of      full name of the ledger
    number  how many; times the product of `each`
    each    field -> its values: a record for every combination
    begin   the first step, with what it fills in; then: steps after it
    """

    of: str
    number: int
    each: Mapping[str, Any]
    begin: Line
    then: tuple[Line, ...] = ()

    @property
    def total(self) -> int:
        return self.number * prod(len(listed(values)) for values in self.each.values())


@dataclass(frozen=True)
class Calibration:
    """A part of a calibration set, in the order in which its records are made."""

    name: str
    title: str
    recipes: tuple[Recipe, ...]


def listed(values: Any) -> list[Any]:
    """The values of one field under `each`. Raises ValueError."""
    if isinstance(values, list):
        return values
    if isinstance(values, Mapping) and len(values) == 1:
        [(how, year)] = values.items()
        if how == "months":
            return [date(int(year), month, 1) for month in range(1, 13)]
        if how == "weeks":
            first = date(int(year), 1, 1)
            monday = first + timedelta(days=-first.weekday() % 7)
            return [day for n in range(53) if (day := monday + timedelta(days=7 * n)).year == int(year)]
        if how == "numbers":
            return list(range(1, int(year) + 1))
        if how == LEVEL and isinstance(year, Mapping):
            [(level, number)] = year.items()
            return [Place(level, n) for n in range(int(number))]
    raise ValueError(f"不是一组值：{values} | These are no values: {values}")


def records(recipe: Recipe) -> list[dict[str, Any]]:
    """What the first step fills in, for each record. Raises ValueError (`中文 | English`) where it does not come out."""
    names = list(recipe.each)
    rows = [
        dict(zip(names, combined, strict=True))
        for combined in product(*(listed(recipe.each[name]) for name in names))
        for _ in range(recipe.number)
    ]
    return [{**row, **more} for row, more in zip(rows, filled(recipe.begin, len(rows)), strict=True)]


def filled(line: Line, number: int) -> list[dict[str, Any]]:
    """What a step fills in, for each of so many records; what is None is left empty. Raises ValueError as `values` does."""
    columns = {name: values(how, number) for name, how in line.values.items()}
    return [{name: column[n] for name, column in columns.items() if column[n] is not None} for n in range(number)]


def values(how: Any, number: int) -> Sequence[Any]:
    """So many values of one field. Raises ValueError (`中文 | English`) where they do not come out."""
    if not isinstance(how, Mapping):
        return [how] * number
    match next((name for name in HOW if name in how), ""):
        case "sum":
            return parted(Decimal(str(how["sum"])), number, int(how.get("places", 0)))
        case "shares":
            return _shares(how["shares"], number)
        case "turn":
            return [how["turn"][n % len(how["turn"])] for n in range(number)]
        case "days":
            return days(how["days"], number)
        case "months" | "weeks":
            some = listed(how)
            return [some[n % len(some)] for n in range(number)]
        case "numbered":
            return [str(how["numbered"]).replace("{n}", str(n + 1)) for n in range(number)]
        case "first":
            return _first(how, number)
        case "level":
            return [Place(str(how["level"]), n) for n in range(number)]
    raise ValueError(f"写 {'、'.join(HOW)} 之一 | Write one of {', '.join(HOW)}")


def parted(total: Decimal, number: int, places: int = 0) -> list[Decimal]:
    """A total in so many parts that add up to it exactly, as even as may be.

    >>> [str(part) for part in parted(Decimal("1.0"), 3, 1)]
    ['0.4', '0.3', '0.3']
    """
    scaled = total.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{total} 有不止 {places} 位小数 | {total} has more than {places} decimal places")
    least, more = divmod(abs(int(scaled)), number)
    sign = -1 if total < 0 else 1
    return [Decimal(sign * (least + (n < more))).scaleb(-places) for n in range(number)]


def days(given: Any, number: int) -> list[date]:
    """So many days from the first to the last, evenly."""
    first, last = (date.fromisoformat(str(day)) for day in given)
    length = (last - first).days
    if length < 0:
        raise ValueError(f"{last} 早于 {first} | {last} is before {first}")
    return [first + timedelta(days=length * n // max(number - 1, 1)) for n in range(number)]


def _shares(given: Mapping[Any, Any], number: int) -> list[Any]:
    total = sum(int(many) for many in given.values())
    if total != number:
        raise ValueError(
            f"各份合计 {total}，$record有 {number} 条 | The shares come to {total}, there are {number} $records"
        )
    return [value for value, many in given.items() for _ in range(int(many))]


def _first(how: Mapping[str, Any], number: int) -> list[Any]:
    many = int(how["first"])
    if many > number:
        raise ValueError(f"只有 {number} 条，不够 {many} 条 | There are {number}, not {many}")
    rest = values(how["rest"], number - many) if "rest" in how and number > many else [None] * (number - many)
    return [*values(how["value"], many), *rest] if many else list(rest)


def lines(recipe: Recipe) -> Iterator[tuple[Line, int]]:
    """Its steps in order, each with how many records take it."""
    left = recipe.total
    yield recipe.begin, left
    for line in recipe.then:
        left = left if line.number is None else line.number
        yield line, left
