"""Where sentences and clauses end, and where a row's words begin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .scan import Token

SENTENCE = re.compile(r"[。!?;]")
CLAUSE = re.compile(r"[，,。!?;—](?:(?<!—)|—)")
LONGEST = 1200
STOPS = "，,。!?;；！？"


def stops(plain: str, begin: int, end: int) -> Iterator[int]:
    """Where the sentences of a line end. What runs on without an end is cut at a comma or joint, so that time stays linear."""
    for stop in [m.start() for m in SENTENCE.finditer(plain, begin, end)] + [end]:
        while stop - begin > LONGEST:
            cut = max(plain.rfind(sign, begin, begin + LONGEST) for sign in "，,、")
            begin = (cut if cut > begin else begin + LONGEST) + 1
            yield begin - 1
        yield stop
        begin = stop + 1


def clauses(plain: str, begin: int, end: int, tokens: list[Token]) -> list[int]:
    """Where the clauses of a sentence end, after their sign; a comma inside a number parts nothing."""
    return [m.end() for m in CLAUSE.finditer(plain, begin, end) if not _within(plain, m.start(), tokens)]


def _within(plain: str, at: int, tokens: list[Token]) -> bool:
    """Whether a comma stands inside a number."""
    if plain[at] not in ",，" or not plain[at - 1].isdigit():
        return False
    return any(token.start < at < token.end for token in tokens)


def begins(plain: str, begin: int, number: int) -> int:
    """Where a row's words begin: past joints and signs."""
    while begin < number and plain[begin] in " 、,，*和及与“”:：":
        begin += 1
    return begin
