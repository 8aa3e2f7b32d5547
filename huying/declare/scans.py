"""The signed and sealed sheet that comes back to a record, and the number that the office system gave it.

    scan: {by: [dispatcher, responsible], in: [answered, closed], number: letter_no}

One word of a ledger, spelled out as two fields and a step of its flow: the scan is an act like any other, with its event, its
place in the history, and its file among the sealed files of documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huying.declare.declarations import Declaration, Names
from huying.declare.problems import Problem, both, did_you_mean, quoted

STEP = "archive"
DIGEST, NAME = "file_sha256", "file_name"
FIELDS = {
    DIGEST: {"type": "string", "title": "签章件摘要 | Digest of the signed copy", "maxLength": 64},
    NAME: {"type": "string", "title": "签章件 | Signed copy", "maxLength": 120},
}


@dataclass(frozen=True)
class Scan:
    """by: roles, responsible, or fields that hold a post; number: the field of the number, or empty."""

    by: tuple[str, ...]
    number: str = ""


def of_ledger(data: dict[str, Any] | None) -> Scan | None:
    """The word as declared in a ledger."""
    if not data:
        return None
    by = data["by"]
    return Scan((by,) if isinstance(by, str) else tuple(by), data.get("number", ""))


def spell_out(names: Names) -> list[Problem]:
    """Put the fields into every ledger that has the word, and the step into its flow; what is wrong, else."""
    problems = []
    for (kind, name), ledger in sorted(names.found.items()):
        if kind != "ledger" or not ledger.sound or not ledger.data.get("scan"):
            continue
        flow = names.get("flow", name)
        if wrong := _wrong(ledger, flow):
            problems += wrong
        elif flow and flow.sound:
            _spell(ledger, flow)
    return problems


def _spell(ledger: Declaration, flow: Declaration) -> None:
    scan, schema = ledger.data["scan"], ledger.data["schema"]
    ledger.data = {**ledger.data, "schema": {**schema, "properties": {**schema["properties"], **FIELDS}}}
    number = [f"{scan['number']}?"] if "number" in scan else []
    step = {
        "title": "存签章件 | Keep the signed copy",
        "from": list(scan.get("in", flow.data["states"])),
        "to": "same",
        "by": ["system"],
        "asks": [f"{DIGEST}?", f"{NAME}?", *number],
    }
    flow.data = {**flow.data, "steps": {**flow.data["steps"], STEP: step}}


def _wrong(ledger: Declaration, flow: Declaration | None) -> list[Problem]:
    scan, problems = ledger.data["scan"], []
    properties = ledger.data["schema"]["properties"]
    for name in FIELDS:
        if name in properties:
            message = both(f"{name} 这个名称留给签章件", f"the name {name} is kept for the signed copy")
            hint = both("请去掉这个字段：scan 自带它。", "Drop the field: scan brings it along.")
            problems.append(ledger.problem("ledger.scan", message, hint, ("schema", "properties", name), key=True))
    number = scan.get("number")
    masked = {*ledger.data.get("private", ()), *ledger.data.get("secret", ())}
    texts = [name for name, one in properties.items() if one.get("type") == "string" and name not in masked]
    if number and number not in texts:
        message = both(f"{quoted(number)} 不是公开的文字字段", f"{quoted(number)} is no open field of text")
        hint = did_you_mean(number, texts, "字段", "Fields")
        problems.append(ledger.problem("ledger.scan", message, hint, ("scan", "number")))
    states = flow.data.get("states", {}) if flow and flow.sound else None
    for place, state in enumerate(scan.get("in", ()) if states is not None else ()):
        if state not in states:
            message = both(f"没有状态 {quoted(state)}", f"there is no state {quoted(state)}")
            problems.append(
                ledger.problem(
                    "ledger.scan", message, did_you_mean(state, states, "状态", "States"), ("scan", "in", place)
                )
            )
    if flow and flow.sound and STEP in flow.data.get("steps", {}):
        message = both(f"{STEP} 这个名称留给签章件", f"the name {STEP} is kept for the signed copy")
        hint = both("请给流程里的这个环节换名。", "Choose another name for the flow's step.")
        problems.append(flow.problem("ledger.scan", message, hint, ("steps", STEP), key=True))
    return problems
