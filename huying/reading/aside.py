"""What of a report's numerals is no figure: each with its reason, so that nothing is left out unseen."""

from __future__ import annotations

import re

from .model import Figure, Span
from .outline import Line
from .scan import Token
from .shapes import CN

_NUMERAL = re.compile(rf"\d+(?:\.\d+)?|[{CN}]+|[①-⑳⑴-⒇❶-❿]")
# Lines that are not read, and what their numerals are.
_UNREAD = {"chrome": "chrome", "cell": "heading", "salute": "word", "blank": "word"}


def asides(plain: str, lines: list[Line], tokens: list[Token], rows: list[Figure]) -> list[Span]:
    """Every numeral of a normalised text that no figure stands for, in order.

    lines   all lines of the text     tokens  the numerals of those that are read, in order
    rows    the figures, by their start
    """
    found: list[Span] = []
    for line in lines:
        unread = _UNREAD.get(line.role)
        end = line.end if unread else line.body
        if end > line.start:
            found += [Span(*m.span(), unread or "list") for m in _NUMERAL.finditer(plain, line.start, end)]
    n = 0
    furthest = 0
    for token in tokens:
        while n < len(rows) and rows[n].start <= token.start:
            furthest = max(furthest, rows[n].end)
            n += 1
        if token.reason or token.value is None or furthest < token.end:
            # A numeral that a figure's own words contain (前三季度增长8%) has its reason still.
            if token.reason == "bare" and furthest >= token.end:
                continue
            found.append(Span(token.start, token.end, token.reason or token.kind))
    found.sort(key=lambda span: span.start)
    return found
