"""The nouns of the program, and the words that a district has for them.

Every text for people — the program's own and what packs declare — writes a noun as a mark: `$case`, `$cases`, `$Case`.
It is filled as the text is shown, with the word in use for whoever is served now: the district's own, else a pack's,
else the program's. So a district that says 工单 reads 工单 on every page, in every message and in every export, and a
notice that was written before says it too.

The words in use are kept by thread, as Django keeps the language: see `use`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache

# noun -> (its second form in English, as a mark: a plural or a past, 中文 | English, second form)
NOUNS: dict[str, tuple[str, str]] = {
    "case": ("cases", "事项 | case, cases"),
    "record": ("records", "记录 | record, records"),
    "ledger": ("ledgers", "台账 | ledger, ledgers"),
    "flow": ("flows", "流程 | flow, flows"),
    "indicator": ("indicators", "指标 | indicator, indicators"),
    "commitment": ("commitments", "承诺 | promise, promises"),
    "post": ("posts", "岗位 | post, posts"),
    "office": ("offices", "单位 | office, offices"),
    "street": ("streets", "街道 | street, streets"),
    "community": ("communities", "社区 | community, communities"),
    "grid": ("grids", "网格 | grid, grids"),
    "resident": ("residents", "居民 | resident, residents"),
    "grid_worker": ("grid_workers", "网格员 | grid worker, grid workers"),
    "dispatch": ("dispatched", "派遣 | dispatch, dispatched"),
    "close": ("closed", "结案 | close, closed"),
}
SAFE = r"[^|,<>&{}$\"'\s](?:[^|,<>&{}$\"'\n]{0,38}[^|,<>&{}$\"'\s])?"
FORM = rf"^{SAFE} \| {SAFE}(, {SAFE})?$"  # what a pack or a district may write for a noun
_MARK = re.compile(r"(?:\b([Aa])n? )?\$([A-Za-z_]+)")
_VOWEL = re.compile("(?!uni|us[ae]|eu|one)[aeiou]", re.IGNORECASE)  # words that take `an`
_Forms = dict[str, tuple[str, str]]  # mark -> (zh, en)


@lru_cache(maxsize=256)
def _forms(words: tuple[tuple[str, str], ...]) -> _Forms:
    """All marks with their words, where `words` lie over the program's own."""
    found: _Forms = {}
    for noun, (second, own) in NOUNS.items():
        zh, _, en = dict(words).get(noun, own).partition(" | ")
        first, _, other = en.partition(", ")
        other = other or (_plural(first) if second.endswith("s") else _past(first))
        for mark, word in ((noun, first), (second, other)):
            found[mark] = (zh, word)
            found[mark[0].upper() + mark[1:]] = (zh, word[0].upper() + word[1:])
    return found


def _plural(word: str) -> str:
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(s|x|z|ch|sh)$", word) else "s")


def _past(word: str) -> str:
    return word + ("d" if word.endswith("e") else "ed")


_in_use: ContextVar[_Forms] = ContextVar("words of the nouns")


def use(words: Mapping[str, str]) -> None:
    """From now on, in this thread, the nouns have these words (noun -> `中文 | English`) over the program's own."""
    _in_use.set(_forms(tuple(sorted(words.items()))))


def fill(text: str, lang: str) -> str:
    """A text of one language with its nouns filled in; `a` and `an` before one follow its sound.

    >>> fill("A $case for an $office", "en")
    'A case for an office'
    """
    if "$" not in text:
        return text
    forms, place = _in_use.get(_forms(())), 0 if lang.startswith("zh") else 1

    def word(match: re.Match[str]) -> str:
        article, mark = match.groups()
        if mark not in forms:
            return match[0]
        found = forms[mark][place]
        return f"{article}{'n' * bool(_VOWEL.match(found))} {found}" if article else found

    return _MARK.sub(word, text)


def part(text: str, lang: str = "zh") -> str:
    """One language of a text `中文 | English`, nouns left as marks: for what is stored now and shown later."""
    if " | " not in text:
        return text
    zh, en = text.split(" | ", 1)
    return zh.strip() if lang.startswith("zh") else en.strip()


def say(text: str, lang: str = "zh") -> str:
    """One language of a text `中文 | English` (the whole where there is no bar), as it is shown."""
    return fill(part(text, lang), lang)


def unknown(text: str) -> list[str]:
    """Marks in a text that are no noun's."""
    return [match[2] for match in _MARK.finditer(text) if match[2] not in _forms(())]


def marks() -> Iterable[str]:
    """Every mark that a text may hold, without capitals."""
    return [mark for noun, (second, _) in NOUNS.items() for mark in (noun, second)]
