"""Collection forms as a pack declares them: what is asked, of whom, how often, on what basis, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huying.declare.expressions import Expression

FILLED_IN = ("hand_in", "mend")  # steps of the answers' flow that ask for the form's fields
MONTHLY = {"once": Fraction(1), "month": Fraction(1), "quarter": Fraction(1, 3), "year": Fraction(1, 12)}
ABOUT = "about"  # the field that says which record an answer is about, where there is one for each
OFFICE = "office"  # the level of offices that serve no area


@dataclass(frozen=True)
class Known:
    """Where a value is taken from, over the records of the filler's area.

    of     full name of a ledger
    how    count, sum, or value (of the one record); field: what is summed or taken
    among  which records count; None: all
    """

    of: str
    how: str
    field: str = ""
    among: Expression | None = None


@dataclass(frozen=True)
class Form:
    """A form; its answers are the records of the ledger of the same name.

    owner, fillers  `<office>:<role>`, `<level>:<role>`
    only            codes of the areas or offices that are asked; empty: all of the level
    each            one answer for each record of this ledger (among) in the filler's area; None: one for the area
    minutes         one filler's for one answer; every: once, month, quarter or year
    expires         ISO date, the last day on which it may be sent; due: a limit
    asks            fields in order; anew: those not carried over from the round before; sums: those added up
    despite         field -> why it is asked although something of that name is held already
    """

    name: str
    title: str
    basis: str
    owner: str
    fillers: str
    minutes: int
    every: str
    expires: str
    due: str
    asks: tuple[str, ...]
    purpose: str = ""
    only: tuple[str, ...] = ()
    each: Known | None = None
    known: dict[str, Known] = field(default_factory=dict)
    anew: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    despite: dict[str, str] = field(default_factory=dict)

    @property
    def level(self) -> str:
        return self.fillers.partition(":")[0]

    @property
    def monthly(self) -> Fraction:
        """Minutes a month of one filler, a quarter's or a year's spread over its months."""
        return self.minutes * MONTHLY[self.every]
