"""Limits tables: every stage that a flow asks for is covered, no row is idle."""

from __future__ import annotations

from datetime import date

from huying.declare.building import Building
from huying.declare.check_dispatch import ANY, codes_of, wider
from huying.declare.declarations import Declaration
from huying.declare.kinds import Flow, LimitRow
from huying.declare.limit_words import HINT, is_limit, stage_of
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.sources import Keys

SEVERITY = "severity"
FOREVER = "9999-12-31"


def check_limits(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("flow"):
        for stage, path in _stages(building.flows[declaration.name]):
            problems += _covered(building, declaration, stage, path)
    for declaration in building.of("limits"):
        if declaration.name in building.ledgers:
            problems += _table(building, declaration)
    return problems


def _stages(flow: Flow) -> list[tuple[str, Keys]]:
    """Stages of the limits table that the flow asks for, and where."""
    found: list[tuple[str, Keys]] = [
        (stage, ("states", state.name, "within")) for state in flow.states.values() if (stage := stage_of(state.within))
    ]
    if flow.clock and (stage := stage_of(flow.clock.limit)):
        found.append((stage, ("clock", "limit")))
    return found


def _codes(building: Building, name: str, field: str) -> dict[str, list[str]] | None:
    """Values of a field with those that contain them; {} where the ledger has no such field, None: not known."""
    found = building.ledgers[name].fields.get(field) if name in building.ledgers else None
    return codes_of(building, name, field) if found and found.type in ("code", "enum") else {}


def _category(building: Building, name: str) -> dict[str, list[str]] | None:
    flow = building.flows.get(name)
    if flow is None:
        return None
    return _codes(building, name, flow.dispatch_by or "category")


def _covered(building: Building, declaration: Declaration, stage: str, path: Keys) -> list[Problem]:
    """Every record finds a limit for the stage, whatever its category, severity and area."""
    name, short = declaration.name, declaration.short
    table = building.names.get("limits", name)
    if table is None:
        message = both(f"没有时限表 limits/{short}.csv", f"there is no limits table limits/{short}.csv")
        hint = both(
            "每本台账有自己的时限表：请写一份，或直接写时限。",
            "Every ledger has a limits table of its own: write one, or the limit itself.",
        )
        return [declaration.problem("limits.missing", message, hint, ("flow",) if declaration.made else path, key=True)]
    if not table.sound:
        return []
    rows = [row for row in building.limits[name].rows if row.stage == stage and row.area == ANY and not row.until]
    codes, severities = _category(building, name), _codes(building, name, SEVERITY)
    if codes is None or severities is None:
        return []
    lacking = [
        f"{category}/{severity}"
        for category in codes or {ANY: []}
        for severity in severities or {ANY: []}
        if not any(wider(row.category, category, codes) and wider(row.severity, severity, severities) for row in rows)
    ]
    if not lacking:
        return []
    some = ", ".join(lacking[:6]) + (", …" if len(lacking) > 6 else "")
    message = both(f"环节 {stage} 缺时限：{some}", f"the stage {stage} has no limit for: {some}")
    hint = both(
        f"请在 limits/{short}.csv 最后加一行 *,*,*,{stage},…，until 留空。",
        f"Add a last row *,*,*,{stage},… to limits/{short}.csv, with until empty.",
    )
    return [table.problem("limits.gap", message, hint)]


def _table(building: Building, declaration: Declaration) -> list[Problem]:
    problems = []
    codes, severities = _category(building, declaration.name), _codes(building, declaration.name, SEVERITY)
    if codes is None or severities is None:
        return []
    flow = building.flows.get(declaration.name)
    asked = {stage for stage, _ in _stages(flow)} if flow else set()
    rows = building.limits[declaration.name].rows
    for place, (row, cells) in enumerate(zip(rows, declaration.rows, strict=True)):
        for column, value, known, noun in (
            ("category", row.category, codes, both("类别", "category")),
            ("severity", row.severity, severities, both("紧急程度", "severity")),
        ):
            if value != ANY and value not in known:
                zh, en = noun.split(" | ")
                message = both(f"没有{zh} {quoted(value)}", f"there is no {en} {quoted(value)}")
                hint = did_you_mean(value, [*known, ANY], zh, "Values")
                problems.append(declaration.row_problem(f"limits.unknown-{column}", message, hint, cells, column))
        if not is_limit(row.limit):
            message = both(f"{quoted(row.limit)} 不是时限", f"{quoted(row.limit)} is not a limit")
            problems.append(declaration.row_problem("limits.limit", message, HINT, cells, "limit"))
        if flow and row.stage not in asked:
            message = both(
                f"流程不问环节 {quoted(row.stage)} 的时限", f"the flow asks for no limit of {quoted(row.stage)}"
            )
            hint = did_you_mean(row.stage, asked, "环节", "Stages")
            problems.append(declaration.row_problem("limits.unknown-stage", message, hint, cells, "stage"))
        problems += _dates(declaration, row, cells)
        for earlier in rows[:place]:
            if _holds(earlier, row, codes, severities):
                message = both(
                    f"这一行永远用不到：第 {earlier.line} 行已包括它",
                    f"this row is never used: line {earlier.line} holds for it",
                )
                hint = both(
                    "窄的写在前，宽的写在后；改时限时给旧行写 until。",
                    "Write the narrow row first; when a limit changes, give the old row an until.",
                )
                problems.append(declaration.row_problem("limits.overlap", message, hint, cells, "category"))
                break
    return problems


def _holds(first: LimitRow, second: LimitRow, codes: dict[str, list[str]], severities: dict[str, list[str]]) -> bool:
    """Whether `first` is found wherever `second` would be, on every day on which `second` is in force."""
    return (
        first.stage == second.stage
        and first.area in (ANY, second.area)
        and wider(first.category, second.category, codes)
        and wider(first.severity, second.severity, severities)
        and first.since <= second.since
        and (first.until or FOREVER) >= (second.until or FOREVER)
    )


def _dates(declaration: Declaration, row: LimitRow, cells: object) -> list[Problem]:
    problems = []
    for column, value in (("since", row.since), ("until", row.until)):
        if value and not _is_day(value):
            message = both(f"{quoted(value)} 不是日期", f"{quoted(value)} is not a date")
            hint = both("日期写作 2020-01-01。", "A date is written 2020-01-01.")
            problems.append(declaration.row_problem("limits.dates", message, hint, cells, column))
    if not row.since:
        message = both("没有写起始日期", "the first day is missing")
        problems.append(
            declaration.row_problem("limits.dates", message, both("请填 since。", "Fill in since."), cells, "since")
        )
    if row.until and row.until < row.since:
        message = both("until 早于 since", "until is before since")
        problems.append(declaration.row_problem("limits.dates", message, "", cells, "until"))
    return problems


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
