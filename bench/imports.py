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

from stage import ROOT, _cpu_of, stage

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


def main(rows: int, kind: str, secret: bool) -> None:
    """Bring the sheet in, and say the rate, what each part costs the processor, and the memory."""
    with stage() as on:
        from huying.engine import districts, importing, packs, places
        from huying.engine.importing import running
        from huying.engine.in_force import put_in_force
        from huying.sheets import stream

        folder = on.folder / "bench"
        for name, text in PACK.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            text = text.replace(
                "KEY", "private: {keeper: [street_clerk]}\nkey: [number]" if secret else "key: [number]"
            )
            (folder / name).write_text(text.lstrip(), encoding="utf-8")
        put_in_force(on.district, [folder])
        district = packs.current(on.district)
        tree = places.tree(district.id, district.today())
        actor = districts.actor_of(district, tree, "longdong")
        path = on.folder / f"assets.{kind}"
        sheet(path, rows, secret)
        postmaster = int((on.folder / "data" / "postgres" / "postmaster.pid").read_text().split()[0])

        def measured(what: str, write: bool) -> float:
            opened = stream(path)
            plan = importing.plan_for(district, actor, tree, "bench.asset", opened.columns)
            began, own, theirs = time.monotonic(), time.process_time(), _cpu_of(postmaster)
            tally = importing.run(plan, opened, running.digest_of(path, ""), write=write)
            took = time.monotonic() - began
            own, theirs = time.process_time() - own, _cpu_of(postmaster) - theirs
            print(f"{what:<18} {tally.read / took:9,.0f} rows/s  cpu µs a row: program {own / rows * 1e6:5.1f}, "
                  f"database {theirs / rows * 1e6:5.1f}  {dict(tally.counts)}", flush=True)  # fmt: skip
            return took

        print(
            f"{rows:,} rows of {kind}{' with a private field' if secret else ''}, {os.cpu_count()} cores, {ROOT.name}"
        )
        measured("dry run", False)
        measured("brought in", True)
        measured("the same again", True)
        print(f"memory of the program at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if not word.startswith("--")]
    main(int(given[0]) if given else 1_000_000, given[1] if len(given) > 1 else "csv", "--secret" in sys.argv)
