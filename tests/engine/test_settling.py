"""Readings are accepted, mended, set aside, merged, split and taken back, and nothing of it is lost."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from huying.engine import (
    database,
    documents,
    readings,
    records,
    settling,
)
from huying.engine.acts import Act
from huying.engine.clock import new_id
from huying.engine.flows import StepRefused, take_step
from tests.engine.handed import READING, TOTAL, hand_in, history_of, line_of, lines_of, renew
from tests.engine.papers import NEWER, OTHER
from tests.engine.small import actor_of
from tests.engine.tasking import drafted


def test_each_correction_is_an_event_that_says_who(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    line = line_of(town, document, "停车位")
    settling.mend(
        town, supervisor, document, line,
        {"short_title": "新增车位", "measurable": "numeric", "value": "1,600", "value_unit": "个", "comparator": "ge",
         "deadline": "2020-11-30", "quote": "新增停车位1500个"},
    )  # fmt: skip
    now = line_of(town, document, "新增车位")
    assert (now.state, now.value, str(now.deadline)) == ("accepted", Decimal(1600), "2020-11-30")
    assert (now.starts, now.ends) == (line.starts, line.ends - 2)
    settling.adopt(town, supervisor, now, drafted(town).code)
    assert history_of(town, line) == [
        ("read", supervisor.person),
        ("mend", supervisor.person),
        ("adopt", supervisor.person),
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"short_title": ""}, "short_title"),
        ({"short_title": "甲", "quote": "新增停车位一千五百个"}, "quote"),
        ({"short_title": "甲", "quote": "字" * 3000}, "quote"),
        ({"short_title": "甲", "value": "很多"}, "value"),
        ({"short_title": "甲", "measurable": "numeric", "value": ""}, "value"),
        ({"short_title": "甲", "deadline": "年底"}, "deadline"),
        ({"short_title": "甲", "comparator": "about"}, "comparator"),
        ({"short_title": "甲" * 201}, "short_title"),
    ],
)
def test_what_cannot_be_so_is_refused_at_its_field_and_nothing_changes(town, given, field):
    document = hand_in(town)
    line = line_of(town, document, "停车位")
    with pytest.raises(StepRefused) as refused:
        settling.mend(town, actor_of(town, "ducha"), document, line, given)
    assert field in refused.value.fields and line_of(town, document, "停车位") == line


def test_setting_aside_needs_a_reason_and_happens_once(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    line = line_of(town, document, "停车管理")
    for reason in (None, "", "   "):
        with pytest.raises(StepRefused) as refused:
            settling.drop(town, supervisor, line, reason)
        assert "reason" in refused.value.fields
    settling.drop(town, supervisor, line, "日常工作")
    with pytest.raises(StepRefused) as refused:
        settling.drop(town, supervisor, line_of(town, document, "停车管理"), "再来一次")
    assert refused.value.code == "step.not-open"


def test_two_reviewers_at_once_the_second_is_told_and_the_first_stands(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    line = line_of(town, document, "停车管理")
    settling.accept(town, supervisor, line, seen=line.seq)
    with pytest.raises(StepRefused) as refused:
        settling.drop(town, supervisor, line, "晚了一步", seen=line.seq)
    assert refused.value.code == "step.race" and line_of(town, document, "停车管理").state == "accepted"


def test_merging_loses_nothing_and_is_taken_back_whole(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    one, two = line_of(town, document, "停车管理"), line_of(town, document, "停车位")
    made = settling.merge(town, supervisor, document, [(two, two.seq), (one, one.seq)])
    now = {line.id: line for line in lines_of(town, document)}
    assert (now[made].quote, now[made].value, now[made].state) == ("加强停车管理，新增停车位1500个以上", 1500, "draft")
    for old in (one, two):
        assert (now[old.id].state, now[old.id].became, now[old.id].quote) == ("merged", made, old.quote)
    assert history_of(town, one)[-1] == ("merge", supervisor.person)
    assert not readings.bring_up(town, supervisor, document).taken, "the originals are not read in anew"
    settling.undo(town, supervisor, document, now[made])
    now = {line.id: line for line in lines_of(town, document)}
    assert now[made].state == "withdrawn" and [now[o.id].state for o in (one, two)] == ["draft", "draft"]
    assert now[one.id].became is None


def test_a_merge_with_one_of_the_two_changed_meanwhile_does_nothing_at_all(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    one, two = line_of(town, document, "停车管理"), line_of(town, document, "停车位")
    settling.mend(town, supervisor, document, two, {"short_title": "车位"})
    with pytest.raises(StepRefused) as refused:
        settling.merge(town, supervisor, document, [(one, one.seq), (two, two.seq)])
    assert refused.value.code == "step.race"
    assert line_of(town, document, "停车管理") == one and len(lines_of(town, document)) == TOTAL


def test_the_same_merge_sent_twice_is_one(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    one, two = line_of(town, document, "停车管理"), line_of(town, document, "停车位")
    act = new_id()
    first = settling.merge(town, supervisor, document, [(one, one.seq), (two, two.seq)], act)
    assert settling.merge(town, supervisor, document, [(one, one.seq), (two, two.seq)], act) == first
    assert len(lines_of(town, document)) == TOTAL + 1


def test_merges_that_make_no_sense_are_refused(town):
    document, other, supervisor = hand_in(town), hand_in(town, OTHER, "白塔.txt"), actor_of(town, "ducha")
    one, last = line_of(town, document, "拥堵点"), line_of(town, document, "长者饭堂")
    settled = line_of(town, document, "人行天桥")
    settling.drop(town, supervisor, settled, "试")
    settled = line_of(town, document, "人行天桥")
    for chosen, code in (
        ([(one, None)], "reading.merge-one"),
        ([(one, None), (one, None)], "reading.merge-one"),
        ([(one, None), (settled, None)], "step.not-open"),
        ([(one, None), (line_of(town, other, "社区食堂"), None)], "reading.elsewhere"),
    ):
        with pytest.raises(StepRefused) as refused:
            settling.merge(town, supervisor, document, chosen)
        assert refused.value.code == code
    far = dataclasses.replace(last, starts=last.starts + 5000, ends=last.ends + 5000)
    with pytest.raises(StepRefused) as refused:
        settling.merge(town, supervisor, document, [(one, None), (far, None)])
    assert refused.value.code == "reading.too-far"


def test_splitting_loses_nothing_and_is_taken_back_whole(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    one, two = line_of(town, document, "停车管理"), line_of(town, document, "停车位")
    merged = settling.merge(town, supervisor, document, [(one, None), (two, None)])
    line = next(found for found in lines_of(town, document) if found.id == merged)
    text = documents.report_in(town, document).text
    ((cut, before, after),) = settling.cuts_of(text, line)
    assert (before, after) == ("加强停车管理，", "新增停车位1500个以上")
    made = settling.part(town, supervisor, document, line, [cut])
    now = {found.id: found for found in lines_of(town, document)}
    assert [now[piece].quote for piece in made] == ["加强停车管理", "新增停车位1500个以上"]
    assert [(now[piece].measurable, now[piece].value) for piece in made] == [("qualitative", None), ("numeric", 1500)]
    assert all(now[piece].made_from == merged for piece in made) and now[merged].state == "parted"
    settling.undo(town, supervisor, document, now[made[1]])
    now = {found.id: found for found in lines_of(town, document)}
    assert now[merged].state == "draft" and {now[piece].state for piece in made} == {"withdrawn"}


@pytest.mark.parametrize("where", ["none", "before", "start", "end", "after", "signs"])
def test_a_split_outside_the_words_is_refused(town, where):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    line = line_of(town, document, "枫林大道")
    cuts = {
        "none": [], "before": [line.starts - 1], "start": [line.starts], "end": [line.ends], "after": [10**9],
        "signs": [line.starts + 6, line.starts + 7],
    }[where]  # fmt: skip
    with pytest.raises(StepRefused) as refused:
        settling.part(town, supervisor, document, line, cuts)
    assert refused.value.code in ("reading.no-cut", "reading.cut-outside") and len(lines_of(town, document)) == TOTAL


def test_undo_puts_back_what_was_mended_and_the_history_keeps_both(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    line = line_of(town, document, "停车位")
    settling.mend(town, supervisor, document, line, {"short_title": "车位", "value": "9", "quote": "新增停车位"})
    settling.undo(town, supervisor, document, line_of(town, document, "车位"))
    now = line_of(town, document, "停车位")
    assert (now.state, now.value, now.quote, now.starts, now.deadline) == (
        "draft",
        line.value,
        line.quote,
        line.starts,
        line.deadline,
    )
    settling.drop(town, supervisor, now, "试")
    settling.undo(town, supervisor, document, line_of(town, document, "停车位"))
    assert line_of(town, document, "停车位").reason == ""
    assert records.get(town, supervisor, READING, line.id).closed_at is None, "open again, not closed"
    assert [step for step, _ in history_of(town, line)] == ["read", "mend", "reopen", "drop", "reopen"]
    with pytest.raises(StepRefused) as refused:
        settling.undo(town, supervisor, document, line_of(town, document, "停车位"))
    assert refused.value.code == "reading.not-settled"


def test_a_merge_that_was_built_upon_is_not_taken_back_over_its_head(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    one, two = line_of(town, document, "停车管理"), line_of(town, document, "停车位")
    made = settling.merge(town, supervisor, document, [(one, None), (two, None)])
    line = next(found for found in lines_of(town, document) if found.id == made)
    settling.adopt(town, supervisor, line, drafted(town).code)
    with pytest.raises(StepRefused) as refused:
        settling.undo(town, supervisor, document, next(x for x in lines_of(town, document) if x.id == one.id))
    assert refused.value.code == "reading.built-upon"


def test_several_readings_go_into_one_task_and_into_none_that_is_not_there(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    task = drafted(town)
    for word in ("拥堵点", "人行天桥"):
        settling.adopt(town, supervisor, line_of(town, document, word), task.code)
    assert [line.task for line in lines_of(town, document) if line.state == "adopted"] == [task.id] * 2
    for task in ("", "没有这个"):
        with pytest.raises(StepRefused) as refused:
            settling.adopt(town, supervisor, line_of(town, document, "停车位"), task)
        assert "task" in refused.value.fields


def test_steps_of_several_records_are_no_ones_to_take_alone(town):
    """By another door — the API, the record's own page — nobody links a reading to one of another document."""
    document, other, supervisor = hand_in(town), hand_in(town, OTHER, "白塔.txt"), actor_of(town, "ducha")
    line = line_of(town, document, "拥堵点")
    for step, answers in (
        ("merge", {"became": line_of(town, other, "社区食堂").id}),
        ("mend", {"quote": "甲", "starts": 10**9}),
        ("reread", {"quote": "甲"}),
    ):
        with pytest.raises(StepRefused) as refused:
            take_step(town, Act(READING, step, supervisor, answers, line.id))
        assert refused.value.code == "step.not-yours"


def test_a_document_entered_by_mistake_is_removed_with_its_drafts_unless_tasks_stand_on_it(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    with pytest.raises(StepRefused) as refused:
        settling.remove(town, supervisor, document, "")
    assert "reason" in refused.value.fields and len(lines_of(town, document)) == TOTAL
    assert settling.remove(town, supervisor, document, "传错了") == TOTAL
    assert {line.state for line in lines_of(town, document)} == {"withdrawn"}
    again = hand_in(town)
    assert again.id != document.id, "removed, the same words may be entered anew"
    settling.adopt(town, supervisor, line_of(town, again, "拥堵点"), drafted(town).code)
    with pytest.raises(StepRefused) as refused:
        settling.remove(town, supervisor, again, "传错了")
    assert refused.value.code == "document.adopted"


def test_acts_ask_few_statements_however_many_readings_there_are(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    readings.lines(town, supervisor, document.id)
    with database.counting() as count:
        found = readings.lines(town, supervisor, document.id)
        readings.waiting(town, document, found)
        readings.unread(town, document, found)
    assert count.n == 2


def test_what_people_made_moves_with_a_newer_text_and_its_originals_are_not_read_in_anew(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    one, two = line_of(town, document, "停车管理"), line_of(town, document, "停车位")
    made = settling.merge(town, supervisor, document, [(one, None), (two, None)])
    document, progress = renew(town, document, NEWER)
    now = {line.id: line for line in lines_of(town, document)}
    text = documents.report_in(town, document).text
    assert text[now[made].starts : now[made].ends] == now[made].quote == "加强停车管理，新增停车位1500个以上"
    assert now[made].state == "draft" and [now[o.id].state for o in (one, two)] == ["merged", "merged"]
    assert progress.taken["place"] == 3 and progress.taken["read"] == 2
