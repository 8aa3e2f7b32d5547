"""Numbers figured from others: units like types, weights that are one, splits and periods that the parts have too."""

from __future__ import annotations

from decimal import Decimal

from huying.declare import units
from huying.declare.build_indicator import references
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.indicators import Figuring, Indicator
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.sources import Keys

ONE_UNIT = ("total", "cumulative", "rolling", "remaining")
ADDS_UP = ("day", "month", "quarter", "half", "year", "all")  # periods that lie in one of what is added up


def check(building: Building, declaration: Declaration, indicator: Indicator) -> list[Problem]:
    """What is wrong with one indicator that is figured from others."""
    assert indicator.figuring is not None
    return _Check(building, declaration, indicator, indicator.figuring).run()


class _Check:
    def __init__(self, building: Building, declaration: Declaration, indicator: Indicator, figuring: Figuring):
        self.declaration, self.indicator, self.figuring = declaration, indicator, figuring
        self.parts = [(building.indicators[part.of], part) for part in figuring.parts]
        self.places = [path for _, path in references(declaration.data)]
        self.problems: list[Problem] = []

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def run(self) -> list[Problem]:
        self.units()
        self.weights()
        self.splits()
        self.periods()
        self.additive()
        self.bound()
        self.limits()
        self.published()
        return self.problems

    def units(self) -> None:
        kind, unit = self.figuring.kind, self.indicator.unit
        if kind in ONE_UNIT:
            for (of, _), path in zip(self.parts, self.places, strict=True):
                if not units.fits(of.unit, unit):
                    self.misfit(of, unit, path)
        if kind in ("rate", "ratio") and unit in (units.PERCENT, "%"):
            (above, _), (below, _) = self.parts
            if not units.fits(above.unit, below.unit):
                self.misfit(below, above.unit, self.places[1])
        if kind == "rate" and "unit" not in self.declaration.data:
            message = both("没有写单位：每多少的多少", "the unit is missing: so many of what per what")
            self.report("indicator.units", message, both("如 unit: 件/万人。", "As in unit: 件/万人."), ("rate",), True)
        if self.figuring.points and self.parts[0][0].unit not in (units.PERCENT, "%"):
            message = both(
                f"百分点只用于百分数，{self.parts[0][0].name} 的单位是 {quoted(self.parts[0][0].unit)}",
                f"points are for percentages; {self.parts[0][0].name} is in {quoted(self.parts[0][0].unit)}",
            )
            self.report("indicator.units", message, both("请写 in: percent。", "Write in: percent."), ("growth", "in"))

    def misfit(self, of: Indicator, unit: str, path: Keys) -> None:
        message = both(
            f"{of.name} 的单位是 {quoted(of.unit)}，与 {quoted(unit)} 量的不是一种东西",
            f"{of.name} is in {quoted(of.unit)}, which does not measure the same thing as {quoted(unit)}",
        )
        hint = both(
            "同一类单位才能相加相比（公顷与平方米、元与亿元）。",
            "Only units of one kind go together: 公顷 and 平方米, 元 and 亿元.",
        )
        self.report("indicator.units", message, hint, path)

    def weights(self) -> None:
        if self.figuring.kind != "composite":
            return
        total = sum((part.weight for _, part in self.parts), Decimal(0))
        if total != 1:
            message = both(f"权重加起来是 {total}，不是 1", f"the weights add up to {total}, not to 1")
            hint = both("请改权重，使它们正好是 1。", "Change the weights so that they are exactly 1.")
            self.report("indicator.weights", message, hint, ("composite", "parts"), True)
        for place, (of, part) in enumerate(self.parts):
            if part.worst is None or part.best is None or part.worst == part.best:
                message = both(
                    f"{of.name} 没有写多少得 0 分、多少得 100 分",
                    f"{of.name} does not say which value scores 0, and which 100",
                )
                hint = both("请写 worst 和 best，两者不同。", "Write worst and best, and not the same.")
                self.report("indicator.scale", message, hint, ("composite", "parts", place, "of"))

    def splits(self) -> None:
        if self.figuring.kind == "rank":
            of = self.parts[0][0]
            if self.figuring.by not in of.split:
                message = both(
                    f"{of.name} 不按 {quoted(self.figuring.by)} 分",
                    f"{of.name} is not split by {quoted(self.figuring.by)}",
                )
                hint = did_you_mean(self.figuring.by, of.split, "可以按", "It is split by")
                self.report("indicator.part-split", message, hint, ("rank", "by"))
            return
        for place, name in enumerate(self.declaration.data.get("split", ())):
            lacking = [of.name for of, _ in self.parts if name not in of.split]
            if lacking or self.figuring.kind == "remaining":
                which = lacking[0] if lacking else self.parts[0][0].name
                message = both(f"{which} 不能按 {quoted(name)} 拆分", f"{which} is not split by {quoted(name)} here")
                hint = both(
                    "各部分都有的才能拆分；目标是全部的，不拆分。",
                    "A split must be one of every part; what remains to a target has none.",
                )
                self.report("indicator.part-split", message, hint, ("split", place))

    def periods(self) -> None:
        if self.indicator.period[0] == "all":
            return
        for (of, _), path in zip(self.parts, self.places, strict=True):
            if not of.period[1]:
                message = both(f"{of.name} 没有日期，不能分期", f"{of.name} has no date to part it by")
                hint = both("请写 period: all，或给它一个日期。", "Write period: all, or give it a date.")
                self.report("indicator.part-period", message, hint, path)

    def limits(self) -> None:
        for place, (of, part) in enumerate(self.parts if self.figuring.kind == "grade" else ()):
            if list(part.limits) != sorted(set(part.limits)):
                message = both(
                    f"{of.name} 的各级限值没有逐级升高", f"the limits of {of.name} do not rise from grade to grade"
                )
                hint = both(
                    "从一级写起，一级比一级宽。", "Begin with the first grade; each allows more than the one before."
                )
                self.report("indicator.limits", message, hint, ("grade", "parts", place, "limits"))

    def bound(self) -> None:
        given = self.declaration.data.get("in_a_row", {})
        if self.figuring.kind == "in_a_row" and len(given.keys() & {"at_least", "at_most"}) != 1:
            message = both(
                "at_least 和 at_most 要写一个，只写一个", "one of at_least and at_most is needed, and only one"
            )
            self.report("indicator.bound", message, "", ("in_a_row",), True)

    def additive(self) -> None:
        if self.figuring.kind not in ("cumulative", "rolling"):
            return
        of = self.parts[0][0]
        if not of.additive:
            message = both(f"{of.name} 不能逐期相加", f"{of.name} does not add up over periods")
            hint = both(
                "中位数、去重人数、时点数和公布数不能累计；请用计数、总和、平均、占比、比值。",
                "Medians, distinct counts, stocks and statements do not; take a count, sum, average, share or ratio.",
            )
            self.report("indicator.additive", message, hint, self.places[0])
        if self.figuring.kind == "cumulative" and self.indicator.period[0] not in ADDS_UP:
            message = both(
                f"{self.indicator.period[0]} 跨年，不能从头累计",
                f"a {self.indicator.period[0]} does not lie in one of what it adds up since",
            )
            hint = both("请用日、月、季、半年或年。", "Use day, month, quarter, half or year.")
            self.report("indicator.part-period", message, hint, ("period",))

    def published(self) -> None:
        if not self.indicator.published:
            return
        for (of, _), path in zip(self.parts, self.places, strict=True):
            if not of.published or of.period[0] != self.indicator.period[0]:
                message = both(
                    f"它公开，而 {of.name} 不公开或不按同一种期",
                    f"it is published, and {of.name} is not, or not by the same period",
                )
                hint = both(
                    "由它可以倒推；请一并公开，或都不公开。", "One gives the other away: publish both, or neither."
                )
                self.report("indicator.published", message, hint, path)
