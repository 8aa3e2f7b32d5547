"""Read a folder of reports into one table: place, year and subject, each value with its words.

huying panel reports -o panel.csv                         one row a place and year
huying panel reports -o panel.parquet --form long         one row a value
huying panel reports -o panel.xlsx --terms words.txt      counts of given words too
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from huying.reading.declared import NotDeclared, catalogue, subjects, terms
from huying.reading.panel import Panel, panel
from huying.reading.panel_files import FORMS, NoParquet, format_of, write_panel
from huying.trouble import Trouble

TAKES_IN = True  # files of others
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="放报告的文件夹 | folder of reports, and the folders in it")
    parser.add_argument("--output", "-o", metavar="FILE", required=True,
                        help="写到 .csv、.xlsx 或 .parquet | file to write, by its ending")  # fmt: skip
    parser.add_argument(
        "--form", choices=FORMS, default="wide", help="宽表或长表 | one row a place and year, or one a value"
    )
    parser.add_argument("--subjects", metavar="FILE", help="自己的事项表（YAML）| subjects of your own (YAML)")
    parser.add_argument("--terms", metavar="FILE", help="要数的词，一行一个 | words to count, one a line")
    parser.add_argument(
        "--index", metavar="FILE", help="目录表：path,place,year | CSV that says each file's place and year"
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="同时读几份 | how many are read at once"
    )


def run(args: argparse.Namespace) -> int:
    """0 when written, with the files that could not be read named; 1 when none could be read."""
    folder, target = Path(args.folder), Path(args.output)
    if not folder.is_dir():
        raise Trouble("panel.no-folder", f"{folder} 不是文件夹。", f"{folder} is no folder.", "请给出放报告的文件夹。",
                      "Give the folder that holds the reports.")  # fmt: skip
    if not format_of(target):
        raise Trouble("panel.format", f"{target} 的结尾看不出写成什么。", f"The ending of {target} names no format.",
                      "请用 .csv、.xlsx 或 .parquet。", "Use .csv, .xlsx or .parquet.")  # fmt: skip
    try:
        asked = subjects(Path(args.subjects) if args.subjects else None)
        words = terms(Path(args.terms)) if args.terms else []
        known = catalogue(Path(args.index)) if args.index else {}
        with panel(
            folder, asked=asked, words=words, known=known, jobs=max(args.jobs, 1), progress=_progress()
        ) as found:
            if found.files:
                write_panel(found, target, args.form)
            _tell(found, target)
            return 0 if found.files else 1
    except (NotDeclared, NoParquet) as refusal:
        raise Trouble(refusal.code, refusal.zh, refusal.en, refusal.mend_zh, refusal.mend_en) from None


def _progress():
    """A line that counts the files, where someone watches; None otherwise."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\r读了 read {done}/{total}", end=end, file=sys.stderr, flush=True)

    return show


def _tell(found: Panel, target: Path) -> None:
    for name, sentence in found.unread[:_SHOWN]:
        print(f"未读 not read: {sentence if name in sentence else f'{name}：{sentence}'}", file=sys.stderr)
    if len(found.unread) > _SHOWN:
        print(f"…… 共 {len(found.unread)} 份未读 not read in all", file=sys.stderr)
    for place, year, name in found.doubled[:_SHOWN]:
        print(f"重复 twice: {place} {year}，{name} 只在长表里 only in the long form", file=sys.stderr)
    if found.files:
        print(
            f"{target}：读了 {found.files} 份，未读 {len(found.unread)} 份 | {found.files} reports read, {len(found.unread)} not"
        )
    else:
        print("没有一份读得出来，没有写表。| No report could be read; nothing was written.", file=sys.stderr)
