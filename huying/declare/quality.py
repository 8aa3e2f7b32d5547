"""Advice on packs that are right: it never fails anything."""

from __future__ import annotations

from huying.declare.kinds import Rules
from huying.declare.problems import Problem, both


def advice(rules: Rules) -> list[Problem]:
    """What could be better, in order of name."""
    found = []
    for name, ledger in rules.ledgers.items():
        if not ledger.purpose:
            message = both("没有 purpose，空列表没有话说", "it has no purpose, so that the empty list says nothing")
            found.append(Problem(name, 0, 0, "advice.purpose", message))
        if not ledger.list:
            message = both("没有 list，列表只有编号", "it has no list, so that the list shows codes only")
            found.append(Problem(name, 0, 0, "advice.list", message))
    for name, flow in rules.flows.items():
        for step in flow.steps.values():
            if step.needs is not None and not step.needs_text:
                message = both(
                    f"环节 {step.name} 有 needs 而没有 needs_text", f"the step {step.name} has needs and no needs_text"
                )
                hint = both("被拒绝的人只看到条件本身。", "Whoever is refused sees the bare condition.")
                found.append(Problem(name, 0, 0, "advice.needs-text", message, hint))
    tried = {case.of for case in rules.cases}
    for name, flow in rules.flows.items():
        register = set(flow.steps) == {"add", "amend", "remove"}
        if name not in tried and not register:
            message = both("没有案例", "it has no cases")
            hint = both("请在 cases/ 写给定、当、则。", "Write given, when, then in cases/.")
            found.append(Problem(name, 0, 0, "advice.cases", message, hint))
    for name, indicator in rules.indicators.items():
        if not indicator.source:
            message = both("没有 source，口径无出处", "it has no source")
            found.append(Problem(name, 0, 0, "advice.source", message))
    return found
