"""A superior's form is dropped, understood, filled as this person may see, mended, given back, and known again."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huying.engine import database, packs, places, template_fill
from huying.sheets import open_book
from tests.engine.small import actor_of
from tests.sheets.making import opendocument, workbook
from tests.sheets.old_workbook import compound, old_workbook
from tests.templates.dropping import busy, drop, mend, rows
from tests.templates.making import drawn, listing, statistics
from tests.web.walking import CHEBEI, LONGDONG, area, person, report, take, text_of

__all__ = ["busy"]


def test_a_form_of_three_storeys_comes_back_filled_with_its_formulas_alive(busy):
    client = person(busy, "diaodu")
    answer = client.post(drop(client, statistics()) + "/file")
    assert answer["Content-Disposition"].endswith("%E9%99%84%E4%BB%B62.xlsx") and answer["Cache-Control"] == "no-store"
    found = rows(answer)
    assert [line[2] for line in found[5:8]] == [1, 3, 0], "by street"
    assert [line[4] for line in found[5:8]] == [0, 1, 0], "of these in this state"
    assert found[8][0] == "合计"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>SUM(C6:C8)</f></c>" in sheet and "sheetProtection" in sheet


def test_what_is_not_understood_is_yellow_and_said_in_words_with_its_cells(busy):
    client = person(busy, "diaodu")
    page = client.get(drop(client, statistics()))
    assert page.content.decode().count('class="is-yellow"') == 10
    assert re.search(r"没有认出这个标题 D6、F6、G6", text_of(page))
    assert "留黄 10 格" in text_of(page)


def test_a_title_is_mended_by_choosing_from_a_list(busy):
    client = person(busy, "diaodu")
    url = drop(client, statistics())
    mend(client, url, c3='{"where": "state == \\"dispatched\\""}')
    assert [line[3] for line in rows(client.post(url + "/file"))[5:8]] == [0, 1, 0]
    assert "状态为“待接办”" in text_of(client.get(url))


def test_a_value_that_no_page_sends_changes_nothing(busy):
    client = person(busy, "diaodu")
    url = drop(client, statistics())
    before = rows(client.post(url + "/file"))
    strange = {
        "c999": '{"count": true}',
        "rows": "x",
        "of": "no.such",
        "start": "nie",
        "end": "9999-12-31",
        "area": "?",
    }
    for text in (
        "{", "[]", '{"where": 3}', '{"sum": "phone"}', '{"field": "nothing"}', '{"indicator": "no.such"}', '{"boo": "x"}', "x" * 5000,
        '{"where": "phone == \\"13800000000\\""}', '{"where": "caller == \\"陈某\\""}', '{"area": "0"}', '{"count": "x"}',
    ):  # fmt: skip
        client.post(url, {"c3": text, "day": "opened_on", **strange})
        assert client.get(url).status_code == 200
        assert rows(client.post(url + "/file")) == before, text
    client.post(url, {"day": "caller"})
    assert "不限日期" in text_of(client.get(url))


def test_every_number_leads_to_the_records_that_were_counted(busy):
    client = person(busy, "diaodu")
    page = client.get(drop(client, statistics())).content.decode()
    answer = client.get(re.search(r'href="(/fill/[^"]+/cell/C7)"', page)[1])
    assert "共 3 条" in text_of(answer) and "登记日期不早于2020-12-01" in text_of(answer)
    assert answer.content.decode().count('href="/ledgers/command.case/SX') == 3


def test_behind_every_number_stand_as_many_records_as_it_says(busy):
    client = person(busy, "diaodu")
    url = drop(client, statistics())
    page = client.get(url).content.decode()
    found = re.findall(rf'href="{url}/cell/([A-Z]+\d+)">(\d+)</a>', page)
    assert len(found) == 6
    for name, number in found:
        assert f"共 {number} 条" in text_of(client.get(f"{url}/cell/{name}")), name


def test_items_of_a_form_may_be_indicators_and_lead_to_what_they_counted(busy):
    client = person(busy, "diaodu")
    url = drop(client, drawn())
    assert rows(client.post(url + "/file"))[3][1] == 4
    answer = client.get(url + "/cell/B4")
    assert answer.status_code == 302 and answer["Location"].startswith("/indicators/command.cases_reported/records?")
    assert "共 4 条" in text_of(client.get(answer["Location"]))


def test_a_form_with_a_drawing_keeps_it(busy):
    client = person(busy, "diaodu")
    answer = client.post(drop(client, drawn()) + "/file")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as after, zipfile.ZipFile(io.BytesIO(drawn())) as before:
        for name in ("xl/drawings/drawing1.xml", "xl/charts/chart1.xml", "[Content_Types].xml"):
            assert after.read(name) == before.read(name)


def test_a_list_form_gets_a_row_for_each_record_and_masked_fields_stay_yellow(busy):
    client = person(busy, "diaodu")
    url = drop(client, listing(4))
    found = rows(client.post(url + "/file"))
    assert [line[0] for line in found[2:6]] == [1, 2, 3, 4] and [line[2] for line in found[2:6]].count("龙洞街道") == 3
    assert found[2][3] == "单车倒伏、乱停放" and found[2][6] == date(2020, 12, 20)
    assert all(line[4] is None and line[5] is None for line in found[2:6])
    assert "遮住的栏目：写明事由后才填" in text_of(client.get(url))


def test_masked_fields_are_filled_with_a_reason_and_each_showing_is_logged(busy):
    client = person(busy, "diaodu")
    found = rows(client.post(drop(client, listing(4)) + "/file", {"why": "报送市里"}))
    assert {(line[4], line[5]) for line in found[2:6]} == {("陈某", "13800000000"), ("李某", "13900000000")}
    logged = database.direct().rows("select fields, why from hy.access_log where district = %s", [busy.id])
    assert len(logged) == 4 and {(one["fields"], one["why"]) for one in logged} == {("caller phone", "报送市里")}


def test_a_reason_shows_nothing_of_records_that_are_not_in_the_form(busy):
    client = person(busy, "diaodu")
    assert client.post(drop(client, listing(1)) + "/file", {"why": "报送市里"}).status_code == 422
    one = rows(client.post(drop(client, listing(4)) + "/file"))[2][1]
    named = listing(2, titles=("序号", "编号", "诉求人姓名"), labels=(one, "没有这件"))
    assert rows(client.post(drop(client, named) + "/file", {"why": "报送市里"}))[2][2] == "陈某"
    assert database.direct().value("select count(*) from hy.access_log where district = %s", [busy.id]) == 1


def test_a_reason_opens_nothing_to_whom_it_is_not_open(busy):
    take(busy, "diaodu", "command.case", "dispatch", report(busy, confidential=True, caller="何某").record)
    client = person(busy, "longdong")
    url = drop(client, listing(6))
    found = str(rows(client.post(url + "/file", {"why": "报送市里"})))
    assert "何某" not in found and "遮住的栏目，不给您看" in text_of(client.get(url))


def test_who_may_not_export_takes_no_form_home(busy):
    client = person(busy, "hecha")
    url = drop(client, listing(6))
    answer = client.post(url + "/file", {"why": "报送市里"})
    assert answer.status_code == 403 and "不能导出" in text_of(client.get(url))
    assert database.direct().value("select count(*) from hy.access_log where district = %s", [busy.id]) == 0


def test_a_street_clerk_fills_from_the_street_alone(busy):
    client = person(busy, "longdong")
    url = drop(client, statistics())
    assert [line[2] for line in rows(client.post(url + "/file"))[5:8]] == [None, 3, None], "no nought where others know"
    assert "这个地方不在您的范围内" in text_of(client.get(url))


def test_a_form_for_one_street_says_nothing_of_the_others(busy):
    client = person(busy, "diaodu")
    url = drop(client, statistics())
    mend(client, url, area=LONGDONG)
    assert [line[2] for line in rows(client.post(url + "/file"))[5:8]] == [None, 3, None]
    mend(client, url, area=CHEBEI)
    assert [line[2] for line in rows(client.post(url + "/file"))[5:8]] == [1, None, None]


def test_too_few_rows_give_no_file_and_say_how_many_to_insert(busy):
    client = person(busy, "diaodu")
    url = drop(client, listing(1))
    assert "请在最后一行空行之前插入 3 行" in text_of(client.get(url))
    answer = client.post(url + "/file")
    assert answer.status_code == 422 and "3 行" in text_of(answer)


def test_more_records_than_a_form_holds_are_narrowed_by_its_names_or_by_the_person(busy, monkeypatch):
    monkeypatch.setattr(template_fill, "MOST_ROWS", 2)
    client = person(busy, "diaodu")
    url = drop(client, listing(9))
    page = client.get(url)
    assert (
        page.status_code == 200 and "超过 2 条，一张表装不下" in text_of(page) and 'id="mend"' in page.content.decode()
    )
    assert client.post(url + "/file").status_code == 422
    mend(client, url, area=CHEBEI)
    code = rows(client.post(url + "/file"))[2][1]
    named = drop(client, listing(1, titles=("序号", "编号", "事项类别"), labels=(code,)))
    assert rows(client.post(named + "/file"))[2][2] == "单车倒伏、乱停放"


def test_a_form_that_is_open_below_grows_in_the_look_of_its_last_row(busy):
    client = person(busy, "diaodu")
    answer = client.post(drop(client, listing(1, sums=False)) + "/file")
    found = rows(answer)
    assert [line[0] for line in found[2:]] == [1, 2, 3, 4] and found[5][6] == date(2020, 12, 20)


def test_the_row_of_sums_of_a_list_adds_up_its_numbers(busy):
    for name, unit in (("一号口", area(busy)), ("二号口", area(busy, CHEBEI))):
        improve(busy, name, unit)

    def fill(book: Any, sheet: Any) -> None:
        box = book.add_format({"border": 1})
        for column, title in enumerate(("编号", "名称", "改善前平均延误", "改善后平均延误")):
            sheet.write(0, column, title, box)
            for row in (1, 2, 3, 4):
                sheet.write_blank(row, column, None, box)
        sheet.write(4, 0, "合计", box)
        sheet.write_formula(4, 3, "=SUM(D2:D4)", box)

    found = rows(person(busy, "diaodu").post(drop(person(busy, "diaodu"), workbook(fill)) + "/file"))
    assert [line[2] for line in found[1:]] == [90, 90, None, 180] and found[4][3] is None


def test_rows_that_name_things_are_filled_from_the_records_of_that_name(busy):
    client = person(busy, "diaodu")
    known = rows_of_places(busy)

    def fill(book: Any, sheet: Any) -> None:
        box = book.add_format({"border": 1})
        for column, title in enumerate(("序号", "名称", "类型", "牌号")):
            sheet.write(0, column, title, box)
        for row, text in enumerate((known[0]["name"], "没有这个点位", known[1]["name"])):
            sheet.write(1 + row, 0, row + 1, box)
            sheet.write(1 + row, 1, text, box)
            sheet.write_blank(1 + row, 2, None, box)
            sheet.write_blank(1 + row, 3, None, box)

    url = drop(client, workbook(fill))
    found = rows(client.post(url + "/file"))
    assert [line[3] for line in found[1:]] == [known[0]["sign"], None, known[1]["sign"]]
    page = text_of(client.get(url))
    assert "没有这一条" in page and "条不在这张表列的名字里" in page


def rows_of_places(town: packs.District) -> list[dict[str, str]]:
    table = town.tables["command.place"]
    with database.reading(actor_of(town, "diaodu").reach) as query:
        return query.rows(
            f"select {table.column('name')} as name, {table.column('sign')} as sign from {table.name} where district = %s "
            f"and {table.column('name')} in (select {table.column('name')} from {table.name} group by 1 having count(*) = 1) order by 1 limit 2",
            [town.id],
        )


def test_cells_that_hold_something_are_left_alone_unless_asked(busy):
    client = person(busy, "diaodu")
    first = client.post(drop(client, statistics()) + "/file").content
    report(busy)
    url = drop(client, first)
    assert "原有 6 格没动" in text_of(client.get(url))
    assert rows(client.post(url + "/file"))[6][2] == 3
    mend(client, url, over="1")
    assert rows(client.post(url + "/file"))[6][2] == 4


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "空.xlsx", "是空的"),
        (compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "密.xlsx", "打开密码"),
        (old_workbook([["姓名", "年龄"], ["甲", 3]]), "旧.xls", "另存为 xlsx"),
        (opendocument([["姓名", "年龄"], ["张", "3"]]), "表.ods", "另存为 xlsx"),
        (b"%PDF-1.7", "表.pdf", "不是表格文件"),
        (b"PK\x03\x04" + b"x" * 100, "坏.xlsx", "损坏"),
        (workbook(lambda _book, sheet: sheet.write(0, 0, "通知")), "通知.xlsx", "没找到表头"),
    ],
)
def test_what_cannot_be_filled_is_refused_in_words(busy, data, name, said):
    answer = person(busy, "diaodu").post("/fill", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422 and said in text_of(answer)
    english = person(busy, "diaodu", "en").post("/fill", {"file": SimpleUploadedFile(name, data)})
    assert english.status_code == 422 and said not in text_of(english)
    assert database.direct().value("select count(*) from hy.form where district = %s", [busy.id]) == 0


def test_a_sheet_of_absurd_size_is_refused_before_it_is_read(busy):
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(listing())) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in archive.infolist():
            text = archive.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                text = text.replace(b"</sheetData>", b"<!--" + b"x y z " * 8_000_000 + b"--></sheetData>")
            copy.writestr(info.filename, text)
    answer = person(busy, "diaodu").post("/fill", {"file": SimpleUploadedFile("大.xlsx", made.getvalue())})
    assert answer.status_code == 422 and "MB" in text_of(answer)


def test_a_form_of_two_hundred_columns_is_filled(busy):
    titles = ("序号", "编号", *(f"指标{n}" for n in range(197)), "类别")
    client = person(busy, "diaodu")
    url = drop(client, listing(4, titles=titles))
    page = client.get(url).content.decode()
    assert 'name="c2"' in page and 'name="c150"' not in page, "at most some dozen lists at once"
    assert 'name="c150"' in client.get(f"{url}?mend=c150").content.decode()
    assert rows(client.post(url + "/file"))[2][199] == "单车倒伏、乱停放"


def test_a_long_form_is_drawn_in_part_and_filled_whole(busy):
    client = person(busy, "diaodu")
    url = drop(client, statistics(("龙洞街道", "车陂街道") * 100))
    page = client.get(url)
    assert "下面还有" in text_of(page) and 'name="r6"' not in page.content.decode()
    assert 'name="r6"' in client.get(f"{url}?mend=r6").content.decode()
    assert [line[2] for line in rows(client.post(url + "/file"))[203:205]] == [3, 1]


def test_another_sheet_and_other_header_rows_are_chosen(busy):
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "填表说明")
        box = book.add_format({"border": 1})
        other = book.add_worksheet("月报")
        for column, title in enumerate(("街道", "受理数")):
            other.write(0, column, title, box)
            other.write_blank(1, column, None, box)
        other.write(1, 0, "龙洞街道", box)
        third = book.add_worksheet("明细")
        for column, title in enumerate(("编号", "类别")):
            third.write(3, column, title, box)
            third.write_blank(4, column, None, box)

    client = person(busy, "diaodu")
    url = drop(client, workbook(fill, "说明"))
    assert "从哪本台账填是猜的" in text_of(client.get(url)), "受理数 may be of any of them"
    mend(client, url, of="command.case")
    assert "从哪本台账填是猜的" not in text_of(client.get(url))
    assert open_book(client.post(url + "/file").content, "x.xlsx").sheets[1].rows[1][1] == 3
    client.post(url, {"sheet": "明细", "day": ""})
    found = open_book(client.post(url + "/file").content, "x.xlsx").sheets[2].rows
    assert len(found) == 8 and found[4][1] == "单车倒伏、乱停放"
    answer = client.post(url, {"sheet": "说明", "day": ""})
    assert answer.status_code == 422 and "没找到表头" in text_of(answer), "and nothing is changed"
    client.post(url, {"sheet": "明细", "first": "4", "last": "4", "day": ""})
    client.post(url, {"sheet": "明细", "first": "9", "last": "2", "day": ""})
    assert client.get(url).status_code == 200


def test_a_published_figure_in_a_streets_form_is_the_streets(busy):
    for name, unit in (("一号口", area(busy)), ("二号口", area(busy)), ("三号口", area(busy, CHEBEI))):
        improve(busy, name, unit)

    def fill(book: Any, sheet: Any) -> None:
        for column, title in enumerate(("指标", "本年")):
            sheet.write(0, column, title)
        sheet.write(1, 0, "已改善的交通拥堵点")
        sheet.write_blank(1, 1, None, book.add_format({"border": 1}))

    found = [
        rows(person(busy, login).post(drop(person(busy, login), workbook(fill)) + "/file"))[1][1]
        for login in ("diaodu", "longdong")
    ]
    assert found == [3, 2]


def improve(town: packs.District, name: str, unit: int) -> None:
    ledger, delay = "traffic.congestion_point", Decimal(90)
    made = take(town, "daolu", ledger, "find", None, name=name, unit=unit, where=(113.37, 23.19))
    take(town, "daolu", ledger, "list", made.record, cause="signal", peak="morning", delay_before_s=delay)
    take(
        town,
        "daolu",
        ledger,
        "improve",
        made.record,
        measure="调整配时",
        delay_before_s=delay,
        delay_after_s=Decimal(40),
    )


def test_nobody_outside_drops_a_form(busy):
    client = Client()
    assert client.get("/fill").status_code == 302 and client.post("/fill").status_code == 302
    assert client.get(f"/fill/{busy.id}").status_code == 302
    assert person(busy, "diaodu").get("/fill/nonsense").status_code == 404
    assert person(busy, "diaodu").post("/fill").status_code == 422


def test_the_pages_are_in_english_where_english_is_read(busy):
    client = person(busy, "diaodu", "en")
    words = text_of(client.get(drop(client, listing(4))))
    assert "Cells left yellow" in words and "Masked: filled once you say why" in words and "A row for each" in words


def test_the_number_of_statements_does_not_grow_with_the_form(busy, monkeypatch):
    for kept in (packs, places):
        monkeypatch.setattr(kept, "FRESH", 3600.0)  # no look-up of the house falls between
    client = person(busy, "diaodu")
    small, large = drop(client, statistics(("车陂街道",))), drop(client, statistics())

    def asked(url: str) -> int:
        client.get(url)
        with database.counting() as count:
            client.get(url)
        return count.n

    assert asked(small) == asked(large) == 7
