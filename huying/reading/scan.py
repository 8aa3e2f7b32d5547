"""Every numeral of a text, sorted into numbers to be read as figures and numbers that are none, each with its reason.

One pass over the text. What is no figure gets a reason in one word: `huying.reading.explain` says each; "bare" is for one of which
nothing is known.
"""

from __future__ import annotations

import re
from decimal import Decimal

from .chinese_counts import counted, great_unit
from .lexicon import GREAT, NAME_AFTER, PEOPLE
from .numbers import ARABIC, CHINESE, arabic, chinese, scaled
from .numeral_words import reason
from .shapes import AFTER_SIGN, AREAS, FIRST, MEDAL, RANGE, TIMES, UNSAID, Token, shape_at
from .units import LENGTH, MONEY, SHARE, split_scale, unit_at

_DIGITS = re.compile(ARABIC)


def scan(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Tokens of a normalised text between `start` and `end`, in order, without overlap."""
    end = len(text) if end is None else end
    tokens: list[Token] = []
    at = start
    while True:
        first = FIRST.search(text, at, end)
        if first is None:
            return tokens
        match = shape_at(text, first.start(), end)
        if match is None:
            at = first.start() + 1
            continue
        token = READERS[match.lastgroup](text, match, end)
        at = max(token.tail or token.end, match.end(), at + 1)
        tokens.append(token)


def _set_aside(reason):
    def read(text, match, end):
        return Token(match.start(), match.end(), reason, None, "", reason)

    return read


def _ratio(text, match, end):
    parts = tuple(Decimal(piece.strip()) for piece in match.group().split(":"))
    if len(parts) == 3 and 98 <= sum(parts) <= 102:
        return Token(match.start(), match.end(), "ratio", parts[0], "%", "", parts=parts)
    return Token(match.start(), match.end(), "ratio", None, "", "ratio")


_BARE = re.compile(CHINESE + r"(?![分个年月万亿千百])")


def _percent(text, match, end):
    raw = match.group()
    sign = -1 if raw[3] == "负" else 1
    digits = raw[3:].lstrip("负")
    value = arabic(digits) if digits[0].isdigit() else chinese(digits)
    if value is None:
        return Token(match.start(), match.end(), "percent", None, "", "word")
    unit = {"百": "%", "千": "‰", "万": "‱"}[raw[0]]
    token = Token(match.start(), match.end(), "number", sign * value, unit)
    joint = RANGE.match(text, token.end, end)
    other = _BARE.match(text, joint.end(), end) if joint else None
    if other and not sign * value >= (high := chinese(other.group()) or 0):
        # 百分之八至九: 百分之 is said once.
        token.upper, token.end = high, other.end()
    return _finish(text, token, end)


def _fraction(text, match, end):
    raw = match.group()
    above, below = raw.split("/") if "/" in raw else reversed(raw.split("分之"))
    low, high = (arabic(below), arabic(above)) if "/" in raw else (chinese(below), chinese(above))
    if not low or high is None:
        return Token(match.start(), match.end(), "fraction", None, "", "word")
    share = high * 100 / low
    if share != share.quantize(Decimal("0.01")):
        share = share.quantize(Decimal("0.01"))
    return _finish(text, Token(match.start(), match.end(), "fraction", share, "%"), end)


def _rank(text, match, end):
    raw = match.group()
    digits = raw[1:].rstrip("位名")
    value = arabic(digits) if digits[0].isdigit() else chinese(digits)
    token = Token(match.start(), match.end(), "rank", value, "名")
    if value is None or text.startswith(NAME_AFTER, match.end()):
        token.reason = "ordinal"
    return token


def _top(text, match, end):
    raw = match.group().strip("前位名强")
    value = arabic(raw) if raw[0].isdigit() else chinese(raw)
    token = Token(match.start(), match.end(), "rank", value, "名", after="以内")
    if value is None or value > 500:
        token.reason = "ordinal"
    return token


def _half(text, match, end):
    return _finish(text, Token(match.end() - 2, match.end(), "half", Decimal(50), "%"), end)


def _zero(text, match, end):
    return Token(match.start(), match.end(), "zero", Decimal(0), "%")


def _double(text, match, end):
    return Token(match.start(), match.end(), "double", Decimal(2), "倍")


def _arabic(text, match, end):
    raw = match.group()
    vague = raw[-1] in "多余几来"
    digits = raw[:-1] if vague else raw
    value = arabic(digits.replace("，", "").replace(" ", ""))
    at = match.end()
    if text[at : at + 1] in (" ", "?") and text[at + 1 : at + 2] in ("万", "亿"):
        at += 1
    scale, at = split_scale(text, at, end)
    if not vague and at < end and text[at] in "多余几":
        vague, at = True, at + 1
        more, at = split_scale(text, at, end)
        scale *= more
    elif scale > 1 and (lower := _DIGITS.match(text, at, end)):
        # 2亿3千万, 3万5千: the lower place follows at once.
        more, after = split_scale(text, lower.end(), end)
        if more < scale and (more > 1 or lower.group().isdigit()):
            if after < end and text[after] in "多余几":
                vague, after = True, after + 1
            return _measured(text, match.start(), after, value * scale + arabic(lower.group()) * more, end, vague)
    return _measured(text, match.start(), at, scaled(value, scale) if scale > 1 else value, end, vague)


def _measured(text, start, at, value, end, vague):
    gap = at + 1 if at < end and text[at] == " " else at
    unit, after = unit_at(text, gap)
    if after > end:
        unit, after = "", at
    if after < end and text[after] in "多余" and text[after + 1 : after + 2] not in ("种", "样", "元化", "方"):
        vague, after = True, after + 1
    if unit == "成":
        unit, value = "%", value * 10
    great = GREAT.match(text, at, end) if 2 <= value <= 200 and not vague else None
    if great:
        return Token(start, at + 1, "number", value, great_unit(great))
    if unit == "个" and (other := _NEXT.match(text, after, end)) and text.startswith("个百分点", other.end()):
        # 提高了9个和4.6个百分点
        unit = "百分点"
    token = Token(start, after if unit else at, "number", value, unit, vague=vague)
    if unit == "英寸" or (unit == "级" and value >= 10**6):
        token.reason = "name"
        return token
    if unit:
        return _finish(text, token, end)
    more = _range_ahead(text, token, at, end)
    if more is not None:
        return more
    large = text[at - 1] in "万亿" or (vague and text[at - 2] in "万亿")
    if value >= 1000 and PEOPLE.match(text, at):
        token.unit = "人"
    elif 1900 <= value <= 2060 and at - start == 4:
        token.reason = "date"
    elif AREAS.match(text, at):
        token.unit, token.end = "个", at
    elif MEDAL.match(text, at, end):
        token.unit, token.end = "枚", at + 1
    else:
        token.unit = _shared_unit(text, at, end, large)
        if (
            not token.unit
            and not (large and UNSAID.match(text, at))
            and text[start - 2 : start] not in ("指数", "系数", "数为")
        ):
            token.reason = "bare"
    return _finish(text, token, end) if large and not token.reason else token


_NEXT = re.compile(rf"\s*(?:、|和|及|与|/)\s*(?P<n>{ARABIC})")


def _shared_unit(text, at, end, large) -> str:
    """The unit of a list that states it once, at its end: 20.8、18.0和20.0%; 6万、8万和9万人."""
    for _ in range(12):
        other = _NEXT.match(text, at, end)
        if not other:
            return ""
        scale, at = split_scale(text, other.end(), end)
        unit, after = unit_at(text, at)
        if unit and after <= end:
            alike = unit in SHARE or unit == "百分点" or unit in LENGTH or "/" in unit or unit == "倍"
            return (
                unit if (scale > 1) == large and (alike or large or unit in MONEY or other.group()[0] == "和") else ""
            )
    return ""


def _range_ahead(text, token, at, end):
    """A range whose unit stands only once, at its end: 6.5—7%, 35-64岁, 300至400万元."""
    joint = RANGE.match(text, at, end)
    times = None if joint else TIMES.match(text, at, end)
    if times:
        token.unit, token.end, token.kind = "times", at, "times"
        return token
    if not joint:
        return None
    other = _DIGITS.match(text, joint.end(), end)
    if other is None:
        return None
    scale, after = split_scale(text, other.end(), end)
    vague = after < end and text[after] in "多余"
    unit, stop = unit_at(text, after + 1 if vague else after)
    high = arabic(other.group()) * scale
    low = token.value * scale
    if not unit or stop > end or high <= low:
        return None
    token.value, token.upper, token.unit, token.end = low, high, unit, stop
    return _finish(text, token, end)


def _finish(text, token, end):
    """以上, 左右 and a second bound after the unit."""
    if token.upper is None:
        joint = RANGE.match(text, token.end, end)
        if joint:
            other = shape_at(text, joint.end(), end)
            if other and other.lastgroup in ("arabic", "percent", "chinese"):
                upper = READERS[other.lastgroup](text, other, end)
                fits = upper.value is not None and upper.upper is None and upper.unit == token.unit and not upper.reason
                if fits and token.value < upper.value and text[joint.start() : joint.end()].strip() != "到":
                    token.upper, token.end = upper.value, upper.end
                    token.after, token.tail = upper.after, upper.tail
                    return token
    after = AFTER_SIGN.match(text, token.end, end)
    if after:
        token.after, token.tail = after.group(), after.end()
    return token


def _chinese(text, match, end):
    raw, start, stop = match.group(), match.start(), match.end()
    lead = raw[0] if raw[0] in "数几上近" else ""
    digits = raw[len(lead) :]
    vague = digits[-1:] in ("多", "余", "几", "来")
    digits = digits[:-1] if vague else digits
    token = counted(text, start, stop, end, lead, digits, vague)
    if token is None:
        return Token(start, stop, "chinese", None, "", reason(text, start, stop, lead, digits))
    return token if token.reason else _finish(text, token, end)


READERS = {
    "ratio": _ratio,
    "list": _set_aside("list"),
    "date": _set_aside("date"),
    "name": _set_aside("name"),
    "percent": _percent,
    "fraction": _fraction,
    "top": _top,
    "half": _half,
    "zero": _zero,
    "double": _double,
    "rank": _rank,
    "ordinal": _set_aside("ordinal"),
    "arabic": _arabic,
    "chinese": _chinese,
}
