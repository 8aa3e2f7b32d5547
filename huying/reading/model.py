"""What the reader yields: a report, its sections, its figures and its commitments.

All offsets are character offsets into `Report.text`, end exclusive. Values are exact
decimals in the base unit (万 and 亿 resolved): 8.7亿元 is Decimal("870000000") 元.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

READER = "2.1"
PAGE = "\ue00c"  # a sign for private use, by which readers of files tell where a page begins; no text that is given out holds it


class NotAReport(Exception):
    """A file that cannot be read as a report.

    code      a word that never changes, such as "file.empty"
    sentence  what is wrong, where, and how to mend it, for the person who gave the file
    english   the same in English
    """

    def __init__(self, code: str, sentence: str, english: str = ""):
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.english = english


@dataclass(slots=True)
class Span:
    """A stretch of the text set aside, with the reason in one word (chrome; date, ordinal, name for a numeral)."""

    start: int
    end: int
    reason: str


@dataclass(slots=True)
class Section:
    """A heading and what stands under it.

    path   how the report numbers it, from the outside in: "二(三)", "附件1-4"
    level  1 for the outermost
    mode   what its sentences tell: review, plan, problems, glossary, opening, closing
    start  where the heading begins; end is where the next heading of this or a higher level begins
    """

    path: str
    level: int
    title: str
    mode: str
    start: int
    end: int


@dataclass(slots=True)
class Figure:
    """One number that the report states about something.

    unit        base unit in the report's words: 元, 人, %, 百分点, 平方米
    value_max   upper bound where the report gives a range (then two figures: ge and le)
    comparator  eq ge gt le lt approx, or none for a rank
    change      level, growth, decline or share
    period      year, "2020Q1" or empty
    kind        outcome, target, definition or rank
    deadline    ISO date by which a target is due, where it can be known
    deadline_source  said (in the sentence), section, title or empty
    parent      index in Report.figures of the total it is a part of, or None
    """

    start: int
    end: int
    quote: str
    section: str
    subject: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str
    change: str
    period: str
    kind: str
    deadline: date | None
    deadline_source: str
    parent: int | None
    confidence: float
    rule: str
    reader: str = READER


@dataclass(slots=True)
class Commitment:
    """One thing that the government says it will do.

    measurable  numeric (a number to reach), milestone (done or not done) or qualitative
    strength    must, strive, about, explore or plain
    figures     indexes in Report.figures of the numbers inside it
    lead        who leads it, where the report says so, in its words
    same_as     index in Report.commitments of the same promise said before, or None
    parent      index in Report.commitments of the promise whose number it is a part of, or None
    """

    start: int
    end: int
    quote: str
    section: str
    title: str
    lead: str
    measurable: str
    strength: str
    value: Decimal | None
    unit: str
    comparator: str
    deadline: date | None
    deadline_source: str
    figures: list[int]
    same_as: int | None
    confidence: float
    rule: str
    reader: str = READER
    parent: int | None = None


@dataclass(slots=True)
class Term:
    """An entry of the report's own glossary (名词解释)."""

    start: int
    end: int
    term: str
    meaning: str


@dataclass(slots=True)
class Matter:
    """One thing that minutes decide or an instruction orders.

    item     the point of the agenda that it belongs to, in the text's words
    what     what is to be done, or what was decided
    who      who is to do it, in the text's words; helpers is who helps
    act      assign (someone must do it), approve, return (to be improved and brought again) or defer
    """

    start: int
    end: int
    quote: str
    section: str
    item: str
    what: str
    who: str
    helpers: str
    act: str
    deadline: date | None
    deadline_source: str
    confidence: float
    rule: str
    reader: str = READER


@dataclass(slots=True)
class Report:
    """A report as read. `name` is the file's name; `chrome` is what was set aside as not the report.

    aside     numerals that are no figure, each with the reason; `unexplained` are those of which none is known
    remarks   what was done to the file to get its text, as sentences `中文 | English`
    pages     where each page begins, of a pdf and of a docx that its program laid out; else empty
    """

    text: str
    name: str
    title: str = ""
    place: str = ""
    level: str = ""
    year: int | None = None
    speaker: str = ""
    date: date | None = None
    division: str = ""
    place_now: str = ""
    division_now: str = ""
    outline: list[Section] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    glossary: list[Term] = field(default_factory=list)
    chrome: list[Span] = field(default_factory=list)
    aside: list[Span] = field(default_factory=list)
    kind: str = "report"
    number: str = ""
    matters: list[Matter] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    reader: str = READER
    pages: list[int] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Span]:
        """The numerals that are neither a figure nor known to be none."""
        return [span for span in self.aside if span.reason == "bare"]
