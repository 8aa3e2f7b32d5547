"""A report's text with its rows marked in it, as plain data for whoever shows it: pages, html files.

    for paragraph in marked(report):
        for run in paragraph.runs: print(run.kinds, run.text)

A row's id is its kind and its place in the report's list: figure-0 is report.figures[0].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .model import Report

# Kind of row -> the report's list of them. The order is the order of Run.rows.
ROWS = {
    "section": "outline",
    "commitment": "commitments",
    "matter": "matters",
    "figure": "figures",
    "term": "glossary",
    "numeral": "aside",
    "aside": "chrome",
}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one paragraph over which the same rows lie.

    kinds   what lies here, without repeats, outermost first: section, commitment, matter, figure, term, numeral (one that is no
            figure), aside (not the report); empty for plain text
    rows    ids of those rows; several commitments may share a stretch
    begins  ids of the rows that begin with this run: the place to jump to
    """

    text: str
    start: int
    end: int
    kinds: tuple[str, ...]
    rows: tuple[str, ...]
    begins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text that is not blank; `"".join(run.text for run in runs)` is report.text[start:end].

    kind   heading, row (cells parted by tabs), aside (wholly set aside) or text
    level  1 for the outermost heading, 0 for what is none
    """

    start: int
    end: int
    kind: str
    level: int
    runs: tuple[Run, ...]


def marked(report: Report) -> list[Paragraph]:
    """The report's text as paragraphs of runs. Linear in its length."""
    spans = sorted(_spans(report), key=lambda span: span[0])
    paragraphs = []
    active: list[tuple[int, int, str, str]] = []
    coming = iter(spans)
    waiting = next(coming, None)
    at = 0
    for line in report.text.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        active = [span for span in active if span[1] > start]
        while waiting and waiting[0] < end:
            if waiting[1] > start:
                active.append(waiting)
            waiting = next(coming, None)
        if line.strip():
            runs = tuple(_runs(report.text, start, end, active))
            paragraphs.append(Paragraph(start, end, *_kind(report, line, runs), runs))
    return paragraphs


def row_of(report: Report, row: str):
    """The row that an id names: row_of(report, "figure-3") is report.figures[3]."""
    kind, _, place = row.rpartition("-")
    return getattr(report, ROWS[kind])[int(place)]


def _spans(report: Report) -> Iterator[tuple[int, int, str, str]]:
    for kind, name in ROWS.items():
        for place, row in enumerate(getattr(report, name)):
            start, end = row.start, row.end
            if kind == "section":
                # A section reaches to the next one; what is marked is its heading.
                end = row.start + len(row.title)
                if report.text[row.start : end] != row.title:
                    end = report.text.find("\n", row.start)
            elif kind == "term":
                start = max(report.text.find(row.term, start, end), start)
                end = start + len(row.term)
            while start < end and report.text[start].isspace():
                start += 1
            if end > start:
                yield start, end, kind, f"{kind}-{place}"


def _runs(text: str, start: int, end: int, spans: list[tuple[int, int, str, str]]) -> Iterator[Run]:
    cuts = {start, end}
    for span in spans:
        cuts.update(cut for cut in span[:2] if start < cut < end)
    ends = sorted(cuts)
    order = list(ROWS)
    inside: list[tuple[int, int, str, str]] = []
    rest = iter(sorted(spans, key=lambda span: span[0]))
    waiting = next(rest, None)
    for low, high in zip(ends, ends[1:], strict=False):
        inside = [span for span in inside if span[1] > low]
        while waiting and waiting[0] <= low:
            inside.append(waiting)
            waiting = next(rest, None)
        inside.sort(key=lambda span: (order.index(span[2]), span[0], -span[1]))
        kinds = tuple(dict.fromkeys(span[2] for span in inside))
        yield Run(
            text[low:high], low, high, kinds, tuple(span[3] for span in inside),
            tuple(span[3] for span in inside if span[0] == low),
        )  # fmt: skip


def _kind(report: Report, line: str, runs: tuple[Run, ...]) -> tuple[str, int]:
    if all("aside" in run.kinds for run in runs if run.text.strip()):
        return "aside", 0
    if "\t" in line.strip():
        return "row", 0
    first = next(run for run in runs if run.text.strip())
    sections = [row for row in first.begins if row.startswith("section-")]
    titled = sum(len(run.text) for run in runs if "section" in run.kinds)
    if sections and titled >= len(line.strip()) - 1:
        return "heading", row_of(report, sections[-1]).level
    return "text", 0
