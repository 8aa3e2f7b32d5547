"""One form: the bureau's table with a head of three storeys, merged streets, sums by formulas, filled building by building."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

from huying.engine import packs
from huying.sheets import open_book
from tests.sheets.making import workbook
from tests.templates.dropping import drop, rows
from tests.web.walking import area, person, take, text_of

LIFT = "renewal.lift"


def bureau_form() -> bytes:
    """《附件2》: 龙洞街道 stands once, merged over its three buildings."""

    def fill(book: Any, sheet: Any) -> None:
        box, days = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "yyyy-m-d"})
        sheet.merge_range("A1:H1", "附件2：老旧小区微改造及加装电梯统计表", book.add_format({"bold": True}))
        for place, text in (
            ("A3:A5", "序号"), ("B3:B5", "街道"), ("C3:C5", "楼栋"), ("D3:G3", "加装电梯"), ("D4:D5", "进度"),
            ("E4:F4", "规划许可"), ("G4:G5", "受益户数（户）"), ("H3:H5", "户均（万元）"), ("B6:B8", "龙洞街道"),
        ):  # fmt: skip
            sheet.merge_range(place, text, box)
        sheet.write("E5", "规划许可证号", box)
        sheet.write("F5", "许可日期", box)
        for number, building in enumerate(("甲栋", "乙栋", "丙栋"), 5):
            sheet.write(number, 0, number - 4, box)
            sheet.write(number, 2, building, box)
            for column in (3, 4, 6):
                sheet.write_blank(number, column, None, box)
            sheet.write_blank(number, 5, None, days)
            sheet.write_formula(number, 7, f"=IF(G{number + 1}>0,60/G{number + 1},0)", box, 0)
        sheet.merge_range("A9:C9", "合计", box)
        sheet.write_formula("G9", "=SUM(G6:G8)", box, 0)
        sheet.print_area("A1:H9")

    return workbook(fill, "附件2")


def test_the_bureaus_form_is_back_within_the_page_with_two_yellow_cells_and_formulas_alive(town: packs.District):
    held = {
        "stage": "permitted",
        "permit_number": "穗规许〔2020〕1号",
        "permitted_on": date(2020, 5, 6),
        "households": 24,
    }
    take(town, "longdong", LIFT, "add", None, unit=area(town), building="甲栋", **held)
    take(town, "longdong", LIFT, "add", None, unit=area(town), building="乙栋", stage="applied", households=18)
    take(town, "longdong", LIFT, "add", None, unit=area(town), building="丙栋", **held)
    client = person(town, "longdong")
    url = drop(client, bureau_form(), "附件2：统计表.xlsx")
    page = client.get(url)
    assert "从哪本台账填是猜的" not in text_of(page)
    assert page.content.decode().count('class="is-yellow"') == 2
    answer = client.post(url + "/file")
    found = rows(answer)
    assert found[5][3:7] == ["已许可", "穗规许〔2020〕1号", date(2020, 5, 6), 24]
    assert found[6][3:7] == ["已受理", None, None, 18] and found[7][6] == 24
    assert open_book(answer.content, "x.xlsx").sheets[0].merged == open_book(bureau_form(), "x.xlsx").sheets[0].merged
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>SUM(G6:G8)</f>" in sheet and "_xlnm.Print_Area" in archive.read("xl/workbook.xml").decode()


def test_its_own_system_takes_the_ledgers_file(town: packs.District):
    take(town, "longdong", LIFT, "add", None, unit=area(town), building="甲栋", stage="applied", households=24)
    found = rows(person(town, "longdong").post(f"/fill/feeds/{LIFT}/1"))
    assert found[1][5:7] == ["证号", "日期"] and found[2][:5] == [1, "龙洞街道", None, "甲栋", "已受理"]
