"""Whether a ledger's new declaration says what becomes of the records that there are.

Runs as the owner when it is put in force, and under hy_writer to tell beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from huying.declare.kinds import Ledger, Rules
from huying.declare.problems import Problem, both
from huying.declare.upgrade_needs import REQUIRED, VALUES, Need, dropped, needs, problem
from huying.engine import schema
from huying.engine.database import Query


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
        number = query.value("select id from hy.ledger where name = %s", [name])
        kept = query.rows("select field, type, col from hy.ledger_column where ledger = %s", [number])
        columns = {(row["field"], row["type"]): row["col"] for row in kept}
        for need in asked:
            if count := _count(query, district, (number, ledger), columns, need):
                found.append(problem(file, ledger.title, need, count))
    return found


def _count(
    query: Query, district: int, of: tuple[int, Ledger], columns: Mapping[tuple[str, str], str], need: Need
) -> int:
    """How many records, not removed, are concerned. A column that is not made yet holds nothing in any of them."""
    (number, ledger), kept = of, f"secret {need.type}" if need.secret else need.type
    source, test, params = f"hy.l{number} l", "true", [district]
    base = columns.get((need.field, kept))
    if base is None and need.what != REQUIRED:
        return 0
    if base is not None:
        column = list(schema.columns_for(kept, base))[-1]
        what = f"l.{column}"
        if need.field in ledger.private or column not in schema.columns_of(query, f"l{number}"):
            if column not in schema.columns_of(query, f"l{number}_p"):
                return 0
            source += f" left join hy.l{number}_p p on p.district = l.district and p.id = l.id"
            what = f"p.{column}"
        test = f"{what} is null" if need.what == REQUIRED else f"{what} is not null"
        if need.what == VALUES:
            test, params = f"{what} = any(%s)", [district, list(need.values)]
    return query.value(
        f"select count(*) from {source} where l.district = %s and not l.hidden and l.state <> 'removed' and {test}",
        params,
    )
