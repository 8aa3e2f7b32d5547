"""A report becomes a document with its readings; read again, what people settled stands."""

from __future__ import annotations

import os
import time

import pytest
from cryptography.exceptions import InvalidTag

from huying.engine import (
    access,
    document_files,
    documents,
    erasure,
    people,
    readings,
    records,
    sealed_files,
    settling,
)
from huying.engine.flows import StepRefused
from huying.reading import NotAReport
from tests.engine.handed import DOCUMENT, TOTAL, hand_in, line_of, lines_of, other_reader, renew
from tests.engine.papers import MINUTES, NEWER, OTHER, PAPER
from tests.engine.small import actor_of


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


def test_minutes_are_read_by_what_they_order_and_from_whom(town):
    document = hand_in(town, MINUTES, "纪要.txt")
    assert document.values["kind"] == "minutes"
    found = lines_of(town, document)
    assert any("老旧小区" in line.quote and "住建局" in line.lead for line in found)
    assert documents.like(town, documents.hand_in(town, PAPER, "报告.txt")) == [], "minutes are no version of a report"
