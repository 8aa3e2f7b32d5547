"""Which of yesterday's readings is which of today's: by place in the same text, by words in a changed one.

Pure: no database. A person's settled readings stand on this, so it is greedy, local and always gives the same answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OVERLAP = 0.5  # of the stretch that both cover together
ALIKE = 0.6  # Dice coefficient of the pairs of neighbouring characters


@dataclass(frozen=True)
class Piece:
    """A stretch of a text with a name; two pieces of one stretch are told apart by their names."""

    start: int
    end: int
    words: str
    title: str = ""
    section: str = ""


def same_text(old: Sequence[Piece], new: Sequence[Piece]) -> dict[int, int]:
    """Index in `old` -> index in `new`, where both are stretches of one text: those that overlap most, names deciding."""
    order = sorted(range(len(new)), key=lambda n: new[n].start)
    found = []
    for o, was in enumerate(old):
        for n in order:
            now = new[n]
            if now.start >= was.end:
                break
            if now.end <= was.start:
                continue
            share = _overlap(was, now)
            if share >= OVERLAP:
                found.append((share + alike(was.title, now.title), o, n))
    return _best(found)


def other_text(old: Sequence[Piece], new: Sequence[Piece], old_length: int, new_length: int) -> dict[int, int]:
    """Index in `old` -> index in `new`, where the text has changed: by words; the section and the place decide between
    those that say the same."""
    index: dict[str, list[int]] = {}
    pairs_of = [_pairs(piece.words) for piece in new]
    for n, pairs in enumerate(pairs_of):
        for pair in pairs:
            index.setdefault(pair, []).append(n)
    found = []
    for o, was in enumerate(old):
        mine = _pairs(was.words)
        common = Counter(n for pair in mine for n in index.get(pair, ()))
        for n, shared in common.items():
            dice = 2 * shared / (len(mine) + len(pairs_of[n]))
            if dice >= ALIKE:
                now = new[n]
                nearness = 1 - abs(was.start / max(old_length, 1) - now.start / max(new_length, 1))
                title = alike(was.title, now.title) / 5 if was.title and now.title else 0
                found.append((dice + title + (was.section == now.section) / 5 + nearness / 10, o, n))
    return _best(found)


def find(text: str, words: str, near: int) -> int | None:
    """Where `words` stand in the text, nearest to a place; None where they do not."""
    if not words:
        return None
    before = text.rfind(words, 0, max(near, 0) + len(words))
    after = text.find(words, max(near, 0))
    there = [place for place in (before, after) if place >= 0]
    return min(there, key=lambda place: (abs(place - near), place)) if there else None


def alike(one: str, other: str) -> float:
    """Dice coefficient of two texts, 0 to 1."""
    mine, theirs = _pairs(one), _pairs(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine or theirs else float(one == other)


def same_words(one: str, other: str) -> float:
    """How much of two whole texts is the same, 0 to 1: by their sentences, which a new version mostly keeps."""
    mine, theirs = _sentences(one), _sentences(other)
    total = sum(mine.values()) + sum(theirs.values())
    return 2 * sum((mine & theirs).values()) / total if total else 0.0


def _best(found: Iterable[tuple[float, int, int]]) -> dict[int, int]:
    """Pairs by their score, each side once; of equals the earlier one."""
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _, o, n in sorted(found, key=lambda one: (-round(one[0], 9), one[1], one[2])):
        if o not in taken and n not in used:
            taken[o] = n
            used.add(n)
    return taken


def _overlap(one: Piece, other: Piece) -> float:
    both = min(one.end, other.end) - max(one.start, other.start)
    return both / (max(one.end, other.end) - min(one.start, other.start))


def _pairs(text: str) -> frozenset[str]:
    bare = "".join(text.split())
    return frozenset(bare[place : place + 2] for place in range(len(bare) - 1)) or frozenset([bare] if bare else [])


def _sentences(text: str) -> Counter[str]:
    """Sentence -> its length, as often as it stands."""
    found: Counter[str] = Counter()
    for sentence in text.translate(_STOPS).split("\n"):
        if bare := "".join(sentence.split()):
            found[bare] += len(bare)
    return found


_STOPS = {ord(stop): "\n" for stop in "。；！？,，;"}
