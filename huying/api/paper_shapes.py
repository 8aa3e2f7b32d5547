"""What /papers gives."""

from __future__ import annotations

from ninja import Schema


class Paper(Schema):
    """An official paper. ledger: whose records it is of; list: of many of them at once."""

    name: str
    title: str
    ledger: str
    formats: list[str]
    list: bool


class Papers(Schema):
    papers: list[Paper]
