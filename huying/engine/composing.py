"""Numbers figured from several others, cell by cell: a rate, a total, a score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from huying.declare import units
from huying.declare.indicators import Figuring, Indicator, Part
from huying.declare.kinds import part as words
from huying.engine.figures import MISSING, NOT_APPLICABLE, SUPPRESSED, VALUE, Figure, rounded
from huying.engine.figuring_base import Ask, Key, after, made, plain, worst

LEFT_OUT = "left out"


def joined(indicator: Indicator, how: Figuring, ask: Ask, parts: Any, today: date) -> list[Figure]:
    """Of each cell that any part has: a rate, a total or a score."""
    tables = [{(one.period, one.split): one for one in given} for _, given in parts]
    cells: dict[Key, Figure] = {}
    for table in tables:
        for key, one in table.items():
            cells.setdefault(key, one)
    names = [of for of, _ in parts]
    make = {"total": _total, "composite": _score, "grade": _grade}.get(how.kind, _over)
    return [
        make(indicator, how, names, one, [table.get(key) for table in tables])
        for key, one in sorted(cells.items(), key=_by_period)
    ]


def _by_period(item: tuple[Key, Figure]) -> date:
    return item[0][0]


def _over(
    indicator: Indicator, how: Figuring, names: Sequence[Indicator], cell: Figure, some: Sequence[Figure | None]
) -> Figure:
    above, below = some
    status, value, num, den = worst(some), None, None, None
    if (
        status == VALUE
        and above is not None
        and below is not None
        and above.exact is not None
        and below.exact is not None
    ):
        top, bottom = above.exact, below.exact * how.parts[1].factor
        if bottom == 0:
            status = NOT_APPLICABLE
        else:
            percent = indicator.unit in (units.PERCENT, "%")
            value = top * Fraction(how.per) * (100 if percent else 1) / bottom
            num, den = plain(top), plain(bottom)
    says = f"{_told(names[0], above, 'zh')} ÷ {_told(names[1], below, 'zh')} | {_told(names[0], above, 'en')} ÷ {_told(names[1], below, 'en')}"
    return made(indicator, cell, value, status, says if status == VALUE else "", num=num, den=den)


def _told(of: Indicator, one: Figure | None, lang: str) -> str:
    shown = f"{one.value:f}{after(of.unit, lang)}" if one is not None and one.value is not None else "—"
    return f"{words(of.title, lang)} {shown}"


def _total(
    indicator: Indicator, how: Figuring, names: Sequence[Indicator], cell: Figure, some: Sequence[Figure | None]
) -> Figure:
    known = [
        (part, one) for part, one in zip(how.parts, some, strict=True) if one is not None and one.exact is not None
    ]
    status, says = _lacking(how, names, some, bool(known))
    value = (
        sum((one.exact * part.factor for part, one in known if one.exact is not None), Fraction(0))
        if status == VALUE
        else None
    )
    return made(indicator, cell, value, status, says, num=None if value is None else plain(value), den=None,
                 rows=sum(one.rows for one in some if one is not None))  # fmt: skip


def score(part: Part, value: Fraction) -> Fraction:
    """From 0 at `worst` to 100 at `best`, and never beyond.

    >>> score(Part("x", worst=Decimal(20), best=Decimal(0)), Fraction(5))
    Fraction(75, 1)
    """
    assert part.worst is not None and part.best is not None
    worst, best = Fraction(part.worst), Fraction(part.best)
    return min(max((value - worst) * 100 / (best - worst), Fraction(0)), Fraction(100))


def _score(
    indicator: Indicator, how: Figuring, names: Sequence[Indicator], cell: Figure, some: Sequence[Figure | None]
) -> Figure:
    known = [
        (part, score(part, one.exact))
        for part, one in zip(how.parts, some, strict=True)
        if one is not None and one.exact is not None
    ]
    status, says = _lacking(how, names, some, bool(known))
    weight = sum((Fraction(part.weight) for part, _ in known), Fraction(0))
    got = sum((Fraction(part.weight) * points for part, points in known), Fraction(0))
    value = got / weight if status == VALUE else None
    if status == MISSING and known:
        least, most = (f"{rounded(one, indicator.places):f}" for one in (got, got + (1 - weight) * 100))
        says = f"{words(says)}；在 {least} 至 {most} 之间 | {words(says, 'en')}; between {least} and {most}"
    if status == VALUE and not says:
        sums = " + ".join(f"{part.weight.normalize():f}×{rounded(points, 1):f}" for part, points in known)
        says = f"{sums} | {sums}"
    return made(
        indicator, cell, value, status, says, num=None, den=None, rows=sum(one.rows for one in some if one is not None)
    )


def _grade(
    indicator: Indicator, how: Figuring, names: Sequence[Indicator], cell: Figure, some: Sequence[Figure | None]
) -> Figure:
    """The worst grade of the parts; one beyond the last limit is in the grade after the last."""
    status, value, said = worst(some), None, ["", ""]
    if status == VALUE:
        grades = [
            1 + sum(one.exact > limit for limit in part.limits)
            for part, one in zip(how.parts, some, strict=True)
            if one is not None and one.exact is not None
        ]
        value = Fraction(max(grades))
        for n, lang in enumerate(("zh", "en")):
            each = [f"{_told(of, one, lang)}（{grade}）" for of, one, grade in zip(names, some, grades, strict=True)]
            said[n] = ("；" if lang == "zh" else "; ").join(each)
    rows = sum(one.rows for one in some if one is not None)
    return made(
        indicator, cell, value, status, f"{said[0]} | {said[1]}" if value else "", num=None, den=None, rows=rows
    )


def _lacking(
    how: Figuring, names: Sequence[Indicator], some: Sequence[Figure | None], any_known: bool
) -> tuple[str, str]:
    """(status of the whole, which parts it lacks)."""
    status = worst(some)
    if status in (VALUE, SUPPRESSED):
        return status, ""
    out = [of.title for of, one in zip(names, some, strict=True) if one is None or one.exact is None]
    zh, en = "、".join(words(title) for title in out), ", ".join(words(title, "en") for title in out)
    if how.lacking == LEFT_OUT and any_known:
        return VALUE, f"没有计入：{zh} | Left out: {en}"
    return MISSING if any_known else status, f"缺：{zh} | Lacking: {en}"
