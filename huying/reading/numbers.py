"""Numerals of Chinese official prose, read exactly as decimals.

Arabic (1,234.5), full-width digits are expected to have been made ASCII by `normal`; Chinese
(一千二百, 二亿三千万, 三十点五, 一九八二), and mixed (1.2万亿, 3千多万).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

DIGIT = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5,
    "六": 6, "七": 7, "八": 8, "九": 9, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5,
    "陆": 6, "柒": 7, "捌": 8, "玖": 9, "俩": 2, "仨": 3,
}  # fmt: skip
SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
LARGE = {"万": 10**4, "亿": 10**8, "萬": 10**4, "億": 10**8}

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])|\d+(?:\.\d+)?"
CHINESE = r"[零〇○一二三四五六七八九十百千万亿两]+(?:点[零〇○一二三四五六七八九]+)?"

# Same length in, same length out, so that offsets hold. Only "，" stays apart from ",", because a full-width
# comma never separates thousands.
_WIDE = {chr(0xFF10 + n): str(n) for n in range(10)}
_WIDE.update({chr(0xFF21 + n): chr(65 + n) for n in range(26)})
_WIDE.update({chr(0xFF41 + n): chr(97 + n) for n in range(26)})
_WIDE.update(
    {
        "％": "%", "﹪": "%", "．": ".", "－": "-", "−": "-", "﹣": "-", "：": ":", "∶": ":", "（": "(", "）": ")",
        "；": ";", "！": "!", "？": "?", "～": "~", "〜": "~", "／": "/", "＋": "+", "\u3000": " ", "\xa0": " ",
        "\t": " ",
        "﹐": ",", "–": "—", "―": "—", "‒": "—", "─": "—", "㎡": "㎡", "萬": "万", "億": "亿", "〔": "〔",
        "\u2002": " ",
        "\u2003": " ", "\ufeff": " ", "\u200b": " ",
    }
)  # fmt: skip
_WIDE = {sign: ascii for sign, ascii in _WIDE.items() if sign != ascii}
# A text has few of these signs: replacing them one by one takes a third of what str.translate does.
_SIGNS = re.compile("[" + re.escape("".join(_WIDE)) + "]")


def normal(text: str) -> str:
    """The text with full-width digits, letters and signs made ASCII, character for character."""
    return _SIGNS.sub(_narrow, text)


def _narrow(match: re.Match) -> str:
    return _WIDE[match.group()]


@lru_cache(maxsize=1024)
def chinese(text: str) -> Decimal | None:
    """The value of a Chinese numeral, or None when it is not one.

    >>> chinese("二亿三千万"), chinese("十五点六"), chinese("一九八二"), chinese("一百零五"), chinese("八点七亿")
    (Decimal('230000000'), Decimal('15.6'), Decimal('1982'), Decimal('105'), Decimal('870000000'))
    """
    if not text:
        return None
    whole, point, fraction = text.partition("点")
    if point:
        digits = fraction.rstrip("".join({**SMALL, **LARGE}))
        if not digits or any(ch not in DIGIT for ch in digits):
            return None
        base = _whole(whole)
        if base is None:
            return None
        return scaled(base + Decimal("0." + "".join(str(DIGIT[ch]) for ch in digits)), power(fraction[len(digits) :]))
    return _whole(whole)


def _whole(text: str) -> Decimal | None:
    if not text or any(ch not in DIGIT and ch not in SMALL and ch not in LARGE for ch in text):
        return None
    if all(ch in DIGIT for ch in text):
        return Decimal("".join(str(DIGIT[ch]) for ch in text))
    total = section = digit = 0
    last = 0
    for ch in text:
        if ch in DIGIT:
            digit = digit * 10 + DIGIT[ch] if digit else DIGIT[ch]
            last = last if DIGIT[ch] else 0
        elif ch in SMALL:
            section += (digit or 1) * SMALL[ch]
            digit, last = 0, SMALL[ch]
        else:
            section += digit
            if LARGE[ch] == 10**8 and total and total < 10**8:
                total = (total + section) * LARGE[ch]
            elif not section and total:
                total *= LARGE[ch]
            else:
                total += (section or 1) * LARGE[ch]
            section = digit = 0
            last = LARGE[ch]
    # "一百二" is 120, "三万五" is 35,000: a last digit takes the next lower place.
    if digit and last >= 100 and len(text) > 1 and text[-2] not in "零〇○":
        digit *= last // 10
    return Decimal(total + section + digit)


def power(text: str) -> int:
    """The product of the multipliers in 万, 千万, 万亿, 亿 …; 1 for none."""
    value = 1
    for ch in text:
        value *= SMALL.get(ch) or LARGE.get(ch) or 1
    return value


def arabic(text: str) -> Decimal:
    """The value of an ASCII numeral that may have thousands separators."""
    return Decimal(text.replace(",", ""))


def scaled(value: Decimal, scale: int) -> Decimal:
    """value × scale, without the empty decimals that 156.8亿 would keep."""
    value *= scale
    whole = value.to_integral_value()
    return whole if whole == value else value


MIXED = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)([十百千万亿]*)")


def number(text: str) -> Decimal | None:
    """Any numeral, Arabic, Chinese or mixed ("2亿3千万" too), or None."""
    text = normal(text).strip()
    pieces = MIXED.findall(text)
    if pieces and "".join(a + b for a, b in pieces) == text:
        return sum((scaled(arabic(digits), power(scale)) for digits, scale in pieces), Decimal(0))
    return chinese(text)


def spell(value: int) -> str:
    """A whole number below 10**16 in Chinese, as official prose writes it (15 is 十五, 105 is 一百零五)."""
    if value < 0 or value >= 10**16:
        raise ValueError("spell takes 0 to 10**16 - 1")
    if value == 0:
        return "零"
    groups, rest = [], value
    while rest:
        rest, group = divmod(rest, 10**4)
        groups.append(group)
    out = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            if place == 2 and len(groups) > 3:
                out += "亿"
            continue
        if out and group < 1000:
            out += "零"
        out += _four(group) + ("", "万", "亿", "万")[place]
    return out[1:] if out.startswith("一十") else out


def _four(group: int) -> str:
    out, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, group = divmod(group, scale)
        if digit:
            out += ("零" if gap and out else "") + "零一二三四五六七八九"[digit] + name
            gap = False
        else:
            gap = True
    return out
