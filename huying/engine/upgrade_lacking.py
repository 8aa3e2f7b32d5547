"""Whether a ledger's new declaration says what becomes of the records that there are. Runs as the owner."""

from __future__ import annotations

import json
from collections.abc import Mapping

from huying.declare.kinds import Rules
from huying.declare.problems import Problem, both
from huying.declare.upgrade_needs import REQUIRED, VALUES, Need, dropped, needs, problem
from huying.engine import schema
from huying.engine.database import Query
from huying.engine.schema import Table


def problems(query: Query, district: int, rules: Rules, before: Mapping[str, str]) -> list[Problem]:
    """All that is left unsaid. before: full name -> the ledger's declaration in force, as stored; of those that change."""
    found = []
    for name, body in before.items():
        ledger = rules.ledgers.get(name)
        if ledger is None:
            continue
        was, file = json.loads(body), f"{name.replace('.', '/ledgers/')}.yaml"
        if ledger.version < was.get("version", 1):
            standing = was["version"]
            zh = f"version {ledger.version} 低于生效的 {standing}"
            message = both(zh, f"version {ledger.version} is below {standing}, in force")
            found.append(Problem(file, 0, 0, "upgrade.lower", message))
        for move in dropped(was, ledger):
            zh = f"{move.of[0]} 原来只有一些角色看得到，取消时不写 title"
            message = both(zh, f"{move.of[0]} was shown to some roles only: drop it without a title")
            found.append(Problem(file, 0, 0, "upgrade.masked", message))
        asked = needs(was, ledger)
        if not asked:
            continue
        table = schema.table_of(query, ledger)
        kept = query.rows("select field, type, col from ledger_column where ledger = %s", [table.number])
        columns = {(row["field"], row["type"]): row["col"] for row in kept}
        for need in asked:
            if count := _count(query, district, table, columns, need):
                found.append(problem(file, ledger.title, need, count))
    return found


def _count(query: Query, district: int, table: Table, columns: Mapping[tuple[str, str], str], need: Need) -> int:
    """How many records, not removed, are concerned."""
    kept = f"secret {need.type}" if need.secret else need.type
    base = columns.get((need.field, kept))
    if base is None:
        return 0
    own = list(schema.columns_for(kept, base))
    column, params = own[-1], [district]
    private = need.field in table.ledger.private or column not in schema.columns_of(query, f"l{table.number}")
    source, what = (f"l{table.number} l", f"l.{column}")
    if private:
        if column not in schema.columns_of(query, f"l{table.number}_p"):
            return 0
        source, what = (
            f"{source} left join l{table.number}_p p on p.district = l.district and p.id = l.id",
            f"p.{column}",
        )
    test = f"{what} is null" if need.what == REQUIRED else f"{what} is not null"
    if need.what == VALUES:
        test, params = f"{what} = any(%s)", [district, list(need.values)]
    return query.value(
        f"select count(*) from {source} where l.district = %s and not l.hidden and l.state <> 'removed' and {test}",
        params,
    )
