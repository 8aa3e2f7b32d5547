"""Commitments: a target with a bound, in a unit that fits its measure; dates that follow each other."""

from __future__ import annotations

from datetime import date

from huying.declare import units
from huying.declare.breakdowns import PACES
from huying.declare.build_rest import COMPARATORS
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.problems import Problem, both, quoted
from huying.declare.sources import Keys


def check_commitments(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("commitment"):
        problems += _target(building, declaration)
        problems += _dates(declaration)
    return problems


def _target(building: Building, declaration: Declaration) -> list[Problem]:
    data = declaration.data
    target = data.get("target")
    if target is None:
        return []
    problems = []
    bounds = [name for name in COMPARATORS if name in target]
    if len(bounds) != 1:
        message = both(f"目标要写 {', '.join(COMPARATORS)} 之一", f"a target has one of {', '.join(COMPARATORS)}")
        problems.append(declaration.problem("commitment.target", message, "", ("target",), key=True))
    indicator = building.indicators.get(building.commitments[declaration.name].measure)
    if "measure" not in data:
        message = both("有目标而没有指标来衡量", "there is a target and no indicator to measure it")
        hint = both("请写 measure: <指标>。", "Write measure: <indicator>.")
        problems.append(declaration.problem("commitment.target", message, hint, ("target",), key=True))
    elif indicator and not units.fits(target["unit"], indicator.unit):
        message = both(
            f"目标的单位是 {quoted(target['unit'])}，指标 {indicator.name} 的单位是 {quoted(indicator.unit)}",
            f"the target is in {quoted(target['unit'])}, the indicator {indicator.name} in {quoted(indicator.unit)}",
        )
        hint = both(
            "两者要能换算（如公顷与平方米）：请改其一。",
            "One must convert into the other, as 公顷 into 平方米: change one of them.",
        )
        problems.append(declaration.problem("indicator.unit", message, hint, ("target", "unit")))
    return problems


def _dates(declaration: Declaration) -> list[Problem]:
    data = declaration.data
    problems = []

    def day(text: str, path: Keys, key: bool = False) -> None:
        try:
            date.fromisoformat(text)
        except ValueError:
            message = both(f"{quoted(text)} 不是日期", f"{quoted(text)} is not a date")
            hint = both("日期写作 2020-12-31。", "A date is written 2020-12-31.")
            problems.append(declaration.problem("commitment.dates", message, hint, path, key=key))

    for name in ("starts", "deadline"):
        if name in data:
            day(data[name], (name,))
    pace = data.get("pace", {})
    if "kind" in pace:
        if set(pace) != {"kind"} or pace["kind"] not in PACES:
            message = both(
                f"进度写 kind: {'、'.join(PACES)} 之一，或各个日期",
                f"a pace is kind: one of {', '.join(PACES)}; or days",
            )
            problems.append(declaration.problem("commitment.pace", message, "", ("pace",), key=True))
        return problems
    for node, value in pace.items():
        day(node, ("pace", node), key=True)
        if isinstance(value, str):
            message = both(f"{quoted(value)} 不是数", f"{quoted(value)} is not a number")
            problems.append(declaration.problem("commitment.pace", message, "", ("pace", node)))
        if node < data.get("starts", "") or node > data.get("deadline", "9999"):
            message = both(f"{node} 不在起止日期之间", f"{node} is not between the first day and the deadline")
            problems.append(declaration.problem("commitment.pace", message, "", ("pace", node), key=True))
    if data.get("starts", "") > data.get("deadline", "9999"):
        message = both("时限早于起始日期", "the deadline is before the first day")
        problems.append(declaration.problem("commitment.dates", message, "", ("deadline",)))
    return problems
