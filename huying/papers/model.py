"""What a paper is, apart from how it is written: a page, and parts one below the other.

Lengths are millimetres, sizes of type points (16 is 三号). All texts are plain; what no file may hold is taken out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

SIZES = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
OFFICIAL, PLAIN = "official", "plain"
# GB/T 9704: 37 above, 28 at the binding edge; 156 by 225 are left, 22 lines of 28 characters. (top, right, bottom, left)
MARGINS = {OFFICIAL: (37.0, 26.0, 35.0, 28.0), PLAIN: (20.0, 15.0, 18.0, 15.0)}
LINE = 28.95  # points: 22 lines in 225 mm
PLAIN_SIZES = {16: 12, 22: 20, 14: 10.5}  # type of a plain paper in place of an official one's
_UNFIT = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: object) -> str:
    """A text without the characters that XML cannot hold."""
    return _UNFIT.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True)
class Style:
    """How a part of the text looks. font: a key of FONTS; before, after: lines of space; indent: characters."""

    font: str = "body"
    size: float = 16
    align: str = "justify"
    indent: int = 0
    before: float = 0
    after: float = 0
    bold: bool = False
    keep: bool = False  # stays with what follows


# The names that offices use; a machine without them shows its own.
FONTS = {"body": "仿宋_GB2312", "title": "方正小标宋简体", "head": "黑体", "second": "楷体_GB2312", "plain": "宋体"}
LATIN = "Times New Roman"
STYLES = {
    "organ": Style("title", 30, "center", after=1.5, keep=True),
    "number": Style("body", 16, "center", keep=True),
    "title": Style("title", 22, "center", before=1, after=1, keep=True),
    "to": Style(align="left"),
    "body": Style(indent=2),
    "flat": Style(),
    "heading1": Style("head", indent=2, align="left", keep=True),
    "heading2": Style("second", indent=2, align="left", keep=True),
    "heading3": Style("body", indent=2, align="left", bold=True, keep=True),
    "signed": Style(align="right", keep=True),
    "foot": Style("body", 14, "left"),
    "note": Style("plain", 10.5, "left"),
    "cell": Style("plain", 10.5, "left"),
    "label": Style("head", 10.5, "center"),
}


@dataclass(frozen=True)
class Run:
    """A piece of text. note: the number of the source that it refers to, 0 where there is none; href: where it leads."""

    text: str
    note: int = 0
    href: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Para:
    """align, colour: in place of the style's. right: characters left free at the right edge."""

    runs: Runs
    style: str = "body"
    align: str = ""
    colour: str = ""
    right: int = 0


@dataclass(frozen=True)
class Cell:
    """across: columns that it spans; down: rows that it spans, 0 where one above spans this one; number: where a sheet
    should hold a number."""

    runs: Runs = ()
    across: int = 1
    down: int = 1
    style: str = "cell"
    align: str = ""
    number: Decimal | None = None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Table:
    """widths: mm of each column; head: rows that every page repeats; lines: whether it is ruled."""

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head: tuple[tuple[Cell, ...], ...] = ()
    lines: bool = True


@dataclass(frozen=True)
class Rule:
    """A line across the page. thick: points."""

    colour: str = "000000"
    thick: float = 1.0


@dataclass(frozen=True)
class Space:
    """Empty lines."""

    lines: float = 1


@dataclass(frozen=True)
class Break:
    """What follows begins a page."""


Part = Para | Table | Rule | Space | Break


@dataclass(frozen=True)
class Paper:
    """title: what the file says of itself; made_on: ISO moment in its properties; mark: words across each page."""

    title: str
    parts: tuple[Part, ...]
    size: str = "A4"
    landscape: bool = False
    format: str = PLAIN
    mark: str = ""
    made_at: str = "2000-01-01T00:00:00"
    lang: str = "zh"
    type_size: float = 10.5  # of tables
    margins: tuple[float, float, float, float] = field(default=())  # type: ignore[assignment]

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", clean(self.title))
        object.__setattr__(self, "mark", clean(self.mark))
        if not self.margins:
            object.__setattr__(self, "margins", MARGINS[self.format])

    @property
    def page(self) -> tuple[float, float]:
        """(width, height)."""
        wide, high = SIZES[self.size]
        return (high, wide) if self.landscape else (wide, high)

    @property
    def width(self) -> float:
        """Between the margins."""
        return usable(self.size, self.landscape, self.format)

    @property
    def table(self) -> Table | None:
        """The table that a sheet is made of: the one with the most rows."""
        return max(
            (part for part in self.parts if isinstance(part, Table)), key=lambda one: len(one.rows), default=None
        )

    def style(self, name: str) -> Style:
        """A style as this paper has it: tables in its own size, and a plain paper smaller than an official one."""
        style = STYLES[name]
        if name in ("cell", "label"):
            return replace(style, size=self.type_size)
        return style if self.format == OFFICIAL else replace(style, size=PLAIN_SIZES.get(style.size, style.size))

    def pitch(self, style: Style) -> float:
        """Points from line to line."""
        if style.size <= 14 or style.size > 20:
            return style.size * 1.5
        return LINE if self.format == OFFICIAL else style.size * 1.6


def usable(size: str, landscape: bool, format: str) -> float:
    """Millimetres between the margins of a page."""
    _top, right, _bottom, left = MARGINS[format]
    return SIZES[size][1 if landscape else 0] - left - right


def placed(row: tuple[Cell, ...]) -> Iterator[tuple[int, Cell]]:
    """(column, cell) of a row."""
    column = 0
    for cell in row:
        yield column, cell
        column += cell.across
