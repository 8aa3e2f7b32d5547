"""What a ledger's records say of the ledger itself: how many, how fresh, how completely filled; within a reader's reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from huying.engine import access, database
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import source_of


@dataclass(frozen=True)
class Facts:
    """total: records not removed; states: state -> how many, removed ones too; latest: when one was last entered or
    changed; filled: field -> how many have a value, of those the actor may know that of."""

    total: int
    states: Mapping[str, int]
    latest: datetime | None
    filled: Mapping[str, int]


def facts(district: District, actor: Actor, ledger: str, as_of: datetime | None = None) -> Facts:
    """One statement; now, or as it was known at a moment. Raises access.Refused."""
    table = district.tables[ledger]
    shown = [n for n in access.visible_fields(table.ledger, actor.kinds) if n in table.columns]
    known = {name: table.columns[name][0] for name in shown} | {name: own[1] for name, own in table.secret.items()}
    counts = "".join(f", count({column}) filter (where state <> 'removed')" for column in known.values())
    source, first = source_of(table, as_of)
    sql = f"select state, count(*), max(known_at){counts} from {source} where district = %s and not hidden group by rollup (state)"
    with database.reading(access.reach_for(table.ledger, actor)) as query:
        rows = query.tuples(sql, [*first, district.id])
    states = {state: count for state, count, *_ in rows if state is not None}
    _, _, latest, *filled = next((row for row in rows if row[0] is None), (None, 0, None, *[0] * len(known)))
    return Facts(
        sum(count for state, count in states.items() if state != "removed"),
        states,
        latest,
        dict(zip(known, filled, strict=True)),
    )
