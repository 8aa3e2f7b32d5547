"""Questions to a ledger of a million records: lists, filters, sorts, words, initials, counts; each answer in milliseconds.

.venv/bin/python bench/finding.py [ROWS]     default 1,000,000
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from imports import assets, bring
from stage import stage

ROUNDS = 15


def main(rows: int) -> None:
    """Bring the records in, follow them to the end, then ask."""
    with stage() as on:
        from huying.engine import database, districts, followers, packs, places

        district, path = assets(on, rows, "csv")
        bring(on, district, path)
        began = time.monotonic()
        while followers.run_once(district.id):
            pass
        print(f"search rows and notices of {rows:,} acts: {rows / (time.monotonic() - began):,.0f} a second")
        with database.owning() as query:
            query.run(f"analyze {district.tables['bench.asset'].name}")
            query.run("analyze hy.search_row")
        packs.forget()
        tree = places.tree(district.id, district.today())
        who = {login: districts.actor_of(district, tree, login) for login in ("diaodu", "longdong")}
        for name, ask in questions(district, who, rows):
            tell(name, ask)


def questions(district: Any, who: dict[str, Any], rows: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is asked, and the asking of it; each as the first fifty and how many there are, as a list shows it."""
    from huying.engine import finding, records

    number = district.tables["bench.asset"].number

    def page(login: str = "diaodu", **more: Any) -> Callable[[], Any]:
        return lambda: records.page(district, who[login], "bench.asset", limit=50, count_to=10_000, **more)

    def words(text: str, login: str = "diaodu") -> Callable[[], Any]:
        def ask() -> Any:
            found = finding.find(who[login].reach, text, number)
            ids = [row["record"] for row in found]
            return records.page(district, who[login], "bench.asset", limit=50, ids=ids)

        return ask

    yield "first page, whole district", page()
    yield "first page, one street", page("longdong")
    yield "page 100", page(offset=100 * 50)
    yield "all of them counted", lambda: records.page(district, who["diaodu"], "bench.asset", limit=50)
    yield "last page", page(back=True)
    behind = records.page(district, who["diaodu"], "bench.asset", limit=50, offset=rows // 2, count=False).last
    yield "a page in the middle, behind another", page(at=behind)
    yield "filter: a third", page(filters={"kind": "small"})
    yield "filter: two fields, 1 in 80", page(filters={"floors": 7, "open": True})
    yield "filter: one record", page(filters={"number": "A00500000"})
    yield "filter: none", page(filters={"keeper": "nobody"})
    yield "sort by a number", page(sort="price")
    yield "sort by a number, the other way, last page", page(sort="height", descending=False, back=True)
    yield "filter: a number with decimals", page(filters={"height": 12.5})
    yield "sort by a text, one street", page("longdong", sort="name", descending=False)
    yield "sort by a date, filtered", page(sort="built_on", filters={"kind": "small"})
    yield "two characters, every record", words("设备")
    yield "two characters, every record, one street", words("设备", "longdong")
    yield "a word of one record", words("设备500000号")
    yield "two words", words("龙洞 设备500000号")
    yield "a word of none", words("水泵")
    yield "initials in pinyin, every record", words("ldjd")
    yield "a code", words("zc2026-0500000")


def tell(name: str, ask: Callable[[], Any]) -> None:
    """The first time, the median and the worst of the others, and what was found."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        page = ask()
        taken.append((time.perf_counter() - began) * 1000)
    first, others = taken[0], taken[1:]
    print(
        f"{name:42} first {first:7.1f}  median {statistics.median(others):7.1f}  most {max(others):7.1f} ms  of {page.total:,}",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
