"""Private and secret values shown on purpose: the one way to them, for pages and API alike, and who went it.

Each showing says who, when and why before anything is read. It stands in the record's history for all who see it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from huying.engine import access, database, records, secret_values
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record
from huying.engine.schema import Table
from huying.engine.values import clean_text

SHORTEST, LONGEST = 2, 200  # characters of a reason
_LOG = "insert into hy.access_log (district, person, post, ledger, record, fields, why, at) values (%s, %s, %s, %s, %s, %s, %s, %s)"


class NoReason(ValueError):
    """A showing without a reason that says something. Its text is `中文 | English`."""


@dataclass(frozen=True)
class Look:
    """One showing. fields: names; why: empty once the record was erased."""

    person: int
    post: int
    fields: tuple[str, ...]
    why: str
    at: datetime


def unmask(district: District, actor: Actor, record: Record, why: str) -> dict[str, Any]:
    """Field -> value of what the actor may have shown of the record as it stands.

    Raises access.Refused when that is nothing, NoReason when `why` says nothing.
    """
    if not record.unmaskable:
        raise access.Refused(
            "诉求人要求保密或不在您的权限内 | The caller asked for secrecy, or this is not for your $post"
        )
    reason = _reason(why)
    table, post = district.tables[record.ledger.name], actor.post.id if actor.post else 0
    database.direct().run(
        _LOG,
        [district.id, actor.person, post, table.number, record.id, " ".join(record.unmaskable), reason, district.now()],
    )
    values = {**_private(district, table, record), **_secret(district, table, record)}
    return {name: values.get(name) for name in record.unmaskable}


def unmask_all(
    district: District, actor: Actor, found: Sequence[Record], names: Collection[str], why: str
) -> dict[UUID, dict[str, Any]]:
    """Record -> field -> value of those of `names` that the actor may have shown, of many records of one ledger at once.

    Each record's showing is logged, with these fields alone. Raises NoReason when `why` says nothing.
    """
    shown = [(one, [n for n in one.unmaskable if n in names]) for one in found]
    shown = [(one, mine) for one, mine in shown if mine]
    if not shown:
        return {}
    reason, table, post = _reason(why), district.tables[found[0].ledger.name], actor.post.id if actor.post else 0
    database.direct().run_many(
        _LOG,
        [
            [district.id, actor.person, post, table.number, one.id, " ".join(mine), reason, district.now()]
            for one, mine in shown
        ],
    )
    ids = [one.id for one, _ in shown]
    columns = {name: table.private[name][0] for name in names if name in table.private}
    private: dict[UUID, dict[str, Any]] = {}
    if columns:
        with database.writing(district.id, "hy_private") as query:
            rows = query.rows(
                f"select id, {', '.join(columns.values())} from {table.name}_p where district = %s and id = any(%s)",
                [district.id, ids],
            )
        private = {row["id"]: {name: row[column] for name, column in columns.items()} for row in rows}
    with database.writing(district.id) as query:
        secret = secret_values.read_many(query, district.id, ids, [name for name in names if name in table.secret])
    return {
        one.id: {name: {**private.get(one.id, {}), **secret.get(one.id, {})}.get(name) for name in mine}
        for one, mine in shown
    }


def _reason(why: str) -> str:
    reason = " ".join((clean_text(why) or "").split())
    if not SHORTEST <= len(reason) <= LONGEST:
        raise NoReason(
            f"请写明为什么要看（{SHORTEST}–{LONGEST} 字） | Say why you need to see it ({SHORTEST} to {LONGEST} characters)"
        )
    return reason


def looks(district: District, record: Record) -> list[Look]:
    """Every showing of the record's values, oldest first."""
    rows = database.direct().rows(
        "select person, post, fields, why, at from hy.access_log where district = %s and record = %s order by at, id",
        [district.id, record.id],
    )
    return [Look(**{**row, "fields": tuple(row["fields"].split())}) for row in rows]


def _private(district: District, table: Table, record: Record) -> dict[str, Any]:
    names = {name: table.private[name][0] for name in record.unmaskable if name in table.private}
    if not names:
        return {}
    with database.writing(district.id, "hy_private") as query:
        row = query.row(
            f"select {', '.join(names.values())} from {table.name}_p where district = %s and id = %s",
            [district.id, record.id],
        )
    return {name: row[column] for name, column in names.items()} if row else {}


def _secret(district: District, table: Table, record: Record) -> dict[str, Any]:
    names = [name for name in record.unmaskable if name in table.secret]
    if not names:
        return {}
    with database.writing(district.id) as query:
        return secret_values.read(query, district.id, record.id, names)


@dataclass(frozen=True)
class Shown(Look):
    """A showing with whose it was: name and title as they are now, the ledger, the record's code."""

    name: str = ""
    title: str = ""
    ledger: str = ""
    code: str = ""


def register(
    district: District, actor: Actor, *, who: str = "", code: str = "", offset: int = 0, limit: int = 50
) -> tuple[list[Shown], bool]:
    """(every showing of the district, the latest first; whether others follow), for an auditor.

    who   a part of the person's name or login; code: of the record, whole
    Raises access.Refused for anyone else.
    """
    if not actor.may("audit"):
        raise access.Refused("查看记录只给审计员看 | Only an auditor sees who looked at what")
    names = {table.number: name for name, table in district.tables.items()}
    conditions, params = ["a.district = %s"], [district.id]
    if who:
        conditions.append("(strpos(p.name, %s) > 0 or strpos(p.login, %s) > 0)")
        params += [who, who]
    if code:
        conditions.append("a.record = any(%s)")
        params.append([one for name in names.values() if (one := records.find_id(district, name, code))])
    rows = database.direct().rows(
        "select a.person, a.post, a.fields, a.why, a.at, a.ledger, a.record, coalesce(p.name, '') as name, coalesce(t.title, '') as title "
        "from hy.access_log a left join public.engine_person p on p.district = a.district and p.id = a.person "
        f"left join hy.post t on t.district = a.district and t.id = a.post where {' and '.join(conditions)} "
        f"order by a.id desc limit {int(limit) + 1} offset {int(offset)}",
        params,
    )
    codes = _codes(district, names, rows[:limit])
    shown = [
        Shown(
            row["person"],
            row["post"],
            tuple(row["fields"].split()),
            row["why"],
            row["at"],
            row["name"],
            row["title"],
            names.get(row["ledger"], ""),
            codes.get(row["record"], ""),
        )
        for row in rows[:limit]
    ]
    return shown, len(rows) > limit


def _codes(district: District, names: dict[int, str], rows: Sequence[dict[str, Any]]) -> dict[UUID, str]:
    """record -> its code, one statement a ledger."""
    wanted: dict[int, list[UUID]] = {}
    for row in rows:
        if row["ledger"] in names:
            wanted.setdefault(row["ledger"], []).append(row["record"])
    statements = [
        (f"select id, code from hy.l{number} where district = %s and id = any(%s)", [district.id, ids])
        for number, ids in wanted.items()
    ]
    found = database.together(district.id, statements) if statements else []
    return {row["id"]: row["code"] for some in found for row in some}
