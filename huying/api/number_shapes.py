"""What /indicators answers."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema


class Indicator(Schema):
    """kind: counted, stated, figured or listed; pack: the area of work, by its name; owner: whose pack it is."""

    name: str
    title: str
    question: str
    of: str
    measure: str
    unit: str
    period: str
    split: list[str]
    good: str
    source: str
    kind: str
    pack: str
    owner: str
    published: bool


class Indicators(Schema):
    indicators: list[Indicator]


class Figure(Schema):
    """One cell. status: value, missing, not_applicable or suppressed; num and den are exact."""

    period: str
    since: str
    until: str
    split: dict[str, str]
    labels: dict[str, str]
    value: float | None
    num: str | None
    den: str | None
    rows: int
    left_out: int
    status: str
    says: str


class PartOf(Schema):
    """An indicator that another is figured from, and the days it was asked about."""

    indicator: str
    title: str
    from_: str = Field(alias="from", serialization_alias="from")
    to: str


class Measured(Schema):
    """Figures with what made them: the declaration in words, the SQL that ran, whose rules."""

    indicator: Indicator
    figures: list[Figure]
    parts: list[PartOf]
    from_: str = Field(alias="from", serialization_alias="from")
    to: str
    by: str
    words: str
    sql: str
    as_of: datetime | None
    moment: datetime
    rule: str
    digest: str
    notes: list[str]
    provisional: bool
