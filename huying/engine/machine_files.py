"""A ledger as a file for programs: keys, codes, ISO days and exact numbers, in JSON lines or Parquet."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from huying.declare.kinds import Field
from huying.engine.places import Tree
from huying.engine.plain_values import plain
from huying.engine.records import Record

STANDING = {
    "id": "record",
    "seq": "integer",
    "code": "text",
    "state": "text",
    "unit": "area",
    "office": "office",
    "post": "post",
    "opened_at": "time",
    "due_at": "time",
    "closed_at": "time",
    "known_at": "time",
}
PIECE = 64 * 1024


def has_parquet() -> bool:
    """Whether polars, which writes Parquet, is installed here."""
    return find_spec("polars") is not None


def jsonl(batches: Iterable[list[Record]], tree: Tree, fields: list[Field]) -> Iterator[bytes]:
    """One object a line, every name in each: standing names, then the fields."""
    for batch in batches:
        yield b"".join(_line(_row(one, tree, fields), plain) for one in batch)


def parquet(batches: Iterable[list[Record]], tree: Tree, fields: list[Field]) -> Iterator[bytes]:
    """The same columns, typed: money decimal(18, 2), numbers double, moments UTC in microseconds.

    Rows lie in a file meanwhile, never all in memory. Raises ModuleNotFoundError without polars.
    """
    import polars

    kinds = {**STANDING, **{field.name: field.type for field in fields}}
    read, cast = {}, []
    for name, kind in kinds.items():
        column = polars.col(name)
        read[name] = polars.String
        match kind:
            case "integer" | "post":
                read[name] = polars.Int64
            case "boolean":
                read[name] = polars.Boolean
            case "photos":
                read[name] = polars.List(polars.String)
            case "point":
                read[name] = polars.Struct({"lng": polars.Float64, "lat": polars.Float64})
            case "number":
                cast.append(column.cast(polars.Float64))
            case "money":
                cast.append(column.cast(polars.Decimal(18, 2)))
            case "date":
                cast.append(column.str.to_date("%Y-%m-%d"))
            case "time":
                cast.append(column.str.to_datetime(time_unit="us", time_zone="UTC"))
    with tempfile.TemporaryDirectory() as folder:
        lines, made = Path(folder) / "rows.jsonl", Path(folder) / "rows.parquet"
        with lines.open("wb") as file:
            for batch in batches:
                file.writelines(line(_row(one, tree, fields)) for one in batch)
        if lines.stat().st_size:
            polars.scan_ndjson(lines, schema=read).with_columns(cast).sink_parquet(made)
        else:
            polars.DataFrame(schema=read).with_columns(cast).write_parquet(made)
        with made.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _row(one: Record, tree: Tree, fields: list[Field]) -> dict[str, Any]:
    row = {name: _value(kind, getattr(one, name), tree) for name, kind in STANDING.items()}
    for field in fields:
        if field.name != "unit":
            row[field.name] = _value(field.type, one.values.get(field.name), tree)
    return row


def _value(kind: str, value: Any, tree: Tree) -> Any:
    if value is None:
        return None
    match kind:
        case "area" | "office":
            unit = tree.get(value)
            return unit.code if unit else str(value)
        case "money":
            return Decimal(value) / 100
        case "point":
            return {"lng": value[0], "lat": value[1]}
    return value


def line(row: Mapping[str, Any]) -> bytes:
    """A row as JSON whose numbers are texts: whatever reads it gives them their type."""
    return _line(row, _text)


def _line(row: Mapping[str, Any], default: Any) -> bytes:
    return (
        json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=default).encode("utf-8", "replace") + b"\n"
    )


def _text(value: Any) -> Any:
    """As `plain`, but decimals as text, whatever their length: one type a column."""
    return format(value, "f") if isinstance(value, Decimal) else plain(value)
