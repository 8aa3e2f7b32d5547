"""Bring the rows of a sheet into a ledger, each with its event; dry first.

huying import command.place 点位.xlsx --as diaodu --dry-run
huying import command.place 点位.xlsx --as diaodu --rejected 没登记的.xlsx
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from huying import installation
from huying.trouble import Trouble

if TYPE_CHECKING:
    from huying.engine.importing import Plan, Tally
    from huying.engine.packs import District

TAKES_IN = True  # files of others
KINDS = (
    ("new", "新登记 new"),
    ("changed", "改动 changed"),
    ("unchanged", "不变 unchanged"),
    ("rejected", "未收 rejected"),
)
TOLD = 20  # rejected rows that are printed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """LEDGER FILE and who brings it in."""
    parser.add_argument("ledger", help="a ledger's full name")
    parser.add_argument("file", type=Path, help="xlsx, xls, xlsb, ods, csv or tsv")
    parser.add_argument(
        "--as", dest="login", required=True, metavar="LOGIN", help="who brings it in: every event names them"
    )
    parser.add_argument("--district", help="a district's name (default: the first)")
    parser.add_argument("--sheet", help="name of the sheet (default: the first with a table)")
    parser.add_argument(
        "--map", nargs="+", default=[], metavar="TITLE=FIELD", help="what a column is; TITLE= leaves it out"
    )
    parser.add_argument("--unit", metavar="CODE", help="the area of rows that name none")
    parser.add_argument("--dry-run", action="store_true", help="read and check everything; write nothing")
    parser.add_argument("--all-or-nothing", action="store_true", help="write only when no row is rejected")
    parser.add_argument(
        "--rejected", type=Path, metavar="FILE", help="write the rejected rows with their reasons: .xlsx or .csv"
    )


def run(args: argparse.Namespace) -> int:
    """Print the tally; 1 when rows were rejected."""
    with installation.opened():
        import psycopg

        from huying.engine import importing

        try:
            return _run(args)
        except importing.NoImport as refused:
            zh, _, en = str(refused).partition(" | ")
            raise Trouble("import-refused", zh, en, "huying import --help", "huying import --help") from None
        except (OSError, psycopg.OperationalError) as why:
            raise Trouble("import-stopped", f"停在半路：{why}", f"It stopped half way: {why}",
                          "已登记的都在。好了以后照原样再运行一次，从停下的地方接着做，不会重复。",
                          "What was entered is kept. Once that is mended run the same again: it goes on, nothing is entered twice.") from None  # fmt: skip


def _run(args: argparse.Namespace) -> int:
    from huying.commands._named import district_named
    from huying.engine import districts, importing, places
    from huying.engine.importing import running
    from huying.engine.importing.rejects import rejects_file
    from huying.sheets import NotASheet, stream

    district = district_named(args.district)
    tree = places.tree(district.id, district.today())
    steady = running.steady(args.file)
    try:
        actor = districts.actor_of(district, tree, args.login, via="import")
        rows = stream(args.file, sheet=args.sheet)
        chosen = _chosen(args.map, [column.title for column in rows.columns])
        unit = tree.by_code[args.unit].id if args.unit else 0
        plan = importing.plan_for(district, actor, tree, _ledger(district, args.ledger), rows.columns,
                                  chosen=chosen, unit=unit, epoch_1904=rows.table.sheet.epoch_1904)  # fmt: skip
    except FileNotFoundError:
        raise Trouble(
            "no-file", f"没有文件 {args.file}。", f"There is no file {args.file}.", "检查路径。", "Check the path."
        ) from None
    except NotASheet as refused:
        raise Trouble("not-a-sheet", refused.zh, refused.en, "换一个文件。", "Give another file.") from None
    except LookupError:
        raise Trouble("import-who", f"没有账号 {args.login}，或没有代码为 {args.unit} 的街道社区。",
                      f"There is no account {args.login}, or no area with the code {args.unit}.",
                      "检查拼写。", "Check the spelling.") from None  # fmt: skip
    _tell_columns(plan)
    digest = running.digest_of(args.file, args.sheet or rows.table.sheet.name)
    file = (args.file.name, args.sheet or rows.table.sheet.name)
    go = partial(importing.run, plan, rows, digest, tell=_progress, steady=steady, file=file)
    if args.all_or_nothing and not args.dry_run and go(write=False).counts["rejected"]:
        print("\n有行没收，什么也没有写。 Rows were rejected; nothing was written.")
        args.dry_run = True
    with rejects_file(plan, args.rejected or Path("/dev/null"), "zh") as reject:
        tally = go(write=not args.dry_run, reject=reject if args.rejected else lambda verdict: None)
    _report(plan, tally, args.dry_run)
    return 1 if tally.counts["rejected"] else 0


def _ledger(district: District, name: str) -> str:
    if name not in district.rules.ledgers:
        known = "、".join(sorted(district.rules.ledgers))
        raise Trouble(
            "no-ledger", f"没有台账 {name}。", f"There is no ledger {name}.", f"现有：{known}", f"Known: {known}"
        )
    return name


def _chosen(pairs: list[str], titles: list[str]) -> dict[int, str]:
    chosen = {}
    for pair in pairs:
        title, _, field = pair.rpartition("=")
        if title not in titles:
            raise Trouble("no-column", f"表里没有“{title}”这一列。", f"The sheet has no column “{title}”.",
                          f"有：{'、'.join(titles)}", f"It has: {', '.join(titles)}")  # fmt: skip
        chosen[titles.index(title)] = field
    return chosen


def _tell_columns(plan: Plan) -> None:
    for column in plan.columns:
        times = f" × {column.scale:,}" if column.scale != 1 else ""
        print(f"  {column.title} → {column.field or '不登记 left out'}{times}")


def _progress(tally: Tally) -> None:
    if sys.stderr.isatty():
        print(f"\r  {tally.read:,}", end="", file=sys.stderr, flush=True)


def _report(plan: Plan, tally: Tally, dry: bool) -> None:
    titles = [column.title for column in plan.columns]
    for verdict in tally.rejected[:TOLD]:
        for reason in verdict.reasons:
            title = titles[reason.place] if reason.place is not None else ""
            print(f"  第 {verdict.number} 行 row {verdict.number} {title} {reason.value!r}: {reason.words}")
    if tally.counts["rejected"] > TOLD:
        print("  …")
    sums = "，".join(f"{words} {tally.counts[kind]:,}" for kind, words in KINDS)
    print(f"{'试读 dry run' if dry else '完成 done'}: 读 read {tally.read:,} = {sums}")
