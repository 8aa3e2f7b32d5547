"""An indicator as SQL: one row a record with what it adds, from which figures are summed and records are listed.

Both come from the same conditions, so the records behind a cell are exactly those that were counted in it. Columns
and conditions are written from declared names and compiled expressions only (schema.Table, declare.compile); what
users give goes into the parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from huying.declare import units
from huying.declare.compile import to_sql
from huying.declare.expressions import Expression
from huying.declare.kinds import Indicator, Rules
from huying.engine import counting_days, figures, secret_values
from huying.engine.geo import Outline
from huying.engine.levels import Spans
from huying.engine.packs import District
from huying.engine.schema import Table
from huying.engine.supposing import Supposed

STANDING = ("state", "office", "unit")  # what every record has, and a figure may be split by
SPLITTABLE = ("enum", "code", "boolean", "area", "office", "record")  # types of fields that a figure may be split by
WHOLE = ("median", "distinct")  # measures of all the records of a cell at once
Sql = tuple[str, list[Any]]


class Unanswerable(ValueError):
    """A question that cannot be asked of this indicator. Its text is `中文 | English`."""


@dataclass(frozen=True)
class Parted:
    """Areas of one split that went over in parts. units: those that lie in them; outlines: code of a successor -> its outline."""

    units: tuple[int, ...]
    outlines: Mapping[str, Outline]


@dataclass(frozen=True)
class Question:
    """One indicator, ready to be asked: its rules, its ledgers, a stretch of days, its splits.

    by     one of figures.PERIODS
    terms  first days of terms, where it is asked by them
    only   split name -> value: cells of that value alone
    parted place in the split -> areas whose records are told by their points; where it is given, records count where they
           lie now, not where they lay on their day
    supposed  records that are taken to be otherwise than they are: what if
    """

    district: District
    rules: Rules
    tables: Mapping[str, Table]
    indicator: Indicator
    start: date
    end: date
    by: str
    split: tuple[str, ...]
    today: date
    as_of: datetime | None = None
    where: Expression | None = None
    only: Mapping[str, str] = field(default_factory=dict)
    spans: Spans | None = None
    terms: tuple[date, ...] = ()
    parted: Mapping[int, Parted] = field(default_factory=dict)
    supposed: Supposed | None = None

    @cached_property
    def stretches(self) -> list[tuple[date, date, date]]:
        """Its periods, as figures.periods gives them."""
        return figures.periods(self.start, self.end, self.by, self.terms)

    @property
    def ledgers(self) -> list[str]:
        """Full names of the ledgers that are counted."""
        return self.rules.like(self.indicator.of) if self.indicator.and_like else [self.indicator.of]

    def level(self, name: str) -> bool:
        """Whether a split is a level of areas, not a field or what every record has."""
        return name not in STANDING and name not in self.rules.ledgers[self.indicator.of].fields

    def rolled(self, name: str) -> bool:
        """Whether figures of small areas are added up to those of this level: what does not add up is counted by level."""
        return self.level(name) and self.indicator.measure not in WHOLE

    @property
    def by_unit(self) -> bool:
        return any(self.rolled(name) for name in self.split)


def check(question: Question) -> None:
    """Raises Unanswerable where the splits or the period do not fit."""
    indicator = question.indicator
    check_splits(indicator, (*question.split, *question.only))
    for name in (*question.split, *question.only):
        if question.level(name):
            if question.spans is not None and name not in question.spans.kinds:
                raise Unanswerable(f"本区没有“{name}”这一级 | The district has no level “{name}”")
        else:
            for ledger in question.ledgers:
                split_column(question, ledger, name)
    if indicator.listed and question.where is not None:
        raise Unanswerable("推导$ledger的数不能再加条件 | Figures of a derived $ledger take no further condition")
    if question.by != "all" and not indicator.period[1]:
        raise Unanswerable("这个$indicator没有日期，不能分期 | This $indicator has no date to part it by")


def check_splits(indicator: Indicator, names: Sequence[str]) -> None:
    """Raises Unanswerable for a split that is not the indicator's."""
    for name in names:
        if name not in indicator.split:
            known = "、".join(indicator.split)
            raise Unanswerable(
                f"这个$indicator不能按“{name}”分{'；可以按：' + known if known else ''} | This $indicator is not split by “{name}”"
                f"{'; it is by: ' + ', '.join(indicator.split) if known else ''}"
            )


def figures_sql(question: Question) -> Sql:
    """One statement: period, [unit,] splits, num, den, rows, left_out of every cell that has a record; what was said of it."""
    keys = keys_of(question)
    inner, params = _records(question)
    num = {
        "median": "coalesce((percentile_disc(0.5) within group (order by n) + percentile_disc(0.5) within group "
        "(order by n desc)) * 0.5, 0)::numeric",
        "distinct": "count(distinct n)::numeric",
    }.get(question.indicator.measure, "coalesce(sum(n), 0)::numeric")
    den = "sum(d)" if question.indicator.measure == "ratio" else "count(n)::numeric"
    said = ", max(said) as said" if question.indicator.statement else ""
    keyed = ", ".join(keys)
    return (
        f"select {keyed}, trim_scale({num}) as num, trim_scale(coalesce({den}, 0)::numeric) as den, count(n) as rows, "
        f"count(*) - count(n) as left_out{said}\nfrom ({inner}) r\ngroup by {keyed}\norder by {keyed}",
        params,
    )


def keys_of(question: Question) -> list[str]:
    """The columns that tell one cell from another."""
    told = [f"h{place}" for place in question.parted]
    return ["period", *(["unit"] if question.by_unit else []), *_names(question), *told]


def records_sql(question: Question, part: str, offset: int, limit: int) -> Sql:
    """One statement: total, and ledger, id of the records behind, newest first.

    part  num (those that raise the numerator), miss (of a share: those that do not), den (all that were counted), all (also those
          left out)
    """
    condition = {"num": "n <> 0", "miss": "n = 0", "den": "n is not null", "all": "true"}[part]
    if part == "num" and question.indicator.measure != "share":
        condition = "n is not null"
    inner, params = _records(question)
    return (
        f"with r as (select * from ({inner}) x where {condition})\n"
        "select (select count(*) from r) as total, p.ledger, p.id from (select 1) one left join lateral "
        f"(select ledger, id from r order by opened_at desc, id limit {int(limit)} offset {int(offset)}) p on true",
        params,
    )


def contributions_sql(question: Question) -> Sql:
    """One statement: ledger, id, opened_at, period, n, d of every record that was looked at, once for each period it counts in.

    n   what it adds above the line; null where that is unknown. Of persons: one for the first record of each, else nought
    d   what it adds below the line
    """
    inner, params = _records(question)
    once = "row_number() over (partition by period, n order by opened_at, id) = 1"
    n = (
        f"(case when n is not null then ({once})::int::numeric end)"
        if question.indicator.measure == "distinct"
        else "n"
    )
    return f"select ledger, id, opened_at, period, {n} as n, d from ({inner}) r", params


def _names(question: Question) -> list[str]:
    """Names of the columns of splits: s0, s1 … by their place in the split; but of levels that are rolled up none."""
    return [f"s{place}" for place, name in enumerate(question.split) if not question.rolled(name)]


def _records(question: Question) -> Sql:
    parts, params = [], []
    for place, ledger in enumerate(question.ledgers):
        for source in counting_days.sources(question, ledger):
            sql, more = one_ledger(question, ledger, place, source)
            parts.append(sql)
            params += more
    sql = "\nunion all\n".join(parts)
    if not question.indicator.statement:
        return sql, params
    kept = ", ".join(["period", *(["unit"] if question.by_unit else []), *_names(question)])
    return (  # of what was stated several times the latest counts: the latest day, and of that the latest word
        f"select * from (select *, row_number() over (partition by {kept} order by as_at desc, published_on desc, opened_at desc) "
        f"as turn from ({sql}) told) said where turn = 1",
        params,
    )


def one_ledger(
    question: Question, ledger: str, place: int, source: counting_days.Source, also: Sequence[str] = ()
) -> Sql:
    """One row for each record of a source that counts: where, when, what it adds. also: further columns, as SQL."""
    table, indicator = question.tables[ledger], question.indicator
    writer = _Writer(question, table, source)
    value, over = _contribution(writer, indicator)
    columns = [
        f"{place} as ledger",
        "l.id",
        "l.opened_at",
        f"{source.period} as period",
        f"{_unit(question, source, table)} as unit",
    ]
    joins: list[Sql] = []
    for at, name in enumerate(question.split):
        if not question.level(name):
            columns.append(f"{split_column(question, ledger, name)} as s{at}")
        elif not question.rolled(name):
            columns.append(f"coalesce(m{at}.code, '') as s{at}")
            joins.append(_level(question, source, ledger, name, at))
    told, told_params = _told(question, table)
    columns += [*told, f"{value[0]} as n", f"{over[0]} as d", *also]
    if indicator.statement:
        columns += ["l.as_at", "l.published_on", "concat_ws('\t', l.source, l.published_on) as said"]
    conditions: list[Sql] = [("l.district = %s", [question.district.id]), ("not l.hidden", [])]
    if indicator.statement:
        conditions.append(("l.what = %s", [indicator.statement]))
    conditions += [writer.sql(e) for e in (indicator.among, question.where) if e is not None]
    conditions += source.conditions
    for name, wanted in question.only.items():
        conditions.append(only_sql(question, source, ledger, name, wanted))
    joined = "".join(f"\n{sql}" for sql, _ in joins)
    return (
        f"select {', '.join(columns)}\nfrom {source.sql}{joined}\nwhere {' and '.join(sql for sql, _ in conditions)}",
        [*told_params, *value[1], *over[1], *source.params, *(p for _, more in joins for p in more),
         *(p for _, params in conditions for p in params)],
    )  # fmt: skip


def _level(question: Question, source: counting_days.Source, ledger: str, level: str, at: int) -> Sql:
    """Which area of a level each area lies in, in each period: where a cell cannot be added up from smaller ones."""
    assert question.spans is not None
    firsts: list[date] = []
    areas: list[int] = []
    codes: list[str] = []
    for first, since, until in question.stretches:
        for unit, code in question.spans.roll_up(level, since, until).items():
            firsts.append(first)
            areas.append(unit)
            codes.append(code)
    return (
        f"left join unnest(%s::date[], %s::int[], %s::text[]) m{at}(first, unit, code) "
        f"on m{at}.unit = {_unit(question, source, question.tables[ledger])} and m{at}.first = {source.period}",
        [firsts, areas, codes],
    )


class _Writer:
    def __init__(self, question: Question, table: Table, source: counting_days.Source):
        self.question, self.table, self.source = question, table, source

    def sql(self, expression: Expression) -> Sql:
        zone = str(self.question.district.calendar.tz)
        indexes = partial(secret_values.indexes, self.question.district.id)
        return to_sql(expression, self.column, self.question.today, zone, indexes)

    def column(self, name: str) -> str:
        """A stored value, money in 元; or the threshold that is in force on the record's day."""
        table = self.question.indicator.standards.get(name)
        if table is None:
            field = self.table.ledger.fields.get(name)
            stored = f"l.{self.table.column(name)}"
            return f"({stored} * 0.01)" if field is not None and field.type == "money" else stored
        rows = " ".join(
            f"when {self.source.day} >= date '{since.isoformat()}' then {number:f}::numeric"
            for since, number in reversed(table)
        )
        return f"(case {rows} end)"


def _contribution(writer: _Writer, indicator: Indicator) -> tuple[Sql, Sql]:
    """(what a record adds above the line, below it). Null above: the record's value is unknown and it is left out."""
    if indicator.measure == "distinct":
        column = f"l.{writer.table.column(indicator.key)}"
        secret = indicator.key in writer.table.ledger.secret
        return (f"encode({column}, 'hex')" if secret else f"{column}::text", []), ("1::numeric", [])
    if indicator.measure == "statement":
        return _stated(indicator), ("1::numeric", [])
    if indicator.measure == "count" or indicator.value is None:
        return ("1::numeric", []), ("1::numeric", [])
    sql, params = writer.sql(indicator.value)
    if indicator.measure == "share":
        unknown = "null" if indicator.unknown == "left out" else "0"
        return (
            f"(case {sql} when true then 1 when false then 0 else {unknown} end)::numeric",
            params,
        ), ("1::numeric", [])
    if indicator.measure != "ratio" or indicator.over is None:
        return (f"({sql})::numeric", params), ("1::numeric", [])
    below, more = writer.sql(indicator.over)  # a ratio counts a record only where both of its parts are known
    return (
        (f"(case when ({below}) is not null then ({sql}) end)::numeric", [*more, *params]),
        (f"(case when ({sql}) is not null then ({below}) end)::numeric", [*params, *more]),
    )


def _stated(indicator: Indicator) -> Sql:
    """A statement in the indicator's unit; null where it was stated in one that does not fit."""
    rows, params = [], []
    for name, factor in units.alike(indicator.unit):
        rows.append(f"when %s then l.value * {factor.numerator} / {factor.denominator}")
        params.append(name)
    return f"(case l.measured_in {' '.join(rows)} end)::numeric", params


def split_column(question: Question, ledger: str, name: str) -> str:
    """SQL of what a record is split by. Raises Unanswerable where it is not split by that."""
    table = question.tables[ledger]
    if name in STANDING:
        return "l.state" if name == "state" else f"l.{name}::text"
    declared = table.ledger.fields.get(name)
    if declared is None or declared.type not in SPLITTABLE or name in table.private or name in table.ledger.secret:
        raise Unanswerable(f"不能按“{name}”分 | It cannot be split by “{name}”")
    column = f"l.{table.column(name)}"
    return column if declared.type in ("enum", "code") else f"{column}::text"


def only_sql(question: Question, source: counting_days.Source, ledger: str, name: str, wanted: str) -> Sql:
    """The condition by which only one value of a split is counted."""
    if not question.level(name):
        column = split_column(question, ledger, name)
        return (f"{column} = %s", [wanted]) if wanted else (f"{column} is null", [])
    assert question.spans is not None
    conditions, params = [], []
    for inside, since, until in areas(question, name, wanted):
        unit = _unit(question, source, question.tables[ledger])
        test = f"{unit} = any(%s)" if wanted else f"not {unit} = any(%s)"
        conditions.append(test if since is None else f"({source.period} between %s and %s and {test})")
        params += [inside] if since is None else [since, until, inside]
    return f"({' or '.join(conditions)})", params


def _unit(question: Question, source: counting_days.Source, table: Table) -> str:
    """The area in which a record lay on its day: one that was moved when its area ended is counted where it was."""
    moved = question.spans is not None and table.number in question.spans.moved
    if not question.indicator.period[1] or question.parted or not moved:
        return "l.unit"
    return (
        "coalesce((select m.old from hy.area_move m where m.district = l.district and m.record = l.id and m.how <> 'told' "
        f"and m.back_seq is null and {source.day} < m.day order by m.seq limit 1), l.unit)"
    )


def _told(question: Question, table: Table) -> tuple[list[str], list[Any]]:
    """Columns h0, h1 …: the successor in whose outline a record's point lies; empty where that says nothing."""
    columns, params = [], []
    point = next(iter(table.points.values()), None)
    for place, parted in question.parted.items():
        if point is None or not parted.outlines:
            columns.append(f"'' as h{place}")
            continue
        lng, lat = (f"l.{column}" for column in point)
        cases = []
        params.append(list(parted.units))
        for code, outline in parted.outlines.items():
            inside, more = _inside(outline, f"point({lng}, {lat})")
            cases.append(f"when {inside} then %s")
            params += [*more, code]
        known = f"l.unit = any(%s) and {lng} is not null and {lat} is not null"
        columns.append(f"(case when {known} then (case {' '.join(cases)} else '' end) else '' end) as h{place}")
    return columns, params


def _inside(outline: Outline, point: str) -> Sql:
    """Whether a point lies in an outline: in one of its polygons and in none of that one's holes."""
    parts, params = [], []
    for outer, *holes in outline.polygons:
        parts.append(" and ".join([f"%s::polygon @> {point}", *[f"not %s::polygon @> {point}"] * len(holes)]))
        params += [f"({','.join(f'({lng},{lat})' for lng, lat in ring)})" for ring in (outer, *holes)]
    return f"({' or '.join(f'({part})' for part in parts)})", params


def areas(question: Question, level: str, wanted: str) -> Sequence[tuple[list[int], date | None, date | None]]:
    """(units under `wanted`, or under any area of the level where it is empty; first and last period for which)."""
    found: list[tuple[list[int], date, date]] = []
    for first, since, until in question.stretches:
        rolled = question.spans.roll_up(level, since, until)
        units = sorted(unit for unit, code in rolled.items() if code == wanted or not wanted)
        if found and found[-1][0] == units:
            found[-1] = (units, found[-1][1], first)
        else:
            found.append((units, first, first))
    return [(found[0][0], None, None)] if len(found) == 1 else found
