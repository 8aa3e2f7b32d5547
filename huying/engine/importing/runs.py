"""A sheet on its way into a ledger, as a person follows it: handed in, checked, settled, brought in.

The work is done by another process (commands/work.py) in the name of whoever handed the sheet in; a run that was cut
off is taken up again. Files lie sealed, and are gone a week later.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import django.db
import psycopg

from huying.engine import clock, database, packs, places, run_queue, sealed, sealed_files
from huying.engine.importing import running
from huying.engine.importing.columns import NoImport, Plan, plan_for
from huying.engine.importing.rejects import rejects_file
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.sheets import NotASheet, Stream, stream
from huying.sheets.opening import open_file

CHECK, CHECKED, WRITE, DONE, REFUSED = "check", "checked", "write", "done", "refused"
KEPT = timedelta(days=7)
LARGEST = 64 * 1024 * 1024
SHOWN = 50  # rejected rows that the page shows
AWAY = "数据库断开了 | the database is away"
FULL = "磁盘满了，请告诉管理员 | the disk is full; tell the administrator"
HALTED = (
    "停在半路：{}。已登记的都在；好了以后自动接着做，不会重复 | It stopped half way: {}. What was entered is kept; once that is "
    "mended it goes on by itself, and nothing is entered twice"
)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Run:
    """One sheet handed in. told: read, total, counts, rejected [[row, column, value, words]], refused, halted,
    columns [[title, examples, field, scale, by]], sheet, sheets; total is known after the check. chosen: place of a column -> field."""

    district: int
    id: UUID
    ledger: str
    person: int
    post: int
    file: str
    file_name: str
    sheet: str
    chosen: Mapping[int, str]
    unit: int
    state: str
    whole: bool
    told: Mapping[str, Any]
    rejects: str | None
    made_at: datetime
    beat_at: datetime | None

    @property
    def busy(self) -> bool:
        return self.state in (CHECK, WRITE)


def hand_in(district: District, actor: Actor, ledger: str, name: str, data: bytes) -> UUID:
    """Keep a file and have it checked; its run. Raises OSError when the disk takes no more."""
    digest = hashlib.sha256(data).hexdigest()
    sealed_files.keep(_folder(district.id), digest, data)
    made = clock.new_id()
    shown = "".join(ch for ch in name if ch.isprintable())[-120:]
    database.direct().run(
        "insert into hy.import_run (district, id, ledger, person, post, file, file_name, state, made_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            district.id,
            made,
            ledger,
            actor.person,
            actor.post.id if actor.post else 0,
            digest,
            shown,
            CHECK,
            clock.real_now(),
        ],
    )
    return made


def find(district: District, actor: Actor, run: UUID) -> Run | None:
    """A run of this person's own."""
    row = database.direct().row(
        "select * from hy.import_run where district = %s and id = %s and person = %s", [district.id, run, actor.person]
    )
    return _run(row) if row else None


def mine(district: District, actor: Actor, ledger: str) -> list[Run]:
    """This person's runs into a ledger, the latest first."""
    rows = database.direct().rows(
        "select * from hy.import_run where district = %s and person = %s and ledger = %s order by made_at desc limit 20",
        [district.id, actor.person, ledger],
    )
    return [_run(row) for row in rows]


def by_post(district: District, ledger: str) -> dict[int, Run]:
    """post -> its latest run into a ledger, of those that are kept; whoever asks."""
    rows = database.direct().rows(
        "select distinct on (post) * from hy.import_run where district = %s and ledger = %s order by post, made_at desc",
        [district.id, ledger],
    )
    return {row["post"]: _run(row) for row in rows}


def settle(run: Run, *, chosen: Mapping[int, str], unit: int, sheet: str = "") -> bool:
    """Have it checked anew, as the person settled it; False where it is being written or was."""
    return _move(run, (CHECKED, REFUSED), CHECK, chosen=json.dumps(chosen), unit=unit, sheet=sheet, told=b"")


def confirm(run: Run, *, whole: bool) -> bool:
    """Have it written as it was checked; False where it is not checked. whole: only when no row is rejected."""
    return _move(run, (CHECKED,), WRITE, whole=whole)


def _move(run: Run, among: tuple[str, ...], to: str, **more: Any) -> bool:
    sets = {"state": to, "beat_at": None, **more}
    assigned = ", ".join(f"{name} = %s" for name in sets)
    return bool(
        database.direct().run(
            f"update hy.import_run set {assigned} where district = %s and id = %s and state = any(%s)",
            [*sets.values(), run.district, run.id, list(among)],
        )
    )


def rejects(run: Run) -> bytes | None:
    """The rejected rows as a sheet; None where there are none, or they are kept no more."""
    try:
        return sealed_files.read(_folder(run.district), run.rejects) if run.rejects else None
    except FileNotFoundError:
        return None


def waiting() -> bool:
    """Whether any run waits for somebody to do it."""
    return run_queue.waits("hy.import_run", CHECK, WRITE)


def work_off() -> int:
    """Do what waits, one run after another; how many were done."""
    done = 0
    while row := run_queue.take("hy.import_run", CHECK, WRITE):
        run = _run(row)
        try:
            _do(run)
        except (OSError, psycopg.OperationalError) as why:
            _halt(run, why)
            return done
        done += 1
    return done


def _halt(run: Run, why: Exception) -> None:
    """Say what it stopped at. Its state stays: it is taken up again when it has given no sign of life for a while."""
    log.warning("import %s stopped: %s", run.id, why)
    away = isinstance(why, psycopg.OperationalError) and not isinstance(why, psycopg.errors.DiskFull)
    pairs = zip(HALTED.split(" | "), (AWAY if away else FULL).split(" | "), strict=True)
    django.db.connections.close_all()
    with suppress(psycopg.Error, django.db.Error):
        _tell(
            run, {**run.told, "halted": " | ".join(text.format(word) for text, word in pairs)}, run.state, run.rejects
        )


def sweep(district: int) -> int:
    """Remove runs and their files a week after; how many runs."""
    gone = database.direct().rows(
        "delete from hy.import_run where district = %s and made_at < %s returning file, rejects",
        [district, clock.real_now() - KEPT],
    )
    _drop(district, {name for row in gone for name in row.values()})
    for left in (sealed_files.place(_folder(district)) / "aside").glob("*"):
        if left.stat().st_mtime < time.time() - timedelta(days=1).total_seconds():
            shutil.rmtree(left, ignore_errors=True)
    return len(gone)


def _drop(district: int, names: set[str | None]) -> None:
    """Remove the files of these names that no run holds."""
    rows = database.direct().tuples("select file, rejects from hy.import_run where district = %s", [district])
    for name in names - {None} - {name for row in rows for name in row}:
        sealed_files.path_of(_folder(district), name).unlink(missing_ok=True)


def _do(run: Run) -> None:
    try:
        district = packs.current(run.district)
        tree = places.tree(district.id, district.today())
        actor = run_queue.actor_of(district, tree, run, via="import")
        with _opened(run) as (sheets, rows):
            plan = plan_for(district, actor, tree, run.ledger, rows.columns, chosen=run.chosen, unit=run.unit,
                            epoch_1904=rows.table.sheet.epoch_1904)  # fmt: skip
            _go(run, plan, rows, sheets)
    except NotASheet as refused:
        _tell(run, {"refused": f"{refused.zh} | {refused.en}"}, REFUSED)
    except (NoImport, LookupError) as refused:
        words = str(refused) if isinstance(refused, NoImport) else "您已不在这个$post上 | You no longer hold this $post"
        _tell(run, {"refused": words}, REFUSED)
    except FileNotFoundError:
        _tell(run, {"refused": "文件已过保留期，请重新上传 | The file is kept no more; hand it in again"}, REFUSED)


def _go(run: Run, plan: Plan, rows: Stream, sheets: list[str]) -> None:
    write = run.state == WRITE and not (run.whole and run.told.get("counts", {}).get("rejected"))
    columns = [
        [one.title, column.examples[:2], one.field, one.scale, one.by]
        for one, column in zip(plan.columns, rows.columns, strict=True)
    ]
    base = {"columns": columns, "notes": rows.notes, "unit": plan.unit, "keyed": plan.keyed, "title": rows.table.title,
            "sheet": rows.table.sheet.name, "sheets": sheets,
            "total": run.told.get("total") if run.state == WRITE else None}  # fmt: skip
    beat = clock.real_now()

    def tell(tally: running.Tally) -> None:
        nonlocal beat
        if clock.real_now() - beat > timedelta(seconds=1):
            beat = clock.real_now()
            _tell(run, {**base, **_said(plan, tally)}, run.state)

    with _aside(run.district) as folder:
        path = folder / "rejects.xlsx"
        with rejects_file(plan, path, "zh") as reject:
            tally = running.run(
                plan,
                rows,
                bytes.fromhex(run.file) + rows.table.sheet.name.encode(),
                write=write,
                tell=tell,
                reject=reject,
                file=(run.file_name, rows.table.sheet.name),
            )
        kept = None
        if path.exists():
            data = path.read_bytes()
            kept = hashlib.sha256(data).hexdigest()
            sealed_files.keep(_folder(run.district), kept, data)
    told = {**base, **_said(plan, tally), "left_out": dict(rows.left_out)}
    if run.state == CHECK:
        told["total"] = tally.read
    _tell(run, told, CHECKED if run.state == CHECK or not write else DONE, kept)
    _drop(run.district, {run.rejects})


def _said(plan: Plan, tally: running.Tally) -> dict[str, Any]:
    titles = [column.title for column in plan.columns]
    rejected = [
        [verdict.number, titles[reason.place] if reason.place is not None else "", reason.value, reason.words]
        for verdict in tally.rejected[:SHOWN]
        for reason in verdict.reasons
    ]
    return {"read": tally.read, "counts": dict(tally.counts), "again": tally.again, "rejected": rejected}


def _tell(run: Run, told: Mapping[str, Any], state: str, rejects: str | None = None) -> None:
    database.direct().run(
        "update hy.import_run set told = %s, state = %s, beat_at = %s, rejects = %s where district = %s and id = %s and state = %s",
        [
            sealed.seal(json.dumps(told, ensure_ascii=False).encode(), f"import {run.id}"),
            state,
            clock.real_now(),
            rejects,
            run.district,
            run.id,
            run.state,
        ],  # fmt: skip
    )


@contextmanager
def _opened(run: Run) -> Iterator[tuple[list[str], Stream]]:
    """(names of its sheets, the table) of the run's file, in the clear while it is read and by this process alone."""
    data = sealed_files.read(_folder(run.district), run.file)
    with _aside(run.district) as folder:
        path = folder / f"sheet{Path(run.file_name).suffix.lower()[:8]}"
        path.write_bytes(data)
        del data
        yield open_file(path).sheets, stream(path, sheet=run.sheet or None)


@contextmanager
def _aside(district: int) -> Iterator[Path]:
    """A folder for files in the clear, which is gone afterwards; what a killed process left, `sweep` removes."""
    place = sealed_files.place(_folder(district)) / "aside"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


def _run(row: Mapping[str, Any]) -> Run:
    chosen = {int(place): name for place, name in json.loads(row["chosen"]).items()}
    told = sealed.unseal(bytes(row["told"]), f"import {row['id']}")  # rejected values may be secret ones
    return Run(**{**row, "chosen": chosen, "told": json.loads(told) if told else {}})


def _folder(district: int) -> str:
    return f"imports/{district}"
