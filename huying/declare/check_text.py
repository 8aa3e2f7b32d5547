"""Text for people is in both languages: `中文 | English`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from huying.declare import nouns
from huying.declare.building import Building
from huying.declare.problems import BAR, Problem, both, did_you_mean, quoted
from huying.declare.sources import Keys

# Which keys hold text for people, by kind; * stands for any key
TEXTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "pack": (("title",), ("words", "*")),
    "roles": (("roles", "*", "title"),),
    "ledger": (
        ("title",),
        ("group",),
        ("purpose",),
        ("schema", "properties", "*", "title"),
        ("schema", "properties", "*", "description"),
        ("labels", "*", "*"),
        ("units", "*"),
        ("feeds", "*", "system"),
    ),
    "flow": (("title",), ("states", "*", "title"), ("steps", "*", "title"), ("steps", "*", "needs_text")),
    "indicator": (("title",), ("question",)),
    "commitment": (("title",), ("document",)),
    "template": (("title",),),
    "paper": (
        ("title",),
        ("headline",),
        ("lacking", "*"),
        ("letter", "*"),
        ("letter", "attachments", "*"),
        ("blocks", "*", "heading"),
        ("blocks", "*", "text"),
        ("blocks", "*", "sign", "*"),
        ("blocks", "*", "seal", "text"),
        ("blocks", "*", "seal", "date"),
        ("blocks", "*", "facts", "*", "title"),
        ("blocks", "*", "facts", "*", "value"),
        ("blocks", "*", "table", "empty"),
        ("blocks", "*", "table", "columns", "*", "title"),
        ("blocks", "*", "table", "columns", "*", "value"),
    ),
    "derived": (
        ("title",),
        ("group",),
        ("purpose",),
        ("from", "*", "because"),
        ("missing", "*", "because"),
        ("expects", "because"),
    ),
    "subject": (("title",), ("known_by", "*", "title")),
    "page": (("title",), ("area",), ("panels", "*", "title"), ("panels", "*", "text")),
    "form": (
        ("title",),
        ("purpose",),
        ("schema", "properties", "*", "title"),
        ("schema", "properties", "*", "description"),
        ("labels", "*", "*"),
        ("units", "*"),
        ("needs_text",),
        ("despite", "*"),
    ),
    "calendar": (("title",),),
}
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_MARKS, _WORD = re.compile(r"\{[^{}]*\}"), re.compile(r"[^\W\d_]")


def check_texts(building: Building) -> list[Problem]:
    problems = []
    untranslated = {pack.pack for pack in building.of("pack") if pack.data.get("one_language")}
    for (kind, _), declaration in building.names.found.items():
        if not declaration.sound or declaration.made:
            continue
        alone = declaration.pack in untranslated
        for pattern in TEXTS.get(kind, ()):
            for path, value in _found(declaration.data, pattern):
                if not isinstance(value, str) or (kind == "paper" and not _WORD.search(_MARKS.sub("", value))):
                    continue  # a paper's text of marks alone is the same in both languages
                if wrong := one_language(value, alone):
                    problems.append(declaration.problem("text.one-language", wrong, HINT, path))
                for mark in nouns.unknown(value):
                    problems.append(declaration.problem("text.unknown-noun", *_no_noun(mark), path))
        if kind == "codes":
            for row in declaration.rows:
                if wrong := one_language(row["title"], alone):
                    problems.append(declaration.row_problem("text.one-language", wrong, HINT, row, "title"))
                for mark in nouns.unknown(row["title"]):
                    problems.append(declaration.row_problem("text.unknown-noun", *_no_noun(mark), row, "title"))
    return problems


def _no_noun(mark: str) -> tuple[str, str]:
    """Message and hint for `$mark` in a text."""
    message = both(f"没有名词 {quoted('$' + mark)}", f"there is no noun {quoted('$' + mark)}")
    return message, did_you_mean(mark, nouns.marks(), "名词", "Nouns")


HINT = both(
    "写作：中文 ¦ English（中间是竖线，两边各空一格）。",
    "Write 中文 ¦ English: the bar between, with a space on each side.",
)


def one_language(text: str, alone: bool = False) -> str:
    """What is wrong with a text for people; "" when it has both languages, or needs only one."""
    zh, bar, en = text.partition(BAR)
    if alone and not bar and text.strip():
        return ""
    if not bar or not zh.strip() or not en.strip():
        return both("只有一种文字", "it is in one language only")
    if _CHINESE.search(en) and not _CHINESE.search(zh):
        return both(
            "两种文字写反了：中文在竖线前", "the languages are the wrong way round: Chinese stands before the bar"
        )
    return ""


def _found(data: Any, pattern: tuple[str, ...], path: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    if not pattern:
        yield path, data
    elif isinstance(data, dict):
        for key in data if pattern[0] == "*" else [pattern[0]] if pattern[0] in data else []:
            yield from _found(data[key], pattern[1:], (*path, key))
    elif isinstance(data, list) and pattern[0] == "*":
        for place, item in enumerate(data):
            yield from _found(item, pattern[1:], (*path, place))
