"""What a pack says of promises: the tasks it has ready, and what became of every sentence of a document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

QUARTERS = (1, 2, 3, 4)


def quarter_of(day: date) -> int:
    """The quarter that a day lies in, 1 to 4."""
    return (day.month + 2) // 3


def quarter_end(year: int, quarter: int) -> date:
    """The last day of a quarter.

    >>> quarter_end(2020, 2)
    datetime.date(2020, 6, 30)
    """
    return date(year, quarter * 3, 31 if quarter in (1, 4) else 30)


@dataclass(frozen=True)
class Reading:
    """A place in a source document that gave rise to a commitment: in our own words, never its sentence."""

    place: str
    says: str
    value: str = ""
    unit: str = ""
    id: str = ""
    document: str = ""
    line: int = 0  # of the document's text
    task: str = ""  # full name of the commitment that it belongs to; else:
    reason: str = ""  # why it makes no task
    note: str = ""


@dataclass(frozen=True)
class Commitment:
    """A task that a pack has ready: a district takes it over as a draft, and from then on the district's record counts.

    pace     ISO date -> decimal, or {"kind": linear, milestone, maintain, zero or year_end}
    texts    quarter (1 to 4) -> what will have been done by its end
    """

    name: str
    title: str
    document: str
    readings: tuple[Reading, ...]
    parent: str = ""  # full name of the commitment that it is a part of
    source_kind: str = "work_report"
    measure_note: str = ""  # how it is counted, in words
    texts: dict[int, str] = field(default_factory=dict)
    published: bool = False
    measure: str = ""  # full name of an indicator
    comparator: str = ""  # ge, le, eq
    target: str = ""  # a decimal, as text
    unit: str = ""
    baseline: str = ""
    strength: str = ""  # 确保, 力争, 探索 …
    leader: str = ""
    lead: str = ""  # an office's code
    assist: tuple[str, ...] = ()
    pace: dict[str, str] = field(default_factory=dict)
    starts: str = ""
    deadline: str = ""
    deadline_source: str = ""
    number: str = ""  # 文号
    area: str = ""  # policy area
    source: str = ""
