"""Taking a record's content away for good, so that its chain still verifies.

Content goes from everywhere it was written: events (open, secret, salts), the record's key, the ledger, its history
and its private side, duties, search rows, notices, reasons for a showing, drafts of its forms, sheets that came back.
Headers and commitments stay; where a ledger's `keep` says `counts`, so do the values that figures are counted by. Each
erasure is a line in a file outside the database, which `restore` replays: a backup must not bring back what was erased.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from huying import installation
from huying.declare.keeping import COUNTED
from huying.engine import cell_standing, database, document_files, handed_files, photo_files, sealed_files
from huying.engine.database import Query
from huying.engine.packs import District
from huying.engine.schema import STANDING

COUNTS, NOTHING = "counts", "nothing"  # what remains of a record
FOLLOWED = ("duty", "share", "search_row", "notice", "track")  # tables of which its rows go


def erase(
    district: District, ledger: str, record: UUID, *, by: str, why: str, at: datetime, leaves: str = NOTHING
) -> None:
    """Erase one record. by, why: kept in the list of erasures, which names no content; leaves: as a ledger's `keep` says.

    Raises LookupError when the ledger has no such record.
    """
    erase_many(district, ledger, [record], by=by, why=why, at=at, leaves=leaves)


def erase_many(
    district: District,
    ledger: str,
    records: Sequence[UUID],
    *,
    by: str,
    why: str,
    at: datetime,
    leaves: str = NOTHING,
) -> None:
    """Erase records of one ledger, all or none; as `erase` otherwise."""
    number = district.tables[ledger].number
    with database.owning() as query:
        found = f"select id from l{number} where district = %s and id = any(%s) for update"
        there = {one for (one,) in query.tuples(found, [district.id, list(records)])}
        if lacking := [one for one in records if one not in there]:
            raise LookupError(f"{ledger} has no record {lacking[0]}")
        # what was merged into one says the same of the same: it goes with it
        every = [one for record in records for one in (record, *merged_into(query, district.id, record))]
        for record in every:
            said = {"district": district.id, "record": str(record), "by": by, "why": why, "at": at.isoformat()}
            _note(said if leaves == NOTHING else {**said, "leaves": leaves})
        for record in every:
            erase_rows(query, district.id, record, leaves)


def merged_into(query: Query, district: int, record: UUID) -> list[UUID]:
    """The records that were merged into one, and into those."""
    rows = query.tuples(
        "with recursive m(id, n) as (select record, 1 from merged where district = %s and survivor = %s union "
        "select g.record, n + 1 from m join merged g on g.district = %s and g.survivor = m.id where n < 50) select id from m",
        [district, record, district],
    )
    return [one for (one,) in rows]


def erase_rows(query: Query, district: int, record: UUID | str, leaves: str = NOTHING) -> None:
    """Empty every row that holds content of the record; the owner's transaction. leaves: `nothing`, or `counts`: then
    the rows keep what figures are counted by, and are still seen."""
    where = [district, record]
    photos, texts = photo_files.of_record(query, record), document_files.of_record(query, record)
    number = query.value("select ledger from event where district = %s and record = %s limit 1", where)
    if number is None:  # a backup older than the record
        return
    cell_standing.give_up(query, district, number)
    if query.value("select to_regclass(%s)::text", [f"hy.l{number}"]):  # a backup may hold events alone
        _empty_rows(query, number, where, leaves)
    query.run("update event set open = null, secret = null, salts = null where district = %s and record = %s", where)
    query.run("update record_key set wrapped = null where district = %s and record = %s", where)
    query.run("update precedent set words = '' where district = %s and record = %s", where)
    query.run("update access_log set why = '' where district = %s and record = %s", where)
    for table in FOLLOWED:
        query.run(f"delete from {table} where district = %s and record = %s", where)
    for table in ("subject_mark", "merged"):
        query.run(f"delete from {table} where district = %s and record = %s", where)
    for table in ("subject_pair", "subject_decision"):
        query.run(f"delete from {table} where district = %s and (one = %s or other = %s)", [district, record, record])
    query.run("delete from subject_state where district = %s", [district])  # it may have stood for others of its key
    # what it had a part in is computed anew, by the follower: which keys those were is no longer to be seen
    query.run("delete from derived_row where district = %s and records @> array[%s::uuid]", where)
    query.run("delete from derived_state where district = %s", [district])
    photo_files.forget(query, district, photos)
    document_files.forget(query, district, texts)
    # sheets on their way in or out may hold it too: whoever needs one hands it in again
    query.run("update import_run set told = '', rejects = null where district = %s", [district])
    query.run("update returned_run set told = '' where district = %s", [district])
    handed_files.forget(district)
    sealed_files.empty(f"imports/{district}")


def _empty_rows(query: Query, number: int, where: list[Any], leaves: str) -> None:
    """The record's own rows, its drafts and its private side."""
    hidden = "" if leaves == COUNTS else ", hidden = true"
    for name in (f"l{number}", f"l{number}_h"):
        emptied = "".join(f", {column} = null" for column in content_columns(query, number, name, leaves))
        query.run(f"update {name} set head = head{hidden}{emptied} where district = %s and id = %s", where)
    query.run(
        f"delete from draft d using ledger g, l{number} l where g.id = {number} and l.district = %s and l.id = %s "
        "and d.district = l.district and starts_with(d.form, '/ledgers/' || g.name || '/' || l.code || '/')",
        where,
    )
    query.run(f"delete from l{number}_p where district = %s and id = %s", where)


def content_columns(query: Query, number: int, name: str, leaves: str = NOTHING) -> list[str]:
    """The columns of a ledger's table, or of its history, that hold content to be taken away."""
    columns = query.tuples(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped and attname <> all(%s)",
        [f"hy.{name}", [*STANDING, "until"]],
    )
    kept: set[str] = set()
    if leaves == COUNTS:
        rows = query.tuples(
            "select col from ledger_column where ledger = %s and type = any(%s)", [number, list(COUNTED)]
        )
        kept = {column for (column,) in rows}
    return [column for (column,) in columns if column not in kept]


def _note(line: dict[str, object]) -> None:
    """One line in the list of erasures, on disk before anything is erased."""
    with installation.current_options().erasures_file.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
