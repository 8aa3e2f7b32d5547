"""What the API gives of derived ledgers, as OpenAPI shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field


class DerivedLedger(Schema):
    """A ledger that is computed. from: ledgers whose records put rows there; reads: all that it reads; words: how."""

    name: str
    title: str
    group: str
    purpose: str
    from_: list[str] = Field(alias="from", serialization_alias="from")
    reads: list[str]
    words: list[str]
    columns: dict[str, str]


class DerivedLedgers(Schema):
    derived: list[DerivedLedger]


class WhyListed(Schema):
    """Why a row is listed on the day asked: in words, on which days, and the record. few, many: slot -> how many there are."""

    ground: int
    words: list[str]
    from_day: str | None
    to_day: str | None
    ledger: str
    code: str
    url: str
    few: dict[str, int]
    many: dict[str, int]


class ListedRow(Schema):
    """A row. label: a code, or the mask of a secret value; from_day, to_day: null without bound; hidden: reasons out of reach."""

    label: str
    from_day: str | None
    to_day: str | None
    values: dict[str, Any]
    reasons: list[WhyListed]
    hidden: int


class Listing(DerivedLedger):
    """Who is listed on a day, by what was known at `as_of`, or is known now."""

    on: str
    as_of: datetime | None
    rows: list[ListedRow]
    total: int
    more: bool
    limit: int
    offset: int
