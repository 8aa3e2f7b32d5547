"""Who set a field, when, from what to what: made from a record's history; for what was imported, of which file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from huying.engine import database
from huying.engine.packs import District
from huying.engine.records import Entry

ROW = 0xFFFF_FFFF_FFFF  # the bits of an import's act that are its row
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
        return self.entry.act.int & ROW if self.source and self.entry.act else None

    @property
    def source(self) -> UUID | None:
        """What stands for the sheet that it came from."""
        act = self.entry.act
        return UUID(int=act.int & ~ROW) if act and self.entry.via == "import" and act.version == 8 else None


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


def files(district: District, changes: Iterable[Change]) -> dict[UUID, tuple[str, str]]:
    """Source -> (name of the file, of its sheet), of those that are known. One statement, none where nothing was imported."""
    wanted = list({one.source for one in changes} - {None})
    if not wanted:
        return {}
    rows = database.direct().tuples(
        "select act, file_name, sheet from hy.import_source where district = %s and act = any(%s)",
        [district.id, wanted],
    )
    return {act: (name, sheet) for act, name, sheet in rows}
