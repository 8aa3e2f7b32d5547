"""Write a ledger to a file: xlsx, csv, jsonl or parquet, by the file's ending.

huying export traffic.jam jam.parquet --login daolu
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from huying import installation
from huying.commands._named import person_named
from huying.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """LEDGER FILE --login LOGIN."""
    parser.add_argument("ledger", help="full name, such as traffic.jam")
    parser.add_argument("file", type=Path, help="its ending says the kind")
    parser.add_argument(
        "--login", required=True, help="whose reach and rights: what that person would export on the page"
    )
    parser.add_argument("--as-of", type=datetime.fromisoformat, help="a moment, such as 2020-06-11T08:00; default: now")
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="of titles and labels in xlsx and csv")


def run(args: argparse.Namespace) -> int:
    """Write it whole or not at all."""
    with installation.opened():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    from huying.engine import access, districts, exchange, packs, places

    person = person_named(args.login)
    district, kind = packs.current(person.district), args.file.suffix.lower().lstrip(".")
    if kind not in exchange.kinds():
        known = "、".join(exchange.kinds())
        raise Trouble("export-kind", f"写不出“{args.file.suffix}”。", f"“{args.file.suffix}” cannot be written.",
                      f"可以是：{known}（parquet 要先装 polars）。", f"It may be: {known} (parquet needs polars).")  # fmt: skip
    if args.ledger not in district.rules.ledgers:
        known = "、".join(sorted(district.rules.ledgers))
        raise Trouble("no-ledger", f"没有台账 {args.ledger}。", f"There is no ledger {args.ledger}.",
                      f"有：{known}。", f"There are: {known}.")  # fmt: skip
    tree = places.tree(district.id, district.today())
    actor = districts.actor_of(district, tree, args.login)
    if not actor.may("export") or not access.may_see(district.rules.ledgers[args.ledger], actor):
        raise Trouble("export-right", f"{args.login} 不能导出这本台账。", f"{args.login} may not export this ledger.",
                      "换一个人，或给岗位的角色加上 export。", "Choose another, or give the role of the post the right export.")  # fmt: skip
    as_of = args.as_of
    if as_of is not None and as_of.tzinfo is None:
        as_of = as_of.replace(tzinfo=district.calendar.tz)
    beside = args.file.with_name(f".{args.file.name}.part")
    try:
        with beside.open("wb") as file:
            for piece in exchange.export(district, actor, tree, args.ledger, kind, {}, as_of, args.language):
                file.write(piece)
        beside.replace(args.file)
    except OSError as error:
        raise Trouble("export-unwritable", f"写不进 {args.file}：{error.strerror}。", f"Cannot write {args.file}: {error.strerror}.",
                      "换一个地方。", "Choose another place.") from None  # fmt: skip
    finally:
        beside.unlink(missing_ok=True)
    print(f"{args.file}  {args.file.stat().st_size} bytes")
    return 0
