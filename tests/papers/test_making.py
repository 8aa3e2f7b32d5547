"""A paper of a record or of a list, made for one person: what it says, what it keeps to itself, what it notes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from huying.declare.expressions import parse
from huying.declare.scopes import scope
from huying.engine import access, database, papers, places, records, unmasking
from huying.engine.in_force import put_in_force
from huying.engine.packs import current
from huying.papers.model import Para, Table
from tests.engine.small import actor_of
from tests.web.walking import report, take

CASE, SLIP, REPLY, LIST = "command.case", "command.dispatch_slip", "command.reply_sheet", "command.case_list"
OWN = {
    "pack.yaml": "pack: desk\ntitle: 台面 | Desk\nversion: 1\nneeds: [command]\n",
    "papers/places.yaml": """
paper: places
title: 点位清单 | Places
list: {of: command.place, where: kind != "bus_stop", sort: name, group: kind}
blocks:
  - text: "共{count}处，厕所{count where kind == \\"toilet\\" as chinese}处：{each name where kind == \\"toilet\\"}。 | {count}: {each name}"
  - table: {columns: [{serial: true}, {field: unit, merge: true}, name]}
""",
    "papers/place.yaml": """
paper: place
title: 点位单 | Place
of: command.place
blocks:
  - text: "{name}｜{{原样}}｜{length(name)} | {name}"
  - table: {from: command.case, via: place, sort: code, columns: [{serial: true}, code, {field: place.name, title: 点位 | Place}], empty: 没有事项 | None}
""",
}


def made(town, login, name, **given):
    tree = places.tree(town.id, town.today())
    return papers.make(town, tree, actor_of(town, login), name, **given)


def record_of(town, login, outcome, ledger=CASE):
    return records.get(town, actor_of(town, login), ledger, outcome.record)


def said(paper) -> str:
    """All that a paper says, a line for each part and row."""
    lines = []
    for part in paper.parts:
        if isinstance(part, Para):
            lines.append("".join(f"{run.text}[{run.note}]" if run.note else run.text for run in part.runs))
        elif isinstance(part, Table):
            lines += ["|".join(cell.text for cell in row) for row in (*part.head, *part.rows)]
    return "\n".join(lines)


def table_of(paper) -> Table:
    return next(part for part in paper.parts if isinstance(part, Table))


@pytest.fixture
def desk(town, tmp_path):
    """The small district with two papers of places in force."""
    for name, text in OWN.items():
        (tmp_path / "desk" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "desk" / name).write_text(text, encoding="utf-8")
    put_in_force(town.id, [tmp_path / "desk"])
    return current(town.id)


def place(town, name, kind="toilet", **more):
    area = places.tree(town.id, town.today()).by_code["440106018000"].id
    given = {"name": name, "kind": kind, "unit": area, "where": (113.38, 23.2), **more}
    return take(town, "diaodu", "command.place", "add", None, **given)


def test_a_slip_says_days_names_and_labels_as_offices_write_them(town):
    outcome = report(town, place_words="路口东北角")
    take(town, "diaodu", CASE, "dispatch", outcome.record)
    text = said(made(town, "diaodu", SLIP, record=record_of(town, "diaodu", outcome)))
    assert "单车倒伏、乱停放" in text and "龙洞街道" in text and "路口东北角" in text and "待接办" in text
    assert "登记|2020年12月20日 10:00" in text and "打印：麦例文　2020年12月20日" in text
    english = said(made(town, "diaodu", SLIP, record=record_of(town, "diaodu", outcome), lang="en"))
    assert "20 December 2020, 10:00" in english and "Sent" in english


def test_a_paragraph_is_there_only_where_its_condition_holds(town):
    outcome = report(town)
    text = said(made(town, "diaodu", REPLY, record=record_of(town, "diaodu", outcome)))
    assert "正在办理，尚未答复。" in text and "答复方式" not in text


def test_what_was_typed_is_never_read_for_marks_again(town):
    outcome = report(town, words="{code} {{x}} $case {viewer}")
    assert "{code} {{x}} $case {viewer}" in said(made(town, "diaodu", REPLY, record=record_of(town, "diaodu", outcome)))


def test_lines_that_were_typed_are_paragraphs(town):
    outcome = report(town, words="第一段\n第二段")
    lines = said(made(town, "diaodu", REPLY, record=record_of(town, "diaodu", outcome))).splitlines()
    assert "第一段" in lines and "第二段" in lines


def test_the_nouns_of_the_district_stand_in_titles(town):
    from huying.declare import nouns

    nouns.use({"case": "工单 | work order"})
    try:
        assert "工单办理一览表" in said(made(town, "diaodu", LIST))
    finally:
        nouns.use({})


def test_private_values_are_masked_unless_asked_for_and_asking_is_noted(town):
    outcome = report(town)
    record = record_of(town, "diaodu", outcome)
    masked = said(made(town, "diaodu", SLIP, record=record))
    assert "陈某" not in masked and "13800000000" not in masked and "•••0000" in masked
    assert unmasking.looks(town, record) == []
    shown = said(made(town, "diaodu", SLIP, record=record, private=True))
    assert "陈某" in shown and "13800000000" in shown
    [look] = unmasking.looks(town, record)
    assert set(look.fields) == {"caller", "phone"} and look.why == "打印《派遣单》"


def test_of_a_caller_who_asked_for_secrecy_no_paper_says_the_name(town):
    outcome = report(town, confidential=True)
    record = record_of(town, "diaodu", outcome)
    assert record.unmaskable, "the dispatcher may see it on the page"
    text = said(made(town, "diaodu", SLIP, record=record, private=True))
    assert "陈某" not in text and "0000" not in text.replace(record.code, "") and "保密" in text
    assert "本单不印其称呼和电话" in text and unmasking.looks(town, record) == []


def test_the_paper_bears_the_name_of_whoever_printed_it(town):
    outcome = report(town)
    paper = made(town, "diaodu", SLIP, record=record_of(town, "diaodu", outcome))
    assert "麦例文 2020-12-20 10:00" in paper.mark and "演示" in paper.mark


def test_a_paper_for_some_roles_is_refused_to_others(town):
    outcome = report(town)
    take(town, "diaodu", CASE, "dispatch", outcome.record)
    with pytest.raises(access.Refused):
        made(town, "longdong", SLIP, record=record_of(town, "longdong", outcome))
    names = [one.name for one in papers.of_ledger(town, actor_of(town, "longdong"), CASE, False)]
    assert REPLY in names and SLIP not in names


def test_a_list_has_only_what_is_within_reach(town):
    report(town)
    report(town, unit=places.tree(town.id, town.today()).by_code["440106003000"].id)
    assert "共2件" in said(made(town, "diaodu", LIST)) and "共1件" in said(made(town, "longdong", LIST))


def test_a_list_is_printed_as_it_is_filtered_and_as_of_a_moment(town):
    outcome = report(town)
    report(town)
    take(town, "diaodu", CASE, "dispatch", outcome.record)
    assert "共1件" in said(made(town, "diaodu", LIST, filters={"state": "dispatched"}))
    past = said(made(town, "diaodu", LIST, as_of=town.now() - timedelta(days=1)))
    assert "共0件" in past and "没有符合条件的事项。" in past and "截至 2020-12-19 10:00" in past


def test_a_list_is_printed_as_the_condition_of_a_view_narrows_it(desk):
    for name in ("甲", "乙", "丙"):
        place(desk, name, "pole" if name == "乙" else "toilet")
    scope_ = scope(desk.rules, "command.place")
    paper = made(desk, "diaodu", "desk.places", where=parse('kind == "pole"', scope_))
    assert "共1处" in said(paper) and "乙" in said(paper) and "甲" not in said(paper)


def test_an_annotated_copy_says_where_each_value_comes_from(town):
    outcome = report(town)
    record = record_of(town, "diaodu", outcome)
    clean, full = (said(made(town, "diaodu", REPLY, record=record, annotated=a)) for a in (False, True))
    assert "[1]" not in clean and "依据" not in clean
    number = re.search(r"单车倒伏、乱停放\[(\d+)\]", full)[1]
    assert f"[{number}] 事项 {record.code} · 类别 · 截至 2020-12-20 10:00" in full
    assert re.sub(r"\[\d+\]|（依据本）", "", full).startswith(clean)


def test_an_annotated_list_has_the_code_of_each_row_and_the_condition_of_each_count(town):
    code = report(town).code
    paper = made(town, "diaodu", LIST, annotated=True)
    assert [row[-1].text for row in table_of(paper).rows] == [code]
    assert f"count · 1 · {code} · 截至 2020-12-20 10:00" in said(paper)
    assert sum(table_of(paper).widths) <= paper.width + 0.1


def test_counts_names_groups_and_merged_cells_of_a_list(desk):
    for name, kind in (("甲", "toilet"), ("乙", "pole"), ("丙", "toilet")):
        place(desk, name, kind)
    paper = made(desk, "diaodu", "desk.places")
    assert "共3处，厕所二处：丙、甲。" in said(paper)
    rows = table_of(paper).rows
    assert [row[-1].text for row in rows] == ["公厕", "丙", "甲", "灯杆", "乙"]
    assert (rows[1][1].down, rows[2][1].down, rows[4][1].down) == (2, 0, 1)


def test_a_merged_cell_is_written_again_before_a_page_is_over(desk):
    for number in range(14):
        place(desk, f"点{number:02}")
    downs = [row[1].down for row in table_of(made(desk, "diaodu", "desk.places")).rows[1:]]
    assert downs == [12, *[0] * 11, 2, 0]


def test_a_record_has_the_rows_that_refer_to_it(desk):
    toilet = place(desk, "东门公厕")
    record = records.get(desk, actor_of(desk, "diaodu"), "command.place", toilet.record)
    assert "没有事项" in said(made(desk, "diaodu", "desk.place", record=record))
    codes = [report(desk, place=toilet.record).code for _ in range(2)]
    text = said(made(desk, "diaodu", "desk.place", record=record))
    assert "东门公厕｜{原样}｜4" in text and f"1|{codes[0]}|东门公厕\n2|{codes[1]}|东门公厕" in text


def test_a_paper_asks_as_much_of_the_database_for_many_rows_as_for_few(desk):
    toilet = place(desk, "东门公厕")
    record = records.get(desk, actor_of(desk, "diaodu"), "command.place", toilet.record)
    asked = []
    for rows in (1, 6):
        for _ in range(rows):
            report(desk, place=toilet.record)
        with database.counting() as count:
            made(desk, "diaodu", "desk.place", record=record)
        asked.append(count.n)
    assert asked[0] == asked[1] <= 6


def test_more_rows_than_a_paper_holds_are_refused_in_words(town, monkeypatch):
    for _ in range(3):
        report(town)
    monkeypatch.setattr("huying.engine.paper_making.MOST", 2)
    with pytest.raises(papers.Refused, match="请先筛选"):
        made(town, "diaodu", LIST)


@pytest.mark.parametrize("kind", ["docx", "html", "xlsx"])
def test_the_same_list_at_the_same_moment_is_the_same_file(town, kind):
    report(town)
    assert len({papers.write(made(town, "diaodu", LIST), kind) for _ in range(2)}) == 1
