"""Read work reports: outline, figures and commitments, each with its place in the text.

huying read 报告.docx --figures --format csv        print, or write with --output
huying read 报告.txt --into tianhe                  its commitments become drafts on the district's board
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from huying import installation
from huying.reading import cli
from huying.trouble import Trouble

if TYPE_CHECKING:
    from huying.reading import Report

add_arguments = cli.add_arguments

TAKES_IN = True  # files of others


def run(args: argparse.Namespace) -> int:
    """Reading alone needs no database; --into opens it."""
    return cli.run(args, into)


def into(reports: list[Report], name: str) -> None:
    """Enter the commitments of each report as drafts of a district, and say what was new."""
    with installation.opened():
        from huying.commands._named import district_named
        from huying.engine import readings

        district = district_named(name)
        for report in reports:
            try:
                entered = readings.enter(district, report)
            except readings.NoLedger as missing:
                zh, _, en = str(missing).partition(" | ")
                raise Trouble(
                    "readings-nowhere", zh, en, "huying apply supervision", "huying apply supervision"
                ) from None
            print(f"{entered.document}: 新 new {entered.new}, 不变 unchanged {entered.unchanged}, "
                  f"未收 refused {len(entered.refused)}")  # fmt: skip
            for place, sentence in entered.refused:
                print(f"  {place}: {sentence}")
