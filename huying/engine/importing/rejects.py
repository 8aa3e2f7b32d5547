"""The rejected rows as a sheet like the one they came from, with a column of reasons: to be mended and brought in again."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huying.engine.importing.columns import Plan
from huying.engine.importing.lines import Verdict, described
from huying.engine.importing.running import Rejected
from huying.engine.sheet_writing import Workbook
from huying.sheets.harmless import harmless

MOST = 1_000_000  # rows of an xlsx
HEAD = ("没有登记的原因 | Why it was not entered", "原表行号 | Row in the sheet")


@contextmanager
def rejects_file(plan: Plan, path: Path, lang: str) -> Iterator[Rejected]:
    """What to give to `run`: it writes each rejected row to `path`, an .xlsx or a .csv; no file where none is rejected."""
    writer = (_Csv if path.suffix == ".csv" else _Xlsx)(path)
    titles = [column.title for column in plan.columns]
    side = 0 if lang == "zh" else 2

    def reject(verdict: Verdict) -> None:
        if writer.count == 0:
            writer.row([*(words.partition(" | ")[side] for words in HEAD), *titles], set())
        wrong = {reason.place + 2 for reason in verdict.reasons if reason.place is not None}
        words = described(verdict.reasons, titles).partition(" | ")[side]
        writer.row([words, verdict.number, *verdict.cells], wrong)

    try:
        yield reject
    finally:
        writer.close()


class _Csv:
    def __init__(self, path: Path):
        self.path, self.count, self.file = path, 0, None

    def row(self, cells: Sequence[Any], wrong: set[int]) -> None:
        if self.file is None:
            self.file = self.path.open("w", encoding="utf-8-sig", newline="")
            self.csv = csv.writer(self.file, lineterminator="\r\n")
        self.csv.writerow(map(harmless, cells))
        self.count += 1

    def close(self) -> None:
        if self.file:
            self.file.close()


class _Xlsx:
    def __init__(self, path: Path):
        self.path, self.count, self.book = path, 0, None

    def row(self, cells: Sequence[Any], wrong: set[int]) -> None:
        if self.count > MOST:
            return
        if self.book is None:
            self.book = Workbook(self.path)
            self.sheet = self.book.sheet("")
            self.sheet.freeze_panes(1, 1)
            self.sheet.set_column(0, 0, 48)
        for place, cell in enumerate(cells):
            looks = {"bold": True} if self.count == 0 else {"bg_color": "#fff2b3"} if place in wrong else {}
            self.book.write(self.sheet, self.count, place, cell, **looks)
        self.count += 1

    def close(self) -> None:
        if self.book:
            self.book.book.close()
