"""What is in force: packs as they were put in force, every version kept, one set of Rules per worker.

`apply` stores the packs' files as they stand (kind `files`, one row a pack) and each declaration's canonical body
(kind ledger, flow, …) with its digest, so that any past figure can be explained by the rule of its day. Workers read
the files' rows and build Rules once per digest; they look whether another is in force at most once a second.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from huying.declare.kinds import Rules
from huying.declare.load import load
from huying.declare.packs import TABLE_FOLDERS
from huying.declare.problems import Problems
from huying.declare.workbooks import text_of as workbook_text
from huying.engine import clock, constraints, database, places, schema, secret_columns, sql_views, upgrade_lacking
from huying.engine.database import Query
from huying.engine.geo import Outline
from huying.engine.schema import Table
from huying.engine.workdays import Calendar, load_calendar

generation = 0  # goes up with every `forget`
FRESH = 1.0  # seconds for which a worker trusts what it knows
_lock = threading.Lock()
_known: dict[int, tuple[float, District]] = {}
_rules: dict[tuple[str, bytes], tuple[Rules, dict[str, Table], Calendar]] = {}  # by database and digest


@dataclass(frozen=True)
class District:
    """A district with what is in force there now."""

    id: int
    name: str
    title: str
    demonstration: bool
    clock_shift: int
    config: dict
    digest: bytes
    rules: Rules
    tables: dict[str, Table]
    calendar: Calendar

    def now(self) -> datetime:
        """The district's present moment: real, or shifted in a demonstration."""
        return clock.shifted(self.clock_shift)

    def today(self):
        """The district's civil day."""
        return self.now().astimezone(self.calendar.tz).date()

    @cached_property
    def words(self) -> dict[str, str]:
        """What this district calls the program's nouns: its own words, then those of its packs."""
        return {**self.rules.words, **self.config.get("words", {})}

    @cached_property
    def outline(self) -> Outline | None:
        """Where its places lie; None when it has no outline."""
        return outline_of(self.config, self.title)

    @cached_property
    def area_outlines(self) -> dict[str, Outline]:
        """Code of an area -> its outline as it is now, for the areas that have one."""
        return outlines_of(self.config.get("area_outlines") or {})


def outline_of(config: dict[str, Any], title: str = "本区 | the district") -> Outline | None:
    """The outline in a district's settings, in WGS-84 with its margin."""
    kept = config.get("outline")
    return Outline.read(kept["geojson"], kept["datum"], title, float(kept["margin"])) if kept else None


def outlines_of(kept: dict[str, Any]) -> dict[str, Outline]:
    """Outlines of areas by code, from features that bear it as the property `code`. Raises ValueError with a sentence."""
    return {
        str(feature["properties"]["code"]): Outline.read(feature, kept.get("datum", "wgs84"))
        for feature in kept.get("geojson", {}).get("features", ())
    }


def districts() -> list[dict]:
    """id, name, title of every district, in order of id."""
    return database.direct().rows("select id, name, title from hy.district order by id")


def current(district: int) -> District:
    """The district and its rules in force. Raises LookupError for one that does not exist."""
    kept = _known.get(district)
    if kept and time.monotonic() - kept[0] < FRESH:
        return kept[1]
    query = database.direct()
    row = query.row(
        "select d.*, (select array_agg(digest order by name) from hy.declaration where district = d.id and kind = 'files' and until = 'infinity') "
        "as digests from hy.district d where d.id = %s",
        [district],
    )
    if row is None:
        raise LookupError(f"no district {district}")
    digest = hashlib.sha256(b"".join(map(bytes, row["digests"] or []))).digest()
    key = (query.connection.info.dbname, digest)
    with _lock:
        if key not in _rules:
            _rules[key] = _build(query, district)
    rules, tables, calendar = _rules[key]
    made = District(
        row["id"],
        row["name"],
        row["title"],
        row["demonstration"],
        row["clock_shift"],
        json.loads(row["config"]),
        digest,
        rules,
        tables,
        calendar,
    )
    _known[district] = (time.monotonic(), made)
    return made


def forget() -> None:
    """Look again at the next call, at units and posts too: after `apply` in this process, and between tests."""
    global generation
    generation += 1
    _known.clear()
    places.forget()


def read_files(folder: Path) -> dict[str, str]:
    """The files of one pack: path within it -> text. A table that was kept as a workbook is a CSV from here on."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            if path.suffix in (".yaml", ".csv", ".md"):
                found[str(path.relative_to(folder))] = path.read_text(encoding="utf-8")
            elif path.suffix == ".xlsx" and path.parent.name in TABLE_FOLDERS:
                found[str(path.relative_to(folder).with_suffix(".csv"))] = workbook_text(path)
    return found


def apply(query: Query, district: int, folders: list[Path], rules: Rules, at: datetime) -> list[str]:
    """Put the packs in `folders` in force for a district; the caller has checked them. Owner's transaction.

    Returns what changed, `kind name`; nothing is written when nothing changed. Packs in force that are not among
    `folders` stay in force: the caller loads and checks them together.

    Raises Problems where a ledger's upgrade list does not say what becomes of records that there are.
    """
    wanted = {
        ("files", folder.name): json.dumps(read_files(folder), ensure_ascii=False, sort_keys=True) for folder in folders
    }
    wanted |= rules.bodies
    standing = {
        (r["kind"], r["name"]): r
        for r in query.rows(
            "select kind, name, version, digest from declaration where district = %s and until = 'infinity'", [district]
        )
    }
    changed = [
        (kind, name, hashlib.sha256(body.encode()).digest(), body)
        for (kind, name), body in sorted(wanted.items())
        if (kind, name) not in standing
        or bytes(standing[kind, name]["digest"]) != hashlib.sha256(body.encode()).digest()
    ]
    if not changed:
        return []
    schema.sync(query, rules)
    before_of = dict(query.tuples(
        "select name, body from declaration where district = %s and kind = 'ledger' and name = any(%s) and until = 'infinity'",
        [district, [name for kind, name, _, _ in changed if kind == "ledger"]],
    ))  # fmt: skip
    if lacking := upgrade_lacking.problems(query, district, rules, before_of):
        raise Problems(lacking)
    for kind, name, _, body in changed:
        if kind == "ledger" and (before := before_of.get(name)):
            secret_columns.settle(query, district, schema.table_of(query, rules.ledgers[name]), before, body)
        if kind == "ledger" and rules.ledgers[name].constraints:
            table = schema.table_of(query, rules.ledgers[name])
            constraints.index(query, table)
            constraints.prove(query, district, table)
    query.run_many(
        "update declaration set until = %s where district = %s and kind = %s and name = %s and until = 'infinity'",
        [[at, district, kind, name] for kind, name, _, _ in changed if (kind, name) in standing],
    )
    query.run_many(
        "insert into declaration (district, kind, name, version, digest, body, in_force) values (%s, %s, %s, "
        "(select coalesce(max(version), 0) + 1 from declaration where district = %s and kind = %s and name = %s), %s, %s, %s)",
        [[district, kind, name, district, kind, name, digest, body, at] for kind, name, digest, body in changed],
    )
    sql_views.make(query, district, rules)
    return [f"{kind} {name}" for kind, name, _, _ in changed]


def unpack(query: Query, district: int, into: Path) -> list[Path]:
    """Write the packs in force as folders below `into`; returns the folders."""
    folders = []
    for row in query.rows(
        "select name, body from hy.declaration where district = %s and kind = 'files' and until = 'infinity' order by name",
        [district],
    ):
        folder = into / row["name"]
        for name, text in json.loads(row["body"]).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        folders.append(folder)
    return folders


def _build(query: Query, district: int) -> tuple[Rules, dict[str, Table], Calendar]:
    with tempfile.TemporaryDirectory() as place:
        folders = unpack(query, district, Path(place))
        rules, problems = load(*folders)
        if rules is None:
            raise RuntimeError(f"packs in force of district {district} do not load: {problems[:3]}")
        calendars = sorted(Path(place).glob("*/calendars/*.yaml"))
        calendar = load_calendar(calendars[0]) if calendars else load_calendar({})
    tables = {name: schema.table_of(query, ledger) for name, ledger in rules.ledgers.items()}
    return rules, tables, calendar
