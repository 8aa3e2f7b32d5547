"""A district's ledgers as a folder of Parquet files, so that the same indicators can be counted by another engine.

One file a ledger, of what its reader would export on the page: records in reach, open fields. Values are exact: numbers
are decimals as long as the longest, money is in 分, areas are ids (areas.parquet says which), a point is two columns.
export.json says whose export of which moment it is, and holds each indicator's declaration and its SQL.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from huying.declare.kinds import Field
from huying.engine import access, exchange, levels, machine_files, wording
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record

ABOUT, AREAS = "export.json", "areas"
LONGEST = 38  # digits of a decimal in Parquet
IDS = ("area", "office", "post")
Progress = Callable[[str, int], None]


def write(
    district: District, actor: Actor, folder: Path, as_of: datetime | None, progress: Progress = lambda name, rows: None
) -> None:
    """Write the folder: every ledger that the actor may see. progress(ledger, its rows) after each.

    Raises access.Refused where the actor may not export, ValueError (`中文 | English`) for a number of too many digits,
    ModuleNotFoundError without polars.
    """
    if not actor.may("export"):
        raise access.Refused("您不能导出 | You may not export")
    moment = as_of or district.now()
    rows: dict[str, int] = {}
    for name, ledger in sorted(district.rules.ledgers.items()):
        if access.may_see(ledger, actor):
            fields = [ledger.fields[field] for field in access.visible_fields(ledger, actor.kinds)]
            batches = exchange.read(district, actor, name, {}, moment)
            rows[name] = ledger_file(folder / f"{name}.parquet", batches, fields)
            progress(name, rows[name])
    _areas(district, folder / f"{AREAS}.parquet")
    about = {
        "district": district.id,
        "title": district.title,
        "moment": moment.isoformat(),
        "by": actor.person,
        "whole": actor.reach.role == "hy_all",
        "rows": rows,
        "numbers": {name: district.tables[name].number for name in rows},
        "indicators": _indicators(district, rows),
    }
    (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1), "utf-8")


def ledger_file(path: Path, batches: Iterable[list[Record]], fields: list[Field]) -> int:
    """Write one ledger's file; the number of its rows."""
    kinds = {**machine_files.STANDING, **{f.name: f.type for f in fields if f.name != "unit"}}
    names = [name for name, kind in kinds.items() if kind != "point"]
    count = 0
    with tempfile.TemporaryDirectory() as place:
        lines = Path(place) / "rows.jsonl"
        with lines.open("wb") as file:
            for batch in batches:
                count += len(batch)
                file.writelines(machine_files.line(_row(one, names, kinds)) for one in batch)
        _typed(lines, path, kinds)
    return count


def _row(one: Record, names: list[str], kinds: Mapping[str, str]) -> dict[str, Any]:
    row = {name: getattr(one, name) if name in machine_files.STANDING else one.values.get(name) for name in names}
    for name, kind in kinds.items():
        if kind == "point":
            point = one.values.get(name) or (None, None)
            row[f"{name}_lng"], row[f"{name}_lat"] = point[0], point[1]
    return row


def _typed(lines: Path, path: Path, kinds: Mapping[str, str]) -> None:
    """The lines as Parquet, each column of its kind."""
    import polars

    read, cast = {}, []
    for name, kind in kinds.items():
        column = polars.col(name)
        if kind == "point":
            read |= {f"{name}_lng": polars.Float64, f"{name}_lat": polars.Float64}
            continue
        read[name] = polars.String
        if kind in ("integer", "money", *IDS):
            read[name] = polars.Int64
        elif kind == "boolean":
            read[name] = polars.Boolean
        elif kind == "photos":
            read[name] = polars.List(polars.String)
        elif kind == "number":
            cast.append(column.cast(polars.Decimal(*_digits(lines, name))))
        elif kind == "date":
            cast.append(column.str.to_date("%Y-%m-%d"))
        elif kind == "time":
            cast.append(column.str.to_datetime(time_unit="us", time_zone="UTC"))
    if lines.stat().st_size:
        polars.scan_ndjson(lines, schema=read).with_columns(cast).sink_parquet(path)
    else:
        polars.DataFrame(schema=read).with_columns(cast).write_parquet(path)


def _digits(lines: Path, name: str) -> tuple[int, int]:
    """(digits, those behind the point) that hold every number of a column."""
    import polars

    if not lines.stat().st_size:
        return 1, 0
    parts = polars.col(name).str.strip_prefix("-").str.split_exact(".", 1).struct
    most = [parts.field(f"field_{n}").str.len_chars().max().fill_null(0).alias(str(n)) for n in (0, 1)]
    # every column is named, or the scan would take the first rows for all that there are
    found = (
        polars.scan_ndjson(lines, schema_overrides={name: polars.String}, infer_schema_length=None)
        .select(most)
        .collect()
    )
    whole, places = found.row(0)
    if whole + places > LONGEST:
        raise ValueError(
            f"“{name}”里有超过 {LONGEST} 位的数，写不成 Parquet | {name} holds a number of more than {LONGEST} digits: no Parquet file can"
        )
    return max(whole + places, 1), places


def _areas(district: District, path: Path) -> None:
    """Every area at every time: id, kind, parent, code, title, since, until."""
    import polars

    kinds = {"unit": polars.Int64, "kind": polars.String, "parent": polars.Int64, "code": polars.String,
             "title": polars.String, "since": polars.Date, "until": polars.Date}  # fmt: skip
    spans = [asdict(span) for own in levels.spans(district.id).of.values() for span in own]
    polars.DataFrame(spans, schema=kinds).write_parquet(path)


def _indicators(district: District, ledgers: Mapping[str, int]) -> dict[str, Any]:
    """Full name -> title, question, the declaration in words, its digest, and the SQL by which DuckDB counts it this year."""
    from huying.engine import other_engines

    today: date = district.today()
    found = {}
    for name, one in sorted(district.rules.indicators.items()):
        digest = district.rules.digests.get(("indicator", name), b"")
        found[name] = {
            "title": one.title,
            "question": one.question,
            "declaration": wording.declaration(district.rules, one),
            "digest": digest.hex(),
            "sql": other_engines.told(district, name, today) if one.figuring is None and one.of in ledgers else "",
        }
    return found
