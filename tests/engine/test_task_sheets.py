"""A breakdown that another office keeps: found, tried without writing, entered once, its wrong rows given back."""

from __future__ import annotations

import io
from argparse import Namespace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from huying.commands import tasks as command
from huying.engine import database, places, task_sheets, tasks
from huying.sheets import NotASheet
from huying.trouble import Trouble
from tests.engine.small import actor_of
from tests.sheets.making import opendocument

HEAD = [
    "序号",
    "重点工作",
    "任务内容",
    "目标值",
    "责任领导",
    "牵头单位",
    "配合单位",
    "责任人",
    "联系电话",
    "完成时限",
    "形象进度",
    None,
    None,
    None,
]
QUARTERS = [None] * 10 + ["一季度", "二季度", "三季度", "四季度"]


def name(town, code: str) -> str:
    return places.tree(town.id, town.today()).by_code[code].name()


def sheet(town, rows: list[list], merged: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["2020年重点工作任务分解表"])
    page.merge_cells("A1:N1")
    page.append(HEAD)
    page.append(QUARTERS)
    page.merge_cells("K2:N2")
    for column in "ABCDEFGHIJ":
        page.merge_cells(f"{column}2:{column}3")
    for row in rows:
        page.append(row)
    for area in merged:
        page.merge_cells(area)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def rows(town) -> list[list]:
    lead, assist = name(town, "zhujian"), name(town, "jiaojing")
    return [
        [1, "让出行更顺畅", "整治交通拥堵点", "8个以上", "分管副区长", lead, assist, "王某", "020-12345678", "12月底", None, "完成3个", None, "完成8个"],
        [2, None, "新建人行天桥3座", "3座", "分管副区长", f"{lead}、{assist}", None, None, None, "2020年11月", None, None, None, "开放"],
        [3, None, "更换路灯", None, None, "区不存在局", None, None, None, "年底", None, None, None, None],
        [4, "守住底线", "守住底线", None, "区长", assist, None, None, None, "择机", None, None, None, None],
    ]  # fmt: skip


def attempt(town, rows, merged=("B4:B6",)):
    return task_sheets.attempt(town, sheet(town, rows, merged), "分解表.xlsx", "superior")


def test_its_columns_are_known_and_every_row_says_what_would_become_of_it(town, rows):
    tried = attempt(town, rows)
    assert [(row.number, row.kind) for row in tried.rows] == [(4, "new"), (5, "new"), (6, "rejected"), (7, "rejected")]
    first, second, gone, unclear = tried.rows
    tree = places.tree(town.id, town.today())
    assert first.over == second.over == "让出行更顺畅" and unclear.over == ""
    assert first.answers["lead_hint"] == tree.by_code["zhujian"].id and first.answers["leader"] == "分管副区长"
    assert (first.answers["target"], first.answers["target_unit"], first.answers["comparator"]) == (
        Decimal(8),
        "个",
        "ge",
    )
    assert first.answers["deadline"] == date(2020, 12, 31) and second.answers["deadline"] == date(2020, 11, 30)
    assert first.answers["q2_text"] == "完成3个"
    assert "列第一位，牵头" in second.told[0] and second.answers["assist_hint"] == name(town, "jiaojing")
    assert "没有叫“区不存在局”的单位" in gone.wrong[0] and "择机" in unclear.wrong[0]
    assert tasks.every(town, states=("draft",)) == []


def test_it_becomes_drafts_once_and_the_same_file_again_changes_nothing(town, rows):
    supervisor = actor_of(town, "ducha")
    done = task_sheets.enter(town, supervisor, attempt(town, rows))
    assert (done.new, done.left, dict(done.refused)) == (3, 0, {})
    [over] = tasks.every(town, states=("draft",))
    assert over.values["title"] == "让出行更顺畅"
    assert {part.values["title"] for part in over.parts} == {"整治交通拥堵点", "新建人行天桥3座"}
    again = attempt(town, rows)
    assert [row.kind for row in again.rows] == ["known", "known", "rejected", "rejected"]
    assert task_sheets.enter(town, supervisor, again).new == 0
    assert len(tasks.flat(tasks.every(town, states=("draft",)))) == 3


def test_what_was_entered_bit_by_bit_is_whole(town, rows):
    supervisor = actor_of(town, "ducha")
    first = task_sheets.enter(town, supervisor, attempt(town, rows), most=1)
    assert first.left == 2
    rest = task_sheets.enter(town, supervisor, attempt(town, rows))
    assert first.new + rest.new == 3 and len(tasks.flat(tasks.every(town, states=("draft",)))) == 3


def test_wrong_rows_come_back_with_their_reasons_and_mended_they_are_entered(town, rows):
    tried = attempt(town, rows)
    page = openpyxl.load_workbook(io.BytesIO(task_sheets.rejects(tried))).active
    back = [[cell.value for cell in row] for row in page.iter_rows()]
    assert back[0][:2] == ["没有登记的原因", "原表行号"] and len(back) == 3
    assert "区不存在局" in back[1][0] and back[1][1] == 6
    rows[2][5], rows[3][9] = name(town, "zhujian"), "12月"
    assert [row.kind for row in attempt(town, rows).rows] == ["new"] * 4


def test_an_office_that_is_no_more_is_told_with_its_last_day(town, rows):
    with database.owning() as query:
        query.run(
            "insert into hy.unit_span (district, unit, since, until, code, title, parent, area) select district, unit, '2015-01-01', "
            "'2017-03-01', code, '区城建局', parent, area from hy.unit_span where district = %s and code = 'zhujian'",
            [town.id],
        )
    rows[2][5] = "区城建局"
    assert "到 2017-03-01 为止" in attempt(town, rows).rows[2].wrong[0]


def test_a_row_that_is_there_twice_is_told(town, rows):
    rows.append([5, "守住底线", "守住底线", None, None, None, None, None, None, None, None, None, None, None])
    rows[3][9] = None
    assert "与第 7 行是同一项" in attempt(town, rows).rows[4].wrong[0]


@pytest.mark.parametrize("data", [b"", b"abc", "姓名,电话\n王某,1\n".encode()])
def test_what_is_no_breakdown_is_refused_in_words(town, data):
    with pytest.raises(NotASheet) as refused:
        task_sheets.attempt(town, data, "甲.csv", "superior")
    assert refused.value.zh and refused.value.en


def test_a_csv_of_five_thousand_rows_is_tried_in_a_few_statements(town):
    lead = name(town, "zhujian")
    lines = "\n".join(f"{n},任务第{n}号,{lead},12月" for n in range(1, 5001))
    with database.counting() as count:
        tried = task_sheets.attempt(town, f"序号,任务内容,牵头单位,时限\n{lines}\n".encode(), "多.csv", "superior")
    assert tried.count("new") == 5000 and count.n <= 6
    with pytest.raises(NotASheet):
        task_sheets.attempt(
            town, f"序号,任务内容,牵头单位,时限\n{lines}\n5001,又一项,{lead},12月\n".encode(), "多.csv", "superior"
        )


def test_the_command_says_what_became_of_each_row(town, rows, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "district_named", lambda _: town)
    path = tmp_path / "分解表.xlsx"
    path.write_bytes(sheet(town, rows, ("B4:B6",)))
    asked = Namespace(act="import", what=str(path), login=f"ducha-{town.id}", district=None, source="superior",
                      dry_run=True, rejects=tmp_path / "wrong.xlsx")  # fmt: skip
    assert command._import(asked) == 1
    said = capsys.readouterr().out
    assert "起草 2 项，原来就有 0 项，没有登记 2 行" in said and "区不存在局" in said and asked.rejects.is_file()
    assert tasks.every(town, states=("draft",)) == []
    asked.dry_run = False
    command._import(asked)
    assert len(tasks.flat(tasks.every(town, states=("draft",)))) == 3
    asked.what = "tianhe_report"
    assert command._take_over(asked) == 0 and "没有起草 0 项" in capsys.readouterr().out
    for wrong in ({"login": "nobody"}, {"login": f"lianluo-{town.id}"}, {"what": "nothing"}):
        with pytest.raises(Trouble):
            command._take_over(Namespace(**{**vars(asked), **wrong}))


FOREIGN = [
    ["序号", "任务内容", "目标值", "牵头单位", "配合单位", "完成时限"],
    ["1", "整治交通拥堵点", "8个以上", "区住房建设和园林局", "市交警支队天河大队", "12月底"],
    ["2", "新建人行天桥3座", "3座", "区住房建设和园林局", "", "2020年11月"],
    ["3", "更换路灯", "", "区不存在局", "", "年底"],
]


@pytest.mark.parametrize("kind", ["xls", "et", "ods"])
def test_what_other_programs_wrote_is_read_as_what_excel_did(town, kind):
    """An et is an xls by another name; the xls was written by LibreOffice."""
    data = opendocument(FOREIGN) if kind == "ods" else (Path(__file__).with_name("breakdown.xls")).read_bytes()
    tried = task_sheets.attempt(town, data, f"分解表.{kind}", "superior")
    points, bridges, lamps = tried.rows
    assert (points.answers["target"], points.answers["comparator"]) == (8, "ge")
    assert bridges.answers["deadline"] == date(2020, 11, 30) and not points.wrong and not bridges.wrong
    assert "区不存在局" in lamps.wrong[0]
    done = task_sheets.enter(town, actor_of(town, "ducha"), tried)
    assert done.new == 2 and len(tasks.every(town, states=("draft",))) == 2


def test_an_ods_of_five_thousand_rows_is_tried_in_a_few_statements(town):
    lead = name(town, "zhujian")
    lines = [[str(n), f"任务第{n}号", lead, "12月"] for n in range(1, 5001)]
    with database.counting() as count:
        data = opendocument([["序号", "任务内容", "牵头单位", "时限"], *lines])
        tried = task_sheets.attempt(town, data, "多.ods", "superior")
    assert tried.count("new") == 5000 and count.n <= 6
