"""Parts of a ledger's declaration that stand by themselves; read through kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huying.declare.expressions import Expression


@dataclass(frozen=True)
class Secrecy:
    """Where `when` holds on a record, only `only` may see its private fields (要求保密)."""

    when: Expression
    only: tuple[str, ...]


@dataclass(frozen=True)
class Alike:
    """What counts as a like report nearby: the same value of `by`, open, within metres and days."""

    by: str
    metres: int
    days: int


@dataclass(frozen=True)
class Keep:
    """How long a record is kept. length, unit: 2, year; after: the day from which; over: whether the time is over; held:
    records that stay all the same; leaves: `counts` (what figures are counted by) or `nothing`."""

    length: int
    unit: str
    after: str
    over: Expression
    basis: str
    leaves: str = "counts"
    held: Expression | None = None
