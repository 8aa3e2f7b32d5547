"""Keeping derived ledgers up to what was done: only the keys that an event touches are computed anew.

Which keys those are follows from the versions of the record that the event belongs to: for a ground its values of
`by`, before and after; for a record that is looked up, the keys of the grounds that look for its values. A ledger that
was declared anew, or reads another declaration than it was computed by, is computed whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from huying.declare.derived import Derived, Match
from huying.engine import database, following
from huying.engine.database import Query
from huying.engine.derived_rows import Row, compute
from huying.engine.derived_versions import column, key_column, key_text
from huying.engine.packs import District
from huying.engine.schema import Table

NAME = "derived"
EVENTS = 500  # of one batch
KEYS = 1000  # computed in one go
Progress = Callable[[str, int, int], None]


def follow(district: District) -> bool:
    """One batch of events, written and advanced in one transaction; whether there was anything to do."""
    if not district.rules.derived:
        return False
    rebuilt = rebuild_stale(district)
    with database.writing(district.id) as query:
        batch = following.next_batch(query, district.id, NAME, EVENTS)
        if not batch.rows:
            return bool(rebuilt)
        for name in sorted(district.rules.derived):
            derived = district.rules.derived[name]
            _lock(query, district, name)
            _renew(query, district, derived, _touched(query, district, derived, batch.rows))
        following.advance(query, district.id, NAME, batch)
    return True


def rebuild_stale(district: District, progress: Progress = lambda name, done, total: None) -> list[str]:
    """Compute whole what was never computed, or by another declaration. Returns the names of what was."""
    with database.writing(district.id) as query:
        standing = dict(query.tuples("select derived, digest from hy.derived_state where district = %s", [district.id]))
    wanted = {name: digest_of(district, derived) for name, derived in district.rules.derived.items()}
    stale = [name for name, digest in sorted(wanted.items()) if bytes(standing.get(name, b"")) != digest]
    for name in stale:
        rebuild(district, name, lambda done, total, name=name: progress(name, done, total))
    if gone := sorted(standing.keys() - wanted.keys()):
        with database.writing(district.id) as query:
            for table in ("derived_row", "derived_state"):
                query.run(f"delete from hy.{table} where district = %s and derived = any(%s)", [district.id, gone])
    return stale


def rebuild(district: District, name: str, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Compute one derived ledger whole, in one transaction: readers see the former rows until it is done."""
    derived = district.rules.derived[name]
    with database.writing(district.id) as query:
        _lock(query, district, name)
        following.begin_at_end(query, district.id, NAME)
        query.run("delete from hy.derived_row where district = %s and derived = %s", [district.id, name])
        keys = every_key(query, district, derived)
        for start in range(0, len(keys), KEYS):
            _insert(query, district, name, compute(query, district, derived, keys[start : start + KEYS]))
            progress(min(start + KEYS, len(keys)), len(keys))
        query.run(
            "insert into hy.derived_state (district, derived, digest, built_at) values (%s, %s, %s, %s) "
            "on conflict (district, derived) do update set digest = excluded.digest, built_at = excluded.built_at",
            [district.id, name, digest_of(district, derived), district.now()],
        )


def digest_of(district: District, derived: Derived) -> bytes:
    """Of everything by which the rows are computed: its declaration, and those of the ledgers that it reads."""
    parts = [district.rules.digests["derived", derived.name]]
    parts += [district.rules.digests["ledger", name] for name in derived.ledgers]
    parts += [digest for (kind, _), digest in sorted(district.rules.digests.items()) if kind == "codes"]
    return hashlib.sha256(b"".join(parts)).digest()


def every_key(query: Query, district: District, derived: Derived) -> list[Any]:
    """All values of `by` that any version of a ground's record has."""
    found: dict[Any, None] = {}
    for name in derived.of:
        table = district.tables[name]
        found |= dict.fromkeys(_keys(query, district, derived, table, "true", []))
    return sorted(found, key=key_text)


def _touched(query: Query, district: District, derived: Derived, events: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The keys that the records of some events have a part in, or had."""
    by_number: dict[int, set[UUID]] = {}
    for event in events:
        by_number.setdefault(event["ledger"], set()).add(event["record"])
    found: dict[Any, None] = {}
    for name in derived.ledgers:
        table = district.tables[name]
        if not (ids := by_number.get(table.number)):
            continue
        if name in derived.of:
            found |= dict.fromkeys(_keys(query, district, derived, table, "id = any(%s)", [list(ids)]))
        for match in derived.matches:
            if match.of == name:
                found |= dict.fromkeys(_looking(query, district, derived, match, table, ids))
    return sorted(found, key=key_text)


def _looking(
    query: Query, district: District, derived: Derived, match: Match, table: Table, ids: Iterable[UUID]
) -> Iterable[Any]:
    """The keys of the grounds that look for the values which these records have, or had."""
    theirs, ours = match.on[0]
    there = column(table, theirs)
    values = _distinct(query, district, table, there, "id = any(%s)", [list(ids)])
    for name in derived.of if values else ():
        of = district.tables[name]
        yield from _keys(query, district, derived, of, f"{column(of, ours)} = any(%s)", [values])


def _keys(query: Query, district: District, derived: Derived, table: Table, among: str, params: list[Any]) -> list[Any]:
    return _distinct(query, district, table, key_column(derived, table), among, params)


def _distinct(query: Query, district: District, table: Table, name: str, among: str, params: list[Any]) -> list[Any]:
    """The values of a column in all versions of some records."""
    chosen = f"select {name} as value from {{}} where district = %s and not hidden and {name} is not null and {among}"
    rows = query.tuples(
        f"{chosen.format(table.name)} union {chosen.format(table.name + '_h')}", [district.id, *params] * 2
    )
    return [value for (value,) in rows]


def _lock(query: Query, district: District, name: str) -> None:
    """One writer at a time for each derived ledger: `apply` may compute it whole while the follower runs."""
    query.run("select pg_advisory_xact_lock(%s, hashtext(%s))", [district.id, name])


def _renew(query: Query, district: District, derived: Derived, keys: Sequence[Any]) -> None:
    for start in range(0, len(keys), KEYS):
        some = keys[start : start + KEYS]
        query.run(
            "delete from hy.derived_row where district = %s and derived = %s and key = any(%s)",
            [district.id, derived.name, [key_text(key) for key in some]],
        )
        _insert(query, district, derived.name, compute(query, district, derived, some))


def _insert(query: Query, district: District, name: str, rows: Sequence[Row]) -> None:
    query.run_many(
        "insert into hy.derived_row (district, derived, key, from_day, to_day, known_at, until, units, offices, records, shown, reasons) "
        "values (%s, %s, %s, %s, %s, %s, coalesce(%s, 'infinity'::timestamptz), %s, %s, %s, %s::jsonb, %s::jsonb)",
        [
            [
                district.id,
                name,
                row.key,
                row.from_day,
                row.to_day,
                row.known_at,
                row.until,
                list(row.units),
                list(row.offices),
                list(row.records),
                _text(row.shown),
                _text(row.reasons),
            ]
            for row in rows
        ],
    )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
