"""Where a flow leads: no dead end, nothing out of reach, no way round without a bound."""

from __future__ import annotations

from collections.abc import Iterable

from huying.declare import second_look
from huying.declare.declarations import Declaration
from huying.declare.kinds import NEW, SAME, Flow, Step
from huying.declare.problems import Problem, both

Edges = list[tuple[str, str, Step]]


def check_graph(declaration: Declaration, flow: Flow) -> list[Problem]:
    """Proofs over states and steps; every state that a step names is known."""
    edges = [
        (start, step.to, step) for step in flow.steps.values() for start in step.from_ if step.to not in (SAME, start)
    ]
    edges += [(NEW, second_look.STATE, step) for step in flow.steps.values() if step.second_look]
    return [
        *_begins(declaration, flow),
        *_final(declaration, flow),
        *_dead_ends(declaration, flow, edges),
        *_unreachable(declaration, flow, edges),
        *_returns(declaration, flow, edges),
    ]


def _begins(declaration: Declaration, flow: Flow) -> list[Problem]:
    problems = []
    if not any(NEW in step.from_ for step in flow.steps.values()):
        message = both("没有从 new 开始的环节", "no step begins at new")
        hint = both("请写一个 from: new 的环节。", "Write a step with from: new.")
        problems.append(declaration.problem("flow.no-beginning", message, hint, ("steps",), key=True))
    for step in flow.steps.values():
        if NEW in step.from_ and (step.to == SAME or len(step.from_) > 1):
            message = both(
                f"环节 {step.name} 从 new 开始，就要只从 new 走到一个状态",
                f"the step {step.name} begins at new, so it goes from new only, to a state",
            )
            hint = both("请分成两个环节。", "Make two steps of it.")
            problems.append(declaration.problem("flow.no-beginning", message, hint, ("steps", step.name, "from")))
    return problems


def _final(declaration: Declaration, flow: Flow) -> list[Problem]:
    problems = []
    for step in flow.steps.values():
        for state in sorted(flow.final.intersection(step.from_)):
            if step.to not in (SAME, state) and not step.reopens:
                message = both(
                    f"{state} 是终态，环节 {step.name} 却从它走出",
                    f"{state} is final, yet the step {step.name} leads out of it",
                )
                hint = both(
                    "终态只能有 to: same 的环节（更正、评价）；要重新办的写 reopens: true。",
                    "Out of a final state only steps to: same may go (amend, rate), and those with reopens: true.",
                )
                problems.append(declaration.problem("flow.final-step", message, hint, ("steps", step.name, "from")))
    return problems


def _dead_ends(declaration: Declaration, flow: Flow, edges: Edges) -> list[Problem]:
    if not flow.final:
        message = both("没有终态", "the flow has no final state")
        hint = both("请给办结的状态写 final: true。", "Say final: true of the state in which all is done.")
        return [declaration.problem("flow.dead-end", message, hint, ("states",), key=True)]
    good = _reached(flow.final, [(to, start) for start, to, _ in edges])
    problems = []
    for name in flow.states:
        if name in good:
            continue
        leads = sorted({to for start, to, _ in edges if start == name})
        if leads:
            message = both(
                f"从 {name} 走不到终态，只在 {', '.join(leads)} 间打转",
                f"no way leads from {name} to an end, only to {', '.join(leads)}",
            )
        else:
            message = both(f"{name} 走不出去，又不是终态", f"no step leads out of {name}, and it is not final")
        hint = both("请加一个从它走出的环节，或写 final: true。", "Add a step out of it, or say final: true.")
        problems.append(declaration.problem("flow.dead-end", message, hint, ("states", name), key=True))
    return problems


def _unreachable(declaration: Declaration, flow: Flow, edges: Edges) -> list[Problem]:
    reached = _reached([NEW], [(start, to) for start, to, _ in edges])
    problems = []
    for name in flow.states:
        if name not in reached:
            message = both(f"没有环节走到 {name}", f"no way leads to {name}")
            hint = both("请加一个走到它的环节，或删去它。", "Add a step to it, or delete it.")
            problems.append(declaration.problem("flow.unreachable", message, hint, ("states", name), key=True))
    return problems


def _reached(starts: Iterable[str], pairs: list[tuple[str, str]]) -> set[str]:
    reached, waiting = set(starts), list(starts)
    while waiting:
        here = waiting.pop()
        for start, to in pairs:
            if start == here and to not in reached:
                reached.add(to)
                waiting.append(to)
    return reached


def _returns(declaration: Declaration, flow: Flow, edges: Edges) -> list[Problem]:
    """A way round must hold a step with at_most; resuming what was paused is no way round."""
    unbounded = [
        (start, to, step) for start, to, step in edges if not step.at_most and not _resumes(flow, start, to, step)
    ]
    unbounded += [
        (start, start, step)
        for step in flow.steps.values()
        for start in step.from_
        if step.to == start and not step.at_most
    ]
    pairs = [(start, to) for start, to, _ in unbounded]
    order = {name: place for place, name in enumerate(flow.states)}
    problems = []
    told: set[frozenset[str]] = set()
    for start, to, step in sorted(unbounded, key=lambda edge: order.get(edge[1], -1) - order.get(edge[0], -1)):
        ring = frozenset(_reached([to], pairs) & _reached([start], [(b, a) for a, b in pairs]))
        if not ring or start not in ring or any(ring & other for other in told):
            continue
        told.add(ring)
        way = " → ".join([*sorted(ring, key=lambda name: order.get(name, -1)), to])
        message = both(f"可以无休止地来回：{way}", f"a record can go round for ever: {way}")
        hint = both(
            f"请给退回的环节（如 {step.name}）写 counts 和 at_most。",
            f"Give the step that goes back (such as {step.name}) counts and at_most.",
        )
        problems.append(declaration.problem("flow.unbounded-return", message, hint, ("steps", step.name), key=True))
    return problems


def _resumes(flow: Flow, start: str, to: str, step: Step) -> bool:
    """Whether the step only takes a pause back."""
    return step.resumes and any(
        pause.pauses and to in pause.from_ and pause.to == start for pause in flow.steps.values()
    )
