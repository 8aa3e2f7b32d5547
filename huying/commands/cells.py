"""Compare the cells of additive indicators with the records they are sums of, and make anew those that differ.

huying cells            every indicator's cells: the same, so many that differ, or not made yet
huying cells --mend     make anew what differs or is not made yet
"""

from __future__ import annotations

import argparse

from huying import installation
from huying.commands._named import district_named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--district, --mend."""
    parser.add_argument("--district", help="a district's name (default: the first)")
    parser.add_argument("--mend", action="store_true", help="make anew what differs or is not made yet")


def run(args: argparse.Namespace) -> int:
    """Exit code 1 where cells differed and were not mended."""
    with installation.opened():
        from huying.engine import cell_folds, cell_keeping

        district = district_named(args.district, only=args.mend)
        told = {"same": 0, "lacking": 0, "differing": 0}
        for fold in cell_folds.every(district).values():
            differing = cell_keeping.differing(district, fold)
            told["lacking" if differing is None else "differing" if differing else "same"] += 1
            if differing:
                print(f"{fold.indicator}（{fold.ledger}）：{differing} 格不符 cells differ")
            if args.mend and differing != 0:
                cell_keeping.build(district, fold)
        print(f"{told['same']} 相符 the same, {told['differing']} 不符 differ, {told['lacking']} 还没算 not made yet")
        if args.mend:
            print("已重算 made anew")
        elif told["differing"]:
            print("运行 huying cells --mend 重算  Run huying cells --mend to make them anew")
        return 1 if told["differing"] and not args.mend else 0
