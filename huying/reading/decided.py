"""Minutes or an instruction as a report: its matters, and what someone must do as commitments."""

from __future__ import annotations

from .commitments import measurable, strength
from .instructions import instruction_of
from .minutes import minutes_of
from .model import Commitment, Matter, Report
from .outline import Outline


def decided(kind: str, text: str, plain: str, name: str, found: Outline) -> Report:
    """Minutes or an instruction: its matters, and each that someone must do as a commitment too."""
    # Tabs part the cells of a table, which the plain text has lost.
    tabbed = "".join(map(lambda a, b: a if a == "\t" else b, text, plain)) if "\t" in text else plain
    read = (minutes_of if kind == "minutes" else instruction_of)(found.lines, tabbed)
    known = found.facts
    year = read.date.year if read.date else known.year
    report = Report(
        text, name, read.title, known.place, known.level, year, read.host, read.date,
        known.division, known.now, known.now_division, found.sections, [], [], [], [*found.chrome, *read.aside],
    )  # fmt: skip
    report.kind, report.number, report.matters = kind, read.number, read.matters
    for matter in report.matters:
        matter.quote = text[matter.start : matter.end]
        matter.what, matter.who, matter.helpers, matter.item = (
            _as_written(words, text, plain, matter.start)
            for words in (matter.what, matter.who, matter.helpers, matter.item)
        )
    report.commitments = [_promised(matter) for matter in report.matters if matter.act == "assign"]
    return report


def _as_written(words: str, text: str, plain: str, near: int) -> str:
    """Words of the plain text with the signs that the text itself has."""
    at = plain.find(words, near) if plain.find(words, near) >= 0 else plain.rfind(words, 0, near)
    return text[at : at + len(words)] if words and at >= 0 else words


def _promised(matter: Matter) -> Commitment:
    return Commitment(
        matter.start, matter.end, matter.quote, matter.section, matter.what, matter.who, measurable(matter.what),
        strength(matter.quote), None, "", "", matter.deadline, matter.deadline_source, [], None, matter.confidence,
        matter.rule,
    )  # fmt: skip
