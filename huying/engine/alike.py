"""Has someone reported this? Like open reports near by, and of them only category, distance and progress.

Never words, photos, codes or whose they are. Distances are rounded up to steps, so that asking from several places
does not tell where a report was made; reports whose caller asked for secrecy are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, cos, radians
from typing import Any
from uuid import UUID

from huying import installation
from huying.declare.evaluate import evaluate
from huying.engine import database, events
from huying.engine.database import Reach
from huying.engine.geo import DEGREE, Coordinate, distance
from huying.engine.packs import District
from huying.engine.places import Tree
from huying.engine.situation import record_values

STEP = 50  # metres
MOST = 5
LOOKED_AT = 200  # rows


@dataclass(frozen=True)
class Like:
    """category: the value of the ledger's `alike.by`; metres: at most so far, None when in the same area;
    mark: what a form sends back to follow this one, good for that form only."""

    record: UUID
    category: str
    metres: int | None
    state: str
    opened_at: datetime
    mark: str


def find_alike(district: District, tree: Tree, ledger: str, values: Mapping[str, Any], act: UUID) -> list[Like]:
    """Open reports like the one about to be made, nearest first, five at most.

    values  clean answers: the category, the area (`unit`), and the position where there is one
    act     of the form; what this very act made is no other report
    """
    declared = district.rules.ledgers[ledger]
    table, rule, unit = district.tables[ledger], declared.alike, values.get("unit")
    category = values.get(rule.by) if rule else None
    if rule is None or category is None or unit is None:
        return []
    point = values.get(declared.map) if declared.map else None
    now = district.now()
    conditions = ["l.district = %s", "not l.hidden", "l.closed_at is null", "l.opened_at >= %s", "l.opened_at <= %s"]
    params: list[Any] = [district.id, now - timedelta(days=rule.days), now]
    conditions.append(f"l.{table.column(rule.by)} = any(%s)")
    params.append(_same_kind(district, ledger, rule.by, category))
    if point:
        high, wide = rule.metres / DEGREE, rule.metres / (DEGREE * cos(radians(point[1])))
        lng, lat = table.columns[declared.map]
        conditions.append(f"l.{lng} between %s and %s and l.{lat} between %s and %s")
        params += [point[0] - wide, point[0] + wide, point[1] - high, point[1] + high]
    elif tree.children.get(unit) or tree.at_level(unit, "district") == tree.get(unit):
        return []  # without a point, only the smallest area says that two reports are near
    else:
        conditions.append("l.unit = %s")
        params.append(unit)
    conditions.append(
        "not exists (select from hy.event e where e.district = l.district and e.record = l.id and e.act = %s)"
    )
    params.append(act)
    columns = ", ".join(f"l.{column}" for column in table.all_columns)
    with database.reading(Reach(district.id, "hy_all")) as query:
        rows = query.rows(
            f"select {columns} from {table.name} l where {' and '.join(conditions)} order by l.opened_at desc limit {LOOKED_AT}",
            params,
        )
    found = [like for row in rows if (like := _like(district, ledger, row, point, act))]
    return sorted(found, key=lambda like: (like.metres or 0, -like.opened_at.timestamp()))[:MOST]


def _same_kind(district: District, ledger: str, by: str, category: str) -> list[str]:
    """Every code under the same top category."""
    name = district.rules.ledgers[ledger].fields[by].codes
    if not name:
        return [category]
    codes = district.rules.codes[name]
    top = codes.within(category)[-1:]
    return [code for code in codes.entries if codes.within(code)[-1:] == top]


def _like(district: District, ledger: str, row: Mapping[str, Any], point: Any, act: UUID) -> Like | None:
    declared = district.rules.ledgers[ledger]
    values = record_values(district, ledger, row)
    if (secrecy := declared.secrecy) and evaluate(
        secrecy.when, values, today=district.today(), tz=district.calendar.tz
    ) is True:
        return None
    metres = None
    if point:
        there = values[declared.map]
        far = distance(Coordinate(*point), Coordinate(*there))
        if far > declared.alike.metres:
            return None
        metres = max(STEP, ceil(far / STEP) * STEP)
    mark = events.keyed(installation.current_keys().blind, b"alike" + act.bytes + row["id"].bytes).hex()[:20]
    return Like(row["id"], values[declared.alike.by], metres, row["state"], row["opened_at"], mark)
