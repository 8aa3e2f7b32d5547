"""Walking records of a demonstration along their flows: which step comes next, when, and who takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from huying.declare.kinds import ASSISTING, NEW, RESIDENT, RESPONSIBLE, SYSTEM, Step
from huying.declare.limit_words import until_of
from huying.engine import database, people
from huying.engine.acts import Act
from huying.engine.deadlines import due, parse_limit
from huying.engine.demo_samples import Samples
from huying.engine.dispatch import Posts
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree, Unit

LAPSE = "lapse"  # what a walk writes where nobody acts and the clock does


@dataclass
class Walker:
    """One record on its way. at: moment of its next act; script: steps laid down beforehand (else by weights)."""

    number: str
    ledger: str
    unit: Unit
    at: datetime
    script: list[dict[str, Any]] | None = None
    record: UUID | None = None
    state: str = NEW
    post: int = 0
    known: dict[str, Any] = field(default_factory=dict)
    taken: int = 0
    step: str = ""  # chosen for `at`
    closed_steps: set[str] = field(default_factory=set)  # refused once; not tried again


class Cast:
    """Who plays: persons by post and by login, all acting for the demonstration."""

    def __init__(self, district: District, tree: Tree, random: Random):
        self.district, self.tree, self.random = district, tree, random
        self.posts = Posts(district, tree)
        rows = database.direct().rows(
            "select h.post, p.id, p.name, p.login from hy.holding h join public.engine_person p on p.id = h.person "
            "where h.district = %s and h.kind = 'own' order by p.id",
            [district.id],
        )
        self.holders: dict[int, list[Actor]] = {}
        self.by_login: dict[str, Actor] = {}
        for row in rows:
            post = self.posts.by_id.get(row["post"])
            if post is None:
                continue
            actor = people.actor(district.rules, tree, district.id, row["id"], row["name"], [post], via="demo")
            self.holders.setdefault(post.id, []).append(actor)
            self.by_login.setdefault(row["login"], actor)

    def of_post(self, post: int) -> Actor | None:
        among = self.holders.get(post)
        return self.random.choice(among) if among else None

    def of_role(self, role: str, unit: int) -> Actor | None:
        """Someone in that role for an area: the area's own office where the role is of areas."""
        if self.posts.reaches.get(role) == "area":
            post = self.posts.select(f"area:{role}", unit)
            return self.of_post(post.id) if post else None
        among = [p for p in self.posts.by_id.values() if p.role == role]
        return self.of_post(self.random.choice(among).id) if among else None

    def for_step(self, step: Step, walker: Walker, weights: Mapping[str, Any]) -> Actor | None:
        """Who takes the step: one of those the flow names, by weight; None when nobody can."""
        kinds = [kind for kind in step.by if kind not in (SYSTEM, ASSISTING)] or list(step.by)
        kind = self.random.choices(kinds, [float(weights.get(kind, 1)) for kind in kinds])[0]
        if kind == RESIDENT:
            actor = people.resident(self.district.id, walker.record)
            return Actor(**{**actor.__dict__, "via": "demo"})
        if kind == SYSTEM:
            return people.system(self.district.id)
        return self.of_post(walker.post) if kind == RESPONSIBLE else self.of_role(kind, walker.unit.id)


class Walk:
    """How records of one ledger go. declared: the ledger's part of demo.yaml."""

    def __init__(self, cast: Cast, ledger: str, declared: Mapping[str, Any], samples: Samples, random: Random):
        self.cast, self.ledger, self.declared, self.samples, self.random = cast, ledger, declared, samples, random
        self.district = cast.district
        self.flow = self.district.rules.flows[ledger]

    def begin(self, walker: Walker) -> None:
        walker.step = self._chosen(walker, self.declared["first"])

    def advance(self, walker: Walker) -> bool:
        """Choose the next step and its moment; False when the record rests (it is final, or nobody moves it)."""
        if walker.script is not None:
            walker.at = walker.script[0]["at"] if walker.script else walker.at
            return bool(walker.script)
        state = self.flow.states[walker.state]
        declared = self.declared["states"].get(walker.state)
        if declared is None:
            return False
        walker.step = self._chosen(walker, declared["steps"])
        if not walker.step:
            return False
        if walker.step == LAPSE:
            if not state.lapses or not state.within or state.within == "clock" or until_of(state.within):
                return False
            walker.at = due(parse_limit(state.within), walker.at, self.district.calendar).at + timedelta(seconds=30)
            return True
        least, most = self._hours(walker, declared)
        if self.random.random() < float(declared.get("late", 0)):
            least, most = most, most * 2.5
        seconds = int(self.random.triangular(least, most, least + (most - least) * 0.3) * 3600)
        kind = "natural" if declared.get("time") == "natural" else "working"
        walker.at = self.district.calendar.add(walker.at, max(60, seconds), kind)
        return True

    def act(self, walker: Walker) -> Act | None:
        """The act of the chosen step; None when nobody can take it."""
        if walker.script is not None:
            return self._scripted(walker, walker.script[0])
        step = self.flow.states[walker.state].lapses if walker.step == LAPSE else walker.step
        found = self.flow.steps[step]
        actor = (
            people.system(self.district.id)
            if walker.step == LAPSE
            else self.cast.for_step(found, walker, self.declared.get("by", {}).get(step, {}))
        )
        if actor is None:
            return None
        answers = {} if walker.step == LAPSE else self.samples.answers(found, walker.unit, walker.known, walker.at)
        lead = None
        if selectors := self.declared.get("leads", {}).get(step):
            post = self.cast.posts.select(self.random.choice(selectors), walker.unit.id)
            lead = post.id if post else None
        return self._made(walker, step, actor, answers, lead, None)

    def _scripted(self, walker: Walker, line: Mapping[str, Any]) -> Act:
        actor = self.cast.by_login.get(line["by"])
        if line["by"] == RESIDENT:
            actor = Actor(**{**people.resident(self.district.id, walker.record).__dict__, "via": "demo"})
        lead, *assist = [self.cast.posts.select(one, walker.unit.id) for one in str(line.get("to") or "").split()] or [
            None
        ]
        return self._made(
            walker, line["step"], actor, line["answers"], lead and lead.id, tuple(one.id for one in assist if one)
        )

    def _made(
        self,
        walker: Walker,
        step: str,
        actor: Actor,
        answers: dict[str, Any],
        lead: int | None,
        assist: tuple[int, ...] | None,
    ) -> Act:
        number = uuid5(NAMESPACE_URL, f"{self.district.id}/{walker.number}/{walker.taken}")
        return Act(
            self.ledger,
            step,
            actor,
            answers,
            walker.record,
            number,
            at=walker.at,
            known_at=walker.at,
            lead=lead,
            assist=assist,
        )

    def _chosen(self, walker: Walker, weights: Mapping[str, Any]) -> str:
        able = {s: float(w) for s, w in weights.items() if s not in walker.closed_steps and float(w) > 0}
        return self.random.choices(list(able), list(able.values()))[0] if able else ""

    def _hours(self, walker: Walker, declared: Mapping[str, Any]) -> tuple[float, float]:
        hours = declared.get("hours", [0.2, 4])
        if isinstance(hours, Mapping):
            by = self.flow.dispatch_by
            chain = self.samples.chain(by, walker.known.get(by)) if by else []
            hours = next((hours[code] for code in [*chain, "*"] if code in hours), [0.2, 4])
        return float(hours[0]), float(hours[1])


def spread(
    declared: Mapping[str, Any], first: date, last: date, tz: Any, random: Random, scale: float
) -> list[datetime]:
    """Moments at which records begin: by weight of month and hour, in order."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    months = [float(w) for w in declared["months"]]
    weights = [months[day.month - 1] for day in days]
    hours = {int(hour): float(weight) for hour, weight in declared["hours"].items()}
    found = []
    for day in random.choices(days, weights, k=max(1, round(declared["number"] * scale))):
        hour = random.choices(list(hours), list(hours.values()))[0]
        moment = datetime(day.year, day.month, day.day, hour, random.randint(0, 59), random.randint(0, 59), tzinfo=tz)
        found.append(moment)
    return sorted(found)
