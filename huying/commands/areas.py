"""The areas that were split, merged or ended; move their open work to who took over, say first what would go where, or put it back.

huying areas
huying areas move 440106003000 --dry-run
huying areas move 440106003000
huying areas move 440106003000 --back
"""

from __future__ import annotations

import argparse

from huying import installation
from huying.commands._named import district_named
from huying.declare.kinds import say
from huying.trouble import Trouble

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """[move AREA [--dry-run | --back]]."""
    parser.add_argument("act", nargs="?", choices=("list", "move"), default="list", help="default: list")
    parser.add_argument("area", nargs="?", help="of move: the code of the area that ended or lost a part")
    parser.add_argument("--district", help="name of the district, where there is more than one")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--dry-run", action="store_true", help="say what would go where; write nothing")
    way.add_argument("--back", action="store_true", help="put back what nobody touched since")


def run(args: argparse.Namespace) -> int:
    """Print the areas, or what was moved; 1 where some is left to a person or could not be moved."""
    with installation.opened():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    from huying.engine import area_moves, areas

    district = district_named(args.district, only=True)
    if args.act == "list":
        for one in areas.changes(district):
            to = "，".join(f"{say(unit.title)} {share}" for unit, share in one.shares)
            print(f"{one.day} {one.code} {say(one.title)} → {to or '—'}")
        return 0
    change = areas.change_of(district, args.area or "")
    if change is None:
        raise Trouble(
            "area-unchanged",
            f"没有撤销、拆分过的街道社区 {args.area or ''}。",
            f"No area {args.area or ''} ended or lost a part.",
            "huying areas 列出有哪些；谁归到谁写在辖区的 successions.csv。",
            "huying areas lists them; who took over is said in the district's successions.csv.",
        )
    if args.back:
        done, kept = area_moves.put_back(district, change)
        print(f"放回 {done}，没有放回 {len(kept)}  put back {done}, not put back {len(kept)}")
        _lines(kept)
        return 1 if kept else 0
    tally = area_moves.rehearse(district, change) if args.dry_run else area_moves.move(district, change)
    for (ledger, code, how), count in sorted(tally.moved.items()):
        words = area_moves.TITLES[how]
        print(f"  {count}  {ledger} → {code}  {say(words)}  {say(words, 'en')}")
    for ledger, count in sorted(tally.asked.items()):
        print(f"  {count}  {ledger}  由经办人选  left to a person")
    _lines(tally.failed)
    done = ("会移", "would move") if args.dry_run else ("移了", "moved")
    print(
        f"{done[0]} {tally.total}，由人选 {tally.asked.total()}  {done[1]} {tally.total}, left to a person {tally.asked.total()}"
    )
    return 1 if tally.failed or tally.asked else 0


def _lines(some: list[tuple[str, str, str]]) -> None:
    for ledger, code, why in some[:SHOWN]:
        print(f"  {ledger} {code}  {say(why)}  {say(why, 'en')}")
