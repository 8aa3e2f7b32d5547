"""A task from its draft to its end: what must be right about it, who may see it, what never changes silently."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from huying.engine import commitments, consulting, database, packs, people, records, tasks
from huying.engine.acts import Act
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from tests.engine.small import actor_of
from tests.engine.tasking import POINTS, TASK, act, drafted, issued

WHOLE = {"title": "新建口袋公园 6 个", "area": "城区品质 | City", "source_kind": "work_report", "target": Decimal(6),
         "target_unit": "个", "comparator": "ge", "pace": "nodes", "q2": Decimal(2), "q4": Decimal(6),
         "deadline": date(2020, 12, 31)}  # fmt: skip


def draft(district: packs.District, **given: object) -> tasks.Task:
    answers = {name: value for name, value in {**WHOLE, **given}.items() if value is not None}
    done = take_step(district, Act(TASK, "draft", actor_of(district, "ducha"), answers))
    return tasks.one(district, done.code)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"measure": "traffic.points_improvd"}, "measure"),
        ({"measure": "traffic.points_improved", "target_unit": "%"}, "target_unit"),
        ({"target_unit": None}, "target_unit"),
        ({"target": None}, "target"),
        ({"deadline": date(2020, 6, 30)}, "q4"),
        ({"starts": date(2021, 1, 1)}, "deadline"),
        ({"q3": Decimal(1)}, "q3"),
        ({"q4": Decimal(7)}, "q4"),
        ({"q2": None, "q4": None}, "q4"),
        ({"pace": "milestone", "q2": None, "q4": None}, "q4_text"),
    ],
)
def test_what_does_not_fit_together_is_refused_at_its_field(tianhe, given, field) -> None:
    with pytest.raises(StepRefused) as refused:
        draft(tianhe, **given)
    assert refused.value.code == "task.wrong" and field in refused.value.fields
    assert " | " in refused.value.fields[field]
    assert tasks.every(tianhe, states=("draft",)) == []


def test_all_that_is_wrong_is_said_at_once(tianhe) -> None:
    with pytest.raises(StepRefused) as refused:
        draft(tianhe, target_unit=None, starts=date(2021, 1, 1), q3=Decimal(1))
    assert set(refused.value.fields) == {"target_unit", "deadline", "q3"}


def test_nothing_counts_before_it_is_issued(tianhe) -> None:
    supervisor = actor_of(tianhe, "ducha")
    task = act(tianhe, "ducha", "send", drafted(tianhe), lead="zhujian", assist=["jiaojing"])
    assert commitments.board(tianhe, supervisor) == [] and commitments.promises(tianhe) == []
    task = act(tianhe, "lianluo", "agree", task)
    task = act(tianhe, "ducha", "approve", task, approved_by="常务会议")
    assert commitments.board(tianhe, supervisor) == []
    task = act(tianhe, "ducha", "issue", task, number="天府办〔2020〕18号")
    [status] = commitments.board(tianhe, supervisor)
    assert status.task.code == task.code and status.commitment.number == "天府办〔2020〕18号"
    assert [one.task.code for one in commitments.promises(tianhe)] == [task.code]


def test_a_task_that_says_neither_when_nor_how_far_is_not_approved(tianhe) -> None:
    task = draft(tianhe, target=None, target_unit=None, comparator=None, pace=None, q2=None, q4=None, deadline=None)
    task = act(tianhe, "ducha", "send", task, lead="zhujian")
    task = act(tianhe, "lianluo", "agree", task)
    with pytest.raises(StepRefused) as refused:
        act(tianhe, "ducha", "approve", task, approved_by="常务会议")
    assert set(refused.value.fields) == {"deadline", "measure_note"}


def test_the_suggested_lead_is_seen_by_drafters_alone(tianhe) -> None:
    task = drafted(tianhe)
    seen = records.by_code(tianhe, actor_of(tianhe, "ducha"), TASK, task.code)
    assert seen.values["lead_hint"], "the supervision office sees what the pack suggests"
    sent = act(tianhe, "ducha", "send", task, lead="zhujian", assist=["jiaojing"])
    for login in ("lianluo", "jiaojinglx", "fenxi", "longdong"):
        actor = actor_of(tianhe, login)
        other = records.by_code(tianhe, actor, TASK, sent.code)
        assert other is None or "lead_hint" not in other.values
        assert tasks.may_see(tianhe, actor, task) is False, "a draft is the drafters'"
    assert tasks.may_see(tianhe, actor_of(tianhe, "lianluo"), sent) and tasks.may_see(
        tianhe, actor_of(tianhe, "jiaojinglx"), sent
    )
    assert not tasks.may_see(tianhe, actor_of(tianhe, "fenxi"), sent)


def test_an_objection_is_ruled_on_and_stays_in_the_history(tianhe) -> None:
    task = act(tianhe, "ducha", "send", drafted(tianhe), lead="jiaojing", assist=["zhujian"])
    task = act(tianhe, "jiaojinglx", "object", task, objection="道路改造由住建部门实施，我队配合")
    assert task.state == "objected"
    task = act(tianhe, "ducha", "reassign", task, lead="zhujian", assist=["jiaojing"], ruling="采纳")
    assert task.state == "consulting" and task.commitment.lead == "zhujian" and task.commitment.assist == ("jiaojing",)
    task = act(tianhe, "lianluo", "agree", task)
    record = records.by_code(tianhe, actor_of(tianhe, "ducha"), TASK, task.code)
    told = [
        (entry.step, entry.values.get("objection") or entry.values.get("ruling"))
        for entry in records.history(tianhe, record)
    ]
    assert ("object", "道路改造由住建部门实施，我队配合") in told and ("reassign", "采纳") in told


def test_an_objection_after_issue_is_refused(tianhe) -> None:
    task = issued(tianhe)
    with pytest.raises(StepRefused) as refused:
        act(tianhe, "lianluo", "object", task, objection="不该我们办")
    assert refused.value.code == "step.not-open"


def test_target_and_deadline_of_an_issued_task_change_only_by_an_approved_adjustment(tianhe) -> None:
    task = issued(tianhe)
    with pytest.raises(StepRefused):
        act(
            tianhe, "ducha", "revise", task, title="少一点", area="甲 | A", source_kind="work_report", target=Decimal(3)
        )
    task = act(tianhe, "lianluo", "ask_change", task, change_why="两处因地铁施工推迟", new_target=Decimal(6))
    assert task.commitment.target == "8", "asked for is not granted"
    with pytest.raises(StepRefused) as refused:
        act(tianhe, "ducha", "grant_change", task, change_basis=None, target=Decimal(6))
    assert "change_basis" in refused.value.fields
    with pytest.raises(StepRefused) as refused:
        act(tianhe, "ducha", "grant_change", task, change_basis="区府办函〔2020〕9号", target=Decimal(6))
    assert "q4" in refused.value.fields, "the nodes have to go with it"
    nodes = {"q2": Decimal(2), "q3": Decimal(4), "q4": Decimal(6)}
    task = act(tianhe, "ducha", "grant_change", task, change_basis="区府办函〔2020〕9号", target=Decimal(6), **nodes)
    assert task.commitment.target == "6" and task.values["adjusted_times"] == 1


def test_as_of_a_day_before_the_adjustment_the_old_target_stands(tianhe) -> None:
    task = issued(tianhe)
    before = tianhe.now()
    act(tianhe, "lianluo", "ask_change", task, change_why="推迟", new_target=Decimal(6))
    nodes = {"q2": Decimal(2), "q3": Decimal(4), "q4": Decimal(6)}
    act(tianhe, "ducha", "grant_change", task, change_basis="函9号", target=Decimal(6), **nodes)
    supervisor = actor_of(tianhe, "ducha")
    assert commitments.status(tianhe, supervisor, task.code, as_of=before).commitment.target == "8"
    assert commitments.status(tianhe, supervisor, task.code).commitment.target == "6"


def test_tasks_have_parts_and_parts_have_none(tianhe) -> None:
    task = draft(tianhe, title="建设公园", target=None, target_unit=None, pace=None, q2=None, q4=None, comparator=None)
    part = draft(tianhe, parent=task.id)
    [top] = tasks.every(tianhe, states=("draft",))
    assert top.code == task.code and [one.code for one in top.parts] == [part.code]
    with pytest.raises(StepRefused) as refused:
        draft(tianhe, title="再分一层", parent=part.id)
    assert "parent" in refused.value.fields
    with pytest.raises(StepRefused) as refused:
        act(tianhe, "ducha", "revise", task, title="建设公园", area="甲 | A", source_kind="work_report", parent=part.id)
    assert "parent" in refused.value.fields, "a task with parts becomes no part"


def test_taking_over_twice_makes_no_second_task(tianhe) -> None:
    first = drafted(tianhe)
    [again] = tasks.take_over(tianhe, actor_of(tianhe, "ducha"), [POINTS])
    assert again.again and again.code == first.code
    assert len(tasks.every(tianhe, states=tasks.DRAFTED)) == 1


def test_issuing_many_is_all_or_none_and_names_what_is_not_whole(tianhe) -> None:
    supervisor = actor_of(tianhe, "ducha")

    def approved(task: tasks.Task) -> tasks.Task:
        task = act(tianhe, "lianluo", "agree", act(tianhe, "ducha", "send", task, lead="zhujian"))
        return act(tianhe, "ducha", "approve", task, approved_by="常务会议")

    some = [approved(draft(tianhe, title=f"公园 {n}")) for n in range(3)]
    waiting = draft(tianhe, title="还没有审定")
    with pytest.raises(consulting.Several) as refused:
        consulting.issue(tianhe, supervisor, [*some, waiting], "1号")
    assert list(refused.value.each) == [waiting.code]
    assert {one.state for one in tasks.every(tianhe, states=tasks.DRAFTED)} == {"approved", "draft"}
    consulting.issue(tianhe, supervisor, some, "1号")
    assert [one.values["number"] for one in tasks.every(tianhe)] == ["1号"] * 3


def test_a_silent_office_agrees_after_five_working_days(tianhe) -> None:
    task = act(tianhe, "ducha", "send", drafted(tianhe), lead="zhujian")
    assert tianhe.rules.flows[TASK].states["consulting"].lapses == "no_answer"
    system = people.system(tianhe.id)
    take_step(tianhe, Act(TASK, "no_answer", system, {}, task.id))
    assert tasks.one(tianhe, task.code).state == "heard"


def test_the_board_asks_as_many_statements_for_seven_tasks_as_for_one(tianhe) -> None:
    supervisor = actor_of(tianhe, "ducha")

    def counted() -> int:
        commitments.board(tianhe, supervisor)
        with database.counting() as count:
            commitments.board(tianhe, supervisor)
        return count.n

    issued(tianhe)
    first = counted()
    for n in range(6):
        task = draft(tianhe, title=f"公园 {n}")
        task = act(tianhe, "lianluo", "agree", act(tianhe, "ducha", "send", task, lead="zhujian"))
        act(tianhe, "ducha", "issue", act(tianhe, "ducha", "approve", task, approved_by="会"), number="1号")
    assert counted() == first
