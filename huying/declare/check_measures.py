"""What a measure needs beside it: keys that fit it, terms and thresholds with days, a stock's two days, statements in one unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huying.declare.build_indicator import day_of, is_figured, measure_of
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.indicators import RECORDED
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.scopes import STANDING
from huying.declare.sources import Keys

RECORDS_ONLY = ("and_like", "stock", "standards")
STATEMENTS_ONLY = ("among", "carried")
AREAS = ("street", "community", "grid")
PUBLISHED_PERIODS = ("all", "day", "month", "quarter", "half", "year")


def check(building: Building, declaration: Declaration) -> list[Problem]:
    """What is wrong with one indicator beside its measure's own expressions."""
    return _Check(building, declaration).run() if measure_of(declaration.data) else []


class _Check:
    def __init__(self, building: Building, declaration: Declaration):
        self.building, self.declaration = building, declaration
        self.data: Mapping[str, Any] = declaration.data
        self.measure = measure_of(self.data)
        self.indicator = building.indicators.get(declaration.name)
        self.problems: list[Problem] = []

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def run(self) -> list[Problem]:
        self.keys()
        self.terms()
        self.standards()
        self.stock()
        self.distinct()
        self.stated()
        self.listed()
        self.published()
        return self.problems

    def keys(self) -> None:
        figured = is_figured(self.data)
        if self.measure == "statement" or figured:
            wrong = [key for key in ("of", *RECORDS_ONLY) if key in self.data]
        else:
            wrong = [key for key in STATEMENTS_ONLY if key in self.data]
            if "of" not in self.data:
                message = both("没有写 of：数的是哪本台账", "of is missing: which ledger is counted")
                self.report(
                    "indicator.of", message, both("请写 of: <台账>。", "Write of: <ledger>."), (self.measure,), True
                )
        if figured:
            wrong += [key for key in STATEMENTS_ONLY if key in self.data]
        for key in wrong:
            message = both(f"{self.measure} 不用 {key}", f"{self.measure} takes no {key}")
            hint = both("请去掉；它数什么由各部分决定。", "Take it out.")
            self.report("indicator.of" if key == "of" else "indicator.key", message, hint, (key,), True)

    def terms(self) -> None:
        days = [day_of(text) for text in self.data.get("terms", ())]
        for place, day in enumerate(days):
            if day is None or (place and days[place - 1] is not None and day <= days[place - 1]):
                message = both(
                    f"{quoted(self.data['terms'][place])} 不是日期，或不在前一个之后",
                    f"{quoted(self.data['terms'][place])} is no date, or does not follow the one before",
                )
                hint = both("各届的第一天，从早到晚：2016-10-01。", "First days of terms, in order: 2016-10-01.")
                self.report("indicator.terms", message, hint, ("terms", place))
        asked = str(self.data.get("period", "")).startswith("term")
        since = isinstance(self.data[self.measure], dict) and self.data[self.measure].get("since") == "term"
        inherited = self.indicator is not None and bool(self.indicator.terms)
        if (asked or since) and not days and not inherited:
            message = both("按届而没有写 terms", "it goes by terms, and terms is missing")
            hint = both(
                "请写各届政府的第一天：terms: [2016-10-01]。", "Write the first day of each: terms: [2016-10-01]."
            )
            self.report("indicator.terms", message, hint, ("period",) if asked else (self.measure, "since"))

    def standards(self) -> None:
        scope = self.building.scope(self.indicator.of) if self.indicator else None
        for name, some in self.data.get("standards", {}).items():
            for text in some:
                if day_of(text) is None:
                    message = both(f"{quoted(text)} 不是日期", f"{quoted(text)} is not a date")
                    hint = both(
                        "从哪天起: 多少，如 2026-03-01: 60。", "From which day: how much, as in 2026-03-01: 60."
                    )
                    self.report("indicator.standards", message, hint, ("standards", name, text), True)
            if name in (scope or {}) or name in STANDING:
                message = both(f"台账已有 {name}", f"the ledger has a {name} already")
                hint = both("请换一个名字。", "Choose another name.")
                self.report("indicator.standards", message, hint, ("standards", name), True)

    def stock(self) -> None:
        held = self.data.get("stock")
        if held is None or not self.indicator or self.measure == "statement":
            return
        hint = both(
            "写 since 和 until 两个日期字段，或 recorded: true。",
            "Write since and until, days of the record; or recorded: true.",
        )
        if set(held) not in ({"since", "until"}, {RECORDED}) or held.get(RECORDED, True) is not True:
            message = both("时点数的起止没有写全", "a stock does not say from when until when")
            self.report("indicator.stock", message, hint, ("stock",), True)
        scope = self.building.scope(self.indicator.of) or {}
        days = [name for name, known in scope.items() if known.type == "date" and name != "today"]
        for key in ("since", "until"):
            if key in held and held[key] not in days:
                message = both(f"{quoted(held[key])} 不是日期字段", f"{quoted(held[key])} is not a date of the ledger")
                self.report("indicator.stock", message, did_you_mean(held[key], days, "日期", "Dates"), ("stock", key))
        if " of " in str(self.data.get("period", "")):
            message = both(
                "时点数按期末算，period 只写期", "a stock is as of the period's end: period names the unit alone"
            )
            self.report("indicator.stock", message, both("如 period: month。", "As in period: month."), ("period",))

    def distinct(self) -> None:
        if self.measure != "distinct" or not self.indicator:
            return
        ledger = self.building.ledgers.get(self.indicator.of)
        name = self.data["distinct"]["of"]
        if ledger and (name not in ledger.fields or ledger.fields[name].type in ("point", "photos")):
            message = both(
                f"台账没有可以区分人或事的字段 {quoted(name)}", f"the ledger has no field {quoted(name)} to tell by"
            )
            hint = did_you_mean(name, ledger.fields, "字段", "Fields")
            self.report("indicator.distinct", message, hint, ("distinct", "of"))

    def stated(self) -> None:
        ledger = self.building.ledgers.get(self.indicator.of) if self.indicator else None
        if self.measure != "statement" or not ledger:
            return
        what, name = ledger.fields["what"], self.data["statement"]
        known = what.choices or (self.building.codes[what.codes].entries if what.codes in self.building.codes else {})
        if known and name not in known:
            message = both(
                f"公布数台账没有事项 {quoted(name)}", f"the ledger of statements has no matter {quoted(name)}"
            )
            self.report("indicator.statements", message, did_you_mean(name, known, "事项", "Matters"), ("statement",))

    def listed(self) -> None:
        if not self.indicator or not self.indicator.listed:
            return
        hint = both(
            "推导台账只能计数（count: true），按期末，按街道社区拆分。",
            "A derived ledger can only be counted (count: true), at a period's end, split by areas.",
        )
        wrong: list[tuple[str, Keys]] = []
        if self.measure != "count" or self.data["count"] is not True:
            wrong.append((self.measure, (self.measure,)))
        wrong += [(key, (key,)) for key in ("stock", "standards", "and_like") if key in self.data]
        wrong += [(name, ("split", at)) for at, name in enumerate(self.indicator.split) if name not in AREAS]
        if " of " in str(self.data.get("period", "")):
            wrong.append(("period", ("period",)))
        for what, path in wrong:
            message = both(f"推导台账不能用 {what}", f"{what} does not go with a derived ledger")
            self.report("indicator.derived", message, hint, path)

    def published(self) -> None:
        if not self.indicator or not self.indicator.published or self.indicator.of not in self.building.ledgers:
            return
        hidden = not self.building.ledgers[self.indicator.of].public
        if hidden and not self.indicator.figuring and not self.indicator.additive:
            message = both(
                "台账不公开，这种数的小数目藏不住",
                "the ledger is not public, and small counts of such a number cannot be hidden",
            )
            hint = both(
                "中位数、去重人数、时点数、推导台账的数，只在台账公开时公开。",
                "Medians, distinct counts, stocks and derived ledgers are published only where the ledger is public.",
            )
            self.report("indicator.published", message, hint, ("published",))
        if hidden and self.indicator.period[0] not in PUBLISHED_PERIODS:
            message = both(
                f"公开的数按 {self.indicator.period[0]} 分期，藏不住小数目",
                f"small counts cannot be hidden in published figures by {self.indicator.period[0]}",
            )
            hint = both("公开的数用日、月、季、半年、年或 all。", "Use day, month, quarter, half, year or all.")
            self.report("indicator.published", message, hint, ("period",))
