"""What a document says, seen as tasks: which readings say one thing, which are only near alike, which a pack has ready.

Pure: no database, no clock. Everything here is a proposal with its reason; a person accepts it or does not. The same
readings give the same proposals in whatever order they come.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from huying.reading import explain

ONE_THING = 0.5  # likeness from which two readings with one figure and unit say one thing
ONE_SENTENCE = 0.75  # closeness from which two readings without a figure do
ONE_MEASURE = 0.88  # closeness that it takes where the figure is said of many things, such as 100 %
NEAR = 0.45  # likeness from which two readings are looked at side by side, and why they stay apart is said
AS_READY = 0.3  # likeness from which a reading is what a pack read on the same line
ANYWHERE = 0.75  # the same where the pack names no line, or another
COMPARED = {"gt": 5, "lt": 5, "ge": 4, "le": 4, "eq": 3, "range": 2, "approx": 1}  # the stricter, the higher
STRENGTHS = {"must": 3, "plain": 2, "strive": 1, "explore": 0}
_BARE = re.compile(r"\d[\d.,]*[十百千万亿]+|[\W\d_]+")  # figures and signs
# what is said of any work: alike in these alone is alike in nothing
_COMMON = re.compile(
    "|".join(("年底前", "年内", "全年", "今年", "全区", "辖区", "区内", "辖内", "力争", "争取", "确保", "完成", "推进", "推动", "加快",
              "实施", "开展", "进行", "新增", "以上", "左右", "不少于", "不低于", "超过", "达到", "约", "项目", "工程", "工作"))
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One reading as it is compared. line: of the text, from 1; 0 where it is not known. task: code of its task."""

    key: str
    words: str
    value: Decimal | None = None
    unit: str = ""
    comparator: str = ""
    strength: str = ""
    section: str = ""
    line: int = 0
    task: str = ""


@dataclass(frozen=True)
class Verdict:
    """What two readings are to each other. kind: same, apart (near alike, yet two things) or none; why: `中文 | English`."""

    kind: str
    why: str = ""


@dataclass(frozen=True)
class Ready:
    """One sentence that a pack has settled. task: full name of its task; empty with a reason why it makes none."""

    id: str
    words: str
    value: Decimal | None
    unit: str
    line: int
    task: str
    reason: str
    note: str = ""


@dataclass(frozen=True)
class Proposal:
    """What could become of some readings, for a person to accept.

    kind  ready (as a pack has it: `task` is its full name there), idle (a pack says why it makes no task), join (says the
          same as what is in the task of this code), together (several that say one thing), alone
    why   `中文 | English`; for idle the reason itself
    """

    kind: str
    keys: tuple[str, ...]
    task: str = ""
    why: str = ""


def propose(found: Sequence[Said], settled: Sequence[Said] = (), ready: Sequence[Ready] = ()) -> list[Proposal]:
    """Each reading that is undecided in one proposal, in the order given. settled: readings in tasks that were drafted."""
    matched = as_ready(found, ready)
    by_task: dict[str, list[Said]] = {}
    made: list[Proposal] = []
    for group in together(found):
        homes = [matched[one.key].task for one in group if one.key in matched and matched[one.key].task]
        rest = []
        for one in group:
            has = matched.get(one.key)
            if (home := has.task if has else homes[0] if homes else "") or (has is None and homes):
                by_task.setdefault(home, []).append(one)
            elif has is not None:
                made.append(Proposal("idle", (one.key,), why=has.reason))
            else:
                rest.append(one)
        if rest:
            made.append(_own(rest, settled))
    place = {one.key: n for n, one in enumerate(found)}
    for task, group in by_task.items():
        keys = sorted((one.key for one in group), key=place.__getitem__)
        made.append(Proposal("ready", tuple(keys), task))
    return sorted(made, key=lambda one: place[one.keys[0]])


def _own(group: Sequence[Said], settled: Sequence[Said]) -> Proposal:
    keys = tuple(one.key for one in group)
    for other in settled:
        if (verdict := compare(group[0], other)).kind == "same":
            return Proposal("join", keys, other.task, verdict.why)
    if len(group) > 1:
        return Proposal("together", keys, why=compare(group[0], group[1]).why)
    return Proposal("alone", keys)


def likeness(one: str, other: str) -> float:
    """How much two sentences speak of one subject, 0 to 1, by their characters and pairs of them, figures aside: the
    share of the shorter that the longer has too, for one wording often is the other with more about it."""
    (mine, my_pairs), (theirs, their_pairs) = _marks(one), _marks(other)
    if not mine or not theirs:
        return float(mine == theirs and bool(one) == bool(other))
    return (_share(mine, theirs) + _share(my_pairs, their_pairs)) / 2


def closeness(one: str, other: str) -> float:
    """The same of both as wholes: 1 only where neither says more than the other."""
    (mine, my_pairs), (theirs, their_pairs) = _marks(one), _marks(other)
    if not mine or not theirs:
        return float(mine == theirs and bool(one) == bool(other))
    return (_dice(mine, theirs) + _dice(my_pairs, their_pairs)) / 2


def compare(one: Said, other: Said) -> Verdict:
    """Whether two readings say one thing. Symmetric."""
    if one.value is None or other.value is None:
        if one.value is None and other.value is None and closeness(one.words, other.words) >= ONE_SENTENCE:
            return Verdict("same", "说的是一件事 | They say the same")
        return Verdict("none")
    figure = one.value == other.value and _unit(one.unit) == _unit(other.unit)
    if figure and not _telling(one):
        same = closeness(one.words, other.words) >= ONE_MEASURE
        return (
            Verdict("same", f"同是 {_figure(one)}，说的是一件事 | Both say {_figure(one)} of one thing")
            if same
            else Verdict("none")
        )
    alike = likeness(one.words, other.words)
    if figure and alike >= ONE_THING:
        return Verdict("same", f"同是 {_figure(one)}，说的是一件事 | Both say {_figure(one)} of one thing")
    if figure:
        return Verdict("apart", f"同是 {_figure(one)}，但对象不同 | Both say {_figure(one)}, of different things")
    if not figure and alike >= NEAR and _unit(one.unit) == _unit(other.unit):
        said = sorted((_figure(one), _figure(other)))
        return Verdict(
            "apart",
            f"对象相近，但数不同（{said[0]}、{said[1]}） | Much alike, yet the figures differ ({said[0]}, {said[1]})",
        )
    return Verdict("none")


def together(found: Sequence[Said]) -> list[tuple[Said, ...]]:
    """Readings in groups that say one thing, each in one group, groups and their readings in the order given.

    A reading joins a group only when it says the same as every one in it, so that likeness does not creep.
    """
    groups: list[list[Said]] = []
    place = {one.key: n for n, one in enumerate(found)}
    for one in sorted(found, key=lambda said: said.key):
        home = next((group for group in groups if all(compare(one, other).kind == "same" for other in group)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    ordered = [tuple(sorted(group, key=lambda said: place[said.key])) for group in groups]
    return sorted(ordered, key=lambda group: place[group[0].key])


def governing(group: Sequence[Said]) -> Said:
    """The stricter wording, which a task goes by: `8 or more` before `8`, `must` before `strive for`; of equals the first."""
    return max(group, key=lambda one: (COMPARED.get(one.comparator, 0), STRENGTHS.get(one.strength, 2)))


def note(group: Sequence[Said]) -> str:
    """What a task made of several readings says of them; empty for one alone, or where all are worded alike."""
    by = governing(group)
    if len({(one.comparator, one.strength, one.value) for one in group}) < 2:
        return ""
    others = "；".join(dict.fromkeys(f"“{_short(one.words)}”" for one in group if one is not by))
    return f"从严，按“{_short(by.words)}”；另有{others}"


def near(found: Sequence[Said]) -> dict[str, list[tuple[str, str]]]:
    """key -> [(key of another reading, why the two stay apart)], for those that are near alike and yet two things."""
    told: dict[str, list[tuple[str, str]]] = {}
    counted = [one for one in found if one.value is not None]
    for n, one in enumerate(counted):
        for other in counted[n + 1 :]:
            verdict = compare(one, other)
            if verdict.kind == "apart":
                told.setdefault(one.key, []).append((other.key, verdict.why))
                told.setdefault(other.key, []).append((one.key, verdict.why))
    return told


def as_ready(found: Iterable[Said], ready: Sequence[Ready]) -> dict[str, Ready]:
    """key -> what a pack has of that reading: by line, figure and likeness of words. One sentence of a pack may be what
    several readings say; a reading with another figure is never it."""
    by_line: dict[int, list[Ready]] = {}
    for one in ready:
        by_line.setdefault(one.line, []).append(one)
    matched = {}
    for said in found:
        scored = [(_score(said, one), one) for one in by_line.get(said.line, ())] if said.line else []
        best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best[0] < AS_READY:
            elsewhere = [(_score(said, one), one) for one in ready if one.line != said.line or not said.line]
            best = max(elsewhere, key=lambda pair: pair[0], default=(0.0, None))
            best = best if best[0] >= ANYWHERE else (0.0, None)
        if best[1] is not None:
            matched[said.key] = best[1]
    return matched


def is_about(found: Sequence[Said], ready: Sequence[Ready]) -> bool:
    """Whether a pack's readings are of this very text: half of what was read stands on the lines that it names."""
    matched, named = as_ready(found, ready), any(one.line for one in ready)
    there = [said for said in found if (one := matched.get(said.key)) and (one.line == said.line or not named)]
    return bool(found) and len(there) >= len(found) / 2


def line_of(text: str, place: int) -> int:
    """The line of a text, from 1, in which a place stands."""
    return text.count("\n", 0, place) + 1


def _score(said: Said, one: Ready) -> float:
    if said.value is not None and one.value is not None and said.value != one.value:
        return 0.0
    figure = said.value is not None and said.value == one.value
    return likeness(said.words, one.words) + (0.3 if figure else 0.0)


@lru_cache(maxsize=8192)
def _marks(words: str) -> tuple[frozenset[str], frozenset[str]]:
    """The characters of what a sentence is about, and the pairs of neighbouring ones."""
    bare = _BARE.sub("", unicodedata.normalize("NFKC", words))
    text = _COMMON.sub("", bare) or bare
    return frozenset(text), frozenset(text[n : n + 2] for n in range(len(text) - 1)) or frozenset([text])


def _share(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / min(len(mine), len(theirs))


def _dice(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _unit(unit: str) -> str:
    return {"个": "", "项": "", "处": "", "%": "percent", "％": "percent"}.get(unit, unit)


def _telling(one: Said) -> bool:
    """Whether a figure tells things apart: one, none and a hundred are said of many."""
    return one.value not in (0, 1, 100)


def _figure(one: Said) -> str:
    return explain.amount(one.value, one.unit)


def _short(words: str) -> str:
    return words if len(words) <= 40 else words[:39] + "…"


def counts(states: Mapping[str, int]) -> tuple[int, int, int, int]:
    """(all, in tasks, set aside, undecided) of readings by state."""
    adopted, dropped = states.get("adopted", 0), states.get("dropped", 0)
    undecided = sum(states.get(state, 0) for state in ("draft", "gone", "accepted"))
    return adopted + dropped + undecided, adopted, dropped, undecided
