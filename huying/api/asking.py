"""Reading what a call asks for: a ledger, a record, a moment, posts, answers. Raises Problem with the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

from huying.api.callers import Caller
from huying.api.problems import WORDS, Problem
from huying.declare.kinds import NEW, Ledger
from huying.engine import access, database, records, values
from huying.engine.acts import Act
from huying.engine.places import Unit
from huying.engine.records import Record

FIRST, LAST = 1900, 2199  # years


def named(description: str) -> dict[str, Any]:
    """The parameter of the description by which each name is a parameter of its own: `?<name>=<value>`."""
    return {
        "in": "query",
        "name": "filters",
        "style": "form",
        "explode": True,
        "required": False,
        "description": description,
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    }


def ledger_of(caller: Caller, name: str) -> Ledger:
    """The ledger, when there is one of that name and the caller may see it."""
    ledger = caller.district.rules.ledgers.get(name)
    if ledger is None:
        raise Problem(
            404,
            "ledger.none",
            f"没有$ledger“{name[:60]}”；全部见 /api/v1/ledgers | "
            f"There is no ledger “{name[:60]}”; /api/v1/ledgers lists them",
        )
    access.reach_for(ledger, caller.actor)
    return ledger


def record_of(caller: Caller, ledger: Ledger, key: str, as_of: datetime | None = None) -> Record:
    """The record of a code or id within the caller's reach."""
    number = id_of(caller, ledger.name, key)
    found = records.get(caller.district, caller.actor, ledger.name, number, as_of) if number else None
    if found is None:
        raise no_record()
    return found


def id_of(caller: Caller, ledger: str, key: str) -> UUID | None:
    """The id that a code or an id names; nothing is told of the record."""
    named = key_of(key)
    return named if isinstance(named, UUID) else records.find_id(caller.district, ledger, named)


def key_of(key: str) -> UUID | str:
    """The id that the text is, else the text: a code."""
    try:
        return UUID(key) if len(key) == 36 else key
    except ValueError:
        return key


def no_record() -> Problem:
    return Problem(404, "record.none", "没有这件事，或不在您的范围内 | There is no such $record within your reach")


def moment(caller: Caller, name: str, given: datetime | None) -> datetime | None:
    """An aware moment; without a zone it is the district's."""
    if given is None:
        return None
    if not FIRST <= given.year <= LAST:
        raise wrong(name, f"年份应在 {FIRST} 至 {LAST} | The year should be {FIRST} to {LAST}")
    return given if given.tzinfo else given.replace(tzinfo=caller.district.calendar.tz)


def past_moment(caller: Caller, given: datetime | None) -> datetime | None:
    """A moment to look back to. Raises Problem for one in the future."""
    found = moment(caller, "as_of", given)
    if found and found > caller.district.now() + timedelta(seconds=2):
        raise wrong("as_of", "截至时间不能晚于现在 | An as-of moment cannot lie in the future")
    return found


def day(caller: Caller, name: str, given: date | None) -> date | None:
    """A day that may be asked. Raises Problem for one that no calendar of people has."""
    if given is not None and not FIRST <= given.year <= LAST:
        raise wrong(name, f"年份应在 {FIRST} 至 {LAST} | The year should be {FIRST} to {LAST}")
    return given


def unit_of(caller: Caller, name: str, text: str, office: bool = False) -> Unit:
    """An area, or an office, by code or id. Raises Problem where there is none."""
    tree = caller.tree
    unit = tree.by_code.get(text) or (
        tree.get(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else None
    )
    if unit is None or (unit.kind == "office") != office:
        raise wrong(name, f"没有$office“{text[:40]}” | There is no $office “{text[:40]}”")
    return unit


def wrong(name: str, sentence: str, code: str = "input.invalid") -> Problem:
    """One parameter or field at fault."""
    return Problem(422, code, sentence, {name: sentence})


def post_of(caller: Caller, name: str, given: str | int | None) -> int | None:
    """The id of a post given by code or id, as it stands today."""
    if given is None:
        return None
    text = str(given)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    today = caller.district.today()
    found = database.direct().value(
        "select id from hy.post where district = %s and (code = %s or id = %s) and since <= %s and until > %s "
        "order by code = %s desc limit 1",
        [caller.district.id, text[:60], number, today, today, text[:60]],
    )
    if found is None:
        raise wrong(name, f"没有$post“{text[:40]}” | There is no $post “{text[:40]}”")
    return found


def answers_of(caller: Caller, ledger: Ledger, step: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Clean answers to what the step asks, and to the questions of the category's own."""
    flow = caller.district.rules.flows[ledger.name]
    declared = flow.steps.get(step)
    clean, problems = values.clean(
        caller.district.rules,
        ledger,
        given,
        caller.tree,
        caller.district.outline,
        caller.district.calendar.tz,
        lambda other, code: records.referred(caller.district, caller.actor, other, code),
    )
    if declared is not None:
        asked = {*declared.asks, *own_questions(caller, ledger, clean.get(flow.dispatch_by))}
        for name in clean:
            if name not in asked:
                shown = ", ".join(sorted(asked)) or "—"
                problems[name] = (
                    f"这一步不问“{name}”；可填：{shown} | This step does not ask for “{name}”; it asks for: {shown}"
                )
    if problems:
        first = next(iter(problems.values()))
        raise Problem(422, "answers.invalid", first, problems)
    return clean


def own_questions(caller: Caller, ledger: Ledger, category: Any) -> Sequence[str]:
    """The fields that the chosen category asks for besides."""
    by = ledger.fields.get(caller.district.rules.flows[ledger.name].dispatch_by)
    entry = caller.district.rules.codes[by.codes].entries.get(category) if by and by.codes and category else None
    return entry.asks if entry else ()


def act_key(request: HttpRequest) -> UUID | None:
    """The act that the header Idempotency-Key names; read by itself, as ninja would turn all headers over for it."""
    text = request.META.get("HTTP_IDEMPOTENCY_KEY")
    try:
        return UUID(text) if text is not None else None
    except ValueError:
        raise Problem(
            422,
            "input.invalid",
            "Idempotency-Key：应为 UUID | Idempotency-Key: It should be a UUID",
            {"Idempotency-Key": WORDS["uuid_parsing"]},
        ) from None


def act_of(caller: Caller, ledger: Ledger, body: Any, record: UUID | None, key: UUID | None = None) -> Act:
    """The act that a body asks for. key: from the header Idempotency-Key."""
    if key and body.act and key != body.act:
        raise wrong("act", "Idempotency-Key 与 act 不一致 | Idempotency-Key and act differ")
    flow = caller.district.rules.flows[ledger.name]
    step = flow.steps.get(body.step)
    if record is None and step is not None and NEW not in step.from_:
        raise Problem(
            409,
            "step.not-open",
            f"“{body.step[:40]}”不能登记新的；可用 POST …/records/<编号>/steps | "
            f"“{body.step[:40]}” does not report a new one; POST …/records/<code>/steps takes it",
        )
    lead = post_of(caller, "lead", getattr(body, "lead", None))
    assist = getattr(body, "assist", None)
    return Act(
        ledger.name,
        body.step,
        caller.actor,
        answers_of(caller, ledger, body.step, body.answers),
        record,
        body.act or key or uuid4(),
        getattr(body, "seen", None),
        moment(caller, "at", body.at),
        lead=lead,
        assist=tuple(post_of(caller, "assist", post) for post in assist) if assist is not None else None,
    )
