"""Whether an outcome keeps a target, and why, in a sentence of each language.

A target of 以上, or without any word, asks for at least its value (at most, where less is better); of 左右 for its value
within a declared tolerance; of a range for its nearer bound; of 以内 for at most its value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from .matching import Measured, less_is_better
from .measures import spoken
from .model import Figure

TOLERANCE = Fraction(5, 100)
# 左右 of a share or a rate of growth is never wider than this, in points.
WIDEST_POINTS = Fraction(1, 2)
# Two units, each rounded to what it shows, may differ by this share of the value.
ROUNDING = Fraction(1, 1000)
_LESSENS = re.compile(
    r"压减|减少|淘汰|削减|压缩|节约|清理|化解|处置|治理|拆除|退出|减排|消除|关停|整改|下降|降低|清退|清除"
)
WORD = {
    "eq": ("", ""), "ge": ("以上", "at least "), "gt": ("以上", "more than "), "le": ("以内", "at most "),
    "lt": ("以内", "less than "), "approx": ("左右", "about "),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """met, missed, not reported, changed target or not due, with why (zh, en) and how sure the comparison is (0 to 1)."""

    word: str
    why: tuple[str, str]
    sure: float


def judge(target: Measured, outcome: Measured, tolerance: Fraction = TOLERANCE) -> Verdict:
    """Whether `outcome` keeps `target`; both have keys of one thing."""
    asked, reached = target.value, outcome.value
    comparator = target.figure.comparator
    falls = target.key.change in ("growth", "points") and asked < 0
    if falls:
        # 下降3%以上 is kept by a larger fall; at a fall, sizes are compared.
        asked, reached = -asked, -reached
    at_most = comparator in ("le", "lt") or (not falls and comparator in ("eq", "approx") and _less(target))
    if target.upper is not None:
        upper = -target.upper if falls else target.upper
        at_most = not falls and _less(target)
        asked = max(asked, upper) if at_most else min(asked, upper)
    slack = Fraction(0)
    if comparator == "approx":
        slack = abs(asked) * tolerance
        if target.key.unit in ("%", "百分点"):
            slack = min(slack, WIDEST_POINTS)
    elif target.figure.unit != outcome.figure.unit:
        slack = abs(asked) * ROUNDING
    short = reached - asked if at_most else asked - reached
    kept = short <= slack
    sure = 1.0
    vague = outcome.figure.comparator
    if vague == "approx":
        # 约6万 does not show that 6万 was reached, nor that it was not.
        sure = 0.8 if abs(short) > abs(asked) * tolerance else 0.65
        kept = kept or short <= abs(asked) * tolerance / 5
    elif (vague in ("ge", "gt") and not at_most and not kept) or (vague in ("le", "lt") and at_most and not kept):
        sure = 0.6
    return Verdict("met" if kept else "missed", _why(target, outcome, kept, at_most, short, slack), sure)


def _less(target: Measured) -> bool:
    return less_is_better(target.key, target.figure) and not _LESSENS.search(target.figure.quote)


def said(figure: Figure) -> tuple[str, str]:
    """A figure's value as a sentence says it, in Chinese and in English: 增长5.5%左右."""
    zh, en = WORD.get(figure.comparator, ("", ""))
    value = spoken(figure.value, figure.unit)
    if figure.value_max is not None:
        value, zh, en = f"{value}—{spoken(figure.value_max, figure.unit)}", "", ""
    lead = {"growth": ("增长", "growth of "), "decline": ("下降", "a fall of ")}.get(figure.change, ("", ""))
    return f"{lead[0]}{value}{zh}", f"{lead[1]}{en}{value}"


def spoken_side(side, tongue: int) -> str:
    """A side's value (value, value_max, unit, comparator, change) in one language (0 zh, 1 en), or "" where it has none."""
    return "" if side.value is None else said(side)[tongue]


def _why(target, outcome, kept, at_most, short, slack) -> tuple[str, str]:
    (asked_zh, asked_en), (got_zh, got_en) = said(target.figure), said(outcome.figure)
    if kept and short > 0:
        zh, en = ("，在容差之内", ", within the tolerance") if slack else ("", "")
    elif kept:
        zh, en = ("，没有超过", ", not above it") if at_most else ("，达到了", ", which reaches it")
    else:
        zh, en = ("，超过了", ", which is above it") if at_most else ("，没有达到", ", which falls short")
        if outcome.figure.comparator in ("ge", "gt", "le", "lt"):
            zh, en = "，看不出达到", ", which does not show that it was reached"
    if outcome.figure.comparator == "approx":
        zh, en = zh + "（报告只说了约数）", en + " (the report says only about)"
    other = ("；两份报告单位不同，已换算", "; units differ and were converted") if (
        target.figure.unit != outcome.figure.unit and target.key.unit not in ("个", "%")) else ("", "")  # fmt: skip
    return f"目标{asked_zh}，报告{got_zh}{zh}{other[0]}。", f"Target {asked_en}; reported {got_en}{en}{other[1]}."
