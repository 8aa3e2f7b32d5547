"""Templates of superiors' forms, and the systems that ledgers feed, from their declarations."""

from __future__ import annotations

from dataclasses import replace

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.sources import Keys
from huying.declare.templates import Feed, Part, Parts, Template, parts_of


def build_templates(building: Building) -> None:
    for declaration in building.of("template"):
        data = declaration.data
        ledger = building.refer(declaration, "ledger", data["of"], ("of",))
        scope = building.scope(ledger)
        unit, _, day = data.get("period", "").partition(" of ")
        building.templates[declaration.name] = Template(
            name=declaration.name,
            title=data["title"],
            of=ledger,
            rows=data["rows"],
            columns={title: _parts(building, declaration, ledger, ("columns", title)) for title in data["columns"]},
            labels={
                label: _parts(building, declaration, ledger, ("labels", label)) for label in data.get("labels", {})
            },
            where=building.expression(declaration, data.get("where"), ("where",), scope),
            period=(unit, day),
            source=data.get("source", ""),
        )


def _parts(building: Building, declaration: Declaration, ledger: str, path: Keys) -> Parts:
    """The parts of a title; conditions are read to see that they are right, names of indicators become full ones."""
    written = declaration.data[path[0]][path[1]]
    scope = building.scope(ledger)
    for key in ("where", "count"):
        if key in written and written[key] is not True:
            building.expression(declaration, written[key], (*path, key), scope)
    found = []
    for part in parts_of(written):
        if part.kind == "indicator":
            part = Part("indicator", building.refer(declaration, "indicator", part.of, (*path, "indicator")))
        found.append(part)
    return tuple(found)


def build_feeds(building: Building) -> None:
    """The second half of ledgers: templates are known only now."""
    for declaration in building.of("ledger"):
        written = declaration.data.get("feeds", ())
        feeds = [
            Feed(one["system"], full, one.get("every", ""))
            for place, one in enumerate(written)
            if (full := building.refer(declaration, "template", one["template"], ("feeds", place, "template")))
        ]
        if feeds:
            ledger = building.ledgers[declaration.name]
            building.ledgers[declaration.name] = replace(ledger, feeds=tuple(feeds))
