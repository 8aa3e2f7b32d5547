"""Derived ledgers from their declarations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.derived import Derived, Expected, Ground, Match, Shown, window_of, window_text
from huying.declare.derived_days import ASKED, solve, with_asked
from huying.declare.kinds import Field
from huying.declare.problems import both, did_you_mean, quoted
from huying.declare.sources import Keys


def build_derived(building: Building) -> None:
    for declaration in building.of("derived"):
        data = declaration.data
        for place, role in enumerate(data.get("see", ())):
            building.role(declaration, role, ("see", place))
        grounds = tuple(
            Ground(because=one.get("because", ""), **_source(building, declaration, one, ("from", place)))
            for place, one in enumerate(data["from"])
        )
        joins = {
            name: Match(optional=one.get("optional", False), **_match(building, declaration, one, ("joins", name)))
            for name, one in data.get("joins", {}).items()
        }
        missing = tuple(
            Match(because=one.get("because", ""), **_match(building, declaration, one, ("missing", place)))
            for place, one in enumerate(data.get("missing", ()))
        )
        building.derived[declaration.name] = Derived(
            name=declaration.name,
            title=data["title"],
            grounds=grounds,
            by=data.get("by", ""),
            joins=joins,
            missing=missing,
            expects=_expected(building, declaration),
            show=tuple(_shown(text) for text in data.get("show", ())),
            see=tuple(data.get("see", ())),
            group=data.get("group", ""),
            purpose=data.get("purpose", ""),
            source=data.get("source", ""),
        )


def _shown(text: str) -> Shown:
    join, _, name = text.rpartition(".")
    return Shown(name, join)


def _source(building: Building, declaration: Declaration, data: dict[str, Any], path: Keys) -> dict[str, Any]:
    """The parts of a Source: the ledger, its condition, and the days on which it holds."""
    of = building.refer(declaration, "ledger", data["of"], (*path, "of"))
    scope = building.scope(of)
    days = with_asked(scope) if scope is not None else None
    where = building.expression(declaration, data.get("where"), (*path, "where"), days)
    window = window_of(data["window"]) if "window" in data else None
    within = None
    if window and days is not None and _is_day(building, declaration, of, window[0], (*path, "window")):
        within = building.expression(declaration, window_text(window), (*path, "window"), days)
    span, flaws = solve([one for one in (where, within) if one])
    for condition, flaw in flaws:
        at = (*path, "where" if condition is where else "window")
        building.problems.append(
            declaration.problem(flaw.code, flaw.message, flaw.hint, at, offset=max(condition.text.find(ASKED), 0))
        )
    return {"of": of, "where": where, "window": window, "within": within, "span": span}


def _is_day(building: Building, declaration: Declaration, of: str, name: str, path: Keys) -> bool:
    scope = building.scope(of) or {}
    days = [one for one, known in scope.items() if known.type == "date" and one != "today"]
    if name in days:
        return True
    message = both(f"{quoted(name)} 不是台账 {of} 的日期", f"{quoted(name)} is not a day of ledger {of}")
    hint = did_you_mean(name, days, "日期", "Days")
    building.problems.append(declaration.problem("derived.window", message, hint, path))
    return False


def _match(building: Building, declaration: Declaration, data: dict[str, Any], path: Keys) -> dict[str, Any]:
    return {**_source(building, declaration, data, path), "on": tuple(data["on"].items())}


def _expected(building: Building, declaration: Declaration) -> Expected | None:
    data = declaration.data.get("expects")
    if data is None:
        return None
    found = Expected(because=data.get("because", ""), **_match(building, declaration, data, ("expects",)))
    exactly, each = data.get("exactly"), data.get("each", "")
    field = building.ledgers[found.of].fields.get(each) if found.of in building.ledgers else None
    return replace(
        found,
        each=each,
        slots=_values(building, field) if field else (),
        at_least=exactly if exactly is not None else data.get("at_least"),
        at_most=exactly if exactly is not None else data.get("at_most"),
    )


def _values(building: Building, field: Field) -> tuple[str, ...]:
    """The values that a field can have: those of an enum, or the codes that have none below them."""
    if field.type == "enum":
        return tuple(field.choices)
    if field.type == "code" and field.codes in building.codes:
        entries = building.codes[field.codes].entries
        above = {entry.parent for entry in entries.values()}
        return tuple(code for code in entries if code not in above)
    return ()
