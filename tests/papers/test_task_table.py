"""The breakdown of tasks on A3: whose each task is, who to ring, parts under theirs; never a guess."""

from __future__ import annotations

import io

import openpyxl

from huying.engine import database, papers, places, tasks
from huying.papers import write
from huying.papers.model import Table
from tests.engine.small import actor_of
from tests.engine.tasking import act, drafted, issued

NAME = "supervision.task_table"


def table(town, login: str = "ducha", **given):
    made = papers.make(town, places.tree(town.id, town.today()), actor_of(town, login), NAME, **given)
    return made, next(part for part in made.parts if isinstance(part, Table))


def words(rows) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows]


def test_it_says_who_leads_who_assists_and_who_to_ring_today(town):
    task = issued(town)
    made, found = table(town)
    assert made.size == "A3" and made.landscape
    said = "\n".join(" ".join(row) for row in words(found.rows))
    tree = places.tree(town.id, town.today())
    assert tree.by_code["zhujian"].name() in said and tree.by_code["jiaojing"].name() in said
    assert "天府办〔2020〕18号" in said and task.values["title"] in said
    name = database.direct().value(
        "select p.name from hy.holding h join public.engine_person p on p.id = h.person where h.district = %s and h.post = %s limit 1",
        [town.id, task.post],
    )
    assert name in said


def test_a_draft_and_its_suggested_lead_are_not_in_it(town):
    task = drafted(town)
    _, found = table(town)
    assert task.values["title"] not in str(words(found.rows))
    act(town, "ducha", "send", task, lead="jiaojing")
    said = str(words(table(town)[1].rows))
    assert task.values["title"] in said and "推测" not in said


def test_it_asks_as_few_statements_for_many_tasks_as_for_few(town):
    act(town, "ducha", "send", drafted(town), lead="zhujian", assist=["jiaojing"])
    table(town)
    with database.counting() as few:
        table(town)
    from tests.engine.test_tasks import draft

    over = act(town, "ducha", "send", draft(town), lead="zhujian")
    part = act(town, "ducha", "send", draft(town, title="子项", parent=over.id), lead="jiaojing")
    with database.counting() as many:
        _, found = table(town)
    assert many.n == few.n
    lines = [row for row in words(found.rows) if len(row) > 3]
    titles = [next(cell for cell in row[1:] if cell) for row in lines]
    assert titles.index("子项") == titles.index(over.values["title"]) + 1
    assert tasks.one(town, part.code).parent == over.id


def test_it_is_a_sheet_with_the_columns_that_offices_know(town):
    issued(town)
    book = openpyxl.load_workbook(io.BytesIO(write(table(town)[0], "xlsx")))
    cells = [str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value]
    for title in ("任务内容", "责任领导", "牵头单位", "配合单位", "责任人及电话", "时限", "一季度", "四季度", "文号"):
        assert title in cells, title
