"""A report becomes a document with its readings; read again, what people settled stands."""

from __future__ import annotations

import dataclasses
import os
import time
from decimal import Decimal

import pytest
from cryptography.exceptions import InvalidTag

from huying.engine import (
    access,
    database,
    document_files,
    documents,
    erasure,
    people,
    readings,
    records,
    sealed_files,
    settling,
)
from huying.engine.acts import Act
from huying.engine.clock import new_id
from huying.engine.flows import StepRefused, take_step
from huying.reading import NotAReport, read, reader
from tests.engine.papers import MINUTES, NEWER, OTHER, PAPER
from tests.engine.small import actor_of

DOCUMENT, READING = "supervision.document", "supervision.reading"
TOTAL = len(read(PAPER, "报告.txt").commitments)  # however many the reader of today finds


@pytest.fixture
def town(tianhe):
    documents.report_of.cache_clear()
    yield tianhe
    documents.report_of.cache_clear()


def hand_in(town, text=PAPER, name="报告.txt"):
    """The document of a text, all its drafts entered."""
    supervisor = actor_of(town, "ducha")
    outcome = documents.enter(town, supervisor, documents.hand_in(town, text.encode(), name))
    record = documents.get(town, supervisor, outcome.record)
    while readings.bring_up(town, supervisor, record).left:
        pass
    return documents.get(town, supervisor, record.id)


def lines_of(town, document):
    return readings.lines(town, actor_of(town, "ducha"), document.id)


def line_of(town, document, words, state=None):
    return next(
        line for line in lines_of(town, document) if words in line.title and state in (None, line.state) and line.live
    )


def history_of(town, line):
    record = records.get(town, actor_of(town, "ducha"), READING, line.id)
    return [(entry.step, entry.person) for entry in records.history(town, record)]


def renew(town, document, text):
    supervisor = actor_of(town, "ducha")
    documents.renew(town, supervisor, document, documents.hand_in(town, text, "新版.txt"))
    document = documents.get(town, supervisor, document.id)
    progress = readings.bring_up(town, supervisor, document)
    return documents.get(town, supervisor, document.id), progress


def other_reader(monkeypatch, drop=(), add=None, version="9.9"):
    """The reader as a later version of itself: it no longer reads what holds `drop`, and reads `add` besides."""
    read = reader.read_text

    def later(text, name):
        report = read(text, name)
        kept = [c for c in report.commitments if not any(word in c.quote for word in drop)]
        if add:
            start = text.index(add)
            kept.append(
                dataclasses.replace(kept[0], start=start, end=start + len(add), quote=add, title=add, figures=[])
            )
        report.commitments = [dataclasses.replace(c, title=f"{c.title}。", reader=version) for c in kept]
        report.reader = version
        return report

    monkeypatch.setattr(documents, "read_text", later)
    monkeypatch.setattr(documents, "READER", version)
    documents.report_of.cache_clear()


def test_a_report_becomes_a_document_with_each_promise_linked_to_it(town):
    document = hand_in(town)
    report = documents.report_in(town, document)
    assert document.values["title"] == "2020 年枫林区政府工作报告" and document.values["year"] == "2020"
    assert document.values["commitments"] == len(report.commitments) and document.values["reader"] == report.reader
    found = lines_of(town, document)
    assert len(found) == len(report.commitments) and {line.state for line in found} == {"draft"}
    assert all(report.text[line.starts : line.ends] == line.quote for line in found)
    assert [line.title for line in found if "枫林大道、栖霞路" in line.quote] == [
        "推进枫林大道改造",
        "推进栖霞路改造",
    ], "one stretch, two readings"


def test_the_text_is_kept_whole_and_the_file_as_it_came_both_sealed(town):
    document = hand_in(town)
    for field in document_files.DIGESTS:
        digest = document.values[field]
        path = sealed_files.path_of(f"documents/{town.id}", digest)
        assert "枫林区".encode() not in path.read_bytes()
        assert document_files.read(town.id, digest).decode() == PAPER


def test_a_sealed_text_that_was_swapped_is_found_out(town):
    document = hand_in(town)
    digest = document.values["text_sha256"]
    path = sealed_files.path_of(f"documents/{town.id}", digest)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    document_files.text.cache_clear()
    with pytest.raises(InvalidTag):
        document_files.text(town.id, digest)


def test_the_same_words_again_change_nothing_whatever_the_file_is_called(town):
    document = hand_in(town)
    seen = documents.standing(town, documents.hand_in(town, PAPER, "别的名字").text_sha256)
    assert seen.current and seen.record.id == document.id
    with pytest.raises(StepRefused) as refused:
        documents.enter(town, actor_of(town, "ducha"), documents.hand_in(town, PAPER, "别的名字"))
    assert refused.value.code == "record.twice"
    again = readings.bring_up(town, actor_of(town, "ducha"), document)
    assert (
        not again.taken
        and not again.left
        and documents.get(town, actor_of(town, "ducha"), document.id).seq == document.seq
    )


def test_entering_that_was_cut_short_goes_on_where_it_stopped(town):
    supervisor = actor_of(town, "ducha")
    made = documents.enter(town, supervisor, documents.hand_in(town, PAPER, "报告.txt"))
    document = documents.get(town, supervisor, made.record)
    first = readings.bring_up(town, supervisor, document, most=7)
    assert first.taken == {"read": 7} and first.left == TOTAL - 7
    assert readings.bring_up(town, supervisor, document).taken == {"read": TOTAL - 7}
    assert len({line.read_at for line in lines_of(town, document)}) == TOTAL


@pytest.mark.parametrize(
    ("source", "code"),
    [(b"", "file.empty"), (b"PK\x03\x04broken", "file.damaged"), ("今天天气好。" * 40, "report.not-a-report")],
)
def test_a_wrong_file_is_refused_by_the_readers_own_sentence_and_leaves_nothing(town, source, code):
    with pytest.raises(NotAReport) as refused:
        documents.hand_in(town, source, "文件")
    assert refused.value.code == code and "文件" in refused.value.sentence
    assert not list(sealed_files.place(f"documents/{town.id}").glob("*/*"))


def test_what_was_handed_in_and_never_entered_is_swept_after_a_day(town):
    document = hand_in(town)
    loose = documents.hand_in(town, OTHER, "放弃.txt")
    assert document_files.sweep(town) == 0
    long_ago = time.time() - 2 * 86400
    for path in sealed_files.place(f"documents/{town.id}").glob("*/*.sealed"):
        os.utime(path, (long_ago, long_ago))
    assert document_files.sweep(town) == 1
    assert not sealed_files.path_of(f"documents/{town.id}", loose.text_sha256).exists()
    assert document_files.read(town.id, document.values["text_sha256"])


def test_erasing_a_document_takes_its_text_and_file_with_it(town):
    document = hand_in(town)
    erasure.erase(town, DOCUMENT, document.id, by="测试", why="误传", at=town.now())
    assert not list(sealed_files.place(f"documents/{town.id}").glob("*/*.sealed"))


def test_only_who_may_see_drafts_may_hand_in_or_settle(town):
    document = hand_in(town)
    line = lines_of(town, document)[0]
    for stranger in (actor_of(town, "longdong"), people.resident(town.id)):
        for act in (
            lambda who=stranger: documents.enter(town, who, documents.hand_in(town, OTHER, "甲.txt")),
            lambda who=stranger: readings.bring_up(town, who, document),
            lambda who=stranger: readings.lines(town, who, document.id),
            lambda who=stranger: settling.mend(town, who, document, line, {"short_title": "甲"}),
            lambda who=stranger: settling.undo(town, who, document, line),
        ):
            with pytest.raises(access.Refused):
                act()
        with pytest.raises(StepRefused):
            settling.accept(town, stranger, line)


def test_a_later_reader_replaces_what_is_unsettled_and_leaves_alone_what_people_settled(town, monkeypatch):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    settling.accept(town, supervisor, line_of(town, document, "人行天桥"))
    settling.drop(town, supervisor, line_of(town, document, "停车管理"), "日常工作")
    settling.mend(town, supervisor, document, line_of(town, document, "绿道"), {"short_title": "绿道十三公里"})
    before = {line.id: line for line in lines_of(town, document)}
    other_reader(monkeypatch, drop=("垃圾分类", "停车管理"), add="全年新增就业4万人")
    assert readings.waiting(town, document, list(before.values()))
    progress = readings.bring_up(town, supervisor, document)
    after = {line.id: line for line in lines_of(town, document)}
    for line in before.values():
        now = after[line.id]
        if line.settled:
            assert now == line, "not one field, not one event"
        elif "垃圾分类" in line.quote:
            assert now.state == "gone"
        else:
            assert (now.state, now.reader, now.title) == ("draft", "9.9", f"{line.title}。")
    assert progress.taken == {"reread": TOTAL - 4, "lose": 1, "read": 1} and not progress.left
    document = documents.get(town, supervisor, document.id)
    assert document.values["reader"] == "9.9"
    listed = {line.quote for line in readings.unread(town, document, list(after.values()))}
    assert listed == {"深入推进垃圾分类", "加强停车管理"}, "what was settled is listed too, and stays settled"
    assert not readings.bring_up(town, supervisor, document).taken


def test_what_a_later_reader_reads_besides_is_added_and_what_it_finds_again_comes_back(town, monkeypatch):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    with monkeypatch.context() as patch:
        other_reader(patch, drop=("人行天桥",))
        readings.bring_up(town, supervisor, document)
        assert line_of(town, document, "人行天桥").state == "gone"
    other_reader(monkeypatch, add="现在，我代表区人民政府", version="10")
    assert readings.bring_up(town, supervisor, document).taken == {"reread": TOTAL - 1, "find": 1, "read": 1}
    assert line_of(town, document, "人行天桥").state == "draft"


def test_a_newer_text_is_known_by_its_words_and_its_readings_move_with_it(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    ((found, share),) = documents.like(town, documents.hand_in(town, NEWER, "新版.txt"))
    assert found.id == document.id and 0.6 < share < 1
    assert documents.like(town, documents.hand_in(town, OTHER, "白塔.txt")) == []
    settling.accept(town, supervisor, line_of(town, document, "人行天桥"))
    settling.accept(town, supervisor, line_of(town, document, "拥堵点"))
    settling.accept(town, supervisor, line_of(town, document, "绿道"))
    before = {line.id: line for line in lines_of(town, document)}
    document, progress = renew(town, document, NEWER)
    after = {line.id: line for line in lines_of(town, document)}
    bridge, jam, path = (line_of(town, document, word) for word in ("人行天桥", "拥堵点", "绿道"))
    text = documents.report_in(town, document).text
    assert bridge.state == "accepted" and text[bridge.starts : bridge.ends] == bridge.quote and not bridge.reworded
    assert bridge.starts == before[bridge.id].starts + 1
    assert jam.state == "accepted" and jam.value == 8 and jam.reworded and "10个" in jam.quote and jam.unsure
    assert path == before[path.id], "its words are gone: it stands as it was settled, for a person to look at"
    assert [line.title for line in readings.unread(town, document, list(after.values()))] == [path.title]
    new = [line for line in after.values() if line.id not in before]
    assert {line.title for line in new} == {"开展夜间照明提升", "更换路灯800盏"}
    assert all(text[line.starts : line.ends] == line.quote for line in after.values() if line.id != path.id)
    assert progress.taken["place"] == 2
    then = documents.standing(town, documents.hand_in(town, PAPER, "旧版").text_sha256)
    assert then.record.id == document.id and not then.current, "an older version is known too"
    assert not readings.bring_up(town, supervisor, document).taken


def test_the_older_text_is_still_there_as_of_its_day(town):
    document = hand_in(town)
    between = town.now()
    renew(town, document, NEWER)
    then = records.get(town, actor_of(town, "ducha"), DOCUMENT, document.id, as_of=between)
    assert document_files.text(town.id, then.values["text_sha256"]) == PAPER


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
    settling.adopt(town, supervisor, now, "traffic.congestion_points")
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
    settling.adopt(town, supervisor, line, "traffic.congestion_points")
    with pytest.raises(StepRefused) as refused:
        settling.undo(town, supervisor, document, next(x for x in lines_of(town, document) if x.id == one.id))
    assert refused.value.code == "reading.built-upon"


def test_several_readings_go_into_one_task_and_into_none_that_is_not_there(town):
    document, supervisor = hand_in(town), actor_of(town, "ducha")
    for word in ("拥堵点", "人行天桥"):
        settling.adopt(town, supervisor, line_of(town, document, word), "traffic.congestion_points")
    assert [line.task for line in lines_of(town, document) if line.state == "adopted"] == [
        "traffic.congestion_points"
    ] * 2
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
    settling.adopt(town, supervisor, line_of(town, again, "拥堵点"), "traffic.congestion_points")
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


def test_minutes_are_read_by_what_they_order_and_from_whom(town):
    document = hand_in(town, MINUTES, "纪要.txt")
    assert document.values["kind"] == "minutes"
    found = lines_of(town, document)
    assert any("老旧小区" in line.quote and "住建局" in line.lead for line in found)
    assert documents.like(town, documents.hand_in(town, PAPER, "报告.txt")) == [], "minutes are no version of a report"


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
