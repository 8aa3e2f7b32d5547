"""A promise against the calendar: what is expected by a day, and what the evidence says of it. Pure arithmetic.

Kinds of pace: `nodes` (day -> value), and `{kind: linear | milestone | maintain | zero | year_end}`. Works are never taken to grow
evenly unless the declaration says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from huying.declare.commitments import quarter_end
from huying.declare.kinds import Commitment, say

NOT_DUE, AHEAD, ON_PACE, BEHIND, DONE, UNMEASURED = "not_due", "ahead", "on_pace", "behind", "done", "unmeasured"
TITLES = {
    NOT_DUE: "未到节点 | not due yet",
    AHEAD: "超序时 | ahead of pace",
    ON_PACE: "达序时 | on pace",
    BEHIND: "欠序时 | behind pace",
    DONE: "已完成 | done",
    UNMEASURED: "无法量化 | not measured",
}
LIGHTS = ("red", "amber", "grey", "green")  # the worst first
TOLERANCE = Fraction(1, 5)  # behind by at most a fifth of what is expected: amber, not red


@dataclass(frozen=True)
class Expected:
    """What the calendar asks by a day. value: None before the first node; day, then: the next node, where one follows."""

    kind: str
    value: Fraction | None
    day: date | None = None
    then: Decimal | None = None


@dataclass(frozen=True)
class Standing:
    """What the evidence says of a promise. status: a key of TITLES; light: green, amber, red or grey.

    met  the target itself is reached; words: `中文 | English`
    """

    status: str
    light: str
    met: bool
    words: str


def kind_of(commitment: Commitment) -> str:
    """nodes, linear, milestone, maintain, zero or year_end (also where no pace is declared)."""
    if "kind" in commitment.pace:
        return commitment.pace["kind"]
    return "nodes" if commitment.pace else "year_end"


def nodes(commitment: Commitment) -> list[tuple[date, Decimal]]:
    """The declared nodes in order of day."""
    return sorted((date.fromisoformat(d), Decimal(v)) for d, v in commitment.pace.items() if d != "kind")


def deadline(commitment: Commitment, asked: date) -> date:
    """The last day; the end of the asked day's year where none is declared."""
    return date.fromisoformat(commitment.deadline) if commitment.deadline else date(asked.year, 12, 31)


def starts(commitment: Commitment, asked: date) -> date:
    """The first day; the beginning of the deadline's year where none is declared."""
    return date.fromisoformat(commitment.starts) if commitment.starts else date(deadline(commitment, asked).year, 1, 1)


def expected(commitment: Commitment, asked: date) -> Expected:
    """What is to be reached by the end of `asked`."""
    kind, last = kind_of(commitment), deadline(commitment, asked)
    if not commitment.target:
        return Expected(kind, None)
    target = Decimal(commitment.target)
    match kind:
        case "nodes":
            passed = [value for day, value in nodes(commitment) if day <= asked]
            following = next(((day, value) for day, value in nodes(commitment) if day > asked), (None, None))
            return Expected(kind, Fraction(passed[-1]) if passed else None, *following)
        case "maintain":
            return Expected(kind, Fraction(target))
        case "zero":
            return Expected(kind, Fraction(0))
        case "linear":
            first = starts(commitment, asked)
            gone = min(max((asked - first).days + 1, 0), (last - first).days + 1)
            base = Fraction(Decimal(commitment.baseline or 0))
            return Expected(
                kind, base + (Fraction(target) - base) * Fraction(gone, (last - first).days + 1), last, target
            )
    return Expected(kind, Fraction(target) if asked >= last else None, None if asked >= last else last, target)


def milestone(commitment: Commitment, asked: date) -> tuple[str, date] | None:
    """What will have been done, in words, by the end of the quarter of `asked` or the next one that says anything,
    and that day; the last one after them all; None where no quarter says anything."""
    year = deadline(commitment, asked).year
    said = [(commitment.texts[n], quarter_end(year, n)) for n in sorted(commitment.texts)]
    return next((one for one in said if one[1] >= asked), said[-1] if said else None)


def meets(comparator: str, value: Decimal | Fraction, bound: Decimal | Fraction) -> bool:
    """ge, le or eq."""
    value, bound = Fraction(value), Fraction(bound)
    return {"ge": value >= bound, "le": value <= bound, "eq": value == bound}[comparator or "ge"]


def judge(
    commitment: Commitment, value: Decimal | None, asked: date, share: tuple[Decimal, Decimal] | None = None
) -> Standing:
    """The evidence `value` held against target and calendar on the day asked. share: n of m, where it is a share."""
    if value is None or not commitment.target:
        why = (
            ("没有佐证数据", "there is no evidence")
            if commitment.target
            else ("没有数量目标", "the target is not a number")
        )
        return Standing(UNMEASURED, "grey", False, f"无法量化：{why[0]} | not measured: {why[1]}")
    target, due = Decimal(commitment.target), deadline(commitment, asked)
    over, plan = asked >= due, expected(commitment, asked)
    met = meets(commitment.comparator, value, target)
    keeps = plan.kind in ("maintain", "zero") or commitment.comparator in ("le", "eq")
    if met and (over or not keeps):
        status, light = DONE, "green"
    elif keeps and plan.kind != "nodes":
        status, light = (ON_PACE, "green") if met else (BEHIND, "red")
        if not met and commitment.comparator == "eq" and not over and plan.kind not in ("maintain", "zero"):
            status, light = NOT_DUE, "grey"
    elif plan.value is None and not over:
        status, light = NOT_DUE, "grey"
    else:
        status, light = _against(commitment, Fraction(value), plan.value if not over else Fraction(target), over)
    return Standing(status, light, met, _words(commitment, value, status, plan, over, share))


def _against(commitment: Commitment, value: Fraction, plan: Fraction, over: bool) -> tuple[str, str]:
    if commitment.comparator == "le":
        if value <= plan:
            return (AHEAD if value < plan else ON_PACE), "green"
        short = value - plan
    else:
        if value >= plan:
            return (AHEAD if value > plan else ON_PACE), "green"
        short = plan - value
    return BEHIND, "red" if over or short > TOLERANCE * abs(plan) else "amber"


def together(parts: Sequence[Standing]) -> Standing:
    """What several parts say of the task that they make up: the worst of those that are measured, and how many stand how."""
    measured = [one for one in parts if one.status != UNMEASURED] or parts
    worst = min(measured, key=lambda one: LIGHTS.index(one.light))
    counted = Counter(one.status for one in parts)
    said = [(TITLES[status].partition(" | "), n) for status, n in counted.most_common()]
    zh = "，".join(f"{title[0]} {n}" for title, n in said)
    en = ", ".join(f"{n} {title[2]}" for title, n in said)
    met = all(one.met for one in parts)
    status = DONE if all(one.status == DONE for one in parts) else worst.status
    return Standing(status, worst.light, met, f"{len(parts)} 个子项：{zh} | {len(parts)} parts: {en}")


def shown(number: Decimal | Fraction) -> str:
    """A number as people write it: whole where it is whole, else one decimal."""
    number = Fraction(number)
    if number.denominator == 1:
        return f"{number.numerator:,}"
    tenths = abs(number) * 10 + Fraction(1, 2)
    return f"{'-' if number < 0 else ''}{Decimal(tenths.numerator // tenths.denominator) / 10:,}"


def _words(
    commitment: Commitment,
    value: Decimal,
    status: str,
    plan: Expected,
    over: bool,
    share: tuple[Decimal, Decimal] | None,
) -> str:
    """`8/8 个以上，达标 | 8 of at least 8: met`."""
    unit = {"percent": "%"}.get(commitment.unit, say(commitment.unit))
    target, kind = shown(Decimal(commitment.target)), commitment.comparator or "ge"
    reach = {"ge": ("以上", "of at least"), "le": ("以内", "of at most"), "eq": ("", "of")}[kind]
    start_zh, start_en = f"{shown(value)}/{target} {unit}{reach[0]}", f"{shown(value)} {reach[1]} {target}"
    parts = f"{shown(share[0])}/{shown(share[1])}" if share else ""
    if plan.kind == "maintain":
        start_zh = f"保持，现 {shown(value)}{unit}（{parts or f'{target}{unit}{reach[0]}'}）"
        start_en = f"held at {shown(value)}{unit}{parts and f' ({parts})'}"
    elif unit == "%":
        start_zh = f"{shown(value)}%{parts and f'（{parts}）'}/{target}%{reach[0]}"
        start_en = f"{shown(value)}%{parts and f' ({parts})'} {reach[1]} {target}%"
    if status == DONE or (status == ON_PACE and plan.kind in ("maintain", "zero")):
        return f"{start_zh}，达标 | {start_en}: met"
    zh, _, en = TITLES[status].partition(" | ")
    more = ("", "")
    if status == NOT_DUE and plan.day:
        more = (f"（{plan.day:%Y-%m-%d} 应达 {shown(plan.then)}）", f" ({shown(plan.then)} by {plan.day:%Y-%m-%d})")
    elif status in (AHEAD, ON_PACE, BEHIND) and plan.value is not None and not over:
        more = (f"（应达 {shown(plan.value)}）", f" ({shown(plan.value)} expected)")
    elif over and status == BEHIND:
        zh, en = "逾期未达", "past its deadline and not met"
    return f"{start_zh}，{zh}{more[0]} | {start_en}: {en}{more[1]}"
