"""Secret values: what the ledger keeps of them, how one is found by its exact value, and how one is read back.

A value lies encrypted in the event that set it, under the record's own key. The ledger has two columns for it: a mask,
and a blind index (8 bytes of an HMAC over the normal form), by which equal values are found and nothing else is.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from huying import installation
from huying.declare.kinds import Ledger
from huying.engine import events
from huying.engine.database import Query
from huying.engine.events import RecordKey

INDEX = 8  # bytes
HIDDEN = "•••"
_BETWEEN = re.compile(r"[\s\-()]+")
_ABROAD = re.compile(r"\+?86(?=1[3-9][0-9]{9}$)")
_SHOWN = re.compile(r"(first|last) ([0-9])")


@dataclass(frozen=True, eq=False)
class Secret:
    """A secret value as an act gives it, or as a ledger keeps it (then `plain` is None). Its text is its mask.

    Equal to a text, or to another secret value of its district, that has the same normal form.
    """

    district: int
    mask: str
    index: bytes
    plain: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return self.mask

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.index in indexes(self.district, other)
        if not isinstance(other, Secret) or other.district != self.district:
            return NotImplemented
        known, asked = (self, other) if self.plain is None else (other, self)
        return known.index in (indexes(asked.district, asked.plain) if asked.plain is not None else [asked.index])

    __hash__ = None  # type: ignore[assignment]  # two keys may index one value


def normal(text: str) -> str:
    """The form in which values are equal: no spaces, dashes or brackets, capital letters, no +86 before a mobile number."""
    return _ABROAD.sub("", _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper())


def indexes(district: int, text: str) -> list[bytes]:
    """The blind indexes that a value may be kept under, the one in use first: the key before stays until the next
    rotation."""
    message = f"{district}\n{normal(text)}".encode()
    keys = installation.current_keys().index
    return [events.keyed(keys[number], message)[:INDEX] for number in sorted(keys, reverse=True)]


def masked(mask: str, text: str) -> str:
    """What is shown of a value; nothing of one of which half would show.

    >>> masked("last 4", "13800138000"), masked("first 1 last 1", "44X"), masked("none", "44010620001231002X")
    ('•••8000', '•••', '•••')
    """
    shown = {side: int(count) for side, count in _SHOWN.findall(mask)}
    first, last = shown.get("first", 0), shown.get("last", 0)
    if 2 * (first + last) >= len(text):
        return HIDDEN
    return f"{text[:first]}{HIDDEN}{text[len(text) - last :]}"


def given(district: int, ledger: Ledger, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an act, its secret texts as Secret."""
    return {
        name: Secret(district, masked(ledger.fields[name].mask, value), indexes(district, value)[0], value)
        if name in ledger.secret and isinstance(value, str)
        else value
        for name, value in values.items()
    }


def kept(value: Secret | None) -> tuple[str | None, bytes | None]:
    """What the ledger's two columns hold of a value."""
    return (value.mask, value.index) if value is not None else (None, None)


def in_row(columns: Mapping[str, tuple[str, ...]], row: Mapping[str, Any]) -> dict[str, Secret | None]:
    """The secret values that a ledger's row tells of."""
    return {
        name: Secret(row["district"], row[mask], bytes(row[index])) if row[index] is not None else None
        for name, (mask, index) in columns.items()
    }


def plain(value: Any) -> Any:
    """The value itself: the text of a secret one."""
    return value.plain if isinstance(value, Secret) else value


def read(query: Query, district: int, record: UUID, names: Iterable[str]) -> dict[str, str | None]:
    """The secret values of a record as they stand, from the events that set them; those of an erased record are gone.

    query  a transaction of the district, by hy_writer or the owner
    """
    found: dict[str, str | None] = {}
    wanted = set(names)
    for _, values in reversed(history(query, district, record)):
        found |= {name: value for name, value in values.items() if name in wanted and name not in found}
    return found


def read_many(query: Query, district: int, records: Sequence[UUID], names: Iterable[str]) -> dict[UUID, dict[str, Any]]:
    """The same of many records, by one statement: record -> {name: value}."""
    wanted = set(names)
    if not wanted:
        return {}
    rows = query.rows(
        "select e.record, e.seq, e.secret, k.kek, k.wrapped from hy.event e join hy.record_key k on k.district = e.district "
        "and k.record = e.record where e.district = %s and e.record = any(%s) and e.secret is not null and k.wrapped is not null "
        "order by e.record, e.seq desc",
        [district, list(records)],
    )
    keys: dict[UUID, RecordKey] = {}
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        record = row["record"]
        if record not in keys:
            keys[record] = RecordKey.unwrap(record, row["kek"], bytes(row["wrapped"]))
        values, mine = keys[record].open(record, row["seq"], bytes(row["secret"])), found.setdefault(record, {})
        mine |= {name: json.loads(text) for name, text in values.items() if name in wanted and name not in mine}
    return found


def history(query: Query, district: int, record: UUID) -> list[tuple[int, dict[str, Any]]]:
    """(seq, {name: value}) of every event of a record that holds encrypted values, oldest first."""
    rows = query.rows(
        "select e.seq, e.secret, k.kek, k.wrapped from hy.event e join hy.record_key k on k.district = e.district "
        "and k.record = e.record where e.district = %s and e.record = %s and e.secret is not null and k.wrapped is not null "
        "order by e.seq",
        [district, record],
    )
    if not rows:
        return []
    key = RecordKey.unwrap(record, rows[0]["kek"], bytes(rows[0]["wrapped"]))
    return [
        (
            row["seq"],
            {name: json.loads(text) for name, text in key.open(record, row["seq"], bytes(row["secret"])).items()},
        )
        for row in rows
    ]
