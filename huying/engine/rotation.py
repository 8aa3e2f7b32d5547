"""Another key-encryption key and another index key, while everyone works; and whether indexes say what is so.

Values in events stay as they are: their records' keys are wrapped anew, and the indexes of secret fields are made anew
from the values. The keys before stay in the key file until the next rotation, for what is under way at this moment;
those before them go.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from uuid import UUID

from huying import installation, keys
from huying.engine import database, packs, sealed_files, secret_columns
from huying.engine.events import RecordKey

BATCH = 500


@dataclass(frozen=True)
class Rotated:
    """How many record keys and sealed files were wrapped anew, and how many records were indexed anew."""

    keys: int
    files: int
    indexed: int
    kek: int  # number of the key in use now


def rotate() -> Rotated:
    """Rotate both keys. When it is cut off, the key file holds all keys that are in use: run it again.

    Raises Trouble where a new index would show two records with one natural key.
    """
    path, held = installation.current_options().secret_file, installation.current_keys()
    kek, index = max(held.kek) + 1, max(held.index) + 1
    both = replace(
        held,
        kek={**held.kek, kek: secrets.token_bytes(32)},
        index={**held.index, index: secrets.token_bytes(32)},
    )
    keys.replace(path, both)
    wrapped, files, indexed = _wrap(kek), sealed_files.wrap_again(kek), _index()
    _derived_anew()
    wrapped += _wrap(kek)  # those of acts that were under way when the file changed
    kept = replace(
        both,
        kek={number: both.kek[number] for number in (kek, kek - 1) if number in both.kek},
        index={number: both.index[number] for number in (index, index - 1) if number in both.index},
    )
    keys.replace(path, kept)
    return Rotated(wrapped, files, indexed, kek)


def untrue(district: packs.District) -> list[tuple[str, str]]:
    """(ledger, code) of records whose row says something else of their secret fields than their events do."""
    found = []
    for name, table in district.tables.items():
        if table.secret:
            with database.owning() as query:
                for record in secret_columns.records(query, district.id, table.number):
                    if secret_columns.stale(query, district.id, table, record):
                        found.append((name, query.value(f"select code from {table.name} where id = %s", [record])))
    return found


def _wrap(kek: int) -> int:
    """Wrap every record's key by the key-encryption key of this number; how many were not."""
    count = 0
    while True:
        with database.owning() as query:
            rows = query.rows(
                "select district, record, kek, wrapped from record_key where kek < %s and wrapped is not null "
                "limit %s for update",
                [kek, BATCH],
            )
            query.run_many(
                "update record_key set kek = %s, wrapped = %s where district = %s and record = %s",
                [[kek, _wrapped(row, kek), row["district"], row["record"]] for row in rows],
            )
        count += len(rows)
        if len(rows) < BATCH:
            return count


def _wrapped(row: database.Row, kek: int) -> bytes:
    key = RecordKey.unwrap(row["record"], row["kek"], bytes(row["wrapped"]))
    return RecordKey(key.plain, kek).wrap(row["record"])


def _derived_anew() -> None:
    """Derived ledgers and marks of subjects are found by the former indexes: followers compute them whole by the new ones."""
    with database.owning() as query:
        query.run("delete from derived_state")
        query.run("delete from subject_state")


def _index() -> int:
    """Make the indexes of all secret fields anew; how many records have some."""
    count = 0
    for district in packs.districts():
        for table in packs.current(district["id"]).tables.values():
            if not table.secret:
                continue
            with database.owning() as query:
                found: list[UUID] = list(secret_columns.records(query, district["id"], table.number))
            for start in range(0, len(found), BATCH):
                with database.owning() as query:
                    for record in found[start : start + BATCH]:
                        secret_columns.rewrite(query, district["id"], table, record)
            count += len(found)
    return count
