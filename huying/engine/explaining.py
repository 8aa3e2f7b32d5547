"""Why is it so: one figure explains itself, from its question in words to the records that made it differ.

`explain` answers for one cell (an indicator, a stretch of days, values of its splits): the declaration it was counted by and
whether that is still in force, the SQL, the records behind, what changed since the period before (or since a moment), who may
see it, and the same for each part of a number figured from others. Pages, the API and `huying measure --explain` call this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from huying.declare.kinds import Rules
from huying.engine import (
    contributions,
    database,
    figure_labels,
    figures,
    figuring,
    hiding,
    indicators,
    people,
    questions,
    wording,
)
from huying.engine.contributions import Compared
from huying.engine.counting import Unanswerable
from huying.engine.figures import PARTS_OF_WHOLE, Figure
from huying.engine.indicators import Asked, Behind, Measured
from huying.engine.packs import District
from huying.engine.people import Actor

PREVIOUS, YEAR = "previous", "year"
ADDING = ("count", "sum", "share", "ratio", "average", "distinct", "statement")  # records' differences are the figure's


@dataclass(frozen=True)
class Cell:
    """One figure that is asked about. by: its period's unit, or all; only: split -> value; end is exclusive."""

    name: str
    start: date
    end: date
    by: str = "all"
    only: Mapping[str, str] | None = None
    as_of: datetime | None = None
    rule: str = "then"

    def asked(self) -> Asked:
        return Asked(self.name, self.start, self.end, (), None, self.by, dict(self.only or {}))


@dataclass(frozen=True)
class Declared:
    """By what a figure was counted. since: when that version came into force; present: what is in force now in words, where that is
    another; before: the version before it in words, where it is known; versions: how many there have been."""

    words: str
    since: datetime | None
    present: str = ""
    before: str = ""
    versions: int = 1


@dataclass(frozen=True)
class Difference:
    """Against another period or another moment. records: None where what is behind is not for the actor, or does not add up
    record by record. unseen: what of the difference lies in records out of the actor's reach (above, below the line)."""

    before: Measured
    against: str
    records: Compared | None
    num: Decimal | None = None
    den: Decimal | None = None
    unseen: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))

    @property
    def figure(self) -> Figure:
        return self.before.figure


@dataclass(frozen=True)
class Explained:
    """behind: a page of the records; None where they are not for the actor, or it has none of its own;
    seen_by: sentences, `中文 | English`; parts: of a number figured from others."""

    cell: Cell
    measured: Measured
    declared: Declared
    sql: str
    behind: Behind | None
    difference: Difference | None
    seen_by: tuple[str, ...]
    parts: tuple[Explained, ...] = ()

    @property
    def figure(self) -> Figure:
        return self.measured.figure


def explain(
    district: District,
    cell: Cell,
    actor: Actor | None = None,
    *,
    against: str | datetime = PREVIOUS,
    part: str = "den",
    offset: int = 0,
    limit: int = 20,
) -> Explained:
    """One figure, explained within the actor's reach; None: the whole district, as the program itself.

    against  previous, year, or a moment: the same cell as it was known then
    part     which records: num, miss, den or all, as `indicators.records_behind` has them

    Raises KeyError, Unanswerable, ValueError and access.Refused as `indicators.measure` does.
    """
    actor = actor or people.system(district.id)
    measured = _measure(district, cell, actor)
    return _explained(district, cell, actor, measured, against, part, offset, limit)


def _measure(district: District, cell: Cell, actor: Actor) -> Measured:
    asked, only = cell.asked(), dict(cell.only or {})
    indicator = questions.ruled(district, cell.name, cell.as_of, cell.rule).indicator
    aside = bool(only) and hiding.is_closed(district.rules, indicator, actor)
    if aside:  # what is published is shown by its table, lest one cell be taken from another
        asked = replace(asked, split=tuple(only), only={})
    [found] = indicators.measure_many(district, [asked], actor=actor, as_of=cell.as_of, rule=cell.rule)
    if aside:
        found = replace(found, figures=[one for one in found.figures if one.split == tuple(only.values())])
    if len(found.figures) != 1:
        raise Unanswerable("一次解释一个数：请只看一期 | One figure is explained at a time: ask for one period")
    return found


def _explained(
    district: District,
    cell: Cell,
    actor: Actor,
    measured: Measured,
    against: str | datetime,
    part: str,
    offset: int,
    limit: int,
) -> Explained:
    rules = questions.ruled(district, cell.name, cell.as_of, cell.rule).rules
    closed = hiding.is_closed(rules, measured.indicator, actor)
    seen = indicators.may_see(rules, replace(measured.indicator, published=False), actor) and not closed
    seen = seen or (not closed and hiding.records_are_public(rules, measured.indicator))
    behind = None
    if seen and not measured.indicator.figuring and not measured.indicator.listed:
        behind = indicators.records_behind(
            district, actor, cell.name, cell.start, cell.only, cell.as_of, part, end=cell.end, by="all",
            rule=cell.rule, offset=offset, limit=limit,
        )  # fmt: skip
    return Explained(
        cell,
        measured,
        _declared(district, measured),
        indicators.shown_sql(measured),
        behind,
        _difference(district, cell, actor, measured, against, seen, offset, limit),
        who_may_see(rules, measured),
        tuple(_part(district, cell, actor, one, against, limit) for one in measured.parts),
    )


def _part(
    district: District, whole: Cell, actor: Actor, measured: Measured, against: str | datetime, limit: int
) -> Explained:
    """A part of a number figured from others: its own figure over its own days; of a rank, what is ranked in that very cell."""
    cell = replace(whole, name=measured.indicator.name, start=measured.start, end=measured.end, by="all")
    how = questions.ruled(district, whole.name, whole.as_of, whole.rule).indicator.figuring
    if measured.split and how:  # a rank asks all values, and periods before
        only = {**(whole.only or {}), how.by: how.at} if how.at else whole.only
        cell = replace(whole, name=measured.indicator.name, only=only)
    one = measured if len(measured.figures) == 1 and not measured.split else _measure(district, cell, actor)
    cell = replace(cell, by=one.by)
    return _explained(district, cell, actor, one, against, "den", 0, min(limit, 5))


def _declared(district: District, measured: Measured) -> Declared:
    """One statement, and one for the rules before where there were others."""
    name = measured.indicator.name
    rows = database.direct().rows(
        "select digest, in_force from hy.declaration where district = %s and kind = 'indicator' and name = %s order by version",
        [district.id, name],
    )
    here = max((n for n, row in enumerate(rows) if bytes(row["digest"]) == measured.digest), default=None)
    present = ""
    if name not in district.rules.indicators:
        present = "现行规则里已经没有这个$indicator | The rules of today have no such $indicator"
    elif district.rules.digests.get(("indicator", name), b"") != measured.digest:
        present = wording.declaration(district.rules, district.rules.indicators[name])
    before = ""
    if here:
        then = questions.ruled(district, name, rows[here]["in_force"] - timedelta(seconds=1), "then")
        before = wording.declaration(then.rules, then.indicator)
    return Declared(measured.words, rows[here]["in_force"] if here is not None else None, present,
                    before if before != measured.words else "", max(len(rows), 1))  # fmt: skip


def _difference(
    district: District,
    cell: Cell,
    actor: Actor,
    now: Measured,
    against: str | datetime,
    seen: bool,
    offset: int,
    limit: int,
) -> Difference | None:
    """None where there is nothing before it."""
    earlier = _earlier(district, cell, actor, now, against)
    if earlier is None:
        return None
    try:
        before = _measure(district, earlier, actor)
    except (Unanswerable, ValueError):
        return None
    said = against if isinstance(against, str) else "moment"
    was, found = before.figure, now.figure
    indicator = now.indicator
    if not seen or indicator.figuring or indicator.listed:
        return Difference(before, said, None)
    used = questions.ruled(district, cell.name, cell.as_of, cell.rule)
    used_then = used if earlier.as_of == cell.as_of else questions.ruled(district, cell.name, earlier.as_of, cell.rule)
    compared = contributions.compare(
        district, actor,
        questions.question(district, replace(earlier.asked(), by="all"), used_then, earlier.as_of),
        questions.question(district, replace(cell.asked(), by="all"), used, cell.as_of),
        offset, limit,
    )  # fmt: skip
    if indicator.measure not in ADDING:
        return Difference(before, said, compared)
    num = (found.num or Decimal(0)) - (was.num or Decimal(0))
    den = (found.den or Decimal(0)) - (was.den or Decimal(0)) if indicator.measure in PARTS_OF_WHOLE else None
    total = compared.total
    return Difference(
        before, said, compared, num, den, (num - total.num, (den - total.den) if den is not None else Decimal(0))
    )


def _earlier(district: District, cell: Cell, actor: Actor, now: Measured, against: str | datetime) -> Cell | None:
    """The cell compared with: that of another moment, or over as many days of the period before or the year before."""
    if isinstance(against, datetime):
        if against >= (cell.as_of or district.now()):
            raise Unanswerable(
                "要比的时间应早于这个数的截至时间 | The moment compared with lies before that of the figure"
            )
        return replace(cell, as_of=against)
    indicator = now.indicator
    if against not in (PREVIOUS, YEAR):
        raise Unanswerable(f"不能与“{against}”相比，可以写 previous、year 或一个时间 | "
                           f"It is not compared with “{against}”: say previous, year or a moment")  # fmt: skip
    if not indicator.period[1] and not indicator.stock and indicator.figuring is None:
        return None
    unit = unit_of(cell.start, cell.end, questions.today(district, cell.as_of)) if cell.by == "all" else cell.by
    today = questions.today(district, cell.as_of)
    end = min(cell.end, max(today, cell.start) + timedelta(days=1))
    if indicator.stock or hiding.is_closed(district.rules, indicator, actor):
        end = cell.end
    length = end - cell.start
    start = figuring.earlier(cell.start, unit, against, length, indicator.terms)
    return replace(
        cell,
        start=start,
        end=max(figuring.earlier(end, unit, against, length, indicator.terms), start + date.resolution),
    )


def unit_of(start: date, end: date, today: date) -> str:
    """The period that a stretch of days is, or is the beginning of, up to today; `all` where it is none."""
    for unit in ("day", "week", "month", "quarter", "half", "year"):
        after = figures.next_of(start, unit)
        if figures.first_of(start, unit) == start and (
            end == after or today < end <= after or end == today + date.resolution <= after
        ):
            return unit
    return "all"


def who_may_see(rules: Rules, measured: Measured) -> tuple[str, ...]:
    """Who sees the figure and who the records, in sentences."""
    indicator = measured.indicator
    said = []
    if indicator.published:
        said.append(f"全区的数公开；看不到$record的人，不足 {indicator.suppress} 的不显示 | The district's figures are for everyone; "
                    f"below {indicator.suppress} they are hidden from those who do not see the $records")  # fmt: skip
    ledgers = [rules.ledgers[name] for name in measured.ledgers if name in rules.ledgers]
    groups: dict[str, list[str]] = {}
    for role in rules.roles.values():
        if role.reach != "none" and ledgers and all(not one.see or role.name in one.see for one in ledgers):
            groups.setdefault(role.reach, []).append(role.title)
    reaches = {
        "district": ("全区", "the whole district"),
        "area": ("本$street$community", "their own area"),
        "office": ("本$office", "their own $office"),
    }
    if ledgers and all(one.public for one in ledgers):
        said.append("$record公开 | The $records are for everyone")
        return tuple(said)
    for reach, (zh, en) in reaches.items():
        if titles := groups.get(reach):
            first = "、".join(t.partition(" | ")[0] for t in titles)
            second = ", ".join(t.partition(" | ")[2] or t for t in titles)
            said.append(f"能看{zh}$record的：{first} | {second}: the $records of {en}")
    return tuple(said)


def title_of_cell(district: District, explained: Explained, lang: str) -> list[tuple[str, str]]:
    """(split, what people call its value) of the cell."""
    measured = explained.measured
    return [(name, figure_labels.value_title(district, measured, name, value, lang))
            for name, value in (explained.cell.only or {}).items()]  # fmt: skip


def matters(explained: Explained) -> tuple[str, ...]:
    """Fields whose values decide whether and how much a record counts: those that the declaration reads, and of the cell."""
    one = explained.measured.indicator
    used = [c for e in (one.value, one.over, one.among) if e is not None for c in e.columns]
    period = one.period[1]
    dates = [period, f"{period[:-3]}_at"] if period.endswith("_on") else [period]
    names = [*used, one.key, *dates, *one.stock, *(explained.cell.only or {})]
    return tuple(dict.fromkeys(name for name in names if name))
