"""Calibration sets from their files; a recipe whose records would not satisfy their ledger is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from huying.declare import recipes
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.kinds import ASSISTING, NEW, SAME, Field, Flow, Ledger, Step
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.recipes import Calibration, Line, Place, Recipe
from huying.declare.sources import Keys

AREA, RECORD = "area", "record"
LINE_KEYS = ("step", "number", "on", "by", "values")


def build(building: Building) -> None:
    """Every set; recipes of packs that the district does not run are left out."""
    for declaration in building.of("calibration"):
        made = []
        for data in declaration.data["records"]:
            ledger, flow = _ledger(building, declaration, data["of"]), None
            if ledger:
                flow = building.flows.get(ledger.name)
            if ledger is None or flow is None:
                continue
            step = data.get("step") or next((one.name for one in flow.open_steps(NEW)), "")
            begin = Line(step, None, data.get("on"), data.get("by", ""), data.get("values", {}))
            then = tuple(Line(**{key: one[key] for key in LINE_KEYS if key in one}) for one in data.get("then", ()))
            made.append(Recipe(ledger.name, data.get("number", 1), data.get("each", {}), begin, then))
        building.calibration[declaration.name] = Calibration(declaration.name, declaration.data["title"], tuple(made))


def check(building: Building) -> list[Problem]:
    """Everything in which a recipe's records would not satisfy their ledger."""
    return [
        problem
        for declaration in building.of("calibration")
        for place, data in enumerate(declaration.data["records"])
        for problem in _recipe(building, declaration, data, ("records", place))
    ]


def _ledger(building: Building, declaration: Declaration, name: str) -> Ledger | None:
    """The ledger of a recipe: of any pack that is there, so that a set does not need all that it fills."""
    found = building.names.get("ledger", name) or building.names.resolve("ledger", name, declaration.pack)
    return building.ledgers.get(found.name) if found else None


def _recipe(building: Building, declaration: Declaration, data: Mapping[str, Any], path: Keys) -> Iterator[Problem]:
    ledger = _ledger(building, declaration, data["of"])
    if ledger is None:
        pack, dot, _ = data["of"].partition(".")
        if building.names.get("ledger", data["of"]):
            return  # it is wrong itself, and says so
        if not dot or pack in {one.pack for one in building.names.found.values()}:
            message, hint = building.names.unknown("ledger", "台账", "ledger", data["of"], declaration.pack)
            yield declaration.problem("name.unknown-ledger", message, hint, (*path, "of"))
        return
    flow = building.flows.get(ledger.name)
    if flow is None:
        return
    yield from _Check(building, declaration, data, path, ledger, flow).run()


class _Check:
    def __init__(
        self,
        building: Building,
        declaration: Declaration,
        data: Mapping[str, Any],
        path: Keys,
        ledger: Ledger,
        flow: Flow,
    ):
        self.building, self.declaration, self.data, self.path = building, declaration, data, path
        self.ledger, self.flow, self.problems = ledger, flow, []

    def report(self, code: str, message: str, hint: str = "", at: Keys = (), key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, (*self.path, *at), key=key))

    def run(self) -> list[Problem]:
        left = self.number()
        if left is None:
            return self.problems
        state = self.step(self.data, (), NEW, left, tuple(self.data.get("each", {})))
        for place, line in enumerate(self.data.get("then", ())):
            wanted = int(line.get("number", left))
            if wanted > left:
                message = both(f"到这一步只剩 {left} 条", f"only {left} records come to this step")
                self.report("calibration.value", message, "", ("then", place, "number"))
            left = min(wanted, left)
            if state is None:
                break
            state = self.step(line, ("then", place), state, left, ())
        return self.problems

    def number(self) -> int | None:
        """How many records there are; what stands under `each` is checked on the way."""
        total = int(self.data.get("number", 1))
        for name, given in self.data.get("each", {}).items():
            try:
                some = recipes.listed(given)
            except (ValueError, TypeError) as error:
                self.report("calibration.value", _said(error), "", ("each", name))
                return None
            total *= len(some)
            self.values(name, some, ("each", name))
        return total

    def step(self, line: Mapping[str, Any], at: Keys, state: str, number: int, given: tuple[str, ...]) -> str | None:
        """One step of the records; the state they are in after it, None where there is no such step."""
        name = line.get("step") or next((one.name for one in self.flow.open_steps(NEW)), "")
        step = self.flow.steps.get(name)
        if step and not set(step.from_) <= {NEW, *self.flow.states}:
            return None  # the flow itself is wrong, and says so
        if step is None or state not in step.from_:
            names = [one.name for one in self.flow.open_steps(state)]
            message = both(f"这时没有步骤 {quoted(name)}", f"there is no step {quoted(name)} then")
            self.report("calibration.step", message, did_you_mean(name, names, "步骤", "Steps"), (*at, "step"))
            return None
        if "by" in line and line["by"] not in step.by:
            message = both(f"{quoted(line['by'])} 不能走这一步", f"{quoted(line['by'])} does not take this step")
            self.report("calibration.step", message, did_you_mean(line["by"], step.by, "可由", "By"), (*at, "by"))
        if not set(step.by) - {ASSISTING}.union(self.ledger.post_fields):
            message = both("这一步不由角色或责任岗位走", "neither a role nor the responsible post takes this step")
            self.report("calibration.step", message, "", (*at, "step"))
        filled = {*given, *line.get("values", {})}
        for field, how in line.get("values", {}).items():
            self.field(step, field, how, number, (*at, "values", field))
        for field in step.asks:
            if field not in step.optional and field not in filled and not self.supplied(field):
                message = both(
                    f"缺少 {quoted(field)}：这一步要填它", f"{quoted(field)} is missing: the step asks for it"
                )
                self.report("calibration.lacks", message, "", (*at, "values"), True)
        for field in filled - set(step.asks):
            if field in self.ledger.fields:
                message = both(f"这一步不填 {quoted(field)}", f"the step does not ask for {quoted(field)}")
                where = (*at, "values", field) if field in line.get("values", {}) else ("each", field)
                self.report(
                    "calibration.value", message, did_you_mean(field, step.asks, "填", "It asks for"), where, True
                )
        return state if step.to == SAME else step.to

    def supplied(self, name: str) -> bool:
        """Whether the set fills the field by itself: an area, or an earlier record, in turn."""
        return self.ledger.fields[name].type in (AREA, RECORD, "office", "post")

    def field(self, step: Step, name: str, how: Any, number: int, at: Keys) -> None:
        try:
            some = recipes.values(how, number)
        except (ValueError, InvalidOperation, TypeError, KeyError, ZeroDivisionError) as error:
            self.report("calibration.value", _said(error), "", at)
            return
        if any(value is None for value in some) and name not in step.optional:
            message = both("每条都要填", "every record needs it")
            self.report("calibration.lacks", message, "", at)
        self.values(name, some, at)

    def values(self, name: str, some: Iterable[Any], at: Keys) -> None:
        field = self.ledger.fields.get(name)
        if field is None:
            message = both(f"台账没有字段 {quoted(name)}", f"the ledger has no field {quoted(name)}")
            self.report(
                "calibration.value", message, did_you_mean(name, self.ledger.fields, "字段", "Fields"), at, True
            )
            return
        for value in dict.fromkeys(value for value in some if value is not None):
            if not _fits(self.building, field, value):
                message = both(f"{name} 不能是 {quoted(value)}", f"{name} cannot be {quoted(value)}")
                choices = field.choices or (
                    self.building.codes[field.codes].entries if field.codes in self.building.codes else {}
                )
                self.report("calibration.value", message, did_you_mean(str(value), choices, "可写", "Values"), at)
                return


def _fits(building: Building, field: Field, value: Any) -> bool:
    """Whether the field may hold the value, as far as that can be told without a district."""
    schema = field.schema
    if isinstance(value, Place):
        return field.type == AREA
    match field.type:
        case "number" | "integer" | "money":
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                return False
            whole = field.type != "integer" or number == number.to_integral_value()
            return (
                whole
                and not isinstance(value, bool)
                and Decimal(str(schema.get("minimum", number))) <= number <= Decimal(str(schema.get("maximum", number)))
            )
        case "boolean":
            return isinstance(value, bool)
        case "date":
            try:
                return isinstance(value, date) or bool(date.fromisoformat(str(value)))
            except ValueError:
                return False
        case "enum":
            return value in field.choices
        case "code":
            return field.codes not in building.codes or str(value) in building.codes[field.codes].entries
        case "text":
            text = str(value)
            return (
                schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 4000)
                and re.search(schema.get("pattern", ""), text) is not None
            )
    return True


def _said(error: Exception) -> str:
    text = str(error)
    return text if " | " in text else both(f"写法不对：{text}", f"it is not well formed: {text}")
