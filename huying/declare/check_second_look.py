"""Second looks: of what is settled in one step, by others than those who settle, with a result that can be counted."""

from __future__ import annotations

from huying.declare.declarations import Declaration
from huying.declare.kinds import NEW, Flow, Ledger, Step
from huying.declare.problems import Problem, both, quoted
from huying.declare.second_look import AS_SAID, DUE, NOT_AS_SAID

CHOICES = (DUE, AS_SAID, NOT_AS_SAID)


def check_second_looks(declaration: Declaration, flow: Flow, ledger: Ledger) -> list[Problem]:
    return [
        problem
        for step in flow.steps.values()
        if step.second_look
        for problem in _look(declaration, flow, ledger, step)
    ]


def _look(declaration: Declaration, flow: Flow, ledger: Ledger, step: Step) -> list[Problem]:
    path = ("steps", step.name, "second_look")
    problems = []

    def report(code: str, message: str, hint: str, key: str = "") -> None:
        where = (*path, key) if key else path
        problems.append(declaration.problem(code, message, hint, where, key=not key))

    if step.from_ != (NEW,) or step.to not in flow.final:
        message = both("复看只用于一步办结的事", "a second look is for what one step settles")
        hint = both("环节要 from: new，to 是终态。", "The step goes from: new to a final state.")
        report("flow.second-look", message, hint)
    by = declaration.data["steps"][step.name]["second_look"]["by"]
    if by in step.by:
        message = both(f"{by} 自己也办这一步，不能复看", f"{by} takes the step itself and may not look again")
        hint = both("请写另一个角色：办的人不看自己办的。", "Name another role: nobody looks at what is their own.")
        report("flow.second-look-same", message, hint, "by")
    if not 0 < step.second_look.share <= 100:
        message = both("比例要大于 0、不超过 100%", "the share is above 0 and at most 100%")
        report("flow.second-look-share", message, both("例如 5%。", "For example 5%."), "share")
    name = step.second_look.result
    field = ledger.fields.get(name)
    if field is None or field.type != "enum" or sorted(field.choices) != sorted(CHOICES):
        message = both(
            f"字段 {quoted(name)} 记不下复看的结果", f"the field {quoted(name)} cannot say how the look ended"
        )
        said = ", ".join(CHOICES)
        hint = both(f"请在台账里写：enum: [{said}]。", f"The ledger gives it enum: [{said}].")
        report("flow.second-look-result", message, hint, "result")
    return problems
