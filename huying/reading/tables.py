"""Rows of plain values written as jsonl, csv or xlsx: numbers stay numbers, dates ISO, no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import BinaryIO

_WIDE = {"quote": 42, "sentence": 60, "why": 44, "subject": 26, "title": 26}


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


def write_jsonl(rows: Iterable[dict], stream: BinaryIO) -> None:
    """One JSON object a line, UTF-8; a decimal is written digit for digit."""
    for row in rows:
        stream.write((json_line(row) + "\n").encode())


def json_line(row: dict) -> str:
    """One row as a JSON object."""
    return "{" + ", ".join(f"{json.dumps(name)}: {_json(value)}" for name, value in row.items()) + "}"


def _json(value) -> str:
    if isinstance(value, Decimal):
        return str(plain(value))
    return json.dumps(value.isoformat() if isinstance(value, date) else value, ensure_ascii=False)


def write_csv(rows: Iterable[dict], names: Sequence[str], stream: BinaryIO) -> None:
    """UTF-8 with a mark, so that spreadsheet programs open it rightly."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(plain(row.get(name))) for name in names])
    text.flush()
    text.detach()


def _cell(value):
    """Words that a spreadsheet would take for a formula get a mark before them."""
    return "'" + value if isinstance(value, str) and value.startswith(("=", "+", "@")) else value


def write_xlsx(sheets: Iterable[tuple[str, Sequence[str], Iterable[dict]]], stream: BinaryIO) -> None:
    """A workbook of (name, columns, rows) sheets, each filtered and with its head fixed; memory does not grow with the rows."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "bg_color": "#EAEFF5", "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for title, names, rows in sheets:
        sheet = book.add_worksheet(title)
        for column, name in enumerate(names):
            sheet.set_column(column, column, _WIDE.get(name.rpartition("_")[2], 12))
        sheet.write_row(0, 0, names, bold)
        sheet.freeze_panes(1, 0)
        at = 0
        for at, row in enumerate(rows, 1):
            for column, name in enumerate(names):
                _write(sheet, at, column, row.get(name), day)
        sheet.autofilter(0, 0, at, len(names) - 1)
    book.close()


def _write(sheet, row: int, column: int, value, day) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, Decimal | int | float):
        sheet.write_number(row, column, float(value))
    else:
        sheet.write_string(row, column, str(value)[:32000])
