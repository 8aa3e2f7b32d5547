"""Prove packs before they are put in force: every mistake at once, with file, line, caret and the way out."""

from __future__ import annotations

import argparse
from pathlib import Path

from huying import options
from huying.declare.load import load
from huying.declare.problems import Problem
from huying.declare.quality import advice


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="*", type=Path, help="a pack, or a folder of packs; default: the packs of this place"
    )
    parser.add_argument("--cases", action="store_true", help="also run the packs' cases (given, when, then)")
    parser.add_argument("--lang", choices=("zh", "en", "both"), default="both", help="the language of what is said")


def run(args: argparse.Namespace) -> int:
    """Print every problem; 0 when there is none, 1 otherwise. Advice never fails."""
    rules, problems = load(*folders(args.folder))
    if rules is not None and args.cases:
        from huying.engine.cases import run as run_cases

        problems = run_cases(rules)
    for problem in problems:
        print(problem.text(args.lang), end="\n\n")
    if rules is not None:
        for problem in advice(rules):
            print(problem.text(args.lang), end="\n\n")
        counted = f"{len(rules.packs)} packs, {len(rules.ledgers)} ledgers, {len(rules.cases)} cases"
        if not problems:
            print(f"没有问题。No problem: {counted}.")
            return 0
    print(_sum(problems))
    return 1


def folders(given: list[Path]) -> list[Path]:
    """The folders to read: those given, and the packs of this place unless one of the same name is given."""
    ours = options.load().packs
    if not given:
        return [ours]
    names = {path.resolve().name for one in given for path in ([one] if (one / "pack.yaml").exists() else _below(one))}
    if any(one.resolve() == ours.resolve() for one in given):
        return given
    return [*given, *(path for path in _below(ours) if path.name not in names)]


def _below(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/pack.yaml")) if folder.is_dir() else []


def _sum(problems: list[Problem]) -> str:
    files = len({problem.file for problem in problems})
    return f"{files} 个文件，{len(problems)} 个问题。{len(problems)} problem(s) in {files} file(s)."
