"""Cells changed on a page: the same acts as by the form; nobody's change is lost, and none is made twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from huying.engine import database, places, records, returning
from huying.engine.returning import Edit
from tests.engine.small import actor_of
from tests.exchange.works import WORK
from tests.web.walking import area, take

CLERK = "longdong"


def begun(site, **answers):
    given = {"unit": area(site), "name": "排水井改造", "grade": "a", "cost": 100, "note": "旧"}
    return take(site, CLERK, WORK, "add", None, **{**given, **answers})


def edited(site, edits, key: UUID | None = None, login: str = CLERK):
    tree = places.tree(site.id, site.today())
    actor = actor_of(site, login)
    found = returning.edit(site, actor, tree, WORK, edits, key or uuid4())
    return found, returning.write(site, actor, found)


def taken_back(site, acts, login: str = CLERK, key: UUID | None = None):
    tree, actor = places.tree(site.id, site.today()), actor_of(site, login)
    found = returning.undo(site, actor, tree, WORK, acts, key or uuid4())
    return found, returning.write(site, actor, found)


def acts_of(done) -> list[tuple[UUID, int]]:
    return [(outcome.record, outcome.seq) for _, outcome in done.acts]


def stands(site, made):
    return records.get(site, actor_of(site, CLERK), WORK, made.record)


def test_a_cell_is_changed_by_the_step_that_asks_for_it(site):
    made = begun(site)
    _, done = edited(
        site, [Edit(1, made.record, 1, {"grade": "乙级", "cost": "250.5", "begun_on": "2020年7月1日", "note": ""})]
    )
    now = stands(site, made)
    assert (now.values["grade"], now.values["cost"], now.values["begun_on"], now.values["note"]) == (
        "b", 25050, date(2020, 7, 1), None)  # fmt: skip
    assert records.history(site, now)[-1].step == "amend" and acts_of(done) == [(made.record, 2)]


def test_what_is_typed_as_it_stood_changes_nothing(site):
    made = begun(site, length=Decimal("12.5"), done=True)
    found, done = edited(site, [Edit(1, made.record, 1, {"length": "12.50", "done": "是", "cost": "1"})])
    assert found.to_write == [] and done.acts == [] and stands(site, made).seq == 1


def test_the_same_edit_under_the_same_key_is_written_once_even_when_others_went_on(site):
    made, key = begun(site), uuid4()
    edits = [Edit(1, made.record, 1, {"note": "我写的"}), Edit(2, None, 0, {"unit": "龙洞街道", "name": "新泵站"})]
    _, first = edited(site, edits, key)
    take(site, CLERK, WORK, "amend", made.record, note="同事后来写的")
    found, again = edited(site, edits, key)
    assert (first.changed, len(first.codes)) == (1, 1) and again.acts == [] and found.refused == []
    assert {line.number: line.taken for line in found.lines} == {1: [acts_of(first)[0]], 2: [acts_of(first)[1]]}
    assert stands(site, made).values["note"] == "同事后来写的"


def test_another_edit_under_the_same_key_is_not_taken_for_it(site):
    made, key = begun(site), uuid4()
    edited(site, [Edit(1, made.record, 1, {"note": "一"})], key)
    edited(site, [Edit(1, made.record, 2, {"note": "二"})], key)
    assert stands(site, made).values["note"] == "二"


def test_a_cell_that_somebody_changed_meanwhile_is_refused_and_the_others_are_written(site):
    made = begun(site)
    take(site, CLERK, WORK, "amend", made.record, note="同事写的")
    found, _ = edited(site, [Edit(1, made.record, 1, {"note": "我写的", "length": "9"})])
    [fault] = found.lines[0].faults
    assert fault.kind == "conflict" and "已改成“同事写的”" in fault.words and "选用谁的" in fault.words
    assert stands(site, made).values["note"] == "同事写的" and stands(site, made).values["length"] == 9
    edited(site, [Edit(1, made.record, stands(site, made).seq, {"note": "我写的"})])  # mine, knowing theirs
    assert stands(site, made).values["note"] == "我写的"


def test_wrong_cells_each_say_why_and_nothing_is_written_before_it_is_asked(site):
    made = begun(site)
    tree, actor = places.tree(site.id, site.today()), actor_of(site, CLERK)
    cells = {"cost": "很多", "wells": "501", "unit": "", "grade": "丁级", "note": "好"}
    found = returning.edit(site, actor, tree, WORK, [Edit(1, made.record, 1, cells)], uuid4())
    assert {fault.name for fault in found.lines[0].faults} == {"cost", "wells", "unit", "grade"}
    assert found.lines[0].changes == {"note": "好"} and stands(site, made).seq == 1


def test_columns_that_are_not_changed_here_say_why(site):
    made = begun(site)
    found, _ = edited(site, [Edit(1, made.record, 1, {"code": "GC-99999", "state": "别的"})])
    assert len(found.refused[0].faults) == 2 and all("由系统记下" in fault.words for fault in found.refused[0].faults)
    locked = returning.why_locked(site, actor_of(site, CLERK), site.rules.ledgers[WORK])
    assert "name" not in locked and "code" in locked
    others = returning.why_locked(site, actor_of(site, "diaodu"), site.rules.ledgers[WORK])
    assert "没有改这一项的步骤" in others["name"]


def test_an_undo_is_an_act_of_its_own_and_the_history_shows_both(site):
    made = begun(site)
    _, done = edited(site, [Edit(1, made.record, 1, {"note": "改了", "grade": "丙级", "cost": ""})])
    found, back = taken_back(site, acts_of(done))
    now = stands(site, made)
    assert found.refused == [] and (now.values["note"], now.values["grade"], now.values["cost"]) == ("旧", "a", 100)
    assert [entry.step for entry in records.history(site, now)] == ["add", "amend", "amend"] and now.seq == 3
    taken_back(site, acts_of(back))  # and the undo itself
    assert stands(site, made).values["note"] == "改了" and stands(site, made).values["cost"] is None


def test_an_undo_leaves_what_others_changed_since(site):
    made = begun(site)
    _, done = edited(site, [Edit(1, made.record, 1, {"note": "改了", "grade": "丙级"})])
    take(site, CLERK, WORK, "amend", made.record, note="同事写的")
    found, _ = taken_back(site, acts_of(done))
    assert [fault.kind for fault in found.lines[0].faults] == ["conflict"]
    assert stands(site, made).values["note"] == "同事写的" and stands(site, made).values["grade"] == "a"


def test_only_changes_of_ones_own_are_taken_back_and_no_new_record(site):
    made = begun(site)
    _, done = edited(site, [Edit(1, made.record, 1, {"note": "改了"})])
    found, _ = taken_back(site, [(made.record, 1)])
    assert "打开它注销" in found.refused[0].faults[0].words
    found, back = taken_back(site, acts_of(done), "diaodu")
    assert "只能撤销自己的" in found.refused[0].faults[0].words and back.acts == []
    found, _ = taken_back(site, [(uuid4(), 5), (made.record, 99)])
    assert len(found.refused) == 2 and stands(site, made).seq == 2


def test_a_block_takes_as_many_statements_for_two_hundred_rows_as_for_two(site):
    rows = [begun(site, name=f"井{n}") for n in range(12)]

    def statements(some) -> int:
        edits = [Edit(n, one.record, 1, {"note": "同", "grade": "乙级"}) for n, one in enumerate(some, 1)]
        tree, actor = places.tree(site.id, site.today()), actor_of(site, CLERK)
        with database.counting() as count:
            returning.edit(site, actor, tree, WORK, edits, uuid4())
        return count.n

    statements(rows[:2])
    assert statements(rows[:2]) == statements(rows)
