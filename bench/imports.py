"""Rows of a sheet into a ledger, each validated, permission-checked and with its event.

.venv/bin/python bench/imports.py [ROWS] [csv|xlsx] [--secret]     default 1,000,000 csv
"""

from __future__ import annotations

import csv
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from stage import Stage, _cpu_of, stage

PACK = {
    "pack.yaml": "pack: bench\ntitle: 量具 | Bench\nversion: 1\nneeds: [base, command]\nowner: 区府办\nsource: 量速度\n",
    "ledgers/asset.yaml": """
ledger: asset
title: 资产 | Assets
group: 量具 | Bench
purpose: 登记一件，多一件 | One asset, one record
code: ZC{yyyy}-{n:7}
kept_by: [street_clerk]
schema:
  type: object
  required: [unit, number, name]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    number: {type: string, title: 资产编号 | Number, maxLength: 40}
    name: {type: string, title: 名称 | Name, maxLength: 60}
    kind: {title: 类型 | Kind, enum: [big, small]}
    height: {type: number, title: 高 | Height}
    floors: {type: integer, title: 层数 | Floors}
    price: {$ref: "huying:money", title: 造价 | Price}
    built_on: {type: string, format: date, title: 建成日期 | Built on}
    open: {type: boolean, title: 开放 | Open}
    keeper: {type: string, title: 看管人 | Keeper, maxLength: 40}
labels:
  kind: {big: 大 | Big, small: 小 | Small}
KEY
list: [number, name, unit]
search: [name]
""",
}
HEAD = ["资产编号", "街道社区", "名称", "类型", "高", "层数", "造价", "建成日期", "开放"]


def sheet(path: Path, rows: int, secret: bool) -> None:
    """A sheet of so many rows, ten columns."""
    head = [*HEAD, "看管人"] if secret else [*HEAD, "备注"]

    def line(n: int) -> list:
        return [f"A{n:08}", "龙洞街道", f"设备{n}号", "大" if n % 3 else "小", n % 1000 / 10, n % 40, n * 3,
                f"20{n % 20:02}-{1 + n % 12:02}-{1 + n % 28:02}", "是" if n % 2 else "否", f"张{n % 5000}"]  # fmt: skip

    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(head)
            writer.writerows(map(line, range(rows)))
        return
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, head)
    for n in range(rows):
        page.write_row(n + 1, 0, line(n))
    book.close()


def assets(on: Stage, rows: int, kind: str, secret: bool = False) -> tuple[Any, Path]:
    """The district with a ledger of assets in force, and a sheet of so many for it."""
    from huying.engine import packs
    from huying.engine.in_force import put_in_force

    folder = on.folder / "bench"
    for name, text in PACK.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        key = "private: {keeper: [street_clerk]}\nkey: [number]" if secret else "key: [number]"
        (folder / name).write_text(text.replace("KEY", key).lstrip(), encoding="utf-8")
    put_in_force(on.district, [folder])
    path = on.folder / f"assets.{kind}"
    sheet(path, rows, secret)
    return packs.current(on.district), path


def bring(on: Stage, district: Any, path: Path, what: str = "brought in", write: bool = True) -> None:
    """Bring the sheet in from opening it to the last row; say the rate and what each part costs the processor."""
    from huying.engine import districts, importing, places
    from huying.engine.importing import running
    from huying.sheets import stream

    postmaster = int((on.folder / "data" / "postgres" / "postmaster.pid").read_text().split()[0])
    tree = places.tree(district.id, district.today())
    actor = districts.actor_of(district, tree, "longdong", via="import")
    began, own, theirs = time.monotonic(), time.process_time(), _cpu_of(postmaster)
    opened = stream(path)
    ready = time.monotonic() - began
    plan = importing.plan_for(district, actor, tree, "bench.asset", opened.columns)
    tally = importing.run(plan, opened, running.digest_of(path, ""), write=write)
    took, rows = time.monotonic() - began, tally.read
    own, theirs = (time.process_time() - own) / rows * 1e6, (_cpu_of(postmaster) - theirs) / rows * 1e6
    print(f"{what:<18} {rows / took:9,.0f} rows/s, opened in {ready:.1f} s  processor µs a row: program {own:5.1f}, "
          f"database {theirs:5.1f}; memory so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB  "
          f"{dict(tally.counts)}", flush=True)  # fmt: skip


def main(rows: int, kind: str, secret: bool) -> None:
    """Bring a sheet in dry, for real, and once more."""
    with stage() as on:
        district, path = assets(on, rows, kind, secret)
        size = path.stat().st_size / 1e6
        print(
            f"{rows:,} rows of {kind}, {size:,.0f} MB{', with a private field' if secret else ''}; {os.cpu_count()} cores"
        )
        bring(on, district, path, "dry run", write=False)
        bring(on, district, path)
        bring(on, district, path, "the same again")


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if not word.startswith("--")]
    main(int(given[0]) if given else 1_000_000, given[1] if len(given) > 1 else "csv", "--secret" in sys.argv)
