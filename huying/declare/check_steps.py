"""Steps: what they ask, count, stamp, set, and do to other records."""

from __future__ import annotations

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.expressions import Expression
from huying.declare.kinds import NEW, RESPONSIBLE, SYSTEM, Flow, Ledger, Step
from huying.declare.limit_words import HINT, is_limit
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.scopes import TYPES
from huying.declare.sources import Keys


def check_steps(building: Building, declaration: Declaration, flow: Flow, ledger: Ledger) -> list[Problem]:
    check = _Check(building, declaration, flow, ledger)
    for step in flow.steps.values():
        check.fields(step)
        check.form(step)
        check.clock(step)
        check.others(step)
        for place, _ in enumerate(step.also):
            check.also(step, place)
    check.assigned()
    return check.problems


class _Check:
    def __init__(self, building: Building, declaration: Declaration, flow: Flow, ledger: Ledger):
        self.building, self.declaration, self.flow, self.ledger = building, declaration, flow, ledger
        ledger_data = building.names.found[("ledger", ledger.name)].data
        self.known = set(ledger_data["schema"]["properties"])
        self.problems: list[Problem] = []

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def field(self, name: str, path: Keys, types: tuple[str, ...] = (), code: str = "", key: bool = False) -> None:
        """The ledger has the field, and it has one of the types."""
        if name not in self.known:
            message = both(
                f"台账 {self.ledger.name} 没有字段 {quoted(name)}",
                f"ledger {self.ledger.name} has no field {quoted(name)}",
            )
            self.report("flow.unknown-field", message, did_you_mean(name, self.known, "字段", "Fields"), path, key)
        elif types and name in self.ledger.fields and self.ledger.fields[name].type not in types:
            have = self.ledger.fields[name].type
            message = both(f"{name} 要是 {types[0]}，不是 {have}", f"{name} must be {types[0]}, not {have}")
            self.report(code, message, "", path)

    def fields(self, step: Step) -> None:
        path = ("steps", step.name)
        written = self.declaration.data["steps"][step.name].get("asks", ())
        for place, name in enumerate(step.asks):
            self.field(name, (*path, "asks", place))
            if name in step.asks[:place]:
                message = both(f"{name} 问了两次", f"{name} is asked twice")
                self.report("flow.asked-twice", message, both("请只留一个。", "Keep one."), (*path, "asks", place))
            if name in self.ledger.derive:
                source = self.ledger.derive[name][1]
                message = both(f"{name} 由 {source} 得出，不用问", f"{name} is made from {source} and is not asked")
                self.report(
                    "flow.derived", message, both("请从 asks 去掉。", "Take it out of asks."), (*path, "asks", place)
                )
        if step.counts:
            self.field(step.counts, (*path, "counts"), ("integer",), "flow.counts")
        if step.stamps:
            self.field(step.stamps, (*path, "stamps"), ("time",), "flow.stamps")
        for what, name in step.compares.items():
            self.field(name, (*path, "compares", what), ("integer",), "flow.compares")
        for name, value in step.sets.items():
            self.field(name, (*path, "sets", name), key=True)
            self.fits(name, self.ledger, value, (*path, "sets", name))
        if NEW in step.from_:
            given = {name for name in step.asks if name not in step.optional} | set(step.sets)
            given |= {step.counts, step.stamps, *step.compares.values()}
            lacking = [
                field.name for field in self.ledger.fields.values() if field.required and field.name not in given
            ]
            if lacking:
                message = both(
                    f"必填字段没有问：{', '.join(lacking)}", f"required fields are not asked: {', '.join(lacking)}"
                )
                hint = both("请写进 asks（不加 ?）。", "Write them in asks, without ?.")
                self.report("flow.required-not-asked", message, hint, (*path, "asks") if written else path, True)

    def fits(self, name: str, ledger: Ledger, value: Expression, path: Keys) -> None:
        field = ledger.fields.get(name)
        if name in ledger.secret:
            message = both(f"{name} 是加密字段，只能由人填", f"{name} is secret: only a person fills it in")
            hint = both(
                "写在这里的值谁都读得到；请写进 asks。", "What is written here everyone can read; put it in asks."
            )
            self.report("flow.secret-set", message, hint, path, True)
        elif field and TYPES[field.type] != value.type:
            message = both(
                f"{name} 是 {TYPES[field.type]}，给的是 {value.type}",
                f"{name} is {TYPES[field.type]}, but {value.type} is given",
            )
            self.report("flow.value-type", message, "", path)

    def form(self, step: Step) -> None:
        path = ("steps", step.name)
        if step.at_most and not step.counts:
            message = both("at_most 要有 counts 来数", "at_most needs counts to count by")
            hint = both("请加上 counts: <整数字段>。", "Add counts: <an integer field>.")
            self.report("flow.at-most", message, hint, (*path, "at_most"))
        if step.assigns not in ("", "dispatch"):
            self.field(step.assigns, (*path, "assigns"), ("post", "record"), "flow.assigns")
        if step.to_others and not step.assigns:
            message = both("to_others 要与 assigns 一起写", "to_others goes with assigns")
            self.report("flow.to-others", message, "", (*path, "to_others"), True)
        if step.precedent and step.assigns != "dispatch":
            message = both("precedent 要与 assigns: dispatch 一起写", "precedent goes with assigns: dispatch")
            self.report("flow.precedent", message, "", (*path, "precedent"))
        elif step.precedent and not self.flow.dispatch_by:
            message = both(
                "流程没有 dispatch，先例无从沿用", "the flow has no dispatch, so that no precedent can be used"
            )
            self.report("flow.precedent", message, both("请加上 dispatch。", "Add dispatch."), (*path, "precedent"))
        if step.needs_text and step.needs is None and "needs" not in self.declaration.data["steps"][step.name]:
            message = both("有 needs_text 而没有 needs", "there is needs_text but no needs")
            self.report("flow.needs-text", message, "", (*path, "needs_text"), True)

    def clock(self, step: Step) -> None:
        path = ("steps", step.name)
        if step.extends and not is_limit(step.extends):
            message = both(f"{quoted(step.extends)} 不是时限", f"{quoted(step.extends)} is not a limit")
            self.report("flow.limit", message, HINT, (*path, "extends"))
        for key in ("pauses", "resumes", "extends", "restarts"):
            if getattr(step, key) and not self.flow.clock:
                message = both(f"流程没有 clock，{key} 无从谈起", f"the flow has no clock, so that {key} means nothing")
                self.report("flow.no-clock", message, both("请加上 clock。", "Add a clock."), (*path, key), True)
        if step.pauses and not any(one.resumes and step.to in one.from_ for one in self.flow.steps.values()):
            message = both(
                f"{step.name} 暂停计时，却没有环节恢复", f"{step.name} stops the clock and no step lets it go on"
            )
            hint = both(
                f"请写一个 from: {step.to}、resumes: true 的环节。",
                f"Write a step with from: {step.to} and resumes: true.",
            )
            self.report("flow.pause-without-resume", message, hint, (*path, "pauses"), True)

    def others(self, step: Step) -> None:
        if step.other_than and step.other_than not in self.flow.steps:
            message = both(f"没有环节 {quoted(step.other_than)}", f"there is no step {quoted(step.other_than)}")
            hint = did_you_mean(step.other_than, self.flow.steps, "环节", "Steps")
            self.report("flow.unknown-step", message, hint, ("steps", step.name, "other_than"))
        elif step.other_than == step.name:
            message = both("不能与自己相比", "a step cannot be other than itself")
            self.report("flow.other-than", message, "", ("steps", step.name, "other_than"))

    def assigned(self) -> None:
        """Where `responsible` is written, some step makes a post responsible."""
        if any(step.assigns for step in self.flow.steps.values()):
            return
        uses: list[Keys] = [
            ("states", state.name, "holder") for state in self.flow.states.values() if state.holder == RESPONSIBLE
        ]
        uses += [("steps", step.name, "by") for step in self.flow.steps.values() if RESPONSIBLE in step.by]
        if uses:
            message = both("没有环节确定责任单位", "no step makes anyone responsible")
            hint = both(
                "请在派遣的环节写 assigns: dispatch，或改写角色。",
                "Say assigns: dispatch at the step that sends it, or name a role.",
            )
            self.report("flow.never-assigned", message, hint, uses[0])

    def also(self, step: Step, place: int) -> None:
        also = step.also[place]
        path: Keys = ("steps", step.name, "also", place)
        field = self.ledger.fields.get(also.record)
        self.field(also.record, (*path, "record"), ("record",), "flow.also-record")
        other = self.building.ledgers.get(field.ledger) if field and field.type == "record" else None
        flow = self.building.flows.get(other.name) if other else None
        if not other or not flow:
            return
        target = flow.steps.get(also.step)
        if target is None:
            message = both(
                f"台账 {other.name} 没有环节 {quoted(also.step)}",
                f"ledger {other.name} has no step {quoted(also.step)}",
            )
            hint = did_you_mean(also.step, flow.steps, "环节", "Steps")
            self.report("flow.unknown-step", message, hint, (*path, "step"))
            return
        for name, value in also.give.items():
            at = (*path, "give", name)
            if name not in other.fields:
                message = both(
                    f"台账 {other.name} 没有字段 {quoted(name)}", f"ledger {other.name} has no field {quoted(name)}"
                )
                self.report("flow.unknown-field", message, did_you_mean(name, other.fields, "字段", "Fields"), at, True)
            elif name not in target.asks:
                message = both(f"环节 {also.step} 不问 {name}", f"the step {also.step} does not ask {name}")
                self.report("flow.also-asks", message, did_you_mean(name, target.asks, "所问", "It asks"), at, True)
            else:
                self.fits(name, other, value, at)
        written = self.declaration.data["steps"][step.name]["also"][place].get("give", {})
        lacking = [name for name in target.asks if name not in target.optional and name not in written]
        if lacking:
            message = both(
                f"环节 {also.step} 还要 {', '.join(lacking)}", f"the step {also.step} also asks {', '.join(lacking)}"
            )
            self.report("flow.also-asks", message, both("请写进 give。", "Write them in give."), (*path, "step"))
        if SYSTEM not in target.by:
            message = both(f"环节 {also.step} 的 by 里没有 system", f"the step {also.step} is not open to the system")
            hint = both(
                "随同的环节由系统走：请在它的 by 里加上 system。",
                "A step taken along is taken by the system: add system to its by.",
            )
            self.report("flow.also-by", message, hint, (*path, "step"))
