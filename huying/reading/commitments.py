"""The commitments of a report: what it says will be done, clause by clause, and how it can be measured."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date

from .model import Commitment, Figure
from .outline import HEAD, Line, Outline
from .pieces import pieces
from .promise_words import (
    AIM,
    AIMS,
    DIRECTION,
    HOW,
    LEAD,
    MILESTONE_END,
    MILESTONE_VERB,
    MILESTONE_WITHIN,
    NO_PROMISE,
    PREPOSED,
    SOMEONE_MUST,
    SUBJECT_OF,
    THING,
    TOPIC_ONLY,
)
from .verbs import ACTION_ANY, ACTION_START, ADVERBS, STRENGTH

# No promise is longer; what is has lost its punctuation.
LONGEST = 400
_SENTENCE = re.compile(r"[。!?！？;；]")
_CLAUSE = re.compile(r"[，,。!?;；！？:：]|——")
_SALUTE = re.compile(r"^(?:各位代表|同志们)[!！,，:：]?")
_FUTURE = re.compile(r"将|要|必须|应当?|争取|力争|确保|务必|计划|预期|今年|明年")
_NOW = re.compile(r"去年|上年|目前|已经|已(?=[建完有达成])|截至|过去")
_AS = re.compile(r"^把.{2,}作为")
_CONFIDENCE = {"verb": 0.9, "preposed": 0.75, "figure": 0.75, "milestone": 0.8, "subject": 0.65, "aim": 0.7}


def commitments(text: str, plain: str, found: Outline, figures: list[Figure]) -> list[Commitment]:
    """Commitments of the parts of a report that tell what will be done, in the order of the text."""
    lines = [line for line in found.lines if line.role not in ("chrome", "blank")]
    reader = _Reader(text, plain, figures, any(line.mode == "plan" for line in lines))
    for n, line in enumerate(lines):
        if line.role in ("body", "numbered") and reader.tells(line):
            reader.line(line, lines[n + 1] if n + 1 < len(lines) else None)
    seen: dict[str, int] = {}
    for n, row in enumerate(reader.rows):
        key = re.sub(r"[^\w%]", "", LEAD.sub("", ADVERBS.sub("", LEAD.sub("", row.title))))
        row.same_as = seen.get(key)
        seen.setdefault(key, n)
    return reader.rows


class _Reader:
    """Reads promises line by line. `planned` says whether the report has a part that looks ahead."""

    def __init__(self, text: str, plain: str, figures: list[Figure], planned: bool):
        self.text, self.plain, self.figures, self.planned = text, plain, figures, planned
        self.starts = [figure.start for figure in figures]
        self.rows: list[Commitment] = []

    def tells(self, line: Line) -> bool:
        """Whether a line belongs to a part that promises; without such a part, any line may."""
        return line.mode == "plan" or (not self.planned and line.mode == "opening")

    def line(self, line: Line, following: Line | None) -> None:
        for start, end in self._sentences(line, following):
            sentence = self.plain[start:end]
            if len(sentence) < 4 or TOPIC_ONLY.match(sentence):
                continue
            if not self.planned and (not _FUTURE.search(sentence) or _NOW.search(sentence)):
                continue
            clauses = list(self._clauses(start, end))
            told = max(
                (n for n, (left, right) in enumerate(clauses) if SUBJECT_OF.match(self.plain[left:right])), default=-1
            )
            aims = AIMS.search(sentence)
            for n, (left, right) in enumerate(clauses):
                targets = self._targets(left, right)
                if n <= told and not targets:
                    continue
                rule = promises(self.plain[left:right], bool(targets), bool(aims) and start + aims.start() < left)
                if rule:
                    self._write(line, left, right, rule, targets)

    def _sentences(self, line: Line, following: Line | None) -> Iterator[tuple[int, int]]:
        """(start, end) of the sentences of a line, without its heading or the sentence that names its topic."""
        stops = [m.start() for m in _SENTENCE.finditer(self.plain, line.body, line.end)] + [line.end]
        head = HEAD.match(line.text)
        begin, first = line.body, 0
        if line.role == "numbered" and head and (head["one"] or head["two"]):
            # (二)……。 opens with its heading; what follows may only lead to the paragraphs below.
            begin, first = stops[0] + 1, 1
        else:
            salute = _SALUTE.match(self.plain[begin : line.end])
            if salute:
                begin += salute.end()
                stops = [stop for stop in stops if stop >= begin]
            elif len(stops) > 2 and _topic_sentence(self.plain[begin : stops[0]], head):
                begin, first = stops[0] + 1, 1
        for stop in stops[first:]:
            yield begin, stop
            begin = stop + 1

    def _clauses(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        cuts = [m for m in _CLAUSE.finditer(self.plain, start, end) if not _within_number(self.plain, m.start())]
        begin = start
        for stop, after in [(m.start(), m.end()) for m in cuts] + [(end, end)]:
            left, right = _trim(self.plain, begin, stop)
            if 4 <= right - left <= LONGEST:
                yield left, right
            begin = after

    def _targets(self, start: int, end: int) -> list[int]:
        """Indexes of the figures that begin within [start, end) and are to be reached."""
        found, at = [], bisect_left(self.starts, start)
        while at < len(self.figures) and self.starts[at] < end:
            if self.figures[at].kind == "target":
                found.append(at)
            at += 1
        return found

    def _write(self, line: Line, start: int, end: int, rule: str, targets: list[int]) -> None:
        clause = self.plain[start:end]
        titles = pieces(clause, len(targets))
        strength = next((name for name, words in STRENGTH if words.search(clause)), "plain")
        at = start
        for n, title in enumerate(titles):
            figure = None
            if targets:
                figure = self.figures[targets[n]] if len(targets) == len(titles) else self.figures[targets[0]]
            left, right = start, end
            if rule == "figure" and len(titles) > 1 and (own := self.plain.find(title, at, end)) >= 0:
                # Without a verb to share, each member of the list stands for itself.
                left, right = own, own + len(title)
                at = right
            due, source = (figure.deadline, figure.deadline_source) if figure else _due(clause, line)
            self.rows.append(
                Commitment(
                    left, right, self.text[left:right], line.path, title, "",
                    "numeric" if figure else _measurable(clause, title), strength,
                    figure.value if figure else None, figure.unit if figure else "",
                    figure.comparator if figure else "", due, source, list(targets), None,
                    _CONFIDENCE[rule], f"promise.{rule}",
                )
            )  # fmt: skip


def promises(clause: str, target: bool, aimed: bool = False) -> str:
    """The rule by which a clause is a promise, or "" when it is none.

    target  a figure to be reached stands in it
    aimed   it stands in a sentence that lists aims
    """
    if NO_PROMISE.match(clause):
        return ""
    lead = LEAD.sub("", clause)
    if NO_PROMISE.match(lead) or (len(lead) < 5 and not target):
        return ""
    found = ACTION_START.match(lead)
    if found and len(lead) > found.end():
        return "" if lead[found.end()] == "了" and not target else "verb"
    bare = lead[ADVERBS.match(lead).end() :]
    for words in (lead, bare):
        if PREPOSED.match(words):
            later = ACTION_ANY.search(words, 2)
            if later and later.start() <= 45 or _AS.match(words):
                return "preposed"
    if target:
        return "figure"
    must = SOMEONE_MUST.match(clause)
    if must and not ACTION_START.match(clause[must.end() :]):
        must = None
    if must:
        return "subject"
    if aimed and AIM.search(clause):
        return "aim"
    return "milestone" if MILESTONE_END.search(clause) else ""


def _within_number(plain: str, at: int) -> bool:
    return plain[at] in ",:" and plain[at - 1 : at].isdigit() and plain[at + 1 : at + 2].isdigit()


def _topic_sentence(sentence: str, head) -> bool:
    """A first sentence that only names what the paragraph is about: 着力发展优质教育。"""
    if head and head["four"]:
        return bool(re.match(r"^.{0,3}(?:打赢|打好)", sentence))
    return len(sentence.strip()) <= 30 and not re.search(r"[，,0-9]", sentence)


def _trim(plain: str, left: int, right: int) -> tuple[int, int]:
    while left < right and plain[left] in ' *　、”"':
        left += 1
    while right > left and plain[right - 1] in " *　、":
        right -= 1
    if plain[left : left + 1] == "“" and "”" not in plain[left:right]:
        left += 1
    return left, right


def _due(clause: str, line: Line) -> tuple[date | None, str]:
    """When a promise without a figure falls due, and where that is said."""
    year = line.plan_year
    said = re.search(r"(20\d{2})年", clause)
    if said and year and int(said.group(1)) >= year:
        return date(int(said.group(1)), 12, 31), "said"
    if not year:
        return None, ""
    if re.search(r"上半年|6月底", clause):
        return date(year, 6, 30), "said"
    if re.search(r"年内|年底|全年|今年|年末", clause):
        return date(year, 12, 31), "said"
    return date(year, 12, 31), "title" if line.path.startswith("附件") else "section"


def _measurable(clause: str, title: str) -> str:
    """milestone where it can be seen whether it was done; qualitative for a direction."""
    if DIRECTION.search(title):
        return "qualitative"
    if MILESTONE_END.search(clause) or MILESTONE_WITHIN.search(title) or THING.search(title):
        return "milestone"
    return "milestone" if MILESTONE_VERB.match(HOW.sub("", LEAD.sub("", title))) else "qualitative"
