"""Verify every event of every record against its chain and its seals; name what was altered, lost or swapped.

Exit code 0 when all is intact, 1 when anything is not.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from huying import installation
from huying.trouble import Trouble

SHOWN = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--district, --against."""
    parser.add_argument("--district", help="name of one district (default: all)")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="a copy of the file of signed seals, kept elsewhere"
    )


def run(args: argparse.Namespace) -> int:
    """One line a district, and one for each fault."""
    if args.against and not args.against.is_file():
        raise Trouble(
            "seals-missing",
            f"没有文件 {args.against}。",
            f"There is no file {args.against}.",
            "--against 要指向封存文件的副本。",
            "--against takes a copy of the file of seals.",
        )
    with installation.opened():
        from huying.declare.kinds import say
        from huying.engine import packs, rotation, seals

        known = packs.districts()
        if args.district and args.district not in [d["name"] for d in known]:
            raise Trouble(
                "district-unknown",
                f"没有辖区“{args.district}”。",
                f"There is no district “{args.district}”.",
                f"现有：{'、'.join(d['name'] for d in known)}",
                f"Known: {', '.join(d['name'] for d in known)}",
            )
        bad = 0
        for district in known:
            if args.district in (None, district["name"]):
                events, sealed, faults = seals.verify(district["id"], args.against)
                bad += len(faults)
                print(f"{district['name']}: {events} 步 events, {sealed} 次封存 seals, {len(faults)} 处不符 faults")
                for fault in faults[:SHOWN]:
                    print(f"  ✗ {fault.what}  {fault.record}  {say(fault.words)}  {say(fault.words, 'en')}")
                for ledger, code in rotation.untrue(packs.current(district["id"])):
                    bad += 1
                    print(
                        f"  ✗ altered  {ledger} {code}  加密字段的掩码或索引与记录的经过不符  The mask or index of a secret field "
                        "does not match the record's events"
                    )
                if len(faults) > SHOWN:
                    print(f"  … 另有 {len(faults) - SHOWN} 处 and {len(faults) - SHOWN} more")
    return 1 if bad else 0
