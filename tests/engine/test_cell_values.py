"""What people write in cells is read as the form would take it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.declare.kinds import Field
from huying.engine import cell_values, packs, places
from huying.engine.values import Wrong

GRADES = {"first": "一级 | First class", "second": "二级 | Second class", "other": "其他 | Other"}


@pytest.fixture
def read(tianhe: packs.District):
    tree = places.tree(tianhe.id, tianhe.today())

    def one(kind: str, cell, scale: int = 1, **more):
        return cell_values.reader(tianhe, tree, Field("it", kind, "它 | It", **more), scale)(cell)

    return one


@pytest.mark.parametrize("cell", ["一级", "first", "First class", " FIRST ", "ｆｉｒｓｔ"])
def test_a_choice_is_known_by_its_key_and_its_label_in_both_languages(read, cell):
    assert read("enum", cell, choices=GRADES) == "first"


def test_two_choices_that_are_written_alike_are_told_apart_by_their_key(read):
    alike = {"a": "其他 | Other", "b": "其他 | Others"}
    assert isinstance(read("enum", "其他", choices=alike), Wrong)
    assert read("enum", "others", choices=alike) == "b" == read("enum", "b", choices=alike)


def test_what_is_no_choice_is_told_with_the_choices(read):
    assert "一级" in str(read("enum", "特级", choices=GRADES))


def test_a_community_is_known_by_name_code_and_with_its_street(read, tianhe):
    tree = places.tree(tianhe.id, tianhe.today())
    street = tree.by_code["440106018000"]
    for unit in tree.children[street.id]:
        assert read("area", f"{street.name()}{unit.name()}") == unit.id == read("area", unit.code)
    assert read("area", street.name()) == street.id
    assert "没有“火星街道”" in str(read("area", "火星街道"))


@pytest.mark.parametrize(
    "cell", ["2020年6月11日", "2020-6-11", "20200611", "二〇二〇年六月十一日", 43993, datetime(2020, 6, 11)]
)
def test_a_day_is_read_in_every_form_that_offices_use(read, cell):
    assert read("date", cell) == date(2020, 6, 11)


def test_a_day_whose_month_could_be_its_day_is_asked(read):
    assert "分不清月和日" in str(read("date", "3/4/2020"))


def test_a_moment_is_of_the_district_and_a_day_alone_is_its_beginning(read):
    assert read("time", "2020-06-11 14:30") == datetime(2020, 6, 11, 6, 30, tzinfo=UTC)
    assert read("time", "2020年6月11日") == datetime(2020, 6, 10, 16, tzinfo=UTC)


def test_money_is_whole_fen_and_the_headers_unit_counts(read):
    assert read("money", "1,234.50") == 123450
    assert read("money", Decimal("1.2"), 10_000) == 1_200_000
    assert "两位小数" in str(read("money", "0.001"))


def test_the_unit_in_a_cell_goes_before_that_of_the_header(read):
    assert read("money", "3000元", 10_000) == 300_000 == read("money", "0.3万元", 10_000)
    assert read("integer", "30人", unit="人 | persons") == 30 == read("integer", "30")
    assert read("number", "12.5万元", unit="万元 | 10,000 yuan") == Decimal("12.5")
    assert "要“亩”" in str(read("number", "12公顷", unit="亩 | mu"))


def test_a_number_of_which_excel_has_dropped_digits_is_no_text(read):
    assert "前 15 位" in str(read("text", 110105194912310020))
    assert "前 15 位" in str(read("text", "1.10105E+17"))
    assert read("text", "110105194912310020") == "110105194912310020"


def test_a_moment_whose_month_could_be_its_day_is_asked(read):
    assert "2020-06-11 14:30" in str(read("time", "3/4/2020 14:30"))
    assert read("time", "3/25/2020 14:30") == datetime(2020, 3, 25, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(("cell", "value"), [("是", True), ("√", True), ("No", False), (True, True), ("无", False)])
def test_yes_and_no_are_read_in_words_and_signs(read, cell, value):
    assert read("boolean", cell) is value


def test_a_number_beyond_the_fields_bounds_is_told(read):
    assert "不能大于 5" in str(read("integer", "9", schema={"type": "integer", "maximum": 5}))
    assert read("integer", "5", schema={"type": "integer", "maximum": 5}) == 5


def test_nothing_is_nothing_and_a_record_is_looked_up_later(read):
    assert read("text", None) is None and read("text", "  ") is None
    assert read("record", "YD-001", ledger="traffic.congestion_point") == cell_values.Reference(
        "traffic.congestion_point", "YD-001"
    )


def test_equal_cells_are_read_once():
    seen = []
    read = cell_values.Remembering(lambda cell: seen.append(cell) or cell)
    assert [read("a"), read("a"), read(1), read(1)] == ["a", "a", 1, 1] and seen == ["a", 1]
    assert read.many(["a", "b", "a", "b", None]) == ["a", "b", "a", "b", None] and seen == ["a", 1, "b"]


CELLS = st.text(st.characters(codec="utf-8") | st.sampled_from(" 0129.eE-Ａ１\n\t"), max_size=12) | st.integers(
    -(10**16), 10**16
).map(str)
FIELDS = [
    ("text", {}),
    ("text", {"maxLength": 4}),
    ("money", {}),
    ("integer", {}),
    ("number", {}),
    ("boolean", {}),
    ("date", {}),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(CELLS | st.none() | st.integers() | st.dates() | st.booleans()) | st.lists(CELLS),
    st.integers(1, 4),
    st.sampled_from(FIELDS),
)
def test_a_column_is_read_as_each_of_its_cells(tianhe, cells, times, kind):
    tree, field = places.tree(tianhe.id, tianhe.today()), Field("it", kind[0], "它 | It", schema=kind[1])
    read, column = cell_values.reader(tianhe, tree, field), cell_values.remembering(tianhe, tree, field)
    for _ in range(2):
        assert list(map(repr, column.many(cells * times))) == [repr(read(cell)) for cell in cells * times]
