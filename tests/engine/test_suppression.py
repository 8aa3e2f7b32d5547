"""No small number is shown to those who may not see the records, and none can be had from what is shown."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from huying.engine import suppression
from huying.engine.suppression import added, small

LEAST = 5
counts = st.sampled_from([0, 0, 0, 1, 2, 4, 5, 6, 9, 40])


@st.composite
def years(draw):
    """(table, under): values by period, the second split lying in the first or beside it."""
    periods = [date(2020, month, 1) for month in range(1, draw(st.integers(1, 4)) + 1)]
    streets = [f"s{n}" for n in range(draw(st.integers(1, 3)))]
    lies = {f"{street}c{n}": street for street in streets for n in range(draw(st.integers(1, 3)))}
    inner = {code: {period: (draw(counts),) for period in periods} for code in lies}
    outer = {
        street: {period: added(inner[code][period] for code in lies if lies[code] == street) for period in periods}
        for street in streets
    }
    totals = {period: added(row[period] for row in outer.values()) for period in periods}
    return totals, {"street": outer, "community": inner}, lies


def system(totals, tables, lies):
    """(node -> value, equations as node -> coefficient): everything that may be asked, and how it hangs together."""
    nodes, equations = {("total",): added(totals.values())[0]}, []
    equations.append({("total",): -1, **{("period", p): 1 for p in totals}})
    for period, parts in totals.items():
        nodes["period", period] = parts[0]
        equations.append({("period", period): -1, **{("cell", "street", v, period): 1 for v in tables["street"]}})
    equations.append({("total",): -1, **{("year", "street", v): 1 for v in tables["street"]}})
    for split, table in tables.items():
        for value, row in table.items():
            nodes["year", split, value] = added(row.values())[0]
            equations.append({("year", split, value): -1, **{("cell", split, value, p): 1 for p in row}})
            for period, parts in row.items():
                nodes["cell", split, value, period] = parts[0]
    for street in tables["street"]:
        own = [code for code in lies if lies[code] == street]
        equations.append({("year", "street", street): -1, **{("year", "community", code): 1 for code in own}})
        equations += [
            {("cell", "street", street, p): -1, **{("cell", "community", code, p): 1 for code in own}} for p in totals
        ]
    return nodes, equations


def unknown(hidden, nodes):
    """The nodes that are not shown."""
    gone = set()
    for node in nodes:
        match node:
            case ("total",):
                out = hidden.total
            case ("period", period):
                out = period in hidden.periods
            case ("year", split, value):
                out = (split, value) in hidden.years
            case (_, split, value, _period):
                out = (split, value) in hidden.rows
        if out:
            gone.add(node)
    return gone


def determined(gone, equations):
    """The unknown nodes that follow from the known ones by adding and taking away."""
    order = sorted(gone, key=str)
    rows = [[Fraction(equation.get(node, 0)) for node in order] for equation in equations]
    rank = 0
    for column in range(len(order)):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for other in range(len(rows)):
            if other != rank and rows[other][column]:
                factor = rows[other][column]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[rank], strict=True)]
        rank += 1
    return {order[row.index(1)] for row in rows[:rank] if sum(bool(value) for value in row) == 1}


@given(years())
def test_no_small_count_is_shown_or_follows_from_what_is(year):
    totals, tables, lies = year
    hidden = suppression.of_year(LEAST, totals, tables, {"community": ("street", lies)})
    nodes, equations = system(totals, tables, lies)
    gone = unknown(hidden, nodes)
    assert not [node for node, count in nodes.items() if small((count,), LEAST) and node not in gone]
    known = determined(gone, equations)
    assert not [node for node in known if small((nodes[node],), LEAST)]


@given(years())
def test_what_is_left_out_of_one_line_is_not_small_together(year):
    totals, tables, lies = year
    hidden = suppression.of_year(LEAST, totals, tables, {"community": ("street", lies)})
    nodes, equations = system(totals, tables, lies)
    gone = unknown(hidden, nodes)
    for equation in equations:
        whole = next(node for node, sign in equation.items() if sign < 0)
        left = [node for node in equation if node in gone and node != whole]
        if left and whole not in gone:
            assert not small((sum(nodes[node] for node in left),), LEAST)


@given(st.lists(st.integers(5, 50), min_size=1, max_size=6))
def test_where_nothing_is_small_everything_is_shown(numbers):
    period = date(2020, 1, 1)
    table = {f"v{n}": {period: (number,)} for n, number in enumerate(numbers)}
    hidden = suppression.of_year(LEAST, {period: (sum(numbers),)}, {"kind": table})
    assert not (hidden.total or hidden.periods or hidden.years or hidden.rows)


def test_of_a_share_few_on_either_side_are_few():
    period = date(2020, 1, 1)
    table = {"a": {period: (30, 28, 2)}, "b": {period: (40, 20, 20)}, "c": {period: (50, 25, 25)}}
    hidden = suppression.of_year(LEAST, {period: (120, 73, 47)}, {"kind": table})
    assert hidden.years == {("kind", "a"), ("kind", "b")} and not hidden.total
