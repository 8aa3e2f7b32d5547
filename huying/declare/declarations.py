"""A declaration between its file and its kind: merged values, and where each of them was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from huying.declare.problems import Problem, both, did_you_mean, joined, quoted
from huying.declare.sources import Keys, Place, Source
from huying.declare.tables import Row

KINDS = (
    "pack", "roles", "codes", "ledger", "flow", "dispatch", "limits", "indicator", "commitment", "breakdown", "readings",
    "figures", "calibration", "stated", "crosschecks", "derived", "subject", "page", "form", "template", "cases",
)  # fmt: skip


@dataclass
class Declaration:
    """One file as read, or one that the program makes (the flow of a kept ledger).

    sources  the file itself, then those it was made from by `like`
    data     values with the parents merged in; rows: of a table
    """

    kind: str
    pack: str
    short: str
    sources: list[Source]
    data: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    made: bool = False
    sound: bool = True  # its form is right, so that it can be built

    @property
    def name(self) -> str:
        return f"{self.pack}.{self.short}"

    @property
    def file(self) -> str:
        return self.sources[0].file

    def problem(
        self, code: str, message: str, hint: str = "", path: Keys = (), *, key: bool = False, offset: int = 0
    ) -> Problem:
        """A problem at a value (or key) of this declaration, in the file where it was written."""
        for source in self.sources:
            if source.has(path):
                return source.problem(code, message, hint, source.place(path, key=key, offset=offset))
        for cut in range(len(path), 0, -1):
            for source in self.sources:
                if source.has(path[:cut]):
                    return source.problem(code, message, hint, source.place(path[:cut], key=True))
        source = self.sources[0]
        return source.problem(code, message, hint, source.place(()))

    def row_problem(self, code: str, message: str, hint: str, row: Row, column: str = "", offset: int = 0) -> Problem:
        return self.sources[0].problem(code, message, hint, row.place(column, offset))

    def place(self, path: Keys = ()) -> Place:
        return self.sources[0].place(path)

    def body(self) -> str:
        """Canonical JSON: one text for one meaning, with the parents merged in."""
        return canonical([row.cells for row in self.rows] if self.rows else self.data)


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, exact numbers (a whole decimal as an integer), text in UTF-8."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value


def merged(parent: Any, child: Any) -> Any:
    """`child` over `parent`: mappings merge key by key, null removes, everything else replaces.

    A field that names its type anew (`$ref`, or `type` and `enum`) does not keep the parent's other way to name it.
    """
    if not isinstance(parent, dict) or not isinstance(child, dict):
        return child
    base = dict(parent)
    if "$ref" in child:
        for key in ("type", "enum", "format", "pattern", "maxLength", "minLength", "minimum", "maximum"):
            base.pop(key, None)
    elif "type" in child or "enum" in child:
        base.pop("$ref", None)
    for key, value in child.items():
        if value is None:
            base.pop(key, None)
        else:
            base[key] = merged(base.get(key), value)
    return base


class Names:
    """Which declarations there are, and what a short name means in a pack: its own first, then those it needs."""

    def __init__(self, needs: dict[str, list[str]]):
        self.needs = needs  # pack -> packs it needs, directly or not, nearest first
        self.found: dict[tuple[str, str], Declaration] = {}  # (kind, full name)
        self.roles: dict[str, str] = {}  # role -> pack
        self.blind: set[str] = set()  # packs whose roles could not be read

    def get(self, kind: str, full: str) -> Declaration | None:
        return self.found.get((kind, full))

    def visible(self, pack: str) -> list[str]:
        return [pack, *self.needs.get(pack, [])]

    def resolve(self, kind: str, name: str, pack: str) -> Declaration | None:
        """The declaration that `name` means in `pack`."""
        packs = self.visible(pack)
        if "." in name:
            found = self.get(kind, name)
            return found if found and found.pack in packs else None
        return next((found for one in packs if (found := self.get(kind, f"{one}.{name}"))), None)

    def unknown(self, kind: str, noun_zh: str, noun_en: str, name: str, pack: str) -> tuple[str, str]:
        """Message and hint for a name that means nothing in `pack`."""
        message = both(f"没有{noun_zh} {quoted(name)}", f"there is no {noun_en} {quoted(name)}")
        elsewhere = [one for (other, _), one in self.found.items() if other == kind and name in (one.name, one.short)]
        if elsewhere:
            return message, needs_hint(elsewhere[0].pack, pack)
        names = [
            one.short if one.pack == pack or "." not in name else one.name
            for (other, _), one in self.found.items()
            if other == kind and one.pack in self.visible(pack)
        ]
        return message, did_you_mean(name, names, noun_zh, noun_en.capitalize() + "s")

    def role_known(self, role: str, pack: str) -> bool:
        packs = self.visible(pack)
        return self.roles.get(role) in packs or not self.blind.isdisjoint(packs)

    def unknown_role(self, role: str, pack: str, special: Iterable[str] = ()) -> tuple[str, str]:
        message = both(f"没有角色 {quoted(role)}", f"there is no role {quoted(role)}")
        if role in self.roles:
            return message, needs_hint(self.roles[role], pack)
        roles = [one for one, owner in self.roles.items() if owner in self.visible(pack)]
        return message, did_you_mean(role, [*roles, *special], "角色", "Roles")


def needs_hint(other: str, pack: str) -> str:
    return joined(
        both(f"包 {other} 里有它。", f"Pack {other} has it."),
        both(f"请在 {pack}/pack.yaml 的 needs 里加上 {other}。", f"Add {other} to needs in {pack}/pack.yaml."),
    )
