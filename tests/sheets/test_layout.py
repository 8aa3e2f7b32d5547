"""Where the table stands in a sheet."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from huying.sheets import Sheet, columns_of, find_tables, key_of, open_book
from huying.sheets.layout import tables_of
from tests.sheets.making import rows, table

ROWS = [["1", "车陂街", 26, 1200], ["2", "龙洞街", 14, 830], ["3", "凤凰街", 9, 410]]


def test_lines_above_the_header_are_the_title_and_the_unit() -> None:
    found = table([["附件2"], ["老旧小区改造统计表"], ["填报单位：某局", None, None, "单位：万元"],
                   ["序号", "街道", "个数", "金额"], *ROWS])  # fmt: skip
    assert (found.title, found.unit) == ("附件2 老旧小区改造统计表", "万元")
    assert (found.header, found.body, found.titles) == ([3], [4, 5, 6], ["序号", "街道", "个数", "金额"])
    assert found.notes == [(2, "填报单位：某局")]


def test_a_header_of_two_storeys_gives_each_column_its_whole_title() -> None:
    found = table(
        [["序号", "街道", "微改造", None], [None, None, "个数", "金额"], *ROWS],
        [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3)],
    )
    assert found.titles == ["序号", "街道", "微改造 › 个数", "微改造 › 金额"]
    assert (found.header, found.body) == ([0, 1], [2, 3, 4])


def test_a_header_of_three_storeys_with_numbered_columns_is_read() -> None:
    found = table(
        [["序号", "街道", "改造", None], [None, None, "微改造", None], [None, None, "个数", "金额"],
         ["甲", "乙", 1, 2], *ROWS],
        [(0, 0, 2, 0), (0, 1, 2, 1), (0, 2, 0, 3), (1, 2, 1, 3)],
    )  # fmt: skip
    assert found.titles == ["序号", "街道", "改造 › 微改造 › 个数", "改造 › 微改造 › 金额"]
    assert (found.header, found.body) == ([0, 1, 2, 3], [4, 5, 6])


def test_totals_and_notes_are_no_rows() -> None:
    found = table([["序号", "街道", "个数", "金额"], *ROWS, ["合计", None, 49, 2440],
                   ["备注：数据截至六月底"], ["填表人：某", None, "联系电话：020-0000"]])  # fmt: skip
    assert (found.body, found.total, [row for row, _ in found.notes]) == ([1, 2, 3], [4], [5, 6])


def test_subtotals_between_rows_are_no_rows() -> None:
    found = table([["序号", "街道", "个数", "金额"], ROWS[0], ["小  计", None, 26, 1200], *ROWS[1:]])
    assert (found.body, found.total) == ([1, 3, 4], [2])


def test_a_header_said_again_on_each_printed_page_is_no_row() -> None:
    head = ["序号", "街道", "个数", "金额"]
    found = table([head, ROWS[0], head, *ROWS[1:]])
    assert found.body == [1, 3, 4]
    assert found.repeated == [2]


def test_a_merged_cell_gives_each_of_its_rows_the_value() -> None:
    found = table(
        [["街道", "社区", "户数"], ["车陂街", "东岸", 3], [None, "西岸", 4], [None, "广氮", 5]], [(1, 0, 3, 0)]
    )
    assert found.values(0) == ["车陂街"] * 3


def test_a_table_that_begins_in_the_middle_of_a_sheet_is_found() -> None:
    found = table([[], [None, None, "姓名", "年龄"], [None, None, "甲", 3], [None, None, "乙", 4]])
    assert (found.header, found.columns, found.body) == ([1], [2, 3], [2, 3])


def test_a_header_without_rows_is_a_table_without_a_body() -> None:
    found = table([["姓名", "年龄", "身份证号"]])
    assert (found.titles, found.body) == (["姓名", "年龄", "身份证号"], [])


def test_two_columns_of_one_title_get_two_names_and_an_empty_title_gets_one() -> None:
    found = table([["姓名", "电话", "电话", None], ["甲", "13800138000", "13900139000", "x"],
                   ["乙", "13800138001", "13900139001", "y"]])  # fmt: skip
    columns = columns_of(found)
    assert [c.name for c in columns] == ["name", "phone", "phone_2", "column_4"]
    assert columns[3].title == "第4列"


def test_a_running_number_is_no_key_but_a_number_of_an_authority_is() -> None:
    found = table([["序号", "项目编号", "名称"], [1, "XM-001", "甲"], [2, "XM-002", "乙"], [3, "XM-003", "丙"]])
    columns = columns_of(found)
    assert columns[0].serial
    assert [c.title for c in key_of(columns)] == ["项目编号"]


CELL: Any = st.one_of(
    st.none(), st.text(min_size=1, max_size=12).filter(str.strip), st.integers(-10, 10**6), st.booleans(), st.dates(),
    st.sampled_from(["合计", "序号", "姓名", "备注：无", "2020年6月12日", "甲", "１２３", "单位：万元", "13800138000"]),
)  # fmt: skip
GRID = st.integers(1, 7).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=14)
)
AREA = st.tuples(st.integers(0, 13), st.integers(0, 6), st.integers(0, 13), st.integers(0, 6))


@settings(max_examples=150)
@given(GRID, st.lists(AREA, max_size=3))
def test_every_row_of_any_grid_is_accounted_for(grid: list[list[Any]], areas: list[tuple[int, int, int, int]]) -> None:
    merged = [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in areas]
    found = tables_of(Sheet("表", grid, merged))
    said: list[int] = []
    for one in found:
        columns = columns_of(one)
        key_of(columns)
        assert len({c.name for c in columns}) == len(columns) == len(one.titles)
        aside = [n for n, _ in one.notes]
        said += [*one.header, *one.body, *one.total, *one.repeated, *one.above, *aside]
        assert not set(one.body) & {*one.header, *one.total, *one.repeated, *aside}
    filled = {n for n, row in enumerate(grid) if any(cell is not None for cell in row)}
    assert len(said) == len(set(said)) and (filled <= set(said) or not found)
    assert found or sum(cell is not None for row in grid for cell in row) < 2 or len(filled) > 3


def test_every_sheet_with_a_table_gives_one() -> None:
    book = open_book(rows([["姓名", "年龄"], ["甲", 3]]), "表.xlsx")
    assert [found.sheet.name for found in find_tables(book)] == ["Sheet1"]
