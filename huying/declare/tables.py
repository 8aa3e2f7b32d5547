"""Tables of a pack (CSV, or the first sheet of an xlsx): rows with their line numbers, and the problems of their form."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.sources import Place, Source, read_text
from huying.declare.workbooks import read_workbook


@dataclass(frozen=True)
class Row:
    """One row: the cells by column name, trimmed; `starts` gives each cell's column in the line, 1-based."""

    line: int
    cells: dict[str, str]
    starts: dict[str, int]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def place(self, name: str = "", offset: int = 0) -> Place:
        return self.line, self.starts.get(name, 1) + offset


def read_table(
    path: Path,
    shown: str,
    known: list[str],
    required: list[str],
    more: bool = False,
    words: Mapping[str, str] | None = None,
) -> tuple[Source, list[Row], list[Problem]]:
    """The rows of a CSV file or a workbook whose first line names the columns.

    known     columns that may stand there; with `more`, others may too
    required  columns that must stand there
    words     other words for columns -> the column
    """
    source, problems, readable = (read_workbook if path.suffix == ".xlsx" else read_text)(path, shown)
    if not readable:
        return source, [], problems
    reader = csv.reader([line + "\n" for line in source.lines], strict=True)
    rows: list[Row] = []
    header: list[str] = []
    number = 1
    try:
        for cells in reader:
            line, number = number, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [(words or {}).get(cell.strip(), cell.strip()) for cell in cells]
                problems += _header(source, header, line, known, required, more)
                continue
            if len(cells) != len(header):
                message = both(
                    f"这一行有 {len(cells)} 格，表头有 {len(header)} 格",
                    f"this row has {len(cells)} cells, the header has {len(header)}",
                )
                hint = both(
                    "请补上或删去逗号；格里有逗号时用双引号括起来。",
                    "Add or delete commas; put a cell that holds a comma in double quotes.",
                )
                problems.append(source.problem("table.cells", message, hint, (line, 1)))
                continue
            starts = _starts(source.lines[line - 1], header)
            values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            rows.append(Row(line, values, starts))
    except csv.Error:
        message = both("双引号没有配对", "a double quote is never closed, or stands inside a cell")
        hint = both(
            "格里的双引号要写两个，整格再用双引号括起来。",
            "Write a double quote in a cell twice and put the cell in quotes.",
        )
        problems.append(source.problem("table.quotes", message, hint, (min(number, len(source.lines)), 1)))
    if header and not rows and not problems:
        message = both("表里没有行", "the table has no rows")
        problems.append(
            source.problem("file.empty", message, both("请加上行，或删去文件。", "Add rows, or delete it."), (1, 1))
        )
    return source, rows, problems


def _header(
    source: Source, header: list[str], line: int, known: list[str], required: list[str], more: bool
) -> list[Problem]:
    problems = []
    starts = _starts(source.lines[line - 1], header)
    for place, name in enumerate(header):
        at = (line, starts.get(name, 1))
        if name in header[:place]:
            message = both(f"列 {quoted(name)} 写了两次", f"column {quoted(name)} stands there twice")
            problems.append(source.problem("table.column", message, both("请只留一列。", "Keep one of them."), at))
        elif not name or (name not in known and not more):
            message = both(f"没有 {quoted(name)} 这一列", f"there is no column {quoted(name)}")
            problems.append(source.problem("table.column", message, did_you_mean(name, known, "列", "Columns"), at))
    missing = [name for name in required if name not in header]
    if missing:
        names = ", ".join(missing)
        message = both(f"表头缺少列：{names}", f"the header lacks: {names}")
        hint = both(f"表头应为：{','.join(known)}", f"The header is: {','.join(known)}")
        problems.append(source.problem("table.column", message, hint, (line, 1)))
    return problems


def _starts(line: str, header: list[str]) -> dict[str, int]:
    """Where each cell begins in the line; commas inside quotes do not part cells."""
    starts = [1]
    inside = False
    for place, character in enumerate(line):
        if character == '"':
            inside = not inside
        elif character == "," and not inside:
            starts.append(place + 2)
    return dict(zip(header, starts, strict=False))
