"""The rules as they stood at a past moment: by these a past figure is explained."""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from huying.declare.kinds import Rules
from huying.declare.load import load
from huying.engine import database, schema
from huying.engine.database import Query
from huying.engine.packs import District
from huying.engine.schema import Table

_lock = threading.Lock()
_built: dict[tuple[str, bytes], tuple[Rules, dict[str, Table]]] = {}


@dataclass(frozen=True)
class Then:
    """What was in force. early: the moment lies before the first packs, whose rules are given instead, in force
    since `first`."""

    rules: Rules
    tables: Mapping[str, Table]
    early: bool = False
    first: datetime | None = None


def rules_at(district: District, moment: datetime) -> Then:
    """The rules in force at `moment`; the present ones are not built again. One statement when they are known."""
    query = database.direct()
    rows = query.rows(
        "select name, version, digest, in_force, until = 'infinity' as standing, in_force <= %s and until > %s as held "
        "from hy.declaration where district = %s and kind = 'files' order by name, version",
        [moment, moment, district.id],
    )
    chosen = [row for row in rows if row["held"]]
    early = not chosen
    if early:
        first = min((row["in_force"] for row in rows), default=None)
        chosen = [row for row in rows if row["in_force"] == first]
    else:
        first = None
    if all(row["standing"] for row in chosen) and len(chosen) == sum(row["standing"] for row in rows):
        return Then(district.rules, district.tables, early, first)
    digest = hashlib.sha256(b"".join(bytes(row["digest"]) for row in chosen)).digest()
    key = (query.connection.info.dbname, digest)
    with _lock:
        if key not in _built:
            _built[key] = _build(query, district.id, [(row["name"], row["version"]) for row in chosen])
    return Then(*_built[key], early, first)


def _build(query: Query, district: int, versions: list[tuple[str, int]]) -> tuple[Rules, dict[str, Table]]:
    with tempfile.TemporaryDirectory() as place:
        folders = []
        for name, version in versions:
            body = query.value(
                "select body from hy.declaration where district = %s and kind = 'files' and name = %s and version = %s",
                [district, name, version],
            )
            folders.append(Path(place) / name)
            for inside, text in json.loads(body).items():
                path = folders[-1] / inside
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        rules, problems = load(*folders)
    if rules is None:
        raise RuntimeError(f"packs once in force in district {district} do not load: {problems[:3]}")
    return rules, {name: schema.table_of(query, ledger) for name, ledger in rules.ledgers.items()}
