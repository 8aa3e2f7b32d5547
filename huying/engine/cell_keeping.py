"""Keeping cells up to what was done: a follower adds what each batch of events changed, and makes what is not there yet.

Every version of a record was added when it came and is taken off when another has followed; history is never altered, so
what is taken off is what was added. Where it is altered after all (an erasure, a restore), the folds of the ledger are
given up in the same transaction and made anew here. Readers add what was not followed yet (cell_reading.py), so that figures
are those of this moment, not of the follower's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from huying.engine import cell_standing, database, following
from huying.engine.cell_folds import Fold, every
from huying.engine.counting import Sql
from huying.engine.database import Query
from huying.engine.packs import District

NAME = "cells"
EVENTS = 20_000  # of one batch
KEY = "split, period, unit, value"
WHOLE = 0  # the unit of what all areas have together: read by whoever reads the whole district
SUMS = {"rows": "bigint", "left_out": "bigint", "num": "numeric", "den": "numeric"}
Standing = dict[tuple[str, int], tuple[int, bytes]]  # (indicator, ledger) -> (its number, digest)


def follow(district: District) -> bool:
    """One batch of events; where there is none, one fold that is lacking. Whether there was anything to do."""
    wanted = every(district)
    with database.writing(district.id) as query:
        cell_standing.lock(query, district.id)
        standing = _kept(query, district, wanted)
        busy = _add(query, district, [(standing[key][0], wanted[key]) for key in standing])
    lacking = [fold for key, fold in wanted.items() if key not in standing]
    if not busy and lacking:
        build(district, lacking[0])
    return busy or bool(lacking)


def build(district: District, fold: Fold) -> None:
    """Make the cells of one fold from all records, as far as events were followed."""
    with database.writing(district.id) as query:
        cell_standing.lock(query, district.id)
        cell_standing.drop(query, district.id, "indicator = %s and ledger = %s", [fold.indicator, fold.number])
        number = query.value("select coalesce(max(id), 0) + 1 from hy.cell_fold where district = %s", [district.id])
        whole, params = _whole(district, fold)
        sums, more = _sums(fold, number)
        query.run(
            f"with {whole}, k as materialized ({sums}), "
            "f as (insert into hy.cell_fold (district, id, indicator, ledger, digest, first, last) "
            "select %s, %s, %s, %s, %s, min(first), max(last) from k)\n"
            f"insert into hy.cell (district, fold, {KEY}, {', '.join(SUMS)}) "
            f"select %s, fold, {KEY}, {', '.join(SUMS)} from k where rows <> 0 or left_out <> 0 order by {KEY}",
            [*params, *more, district.id, number, fold.indicator, fold.number, fold.digest, district.id],
        )


def differing(district: District, fold: Fold) -> int | None:
    """How many cells of a fold are not what its records add up to; None where it is not kept, or by another declaration."""
    with database.writing(district.id) as query:
        cell_standing.lock(query, district.id)
        where = "district = %s and indicator = %s and ledger = %s and digest = %s"
        params = [district.id, fold.indicator, fold.number, fold.digest]
        number = query.value(f"select id from hy.cell_fold where {where}", params)
        if number is None:
            return None
        whole, params = _whole(district, fold)
        sums, more = _sums(fold, number)
        apart = " or ".join(f"coalesce(k.{name}, 0) <> coalesce(c.{name}, 0)" for name in SUMS)
        return query.value(
            f"with {whole}, k as materialized ({sums}) select count(*) from k full join "
            f"(select * from hy.cell where district = %s and fold = %s) c using ({KEY}) where {apart}",
            [*params, *more, district.id, number],
        )


def apart(district: District, most: int) -> list[str]:
    """Indicators whose cells differ from their records, of ledgers with at most about so many of them."""
    sizes = dict(database.direct().tuples("select relname::text, reltuples from pg_class where relname ~ '^l[0-9]+$'"))
    found = [fold for fold in every(district).values() if sizes.get(f"l{fold.number}", 0) <= most]
    return sorted({fold.indicator for fold in found if differing(district, fold)})


def _kept(query: Query, district: District, wanted: dict[tuple[str, int], Fold]) -> Standing:
    """What is kept as it is declared; what is not, is given up: it would not be added to from here on."""
    rows = query.tuples("select indicator, ledger, id, digest from hy.cell_fold where district = %s", [district.id])
    found = {(indicator, ledger): (number, bytes(digest)) for indicator, ledger, number, digest in rows}
    kept = {key: one for key, one in found.items() if key in wanted and wanted[key].digest == one[1]}
    if gone := [number for key, (number, _) in found.items() if key not in kept]:
        cell_standing.drop(query, district.id, "id = any(%s)", [gone])
    return kept


def _add(query: Query, district: District, folds: Sequence[tuple[int, Fold]]) -> bool:
    """Add the next events that are committed to the last."""
    at = query.row(
        "select tx::text as tx, after_n as n from hy.follower where district = %s and name = %s", [district.id, NAME]
    )
    if at is None:  # nothing is kept yet: what there is will be looked at whole
        following.begin_at_end(query, district.id, NAME)
        query.run("insert into hy.follower values (%s, %s, '0', 0) on conflict do nothing", [district.id, NAME])
        return True
    new = (
        "district = %s and tx >= %s::xid8 and tx < pg_snapshot_xmin(pg_current_snapshot()) and (tx, n) > (%s::xid8, %s)"
    )
    since = [district.id, at["tx"], at["tx"], at["n"]]
    rows = query.tuples(
        f"select tx::text, n, ledger from hy.event where {new} order by event.tx, n limit %s", [*since, EVENTS]
    )
    if not rows:
        return False
    end = rows[-1][:2]
    for ledger in sorted({ledger for _, _, ledger in rows}):
        if own := [(number, fold) for number, fold in folds if fold.number == ledger]:
            _add_ledger(query, district, own, [*since[1:], *end])
    following.advance(query, district.id, NAME, following.Batch([], end, None))
    return True


def _add_ledger(query: Query, district: District, folds: Sequence[tuple[int, Fold]], between: list[Any]) -> None:
    """Of each record that the events touched: what it adds now, less what it added before the first of them."""
    table, own = district.tables[folds[0][1].ledger], district.id
    columns = ", ".join(f"t.{name}" for name in table.all_columns)
    versions = " union all ".join(
        f"select {columns}, {sign} as sign from {source} t join e on t.id = e.record and t.seq = e.{seq} where t.district = %s"
        for source, seq, sign in (
            (table.name, "last", 1),
            (f"{table.name}_h", "last", 1),  # of what was followed by yet another version
            (f"{table.name}_h", "first - 1", -1),
        )
    )
    sums = [_sums(fold, number) for number, fold in folds]
    new = ", ".join(f"{name} = old.{name} + excluded.{name}" for name in SUMS)
    query.run(
        "with e as materialized (select record, min(seq) as first, max(seq) as last from hy.event where district = %s and ledger = %s "
        "and tx >= %s::xid8 and (tx, n) > (%s::xid8, %s) and (tx, n) <= (%s::xid8, %s) group by record), "
        f"v as materialized ({versions}), k as materialized ({' union all '.join(sql for sql, _ in sums)}), "
        "f as (update hy.cell_fold f set first = least(f.first, x.first), last = greatest(f.last, x.last) from "
        "(select fold, min(first) as first, max(last) as last from k group by fold) x where f.district = %s and f.id = x.fold "
        "and (f.first is null or x.first < f.first or x.last > f.last))\n"
        f"insert into hy.cell as old (district, fold, {KEY}, {', '.join(SUMS)}) select %s, fold, {KEY}, {', '.join(SUMS)} from k "
        f"where rows <> 0 or left_out <> 0 or num <> 0 or den <> 0 on conflict (district, fold, {KEY}) do update set {new}",
        [own, table.number, *between, own, own, own, *(p for _, params in sums for p in params), own, own],
    )


def _whole(district: District, fold: Fold) -> Sql:
    """`v`: every record as far as it was followed."""
    table = district.tables[fold.ledger]
    columns = ", ".join(f"t.{name}" for name in table.all_columns)
    return (
        "e as materialized (select record, seq from hy.unfolded(%s)), "
        f"v as (select {columns}, 1 as sign from {table.name} t where t.district = %s and not exists (select from e where e.record = t.id) "
        f"union all select {columns}, 1 as sign from {table.name}_h t join e on t.id = e.record and t.seq = e.seq where t.district = %s)",
        [table.number, district.id, district.id],
    )


def _sums(fold: Fold, number: int) -> Sql:
    """What the versions `v` add to each cell, and the first and the last day of them."""
    sql, params = fold.sql
    places = range(len(fold.splits))
    values = ", ".join(["('', '')", *(f"(%s::text, coalesce(c.s{place}, ''))" for place in places)])
    apart = ", ".join(["period", "unit", *(f"s{place}" for place in places)])
    keys = "g.split, c.period, u.unit, g.value"
    sums = ", ".join(f"sum(c.{name})::{kind} as {name}" for name, kind in SUMS.items())
    return (
        f"select {number} as fold, {keys}, {sums}, min(c.first) as first, max(c.last) as last from (select {apart}, "
        f"{', '.join(sums_of(fold.ratio))}, min(c.day) as first, max(c.day) as last from ({sql}) c group by {apart}) c "
        f"cross join lateral (values {values}) g(split, value) cross join lateral (values ({WHOLE}), (c.unit)) u(unit) group by {keys}",
        [*params, *fold.splits],
    )


def sums_of(ratio: bool) -> list[str]:
    """SQL of the sums of what versions `c` add."""
    rows = "coalesce(sum(c.sign) filter (where c.n is not null), 0)"
    return [
        f"{rows}::bigint as rows",
        "coalesce(sum(c.sign) filter (where c.n is null), 0)::bigint as left_out",
        "coalesce(sum(c.sign * c.n), 0)::numeric as num",
        f"{'coalesce(sum(c.sign * c.d), 0)' if ratio else rows}::numeric as den",
    ]
