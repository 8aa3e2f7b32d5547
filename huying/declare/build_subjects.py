"""Kinds of subject from their declarations."""

from __future__ import annotations

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.subjects import Part, Subject


def build_subjects(building: Building) -> None:
    for declaration in building.of("subject"):
        data = declaration.data
        building.subjects[declaration.name] = Subject(
            name=declaration.name,
            title=data["title"],
            known_by={name: Part(one["title"], one["form"]) for name, one in data["known_by"].items()},
            same=tuple(data.get("same", ())),
            likely=tuple(tuple(parts) for parts in data.get("likely", ())),
            source=data.get("source", ""),
        )


def of_cases(building: Building, declaration: Declaration) -> Declaration | None:
    """The subject that a file of cases is of; None where it is of something else."""
    of, pack = declaration.data["of"], declaration.pack
    if building.names.resolve("ledger", of, pack) or building.names.resolve("derived", of, pack):
        return None
    found = building.names.resolve("subject", of, pack)
    return found if found and found.name in building.subjects else None
