"""The grid's page and what it is sent: the list's access, every cell by the act of the form, wrong input answered."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from huying.engine import database, packs, records
from huying.engine.in_force import put_in_force
from tests.engine.small import actor_of
from tests.exchange.works import WORK, works
from tests.web.walking import area, person, report, take, text_of

ONE = "00000000-0000-4000-8000-000000000001"
CLERK, GRID = "longdong", f"/ledgers/{WORK}/grid"


@pytest.fixture
def site(town: packs.District, tmp_path) -> packs.District:
    put_in_force(town.id, [works(tmp_path)])
    return packs.current(town.id)


def begun(site, **answers):
    given = {"unit": area(site), "name": "排水井改造", "grade": "a", "cost": 100, "note": "旧"}
    return take(site, CLERK, WORK, "add", None, **{**given, **answers})


def sent(client, address: str = GRID, **body):
    return client.post(address, json.dumps({"act": str(uuid4()), **body}), content_type="application/json")


def row(made, **cells) -> dict:
    return {"n": 1, "record": str(made.record), "seq": made.seq, "cells": cells}


def stands(site, made) -> dict:
    return records.get(site, actor_of(site, CLERK), WORK, made.record).values


def test_the_grid_shows_the_list_s_rows_and_says_what_is_locked(site):
    made = begun(site)
    page = person(site, CLERK).get(GRID).content.decode()
    assert made.code in page and "甲级" in page and "由系统记下" in page
    reader = person(site, "diaodu").get(GRID).content.decode()
    assert "没有改这一项的步骤" in reader and 'data-enters=""' in reader


def test_masked_and_secret_cells_are_shown_masked_and_never_changed(town):
    case = report(town)
    client = person(town, "diaodu")
    address = "/ledgers/command.case/grid"
    page = client.get(address).content.decode()
    assert case.code in page and "13800000000" not in page and "陈某" not in page
    answer = sent(client, address, rows=[row(case, phone="13900000000")]).json()
    assert [fault["name"] for fault in answer["faults"]] == ["phone"] and answer["writes"] == 0


def test_a_change_is_written_and_the_answer_says_how_the_row_stands(site):
    made, client = begun(site), person(site, CLERK)
    answer = sent(client, rows=[row(made, grade="乙级", cost="2.5")]).json()
    assert answer["written"] and answer["faults"] == [] and answer["undo"] == [[str(made.record), 2]]
    assert answer["rows"][0]["cells"]["cost"] == ["2.5", ""] and answer["rows"][0]["seq"] == 2
    assert sent(client, undo=answer["undo"]).json()["written"]
    assert (stands(site, made)["grade"], stands(site, made)["cost"]) == ("a", 100)


def test_a_block_with_a_wrong_cell_is_written_only_when_the_person_says_what_is_right(site):
    first, second, client = begun(site), begun(site, name="步道"), person(site, CLERK)
    rows = [{**row(one), "n": n} for n, one in enumerate((first, second), 1)]
    paste = {"text": "甲级\t5\n丁级\t6", "names": ["grade", "cost"], "rows": rows}
    answer = sent(client, mode="all", paste=paste).json()
    assert not answer["written"] and answer["writes"] == 2 and stands(site, first)["cost"] == 100
    [fault] = answer["faults"]
    assert (fault["n"], fault["name"], fault["typed"]) == (2, "grade", "丁级") and "甲级、乙级、丙级" in fault["says"]
    answer = sent(client, mode="valid", paste=paste).json()
    assert answer["written"] and [stands(site, one)["cost"] for one in (first, second)] == [500, 600]


def test_one_copied_cell_fills_what_is_selected(site):
    made, client = [begun(site, name=f"井{n}") for n in range(2)], person(site, CLERK)
    rows = [{**row(one), "n": n} for n, one in enumerate(made, 1)]
    sent(client, mode="all", paste={"text": "同一句", "names": ["note"], "rows": rows, "height": 2, "width": 1})
    assert [stands(site, one)["note"] for one in made] == ["同一句", "同一句"]


@pytest.mark.parametrize(
    ("paste", "said"),
    [
        ({"text": "1\t2\t3", "names": ["cost"], "rows": []}, "贴的有 3 列"),
        ({"text": "1\n2\n3", "names": ["cost"], "rows": []}, "贴的有 3 行"),
        ({"text": "1\n" * 2_001, "names": ["cost"], "rows": [], "extend": True}, "一次最多 2000 行"),
    ],
)
def test_a_block_that_does_not_fit_is_refused_with_what_to_do(site, paste, said):
    answer = sent(person(site, CLERK), mode="all", paste=paste)
    assert answer.status_code == 422 and said in answer.json()["problem"]


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", "null", '{"act": 1}', json.dumps({"act": ONE}), json.dumps({"act": ONE, "rows": 5}),
     json.dumps({"act": ONE, "rows": [{"n": 1, "record": "x", "cells": {}}]}),
     json.dumps({"act": ONE, "rows": [{"n": 1, "record": None, "cells": {"nothing": "1"}}]}),
     json.dumps({"act": ONE, "rows": [{"n": 1, "record": ONE, "seq": 10**20, "cells": {"note": "1"}}]}),
     json.dumps({"act": ONE, "undo": [["x", 1]]}), json.dumps({"act": ONE, "undo": 7}),
     json.dumps({"act": ONE, "paste": {"text": 5}}), json.dumps({"act": ONE, "paste": [1]})],
)  # fmt: skip
def test_what_is_no_edit_is_told_so(site, body):
    answer = person(site, CLERK).post(GRID, body, content_type="application/json")
    assert answer.status_code == 422 and answer.json()["problem"]


def test_what_is_out_of_reach_is_not_changed_and_not_told(site):
    made = begun(site)
    answer = sent(person(site, "diaodu"), rows=[row(made, note="别人")]).json()
    assert answer["undo"] == [] and answer["faults"] and stands(site, made)["note"] == "旧"
    gone = {"n": 1, "record": str(uuid4()), "seq": 1, "cells": {"note": "无"}}
    answer = sent(person(site, CLERK), rows=[gone]).json()
    assert answer["rows"] == [] and "不在您的范围内" in answer["faults"][0]["says"]


def test_statements_do_not_grow_with_the_rows(site):
    client = person(site, CLERK)

    def statements() -> int:
        with database.counting() as count:
            assert client.get(GRID).status_code == 200
        return count.n

    begun(site)
    statements()
    few = statements()
    for n in range(8):
        begun(site, name=f"井{n}")
    assert statements() == few


def test_the_list_leads_to_the_grid_for_whoever_may_change_something(site):
    begun(site)
    assert "在表格里改" in text_of(person(site, CLERK).get(f"/ledgers/{WORK}"))
    assert "在表格里改" not in text_of(person(site, "diaodu").get(f"/ledgers/{WORK}"))
    assert person(site, "guanli").get(GRID).status_code == 403
    assert person(site, CLERK).get("/ledgers/no.such/grid").status_code == 404
