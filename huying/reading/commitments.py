"""The commitments of a report: what it says will be done, clause by clause, and how it can be measured."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import date

from .due import DAYS, due
from .leads import Columns, columns, lead_in, lead_line, note_at
from .model import Commitment, Figure
from .numbers import normal
from .outline import HEAD, Line, Outline
from .pieces import pieces, sides
from .promise_words import (
    AIM,
    CLOSING,
    DONE,
    FOCUS,
    GOAL,
    IN_VIEW,
    LISTED,
    NO_PROMISE,
    PREPOSED,
    REASONS,
    SOMEONE_MUST,
    SUBJECT_NEAR,
    SUBJECT_OF,
    aims,
    measurable,
    milestone_end,
    no_end,
    principled,
    topic_end,
    without_lead,
)
from .verbs import ACTION_ANY, STRENGTH, STRENGTH_ANY, action_end, past_adverbs

# No promise is longer; what is has lost its punctuation.
LONGEST = 400
# Before this year parts often have no title that says whether they look back or ahead.
EARLY = 1985
_SENTENCE = re.compile(r"[。!?！？;；]")
# A comma or a colon between digits parts nothing.
_CLAUSE = re.compile(r"[，。!?;,:—](?:(?<![—,:])|(?<=—)—|(?<=[,:])(?:(?<!\d[,:])|(?!\d)))")
_SIGNS = re.compile(r"[^\w%]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# (2)加快……: the number of a point within a paragraph.
_POINT = re.compile(r"\(\d{1,2}\)\s*(?=[\u4e00-\u9fff])")
_SALUTE = re.compile(r"^(?:各位代表|同志们)[!！,，:：]?")
_FUTURE = re.compile(r"将|要|必须|应当?|争取|力争|确保|务必|计划|预期|今年|明年")
_NOW = re.compile(r"去年|上年|目前|已经|已(?=[建完有达成])|截至|过去")
_AS = re.compile(r"^把.{2,}(?:作为|放在)")
# What follows a word that is no verb here: 创新是……, 完成了…….
_NO_VERB = re.compile(r"了|是(?!否)|处于|本身|根本上|关系到")
_NO_VERB_SIGNS = frozenset("了是处本根关")
_IN_BRACKETS = re.compile(
    r"([^()]{4,}\d[%‰\u4e00-\u9fff]+)\(([^()]{2,20}(?:增长|下降|达到|减少)[^()]{0,6}\d[^()]{0,12})\)"
)
_DOES = re.compile(r"达到|增长|下降|控制|保持|提高|减少|降低")
_CONFIDENCE = {"verb": 0.9, "preposed": 0.75, "figure": 0.75, "milestone": 0.8, "subject": 0.65, "aim": 0.7}


def commitments(text: str, plain: str, found: Outline, figures: list[Figure]) -> list[Commitment]:
    """Commitments of the parts of a report that tell what will be done, in the order of the text."""
    lines = [line for line in found.lines if line.role not in ("chrome", "blank")]
    early = bool(found.facts.year) and found.facts.year < EARLY
    reader = _Reader(text, plain, figures, _planned(lines), early)
    for line in lines:
        if reader.tells(line):
            reader.line(line)
    _link(reader.rows, figures)
    return reader.rows


def _link(rows: list[Commitment], figures: list[Figure]) -> None:
    """Tells the rows that say a promise again, and those whose number is a part of another's."""
    seen: dict[str, int] = {}
    numbers: dict[tuple, list[int]] = {}
    signs: dict[int, Counter] = {}
    holder = {figure: n for n, row in enumerate(rows) for figure in row.figures}

    def counted(n: int) -> Counter:
        if n not in signs:
            signs[n] = Counter(_HAN.findall(rows[n].title))
        return signs[n]

    for n, row in enumerate(rows):
        key = without_lead(past_adverbs(without_lead(row.title)))
        if not key.isalnum():
            key = _SIGNS.sub("", key)
        row.same_as = seen.get(key)
        if row.same_as is None and row.value is not None:
            # The body and an appendix say it in other words: 新办10所公办幼儿园, 新增公办幼儿园10所.
            alike = [m for m in numbers.get((row.value, row.unit), ()) if rows[m].section != row.section]
            row.same_as = next((m for m in alike if _alike(counted(m), counted(n))), None)
            numbers.setdefault((row.value, row.unit), []).append(n)
        seen.setdefault(key, n)
        if row.figures:
            whole = next((figures[at].parent for at in row.figures if figures[at].parent is not None), None)
            row.parent = holder.get(whole) if holder.get(whole) != n else None


def _alike(one: Counter, other: Counter) -> bool:
    """Whether two titles share most of their signs but digits."""
    return 2 * (one & other).total() >= 0.7 * (one.total() + other.total())


def _planned(lines: list[Line]) -> bool:
    """Whether a report has a part that looks ahead, rather than single paragraphs that do."""
    ahead = [line for line in lines if line.mode == "plan"]
    words = sum(line.end - line.start for line in ahead)
    return any(line.role == "heading" for line in ahead) or words > 0.15 * sum(line.end - line.start for line in lines)


class _Reader:
    """Reads promises line by line. `planned` says whether the report has a part that looks ahead; in an `early` report
    without one its parts do not look back either, and each sentence is judged by its own words."""

    def __init__(self, text: str, plain: str, figures: list[Figure], planned: bool, early: bool):
        self.text, self.plain, self.figures, self.planned, self.early = text, plain, figures, planned, early
        self.aimed = [at for at, figure in enumerate(figures) if figure.kind == "target"]
        self.starts = [figures[at].start for at in self.aimed]
        self.rows: list[Commitment] = []
        self.item = 0
        self.aims = range(0)
        self.reasons = False
        self.table: Columns | None = None

    def tells(self, line: Line) -> bool:
        """Whether a line belongs to a part that promises; without such a part, any line may."""
        if line.mode == "plan":
            return True
        return not self.planned and (line.mode == "opening" or (self.early and line.mode == "review"))

    def line(self, line: Line) -> None:
        """Writes the promises of a line, with who leads them where the line or a column says so."""
        who = lead_line(line.text)
        if who:
            for row in self.rows[self.item :]:
                row.lead = row.lead or who
            return
        if line.role in ("numbered", "heading"):
            self.item = len(self.rows)
        self.reasons = bool(REASONS.match(line.text) or CLOSING.match(line.text)) or principled(line.text)
        cells = self.text[line.start : line.end].split("\t")
        if len(cells) > 2 and (head := columns(cells)):
            self.table = head
        elif self.table and len(cells) == self.table.width:
            self._row(line, cells)
        elif line.role in ("body", "numbered"):
            self.table = None if len(cells) < 2 else self.table
            first = len(self.rows)
            notes = list(self._notes(line))
            for start, end in self._sentences(line):
                self._sentence(line, start, end, notes)
            begin = line.start
            for left, right in notes:
                who = lead_in(self.plain[left:right])
                for row in self.rows[first:]:
                    if begin <= row.start < left:
                        row.lead = row.lead or who
                begin = right

    def _row(self, line: Line, cells: list[str]) -> None:
        """The promises of a row of a table of tasks."""
        starts = [line.start]
        for cell in cells:
            starts.append(starts[-1] + len(cell) + 1)
        first, at = len(self.rows), self.table.task
        begin, end = starts[at], starts[at] + len(cells[at])
        for stop in [m.start() for m in _SENTENCE.finditer(self.plain, begin, end)] + [end]:
            self._sentence(line, begin, stop, [])
            begin = stop + 1
        when = due(normal(cells[self.table.when]), line.plan_year) if self.table.when >= 0 else None
        for row in self.rows[first:]:
            row.lead = cells[self.table.who].strip() if self.table.who >= 0 else ""
            if when:
                row.deadline, row.deadline_source = when, "said"

    def _notes(self, line: Line) -> Iterator[tuple[int, int]]:
        """(start, end) of the brackets of a line that name who leads."""
        at = line.start
        while ("单位" in line.text or "牵头" in line.text or "负责" in line.text) and (
            found := note_at(self.plain[at : line.end])
        ):
            yield at + found[0], at + found[1]
            at += found[1]

    def _sentence(self, line: Line, start: int, end: int, notes: list[tuple[int, int]]) -> None:
        sentence = self.plain[start:end]
        whole, topic = start, topic_end(sentence)
        start += topic
        if end - start < 4:
            return
        sentence = sentence[topic:]
        if not self.planned and (not _FUTURE.search(sentence) or _NOW.search(sentence)):
            return
        clauses = list(self._clauses(start, end, notes))
        told = -1
        if SUBJECT_NEAR.search(sentence):
            told = max((n for n, (a, b) in enumerate(clauses) if SUBJECT_OF.match(self.plain[a:b])), default=-1)
        aimed = bool(self._targets(start, end))
        if aims(self.plain[whole:end]):
            # Aims are listed to the end of the paragraph, behind semicolons and full stops.
            self.aims = range(whole, line.end)
        reasons = self.reasons
        who = lead_in(sentence) if "牵头" in sentence or "由" in sentence else ""
        for n, (left, right) in enumerate(clauses):
            targets = self._targets(left, right) if aimed else []
            if (n <= told or reasons) and not targets:
                continue
            if self.plain[right : right + 1] == ":" and LISTED.search(self.plain[left:right]):
                continue
            rule = promises(self.plain[left:right], bool(targets), left in self.aims)
            if rule:
                self._write(line, left, right, rule, targets, who)

    def _sentences(self, line: Line) -> Iterator[tuple[int, int]]:
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
            elif len(stops) > 2 and _topic_sentence(self.plain[begin : stops[0]], head, len(stops)):
                begin, first = stops[0] + 1, 1
        for stop in stops[first:]:
            yield begin, stop
            begin = stop + 1

    def _clauses(self, start: int, end: int, notes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """(start, end) of the clauses of a sentence, without the notes in it."""
        cuts = [m.span() for m in _CLAUSE.finditer(self.plain, start, end)]
        if notes:
            cuts = [cut for cut in cuts if not any(a < cut[1] and cut[0] < b for a, b in notes)]
            cuts = sorted(cuts + [(max(a, start), min(b, end)) for a, b in notes if a < end and start < b])
        begin = start
        for stop, after in [*cuts, (end, end)]:
            left, right = _trim(self.plain, begin, stop)
            point = _POINT.match(self.plain, left, right) if self.plain[left : left + 1] == "(" else None
            left = point.end() if point else left
            # 工业增加值增长13%(总产值增长15%) are two aims.
            inner = _IN_BRACKETS.fullmatch(self.plain, left, right) if self.plain[right - 1] == ")" else None
            if inner:
                yield inner.span(1)
                yield inner.span(2)
            elif 4 <= right - left <= LONGEST:
                yield left, right
            begin = after

    def _targets(self, start: int, end: int) -> list[int]:
        """Indexes of the figures whose number stands within [start, end) and is to be reached."""
        found, at = [], bisect_left(self.starts, start - LONGEST)
        while at < len(self.starts) and self.starts[at] < end:
            if start < self.figures[self.aimed[at]].end <= end:
                found.append(self.aimed[at])
            at += 1
        return found

    def _write(self, line: Line, start: int, end: int, rule: str, targets: list[int], who: str) -> None:
        clause = self.plain[start:end]
        titles = sides(clause) if rule == "aim" else pieces(clause, len(targets))
        told, force = _due(clause, line), strength(clause)
        at = start
        for n, title in enumerate(titles):
            figure = None
            if targets:
                figure = self.figures[targets[n]] if len(targets) == len(titles) else self.figures[targets[0]]
            left, right = start, end
            if (
                rule == "figure"
                and len(titles) > 1
                and not _each_says(titles, clause)
                and (own := self.plain.find(title, at, end)) >= 0
            ):
                # Without a verb to share, each member of the list stands for itself.
                left, right = own, own + len(title)
                at = right
            when, source = told
            if figure and source != "said":
                when, source = figure.deadline, figure.deadline_source
            self.rows.append(
                Commitment(
                    left, right, self.text[left:right], line.path, title, who,
                    "numeric" if figure else measurable(title, clause), force,
                    figure.value if figure else None, figure.unit if figure else "",
                    figure.comparator if figure else "", when, source, list(targets), None,
                    _CONFIDENCE[rule], f"promise.{rule}",
                )
            )  # fmt: skip


def promises(clause: str, target: bool, aimed: bool = False) -> str:
    """The rule by which a clause is a promise, or "" when it is none.

    target  a figure to be reached stands in it
    aimed   it stands in a sentence that lists aims
    """
    if not target and clause.count("“") != clause.count("”"):
        return ""  # within a slogan that is longer than a clause
    if target and (GOAL.match(clause) or clause.startswith("其中")):
        return "figure"
    if IN_VIEW.match(clause):
        return "preposed"
    if NO_PROMISE.match(clause) or no_end(clause):
        return ""
    lead = without_lead(clause)
    if (lead is not clause and NO_PROMISE.match(lead)) or (len(lead) < 4 and not target):
        return ""
    acted = action_end(lead)
    if acted and len(lead) > acted:
        return "" if lead[acted] in _NO_VERB_SIGNS and _NO_VERB.match(lead, acted) and not target else "verb"
    done = "了" in lead and DONE.search(lead) and not target
    for words in (lead, past_adverbs(lead)):
        if PREPOSED.match(words) and not done:
            later = ACTION_ANY.search(words, 2)
            if later and later.start() <= 45 or _AS.match(words):
                return "preposed"
    if target:
        return "figure"
    must = SOMEONE_MUST.match(clause)
    if must and not done and not NO_PROMISE.match(clause[must.end() :]):
        # 我们要顺势而为 says how to work.
        return "" if clause.startswith("我们") and not action_end(clause[must.end() :]) else "subject"
    focus = FOCUS.match(lead)
    if focus and not done and action_end(lead[focus.end() :]):
        return "subject"
    if aimed and AIM.search(clause):
        return "aim"
    if len(clause) < 7 or _NOW.search(clause):
        return ""
    return "milestone" if milestone_end(clause) else ""


def _each_says(titles: list[str], clause: str) -> bool:
    """Whether each member of a list says what its number does, so that the clause is quoted whole for all."""
    return "各" in clause or all(_DOES.search(title) for title in titles)


def _topic_sentence(sentence: str, head, count: int) -> bool:
    """A first sentence that only names what the paragraph is about: 着力发展优质教育。"""
    if head and head["four"]:
        return bool(re.match(r"^.{0,3}(?:打赢|打好)", sentence))
    if len(sentence.strip()) <= 30 and not re.search(r"[，,0-9《:：]", sentence):
        return True
    parts = re.split("[，,]", sentence.strip())
    return count > 4 and len(parts) == 2 and max(map(len, parts)) <= 17 and not re.search(r"[0-9《“]", sentence)


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
    said = due(clause, year) if DAYS.search(clause) else None
    if said and (not year or said.year >= year):
        return said, "said"
    if not year:
        return None, ""
    return date(year, 12, 31), "title" if line.path.startswith("附件") else "section"


def strength(clause: str) -> str:
    """must, strive, about, explore or plain."""
    if not STRENGTH_ANY.search(clause):
        return "plain"
    return next(name for name, words in STRENGTH if words.search(clause))
