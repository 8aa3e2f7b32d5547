"""Tasks of a demonstration year: taken over from packs, sent for comment, approved, issued, claimed and found.

tasks: [{take: [names, or a pack for all it has ready], by, at, approved_by, number, claims: [{task, by, at, period, …}],
findings: [{task, by, at, period, …}]}]; `task` is the name under which the pack has it ready.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from huying.engine import people, places, tasks
from huying.engine.acts import Act
from huying.engine.demo_walk import Cast
from huying.engine.dispatch import Posts
from huying.engine.district_files import moment
from huying.engine.flows import take_steps
from huying.engine.packs import District

DAYS = {"send": 0.1, "agree": 2, "approve": 4, "issue": 6, "begin": 7}  # after the drafting


def enter(district: District, cast: Cast, declared: Mapping[str, Any], tz: Any) -> int:
    """Take tasks over and bring them to the state in which offices are at them. How many acts.

    Raises KeyError for a login that nobody has, or a task that no pack has ready.
    """
    name, by, at = tasks.ledger(district), cast.by_login[declared["by"]], moment(declared["at"], tz)
    acts = sum(out.refusal is None for out in tasks.take_over(district, by, _names(district, declared["take"]), at))
    posts = Posts(district, places.tree(district.id, district.today()))
    for step, days in DAYS.items():
        some = []
        for task in tasks.flat(tasks.every(district, states=tasks.DRAFTED + ("issued",))):
            if not (act := _act(district, cast, posts, name, task, step, by, declared)):
                continue
            some.append(Act(**act, known_at=at + timedelta(days=days)))
        acts += sum(out.refusal is None for out in take_steps(district, some))
    made = tasks.of_declared(tasks.every(district))
    return acts + sum(_say(district, cast, what, declared.get(what, ()), made, tz) for what in ("claims", "findings"))


def _names(district: District, given: Sequence[str]) -> list[str]:
    found = district.rules.commitments
    return [
        name for one in given for name in ([one] if one in found else [n for n in found if n.startswith(f"{one}.")])
    ]


def _act(
    district: District,
    cast: Cast,
    posts: Posts,
    name: str,
    task: tasks.Task,
    step: str,
    by: Any,
    declared: Mapping[str, Any],
) -> dict[str, Any] | None:
    """What moves a task one step on; None where it is not there yet, or past it."""
    if task.state not in district.rules.flows[name].steps[step].from_:
        return None
    actor, answers, more = by, {}, {}
    if step == "send":
        ready = district.rules.commitments[task.values["declared"]] if task.values.get("declared") else None
        lead = posts.select(f"{ready.lead}:task_lead", 0) if ready and ready.lead else None
        assist = [posts.select(f"{code}:task_lead", 0) for code in (ready.assist if ready else ())]
        more = {"lead": lead.id, "assist": tuple(one.id for one in assist if one)} if lead else {}
    elif step in ("agree", "begin"):
        actor = cast.of_post(task.post) or people.system(district.id)
    elif step == "approve":
        answers = {"approved_by": declared["approved_by"]}
    elif step == "issue":
        answers = {"number": declared["number"]}
    return {"ledger": name, "step": step, "actor": actor, "answers": answers, "record": task.id, **more}


def _say(
    district: District,
    cast: Cast,
    what: str,
    given: Sequence[Mapping[str, Any]],
    made: Mapping[str, tasks.Task],
    tz: Any,
) -> int:
    ledger, acts = district.rules.provides[what], []
    for one in given:
        answers: dict[str, Any] = {k: v for k, v in one.items() if k not in ("task", "by", "at")}
        if "value" in answers:
            answers["value"] = Decimal(str(answers["value"]))
        task: UUID = made[one["task"]].id
        acts.append(
            Act(ledger, "add", cast.by_login[one["by"]], {"task": task, **answers}, known_at=moment(one["at"], tz))
        )
    return sum(out.refusal is None for out in take_steps(district, acts))
