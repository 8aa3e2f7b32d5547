"""Signs placed on pages, back to lines in reading order and then to paragraphs: columns, page heads and feet, broken lines.

All lengths are points; y grows upwards.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median

from .model import PAGE


@dataclass(slots=True)
class Sign:
    """One letter, figure or mark with its box; `size` is its height."""

    x0: float
    y0: float
    x1: float
    y1: float
    text: str

    @property
    def size(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(slots=True)
class Row:
    """A line as printed. `left` and `right` bound the column that it stands in, `column` counts columns over all pages."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    left: float = 0
    right: float = 0
    column: int = 0


# In em of the line: what parts words, what parts cells, how far a line may stay short of the margin.
_WORD_GAP, _LATIN_GAP, _CELL_GAP = 0.5, 0.2, 2.5
_SHORT, _INDENT = 1.6, 0.9
_PARAGRAPH_GAP = 1.6
_EDGE_ROWS = 2
_NUMBER = re.compile(
    r"[\s—–\-－·.•~|/]*(?:第|Page|P)?\s*\d{1,4}\s*页?(?:\s*[,，/·|共of]+\s*(?:共\s*)?\d{1,4}\s*页?)?[\s—–\-－·.•~|]*",
    re.I,
)
_HEADING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.部章]|[(（][一二三四五六七八九十]{1,3}[)）]|附件|\d{1,2}[.．、](?!\d))"
)
_NUMERALS = re.compile(r"\d+|[一二三四五六七八九十百〇]+")
_TOKEN = re.compile(r"^[0-9A-Za-z.,%‰/+\-]+")
_ENDS = "。！？；：!?;:"


def rows_of_pages(pages: list[list[Sign]]) -> list[list[Row]]:
    """The lines of each page in reading order: across the page down to where columns begin, then column by column.

    Where two fifths of the pages are in columns, a page with an empty strip at the same place is so too.
    """
    strips = [_strip(signs) for signs in pages]
    sure = [strip for strip, signs in zip(strips, pages, strict=True) if strip and _in_columns(signs, strip)]
    many = len(sure) >= 0.4 * len(pages)
    rows = []
    for strip, signs in zip(strips, pages, strict=True):
        alike = strip and any(low < strip[1] and strip[0] < high for low, high in sure)
        columns = strip in sure or (many and alike)
        rows.append(_by_columns(signs, strip) if strip and columns else _bounded(_rows(signs), 0))
    return rows


def _by_columns(signs: list[Sign], strip: tuple[float, float]) -> list[Row]:
    low, high = strip
    across = [sign for sign in signs if sign.x0 < high - 1 and sign.x1 > low + 1 and sign.text.strip()]
    wide = {id(sign) for sign in across}
    bands = sorted(((sign.middle, sign.size) for sign in across), reverse=True)
    centre = (low + high) / 2
    parts: dict[str, list[Sign]] = {"wide": across, "left": [], "right": []}
    for sign in signs:
        if id(sign) in wide:
            continue
        on_wide = any(abs(sign.middle - middle) < size / 2 for middle, size in bands)
        parts["wide" if on_wide else "left" if sign.x1 <= centre else "right"].append(sign)
    full, left, right = (_rows(parts[name]) for name in ("wide", "left", "right"))
    ordered: list[Row] = []
    edges = [row.y for row in full] + [float("-inf")]
    above = float("inf")
    column = 0
    _bounded(left, 0)
    _bounded(right, 0)
    _bounded(full, 0)
    for place, edge in enumerate(edges):
        for side in (left, right):
            column += 1
            inside = [row for row in side if edge < row.y < above]
            for row in inside:
                row.column = column
            ordered += inside
        if place < len(full):
            column += 1
            full[place].column = column
            ordered.append(full[place])
        above = edge
    return ordered


def _strip(signs: list[Sign]) -> tuple[float, float] | None:
    """The widest strip in the middle of a page where hardly anything is printed, from left to right, or None."""
    printed = [sign for sign in signs if sign.text.strip()]
    if len(printed) < 120:
        return None
    left, right = min(sign.x0 for sign in printed), max(sign.x1 for sign in printed)
    size = median(sign.size for sign in printed)
    cover = [0] * (int(right - left) + 2)
    for sign in printed:
        for at in range(int(sign.x0 - left), int(sign.x1 - left) + 1):
            cover[at] += 1
    usual = median(cover)
    first, last = int(0.3 * len(cover)), int(0.7 * len(cover))
    best: tuple[int, int] | None = None
    at = first
    while at < last:
        if cover[at] > 0.2 * usual:
            at += 1
            continue
        end = at
        while end < last and cover[end] <= 0.2 * usual:
            end += 1
        if best is None or end - at > best[1] - best[0]:
            best = at, end
        at = end
    if best is None or best[1] - best[0] < 0.7 * size:
        return None
    return left + best[0], left + best[1]


def _in_columns(signs: list[Sign], strip: tuple[float, float]) -> bool:
    """Whether running text stands on both sides: a table's labels are short, and fewer than the lines of what they label."""
    low, high = strip
    here = _rows([sign for sign in signs if sign.x1 <= low + 1])
    there = _rows([sign for sign in signs if sign.x0 >= high - 1])
    if len(here) < 4 or len(there) < 2:
        return False
    return _runs_full(here) or (_runs_full(there) and len(here) > 0.6 * len(there))


def _runs_full(rows: list[Row]) -> bool:
    """Whether most lines of a column reach its right end, as running text does."""
    right = max(row.x1 for row in rows)
    reach = sum(row.x1 > right - _SHORT * row.size for row in rows) / len(rows)
    return reach > 0.5 and sum(len(row.text) for row in rows) / len(rows) >= 8


def _rows(signs: list[Sign]) -> list[Row]:
    """Signs of one column as lines from the top down."""
    lines: list[list[Sign]] = []
    for sign in sorted(signs, key=lambda sign: -sign.middle):
        if lines and lines[-1][0].middle - sign.middle < 0.5 * max(lines[-1][0].size, sign.size):
            lines[-1].append(sign)
        else:
            lines.append([sign])
    rows = []
    for line in lines:
        line.sort(key=lambda sign: (sign.x0, sign.x1))
        printed = [sign for sign in line if sign.text.strip()]
        if printed:
            size = median(sign.size for sign in printed)
            rows.append(
                Row(_line(line, size), printed[0].x0, max(sign.x1 for sign in printed), printed[0].middle, size)
            )
    return rows


def _line(signs: list[Sign], size: float) -> str:
    """The words of one line. A sign printed twice to look bold is one sign."""
    pieces: list[str] = []
    before: Sign | None = None
    for sign in signs:
        if before is not None:
            gap = sign.x0 - before.x1
            if sign.text == before.text and abs(sign.x0 - before.x0) < 0.25 * size and sign.text.strip():
                continue
            latin = before.text.isascii() and sign.text.isascii()
            if gap > _CELL_GAP * size:
                pieces.append("\t")
            elif gap > (_LATIN_GAP if latin and before.text.isalpha() and sign.text.isalpha() else _WORD_GAP) * size:
                pieces.append(" ")
        pieces.append(sign.text)
        before = sign
    text = re.sub(r" *\t *", "\t", re.sub(r" {2,}", " ", "".join(pieces)))
    return text.strip()


def _bounded(rows: list[Row], column: int) -> list[Row]:
    """Tells each line where its column begins and ends."""
    if rows:
        left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
        for row in rows:
            row.left, row.right, row.column = left, right, column
    return rows


def without_edges(pages: list[list[Row]]) -> tuple[list[list[Row]], int]:
    """(pages without their heads, feet and page numbers, how many lines those were).

    A first or last line that two fifths of the pages have is no part of the words; where it has a number that counts on,
    it must stand apart from the lines beside it.
    """
    edges = [_edges(page) for page in pages]
    keys = Counter(key for found in edges for key in {key for one in found for key in one[:2]})
    enough = max(2, 0.4 * len(pages))
    kept, dropped = [], 0
    for page, found in zip(pages, edges, strict=True):
        gone = {
            id(row)
            for same, counting, apart, row in found
            if keys[same] >= enough
            or (apart and keys[counting] >= enough)
            or (len(pages) > 1 and _NUMBER.fullmatch(row.text))
        }
        dropped += len(gone)
        kept.append([row for row in page if id(row) not in gone])
    return kept, dropped


def _edges(page: list[Row]) -> list[tuple[tuple, tuple, bool, Row]]:
    """The outermost lines of a page: (key of its words, key without its numbers, whether it stands apart, line)."""
    down = sorted(page, key=lambda row: -row.y)
    usual = _spacing(page)
    found = []
    for top, rows in ((True, down), (False, down[_EDGE_ROWS:][::-1])):
        for place, row in enumerate(rows[:_EDGE_ROWS]):
            inner = rows[place + 1].y if place + 1 < len(rows) else float("inf")
            words = re.sub(r"\s", "", row.text)
            found.append(((top, words), (top, "#", _NUMERALS.sub("#", words)), abs(row.y - inner) > 1.3 * usual, row))
    return found


def paragraphs(pages: list[list[Row]]) -> list[str]:
    """The words of all pages, one paragraph a line; lines that the page broke are joined again. PAGE stands where each begins."""
    done: list[str] = []
    before: Row | None = None
    page_before = -1
    for number, page in enumerate(pages):
        spacing = _spacing(page)
        for row in page:
            same = before is not None and (number, row.column) == (page_before, before.column)
            far = same and before is not None and before.y - row.y > _PARAGRAPH_GAP * spacing
            begins = PAGE * (number - page_before)
            if before is not None and not far and _goes_on(before, row):
                joined = _join(done[-1], row.text)
                at = len(joined) - len(row.text)
                done[-1] = joined[:at] + begins + joined[at:]
            else:
                done.append(begins + row.text)
            before, page_before = row, number
    return done


def _spacing(page: list[Row]) -> float:
    """The usual distance of lines on a page."""
    by_column = defaultdict(list)
    for row in page:
        by_column[row.column].append(row.y)
    gaps = [high - low for ys in by_column.values() for high, low in zip(ys, ys[1:], strict=False) if high > low]
    return median(gaps) if gaps else 1e9


def _goes_on(before: Row, row: Row) -> bool:
    """Whether a line continues the one before: that one is full, this one is neither indented nor a heading."""
    if "\t" in before.text or "\t" in row.text or _HEADING.match(row.text):
        return False
    if not 0.85 < row.size / before.size < 1.18 or row.x0 > row.left + _INDENT * row.size:
        return False
    # A number is not broken: where the next line begins with one, this line may end early.
    token = _TOKEN.match(row.text)
    room = len(token.group()) * 0.62 * row.size if token and before.text[-1] not in _ENDS else 0
    return before.x1 > before.right - _SHORT * before.size - room


def _join(before: str, after: str) -> str:
    if before[-1:] == "-" and before[-2:-1].isalpha() and before[-2:-1].isascii() and after[:1].islower():
        return before[:-1] + after
    latin = before[-1:].isascii() and after[:1].isascii() and before[-1:].isalpha() and after[:1].isalpha()
    return before + (" " if latin else "") + after
