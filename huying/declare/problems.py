"""What is wrong with a declaration: where, what, and what to do. All problems are gathered, never only the first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from huying.declare.nouns import part

SHOWN = 100  # columns of a source line that are printed
BAR = " | "


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one place.

    file     the path as it was given; "" when the problem is of the whole
    line     1-based; 0 when no line is meant
    column   1-based, in characters
    code     words that never change; `huying explain CODE` says more
    message  what is wrong, `中文 | English`
    hint     the way out, `中文 | English`
    excerpt  the source line before and the line itself, as far as there are any
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    excerpt: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.place()}  {self.code}  {part(self.message, 'en')}"

    def place(self) -> str:
        """`file:line:column`, without what is not known."""
        parts = [self.file or "-"]
        if self.line:
            parts += [str(self.line), str(max(self.column, 1))]
        return ":".join(parts)

    def text(self, lang: str = "both") -> str:
        """As printed: the place, the source line with a caret, what is wrong, the way out, where to read more.

        lang  zh, en or both
        """
        langs = ("zh", "en") if lang == "both" else (lang,)
        messages = _distinct(part(self.message, one) for one in langs)
        lines = [f"{self.place()}  {self.code}"]
        if self.line and self.excerpt:
            *before, source = self.excerpt
            width = len(str(self.line))
            lines += [f"  {self.line - 1:>{width}} | {_cut(line)[0]}" for line in before]
            shown, column = _cut(source, self.column)
            indent = " " * columns(shown[: column - 1])
            lines.append(f"  {self.line} | {shown}")
            lines += [f"  {' ' * width} | {indent}{'^' if n == 0 else ' '} {text}" for n, text in enumerate(messages)]
        else:
            lines += [f"  {text}" for text in messages]
        lines += [f"  {hint}" for hint in _distinct(part(self.hint, one) for one in langs) if hint]
        lines.append(f"  More: huying explain {self.code}")
        return "\n".join(lines)


class Problems(Exception):
    """Declarations that cannot be put in force; `.problems` holds all that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def columns(text: str) -> int:
    """How many terminal columns `text` takes: a Chinese character takes two.

    >>> columns("title: 台账")
    11
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def quoted(value: object, limit: int = 60) -> str:
    """A value from a file, in quotes, on one line, short, and without the bar that parts the languages."""
    text = " ".join(str(value).split()).replace("|", "¦")
    return f'"{text[: limit - 1]}…"' if len(text) > limit else f'"{text}"'


def both(zh: str, en: str) -> str:
    """A message in both languages."""
    return f"{zh}{BAR}{en}"


def joined(*texts: str) -> str:
    """Several texts `中文 | English` as one."""
    kept = [text for text in texts if text]
    if not kept:
        return ""
    return both("".join(part(text, "zh") for text in kept), " ".join(part(text, "en") for text in kept))


def did_you_mean(wrong: str, known: Iterable[str], noun_zh: str, noun_en: str) -> str:
    """A hint with the nearest known name and the list of all, at most twenty.

    noun_en  capitalised plural, such as "Fields"
    """
    names = sorted(set(known))
    if not names:
        return both(f"这里还没有任何{noun_zh}。", f"{noun_en}: there are none here.")
    near = get_close_matches(wrong, names, 1, 0.6)
    some = ", ".join(name.replace("|", "¦") for name in names[:20]) + (", …" if len(names) > 20 else "")
    if near:
        return both(f"是不是“{near[0]}”？{noun_zh}：{some}。", f'Did you mean "{near[0]}"? {noun_en}: {some}.')
    return both(f"{noun_zh}：{some}。", f"{noun_en}: {some}.")


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _cut(line: str, column: int = 1) -> tuple[str, int]:
    """The part of a long line round `column`, and the column within it."""
    line = "".join(c if c.isprintable() else " " for c in line)
    if len(line) <= SHOWN:
        return line, max(1, min(column, len(line) + 1))
    start = max(0, column - SHOWN // 2)
    return line[start : start + SHOWN], max(1, column - start)
