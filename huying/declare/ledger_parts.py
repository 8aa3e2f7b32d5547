"""Parts of a ledger's declaration that stand by themselves; read through kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Fault:
    """A rule of quality: records on which `when` holds have the fault."""

    title: str
    when: Expression


@dataclass(frozen=True)
class Quality:
    """What a ledger's records are held against. stale_days: after how many days without a change an open record, or one
    of a register, is stale; 0: never."""

    stale_days: int = 0
    faults: Mapping[str, Fault] = field(default_factory=dict)
