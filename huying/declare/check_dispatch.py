"""Dispatch tables: every category has an owner, no row is idle, nothing withdrawn goes to a street."""

from __future__ import annotations

import re

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.tables import Row

SELECTOR = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*):([a-z][a-z0-9_]*)")
ANY = "*"
STREET = "area"


def codes_of(building: Building, ledger: str, field: str) -> dict[str, list[str]] | None:
    """The values a field can have, each with those that contain it, nearest first; None: not a coded field."""
    found = building.ledgers[ledger].fields.get(field) if ledger in building.ledgers else None
    if found and found.type == "code" and found.codes in building.codes:
        list_ = building.codes[found.codes]
        return {code: list_.within(code) for code in list_.entries}
    if found and found.type == "enum":
        return {value: [value] for value in found.choices}
    return None


def wider(first: str, second: str, codes: dict[str, list[str]]) -> bool:
    """Whether `first` holds for everything that `second` holds for."""
    return first in (ANY, second) or first in codes.get(second, ())


def check_dispatch(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("flow"):
        flow = building.flows[declaration.name]
        if flow.dispatch_by and building.names.get("dispatch", flow.name) is None:
            short = declaration.short
            message = both(f"没有派遣表 dispatch/{short}.csv", f"there is no dispatch table dispatch/{short}.csv")
            hint = both(
                "每本台账有自己的派遣表：请写一份。", "Every ledger has a dispatch table of its own: write one."
            )
            key = ("flow",) if declaration.made else ("dispatch",)
            problems.append(declaration.problem("dispatch.missing", message, hint, key, key=True))
    for declaration in building.of("dispatch"):
        flow = building.flows.get(declaration.name)
        if flow and not flow.dispatch_by:
            message = both(
                "流程里没有 dispatch，这张表用不上", "the flow says nothing of dispatch, so that this table is idle"
            )
            hint = both(
                "请在流程里写 dispatch: {by, step}，或删去这张表。",
                "Write dispatch: {by, step} in the flow, or delete the table.",
            )
            problems.append(declaration.problem("dispatch.idle", message, hint))
        elif flow:
            problems += _table(building, declaration, flow.dispatch_by)
    return problems


def _table(building: Building, declaration: Declaration, field: str) -> list[Problem]:
    codes = codes_of(building, declaration.name, field)
    if codes is None:
        return []
    problems = []
    for place, row in enumerate(declaration.rows):
        problems += _row(building, declaration, row, codes)
        for earlier in declaration.rows[:place]:
            same_when = not earlier["when"] or earlier["when"] == row["when"]
            same_area = (earlier["area"] or ANY) in (ANY, row["area"] or ANY)
            if same_when and same_area and wider(earlier["category"], row["category"], codes):
                message = both(
                    f"这一行永远用不到：第 {earlier.line} 行已包括它",
                    f"this row is never used: line {earlier.line} holds for it",
                )
                hint = both(
                    "窄的写在前，宽的写在后；重复的删去。",
                    "Write the narrow row first and the wide one after; delete what is double.",
                )
                problems.append(declaration.row_problem("dispatch.overlap", message, hint, row, "category"))
                break
    always = [row["category"] for row in declaration.rows if not row["when"] and (row["area"] or ANY) == ANY]
    lacking = [code for code in codes if not any(wider(one, code, codes) for one in always)]
    if lacking:
        problems.append(_gap(declaration, lacking))
    elif ANY not in always and not building.ledgers[declaration.name].fields[field].required:
        message = both(f"{field} 可以不填，没填时没有单位负责", f"{field} may be empty, and then nobody is responsible")
        hint = both("请在最后加一行 *。", "Add a last row for *.")
        problems.append(declaration.problem("dispatch.gap", message, hint))
    return problems


def _gap(declaration: Declaration, lacking: list[str]) -> Problem:
    some = ", ".join(lacking[:8]) + (", …" if len(lacking) > 8 else "")
    message = both(f"这些类别没有单位负责：{some}", f"nobody is responsible for: {some}")
    hint = both(
        "请给每类加一行不带条件、area 为 * 的，或在最后加一行 *。",
        "Give each a row without a condition and with area *, or add a last row for *.",
    )
    return declaration.problem("dispatch.gap", message, hint)


def _row(building: Building, declaration: Declaration, row: Row, codes: dict[str, list[str]]) -> list[Problem]:
    problems = []
    if row["category"] != ANY and row["category"] not in codes:
        message = both(f"没有类别 {quoted(row['category'])}", f"there is no category {quoted(row['category'])}")
        hint = did_you_mean(row["category"], [*codes, ANY], "类别", "Categories")
        problems.append(declaration.row_problem("dispatch.unknown-category", message, hint, row, "category"))
    selectors = [("lead", row["lead"]), *(("assist", one) for one in row["assist"].split())]
    for column, selector in selectors:
        found = SELECTOR.fullmatch(selector)
        if not found:
            message = both(f"{quoted(selector)} 不是岗位", f"{quoted(selector)} names no post")
            hint = both(
                "写作 单位代码:角色，如 area:street_clerk。", "Write <office code>:<role>, such as area:street_clerk."
            )
            problems.append(declaration.row_problem("dispatch.selector", message, hint, row, column))
        elif not building.names.role_known(found[2], declaration.pack):
            message, hint = building.names.unknown_role(found[2], declaration.pack)
            problems.append(declaration.row_problem("name.unknown-role", message, hint, row, column, found.start(2)))
    if row["kind"] not in ("", "basic", "assist", "withdrawn"):
        message = both(f"没有类型 {quoted(row['kind'])}", f"there is no kind {quoted(row['kind'])}")
        hint = did_you_mean(row["kind"], ("basic", "assist", "withdrawn"), "类型", "Kinds")
        problems.append(declaration.row_problem("shape.value", message, hint, row, "kind"))
    if row["kind"] == "withdrawn" and row["lead"].startswith(f"{STREET}:"):
        message = both("上收事项派给了街道", "a withdrawn item goes to a street")
        hint = both(
            "上收（withdrawn）事项由部门负责：请写部门的代码。", "Withdrawn items are a department's: write its code."
        )
        problems.append(declaration.row_problem("dispatch.withdrawn-to-street", message, hint, row, "lead"))
    return problems
