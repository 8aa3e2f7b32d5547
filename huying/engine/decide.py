"""What a step does, decided without a database: the one place where the rules of a flow are applied.

`decide` takes a record as it stands and an act, and answers with a Decision or raises StepRefused. The engine
writes decisions (flows.py); the cases of a pack are run through the same function (cases.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from huying.declare import identity, second_look
from huying.declare.evaluate import evaluate
from huying.declare.kinds import NEW, SAME, Flow, Ledger, Rules, State, Step
from huying.declare.limit_words import until_of
from huying.engine import secret_values
from huying.engine.deadlines import Clock, due, parse_limit
from huying.engine.workdays import Calendar

Values = dict[str, Any]
Ancestors = Callable[[int], list[str]]  # an area's codes, nearest first


class StepRefused(Exception):
    """An act that changes nothing. code: a word that never changes; sentence: `中文 | English`, with the way out;
    fields: field -> sentence, for the form."""

    def __init__(self, code: str, sentence: str, fields: Mapping[str, str] | None = None):
        super().__init__(sentence)
        self.code, self.sentence, self.fields = code, sentence, dict(fields or {})


@dataclass(frozen=True)
class Before:
    """A record as the act finds it. values: fields and standing names; acted: step -> person who took it last."""

    state: str = NEW
    values: Mapping[str, Any] = field(default_factory=dict)
    clock: Clock | None = None
    acted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Doer:
    """Whoever acts, as the flow sees it. kinds: roles, responsible, assisting, resident, system."""

    kinds: frozenset[str]
    person: int = 0


@dataclass(frozen=True)
class Decision:
    """What the act changes.

    stage_due  when the new state's own limit ends; None where it has none
    closes     what was to be done is settled, though others may still look at it again
    """

    step: Step
    to: State
    values: Values
    clock: Clock | None
    due_at: datetime | None
    stage_due: datetime | None
    closes: bool
    assigns: bool


def limit_for(rules: Rules, name: str, text: str, values: Mapping[str, Any], ancestors: Ancestors, on: date) -> str:
    """A limit as words: `text` itself, or for `limit:<stage>` the first row of the limits table that fits.

    Raises StepRefused when the table has none: an unclocked case would be worse.
    """
    if not text.startswith("limit:"):
        return text
    stage = text.removeprefix("limit:")
    categories, areas = category_chain(rules, name, values), ancestors(values.get("unit") or 0)
    for row in rules.limits[name].rows if name in rules.limits else ():
        if (
            row.stage == stage
            and row.category in (*categories, "*")
            and row.severity in (values.get("severity") or "normal", "*")
            and row.area in (*areas, "*")
            and row.since <= on.isoformat()
            and (not row.until or on.isoformat() < row.until)
        ):
            return row.limit
    raise StepRefused(
        "limit.none",
        f"时限表里没有“{stage}”这一段的时限，请系统管理员补上 | The limits table has none for “{stage}”; "
        "ask the administrator to add it",
    )


def category_chain(rules: Rules, name: str, values: Mapping[str, Any]) -> list[str]:
    """The record's category and its ancestors, nearest first; empty when it has none: what dispatch goes by, else the
    field `category`."""
    by = rules.flows[name].dispatch_by or ("category" if "category" in rules.ledgers[name].fields else "")
    value = values.get(by) if by else None
    if not value:
        return []
    codes = rules.ledgers[name].fields[by].codes
    return rules.codes[codes].within(value) if codes else [value]


def decide(
    rules: Rules,
    name: str,
    step_name: str,
    before: Before,
    doer: Doer,
    answers: Mapping[str, Any],
    *,
    at: datetime,
    now: datetime,
    calendar: Calendar,
    ancestors: Ancestors,
    sampled: bool = False,
) -> Decision:
    """Apply one step of ledger `name`.

    answers  field -> value, typed and clean (values.py)
    at       aware moment of the act; not after `now`
    sampled  the act is chosen for the second look that its step may declare

    Raises StepRefused with a code: step.unknown, step.not-open, step.not-yours, step.future, step.asks, step.at-most,
    step.other-than, step.needs, step.clock, limit.none.
    """
    ledger, flow = rules.ledgers[name], rules.flows[name]
    step = flow.steps.get(step_name)
    if step is None:
        raise StepRefused("step.unknown", f"没有“{step_name}”这一步 | There is no step “{step_name}”")
    _admit(flow, step, before, doer, at, now, calendar)
    _check_asks(ledger, step, answers)
    asked = {*step.asks, *_entry_asks(rules, ledger, flow, step, answers)}
    values = {key: value for key, value in answers.items() if key in asked}
    if step.at_most and (before.values.get(step.counts) or 0) >= step.at_most:
        raise StepRefused("step.at-most", _at_most_sentence(step))
    if step.counts:
        values[step.counts] = (before.values.get(step.counts) or 0) + 1
    if step.stamps:
        values[step.stamps] = at
    for target, (what, source) in ledger.derive.items():
        if source in values:
            number = secret_values.plain(values[source])
            values[target] = identity.DERIVED[what](number) if number else None
    values |= _compared(step, before, answers)
    look = step.second_look if sampled else None
    if look:
        values[look.result] = second_look.DUE
    after = {**before.values, **values, "state": before.state}
    _check_together(ledger, after, values)
    today = at.astimezone(calendar.tz).date()
    for target, expression in step.sets.items():
        values[target] = after[target] = evaluate(expression, after, today=today, tz=calendar.tz)
    if step.needs is not None and evaluate(step.needs, after, today=today, tz=calendar.tz) is not True:
        raise StepRefused(
            "step.needs", step.needs_text or f"还不满足：{step.needs.text} | Not met yet: {step.needs.text}"
        )
    settled = flow.states[before.state if step.to == SAME else step.to]
    to = flow.states[second_look.STATE] if look else settled
    try:
        clock = _move_clock(rules, name, flow, step, before, after, at, calendar, ancestors)
    except ValueError as error:
        raise StepRefused("step.clock", str(error)) from None
    ended = stage_due(rules, name, to, clock, after, at, calendar, ancestors)
    return Decision(
        step,
        to,
        values,
        clock,
        clock.due_at if clock else None,
        ended,
        closes=settled.final and before.state not in flow.final and not before.values.get("closed_at"),
        assigns=bool(step.assigns),
    )


def _compared(step: Step, before: Before, answers: Mapping[str, Any]) -> Values:
    """How many of the asked values stay as they stood, and how many differ, where the step says so."""
    stood = {name: before.values.get(name) for name in step.asks}
    after = {name: answers.get(name, stood[name]) for name in step.asks}
    counts = {
        "kept": sum(stood[name] is not None and stood[name] == after[name] for name in step.asks),
        "changed": sum(stood[name] != after[name] for name in step.asks),
    }
    return {target: counts[what] for what, target in step.compares.items()}


def may_take(step: Step, doer: Doer) -> bool:
    """Whether the step is this doer's to take (the state apart)."""
    return bool(doer.kinds.intersection(step.by))


def _admit(flow: Flow, step: Step, before: Before, doer: Doer, at: datetime, now: datetime, calendar: Calendar) -> None:
    if at > now + timedelta(seconds=2):
        zh, en = (
            now.astimezone(calendar.tz).strftime("%Y-%m-%d %H:%M"),
            now.astimezone(calendar.tz).strftime("%d %b %Y %H:%M"),
        )
        raise StepRefused(
            "step.future",
            f"办理时间不能晚于现在（系统时间 {zh}）；请核对手机时间 | "
            f"A step cannot lie in the future (here it is {en}); check the clock of your phone",
        )
    if before.state not in step.from_:
        here = flow.states[before.state].title if before.state in flow.states else "尚未登记 | Not yet reported"
        zh, en = _both(here)
        step_zh, step_en = _both(step.title)
        raise StepRefused(
            "step.not-open",
            f"现在是“{zh}”，不能“{step_zh}”；可能别人刚办过，请刷新 | "
            f"It is “{en}” now, so “{step_en}” is not open; someone may have acted just before you",
        )
    if not may_take(step, doer):
        step_zh, step_en = _both(step.title)
        raise StepRefused("step.not-yours", f"“{step_zh}”不是您这个$post的事 | “{step_en}” is not for your $post")
    if step.other_than and doer.person and before.acted.get(step.other_than) == doer.person:
        raise StepRefused(
            "step.other-than",
            "办理和核查不能是同一个人，请换一位核查 | Whoever did the work cannot verify it; another person must",
        )


def _check_asks(ledger: Ledger, step: Step, answers: Mapping[str, Any]) -> None:
    missing = {}
    for name in step.asks:
        if name not in step.optional and answers.get(name) is None and name in ledger.fields:
            zh, en = _both(ledger.fields[name].title)
            missing[name] = f"请填写{zh} | {en} is needed"
    if missing:
        first = next(iter(missing.values()))
        raise StepRefused("step.asks", first, missing)


def _check_together(ledger: Ledger, after: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Fields that are filled in together or not at all, where the step touches one of them."""
    for constraint in ledger.constraints:
        lacking = [name for name in constraint.fields if after.get(name) is None]
        if (
            constraint.raced
            or not lacking
            or len(lacking) == len(constraint.fields)
            or not values.keys() & set(constraint.fields)
        ):
            continue
        titles = [_both(ledger.fields[name].title) for name in constraint.fields]
        sentence = constraint.says or (
            f"{'、'.join(zh for zh, _ in titles)}要一起填 | {', '.join(en for _, en in titles)} are filled in together"
        )
        raise StepRefused("record.together", sentence, dict.fromkeys(lacking, sentence))


def _entry_asks(rules: Rules, ledger: Ledger, flow: Flow, step: Step, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The questions of the category that the step chooses, asked beside its own."""
    by = flow.dispatch_by
    if not by or by not in step.asks or not ledger.fields[by].codes:
        return ()
    entry = rules.codes[ledger.fields[by].codes].entries.get(answers.get(by))
    return entry.asks if entry else ()


def _at_most_sentence(step: Step) -> str:
    zh, en = _both(step.title)
    return (
        f"“{zh}”最多 {step.at_most} 次，已经用完 | “{en}” is open {step.at_most} time(s) at most, and that is used up"
    )


def _move_clock(
    rules: Rules,
    name: str,
    flow: Flow,
    step: Step,
    before: Before,
    after: Values,
    at: datetime,
    calendar: Calendar,
    ancestors: Ancestors,
) -> Clock | None:
    clock = before.clock
    rule = flow.clock
    if rule is None:
        return clock
    if (step.name == rule.starts and clock is None) or step.restarts:
        limit = limit_for(rules, name, rule.limit, after, ancestors, at.astimezone(calendar.tz).date())
        return Clock.start(parse_limit(limit), at, calendar)
    if clock is None:
        return None
    if step.pauses and clock.is_running:
        return clock.pause(at, str(after.get("reason") or ""), calendar)
    if step.resumes and clock.paused_at is not None:
        return clock.resume(at, calendar)
    if step.extends and clock.stopped_at is None:
        return clock.extend(parse_limit(step.extends), calendar)
    if step.name == rule.stops and clock.stopped_at is None:
        return clock.stop(at, calendar)
    if clock.stopped_at is None and {flow.dispatch_by, "severity"}.intersection(step.asks):
        limit = parse_limit(
            limit_for(rules, name, rule.limit, after, ancestors, clock.started.astimezone(calendar.tz).date())
        )
        return clock if limit == clock.limit else clock.relimit(limit, calendar)  # another category, another limit
    return clock


def stage_due(
    rules: Rules,
    name: str,
    to: State,
    clock: Clock | None,
    after: Values,
    at: datetime,
    calendar: Calendar,
    ancestors: Ancestors,
) -> datetime | None:
    """When the limit of state `to` ends that began at `at`; None where it has none. Raises StepRefused: limit.none."""
    if to.final or not to.within:
        return None
    if to.within == "clock":
        return clock.due_at if clock else None
    if name_of_day := until_of(to.within):
        day = after.get(name_of_day)
        return datetime.combine(day + timedelta(days=1), time(), calendar.tz) if day else None
    limit = limit_for(rules, name, to.within, after, ancestors, at.astimezone(calendar.tz).date())
    stage = due(parse_limit(limit), at, calendar).at
    return min(stage, clock.due_at) if clock and clock.due_at and clock.is_running else stage


def _both(text: str) -> tuple[str, str]:
    zh, _, en = text.partition(" | ")
    return zh, en or zh
