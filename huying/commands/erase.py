"""Erase a record's content for good: its chain still verifies, and a restored backup erases it again.

Nothing brings it back. What stays is that there was a record, when it was acted on, and who erased it and why.
"""

from __future__ import annotations

import argparse
import getpass

from huying import installation
from huying.commands._named import district_named
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """LEDGER CODE --why."""
    parser.add_argument("ledger", help="full name, such as command.case")
    parser.add_argument("code", help="the record's code")
    parser.add_argument("--why", required=True, help="kept in the list of erasures; name no content here")
    parser.add_argument("--district", help="name of the district, where there is more than one")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace) -> int:
    """Ask once, then erase."""
    with installation.opened():
        from huying.engine import erasure, records

        district = district_named(args.district, only=True)
        record = (
            records.find_id(district, args.ledger, args.code, follow=False) if args.ledger in district.tables else None
        )
        if record is None:
            raise Trouble(
                "record-unknown",
                f"{args.ledger} 里没有 {args.code}。",
                f"{args.ledger} has no record {args.code}.",
                "核对台账全名和编号。",
                "Check the ledger's full name and the code.",
            )
        question = f"抹除 {args.code}，不能恢复。Erase {args.code} for good? [yes/no] "
        if not args.yes and input(question).strip().lower() != "yes":
            print("没有抹除。 Nothing was erased.")
            return 1
        erasure.erase(district, args.ledger, record, by=getpass.getuser(), why=args.why, at=district.now())
    print(f"已抹除 erased  {args.code}")
    return 0
