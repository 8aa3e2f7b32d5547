"""Names: of files and what they declare, and which declarations belong together."""

from __future__ import annotations

from huying.declare.building import Building
from huying.declare.problems import Problem, both, quoted

NAMED = {
    "pack",
    "ledger",
    "flow",
    "indicator",
    "commitment",
    "derived",
    "subject",
    "page",
    "form",
    "template",
    "paper",
    "calendar",
}


def check_names(building: Building) -> list[Problem]:
    """A file holds what its name says; a ledger has a flow and a flow a ledger; a pack keeps its own promises."""
    return [*_mismatches(building), *_pairs(building), *_provided(building)]


def _mismatches(building: Building) -> list[Problem]:
    problems = []
    for (kind, _), declaration in building.names.found.items():
        if kind not in NAMED or not declaration.sound or declaration.made:
            continue
        expected = declaration.pack if kind == "pack" else declaration.short
        written = declaration.data.get(kind)
        if written != expected:
            message = both(
                f"名称 {quoted(written)} 与文件名 {quoted(expected)} 不同",
                f"{quoted(written)} is not the file's name {quoted(expected)}",
            )
            hint = both(
                "文件名就是声明的名称：请改其一。",
                "A declaration is named by its file (a pack by its folder): change one of them.",
            )
            problems.append(declaration.problem("name.mismatch", message, hint, (kind,)))
    return problems


def _pairs(building: Building) -> list[Problem]:
    problems = []
    names = building.names
    for (kind, name), declaration in names.found.items():
        if kind == "ledger" and declaration.sound:
            flow = names.get("flow", name)
            if flow is None:
                message = both(f"台账 {name} 没有流程", f"ledger {name} has no flow")
                hint = both(
                    f"请写 flows/{declaration.short}.yaml；不走流程的登记台账写 kept_by。",
                    f"Write flows/{declaration.short}.yaml; a register without a flow of its own says kept_by.",
                )
                problems.append(declaration.problem("ledger.no-flow", message, hint, ("ledger",), key=True))
            elif declaration.data.get("kept_by") and not flow.made:
                message = both("既有 kept_by，又有流程文件", "it has kept_by and also a flow of its own")
                hint = both("请只留一个。", "Keep one of them.")
                problems.append(declaration.problem("ledger.kept-by-and-flow", message, hint, ("kept_by",), key=True))
        if kind in ("flow", "dispatch", "limits") and names.get("ledger", name) is None:
            message = both(f"没有同名的台账 {name}", f"there is no ledger {name} of the same name")
            hint = both(
                "流程、派遣表、时限表与台账同名。",
                "A flow, a dispatch table and a limits table have their ledger's name.",
            )
            problems.append(declaration.problem(f"{kind}.no-ledger", message, hint, (kind,), key=True))
    return problems


def _provided(building: Building) -> list[Problem]:
    problems = []
    first: dict[str, str] = {}
    said: dict[str, tuple[str, str]] = {}
    for pack in building.of("pack"):
        for noun, words in pack.data.get("words", {}).items():
            other, standing = said.setdefault(noun, (pack.pack, words))
            if words != standing:
                message = both(
                    f"包 {other} 把 {quoted(noun)} 叫作 {quoted(standing)}",
                    f"pack {other} has another word for {quoted(noun)}: {quoted(standing)}",
                )
                hint = both(
                    "一个区里一个名词只有一种叫法；要以本区的为准，写在 district.yaml 的 words 里。",
                    "A noun has one word in a district; the district's own, in words of district.yaml, goes before all.",
                )
                problems.append(pack.problem("name.twice", message, hint, ("words", noun), key=True))
        for what in pack.data.get("provides", {}):
            if what in first:
                message = both(f"包 {first[what]} 已提供 {what}", f"pack {first[what]} provides {what} already")
                hint = both("只能由一个包提供。", "One pack only may provide it.")
                problems.append(pack.problem("name.twice", message, hint, ("provides", what), key=True))
            first.setdefault(what, pack.pack)
    return problems
