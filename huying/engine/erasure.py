"""Taking a record's content away for good, so that its chain still verifies.

Content goes from everywhere it was written: events (open, secret, salts), the record's key, the ledger, its history
and its private side, duties, search rows, notices, reasons for a showing, drafts of its forms, sheets that came back. Headers and commitments
stay. Each erasure is a line in a file outside the database, which `restore` replays: a backup must not bring back what
was erased.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from uuid import UUID

from huying import installation
from huying.engine import database, document_files, photo_files, returned_files, sealed_files
from huying.engine.database import Query
from huying.engine.packs import District
from huying.engine.schema import STANDING


def erase(district: District, ledger: str, record: UUID, *, by: str, why: str, at: datetime) -> None:
    """Erase one record. by, why: kept in the list of erasures, which names no content.

    Raises LookupError when the ledger has no such record.
    """
    number = district.tables[ledger].number
    with database.owning() as query:
        if query.value(f"select 1 from l{number} where district = %s and id = %s", [district.id, record]) is None:
            raise LookupError(f"{ledger} has no record {record}")
        _note({"district": district.id, "record": str(record), "by": by, "why": why, "at": at.isoformat()})
        erase_rows(query, district.id, record)


def erase_rows(query: Query, district: int, record: UUID | str) -> None:
    """Empty every row that holds content of the record; the owner's transaction."""
    where = [district, record]
    photos, texts = photo_files.of_record(query, record), document_files.of_record(query, record)
    for table in query.tuples("select id from ledger order by id"):
        for name in (f"l{table[0]}", f"l{table[0]}_h"):
            columns = [
                c
                for (c,) in query.tuples(
                    "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped and attname <> all(%s)",
                    [f"hy.{name}", [*STANDING, "until"]],
                )
            ]
            emptied = "".join(f", {column} = null" for column in columns)
            query.run(f"update {name} set hidden = true{emptied} where district = %s and id = %s", where)
        query.run(
            f"delete from draft d using ledger g, l{table[0]} l where g.id = {table[0]} and l.district = %s and l.id = %s "
            "and d.district = l.district and starts_with(d.form, '/ledgers/' || g.name || '/' || l.code || '/')",
            where,
        )
        query.run(f"delete from l{table[0]}_p where district = %s and id = %s", where)
    query.run("update event set open = null, secret = null, salts = null where district = %s and record = %s", where)
    query.run("update record_key set wrapped = null where district = %s and record = %s", where)
    query.run("update precedent set words = '' where district = %s and record = %s", where)
    query.run("update upgraded set why = '' where district = %s and record = %s", where)
    query.run("update access_log set why = '' where district = %s and record = %s", where)
    for table in ("duty", "share", "search_row", "notice", "track"):
        query.run(f"delete from {table} where district = %s and record = %s", where)
    # what it had a part in is computed anew, by the follower: which keys those were is no longer to be seen
    query.run("delete from derived_row where district = %s and records @> array[%s::uuid]", where)
    query.run("delete from derived_state where district = %s", [district])
    photo_files.forget(query, district, photos)
    document_files.forget(query, district, texts)
    # sheets on their way in or out may hold it too: whoever needs one hands it in again
    query.run("update import_run set told = '', rejects = null where district = %s", [district])
    returned_files.forget(district)
    for folder in ("imports", "sheets"):
        sealed_files.empty(f"{folder}/{district}")


def _note(line: dict[str, object]) -> None:
    """One line in the list of erasures, on disk before anything is erased."""
    with installation.current_options().erasures_file.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
