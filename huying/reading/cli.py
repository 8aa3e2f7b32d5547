"""`read FILE…`: prints what reports say, or hands it on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from .model import NotAReport, Report
from .output import FORMATS, write
from .reader import read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `read` to a parser."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="政府工作报告：txt、html、docx（- 读标准输入）")
    parser.add_argument("--outline", action="store_true", help="只要提纲")
    parser.add_argument("--figures", action="store_true", help="只要数字")
    parser.add_argument("--commitments", action="store_true", help="只要承诺")
    parser.add_argument("--glossary", action="store_true", help="只要名词解释")
    parser.add_argument(
        "--unexplained", action="store_true", help="只列没有读懂的数：既不是一行数字，也说不出为什么不是"
    )
    parser.add_argument("--format", choices=FORMATS, default="table", help="写成什么（缺省 table）")
    parser.add_argument("--output", "-o", metavar="FILE", help="写到文件，不写到屏幕")
    parser.add_argument("--into", metavar="DISTRICT", help="把读出的承诺作为草稿放到一个区的台账上")


def run(args: argparse.Namespace, into: Callable[[list[Report], str], object] | None = None) -> int:
    """Reads the files and writes what was asked. Returns 0, or 2 when any file could not be read.

    into  called with (reports, district) when --into is given
    """
    reports, failed = [], False
    for name in args.files:
        try:
            reports.append(read(sys.stdin.buffer.read(), "-") if name == "-" else read(Path(name)))
        except NotAReport as refusal:
            failed = True
            print(refusal.sentence, file=sys.stderr)
        except FileNotFoundError:
            failed = True
            print(f"{name}：没有这个文件。请检查路径。", file=sys.stderr)
        except OSError as error:
            failed = True
            print(f"{name}：打不开（{error.strerror}）。请检查权限。", file=sys.stderr)
    asked = [kind for kind in ("outline", "figures", "commitments", "glossary") if getattr(args, kind)]
    if args.into:
        if into is None:
            print("--into 需要在装有呼应的机器上用：这里只有阅读器。", file=sys.stderr)
            return 2
        if reports:
            into(reports, args.into)
        if not asked:
            return 2 if failed else 0
    if args.unexplained:
        _unexplained(reports)
        return 2 if failed else 0
    kinds = asked or ["outline", "figures", "commitments"]
    if args.format == "csv" and len(kinds) > 1:
        print(
            "csv 一次只能写一种：请加 --figures、--commitments 或 --outline 之一，或用 --format xlsx。", file=sys.stderr
        )
        return 2
    if reports:
        _write(reports, kinds, args)
    return 2 if failed else 0


def _unexplained(reports: list[Report]) -> None:
    """One line for each numeral that is neither a figure nor known to be none: file, place, the words around it."""
    for report in reports:
        for span in report.unexplained:
            around = report.text[max(0, span.start - 12) : span.end + 12].replace("\n", " ")
            print(f"{report.name}\t{span.start}\t{around}")


def _write(reports: list[Report], kinds: list[str], args: argparse.Namespace) -> None:
    binary = args.format in ("csv", "xlsx")
    if args.output:
        with open(args.output, "wb" if binary else "w", **({} if binary else {"encoding": "utf-8"})) as stream:
            write(reports, kinds, args.format, stream)
        return
    write(reports, kinds, args.format, sys.stdout.buffer if binary else sys.stdout)
    sys.stdout.flush()
