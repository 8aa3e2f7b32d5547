"""A document broken down as two tables: the tasks it makes, and what becomes of each of its sentences.

`breakdowns/<name>.csv` has a row for each task or part of one; `readings/<name>.csv` a row for each sentence, which
belongs to a task or says why it makes none. A district takes the tasks over as drafts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from huying.declare import kinds, units
from huying.declare.building import Building
from huying.declare.commitments import QUARTERS, quarter_end, quarter_of
from huying.declare.declarations import Declaration
from huying.declare.problems import BAR, Problem, both, did_you_mean, quoted
from huying.declare.shapes import schema
from huying.declare.tables import Row

PACES = ("linear", "milestone", "maintain", "zero", "year_end")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CHOICES = ("source_kind", "comparator", "pace", "published")
_NUMBERS = ("target", "baseline", "q1", "q2", "q3", "q4")


def build(building: Building) -> None:
    """Commitments from the rows of breakdowns, readings from theirs; what is wrong with a row is told and left out."""
    tasks = [(declaration, row) for declaration in building.of("breakdown") for row in declaration.rows]
    names = {f"{declaration.pack}.{row['name']}" for declaration, row in tasks}
    given: dict[str, list[kinds.Reading]] = {}
    for declaration in building.of("readings"):
        for row in declaration.rows:
            reading = _reading(declaration, row, names)
            building.readings.append(reading)
            given.setdefault(reading.task, []).append(reading)
    for declaration, row in tasks:
        name = f"{declaration.pack}.{row['name']}"
        if name not in building.commitments:
            building.commitments[name] = _task(building, declaration, row, tuple(given.get(name, ())))


def check(building: Building) -> list[Problem]:
    """Everything that is wrong with the two tables."""
    problems: list[Problem] = []
    rows = {}
    for declaration in building.of("breakdown"):
        for row in declaration.rows:
            name = f"{declaration.pack}.{row['name']}"
            problems += _check_task(building, declaration, row, rows.setdefault(name, (declaration, row)))
    for declaration, row in rows.values():
        problems += _check_parent(declaration, row, rows)
    seen: dict[tuple[str, str], Row] = {}
    for declaration in building.of("readings"):
        for row in declaration.rows:
            problems += _check_reading(declaration, row, rows, seen)
    return problems


def _reading(declaration: Declaration, row: Row, names: set[str]) -> kinds.Reading:
    task = f"{declaration.pack}.{row['task']}" if row["task"] else ""
    return kinds.Reading(
        place=row["place"],
        says=row["says"],
        value=row["value"],
        unit=row["unit"],
        id=row["id"],
        document=row["document"],
        line=int(row["line"]) if row["line"].isdecimal() else 0,
        task=task if task in names else "",
        reason=row["reason"],
        note=row["note"],
    )


def _task(
    building: Building, declaration: Declaration, row: Row, readings: tuple[kinds.Reading, ...]
) -> kinds.Commitment:
    found = _measure(building, declaration, row)
    pace = {"kind": row["pace"]} if row["pace"] in PACES else {}
    if not pace:
        year = (row["deadline"] or row["starts"])[:4]
        known = int(year) if year.isdecimal() and int(year) else 0
        pace = {quarter_end(known, n).isoformat(): row[f"q{n}"] for n in QUARTERS if known and row[f"q{n}"]}
    return kinds.Commitment(
        name=f"{declaration.pack}.{row['name']}",
        title=row["title"],
        document=readings[0].document if readings else "",
        readings=readings,
        parent=f"{declaration.pack}.{row['parent']}" if row["parent"] else "",
        source_kind=row["source_kind"] or "work_report",
        measure_note=row["measure_note"],
        texts={n: text for n in range(1, 5) if (text := row[f"q{n}_text"])},
        published=row["published"] == "yes",
        measure=found.name if found else "",
        comparator=row["comparator"] or ("ge" if row["target"] else ""),
        target=row["target"],
        unit=row["unit"],
        baseline=row["baseline"],
        strength=row["strength"],
        leader=row["leader"],
        lead=row["lead"],
        assist=tuple(row["assist"].split()),
        pace=pace,
        starts=row["starts"],
        deadline=row["deadline"],
        deadline_source=row["deadline_source"],
        area=row["area"],
    )


def _check_task(
    building: Building, declaration: Declaration, row: Row, first: tuple[Declaration, Row]
) -> Iterator[Problem]:
    problem = declaration.row_problem
    if not _NAME.fullmatch(row["name"]):
        hint = both("只用小写字母、数字和 _，以字母开头。", "Small letters, digits and _, a letter first.")
        message = both(f"{quoted(row['name'])} 不能作名称", f"{quoted(row['name'])} cannot be a name")
        yield problem("breakdown.name", message, hint, row, "name")
    if first[1] is not row:
        message = both(f"任务 {quoted(row['name'])} 有两行", f"there are two rows of the task {quoted(row['name'])}")
        hint = both(f"另一行在 {first[0].file}:{first[1].line}。", f"The other is {first[0].file}:{first[1].line}.")
        yield problem("name.twice", message, hint, row, "name")
    for column in ("title", "area"):
        if BAR not in row[column]:
            message = both(f"{column} 没有写两种文字", f"{column} is not in both languages")
            yield problem(
                "breakdown.text", message, both("写作 中文 | English。", "Write 中文 | English."), row, column
            )
    for column in _CHOICES:
        choices = schema("breakdown")["properties"][column]["enum"]
        if row[column] and row[column] not in choices:
            message = both(f"不能写 {quoted(row[column])}", f"{quoted(row[column])} cannot stand here")
            yield problem("breakdown.value", message, did_you_mean(row[column], choices, "可写", "Values"), row, column)
    yield from _check_numbers(declaration, row)
    yield from _check_days(declaration, row)
    yield from _check_measure(building, declaration, row)


def _check_numbers(declaration: Declaration, row: Row) -> Iterator[Problem]:
    for column in _NUMBERS:
        if row[column] and _number(row[column]) is None:
            message = both(f"{quoted(row[column])} 不是数", f"{quoted(row[column])} is not a number")
            hint = both("只写数字，不写单位和逗号。", "Digits alone, no unit and no commas.")
            yield declaration.row_problem("breakdown.value", message, hint, row, column)
    if row["target"] and not row["unit"]:
        message = both("有目标而没有单位", "there is a target and no unit")
        yield declaration.row_problem("commitment.target", message, "", row, "target")
    if row["pace"] == "nodes" and not any(row[f"q{n}"] for n in range(1, 5)):
        message = both("进度写了 nodes，却没有一个季度目标", "the pace is nodes, and no quarter has a target")
        hint = both("请填 q1 到 q4 中的几格。", "Fill in some of q1 to q4.")
        yield declaration.row_problem("commitment.pace", message, hint, row, "pace")
    if row["pace"] == "milestone" and not any(row[f"q{n}_text"] for n in range(1, 5)):
        message = both("进度写了 milestone，却没有一个季度形象进度", "the pace is milestone, and no quarter has a text")
        hint = both("请填 q1_text 到 q4_text 中的几格。", "Fill in some of q1_text to q4_text.")
        yield declaration.row_problem("commitment.pace", message, hint, row, "pace")
    if row["pace"] in ("linear", "maintain", "zero") and not row["target"]:
        message = both(f"进度写了 {row['pace']}，却没有目标", f"the pace is {row['pace']}, and there is no target")
        yield declaration.row_problem("commitment.pace", message, "", row, "pace")


def _check_days(declaration: Declaration, row: Row) -> Iterator[Problem]:
    days: dict[str, date] = {}
    for column in ("starts", "deadline"):
        try:
            if row[column]:
                days[column] = date.fromisoformat(row[column])
        except ValueError:
            message = both(f"{quoted(row[column])} 不是日期", f"{quoted(row[column])} is not a date")
            hint = both("日期写作 2020-12-31。", "A date is written 2020-12-31.")
            yield declaration.row_problem("commitment.dates", message, hint, row, column)
    if len(days) == 2 and days["starts"] > days["deadline"]:
        message = both("时限早于起始日期", "the deadline is before the first day")
        yield declaration.row_problem("commitment.dates", message, "", row, "deadline")
    if last := days.get("deadline"):
        for n in QUARTERS:
            if (row[f"q{n}"] or row[f"q{n}_text"]) and n > quarter_of(last):
                message = both(f"第 {n} 季度在时限之后", f"quarter {n} is after the deadline")
                hint = both("请删去这一格，或改时限。", "Empty the cell, or change the deadline.")
                column = f"q{n}" if row[f"q{n}"] else f"q{n}_text"
                yield declaration.row_problem("commitment.pace", message, hint, row, column)


def _measure(building: Building, declaration: Declaration, row: Row) -> Declaration | None:
    """The indicator of a task: of any pack that is there, so that a breakdown does not need all that measure its tasks."""
    name = row["measure"]
    if not name:
        return None
    return building.names.get("indicator", name) or building.names.resolve("indicator", name, declaration.pack)


def _pack_is_absent(building: Building, name: str) -> bool:
    """Whether the measure is of a pack that the district does not run: then the task stands without one."""
    pack, dot, _ = name.partition(".")
    return bool(dot) and pack not in {one.pack for one in building.names.found.values()}


def _check_measure(building: Building, declaration: Declaration, row: Row) -> Iterator[Problem]:
    if not row["measure"]:
        return
    if _pack_is_absent(building, row["measure"]):
        return
    found = _measure(building, declaration, row)
    if found is None:
        message, hint = building.names.unknown("indicator", "指标", "indicator", row["measure"], declaration.pack)
        yield declaration.row_problem("name.unknown-indicator", message, hint, row, "measure")
        return
    indicator = building.indicators.get(found.name)
    if indicator and row["target"] and not units.fits(row["unit"], indicator.unit):
        message = both(
            f"目标的单位是 {quoted(row['unit'])}，指标 {indicator.name} 的单位是 {quoted(indicator.unit)}",
            f"the target is in {quoted(row['unit'])}, the indicator {indicator.name} in {quoted(indicator.unit)}",
        )
        hint = both("两者要能换算：请改其一。", "One must convert into the other: change one of them.")
        yield declaration.row_problem("indicator.unit", message, hint, row, "unit")


def _check_parent(declaration: Declaration, row: Row, rows: dict[str, tuple[Declaration, Row]]) -> Iterator[Problem]:
    if not row["parent"]:
        return
    found = rows.get(f"{declaration.pack}.{row['parent']}")
    if found is None:
        hint = did_you_mean(row["parent"], sorted(one["name"] for _, one in rows.values()), "任务", "Tasks")
        message = both(f"没有任务 {quoted(row['parent'])}", f"there is no task {quoted(row['parent'])}")
        yield declaration.row_problem("breakdown.parent", message, hint, row, "parent")
    elif found[1]["parent"] or found[1] is row:
        message = both("上级任务自己也是子项", "the parent is itself a part of another task")
        hint = both("任务只分两级。", "There are two levels: a task and its parts.")
        yield declaration.row_problem("breakdown.parent", message, hint, row, "parent")


def _check_reading(
    declaration: Declaration,
    row: Row,
    rows: dict[str, tuple[Declaration, Row]],
    seen: dict[tuple[str, str], Row],
) -> Iterator[Problem]:
    first = seen.setdefault((row["document"], row["id"]), row)
    if first is not row:
        message = both(f"编号 {quoted(row['id'])} 有两行", f"there are two rows of {quoted(row['id'])}")
        hint = both(f"另一行在第 {first.line} 行。", f"The other is line {first.line}.")
        yield declaration.row_problem("name.twice", message, hint, row, "id")
    if bool(row["task"]) == bool(row["reason"]):
        message = both("归入任务与不立项原因要写一个，只写一个", "one of task and reason is needed, and only one")
        hint = both("每一句都要有着落。", "Every sentence ends in a task, or says why it makes none.")
        yield declaration.row_problem("readings.unsettled", message, hint, row, "task")
    if row["task"] and f"{declaration.pack}.{row['task']}" not in rows:
        names = sorted(one["name"] for _, one in rows.values())
        message = both(f"没有任务 {quoted(row['task'])}", f"there is no task {quoted(row['task'])}")
        hint = did_you_mean(row["task"], names, "任务", "Tasks")
        yield declaration.row_problem("readings.unknown-task", message, hint, row, "task")
    if row["line"] and not row["line"].isdecimal():
        message = both(f"行号 {quoted(row['line'])} 不是整数", f"the line {quoted(row['line'])} is no whole number")
        yield declaration.row_problem("breakdown.value", message, "", row, "line")


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
