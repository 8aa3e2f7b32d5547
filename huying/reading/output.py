"""What was read, written out: a table for the terminal, jsonl, csv, xlsx."""

from __future__ import annotations

import csv
import io
import json
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from .model import Commitment, Figure, Report, Section, Term

WHAT = {"outline": Section, "figures": Figure, "commitments": Commitment, "glossary": Term}
FORMATS = ("table", "jsonl", "csv", "xlsx")

# Columns of the terminal table with their head and share of the width.
_TABLE = {
    "outline": (("path", "节", 14), ("level", "层", 3), ("mode", "说什么", 10), ("title", "标题", 0)),
    "figures": (
        ("section", "节", 9), ("start", "起", 6), ("subject", "主语", 0), ("comparator", "比较", 6), ("value", "值",
        15), ("unit", "单位", 8),
        ("change", "变化", 7), ("kind", "种类", 10), ("deadline", "期限", 10), ("quote", "原文", 0),
    ),
    "commitments": (
        ("section", "节", 9), ("start", "起", 6), ("title", "承诺", 0), ("measurable", "衡量", 11), ("comparator",
        "比较", 6), ("value", "值", 13),
        ("unit", "单位", 6), ("deadline", "期限", 10), ("strength", "强度", 7),
    ),
    "glossary": (("term", "名词", 24), ("meaning", "解释", 0)),
}  # fmt: skip
_HEADS = {"outline": "提纲", "figures": "数字", "commitments": "承诺", "glossary": "名词解释"}


def write(reports: Iterable[Report], what: str | Iterable[str], format: str, stream) -> None:
    """Writes rows of the reports to a stream.

    what    outline, figures, commitments or glossary, or several of them (not for csv)
    format  table and jsonl take a text stream, csv and xlsx a binary one; csv is UTF-8 with a mark,
            so that spreadsheet programs open it rightly

    jsonl, csv and xlsx rows begin with the report's name, place and year.
    """
    kinds = [what] if isinstance(what, str) else list(what)
    for kind in kinds:
        if kind not in WHAT:
            raise ValueError(f"unknown kind of row: {kind}")
    writers = {"table": _table, "jsonl": _jsonl, "csv": _csv, "xlsx": _xlsx}
    if format not in writers:
        raise ValueError(f"unknown format: {format}")
    if format == "csv" and len(kinds) != 1:
        raise ValueError("csv holds one kind of row")
    writers[format](list(reports), kinds, stream)


def columns(kind: str) -> list[str]:
    """Names of a row's columns in every format but the table."""
    return ["report", "place", "year", *(field.name for field in fields(WHAT[kind]))]


def rows(report: Report, kind: str):
    """Each row of a report as a dict of plain values: numbers as Decimal, dates as date."""
    for item in getattr(report, kind):
        row = {"report": report.name, "place": report.place, "year": report.year}
        row.update((field.name, getattr(item, field.name)) for field in fields(item))
        yield row


def plain(value):
    """A value as it is written in text: 50 and 0.5, never 5E+1; a date as ISO."""
    if isinstance(value, Decimal):
        value = value.normalize() if value == value.to_integral_value() else value
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else value


class _Encoder(json.JSONEncoder):
    def default(self, value):
        if isinstance(value, date):
            return value.isoformat()
        return super().default(value)


def _json(row: dict) -> str:
    """One JSON object. A decimal is written digit for digit, as a JSON number."""
    pieces = []
    for name, value in row.items():
        text = plain(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, cls=_Encoder)
        pieces.append(f"{json.dumps(name)}: {text}")
    return "{" + ", ".join(pieces) + "}"


def _jsonl(reports: list[Report], kinds: list[str], stream) -> None:
    for report in reports:
        for kind in kinds:
            for row in rows(report, kind):
                stream.write(_json({"what": kind, **row} if len(kinds) > 1 else row) + "\n")


def _csv(reports: list[Report], kinds: list[str], stream: BinaryIO) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns(kinds[0]))
    for report in reports:
        for row in rows(report, kinds[0]):
            writer.writerow([_cell(plain(value)) for value in row.values()])
    text.flush()
    text.detach()


def _cell(value):
    """Words that a spreadsheet would take for a formula get a mark before them."""
    return "'" + value if isinstance(value, str) and value.startswith(("=", "+", "@")) else value


def _xlsx(reports: list[Report], kinds: list[str], stream: BinaryIO) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bg_color": "#EAEFF5", "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for kind in kinds:
        sheet = book.add_worksheet(_HEADS[kind])
        names = columns(kind)
        sheet.write_row(0, 0, names, bold)
        sheet.freeze_panes(1, 0)
        at = 1
        for report in reports:
            for row in rows(report, kind):
                for column, value in enumerate(row.values()):
                    if isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    elif isinstance(value, Decimal) and len(value.as_tuple().digits) <= 15:
                        sheet.write_number(at, column, float(value))
                    elif isinstance(value, int | float) and not isinstance(value, bool):
                        sheet.write_number(at, column, value)
                    else:
                        sheet.write_string(at, column, str(plain(value))[:32000])
                at += 1
        sheet.autofilter(0, 0, max(at - 1, 1), len(names) - 1)
        for column, name in enumerate(names):
            sheet.set_column(column, column, {"quote": 42, "title": 36, "subject": 28, "meaning": 60}.get(name, 12))
    book.close()


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


def _table(reports: list[Report], kinds: list[str], stream) -> None:
    total = max(shutil.get_terminal_size((120, 40)).columns, 60)
    for report in reports:
        facts = [report.title or report.name, report.place, str(report.year or ""), report.speaker, plain(report.date)]
        stream.write("  ".join(fact for fact in facts if fact) + f"\n来自 {report.name}，阅读器 {report.reader}")
        if report.chrome:
            stream.write(f"，另有 {sum(span.end - span.start for span in report.chrome)} 字网页杂项不计")
        stream.write("\n")
        for kind in kinds:
            items = getattr(report, kind)
            stream.write(f"\n{_HEADS[kind]}（{len(items)}）\n")
            if not items:
                continue
            shown = _TABLE[kind]
            fixed = sum(room for _, _, room in shown) + 2 * (len(shown) - 1)
            free = [name for name, _, room in shown if not room]
            share = max((total - fixed) // max(len(free), 1), 16)
            rooms = [room or share for _, _, room in shown]
            stream.write(
                "  ".join(fit(head, room) for (_, head, _), room in zip(shown, rooms, strict=True)).rstrip() + "\n"
            )
            for item in items:
                cells = []
                for (name, _, _), room in zip(shown, rooms, strict=True):
                    value = str(plain(getattr(item, name))).replace("\n", " ").replace("\t", " ")
                    cells.append(fit(value, room, right=name in ("value", "start", "level")))
                stream.write("  ".join(cells).rstrip() + "\n")
        stream.write("\n")
