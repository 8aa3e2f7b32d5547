"""A form for one step of a flow, made from what the step asks; and what came back from it, cleaned.

The form carries the act's uuid (sent twice, it is one act) and the seq it was made from. Its names are the ledger's
field names. Questions that only some categories ask stand in every form that chooses a category, and say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from huying.declare.build_ledger import PHONE
from huying.declare.kinds import NEW, SAME, Field, Step, say
from huying.engine import dispatch, records, values
from huying.engine.acts import Act, Outcome
from huying.engine.clock import new_id
from huying.engine.flows import StepRefused, take_step
from huying.engine.people import Actor
from huying.engine.records import Record
from huying.web import assign, uploads
from huying.web.assign import Choice
from huying.web.requested import uuid, whole
from huying.web.words import gettext as _

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
LONG = 150  # characters from which a text gets several lines
Given = Mapping[str, Any]  # field -> what was typed, a string or a list of them


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
    asleep: bool = False  # another category is chosen
    longest: int = 0
    ledger: str = ""
    photos: list[uploads.Kept] = field(default_factory=list)
    note: str = ""  # where the value that stands there comes from
    mend: str = ""  # what is to be mended, in the words of whoever sent it back


@dataclass
class StepForm:
    """A form as it is shown; `problems` stand on top and link to their fields."""

    step: Step
    act: UUID
    seen: int | None
    inputs: list[Input]
    top: str = ""
    code: str = ""  # of the refusal on top
    assignment: assign.Assignment | None = None
    restored_at: datetime | None = None  # when the draft it was filled from was saved

    @property
    def problems(self) -> list[Input]:
        return [i for i in self.inputs if i.error]

    @property
    def wrong(self) -> bool:
        return bool(self.top or self.problems)

    @property
    def uploads(self) -> bool:
        return any(i.widget == "photos" for i in self.inputs)


def for_step(
    request: HttpRequest,
    ledger: str,
    step: Step,
    record: Record | None = None,
    given: Given | None = None,
    errors: Mapping[str, str] | None = None,
    top: str = "",
) -> StepForm:
    """The form of a step; `given` is what was typed, so that nothing is lost."""
    lang = request.lang
    given, errors = given or {}, errors or {}
    declared = request.district.rules.ledgers[ledger]
    special = _own_questions(request, ledger, step)
    inputs = []
    for name in [*step.asks, *(n for n in special if n not in step.asks)]:
        one = declared.fields.get(name)
        if one is None:
            continue
        now = _first(given, name) if given else _standing(request, one, step, record)
        own = name not in step.asks
        made = _input(request, one, now, optional=own or name in step.optional)
        if own:
            made.only_for = " ".join(special[name])
            chosen = _first(given, request.district.rules.flows[ledger].dispatch_by)
            made.asleep = bool(chosen) and chosen not in special[name]
            made.help = f"{made.help} {_only_for(request, declared, ledger, special[name])}".strip()
        made.error = say(errors[name], lang) if name in errors else ""
        if made.widget == "photos":
            made.photos = uploads.kept(request, _all(given, name))
        inputs.append(made)
    act = uuid(_first(given, "act")) or new_id()
    seen = whole(_first(given, "seen")) or (record.seq if record else None)
    made = StepForm(step, act, seen, inputs, say(top, lang))
    if step.assigns == "dispatch" and record is not None:
        made.assignment = assign.assignment(request, ledger, record, _first(given, "lead"), _all(given, "assist"))
        made.assignment.error = say(errors["lead"], lang) if "lead" in errors else ""
    return made


def answers_of(request: HttpRequest, ledger: str, step: Step) -> tuple[dict[str, Any], dict[str, str]]:
    """(values, problems) of what was posted: the step's questions and the chosen category's own."""
    district = request.district
    declared = district.rules.ledgers[ledger]
    special = _own_questions(request, ledger, step)
    chosen = request.POST.get(district.rules.flows[ledger].dispatch_by, "")
    names = {*step.asks, *(n for n, codes in special.items() if chosen in codes)}
    raw: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, one in declared.fields.items():
        if name not in names:
            continue
        if one.type == "photos":
            raw[name], wrong = uploads.taken(request, name)
            problems |= {name: wrong} if wrong else {}
        elif name in request.POST:
            raw[name] = request.POST[name]
    clean, wrong = cleaned(request, ledger, raw)
    return {name: value for name, value in clean.items() if value is not None}, problems | wrong


def cleaned(request: HttpRequest, ledger: str, raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """(values, problems) of answers to fields of a ledger, as they were typed."""
    district = request.district
    return values.clean(
        district.rules,
        district.rules.ledgers[ledger],
        raw,
        request.tree,
        district.outline,
        district.calendar.tz,
        lambda other, code: records.referred(district, request.actor, other, code),
    )


def take(request: HttpRequest, ledger: str, step: Step, actor: Actor, record: Record | None) -> Outcome | StepForm:
    """Take the posted step: its outcome, or the form again with what is wrong and everything that was typed."""
    answers, problems = answers_of(request, ledger, step)
    answers |= _emptied(request, ledger, step, record)
    given = typed(request)
    if problems:
        return for_step(request, ledger, step, record, given, problems)
    lead = whole(_first(given, "lead"))
    assist = tuple(number for p in _all(given, "assist") if (number := whole(p)))
    act = uuid(_first(given, "act")) or new_id()
    seen = whole(_first(given, "seen"))
    try:
        return take_step(
            request.district,
            Act(
                ledger,
                step.name,
                actor,
                answers,
                record.id if record else None,
                act,
                seen,
                lead=lead,
                assist=assist if lead else None,
            ),
        )
    except StepRefused as refused:
        at_fields = {n: t for n, t in refused.fields.items() if n in {*step.asks, "lead"}}
        form = for_step(request, ledger, step, record, given, at_fields, "" if at_fields else refused.sentence)
        form.code = refused.code
        if refused.code in ("step.not-open", "step.race") and record is not None:
            form.seen = record.seq  # what changed stands beside the form; sending it again acts on what is there now
        return form


def _emptied(request: HttpRequest, ledger: str, step: Step, record: Record | None) -> dict[str, Any]:
    """What stood in the form and was taken out of it: None, and false where a tick was taken away. A masked field is never
    emptied by a form that did not show it."""
    declared, found = request.district.rules.ledgers[ledger], {}
    for name in step.optional if record is not None else ():
        one = declared.fields.get(name)
        if one is None or name in declared.masked or not _standing(request, one, step, record):
            continue
        if one.type == "boolean" and name not in request.POST:
            found[name] = False
        elif name in request.POST and not request.POST[name].strip():
            found[name] = None
    return found


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """Everything that was typed, photos that arrived included."""
    given = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    for name, arrived in getattr(request, "arrived", {}).items():
        given[name] = arrived
    return given


def _own_questions(request: HttpRequest, ledger: str, step: Step) -> dict[str, list[str]]:
    """field -> the codes that ask for it, where the step chooses the category."""
    rules = request.district.rules
    by = rules.flows[ledger].dispatch_by
    declared = rules.ledgers[ledger].fields.get(by)
    found: dict[str, list[str]] = {}
    if declared and declared.codes and by in step.asks:
        for entry in rules.codes[declared.codes].entries.values():
            for name in entry.asks:
                found.setdefault(name, []).append(entry.code)
    return found


def _only_for(request: HttpRequest, declared: Any, ledger: str, codes: list[str]) -> str:
    by = declared.fields[request.district.rules.flows[ledger].dispatch_by]
    entries = request.district.rules.codes[by.codes].entries
    return _("只在类别为“%(which)s”时填。") % {
        "which": _("”“").join(say(entries[c].title, request.lang) for c in codes)
    }


def _standing(request: HttpRequest, one: Field, step: Step, record: Record | None) -> str:
    """What stands in the record already; long words of an earlier step are not offered again as the next one's."""
    if record is None:
        return str(one.schema.get("default", "")) if step.from_ == (NEW,) else ""
    longest = int(one.schema.get("maxLength", 0) or 0)
    if step.to != SAME and one.type == "text" and longest > LONG:
        return ""
    value = record.unit if one.name == "unit" else record.values.get(one.name)
    if value is None:
        return ""
    match one.type:
        case "point":
            return f"{value[0]},{value[1]}"
        case "photos":
            return ""
        case "boolean":
            return "true" if value else ""
        case "time":
            return value.astimezone(request.district.calendar.tz).strftime("%Y-%m-%dT%H:%M")
        case "money":
            return str(Decimal(value) / 100)
        case "record":
            return getattr(request, "shower", None) and request.shower.text(one, value) or str(value)
    return str(value)


def _input(request: HttpRequest, one: Field, now: str, optional: bool) -> Input:
    lang, tree = request.lang, request.tree
    longest = int(one.schema.get("maxLength", 0) or 0)
    widget = WIDGETS.get(one.type, "textarea" if longest > LONG else "text")
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
    low, high = one.schema.get("minimum"), one.schema.get("maximum")
    if one.schema.get("pattern") == PHONE:
        made.widget = "tel"
    elif one.type == "integer" and low is not None and high is not None and high - low < 10:
        made.widget = "radio"
        made.choices = [Choice(str(n), f"{n} {made.unit}".strip(), chosen=str(n) == now) for n in range(low, high + 1)]
    elif one.type == "enum":
        made.widget = "radio" if len(one.choices) <= 4 else "select"
        made.choices = [Choice(v, say(t, lang), chosen=v == now) for v, t in one.choices.items()]
    elif one.type == "code":
        made.widget = "select"
        entries = request.district.rules.codes[one.codes].entries
        parents = {e.parent for e in entries.values()}
        for entry in entries.values():
            title = say(entry.title, lang)
            whole = _("%(title)s（先按大类登记）") % {"title": title} if entry.code in parents else title
            made.choices.append(Choice(entry.code, ("　" if entry.parent else "") + whole, chosen=entry.code == now))
    elif one.type == "area":
        for unit in tree.of_kind("street") or tree.children.get(tree.root.id, []):
            made.choices.append(Choice(unit.code, unit.name(lang), chosen=now in (unit.code, str(unit.id))))
            made.choices += [
                Choice(c.code, c.name(lang), unit.name(lang), now in (c.code, str(c.id)))
                for c in tree.children.get(unit.id, ())
                if c.kind != "office"
            ]
    elif one.type == "office":
        made.widget = "select"
        made.choices = [Choice(u.code, u.name(lang), chosen=now in (u.code, str(u.id))) for u in tree.of_kind("office")]
    elif one.type == "post":
        made.widget = "select"
        held = sorted(dispatch.posts(request.district, tree).by_id.values(), key=lambda post: (post.role, post.code))
        made.choices = [Choice(str(post.id), say(post.title, lang), chosen=str(post.id) == now) for post in held]
    return made


def _first(given: Given, name: str) -> str:
    found = given.get(name, "")
    return str((found[0] if found else "") if isinstance(found, list) else found or "")


def _all(given: Given, name: str) -> list[str]:
    found = given.get(name, [])
    return found if isinstance(found, list) else [found]
