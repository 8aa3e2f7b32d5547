"""The records behind a number, as a digest, and which of them came, left or were altered since a moment."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huying.engine import contributions, counting, database, indicators, people
from huying.engine.contributions import HOW
from huying.engine.database import Reach
from huying.engine.indicators import Asked
from huying.engine.measuring import Todo
from huying.engine.packs import District

SHOWN = 20  # records that are told by code


@dataclass(frozen=True)
class Moved:
    """How many records came, left and were altered; (ledger, code, how) of the first of them."""

    counts: dict[str, int]
    records: tuple[tuple[str, str, str], ...]


def digests(district: District, asked: Sequence[Asked], as_of: datetime | None) -> list[str]:
    """For each question a digest of what was counted for it: every record with what it adds. One round trip.

    Two questions with one digest counted the same records with the same values. Of derived ledgers, whose rows are made
    again and again, the digest is that of their figures.
    """
    todo = [indicators.leaves(district, one, as_of) for one in asked]
    statements = [_digest_sql(leaf) for leaves in todo for leaf in leaves]
    found = database.asked(Reach(district.id, "hy_all"), statements) if statements else []
    parts = iter(str(rows[0]["digest"] or "") for rows in found)
    return [hashlib.sha256("\n".join(next(parts) for _ in leaves).encode()).hexdigest() for leaves in todo]


def moved(district: District, asked: Asked, since: datetime) -> Moved:
    """What has changed among the records behind a number since a moment, by the rules of now."""
    then = indicators.leaves(district, asked, since, rule="now")
    now = indicators.leaves(district, asked, None)
    counts, told = dict.fromkeys(HOW, 0), {}
    seen = set()
    for a, b in zip(then, now, strict=True):
        key = (b.asked.name, b.asked.start, b.asked.end, tuple(b.asked.only.items()))
        if b.question.indicator.listed or key in seen:
            continue
        seen.add(key)
        found = contributions.compare(district, people.system(district.id), a.question, b.question, limit=SHOWN)
        for how, added in found.by_how.items():
            counts[how] += added.records
        told |= {(one.record.ledger.name, one.record.code): one.how for one in found.page}
    return Moved({how: n for how, n in counts.items() if n}, tuple((*key, how) for key, how in told.items())[:SHOWN])


def _digest_sql(todo: Todo) -> tuple[str, list[Any]]:
    if todo.question.indicator.listed:
        return f"select md5(string_agg(x::text, ',' order by x::text)) as digest from ({todo.sql}) x", todo.params
    inner, params = counting.contributions_sql(todo.question)
    return (
        "select encode(sha256(convert_to(string_agg(concat_ws(':', ledger, id, n, d), ',' order by ledger, id), 'UTF8')), 'hex') "
        f"as digest from ({inner}) r where n is not null",
        params,
    )
