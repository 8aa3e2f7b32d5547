"""A list of 50 among 100,000 records with a filter and permissions, against plain SQL of the owner in the same run.

.venv/bin/python bench/lists.py [ROWS]     default 100,000
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from stage import stage

ROUNDS = 200
LEDGER = "command.case"


def main(rows: int) -> None:
    """Fill the ledger, then ask for a page as a street, as an office and as the dispatcher."""
    with stage():
        from huying.engine import database, districts, flows, packs, places, records
        from huying.engine.acts import Act

        district = packs.current(packs.districts()[0]["id"])
        tree = places.tree(district.id, district.today())
        who = {login: districts.actor_of(district, tree, login) for login in ("diaodu", "longdong", "zhujian")}
        streets = [u.id for u in tree.of_kind("street")]
        made = flows.take_step(
            district, Act(LEDGER, "report", who["diaodu"], {"category": "road.surface", "unit": streets[0]})
        )
        number = district.tables[LEDGER].number
        columns = [c for c in district.tables[LEDGER].all_columns if c not in ("id", "code", "unit", "opened_at")]
        with database.owning() as query:
            query.run(
                f"insert into l{number} (id, code, unit, opened_at, {', '.join(columns)}) select gen_random_uuid(), 'B' || i, (%s::int[])[1 + i %% %s], "
                f"opened_at - i * interval '3 minutes', {', '.join(columns)} from l{number}, generate_series(1, %s) i where id = %s",
                [streets, len(streets), rows, made.record],
            )
            query.run(f"analyze l{number}")
        reach = list(who["longdong"].reach.units)

        def plain_street() -> None:
            with database.owning() as query:
                query.rows(
                    f"select * from l{number} where district = %s and state = 'reported' and unit = any(%s) "
                    "order by opened_at desc limit 50",
                    [district.id, reach],
                )

        def plain_all() -> None:
            with database.owning() as query:
                query.rows(
                    f"select * from l{number} where district = %s and state = 'reported' order by opened_at desc limit 50",
                    [district.id],
                )

        def ask(login: str) -> Callable[[], object]:
            return lambda: records.page(
                district, who[login], LEDGER, filters={"state": "reported"}, limit=50, count=False
            )

        _row("district, plain SQL", plain_all)
        _row("district, dispatcher", ask("diaodu"), plain_all)
        _row("one street, plain SQL", plain_street)
        _row("one street, its clerk", ask("longdong"), plain_street)
        _row("one office, its clerk (sees none)", ask("zhujian"), plain_street)


def _row(name: str, one: Callable[[], object], against: Callable[[], object] | None = None) -> None:
    """Medians; the two take turns, so that what else the machine does falls on both."""
    takers = [one, against] if against else [one]
    taken = [[] for _ in takers]
    for n in range(ROUNDS + 5):
        for times, taker in zip(taken, takers, strict=True):
            began = time.perf_counter()
            taker()
            if n >= 5:
                times.append((time.perf_counter() - began) * 1000)
    mine, *other = map(statistics.median, taken)
    print(f"{name:36} {mine:7.2f} ms" + "".join(f"   {mine / plain:.1f} x plain" for plain in other))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
