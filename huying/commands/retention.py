"""Records whose time is over, as their ledgers' `keep` says: list them, take them away for good, prove that they are gone.

huying retention                         what would go, and what is held and why
huying retention --run                   take it away; a signed certificate is written
huying retention --verify FILE           look whether anything is left of what a certificate names
huying retention --hold LEDGER CODE --why REASON, --lift LEDGER CODE
"""

from __future__ import annotations

import argparse
import getpass
from datetime import date
from pathlib import Path
from typing import Any

from huying import installation
from huying.commands._named import district_named
from huying.trouble import Trouble

SHOWN = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One of --run, --verify, --hold, --lift; else the list."""
    parser.add_argument("--district", help="name of the district, where there is more than one")
    parser.add_argument("--ledger", default="", help="of this ledger alone, by its full name")
    parser.add_argument("--on", metavar="DAY", help="list what would go on that day, such as 2030-01-01")
    parser.add_argument("--run", action="store_true", help="take away what is over, for good")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--verify", type=Path, metavar="FILE", help="a certificate")
    parser.add_argument("--hold", nargs=2, metavar=("LEDGER", "CODE"), help="keep a record back, whatever its time")
    parser.add_argument("--lift", nargs=2, metavar=("LEDGER", "CODE"), help="let its time run again")
    parser.add_argument("--why", default="", help="with --hold: the reason, such as the number of a letter")


def run(args: argparse.Namespace) -> int:
    """Exit code 0; with --verify 1 where anything is left."""
    with installation.opened():
        from huying.engine import retention

        district = district_named(args.district, only=True)
        if args.ledger and args.ledger not in district.tables:
            raise _no_record(args.ledger, "")
        try:
            if args.verify:
                return _verify(args.verify)
            if args.hold:
                retention.hold(
                    district, args.hold[0], _record(district, *args.hold), by=getpass.getuser(), why=args.why
                )
                print(f"已留存 held  {args.hold[1]}")
                return 0
            if args.lift:
                retention.lift(district, _record(district, *args.lift), by=getpass.getuser())
                print(f"不再留存 no longer held  {args.lift[1]}")
                return 0
        except ValueError as refused:
            zh, _, en = str(refused).partition(" | ")
            raise Trouble("retention-refused", zh, en, "huying retention --help", "huying retention --help") from None
        except LookupError:
            raise Trouble("retention-not-held", "这条没有被留存。", "This record is not held.",
                          "huying retention 列出留存的。", "huying retention lists those that are.") from None  # fmt: skip
        return _listed(district, args)


def _listed(district: Any, args: argparse.Namespace) -> int:
    from huying.declare.kinds import say
    from huying.engine import retention

    found = retention.due(district, date.fromisoformat(args.on) if args.on else None, args.ledger)
    going, held = [one for one in found if not one.held], [one for one in found if one.held]
    for ledger in dict.fromkeys(one.ledger for one in found):
        keep, mine = district.rules.ledgers[ledger].keep, [one for one in going if one.ledger == ledger]
        print(
            f"{ledger}  {keep.length} {keep.unit} after {keep.after}  {keep.basis}  留 leaves: {keep.leaves}  {len(mine)} 条 records"
        )
        for one in mine[:SHOWN]:
            print(f"  {one.code}  {one.day}")
    for one in held[:SHOWN]:
        print(f"  留存 held  {one.ledger} {one.code}  {one.day}  {say(one.held)}  {say(one.held, 'en')}")
    print(f"到期 over {len(going)}, 留存 held {len(held)}")
    if not args.run or args.on or not going:
        return 0
    question = f"销毁这 {len(going)} 条的内容，不能恢复。Take these {len(going)} away for good? [yes/no] "
    if not args.yes and input(question).strip().lower() != "yes":
        print("没有销毁。 Nothing was taken away.")
        return 1
    path = retention.run(district, by=getpass.getuser(), ledger=args.ledger)
    print(f"已销毁，证明 done, certificate  {path}")
    return 0


def _verify(path: Path) -> int:
    from huying.engine import retention

    said = retention.opened(path)
    wrong = retention.faults(said)
    print(f"{said['at']}  {said['by']}  {len(said['records'])} 条 records, {len(wrong)} 处还在 left")
    for line in wrong[:SHOWN]:
        print(f"  ✗ {line}")
    return 1 if wrong else 0


def _record(district: Any, ledger: str, code: str) -> Any:
    from huying.engine import records

    found = records.find_id(district, ledger, code) if ledger in district.tables else None
    if found is None:
        raise _no_record(ledger, code)
    return found


def _no_record(ledger: str, code: str) -> Trouble:
    return Trouble("record-unknown", f"没有 {ledger} {code}。", f"There is no {ledger} {code}.",
                   "核对台账全名和编号。", "Check the ledger's full name and the code.")  # fmt: skip
