"""One report from its text: outline, figures, commitments."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

from .aside import asides
from .commitments import commitments
from .decided import decided
from .documents import document_of
from .figures import Reader
from .minutes import kind_of
from .model import Report
from .numbers import normal
from .outline import outline
from .refusals import refuse
from .scan import scan


def read(source: str | bytes | Path, name: str | None = None) -> Report:
    """A work report given as its text, as the bytes of a file (txt, html, docx, pdf, odt, rtf) or as a path.

    Offsets are into `Report.text`: for a txt file, into it decoded with universal newlines and without signs that
    nobody sees; for other files, into the words taken out of them. Raises NotAReport (code, sentence) when it cannot
    be read as a report.
    """
    document = document_of(source, name)
    report = read_text(document.text, document.name)
    if report.kind != "report" and not report.matters and document.text.count("。") < 2:
        raise refuse("minutes.no-matter", document.name)
    report.remarks, report.pages = list(document.remarks), list(document.pages)
    return report


def read_draft(source: str | bytes | Path, name: str | None = None) -> Report:
    """Any text as a report would be read: a speech, a chapter, a page. Raises NotAReport for a file without words that can be read."""
    document = document_of(source, name, any_text=True)
    report = read_text(document.text, document.name, "report")
    report.remarks, report.pages = list(document.remarks), list(document.pages)
    return report


def read_text(text: str, name: str, kind: str = "") -> Report:
    """The report that a text is, without asking whether it is one. kind: report, minutes or instruction, where that is known."""
    plain = normal(text)
    found = outline(text, plain, name)
    kind = kind or kind_of([line.text for line in found.lines if line.role != "chrome"])
    if kind != "report":
        return decided(kind, text, plain, name, found)
    reader = Reader(text, plain, found.facts.year)
    read_lines = [line for line in found.lines if line.role not in ("chrome", "blank", "salute", "cell")]
    tokens = [token for line in read_lines for token in scan(plain, line.body, line.end)]
    starts = [token.start for token in tokens]
    for line in read_lines:
        inside = tokens[bisect_left(starts, line.body) : bisect_left(starts, line.end)]
        reader.line(line, inside)
    reader.rows.sort(key=lambda row: (row.start, row.end))
    known = found.facts
    report = Report(
        text, name, known.title, known.place, known.level, known.year, known.speaker, known.date,
        known.division, known.now, known.now_division, found.sections, reader.rows, [], found.glossary, found.chrome,
    )  # fmt: skip
    report.aside = asides(plain, found.lines, tokens, reader.rows)
    report.commitments = commitments(text, plain, found, reader.rows)
    return report
