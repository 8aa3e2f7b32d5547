"""Look at this installation and say what is wrong, where, and how to mend it.

Changes nothing. Exit code 1 when something is wrong, 0 with warnings only.
"""

from __future__ import annotations

import argparse
import sys

from huying import checkup, installation, options
from huying.checkup import Finding

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
    for finding in findings:
        _print(finding)
    bad = sum(finding.level == "bad" for finding in findings)
    warnings = sum(finding.level == "warning" for finding in findings)
    print(f"{len(findings) - bad - warnings} 项正常 good, {warnings} 项要留意 warnings, {bad} 项要改 bad")
    sys.stdout.flush()
    return 1 if bad else 0


def _print(finding: Finding) -> None:
    print(f"{MARKS[finding.level]} {finding.zh}  {finding.en}")
    if finding.level != "good":
        print(f"    → {finding.mend_zh}\n    → {finding.mend_en}")
