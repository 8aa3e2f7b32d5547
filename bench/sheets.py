"""A sheet of any size read row by row, and judged whole.

    .venv/bin/python bench/sheets.py [ROWS]     default 300,000; ten columns, as csv and as xlsx

Baselines in the same run: the csv module alone; python-calamine alone; fastexcel into polars, rows as tuples. Each runs
in a process of its own, so that the memory is its own.
"""

from __future__ import annotations

import csv
import multiprocessing
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
STREETS = ("车陂街", "龙洞街", "凤凰街", "石牌街", "天河南街")
HEAD = ["序号", "姓名", "街道", "联系电话", "金额（元）", "年龄", "登记日期", "住址", "类别", "备注"]


def lines(rows: int) -> Iterator[list[str | int | float]]:
    for n in range(1, rows + 1):
        yield [
            n, f"陈某{n % 50_000}", STREETS[n % 5], f"13{n:09}", n * 37 % 1_000_000 / 100, n % 97,
            f"2020-{n % 12 + 1:02}-{n % 28 + 1:02}", f"天河区某某路{n % 3000}号", "低保" if n % 3 else "特困",
            "" if n % 5 else "备注文字",
        ]  # fmt: skip


def write(folder: Path, rows: int) -> tuple[Path, Path]:
    import xlsxwriter

    text, book = folder / "rows.csv", folder / "rows.xlsx"
    with text.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD, *lines(rows)])
    made = xlsxwriter.Workbook(book, {"constant_memory": True})
    sheet = made.add_worksheet()
    for n, line in enumerate([HEAD, *lines(rows)]):
        sheet.write_row(n, 0, line)
    made.close()
    return text, book


def by_csv(path: Path) -> int:
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def by_calamine(path: Path) -> int:
    import python_calamine

    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return sum(1 for _ in sheet.iter_rows()) - 1


def by_fastexcel(path: Path) -> int:
    import fastexcel

    return sum(1 for _ in fastexcel.read_excel(path).load_sheet(0, header_row=None).to_polars().iter_rows()) - 1


def by_stream(path: Path) -> int:
    from huying.sheets import stream

    return sum(1 for _ in stream(path))


def judged(path: Path) -> int:
    from huying.sheets import columns_of, find_tables, open_book

    table = find_tables(open_book(path))[0]
    columns_of(table)
    return len(table.body)


def measured(run: Callable[[Path], int], path: Path, rows: int) -> None:
    import huying.sheets  # noqa: F401  its loading is no part of the reading

    begun = time.process_time()
    assert run(path) == rows
    took = time.process_time() - begun
    memory = int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) // 1024
    print(f"{path.suffix:6}{run.__name__:14}{rows / took:>12,.0f} rows/s {took:>8.1f} s {memory:>7,} MB", flush=True)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    with tempfile.TemporaryDirectory() as folder:
        text, book = write(Path(folder), rows)
        for run, path in (
            (by_csv, text), (by_stream, text), (judged, text),
            (by_calamine, book), (by_fastexcel, book), (by_stream, book),
        ):  # fmt: skip
            one = multiprocessing.get_context("spawn").Process(target=measured, args=(run, path, rows))
            one.start()
            one.join()


if __name__ == "__main__":
    main()
