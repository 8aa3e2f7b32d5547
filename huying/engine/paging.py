"""The order of a list and the places in it, so that a far page costs what a near one does.

Records stand in the order of one value, then of the moment at which they were registered, then of their id; those that lack
the value come last, either way. A page begins behind a place or ends before one, and a list is read from its end too. The
indexes that answer this are made by list_indexes.py for ledgers that are large.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from huying.engine import sealed
from huying.engine.schema import SQL_TYPES, STANDING, Table

LEADING = 200  # characters of a long text by which it is sorted
SHORT = 500  # characters of a text that an index can hold whole
_SHARED = "array(select office from hy.share s where s.district = l.district and s.record = l.id) as shared"
_OPENED, _ID = ("l.opened_at", "timestamptz"), ("l.id", "uuid")


@dataclass(frozen=True)
class Place:
    """Where a record stands in an order. part: 0 among those that have the value, 1 among those that lack it; keys: what it
    is ordered by there, as PostgreSQL reads it (a list for one of several)."""

    part: int
    keys: tuple[Any, ...]


def key_of(table: Table, name: str) -> tuple[str, str]:
    """(SQL over `l` of what a list is sorted by under this name, its type)."""
    column = table.column(name)
    if name in STANDING:
        return f"l.{column}", STANDING[name].removesuffix(" not null")
    field = table.ledger.fields.get(name)
    if field is None:
        return f"l.{column}", "float8"  # half of a point
    if field.mask:
        return f"l.{column}", "bytea"
    kind = SQL_TYPES.get(field.type, "float8")
    if field.type == "text" and field.schema.get("maxLength", SHORT + 1) > SHORT:
        return f"left(l.{column}, {LEADING})", kind
    return f"l.{column}", kind


@dataclass(frozen=True)
class Order:
    """How a list is sorted. table: the ledger's; sort: a name that the table has a column for."""

    table: Table
    sort: str
    descending: bool

    def page(
        self,
        found: tuple[str, Sequence[Any]],
        limit: int,
        offset: int = 0,
        at: Place | None = None,
        back: bool = False,
    ) -> tuple[str, list[Any]]:
        """SQL of a page and its parameters. Its rows have `at_part` and `at_value`, of which `place` makes their place.

        found   `from … where …` over `l`, and its parameters
        at      the page begins behind this place, or, with back, ends before it: its rows then come last first
        back    with no place: the end of the list, last first
        """
        (value, kind), parts = key_of(self.table, self.sort), self._parts()
        way = "desc" if self.descending != back else "asc"
        own, rows, several = _own(self.table), limit + 1, len(parts) > 1
        statements, params = [], []
        for part, (condition, keys) in enumerate(parts):
            if at and (part > at.part if back else part < at.part):
                continue
            where, more = [condition] if condition else [], []
            if at and part == at.part:
                where.append(
                    f"({', '.join(key for key, _ in keys)}) {'<' if way == 'desc' else '>'} "
                    f"({', '.join(f'%s::{_cast(kind)}' for _, kind in keys)})"
                )
                more = list(at.keys)
            told = value if not several or part == 0 else f"null::{kind}"
            statements.append(
                f"(select {own}, {part} as at_part, {told} as at_value {' and '.join([found[0], *where])} "
                f"order by {', '.join(f'{key} {way}' for key, _ in keys)} "
                + (f"limit {rows + offset})" if several else f"limit {rows} offset {offset})")
            )
            params += [*found[1], *more]
        outer = f"at_part {'desc' if back else 'asc'}, at_value {way}, l.opened_at {way}, l.id {way}"
        return (
            f"select {own}, {_SHARED}, at_part, at_value from ({' union all '.join(statements)}) l "
            f"order by {outer} limit {rows} offset {offset if several else 0}",
            params,
        )

    def place(self, row: Mapping[str, Any]) -> Place:
        """Where a row of a page stands."""
        part = row["at_part"]
        known = {"l.opened_at": row["opened_at"], "l.id": row["id"]}
        keys = self._parts()[part][1]
        return Place(part, tuple(_text(known.get(key, row["at_value"])) for key, _ in keys))

    def _parts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """(condition, what orders them) of those that have the value, then of those that lack it."""
        key = key_of(self.table, self.sort)
        ties = [one for one in (_OPENED, _ID) if one[0] != key[0]] if key != _ID else []
        keys = [(key[0], key[1]), *ties]
        if STANDING.get(self.sort, "").endswith("not null"):
            return [("", keys)]
        return [(f"{key[0]} is not null", keys), (f"{key[0]} is null", ties)]


def read_columns(table: Table) -> str:
    """What is read of `l`: every open column, and the offices that a record is shared with."""
    return f"{_own(table)}, {_SHARED}"


def token(place: Place, of: str) -> str:
    """The place as an address carries it: sealed, for it holds a value. of: the list and its order."""
    said = json.dumps([place.part, *place.keys]).encode()
    return base64.urlsafe_b64encode(sealed.seal(said, f"place {of}")).decode()


def opened(text: str, of: str) -> Place | None:
    """The place of a token; None for what is none of this list in this order."""
    try:
        said = sealed.unseal(base64.urlsafe_b64decode(text.encode("ascii", "replace")), f"place {of}")
    except (binascii.Error, ValueError):
        return None
    if said is None:
        return None
    part, *keys = json.loads(said)
    return Place(part, tuple(keys))


def _own(table: Table) -> str:
    return ", ".join(f"l.{c}" for c in table.all_columns)


def _cast(kind: str) -> str:
    return kind.removesuffix(' collate "C"')


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return f"\\x{bytes(value).hex()}"
    return value if isinstance(value, list) else str(value)
