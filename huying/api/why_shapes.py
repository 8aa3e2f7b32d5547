"""What /indicators/{name}/explain and what-if answer. Numbers are text, digit for digit."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema


class Value(Schema):
    """One figure. status: value, missing, not_applicable or suppressed."""

    value: str | None
    status: str
    num: str | None
    den: str | None
    rows: int
    left_out: int
    says: str


class Known(Schema):
    """A record with what decides whether and how much it counts, in words."""

    ledger: str
    code: str
    values: dict[str, str | None]


class RecordsBehind(Schema):
    total: int
    shown: list[Known]


class Matter(Schema):
    """A field that matters, before and after; null where the record was not there."""

    name: str
    title: str
    was: str | None
    now: str | None


class Changed(Schema):
    """A record that adds other than before. how: came, left or altered; num: what it makes the figure differ by."""

    ledger: str
    code: str
    how: str
    num: str | None
    values: list[Matter]


class Sum(Schema):
    how: str
    records: int
    num: str | None
    den: str | None


class Unseen(Schema):
    num: str | None
    den: str | None


class Difference(Schema):
    """Against another period or moment: num and den are the differences of the figures, which the sums and what is out of reach add up to."""

    against: str
    from_: str = Field(alias="from", serialization_alias="from")
    to: str
    as_of: datetime | None
    figure: Value
    num: str | None
    den: str | None
    out_of_reach: Unseen
    sums: list[Sum] | None
    records: list[Changed]


class Explained(Schema):
    """Why a figure is so. words_now: the rule of today where it is another; parts: of a number figured from others, each explained."""

    indicator: str
    title: str
    question: str
    unit: str
    cell: dict[str, str]
    cell_titles: dict[str, str]
    figure: Value
    from_: str = Field(alias="from", serialization_alias="from")
    to: str
    by: str
    words: str
    in_force_since: datetime | None
    versions: int
    words_now: str | None
    words_before: str | None
    digest: str
    rule: str
    as_of: datetime | None
    moment: datetime
    provisional: bool
    notes: list[str]
    sql: str
    seen_by: list[str]
    records: RecordsBehind | None
    difference: Difference | None
    parts: list[Explained]


class Supposed(Schema):
    """What a figure would be. left: codes of records that no step leads to the state; nothing was written."""

    indicator: str
    before: Value
    after: Value
    taken: list[str]
    left: list[str]
    said: list[str]
