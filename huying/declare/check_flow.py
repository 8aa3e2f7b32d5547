"""Flows: every name is known, every state has an owner and a limit, every step can be taken as it is written."""

from __future__ import annotations

from huying.declare.building import Building
from huying.declare.check_graph import check_graph
from huying.declare.check_second_look import check_second_looks
from huying.declare.check_steps import check_steps
from huying.declare.declarations import Declaration
from huying.declare.kinds import NEW, SAME, SYSTEM, Flow, Ledger, State
from huying.declare.limit_words import CLOCK, HINT, is_limit, stage_of, until_of
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.sources import Keys


def check_flows(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("flow"):
        flow, ledger = building.flows[declaration.name], building.ledgers.get(declaration.name)
        register = declaration.made and not flow.like  # made by the program from kept_by: right by construction
        if ledger and not register:
            check = _Check(declaration, flow, ledger)
            named = check.names()
            problems += check.problems
            problems += check_steps(building, declaration, flow, ledger)
            problems += check_second_looks(declaration, flow, ledger)
            if named:
                problems += check_graph(declaration, flow)
    return problems


class _Check:
    def __init__(self, declaration: Declaration, flow: Flow, ledger: Ledger):
        self.declaration, self.flow, self.ledger = declaration, flow, ledger
        self.problems: list[Problem] = []

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def names(self) -> bool:
        """Check everything about states and names; whether all states of all steps are known."""
        for state in self.flow.states.values():
            self.state(state)
        whole = self.ends()
        self.clock()
        self.dispatch()
        return whole

    def state(self, state: State) -> None:
        path = ("states", state.name)
        if state.name in (NEW, SAME):
            message = both(f"{state.name} 是平台自己的名称", f"{state.name} is a name of the platform's own")
            self.report("flow.reserved-name", message, both("请换一个状态名。", "Choose another name."), path, True)
        if state.final:
            if state.holder or state.within or state.lapses:
                message = both(
                    f"终态 {state.name} 还有责任人或时限", f"the final state {state.name} still has a holder or a limit"
                )
                hint = both(
                    "终态不再等谁：去掉 holder、within、lapses，或去掉 final。",
                    "Nobody is waited for: drop holder, within, lapses, or final.",
                )
                self.report("flow.final-duty", message, hint, path, True)
            return
        if not state.holder:
            message = both(f"状态 {state.name} 没有责任人", f"nobody owns the state {state.name}")
            hint = both(
                "请写 holder：角色、responsible 或 resident。", "Give a holder: a role, responsible, or resident."
            )
            self.report("flow.no-holder", message, hint, path, True)
        if not state.within:
            message = both(f"状态 {state.name} 没有时限", f"the state {state.name} may last for ever")
            hint = both(
                "请写 within；受总时限约束的写 within: clock。",
                "Give within; where the record's own clock bounds it, within: clock.",
            )
            self.report("flow.no-limit", message, hint, path, True)
        else:
            self.limit(state.within, (*path, "within"), clock=True)
        if state.lapses:
            self.lapses(state, (*path, "lapses"))
        self.holder_acts(state, path)

    def limit(self, text: str, path: Keys, *, clock: bool = False, stage: bool = True) -> None:
        if clock and text == CLOCK:
            if not self.flow.clock:
                message = both("流程没有 clock，不能写 within: clock", "the flow has no clock to bound it")
                hint = both("请加上 clock，或写出时限。", "Add a clock, or write the limit.")
                self.report("flow.no-clock", message, hint, path)
        elif clock and (name := until_of(text)):
            self.until(name, path)
        elif not (stage and stage_of(text)) and not is_limit(text):
            message = both(f"{quoted(text)} 不是时限", f"{quoted(text)} is not a limit")
            self.report("flow.limit", message, HINT, path)

    def until(self, name: str, path: Keys) -> None:
        """`until <field>`: the limit is a day that the record itself names."""
        days = [one.name for one in self.ledger.fields.values() if one.type == "date"]
        if name not in days:
            message = both(f"{quoted(name)} 不是日期字段", f"{quoted(name)} is not a date of the ledger")
            self.report("flow.limit", message, did_you_mean(name, days, "日期", "Dates"), path)

    def lapses(self, state: State, path: Keys) -> None:
        step = self.step_known(state.lapses, path)
        if not step:
            return
        found = self.flow.steps[step]
        if state.name not in found.from_:
            message = both(f"环节 {step} 不能从 {state.name} 走", f"the step {step} does not lead out of {state.name}")
            self.report(
                "flow.lapses",
                message,
                both("请改 lapses，或在环节的 from 里加上它。", "Change lapses, or add it to the step's from."),
                path,
            )
        if SYSTEM not in found.by:
            message = both(f"环节 {step} 不能由系统走", f"the system may not take the step {step}")
            self.report("flow.lapses", message, both("请在它的 by 里加上 system。", "Add system to its by."), path)
        must = [name for name in found.asks if name not in found.optional]
        if must:
            message = both(
                f"环节 {step} 要填 {', '.join(must)}，系统填不了",
                f"the step {step} asks {', '.join(must)}, which the system cannot fill",
            )
            self.report("flow.lapses", message, both("请把它们改为可选（加 ?）。", "Make them optional (add ?)."), path)
        if state.within == CLOCK:
            message = both("within: clock 的状态不会自行转走", "a state within: clock does not lapse")
            self.report("flow.lapses", message, both("请写出时限。", "Write the limit."), path)

    def holder_acts(self, state: State, path: Keys) -> None:
        """Whoever is waited for can end the waiting."""
        leads = [step for step in self.flow.open_steps(state.name) if step.to not in (SAME, state.name)]
        if state.holder and leads and not state.lapses and not any(state.holder in step.by for step in leads):
            message = both(
                f"{state.holder} 负责 {state.name}，却没有一步可走",
                f"{state.holder} owns {state.name} but may take no step out of it",
            )
            names = ", ".join(step.name for step in leads)
            hint = both(
                f"请在这些环节之一的 by 里加上它：{names}。", f"Add it to the by of one of these steps: {names}."
            )
            self.report("flow.holder-cannot-act", message, hint, (*path, "holder"))

    def ends(self) -> bool:
        """Whether every step begins and ends at a state that there is."""
        whole = True
        states = self.flow.states
        for step in self.flow.steps.values():
            ends = [(name, "from", place) for place, name in enumerate(step.from_)] + [(step.to, "to", -1)]
            for name, key, place in ends:
                special = NEW if key == "from" else SAME
                if name in states or name == special:
                    continue
                whole = False
                message = both(f"没有状态 {quoted(name)}", f"there is no state {quoted(name)}")
                hint = did_you_mean(name, [*states, special], "状态", "States")
                path: Keys = ("steps", step.name, key)
                if place >= 0 and isinstance(self.declaration.data["steps"][step.name]["from"], list):
                    path = (*path, place)
                self.report("flow.unknown-state", message, hint, path)
        return whole

    def step_known(self, name: str, path: Keys) -> str:
        """The step's name; "" (and a problem) where there is none."""
        if name in self.flow.steps:
            return name
        message = both(f"没有环节 {quoted(name)}", f"there is no step {quoted(name)}")
        self.report("flow.unknown-step", message, did_you_mean(name, self.flow.steps, "环节", "Steps"), path)
        return ""

    def clock(self) -> None:
        clock = self.flow.clock
        if clock:
            self.step_known(clock.starts, ("clock", "starts"))
            self.step_known(clock.stops, ("clock", "stops"))
            self.limit(clock.limit, ("clock", "limit"))

    def dispatch(self) -> None:
        if not self.flow.dispatch_by:
            return
        name = self.flow.dispatch_by
        fields = self.ledger.fields
        if name not in fields:
            message = both(f"台账没有字段 {quoted(name)}", f"the ledger has no field {quoted(name)}")
            self.report("flow.unknown-field", message, did_you_mean(name, fields, "字段", "Fields"), ("dispatch", "by"))
        elif name in self.ledger.fields and self.ledger.fields[name].type not in ("code", "enum"):
            message = both(f"{name} 不是代码，不能用来派遣", f"{name} has no codes to dispatch by")
            hint = both("请用 huying:code/<代码表> 或 enum 字段。", "Use a field with huying:code/<list> or enum.")
            self.report("flow.dispatch-by", message, hint, ("dispatch", "by"))
        step = self.step_known(self.flow.dispatch_step, ("dispatch", "step"))
        if step and self.flow.steps[step].assigns != "dispatch":
            message = both(f"环节 {step} 没有写 assigns: dispatch", f"the step {step} does not say assigns: dispatch")
            self.report("flow.dispatch-step", message, both("请加上。", "Add it."), ("dispatch", "step"))
        if step and SYSTEM not in self.flow.steps[step].by and any(one.precedent for one in self.flow.steps.values()):
            message = both(
                f"有先例时系统要走 {step}，但它的 by 里没有 system",
                f"a precedent lets the system take {step}, which its by does not allow",
            )
            self.report(
                "flow.dispatch-step",
                message,
                both("请在 by 里加上 system。", "Add system to its by."),
                ("dispatch", "step"),
            )
