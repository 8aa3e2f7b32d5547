"""What is wrong with a ledger's records: rules for every ledger and those that it declares, counted within a reach.

One statement counts all rules by area, whether now or as of a past moment; another finds the records behind one. Areas
are told, persons never.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from huying.declare.compile import to_sql
from huying.declare.kinds import Field, part
from huying.declare.problems import both
from huying.engine import access, database, secret_values
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.records import Record, many, source_of

FAR = 10  # years ahead: no day that an office enters lies further


@dataclass(frozen=True)
class Rule:
    """A fault that a record may have. sql: true on the rows `l` that have it. declared: by the ledger itself."""

    key: str
    title: str
    sql: str
    params: tuple[Any, ...] = ()
    declared: bool = False


@dataclass(frozen=True)
class Counted:
    """faults: rule -> unit -> how many records have it; units: unit -> how many records there are."""

    faults: Mapping[str, Mapping[int, int]]
    units: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.units.values())

    def of(self, key: str) -> int:
        return sum(self.faults[key].values())


def rules(district: District, actor: Actor, ledger: str, day: date) -> list[Rule]:
    """The rules that apply to a ledger, of fields that the actor may know of, on a day."""
    table = district.tables[ledger]
    declared = table.ledger
    shown = [
        declared.fields[n] for n in access.visible_fields(declared, actor.kinds) if n in table.columns and n != "unit"
    ]
    found: list[Rule] = []
    for field in [*shown, *(declared.fields[n] for n in table.secret)]:
        if field.required:
            column = table.columns[field.name][0] if field.name in table.columns else table.column(field.name)
            title = both(f"没有填{part(field.title)}", f"{part(field.title, 'en')} is missing")
            found.append(Rule(f"missing-{field.name}", title, f"l.{column} is null"))
    for field in shown:
        column = table.columns[field.name][0]
        found += _of_field(district, actor, field, f"l.{column}", day)
        if field.type == "point" and (box := _box(district)):
            found.append(_outside(field, *table.columns[field.name], box))
    found += _twins(table.single, [f for f in shown if f.type == "text" and f.name in declared.search])
    found.append(_stands(district, day))
    if days := declared.quality.stale_days:
        finals = [name for name, state in district.rules.flows[ledger].states.items() if state.final]
        open_ = "true" if declared.kept_by else "not (l.state = any(%s))"
        params = () if declared.kept_by else (finals,)
        since = datetime.combine(day - timedelta(days=days), datetime.min.time(), district.calendar.tz)
        title = both(f"{days} 天没有动过", f"Unchanged for {days} days")
        found.append(Rule("stale", title, f"({open_} and l.known_at < %s)", (*params, since), True))
    indexes, zone = partial(secret_values.indexes, district.id), str(district.calendar.tz)
    for name, fault in declared.quality.faults.items():
        if {n for n in fault.when.columns if n in declared.fields} <= {*(f.name for f in shown), *table.secret, "unit"}:
            sql, params_ = to_sql(fault.when, lambda n: f"l.{table.column(n)}", day, zone, indexes)
            found.append(Rule(f"own-{name}", fault.title, f"({sql}) is true", tuple(params_), True))
    return found


def count(
    district: District, actor: Actor, ledger: str, known: Sequence[Rule], as_of: datetime | None = None
) -> Counted:
    """Every rule by area. One statement. Raises access.Refused."""
    table = district.tables[ledger]
    source, first = source_of(table, as_of)
    flags = "".join(f", ({rule.sql}) as r{n}" for n, rule in enumerate(known))
    sums = "".join(f", count(*) filter (where r{n})" for n in range(len(known)))
    params = [p for rule in known for p in rule.params]
    sql = (
        f"select unit, count(*){sums} from (select l.unit{flags} from {source} where l.district = %s and not l.hidden "
        "and l.state <> 'removed') q group by unit"
    )
    with database.reading(access.reach_for(table.ledger, actor)) as query:
        rows = query.tuples(sql, [*params, *first, district.id])
    faults = {rule.key: {row[0]: row[2 + n] for row in rows if row[2 + n]} for n, rule in enumerate(known)}
    return Counted(faults, {row[0]: row[1] for row in rows})


def behind(
    district: District,
    actor: Actor,
    ledger: str,
    rule: Rule,
    *,
    units: Sequence[int] = (),
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[Record], int]:
    """(a page of the records that have a fault, the latest first; how many there are). units: in these areas only."""
    table = district.tables[ledger]
    among = " and q.unit = any(%s)" if units else ""
    sql = (
        f"select q.id, count(*) over () from (select l.id, l.unit, l.known_at, ({rule.sql}) as has from {table.name} l "
        f"where l.district = %s and not l.hidden and l.state <> 'removed') q where has{among} order by known_at desc, id "
        "limit %s offset %s"
    )
    params = [*rule.params, district.id, *([list(units)] if units else []), limit, offset]
    with database.reading(access.reach_for(table.ledger, actor)) as query:
        rows: list[tuple[UUID, int]] = query.tuples(sql, params)
    return many(district, actor, ledger, [record for record, _ in rows]), rows[0][1] if rows else 0


def _of_field(district: District, actor: Actor, field: Field, column: str, day: date) -> list[Rule]:
    zh, en = part(field.title), part(field.title, "en")
    found = []
    low, high = field.schema.get("minimum"), field.schema.get("maximum")
    if field.type in ("number", "integer", "money") and (low is not None or high is not None):
        bounds = [(f"{column} < %s", low), (f"{column} > %s", high)]
        tests = [(sql, bound) for sql, bound in bounds if bound is not None]
        title = both(f"{zh}超出范围", f"{en} is out of range")
        factor = 100 if field.type == "money" else 1
        found.append(Rule(f"range-{field.name}", title, " or ".join(sql for sql, _ in tests), tuple(b * factor for _, b in tests)))  # fmt: skip
    if field.type in ("enum", "code"):
        known = field.choices if field.type == "enum" else district.rules.codes[field.codes].entries
        title = both(f"{zh}的值已经没有了", f"{en} has a value that is no more")
        found.append(Rule(f"value-{field.name}", title, f"not ({column} = any(%s))", (list(known),)))
    if field.type == "date":
        title = both(f"{zh}在十年以后", f"{en} lies ten years ahead")
        found.append(Rule(f"far-{field.name}", title, f"{column} > %s", (day + timedelta(days=366 * FAR),)))
    if field.type == "record" and actor.reach.role == "hy_all" and field.ledger in district.tables:
        other = district.tables[field.ledger].name
        gone = (
            f"{column} is not null and not exists (select from {other} o where o.district = l.district and o.id = {column} "
            "and not o.hidden and o.state <> 'removed')"
        )
        found.append(Rule(f"gone-{field.name}", both(f"{zh}指向已注销的", f"{en} points to what was removed"), gone))
    return found


def _outside(field: Field, lng: str, lat: str, box: tuple[float, float, float, float]) -> Rule:
    west, south, east, north = box
    title = both(f"{part(field.title)}在全区范围外", f"{part(field.title, 'en')} lies outside the district")
    sql = f"l.{lng} not between %s and %s or l.{lat} not between %s and %s"
    return Rule(f"outside-{field.name}", title, sql, (west, east, south, north))


def _twins(columns: Mapping[str, str], fields: Sequence[Field]) -> list[Rule]:
    """Records in one area that say the same in every text that search reads."""
    own = [f"l.{columns[field.name]}" for field in fields if field.name in columns]
    if not own:
        return []
    zh, en = "、".join(part(f.title) for f in fields), ", ".join(part(f.title, "en") for f in fields)
    sql = f"{own[0]} is not null and count(*) over (partition by l.unit, {', '.join(own)}) > 1"
    return [Rule("twins", both(f"同一处{zh}相同，可能重复", f"The same {en} in one area: perhaps entered twice"), sql)]


def _stands(district: District, day: date) -> Rule:
    """Records of areas that stand no more."""
    title = both("所在街道社区已经没有了", "Its street or community stands no more")
    sql = "not exists (select from hy.unit_span s where s.district = l.district and s.unit = l.unit and s.since <= %s and s.until > %s)"
    return Rule("area", title, sql, (day, day))


def _box(district: District) -> tuple[float, float, float, float] | None:
    """The district's outline as a box, a little wider."""
    outline = district.outline
    if outline is None:
        return None
    (west, south, east, north), more = outline.box, outline.margin / 80_000  # degrees, on the safe side
    return west - more, south - more, east + more, north + more
