"""Figures that documents published, each answered by its indicator and held against the published number.

huying figures --set calibration --against figures.csv --format json
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from huying import installation
from huying.commands._named import district_named
from huying.trouble import Trouble

SETS = ("demonstration", "calibration")
NEEDED = ("id", "value", "unit")
TAKES_IN = True  # files of others


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to compare with, and of which records."""
    parser.add_argument("--against", type=Path, metavar="CSV", help="numbers to compare with: columns id, value, unit and, "
                        "if wanted, comparator, subject and system (default: the published ones)")  # fmt: skip
    parser.add_argument("--set", choices=SETS, default=SETS[0], help="of the district's own records (default), or of a "
                        "calibration district beside it, which is made where it is not there")  # fmt: skip
    parser.add_argument("--document", default="", help="figures of this document alone")
    parser.add_argument("--district", help="a district's name (default: the first)")
    parser.add_argument(
        "--only", choices=("equal", "other"), help="only rows that are equal, or only those that are not"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")


def run(args: argparse.Namespace) -> int:
    """Measure and print; 1 where a figure of a calibration set is not equal."""
    with installation.opened():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    from huying.engine import calibrating, districts, published

    against = _against(args.against) if args.against else None
    district = district_named(args.district)
    if args.set == "calibration" and not calibrating.is_calibration(district):
        district = calibrating.make(districts.folder_of(district))
    answers = published.answers(district, document=args.document, against=against)
    if not answers:
        raise Trouble("no-figures", "没有声明公布数。", "No published figures are declared.",
                      "在规则包的 figures/ 里写；见 docs/figures.md。", "Write them in a pack's figures/; see docs/figures.md.")  # fmt: skip
    shown = [one for one in answers if args.only is None or one.equal == (args.only == "equal")]
    if args.format == "json":
        print(json.dumps([_plain(one, args.lang) for one in shown], ensure_ascii=False, indent=1))
    else:
        sys.stdout.writelines(_lines(shown, answers, args.lang))
    return int(args.set == "calibration" and not all(one.equal for one in answers))


def _plain(answer: Any, lang: str) -> dict[str, Any]:
    from huying.declare.kinds import say

    return {
        "id": answer.id,
        "title": say(answer.title, lang),
        "system": answer.system,
        "declared_by": answer.figure.named if answer.figure else None,
        "period": answer.figure.period if answer.figure else None,
        "kind": answer.kind or None,
        "value": None if answer.value is None else f"{answer.value:f}",
        "published": f"{answer.published:f}",
        "comparator": answer.comparator,
        "unit": say(answer.unit, lang),
        "status": answer.status,
        "equal": answer.equal,
        "says": say(answer.says, lang),
    }


def _lines(shown: list[Any], every: list[Any], lang: str) -> Iterator[str]:
    from huying.declare.kinds import say

    for one in shown:
        by = one.figure.named if one.figure else "—"
        value = "—" if one.value is None else f"{one.value:f}"
        yield "\t".join([one.id, one.system, by, one.kind or "—", value, f"{one.published:f}", say(one.unit, lang),
                         one.status, say(one.says, lang)]) + "\n"  # fmt: skip
    equal = sum(one.equal for one in every)
    yield (
        f"{len(every)} 个公布数，相等 {equal}\n" if lang == "zh" else f"{len(every)} published figures, {equal} equal\n"
    )


def _against(path: Path) -> dict[str, Any]:
    """id -> number to compare with. Raises Trouble with every line that is wrong."""
    from huying.engine.published import Given

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows, columns = list(enumerate(reader, 2)), reader.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Trouble("no-file", f"读不了 {path}：{error}", f"{path} cannot be read: {error}",
                      "要 UTF-8 的 CSV 文件。", "It is a CSV file in UTF-8.") from None  # fmt: skip
    if lacking := [name for name in NEEDED if name not in columns]:
        raise Trouble("figures-columns", f"{path} 缺少列：{'、'.join(lacking)}。", f"{path} lacks the columns {', '.join(lacking)}.",
                      "表头要有 id,value,unit。", "Its first line names id,value,unit.")  # fmt: skip
    found: dict[str, Given] = {}
    wrong = []
    for line, row in rows:
        try:
            value = Decimal(row["value"] or "")
        except InvalidOperation:
            wrong.append(line)
            continue
        if not row["id"] or row["id"] in found or not value.is_finite():
            wrong.append(line)
            continue
        comparator = row.get("comparator") or "eq"
        found[row["id"]] = Given(value, row["unit"] or "", comparator if comparator in ("approx", "gt", "ge", "le", "lt") else "eq",
                                 row.get("subject") or "", row.get("system") or "")  # fmt: skip
    if wrong:
        lines = ", ".join(map(str, wrong))
        raise Trouble("figures-rows", f"{path} 第 {lines} 行：编号重复、空缺，或数值不是数。",
                      f"{path}, lines {lines}: the id is empty or stands twice, or the value is no number.",
                      "数值只写数字。", "Write digits alone.")  # fmt: skip
    return found
