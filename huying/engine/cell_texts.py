"""Values as a sheet shows them to people: labels, names and codes in place of keys and ids.

The other way round is cell_values.py: what is shown `apart` is read back as the value it came from.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from huying.declare.kinds import Field, say
from huying.engine import database
from huying.engine.packs import District
from huying.engine.places import Tree

Shown = None | str | int | Decimal | date | datetime
YES = {"zh": ("否", "是"), "en": ("no", "yes")}


class Shower:
    """Shows values in one language.

    apart  whether two choices, entries or places of one name are told apart: by their key, or by what they lie in
    """

    def __init__(self, district: District, tree: Tree, lang: str, apart: bool = False):
        self.district, self.tree, self.lang, self.apart = district, tree, lang, apart
        self._labels: dict[str, dict[str, str]] = {}

    def say(self, text: str) -> str:
        return say(text, self.lang)

    def head(self, field: Field) -> str:
        """The field's title, with its unit of measure."""
        unit = self.say(field.unit)
        return f"{self.say(field.title)}{f' ({unit})' if unit else ''}"

    def cell(self, field: Field, value: Any, known: Mapping[Any, str]) -> Shown:
        """A value as one cell. Moments are aware, in the district's zone; known: id -> code of referenced records."""
        if value is None:
            return None
        match field.type:
            case "enum" | "code":
                return self.labels(field).get(value, str(value))
            case "area" | "office":
                return self.places.get(value)
            case "post":
                return self.posts.get(value)
            case "boolean":
                return YES[self.lang][bool(value)]
            case "money":
                return Decimal(value) / 100
            case "time":
                return self.moment(value)
            case "point":
                return f"{value[0]},{value[1]}"
            case "record":
                return known.get(value)
            case "photos":
                return len(value)
        return value

    def moment(self, at: datetime | None) -> datetime | None:
        """A moment in the district's zone, to the minute."""
        return at.astimezone(self.district.calendar.tz).replace(second=0, microsecond=0) if at else None

    def labels(self, field: Field) -> dict[str, str]:
        """Of an enum or a code: value -> what is shown of it, in the declared order."""
        kept = field.codes or field.name
        if kept not in self._labels:
            titles = (
                {entry.code: entry.title for entry in self.district.rules.codes[field.codes].entries.values()}
                if field.codes
                else field.choices
            )
            said = {value: self.say(title) for value, title in titles.items()}
            self._labels[kept] = self._told_apart(said, lambda value: value)
        return self._labels[kept]

    @cached_property
    def places(self) -> dict[int, str]:
        """Area or office -> its name."""
        found: dict[int, str] = {}
        for offices in (False, True):
            names = {u.id: u.name(self.lang) for u in self.tree.units.values() if (u.kind == "office") == offices}
            found |= self._told_apart(names, self._with_above)
        return found

    @cached_property
    def posts(self) -> dict[int, str]:
        """Post -> its title."""
        rows = database.direct().rows("select id, title from hy.post where district = %s", [self.district.id])
        return {row["id"]: self.say(row["title"]) for row in rows}

    def _told_apart(self, names: dict[Any, str], otherwise: Callable[[Any], str]) -> dict[Any, str]:
        if not self.apart:
            return names
        times = Counter(name.lower() for name in names.values())
        keys = {str(key).lower(): key for key in names}

        def alone(key: Any, name: str) -> bool:
            return times[name.lower()] == 1 and keys.get(name.lower(), key) == key

        return {key: name if alone(key, name) else otherwise(key) for key, name in names.items()}

    def _with_above(self, unit: int) -> str:
        here = self.tree.units[unit]
        above = self.tree.get(here.parent) if here.parent else None
        return f"{above.name(self.lang)}/{here.name(self.lang)}" if above else here.name(self.lang)


def told(cell: Any) -> str:
    """A cell as plain text: the same for what was written and for what another program made of it when it saved it."""
    if cell is None:
        return ""
    if cell.__class__ is str and cell.isascii() and "_x000D_" not in cell:
        return cell.replace("\r\n", "\n").strip(" \t\r\n")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | Decimal):
        return format(Decimal(cell).normalize(), "f")
    if isinstance(cell, datetime):
        minute = (cell + timedelta(seconds=30)).replace(second=0, microsecond=0, tzinfo=None)
        return minute.isoformat(timespec="minutes") if minute.hour or minute.minute else minute.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell).replace("\u200b", "").replace("\ufeff", "").replace("_x000D_", "").replace("\r\n", "\n")
    return unicodedata.normalize("NFC", text).strip(" \t\r\n\u00a0\u3000")
