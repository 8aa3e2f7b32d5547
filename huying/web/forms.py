"""A form for one step of a flow, made from what the step asks; and what came back from it, cleaned.

The form carries the act's uuid (sent twice, it is one act) and the seq it was made from. Its names are the ledger's
field names; choices of a code list show the questions of their own that belong to each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from huying.declare.kinds import Field, Step, say
from huying.engine import dispatch, records, values
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.flows import StepRefused, take_step
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record

WIDGETS = {
    "boolean": "check",
    "date": "date",
    "time": "datetime-local",
    "area": "area",
    "point": "point",
    "photos": "photos",
    "record": "record",
    "number": "number",
    "integer": "number",
    "money": "number",
}


@dataclass
class Choice:
    value: str
    label: str
    group: str = ""
    chosen: bool = False


@dataclass
class Input:
    """One question of a form. widget: text, textarea, tel, number, date, datetime-local, check, select, radio, area, point, photos, record."""

    name: str
    label: str
    widget: str
    value: str = ""
    help: str = ""
    optional: bool = False
    error: str = ""
    unit: str = ""
    choices: list[Choice] = field(default_factory=list)
    only_for: str = ""  # codes, separated by spaces, for which the question is asked; empty: always
    longest: int = 0
    ledger: str = ""


@dataclass
class StepForm:
    """A form as it is shown; `problems` stand on top and link to their fields."""

    step: Step
    act: UUID
    seen: int | None
    inputs: list[Input]
    top: str = ""
    leads: list[Choice] = field(default_factory=list)
    assists: list[Choice] = field(default_factory=list)
    proposal: dispatch.Proposal | None = None

    @property
    def problems(self) -> list[Input]:
        return [i for i in self.inputs if i.error]


def for_step(
    request: HttpRequest,
    ledger: str,
    step: Step,
    record: Record | None = None,
    given: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    top: str = "",
) -> StepForm:
    """The form of a step; `given` is what was typed, so that nothing is lost."""
    district, tree, lang = request.district, request.tree, request.lang
    given, errors = given or {}, errors or {}
    declared = district.rules.ledgers[ledger]
    special = _own_questions(district, ledger)
    names = list(step.asks)
    if step.from_ == ("new",):
        names += [n for n in special if n not in names]
    inputs = []
    for name in names:
        one = declared.fields.get(name)
        if one is None or one.type == "photos":  # photos have no way in yet
            continue
        now = given.get(name, "") if name in given or record is None else _as_typed(one, record.values.get(name))
        made = _input(
            district, tree, one, lang, str(now or ""), optional=name in step.optional or name not in step.asks
        )
        made.only_for = special.get(name, "") if name not in step.asks else ""
        made.error = say(errors[name], lang) if name in errors else ""
        inputs.append(made)
    act = UUID(given["act"]) if _is_uuid(given.get("act")) else new_id()
    seen = int(given["seen"]) if str(given.get("seen", "")).isdigit() else (record.seq if record else None)
    made = StepForm(step, act, seen, inputs, say(top, lang))
    if step.assigns == "dispatch" and record is not None:
        _assignment(request, ledger, record, given, made)
    return made


def answers_of(request: HttpRequest, ledger: str, step: Step) -> tuple[dict[str, Any], dict[str, str]]:
    """(values, problems) of what was posted: the step's questions and the category's own."""
    district, tree = request.district, request.tree
    declared = district.rules.ledgers[ledger]
    names = {*step.asks} | (set(_own_questions(district, ledger)) if step.from_ == ("new",) else set())
    raw = {name: request.POST.get(name, "") for name in declared.fields if name in names and name in request.POST}
    clean, problems = values.clean(
        district.rules,
        declared,
        raw,
        tree,
        district.outline,
        district.calendar.tz,
        lambda other, code: records.find_id(district, other, code),
    )
    return {name: value for name, value in clean.items() if value is not None}, problems


def take(request: HttpRequest, ledger: str, step: Step, actor: Actor, record: Record | None) -> Outcome | StepForm:
    """Take the posted step: its outcome, or the form again with what is wrong and everything that was typed."""
    given = request.POST.dict()
    answers, problems = answers_of(request, ledger, step)
    if problems:
        return for_step(request, ledger, step, record, given, problems)
    lead = int(given["lead"]) if str(given.get("lead", "")).isdigit() and len(given["lead"]) < 10 else None
    assist = tuple(int(p) for p in request.POST.getlist("assist") if p.isdigit() and len(p) < 10)
    act = UUID(given["act"]) if _is_uuid(given.get("act")) else new_id()
    seen = int(given["seen"]) if str(given.get("seen", "")).isdigit() and len(given["seen"]) < 10 else None
    try:
        return take_step(
            request.district,
            Act(
                ledger,
                step.name,
                actor,
                _own_only(request.district, ledger, step, answers),
                record.id if record else None,
                act,
                seen,
                lead=lead,
                assist=assist if lead else None,
            ),
        )
    except StepRefused as refused:
        return for_step(request, ledger, step, record, given, refused.fields, refused.sentence)


def _own_only(district: District, ledger: str, step: Step, answers: dict[str, Any]) -> dict[str, Any]:
    """Answers without the questions of categories that were not chosen."""
    special = _own_questions(district, ledger)
    flow = district.rules.flows[ledger]
    chosen = answers.get(flow.dispatch_by, "")
    return {n: v for n, v in answers.items() if n in step.asks or chosen in special.get(n, "").split()}


def _own_questions(district: District, ledger: str) -> dict[str, str]:
    """field -> the codes that ask for it."""
    by = district.rules.flows[ledger].dispatch_by
    declared = district.rules.ledgers[ledger].fields.get(by)
    found: dict[str, list[str]] = {}
    if declared and declared.codes:
        for entry in district.rules.codes[declared.codes].entries.values():
            for name in entry.asks:
                found.setdefault(name, []).append(entry.code)
    return {name: " ".join(codes) for name, codes in found.items()}


def _input(district: District, tree: Tree, one: Field, lang: str, now: str, optional: bool) -> Input:
    longest = int(one.schema.get("maxLength", 0) or 0)
    widget = WIDGETS.get(one.type, "textarea" if longest > 150 else "text")
    made = Input(
        one.name,
        say(one.title, lang),
        widget,
        now,
        say(one.help, lang),
        optional,
        unit=say(one.unit, lang),
        longest=longest,
        ledger=one.ledger,
    )
    if one.type == "enum":
        made.widget = "radio" if len(one.choices) <= 4 else "select"
        made.choices = [Choice(v, say(t, lang), chosen=v == now) for v, t in one.choices.items()]
    elif one.type == "code":
        entries = district.rules.codes[one.codes].entries
        made.widget = "select"
        made.choices = [
            Choice(e.code, ("　" if e.parent else "") + say(e.title, lang), chosen=e.code == now)
            for e in entries.values()
        ]
    elif one.type == "area":
        made.choices = []
        for unit in tree.of_kind("street") or list(tree.units.values()):
            made.choices.append(Choice(unit.code, unit.name(lang), chosen=now in (unit.code, str(unit.id))))
            made.choices += [
                Choice(c.code, c.name(lang), unit.name(lang), now in (c.code, str(c.id)))
                for c in tree.children.get(unit.id, ())
                if c.kind != "office"
            ]
    return made


def _assignment(request: HttpRequest, ledger: str, record: Record, given: Mapping[str, Any], made: StepForm) -> None:
    posts = dispatch.Posts(request.district, request.tree)
    made.proposal = dispatch.propose(request.district, posts, ledger, {**record.values, "unit": record.unit})
    lead = str(given.get("lead") or (made.proposal.lead.id if made.proposal else ""))
    assist = set(request.POST.getlist("assist")) or (
        {str(p.id) for p in made.proposal.assist} if made.proposal else set()
    )
    for post in posts.by_id.values():
        role = request.district.rules.roles.get(post.role)
        if role and role.reach in ("area", "office"):
            made.leads.append(Choice(str(post.id), say(post.title, request.lang), chosen=str(post.id) == lead))
            made.assists.append(Choice(str(post.id), say(post.title, request.lang), chosen=str(post.id) in assist))


def _as_typed(one: Field, value: Any) -> str:
    if value is None:
        return ""
    if one.type == "point":
        return f"{value[0]},{value[1]}"
    if one.type == "photos":
        return " ".join(value)
    if one.type == "boolean":
        return "true" if value else ""
    return str(value)


def _is_uuid(text: Any) -> bool:
    try:
        UUID(str(text))
        return True
    except ValueError:
        return False
