"""From declared ledgers to typed relations: one table a ledger, its history, its private side, its as-of function.

Columns are only ever added: a field that changes type gets a new column (`depth_cm__2`) and `ledger_column` says
which column holds which field. Every text column is `collate "C"`; money is bigint 分; a point is two float8.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from huying.declare.kinds import Field, Ledger, Rules
from huying.declare.upgrades import former_names
from huying.engine.database import Query
from huying.trouble import Trouble

TEXT = 'text collate "C"'
STANDING = {
    "district": "int not null",
    "id": "uuid not null",
    "seq": "int not null",
    "head": "bytea not null",
    "code": f"{TEXT} not null",
    "unit": "int not null",
    "office": "int not null",
    "post": "int not null",
    "state": f"{TEXT} not null",
    "hidden": "boolean not null",
    "opened_at": "timestamptz not null",
    "closed_at": "timestamptz",
    "due_at": "timestamptz",
    "clock": TEXT,
    "known_at": "timestamptz not null",
}
SQL_TYPES = {
    "text": TEXT,
    "enum": TEXT,
    "code": TEXT,
    "phone": TEXT,
    "number": "numeric",
    "integer": "bigint",
    "boolean": "boolean",
    "date": "date",
    "time": "timestamptz",
    "money": "bigint",
    "area": "int",
    "office": "int",
    "post": "int",
    "record": "uuid",
    "photos": "text[]",
}
DISTRICT = "district = nullif(current_setting('hy.district', true), '')::int"


@dataclass(frozen=True)
class Table:
    """Where a ledger lives. columns: declared field -> its columns (a point has two); private likewise, in `<name>_p`;
    secret: field -> (column of its mask, of its blind index). retired: (field, type) that was declared once -> its columns
    in the main table and the history, which still hold what was entered."""

    ledger: Ledger
    number: int
    columns: dict[str, tuple[str, ...]]
    private: dict[str, tuple[str, ...]]
    secret: dict[str, tuple[str, ...]]
    retired: dict[tuple[str, str], tuple[str, ...]] = dataclasses.field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"hy.l{self.number}"

    @cached_property
    def all_columns(self) -> list[str]:
        """Standing and field columns of the main table, in one fixed order."""
        declared = [*self.columns.values(), *self.secret.values()]
        return [*STANDING, *(column for columns in declared for column in columns)]

    @cached_property
    def kept_columns(self) -> list[str]:
        """Those, and the columns of retired fields: what a former version of a record is made of."""
        return [*self.all_columns, *(column for columns in self.retired.values() for column in columns)]

    @cached_property
    def texts(self) -> dict[Any, str]:
        """Statements about the table that were made once, by what they are for; kept by whoever makes them."""
        return {}

    @cached_property
    def single(self) -> dict[str, str]:
        """Field -> its column, for the fields that have one."""
        return {name: columns[0] for name, columns in self.columns.items() if len(columns) == 1}

    @cached_property
    def counting(self) -> list[str]:
        """The open fields that hold whole numbers."""
        return [name for name in self.columns if self.ledger.fields[name].type == "integer"]

    @cached_property
    def points(self) -> dict[str, tuple[str, str]]:
        """Field -> its two columns, longitude and latitude."""
        return {name: (columns[0], columns[1]) for name, columns in self.columns.items() if len(columns) == 2}

    def column(self, name: str) -> str:
        """The column an expression's name reads: a field, a half of a point, a secret one's index, or a standing one."""
        if name in STANDING:
            return name
        if name in self.secret:
            return self.secret[name][1]
        if name in self.columns and len(self.columns[name]) == 1:
            return self.columns[name][0]
        for half in ("_lng", "_lat"):
            if name.endswith(half) and (columns := self.columns.get(name.removesuffix(half))):
                return columns[half == "_lat"]
        raise KeyError(name)


def field_columns(field: Field, base: str) -> dict[str, str]:
    """Column -> SQL type for one field. A secret one has what is shown of it, and its blind index."""
    return columns_for(_kept(field), base)


def columns_for(kept: str, base: str) -> dict[str, str]:
    """The same by what `ledger_column` says of how a field is kept."""
    if kept.startswith("secret "):
        return {f"{base}_mask": TEXT, f"{base}_index": "bytea"}
    if kept == "point":
        return {f"{base}_lng": "float8", f"{base}_lat": "float8"}
    return {base: SQL_TYPES[kept]}


def sync(query: Query, rules: Rules) -> list[str]:
    """Make what the ledgers of `rules` need that is not there yet. Runs as the owner; returns what was made.

    Raises Trouble for what cannot be kept as declared: a key that two records bear already.
    """
    made: list[str] = []
    for name, ledger in sorted(rules.ledgers.items()):
        number = query.value("select id from ledger where name = %s", [name])
        if number is None:
            number = query.value("insert into ledger (name) values (%s) returning id", [name])
            _create(query, number)
            made.append(name)
        known = {
            (r["field"], r["type"]): r["col"]
            for r in query.rows("select * from ledger_column where ledger = %s", [number])
        }
        standing = {table: columns_of(query, table) for table in (f"l{number}", f"l{number}_h", f"l{number}_p")}
        for field in ledger.fields.values():
            if field.name in STANDING:
                continue
            new = (field.name, _kept(field)) not in known
            if base := _renamed(query, number, ledger, field, known) if new else "":
                made.append(f"{name}.{field.name}")
            elif new:
                base = known[field.name, _kept(field)] = _column_name(query, field, set().union(*standing.values()))
                query.run("insert into ledger_column values (%s, %s, %s, %s)", [number, field.name, _kept(field), base])
                made.append(f"{name}.{field.name}")
            columns = field_columns(field, known[field.name, _kept(field)])
            for table in [f"l{number}_p"] if field.name in ledger.private else [f"l{number}", f"l{number}_h"]:
                for column in columns.keys() - standing[table]:  # also of a field that is private no more, or now
                    query.run(f"alter table {table} add column {column} {columns[column]}")
                    standing[table].add(column)
            if new and field.mask:
                index = list(columns)[1]
                query.run(f"create index on l{number} (district, {index}) where {index} is not null")
        table = table_of(query, ledger)
        _key(query, table)
        _as_of(query, table)
    _looked_up(query, rules)
    return made


def table_of(query: Query, ledger: Ledger) -> Table:
    """The table of a ledger that is in force."""
    number = query.value("select id from hy.ledger where name = %s", [ledger.name])
    known = {
        (r["field"], r["type"]): r["col"]
        for r in query.rows("select field, type, col from hy.ledger_column where ledger = %s", [number])
    }
    columns = {
        field.name: tuple(field_columns(field, known[field.name, _kept(field)]))
        for field in ledger.fields.values()
        if field.name not in STANDING
    }
    return Table(
        ledger,
        number,
        {n: c for n, c in columns.items() if n not in ledger.masked},
        {n: c for n, c in columns.items() if n in ledger.private},
        {n: c for n, c in columns.items() if n in ledger.secret},
        _retired(query, number, known, {column for own in columns.values() for column in own}),
    )


def _renamed(query: Query, number: int, ledger: Ledger, field: Field, known: dict[tuple[str, str], str]) -> str:
    """A field under a new name keeps the column that it has: nothing is written anew. The column; "" where it has none."""
    base = next(
        (
            known[old, _kept(field)]
            for old in former_names(ledger.upgrades).get(field.name, ())
            if (old, _kept(field)) in known
        ),
        "",
    )
    if base:
        known[field.name, _kept(field)] = base
        query.run("insert into ledger_column values (%s, %s, %s, %s)", [number, field.name, _kept(field), base])
    return base


def _retired(
    query: Query, number: int, known: dict[tuple[str, str], str], used: set[str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """What was declared once and is no more, as far as its columns lie in the open, by name and type."""
    found = {key: tuple(columns_for(key[1], base)) for key, base in sorted(known.items())}
    found = {key: columns for key, columns in found.items() if not used.intersection(columns)}
    if not found:
        return {}
    there = columns_of(query, f"l{number}")
    return {key: columns for key, columns in found.items() if there.issuperset(columns)}


def _kept(field: Field) -> str:
    """What `ledger_column` calls the way in which a field is kept: one that becomes secret gets columns of its own."""
    return f"secret {field.type}" if field.mask else field.type


def columns_of(query: Query, table: str) -> set[str]:
    """The columns that a table has; its name without the schema."""
    found = "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
    return {name for (name,) in query.tuples(found, [f"hy.{table}"])}


def _key(query: Query, table: Table) -> None:
    """One record for each value of the ledger's natural key, among those that are not removed.

    Raises Trouble where two bear the same one already.
    """
    columns = [table.column(name) for name in table.ledger.key]
    wanted = f"l{table.number}_key_{hashlib.sha256(' '.join(columns).encode()).hexdigest()[:8]}" if columns else ""
    standing = {name for (name,) in query.tuples("select indexname from pg_indexes where schemaname = 'hy' and indexname like %s",
                                                 [f"l{table.number}\\_key\\_%"])}  # fmt: skip
    for name in standing - {wanted}:
        query.run(f"drop index {name}")
    if not columns or wanted in standing:
        return
    chosen, among = ", ".join(["district", *columns]), "not hidden and state <> 'removed'"
    filled = " and ".join(f"{column} is not null" for column in columns)
    twice = query.row(
        f"select string_agg(code, ', ') as codes from {table.name} where {among} and {filled} group by {chosen} having count(*) > 1 limit 1"
    )
    if twice:
        title, codes = table.ledger.title.split(" | "), twice["codes"]
        raise Trouble("key-twice", f"《{title[0]}》里 {codes} 的关键字段相同。", f"{codes} of “{title[-1]}” have the same key.",
                      "先合并或移除重复的，再启用。", "Merge or remove the duplicates, then apply again.")  # fmt: skip
    query.run(f"create unique index {wanted} on {table.name} ({chosen}) where {among}")


def _looked_up(query: Query, rules: Rules) -> None:
    """An index on every column by which a derived ledger finds records, their former versions too."""
    for name, field in sorted({(ledger, field) for one in rules.derived.values() for ledger, field in one.looked_up}):
        table = table_of(query, rules.ledgers[name])
        column = table.column(field)
        for each in (f"l{table.number}", f"l{table.number}_h"):
            query.run(f"create index if not exists {each}_by_{column} on {each} (district, {column})")


def _within(column: str, setting: str) -> str:
    """The column is one of those in the setting. Said twice: a subquery is asked once and not for each row, but tells
    the planner nothing of how few they are; the second is asked only of the rows that the first let through. The first
    stands in a `case`, or the planner takes the two for independent and expects the square of the share that there is."""
    ids = f"nullif(current_setting('hy.{setting}', true), '')::int[]"
    return f"case when {column} = any ((select {ids})::int[]) then true else false end and {column} = any ({ids})"


def _create(query: Query, number: int) -> None:
    main, history, private = f"l{number}", f"l{number}_h", f"l{number}_p"
    columns = ", ".join(f"{name} {kind}" for name, kind in STANDING.items())
    query.run(f"create table {main} ({columns}, primary key (district, id)) with (fillfactor = 85)")
    query.run(f"create table {history} ({columns}, until timestamptz not null, primary key (district, id, seq))")
    query.run(f"create table {private} (district int, id uuid, primary key (district, id))")
    for index in (
        "unique index on {m} (district, code)",
        "index on {m} (district, unit, opened_at desc)",
        "index on {m} (district, office, opened_at desc)",
        "index on {m} (district, opened_at desc)",
        "index on {m} (district, state, opened_at desc)",
        "index on {h} (district, until, known_at)",
    ):
        query.run("create " + index.format(m=main, h=history))
    for table in (main, history, private):
        query.run(f"alter table {table} enable row level security")
        query.run(f"create policy w on {table} to hy_writer using ({DISTRICT})")
    for table in (main, history):
        query.run(f"create policy a on {table} for select to hy_all using ({DISTRICT})")
        for name, role, column, setting in (("s", "hy_some", "unit", "reach"), ("o", "hy_office", "office", "offices")):
            seen = f"{DISTRICT} and {_within(column, setting)}"
            query.run(f"create policy {name} on {table} for select to {role} using ({seen})")
        query.run(
            f"create policy p on {table} for select to hy_part using ({DISTRICT} and id in (select record from hy.share where "
            "share.district = nullif(current_setting('hy.district', true), '')::int and share.office = any "
            "(nullif(current_setting('hy.offices', true), '')::int[])))"
        )
        query.run(f"grant select on {table} to hy_all, hy_some, hy_office, hy_part")
    query.run(f"create policy a on {private} for select to hy_private using ({DISTRICT})")
    query.run(f"grant select on {private} to hy_private")
    query.run(f"grant select, insert, update on {main}, {private} to hy_writer")
    query.run(f"grant select, insert on {history} to hy_writer")
    query.run(f"grant update (hidden) on {history} to hy_writer")
    query.run(f"grant select, delete on {private} to hy_eraser")
    query.run(f"create policy e on {private} to hy_eraser using ({DISTRICT})")


def _as_of(query: Query, table: Table) -> None:
    """`l7_at(t)`: the ledger as it was known at t; explicit columns, inlined, under the reader's own policies."""
    columns = table.kept_columns
    kinds = {**STANDING}
    for (_, kept), own in table.retired.items():
        kinds.update(zip(own, columns_for(kept, "x").values(), strict=True))
    for name, own in {**table.columns, **table.secret}.items():
        kinds.update(zip(own, field_columns(table.ledger.fields[name], "x").values(), strict=True))
    returns = ", ".join(f"{c} {_bare(kinds[c])}" for c in columns)
    chosen = ", ".join(columns)
    query.run(f"drop function if exists l{table.number}_at(timestamptz)")
    query.run(
        f"create function l{table.number}_at(t timestamptz) returns table ({returns}) language sql stable as $$ "
        f"select {chosen} from {table.name} where known_at <= t and not hidden union all "
        f"select {chosen} from {table.name}_h where until > t and known_at <= t and not hidden $$"
    )
    query.run(f"grant execute on function l{table.number}_at(timestamptz) to hy_all, hy_some, hy_office, hy_part")


def _bare(kind: str) -> str:
    """A column's type without its constraints."""
    return kind.removesuffix(" not null").removesuffix(' collate "C"')


def _column_name(query: Query, field: Field, taken: set[str]) -> str:
    base = field.name if re.fullmatch(r"[a-z][a-z0-9_]{0,50}", field.name) else f"c{len(taken) + 1}"
    kept_back = query.value(
        "select exists (select from pg_get_keywords() where word = %s and catcode in ('R', 'T')) or exists "
        "(select from pg_attribute where attrelid = 'pg_class'::regclass and attnum < 0 and attname = %s)",
        [base, base],
    )
    if base in STANDING or base == "until" or kept_back:  # a word of SQL, or a column that every table has
        base = f"{base}_"
    name, n = base, 2
    while taken.intersection(field_columns(field, name)):
        name, n = f"{base}__{n}", n + 1
    return name
