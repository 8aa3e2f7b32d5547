"""Last year's targets against this year's outcomes: what was promised in one report and told in the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .matching import Key, Measured, Measurer, canonical, vague
from .milestones import milestones
from .model import READER, Figure, Report
from .verdicts import TOLERANCE, Verdict, judge, said

VERDICTS = {
    "met": ("兑现", "met"),
    "missed": ("未达到", "missed"),
    "changed target": ("目标另定", "changed target"),
    "not reported": ("未报告", "not reported"),
    "not due": ("未到期", "not due"),
}
# A number so far from the target counts something else more often than it fails.
_FAR = 5
_LONGEST_SENTENCE = 160


class NotComparable(Exception):
    """Two reports that cannot be compared.

    code             a word that never changes
    zh, en           what is wrong, a sentence in each language
    mend_zh, mend_en what to do
    """

    def __init__(self, code: str, zh: str, en: str, mend_zh: str, mend_en: str):
        super().__init__(f"{zh}{mend_zh} | {en} {mend_en}")
        self.code, self.zh, self.en, self.mend_zh, self.mend_en = code, zh, en, mend_zh, mend_en


@dataclass(slots=True)
class Side:
    """One report's words on a thing. `sentence` holds the quote; start and end are offsets into that report's text."""

    value: Decimal | None = None
    value_max: Decimal | None = None
    unit: str = ""
    comparator: str = ""
    change: str = ""
    deadline: date | None = None
    section: str = ""
    start: int | None = None
    end: int | None = None
    quote: str = ""
    sentence: str = ""


@dataclass(slots=True)
class Pair:
    """One promise and what became of it.

    verdict  met, missed, changed target, not reported, not due; "" for what was reported without a promise
    next     the same target as the later report sets it anew, empty when it does not
    rule     compare.figure, compare.milestone or compare.unpromised
    """

    subject: str
    verdict: str
    why: str
    promised: Side
    reported: Side
    next: Side
    confidence: float
    rule: str
    reader: str = READER


@dataclass(slots=True)
class Comparison:
    """The pairs of two reports of one place; `notes` says what a reader of the result must know."""

    earlier: Report
    later: Report
    pairs: list[Pair] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tolerance: Fraction = TOLERANCE

    def counts(self) -> dict[str, int]:
        """How many promises of each verdict there are."""
        return {word: sum(pair.verdict == word for pair in self.pairs) for word in VERDICTS}


def compare(
    earlier: Report, later: Report, *, language: str = "zh", tolerance: Fraction = TOLERANCE, unpromised: bool = False
) -> Comparison:
    """What became of the targets and milestones of `earlier`, as `later` tells.

    language    zh or en, of the sentences that say why
    tolerance   what 左右 allows, as a share of the value
    unpromised  also list the outcomes that no target of `earlier` asked for

    Raises NotComparable when the two are not reports of one place in two years.
    """
    tongue = 1 if language == "en" else 0
    found = Comparison(earlier, later, notes=[note[tongue] for note in comparable(earlier, later)],
                       tolerance=tolerance)  # fmt: skip
    year = earlier.year or 0
    before, after = Measurer(earlier), Measurer(later)
    promises = [item for figure in earlier.figures if figure.kind == "target" and (item := before.of(figure))]
    told = [item for figure in later.figures if figure.kind == "outcome" and figure.period == str(year)
            and _whole(figure) and (item := after.of(figure))]  # fmt: skip
    anew = [item for figure in later.figures if figure.kind == "target" and (item := after.of(figure))]
    used: set[int] = set()
    for group in _groups(promises):
        target = group[0]
        if vague(target.key) or target.key.span == "months" or _than_before(target.figure):
            continue
        verdict, outcome, again = _verdict(group, told, anew, year, tolerance)
        if outcome:
            used.add(outcome.figure.start)
        found.pairs.append(
            Pair(
                target.figure.subject, verdict.word, verdict.why[tongue], _side(earlier, target.figure),
                _side(later, outcome.figure) if outcome else Side(), _side(later, again.figure) if again else Side(),
                _confidence(target, outcome, verdict), "compare.figure",
            )
        )  # fmt: skip
    for commitment, verdict, place in milestones(earlier, later):
        found.pairs.append(
            Pair(
                commitment.title, verdict.word, verdict.why[tongue],
                Side(deadline=commitment.deadline, section=commitment.section, start=commitment.start, end=commitment.end,
                     quote=commitment.quote, sentence=sentence_of(earlier, commitment.start, commitment.end)),
                Side(section=_section(later, place[0]), start=place[0], end=place[1], quote=later.text[slice(*place)],
                     sentence=sentence_of(later, *place)),
                Side(), verdict.sure, "compare.milestone",
            )
        )  # fmt: skip
    found.pairs.sort(key=lambda pair: pair.promised.start)
    if unpromised:
        found.pairs += [
            Pair(item.figure.subject, "", "", Side(), _side(later, item.figure), Side(), item.figure.confidence,
                 "compare.unpromised")
            for item in told if item.figure.start not in used and item.key.span == "year" and not vague(item.key)
        ]  # fmt: skip
    return found


def comparable(earlier: Report, later: Report) -> Iterable[tuple[str, str]]:
    """Notes (zh, en) on two reports that can be compared. Raises NotComparable for two that cannot."""
    if earlier.text == later.text:
        raise NotComparable(
            "compare.same-file", f"{earlier.name} 和 {later.name} 是同一份报告。",
            f"{earlier.name} and {later.name} are one report.",
            "请给出同一个地方相邻两年的两份。", "Give two reports of one place, of two years that follow each other.",
        )  # fmt: skip
    notes = []
    if not earlier.place or not later.place:
        notes.append(
            (
                "有一份报告没有写明是哪里的，按同一个地方比较。",
                "A report does not name its place; both are taken to be of one.",
            )
        )
    elif not _one_place(earlier, later):
        raise NotComparable(
            "compare.other-place", f"{earlier.name} 是{earlier.place}的，{later.name} 是{later.place}的。",
            f"{earlier.name} is of {earlier.place}, {later.name} of {later.place}.",
            "请给出同一个地方的两份。", "Give two reports of one place.",
        )  # fmt: skip
    missing = next((report for report in (earlier, later) if report.year is None), None)
    if missing:
        raise NotComparable(
            "compare.no-year", f"看不出 {missing.name} 是哪一年的。",
            f"The year of {missing.name} cannot be told.",
            "请在标题或文件名里写上年份。", "Write it in its title or in the file's name.",
        )  # fmt: skip
    if later.year <= earlier.year:
        raise NotComparable(
            "compare.order", f"{earlier.name} 是 {earlier.year} 年的，{later.name} 是 {later.year} 年的。",
            f"{earlier.name} is of {earlier.year}, {later.name} of {later.year}.",
            "请先给早的，后给晚的。", "Give the earlier report first.",
        )  # fmt: skip
    if later.year > earlier.year + 1:
        notes.append((
            f"{later.year} 年的报告不是 {earlier.year} 年的下一份：只能找到它说到 {earlier.year} 年的地方。",
            f"The report of {later.year} does not follow that of {earlier.year}: only what it says of {earlier.year} is found.",
        ))  # fmt: skip
    return notes


def _one_place(earlier: Report, later: Report) -> bool:
    """Whether two reports are of one place: by code, through a change of name or rank, or by name with or without its province."""
    if earlier.division and later.division:
        return earlier.division == later.division or (earlier.division_now or "?") == later.division_now
    return earlier.place.endswith(later.place) or later.place.endswith(earlier.place)


def _whole(figure: Figure) -> bool:
    """Not a part of a total that borrows the total's name."""
    return figure.parent is None or figure.rule != "number.carried"


def _than_before(figure: Figure) -> bool:
    """Whether a number only says how a target differs from the year before (比上年增加300亿元)."""
    return (
        figure.unit != "%"
        and figure.rule == "number.carried"
        and figure.quote.startswith(("比上年", "比去年", "较上年", "较去年"))
    )


def _groups(items: list[Measured]) -> list[list[Measured]]:
    """Targets of one key together, in the order of the text."""
    groups: dict[tuple[Key, date | None], list[Measured]] = {}
    for item in items:
        groups.setdefault((item.key, item.figure.deadline), []).append(item)
    return list(groups.values())


def _verdict(group, told, anew, year, tolerance) -> tuple[Verdict, Measured | None, Measured | None]:
    """(verdict, the outcome it rests on, the target set anew) of the targets of one key."""
    target = group[0]
    again = next((item for item in anew if item.key.like(target.key)), None)
    due = target.figure.deadline
    if target.key.span == "many" or (due and due.year > year):
        again = next((item for item in anew if item.key.like(target.key) and item.figure.deadline == due), None)
        if due and again and _other_value(target, again):
            return _changed(target, again, f"到 {due.year} 年的", f" for {due.year}"), None, again
        when = (f"{due.year} 年", f"in {due.year}") if due and due.year > year else ("几年之后", "after several years")
        return Verdict("not due", (f"目标到{when[0]}才到期。", f"The target falls due {when[1]}."), 1), None, again
    if len({item.value for item in group}) > 1 and not canonical(target.key):
        return Verdict("not reported", (
            f"同一年里对它有 {len(group)} 个不同的目标，分不清报告说的是哪一个。",
            f"The year sets {len(group)} different targets for it; which one is told of cannot be known."), 0.5), None, again  # fmt: skip
    found, why = _outcome(target, told)
    if found:
        return judge(target, found, tolerance), found, again
    if again and _other_value(target, again):
        return _changed(target, again, "新一年的", " for the new year"), None, again
    return Verdict("not reported", why, 0.7), None, again


def _other_value(target: Measured, again: Measured) -> bool:
    return (target.value, target.upper) != (again.value, again.upper)


def _changed(target: Measured, again: Measured, zh: str, en: str) -> Verdict:
    before, after = said(target.figure), said(again.figure)
    return Verdict("changed target", (
        f"没有报告结果，{zh}目标由{before[0]}改为{after[0]}。",
        f"No outcome is reported; the target{en} was {before[1]} and is now {after[1]}."), 0.8)  # fmt: skip


def _outcome(target: Measured, told: list[Measured]) -> tuple[Measured | None, tuple[str, str]]:
    """The outcome of a target, or None and why there is none."""
    key = target.key
    like = [item for item in told if item.key.like(key)]
    near = [item for item in like if not _far(target.value, item.value, key)]
    if like and not near:
        value = said(like[0].figure)
        return None, (
            f"报告里相近的数（{value[0]}）与目标相差太远，多半说的是别的。",
            f"The number reported for the like ({value[1]}) is so far off that it is likely of something else.")  # fmt: skip
    if near:
        best = max(_fit(target, item) for item in near)
        near = [item for item in near if _fit(target, item) == best]
        if len({item.value for item in near}) == 1 or canonical(key):
            return near[0], ("", "")
        values = [said(item.figure) for item in near]
        return None, (
            f"报告里对它有 {len(near)} 个不同的数（{'、'.join(v[0] for v in values[:3])}），分不清是哪一个。",
            f"The report gives {len(near)} different numbers for it ({', '.join(v[1] for v in values[:3])}).")  # fmt: skip
    other = next((item for item in told if item.key.subject == key.subject and item.key.scope == key.scope
                  and (item.key.unit, item.key.change) != (key.unit, key.change)), None)  # fmt: skip
    if other:
        value = said(other.figure)
        return None, (f"报告只用另一种说法讲到它（{value[0]}），与目标不能直接比。",
                      f"The report tells of it in another measure only ({value[1]}), which the target cannot be held to.")  # fmt: skip
    many = next((item for item in told if item.key.subject == key.subject and item.key.span == "many"), None)
    if many:
        value = said(many.figure)
        return None, (f"报告只有多年合计或平均的数（{value[0]}）。",
                      f"The report has only a figure of several years ({value[1]}).")  # fmt: skip
    return None, ("没有在报告里找到同一件事的数。", "No number for the same thing was found in the report.")


def _far(asked: Fraction, got: Fraction, key: Key) -> bool:
    if key.change in ("growth", "points") or key.unit == "%":
        return False
    return bool(asked > 0 and got > 0 and not 1 / _FAR <= got / asked <= _FAR)


def _fit(target: Measured, item: Measured) -> tuple:
    """How well an outcome's words fit a target's: the greater the better."""
    return (item.key.act == target.key.act, item.figure.subject == target.figure.subject, item.figure.unit == target.figure.unit,
            item.figure.parent is None)  # fmt: skip


def _confidence(target: Measured, outcome: Measured | None, verdict: Verdict) -> float:
    sure = target.figure.confidence * verdict.sure
    if outcome:
        sure = min(target.figure.confidence, outcome.figure.confidence) * verdict.sure
        if outcome.key.act != target.key.act:
            sure *= 0.85
        if outcome.figure.subject != target.figure.subject:
            sure *= 0.95
    return round(sure, 2)


def _side(report: Report, figure: Figure) -> Side:
    return Side(
        figure.value, figure.value_max, figure.unit, figure.comparator, figure.change, figure.deadline, figure.section,
        figure.start, figure.end, figure.quote, sentence_of(report, figure.start, figure.end),
    )  # fmt: skip


def _section(report: Report, at: int) -> str:
    return next((section.path for section in reversed(report.outline) if section.start <= at < section.end), "")


def sentence_of(report: Report, start: int, end: int) -> str:
    """The sentence around a stretch of the text; of a long one, the part nearest to it."""
    text = report.text
    left = max(text.rfind(sign, 0, start) for sign in "。！？；\n") + 1
    ends = [at for sign in "。！？；\n" if (at := text.find(sign, end)) >= 0]
    right = min(ends, default=len(text))
    if right - left > _LONGEST_SENTENCE:
        room = max(_LONGEST_SENTENCE - (end - start), 0) // 2
        left, right = max(left, start - room), min(right, end + room)
    return text[left:right].strip()
