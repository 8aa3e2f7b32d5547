"""The troubles that sheets of offices have, each in a small sheet of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from huying.sheets import Table, columns_of, find_tables, key_of, open_book, stream
from tests.sheets.making import changed, rows, workbook
from tests.sheets.old_workbook import old_workbook

HEAD = ["序号", "街道", "姓名", "金额"]
BODY = [[1, "车陂街", "陈某", 12], [2, "龙洞街", "李某", 8.5], [3, "凤凰街", "张某", 30]]
IDENTITY = "11010519491231002X"
CARD = "6222020000000000000"


def text(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(lines).encode(encoding)


def book(sheets: dict[str, list[list[Any]]]) -> bytes:
    def fill(made: Any, first: Any) -> None:
        for n, lines in enumerate(sheets.values()):
            sheet = made.worksheets()[0] if n == 0 else made.add_worksheet([*sheets][n])
            for m, line in enumerate(lines):
                sheet.write_row(m, 0, line)

    return workbook(fill, [*sheets][0])


def days(title: str, *cells: Any, above: str = "", **options: Any) -> bytes:
    first = [[above]] if above else []
    return rows([*first, ["名称", title], *[[f"第{n}件", cell] for n, cell in enumerate(cells)]], **options)


# sentence: (file, tables in the words of what is expected of each)
LAYOUTS: dict[str, tuple[bytes, list[dict[str, Any]]]] = {
    "columns parted by tabs in GBK, under a title": (
        text("低保对象名单", "姓名\t年龄\t地址", "陈某\t61\t东圃大马路", "李某\t58\t迎龙路", encoding="gbk"),
        [{"title": "低保对象名单", "header": [2], "titles": ["姓名", "年龄", "地址"], "body": [3, 4]}],
    ),
    "text in UTF-16 under the ending of a workbook, as many programs export": (
        "姓名\t年龄\r\n陈某\t61\r\n".encode("utf-16"),
        [{"header": [1], "titles": ["姓名", "年龄"], "body": [2]}],
    ),
    "columns parted by a sign that hardly any office uses": (
        text("姓名\x01年龄\x01地址", "陈某\x0161\x01东圃, 大马路", "李某\x0158\x01迎龙路"),
        [{"titles": ["姓名", "年龄", "地址"], "body": [2, 3]}],
    ),
    "a line of the office and the unit between title and header": (
        rows([["老旧小区改造统计表"], ["填报单位：某局", None, None, "单位：万元"], HEAD, *BODY]),
        [{"title": "老旧小区改造统计表", "unit": "万元", "header": [3], "body": [4, 5, 6], "note": [2]}],
    ),
    "a header of two storeys, whose groups are merged": (
        rows(
            [["序号", "街道", "改造", None, "备注"], [None, None, "个数", "金额", None],
             [1, "车陂街", 3, 12.5, "无"], [2, "龙洞街", 4, 8.1, None]],
            [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4)],
        ),
        [{"header": [1, 2], "titles": ["序号", "街道", "改造 › 个数", "改造 › 金额", "备注"], "body": [3, 4]}],
    ),
    "a header of two storeys in a text file, where nothing is merged": (
        text("序号,街道,改造,,建设,", ",,个数,金额,个数,金额", "1,车陂街,3,12.5,1,2.5", "2,龙洞街,4,8.1,2,3.5"),
        [{"header": [1, 2], "body": [3, 4],
          "titles": ["序号", "街道", "改造 › 个数", "改造 › 金额", "建设 › 个数", "建设 › 金额"]}],
    ),
    "the sum above all rows, as statistics have it": (
        rows([HEAD, ["合计", None, None, 50.5], *BODY]),
        [{"header": [1], "total": [2], "body": [3, 4, 5]}],
    ),
    "sums of each street and of all, in every spelling": (
        rows([HEAD, BODY[0], ["小 计", None, None, 12], BODY[1], [None, "龙洞街小计", None, 8.5], BODY[2],
              ["总　计", None, None, 50.5], ["平均", None, None, 16.8]]),
        [{"body": [2, 4, 6], "total": [3, 5, 7, 8]}],
    ),
    "the header again on every printed page": (
        rows([HEAD, BODY[0], [None], HEAD, *BODY[1:]]),
        [{"body": [2, 5, 6], "repeated": [4]}],
    ),
    "remarks below that say that they are": (
        rows([HEAD, *BODY, ["注：数据截至六月底"], ["1.以上为快报数"], ["填表人：某", None, "联系电话：020-0000"]]),
        [{"body": [2, 3, 4], "note": [5, 6, 7]}],
    ),
    "a remark below that says nothing of itself": (
        rows([HEAD, *BODY, [], ["以上数据由各街道于每月五日前报送并经分管领导审定"]]),
        [{"body": [2, 3, 4], "note": [6]}],
    ),
    "a row of which only the name is filled, among others": (
        rows([HEAD, BODY[0], [None, None, "广州市天河区车陂街道东圃社区居民委员会服务站"], *BODY[1:]]),
        [{"body": [2, 3, 4, 5], "note": []}],
    ),
    "headings of groups merged over the table": (
        rows([HEAD, ["一、低保", None, None, None], BODY[0], ["二、特困", None, None, None], *BODY[1:]],
             [(1, 0, 1, 3), (3, 0, 3, 3)]),
        [{"body": [3, 5, 6], "note": [2, 4]}],
    ),
    "two tables one below the other": (
        rows([["表一 支出"], HEAD, *BODY, ["合计", None, None, 50.5], [], ["表二 项目"], ["项目", "负责人", "状态"],
              ["修路", "陈某", "在建"], ["种树", "李某", "完成"]]),
        [
            {"title": "表一 支出", "header": [2], "titles": HEAD, "body": [3, 4, 5], "total": [6]},
            {"title": "表二 项目", "header": [9], "titles": ["项目", "负责人", "状态"], "body": [10, 11]},
        ],
    ),
    "two halves of a list side by side": (
        rows([["名单"], ["序号", "姓名", "电话", None, "序号", "姓名", "电话"],
              [1, "陈某", "13800138000", None, 3, "张某", "13800138002"],
              [2, "李某", "13800138001", None, 4, "王某", "13800138003"],
              [None, None, None, None, 5, "赵某", "13800138004"]]),
        [
            {"titles": ["序号", "姓名", "电话"], "columns": [0, 1, 2], "body": [3, 4]},
            {"titles": ["序号", "姓名", "电话"], "columns": [4, 5, 6], "body": [3, 4, 5]},
        ],
    ),
    "a cover and how to fill it in, around the sheet that counts": (
        book({
            "封面": [["2025年度统计报表"], [], ["填报单位（盖章）："]],
            "表1": [HEAD, *BODY],
            "填表说明": [["一、本表由各街道填报。"], ["二、金额单位为万元。"]],
        }),
        [{"sheet": "表1", "header": [1], "body": [2, 3, 4]}],
    ),
    "years as titles": (
        rows([["地区", 2021, 2022, 2023], ["车陂街", 5, 6, 7], ["龙洞街", 1, 2, 3]]),
        [{"header": [1], "titles": ["地区", "2021", "2022", "2023"], "body": [2, 3]}],
    ),
    "months as titles, typed as days": (
        rows([["街道", date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)], ["车陂街", 5, 6, 7], ["龙洞街", 1, 2, 3]]),
        [{"header": [1], "titles": ["街道", "2025-01-01", "2025-02-01", "2025-03-01"], "body": [2, 3]}],
    ),
    "an empty column for looks, and one that waits to be filled": (
        rows([["街道", None, "姓名", "核查结果"], ["车陂街", None, "陈某", None], ["龙洞街", None, "李某", None]]),
        [{"titles": ["街道", "姓名", "核查结果"], "columns": [0, 2, 3], "body": [2, 3]}],
    ),
    "cells merged across for looks": (
        rows([["街道", None, "负责人", None], ["车陂街", None, "陈某", None], ["龙洞街", None, "李某", None]],
             [(n, m, n, m + 1) for n in range(3) for m in (0, 2)]),
        [{"titles": ["街道", "负责人"], "columns": [0, 2], "body": [2, 3]}],
    ),
    "a table that begins far down and to the right": (
        rows([[], [], [], [None, None, None, "姓名", "年龄"], [None, None, None, "陈某", 61]]),
        [{"header": [4], "columns": [3, 4], "body": [5]}],
    ),
    "two columns of one title": (
        rows([["姓名", "电话", "电话"], ["陈某", "13800138000", "13900139000"]]),
        [{"titles": ["姓名", "电话", "电话"], "body": [2]}],
    ),
    "a header without rows": (rows([["姓名", "年龄", "地址"]]), [{"header": [1], "body": []}]),
    "numbers without any header": (rows([[1, 2, 3], [4, 5, 6]]), [{"header": [], "body": [1, 2]}]),
    "line ends within titles": (
        rows([["姓\n名", "身份\n证号", "联系\n电话"], ["陈某", IDENTITY, "13800138000"]]),
        [{"titles": ["姓名", "身份证号", "联系电话"], "body": [2]}],
    ),
    "a workbook of Excel 97, with a merged cell": (
        old_workbook([["序号", "街道", "户数"], [1, "车陂街", 3], [2, None, 4]], [(1, 1, 2, 1)], sheet="低保"),
        [{"sheet": "低保", "titles": ["序号", "街道", "户数"], "body": [2, 3], "values": [1, ["车陂街", "车陂街"]]}],
    ),
}  # fmt: skip


def said(table: Table) -> dict[str, Any]:
    return {
        "sheet": table.sheet.name, "title": table.title, "unit": table.unit, "titles": table.titles,
        "columns": table.columns, "header": [n + 1 for n in table.header], "body": [n + 1 for n in table.body],
        "total": [n + 1 for n in table.total], "repeated": [n + 1 for n in table.repeated],
        "note": [n + 1 for n, _ in table.notes],
    }  # fmt: skip


@pytest.mark.parametrize("trouble", LAYOUTS)
def test_the_table_is_found_in(trouble: str, tmp_path: Path) -> None:
    data, wanted = LAYOUTS[trouble]
    tables = find_tables(open_book(data, "表.xls"))
    for table, expected in zip(tables, wanted, strict=False):
        found = said(table)
        if "values" in expected:
            place, _ = expected["values"]
            found["values"] = [place, table.values(place)]
        assert {word: found[word] for word in expected} == expected
    assert len(tables) == len(wanted) or "sheet" in wanted[0]
    path = tmp_path / "表.xls"
    path.write_bytes(data)
    assert [number for number, _ in stream(path)] == wanted[0]["body"]


# title, cells, type, what they are read as: None for a cell that is asked about
CELLS: dict[str, tuple[bytes, str, list[Any]]] = {
    "days in every form that Chinese has": (
        days("日期", "2020年3月5日", "二〇二〇年三月五日", "20200305", "2020.3.5", "民国109年3月5日", "2020年3月5日（星期四）",
             "２０２０／３／５", date(2020, 3, 5), "2020-03-05 00:00:00"),
        "date", [date(2020, 3, 5)] * 9,
    ),
    "day numbers in a text file": (
        text("名称,登记日期", "甲,43895", "乙,43896"), "date", [date(2020, 3, 5), date(2020, 3, 6)],
    ),
    "day numbers of a workbook that counts from 1904": (
        old_workbook([["名称", "登记日期"], ["甲", 42433], ["乙", 42434]], since_1904=True),
        "date", [date(2020, 3, 5), date(2020, 3, 6)],
    ),
    "days whose order another day of the column tells": (
        text("名称,日期", "甲,3/4/2020", "乙,3/25/2020"), "date", [date(2020, 3, 4), date(2020, 3, 25)],
    ),
    "days whose order nothing tells": (text("名称,日期", "甲,3/4/2020", "乙,5/6/2020"), "date", [None, None]),
    "days of which one is only a month": (
        days("完成日期", "2020年3月5日", "2020年4月5日", "2020年5月", "2020年6月5日"),
        "date", [date(2020, 3, 5), date(2020, 4, 5), None, date(2020, 6, 5)],
    ),
    "months only": (days("完成日期", "2020年3月", "2020.04", "2020年5月"), "text", ["2020年3月", "2020.04", "2020年5月"]),
    "days without a year, under a title with one": (
        days("日期", "3月5日", "4月6日", above="2020年走访台账"), "date", [date(2020, 3, 5), date(2020, 4, 6)],
    ),
    "days without a year anywhere": (days("日期", "3月5日", "4月6日"), "date", [None, None]),
    "numbers as text, full-width, with thousands": (
        days("数", "1,234", "１２３", " 56 ", "1，234，567", 7), "integer", [1234, 123, 56, 1234567, 7],
    ),
    "amounts with their unit in the cell": (
        days("投资额", "12.5万元", "3000元", "1.2亿元", "5万"), "money", [125000, 3000, 120000000, 50000],
    ),
    "amounts in ten thousands by the title, of which one says otherwise": (
        days("投资额（万元）", 12.5, "3000元", "8万元"), "money", [125000, 3000, 80000],
    ),
    "shares with their sign in the cell": (
        days("完成率", "35%", "４０％", "100%"), "integer", [35, 40, 100],
    ),
    "counts with their measure word": (days("人数", "30人", "45人", "12"), "integer", [30, 45, 12]),
    "a measure word that is another's": (days("面积（亩）", "30亩", "45", "12公顷"), "integer", [30, 45, None]),
    "codes with leading zeros": (days("代码", "001", "002", "010"), "text", ["001", "002", "010"]),
    "a long number of which Excel has kept fifteen digits": (
        days("身份证号", 110105194912310020, 110105194912310030), "identity", [None, None],
    ),
    "a long number that a text file has in powers of ten": (
        text("名称,身份证号", "甲,1.10105E+17", "乙,1.10106E+17"), "identity", [None, None],
    ),
    "a number of sixteen digits in a column of codes": (
        days("合同编号", 1234567890123456, 1234567890123457), "text", [None, None],
    ),
    "yes and no": (days("是否签约", "是", "否", "√", "×"), "boolean", [True, False, True, False]),
}  # fmt: skip


@pytest.mark.parametrize("trouble", CELLS)
def test_cells_are_read_that_hold(trouble: str) -> None:
    data, kind, wanted = CELLS[trouble]
    table = find_tables(open_book(data, "表.csv"))[0]
    column = columns_of(table)[1]
    asked = {row for row, _, _ in column.doubts}
    cells = zip(table.body, table.values(1), strict=True)
    assert (column.type, [None if row in asked else column.read(cell) for row, cell in cells]) == (kind, wanted)


PRIVACY = {
    "身份证号": ([IDENTITY, IDENTITY], "secret"),
    "备注": ([f"本人身份证{IDENTITY}已核", "无"], "secret"),
    "情况": (["电话13800138000联系不上", "已走访"], "private"),
    "账户": ([CARD, CARD], "secret"),
    "银行账号": (["44001234567", "44001234568"], "secret"),
    "护照号": (["E12345678", "E12345679"], "secret"),
    "邮件": (["a@example.org", "b@example.org"], "private"),
    "出生日期": (["1949-12-31", "1950-01-02"], "private"),
    "住址": (["东圃大马路1号", "迎龙路2号"], "private"),
    "信用代码": (["91350100M000100Y43", "91350100M000100Y43"], "open"),
    "户数": (["3", "4"], "open"),
}


@pytest.mark.parametrize("title", PRIVACY)
def test_a_column_is_as_open_as_what_stands_in_it(title: str) -> None:
    cells, privacy = PRIVACY[title]
    table = find_tables(open_book(rows([["街道", title], *[["车陂街", cell] for cell in cells]]), "表.xlsx"))[0]
    assert columns_of(table)[1].privacy == privacy


def test_an_address_beside_a_name_is_a_home() -> None:
    table = find_tables(open_book(rows([["姓名", "地址"], ["陈某", "东圃大马路1号"]]), "表.xlsx"))[0]
    assert [column.privacy for column in columns_of(table)] == ["private", "private"]
    table = find_tables(open_book(rows([["场所", "地址"], ["公园", "东圃大马路1号"]]), "表.xlsx"))[0]
    assert [column.privacy for column in columns_of(table)] == ["open", "open"]


def test_the_address_of_a_shop_is_open_though_its_keeper_is_named() -> None:
    lines = [["单位名称", "地址", "负责人姓名"], ["某店", "东圃大马路1号", "陈某"], ["某厂", "迎龙路2号", "李某"]]
    columns = columns_of(find_tables(open_book(rows(lines), "表.xlsx"))[0])
    assert [column.privacy for column in columns] == ["open", "open", "private"]


def test_counts_of_what_is_private_of_one_are_open() -> None:
    lines = [["街道", "出生人口", "病床"], ["车陂街", 30, 12], ["龙洞街", 41, 9]]
    assert {column.privacy for column in columns_of(find_tables(open_book(rows(lines), "表.xlsx"))[0])} == {"open"}


def test_a_word_for_a_sum_may_be_a_value() -> None:
    lines = [["姓名", "水平", "分数"], ["陈某", "平均", 3], ["李某", "高", 5], ["平均", None, 4]]
    table = find_tables(open_book(rows(lines), "表.xlsx"))[0]
    assert (table.body, table.total) == ([1, 2], [3])


def test_a_group_that_is_merged_gives_each_row_its_value_but_no_neighbour() -> None:
    lines = [["街道", "社区", "户数"], ["车陂街", "东岸", 3], [None, "西岸", 4], ["龙洞街（未报）", None, None]]
    table = find_tables(open_book(rows(lines, [(1, 0, 2, 0), (3, 0, 3, 2)]), "表.xlsx"))[0]
    assert table.values(0)[:2] == ["车陂街", "车陂街"]
    assert [row for row, _ in table.notes] == [3]


def test_a_formula_without_a_stored_result_is_said() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["名称", "数", "和", "字"])
        sheet.write_row(1, 0, ["甲", 2])
        sheet.write_formula(1, 2, "=B2*1000", None, "")
        sheet.write_formula(1, 3, '=""', None, "")

    made = workbook(fill)
    told = changed(made, b'<c r="D2">', b'<c r="D2" t="str">')  # a text of no letters is a result
    found = open_book(told, "表.xlsx")
    assert found.sheets[0].rows[1] == ["甲", 2, None, None]
    assert [note for note in found.notes if note.startswith("1 个公式没有存下结果（第1张表 sheet 1 C2 等）")]


def test_cells_that_hold_an_error_are_said() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["名称", "数"])
        sheet.write(1, 0, "甲")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")

    found = open_book(workbook(fill), "表.xlsx")
    assert [note for note in found.notes if "1 格是错误值" in note and "B2" in note]


def test_a_key_is_a_number_of_a_person_before_a_code_before_a_name() -> None:
    lines = [["序号", "编号", "姓名", "身份证号"], [1, "A1", "陈某", IDENTITY], [2, "A2", "李某", "440106199001011236"]]
    assert [c.title for c in key_of(columns_of(find_tables(open_book(rows(lines), "表.xlsx"))[0]))] == ["身份证号"]
    fewer = [line[:3] for line in lines]
    assert [c.title for c in key_of(columns_of(find_tables(open_book(rows(fewer), "表.xlsx"))[0]))] == ["编号"]


def test_amounts_keep_their_cents() -> None:
    table = find_tables(open_book(rows([["名称", "金额（万元）"], ["甲", 0.123456], ["乙", 1.5]]), "表.xlsx"))[0]
    column = columns_of(table)[1]
    assert [column.read(cell) for cell in table.values(1)] == [Decimal("1234.56"), 15000]
