"""What a superior's form asks, as a pack declares it or a person keeps it: each title of the form and what answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huying.declare.expressions import Expression

RECORDS, LABELS = "records", "labels"  # a row for each record, or rows that carry a label
MEASURES = ("count", "sum", "indicator")  # what gives a number
CONDITIONS = ("area", "where")  # what says of which records
LISTED = ("field", "level", "serial")  # what a row of a record may hold
QUIET = ("skip", "leave", "total")  # says nothing, is left to the person, adds up the rows above
KINDS = (*LISTED, *MEASURES, *CONDITIONS, *QUIET)


@dataclass(frozen=True)
class Part:
    """What one title, or one storey of it, means.

    kind  one of KINDS
    of    a field, a level of areas, an indicator's full name, an area's code, or the text of a condition
    """

    kind: str
    of: str = ""

    @property
    def key(self) -> str:
        """One text for it, as forms of pages send it."""
        return f"{self.kind}:{self.of}"


Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Template:
    """A form that is known again by its titles.

    of       full name of the ledger that answers
    rows     RECORDS or LABELS
    columns  title (storeys joined by ›) -> parts; labels: of rows, where they are not understood by themselves
    where    which records; period: (unit, date) of the records, ("", "") for all of them
    """

    name: str
    title: str
    of: str
    rows: str
    columns: Mapping[str, Parts]
    labels: Mapping[str, Parts] = field(default_factory=dict)
    where: Expression | None = None
    period: tuple[str, str] = ("", "")
    source: str = ""


@dataclass(frozen=True)
class Feed:
    """A superior's system that a ledger feeds. template: full name; every: day, week, month, quarter, year or occasion."""

    system: str
    template: str
    every: str = ""


def parts_of(written: Mapping[str, Any]) -> Parts:
    """The parts of a title as written: `{sum: floor_area, where: state == "done"}`."""
    found = []
    for kind, of in written.items():
        if kind == "count" and of is not True:
            found += [Part("count"), Part("where", str(of))]
        else:
            found.append(Part(kind, "" if of is True else str(of)))
    return tuple(found)


def written_of(parts: Parts) -> dict[str, Any]:
    """Parts as they are written; several conditions become one."""
    found: dict[str, Any] = {}
    for part in parts:
        if part.kind == "where" and "where" in found:
            found["where"] = f"({found['where']}) and ({part.of})"
        else:
            found[part.kind] = part.of or True
    return found
