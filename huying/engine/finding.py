"""Finding records by words: two characters of Chinese, a code, a place, or the initials of either in pinyin.

What is searched of a record (`body_of`) never holds a private value. Who finds it is bounded by reach, in SQL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin

from huying.engine import database
from huying.engine.database import Reach
from huying.engine.places import Tree

NEWEST = 2_000  # matches that are looked at, the latest first
LONGEST, WORDS = 60, 6
SPELT = 60  # characters of a text whose initials are kept
_HANZI = re.compile("[\u4e00-\u9fff]{2,}")


def words_of(text: str) -> list[str]:
    """What was typed as words to be found together; empty where it is too little to find anything by."""
    plain = unicodedata.normalize("NFKC", text.replace("\0", ""))[:LONGEST].lower().split()[:WORDS]
    return plain if any(len(word) > 1 for word in plain) else []


def find(reach: Reach, text: str, ledger: int | None = None, most: int = NEWEST) -> list[dict[str, Any]]:
    """{ledger, record, code, known_at} of records within reach that hold every word, the latest first.

    ledger: the number of one; None looks in all
    """
    words = words_of(text)
    if not words or not reach.role:
        return []
    [rows] = database.asked(
        reach, [("select ledger, record, code, known_at from hy.find(%s::text[], %s, %s)", [words, ledger, most])]
    )
    return rows


def body_of(tree: Tree, unit: int, texts: Iterable[str]) -> str:
    """What is searched of a record of that area: its texts, its place, and the initials of both."""
    told = [*texts, *_place(tree, unit)]
    spelt = [initials(text[:SPELT]) for text in told]
    return " ".join(" ".join([*told, *dict.fromkeys(filter(None, spelt))]).lower().split())


def _place(tree: Tree, unit: int) -> list[str]:
    """The place's whole name, from the district down, and its English names."""
    chain = [one for one in reversed(tree.chain(unit)) if one.kind != "office"]
    return ["".join(one.name() for one in chain), *(one.name("en") for one in chain[1:])]


@lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """The first letters of the syllables of each run of Chinese.

    >>> initials("天河区棠下街道（2号）")
    'thqtxjd'
    """
    return " ".join("".join(lazy_pinyin(run, style=Style.FIRST_LETTER)) for run in _HANZI.findall(text))
