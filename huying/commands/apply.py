"""Put packs in force: check the given folders together with what is in force, then apply them, without a restart.

Without a folder the packs' folder of the settings is applied. Running web workers notice within a second.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from huying import installation
from huying.trouble import Trouble

TRIES = 30  # of one second each: somebody's long read may hold a table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FOLDER…, --district, --dry-run."""
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="a pack, or a folder that holds packs")
    parser.add_argument("--district", help="name of one district (default: all)")
    parser.add_argument("--dry-run", action="store_true", help="check and say what would change; change nothing")


def run(args: argparse.Namespace) -> int:
    """Print what changed, a line each; 1 when anything is wrong, and then nothing was changed."""
    with installation.opened():
        from huying.declare.problems import Problems
        from huying.engine import packs

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
                changed = put_in_force(district["id"], given, args.dry_run)
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
        except Problems as wrong:
            for problem in wrong.problems:
                print(problem.text(), end="\n\n")
            print(
                f"{len(wrong.problems)} 处不对，什么也没有改。 {len(wrong.problems)} problems; nothing was changed.",
                file=sys.stderr,
            )
            return 1
    return 0


def put_in_force(district: int, given: list[Path], dry_run: bool = False) -> list[str]:
    """Check `given` with the packs in force in a district and apply them. Returns what changed, `kind name`.

    Raises Problems with everything that is wrong, and Trouble when tables stay locked; nothing is changed then.
    """
    import psycopg

    from huying.declare.packs import find_packs
    from huying.declare.problems import Problems
    from huying.engine import database, districts, packs, places

    found, problems = find_packs(given)
    if problems:
        raise Problems(problems)
    folders = [path for path, _ in found]
    current = packs.current(district)
    with tempfile.TemporaryDirectory() as place:
        standing = [
            f for f in packs.unpack(database.direct(), district, Path(place)) if f.name not in {g.name for g in folders}
        ]
        units = places.tree(district, current.today()).units.values()
        rules = districts.check_packs(
            [*folders, *standing],
            [u.code for u in units if u.kind == "office"],
            [u.code for u in units if u.kind != "office"],
        )
        for attempt in range(TRIES):
            try:
                with database.owning(lock_timeout="1s") as query:
                    changed = packs.apply(query, district, folders, rules, current.now())
                    districts.put_workdays(query, rules)
                    if dry_run:
                        raise _Undo
                break
            except _Undo:
                break
            except psycopg.errors.LockNotAvailable:
                if attempt == TRIES - 1:
                    raise Trouble(
                        "tables-busy",
                        "有人一直在读台账，没能改表；什么也没有改。",
                        "A long read held the tables; nothing was changed.",
                        "过一会儿再试。",
                        "Try again in a while.",
                    ) from None
                time.sleep(0.2)
    packs.forget()
    return changed


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


class _Undo(Exception):
    """Ends the transaction of a dry run."""
