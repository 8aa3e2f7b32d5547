"""A sheet read from its first row to its last, dry or for real, with a tally at every moment.

While two batches are being written, the next is made ready, and what stands of the one after is asked for: threads wait
for the database, and of two that write one goes on while the other waits for the disk.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from threading import Barrier
from uuid import UUID

import django.db

from huying.declare.kinds import Step
from huying.engine import bulk, database, dispatch
from huying.engine.acts import Act, Outcome
from huying.engine.bulk import Bulk, Conflict
from huying.engine.decide import StepRefused
from huying.engine.flows import take_steps
from huying.engine.importing.columns import NoImport, Plan
from huying.engine.importing.lines import (
    AGAIN,
    CHANGED,
    NEW,
    REJECTED,
    UNCHANGED,
    Reader,
    Reason,
    Row,
    Standing,
    Verdict,
    as_changed,
    as_new,
)

BATCH = 8_000  # rows read, and written, together
WRITERS = 2  # batches on their way at once
ALONE = 200  # acts that cannot be written in bulk, taken together
SHOWN = 200  # rejected rows that a tally keeps


@dataclass
class Tally:
    """How far a run has come. read = new + changed + unchanged + rejected; again: those of `unchanged` that an earlier
    run of the same file had brought in. rejected: the first of the rejected rows."""

    read: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    again: int = 0
    rejected: list[Verdict] = field(default_factory=list)

    def take(self, verdicts: Sequence[Verdict]) -> None:
        counts = Counter([verdict.kind for verdict in verdicts])
        self.again += counts[AGAIN]
        counts[UNCHANGED] += counts.pop(AGAIN, 0)
        self.read += len(verdicts)
        self.counts += counts
        if counts[REJECTED]:
            rejected = (verdict for verdict in verdicts if verdict.kind == REJECTED)
            self.rejected += islice(rejected, SHOWN - len(self.rejected))


Rejected = Callable[[Verdict], None]
Tell = Callable[[Tally], None]


def run(
    plan: Plan,
    rows: Iterable[Row],
    source: bytes,
    *,
    write: bool,
    tell: Tell = lambda tally: None,
    reject: Rejected = lambda verdict: None,
    steady: Callable[[], None] = lambda: None,
    file: tuple[str, str] = ("", ""),
) -> Tally:
    """Read all rows; with `write`, enter and change what is right, a batch at a time, and leave out what is rejected.

    source  what the rows are of: the digest of file and sheet, by which acts are known again
    tell    called after each batch; what it raises ends the run, and what was written stays
    reject  called with every rejected row, in order
    steady  called with a batch read and nothing of it written; what it raises ends the run, as with `tell`
    file    its name and its sheet's, by which a record's history tells where a value came from
    """
    reader, tally, tree = Reader(plan), Tally(), plan.tree
    names = source_of(plan, source)
    if write and file[0]:
        _keep_name(plan, names(0), *file)
    bulks = reader.bulks() if write else {}
    posts = dispatch.posts(plan.district, tree)
    pending: deque[Future[list[Verdict]]] = deque()

    def settle(done: Sequence[Verdict]) -> None:
        tally.take(done)
        for verdict in done:
            if verdict.kind == REJECTED:
                reject(verdict)
        tell(tally)

    with _Beside() as asking, _Beside(WRITERS) as sending, _without_collecting():
        for verdicts in _compared(reader, names, asking, _batches(rows, steady)):
            if not write:
                settle(verdicts)
                continue
            parcels = _parcels(plan, bulks, posts, verdicts)
            if len(pending) == WRITERS:
                settle(pending.popleft().result())
            pending.append(sending.start(_send, plan, parcels, verdicts))
        while pending:
            settle(pending.popleft().result())
    return tally


def source_of(plan: Plan, digest: bytes) -> Callable[[int], str]:
    """row number -> the act that brings it in: the same for the same rows into the same ledger, and next to each other."""
    named = hashlib.sha256(
        b"\n".join((b"import", str(plan.district.id).encode(), plan.ledger.name.encode(), digest))
    ).digest()
    start = int.from_bytes(named[:10], "big") << 48
    start = start & ~(0xF << 76) | 0x8 << 76  # UUID of version 8: what is in it is ours to say
    start = start & ~(0x3 << 62) | 0x2 << 62
    whole = str(UUID(int=start))
    return lambda number: f"{whole[:24]}{number:012x}"


def _keep_name(plan: Plan, act: str, name: str, sheet: str) -> None:
    """The file's name stays with its acts; under another name the same sheet is the same one."""
    database.direct().run(
        "insert into hy.import_source (district, act, file_name, sheet, at) values (%s, %s, %s, %s, %s) on conflict do nothing",
        [plan.district.id, act, name, sheet, plan.district.now()],
    )


def digest_of(path: Path, sheet: str) -> bytes:
    """What names a file's sheet: the sha256 of the file and the sheet's name."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest() + sheet.encode()


def steady(path: Path) -> Callable[[], None]:
    """A function that raises NoImport once the file is no longer the one that lies there now: its rows are named by what
    it held, and others must not go by their names."""

    def state() -> tuple[int, ...] | None:
        try:
            found = path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    before = state()

    def check() -> None:
        if state() != before:
            raise NoImport(
                "文件在导入时被改动或移走了，改动后的一行也没有登记。请等文件存好，再导入一次 | The file was changed or moved "
                "while it was brought in; no row of the changed one was entered. Wait until it is saved and import it again"
            )

    return check


def _batches(rows: Iterable[Row], steady: Callable[[], None]) -> Iterator[list[Row]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        steady()
        yield batch


def _compared(
    reader: Reader, names: Callable[[int], str], asking: _Beside, batches: Iterable[list[Row]]
) -> Iterator[list[Verdict]]:
    """The verdicts of each batch. What stands of its records is asked for while the one before is made ready."""

    def ask(verdicts: Sequence[Verdict]) -> tuple[set[int], Standing]:
        taken = _taken(reader.plan, verdicts[0].act, verdicts[-1].act)
        return taken, reader.stands(verdicts, taken)

    before: tuple[list[Verdict], Future] | None = None
    for batch in batches:
        verdicts = reader.read(batch)
        for verdict in verdicts:
            verdict.act = names(verdict.number)
        asked = asking.start(ask, verdicts)
        if before:
            reader.compare(before[0], *before[1].result())
            yield before[0]
        before = verdicts, asked
    if before:
        reader.compare(before[0], *before[1].result())
        yield before[0]


def _taken(plan: Plan, first: str, last: str) -> set[int]:
    """Numbers of the rows between two acts that an earlier run brought in."""
    with database.writing(plan.district.id) as query:
        rows = query.tuples(
            "select act from hy.event where district = %s and act between %s and %s", [plan.district.id, first, last]
        )
    return {act.int & 0xFFFF_FFFF_FFFF for (act,) in rows}


Parcel = tuple[bulk.Prepared | None, list[Verdict]]  # what is sent at once, of these rows; None where each goes alone


def _parcels(plan: Plan, bulks: dict[str, Bulk], posts: dispatch.Posts, verdicts: Sequence[Verdict]) -> list[Parcel]:
    parcels: list[Parcel] = []
    for step, some in _by_step(plan, [verdict for verdict in verdicts if verdict.kind in (NEW, CHANGED)]):
        try:
            parcels.append((_prepared(bulks[step.name], posts, some) if step.name in bulks else None, some))
        except StepRefused:
            parcels.append((None, some))
    return parcels


def _send(plan: Plan, parcels: Sequence[Parcel], verdicts: list[Verdict]) -> list[Verdict]:
    """Write a batch, while the next is read; rows that turn out not to be possible are rejected with the reason."""
    for prepared, some in parcels:
        try:
            if prepared:
                bulk.send(plan.district.id, prepared)
                continue
        except Conflict:
            pass  # somebody was first on one of them: each by itself
        for start in range(0, len(some), ALONE):
            _take_alone(plan, some[start : start + ALONE])
    return verdicts


def _by_step(plan: Plan, verdicts: Sequence[Verdict]) -> Iterator[tuple[Step, list[Verdict]]]:
    """Rows that one statement can write: of one step, from one state."""

    def together(verdict: Verdict) -> tuple[str, str]:
        return (verdict.step.name, verdict.found["state"]) if verdict.step else ("", "")

    for _, some in groupby(sorted(verdicts, key=together), key=together):
        found = list(some)
        yield found[0].step or plan.first, found


def _prepared(way: Bulk, posts: dispatch.Posts, verdicts: Sequence[Verdict]) -> bulk.Prepared:
    if verdicts[0].kind == NEW:
        return way.enter([as_new(verdict) for verdict in verdicts])
    offices = {post.id: post.office for post in posts.by_id.values()}
    return way.change([as_changed(verdict, offices.get(verdict.found["post"], 0)) for verdict in verdicts])


def _take_alone(plan: Plan, verdicts: Sequence[Verdict]) -> None:
    acts = []
    for verdict in verdicts:
        step, row = verdict.step or plan.first, verdict.found if verdict.kind == CHANGED else None
        acts.append(
            Act(
                plan.ledger.name,
                step.name,
                plan.actor,
                verdict.values,
                row and row["id"],
                UUID(verdict.act),
                row and row["seq"],
            )
        )
    for verdict, outcome in zip(verdicts, take_steps(plan.district, acts), strict=True):
        _learn(verdict, outcome)


def _learn(verdict: Verdict, outcome: Outcome) -> None:
    if outcome.refusal:
        verdict.kind, verdict.reasons = REJECTED, (Reason(None, "", outcome.refusal.sentence),)
    elif outcome.again:
        verdict.kind = AGAIN


@contextmanager
def _without_collecting() -> Iterator[None]:
    """No looking for garbage in cycles while millions of values pass that are in none."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


class _Beside:
    """Threads beside this one, with database connections of their own that are closed at the end."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads

    def __enter__(self) -> _Beside:
        self.pool = ThreadPoolExecutor(self.threads)
        return self

    def start(self, work: Callable, *given: object) -> Future:
        return self.pool.submit(copy_context().run, work, *given)

    def __exit__(self, *_: object) -> None:
        together = Barrier(self.threads)  # a thread that has closed its own waits, so that each closes its own

        def close() -> None:
            django.db.connections.close_all()
            together.wait()

        for done in [self.pool.submit(close) for _ in range(self.threads)]:
            done.result()
        self.pool.shutdown()
