"""Acts that no flow declares, on records as they stand: an event like every other, chained and sealed, state unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from huying.engine import constraints, events, secret_values, writing
from huying.engine.database import Query
from huying.engine.decide import StepRefused
from huying.engine.events import Event, RecordKey
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.schema import Table
from huying.engine.values import Wrong, clean_text, to_columns

Row = Mapping[str, Any]
LONGEST = 200  # characters of a reason
PLACE = ("unit", "office", "post")


def read(query: Query, district: District, table: Table, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Records whoever asks, hidden ones too: their rows, locked, and the wrapped key where they have one."""
    columns = ", ".join(f"l.{column}" for column in table.all_columns)
    rows = query.rows(
        f"select {columns}, k.kek, k.wrapped from {table.name} l left join hy.record_key k on k.district = l.district "
        "and k.record = l.id where l.district = %s and l.id = any(%s) order by l.id for update of l",
        [district.id, list(ids)],
    )
    return {row["id"]: row for row in rows}


def look(query: Query, district: District, table: Table, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Records whoever asks, but hidden ones; nothing is locked."""
    columns = ", ".join(table.all_columns)
    return query.rows(
        f"select {columns} from {table.name} where district = %s and id = any(%s) and not hidden",
        [district.id, list(ids)],
    )


def reason(text: str, least: int = 2) -> str:
    """Why somebody does it, in their words. Raises StepRefused where they are too few or too many."""
    try:
        said = " ".join((clean_text(text) or "").split())
    except Wrong as wrong:
        raise StepRefused("who.why", str(wrong), {"why": str(wrong)}) from None
    if not least <= len(said) <= LONGEST:
        sentence = f"请写明凭什么（{least}–{LONGEST} 字） | Say on what grounds ({least} to {LONGEST} characters)"
        raise StepRefused("who.why", sentence, {"why": sentence})
    return said


def change(
    district: District,
    table: Table,
    row: Row,
    step: str,
    content: Mapping[str, Any],
    *,
    actor: Actor,
    act: UUID,
    values: Mapping[str, Any] | None = None,
    hidden: bool | None = None,
    duty: writing.Duty | None = None,
    same_duty: bool = True,
    guards: Sequence[constraints.Guard] = (),
    place: Mapping[str, int] | None = None,
) -> writing.Change:
    """What one such act writes on a record.

    content  what the event says besides the values; values: fields that change; hidden: whether the record is to be seen
    place    its unit, office and post from now on; None: as they are
    """
    now, values = district.now(), dict(values or {})
    known_at = max(now, row["known_at"] + timedelta(microseconds=1))
    main, private = writing.split_columns(table, secret_values.given(district.id, table.ledger, values), to_columns)
    closed = {name: events.canonical(value) for name, value in values.items() if name in table.ledger.masked}
    opened = {name: value for name, value in values.items() if name not in closed}
    algorithm = events.algorithm()
    place = {**{name: row[name] for name in PLACE}, **(place or {})}
    moved = {"unit": place["unit"]} if place["unit"] != row["unit"] else {}
    text = events.canonical({"set": {**opened, **moved}, **content, **place})
    parts, salts, commits = events.commit(algorithm, text, closed)
    seq, secret, new_key = row["seq"] + 1, None, None
    if closed:
        held = row["wrapped"] and RecordKey.unwrap(row["id"], row["kek"], bytes(row["wrapped"]))
        key = held or RecordKey.new()
        secret = key.seal(row["id"], seq, closed)
        new_key = None if held else (key.kek, key.wrap(row["id"]))
    event = Event(
        district.id,
        row["id"],
        seq,
        table.number,
        act,
        events.body_digest(step, content),
        step,
        row["state"],
        actor.person,
        actor.post.id if actor.post else 0,
        actor.via,
        now,
        known_at,
        algorithm,
        district.rules.digests.get(("flow", table.ledger.name), b""),
        text,
        secret,
        salts,
        parts,
        commits,
        bytes(row["head"]),
    )
    standing = {"seq": seq, "known_at": known_at, "head": event.hash}
    standing |= {name: value for name, value in place.items() if value != row[name]}
    if hidden is not None:
        standing["hidden"] = hidden
    return writing.Change(
        table, event, False, standing, main, private, duty, place["unit"], row["code"], key=new_key, guards=guards,
        same_duty=same_duty,
    )  # fmt: skip
