"""Forms as superiors hand them down, made for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.sheets.making import workbook

STREETS = ("车陂街道", "龙洞街道", "凤凰街道")


def statistics(streets: tuple[str, ...] = STREETS, title: str = "附件2：2020年12月城市管理事项统计表") -> bytes:
    """A head of three storeys with merged cells, a row of sums by formulas, a print area, a protected sheet."""

    def fill(book: Any, sheet: Any) -> None:
        box = book.add_format({"border": 1, "align": "center", "font_name": "仿宋"})
        last = 5 + len(streets)
        sheet.merge_range("A1:G1", title, book.add_format({"bold": True, "align": "center", "font_size": 18}))
        sheet.write("A2", "填报单位：")
        sheet.write("F2", "单位：件")
        for area, text in (
            ("A3:A5", "序号"), ("B3:B5", "街道"), ("C3:F3", "事项"), ("C4:C5", "受理数"), ("D4:E4", "其中"), ("F4:F5", "满意度"), ("G3:G5", "备注"),
        ):  # fmt: skip
            sheet.merge_range(area, text, box)
        sheet.write("D5", "已转交", box)
        sheet.write("E5", "待接办", box)
        for number, street in enumerate(streets):
            sheet.write(5 + number, 0, number + 1, box)
            sheet.write(5 + number, 1, street, box)
            for column in range(2, 7):
                sheet.write_blank(5 + number, column, None, box)
        sheet.merge_range(last, 0, last, 1, "合计", box)
        for column in range(2, 6):
            letter = chr(65 + column)
            sheet.write_formula(last, column, f"=SUM({letter}6:{letter}{last})", box, 99)
        sheet.write_blank(last, 6, None, box)
        sheet.write(last + 1, 0, "填表人：                联系电话：")
        sheet.print_area(0, 0, last + 1, 6)
        sheet.set_landscape()
        sheet.set_column(1, 1, 20)
        sheet.fit_to_pages(1, 0)
        sheet.data_validation("G6:G8", {"validate": "list", "source": ["是", "否"]})
        sheet.conditional_format(
            "C6:F8", {"type": "cell", "criteria": ">", "value": 5, "format": book.add_format({"bold": True})}
        )
        sheet.write_comment("C6", "填整数")
        sheet.protect("secret")
        other = book.add_worksheet("说明")
        other.write(0, 0, "本表由各街道填报")
        other.write_formula(1, 0, "='附件2'!C9", None, 99)

    return workbook(fill, "附件2")


TITLES = ("序号", "编号", "所属街道", "事项类别", "诉求人姓名", "联系电话", "受理日期", "领导批示")


def listing(blank: int = 3, sums: bool = True, titles: tuple[str, ...] = TITLES, labels: tuple[str, ...] = ()) -> bytes:
    """Blank rows under one header, the second cell of each named where `labels`; under them a row of sums, where `sums`."""

    def fill(book: Any, sheet: Any) -> None:
        box, days = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": 'yyyy"年"m"月"d"日"'})
        sheet.merge_range(0, 0, 0, len(titles) - 1, "诉求办理情况明细表")
        for column, title in enumerate(titles):
            sheet.write(1, column, title, box)
            for row in range(blank):
                sheet.write_blank(2 + row, column, None, days if "日期" in title else box)
        for row, label in enumerate(labels, 2):
            sheet.write(row, 1, label, box)
        if sums:
            sheet.write(2 + blank, 0, "合计", box)

    return workbook(fill, "明细")


def drawn(fill: Callable[[Any, Any], None] | None = None) -> bytes:
    """A form with a drawing, a picture of one cell and a text box."""

    def both(book: Any, sheet: Any) -> None:
        box = book.add_format({"border": 1})
        sheet.merge_range("A1:C1", "运行指标表")
        for column, title in enumerate(("指标", "本期", "备注")):
            sheet.write(1, column, title, box)
        for row, title in enumerate(("按期答复率", "报来事项", "办件满意率")):
            sheet.write(2 + row, 0, title, box)
            sheet.write_blank(2 + row, 1, None, box)
            sheet.write_blank(2 + row, 2, None, box)
        sheet.insert_textbox("E2", "（公章）")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=运行!$B$3:$B$5"})
        sheet.insert_chart("E8", chart)

    return workbook(fill or both, "运行")
