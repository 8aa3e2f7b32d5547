"""Pages and cases: panels that have something to show, cases that name what there is."""

from __future__ import annotations

from typing import Any

from huying.declare import build_subjects, check_derived, check_subjects
from huying.declare.build_flow import ACTORS
from huying.declare.build_rest import LEDGER_PANELS
from huying.declare.building import Building, names_in
from huying.declare.declarations import Declaration
from huying.declare.kinds import NEW, Ledger
from huying.declare.pages import Page, Panel
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.scopes import STANDING
from huying.declare.sources import Keys

GIVEN = {"state", "clock_started", "unit"}  # what a case may be given besides fields
THEN = {"state", "refused"}
TAKEN_BY = {
    "by": ("trend", "table"),
    "over": ("figure", "trend", "bars", "table", "ranking"),
    "top": ("ranking", "bars"),
}
MOST_ON_WALL, MOST_ROWS = 9, 8


def check_pages(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("page"):
        page = building.pages[declaration.name]
        for place, panel in enumerate(page.panels):
            problems += _panel(building, declaration, panel, ("panels", place), page.public)
            problems += _periods(building, declaration, panel, ("panels", place))
        problems += _wall(declaration, page)
    return problems


def _periods(building: Building, declaration: Declaration, panel: Panel, path: Keys) -> list[Problem]:
    """What a panel says of its time and of how many it shows, where it has neither."""
    problems = []
    for key, kinds in TAKEN_BY.items():
        if getattr(panel, key) and panel.kind not in kinds:
            message = both(f"{panel.kind} 板块不用 {key}", f"a {panel.kind} panel takes no {key}")
            hint = both(f"{key} 只用于：{'、'.join(kinds)}。", f"{key} is for: {', '.join(kinds)}.")
            problems.append(declaration.problem("page.panel", message, hint, (*path, key)))
    indicator = building.indicators.get(panel.of)
    if indicator and panel.by and not indicator.period[1] and not indicator.stock and not indicator.figuring:
        message = both(
            f"指标 {indicator.name} 没有日期，不能分期", f"indicator {indicator.name} has no date to part it by"
        )
        hint = both("去掉 by。", "Leave out by.")
        problems.append(declaration.problem("page.period", message, hint, (*path, "by")))
    return problems


def _wall(declaration: Declaration, page: Page) -> list[Problem]:
    """A wall is one screen read from afar: few panels, none that is read line by line."""
    if not page.wall:
        return []
    problems = []
    if len(page.panels) > MOST_ON_WALL:
        message = both(f"大屏一屏最多 {MOST_ON_WALL} 块，这里有 {len(page.panels)} 块",
                       f"a wall holds {MOST_ON_WALL} panels at most, here are {len(page.panels)}")  # fmt: skip
        hint = both("去掉次要的，或另写一页。", "Leave out the lesser ones, or write another page.")
        problems.append(declaration.problem("page.wall", message, hint, ("panels",)))
    for place, panel in enumerate(page.panels):
        if panel.kind == "table" or (panel.kind in ("ranking", "bars") and not 0 < panel.top <= MOST_ROWS):
            message = both(f"{panel.kind} 板块在大屏上放不下", f"a {panel.kind} panel does not fit a wall")
            hint = both(f"用 ranking 或 bars，并写 top（最多 {MOST_ROWS}）。",
                        f"Take ranking or bars and say top, {MOST_ROWS} at most.")  # fmt: skip
            problems.append(declaration.problem("page.wall", message, hint, ("panels", place, "kind")))
    return problems


def _panel(building: Building, declaration: Declaration, panel: Panel, path: Keys, public: bool) -> list[Problem]:
    problems = []

    def report(code: str, message: str, hint: str = "", at: Keys = ()) -> None:
        problems.append(declaration.problem(code, message, hint, (*path, *at)))

    written = declaration.data["panels"][path[-1]]
    if panel.kind == "text" and not panel.text:
        report("page.panel", both("文字板块没有 text", "a text panel has no text"), both("请加上 text。", "Add text."))
    if panel.kind != "text" and "of" not in written:
        want = both("台账", "a ledger") if panel.kind in LEDGER_PANELS else both("指标", "an indicator")
        zh, en = want.split(" | ")
        report("page.panel", both(f"{panel.kind} 板块要写 of（{zh}）", f"a {panel.kind} panel needs of ({en})"))
    ledger, indicator = building.ledgers.get(panel.of), building.indicators.get(panel.of)
    if panel.kind not in LEDGER_PANELS and "where" in written:
        hint = both("条件写在指标的 among 里。", "Conditions stand in the indicator's among.")
        report(
            "page.panel", both(f"{panel.kind} 板块不用 where", f"a {panel.kind} panel takes no where"), hint, ("where",)
        )
    if indicator and panel.split and panel.split not in indicator.split:
        message = both(f"指标不按 {quoted(panel.split)} 拆分", f"the indicator is not split by {quoted(panel.split)}")
        report("page.split", message, did_you_mean(panel.split, indicator.split, "可拆分", "Splits"), ("split",))
    if indicator and panel.kind in ("ranking", "bars") and not panel.split and not indicator.split:
        message = both(
            f"指标 {indicator.name} 不能拆分，排不出名次",
            f"indicator {indicator.name} is not split, so there is none to rank",
        )
        report("page.split", message, both("换一个能拆分的指标。", "Take an indicator that is split."), ("of",))
    if ledger and panel.kind == "map" and not ledger.map:
        report("page.panel", both(f"台账 {ledger.name} 没有地图字段", f"ledger {ledger.name} has no map"), "", ("of",))
    for place, name in enumerate(panel.show if ledger else ()):
        if name not in {*ledger.fields, *STANDING} and not name.endswith("_on"):
            message = both(
                f"台账 {ledger.name} 没有字段 {quoted(name)}", f"ledger {ledger.name} has no field {quoted(name)}"
            )
            report("page.unknown-field", message, did_you_mean(name, ledger.fields, "字段", "Fields"), ("show", place))
        elif name in ledger.fields and name not in ledger.public_fields():
            message = both(f"隐私字段 {name} 不能放在页面上", f"the private field {name} is not for a page")
            report("ledger.private-shown", message, "", ("show", place))
    if public and ((ledger and not ledger.public) or (indicator and not indicator.published)):
        word = "public" if ledger else "published"
        message = both(f"公开页面上的 {panel.of} 没有公开", f"{panel.of} on a public page is not {word}")
        hint = both(
            f"请在它的声明里写 {word}: true，或去掉这个板块。",
            f"Say {word}: true in its declaration, or drop the panel.",
        )
        report("page.not-public", message, hint, ("of",))
    return problems


def check_cases(building: Building) -> list[Problem]:
    problems = []
    sentences: dict[str, str] = {}
    for declaration in building.of("cases"):
        found = building.names.resolve("ledger", declaration.data["of"], declaration.pack)
        derived = building.names.resolve("derived", declaration.data["of"], declaration.pack)
        subject = build_subjects.of_cases(building, declaration)
        for place, case in enumerate(declaration.data["cases"]):
            path: Keys = ("cases", place)
            sentence = case["case"]
            other = sentences.setdefault(sentence, declaration.file)
            if other != declaration.file or any(one["case"] == sentence for one in declaration.data["cases"][:place]):
                message = both("已有同一句话的案例", "there is a case with the same sentence")
                problems.append(declaration.problem("name.twice", message, "", (*path, "case")))
            wanted = "on" if derived else "when"
            if subject:
                problems += check_subjects.check_case(building.subjects[subject.name], declaration, path)
            elif wanted not in case:
                message = both(f"缺少 {quoted(wanted)}", f"{quoted(wanted)} is missing")
                hint = both(
                    "台账的案例写 when（走了哪些环节）；派生台账的案例写 on（问哪一天）。",
                    "A case of a ledger says when: the steps taken; one of a derived ledger says on: the day asked.",
                )
                problems.append(declaration.problem("shape.missing-key", message, hint, path, key=True))
            elif derived:
                problems += check_derived.check_case(building, declaration, path)
            elif found and found.sound and found.name in building.flows and found.name in building.ledgers:
                problems += _Case(building, declaration, building.ledgers[found.name], path).run(case)
    return problems


class _Case:
    def __init__(self, building: Building, declaration: Declaration, ledger: Ledger, path: Keys):
        self.building, self.declaration, self.ledger, self.path = building, declaration, ledger, path
        self.flow = building.flows[ledger.name]
        self.scope = building.scope(ledger.name) or {}
        self.problems: list[Problem] = []

    def known(self, name: str, names: Any, noun: tuple[str, str], path: Keys, key: bool = True) -> None:
        if name not in names:
            message = both(f"没有{noun[0]} {quoted(name)}", f"there is no {noun[1]} {quoted(name)}")
            hint = did_you_mean(name, names, noun[0], noun[1].capitalize() + "s")
            self.problems.append(self.declaration.problem("case.unknown-name", message, hint, path, key=key))

    def run(self, case: dict[str, Any]) -> list[Problem]:
        given = case.get("given", {})
        for name in given:
            self.known(name, {*self.ledger.fields, *GIVEN}, ("字段", "field"), (*self.path, "given", name))
        self.state(given, (*self.path, "given"), NEW)
        several = isinstance(case["when"], list)
        for place, step in enumerate(case["when"] if several else [case["when"]]):
            at = (*self.path, "when", place) if several else (*self.path, "when")
            self.known(step["step"], self.flow.steps, ("环节", "step"), (*at, "step"), key=False)
            for role in names_in(step["by"]):
                self.building.role(self.declaration, role, (*at, "by"), (*ACTORS, *self.ledger.post_fields))
            for name in step.get("answers") or {}:
                self.known(name, self.ledger.fields, ("字段", "field"), (*at, "answers", name))
        indicators = [
            short
            for (kind, _), one in self.building.names.found.items()
            if kind == "indicator"
            for short in (one.short, one.name)
        ]
        for name in case["then"]:
            names = {*self.scope, *THEN, *indicators}
            self.known(name, names, ("字段或指标", "field or indicator"), (*self.path, "then", name))
        self.state(case["then"], (*self.path, "then"), NEW)
        return self.problems

    def state(self, values: dict[str, Any], path: Keys, also: str) -> None:
        if "state" in values:
            self.known(str(values["state"]), {*self.flow.states, also}, ("状态", "state"), (*path, "state"), key=False)
