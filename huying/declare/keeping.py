"""How long records are kept:

    keep: {for: 2 years, after: closed_on, basis: 区档案管理办法第 8 条, leaves: counts, held: state == "appealed"}

`leaves` is what remains of a record when its time is over: `counts` leaves what figures are counted by (choices, codes,
numbers, days, areas) and takes all words, names, secret values, photos and places; `nothing` takes everything.
"""

from __future__ import annotations

import re

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.kinds import Keep
from huying.declare.problems import both, quoted

LEAVES = ("counts", "nothing")
COUNTED = ("enum", "code", "number", "integer", "money", "boolean", "date", "time", "area", "office", "post")
LENGTH = re.compile(r"([1-9][0-9]{0,3}) (day|month|year)s?")


def build(building: Building, declaration: Declaration) -> Keep | None:
    """The rule of a ledger's declaration; None (and a problem) where it cannot be read."""
    data, scope = declaration.data["keep"], building.scope(declaration.name)
    length = LENGTH.fullmatch(data["for"])
    if length is None:
        message = both(f"保存期限 {quoted(data['for'])} 读不懂", f"the time {quoted(data['for'])} cannot be read")
        hint = both("写作 30 days、18 months 或 2 years。", "Write 30 days, 18 months or 2 years.")
        building.problems.append(declaration.problem("ledger.keep-for", message, hint, ("keep", "for")))
        return None
    known = scope.get(data["after"]) if scope else None
    if scope is not None and (known is None or known.type != "date"):
        days = ", ".join(sorted(name for name, one in scope.items() if one.type == "date"))
        message = both(f"{quoted(data['after'])} 不是日期", f"{quoted(data['after'])} is not a day")
        hint = both(f"可选：{days}。", f"Days: {days}.")
        building.problems.append(declaration.problem("ledger.keep-after", message, hint, ("keep", "after")))
        return None
    count, unit = int(length[1]), length[2]
    over = building.expression(
        declaration, f"{unit}s_between({data['after']}, today) >= {count}", ("keep", "after"), scope
    )
    held = building.expression(declaration, data["held"], ("keep", "held"), scope) if "held" in data else None
    if over is None or ("held" in data and held is None):
        return None
    return Keep(count, unit, data["after"], over, data["basis"], data.get("leaves", "counts"), held)
