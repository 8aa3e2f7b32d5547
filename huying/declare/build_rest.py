"""Packs, commitments, pages, cases and calendars from their declarations."""

from __future__ import annotations

from typing import Any

from huying.declare import build_subjects, kinds
from huying.declare.building import Building, names_in
from huying.declare.declarations import Declaration, canonical
from huying.declare.pages import Page, Panel

COMPARATORS = {"at_least": "ge", "at_most": "le", "exactly": "eq"}
LEDGER_PANELS = ("map", "list")


def build_packs(building: Building) -> None:
    for declaration in building.of("pack"):
        data = declaration.data
        provides = {}
        for what, ledger in data.get("provides", {}).items():
            if full := building.refer(declaration, "ledger", ledger, ("provides", what)):
                provides[what] = full
                building.provides.setdefault(what, full)
        building.packs[declaration.pack] = kinds.Pack(
            name=declaration.pack,
            title=data["title"],
            version=data["version"],
            needs=tuple(data.get("needs", ())),
            owner=data.get("owner", ""),
            source=data.get("source", ""),
            provides=provides,
            budget=data.get("budget", {}),
            words=data.get("words", {}),
        )


def build_commitments(building: Building) -> None:
    for declaration in building.of("commitment"):
        data = declaration.data
        target = data.get("target", {})
        bound = next((one for one in COMPARATORS if one in target), "")
        measure = building.refer(declaration, "indicator", data["measure"], ("measure",)) if "measure" in data else ""
        building.commitments[declaration.name] = kinds.Commitment(
            name=declaration.name,
            title=data["title"],
            document=data["document"],
            readings=tuple(
                kinds.Reading(one["place"], one["says"], _number(one.get("value", ""))) for one in data["readings"]
            ),
            measure=measure,
            comparator=COMPARATORS.get(bound, ""),
            target=_number(target.get(bound, "")),
            unit=target.get("unit", ""),
            baseline=_number(data.get("baseline", "")),
            strength=data.get("strength", ""),
            leader=data.get("leader", ""),
            lead=data.get("lead", ""),
            assist=tuple(data.get("assist", ())),
            pace={day: _number(value) for day, value in data.get("pace", {}).items()},
            starts=data.get("starts", ""),
            deadline=data.get("deadline", ""),
            deadline_source=data.get("deadline_source", ""),
            number=data.get("number", ""),
            published=data.get("published", False),
            area=data.get("area", ""),
            source=data.get("source", ""),
        )


def _number(value: Any) -> str:
    """A number of a declaration as decimal text; text stays as it is."""
    return value if isinstance(value, str) else canonical(value).strip('"')


def build_pages(building: Building) -> None:
    for declaration in building.of("page"):
        panels = tuple(
            _panel(building, declaration, ("panels", place), panel)
            for place, panel in enumerate(declaration.data["panels"])
        )
        data = declaration.data
        building.pages[declaration.name] = Page(
            declaration.name,
            data["title"],
            panels,
            data.get("public", False),
            data.get("area", ""),
            data.get("wall", False),
        )


def _panel(building: Building, declaration: Declaration, path: tuple[str | int, ...], panel: dict[str, Any]) -> Panel:
    kind = "ledger" if panel["kind"] in LEDGER_PANELS else "indicator"
    full = building.refer(declaration, kind, panel["of"], (*path, "of")) if "of" in panel else ""
    scope = building.scope(full) if kind == "ledger" else None
    return Panel(
        kind=panel["kind"],
        of=full,
        title=panel.get("title", ""),
        text=panel.get("text", ""),
        where=building.expression(declaration, panel.get("where"), (*path, "where"), scope),
        split=panel.get("split", ""),
        show=names_in(panel.get("show")),
        over=panel.get("over", ""),
        by=panel.get("by", ""),
        top=panel.get("top", 0),
    )


def build_cases(building: Building) -> None:
    for declaration in building.of("cases"):
        derived = building.names.resolve("derived", declaration.data["of"], declaration.pack)
        subject = build_subjects.of_cases(building, declaration)
        found = derived or subject
        of = found.name if found else building.refer(declaration, "ledger", declaration.data["of"], ("of",))
        for case in declaration.data["cases"]:
            when = case.get("when", [])
            when = when if isinstance(when, list) else [when]
            building.cases.append(
                kinds.CaseFile(case["case"], of, case.get("given", {}), tuple(when), case["then"], case.get("on", ""))
            )


def build_calendars(building: Building) -> None:
    for declaration in building.of("calendar"):
        building.calendars[declaration.name] = declaration.data
