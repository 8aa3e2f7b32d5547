"""Code lists: codes that are unique, parents that exist, questions that the ledgers know."""

from __future__ import annotations

import re

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.problems import Problem, both, did_you_mean, quoted

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


def check_codes(building: Building) -> list[Problem]:
    return [problem for declaration in building.of("codes") for problem in _list(building, declaration)]


def _list(building: Building, declaration: Declaration) -> list[Problem]:
    problems = []
    codes = building.codes[declaration.name].entries
    parents = {row["code"]: row["parent"] for row in declaration.rows}
    first: dict[str, int] = {}
    users = [
        ledger
        for ledger in building.ledgers.values()
        if any(field.codes == declaration.name for field in ledger.fields.values())
    ]
    for row in declaration.rows:
        code, parent = row["code"], row["parent"]
        if not CODE.fullmatch(code):
            message = both(f"{quoted(code)} 不能作代码", f"{quoted(code)} cannot be a code")
            hint = both("代码用字母、数字、点、横线，最长 60。", "Letters, digits, points and dashes, at most 60.")
            problems.append(declaration.row_problem("codes.code", message, hint, row, "code"))
        elif code in first:
            message = both(f"代码 {code} 写了两次", f"code {code} is there twice")
            hint = both(f"第 {first[code]} 行已有；请只留一行。", f"Line {first[code]} has it; keep one.")
            problems.append(declaration.row_problem("name.twice", message, hint, row, "code"))
        first.setdefault(code, row.line)
        if parent and parent not in codes:
            message = both(f"没有上级代码 {quoted(parent)}", f"there is no code {quoted(parent)} above it")
            hint = did_you_mean(parent, codes, "代码", "Codes")
            problems.append(declaration.row_problem("codes.parent", message, hint, row, "parent"))
        elif _circular(code, parents):
            message = both(f"{code} 的上级绕回了自己", f"the codes above {code} come back to it")
            hint = both("最上级的 parent 留空。", "The topmost code has no parent.")
            problems.append(declaration.row_problem("codes.parent", message, hint, row, "parent"))
        for ledger in users:
            for name in row["asks"].split():
                if name not in ledger.fields:
                    message = both(
                        f"台账 {ledger.name} 没有字段 {quoted(name)}",
                        f"ledger {ledger.name} has no field {quoted(name)}",
                    )
                    hint = did_you_mean(name, ledger.fields, "字段", "Fields")
                    problems.append(declaration.row_problem("codes.unknown-field", message, hint, row, "asks"))
    return problems


def _circular(code: str, parents: dict[str, str]) -> bool:
    seen = set()
    above = parents.get(code, "")
    while above and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False
