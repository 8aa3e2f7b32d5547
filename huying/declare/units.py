"""Units as types: which may stand for one another, and by what exact factor. A target in 公顷 fits a measure in 平方米.

A unit that is not in the table is a kind of its own: 个 fits 个 alone, 人 (heads) never 人次 (visits), % never 百分点.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

PERCENT, POINTS = "percent", "百分点 | percentage points"
_TABLE: dict[str, dict[str, Fraction]] = {
    "money": {"元": Fraction(1), "千元": Fraction(10**3), "万元": Fraction(10**4), "百万元": Fraction(10**6),
              "亿元": Fraction(10**8), "yuan": Fraction(1)},
    "length": {"米": Fraction(1), "公里": Fraction(1000), "千米": Fraction(1000), "厘米": Fraction(1, 100),
               "毫米": Fraction(1, 1000), "里": Fraction(500), "m": Fraction(1), "km": Fraction(1000), "cm": Fraction(1, 100)},
    "area": {"平方米": Fraction(1), "平方公里": Fraction(10**6), "公顷": Fraction(10**4), "万平方米": Fraction(10**4),
             "亩": Fraction(2000, 3), "万亩": Fraction(2000 * 10**4, 3), "m2": Fraction(1), "ha": Fraction(10**4),
             "km2": Fraction(10**6)},
    "volume": {"立方米": Fraction(1), "万立方米": Fraction(10**4), "升": Fraction(1, 1000)},
    "mass": {"克": Fraction(1, 1000), "千克": Fraction(1), "公斤": Fraction(1), "斤": Fraction(1, 2), "吨": Fraction(1000),
             "万吨": Fraction(10**7)},
    "time": {"秒": Fraction(1), "分钟": Fraction(60), "小时": Fraction(3600), "天": Fraction(86400), "日": Fraction(86400),
             "s": Fraction(1), "min": Fraction(60), "h": Fraction(3600)},
    "heads": {"人": Fraction(1), "名": Fraction(1), "万人": Fraction(10**4), "people": Fraction(1)},
    "visits": {"人次": Fraction(1), "万人次": Fraction(10**4)},
    "share": {"%": Fraction(1), "percent": Fraction(1), "％": Fraction(1), "‰": Fraction(1, 10)},
    "points": {"百分点": Fraction(1), "个百分点": Fraction(1)},
}  # fmt: skip
_KNOWN = {name: (dimension, factor) for dimension, some in _TABLE.items() for name, factor in some.items()}


def plain(unit: str) -> str:
    """The unit without its English: `公顷 | ha` -> `公顷`."""
    return unit.partition(" | ")[0].strip()


def dimension(unit: str) -> str:
    """What a unit measures: money, area …; an unknown one measures itself."""
    name = plain(unit)
    return _KNOWN[name][0] if name in _KNOWN else f"={name}"


def fits(one: str, other: str) -> bool:
    """Whether numbers in one unit can be put into the other.

    >>> fits("公顷", "平方米"), fits("人", "人次"), fits("万元", "percent")
    (True, False, False)
    """
    return dimension(one) == dimension(other)


def factor(one: str, other: str) -> Fraction:
    """By what a number in `one` is multiplied to be in `other`, exactly. Raises ValueError (`中文 | English`).

    >>> factor("公顷", "亩"), factor("亿元", "万元")
    (Fraction(15, 1), Fraction(10000, 1))
    """
    if not fits(one, other):
        raise ValueError(
            f"“{plain(one)}”与“{plain(other)}”量的不是一种东西，不能换算 | "
            f"“{plain(one)}” and “{plain(other)}” measure different things and cannot be converted"
        )
    a, b = plain(one), plain(other)
    return Fraction(1) if a == b else _KNOWN[a][1] / _KNOWN[b][1]


def convert(value: Decimal, one: str, other: str) -> Fraction:
    """The value in the other unit, exactly. Raises as `factor` does."""
    return Fraction(value) * factor(one, other)


def alike(unit: str) -> list[tuple[str, Fraction]]:
    """Every unit that fits this one, with the factor into it: first the unit itself."""
    known = [name for name in _KNOWN if fits(name, unit) and name != plain(unit)]
    return [(plain(unit), Fraction(1)), *((name, factor(name, unit)) for name in known)]
