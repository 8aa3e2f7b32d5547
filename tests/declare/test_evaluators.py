"""One expression, two evaluators: Python on one record and SQL on many give the same answer, whatever is null."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huying.declare.compile import to_sql
from huying.declare.evaluate import evaluate, months_between
from huying.declare.expressions import Expression, ExpressionError, Known, missing, parse
from huying.declare.kinds import CodeEntry, CodeList
from huying.declare.texts import tidy

TZ = ZoneInfo("Asia/Shanghai")
TODAY = date(2020, 12, 20)
KINDS = CodeList("t.kind", {c: CodeEntry(c, c, p) for c, p in [("road", ""), ("road.main", "road"), ("park", "")]})
SCOPE = {
    "n": "number", "m": "number", "times": "number", "yes": "boolean", "d": "date", "e": "date", "w": "text", "v": "text",
    "t_at": "time", "u_at": "time", "t_on": Known("date", column="t_at"), "today": "date", "where": Known("point"),
    "where_lng": "number", "kind": Known("text", codes=KINDS), "size": Known("text", choices=frozenset({"small", "big"})),
    "spot": Known("text", uuid=True), "photos": "photos",
}  # fmt: skip
COLUMNS = {
    "n": "numeric", "m": "numeric", "times": "int", "yes": "boolean", "d": "date", "e": "date", "w": 'text collate "C"',
    "v": 'text collate "C"', "t_at": "timestamptz", "u_at": "timestamptz", "where_lng": "float8",
    "kind": 'text collate "C"', "size": 'text collate "C"', "spot": "uuid", "photos": "text[]",
}  # fmt: skip

numbers = st.decimals(-1000, 1000, places=3) | st.sampled_from([Decimal("0.125"), Decimal(0), Decimal("9" * 30)])
words = st.text("aAb中𠮷é１İ%_'\"\\ ", min_size=1, max_size=4).map(tidy)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31)) | st.sampled_from(
    [date(2020, 2, 29), date(2019, 2, 28), date(2020, 1, 31), date(2020, 12, 20)]
)
times = st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
rows = st.fixed_dictionaries({
    "n": st.none() | numbers, "m": st.none() | numbers, "times": st.none() | st.integers(-(2**31), 2**31 - 1),
    "yes": st.none() | st.booleans(), "d": st.none() | days, "e": st.none() | days, "w": st.none() | words,
    "v": st.none() | words, "t_at": st.none() | times, "u_at": st.none() | times,
    "where_lng": st.none() | st.floats(113, 114), "kind": st.none() | st.sampled_from(list(KINDS.entries)),
    "size": st.none() | st.sampled_from(["small", "big"]), "spot": st.none() | st.uuids(),
    "photos": st.none() | st.lists(words.filter(bool), min_size=1, max_size=2),
})  # fmt: skip


def literal(text: str | None) -> str:
    text = (text or "a").replace('"', "'")
    return f'"{text}"'


number = st.recursive(
    st.sampled_from(["n", "m", "times", "where_lng", "0", "1.5", "7"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from(["2", "8", "0.5", "12.5"])).map(lambda t: f"({t[0]} / {t[1]})"),
        inner.map(lambda one: f"(- {one})"),
        inner.map(lambda one: f"abs({one})"),
    ),
    max_leaves=6,
)
day = st.sampled_from(["d", "e", "t_on", "today"])
number |= st.tuples(st.sampled_from(["days_between", "months_between", "years_between"]), day, day).map(
    lambda t: f"{t[0]}({t[1]}, {t[2]})"
)
number |= st.tuples(st.sampled_from(["year", "month"]), day).map(lambda t: f"{t[0]}({t[1]})")
number |= st.sampled_from(["length(w)", "length(v)"])
order = st.sampled_from(["==", "=", "!=", "<", "<=", ">", ">="])
same = st.sampled_from(["==", "!="])
text = st.sampled_from(["w", "v"]) | words.map(literal)
negated = st.sampled_from(["", "not "])
condition = st.recursive(
    st.one_of(
        st.tuples(number, order, number).map(" ".join),
        st.tuples(day, order, day | days.map(lambda one: f'"{one}"')).map(" ".join),
        st.tuples(st.sampled_from(["t_at", "u_at"]), order, st.sampled_from(["t_at", "u_at"])).map(" ".join),
        st.tuples(text, same, text).map(" ".join),
        st.tuples(st.sampled_from(["contains", "starts"]), text, text).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(number, negated, number, number).map(lambda t: f"{t[0]} {t[1]}between {t[2]} and {t[3]}"),
        st.tuples(st.sampled_from(["n", "times"]), negated, st.lists(st.integers(-3, 3), min_size=1, max_size=3)).map(
            lambda t: f"{t[0]} {t[1]}in ({', '.join(map(str, t[2]))})"
        ),
        st.tuples(text, negated, st.lists(words, min_size=1, max_size=3)).map(
            lambda t: f"{t[0]} {t[1]}in ({', '.join(map(literal, t[2]))})"
        ),
        st.tuples(st.sampled_from([*COLUMNS, "t_on", "where"]), negated).map(lambda t: f"{t[0]} is {t[1]}null"),
        st.sampled_from(
            [
                "yes",
                "yes == true",
                "yes != false",
                'within(kind, "road")',
                'kind == "park"',
                'size != "big"',
                "spot == w",
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner, st.sampled_from(["and", "or"]), inner).map(
            lambda t: f"({' '.join(t)})"
        ),
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, same, inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def connection(database: str, cluster) -> Iterator[psycopg.Connection]:
    """A connection to the worker's database, with a temporary table of one row at a time."""
    with psycopg.connect(cluster.dsn(database).owner_url, autocommit=True) as one:
        columns = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())
        one.execute(f"create temporary table probe ({columns})")
        yield one


def by_sql(connection: psycopg.Connection, expression: Expression, row: dict) -> object:
    sql, params = to_sql(expression, lambda name: f"l.{name}", TODAY, "Asia/Shanghai")
    names = list(COLUMNS)
    connection.execute("truncate probe")
    connection.execute(f"insert into probe values ({', '.join(['%s'] * len(names))})", [row[name] for name in names])
    return connection.execute(f"select {sql} from probe l", params).fetchone()[0]


def not_too_long(source: str) -> bool:
    """Not one of those that the language refuses for their length alone."""
    try:
        parse(source, SCOPE, want=None)
    except ExpressionError as error:
        return {flaw.code for flaw in error.flaws} != {"expression.too-deep"}
    return True


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=condition.filter(not_too_long), row=rows)
@example(
    source="months_between(d, e) == 1", row=dict.fromkeys(COLUMNS) | {"d": date(2020, 1, 31), "e": date(2020, 2, 29)}
)
@example(source="w == v", row=dict.fromkeys(COLUMNS) | {"w": "é", "v": "é"})
def test_python_and_sql_give_the_same_answer(source: str, row: dict, connection: psycopg.Connection):
    expression = parse(source, SCOPE)
    assert evaluate(expression, row, today=TODAY, tz=TZ) == by_sql(connection, expression, row)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=number.filter(not_too_long), row=rows)
def test_numbers_are_exact_on_both_sides(source: str, row: dict, connection: psycopg.Connection):
    expression = parse(source, SCOPE, want="number")
    assert evaluate(expression, row, today=TODAY, tz=TZ) == by_sql(connection, expression, row)


@settings(max_examples=300)
@given(source=st.text("nmwd()\"'=<>!+-*/,. andornotinisullbetw1中;:?$[]{}%&|@#`~^\\\n", max_size=40))
def test_no_text_makes_the_parser_raise_anything_else(source: str):
    try:
        expression = parse(source, SCOPE, want=None)
    except ExpressionError as error:
        assert error.flaws and all(0 <= flaw.offset <= len(source) for flaw in error.flaws)
    else:
        evaluate(expression, {}, today=TODAY, tz=TZ)


@pytest.mark.parametrize(
    "source",
    ["x; drop table y", "n = 1; select 1", "(select 1) = 1", "n = any(m)", "pg_sleep(9)", "n::text", "w like 'a'",
     "case when yes then yes end", "n in (select 1)", "exists(select 1)", "n = $1", ":n = 1", "a.n = 1", "n -- m", "[n]"],
)  # fmt: skip
def test_nothing_beyond_the_language_is_read(source: str):
    if source == "n -- m":
        assert parse(source, SCOPE, want="number").names == ("m", "n"), "two minus signs, no comment"
        return
    with pytest.raises(ExpressionError):
        parse(source, SCOPE, want=None)


@pytest.mark.parametrize("source", ["(" * 65 + "yes" + ")" * 65, "not " * 500 + "yes", "yes" + " and yes" * 400,
                                    "n in (" + ", ".join(["1"] * 201) + ")", "n" + " * n" * 17 + " > 1"])  # fmt: skip
def test_what_is_too_deep_or_too_long_is_refused(source: str):
    with pytest.raises(ExpressionError):
        parse(source, SCOPE)


def test_sixty_four_brackets_and_long_chains_are_read():
    assert parse("(" * 64 + "yes" + ")" * 64, SCOPE).names == ("yes",)
    assert parse("yes" + " and yes" * 200, SCOPE).names == ("yes",)


def test_what_is_unknown_decides_nothing():
    row = {"yes": False, "n": None}
    assert evaluate(parse("yes and n > 1", SCOPE), row, today=TODAY, tz=TZ) is False
    assert evaluate(parse("not yes or n > 1", SCOPE), row, today=TODAY, tz=TZ) is True
    assert evaluate(parse("not yes and n > 1", SCOPE), row, today=TODAY, tz=TZ) is None
    assert missing(parse("not yes and n > 1", SCOPE), row) == ("n",)


def test_a_day_is_cut_in_the_zone_of_the_district():
    late = datetime(2020, 6, 10, 16, 30, tzinfo=UTC)
    assert evaluate(parse('t_on == "2020-06-11"', SCOPE), {"t_at": late}, today=TODAY, tz=TZ) is True
    assert evaluate(parse('t_on == "2020-06-11"', SCOPE), {"t_at": late.isoformat()}, today=TODAY, tz=TZ) is True


def test_values_of_the_wrong_kind_count_as_unknown():
    row = {"n": "many", "d": "soon", "yes": "yes", "t_at": 7, "where_lng": float("nan")}
    for source in ("n > 1", "d > today", "yes", "t_at < u_at", "where_lng > 1"):
        assert evaluate(parse(source, SCOPE), row, today=TODAY, tz=TZ) is None


@given(first=days, months=st.integers(0, 600))
def test_so_many_months_later_are_so_many_months_between(first: date, months: int):
    year, month = divmod(first.month - 1 + months, 12)
    ends = (date(first.year + year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    later = date(first.year + year, month + 1, min(first.day, ends))
    assert months_between(first, later) == months
    assert months_between(first, later - timedelta(days=1)) <= months


def test_full_width_letters_in_a_literal_are_folded_as_they_are_at_the_door():
    expression = parse('w == "Ａ１"', SCOPE)
    assert evaluate(expression, {"w": tidy(" Ａ１ ")}, today=TODAY, tz=TZ) is True


def test_a_reference_is_compared_as_text():
    spot = UUID("0190f3a0-0000-7000-8000-00000000000a")
    assert evaluate(parse(f'spot == "{spot}"', SCOPE), {"spot": spot}, today=TODAY, tz=TZ) is True
