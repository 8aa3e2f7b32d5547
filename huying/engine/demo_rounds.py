"""Rounds of collection in a demonstration year, by the rules of demo.yaml.

rounds: [{form, period, by, at, answered, unchanged, sent_back, answers}]; the first three numbers are shares of those asked,
`sent_back` how many of the answers come back, and `answers` says what is filled in (demo_samples.py). All but the last
round of a form are accepted whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from huying.engine import collecting, places
from huying.engine.acts import Act
from huying.engine.demo_samples import Samples
from huying.engine.demo_walk import Cast
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.places import Tree
from huying.engine.records import Record

APART = timedelta(minutes=47)  # between two answers
REASON = "已开工小区：请与台账核对后再报"


def enter(district: District, cast: Cast, declared: Mapping[str, Any], at: datetime, random: Random, last: bool) -> int:
    """Play one round. How many acts. Raises KeyError for a login that nobody has."""
    name, owner = declared["form"], cast.by_login[declared["by"]]
    tree = places.tree(district.id, district.today())
    opened = collecting.open_round(district, owner, name, declared["period"], at)
    round_ = collecting.round_by_code(district, name, opened.code)
    acts = 1 + opened.sent
    samples = Samples(district, tree, district.rules.ledgers[name], declared.get("answers", {}), random)
    asked = collecting.answers_of(district, owner, name, round_.id)
    some = [one for one in asked if random.random() < float(declared.get("answered", 1))]
    answers = [
        _answer(district, cast, tree, name, one, samples, float(declared.get("unchanged", 0)), at + APART * n, random)
        for n, one in enumerate(some, 1)
    ]
    taken = take_steps(district, answers)
    acts += sum(out.refusal is None for out in taken)
    found = [one for one in collecting.answers_of(district, owner, name, round_.id) if one.state == "handed_in"]
    done = at + APART * (len(asked) + 2)
    back = found[: int(declared.get("sent_back", 0))] if last else []
    rulings = [Act(name, "send_back", owner, {"reason": REASON}, one.id, known_at=done) for one in back]
    accepted = [one for one in found if one not in back][: None if not last else len(found) // 2]
    rulings += [Act(name, "accept", owner, {}, one.id, known_at=done) for one in accepted]
    acts += sum(out.refusal is None for out in take_steps(district, rulings)) if rulings else 0
    if not last:
        finish = Act(collecting.rounds_ledger(district), "finish", owner, {}, round_.id, known_at=done)
        acts += sum(out.refusal is None for out in take_steps(district, [finish]))
    return acts


def _answer(
    district: District,
    cast: Cast,
    tree: Tree,
    name: str,
    one: Record,
    samples: Samples,
    unchanged: float,
    at: datetime,
    random: Random,
) -> Act:
    """What this filler hands in: what stands there, and what is made up for the rest or in its place."""
    form, step = district.rules.forms[name], district.rules.flows[name].steps["hand_in"]
    standing = {n: one.values.get(n) for n in step.asks}
    made = samples.answers(step, tree.units[one.unit], standing, at)
    whole = all(standing[n] is not None for n in step.asks if n not in step.optional)
    if whole and random.random() < unchanged:
        made = {}
    answers = {
        n: standing[n] if n in form.known and standing[n] is not None else made.get(n, standing[n]) for n in step.asks
    }
    actor = cast.of_post(one.values["filler"])
    return Act(name, "hand_in", actor, answers, one.id, known_at=at)
