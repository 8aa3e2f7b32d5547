"""What must hold among the records of a ledger, whoever acts at once: unique, at most, together, no overlap.

constraints:
  - {unique: [stall, weekday], while: [rented]}
  - {at_most: 5, per: [site], while: [placed]}
  - {no_overlap: [from_on, to_on], per: [room]}
  - {together: [price, paid_on]}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huying.declare.problems import both, did_you_mean, quoted
from huying.declare.sources import Keys

if TYPE_CHECKING:
    from huying.declare.kinds import Field, Ledger

UNIQUE, AT_MOST, TOGETHER, NO_OVERLAP = "unique", "at_most", "together", "no_overlap"
KINDS = (UNIQUE, AT_MOST, TOGETHER, NO_OVERLAP)
GONE = "removed"  # a state whose records no constraint counts
PERIODS = ("date", "time")
EQUAL = (
    "text",
    "enum",
    "code",
    "integer",
    "boolean",
    "date",
    "area",
    "office",
    "post",
    "record",
)  # types told apart by =


@dataclass(frozen=True)
class Constraint:
    """One thing that must hold.

    fields  what is unique together, is filled together, or begins and ends a period (an empty end is open)
    per     within which records: those with the same values here
    most    of at_most: how many there may be
    among   the states in which a record counts; empty: every one but `removed`
    A record that lacks one of the values asked for (the end of a period apart) is not counted.
    """

    kind: str
    fields: tuple[str, ...]
    per: tuple[str, ...] = ()
    most: int = 0
    among: tuple[str, ...] = ()
    says: str = ""

    @property
    def raced(self) -> bool:
        """Whether it is about other records: then two acts at once could break it."""
        return self.kind != TOGETHER

    @property
    def same(self) -> tuple[str, ...]:
        """The fields whose values put two records to the test against each other."""
        return (*self.per, *self.fields) if self.kind == UNIQUE else self.per


def built(data: list[dict[str, Any]]) -> tuple[Constraint, ...]:
    """The constraints of a ledger's declaration that has its form."""
    found = []
    for one in data:
        kind = next((key for key in KINDS if key in one), "")
        fields = () if kind in ("", AT_MOST) else tuple(one[kind])
        most = one[kind] if kind == AT_MOST else 0
        found.append(
            Constraint(kind, fields, tuple(one.get("per", ())), most, tuple(one.get("while", ())), one.get("says", ""))
        )
    return tuple(found)


Wrong = tuple[str, str, str, Keys]  # code, message, hint, path


def check(data: list[dict[str, Any]], ledger: Ledger, states: tuple[str, ...]) -> Iterator[Wrong]:
    """What is wrong with the constraints of a ledger, whose flow has these states."""
    for place, (one, constraint) in enumerate(zip(data, ledger.constraints, strict=True)):
        path = ("constraints", place)
        if len([key for key in KINDS if key in one]) != 1:
            yield ("ledger.constraint", both("一条约束写一样，不多不少", "a constraint says one thing, no more and no less"),
                   both(f"写 {'、'.join(KINDS)} 之一；几样分成几条。", f"Write one of {', '.join(KINDS)}; make several of several."), path)  # fmt: skip
        if (
            constraint.kind in (TOGETHER, NO_OVERLAP)
            and len(constraint.fields) != 2
            and (constraint.kind == NO_OVERLAP or len(constraint.fields) < 2)
        ):
            yield ("ledger.constraint", both("要写两个字段", "it takes two fields"), "", (*path, constraint.kind))
        for key, names in ((constraint.kind, constraint.fields), ("per", constraint.per)):
            for number, name in enumerate(names):
                if name not in ledger.fields:
                    yield ("ledger.unknown-field", both(f"台账没有字段 {quoted(name)}", f"the ledger has no field {quoted(name)}"),
                           did_you_mean(name, list(ledger.fields), "字段", "Fields"), (*path, key, number))  # fmt: skip
                elif wrong := _unfit(ledger, ledger.fields[name], constraint, key):
                    yield "ledger.constraint", wrong, "", (*path, key, number)
        if constraint.kind == NO_OVERLAP:
            kinds = {ledger.fields[name].type for name in constraint.fields if name in ledger.fields}
            if len(kinds) > 1 and kinds <= set(PERIODS):
                yield ("ledger.constraint", both("起止要同是日期或同是时间", "beginning and end must both be dates or both times"),
                       "", (*path, NO_OVERLAP))  # fmt: skip
        for number, state in enumerate(constraint.among):
            if states and state not in states:
                yield ("ledger.constraint", both(f"流程没有状态 {quoted(state)}", f"the flow has no state {quoted(state)}"),
                       did_you_mean(state, list(states), "状态", "States"), (*path, "while", number))  # fmt: skip


def _unfit(ledger: Ledger, field: Field, constraint: Constraint, key: str) -> str:
    if constraint.kind == TOGETHER:
        return ""
    if field.name in ledger.masked:
        return both(f"{field.name} 是遮住的字段，约束不能用；要唯一请写 key",
                    f"{field.name} is masked and cannot be constrained; use key to make it unique")  # fmt: skip
    if key == NO_OVERLAP and field.type not in PERIODS:
        return both(f"{field.name} 不是日期或时间", f"{field.name} is neither a date nor a time")
    if key != NO_OVERLAP and field.type not in EQUAL:
        return both(f"{field.name} 这种字段不能比较相同", f"fields such as {field.name} are not compared")
    return ""
