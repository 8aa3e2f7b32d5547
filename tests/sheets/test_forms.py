"""A form's titles, labels and the cells that wait."""

from __future__ import annotations

from typing import Any

from huying.sheets.forms import open_form
from huying.sheets.grid import name_of
from tests.sheets.making import rows, workbook
from tests.templates.making import drawn, listing, statistics


def test_a_head_of_three_storeys_and_its_labels():
    form = open_form(statistics(), "附件2.xlsx")
    assert form.title == "附件2：2020年12月城市管理事项统计表" and form.unit == "件"
    assert form.titles[3] == ("事项", "其中", "已转交") and form.titles[5] == ("事项", "满意度")
    assert form.marked == [1] and form.serial == [0] and form.labels[6] == ("龙洞街道",)
    assert form.totals == [8] and not form.open_below


def test_formulas_labels_and_covered_cells_do_not_wait():
    form = open_form(statistics(), "附件2.xlsx")
    waiting = {name_of((r, c)) for r in form.rows for c in form.columns if form.waits((r, c))}
    assert waiting == {f"{column}{row}" for column in "CDEFG" for row in (6, 7, 8)} | {"G9"}


def test_blank_rows_end_at_a_row_of_sums_or_go_on_to_the_end():
    assert [len(open_form(listing(4, sums), "x.xlsx").rows) for sums in (True, False)] == [5, 4]
    assert open_form(listing(4, False), "x.xlsx").open_below and not open_form(listing(4), "x.xlsx").open_below


def test_merged_labels_name_every_row_they_cover():
    def fill(book: Any, sheet: Any) -> None:
        box = book.add_format({"border": 1})
        for column, title in enumerate(("街道", "类别", "数量")):
            sheet.write(0, column, title, box)
        for row, kind in enumerate(("道路", "绿化", "道路", "绿化")):
            sheet.write(1 + row, 1, kind, box)
            sheet.write_blank(1 + row, 2, None, box)
        sheet.merge_range("A2:A3", "甲街", box)
        sheet.merge_range("A4:A5", "乙街", box)

    form = open_form(workbook(fill), "x.xlsx")
    assert [form.labels[row] for row in form.rows] == [
        ("甲街", "道路"),
        ("甲街", "绿化"),
        ("乙街", "道路"),
        ("乙街", "绿化"),
    ]


def test_items_are_labels_and_a_drawing_is_no_row():
    form = open_form(drawn(), "x.xlsx")
    assert [form.labels[row] for row in form.rows] == [("按期答复率",), ("报来事项",), ("办件满意率",)]


def test_a_form_of_two_hundred_columns_is_read():
    form = open_form(rows([["序号", *(f"指标{n}" for n in range(199))], [1, *([None] * 198), 3]]), "x.xlsx")
    assert len(form.columns) == 200


def test_a_person_may_say_which_rows_are_the_header():
    form = open_form(rows([["报表", "甲"], ["姓名", "年龄"], ["张三", 3]]), "x.xlsx", "Sheet1", [1, 1])
    assert form.titles == {0: ("姓名",), 1: ("年龄",)}


def test_merged_cells_that_wait_below_the_last_value_take_one_value_each():
    def fill(book: Any, sheet: Any) -> None:
        box = book.add_format({"border": 1})
        for column, title in enumerate(("序号", "名称", "备注")):
            sheet.write(0, column, title, box)
        for row in (1, 3):
            for column in range(3):
                sheet.merge_range(row, column, row + 1, column, "", box)

    form = open_form(workbook(fill), "x.xlsx")
    assert [row for row in form.rows if form.waits((row, 1))] == [1, 3]
