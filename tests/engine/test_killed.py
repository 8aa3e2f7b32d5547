"""The database is killed with -9 in the middle of acts: every acknowledged act is there, and no half act."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from huying.cluster import Cluster
from huying.options import ROOT

PREPARE = """
import sys, json
import django; django.setup()
from pathlib import Path
from huying.engine import prepare, districts, packs
prepare.migrate()
districts.load(Path(sys.argv[1]), lambda *_: None, True)
print(json.dumps([d["id"] for d in packs.districts()]))
"""
ACT = """
import sys
import django; django.setup()
from huying.engine import packs, people, places
from huying.engine.flows import Act, take_steps
district = packs.current(int(sys.argv[1]))
unit = places.tree(district.id, district.today()).by_code["440106018000"].id
who = people.resident(district.id)
while True:
    given = {"category": "noise", "unit": unit, "caller": "陈某", "phone": "13800000000"}
    for outcome in take_steps(district, [Act("command.case", "report", who, given) for _ in range(3)]):
        print(outcome.record, flush=True)
"""
COUNT = """
import sys, json
import django; django.setup()
from huying.engine import database, packs, seals
district = packs.current(int(sys.argv[1]))
number = district.tables["command.case"].number
with database.owning() as query:
    ids = [str(i) for (i,) in query.tuples(f"select id from l{number}")]
    halves = query.value(f"select count(*) from l{number} l full join event e on e.record = l.id full join duty d on d.record = coalesce(l.id, e.record) "
                         f"full join l{number}_p p on p.id = coalesce(l.id, e.record) full join record_key k on k.record = coalesce(l.id, e.record) "
                         "where coalesce(e.ledger, %s) = %s and (l.id is null or e.record is null or d.record is null or p.id is null or k.record is null)",
                         [number, number])
while seals.seal(district.id):
    pass
print(json.dumps([ids, halves, [f.words for f in seals.verify(district.id)[2]]]))
"""


def test_a_database_killed_between_acts_has_lost_no_acknowledged_act_and_holds_no_half(
    tianhe_folder: Path, tmp_path: Path
):
    cluster = Cluster(tmp_path / "data")
    cluster.start()
    dsn = cluster.dsn("huying")
    env = os.environ | {
        "HUYING_DATABASE_URL": dsn.owner_url,
        "HUYING_APP_DATABASE_URL": dsn.app_url,
        "HUYING_DATA": str(tmp_path / "data"),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "huying.settings",
    }

    def run(program: str, *args: str) -> object:
        done = subprocess.run(
            [sys.executable, "-c", program, *args], env=env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    try:
        (number,) = run(PREPARE, str(tianhe_folder))
        with subprocess.Popen(
            [sys.executable, "-c", ACT, str(number)],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as writer:
            acknowledged = [writer.stdout.readline().strip() for _ in range(30)]
            os.kill(int((cluster.files / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
            acknowledged += [line.strip() for line in writer.stdout]  # until the writer ends with the connection
        time.sleep(0.2)
        cluster.start()
        stored, halves, faults = run(COUNT, str(number))
        assert len(acknowledged) >= 30 and set(acknowledged) <= set(stored)
        assert halves == 0 and faults == []
    finally:
        cluster.stop()
