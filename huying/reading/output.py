"""What was read, written out: a table for the terminal, jsonl, csv, xlsx, or a marked-up page."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields

from .explain import say
from .marked_page import write_pages
from .model import Commitment, Figure, Matter, Report, Section, Term
from .tables import json_line, plain, write_csv
from .workbook import write_workbook

WHAT = {"outline": Section, "figures": Figure, "commitments": Commitment, "glossary": Term, "matters": Matter}
FORMATS = ("table", "jsonl", "csv", "xlsx", "html")
BINARY = ("csv", "xlsx")
HEADS = {
    "outline": "提纲 | Outline",
    "figures": "数字 | Figures",
    "commitments": "承诺 | Commitments",
    "glossary": "名词解释 | Glossary",
    "matters": "议定事项 | Matters",
}

# Columns of the terminal table: name, head, room (0 for a share of what is left).
_TABLE = {
    "outline": (("path", "节 | path", 14), ("level", "层 | lvl", 3), ("mode", "说什么 | tells", 10), ("title", "标题 | title", 0)),
    "figures": (
        ("section", "节 | section", 9), ("start", "起 | start", 6), ("subject", "主语 | subject", 0),
        ("comparator", "比较 | bound", 6), ("value", "值 | value", 15), ("unit", "单位 | unit", 8),
        ("change", "变化 | change", 7), ("kind", "种类 | kind", 10), ("deadline", "期限 | due", 10), ("quote", "原文 | quote", 0),
    ),
    "commitments": (
        ("section", "节 | section", 9), ("start", "起 | start", 6), ("title", "承诺 | commitment", 0),
        ("measurable", "衡量 | measured", 11), ("comparator", "比较 | bound", 6), ("value", "值 | value", 13),
        ("unit", "单位 | unit", 6), ("deadline", "期限 | due", 10), ("strength", "强度 | force", 7),
    ),
    "matters": (
        ("section", "节 | section", 9), ("what", "事项 | what", 0), ("who", "谁办 | who", 20),
        ("helpers", "配合 | helpers", 14), ("deadline", "期限 | due", 10), ("act", "决定 | act", 8), ("item", "议题 | item", 24),
    ),
    "glossary": (("term", "名词 | term", 24), ("meaning", "解释 | meaning", 0)),
}  # fmt: skip


def write(reports: Iterable[Report], what: str | Iterable[str], format: str, stream, language: str = "zh") -> None:
    """Writes rows of the reports to a stream, each report as it comes.

    what      outline, figures, commitments, glossary or matters, or several of them (not for csv)
    format    table, jsonl and html take a text stream, csv and xlsx a binary one; csv is UTF-8 with a mark,
              so that spreadsheet programs open it rightly
    language  zh or en, of heads and explanations; rows are the same in both

    jsonl, csv and xlsx rows begin with the report's name, place, division and year and the row's own place in its list.
    """
    kinds = [what] if isinstance(what, str) else list(what)
    for kind in kinds:
        if kind not in WHAT:
            raise ValueError(f"unknown kind of row: {kind}")
    if format == "table":
        for report in reports:
            _table(report, kinds, stream, language)
    elif format == "jsonl":
        for report in reports:
            for kind in kinds:
                for row in rows(report, kind):
                    stream.write(json_line({"what": kind, **row} if len(kinds) > 1 else row) + "\n")
    elif format == "csv":
        if len(kinds) != 1:
            raise ValueError("csv holds one kind of row")
        write_csv((row for report in reports for row in rows(report, kinds[0])), columns(kinds[0]), stream)
    elif format == "xlsx":
        sheets = {kind: (say(HEADS[kind], language), columns(kind)) for kind in kinds}
        write_workbook(reports, sheets, rows, stream, language)
    elif format == "html":
        write_pages(reports, stream, language, kinds)
    else:
        raise ValueError(f"unknown format: {format}")


def columns(kind: str) -> list[str]:
    """Names of a row's columns in every format but the table."""
    return ["report", "place", "division", "year", "row", *(field.name for field in fields(WHAT[kind]))]


def rows(report: Report, kind: str) -> Iterator[dict]:
    """Each row of a report as a dict of plain values: numbers as Decimal, dates as date.

    `row` is its place in the report's list, from 0: what `parent`, `figures` and `same_as` refer to.
    """
    head = {"report": report.name, "place": report.place, "division": report.division, "year": report.year}
    for place, item in enumerate(getattr(report, kind)):
        yield {**head, "row": place, **{field.name: getattr(item, field.name) for field in fields(item)}}


def width(text: str) -> int:
    """Columns that a text takes in a terminal: two for East Asian wide signs, none for combining ones."""
    return sum(0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def fit(text: str, room: int, right: bool = False) -> str:
    """The text in exactly `room` columns, cut with … or padded."""
    if width(text) > room:
        kept, used = "", 0
        for ch in text:
            used += width(ch)
            if used > room - 1:
                break
            kept += ch
        text = kept + "…"
    pad = " " * (room - width(text))
    return pad + text if right else text + pad


def _table(report: Report, kinds: Collection[str], stream, language: str) -> None:
    total = max(shutil.get_terminal_size((120, 40)).columns, 60)
    english = language == "en"
    facts = [report.title or report.name, report.place, str(report.year or ""), report.speaker, plain(report.date)]
    stream.write("  ".join(fact for fact in facts if fact) + "\n")
    aside = sum(span.end - span.start for span in report.chrome)
    told = [f"from {report.name}, reader {report.reader}" if english else f"来自 {report.name}，阅读器 {report.reader}"]
    if aside:
        told.append(f"{aside} characters of the page set aside" if english else f"另有 {aside} 字网页杂项不计")
    told += [say(remark, language) for remark in report.remarks]
    stream.write(("; " if english else "；").join(told) + "\n")
    for kind in kinds:
        items = getattr(report, kind)
        stream.write(f"\n{say(HEADS[kind], language)}{f' ({len(items)})' if english else f'（{len(items)}）'}\n")
        if not items:
            continue
        shown = _TABLE[kind]
        fixed = sum(room for _, _, room in shown) + 2 * (len(shown) - 1)
        free = [name for name, _, room in shown if not room]
        share = max((total - fixed) // max(len(free), 1), 16)
        rooms = [room or share for _, _, room in shown]
        heads = (fit(say(head, language), room) for (_, head, _), room in zip(shown, rooms, strict=True))
        stream.write("  ".join(heads).rstrip() + "\n")
        for item in items:
            cells = []
            for (name, _, _), room in zip(shown, rooms, strict=True):
                value = str(plain(getattr(item, name))).replace("\n", " ").replace("\t", " ")
                cells.append(fit(value, room, right=name in ("value", "start", "level")))
            stream.write("  ".join(cells).rstrip() + "\n")
    stream.write("\n")
