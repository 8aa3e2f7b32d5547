"""Who set a field, when, from what to what: made from a record's history, without another statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from huying.engine.records import Entry

EMPTY = (None, [], "")


@dataclass(frozen=True)
class Change:
    """One change of one field. before, value: as the events' text has them; None where it was or became empty."""

    before: Any
    value: Any
    entry: Entry

    @property
    def row(self) -> int | None:
        """The row of the sheet that it came from."""
        act = self.entry.act
        return act.int & 0xFFFF_FFFF_FFFF if act and self.entry.via == "import" and act.version == 8 else None


def by_field(entries: Iterable[Entry]) -> dict[str, list[Change]]:
    """Field -> its changes, the latest first; an event that sets what stands already changes nothing.

    entries  in order, as `records.history` gives them
    """
    stands: dict[str, Any] = {}
    found: dict[str, list[Change]] = {}
    for entry in entries:
        for name, value in entry.values.items():
            value = None if value in EMPTY else value
            before = stands.get(name)
            if value != before:
                found.setdefault(name, []).insert(0, Change(before, value, entry))
                stands[name] = value
    return found
