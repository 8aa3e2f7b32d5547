"""Carry a ledger's records to its new version by its upgrade list; say first what would change; take it back.

huying upgrade pack.ledger --dry-run
huying upgrade pack.ledger
huying upgrade pack.ledger --back
"""

from __future__ import annotations

import argparse
from pathlib import Path

from huying import installation
from huying.commands._named import district_named
from huying.declare.kinds import say
from huying.trouble import Trouble

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """LEDGER, --dry-run or --back."""
    parser.add_argument("ledger", help="full name, such as pack.ledger")
    parser.add_argument("--district", help="name of the district, where there is more than one")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--dry-run", action="store_true", help="say what would change; write nothing")
    way.add_argument("--back", action="store_true", help="restore what nobody touched since")
    parser.add_argument("--version", type=int, help="of --back and --refused: the version; default: the latest")
    parser.add_argument("--refused", type=Path, metavar="FILE", help="write what a person must finish to this .xlsx")


def run(args: argparse.Namespace) -> int:
    """Print what was done, a line for each kind of change; 1 where a person must finish some."""
    with installation.opened():
        from huying.engine import people, upgrade_words, upgrade_writing, upgrading

        district = district_named(args.district, only=True)
        ledger = district.rules.ledgers.get(args.ledger)
        if ledger is None or not ledger.upgrades:
            raise Trouble(
                "no-upgrade",
                f"没有台账 {args.ledger}，或它没有升级清单。",
                f"There is no ledger {args.ledger}, or it has no upgrade list.",
                "核对全名；升级清单写在台账的 upgrade 下。",
                "Check its full name; the list stands under upgrade in the ledger.",
            )

        def tell(tally: upgrading.Tally) -> None:
            end = "\n" if tally.looked >= tally.total else ""
            print(f"\r  {tally.looked}/{tally.total}", end=end, flush=True)

        one = upgrading.of_version(district, args.ledger, args.version or ledger.upgrades[-1].to)
        if args.back and one:
            restored, kept = upgrade_writing.take_back(one, people.system(district.id))
            print(f"已退回 restored {restored}；没有退回 not restored {len(kept)}")
            for code, why in kept[:SHOWN]:
                print(f"  {code}  {say(why)}  {say(why, 'en')}")
            return 0
        if args.dry_run:
            for version, tally in upgrading.rehearse(district, args.ledger, tell).items():
                moves = next(u.moves for u in ledger.upgrades if u.to == version)
                print(
                    f"第 {version} 版：会改 {tally.changed}，要人定 {tally.stuck}  would change {tally.changed}, ask {tally.stuck}"
                )
                for place, count in sorted(tally.moves.items()):
                    words = upgrade_words.move(ledger, moves[place])
                    print(f"  {count}  {say(words)}  {say(words, 'en')}")
                for code, stuck in tally.shown[:SHOWN]:
                    print(f"  {code}  {say(stuck.why)}  {say(stuck.why, 'en')}")
            return 0
        upgrading.carry_on(district, args.ledger, progress=tell)
        left = 0
        for state in upgrading.states(district, args.ledger):
            left += state.stuck
            print(f"第 {state.upgrade.to} 版：改了 {state.changed}，要人定 {state.stuck}  changed {state.changed}, left to a person {state.stuck}")  # fmt: skip
        if args.refused and one:
            with args.refused.open("wb") as file:
                print(f"{args.refused}: {upgrade_words.sheet(one, file, 'zh')}")
        return 1 if left else 0
