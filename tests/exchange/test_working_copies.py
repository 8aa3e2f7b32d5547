"""The working copy: what goes out can be changed only where its reader may amend."""

from __future__ import annotations

import re

from huying.engine import packs, working_copies
from huying.engine.in_force import put_in_force
from huying.sheets import open_book
from tests.engine.aid import NUMBER, PERSON, aid
from tests.engine.aid import take as enter
from tests.exchange.making import PLACE, Sheet, copy, place
from tests.exchange.works import WORK, works
from tests.web.walking import area, person, take, text_of

POINT = "traffic.congestion_point"


def validation(sheet: Sheet, head: str):
    letter = sheet.sheet.cell(2, sheet.heads[head]).column_letter
    found = [v for v in sheet.sheet.data_validations.dataValidation if str(v.sqref).startswith(f"{letter}3:")]
    return found[0] if found else None


def test_only_what_may_be_amended_is_unlocked(town):
    made = place(town, "公厕甲", kind="toilet", sign="0071")
    sheet = Sheet(copy(town))
    expected = {"编号": True, "状态": True, "登记": True, "名称": False, "类型": False, "位置": False}
    assert {head: sheet.cell(made.code, head).protection.locked for head in expected} == expected
    assert sheet.sheet.protection.sheet and sheet.sheet.protection.password is None
    assert sheet.sheet.freeze_panes == "B3" and sheet.sheet.auto_filter.ref.startswith("A2:")
    assert sheet.cell(made.code, "牌号").value == "0071" and sheet.cell(made.code, "类型").value == "公厕"
    below = sheet.sheet.column_dimensions
    assert below["A"].protection.locked and not below["F"].protection.locked, "a new row can be written, not its code"


def test_a_heading_says_whether_it_may_be_changed_and_what_it_wants(town):
    place(town, "公厕甲")
    sheet = Sheet(copy(town, lang="en"))
    said = {cell.value: cell.comment.text for cell in sheet.sheet[2] if cell.comment}
    assert "Not changed in a sheet" in said["Code"]
    assert "Can be changed" in said["Name"] and "Not left empty" in said["Name"]


def test_choices_and_places_are_drop_downs(town):
    place(town, "公厕甲", kind="toilet")
    sheet = Sheet(copy(town))
    assert validation(sheet, "类型").formula1 == '"公交站,公厕,电梯,灯杆,投放点"'
    assert "龙洞街道" in validation(sheet, "所在街道社区").formula1
    assert validation(sheet, "名称").operator == "lessThanOrEqual" and validation(sheet, "名称").formula1 == "60"
    assert validation(sheet, "状态") is None


def test_choices_that_do_not_fit_a_drop_down_lie_on_a_hidden_sheet(town, tmp_path):
    put_in_force(town.id, [works(tmp_path, {"甲级 | Grade A": '"甲级, 含特级 | Grade A"'})])
    sheet = Sheet(copy(packs.current(town.id), WORK, "longdong"))
    name, cells = re.fullmatch(r"'?(.+?)'?!(.+)", validation(sheet, "等级").formula1).groups()
    listed = [cell.value for row in sheet.book[name][cells.replace("$", "")] for cell in row]
    assert sheet.book[name].sheet_state == "hidden" and listed == ["甲级, 含特级", "乙级", "丙级"]


def test_choices_of_one_name_are_told_apart_by_their_key(town, tmp_path):
    put_in_force(town.id, [works(tmp_path, {"甲级 | Grade A": "乙级 | Grade A"})])
    sheet = Sheet(copy(packs.current(town.id), WORK, "longdong"))
    assert validation(sheet, "等级").formula1 == '"a,b,丙级"'


def test_a_flow_leaves_open_only_what_an_amending_step_may_change_in_this_state(town):
    given = {"name": "路口甲", "unit": area(town), "where": (113.39, 23.19)}
    found = take(town, "jiaojing", POINT, "find", None, **given, cause="signal", peak="morning")
    done = take(town, "jiaojing", POINT, "find", None, **{**given, "name": "路口乙"}, cause="signal", peak="morning")
    take(town, "daolu", POINT, "list", done.record, cause="signal", peak="morning", delay_before_s=90)
    take(town, "daolu", POINT, "improve", done.record, measure="信号配时", delay_before_s=90, delay_after_s=40)
    sheet = Sheet(copy(town, POINT, "jiaojing"))
    assert not sheet.cell(found.code, "点位名称").protection.locked, "it may be updated while it is found"
    assert sheet.cell(done.code, "点位名称").protection.locked, "and no more when it is improved"


def test_masked_fields_are_not_in_it(town, tmp_path):
    put_in_force(town.id, [aid(tmp_path)])
    town = packs.current(town.id)
    enter(town, PERSON, "add", name="陈某", id_number=NUMBER, note="独居")
    data = copy(town, PERSON, "longdong")
    sheet = Sheet(data)
    assert "情况" in sheet.heads and "姓名" not in sheet.heads and "证件号" not in sheet.heads
    shown = str([sheet.rows for sheet in open_book(data).sheets])
    assert "陈某" not in shown and NUMBER not in shown


def test_the_stamp_is_hidden_ours_and_of_this_file_only(town):
    made = place(town, "公厕甲")
    first, second = (open_book(copy(town)).sheets for _ in range(2))
    stamp, rows, _ = working_copies.unsealed(first)
    assert stamp is not None and stamp.ledger == PLACE and stamp.district == town.id and made.code in rows
    assert Sheet(copy(town)).book[working_copies.HIDDEN].sheet_state == "veryHidden"
    hidden = next(sheet for sheet in first if sheet.name == working_copies.HIDDEN)
    other = next(sheet for sheet in second if sheet.name == working_copies.HIDDEN)
    hidden.rows[1] = other.rows[1]
    assert len(working_copies.unsealed(first)[1]) == len(rows) - 1, "a row of another file proves nothing"
    hidden.rows[0][0] = hidden.rows[0][0].replace(f'"district": {town.id}', '"district": 1')
    assert working_copies.unsealed(first)[0] is None


def test_the_file_says_what_it_is_to_other_programs(town):
    place(town, "公厕甲")
    sheet = Sheet(copy(town))
    assert sheet.book.custom_doc_props["Huying"].value.startswith(f"{town.id} {PLACE} 20")
    assert [cell.value for cell in sheet.sheet[1] if cell.value][2] == "演示数据"


def test_text_that_looks_like_a_formula_stays_text_when_it_is_edited(town):
    made = place(town, "=1+1")
    cell = Sheet(copy(town)).cell(made.code, "名称")
    assert cell.value == "=1+1" and cell.data_type != "f" and cell.quotePrefix


def test_the_list_offers_it_to_those_who_may_amend_and_refuses_others(town):
    place(town, "公厕甲")
    keeper, clerk = person(town, "diaodu"), person(town, "longdong")
    assert f"/ledgers/{PLACE}/export.xlsx?for=edit" in keeper.get(f"/ledgers/{PLACE}").content.decode()
    answer = keeper.get(f"/ledgers/{PLACE}/export.xlsx?for=edit")
    assert b"".join(answer.streaming_content).startswith(b"PK") and "edit.xlsx" in answer["Content-Disposition"]
    assert "for=edit" not in clerk.get(f"/ledgers/{PLACE}").content.decode()
    refused = clerk.get(f"/ledgers/{PLACE}/export.xlsx?for=edit")
    assert refused.status_code == 403 and "没有您能在表里改的内容" in text_of(refused)
