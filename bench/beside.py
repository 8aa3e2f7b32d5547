"""What others notice of a long import: how long their acts take, and how soon what follows from them is there.

    .venv/bin/python bench/beside.py [ROWS]     default 400,000

Ten acts a second (a district's busiest hour has fewer) go over HTTP to the server, first with nothing else running but the
background process, then while `huying import` brings in a sheet. Lag: from the answer until the act's search row is there.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time

from acts import CASES, _case
from imports import assets
from stage import ROOT, Stage, stage

PACE, ALONE = 10, 20  # acts a second; seconds without the import


def main(rows: int) -> None:
    """Both, one after the other."""
    with stage() as on:
        district, path = assets(on, rows, "csv")
        huying = [sys.executable, "-m", "huying"]
        work = subprocess.Popen([*huying, "work"], cwd=ROOT, env=os.environ)
        try:
            measure(on, 5, None)
            until = time.monotonic() + ALONE
            tell("without an import", *measure(on, None, lambda: time.monotonic() > until))
            began = time.monotonic()
            words = [*huying, "import", "bench.asset", str(path), "--as", "longdong", "--district", district.name]
            bringing = subprocess.Popen(words, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL)
            tell("during an import", *measure(on, None, lambda: bringing.poll() is not None))
            print(
                f"{rows:,} rows in {time.monotonic() - began:.0f} s from the start of its process, the followers beside it"
            )
        finally:
            work.terminate()
            work.wait(timeout=30)


def measure(on: Stage, count: int | None, done) -> tuple[list[float], list[float]]:
    """(milliseconds of each act, seconds until each was found) of acts at an even pace."""
    from huying.engine import database

    line = http.client.HTTPConnection("127.0.0.1", on.port, timeout=60)
    head = {"Authorization": f"Bearer {on.tokens['diaodu']}", "Content-Type": "application/json"}
    took, lags, waiting, began, n = [], [], {}, time.monotonic(), 0
    while n < count if count else not done():
        sent = time.monotonic()
        line.request("POST", CASES, json.dumps(_case(n)), head)
        answer = json.loads(line.getresponse().read())
        took.append((time.monotonic() - sent) * 1000)
        waiting[answer["code"]] = time.monotonic()
        n += 1
        while time.monotonic() < began + n / PACE:
            rows = database.direct().tuples(
                "select code from hy.search_row where district = %s and code = any(%s)", [on.district, list(waiting)]
            )
            lags += [time.monotonic() - waiting.pop(code) for (code,) in rows]
            time.sleep(0.02)
    return took, lags


def tell(name: str, took: list[float], lags: list[float]) -> None:
    """One line each."""
    took, lags = sorted(took), sorted(lags)
    acts = f"p50 {took[len(took) // 2]:.1f}, p95 {took[len(took) * 95 // 100]:.1f}, most {took[-1]:.1f} ms"
    found = f"p50 {lags[len(lags) // 2]:.2f}, p95 {lags[len(lags) * 95 // 100]:.2f}, most {lags[-1]:.2f} s"
    print(f"{name:<20} {len(took)} acts: {acts}; {len(lags)} of them found after {found}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400_000)
