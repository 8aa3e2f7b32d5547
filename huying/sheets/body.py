"""Which rows below a header are data, which are sums, notes, or the header said again: told row by row, in order."""

from __future__ import annotations

import re
from collections.abc import Callable

from .model import Cell

BODY, TOTAL, REPEATED, NOTE, EMPTY = "body", "total", "repeated", "note", "empty"
LONG = 15  # characters of a lone cell that make it a remark
SUMS = re.compile(
    r"^\s*(?:总\s*计|合\s*计|小\s*计|累\s*计|共\s*计|总\s*数|grand\s+total|total|sum)\s*[:：]?\s*$", re.I
)
START_OF_NOTE = re.compile(
    r"^\s*(?:备\s*注|注|说\s*明|填表说明|填报(?:单位|人|日期|时间)|单位(?:负责人|\(盖章\)|（盖章）)|制表|审核|联系(?:人|电话)|note)\s*\d*\s*[:：]",
    re.I,
)


def sieve(head: list[list[Cell]], width: int) -> Callable[[list[Cell]], str]:
    """A function that is given each row below the header in turn, and says what it is.

    head    the rows of the header, each with the cells of the table's columns
    width   how many columns the table has
    """
    thin = max(2, width // 2)
    ended = False

    def kind(cells: list[Cell]) -> str:
        nonlocal ended
        filled = width - cells.count(None)
        if not filled:
            return EMPTY
        if cells in head:
            return REPEATED
        words = []
        for cell in cells:
            if type(cell) is str:
                if SUMS.match(cell):
                    return TOTAL
                words.append(cell)
                if len(words) == 2:
                    break
        if filled <= thin and words:
            if START_OF_NOTE.match(words[0]):
                ended = True
                return NOTE
            if ended or (filled <= 2 and width > 3 and len(words[0].strip()) > LONG):
                return NOTE
        return BODY

    return kind
