"""Units that measure the same thing, brought to one unit exactly, so that values of two reports can be compared.

The reader keeps a report's own word for a unit (units.py); here 亩 and 公顷, 公里 and 千米, 吨 and 斤 meet.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

# Common unit -> the units that are so many of it.
_SAME = {
    "平方米": {"平方米": 1, "平方": 1, "亩": Fraction(2000, 3), "公亩": 100, "公顷": 10**4, "平方公里": 10**6, "平方千米": 10**6},
    "米": {"米": 1, "延米": 1, "里": 500, "华里": 500, "公里": 1000, "千米": 1000, "海里": 1852, "厘米": Fraction(1, 100),
          "毫米": Fraction(1, 1000)},
    "千克": {"千克": 1, "公斤": 1, "斤": Fraction(1, 2), "市斤": Fraction(1, 2), "克": Fraction(1, 1000), "担": 50, "市担": 50,
           "吨": 1000},
    "立方米": {"立方米": 1, "立方": 1, "方": 1, "升": Fraction(1, 1000)},
    "千瓦": {"千瓦": 1, "瓦": Fraction(1, 1000), "兆瓦": 1000, "MW": 1000, "吉瓦": 10**6, "GW": 10**6},
    "千瓦时": {"千瓦时": 1, "度": 1, "kWh": 1, "MWh": 1000, "兆瓦时": 1000, "GWh": 10**6, "吉瓦时": 10**6},
    "吨标准煤": {"吨标准煤": 1, "吨标煤": 1},
    "标准箱": {"标准箱": 1, "标箱": 1, "TEU": 1},
    "张": {"张": 1, "床": 1, "床位": 1},
    "年": {"年": 1, "周年": 1},
    "岁": {"岁": 1, "周岁": 1},
    "微克/立方米": {"微克/立方米": 1, "毫克/立方米": 1000},
    "%": {"%": 1, "‰": Fraction(1, 10), "‱": Fraction(1, 100)},
    # Measure words that reports change from year to year for the same thing.
    "个": dict.fromkeys(("个", "家", "项", "所", "座", "处", "件", "户", "只", ""), 1),
}  # fmt: skip
_TO_COMMON = {unit: (common, Fraction(size)) for common, units in _SAME.items() for unit, size in units.items()}


def common(unit: str) -> tuple[str, Fraction]:
    """(unit that others of its kind are brought to, how many of it one `unit` is); a unit of its own kind is itself.

    >>> common("公顷"), common("元")
    (('平方米', Fraction(10000, 1)), ('元', Fraction(1, 1)))
    """
    return _TO_COMMON.get(unit, (unit, Fraction(1)))


def size(value: Decimal, unit: str) -> Fraction:
    """The value in the common unit of its kind, exactly: 15 亩 and 1 公顷 are both 10000."""
    return Fraction(value) * common(unit)[1]


_LARGE = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))


def spoken(value: Decimal, unit: str) -> str:
    """A value as a sentence says it: 8.7亿元, 6万人, 5.5%."""
    for scale, word in _LARGE:
        if abs(value) >= scale and (value * 1000 / scale) % 1 == 0:
            return f"{_digits(value / scale)}{word}{unit}"
    return f"{_digits(value)}{unit}"


def _digits(value: Decimal) -> str:
    value = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
    return format(value, "f")
