"""The commitments of a report: what it says will be done, clause by clause, with how it can be measured."""

from __future__ import annotations

import re
from bisect import bisect_left

from .lexicon import ACTION_ANY, ACTION_START, ADVERBS, STRENGTH
from .model import Commitment, Figure
from .outline import HEAD, Line, Outline
from .promise_words import LEAD, MILESTONE_END, MILESTONE_VERB, NO_PROMISE, NO_SPLIT, PREPOSED, THING, TOPIC_ONLY

_SENTENCE = re.compile(r"[。!?！？;；]")
_CLAUSE = re.compile(r"[，,。!?;；！？:：]|——")
_SALUTE = re.compile(r"^(?:各位代表|同志们)[!！,，:：]?")
_QUOTED = re.compile(r"[“\"《(][^”\"》)]*[”\"》)]")
_JOINT = re.compile(r"、|以及|(?<=[\u4e00-\u9fff”)A-Za-z])(?:和|及|与)(?=[\u4e00-\u9fff“A-Za-z])")
_FUTURE = re.compile(r"(?:将|要|必须|应当?|争取|力争|确保|务必|计划|预期|今年|明年)")
_NOW = re.compile(r"(?:去年|上年|目前|已经|已(?=[建完有达成])|截至|过去)")


def commitments(text: str, plain: str, found: Outline, figures: list[Figure]) -> list[Commitment]:
    """Commitments of the parts of a report that tell what will be done, in the order of the text."""
    rows: list[Commitment] = []
    starts = [figure.start for figure in figures]
    lines = [line for line in found.lines if line.role not in ("chrome", "blank")]
    planned = any(line.mode == "plan" for line in lines)
    for n, line in enumerate(lines):
        if line.role not in ("body", "numbered"):
            continue
        if line.mode != "plan" and (planned or line.mode != "opening"):
            continue
        following = lines[n + 1] if n + 1 < len(lines) else None
        for start, end, rule in _clauses(plain, line, following, planned):
            inside = _figures(figures, starts, start, end)
            rows.extend(_rows(text, plain, line, start, end, rule, inside, figures))
    seen: dict[str, int] = {}
    for n, row in enumerate(rows):
        key = re.sub(r"[^\w%]|^(?:全区|全市|全省|全年|年内|力争|确保|争取)+", "", ADVERBS.sub("",
        row.quote)) + row.title
        row.same_as = seen.get(key)
        seen.setdefault(key, n)
    return rows


def _figures(figures: list[Figure], starts: list[int], start: int, end: int) -> list[int]:
    """Indexes of the targets that begin within [start, end)."""
    at = bisect_left(starts, start)
    found = []
    while at < len(figures) and starts[at] < end:
        found.append(at)
        at += 1
    return found


def _clauses(plain: str, line: Line, following: Line | None, planned: bool):
    """(start, end, rule) of each clause of a line that promises something."""
    start, end = line.first, line.end
    stops = [m.start() for m in _SENTENCE.finditer(plain, start, end)] + [end]
    head = HEAD.match(line.text)
    body = line.text
    if line.role == "numbered" and head and (head["one"] or head["two"]):
        # (二)……。 opens with its heading; a short lead paragraph before sub-paragraphs promises nothing.
        if len(body) < 190 and following is not None and following.role == "body" and following.mode == "plan" and len(stops) <= 4:
            lead = True
        else:
            lead = False
        begin, first = stops[0] + 1, 1
        if lead and not _CLAUSE.search(plain, begin, end):
            return
    else:
        lead = False
        begin, first = start, 0
        opening = _SALUTE.match(plain[start:end])
        if opening:
            begin = start + opening.end()
            stops = [stop for stop in stops if stop >= begin]
        elif _topic_sentence(plain[start : stops[0]], head) and len(stops) > 2:
            begin, first = stops[0] + 1, 1
    if head and first == 0:
        begin += head.end()
    for stop in stops[first:]:
        sentence = plain[begin:stop]
        if len(sentence) >= 4 and not TOPIC_ONLY.match(sentence) and (planned or (_FUTURE.search(sentence) and not _NOW.search(sentence))):
            bounds = [begin] + [m.end() for m in _CLAUSE.finditer(plain, begin, stop) if not _within_number(plain,
            m.start())] + [stop + 1]
            for left, right in zip(bounds, bounds[1:], strict=False):
                a, b = _trim(plain, left, min(right - 1, stop))
                rule = _promises(plain[a:b])
                if rule:
                    yield a, b, rule
        begin = stop + 1


def _within_number(plain: str, at: int) -> bool:
    return plain[at] in ",:" and plain[at - 1 : at].isdigit() and plain[at + 1 : at + 2].isdigit()


def _topic_sentence(sentence: str, head) -> bool:
    """A first sentence that only names what the paragraph is about: 着力发展优质教育。"""
    if head and head["four"]:
        return False
    return len(sentence.strip()) <= 30 and not re.search(r"[，,0-9]", sentence)


def _trim(plain: str, left: int, right: int) -> tuple[int, int]:
    while left < right and plain[left] in " *　、“”\"" and not (plain[left] == "“" and "”" in plain[left:right]):
        left += 1
    while right > left and plain[right - 1] in " *　、":
        right -= 1
    return left, right


def _promises(clause: str) -> str:
    """The rule by which a clause is a promise, or "" when it is none."""
    if len(clause) < 4 or NO_PROMISE.match(clause):
        return ""
    lead = LEAD.sub("", clause)
    if NO_PROMISE.match(lead):
        return ""
    found = ACTION_START.match(lead)
    if found and len(lead) - found.end() >= 1:
        return "verb"
    if PREPOSED.match(lead):
        later = ACTION_ANY.search(lead, 2)
        if later and later.start() <= 45:
            return "preposed"
    if re.search(r"\d",
    clause) and re.search(r"达|超|率|比例|以上|增长|实现|完成|左右|控制|新|建|\d(?:个|家|项|公里|万)", clause):
        return "figure"
    if MILESTONE_END.search(clause):
        return "milestone"
    return ""


def _rows(text, plain, line: Line, start: int, end: int, rule: str, inside: list[int],
figures: list[Figure]) -> list[Commitment]:
    clause = plain[start:end]
    targets = [n for n in inside if figures[n].kind in ("target", "rank")]
    numeric = [n for n in targets if figures[n].kind == "target"]
    pieces = _pieces(clause, len(numeric))
    strength = next((name for name, words in STRENGTH if words.search(clause)), "plain")
    rows = []
    for n, piece in enumerate(pieces):
        figure = None
        if numeric:
            figure = figures[numeric[n]] if len(numeric) == len(pieces) else figures[numeric[0]] if len(pieces) == 1 else _figure_of(figures, numeric, piece, text)
        due, source = (figure.deadline, figure.deadline_source) if figure else _due(clause, line)
        rows.append(
            Commitment(
                start, end, text[start:end], line.path, piece, "",
                "numeric" if figure else _measurable(clause, piece), strength,
                figure.value if figure else None, figure.unit if figure else "", figure.comparator if figure else "",
                due, source, list(targets), None,
                {"verb": 0.9, "preposed": 0.75, "figure": 0.75, "milestone": 0.8}[rule], f"promise.{rule}",
            )
        )  # fmt: skip
    return rows


def _figure_of(figures, numeric, piece, text):
    for n in numeric:
        if figures[n].quote and figures[n].quote[-8:] in piece:
            return figures[n]
    return None


def _due(clause: str, line: Line):
    from datetime import date

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


def _measurable(clause: str, piece: str) -> str:
    if MILESTONE_END.search(clause):
        return "milestone"
    verb = ADVERBS.sub("", LEAD.sub("", piece))
    if MILESTONE_VERB.match(verb):
        return "milestone"
    if THING.search(piece):
        return "milestone"
    return "qualitative"


def _pieces(clause: str, numbers: int) -> list[str]:
    """The separate promises of one clause: 推进A路、B路建设 is two. Titles in the report's words."""
    shown = _QUOTED.sub(lambda m: m.group()[0] + "　" * (len(m.group()) - 2) + m.group()[-1], clause)
    cuts = [(m.start(), m.end()) for m in _JOINT.finditer(shown)]
    cuts += [(m.start() + 1, m.start() + 1) for m in re.finditer(r"”“|》《", shown)]
    cuts.sort()
    if not cuts or NO_SPLIT.search(clause):
        return [clause]
    head = ACTION_START.match(LEAD.sub("", clause))
    verb = ""
    if head:
        lead = len(clause) - len(LEAD.sub("", clause))
        verb = clause[: lead + head.end()]
    bounds, at = [], len(verb)
    for left, right in cuts:
        if left <= at:
            return [clause] if left < len(verb) else [clause]
        bounds.append(clause[at:left])
        at = right
    last = clause[at:]
    bounds.append(last)
    if numbers > 1:
        return bounds if numbers == len(bounds) else [clause] * 1 if numbers == 1 else [f"{clause}（{n + 1}）" for n in range(numbers)]
    if any(len(piece.strip("“”　")) < 3 for piece in bounds[1:]) or len(bounds[0]) < 2 or len(bounds) > 8:
        return [clause]
    if any(ACTION_START.match(piece) for piece in bounds[1:]):
        return [clause]
    if not verb:
        return [clause]
    tail = _tail(last)
    return [f"{verb}{piece}" + ("" if n == len(bounds) - 1 or piece.endswith(tail) else tail) for n,
    piece in enumerate(bounds)]


def _tail(last: str) -> str:
    """What the members of a list share at its end: 建设 of A馆、B馆建设."""
    found = re.search(r"(?:建设|改造|工程|等?项目|整治|发展|行动|任务|工作|成效|保障|力度|编制|影响力)$", last)
    return found.group() if found else ""
