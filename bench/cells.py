"""Figures of a ledger of a million records by cells, against counting them in the same run; and what keeping cells costs.

.venv/bin/python bench/cells.py [ROWS] [INDICATORS]     default 1,000,000 records, 300 indicators
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from stage import stage

ROUNDS = 7
WORK = "bench.work"
LEDGER = """
ledger: work
title: 作业 | Work
code: ZY{yyyy}-{n:9}
kept_by: [dispatcher]
schema:
  type: object
  required: [unit, done_on]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    done_on: {type: string, format: date, title: 日期 | Day}
    kind: {title: 类型 | Kind, enum: [a, b, c, d, e, f]}
    grade: {title: 等级 | Grade, enum: [one, two, three]}
    minutes: {type: number, title: 分钟 | Minutes}
    cost: {$ref: "huying:money", title: 费用 | Cost}
    ok: {type: boolean, title: 合格 | Good}
labels:
  kind: {a: 甲 | A, b: 乙 | B, c: 丙 | C, d: 丁 | D, e: 戊 | E, f: 己 | F}
  grade: {one: 一 | One, two: 二 | Two, three: 三 | Three}
list: [unit, done_on]
"""
MEASURES = (
    "count: true\nunit: 次 | times\n",
    "sum: {of: minutes, among: kind != 'c'}\nunit: 分钟 | minutes\n",
    "average: {of: cost}\nunit: 元\nplaces: 2\n",
    "share: {of: ok, among: minutes > 10, unknown: no}\nunit: percent\nplaces: 1\n",
    "ratio: {of: cost, over: minutes}\nunit: 元/分钟 | yuan a minute\nplaces: 2\n",
)
FILL = """
insert into {table} (district, id, seq, head, code, unit, office, post, state, hidden, opened_at, known_at, {fields})
select %s, gen_random_uuid(), 1, '', 'ZY' || n, (%s::int[])[1 + n %% %s], 0, 0, 'kept', false, timestamptz '2019-01-01' + n %% 700 * interval '1 day',
  timestamptz '2019-01-01' + n %% 700 * interval '1 day', date '2016-01-01' + (n::bigint * 7919 %% 1800)::int, (array['a','b','c','d','e','f'])[1 + n %% 6],
  (array['one','two','three'])[1 + n / 7 %% 3], n %% 97, n %% 1013, n %% 5 <> 0
from generate_series(%s, %s) n"""


def main(rows: int, indicators: int) -> None:
    """Fill the ledger, make the cells, ask; then act, and see when the figures know it."""
    with stage(workers=1, threads=1) as on, tempfile.TemporaryDirectory() as place:
        from huying.engine import cell_folds, cell_keeping, database, districts, in_force, packs, places

        in_force.put_in_force(on.district, [pack(Path(place), indicators)])
        district = packs.current(on.district)
        tree = places.tree(district.id, district.today())
        fill(district, tree, rows)
        folds = [fold for fold in cell_folds.every(district).values() if fold.ledger == WORK]
        cell_keeping.follow(district)
        began = time.monotonic()
        for fold in folds:
            cell_keeping.build(district, fold)
        with database.owning() as query:
            query.run("analyze hy.cell")
            kept = query.value("select count(*) from cell")
        took = time.monotonic() - began
        print(
            f"{len(folds)} folds of {rows:,} records made: {took / len(folds):.2f} s each, {kept / len(folds):,.0f} cells each"
        )
        desk, clerk = (districts.actor_of(district, tree, login) for login in ("diaodu", "longdong"))
        figures(district, desk, clerk, rows > 1_000_000)
        behind(district, desk)
        acts(district, desk, tree)


def pack(place: Path, indicators: int) -> Path:
    """A ledger with so many indicators."""
    folder = place / "bench"
    for name in ("ledgers", "indicators"):
        (folder / name).mkdir(parents=True)
    (folder / "pack.yaml").write_text("pack: bench\ntitle: 试 | Bench\nversion: 1\nneeds: [base, command]\n", "utf-8")
    (folder / "ledgers" / "work.yaml").write_text(LEDGER, "utf-8")
    for n in range(indicators):
        text = (
            f"indicator: number{n}\ntitle: 数{n} | Number {n}\nquestion: 多少？ | How many?\nof: work\n{MEASURES[n % 5]}"
            "period: month of done_on\nsplit: [street, community, kind, grade]\nsource: 试\n"
        )
        (folder / "indicators" / f"number{n}.yaml").write_text(text, "utf-8")
    return folder


def fill(district: Any, tree: Any, rows: int) -> None:
    """Records by SQL, a million at a time, and what the planner knows of them."""
    from huying.engine import database

    table = district.tables[WORK]
    units = [unit.id for unit in tree.units.values() if unit.kind in ("street", "community")]
    names = ", ".join(table.column(name) for name in ("done_on", "kind", "grade", "minutes", "cost", "ok"))
    for first in range(0, rows, 1_000_000):
        with database.owning() as query:
            last = min(first + 1_000_000, rows)
            query.run(FILL.format(table=table.name, fields=names), [district.id, units, len(units), first + 1, last])
    with database.owning() as query:
        query.run(f"analyze {table.name}")


def figures(district: Any, desk: Any, clerk: Any, many: bool) -> None:
    """Every declared split of each measure, by month and for the years: from cells, and counted; of many records only the first."""
    from huying.engine import cell_reading, indicators

    kept = cell_reading._folds
    for who, actor in (("whole district", desk), ("one street", clerk)):
        for way, folds in (("cells", kept), ("counted", lambda question, reach: ())):
            cell_reading._folds, times = folds, []
            for number in range(1 if many and way == "counted" else 5):
                for split in ((), ("street",), ("community",), ("kind",), ("grade",), ("street", "kind")):
                    for by, start in (("month", 2018), ("all", 2016)):
                        asked = {
                            "start": date(start, 1, 1),
                            "end": date(2021, 1, 1) if by == "all" else date(start + 1, 1, 1),
                        }
                        ask = lambda n=number, s=split, b=by, a=asked, w=actor: indicators.measure(  # noqa: E731
                            district, f"bench.number{n}", split=s, by=b, actor=w, **a
                        )
                        times += timed(ask, ROUNDS if way == "cells" else 1)
            told(f"figure, {who}, {way}", times)
    cell_reading._folds = kept


def behind(district: Any, desk: Any) -> None:
    """The records behind a cell: of a month and kind, of a year."""
    from huying.engine import indicators

    for words, asked in (
        ("a month and a kind", {"split": {"kind": "b"}, "end": date(2018, 4, 1)}),
        ("a year", {"split": {}, "end": date(2019, 3, 1)}),
    ):
        for part in ("num", "all"):
            times = timed(
                lambda a=asked, p=part: indicators.records_behind(
                    district, desk, "bench.number3", date(2018, 3, 1), by="all", part=p, **a
                ),
                ROUNDS,
            )
            told(f"records behind {words}, {part}", times)


def acts(district: Any, desk: Any, tree: Any) -> None:
    """Acts, each seen in its figure at once; then what their following costs, for the cells and for all else."""
    from huying.engine import cell_keeping, followers, indicators
    from huying.engine.acts import Act
    from huying.engine.flows import take_steps

    unit = next(unit.id for unit in tree.units.values() if unit.kind == "community")
    asked = {"start": date(2020, 1, 1), "end": date(2021, 1, 1), "by": "all"}
    before = indicators.measure(district, "bench.number0", **asked).figure.value
    answers = {"unit": unit, "done_on": date(2020, 3, 1), "kind": "a"}
    outcomes = []
    for _ in range(10):
        outcomes += take_steps(district, [Act(WORK, "add", desk, answers) for _ in range(100)])
    assert indicators.measure(district, "bench.number0", **asked).figure.value == before + 1000
    told(
        "figure with 1,000 acts not followed yet",
        timed(lambda: indicators.measure(district, "bench.number0", **asked), ROUNDS),
    )
    began = time.monotonic()
    while cell_keeping.follow(district):
        pass
    cells = time.monotonic() - began
    began = time.monotonic()
    while followers.run_once(district.id):
        pass
    print(f"1,000 acts followed: cells {cells:.2f} s, all else {time.monotonic() - began:.2f} s")
    for count in (1, 10):
        take_steps(district, [Act(WORK, "amend", desk, {"kind": "b"}, one.record) for one in outcomes[:count]])
        outcomes = outcomes[count:]
        began = time.monotonic()
        cell_keeping.follow(district)
        print(f"{count} acts followed: cells {(time.monotonic() - began) * 1000:.0f} ms")
    assert indicators.measure(district, "bench.number0", **asked).figure.value == before + 1000


def timed(ask: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of each round."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    return found


def told(what: str, times: list[float]) -> None:
    ordered = sorted(times)
    print(
        f"{what}: median {statistics.median(times):.0f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.0f}, most {ordered[-1]:.0f}"
    )


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] + ["1000000", "300"][len(sys.argv) - 1 :])))
