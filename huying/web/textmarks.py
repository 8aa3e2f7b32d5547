"""A document's text as a page shows it: what was read is marked, and each mark says what it is on hover and on focus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from uuid import UUID

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from huying.declare.kinds import Flow, say
from huying.engine.readings import Line
from huying.reading import Commitment, Report, explain
from huying.reading.markup import ROWS, Paragraph, Run, marked, row_of

LOUD = ("matter", "numeral", "aside", "term")  # what stands beside figures and promises, explained but not counted
Words = Callable[[Line], str]


def of_lines(
    report: Report, lines: Sequence[Line], flow: Flow, lang: str, url: Callable[[Line], str], at: UUID | None = None
) -> SafeString:
    """The text with the readings as they stand, each a link; those of other texts are left out."""
    shown = [line for line in lines if line.live and 0 <= line.starts < line.ends <= len(report.text)]
    laid = replace(report, commitments=[_as_read(line) for line in shown])

    def mark(rows: Sequence[str], words: SafeString) -> SafeString:
        some = [shown[int(row.rpartition("-")[2])] for row in rows]
        first = next((line for line in some if line.id == at), some[0])
        classes = "m " + " ".join(dict.fromkeys([first.state, *(["unsure"] if any(s.unsure for s in some) else [])]))
        why = "　".join(_why(laid, row, line, flow, lang) for row, line in zip(rows, some, strict=True))
        here = mark_safe(' aria-current="true"') if any(line.id == at for line in some) else ""
        codes = " ".join(line.code for line in some)
        return format_html(
            '<a class="{}" href="{}" data-r="{}" data-why="{}"{}>{}</a>', classes, url(first), codes, why, here, words
        )

    return _html(laid, lang, mark)


def as_read(report: Report, lang: str) -> SafeString:
    """The text with what the reader reads, before anything is entered."""

    def mark(rows: Sequence[str], words: SafeString) -> SafeString:
        why = "　".join(f"{row_of(report, row).title}：{_facts(report, row, lang)}" for row in rows)
        return format_html('<span class="m draft" tabindex="0" data-why="{}">{}</span>', why, words)

    return _html(report, lang, mark)


def of_promises(report: Report, places: Sequence[tuple[int, int, str, str]], lang: str) -> SafeString:
    """The text for everyone: only the stretches that are given are marked. places: (start, end, number, address)."""
    others = {name: [] for kind, name in ROWS.items() if kind != "section"}
    laid = replace(report, **{**others, "commitments": [_stretch(*place[:2]) for place in places]})
    numbered: set[str] = set()

    def mark(rows: Sequence[str], words: SafeString) -> SafeString:
        links = []
        for _, _, number, address in dict.fromkeys(places[int(row.rpartition("-")[2])] for row in rows):
            first = format_html(' id="t{}"', number) if number not in numbered else ""
            numbered.add(number)
            links.append(format_html('<a class="no" href="{}"{}>{}</a>', address, first, number))
        return format_html('<span class="m adopted">{}<sup>{}</sup></span>', words, mark_safe(" ".join(links)))

    aside = list(report.chrome)
    shown = [p for p in marked(laid) if not any(span.start <= p.start and p.end <= span.end for span in aside)]
    return _paragraphs(laid, shown, lang, mark, figures=False)


def _html(report: Report, lang: str, mark: Callable[[Sequence[str], SafeString], SafeString]) -> SafeString:
    return _paragraphs(report, marked(report), lang, mark, figures=True)


def _paragraphs(
    report: Report,
    paragraphs: Iterable[Paragraph],
    lang: str,
    mark: Callable[[Sequence[str], SafeString], SafeString],
    figures: bool,
) -> SafeString:
    parts = []
    for paragraph in paragraphs:
        tag = f"h{min(paragraph.level + 2, 6)}" if paragraph.kind == "heading" else "p"
        inside = _runs(report, paragraph.runs, lang, mark, figures)
        parts.append(format_html('<{0} class="{1}">{2}</{0}>', tag, paragraph.kind, inside))
    return mark_safe("\n".join(parts))


def _runs(
    report: Report,
    runs: Sequence[Run],
    lang: str,
    mark: Callable[[Sequence[str], SafeString], SafeString],
    figures: bool,
) -> SafeString:
    """Neighbouring runs of the same promises are one mark, the figures inside it marked in it."""
    parts = []
    for rows, some in groupby(runs, lambda run: tuple(row for row in run.rows if row.startswith("commitment-"))):
        words = mark_safe("".join(_run(report, run, lang, bool(rows), figures) for run in some))
        parts.append(mark(rows, words) if rows else words)
    return mark_safe("".join(parts))


def _run(report: Report, run: Run, lang: str, inside: bool, figures: bool) -> SafeString:
    text = conditional_escape(run.text)
    kind = next((kind for kind in ("figure", *LOUD) if kind in run.kinds), "")
    if not kind or not figures:
        return text
    if inside:
        return format_html('<b class="{}">{}</b>', kind, text) if kind == "figure" else text
    row = next(row for row in run.rows if row.startswith(f"{kind}-"))
    why = f"{explain.say(kind, lang)}：{explain.title_of(report, row) if kind != 'aside' else ''} {_facts(report, row, lang)}"
    return format_html('<span class="{}" tabindex="0" data-why="{}">{}</span>', kind, why, text)


def _why(report: Report, row: str, line: Line, flow: Flow, lang: str) -> str:
    state = flow.states.get(line.state)
    return f"{line.code} {say(state.title, lang) if state else line.state}：{line.title}（{_facts(report, row, lang)}）"


def _facts(report: Report, row: str, lang: str) -> str:
    return " · ".join(f"{label} {value}" for label, value in explain.facts(report, row, lang))


def _as_read(line: Line) -> Commitment:
    return Commitment(
        line.starts, line.ends, line.quote, line.section, line.title, line.lead, line.measurable, line.strength or "plain",
        line.value, line.value_unit, line.comparator, line.deadline, line.deadline_source, [], None, float(line.confidence), line.rule,
        line.reader,
    )  # fmt: skip


def _stretch(start: int, end: int) -> Commitment:
    return Commitment(start, end, "", "", "", "", "", "plain", None, "", "", None, "", [], None, 1.0, "")
