"""What must be right about a task before it is written, whoever writes it by whichever door: measure, unit, target, nodes, days.

The ledger of tasks is the one that the packs provide as `tasks`; its fields are named in docs/tasks.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from huying.declare import units
from huying.declare.commitments import QUARTERS, quarter_of
from huying.declare.kinds import Rules, say
from huying.engine import database
from huying.engine.schema import Table

DEFINING = ("measure", "target", "target_unit", "comparator", "pace", "starts", "deadline", "parent",
            *(f"q{n}" for n in range(1, 5)), *(f"q{n}_text" for n in range(1, 5)))  # fmt: skip
COMPLETE = ("approve", "issue")  # steps that only a whole task may take


def faults(rules: Rules, step: str, touched: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """field -> what is wrong, `中文 | English`; empty when nothing is.

    touched  what the act fills in; after: the task as it would stand, standing names included
    """
    found: dict[str, str] = {}
    if any(name in touched for name in DEFINING):
        found |= _measure(rules, after)
        found |= _pace(after)
    if step in COMPLETE:
        found |= _lacking(after)
    return found


def two_levels(district: int, table: Table, record: UUID | None, parent: UUID | None) -> dict[str, str]:
    """Tasks have parts and parts have none: what is wrong with this parent, as `faults` says it."""
    if parent is None:
        return {}
    column = table.column("parent")
    with database.writing(district) as query:
        row = query.row(
            f"select (select {column} is not null from {table.name} where district = %s and id = %s) as inner, "
            f"exists (select from {table.name} where district = %s and {column} = %s) as outer",
            [district, parent, district, record],
        )
    if parent == record or row["inner"] or row["outer"]:
        return {
            "parent": "任务只分两级：上级任务自己不能是子项，有子项的任务也不能再作子项 | There are two levels: a part has no parts of its own"
        }
    return {}


def _measure(rules: Rules, after: Mapping[str, Any]) -> dict[str, str]:
    name, target, unit = after.get("measure"), after.get("target"), after.get("target_unit")
    if name and name not in rules.indicators:
        near = get_close_matches(name, rules.indicators, 1, 0.5)
        hint = (f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else ("", "")
        return {"measure": f"没有指标 {name}{hint[0]} | There is no indicator {name}{hint[1]}"}
    if name and unit and not units.fits(unit, rules.indicators[name].unit):
        of = rules.indicators[name].unit
        return {
            "target_unit": f"单位“{say(unit)}”与指标的单位“{say(of)}”不能换算；请改目标，或换指标 | The unit {say(unit, 'en')} does not convert into the "
            f"indicator's, {say(of, 'en')}; change the target, or the indicator"
        }
    if target is not None and not name and not unit:
        return {"target_unit": "有目标数就要写单位 | A target needs its unit"}
    if target is None and after.get("pace") in ("nodes", "linear", "maintain", "zero"):
        return {"target": "按这种进度要有目标数 | This pace needs a target"}
    return {}


def _pace(after: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    starts, deadline = after.get("starts"), after.get("deadline")
    if starts and deadline and starts > deadline:
        found["deadline"] = "时限早于起始日 | The deadline is before the first day"
    last: Decimal | None = None
    for n in QUARTERS:
        value, text = after.get(f"q{n}"), after.get(f"q{n}_text")
        if deadline and (value is not None or text) and n > quarter_of(deadline):
            name = f"q{n}" if value is not None else f"q{n}_text"
            found[name] = f"第 {n} 季度在时限之后 | Quarter {n} is after the deadline"
        if value is None:
            continue
        if last is not None and value < last and after.get("comparator") != "le":
            found[f"q{n}"] = (
                "季度目标是累计数，不能比上一季度少 | Quarterly targets add up; this is less than the one before"
            )
        target = after.get("target")
        if target is not None and value > target and after.get("comparator") != "le":
            found[f"q{n}"] = "季度目标超过了全年目标 | A quarter asks more than the whole task"
        last = value
    if after.get("pace") == "nodes" and last is None:
        found["q4"] = "按季度目标推进，至少填一个季度 | Fill in one quarter at least"
    if after.get("pace") == "milestone" and not any(after.get(f"q{n}_text") for n in range(1, 5)):
        found["q4_text"] = "按形象进度推进，至少写一个季度 | Say in words what one quarter at least will see"
    return found


def _lacking(after: Mapping[str, Any]) -> dict[str, str]:
    """A task that is issued says what, by when and how it is known to be done."""
    found = {}
    if not after.get("deadline"):
        found["deadline"] = "还没有时限 | It has no deadline yet"
    deliverable = after.get("target") is not None or after.get("measure_note")
    if not deliverable and not any(after.get(f"q{n}_text") for n in range(1, 5)):
        found["measure_note"] = (
            "没有目标数的任务，要写明怎样算完成（口径或形象进度） | Without a number, say what counts as done: how it is counted, or milestones"
        )
    return found
