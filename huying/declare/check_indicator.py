"""Indicators of records: one measure, a date to place them by, no split by a person. What others are figured from: check_figures."""

from __future__ import annotations

from huying.declare import check_figures, check_measures
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.indicators import MEASURES
from huying.declare.kinds import Indicator, Ledger
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.scopes import STANDING
from huying.declare.sources import Keys

LEVELS = ("street", "community")
SPLITS = ("code", "enum", "boolean", "area", "office", "record")
PERSONAL = ("post", "person", "handler", "actor", "by")
PERCENT = "percent"


def check_indicators(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("indicator"):
        problems += _measure(declaration)
        problems += check_measures.check(building, declaration)
        indicator = building.indicators.get(declaration.name)
        if indicator and indicator.figuring:
            problems += check_figures.check(building, declaration, indicator)
        elif indicator and indicator.of in building.ledgers:
            problems += _Check(building, declaration, indicator).run()
    return problems


def _measure(declaration: Declaration) -> list[Problem]:
    found = [name for name in MEASURES if name in declaration.data]
    problems = []
    if len(found) != 1:
        message = both(
            f"要写 {', '.join(MEASURES)} 之一，现有 {len(found)} 个",
            f"one of {', '.join(MEASURES)} is needed; there are {len(found)}",
        )
        hint = both("一个指标只算一种数。", "An indicator is one number.")
        path = (found[1],) if found else ("indicator",)
        problems.append(declaration.problem("indicator.measure", message, hint, path, key=True))
    if "share" in declaration.data and "unknown" not in declaration.data["share"]:
        message = both("没有写 unknown", "unknown is missing")
        hint = both(
            "条件未知的记录（如还没办结的）怎么算：no 不算达到，left out 不计入分母。",
            "Say what a record counts as while the condition is unknown: no, or left out.",
        )
        problems.append(declaration.problem("indicator.share-unknown", message, hint, ("share",), key=True))
    if "share" in declaration.data and declaration.data.get("published") and "among" not in declaration.data["share"]:
        message = both("公开的占比没有写 among", "a published share does not say among what")
        hint = both("分母是谁，要写明：among: true 是全部。", "Say what the whole is; among: true is all of them.")
        problems.append(declaration.problem("indicator.share-among", message, hint, ("share",), key=True))
    if "share" in declaration.data and declaration.data.get("unit", PERCENT) != PERCENT:
        message = both("占比的单位只能是 percent", "the unit of a share is percent")
        problems.append(declaration.problem("indicator.share-unit", message, "", ("unit",)))
    return problems


class _Check:
    def __init__(self, building: Building, declaration: Declaration, indicator: Indicator):
        self.building, self.declaration, self.indicator = building, declaration, indicator
        self.problems: list[Problem] = []
        names = [indicator.of]
        if indicator.and_like:
            names += [one.name for one in building.ledgers.values() if one.like == indicator.of]
        self.ledgers = [building.ledgers[name] for name in names]

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def run(self) -> list[Problem]:
        self.period()
        for place, name in enumerate(self.indicator.split):
            for ledger in self.ledgers:
                self.split(ledger, name, ("split", place))
        self.alike()
        return self.problems

    def period(self) -> None:
        unit, field = self.indicator.period
        if unit == "all":
            return
        scope = self.building.scope(self.indicator.of) or {}
        days = [name for name, known in scope.items() if known.type == "date" and name != "today"]
        if field not in days:
            message = both(f"{quoted(field)} 不是日期字段", f"{quoted(field)} is not a date of the ledger")
            hint = did_you_mean(field, days, "日期", "Dates")
            self.report(
                "indicator.period", message, hint, ("period",) if "period" in self.declaration.data else ("of",)
            )

    def split(self, ledger: Ledger, name: str, path: Keys) -> None:
        field = ledger.fields.get(name)
        if name in PERSONAL or (field and field.type == "post"):
            message = both(f"不能按个人（{name}）拆分", f"no indicator is split by a person ({name})")
            hint = both(
                "街道以下不排名到人：请按街道、社区或类别拆分。",
                "Below a street nobody is ranked: split by street, community or category.",
            )
            self.report("indicator.person-split", message, hint, path)
        elif name in LEVELS:
            if "unit" not in ledger.fields:
                message = both(
                    f"台账 {ledger.name} 没有 unit，不能按 {name} 拆分",
                    f"ledger {ledger.name} has no unit to split by {name}",
                )
                hint = both('请加字段 unit: {$ref: "huying:area"}。', 'Add a field unit: {$ref: "huying:area"}.')
                self.report("indicator.split", message, hint, path)
        elif field is None and name not in STANDING:
            message = both(
                f"台账 {ledger.name} 没有字段 {quoted(name)}", f"ledger {ledger.name} has no field {quoted(name)}"
            )
            hint = did_you_mean(name, [*LEVELS, *ledger.fields], "可拆分", "Splits")
            self.report("indicator.unknown-field", message, hint, path)
        elif field and (name in ledger.private or name in ledger.secret or name in ledger.shown_to):
            message = both(f"不能按隐私字段 {name} 拆分", f"no indicator is split by the private field {name}")
            self.report("indicator.private-split", message, both("请换一个字段。", "Choose another field."), path)
        elif (field and field.type not in SPLITS) or (field is None and name not in ("state", "office", "unit")):
            message = both(f"{name} 的值太多，不能拆分", f"{name} has too many values to split by")
            hint = both(
                "请按代码、选项、是非、街道或单位拆分。", "Split by a code, an enum, a boolean, a street or an office."
            )
            self.report("indicator.split", message, hint, path)

    def alike(self) -> None:
        """What the expressions read is there in every ledger that is counted."""
        used: dict[str, Keys] = {}
        measure = self.indicator.measure
        parts = [("of", self.indicator.value), ("among", self.indicator.among), ("over", self.indicator.over)]
        for key, expression in parts:
            for name in expression.names if expression else ():
                used.setdefault(name, ("count",) if measure == "count" else (measure, key))
        for ledger in self.ledgers[1:]:
            scope = {**(self.building.scope(ledger.name) or {}), **self.indicator.standards}
            for name, path in used.items():
                if name not in scope:
                    message = both(f"台账 {ledger.name} 没有字段 {name}", f"ledger {ledger.name} has no field {name}")
                    hint = both(
                        "它由 and_like 一同计入：请去掉 and_like，或补上字段。",
                        "and_like counts it too: drop and_like, or add the field.",
                    )
                    self.report("indicator.unknown-field", message, hint, path)
