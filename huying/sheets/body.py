"""Which rows below a header are data, which are sums, notes, or the header said again: told row by row, in order."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from .cells import is_number
from .model import Cell

BODY, TOTAL, REPEATED, NOTE = "body", "total", "repeated", "note"
LONG = 30  # half-widths of a lone text that make it a remark: 15 Chinese characters
HELD = 200  # rows with a lone cell that wait at most to learn whether data follows
SEEN = 50  # rows by which is judged whether a row of words over numbers begins another table
SUMS = re.compile(
    r"^\s*(?:总\s*计|合\s*计|小\s*计|累\s*计|共\s*计|总\s*数|平\s*均(?:值|数)?|.{1,10}(?:合计|小计|总计)"
    r"|(?:grand\s+|sub-?\s*)?totals?|sum|average|итого)\s*(?:[(（][^()（）]*[)）])?\s*[:：]?\s*$",
    re.I,
)
_GROUP_SUM = re.compile(r"^\s*(?:小|合|总)\s*计\s*[:：]?\s*$")  # behind the name of the group it is of
_MAY_BE_A_VALUE = re.compile(r"^\s*(?:平\s*均|average|sum)", re.I)  # of a grade or a level, unless it is the only text
START_OF_NOTE = re.compile(
    r"^\s*(?:备\s*注|注|说\s*明|填表说明|填报(?:单位|人|日期|时间)|单位(?:负责人|\(盖章\)|（盖章）)|制表(?:人|单位)?"
    r"|审核(?:人)?|填表(?:人)?|联系(?:人|电话)|数据来源|资料来源|来源|note|source|disclaimer)\s*\d*\s*[:：]",
    re.I,
)
_TITLE = re.compile(
    r"^\s*(?:序\s*号|编\s*号|姓\s*名|性\s*别|年\s*龄|备\s*注|单\s*位|街\s*道|社\s*区|镇\s*街|区\s*域|项\s*目|地\s*区|指\s*标"
    r"|.{0,8}(?:名称|日期|时间|电话|号码|地址|金额|数量|面积|人数|户数|类别|类型|状态|负责人|联系人|职务|代码|编号|单位|数)"
    r"|name|date|id|no\.?|code|type|address|phone|amount|quantity|status)\s*(?:[(（].{0,12}[)）])?\s*$",
    re.I,
)


def half_widths(text: str) -> int:
    """The room a text takes: a Chinese character is two half-widths."""
    return len(text) + sum(ch > "\u2e7f" for ch in text)


class Sieve:
    """Tells rows apart, given the cells of the table's columns.

    head    the rows of the header, each with the cells of those columns
    wide    rows with a cell that is merged over at least half of the columns
    joined  rows that a merged cell joins with others: they are data, however few cells they have of their own
    next    once sorted: the row where another table of the sheet begins, or None
    """

    def __init__(self, head: list[list[Cell]], width: int, wide: Container[int] = (), joined: Container[int] = ()):
        self.head, self.width, self.wide, self.joined = head, width, wide, joined
        self.thin = max(2, width // 2)
        self.lone = 2 if width > 3 else 1 if width > 1 else 0
        self.next: int | None = None
        self.seen: list[list[Cell]] = []

    def sort(self, rows: Iterable[tuple[int, list[Cell]]]) -> Iterator[tuple[int, list[Cell], str]]:
        """Each row that is not empty, with what it is. Rows of data come in order; a note may come after a later sum."""
        width, head, lone = self.width, self.head, self.lone
        held: list[tuple[int, list[Cell]]] = []  # rows with a lone cell: notes, unless data follows
        gap = -1  # where in `held` the rows after the last empty row begin; -1 where none was empty since the last data
        ended = False
        self.next, self.seen = None, []
        for n, cells in rows:
            filled = width - cells.count(None)
            if not filled:
                gap = len(held)
                continue
            if cells in head:
                yield n, cells, REPEATED
                continue
            words = _first_words(cells)
            if words and _is_sum(words):
                yield n, cells, TOTAL
                gap = max(gap, 0)
                continue
            if words and filled <= self.thin and n not in self.joined:
                if START_OF_NOTE.match(words[0]):
                    ended, gap = True, max(gap, 0)
                    yield n, cells, NOTE
                    continue
                if ended or (filled == 1 and n in self.wide):
                    yield n, cells, NOTE
                    continue
                long = half_widths(words[0].strip()) > LONG
                if filled <= lone and len(held) < HELD and (long or (gap >= 0 and width > 3)):
                    held.append((n, cells))
                    continue
            if gap >= 0 and self._begins_another(cells):
                mine, others = held[:gap], held[gap:]
                yield from ((row, kept, NOTE) for row, kept in mine)
                self.next = others[0][0] if others else n
                return
            if held:
                yield from ((row, kept, BODY) for row, kept in held)
                held.clear()
            gap, ended = -1, False
            if len(self.seen) < SEEN:
                self.seen.append(cells)
            yield n, cells, BODY
        yield from ((row, kept, NOTE) for row, kept in held)

    def _begins_another(self, cells: list[Cell]) -> bool:
        """Whether a row after an empty one holds titles: words only, all different, over numbers or well known."""
        filled = [(n, cell) for n, cell in enumerate(cells) if cell is not None]
        words = [cell.strip() for _, cell in filled if isinstance(cell, str) and not is_number(cell)]
        if len(words) < max(2, len(filled)) or len(set(words)) < len(words) or max(map(half_widths, words)) > LONG:
            return False
        known = sum(bool(_TITLE.match(word)) for word in words)
        if (
            known >= 2
            and known * 2 >= len(words)
            and not any(_TITLE.match(str(row[filled[0][0]])) for row in self.seen)
        ):
            return True
        over = 0
        for n, _ in filled:
            below = [row[n] for row in self.seen if row[n] is not None]
            over += sum(not isinstance(cell, str) or is_number(cell) for cell in below) * 2 > len(below) > 0
        return len(self.seen) >= 2 and over >= 2 and over * 2 >= len(filled)


def _is_sum(words: list[str]) -> bool:
    """Whether a row is a sum, by its first two texts."""
    if SUMS.match(words[0]):
        return len(words) == 1 or not _MAY_BE_A_VALUE.match(words[0])
    return len(words) > 1 and bool(
        _GROUP_SUM.match(words[1]) or (SUMS.match(words[1]) and words[1].rstrip().endswith("小计"))
    )


def _first_words(cells: list[Cell]) -> list[str]:
    """The first two texts of a row."""
    words: list[str] = []
    for cell in cells:
        if type(cell) is str:
            words.append(cell)
            if len(words) == 2:
                break
    return words
