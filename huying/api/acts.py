"""/acts: many acts in, as many outcomes out; each by itself right or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from huying.api import shapes
from huying.api.asking import act_of, key_of, ledger_of, no_record
from huying.api.callers import Caller
from huying.api.ledgers import ACT
from huying.api.problems import Problem, body_of, from_step, language
from huying.api.shapes import REFUSALS
from huying.api.show import Shower, reply
from huying.engine import situation
from huying.engine.access import Refused
from huying.engine.acts import Act
from huying.engine.flows import take_steps

router = Router()


@router.post("/acts", auth=ACT, response={200: shapes.Outcomes, **REFUSALS}, tags=["acts"])
def acts(request: HttpRequest, body: shapes.ActsIn) -> HttpResponse:
    """Take up to 500 acts in their order. An act that is refused changes nothing and holds up no other."""
    caller, shower = request.auth, Shower(request.auth)
    ids = _ids(caller, body.acts)
    asked = [_asked(caller, one, ids) for one in body.acts]
    results: dict[int, dict[str, Any]] = {
        place: _refused(one) for place, one in enumerate(asked) if isinstance(one, Problem)
    }
    for run in _runs([(place, one) for place, one in enumerate(asked) if isinstance(one, Act)]):
        for (place, _), outcome in zip(run, take_steps(caller.district, [act for _, act in run]), strict=True):
            results[place] = (
                _refused(from_step(outcome.refusal))
                if outcome.refusal
                else {"status": 200 if outcome.act.record else 201, "outcome": shower.outcome(outcome), "problem": None}
            )
    return reply({"outcomes": [results[place] for place in range(len(asked))]})


def _ids(caller: Caller, acts: Sequence[shapes.ActIn]) -> dict[tuple[str, str], UUID]:
    wanted: dict[str, list[str]] = {}
    for act in acts:
        if act.record and act.ledger in caller.district.tables and isinstance(key_of(act.record), str):
            wanted.setdefault(act.ledger, []).append(act.record)
    return situation.ids_of(caller.district, wanted)


def _asked(caller: Caller, body: shapes.ActIn, ids: Mapping[tuple[str, str], UUID]) -> Act | Problem:
    try:
        ledger = ledger_of(caller, body.ledger)
        record = key_of(body.record) if body.record else None
        if isinstance(record, str) and (record := ids.get((ledger.name, record))) is None:
            raise no_record()
        return act_of(caller, ledger, body, record)
    except Problem as problem:
        return problem
    except Refused as refused:
        return Problem(403, "access.refused", str(refused))


def _runs(acts: list[tuple[int, Act]]) -> list[list[tuple[int, Act]]]:
    """Stretches in which no record, and no act, appears twice: the engine takes each at once."""
    runs: list[list[tuple[int, Act]]] = []
    seen: set[Any] = set()
    for place, act in acts:
        keys = {act.act, act.record} - {None}
        if not runs or keys & seen:
            runs.append([])
            seen = set()
        runs[-1].append((place, act))
        seen |= keys
    return runs


def _refused(problem: Problem) -> dict[str, Any]:
    return {"status": problem.status, "outcome": None, "problem": body_of(problem, language())}
