"""The texts of many acts: what their events say as canonical JSON, and their rows as COPY takes them.

Made by joining, since every row of a batch has the same shape; the shape itself comes from `events.canonical`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from huying.engine import events

quoted = json.encoder.encode_basestring  # JSON of a text, in C
NULL = "\\N"


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


def template(shape: Any, holes: tuple[str, ...]) -> Callable[[Mapping[str, str]], str]:
    """A function that gives the canonical JSON of `shape` with each of its `hole(name)` replaced by a JSON text."""
    text = events.canonical(shape)
    marks = {events.canonical(hole(name)): name for name in holes}
    order = sorted(marks, key=text.index)
    pieces, rest = [], text
    for mark in order:
        before, _, rest = rest.partition(mark)
        pieces += [before.replace("%", "%%"), f"%({marks[mark]})s"]
    pattern = "".join([*pieces, rest.replace("%", "%%")])
    return lambda values: pattern % values


def hole(name: str) -> str:
    """What stands in a shape where a text will."""
    return f"\0{name}\0"
