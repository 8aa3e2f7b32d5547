"""A working copy comes back: only what was changed in it is written, and nobody's change is lost."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.engine import database, packs, places, records, returning
from huying.engine.in_force import put_in_force
from huying.engine.returning import NotReturned, Returned
from huying.engine.values import clean_text
from huying.sheets import open_book
from tests.engine.small import actor_of, load_small
from tests.exchange.making import PLACE, Sheet, copy, place
from tests.exchange.works import WORK, works
from tests.web.walking import area, report, take

CLERK, CASE, JAM = "longdong", "command.case", "traffic.jam"


@pytest.fixture
def site(town, tmp_path) -> packs.District:
    """The small district with a register whose fields are of every kind."""
    put_in_force(town.id, [works(tmp_path)])
    return packs.current(town.id)


def begun(site, **answers):
    given = {"unit": area(site), "name": "排水井改造", "grade": "a", "cost": 100, "note": "旧"}
    return take(site, CLERK, WORK, "add", None, **{**given, **answers})


def compared(town, data: bytes, ledger: str = WORK, login: str = CLERK) -> Returned:
    tree = places.tree(town.id, town.today())
    return returning.compare(town, actor_of(town, login), tree, ledger, open_book(data, "交回.xlsx"))


def returned(town, data: bytes, ledger: str = WORK, login: str = CLERK):
    found = compared(town, data, ledger, login)
    return found, returning.write(town, actor_of(town, login), found)


def stands(town, made, ledger: str = WORK, login: str = CLERK) -> records.Record:
    return records.get(town, actor_of(town, login), ledger, made.record)


def mended(site, data: bytes, lang: str = "zh") -> Sheet:
    """The refused rows, as they are given back."""
    actor, tree = actor_of(site, CLERK), places.tree(site.id, site.today())
    return Sheet(b"".join(returning.reasons(site, actor, tree, compared(site, data), lang)))


def test_an_untouched_copy_changes_nothing_though_another_program_saved_it(site):
    begun(site, length=Decimal("12.345"), done=False, begun_on=date(2020, 6, 11), where=(113.39, 23.19),
          seen_at=datetime(2020, 6, 11, 6, 30, 42, tzinfo=site.calendar.tz), note=" 00123\n第二行 ", wells=0)  # fmt: skip
    begun(site, grade=None, cost=None, note="=1+1")
    found = compared(site, Sheet(copy(site, WORK, CLERK)).saved())
    assert found.lines == [] and found.rows == 2 and found.notes == []


def test_only_the_edited_cells_are_written(site):
    first, second = begun(site), begun(site, name="步道")
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.cell(first.code, "造价").value = 250.5
    sheet.cell(first.code, "等级").value = "乙级"
    sheet.cell(first.code, "开工").value = date(2020, 7, 1)
    found, done = returned(site, sheet.saved())
    assert found.counts == {"unchanged": 1, "changed": 1, "new": 0, "conflict": 0, "wrong": 0}
    assert done.changed == 1 and not done.refused
    values = stands(site, first).values
    assert (values["cost"], values["grade"], values["begun_on"]) == (25050, "b", date(2020, 7, 1))
    assert records.history(site, stands(site, first))[-1].values.keys() == {"cost", "grade", "begun_on"}
    assert stands(site, second).seq == 1


def test_the_same_file_again_changes_nothing(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.cell(made.code, "备注").value = "新"
    sheet.add(街道社区="龙洞街道", 名称="新泵站", 造价=3)
    data = sheet.saved()
    _, first = returned(site, data)
    again, second = returned(site, data)
    assert (first.changed, len(first.codes)) == (1, 1)
    assert again.counts == {"unchanged": 2, "changed": 0, "new": 0, "conflict": 0, "wrong": 0}
    assert (second.changed, second.codes) == (0, []) and stands(site, made).seq == 2


def test_what_others_changed_meanwhile_stays_and_is_said_cell_by_cell(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    take(site, CLERK, WORK, "amend", made.record, note="同事写的", grade="c", cost=700)
    sheet.cell(made.code, "备注").value = "我写的"
    sheet.cell(made.code, "等级").value = "丙级"
    sheet.cell(made.code, "长度").value = 9
    found, done = returned(site, sheet.saved())
    [line] = found.lines
    assert line.kind == "conflict" and line.changes == {"length": 9}
    [fault] = line.faults
    assert fault.name == "note" and "已改成“同事写的”" in fault.words and str(site.today().year) in fault.words
    values = stands(site, made).values
    assert (values["note"], values["grade"], values["cost"], values["length"]) == ("同事写的", "c", 700, 9)
    assert done.changed == 1


def test_whoever_was_first_is_named(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    take(site, CLERK, WORK, "amend", made.record, note="同事写的")
    sheet.cell(made.code, "备注").value = "我写的"
    [line] = compared(site, sheet.saved()).lines
    actor = actor_of(site, CLERK)
    assert actor.name in line.faults[0].words


def test_a_conflict_given_back_shows_their_value_and_takes_a_new_one(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    take(site, CLERK, WORK, "amend", made.record, note="同事写的")
    sheet.cell(made.code, "备注").value = "我写的"
    sheet.cell(made.code, "长度").value = 5
    data = sheet.saved()
    back = mended(site, data)
    returned(site, data)
    assert back.cell(made.code, "备注").value == "同事写的" and back.cell(made.code, "长度").value == 5
    assert back.cell(made.code, "备注").fill.fgColor.rgb == "FFFBE3B0"
    assert "已改成“同事写的”" in back.cell(made.code, "没写进去的原因").value
    assert compared(site, back.saved()).to_write == [], "as it was given back it changes nothing"
    back.cell(made.code, "备注").value = "两人商定的"
    returned(site, back.saved())
    assert stands(site, made).values["note"] == "两人商定的" and stands(site, made).values["length"] == 5


def test_a_wrong_cell_is_told_with_its_rule_and_the_others_of_the_row_are_written(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    typed = {"等级": "特级", "造价": "很多", "井数": 900, "名称": None, "开工": "明天", "备注": "好的"}
    for head, value in typed.items():
        sheet.cell(made.code, head).value = value
    found, _ = returned(site, sheet.saved())
    [line] = found.lines
    words = {fault.name: fault.words for fault in line.faults}
    assert words.keys() == {"grade", "cost", "wells", "name", "begun_on"}
    assert "甲级" in words["grade"] and "不是数字" in words["cost"] and "不能大于 500" in words["wells"]
    assert "不能留空" in words["name"] and "2020-06-11" in words["begun_on"]
    assert line.number == sheet.row(made.code) and stands(site, made).values["note"] == "好的"
    back = mended(site, sheet.saved())
    assert back.cell(made.code, "等级").value == "特级" and back.cell(made.code, "等级").fill.fgColor.rgb == "FFF8D0CC"
    for head, value in {"等级": "乙级", "造价": 8, "井数": 9, "名称": "新名", "开工": "2020年7月1日"}.items():
        back.cell(made.code, head).value = value
    found, done = returned(site, back.saved())
    assert found.counts["changed"] == 1 and done.changed == 1
    assert stands(site, made).values["begun_on"] == date(2020, 7, 1)


def test_a_locked_cell_that_was_changed_all_the_same_is_refused(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.cell(made.code, "状态").value = "已注销"
    [line] = compared(site, sheet.saved()).lines
    assert [fault.name for fault in line.faults] == ["state"] and "不能在表里改" in line.faults[0].words


def test_a_record_that_was_removed_meanwhile_is_not_brought_back(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    take(site, CLERK, WORK, "remove", made.record)
    sheet.cell(made.code, "备注").value = "新"
    [line] = compared(site, sheet.saved()).lines
    assert line.kind == "wrong" and "已注销" in line.faults[0].words


def test_new_rows_are_entered_and_what_they_lack_is_said(site):
    begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    good = sheet.add(街道社区="龙洞街道", 名称="新泵站", 等级="Grade B", 造价="1,200.50", 已完工="是")
    bad = sheet.add(街道社区="凤凰街道", 等级="乙级")
    found, done = returned(site, sheet.saved())
    assert found.counts == {"unchanged": 1, "changed": 0, "new": 1, "conflict": 0, "wrong": 1}
    lines = {line.number: line for line in found.lines}
    assert lines[good].kind == "new" and {fault.name for fault in lines[bad].faults} == {"unit", "name"}
    [code] = done.codes
    made = records.by_code(site, actor_of(site, CLERK), WORK, code)
    assert made.values["cost"] == 120050 and made.values["done"] is True and made.values["grade"] == "b"


def test_rows_that_are_gone_remove_nothing_and_are_said(site):
    made = begun(site)
    begun(site, name="步道")
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.sheet.delete_rows(sheet.row(made.code))
    found, _ = returned(site, sheet.saved())
    assert found.missing == [made.code] and "没有注销任何一条" in found.notes[-1]
    assert stands(site, made).state == "kept"


def test_rows_and_columns_may_stand_in_another_order(site):
    first, second = begun(site), begun(site, name="步道")
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.cell(second.code, "备注").value = "换了"
    rows = [[cell.value for cell in row] for row in sheet.sheet.iter_rows(min_row=2)]
    for number, row in enumerate([rows[0], *reversed(rows[1:])], 2):
        for column, value in enumerate(reversed(row), 1):
            sheet.sheet.cell(number, column).value = value
    found, done = returned(site, sheet.saved())
    assert found.counts["changed"] == 1 and found.rows == 2 and done.changed == 1
    assert stands(site, second).values["note"] == "换了" and stands(site, first).seq == 1


def test_a_column_that_was_deleted_is_left_alone(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.cell(made.code, "备注").value = "新"
    sheet.sheet.delete_cols(sheet.heads["造价"])
    found, _ = returned(site, sheet.saved())
    assert "造价" in found.notes[0] and stands(site, made).values["cost"] == 100
    assert stands(site, made).values["note"] == "新"


def test_a_row_copied_with_its_code_and_a_code_of_elsewhere_are_refused(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.add(编号=made.code, 街道社区="龙洞街道", 名称="抄的")
    sheet.add(编号="GC-99999", 街道社区="龙洞街道", 名称="编的")
    found = compared(site, sheet.saved())
    assert [line.kind for line in found.lines] == ["wrong", "wrong"]
    assert "第 3 行编号相同" in found.lines[0].faults[0].words and "不是这份文件里的" in found.lines[1].faults[0].words


def test_a_file_of_another_district_or_ledger_or_without_its_stamp_is_refused_in_a_sentence(site, tmp_path):
    (tmp_path / "other").mkdir()
    other = load_small(tmp_path / "other")
    for data, ledger, said in (
        (copy(other), PLACE, "另一个区"),
        (copy(site, WORK, CLERK), PLACE, "《工程》"),
        (b"\xef\xbb\xbf" + "编号,名称\r\nGC-00001,甲\r\n".encode(), WORK, "CSV"),
    ):
        with pytest.raises(NotReturned, match=said):
            compared(site, data, ledger, "diaodu" if ledger == PLACE else CLERK)
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.book["_huying"]["A1"].value = sheet.book["_huying"]["A1"].value.replace(WORK, "works.other")
    with pytest.raises(NotReturned, match="印记对不上"):
        compared(site, sheet.saved())
    del sheet.book["_huying"]
    with pytest.raises(NotReturned, match="隐藏的核对页被删"):
        compared(site, sheet.saved())


def test_a_row_whose_proof_was_swapped_is_refused(site):
    first, second = begun(site), begun(site, name="步道")
    sheet = Sheet(copy(site, WORK, CLERK))
    kept = sheet.book["_huying"]
    kept["A2"].value = kept["A3"].value.replace(second.code, first.code)
    sheet.cell(first.code, "备注").value = "偷换"
    found = compared(site, sheet.saved())
    assert found.to_write == [] and found.counts["wrong"] == 1


def test_a_file_from_before_a_change_of_the_rules_is_judged_by_those_of_today(site, tmp_path):
    made, other = begun(site), begun(site, name="步道", grade="c")
    sheet = Sheet(copy(site, WORK, CLERK))
    (tmp_path / "later").mkdir()
    changes = {"甲级 | Grade A": "一等 | Grade A", "title: 长度 | Length": "title: 总长 | Length"}
    put_in_force(site.id, [works(tmp_path / "later", changes)])
    site = packs.current(site.id)
    sheet.cell(made.code, "备注").value = "新"
    sheet.cell(other.code, "长度").value = 3
    found, _ = returned(site, sheet.saved())
    assert any("规则改过" in note for note in found.notes)
    [fault] = [fault for line in found.lines for fault in line.faults]
    assert fault.value == "甲级" and "没动过就不用管" in fault.words, "the old label is known no more"
    assert stands(site, other).values["length"] == 3
    assert stands(site, made).values["note"] == "新"


def test_another_person_writes_only_within_her_own_rights(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.cell(made.code, "备注").value = "新"
    [line] = compared(site, sheet.saved(), login="fenghuang").lines
    assert line.kind == "wrong" and "不在您的范围内" in line.faults[0].words


def test_a_key_that_another_record_bears_is_refused_before_anything_is_written(town):
    place(town, "公厕甲", sign="S1")
    made = place(town, "公厕乙", sign="S2")
    sheet = Sheet(copy(town))
    sheet.cell(made.code, "牌号").value = "S1"
    sheet.add(名称="公厕丙", 所在街道社区="龙洞街道", 位置="113.39,23.19", 牌号="S3")
    sheet.add(名称="公厕丁", 所在街道社区="龙洞街道", 位置="113.39,23.19", 牌号="S3")
    found = compared(town, sheet.saved(), PLACE, "diaodu")
    assert found.counts["wrong"] == 3 and found.to_write == []
    assert all("牌号" in line.faults[0].words and "相同" in line.faults[0].words for line in found.lines)


def test_a_reference_is_named_by_its_code(site):
    made, toilet = begun(site), place(site, "公厕甲")
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.cell(made.code, "点位").value = toilet.code
    _, done = returned(site, sheet.saved())
    assert done.changed == 1 and stands(site, made).values["place"] == toilet.record
    sheet = Sheet(copy(site, WORK, CLERK))
    assert sheet.cell(made.code, "点位").value == toilet.code
    sheet.cell(made.code, "点位").value = "DW-99999"
    [line] = compared(site, sheet.saved()).lines
    assert "没有编号为“DW-99999”" in line.faults[0].words


def test_a_field_that_its_step_needs_goes_along_with_what_was_changed(town):
    made = report(town, unit=area(town))
    sheet = Sheet(copy(town, CASE))
    sheet.cell(made.code, "紧急程度").value = "紧急"
    found, done = returned(town, sheet.saved(), CASE, "diaodu")
    now = records.get(town, actor_of(town, "diaodu"), CASE, made.record)
    assert done.changed == 1 and not found.refused
    assert (now.values["severity"], now.values["category"], now.state) == ("urgent", "street.bikes", "reported")


def test_cells_of_different_steps_are_written_by_an_act_each(town):
    given = {"name": "路口甲", "unit": area(town), "where": (113.39, 23.19)}
    point = take(town, "jiaojing", "traffic.congestion_point", "find", None, **given)
    made = report(town, JAM, category="road.jam")
    sheet = Sheet(copy(town, JAM))
    sheet.cell(made.code, "关联拥堵点").value = point.code
    sheet.cell(made.code, "紧急程度").value = "紧急"
    _, done = returned(town, sheet.saved(), JAM, "diaodu")
    now = records.get(town, actor_of(town, "diaodu"), JAM, made.record)
    assert done.changed == 1 and now.seq == 3
    assert now.values["point"] == point.record and now.values["severity"] == "urgent"


def test_a_new_row_of_a_flow_begins_as_if_it_were_reported(town):
    sheet = Sheet(copy(town, CASE))
    sheet.add(类别="单车倒伏、乱停放", 街道社区="龙洞街道", 情况说明="倒了一片")
    _, done = returned(town, sheet.saved(), CASE, "diaodu")
    made = records.by_code(town, actor_of(town, "diaodu"), CASE, done.codes[0])
    assert made.state == "reported" and made.values["words"] == "倒了一片"


def test_what_somebody_does_between_looking_and_writing_is_not_overwritten(site):
    made = begun(site)
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.cell(made.code, "备注").value = "我写的"
    found = compared(site, sheet.saved())
    take(site, CLERK, WORK, "amend", made.record, note="同事写的")
    done = returning.write(site, actor_of(site, CLERK), found)
    assert done.changed == 0 and [refused.code for _, refused in done.refused] == ["step.race"]
    assert stands(site, made).values["note"] == "同事写的"


def test_many_rows_are_written_in_several_calls(site):
    codes = [begun(site, name=f"井{n}").code for n in range(5)]
    sheet = Sheet(copy(site, WORK, CLERK))
    for code in codes:
        sheet.cell(code, "备注").value = "新"
    data, actor = sheet.saved(), actor_of(site, CLERK)
    first = returning.write(site, actor, compared(site, data), most=3)
    second = returning.write(site, actor, compared(site, data), most=3)
    assert (len(first.rows), first.changed, len(second.rows), second.changed) == (3, 3, 2, 2)


def test_statements_do_not_grow_with_the_rows(site):
    codes = [begun(site, name=f"井{n}").code for n in range(4)]
    counts = []
    for some in (codes[:1], codes):
        sheet = Sheet(copy(site, WORK, CLERK))
        for code in some:
            sheet.cell(code, "备注").value = "新"
        data = sheet.saved()
        compared(site, data)
        with database.counting() as count:
            compared(site, data)
        counts.append(count.n)
    assert counts[0] == counts[1] <= 8


def test_a_title_that_no_sheet_may_have_is_no_obstacle(town, tmp_path):
    put_in_force(town.id, [works(tmp_path, {"title: 工程 | Works\ngroup": "title: \"'选项'[1]:*? | History\"\ngroup"})])
    site = packs.current(town.id)
    for lang in ("zh", "en"):
        assert Sheet(copy(site, WORK, CLERK, lang)).sheet.title


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_text_goes_out_and_comes_back_as_it_is(site, words):
    made = begun(site, note=clean_text(words))
    sheet = Sheet(copy(site, WORK, CLERK))
    sheet.cell(made.code, "名称").value = "换名"
    [line] = compared(site, sheet.saved()).lines
    assert line.changes == {"name": "换名"} and not line.faults
