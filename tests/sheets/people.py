"""A sheet as an office keeps it: persons with numbers and telephones, money in 万元, and what stands around the rows."""

from __future__ import annotations

from typing import Any

from huying.sheets import Table, columns_of
from huying.sheets.proposal import Proposal, narrow, propose
from tests.sheets.making import rows, table

AREAS = {"车陂街道": "440106003000", "龙洞街道": "440106018000"}
HEAD = ["序号", "姓名", "性别", "身份证号", "联系电话", "街道", "月补助金额（万元）", "面积（平方米）", "类别", "纳入日期", "备注"]  # fmt: skip


def identity(n: int) -> str:
    """A made-up identity number whose check digit fits."""
    first = f"44010619{60 + n % 30}0{1 + n % 9}1{n % 10}{100 + n}"
    total = sum(int(sign) * pow(2, 17 - place, 11) for place, sign in enumerate(first))
    return first + "10X98765432"[total % 11]


def lines(number: int = 12) -> list[list[Any]]:
    """Title, unit, header, rows, sum."""
    streets, classes = list(AREAS), ("一类", "二类", "三类")
    body = [
        [n + 1, f"陈{n}某", "男女"[n % 2], identity(n), f"138001380{n:02}", streets[n % 2], "0.12", 30 + n, classes[n % 3],
         f"2019年{1 + n % 12}月3日", "独居" if n == 3 else None]
        for n in range(number)
    ]  # fmt: skip
    return [["附件2：天河区低保对象花名册（2020年6月）"], ["填报单位：民政局"], HEAD, *body, ["合计", None, number]]


def workbook(number: int = 12) -> bytes:
    """The sheet as an xlsx."""
    return rows(lines(number))


def people(number: int = 12) -> Table:
    return table(lines(number))


def proposed(found: Table | None = None, **said: Any) -> Proposal:
    """The proposal for a table, kept by the street's clerk unless said otherwise."""
    found = found or people()
    said = {"file": "低保对象.xls", "keeper": "street_clerk", "reach": "area", **said}
    return propose(found, columns_of(narrow(found), AREAS), **said)
