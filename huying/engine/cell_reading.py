"""Whether a question is answered from cells, and how: the only place that decides it.

The answer is one statement. It adds up cells, and to them what happened since they were followed, and what counts in another
area than its own since areas changed; where the cells do not stand (made by another declaration, being made anew, or a
stretch cuts a month that has records on both sides) the same statement counts the records instead. Either way it sees one
moment, within the reader's reach, and gives the rows that counting.figures_sql gives.
"""

from __future__ import annotations

from dataclasses import replace

from huying.engine import cell_folds, cell_keeping, counting, counting_days, figures
from huying.engine.cell_folds import Fold
from huying.engine.counting import Question, Sql
from huying.engine.database import Reach

READ = ("hy_all", "hy_some")  # who reads whole areas; cells know no offices


def figures_sql(question: Question, reach: Reach) -> Sql:
    """As counting.figures_sql: from cells where they hold the answer."""
    whole, params = counting.figures_sql(question)
    folds = _folds(question, reach)
    if not folds:
        return whole, params
    stands, first = _stands(question, folds)
    kept, more = _kept(question, folds, reach)
    keys = ", ".join(counting.keys_of(question))
    return (
        f"{stands}\nselect {keys}, trim_scale(sum(num)) as num, trim_scale(sum(den)) as den, sum(rows)::bigint as rows, "
        f"sum(left_out)::bigint as left_out from ({kept}) c where (select stands from s) group by {keys} "
        "having sum(rows) <> 0 or sum(left_out) <> 0\n"
        f"union all select * from ({whole}) w where not (select stands from s)",
        [*first, *more, *params],
    )


def _folds(question: Question, reach: Reach) -> tuple[Fold, ...]:
    """The folds that hold the answer; none where it must be counted."""
    if question.as_of or question.where or question.supposed or question.parted or reach.role not in READ:
        return ()
    folds = cell_folds.of(question.district, question.rules, question.tables, question.indicator)
    fields = {name for name in (*question.split, *question.only) if name != "unit" and not question.level(name)}
    if not folds or len(fields) > 1 or not _in_periods(question, folds[0].grain):
        return ()
    return folds


def _in_periods(question: Question, grain: str) -> bool:
    """Whether the periods that are asked are made of those that are kept."""
    if grain == "month":
        terms = question.by == "term" and any(first.day != 1 for first, _, _ in question.stretches)
        return question.by not in ("day", "week") and not terms
    return True


def _stands(question: Question, folds: tuple[Fold, ...]) -> Sql:
    """`s`: whether all that is asked for is kept as it is declared, and under which numbers."""
    grain, whole, params = folds[0].grain, f"count(*) = {len(folds)}", []
    if grain and figures.first_of(question.start, grain) != question.start:
        whole, params = f"{whole} and coalesce(min(f.first) >= %s, true)", [*params, question.start]
    if grain and figures.first_of(question.end, grain) != question.end:
        whole, params = f"{whole} and coalesce(max(f.last) < %s, true)", [*params, question.end]
    return (
        f"with s as materialized (select {whole} as stands, array_agg(f.id) as ids from hy.cell_fold f join "
        "unnest(%s::text[], %s::int[], %s::bytea[]) w(indicator, ledger, digest) on f.indicator = w.indicator and f.ledger = w.ledger "
        "and f.digest = w.digest where f.district = %s)",
        [
            *params,
            *map(list, zip(*((f.indicator, f.number, f.digest) for f in folds), strict=True)),
            question.district.id,
        ],
    )


def _kept(question: Question, folds: tuple[Fold, ...], reach: Reach) -> Sql:
    parts = [_cells(question, folds[0], reach)]
    for place, fold in enumerate(folds):
        parts += _since(question, fold, place)
    return "\nunion all ".join(sql for sql, _ in parts), [value for _, params in parts for value in params]


def _cells(question: Question, fold: Fold, reach: Reach) -> Sql:
    """What is kept, cell by cell, in the periods and splits that are asked."""
    bare = replace(question, spans=question.spans and question.spans.as_recorded())
    source = counting_days.Source("", [], counting_days.period_of(question, "l.period"), "")
    field = next((name for name in (*question.split, *question.only) if name in fold.splits), "")
    columns = [f"{source.period} as period", *(["l.unit"] if question.by_unit else [])]
    for place, name in enumerate(question.split):
        if not question.level(name):
            columns.append(f"{'l.unit::text' if name == 'unit' else 'l.value'} as s{place}")
    areas = any(name == "unit" or question.level(name) for name in (*question.split, *question.only))
    together = reach.role == "hy_all" and not areas
    conditions: list[Sql] = [
        ("l.district = %s", [question.district.id]),
        ("l.fold = any((select ids from s)::int[])", []),
        ("l.split = %s", [field]),
        (f"l.unit {'=' if together else '<>'} {cell_keeping.WHOLE}", []),
        ("(select stands from s)", []),
    ]
    if fold.grain:
        first = figures.first_of(question.start, fold.grain)
        conditions.append(("l.period >= %s and l.period < %s", [first, question.end]))
    for name, wanted in question.only.items():
        own = name in fold.splits
        conditions.append(
            ("l.value = %s", [wanted]) if own else counting.only_sql(bare, source, fold.ledger, name, wanted)
        )
    return (
        f"select {', '.join(columns)}, l.rows, l.left_out, l.num, l.den from hy.cell l where "
        + " and ".join(sql for sql, _ in conditions),
        [value for _, params in conditions for value in params],
    )


def _since(question: Question, fold: Fold, place: int) -> list[Sql]:
    """What the records add that were touched since the cells were followed, or that count in another area than their own;
    less what the cells hold of them."""
    table, keys = question.tables[fold.ledger], counting.keys_of(question)
    named = ", ".join(
        f"coalesce({key}, '') as {key}" if key.startswith("s") else key for key in keys
    )  # as cells name none
    columns = ", ".join(f"t.{name}" for name in table.all_columns)
    own, unfolded = question.district.id, f"hy.unfolded({fold.number})"
    touched, before, ids = f"select record from {unfolded}", "", []
    if question.spans and fold.number in question.spans.moved and question.indicator.period[1]:
        moved = (
            f"select m.record from hy.area_move m where m.district = %s and m.ledger = {fold.number} and m.how <> 'told' "
            "and m.back_seq is null"
        )
        before = f" union all select {columns}, -1 as sign from {table.name} t where t.district = %s and t.id in ({moved} except {touched})"
        touched, ids = f"{touched} union {moved}", [own]
    now = f"(select {columns}, 1 as sign from {table.name} t join ({touched}) r on t.id = r.record where t.district = %s) l"
    then = (
        f"(select {columns}, -1 as sign from {table.name}_h t join {unfolded} u on t.id = u.record and t.seq = u.seq "
        f"where t.district = %s{before}) l"
    )
    bare = replace(question, spans=question.spans and question.spans.as_recorded())
    found = []
    for asked, sql, params in ((question, now, [*ids, own]), (bare, then, [own, *([own, *ids] if ids else [])])):
        [source] = counting_days.sources(asked, fold.ledger)
        one, more = counting.one_ledger(asked, fold.ledger, place, replace(source, sql=sql, params=params), ("l.sign",))
        sums = ", ".join(cell_keeping.sums_of(fold.ratio))
        found.append((f"select {named}, {sums} from ({one}) c group by {', '.join(keys)}", more))
    return found
