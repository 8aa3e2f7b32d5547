"""A round as a sheet: taken away, filled in, handed back, its differences shown before any of it is taken."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from huying.engine import packs
from huying.engine.cell_texts import told
from huying.sheets import open_book
from tests.collect.rounds import CHEBEI, FORM, LONGDONG, add_lifts, answer, board, hand_in, open_round
from tests.web.walking import person, text_of

FILLED = {
    "累计许可加装电梯": 3,
    "累计投用加装电梯": 2,
    "加装电梯受益户": 40,
    "本年计划改造小区": 3,
    "已开工小区": 2,
    "已完工小区": 1,
    "本年已支付": 12.5,
}


def rows_of(data: bytes) -> list[list]:
    return open_book(data, "sheet.xlsx").sheets[0].rows


def taken_away(client, code: str) -> bytes:
    return b"".join(client.get(f"/collect/{FORM}/rounds/{code}/sheet.xlsx").streaming_content)


def filled(data: bytes, cells: Mapping[str, Mapping[str, object]]) -> bytes:
    """The sheet as another program saves it: code -> {title: value} put in."""
    rows, file = rows_of(data), io.BytesIO()
    heads = [told(cell).split(" (")[0] for cell in rows[1]]
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("填报")
    for number, row in enumerate(rows):
        changed = cells.get(told(row[0]), {}) if number > 1 else {}
        for place, cell in enumerate(row):
            value = changed.get(heads[place], cell)
            if value is not None:
                sheet.write(number, place, value if isinstance(value, int | float) else str(value))
    book.close()
    return file.getvalue()


def hand_back(client, code: str, data: bytes, name: str = "填报.xlsx"):
    return client.post(f"/collect/{FORM}/rounds/{code}/sheet", {"sheet": SimpleUploadedFile(name, data)})


def confirm(client, code: str, page):
    fields = dict(re.findall(r'name="(act|kept)" value="([^"]*)"', page.content.decode()))
    return client.post(f"/collect/{FORM}/rounds/{code}/take", fields, follow=True)


def test_the_sheet_holds_what_is_known_and_the_sums(town: packs.District):
    add_lifts(town)
    code = open_round(town).code
    hand_in(town, code, CHEBEI, "chebei", estates_planned=4, estates_begun=2, estates_done=1)
    rows = rows_of(taken_away(person(town, "zhujian"), code))
    assert rows[1][:4] == ["编号", "单位", "状态", "累计许可加装电梯 (台)"]
    longdong = next(row for row in rows if row[0] == answer(town, code, LONGDONG).code)
    assert longdong[3:6] == [3, 2, 40]
    assert rows[-1][1] == "合计" and rows[-1][6] == 4


def test_differences_are_shown_by_cell_and_taken_only_when_confirmed(town: packs.District):
    add_lifts(town)
    code = open_round(town).code
    client, sheet_code = person(town, "longdong"), answer(town, code, LONGDONG).code
    data = filled(taken_away(client, code), {sheet_code: {**FILLED, "加装电梯受益户": 41}})
    page = hand_back(client, code, data)
    words = text_of(page)
    assert re.search(r"读到 1 行 ?： ?有改动 1 行", words) and "加装电梯受益户 40户 41户" in words
    assert answer(town, code, LONGDONG).state == "asked", "nothing is taken yet"
    assert "已报送 1 份" in text_of(confirm(client, code, page))
    record = answer(town, code, LONGDONG)
    assert (record.state, record.values["lift_households"], record.values["money_spent"]) == ("handed_in", 41, 1250)
    assert record.values["kept_items"] == 2


def test_the_same_sheet_again_changes_nothing(town: packs.District):
    code = open_round(town).code
    client, sheet_code = person(town, "longdong"), answer(town, code, LONGDONG).code
    data = filled(taken_away(client, code), {sheet_code: FILLED})
    page = hand_back(client, code, data)
    confirm(client, code, page)
    assert "已报送 0 份" in text_of(confirm(client, code, page)), "the confirmation sent twice is taken once"
    again = text_of(hand_back(client, code, data))
    assert "没有填、或已报过且相同 1 行" in again and "确认并报送" not in again


def test_the_owner_merges_sheets_of_several_streets(town: packs.District):
    code = open_round(town).code
    owner = person(town, "zhujian")
    codes = [answer(town, code, area).code for area in (LONGDONG, CHEBEI)]
    page = hand_back(owner, code, filled(taken_away(owner, code), dict.fromkeys(codes, FILLED)))
    assert "有改动 2 行 · 无改动 0 行 · 没有填、或已报过且相同 1 行" in text_of(page)
    assert "已报送 2 份" in text_of(confirm(owner, code, page))
    assert len(board(town, code).waiting) == 1, "whoever did not fill it in has not answered"
    assert board(town, code).totals["estates_planned"] == 6


def test_a_wrong_cell_an_unknown_code_and_a_row_twice_are_told_by_row(town: packs.District):
    code = open_round(town).code
    client, sheet_code = person(town, "longdong"), answer(town, code, LONGDONG).code
    rows = rows_of(filled(taken_away(client, code), {sheet_code: {**FILLED, "已开工小区": "两个"}}))
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number, row in enumerate([*rows[:3], ["LJXQ2020-9999", *rows[2][1:]], rows[2], *rows[3:]]):
        for place, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, place, cell if isinstance(cell, int | float) else str(cell))
    book.close()
    words = text_of(hand_back(client, code, file.getvalue()))
    assert "不能收 3 行" in words and "两个 “两个”不是数字" in words
    assert "本期没有这个编号" in words and "出现了两次" in words and "确认并报送" not in words


def test_another_streets_row_is_no_row_of_mine(town: packs.District):
    code = open_round(town).code
    owner, client = person(town, "zhujian"), person(town, "longdong")
    data = filled(taken_away(owner, code), {answer(town, code, CHEBEI).code: FILLED})
    assert "本期没有这个编号，或不在您的范围内" in text_of(hand_back(client, code, data))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"PK\x03\x04broken", "编号,甲\n1,2\n".encode(), b"\x00" * 200])
def test_what_is_no_sheet_of_the_round_is_refused_in_words(town: packs.District, data: bytes):
    code = open_round(town).code
    page = hand_back(person(town, "longdong"), code, data)
    assert page.status_code == 422 and 'role="alert"' in page.content.decode()


def test_what_was_compared_cannot_be_made_up(town: packs.District):
    code = open_round(town).code
    client = person(town, "longdong")
    for kept in ("", "!!", "AAAA"):
        page = client.post(f"/collect/{FORM}/rounds/{code}/take", {"kept": kept}, follow=True)
        assert "请重新交表" in text_of(page)
    assert answer(town, code, LONGDONG).state == "asked"


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=0, max_size=30))
def test_sums_add_what_was_given_and_nothing_else(values: list[int | None]):
    from huying.engine.collecting import _sum

    some = [value for value in values if value is not None]
    assert _sum(values) == (sum(some) if some else None)
