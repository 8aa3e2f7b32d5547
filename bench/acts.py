"""Acts over HTTP, by token: create and step at 8 clients, against plain SQL inserts of the same rows in the same run.

.venv/bin/python bench/acts.py [COUNT]     default 3,000 of each
"""

from __future__ import annotations

import sys
import threading
import time
from uuid import uuid4

from stage import Stage, report, stage

CLIENTS = 8
CASES = "/api/v1/ledgers/command.case/records"


def main(count: int) -> None:
    """Create `count` cases, dispatch each; then the same rows by SQL alone."""
    with stage() as here:
        warm = [[here.tokens["diaodu"], "POST", CASES, _case(n)] for n in range(400)]
        here.load(warm, CLIENTS)
        made = here.load(
            [[here.tokens[("diaodu", "diaodu2")[n % 2]], "POST", CASES, _case(n)] for n in range(count)], CLIENTS
        )
        report("create", made)
        codes = _codes(made)
        report(
            "step (dispatch)",
            here.load(
                [
                    [
                        here.tokens[("diaodu", "diaodu2")[n % 2]],
                        "POST",
                        f"{CASES}/{code}/steps",
                        {"step": "dispatch", "act": str(uuid4())},
                    ]
                    for n, code in enumerate(codes)
                ],
                CLIENTS,
            ),
        )
        report("me (sign-in alone)", here.load([[here.tokens["diaodu"], "GET", "/api/v1/me", None]] * count, CLIENTS))
        plain(here, count)


def _case(n: int) -> dict:
    areas = ("440106018000", "440106003000", "440106019000")
    return {
        "step": "report",
        "act": str(uuid4()),
        "answers": {
            "category": ("road.surface", "street.stall", "clean.litter")[n % 3],
            "unit": areas[n % 3],
            "where": {"lng": 113.36, "lat": 23.13},
            "words": "人行道上有一处破损，雨天积水，行人要绕到车行道上走",
            "place_words": f"某路 {n} 号门前",
        },
    }


def _codes(made: dict) -> list[str]:
    import json

    return [json.loads(body)["code"] for body in made["bodies"] if body and "code" in json.loads(body)]


def plain(here: Stage, count: int) -> None:
    """The rows of the cases just made, once more under new ids: one transaction each, pipelined, 8 connections."""
    import psycopg
    from psycopg.rows import dict_row

    from huying import installation
    from huying.engine import packs

    table = packs.current(here.district).tables["command.case"].name
    owner = installation.owner_url()
    with psycopg.connect(owner, row_factory=dict_row) as connection:
        rows = [
            {
                name: connection.execute(f"select * from {name} where {key} = %s", [record["id"]]).fetchone()
                for name, key in ((table, "id"), ("hy.event", "record"), ("hy.duty", "record"))
            }
            for record in connection.execute(f"select id from {table} order by id limit 200")
        ]
    times, barrier = [0.0] * count, threading.Barrier(CLIENTS + 1)

    def client(first: int) -> None:
        with psycopg.connect(owner, autocommit=True) as connection:
            barrier.wait()
            for n in range(first, count, CLIENTS):
                began, number = time.perf_counter(), uuid4()
                with connection.pipeline(), connection.transaction():
                    for name, row in rows[n % len(rows)].items():
                        values = (
                            row
                            | {"id" if name == table else "record": number}
                            | ({"act": uuid4()} if name == "hy.event" else {"code": str(number)})
                        )
                        values.pop("n", None), values.pop("tx", None)
                        connection.execute(
                            f"insert into {name} ({', '.join(values)}) values ({', '.join(['%s'] * len(values))})",
                            list(values.values()),
                        )
                times[n] = time.perf_counter() - began

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    report(
        "plain SQL, same rows",
        {"seconds": time.perf_counter() - began, "milliseconds": [t * 1000 for t in times], "statuses": {}},
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000)
