"""A second look at what was settled on the spot: one word of a step, spelled out as a state and two steps.

    settle: {from: new, to: closed, by: grid_worker, simple: true,
             second_look: {share: 5%, by: verifier, within: 5 workdays, result: look, back_to: reported, asks: [reason]}}

A share of what the step settles goes to the state `second_look`, on the desk of a role that may not settle itself. There
another person finds it as said (`look_agreed`, which leads where the step leads) or not (`look_differs`, which leads to
`back_to`). What is spelled out is an ordinary part of the flow: drawn, listed, checked and taken as any other. Which
records are chosen, nobody can foresee: see engine/sampling.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from huying.declare.declarations import Declaration
from huying.declare.limit_words import HINT, is_limit
from huying.declare.problems import Problem, both, did_you_mean, quoted

STATE = "second_look"
AGREED, DIFFERS = "look_agreed", "look_differs"
STEPS = (AGREED, DIFFERS)
DUE, AS_SAID, NOT_AS_SAID = "due", "agreed", "differs"  # what the field `result` says


@dataclass(frozen=True)
class SecondLook:
    """share: percent of what the step settles, above 0, at most 100; result: a field with the choices due, agreed,
    differs, which says how the look ended."""

    share: Decimal
    result: str


def of_step(data: dict[str, Any] | None) -> SecondLook | None:
    """The word as declared in a step."""
    return SecondLook(Decimal(data["share"].removesuffix("%")), data["result"]) if data else None


def spell_out(declaration: Declaration) -> list[Problem]:
    """Put the state and the two steps into a flow that has the word; the flow as it stands, and what is wrong, else."""
    data = declaration.data
    chosen = [name for name, step in data["steps"].items() if step.get("second_look")]
    if not chosen:
        return []
    if problems := _wrong(declaration, chosen):
        return problems
    name = chosen[0]
    step, look = data["steps"][name], data["steps"][name]["second_look"]
    common = {"from": [STATE], "by": [look["by"]], "other_than": name}
    state = {"title": "待复看 | Second look", "holder": look["by"], "within": look["within"], "light": "grey"}
    steps = {
        AGREED: {
            **common,
            "title": "复看属实 | As said",
            "to": step["to"],
            "sets": {look["result"]: f'"{AS_SAID}"'},
        },
        DIFFERS: {
            **common,
            "title": "与所报不符，重新办理 | Not as said, handle anew",
            "to": look["back_to"],
            "asks": list(look.get("asks", ())),
            "sets": {look["result"]: f'"{NOT_AS_SAID}"'},
        },
    }
    declaration.data = {**data, "states": {**data["states"], STATE: state}, "steps": {**data["steps"], **steps}}
    return []


def _wrong(declaration: Declaration, chosen: list[str]) -> list[Problem]:
    data, path = declaration.data, ("steps", chosen[0], "second_look")
    look = data["steps"][chosen[0]]["second_look"]
    problems = []
    for other in chosen[1:]:
        message = both(f"环节 {chosen[0]} 已有复看", f"the step {chosen[0]} has a second look already")
        hint = both("一个流程只有一处复看。", "A flow has one second look.")
        problems.append(
            declaration.problem("flow.second-look", message, hint, ("steps", other, "second_look"), key=True)
        )
    for kind, name in (("states", STATE), ("steps", AGREED), ("steps", DIFFERS)):
        if name in data[kind]:
            message = both(f"{name} 这个名称留给复看", f"the name {name} is kept for the second look")
            hint = both("请换个名称。", "Choose another.")
            problems.append(declaration.problem("flow.reserved-name", message, hint, (kind, name), key=True))
    if look["back_to"] not in data["states"]:
        message = both(f"没有状态 {quoted(look['back_to'])}", f"there is no state {quoted(look['back_to'])}")
        hint = did_you_mean(look["back_to"], data["states"], "状态", "States")
        problems.append(declaration.problem("flow.unknown-state", message, hint, (*path, "back_to")))
    if not is_limit(look["within"]):
        message = both(f"{quoted(look['within'])} 不是时限", f"{quoted(look['within'])} is not a limit")
        problems.append(declaration.problem("flow.limit", message, HINT, (*path, "within")))
    return problems
