"""A report as one self-contained HTML file: its text with every row marked, explained on hover and focus, and an index.

No script, no network. Marks are told apart by line, frame and legend as well as by colour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TextIO

from .explain import QUIET, bounded, facts, say, title_of, why
from .markup import ROWS, Paragraph, Run, marked
from .model import Report

MARKED = ("figures", "commitments", "matters")
STYLE = Path(__file__).with_suffix(".css")
# What the page itself says: 中文 | English.
_SAYS = {
    "lines": "标了记号的报告 | A marked-up report",
    "to-index": "去索引 | To the index",
    "to-text": "回正文 | To the text",
    "legend": "图例 | Legend",
    "show": "显示 | Show",
    "figures": "数字 | Figures",
    "commitments": "承诺 | Commitments",
    "matters": "议定事项 | Matters",
    "matter-badge": "事 | M",
    "matter": "事项 | Matter",
    "outline": "提纲 | Outline",
    "glossary": "名词解释 | Glossary",
    "numerals": "不作数字的数词 | Numerals that are no figure",
    "quiet": "词语、编号里的数字 | Numerals in words and lists",
    "aside": "不是报告正文 | Not the report",
    "outcome": "结果 | outcome",
    "target": "目标 | target",
    "definition": "定义 | definition",
    "rank": "位次 | rank",
    "badge": "诺 | P",
    "text": "正文 | Text",
    "index": "索引 | Index",
    "remarks": "读取时 | When it was read",
    "what": "承诺 | Commitment",
    "reports": "各份报告 | Reports",
    "none": "没有 | none",
    "by": "阅读器 | reader",
    "hint": "鼠标停在记号上，或用 Tab 键走到它，就看到说明；点它到索引，点索引回原处。"
    " | Rest the pointer on a mark, or go to it with Tab, to see what it says; press it for its row in the index, and the row to come back.",
}  # fmt: skip


def write_pages(
    reports: Iterable[Report], stream: TextIO, language: str = "zh", kinds: Collection[str] = MARKED
) -> None:
    """Writes the file. Several reports stand one after the other with a list of them at the top.

    kinds  of figures and commitments, what is marked at first; the rest is there and can be switched on
    """
    reports = list(reports)
    heading = " · ".join(report.title or report.name for report in reports)[:120]
    stream.write(
        f'<!DOCTYPE html>\n<html lang="{"en" if language == "en" else "zh-Hans"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(heading)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head><body>\n"
    )
    _legend(stream, language, kinds)
    if len(reports) > 1:
        links = "".join(
            f'<li><a href="#r{place}">{escape(report.title or report.name)}</a></li>'
            for place, report in enumerate(reports)
        )
        stream.write(f'<nav class="reports" aria-label="{_say("reports", language)}"><ol>{links}</ol></nav>\n')
    stream.write("<main>\n")
    for place, report in enumerate(reports):
        _report(report, f"r{place}-" if len(reports) > 1 else "", f"r{place}", stream, language)
    stream.write("</main></body></html>\n")


def article(report: Report, language: str = "zh", prefix: str = "") -> Iterator[str]:
    """The marked-up text alone, paragraph by paragraph, as HTML; ids begin with `prefix`."""
    for paragraph in marked(report):
        yield _paragraph(report, paragraph, prefix, language)


def _say(word: str, language: str) -> str:
    return escape(say(_SAYS[word], language))


def _legend(stream: TextIO, language: str, kinds: Collection[str]) -> None:
    marks = "".join(f'<li><span class="f {kind}">123</span> {_say(kind, language)}</li>' for kind in
                    ("outcome", "target", "definition", "rank"))  # fmt: skip
    on = {*kinds, "numerals", "aside"} | ({"commitments"} if "matters" in kinds else set())
    switches = "".join(
        f'<label><input type="checkbox" id="show-{name}"{" checked" if name in on else ""}> {_say(name, language)}</label>'
        for name in ("figures", "commitments", "numerals", "quiet", "aside")
    )
    stream.write(
        f'<aside class="legend" aria-label="{_say("legend", language)}"><ul>{marks}'
        f'<li><span class="c"><span class="b" data-n="{_say("badge", language)}"></span>{_say("what", language)}</span></li>'
        f'<li><span class="n">{_say("numerals", language)}</span></li><li><span class="x">{_say("aside", language)}</span></li></ul>'
        f'<fieldset><legend>{_say("show", language)}</legend>{switches}</fieldset><p class="hint">{_say("hint", language)}</p></aside>\n'
    )


def _report(report: Report, prefix: str, place: str, stream: TextIO, language: str) -> None:
    told = [report.place, str(report.year or ""), report.speaker, report.date.isoformat() if report.date else ""]
    about = " · ".join(escape(fact) for fact in told if fact)
    stream.write(
        f'<section id="{place}" class="report"><header><h1 lang="zh-Hans">{escape(report.title or report.name)}</h1><p lang="zh-Hans">{about}</p>'
        f'<p class="soft">{escape(report.name)} · {_say("by", language)} {escape(report.reader)} · '
        f"{_say('figures', language)} {len(report.figures)} · {_say('commitments', language)} {len(report.commitments)}"
        f' · <a href="#{prefix}index">{_say("to-index", language)}</a></p>'
    )
    if report.remarks:
        items = "".join(f"<li>{escape(say(remark, language))}</li>" for remark in report.remarks)
        stream.write(f'<p class="soft">{_say("remarks", language)}</p><ul class="soft">{items}</ul>')
    stream.write(f'</header>\n<article id="{prefix}text" lang="zh-Hans" aria-label="{_say("text", language)}">\n')
    for paragraph in article(report, language, prefix):
        stream.write(paragraph + "\n")
    stream.write(f'</article>\n<section class="index" id="{prefix}index" aria-label="{_say("index", language)}">')
    for piece in _index(report, prefix, language):
        stream.write(piece)
    stream.write("</section></section>\n")


def _paragraph(report: Report, paragraph: Paragraph, prefix: str, language: str) -> str:
    pieces = []
    for promises, some in groupby(paragraph.runs, key=lambda run: _rows(run, ("commitment", "matter"))):
        runs = list(some)
        pieces += [_promise(report, runs, prefix, language)] if promises else _runs(report, runs, prefix, language)
    body = "".join(pieces)
    anchors = "".join(
        f'<span id="{prefix}{row}"></span>'
        for run in paragraph.runs
        for row in run.begins
        if row.startswith(("section", "term", "aside"))
    )
    if paragraph.kind == "heading":
        level = min(paragraph.level + 1, 4)
        return f"<h{level}>{anchors}{body}</h{level}>"
    kind = {"aside": ' class="x"', "row": ' class="row"'}.get(paragraph.kind, "")
    title = f' title="{escape(say("chrome", language))}"' if paragraph.kind == "aside" else ""
    return f"<p{kind}{title}>{anchors}{body}</p>"


def _rows(run: Run, kind: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row for row in run.rows if row.startswith(kind))


def _runs(report: Report, runs: list[Run], prefix: str, language: str) -> Iterator[str]:
    """The runs within one commitment, or outside of any: figures whole, and numerals where no figure is."""
    for figures, same in groupby(runs, key=lambda run: _rows(run, "figure")):
        same = list(same)
        text = escape("".join(run.text for run in same))
        if figures:
            kind = report.figures[int(figures[0].rpartition("-")[2])].kind
            yield _mark(report, figures, f"f {kind}", text, same[0], prefix, language)
            continue
        for run in same:
            numerals = _rows(run, "numeral")
            if numerals:
                reason = report.aside[int(numerals[0].rpartition("-")[2])].reason
                title = f"{say('numeral', language)}{': ' if language == 'en' else '：'}{why(reason, language)}"
                kind = "n quiet" if reason in QUIET else f"n {reason}"
                anchor = f' id="{prefix}{_anchor(run)}"' if _anchor(run) and reason not in QUIET else ""
                yield f'<span class="{kind}"{anchor} title="{escape(title)}">{escape(run.text)}</span>'
            else:
                yield escape(run.text)


def _mark(report: Report, rows: tuple[str, ...], kind: str, text: str, first: Run, prefix: str, language: str) -> str:
    """A figure, or several that share their words: a link to the index with its explanation after it."""
    begins = [row for row in rows if row in first.begins]
    if not begins:
        return f'<span class="{kind}">{text}</span>'
    extra = "".join(f'<span id="{prefix}{row}"></span>' for row in begins[1:])
    note = f"{prefix}about-{begins[0]}"
    return (
        f'<span class="m">{extra}<a class="{kind}" id="{prefix}{begins[0]}" href="#{prefix}row-{begins[0]}" '
        f'aria-describedby="{note}">{text}</a>{_note(report, begins, note, language)}</span>'
    )


def _promise(report: Report, runs: list[Run], prefix: str, language: str) -> str:
    """Runs of the same commitments or matters on their ground, with the number of each that begins here."""
    inside = "".join(_runs(report, runs, prefix, language))
    begun = [row for run in runs for row in run.begins]
    badges = "".join(
        _badge(report, begins, badge, name, prefix, language)
        for kind, badge, name in (("commitment", "badge", "what"), ("matter", "matter-badge", "matter"))
        if (begins := [row for row in begun if row.startswith(kind)])
    )
    return f'<span class="c">{badges}{inside}</span>'


def _badge(report: Report, rows: list[str], badge: str, name: str, prefix: str, language: str) -> str:
    numbers = [int(row.rpartition("-")[2]) + 1 for row in rows]
    said = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
    extra = "".join(f'<span id="{prefix}{row}"></span>' for row in rows[1:])
    note = f"{prefix}about-{rows[0]}"
    return (
        f'<span class="m">{extra}<a class="b" id="{prefix}{rows[0]}" href="#{prefix}row-{rows[0]}" '
        f'data-n="{_say(badge, language)}{said}" aria-label="{_say(name, language)} {said}" aria-describedby="{note}"></a>'
        f"{_note(report, rows, note, language)}</span>"
    )


def _note(report: Report, rows: list[str], note: str, language: str) -> str:
    colon = ": " if language == "en" else "："
    pieces = []
    for row in rows:
        told = "".join(f"<br>{escape(label)}{colon}{escape(value)}" for label, value in facts(report, row, language))
        pieces.append(f"<strong>{escape(title_of(report, row))}</strong>{told}")
    return f'<span class="note" role="tooltip" id="{note}">{"<br>".join(pieces)}</span>'


def _index(report: Report, prefix: str, language: str) -> Iterator[str]:
    yield f"<h2>{_say('index', language)}</h2>"
    yield f'<p class="soft"><a href="#{prefix}text">{_say("to-text", language)}</a></p>'
    if report.outline:
        rows = "".join(
            f'<li class="l{min(section.level, 3)}"><a href="#{prefix}section-{place}">{escape(section.title)}</a> '
            f'<span class="soft">{escape(say(section.mode, language))}</span></li>'
            for place, section in enumerate(report.outline)
        )
        yield f'<h3>{_say("outline", language)}</h3><ol class="outline" lang="zh-Hans">{rows}</ol>'
    for kind, heads, cells in _TABLES:
        found = getattr(report, ROWS[kind])
        if found or kind == "figure":
            yield f"<h3>{_say(ROWS[kind], language)}{_count(len(found), language)}</h3>"
            yield _table(prefix, kind, heads, (cells(one, language) for one in found), language)
    if report.glossary:
        rows = "".join(
            f'<li><a href="#{prefix}term-{place}">{escape(one.term)}</a></li>'
            for place, one in enumerate(report.glossary)
        )
        yield f'<h3>{_say("glossary", language)}{_count(len(report.glossary), language)}</h3><ol lang="zh-Hans">{rows}</ol>'
    yield from _set_aside(report, prefix, language)


def _set_aside(report: Report, prefix: str, language: str) -> Iterator[str]:
    """The numerals that are no figure, by their reasons; those inside a word are only counted."""
    shown = {_anchor(run) for paragraph in marked(report) for run in paragraph.runs}
    yield f"<h3>{_say('numerals', language)}{_count(len(report.aside), language)}</h3><dl class=why>"
    for reason, count in Counter(one.reason for one in report.aside).most_common():
        links = [
            f'<a href="#{prefix}numeral-{place}" lang="zh-Hans">{escape(report.text[one.start : one.end].strip())}</a>'
            for place, one in enumerate(report.aside)
            if one.reason == reason and reason not in QUIET and f"numeral-{place}" in shown
        ]
        yield f"<dt>{escape(why(reason, language))}{_count(count, language)}</dt><dd>{' '.join(links)}</dd>"
    yield "</dl>"


def _count(number: int, language: str) -> str:
    return f" ({number})" if language == "en" else f"（{number}）"


def _anchor(run: Run) -> str:
    """The numeral that a run is the place of; empty where none begins, or where a figure is marked over it."""
    numerals = _rows(run, "numeral")
    return numerals[0] if numerals and numerals[0] in run.begins and "figure" not in run.kinds else ""


def _table(prefix: str, kind: str, heads: tuple[str, ...], rows: Iterable[tuple], language: str) -> str:
    """Rows of one kind: number, what it is about (the way back to its mark), and three columns more."""
    body = "".join(
        f'<tr id="{prefix}row-{kind}-{place}"><td class="num">{place + 1}</td>'
        f'<td lang="zh-Hans"><a href="#{prefix}{kind}-{place}">{escape(title)}</a></td>'
        f'<td class="num" lang="zh-Hans">{escape(value)}</td><td>{escape(sort)}</td><td class="num">{due or ""}</td></tr>'
        for place, (title, value, sort, due) in enumerate(rows)
    )
    if not body:
        return f'<p class="soft">{_say("none", language)}</p>'
    head = "".join(f"<th scope=col>{escape(say(one, language))}</th>" for one in ("#", *heads))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


# Kind of row, the heads of its table in the index after the number, and its cells.
_TABLES = (
    (
        "figure",
        ("主语 | Subject", "value", "kind", "deadline"),
        lambda one, language: (one.subject or one.quote, bounded(one, language), say(one.kind, language), one.deadline),
    ),
    (
        "commitment",
        ("commitment", "value", "measurable", "deadline"),
        lambda one, language: (one.title, bounded(one, language), say(one.measurable, language), one.deadline),
    ),
    (
        "matter",
        ("matter", "who", "act", "deadline"),
        lambda one, language: (one.what, one.who, say(one.act, language), one.deadline),
    ),
)
