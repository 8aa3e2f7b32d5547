"""What words begin with, found by their first sign: long lists of words and of patterns, of which few may fit a place."""

from __future__ import annotations

import re
from collections.abc import Iterable

_GROUP = re.compile(r"\(\?:(?P<words>[^()]+)\)(?P<often>[?*]?)")
_CLASS = re.compile(r"\[(?P<signs>[^\]\\^-]+)\](?P<often>[?*]?)")
_SIGN = re.compile(r"(?P<sign>[^\W\d_]|[“”\"])(?P<often>[?*]?)")
_DIGITS = "0123456789"


class Words:
    """A set of words, asked for the longest of them at a place."""

    def __init__(self, words: Iterable[str]):
        self.words = frozenset(words)
        self.sizes: dict[str, tuple[int, ...]] = {}
        for word in sorted(self.words, key=len, reverse=True):
            known = self.sizes.setdefault(word[0], ())
            if len(word) not in known:
                self.sizes[word[0]] = (*known, len(word))

    def ends(self, text: str, at: int) -> list[int]:
        """Where each of the words that begin at a place ends, the longest first."""
        return [
            at + len(word)
            for size in self.sizes.get(text[at : at + 1], ())
            if (word := text[at : at + size]) in self.words
        ]

    def end(self, text: str, at: int) -> int:
        """Where the longest word that begins at a place ends; 0 when none does."""
        for size in self.sizes.get(text[at : at + 1], ()):
            if (word := text[at : at + size]) in self.words:
                return at + len(word)
        return 0


class Openings:
    """Patterns that are tried at the beginning of words: only those that may begin with its first sign."""

    def __init__(self, *patterns: str):
        rows: dict[str, list[str]] = {}
        for pattern in patterns:
            for sign in first_signs(pattern):
                rows.setdefault(sign, []).append(pattern)
        self.by_sign = {sign: re.compile("|".join(found)) for sign, found in rows.items()}

    def match(self, words: str) -> re.Match | None:
        """The first pattern that fits the beginning of the words, or None."""
        pattern = self.by_sign.get(words[:1])
        return pattern.match(words) if pattern else None


def first_signs(pattern: str) -> frozenset[str]:
    r"""The signs that a pattern may begin with: of a sign, \d, a class or a group of words, each perhaps with ? or *.

    Raises ValueError for what begins in another way.

    >>> sorted(first_signs("(?:全面)?开工")), sorted(first_signs("[省市]级"))
    (['全', '开'], ['市', '省'])
    """
    if pattern.startswith(r"\d"):
        return frozenset(_DIGITS)
    for form in (_GROUP, _CLASS, _SIGN):
        found = form.match(pattern)
        if not found:
            continue
        if form is _GROUP:
            signs = frozenset().union(*map(first_signs, found["words"].split("|")))
        else:
            signs = frozenset(found.group(1))
        return signs | first_signs(pattern[found.end() :]) if found["often"] else signs
    raise ValueError(f"first signs unknown: {pattern!r}")
