"""Flows, dispatch tables and limits from their declarations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huying.declare import kinds, second_look
from huying.declare.building import Building, names_in
from huying.declare.declarations import Declaration
from huying.declare.expressions import Known

ACTORS = (kinds.RESPONSIBLE, kinds.ASSISTING, kinds.RESIDENT, kinds.SYSTEM)
HOLDERS = (kinds.RESPONSIBLE, kinds.RESIDENT)
TOLD = (kinds.RESIDENT, kinds.RESPONSIBLE, kinds.ASSISTING)


def kept_flow(ledger: Declaration) -> dict[str, Any]:
    """The flow of a register that its roles keep: add, amend, remove."""
    form = ledger.data.get("schema", {})
    derived, required = ledger.data.get("derive", {}), set(form.get("required", ()))
    fields = [name for name in form.get("properties", {}) if name not in derived]
    by = list(ledger.data["kept_by"])
    return {
        "flow": ledger.short,
        "title": ledger.data["title"],
        "states": {
            "kept": {"title": "在册 | Kept", "final": True, "light": "green"},
            "removed": {"title": "已注销 | Removed", "final": True, "light": "grey"},
        },
        "steps": {
            "add": {
                "title": "登记 | Add",
                "from": ["new"],
                "to": "kept",
                "by": by,
                "asks": [name if name in required else f"{name}?" for name in fields],
            },
            "amend": {
                "title": "修改 | Amend",
                "from": ["kept"],
                "to": "same",
                "by": by,
                "asks": [f"{name}?" for name in fields],
            },
            "remove": {"title": "注销 | Remove", "from": ["kept"], "to": "removed", "by": by, "minor": True},
        },
    }


def build_flows(building: Building) -> None:
    for declaration in building.of("flow"):
        data = declaration.data
        scope = building.scope(declaration.name)
        clock, dispatch = data.get("clock"), data.get("dispatch", {})
        if clock and clock.get("tell_late"):
            building.role(declaration, clock["tell_late"], ("clock", "tell_late"))
        like = building.names.resolve("flow", data["like"], declaration.pack) if data.get("like") else None
        building.flows[declaration.name] = kinds.Flow(
            name=declaration.name,
            title=data["title"],
            states={name: _state(building, declaration, name, state) for name, state in data["states"].items()},
            steps={name: _step(building, declaration, name, step, scope) for name, step in data["steps"].items()},
            clock=kinds.ClockRule(clock["starts"], clock["stops"], clock["limit"], clock.get("tell_late", ""))
            if clock
            else None,
            dispatch_by=dispatch.get("by", ""),
            dispatch_step=dispatch.get("step", ""),
            like=like.name if like else "",
            source=data.get("source", ""),
        )


def _state(building: Building, declaration: Declaration, name: str, state: dict[str, Any]) -> kinds.State:
    if "holder" in state and name != second_look.STATE:
        building.role(
            declaration, state["holder"], ("states", name, "holder"), (*HOLDERS, *_posts(building, declaration))
        )
    return kinds.State(
        name,
        state["title"],
        state.get("holder", ""),
        state.get("within", ""),
        state.get("lapses", ""),
        state.get("final", False),
        state.get("light", ""),
    )


def _posts(building: Building, declaration: Declaration) -> tuple[str, ...]:
    """Fields of the flow's ledger that hold a post."""
    ledger = building.ledgers.get(declaration.name)
    return ledger.post_fields if ledger else ()


def _step(
    building: Building,
    declaration: Declaration,
    name: str,
    step: dict[str, Any],
    scope: Mapping[str, Known] | None,
) -> kinds.Step:
    at = ("steps", name)
    if look := step.get("second_look"):
        building.role(declaration, look["by"], (*at, "second_look", "by"))
    for key, special in (("by", ACTORS), ("tells", TOLD)) if name not in second_look.STEPS else ():
        for place, role in enumerate(names_in(step.get(key))):
            path = (*at, key) if isinstance(step[key], str) else (*at, key, place)
            building.role(declaration, role, path, (*special, *_posts(building, declaration)))
    asks = [ask.removesuffix("?") for ask in step.get("asks", ())]
    sets = {}
    for field, value in step.get("sets", {}).items():
        found = building.expression(declaration, value, (*at, "sets", field), scope, want=None)
        if found:
            sets[field] = found
    return kinds.Step(
        name=name,
        title=step["title"],
        from_=names_in(step["from"]),
        to=step["to"],
        by=names_in(step["by"]),
        asks=tuple(asks),
        optional=tuple(ask[:-1] for ask in step.get("asks", ()) if ask.endswith("?")),
        needs=building.expression(declaration, step.get("needs"), (*at, "needs"), scope),
        needs_text=step.get("needs_text", ""),
        other_than=step.get("other_than", ""),
        assigns=step.get("assigns", ""),
        to_others=step.get("to_others", False),
        precedent=step.get("precedent", False),
        counts=step.get("counts", ""),
        at_most=step.get("at_most", 0),
        stamps=step.get("stamps", ""),
        compares=step.get("compares", {}),
        sets=sets,
        pauses=step.get("pauses", False),
        resumes=step.get("resumes", False),
        extends=step.get("extends", ""),
        restarts=step.get("restarts", False),
        reopens=step.get("reopens", False),
        tells=names_in(step.get("tells")),
        also=tuple(
            _also(building, declaration, (*at, "also", place), also, scope)
            for place, also in enumerate(step.get("also", ()))
        ),
        simple=step.get("simple", False),
        second_look=second_look.of_step(look),
        minor=step.get("minor", False),
    )


def _also(
    building: Building,
    declaration: Declaration,
    path: tuple[str | int, ...],
    also: dict[str, Any],
    scope: Mapping[str, Known] | None,
) -> kinds.Also:
    give = {}
    for field, value in also.get("give", {}).items():
        found = building.expression(declaration, value, (*path, "give", field), scope, want=None)
        if found:
            give[field] = found
    when = building.expression(declaration, also.get("when"), (*path, "when"), scope)
    return kinds.Also(also["record"], also["step"], give, when)


def build_dispatch(building: Building) -> None:
    for declaration in building.of("dispatch"):
        scope = building.scope(declaration.name)
        rows = tuple(
            kinds.DispatchRow(
                category=row["category"],
                area=row["area"] or "*",
                lead=row["lead"],
                assist=tuple(row["assist"].split()),
                when=building.cell(declaration, row, "when", scope),
                clause=row["clause"],
                kind=row["kind"] or "basic",
                line=row.line,
            )
            for row in declaration.rows
        )
        building.dispatch[declaration.name] = kinds.Dispatch(declaration.name, rows, declaration.file)


def build_limits(building: Building) -> None:
    for declaration in building.of("limits"):
        rows = tuple(
            kinds.LimitRow(
                category=row["category"] or "*",
                severity=row["severity"] or "*",
                area=row["area"] or "*",
                stage=row["stage"],
                limit=row["limit"],
                since=row["since"],
                until=row["until"],
                source=row["source"],
                line=row.line,
            )
            for row in declaration.rows
        )
        building.limits[declaration.name] = kinds.Limits(declaration.name, rows)
