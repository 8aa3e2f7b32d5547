"""Write a ledger to a file: xlsx, csv, jsonl or parquet, by the file's ending; or all ledgers to a folder of Parquet files.

huying export traffic.jam jam.parquet --login daolu
huying export --parquet FOLDER --login diaodu      to be counted by another engine: huying measure --engine duckdb
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from huying import installation
from huying.commands._named import person_named
from huying.trouble import Trouble

if TYPE_CHECKING:
    from huying.engine.packs import District


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """LEDGER FILE --login LOGIN; or --parquet FOLDER --login LOGIN."""
    parser.add_argument("ledger", nargs="?", help="full name, such as traffic.jam")
    parser.add_argument("file", nargs="?", type=Path, help="its ending says the kind")
    parser.add_argument(
        "--parquet", type=Path, metavar="FOLDER", help="every ledger that the person may see, and the indicators"
    )
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
    if bool(args.parquet) == bool(args.file):
        raise Trouble("export-what", "要么写台账和文件，要么写 --parquet 文件夹。", "Name a ledger and a file, or --parquet FOLDER.",
                      "huying export --help", "huying export --help")  # fmt: skip
    return _folder(args) if args.parquet else _file(args)


def _folder(args: argparse.Namespace) -> int:
    from huying.engine import access, districts, folder_export, machine_files, packs, places

    person = person_named(args.login)
    district = packs.current(person.district)
    actor = districts.actor_of(district, places.tree(district.id, district.today()), args.login)
    if not machine_files.has_parquet():
        raise Trouble(
            "export-kind", "写不出 parquet。", "Parquet cannot be written.", "先装 polars。", "Install polars first."
        )
    try:
        args.parquet.mkdir(parents=True, exist_ok=True)
        if any(args.parquet.iterdir()) and not (args.parquet / folder_export.ABOUT).exists():
            raise Trouble("export-folder", f"{args.parquet} 里有别的文件。", f"{args.parquet} holds other files.",
                          "换一个空的文件夹。", "Choose an empty folder.")  # fmt: skip
        folder_export.write(
            district, actor, args.parquet, _moment(args, district), lambda name, rows: print(f"{rows:>10}  {name}")
        )
    except access.Refused:
        raise _no_right(args.login) from None
    except ValueError as refused:
        zh, _, en = str(refused).partition(" | ")
        raise Trouble("export-refused", zh, en, "改掉那个数再导出。", "Mend that number, then export again.") from None
    except OSError as error:
        raise _unwritable(args.parquet, error) from None
    print(f"{args.parquet}")
    return 0


def _file(args: argparse.Namespace) -> int:
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
        raise _no_right(args.login)
    as_of = _moment(args, district)
    beside = args.file.with_name(f".{args.file.name}.part")
    try:
        with beside.open("wb") as file:
            for piece in exchange.export(district, actor, tree, args.ledger, kind, {}, as_of, args.language):
                file.write(piece)
        beside.replace(args.file)
    except OSError as error:
        raise _unwritable(args.file, error) from None
    finally:
        beside.unlink(missing_ok=True)
    print(f"{args.file}  {args.file.stat().st_size} bytes")
    return 0


def _moment(args: argparse.Namespace, district: District) -> datetime | None:
    as_of = args.as_of
    return as_of.replace(tzinfo=district.calendar.tz) if as_of is not None and as_of.tzinfo is None else as_of


def _no_right(login: str) -> Trouble:
    return Trouble("export-right", f"{login} 不能导出这本台账。", f"{login} may not export this ledger.",
                   "换一个人，或给岗位的角色加上 export。", "Choose another, or give the role of the post the right export.")  # fmt: skip


def _unwritable(place: Path, error: OSError) -> Trouble:
    return Trouble("export-unwritable", f"写不进 {place}：{error.strerror}。", f"Cannot write {place}: {error.strerror}.",
                   "换一个地方。", "Choose another place.")  # fmt: skip
