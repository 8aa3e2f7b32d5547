"""Figures of documents from their tables, and everything that can be wrong with a row: its period, its unit, what answers it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from huying.declare import units
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.indicators import Indicator
from huying.declare.problems import BAR, Problem, both, did_you_mean, quoted
from huying.declare.published import Published, stretch_of
from huying.declare.shapes import schema
from huying.declare.tables import Row

FINER = ("day", "week", "month", "quarter", "half", "year", "plan")  # from fine to coarse


def build(building: Building) -> None:
    """Figures from the rows that are well formed; what is wrong with a row is told and left out."""
    for declaration in building.of("figures"):
        for row in declaration.rows:
            try:
                stretch, value = stretch_of(row["period"]), Decimal(row["value"])
                only = tuple(_parts(row["split"]))
            except (ValueError, InvalidOperation):
                continue
            found = _measure(building, declaration, row)
            building.published.append(
                Published(
                    id=row["id"],
                    document=row["document"],
                    place=row["place"],
                    title=row["title"],
                    system=row["system"],
                    measure=found.name if found and found.name in building.indicators else "",
                    named=row["measure"],
                    period=row["period"],
                    stretch=stretch,
                    only=only,
                    comparator=row["comparator"] or "eq",
                    value=value,
                    unit=row["unit"],
                    kind=row["kind"] or "outcome",
                    note=row["note"],
                    file=declaration.file,
                    line=row.line,
                )
            )


def check(building: Building) -> list[Problem]:
    """Everything that is wrong with the tables of figures."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str], tuple[Declaration, Row]] = {}
    for declaration in building.of("figures"):
        for row in declaration.rows:
            problems += _form(declaration, row, seen.setdefault((row["document"], row["id"]), (declaration, row)))
            problems += _meaning(building, declaration, row)
    return problems


def _form(declaration: Declaration, row: Row, first: tuple[Declaration, Row]) -> Iterator[Problem]:
    problem = declaration.row_problem
    if first[1] is not row:
        message = both(f"编号 {quoted(row['id'])} 有两行", f"there are two rows of {quoted(row['id'])}")
        hint = both(f"另一行在 {first[0].file}:{first[1].line}。", f"The other is {first[0].file}:{first[1].line}.")
        yield problem("name.twice", message, hint, row, "id")
    if row["title"] and BAR not in row["title"]:
        message = both("title 没有写两种文字", "title is not in both languages")
        yield problem("figures.value", message, both("写作 中文 | English。", "Write 中文 | English."), row, "title")
    for column in ("comparator", "kind"):
        choices = schema("figures")["properties"][column]["enum"]
        if row[column] and row[column] not in choices:
            message = both(f"不能写 {quoted(row[column])}", f"{quoted(row[column])} cannot stand here")
            yield problem("figures.value", message, did_you_mean(row[column], choices, "可写", "Values"), row, column)
    try:
        if not Decimal(row["value"]).is_finite():
            raise InvalidOperation
    except InvalidOperation:
        message = both(f"{quoted(row['value'])} 不是数", f"{quoted(row['value'])} is not a number")
        hint = both("只写数字，不写单位和逗号。", "Digits alone, no unit and no commas.")
        yield problem("figures.value", message, hint, row, "value")
    try:
        stretch_of(row["period"])
    except ValueError:
        message = both(f"{quoted(row['period'])} 不是一期", f"{quoted(row['period'])} names no period")
        hint = both(
            "写作 2019、2020-H1、2020-Q1、2020-05、2020-05-03，或 2020-01-01/2020-06-11。",
            "Write 2019, 2020-H1, 2020-Q1, 2020-05, 2020-05-03, or 2020-01-01/2020-06-11.",
        )
        yield problem("figures.period", message, hint, row, "period")


def _meaning(building: Building, declaration: Declaration, row: Row) -> Iterator[Problem]:
    problem = declaration.row_problem
    found = _measure(building, declaration, row)
    if found is None:
        pack, dot, _ = row["measure"].partition(".")
        if dot and pack not in {one.pack for one in building.names.found.values()}:
            return  # of a pack that the district does not run
        message, hint = building.names.unknown("indicator", "指标", "indicator", row["measure"], declaration.pack)
        yield problem("name.unknown-indicator", message, hint, row, "measure")
        return
    indicator = building.indicators.get(found.name)
    if indicator is None:
        return
    if not units.fits(row["unit"], indicator.unit):
        message = both(
            f"公布的单位是 {quoted(row['unit'])}，指标 {indicator.name} 的单位是 {quoted(indicator.unit)}",
            f"it was published in {quoted(row['unit'])}, the indicator {indicator.name} is in {quoted(indicator.unit)}",
        )
        hint = both("两者要能换算：请改其一。", "One must convert into the other: change one of them.")
        yield problem("indicator.unit", message, hint, row, "unit")
    yield from _period(declaration, row, indicator)
    yield from _split(building, declaration, row, indicator)


def _period(declaration: Declaration, row: Row, indicator: Indicator) -> Iterator[Problem]:
    try:
        by = stretch_of(row["period"]).by
    except ValueError:
        return
    unit = indicator.period[0]
    if by in FINER and unit in FINER and FINER.index(by) < FINER.index(unit):
        message = both(
            f"{quoted(row['period'])} 比指标 {indicator.name} 的一期（{unit}）短",
            f"{quoted(row['period'])} is shorter than a period of the indicator {indicator.name} ({unit})",
        )
        hint = both("请写整期，或改指标的 period。", "Name a whole period, or change the indicator's period.")
        yield declaration.row_problem("figures.period", message, hint, row, "period")


def _split(building: Building, declaration: Declaration, row: Row, indicator: Indicator) -> Iterator[Problem]:
    try:
        given = _parts(row["split"])
    except ValueError:
        message = both(f"{quoted(row['split'])} 不是 名=值", f"{quoted(row['split'])} is not name=value")
        yield declaration.row_problem("figures.split", message, "", row, "split")
        return
    for name, value in given:
        if name not in indicator.split:
            message = both(f"指标不能按 {quoted(name)} 分", f"the indicator is not split by {quoted(name)}")
            hint = did_you_mean(name, indicator.split, "可以按", "It is split by")
            yield declaration.row_problem("figures.split", message, hint, row, "split")
            continue
        ledger = building.ledgers.get(indicator.of)
        field = ledger.fields.get(name) if ledger else None
        known = field and (
            field.choices or (building.codes[field.codes].entries if field.codes in building.codes else {})
        )
        if known and value not in known:
            message = both(f"{quoted(name)} 没有 {quoted(value)}", f"{quoted(name)} is never {quoted(value)}")
            hint = did_you_mean(value, known, "可写", "Values")
            yield declaration.row_problem("figures.split", message, hint, row, "split")


def _parts(text: str) -> list[tuple[str, str]]:
    """(split, value) of each; raises ValueError for one that is not `name=value`."""
    found = []
    for one in text.split():
        name, equals, value = one.partition("=")
        if not (name and equals and value):
            raise ValueError(one)
        found.append((name, value))
    return found


def _measure(building: Building, declaration: Declaration, row: Row) -> Declaration | None:
    """The indicator of a row: of any pack that is there, so that the table does not need all that answer it."""
    name = row["measure"]
    return building.names.get("indicator", name) or building.names.resolve("indicator", name, declaration.pack)
