"""Put packs in force: check the given folders together with what is in force, then apply them, without a restart.

Without a folder the packs' folder of the settings is applied. Running web workers notice within a second.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from huying import installation
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FOLDER…, --district, --dry-run, --drop."""
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="a pack, or a folder that holds packs")
    parser.add_argument("--district", help="name of one district (default: all)")
    parser.add_argument("--dry-run", action="store_true", help="check and say what would change; change nothing")
    parser.add_argument("--drop", action="store_true", help="end ledgers in force that a folder of their pack lacks")


def run(args: argparse.Namespace) -> int:
    """Print what changed, a line each; 1 when anything is wrong, and then nothing was changed."""
    with installation.opened():
        from huying.declare.problems import Problems
        from huying.engine import packs
        from huying.engine.in_force import put_in_force

        known = packs.districts()
        chosen = [d for d in known if args.district in (None, d["name"])]
        if not chosen:
            raise Trouble(
                "district-unknown",
                f"没有辖区“{args.district or ''}”。",
                f"There is no district “{args.district or ''}”.",
                f"现有：{'、'.join(d['name'] for d in known) or '无'}",
                f"Known: {', '.join(d['name'] for d in known) or 'none'}",
            )
        given = args.folders or [installation.current_options().packs]
        try:
            for district in chosen:
                changed = put_in_force(district["id"], given, args.dry_run, drop=args.drop)
                words = (
                    ("会改变 would change" if args.dry_run else "已生效 in force")
                    if changed
                    else "没有变化 nothing changed"
                )
                print(f"{district['name']}: {words}")
                for what in changed:
                    print(f"  {what}")
                if not args.dry_run:
                    count_anew(district["id"], changed)
                    compute_anew(district["id"])
        except Problems as wrong:
            for problem in wrong.problems:
                print(problem.text(), end="\n\n")
            print(
                f"{len(wrong.problems)} 处不对，什么也没有改。 {len(wrong.problems)} problems; nothing was changed.",
                file=sys.stderr,
            )
            return 1
    return 0


def count_anew(number: int, changed: list[str]) -> None:
    """After another calendar: due times that were guessed are counted by it, with a line of progress."""
    from huying.engine import packs, recount

    if any(what.startswith("calendar ") for what in changed):
        time.sleep(packs.FRESH)  # until no worker counts by the former one
    district = packs.current(number)

    def tell(done: int, total: int) -> None:
        print(f"\r  重新计时 counting due times anew {done}/{total}", end="" if done < total else "\n", flush=True)

    if moved := recount.recount(district, tell):
        print(f"  重新计时 due times counted anew: {moved}")


def compute_anew(number: int) -> None:
    """Derived ledgers that are new, or read another declaration than before, are computed whole, with a line of progress."""
    from huying.engine import derived_following, packs

    def tell(name: str, done: int, total: int) -> None:
        print(f"\r  重算 computing {name} {done}/{total}", end="" if done < total else "\n", flush=True)

    derived_following.rebuild_stale(packs.current(number), tell)
