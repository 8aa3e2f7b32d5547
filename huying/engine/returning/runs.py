"""A returned sheet of many rows, written by the background process while its person looks on, or has gone home.

Rows are written in order, some hundreds a transaction. A run that was cut off is taken up again: the sheet is compared anew, and
what was written before is then unchanged.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import django.db
import psycopg

from huying.engine import access, clock, database, handed_files, packs, places, run_queue, sealed
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.returning.comparing import compare
from huying.engine.returning.model import NotReturned
from huying.engine.returning.writing import Done, write
from huying.sheets import NotASheet, open_book

WRITE, DONE, REFUSED = "write", "done", "refused"
AT_ONCE = 500  # rows that a page writes itself
KEPT = timedelta(days=7)
SHOWN = 20  # refused rows that are told
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Run:
    """total: rows to be written. told: written, changed, new, refused [[row, why]], problem."""

    district: int
    id: UUID
    ledger: str
    person: int
    post: int
    file: str
    state: str
    total: int
    made_at: datetime
    beat_at: datetime | None
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        return self.state == WRITE


def begin(district: District, actor: Actor, ledger: str, file: str, total: int) -> UUID:
    """Have a returned file written; its run. The same file again is the run that there is."""
    query, made = database.direct(), clock.new_id()
    standing = query.value(
        "select id from hy.returned_run where district = %s and file = %s and person = %s and state = 'write'",
        [district.id, file, actor.person],
    )
    if standing:
        return standing
    query.run(
        "insert into hy.returned_run (district, id, ledger, person, post, file, state, total, made_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            district.id,
            made,
            ledger,
            actor.person,
            actor.post.id if actor.post else 0,
            file,
            WRITE,
            total,
            clock.real_now(),
        ],
    )
    return made


def find(district: District, actor: Actor, run: UUID) -> Run | None:
    """A run of this person's own."""
    row = database.direct().row(
        "select * from hy.returned_run where district = %s and id = %s and person = %s",
        [district.id, run, actor.person],
    )
    return _run(row) if row else None


def waiting() -> bool:
    """Whether any run waits for somebody to do it."""
    return run_queue.waits("hy.returned_run", WRITE)


def work_off() -> int:
    """Do what waits, one run after another; how many were done. Runs of a week ago are forgotten."""
    done = 0
    for row in packs.districts():
        sweep(row["id"])
    while row := run_queue.take("hy.returned_run", WRITE):
        run = _run(row)
        try:
            _do(run)
        except (OSError, psycopg.OperationalError) as why:  # it is taken up again when it has been still for a while
            log.warning("returned sheet %s stopped: %s", run.id, why)
            django.db.connections.close_all()
            return done
        done += 1
    return done


def sweep(district: int) -> int:
    """Remove runs a week after; how many."""
    statement = "delete from hy.returned_run where district = %s and made_at < %s"
    return database.direct().run(statement, [district, clock.real_now() - KEPT])


def _do(run: Run) -> None:
    district = packs.current(run.district)
    tree = places.tree(district.id, district.today())
    try:
        actor = run_queue.actor_of(district, tree, run)
        book = open_book(handed_files.read(handed_files.RETURNED, run.district, run.file), "sheet")
        found = compare(district, actor, tree, run.ledger, book)
    except FileNotFoundError:
        _tell(
            run,
            REFUSED,
            {**run.told, "problem": "文件已过保留期，请重新交回 | The file is kept no more; return it again"},
        )
        return
    except LookupError:
        _tell(run, REFUSED, {**run.told, "problem": "您已不在这个$post上 | You no longer hold this $post"})
        return
    except (NotReturned, NotASheet, access.Refused) as refused:
        words = f"{refused.zh} | {refused.en}" if isinstance(refused, NotASheet) else str(refused)
        _tell(run, REFUSED, {**run.told, "problem": words})
        return
    before, todo = dict(run.told), len(found.to_write)

    def told(done: Done) -> dict[str, Any]:
        refused = [[line.number, why.sentence] for line, why in done.refused]
        return {
            "written": run.total - todo + len(done.rows),
            "changed": before.get("changed", 0) + done.changed,
            "new": before.get("new", 0) + len(done.codes),
            "refused": [*before.get("refused", ()), *refused][:SHOWN],
        }

    done = write(district, actor, found, todo, tell=lambda done: _tell(run, WRITE, told(done)))
    _tell(run, DONE, told(done))


def _tell(run: Run, state: str, told: Mapping[str, Any]) -> None:
    database.direct().run(
        "update hy.returned_run set state = %s, told = %s, beat_at = %s where district = %s and id = %s",
        [state, sealed.seal(json.dumps(told, ensure_ascii=False).encode(), f"returned {run.id}"), clock.real_now(), run.district, run.id],
    )  # fmt: skip


def _run(row: Mapping[str, Any]) -> Run:
    told = sealed.unseal(bytes(row["told"]), f"returned {row['id']}") if row["told"] else None
    return Run(**{**row, "told": json.loads(told) if told else {}})
