"""Compare last year's targets with this year's outcomes, each pair with both quotes and a verdict.

huying compare 报告2023.txt 报告2024.txt                      a table
huying compare 2023.docx 2024.docx --format html -o 对照.html  a page to print
"""

from __future__ import annotations

import argparse
import sys
from fractions import Fraction
from pathlib import Path

from huying.reading import NotAReport, Report, read
from huying.reading.compare import NotComparable, compare
from huying.reading.compare_files import FORMATS, write_comparison
from huying.reading.verdicts import TOLERANCE
from huying.trouble import Trouble

TAKES_IN = True  # files of others


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("earlier", metavar="A", help="上年的报告 | the earlier report (.txt, .html, .docx)")
    parser.add_argument("later", metavar="B", help="下年的报告 | the report of the year after")
    parser.add_argument(
        "--format", choices=FORMATS, default="table", help="写成什么 | how to write it (default: table)"
    )
    parser.add_argument("--output", "-o", metavar="FILE", help="写到文件 | write to a file")
    parser.add_argument(
        "--language", choices=("zh", "en"), default="zh", help="说明用的语言 | language of the sentences"
    )
    parser.add_argument(
        "--unpromised", action="store_true", help="也列出没有承诺过的结果 | also list outcomes that were not promised"
    )
    parser.add_argument("--tolerance", type=_share, default=TOLERANCE, metavar="PERCENT",
                        help="左右允许差目标的百分之几 | what 左右 allows, in %% of the target (default: 5)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """0 when compared; Trouble when a file is no report or the two do not belong together."""
    earlier, later = _read(args.earlier), _read(args.later)
    try:
        found = compare(earlier, later, language=args.language, tolerance=args.tolerance, unpromised=args.unpromised)
    except NotComparable as refusal:
        raise Trouble(refusal.code, refusal.zh, refusal.en, refusal.mend_zh, refusal.mend_en) from None
    if args.output:
        with open(args.output, "wb") as stream:
            write_comparison(found, args.format, stream, args.language)
    else:
        write_comparison(found, args.format, sys.stdout.buffer, args.language)
        sys.stdout.flush()
    return 0


def _share(text: str) -> Fraction:
    """A share from 0 to 1, given in percent."""
    try:
        share = Fraction(text) / 100
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"不是数 not a number: {text}") from None
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"应在 0 到 100 之间 must lie between 0 and 100: {text}")
    return share


def _read(name: str) -> Report:
    try:
        return read(Path(name))
    except NotAReport as refusal:
        english = refusal.english or f"{name} cannot be read as a report."
        raise Trouble(refusal.code, refusal.sentence, english, "换一份再试。", "Try another file.") from None
    except OSError as error:
        raise Trouble("file.unopened", f"{name}：打不开（{error.strerror}）。", f"{name} cannot be opened ({error.strerror}).",
                      "请检查路径和权限。", "Check the path and its permissions.") from None  # fmt: skip
