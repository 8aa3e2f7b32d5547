"""`read FILE…`: prints what reports say, or hands it on."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TextIO

from .documents import LARGEST
from .model import NotAReport, Report
from .output import BINARY, FORMATS, WHAT, write
from .reader import read

# What is taken of a folder: what can be read, and office files of which one should be told.
_TAKEN = {".txt", ".html", ".htm", ".mht", ".mhtml", ".docx", ".odt", ".rtf", ".pdf", ".doc", ".wps", ".ofd"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `read` to a parser."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE",
        help="报告：txt、html、docx、pdf、odt、rtf，或放报告的文件夹（- 读标准输入）| reports, folders of them, or - for standard input",
    )  # fmt: skip
    parser.add_argument("--outline", action="store_true", help="只要提纲 | the outline only")
    parser.add_argument("--figures", action="store_true", help="只要数字 | figures only")
    parser.add_argument("--commitments", action="store_true", help="只要承诺 | commitments only")
    parser.add_argument("--glossary", action="store_true", help="只要名词解释 | the glossary only")
    parser.add_argument(
        "--matters",
        action="store_true",
        help="只要会议纪要、批示、督办件的事项 | matters of minutes and instructions only",
    )
    parser.add_argument(
        "--unexplained", action="store_true",
        help="只列没有读懂的数：既不是一行数字，也说不出为什么不是 | only numerals that are neither a figure nor known to be none",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=FORMATS,
        help="写成什么（缺省看 --output 的结尾，否则 table）| how to write it (default: by the ending of --output, else table)",
    )  # fmt: skip
    parser.add_argument("--output", "-o", metavar="FILE", help="写到文件，不写到屏幕 | write to a file")
    parser.add_argument(
        "--language", choices=("zh", "en"), default="zh", help="说明用的语言 | language of heads and sentences"
    )
    parser.add_argument(
        "--jobs", type=int, default=0, metavar="N",
        help="同时读几份（缺省看处理器）| how many are read at once (default: as many as processors)",
    )  # fmt: skip
    parser.add_argument(
        "--into", metavar="DISTRICT",
        help="把读出的承诺作为草稿放到一个区的台账上 | enter the commitments as drafts on a district's board",
    )  # fmt: skip


def run(args: argparse.Namespace, into: Callable[[list[Report], str], object] | None = None) -> int:
    """Reads the files and writes what was asked. Returns 0, or 2 when any file could not be read or nothing be written.

    into  called with (reports, district) when --into is given
    """
    if args.into and into is None:
        return _say(
            args,
            "--into 需要在装有呼应的机器上用：这里只有阅读器。",
            "--into needs Huying itself: here is only the reader.",
        )
    asked = [kind for kind in WHAT if getattr(args, kind)]
    kinds = asked or ["outline", "figures", "commitments"]
    format = args.format or _by_ending(args.output) or "table"
    if format == "csv" and len(kinds) > 1 and not args.into and not args.unexplained:
        return _say(
            args, "csv 一次只能写一种：请加 --figures、--commitments 或 --outline 之一，或用 --format xlsx。",
            "csv holds one kind of row: add --figures, --commitments or --outline, or use --format xlsx.",
        )  # fmt: skip
    files = _Files(args)
    reports: Iterable[Report] = files.reports()
    if args.into:
        reports = list(reports)
        if reports:
            into(reports, args.into)
        if not asked:
            return 2 if files.failed else 0
    if args.unexplained:
        _unexplained(reports)
        return 2 if files.failed else 0
    first = next(iter(reports), None) if not args.into else None
    if first is not None:
        reports = _with(first, reports)
        if first.kind != "report" and not asked:
            kinds = ["matters"]
    if first is not None or (args.into and reports):
        try:
            _write(reports, kinds, format, args)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            return _say(
                args, f"{args.output}：写不了（{error.strerror}）。请检查路径和权限。",
                f"{args.output}: cannot be written ({error.strerror}). Check the path and its permissions.",
            )  # fmt: skip
    return 2 if files.failed else 0


def _with(first: Report, rest: Iterable[Report]) -> Iterator[Report]:
    yield first
    yield from rest


def _by_ending(output: str | None) -> str:
    ending = Path(output).suffix.lower().lstrip(".") if output else ""
    return {"htm": "html"}.get(ending, ending) if ending in (*FORMATS, "htm") else ""


def _say(args: argparse.Namespace, zh: str, en: str) -> int:
    """Tells why nothing was done; the exit code."""
    print(en if args.language == "en" else zh, file=sys.stderr)
    return 2


class _Files:
    """The files asked for, read in their order; what cannot be read is told and the others go on."""

    def __init__(self, args: argparse.Namespace):
        self.args = args
        self.failed = False
        self.names: list[str] = []
        for name in args.files:
            path = Path(name)
            if name != "-" and path.is_dir():
                inside = [str(one) for one in sorted(path.rglob("*")) if one.suffix.lower() in _TAKEN and one.is_file()]
                self.names += [one for one in inside if not Path(one).name.startswith(("~$", "."))]
                if not inside:
                    self._tell(f"{name}：文件夹里没有能读的文件。", f"{name}: no file in this folder can be read.")
            else:
                self.names.append(name)
        self.watched = len(self.names) > 1 and sys.stderr.isatty()

    def reports(self) -> Iterator[Report]:
        """Each report as it is read."""
        jobs = min(self.args.jobs if self.args.jobs > 0 else os.cpu_count() or 1, len(self.names))
        if jobs > 1 and "-" not in self.names and (self.args.jobs > 1 or len(self.names) > 8):
            with ProcessPoolExecutor(jobs) as pool:
                yield from self._taken(pool.map(_one, self.names, chunksize=2))
        else:
            yield from self._taken(map(_one, self.names))

    def _taken(self, results: Iterable[Report | tuple[str, str]]) -> Iterator[Report]:
        for done, found in enumerate(results, 1):
            if self.watched:
                print(
                    f"\r\x1b[K{done}/{len(self.names)} {Path(self.names[done - 1]).name}",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )
                if done == len(self.names):
                    print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            if isinstance(found, Report):
                yield found
            else:
                self._tell(*found)

    def _tell(self, zh: str, en: str) -> None:
        self.failed = True
        _say(self.args, ("\r\x1b[K" if self.__dict__.get("watched") else "") + zh, en)


def _one(name: str) -> Report | tuple[str, str]:
    """The report of a file, or why it could not be read, in Chinese and English."""
    try:
        return read(sys.stdin.buffer.read(LARGEST + 1), "-") if name == "-" else read(Path(name))
    except NotAReport as refusal:
        return refusal.sentence, refusal.english
    except FileNotFoundError:
        return f"{name}：没有这个文件。请检查路径。", f"{name}: there is no such file. Check the path."
    except OSError as error:
        return (
            f"{name}：打不开（{error.strerror}）。请检查权限。",
            f"{name}: cannot be opened ({error.strerror}). Check its permissions.",
        )
    except Exception as error:
        # One file among hundreds must not end the run; what happened is told.
        happened = f"{type(error).__name__}: {error}"
        return (
            f"{name}：读的时候程序出错（{happened}）。请把文件和这句话报给维护者。",
            f"{name}: the reader failed ({happened}). Please report the file and this sentence to the maintainers.",
        )


def _unexplained(reports: Iterable[Report]) -> None:
    """One line for each numeral that is neither a figure nor known to be none: file, place, the words around it."""
    for report in reports:
        for span in report.unexplained:
            around = report.text[max(0, span.start - 12) : span.end + 12].replace("\n", " ")
            print(f"{report.name}\t{span.start}\t{around}")


def _write(reports: Iterable[Report], kinds: list[str], format: str, args: argparse.Namespace) -> None:
    binary = format in BINARY
    if args.output:
        with open(args.output, "wb" if binary else "w", **({} if binary else {"encoding": "utf-8"})) as stream:
            write(reports, kinds, format, stream, args.language)
        return
    out: TextIO = sys.stdout
    write(reports, kinds, format, out.buffer if binary else out, args.language)
    out.flush()
