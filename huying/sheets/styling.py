"""A workbook's styles: which show dates, and variants of a style added at the end: with a yellow ground, as plain text."""

from __future__ import annotations

import re
from datetime import date

from .markup import Edit, Element, edited, elements, with_attributes

YELLOW = "FFFFFF00"
_DATE_FORMATS = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58}  # built in, Chinese ones included
_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_FIRST = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


class Styles:
    """The part xl/styles.xml. Numbers are places in cellXfs, as cells name them."""

    def __init__(self, data: bytes, epoch_1904: bool = False):
        self._data, self.epoch_1904 = data, epoch_1904
        found, self.prefix = elements(data, 2)
        self._lists: dict[str, Element] = {one.name: one for depth, one in found if depth == 1}
        inside = [(self._parent(one), one) for depth, one in found if depth == 2]
        self._xfs = [one for parent, one in inside if parent == "cellXfs" and one.name == "xf"]
        self._fills = sum(parent == "fills" for parent, one in inside)
        self._formats = {
            int(one.attributes.get("numFmtId", -1)): one.attributes.get("formatCode", "")
            for parent, one in inside
            if parent == "numFmts"
        }
        self._made: dict[tuple[int, bool, bool], int] = {}
        self._added: list[bytes] = []
        self._yellow = False

    @property
    def changed(self) -> bool:
        return bool(self._added)

    def variant(self, style: int, *, yellow: bool = False, quoted: bool = False) -> int:
        """The number of the style that is like `style` but for a yellow ground, or for holding text whatever it says."""
        if not (yellow or quoted):
            return style
        if (key := (style, yellow, quoted)) not in self._made:
            whole = self._xfs[style] if 0 <= style < len(self._xfs) else self._xfs[0]
            more = ({"fillId": self._fills, "applyFill": 1} if yellow else {}) | ({"quotePrefix": 1} if quoted else {})
            tag = with_attributes(self._data[whole.start : whole.inside], **more)
            self._added.append(tag + self._data[whole.inside : whole.end])
            self._made[key] = len(self._xfs) + len(self._added) - 1
            self._yellow = self._yellow or yellow
        return self._made[key]

    def serial(self, style: int, day: date) -> int | None:
        """The day's number, where the style shows numbers as days; None where a day must be written as text."""
        number, code = self._format(style)
        shows = number in _DATE_FORMATS if number not in self._formats else "y" in code or ("m" in code and "d" in code)
        return (day - _FIRST[self.epoch_1904]).days if shows else None

    def shows_percent(self, style: int) -> bool:
        """Whether the style shows 0.85 as 85%."""
        number, code = self._format(style)
        return number in (9, 10) or "%" in code

    def _format(self, style: int) -> tuple[int, str]:
        number = int(self._xfs[style].attributes.get("numFmtId", 0)) if 0 <= style < len(self._xfs) else 0
        return number, _CODE.sub("", self._formats.get(number, "")).lower()

    def data(self) -> bytes:
        """The part with what was added."""
        edits = self._grown("cellXfs", len(self._xfs), self._added)
        if self._yellow:
            p = f"{self.prefix}:" if self.prefix else ""
            fill = f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{YELLOW}"/><{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            edits += self._grown("fills", self._fills, [fill.encode()])
        return edited(self._data, edits)

    def _grown(self, name: str, count: int, added: list[bytes]) -> list[Edit]:
        one = self._lists[name]
        tag = with_attributes(self._data[one.start : one.inside], count=count + len(added))
        end = self._data.rindex(b"</", one.inside, one.end)
        return [(one.start, one.inside, tag), (end, end, b"".join(added))]

    def _parent(self, one: Element) -> str:
        return next(
            (name for name, outer in self._lists.items() if outer.start < one.start and one.end <= outer.end), ""
        )
