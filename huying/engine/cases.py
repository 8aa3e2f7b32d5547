"""The cases of a pack — given, when, then, written by the office that owns the rule — run without a database.

They go through the same `decide` as every act, and indicators through the same evaluator as every expression.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from huying import options
from huying.declare import derived_day, likeness
from huying.declare.evaluate import evaluate
from huying.declare.kinds import NEW, CaseFile, Indicator, Rules
from huying.declare.problems import Problem
from huying.declare.units import PERCENT
from huying.engine.deadlines import Clock, parse_limit
from huying.engine.decide import Before, Doer, StepRefused, decide, limit_for
from huying.engine.workdays import Calendar, load_calendar

LONGEST = timedelta(days=3660)  # how far a case looks for the end of a row


def run(rules: Rules, calendar: Calendar | None = None) -> list[Problem]:
    """Run every case of the packs; one Problem (code case.failed) for each that does not come out as written.

    calendar  the working calendar to count by; None: the one that comes with the program
    """
    calendar = calendar or load_calendar(options.ROOT / "packs" / "base" / "calendars" / "china.yaml")
    found = []
    for case in rules.cases:
        try:
            for wrong in _what(rules, case, calendar):
                found.append(_problem(case, wrong))
        except (KeyError, ValueError, TypeError) as error:
            found.append(_problem(case, f"写法不对：{error} | It is malformed: {error}"))
    return found


def _what(rules: Rules, case: CaseFile, calendar: Calendar) -> list[str]:
    if case.of in rules.subjects:
        return _compared(rules, case)
    return _derived(rules, case, calendar) if case.on else _run(rules, case, calendar)


def _compared(rules: Rules, case: CaseFile) -> list[str]:
    """What a subject's rules say otherwise of two."""
    got, wanted = (
        likeness.compared(rules.subjects[case.of], case.given["one"], case.given["other"]),
        case.then["they_are"],
    )
    return [f"they_are 应为 {wanted}，实际 {got} | they_are: expected {wanted}, got {got}"] if got != wanted else []


def _run(rules: Rules, case: CaseFile, calendar: Calendar) -> list[str]:
    values = {
        name: _typed(rules, case.of, name, value, calendar) for name, value in case.given.items() if name != "state"
    }
    values["unit"] = 0
    before = Before(str(case.given.get("state", NEW)), values)
    rule = rules.flows[case.of].clock
    if given := case.given.get("clock_started"):  # a clock that already runs
        limit = limit_for(
            rules, case.of, rule.limit, values, _no_areas, _moment(given, calendar).astimezone(calendar.tz).date()
        )
        before = Before(before.state, values, Clock.start(parse_limit(limit), _moment(given, calendar), calendar))
    refused, opened, closed = "", None, None
    for step in case.when:
        at = _moment(step["at"], calendar)
        doer = Doer(frozenset(_words(step["by"])), int(step.get("person", 0)))
        answers = {
            name: _typed(rules, case.of, name, value, calendar) for name, value in (step.get("answers") or {}).items()
        }
        try:
            decision = decide(
                rules,
                case.of,
                step["step"],
                before,
                doer,
                answers,
                at=at,
                now=at,
                calendar=calendar,
                ancestors=_no_areas,
                sampled=step.get("second_look") is True,
            )
        except StepRefused as refusal:
            refused = refusal.code
            break
        opened = opened or at
        closed = at if decision.closes else closed if decision.to.final else None
        before = Before(
            decision.to.name,
            {**before.values, **decision.values, "due_at": decision.due_at, "opened_at": opened, "closed_at": closed},
            decision.clock,
            {**before.acted, step["step"]: doer.person},
        )
    return [
        wrong
        for name, expected in case.then.items()
        if (wrong := _differs(rules, case, name, expected, refused, before, calendar))
    ]


def _derived(rules: Rules, case: CaseFile, calendar: Calendar) -> list[str]:
    """What comes out otherwise of a derived ledger, asked for a day."""
    derived = rules.derived[case.of]
    short = {name.partition(".")[2]: name for name in derived.ledgers} | {name: name for name in derived.ledgers}
    given = {
        short[name]: [
            {"id": place, **{key: _typed(rules, short[name], key, value, calendar) for key, value in record.items()}}
            for place, record in enumerate(records)
        ]
        for name, records in case.given.items()
    }
    day = date.fromisoformat(case.on)
    there = derived_day.on_day(derived, given, day, calendar.tz)

    def end(step: timedelta) -> date | None:
        """The last day, that way, on which the same keys are listed."""
        now = day
        while there.keys() <= derived_day.on_day(derived, given, now + step, calendar.tz).keys():
            now += step
            if abs(now - day) > LONGEST:
                return None
        return now

    got: dict[str, Any] = {"listed": bool(there), "rows": len(there)}
    if there and case.then.keys() & {"since", "until"}:
        got |= {"since": end(timedelta(days=-1)), "until": end(timedelta(days=1))}
    for side in ("few", "many"):
        got[side] = sorted(slot for row in there.values() for slot in getattr(row, side))
    wrong = []
    for name, expected in case.then.items():
        wanted = date.fromisoformat(expected) if name in ("since", "until") and isinstance(expected, str) else expected
        wanted = sorted(wanted) if isinstance(wanted, list) else wanted
        if got.get(name) != wanted:
            wrong.append(f"{name} 应为 {wanted}，实际 {got.get(name)} | {name}: expected {wanted}, got {got.get(name)}")
    return wrong


def _differs(
    rules: Rules, case: CaseFile, name: str, expected: Any, refused: str, before: Before, calendar: Calendar
) -> str:
    if name == "refused":
        return (
            ""
            if refused == expected
            else f"应拒绝（{expected}），实际：{refused or before.state} | Expected refusal {expected}, got {refused or before.state}"
        )
    if refused and "refused" not in case.then:
        return f"被拒绝（{refused}） | It was refused ({refused})"
    if name == "state":
        got: Any = before.state
    elif indicator := rules.indicators.get(f"{case.of.split('.')[0]}.{name}"):
        got, expected = (
            _measure(rules, indicator, case.of, before, calendar),
            None if expected is None else Decimal(str(expected)),
        )
    elif name.endswith("_on") and f"{name[:-3]}_at" in before.values | {"due_at": None}:
        moment = before.values.get(f"{name[:-3]}_at")
        got, expected = (
            (moment.astimezone(calendar.tz).date() if moment else None),
            date.fromisoformat(str(expected)) if expected else None,
        )
    else:
        got, expected = before.values.get(name), _typed(rules, case.of, name, expected, calendar)
    return "" if got == expected else f"{name} 应为 {expected}，实际 {got} | {name}: expected {expected}, got {got}"


def _measure(rules: Rules, indicator: Indicator, of: str, before: Before, calendar: Calendar) -> Decimal | None:
    """The indicator over this one record."""
    if of != indicator.of and not (indicator.and_like and rules.ledgers[of].like == indicator.of):
        return None
    if indicator.figuring or indicator.statement or indicator.listed:
        return None  # one record does not show it
    row, today = {**before.values, "state": before.state}, date(2020, 12, 31)
    for name, some in indicator.standards.items():
        day = row.get(indicator.period[1])
        known = [number for since, number in some if isinstance(day, date) and since <= day]
        row[name] = known[-1] if known else None

    def holds(expression: Any) -> bool:
        return expression is None or evaluate(expression, row, today=today, tz=calendar.tz) is True

    counted = holds(indicator.among) and _stands(indicator, row, today)
    if indicator.measure == "count":
        return Decimal(int(counted and holds(indicator.value)))
    if not counted:
        return None
    if indicator.measure == "distinct":
        return Decimal(int(row.get(indicator.key) is not None))
    value = evaluate(indicator.value, row, today=today, tz=calendar.tz)
    if indicator.measure == "share":
        return Decimal(100 if value is True else 0)
    if indicator.measure == "ratio":
        over = evaluate(indicator.over, row, today=today, tz=calendar.tz)
        whole = 100 if indicator.unit in (PERCENT, "%") else 1
        return Decimal(value) * whole / Decimal(over) if value is not None and over else None
    return None if value is None else Decimal(value)


def _stands(indicator: Indicator, row: dict[str, Any], day: date) -> bool:
    """Whether a record belongs to what stands on a day, where that is what the indicator counts."""
    if len(indicator.stock) < 2:
        return True
    since, until = (row.get(name) for name in indicator.stock)
    return since is not None and since <= day and (until is None or until > day)


def _typed(rules: Rules, ledger: str, name: str, value: Any, calendar: Calendar) -> Any:
    declared = rules.ledgers[ledger].fields.get(name)
    if value is None or name == "unit" or declared is None:
        return value
    if declared.type in ("number", "money"):
        return Decimal(str(value))
    if declared.type == "time":
        return _moment(value, calendar)
    if declared.type == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _moment(value: Any, calendar: Calendar) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=calendar.tz)).astimezone(UTC)


def _words(by: Any) -> list[str]:
    return [by] if isinstance(by, str) else list(by)


def _no_areas(_: int) -> list[str]:
    return []


def _problem(case: CaseFile, wrong: str) -> Problem:
    return Problem(
        code="case.failed",
        file=f"{case.of.split('.')[0]}/cases",
        line=0,
        column=0,
        message=f"{case.name}: {wrong}",
        hint="",
    )
