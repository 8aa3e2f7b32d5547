"""How exactly a number is written, and whether a known value is what was written: 13.6 is 13.58, 近20万 is a little less.

`5047.4`, `５０４７．４`, `5,047.4` and `五千零四十七点四` are one number to one decimal place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from .model import Figure
from .numbers import ARABIC, CHINESE, LARGE, arabic, chinese, normal, power

_NUMERAL = re.compile(rf"({ARABIC}|{CHINESE})([十百千万亿]*)")
_OF_HUNDRED = re.compile(r"百分之|千分之|万分之")
_NEARLY = re.compile(r"(?:接近|将近|近)(?:了)?$")
ROUGH = Fraction(1, 20)  # 约, 左右: within a twentieth
NEARLY = Fraction(1, 10)  # 近: below it by a tenth at most


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it stands in a text.

    value   as the reader read it, in the base unit
    step    what its last digit stands for: 13.6 has 0.1, 6.2万 has 1000, 22 has 1
    nearly  近: it is said to be a little less
    """

    value: Fraction
    step: Fraction
    comparator: str
    nearly: bool = False

    def agrees(self, known: Fraction) -> bool:
        """Whether a known value is what was written, as it was written."""
        rounded, value = _rounded(known, self.step), self.value
        match self.comparator:
            case "gt":
                return known > value
            case "ge":
                return known >= value
            case "lt":
                return known < value
            case "le":
                return known <= value
            case "approx" if self.nearly:
                return value * (1 - NEARLY) <= known <= value
            case "approx":
                return rounded == value or abs(known - value) <= abs(value) * ROUGH
        return rounded == value


def written(figure: Figure) -> Written:
    """How a figure is written in its own words.

    >>> from types import SimpleNamespace as F
    >>> [written(F(quote=q, value=Decimal(v), comparator="eq")).step for q, v in
    ...  (("新增就业6.2万人", 62000), ("生产总值５０４７．４亿元", 504740000000), ("五千零四十七点四", "5047.4"), ("22座", 22))]
    [Fraction(1000, 1), Fraction(10000000, 1), Fraction(1, 10), Fraction(1, 1)]
    """
    quote, value = normal(figure.quote), Fraction(figure.value)
    shares = bool(_OF_HUNDRED.search(quote))
    found = None
    for match in _NUMERAL.finditer(quote):
        at = match.start()
        read = _read(match[1], match[2])
        if read is not None and read[0] in (value, -value):
            found = (at, read[1])
            break
    if found is None:
        step = Fraction(1) if value.denominator == 1 else Fraction(1, value.denominator)
        return Written(value, step, figure.comparator, "近" in quote and figure.comparator == "approx")
    before = quote[: found[0]]
    nearly = figure.comparator == "approx" and bool(_NEARLY.search(before.removesuffix("百分之") if shares else before))
    return Written(value, found[1], figure.comparator, nearly)


def _read(digits: str, scale: str) -> tuple[Fraction, Fraction] | None:
    """(value, what its last digit stands for) of one numeral."""
    times = power(scale)
    if digits[0].isdigit():
        _, _, fraction = digits.partition(".")
        return Fraction(arabic(digits)) * times, Fraction(times, 10 ** len(fraction))
    value = chinese(digits)
    if value is None:
        return None
    _, _, fraction = digits.partition("点")
    last = digits[-1]
    own = LARGE.get(last, 1) if not fraction else 1
    return Fraction(value) * times, Fraction(times * own, 10 ** len(fraction))


def _rounded(value: Fraction, step: Fraction) -> Fraction:
    """Half away from zero, to whole steps."""
    scaled = abs(value) / step + Fraction(1, 2)
    whole = (scaled.numerator // scaled.denominator) * step
    return -whole if value < 0 else whole
