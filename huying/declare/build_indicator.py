"""Indicators from their declarations: those of records first, then those that are figured from others, parts before wholes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from huying.declare import units
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.expressions import Known
from huying.declare.indicators import MEASURES, OF_FIGURES, RECORDED, Figuring, Indicator, Part
from huying.declare.problems import both
from huying.declare.sources import Keys

STATEMENTS = "statements"
STATED = {
    "what": "text",
    "value": "number",
    "measured_in": "text",
    "as_at": "date",
    "published_on": "date",
    "source": "text",
}
UNITS = {
    "share": units.PERCENT,
    "rank": "名 | rank",
    "composite": "分 | points",
    "in_a_row": "期 | periods",
    "grade": "级 | grade",
}


def measure_of(data: Mapping[str, Any]) -> str:
    """The one measure of a declaration; "" where there is none."""
    return next((one for one in MEASURES if one in data), "")


def is_figured(data: Mapping[str, Any]) -> bool:
    """Whether it is figured from other indicators."""
    measure = measure_of(data)
    return measure in OF_FIGURES or (measure == "ratio" and "of" not in data)


def build_indicators(building: Building) -> None:
    found = building.of("indicator")
    for declaration in found:
        if measure_of(declaration.data) and not is_figured(declaration.data):
            _of_records(building, declaration)
    waiting = {one.name: one for one in found if is_figured(one.data)}
    parts = {name: _parts(building, one) for name, one in waiting.items()}
    while ready := [name for name in waiting if not any(part.of in waiting for part in parts[name] or ())]:
        for name in ready:
            _of_figures(building, waiting.pop(name), parts[name])
    for name, declaration in waiting.items():
        if name in _reached(name, parts):
            way = "、".join(sorted({one for one in _reached(name, parts) if one in waiting}))
            message = both(f"它由自己算出：{way}", f"it is figured from itself: {way}")
            hint = both("去掉绕回来的那一部分。", "Take out the part that leads back.")
            path = (measure_of(declaration.data),)
            building.problems.append(declaration.problem("indicator.circular", message, hint, path, key=True))


def _reached(name: str, parts: Mapping[str, list[Part] | None]) -> set[str]:
    found: set[str] = set()
    todo = [part.of for part in parts[name] or ()]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += [part.of for part in parts.get(one) or ()]
    return found


def _common(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": data["title"],
        "question": data["question"],
        "good": data.get("good", "higher"),
        "places": data.get("places", 0),
        "empty": data.get("empty", "missing"),
        "published": data.get("published", False),
        "suppress": data.get("suppress", 5),
        "source": data.get("source", ""),
        "terms": tuple(day for one in data.get("terms", ()) if (day := day_of(one))),
    }


def day_of(value: Any) -> date | None:
    """A day of a declaration; None where it is none (check says so)."""
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None


def _number(value: Any) -> Decimal:
    return Decimal(str(value))


def standards_of(data: Mapping[str, Any]) -> dict[str, tuple[tuple[date, Decimal], ...]]:
    """name -> its thresholds, oldest first."""
    return {
        name: tuple(sorted((day, _number(value)) for text, value in some.items() if (day := day_of(text))))
        for name, some in data.get("standards", {}).items()
    }


def _of_records(building: Building, declaration: Declaration) -> None:
    data, measure, listed = declaration.data, measure_of(declaration.data), ""
    if measure == "statement":
        ledger = _stating(building, declaration)
    elif "of" not in data:
        return  # check says that `of` is missing
    elif derived := building.names.resolve("derived", data["of"], declaration.pack):
        listed = derived.name
        built = building.derived.get(listed)
        ledger = built.grounds[0].of if built else ""
    else:
        ledger = building.refer(declaration, "ledger", data["of"], ("of",))
    scope = building.scope(ledger)
    if not ledger or scope is None:
        return
    standards = standards_of(data)
    scope = {**scope, **{name: Known("number") for name in standards}}

    def expression(value: Any, path: Keys, want: str) -> Any:
        return building.expression(declaration, value, path, scope, want)

    value = among = over = None
    if measure in ("count", "statement"):
        given = data[measure] if measure == "count" else data.get("among")
        at = ("count",) if measure == "count" else ("among",)
        among = expression(None if given is True else given, at, "boolean")
    else:
        given = data[measure]
        among = expression(given.get("among"), (measure, "among"), "boolean")
        if measure != "distinct":
            want = "boolean" if measure == "share" else "number"
            value = expression(given.get("of"), (measure, "of"), want)
            over = expression(given.get("over"), (measure, "over"), "number")
    held = data.get("stock", {})
    stock = (RECORDED,) if RECORDED in held else tuple(held[key] for key in ("since", "until") if key in held)
    if measure == "statement":
        stock = ("as_at",) if data.get("carried") else ()
    unit, _, field = str(data.get("period", "year of opened_on")).partition(" of ")
    if not field and unit != "all":
        field = (
            "as_at"
            if measure == "statement"
            else stock[0]
            if len(stock) == 2
            else "opened_on"
            if stock or listed
            else ""
        )
    building.indicators[declaration.name] = Indicator(
        name=declaration.name,
        of=ledger,
        measure=measure,
        value=value,
        among=among,
        over=over,
        key=data["distinct"]["of"] if measure == "distinct" else "",
        unknown=data["share"].get("unknown", "") if measure == "share" else "",
        and_like=data.get("and_like", False),
        unit=data.get("unit", UNITS.get(measure, "")),
        period=(unit, field),
        split=tuple(data.get("split", ())),
        listed=listed,
        statement=data.get("statement", ""),
        stock=stock,
        standards=standards,
        **_common(data),
    )


def _stating(building: Building, declaration: Declaration) -> str:
    """The ledger of statements that a pack in sight provides; "" (and a problem) where none does."""
    for pack in building.of("pack"):
        if STATEMENTS in pack.data.get("provides", {}):
            found = building.names.resolve("ledger", pack.data["provides"][STATEMENTS], pack.pack)
            ledger = building.ledgers.get(found.name) if found else None
            scope = building.scope(ledger.name) if ledger else None
            lacking = [
                name for name, type_ in STATED.items() if scope and (name not in scope or scope[name].type != type_)
            ]
            if ledger and not lacking:
                return ledger.name
            message = both(
                f"公布数台账缺字段：{'、'.join(lacking)}", f"the ledger of statements lacks: {', '.join(lacking)}"
            )
            hint = both(f"它要有 {'、'.join(STATED)}。", f"It has {', '.join(STATED)}.")
            building.problems.append(
                declaration.problem("indicator.statements", message, hint, ("statement",), key=True)
            )
            return ""
    message = both("没有包提供公布数的台账（statements）", "no pack provides a ledger for statements")
    hint = both(
        "在提供它的包里写 provides: {statements: <台账>}。", "Write provides: {statements: <ledger>} in its pack."
    )
    building.problems.append(declaration.problem("indicator.statements", message, hint, ("statement",), key=True))
    return ""


def references(data: Mapping[str, Any]) -> list[tuple[str, Keys]]:
    """The names of the parts, each with its place."""
    measure = measure_of(data)
    given = data[measure]
    if measure == "total":
        return [(name, ("total", "of", place)) for place, name in enumerate(given["of"])]
    if measure in ("composite", "grade"):
        return [(one["of"], (measure, "parts", place, "of")) for place, one in enumerate(given["parts"])]
    return [(given[key], (measure, key)) for key in ("of", "over") if key in given]


def _parts(building: Building, declaration: Declaration) -> list[Part] | None:
    """The parts; None where one of them is not declared."""
    data, found = declaration.data, []
    for place, (name, path) in enumerate(references(data)):
        full = building.refer(declaration, "indicator", name, path)
        one = data[measure]["parts"][place] if (measure := measure_of(data)) in ("composite", "grade") else {}
        scale = {key: _number(one[key]) for key in ("worst", "best") if key in one}
        limits = tuple(_number(limit) for limit in one.get("limits", ()))
        found.append(Part(full, weight=_number(one.get("weight", 1)), limits=limits, **scale))
    return found if all(part.of for part in found) else None


def _of_figures(building: Building, declaration: Declaration, parts: list[Part] | None) -> None:
    if parts is None or not all(part.of in building.indicators for part in parts):
        return
    data, kind = declaration.data, measure_of(declaration.data)
    given, first = data[kind], building.indicators[parts[0].of]
    points = kind == "growth" and given.get("in") == "points"
    unit = data.get("unit") or {
        "growth": units.POINTS if points else units.PERCENT,
        "rate": "",
        "ratio": "",
        **UNITS,
    }.get(kind, first.unit)
    common = [name for name in first.split if all(name in building.indicators[part.of].split for part in parts)]
    split = tuple(data.get("split", (given["by"],) if kind == "rank" else () if kind == "remaining" else common))
    if kind == "rank" and "at" in given:
        split = ()
    if kind == "composite":
        parts = [_scaled(part, building.indicators[part.of]) for part in parts]
    period, _, _ = str(data.get("period", first.period[0])).partition(" of ")
    building.indicators[declaration.name] = Indicator(
        name=declaration.name,
        of=first.of,
        measure=kind,
        unit=unit,
        period=(period, first.period[1]),
        split=split,
        figuring=Figuring(
            kind,
            tuple(_in_unit(building, kind, unit, parts)),
            on=str(given.get("on", "")),
            points=points,
            by=given.get("by", ""),
            at=str(given.get("at", "")),
            back=given.get("back", 0),
            since=given.get("since", ""),
            periods=given.get("periods", 0),
            target=_number(given.get("target", given.get("at_least", given.get("at_most", 0)))),
            low="at_most" in given,
            per=_number(given.get("per", 1)),
            lacking=given.get("lacking", "missing"),
        ),
        **{**_common(data), "terms": _common(data)["terms"] or first.terms, "good": data.get("good", first.good)},
    )


def _scaled(part: Part, of: Indicator) -> Part:
    """A composite's part; one in percent is scored as it stands where nothing else is said."""
    if part.worst is not None or of.unit not in (units.PERCENT, "%"):
        return part
    worst, best = (0, 100) if of.good != "lower" else (100, 0)
    return Part(part.of, weight=part.weight, worst=Decimal(worst), best=Decimal(best))


def _in_unit(building: Building, kind: str, unit: str, parts: list[Part]) -> list[Part]:
    """The parts with the factors of their units; a unit that does not fit is left to check."""
    if kind not in ("total", "cumulative", "rolling", "remaining", "ratio", "rate"):
        return parts
    first = building.indicators[parts[0].of].unit
    goal = first if kind in ("ratio", "rate") else unit
    found = []
    for part in parts:
        own = building.indicators[part.of].unit
        found.append(Part(part.of, units.factor(own, goal) if units.fits(own, goal) else part.factor))
    return found
