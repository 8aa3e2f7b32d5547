"""Records whose time is over: which they are, taking them away for good, and proving that they are gone.

A ledger's `keep` says how long. Nothing goes that somebody must still act on, that its `held` names, or that a person
keeps back with a reason. What goes is erased as any record is (erasure.py): its chain still verifies. Each run leaves a
certificate outside the database, signed with the installation's key, that names every record by id and last hash and no
content; `faults` looks whether anything of them is still there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature

from huying import installation
from huying.declare.compile import to_sql
from huying.declare.expressions import Expression
from huying.declare.kinds import Keep, Ledger
from huying.engine import database, erasure, events, seals, secret_values
from huying.engine.database import Query
from huying.engine.packs import District
from huying.engine.schema import Table

BATCH = 200  # records of one transaction
LONGEST = 200  # characters of a reason


@dataclass(frozen=True)
class Due:
    """A record whose time is over. day: that from which it was counted; held: why it stays all the same; empty where it goes."""

    ledger: str
    record: UUID
    code: str
    day: date
    held: str = ""


def due(district: District, on: date | None = None, ledger: str = "") -> list[Due]:
    """Every record whose time is over on a day (None: today), by ledger and code; of one ledger where it is named."""
    found: list[Due] = []
    for name, declared in sorted(district.rules.ledgers.items()):
        if declared.keep is not None and ledger in ("", name):
            found += _due(district, district.tables[name], declared.keep, on or district.today())
    return found


def _due(district: District, table: Table, keep: Keep, on: date) -> list[Due]:
    over, params = _sql(district, table, keep.over, on)
    day, _ = _day(district, table, keep.after)
    held, more = _sql(district, table, keep.held, on) if keep.held else ("false", [])
    waits = "exists (select from hy.duty d where d.district = l.district and d.record = l.id)"
    same = "hy.survivor(h.district, h.record) = hy.survivor(l.district, l.id)"  # it, or one that was made one with it
    why = f"select h.why from hy.hold h where h.district = l.district and h.lifted_at is null and {same} order by h.at limit 1"
    entered = "exists (select from hy.event e where e.district = l.district and e.record = l.id and e.open is not null)"
    statement = (
        f"select l.id, l.code, {day} as day, ({why}) as why, {waits} as waits, ({held}) is true as held from {table.name} l "
        f"where l.district = %s and ({over}) and {entered} order by l.code"
    )
    with database.writing(district.id) as query:
        rows = query.rows(statement, [*more, district.id, *params])
    return [Due(table.ledger.name, row["id"], row["code"], row["day"], _held(row)) for row in rows]


def _held(row: Mapping[str, Any]) -> str:
    if row["why"]:
        return row["why"]
    if row["waits"]:
        return "还有人要办 | Somebody must still act on it"
    return "$ledger规定的情形仍在 | What the $ledger names still holds" if row["held"] else ""


def _sql(district: District, table: Table, expression: Expression, on: date) -> tuple[str, list[Any]]:
    indexes = partial(secret_values.indexes, district.id)
    return to_sql(expression, lambda name: f"l.{table.column(name)}", on, str(district.calendar.tz), indexes)


def _day(district: District, table: Table, name: str) -> tuple[str, list[Any]]:
    """A day of the record as SQL: a field of that type, or the day of a time."""
    if name in table.columns:
        return f"l.{table.column(name)}", []
    return f"(l.{table.column(f'{name[:-3]}_at')} at time zone '{district.calendar.tz}')::date", []


def hold(district: District, ledger: str, record: UUID, *, by: str, why: str) -> None:
    """Keep a record back, whatever its time. Raises ValueError (`中文 | English`) without a reason, or where it is kept back already."""
    if not 2 <= len(reason := " ".join(why.split())) <= LONGEST:
        raise ValueError(f"请写明为什么要留（2–{LONGEST} 字） | Say why it is kept back (2 to {LONGEST} characters)")
    with database.writing(district.id) as query:
        done = query.run(
            "insert into hy.hold (district, ledger, record, why, by, at) values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
            [district.id, district.tables[ledger].number, record, reason, by, district.now()],
        )
    if not done:
        raise ValueError("这条已经留着了 | It is kept back already")


def lift(district: District, record: UUID, *, by: str) -> None:
    """Let its time run again. Raises LookupError where it is not kept back."""
    statement = (
        "update hy.hold set lifted_by = %s, lifted_at = %s where district = %s and record = %s and lifted_at is null"
    )
    with database.writing(district.id) as query:
        if not query.run(statement, [by, district.now(), district.id, record]):
            raise LookupError(f"{record} is not held")


@dataclass(frozen=True)
class Held:
    """A record that a person keeps back. by: who, as they sign in."""

    ledger: str
    record: UUID
    code: str
    why: str
    by: str
    at: datetime


def holds(district: District) -> list[Held]:
    """Every record that is kept back by hand now, the latest first."""
    found: list[Held] = []
    with database.writing(district.id) as query:
        for name, table in district.tables.items():
            found += [
                Held(name, *row)
                for row in query.tuples(
                    f"select h.record, l.code, h.why, h.by, h.at from hy.hold h join {table.name} l on l.district = h.district and l.id = h.record "
                    "where h.district = %s and h.ledger = %s and h.lifted_at is null",
                    [district.id, table.number],
                )
            ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def run(district: District, *, by: str, ledger: str = "") -> Path | None:
    """Take away every record whose time is over and that nothing holds; the certificate, None where there was nothing to do."""
    at, listed = district.now(), due(district, ledger=ledger)
    going = [one for one in listed if not one.held]
    if not going:
        return None
    lines = [
        line for name in dict.fromkeys(one.ledger for one in going) for line in _take(district, name, going, by, at)
    ]
    return _certify(district, by, at, lines, [one for one in listed if one.held])


def _take(district: District, name: str, going: Sequence[Due], by: str, at: datetime) -> list[dict[str, Any]]:
    """Erase one ledger's, a batch a transaction; a line of the certificate each."""
    declared = district.rules.ledgers[name]
    mine = [one.record for one in going if one.ledger == name]
    why = f"保存期满：{declared.keep.length} {declared.keep.unit}，{declared.keep.basis}"
    for start in range(0, len(mine), BATCH):
        erasure.erase_many(
            district, name, mine[start : start + BATCH], by=by, why=why, at=at, leaves=declared.keep.leaves
        )
    with database.owning() as query:
        rows = query.tuples(
            "select record, count(*), (array_agg(hash order by seq desc))[1] from event where district = %s and record = any(%s) "
            "group by record order by record",
            [district.id, mine],
        )
    return [
        {"ledger": name, "record": str(record), "events": count, "last": bytes(last).hex()}
        for record, count, last in rows
    ]


def _certify(district: District, by: str, at: datetime, lines: list[dict[str, Any]], held: Sequence[Due]) -> Path:
    names = sorted({line["ledger"] for line in lines})
    body = {
        "district": district.id,
        "name": district.name,
        "at": at,
        "by": by,
        "rules": {name: _rule(district.rules.ledgers[name]) for name in names},
        "digests": {name: district.rules.digests[("ledger", name)].hex() for name in names},
        "counts": dict(Counter(line["ledger"] for line in lines)),
        "held": [{"ledger": one.ledger, "code": one.code, "why": one.held} for one in held],
        "records": lines,
    }
    text = events.canonical(body)
    path = folder() / f"{district.name}-{at:%Y%m%dT%H%M%S%f}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    signed = {"certificate": text, "signature": seals.signing_key().sign(text.encode()).hex()}
    path.write_text(json.dumps(signed, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _rule(ledger: Ledger) -> dict[str, Any]:
    keep = ledger.keep
    return {"for": f"{keep.length} {keep.unit}", "after": keep.after, "basis": keep.basis, "leaves": keep.leaves}


def folder() -> Path:
    """Where certificates lie: beside the list of erasures."""
    return installation.current_options().erasures_file.with_suffix(".certificates")


def opened(path: Path) -> dict[str, Any]:
    """What a certificate says. Raises ValueError (`中文 | English`) where it is none of this installation's, or was changed."""
    try:
        signed = json.loads(path.read_text(encoding="utf-8"))
        seals.signing_key().public_key().verify(bytes.fromhex(signed["signature"]), signed["certificate"].encode())
        return json.loads(signed["certificate"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        raise ValueError(
            "这不是本系统开出的销毁证明，或者被改过 | This certificate is not of this installation, or was changed"
        ) from None


def faults(said: Mapping[str, Any]) -> list[str]:
    """Whatever is still there of the records that a certificate names, `中文 | English`; empty where nothing is."""
    found: list[str] = []
    with database.owning() as query:
        numbers = dict(query.tuples("select name, id from ledger"))
        for line in said["records"]:
            leaves = said["rules"][line["ledger"]]["leaves"]
            left = list(_left(query, said["district"], numbers[line["ledger"]], line, leaves))
            found += [f"{line['ledger']} {line['record']}：{one}" for one in left]
    return found


def _left(query: Query, district: int, number: int, line: Mapping[str, Any], leaves: str) -> Iterable[str]:
    where = [district, line["record"]]
    row = query.row(
        "select count(*) as events, count(open) + count(secret) + count(salts) as content, (array_agg(hash order by seq desc))[1] as last "
        "from event where district = %s and record = %s",
        where,
    )
    if row["content"]:
        yield "经过里还有内容 | its events still hold content"
    if row["events"] != line["events"] or bytes(row["last"] or b"").hex() != line["last"]:
        yield "经过与证明不符 | its events are not those of the certificate"
    if query.value("select count(wrapped) from record_key where district = %s and record = %s", where):
        yield "密钥还在 | its key is still there"
    for name in (f"l{number}", f"l{number}_h"):
        columns = erasure.content_columns(query, number, name, leaves)
        filled = " or ".join(f"{column} is not null" for column in columns) or "false"
        if query.value(f"select exists (select from {name} where district = %s and id = %s and ({filled}))", where):
            yield f"{name} 里还有内容 | {name} still holds content"
    for name, key in ((f"l{number}_p", "id"), *((table, "record") for table in erasure.FOLLOWED)):
        if query.value(f"select exists (select from {name} where district = %s and {key} = %s)", where):
            yield f"{name} 里还有 | {name} still has it"
