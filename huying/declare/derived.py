"""A derived ledger: rows that nobody types, computed from the records of others for whichever day is asked.

A row stands for a record, or for all records that have one value of `by` in common. It is listed on the days on which
a ground holds, every join matches, nothing that must be missing is there, and what is expected is not as expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from huying.declare.derived_days import Span
from huying.declare.expressions import Expression

ID = "id"  # in `on`: the record itself
WINDOW = re.compile(r"([a-z][a-z0-9_]{0,39}) within ([0-9]{1,5}) days (before|after) asked")
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Source:
    """The records of a ledger that count, and when.

    of      full name of the ledger
    where   the condition as written, with `asked` for the day asked; None: every record
    window  (field, days, "before" or "after"): the field lies so many days at most before, or after, the day asked
    within  the window as a condition
    span    both, solved for the day asked
    """

    of: str
    where: Expression | None = None
    window: tuple[str, int, str] | None = None
    within: Expression | None = None
    span: Span = field(default_factory=Span)


@dataclass(frozen=True)
class Ground(Source):
    """Why a row is there. because: a sentence with {field} for values of the record; empty: the condition in words."""

    because: str = ""


@dataclass(frozen=True)
class Match(Source):
    """Records of another ledger that belong to a row: on  ((field there, field of the ground's ledger or `id`), …)."""

    on: tuple[tuple[str, str], ...] = ()
    because: str = ""
    optional: bool = False  # of a join: the row stands without it


@dataclass(frozen=True)
class Expected(Match):
    """How many there should be. each: a field with choices, and so many of each of them; empty: so many in all."""

    each: str = ""
    slots: tuple[str, ...] = ()  # the values of `each`
    at_least: int | None = None
    at_most: int | None = None

    def amiss(self, number: int) -> int:
        """-1: too few, 1: too many, 0: as expected."""
        if self.at_least is not None and number < self.at_least:
            return -1
        return int(self.at_most is not None and number > self.at_most)


@dataclass(frozen=True)
class Shown:
    """A column: `name` of the grounds' ledgers, or of the join."""

    name: str
    join: str = ""

    @property
    def key(self) -> str:
        return f"{self.join}.{self.name}" if self.join else self.name


@dataclass(frozen=True)
class Derived:
    name: str  # full name
    title: str
    grounds: tuple[Ground, ...]
    by: str = ""  # the field whose equal values make one row; empty: each record is one
    joins: dict[str, Match] = field(default_factory=dict)
    missing: tuple[Match, ...] = ()
    expects: Expected | None = None
    show: tuple[Shown, ...] = ()
    see: tuple[str, ...] = ()
    group: str = ""
    purpose: str = ""
    source: str = ""

    @property
    def matches(self) -> tuple[Match, ...]:
        """Everything that is looked up in other ledgers: joins, then what must be missing, then what is expected."""
        return (*self.joins.values(), *self.missing, *([self.expects] if self.expects else ()))

    @property
    def ledgers(self) -> tuple[str, ...]:
        """Full names of all ledgers that it reads, those of the grounds first, none twice."""
        return tuple(dict.fromkeys(one.of for one in (*self.grounds, *self.matches)))

    @property
    def looked_up(self) -> set[tuple[str, str]]:
        """(ledger, field) of every field by which records are found; the record's own id is not among them."""
        found = {(ground.of, self.by) for ground in self.grounds}
        for match in self.matches:
            for there, here in match.on:
                found |= {(match.of, there), *((ground.of, here) for ground in self.grounds)}
        return {(ledger, name) for ledger, name in found if name not in ("", ID)}

    @property
    def of(self) -> tuple[str, ...]:
        """Full names of the grounds' ledgers, none twice."""
        return tuple(dict.fromkeys(ground.of for ground in self.grounds))


def window_of(text: str) -> tuple[str, int, str]:
    """`left_on within 14 days before asked` -> ("left_on", 14, "before"). Raises ValueError."""
    found = WINDOW.fullmatch(text)
    if not found:
        raise ValueError(text)
    return found[1], int(found[2]), found[3]


def window_text(window: tuple[str, int, str]) -> str:
    """The window as an expression over the ledger and `asked`: the day itself counts, and the last one too."""
    name, days, side = window
    between = f"days_between({name}, asked)" if side == "before" else f"days_between(asked, {name})"
    return f"{between} between 0 and {days}"


def braces(text: str) -> list[str]:
    """The names in braces in a sentence, in order."""
    return _BRACES.findall(text)


def filled(text: str, values: dict[str, Any]) -> str:
    """The sentence with its values; a name without one stays `—`."""
    return _BRACES.sub(lambda found: str(values.get(found[1], "—")), text)
