"""Retention by night: at the hour that a district's file names, and only where it names one.

    retention: {at: "02:30"}        # in district.yaml

Each night is done once, whichever process comes first; one that was cut off is taken up again an hour later. What it came to
is kept, and so is its certificate (retention.py).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from huying.engine import database, packs, retention
from huying.engine.packs import District

log = logging.getLogger(__name__)
BY = "夜间自动 nightly"
AGAIN = timedelta(hours=1)  # after which a night that was cut off is taken up again
SHOWN = 12  # certificates


@dataclass(frozen=True)
class Night:
    """day: of the district; gone, held: records; certificate: name of its file, empty where nothing went; problem: why it
    was not done."""

    day: date
    began_at: datetime
    done_at: datetime | None
    gone: int
    held: int
    certificate: str
    problem: str


@dataclass(frozen=True)
class Certificate:
    """said: what it says, empty where it is none of this installation's or was changed."""

    name: str
    said: dict[str, Any]


def hour_of(district: District) -> time | None:
    """When the district has it run each night; None where it has not said so."""
    said = (district.config.get("retention") or {}).get("at", "")
    try:
        return time.fromisoformat(said) if said else None
    except (TypeError, ValueError):
        return None


def look() -> int:
    """Do the night of every district whose hour has come; how many."""
    return sum(run(packs.current(row["id"])) for row in packs.districts())


def run(district: District) -> bool:
    """Do this night, where the hour has come and nobody has; whether it was done now."""
    hour, now = hour_of(district), district.now()
    local = now.astimezone(district.calendar.tz)
    if hour is None or local.time() < hour or not _claim(district, local.date(), now):
        return False
    gone, certificate, problem = 0, "", ""
    held = 0
    try:
        held = sum(1 for one in retention.due(district) if one.held)
        path = retention.run(district, by=BY)
        if path:
            certificate, gone = path.name, sum(retention.opened(path)["counts"].values())
    except Exception as why:  # whatever it is, the night is told on the page, and tomorrow is another
        log.exception("retention of %s", district.name)
        problem = f"{type(why).__name__}: {why}"[:300]
    _finish(district, local.date(), gone, held, certificate, problem)
    return True


def _claim(district: District, day: date, now: datetime) -> bool:
    return bool(
        database.direct().value(
            "insert into hy.retention_night as n (district, day, began_at) values (%s, %s, %s) on conflict (district, day) do update "
            "set began_at = excluded.began_at where n.done_at is null and n.began_at < %s returning 1",
            [district.id, day, now, now - AGAIN],
        )
    )


def _finish(district: District, day: date, gone: int, held: int, certificate: str, problem: str) -> None:
    database.direct().run(
        "update hy.retention_night set done_at = %s, gone = %s, held = %s, certificate = %s, problem = %s where district = %s and day = %s",
        [district.now(), gone, held, certificate, problem, district.id, day],
    )


def last(district: District) -> Night | None:
    """The last night."""
    row = database.direct().row(
        "select day, began_at, done_at, gone, held, certificate, problem from hy.retention_night where district = %s order by day desc limit 1",
        [district.id],
    )
    return Night(**row) if row else None


def certificates(district: District) -> list[Certificate]:
    """The latest ones, of every run."""
    found: Sequence[Path] = sorted(retention.folder().glob(f"{district.name}-*.json"), reverse=True)[:SHOWN]
    return [Certificate(path.name, _said(path)) for path in found]


def _said(path: Path) -> dict[str, Any]:
    try:
        return retention.opened(path)
    except ValueError:
        return {}


def verified(district: District, name: str) -> list[str] | None:
    """What is still there of the records that a certificate names; None where there is no such certificate."""
    known = {one.name: one for one in certificates(district)}
    return retention.faults(known[name].said) if name in known and known[name].said else None
