"""List numbers that Word makes itself: they stand in no text, only in the rules of the document's lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from .archives import attribute, bare, child

_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def counted(number: int) -> str:
    """12 is 十二, 120 is 一百二十: as one counts in Chinese, below 10,000."""
    if not 0 < number < 10000:
        return str(number)
    said, gap = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + unit
        gap = digit == 0
    return said[1:] if 10 <= number < 20 else said


def letters(number: int) -> str:
    """1 is a, 26 is z, 27 is aa, as Word counts on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)


def roman(number: int) -> str:
    """4 is iv."""
    said = ""
    signs = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
    for value, sign in (*signs, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        said += sign * (number // value)
        number %= value
    return said


def _enclosed(first: str, last: int) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= last else str(number)


_KINDS: dict[str, Callable[[int], str]] = {
    "chineseCounting": counted,
    "chineseCountingThousand": counted,
    "japaneseCounting": counted,
    "taiwaneseCounting": counted,
    "taiwaneseCountingThousand": counted,
    "ideographDigital": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12],
    "decimalEnclosedCircle": _enclosed("①", 20),
    "decimalEnclosedCircleChinese": _enclosed("①", 20),
    "decimalEnclosedParen": _enclosed("⑴", 20),
    "decimalEnclosedFullstop": _enclosed("⒈", 20),
    "ideographEnclosedCircle": _enclosed("㊀", 10),
    "decimalFullWidth": lambda number: "".join(chr(ord(digit) + 0xFEE0) for digit in str(number)),
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": letters,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
}


@dataclass
class _Level:
    kind: str = "decimal"
    words: str = ""
    start: int = 1
    plain: bool = False
    style: str = ""


@dataclass
class _List:
    family: str
    levels: dict[int, _Level] = field(default_factory=dict)
    restarts: dict[int, int] = field(default_factory=dict)
    begun: bool = False


class Numbers:
    """The lists of one document; `of` is asked for each paragraph in order and counts on."""

    def __init__(self, numbering: Element | None, styles: Element | None):
        self.counts: dict[str, dict[int, int]] = {}
        self.lists = _lists(numbering) if numbering is not None else {}
        self.styles = _styles(styles) if styles is not None else {}

    def of(self, properties: Element | None) -> str:
        """The number before a paragraph, such as （二） or 3.1; empty when it has none."""
        number, level = self._asked(properties)
        one = self.lists.get(number)
        if one is None or level not in one.levels:
            return ""
        counts = self.counts.setdefault(one.family, {})
        if not one.begun:
            one.begun = True
            for where, start in one.restarts.items():
                counts[where] = start - 1
        counts[level] = counts.get(level, one.levels[level].start - 1) + 1
        for deeper in [where for where in counts if where > level]:
            del counts[deeper]
        here = one.levels[level]
        words = here.words
        for where in range(level + 1):
            rule = one.levels.get(where, here)
            count = counts.get(where, rule.start)
            kind = "decimal" if here.plain else rule.kind
            words = words.replace(f"%{where + 1}", _KINDS.get(kind, str)(count))
        if here.kind in ("bullet", "none") and "%" not in here.words:
            return ""
        return words if words[-1:] in tuple("、）)．.，") or not words else words + " "

    def _asked(self, properties: Element | None) -> tuple[str, int]:
        """(list, level) of a paragraph: its own, or its style's or that of a style above."""
        asked = child(properties, "numPr")
        number = attribute(child(asked, "numId"), "val") if child(asked, "numId") is not None else ""
        level = int(attribute(child(asked, "ilvl"), "val") or 0) if child(asked, "ilvl") is not None else None
        style = attribute(child(properties, "pStyle"), "val") if child(properties, "pStyle") is not None else ""
        seen: set[str] = set()
        named = style
        while not number and style in self.styles and style not in seen:
            seen.add(style)
            above, number, its_level = self.styles[style]
            if number and level is None:
                level = its_level
            if number:
                named = style
            style = above
        if level is None and number in self.lists:
            level = next((where for where, rule in self.lists[number].levels.items() if rule.style == named), 0)
        return number, level or 0


def _lists(numbering: Element) -> dict[str, _List]:
    families = {
        attribute(one, "abstractNumId"): {
            int(attribute(level, "ilvl") or 0): _level(level) for level in one if bare(level.tag) == "lvl"
        }
        for one in numbering
        if bare(one.tag) == "abstractNum"
    }
    lists = {}
    for one in numbering:
        if bare(one.tag) != "num":
            continue
        named = child(one, "abstractNumId")
        family = attribute(named, "val") if named is not None else ""
        made = _List(family, dict(families.get(family, {})))
        for change in one:
            if bare(change.tag) == "lvlOverride":
                where = int(attribute(change, "ilvl") or 0)
                if (level := child(change, "lvl")) is not None:
                    made.levels[where] = _level(level)
                if (start := child(change, "startOverride")) is not None:
                    made.restarts[where] = int(attribute(start, "val") or 1)
        lists[attribute(one, "numId")] = made
    lists.pop("0", None)
    return lists


def _level(level: Element) -> _Level:
    said = {bare(one.tag): attribute(one, "val") for one in level}
    plain = said.get("isLgl", "0" if "isLgl" not in said else "") not in ("0", "false")
    start = said.get("start", "1")
    return _Level(
        said.get("numFmt", "decimal"), said.get("lvlText", ""), int(start) if start.isdecimal() else 1, plain,
        said.get("pStyle", ""),
    )  # fmt: skip


def _styles(styles: Element) -> dict[str, tuple[str, str, int | None]]:
    """Style -> (style above, list, level)."""
    found = {}
    for style in styles:
        if bare(style.tag) != "style":
            continue
        above = child(style, "basedOn")
        number, level = child(style, "pPr", "numPr", "numId"), child(style, "pPr", "numPr", "ilvl")
        found[attribute(style, "styleId")] = (
            attribute(above, "val") if above is not None else "",
            attribute(number, "val") if number is not None else "",
            int(attribute(level, "val") or 0) if level is not None else None,
        )
    return found
