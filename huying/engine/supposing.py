"""Records taken to be otherwise than they are: what a figure would be if these cases were closed. Nothing is written.

Where a question supposes something, the ledger is read as two parts: the records that nothing is supposed of, as they
stand, and the others with some of their columns replaced. The rule that counts them is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from huying.declare import expressions
from huying.declare.kinds import SAME, Flow, Step
from huying.engine.schema import SQL_TYPES, STANDING, Table


@dataclass(frozen=True)
class Group:
    """Records of which the same is supposed. values: column -> (what stands in it, whether only where it is empty)."""

    ids: tuple[UUID, ...]
    values: Mapping[str, tuple[Any, bool]]


@dataclass(frozen=True)
class Supposed:
    """What is supposed of records of one ledger (its full name)."""

    ledger: str
    groups: tuple[Group, ...]

    def over(self, table: Table, source: str, params: Sequence[Any]) -> tuple[str, list[Any]]:
        """The ledger as `l`, in place of `source`, which reads it as `l` too."""
        columns = table.all_columns
        known = [one for group in self.groups for one in group.ids]
        parts = [f"select {', '.join(f'l.{c}' for c in columns)} from {source} where not l.id = any(%s::uuid[])"]
        found: list[Any] = [*params, known]
        for group in self.groups:
            written = []
            for column in columns:
                value, only_empty = group.values.get(column, (None, False))
                if column not in group.values:
                    written.append(f"l.{column}")
                    continue
                stands = f"%s::{_type(table, column)}"
                written.append(f"coalesce(l.{column}, {stands})" if only_empty else stands)
                found.append(value)
            parts.append(f"select {', '.join(written)} from {source} where l.id = any(%s::uuid[])")
            found += [*params, list(group.ids)]
        return f"({' union all '.join(parts)}) l", found


def _type(table: Table, column: str) -> str:
    """The SQL type of a column, without its collation."""
    text = STANDING.get(column) or next(
        SQL_TYPES[table.ledger.fields[name].type] for name, columns in table.columns.items() if column in columns
    )
    return text.split(" ")[0]


def way(flow: Flow, state: str, to: str) -> list[Step] | None:
    """The fewest steps that lead a record from one state to another; None where none do."""
    ways: dict[str, list[Step]] = {state: []}
    todo = [state]
    while todo and to not in ways:
        here = todo.pop(0)
        for step in flow.open_steps(here):
            if step.to not in (SAME, *ways) and not step.reopens:
                ways[step.to] = [*ways[here], step]
                todo.append(step.to)
    return ways.get(to)


def values_of(table: Table, flow: Flow, steps: Sequence[Step], to: str, at: datetime) -> dict[str, tuple[Any, bool]]:
    """What a record would hold after these steps, as far as the flow alone says: its state, stamps, fixed values."""
    found: dict[str, tuple[Any, bool]] = {"state": (to, False)}
    if flow.states[to].final:
        found["closed_at"] = (at, True)
    for step in steps:
        if step.stamps in table.single:
            found[table.single[step.stamps]] = (at, False)
        for name, expression in step.sets.items():
            if name in table.single and isinstance(expression.tree, expressions.Const):
                found[table.single[name]] = (expression.tree.value, False)
    return found
