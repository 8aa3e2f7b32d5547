"""What each record adds to a figure, and what that is against another period or another moment: who came, left, was altered.

Both sides are the very rows that are counted (counting.contributions_sql), joined record by record. So the differences of
the records add up to the difference of the figures, above and below the line, for everything that adds up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from huying.engine import access, counting, database, measuring, records
from huying.engine.counting import Question
from huying.engine.database import Reach
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record

CAME, LEFT, ALTERED = "came", "left", "altered"
HOW = (CAME, LEFT, ALTERED)


@dataclass(frozen=True)
class Added:
    """What records add: above the line, and below it."""

    num: Decimal = Decimal(0)
    den: Decimal = Decimal(0)
    records: int = 0

    def __add__(self, other: Added) -> Added:
        return Added(self.num + other.num, self.den + other.den, self.records + other.records)


@dataclass(frozen=True)
class Changed:
    """One record that adds other than before. was, now: what it adds (above, below); None where it is not counted, or its
    value unknown. before, after: the record as it was known at the one and at the other moment, as the actor sees it."""

    how: str
    was: tuple[Decimal | None, Decimal | None]
    now: tuple[Decimal | None, Decimal | None]
    before: Record | None
    after: Record | None

    @property
    def record(self) -> Record:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def difference(self) -> Decimal:
        """What it makes the figure differ by, above the line."""
        return (self.now[0] or Decimal(0)) - (self.was[0] or Decimal(0))


@dataclass(frozen=True)
class Compared:
    """came, left, altered -> what they add together (the difference); a page of the records, the greatest difference first."""

    by_how: Mapping[str, Added]
    page: tuple[Changed, ...]

    @property
    def total(self) -> Added:
        return sum(self.by_how.values(), Added())


def reach_of(question: Question, actor: Actor) -> Reach:
    """In which the actor reads the records of a question. Raises access.Refused."""
    measuring.may_count(question, actor)
    return access.reach_for_all([question.rules.ledgers[n] for n in question.ledgers], actor)


def compare(
    district: District, actor: Actor, was: Question, now: Question, offset: int = 0, limit: int = 50
) -> Compared:
    """Two answers to one question, record by record, within the actor's reach. Both have one period and no split.

    Two statements in one round trip, and one for each ledger and side. Raises access.Refused.
    """
    reach = reach_of(now, actor)
    (old, first), (new, second) = counting.contributions_sql(was), counting.contributions_sql(now)
    both = (
        f"with a as ({old}), b as ({new}), c as (select coalesce(b.ledger, a.ledger) as ledger, coalesce(b.id, a.id) as id, "
        "coalesce(b.opened_at, a.opened_at) as opened_at, a.n as an, a.d as ad, b.n as bn, b.d as bd, "
        f"case when a.id is null then '{CAME}' when b.id is null then '{LEFT}' else '{ALTERED}' end as how "
        "from a full join b on b.ledger = a.ledger and b.id = a.id where (a.n is not null or b.n is not null) and "
        "(a.n is distinct from b.n or a.d is distinct from b.d))\n"
    )
    totals = (
        f"{both}select how, count(*) as records, sum(coalesce(bn, 0) - coalesce(an, 0)) as num, "
        "sum(coalesce(case when bn is not null then bd end, 0) - coalesce(case when an is not null then ad end, 0)) as den "
        "from c group by how"
    )
    page = (
        f"{both}select * from c order by abs(coalesce(bn, 0) - coalesce(an, 0)) desc, opened_at desc, id "
        f"limit {min(int(limit), records.MOST)} offset {int(offset)}"
    )
    params = [*first, *second]
    sums, rows = database.asked(reach, [(totals, params), (page, params)])
    found = {row["how"]: Added(row["num"] or Decimal(0), row["den"] or Decimal(0), row["records"]) for row in sums}
    return Compared({how: found.get(how, Added()) for how in HOW}, tuple(_told(district, actor, was, now, rows)))


def of_records(
    question: Question, reach: Reach, condition: str, params: Sequence[Any] = (), limit: int = 20
) -> list[tuple[str, UUID]]:
    """(ledger, record) of those whose contribution meets a condition in SQL over n and d, the latest first."""
    sql, first = counting.contributions_sql(question)
    statement = f"select ledger, id from ({sql}) c where {condition} order by opened_at desc, id limit {int(limit)}"
    [rows] = database.asked(reach, [(statement, [*first, *params])])
    return [(question.ledgers[row["ledger"]], row["id"]) for row in rows]


def _told(
    district: District, actor: Actor, was: Question, now: Question, rows: Sequence[Mapping[str, Any]]
) -> list[Changed]:
    before, after = (_records(district, actor, question, rows) for question in (was, now))
    found = []
    for row in rows:
        key = now.ledgers[row["ledger"]], row["id"]
        one = Changed(
            row["how"],
            (row["an"], row["ad"]),
            (row["bn"], row["bd"]),
            None if row["how"] == CAME else before.get(key),
            None if row["how"] == LEFT else after.get(key),
        )
        if one.before or one.after:
            found.append(one)
    return found


def _records(
    district: District, actor: Actor, question: Question, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, UUID], Record]:
    wanted: dict[str, list[UUID]] = {}
    for row in rows:
        wanted.setdefault(question.ledgers[row["ledger"]], []).append(row["id"])
    moment = _moment(question)
    return {
        (ledger, one.id): one
        for ledger, ids in wanted.items()
        for one in records.many(district, actor, ledger, ids, moment)
    }


def _moment(question: Question) -> datetime | None:
    """As of when records of a question are read: of what a ledger held, the end of the period."""
    from huying.engine.counting_days import sources

    if question.indicator.stock != ("recorded",):
        return question.as_of
    held = next(iter(sources(question, question.ledgers[0])))
    return held.params[0] if held.params else None
