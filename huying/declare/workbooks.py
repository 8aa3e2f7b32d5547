"""A table of a pack that was kept as a workbook (xlsx): its first sheet as lines of CSV, which all else reads."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine

from huying.declare.problems import Problem, both
from huying.declare.sources import MOST_BYTES, Source

MOST_UNPACKED = 20 * MOST_BYTES  # bytes: a table of rules is small, whatever a workbook's parts claim


class NotATable(Exception):
    """A file that is no workbook, or too large; its text is `中文 | English`."""


def text_of(path: Path) -> str:
    """The first sheet as CSV: one line a row, a line's number that of the row. Raises NotATable."""
    try:
        if path.stat().st_size > MOST_BYTES or _unpacked(path) > MOST_UNPACKED:
            raise NotATable(both("工作簿太大", "the workbook is too large"))
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (OSError, ValueError, zipfile.BadZipFile, python_calamine.CalamineError, IndexError) as error:
        reason = str(error).split("\n")[0][:80].replace("|", "¦")
        raise NotATable(both(f"读不出工作簿：{reason}", f"the workbook cannot be read: {reason}")) from None
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    cells = [[_cell(value) for value in row] for row in rows]
    width = max((n + 1 for row in cells for n, cell in enumerate(row) if cell), default=0)
    writer.writerows(row[:width] for row in cells)
    return made.getvalue()


def read_workbook(path: Path, shown: str) -> tuple[Source, list[Problem], bool]:
    """As sources.read_text: the lines, what is wrong, and whether they can be read on."""
    source = Source(shown)
    try:
        source.lines = text_of(path).split("\n")[:-1]
    except NotATable as wrong:
        hint = both("请在 Excel 或 WPS 里另存为 xlsx 或 csv。", "Save it as xlsx or csv in Excel or WPS.")
        return source, [source.problem("file.unreadable", str(wrong), hint)], False
    if not any(line.strip(",") for line in source.lines):
        hint = both("请写入行，或删去文件。", "Write rows, or delete it.")
        return (
            source,
            [source.problem("file.empty", both("第一张工作表是空的", "its first sheet is empty"), hint)],
            False,
        )
    return source, [], True


def _unpacked(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist())


def _cell(value: Any) -> str:
    """A cell as one writes it in a CSV: 3 for 3.0, days as 2020-06-11, truth as true."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join("".join(ch if ch.isprintable() else " " for ch in str(value)).split())
