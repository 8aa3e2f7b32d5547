"""Explain a code: of a problem that check printed (flow.dead-end), or of a record (its whole history in words)."""

from __future__ import annotations

import argparse
import sys

from huying import installation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The code."""
    parser.add_argument("code", help="a problem's code, or a record's, such as SX20200611-0007")


def run(args: argparse.Namespace) -> int:
    """Print what the code stands for; 1 when nothing bears it."""
    from huying.declare.explain import explain

    if text := explain(args.code):
        print(text)
        return 0
    if args.code[:1].islower():
        print(
            f"没有问题代码“{args.code}”。 There is no problem code “{args.code}”. docs/reference/problems.md",
            file=sys.stderr,
        )
        return 1
    with installation.opened():
        from huying.engine import account

        lines = account.of_record(args.code)
    if not lines:
        print(f"没有编号为“{args.code}”的记录。 No record bears the code “{args.code}”.", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0
