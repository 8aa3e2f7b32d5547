"""A district's ledgers for people who know SQL: one schema of views under the declared names, open fields only.

The views belong to `hy_analyst`, a role nobody signs in as; their readers (group `hy_reader`) have rights on the views
and on nothing else. Rows are let through by row-level security on the ledgers' own tables, by the name of the session, which no
statement can change. They are made while a district has readers, and anew when what is in force changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from psycopg import sql

from huying.declare.kinds import Field, Ledger, Rules, part
from huying.engine import schema
from huying.engine.database import Query
from huying.engine.schema import STANDING, Table

READER, OWNER = "hy_reader", "hy_analyst"
SHOWN = [name for name in STANDING if name not in ("district", "head", "hidden", "clock")]
STANDING_TITLES = {
    "id": "记录编号 | Record",
    "seq": "第几版 | Version",
    "code": "编号 | Code",
    "state": "状态 | State",
    "unit": "地区，见 units | Area, see units",
    "office": "负责单位，见 units | Responsible office, see units",
    "post": "负责岗位 | Responsible post",
    "opened_at": "登记 | Entered",
    "closed_at": "办结 | Closed",
    "due_at": "时限 | Due",
    "known_at": "最后变动 | Last changed",
}


def schema_of(district: str) -> str:
    """The schema of a district's views."""
    return f"sql_{district}"


def make(query: Query, district: int, rules: Rules) -> bool:
    """Make the views of a district that has readers, and end those of one that has none; whether anything was done.

    In the owner's transaction; raises psycopg's LockNotAvailable like every change of tables.
    """
    name = query.value("select name from hy.district where id = %s", [district])
    own = schema_of(name)
    if not query.value("select exists (select from hy.sql_reader where district = %s)", [district]):
        standing = query.value("select to_regnamespace(quote_ident(%s)) is not null", [own])
        if standing:
            query.run(_text(query, sql.SQL("drop schema {} cascade").format(sql.Identifier(own))))
        return bool(standing)
    tables = [schema.table_of(query, ledger) for _, ledger in sorted(rules.ledgers.items())]
    statements = [_text(query, one) for one in _statements(district, own, rules, tables)]
    mark = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    if mark == _made(query, own):
        return False
    for statement in statements:
        query.run(statement)
    query.run(_text(query, sql.SQL("comment on schema {} is {}").format(sql.Identifier(own), sql.Literal(mark))))
    return True


def names(rules: Rules) -> dict[str, str]:
    """Ledger -> the name of its view: dots become underscores, where that is still one name."""
    found: dict[str, str] = {}
    for full in sorted(rules.ledgers):
        short = full.replace(".", "_")
        found[full] = full if short in found.values() else short
    return found


def _made(query: Query, own: str) -> str | None:
    """The mark of the views that stand; None where they are not whole: a restored view belongs to the wrong role, whom
    row-level security lets through."""
    return query.value(
        "select obj_description(n.oid, 'pg_namespace') from pg_namespace n where n.nspname = %s and not exists "
        "(select from pg_class c where c.relnamespace = n.oid and c.relkind = 'v' and c.relowner <> to_regrole(%s))",
        [own, OWNER],
    )


def _statements(district: int, own: str, rules: Rules, tables: list[Table]) -> Iterator[sql.Composable]:
    here, number = sql.Identifier(own), sql.Literal(district)
    group, owner = sql.Identifier(READER), sql.Identifier(OWNER)
    yield sql.SQL("drop schema if exists {} cascade").format(here)
    yield sql.SQL("create schema {}").format(here)
    yield sql.SQL("grant usage, create on schema {} to {}").format(here, owner)
    yield sql.SQL("grant usage on schema {} to {}").format(here, group)
    yield sql.SQL("delete from hy.sql_open where district = {}").format(number)
    public = [table.number for table in tables if table.ledger.public]
    yield sql.SQL("insert into hy.sql_open select {}, unnest({}::int[])").format(number, sql.Literal(public))
    called = names(rules)
    for table in tables:
        yield from _policy(table)
        yield from _view(here, called[table.ledger.name], _ledger(table, district), _comments(table.ledger))
    yield from _view(
        here, "units", _units(district), {"": "地区和单位，各时段的名称 | Areas and offices, their names in time"}
    )
    yield from _view(here, "choices", _choices(district, rules), {"": "选项和类别的名称 | Titles of choices and codes"})


def _view(here: sql.Identifier, name: str, select: sql.Composable, said: dict[str, str]) -> Iterator[sql.Composable]:
    view = sql.SQL("{}.{}").format(here, sql.Identifier(name))
    yield sql.SQL("create view {} with (security_barrier = true) as {}").format(view, select)
    yield sql.SQL("alter view {} owner to {}").format(view, sql.Identifier(OWNER))
    yield sql.SQL("grant select on {} to {}").format(view, sql.Identifier(READER))
    for column, words in said.items():
        what = (
            sql.SQL("column {}.{}").format(view, sql.Identifier(column)) if column else sql.SQL("view {}").format(view)
        )
        yield sql.SQL("comment on {} is {}").format(what, sql.Literal(words))


def _policy(table: Table) -> Iterator[sql.Composable]:
    """What a reader reaches: the whole, these units, these offices, or a public ledger. Each part is asked once a query."""
    name = sql.SQL(table.name)
    yield sql.SQL("grant select on {} to {}").format(name, sql.Identifier(OWNER))
    yield sql.SQL("drop policy if exists q on {}").format(name)
    reach = "select id from hy.sql_reach r where r.who = session_user::text and r.kind = "
    yield sql.SQL(
        "create policy q on {} for select to {} using (not hidden and district = (select district from hy.sql_me) and ("
        f"exists ({reach}'whole') or unit in ({reach}'unit') or office in ({reach}'office') "
        "or exists (select from hy.sql_open o where o.district = (select district from hy.sql_me) and o.ledger = {})))"
    ).format(name, sql.Identifier(OWNER), sql.Literal(table.number))


def _ledger(table: Table, district: int) -> sql.Composable:
    open_fields = [name for name in table.ledger.public_fields() if name in table.columns]
    columns = [sql.Identifier(name) for name in SHOWN]
    columns += [one for name in open_fields for one in _columns(table, table.ledger.fields[name])]
    seen = sql.SQL("")
    if table.ledger.see:
        seen = sql.SQL(" and (select role from hy.sql_me) = any({})").format(sql.Literal(list(table.ledger.see)))
    return sql.SQL("select {} from {} where district = {} and not hidden{}").format(
        sql.SQL(", ").join(columns), sql.SQL(table.name), sql.Literal(district), seen
    )


def _columns(table: Table, field: Field) -> list[sql.Composable]:
    own = table.columns[field.name]
    if field.type == "point":
        ends = zip(own, ("_lng", "_lat"), strict=True)
        return [sql.SQL("{} as {}").format(sql.Identifier(c), sql.Identifier(f"{field.name}{end}")) for c, end in ends]
    shown = sql.SQL("({} / 100.0)::numeric(20, 2)" if field.type == "money" else "{}").format(sql.Identifier(own[0]))
    return [sql.SQL("{} as {}").format(shown, sql.Identifier(field.name))]


def _comments(ledger: Ledger) -> dict[str, str]:
    said = {"": ledger.title, **{name: STANDING_TITLES[name] for name in SHOWN}}
    for name in ledger.public_fields():
        field = ledger.fields[name]
        if name in STANDING:
            continue
        unit = f" ({part(field.unit)})" if field.unit else ""
        for column in [f"{name}_lng", f"{name}_lat"] if field.type == "point" else [name]:
            said[column] = f"{field.title}{unit}"
    return said


def _units(district: int) -> sql.Composable:
    return sql.SQL(
        "select u.id, u.kind, s.code, split_part(s.title, ' | ', 1) as title, "
        "coalesce(nullif(split_part(s.title, ' | ', 2), ''), s.title) as title_en, s.parent, s.area, s.since, s.until "
        "from hy.unit u join hy.unit_span s on s.district = u.district and s.unit = u.id "
        "where u.district = {0} and {0} = (select district from hy.sql_me)"
    ).format(sql.Literal(district))


def _choices(district: int, rules: Rules) -> sql.Composable:
    """Of every open choice: ledger, field, value, its titles."""
    called, rows = names(rules), []
    for full, ledger in sorted(rules.ledgers.items()):
        for name in ledger.public_fields():
            field = ledger.fields[name]
            titles = dict(field.choices)
            if field.codes:
                titles = {entry.code: entry.title for entry in rules.codes[field.codes].entries.values()}
            rows += [(called[full], name, value, part(title), part(title, "en")) for value, title in titles.items()]
        flow = rules.flows[full]
        rows += [(called[full], "state", s.name, part(s.title), part(s.title, "en")) for s in flow.states.values()]
    listed = sql.SQL(", ").join(sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, row))) for row in rows)
    return sql.SQL(
        "select * from (values {}) c(ledger, field, value, title, title_en) where {} = (select district from hy.sql_me)"
    ).format(listed or sql.SQL("(null::text, null, null, null, null)"), sql.Literal(district))


def _text(query: Query, one: sql.Composable) -> str:
    return one.as_string(query.connection)
