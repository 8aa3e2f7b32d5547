"""From folders of packs to Rules: read, merge, check the form, build, check the meaning. Every problem is told."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from huying.declare import (
    breakdowns,
    build_derived,
    build_flow,
    build_form,
    build_indicator,
    build_ledger,
    build_papers,
    build_published,
    build_recipes,
    build_reports,
    build_rest,
    build_subjects,
    build_templates,
    crosschecks,
    flow_tables,
    scans,
    second_look,
)
from huying.declare.building import Building
from huying.declare.check import check
from huying.declare.declarations import Declaration, Names, digest, merged
from huying.declare.kinds import Rules
from huying.declare.packs import find_packs, read_pack
from huying.declare.problems import Problem, Problems, both, did_you_mean, quoted
from huying.declare.shapes import check_shape

LIKE = ("ledger", "flow")


def load(*folders: Path) -> tuple[Rules | None, list[Problem]]:
    """Rules from packs: each folder is a pack, or holds packs.

    Returns (Rules, []) when everything is right, and (None, problems) when anything is wrong: all problems of all
    files, by file and line. Raises nothing for what files hold.
    """
    building, problems = draft(*folders)
    return (None, problems) if problems else (rules_of(building), [])


def load_or_raise(*folders: Path) -> Rules:
    """Rules from packs. Raises Problems, which holds all that is wrong."""
    rules, problems = load(*folders)
    if rules is None:
        raise Problems(problems)
    return rules


def draft(*folders: Path) -> tuple[Building, list[Problem]]:
    """What could be built, and everything that is wrong with it, by file and line."""
    declarations, problems = _read(folders)
    names = _names(declarations, problems)
    problems += flow_tables.take_over(names)
    _merge(names, problems)
    for declaration in names.found.values():
        if declaration.sound and not declaration.rows and not declaration.made:
            found = check_shape(declaration)
            declaration.sound = not found
            problems += found
    _make_flows(names, problems)
    problems += build_form.make_ledgers(names)
    problems += scans.spell_out(names)
    for declaration in names.found.values():
        if declaration.kind == "flow" and declaration.sound:
            problems += second_look.spell_out(declaration)
    building = build(names)
    problems += check(building)
    return building, once(problems + building.problems)


def once(problems: list[Problem]) -> list[Problem]:
    """Sorted; a mistake that a declaration has from the one it is `like` is told once."""
    seen = {(one.file, one.line, one.column, one.code, one.message): one for one in sorted(problems, reverse=True)}
    return sorted(seen.values())


def build(names: Names) -> Building:
    """Everything that is sound, in the order in which one kind needs another."""
    building = Building(names)
    build_ledger.build_roles(building)
    build_ledger.build_codes(building)
    build_subjects.build_subjects(building)
    build_ledger.build_ledgers(building)
    build_flow.build_flows(building)
    build_flow.build_dispatch(building)
    build_flow.build_limits(building)
    build_derived.build_derived(building)
    build_indicator.build_indicators(building)
    build_rest.build_commitments(building)
    breakdowns.build(building)
    build_published.build(building)
    build_recipes.build(building)
    crosschecks.build(building)
    build_rest.build_pages(building)
    build_form.build_forms(building)
    build_templates.build_templates(building)
    build_templates.build_feeds(building)
    build_papers.build_papers(building)
    build_reports.build_reports(building)
    build_rest.build_cases(building)
    build_rest.build_calendars(building)
    build_rest.build_packs(building)
    return building


def rules_of(building: Building) -> Rules:
    bodies = {key: declaration.body() for key, declaration in sorted(building.names.found.items())}
    return Rules(
        packs=building.packs,
        roles=building.roles,
        codes=building.codes,
        ledgers=building.ledgers,
        flows=building.flows,
        dispatch=building.dispatch,
        limits=building.limits,
        indicators=building.indicators,
        commitments=building.commitments,
        readings=tuple(building.readings),
        published=tuple(building.published),
        calibration=building.calibration,
        stated=building.stated,
        crosschecks=building.crosschecks,
        derived=building.derived,
        subjects=building.subjects,
        pages=building.pages,
        forms=building.forms,
        templates=building.templates,
        papers=building.papers,
        cases=tuple(building.cases),
        bodies=bodies,
        digests={key: digest(body) for key, body in bodies.items()},
        provides=building.provides,
        calendars=building.calendars,
    )


def _read(folders: Iterable[Path]) -> tuple[list[Declaration], list[Problem]]:
    found, problems = find_packs(folders)
    declarations: list[Declaration] = []
    seen: dict[str, str] = {}
    for path, shown in found:
        if path.name in seen:
            message = both(f"包 {path.name} 有两个", f"there are two packs {path.name}")
            hint = both(f"另一个在 {seen[path.name]}；请只留一个。", f"The other is {seen[path.name]}; keep one.")
            problems.append(Problem(f"{shown}/pack.yaml", 0, 0, "name.twice", message, hint))
            continue
        seen[path.name] = shown
        inner, wrong = read_pack(path, shown)
        declarations += inner
        problems += wrong
    return declarations, problems


def _names(declarations: list[Declaration], problems: list[Problem]) -> Names:
    packs = {one.pack: one for one in declarations if one.kind == "pack"}
    everywhere = sorted({one.pack for one in declarations})
    direct = {pack: _needs(packs[pack]) if pack in packs and packs[pack].sound else everywhere for pack in everywhere}
    for pack, declaration in packs.items():
        for place, need in enumerate(direct[pack] if declaration.sound else []):
            if need not in direct:
                message = both(f"没有包 {quoted(need)}", f"there is no pack {quoted(need)}")
                hint = did_you_mean(need, everywhere, "包", "Packs")
                problems.append(declaration.problem("pack.missing", message, hint, ("needs", place)))
    names = Names({pack: _closure(pack, direct) for pack in everywhere})
    for pack, declaration in packs.items():
        if declaration.sound and pack in names.needs[pack]:
            message = both(f"包 {pack} 绕了一圈又需要自己", f"pack {pack} needs itself, round about")
            hint = both("请去掉其中一个 needs。", "Take one of the needs away.")
            problems.append(declaration.problem("pack.cycle", message, hint, ("needs",), key=True))
    for one in declarations:
        names.found[(one.kind, one.name)] = one
        if one.kind == "roles":
            _note_roles(one, names, problems)
    return names


def _needs(declaration: Declaration) -> list[str]:
    needs = declaration.data.get("needs", []) if isinstance(declaration.data, dict) else []
    return [need for need in needs if isinstance(need, str)] if isinstance(needs, list) else []


def _closure(pack: str, direct: dict[str, list[str]]) -> list[str]:
    """Packs that `pack` needs, nearest first; itself among them where the needs run in a circle."""
    found: list[str] = []
    waiting = list(direct[pack])
    while waiting:
        need = waiting.pop(0)
        if need in direct and need not in found:
            found.append(need)
            waiting += direct[need]
    return found


def _note_roles(declaration: Declaration, names: Names, problems: list[Problem]) -> None:
    roles = declaration.data.get("roles") if declaration.sound and isinstance(declaration.data, dict) else None
    if not isinstance(roles, dict):
        names.blind.add(declaration.pack)
        return
    for role in roles:
        if role in names.roles:
            other = names.roles[role]
            message = both(f"角色 {role} 在包 {other} 里已有", f"pack {other} has a role {role} already")
            hint = both(
                "角色名在全区只有一个意思：请换个名称。", "A role's name means one thing in a district: choose another."
            )
            problems.append(declaration.problem("name.twice", message, hint, ("roles", role), key=True))
        names.roles.setdefault(role, declaration.pack)


def _merge(names: Names, problems: list[Problem]) -> None:
    """Put parents under the declarations that are `like` them."""
    done: set[tuple[str, str]] = set()

    def settle(key: tuple[str, str], below: tuple[tuple[str, str], ...]) -> None:
        declaration = names.found[key]
        like = declaration.data.get("like") if isinstance(declaration.data, dict) else None
        if key in done or not isinstance(like, str):
            return
        done.add(key)
        noun = ("台账", "ledger") if key[0] == "ledger" else ("流程", "flow")
        parent = names.resolve(key[0], like, declaration.pack)
        if parent is None:
            message, hint = names.unknown(key[0], *noun, like, declaration.pack)
            problems.append(declaration.problem(f"name.unknown-{noun[1]}", message, hint, ("like",)))
            declaration.sound = False
            return
        other = (parent.kind, parent.name)
        if other == key or other in below:
            message = both("like 绕了一圈又回到自己", "like comes back to itself, round about")
            hint = both("请去掉其中一个 like。", "Take one of them away.")
            problems.append(declaration.problem("name.cycle", message, hint, ("like",)))
            declaration.sound = False
            return
        settle(other, (*below, key))
        if not parent.sound or not isinstance(parent.data, dict):
            declaration.sound = False
            return
        over = {name: value for name, value in parent.data.items() if name != "like"}
        declaration.data = merged(over, declaration.data)
        declaration.sources += parent.sources

    for key in sorted(names.found):
        if key[0] in LIKE:
            settle(key, ())


def _make_flows(names: Names, problems: list[Problem]) -> None:
    """Flows that need no file: of a register that is kept, and of a ledger that is like another."""
    ledgers = [one for (kind, _), one in sorted(names.found.items()) if kind == "ledger"]
    for ledger in sorted(ledgers, key=lambda one: len(one.sources)):  # parents first
        key = ("flow", ledger.name)
        if not ledger.sound or key in names.found:
            continue
        sources = ledger.sources
        if ledger.data.get("kept_by"):
            data = build_flow.kept_flow(ledger)
            names.found[key] = Declaration("flow", ledger.pack, ledger.short, sources, data, made=True)
            continue
        like = ledger.data.get("like")
        parent = names.resolve("ledger", like, ledger.pack) if like else None
        flow = names.get("flow", parent.name) if parent else None
        if flow and not flow.made:
            data = {**flow.data, "flow": ledger.short, "like": flow.name}
            names.found[key] = Declaration(
                "flow", ledger.pack, ledger.short, [*sources[:1], *flow.sources], data, made=True, sound=flow.sound
            )
