"""Look at this installation and say what is wrong, where, and how to mend it.

Changes nothing. Exit code 1 when something is wrong, 0 with warnings only.
"""

from __future__ import annotations

import argparse
import sys

from huying import checkup, installation, options
from huying.checkup import Finding

SOON = 100_000  # records of a ledger that are counted here
MARKS = {"good": "✓", "warning": "!", "bad": "✗"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--settings."""
    parser.add_argument("--settings", action="store_true", help="also print the settings in force")


def run(args: argparse.Namespace) -> int:
    """Print one line a check, with the way out under what is not good."""
    chosen = installation.current_options()
    if args.settings:
        print(f"设置 settings  {chosen.source or '—'}")
        for name in options.keys():
            shown = "…" if name.endswith("_url") and getattr(chosen, name) else getattr(chosen, name)
            print(f"  {name} = {shown}")
    findings = checkup.all_findings(chosen)
    if not any(finding.level == "bad" for finding in findings):
        findings += _cells(chosen)
    for finding in findings:
        _print(finding)
    bad = sum(finding.level == "bad" for finding in findings)
    warnings = sum(finding.level == "warning" for finding in findings)
    print(f"{len(findings) - bad - warnings} 项正常 good, {warnings} 项要留意 warnings, {bad} 项要改 bad")
    sys.stdout.flush()
    return 1 if bad else 0


def _cells(chosen: options.Options) -> list[Finding]:
    """Whether kept sums are those of their records, in ledgers that are soon counted; `huying cells` compares them all."""
    if chosen.embedded and installation.cluster(chosen).status() == "absent":
        return []
    with installation.opened():
        from huying.engine import cell_keeping, database, packs

        if database.direct().value("select to_regclass('hy.cell_fold')::text") is None:
            return []  # an older installation, not brought up yet
        apart = [name for row in packs.districts() for name in cell_keeping.apart(packs.current(row["id"]), SOON)]
    if not apart:
        return [Finding("good", "指标的汇总与记录相符", "kept sums are those of their records")]
    return [Finding("bad", f"{'、'.join(apart)} 的汇总与记录不符", "kept sums differ from the records",
                    "运行：huying cells --mend", "Run: huying cells --mend")]  # fmt: skip


def _print(finding: Finding) -> None:
    print(f"{MARKS[finding.level]} {finding.zh}  {finding.en}")
    if finding.level != "good":
        print(f"    → {finding.mend_zh}\n    → {finding.mend_en}")
