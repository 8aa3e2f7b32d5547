"""The texts of many acts: what their events say as canonical JSON, and their rows as COPY takes them.

Made by joining, since every row of a batch has the same shape; the shape itself comes from `events.canonical`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from typing import Any
from uuid import UUID

from huying.declare import identity
from huying.engine import events, secret_values
from huying.engine.schema import Table

quoted = json.encoder.encode_basestring  # JSON of a text, in C
NULL = "\\N"
_PLAIN = re.compile(r"[^\\\n\t\r]*")


# What the values of one act say: (canonical JSON of what was asked, of what stands open, name -> canonical JSON of what
# is hidden, COPY text of the fields' columns and before it a bit for each field that was touched, in order of name).
Told = tuple[str, str, Mapping[str, str], str]


class Teller:
    """What the values of acts of one step on one ledger say, column by column for rows that fill the same fields."""

    def __init__(self, district: int, table: Table, step: str):
        self.district, self.table, self.ledger, self.step = district, table, table.ledger, step
        self.fields = [name for name in sorted(self.ledger.fields) if name != "unit"]
        self.nulls = {name: "\t".join([NULL] * len(self._columns(name))) for name in self.fields}

    def tell(self, many: Sequence[Mapping[str, Any]]) -> list[Told]:
        """For each act's clean values what it says, derived values with them."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for place, values in enumerate(many):
            groups.setdefault(tuple(values), []).append(place)
        found: list[Any] = [None] * len(many)
        for names, places in groups.items():
            for place, told in zip(places, self._alike([many[place] for place in places], names), strict=True):
                found[place] = told
        return found

    def _alike(self, many: Sequence[Mapping[str, Any]], given: Sequence[str]) -> Iterator[Told]:
        columns = {name: [values[name] for values in many] for name in given if name in self.ledger.fields}
        said = sorted(columns)
        for target, (what, source) in self.ledger.derive.items():
            if source in columns:
                columns[target] = [identity.DERIVED[what](value) for value in columns[source]]
        told = {name: column_texts(values) for name, values in columns.items()}
        bodies = _objects({name: told[name][0] for name in said}, len(many), f"[{quoted(self.step)},", "]")
        opened = _objects(
            {n: told[n][0] for n in sorted(told) if n != "unit" and n not in self.ledger.masked}, len(many)
        )
        masked = [name for name in sorted(told) if name in self.ledger.masked]
        hidden = [
            dict(zip(masked, row, strict=True)) for row in zip(*(told[name][0] for name in masked), strict=True)
        ] or repeat({})
        touched, shape, cells = 0, [], []
        for place, name in enumerate(self.fields):
            if name in told:
                touched |= 1 << place
                cells.append(self._cells(name, columns[name], told[name][1]))
            shape.append("%s" if name in told else self.nulls[name])
        mark = bytea(touched.to_bytes(len(self.fields) // 8 + 1, "little"))
        line = "\t".join([mark, *shape])
        texts_of = map(line.__mod__, zip(*cells, strict=True)) if cells else repeat(line, len(many))
        return zip(bodies, opened, hidden, texts_of, strict=False)

    def _cells(self, name: str, values: Sequence[Any], plain: Sequence[str]) -> Sequence[str]:
        """COPY text of a field's columns: of a secret one its mask and its blind index."""
        if name in self.table.secret:
            kept = [secret_values.given(self.district, self.ledger, {name: value})[name] for value in values]
            return [f"{escaped(one.mask)}\t{bytea(one.index)}" if one is not None else self.nulls[name] for one in kept]
        return (
            [text if value is not None else self.nulls[name] for value, text in zip(values, plain, strict=True)]
            if None in values
            else plain
        )

    def _columns(self, name: str) -> tuple[str, ...]:
        return self.table.columns.get(name) or self.table.private.get(name) or self.table.secret[name]


def _objects(columns: Mapping[str, Sequence[str]], count: int, before: str = "", after: str = "") -> Iterator[str]:
    """A JSON object for each row of columns of JSON texts, with a text around each."""
    before, after = before.replace("%", "%%"), after.replace("%", "%%")
    shape = before + "{" + ",".join(f"{quoted(name)}:%s" for name in columns) + "}" + after
    return map(shape.__mod__, zip(*columns.values(), strict=True) if columns else repeat((), count))


def column_texts(values: Sequence[Any]) -> tuple[Sequence[str], Sequence[str]]:
    """(canonical JSON, COPY text) of each of a field's values."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return list(map(quoted, values)), values if _PLAIN.fullmatch("".join(values)) else list(map(escaped, values))
    if kinds == {int}:
        numbers = list(map(str, values))
        return numbers, numbers
    if kinds == {Decimal}:
        numbers = [format(value, "f") for value in values]
        return [f'"{number}"' for number in numbers], numbers
    if kinds == {date}:
        days = list(map(str, values))
        return [f'"{day}"' for day in days], days
    json, cells = zip(*map(texts, values), strict=True)
    return json, cells


def texts(value: Any) -> tuple[str, str]:
    """(canonical JSON, COPY text of its columns) of a clean value."""
    kind = value.__class__
    if kind is str:
        return quoted(value), escaped(value)
    if kind is int:
        text = str(value)
        return text, text
    if kind is Decimal:
        text = format(value, "f")
        return f'"{text}"', text
    if kind is bool:
        return ("true", "t") if value else ("false", "f")
    if kind is date or kind is UUID:
        text = str(value)
        return f'"{text}"', text
    if kind is datetime:
        said = events.canonical(value)
        return said, said[1:-1]
    if kind is tuple:
        lng, lat = map(float.__repr__, value)
        return f"[{lng},{lat}]", f"{lng}\t{lat}"
    if value is None:
        return "null", NULL
    if kind is list:
        inside = ",".join('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in value)
        return events.canonical(value), escaped(f"{{{inside}}}")
    raise TypeError(f"{kind.__name__} is no value of a field")


def escaped(text: str) -> str:
    """Text as COPY takes it."""
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text


def bytea(data: bytes | None) -> str:
    return NULL if data is None else "\\\\x" + data.hex()


def template(shape: Any, holes: Sequence[str]) -> Callable[[tuple[Any, ...]], str]:
    """A function that gives the canonical JSON of `shape` with its holes filled by JSON texts, in the order in which
    they stand there: that of `holes`."""
    filled, rest = "", events.canonical(shape)
    for name in holes:
        before, mark, rest = rest.partition(events.canonical(hole(name)))
        if not mark:
            raise ValueError(f"{name} does not stand where it is said to")
        filled += f"{before.replace('%', '%%')}%s"
    return (filled + rest.replace("%", "%%")).__mod__


def hole(name: str) -> str:
    """What stands in a shape where a text will."""
    return f"\0{name}\0"
