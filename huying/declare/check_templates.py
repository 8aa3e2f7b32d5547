"""Templates: what answers a title fits the form's rows and is there in the ledger; what a ledger feeds is answered by it."""

from __future__ import annotations

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.kinds import Ledger
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.sources import Keys
from huying.declare.templates import CONDITIONS, LISTED, MEASURES, QUIET, RECORDS, Template

STANDING = ("code", "state", "opened_at", "closed_at", "due_at")
NUMBERS = ("integer", "number", "money")


def check_templates(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("template"):
        template = building.templates[declaration.name]
        if template.of in building.ledgers:
            problems += _Check(building, declaration, template, building.ledgers[template.of]).run()
    for declaration in building.of("ledger"):
        problems += _feeds(building, declaration, building.ledgers[declaration.name])
    return problems


class _Check:
    def __init__(self, building: Building, declaration: Declaration, template: Template, ledger: Ledger):
        self.building, self.declaration, self.template, self.ledger = building, declaration, template, ledger
        self.problems: list[Problem] = []

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def run(self) -> list[Problem]:
        data = self.declaration.data
        self.period()
        for title, written in data["columns"].items():
            self.parts(written, ("columns", title), self.template.rows == RECORDS)
        for label, written in data.get("labels", {}).items():
            self.parts(written, ("labels", label), False)
        if self.template.rows == RECORDS and "labels" in data:
            message = both("每行一条记录的表没有行标题", "a form with a row for each record has no labels")
            self.report("template.part", message, both("请去掉 labels。", "Drop labels."), ("labels",), True)
        return self.problems

    def period(self) -> None:
        unit, day = self.template.period
        scope = self.building.scope(self.ledger.name) or {}
        days = [name for name, known in scope.items() if known.type == "date" and name != "today"]
        if unit and day not in days:
            message = both(f"{quoted(day)} 不是日期字段", f"{quoted(day)} is not a date of the ledger")
            self.report("template.unknown-field", message, did_you_mean(day, days, "日期", "Dates"), ("period",))

    def parts(self, written: dict, path: Keys, record: bool) -> None:
        fitting = {*LISTED, "skip", "leave"} if record else {*LISTED, *MEASURES, *CONDITIONS, *QUIET}
        for kind in written:
            if kind not in fitting:
                message = both(f"每行一条记录的表，栏里不能写 {kind}", f"a column of records takes no {kind}")
                hint = both(f"可写：{'、'.join(sorted(fitting))}。", f"There are: {', '.join(sorted(fitting))}.")
                self.report("template.part", message, hint, (*path, kind), True)
        measures = [kind for kind in written if kind in MEASURES]
        alone = [kind for kind in written if kind in (*LISTED, *QUIET)]
        if len(measures) > 1 or (alone and len(written) > 1):
            message = both("一格只答一样东西", "a cell answers one thing")
            hint = both("条件写在 where、area 里。", "Conditions stand in where and area.")
            self.report("template.part", message, hint, path, True)
        self.fields(written, path)

    def fields(self, written: dict, path: Keys) -> None:
        fields = self.ledger.fields
        if "field" in written and written["field"] not in {*fields, *STANDING}:
            self.unknown(written["field"], (*path, "field"), [*fields, *STANDING])
        numbers = [name for name, one in fields.items() if one.type in NUMBERS]
        if "sum" in written and written["sum"] not in numbers:
            self.unknown(written["sum"], (*path, "sum"), numbers)
        elif "sum" in written and written["sum"] in self.ledger.masked:
            message = both(f"隐私字段 {written['sum']} 不能相加", f"the private field {written['sum']} is not added up")
            self.report("template.part", message, "", (*path, "sum"))
        found = self.building.names.resolve("indicator", written.get("indicator", ""), self.declaration.pack)
        indicator = self.building.indicators.get(found.name) if found else None
        if indicator and indicator.of != self.ledger.name:
            message = both(
                f"指标 {indicator.name} 数的是 {indicator.of}", f"indicator {indicator.name} counts {indicator.of}"
            )
            hint = both(f"请换一个数 {self.ledger.name} 的。", f"Choose one that counts {self.ledger.name}.")
            self.report("template.part", message, hint, (*path, "indicator"))

    def unknown(self, name: str, path: Keys, names: list[str]) -> None:
        message = both(
            f"台账 {self.ledger.name} 没有字段 {quoted(name)}", f"ledger {self.ledger.name} has no field {quoted(name)}"
        )
        self.report("template.unknown-field", message, did_you_mean(name, names, "字段", "Fields"), path)


def _feeds(building: Building, declaration: Declaration, ledger: Ledger) -> list[Problem]:
    problems = []
    for place, feed in enumerate(ledger.feeds):
        of = building.templates[feed.template].of if feed.template in building.templates else ""
        if of and of not in (ledger.name, ledger.like):
            message = both(f"表样 {feed.template} 是从 {of} 填的", f"template {feed.template} is filled from {of}")
            hint = both("请换一个从本台账填的表样。", "Choose a template that this ledger answers.")
            problems.append(declaration.problem("template.ledger", message, hint, ("feeds", place, "template")))
    return problems
