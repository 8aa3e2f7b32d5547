"""The report's own glossary in its many forms: a list at the end, footnotes ① and 〔1〕, notes in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .model import Term

_MARKS = "“”\"'‘’《》【】[]* \t　"
_NUMBER = (
    r"(?:\d{1,3}\s*[.、．:](?!\d+(?:[.%亿万]|$))|\[\^?\d{1,3}\][:：]?|〔\d{1,3}〕|【\d{1,3}】|[(（]\d{1,3}[)）]|[①-⑳㉑-㊿]|"
    r"注\s*\d{0,2}\s*[:：]|\d{1,3}(?=[“\"])|\d{1,2}(?=[\u4e00-\u9fff]{2,20}[:：])(?!\d{1,2}[个项条家大类种年月日]))\s*"
)
_NUMBERED = re.compile(rf"^{_NUMBER}")
_COLON = re.compile(r"^(?P<term>[^:：。;；]{1,60}?)\s*[:：]\s*\**\s*(?P<meaning>.{4,})$", re.S)
_BRACKET = re.compile(r"^【(?P<term>[^】]{2,50})】\**\s*(?:[:：]|是指|指|即)?\s*(?P<meaning>.{4,})$", re.S)
_MEANS = re.compile(
    r"^(?P<term>[“\"][^”\"]{2,40}[”\"][^，,。:：\s]{0,12}?|[^，,。:：“\"]{2,30}?)\s*(?:[,，]?(?:是指|指的是|主要指|主要是指|系指|是由|是一种|就是指|就是|即|指))(?P<meaning>.{4,})$",
    re.S,
)
_SPACED = re.compile(r"^(?P<term>\S{2,30})\s+(?P<meaning>\S.{10,})$", re.S)
_INLINE = re.compile(
    r"[“\"](?P<term>[^”\"“]{2,24})[”\"][\u4e00-\u9fff]{0,6}\((?:注[:：]|是指|指的是|指|即)[:：]?(?P<meaning>[^()]{6,300})\)"
)
_NOTE_LINE = re.compile(r"^(?:\[\^?\d{1,3}\]|〔\d{1,3}〕|【\d{1,3}】|[①-⑳㉑-㊿]|注\s*\d{0,2}\s*[:：])")


def is_note(words: str) -> bool:
    """Whether a line outside any glossary is a footnote that explains a term: ①一刻钟便民圈：……."""
    if not _NOTE_LINE.match(words):
        return False
    rest = _NUMBERED.sub("", words, count=1)
    found = _COLON.match(rest) or _MEANS.match(rest)
    return bool(found) and len(found["term"]) <= 30 and len(found["meaning"]) >= 10


def entry(words: str) -> tuple[str, str] | None:
    """(term, meaning) of a line of a glossary, or None when it is none of its own."""
    numbered = _NUMBERED.match(words)
    rest = words[numbered.end() :] if numbered else words
    for form in (_BRACKET, _COLON, _MEANS, *((_SPACED,) if numbered else ())):
        found = form.match(rest)
        if found and found["term"].strip(_MARKS):
            return found["term"].strip(_MARKS), found["meaning"].strip(_MARKS)
    return None


def glossary(lines: Iterable, plain: str, text: str) -> list[Term]:
    """The terms that a report explains, in the order of the text; `lines` are the outline's."""
    terms: list[Term] = []
    waiting = None
    listed = False
    for line in lines:
        if line.mode != "glossary" or line.role in ("heading", "chrome", "blank"):
            if line.role == "heading":
                waiting = None
            continue
        words = plain[line.first : line.end].rstrip("* ")
        numbered = _NUMBERED.match(words)
        found = entry(words)
        if numbered and not found and len(words) <= 40:
            # The term stands alone; what follows explains it.
            waiting, listed = (line.first, words[numbered.end() :].strip(_MARKS)), True
            continue
        if waiting and not numbered:
            terms.append(Term(waiting[0], line.end, waiting[1], text[line.first : line.end].strip()))
            waiting = None
        elif found and (numbered or not listed):
            at = plain.find(found[1], line.first, line.end)
            meaning = text[at : at + len(found[1])] if at >= 0 else found[1]
            terms.append(Term(line.first, line.end, found[0], meaning))
            listed = listed or bool(numbered)
        elif terms and listed and terms[-1].end < line.first <= terms[-1].end + 4:
            terms[-1].meaning += "\n" + text[line.first : line.end].strip()
            terms[-1].end = line.end
    for found in _INLINE.finditer(plain):
        terms.append(
            Term(found.start(), found.end(), found["term"], text[found.start("meaning") : found.end("meaning")])
        )
    return sorted(terms, key=lambda term: term.start)
