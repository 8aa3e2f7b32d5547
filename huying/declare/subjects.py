"""Whom or what rows speak of: kinds of subject as packs declare them, and which fields of a ledger tell one.

    subject: person                                   ledger: hardship
    known_by: {number: {form: identity}, …}           speaks_of: {person: {number: id_number, name: name}}
    same: [number]          # any one alone says that two rows speak of the same
    likely: [[name, born]]  # these together say that it is likely: a person looks and says

Values are compared in a normal form (likeness.py), for equality and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

IDENTITY, CODE, NAME, PHONE, DATE = "identity", "code", "name", "phone", "date"
TYPES = {  # form -> types of field that can be written in it
    IDENTITY: ("text",),
    CODE: ("text", "code", "enum"),
    NAME: ("text",),
    PHONE: ("text", "phone"),
    DATE: ("date",),
}


@dataclass(frozen=True)
class Part:
    """One thing by which a subject is known. form: how it is compared."""

    title: str
    form: str


@dataclass(frozen=True)
class Rule:
    """Parts that must all agree. exact: then it is the same; else it is likely, and a person says."""

    parts: tuple[str, ...]
    exact: bool

    @property
    def name(self) -> str:
        return "+".join(self.parts)


@dataclass(frozen=True)
class Subject:
    """A kind of subject: person, firm, house. known_by: part -> how it is compared."""

    name: str
    title: str
    known_by: dict[str, Part]
    same: tuple[str, ...] = ()
    likely: tuple[tuple[str, ...], ...] = ()
    source: str = field(default="", compare=False)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Identifiers first, in the order declared."""
        return (*(Rule((part,), True) for part in self.same), *(Rule(parts, False) for parts in self.likely))

    def rules_for(self, fields: Mapping[str, str]) -> list[Rule]:
        """The rules whose parts a ledger all has. fields: part -> its field."""
        return [rule for rule in self.rules if set(rule.parts) <= fields.keys()]
