"""Which readings say one thing, which only look alike, which a pack has ready: proposals, each with its reason."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engine import breaking_down
from huying.engine.breaking_down import Ready, Said


def said(words: str, value: int | None = None, unit: str = "", comparator: str = "eq", key: str = "", **more) -> Said:
    return Said(key or words, words, None if value is None else Decimal(value), unit, comparator, **more)


WORDS = st.text(alphabet="道路学校公园医院桥绿地停车位改造新建完成0123456789，", min_size=1, max_size=16)
READINGS = st.lists(
    st.builds(
        lambda words, value, unit, comparator, line: Said("", words, value, unit, comparator, line=line),
        WORDS,
        st.none() | st.integers(0, 12).map(Decimal),
        st.sampled_from(["个", "所", "%"]),
        st.sampled_from(["eq", "ge", "le", ""]),
        st.integers(0, 5),
    ),
    max_size=12,
).map(lambda found: [Said(**{**one.__dict__, "key": f"DG-{n:05}"}) for n, one in enumerate(found)])


def test_the_stricter_of_two_wordings_governs_and_the_note_says_so() -> None:
    body, annex = said("完成全区8个交通拥堵点整治", 8, "个"), said("改善优化辖区内交通拥堵点8个以上", 8, "个", "ge")
    assert breaking_down.compare(body, annex).kind == "same"
    assert breaking_down.governing((body, annex)) is annex
    assert breaking_down.note((body, annex)).startswith("从严，按“改善优化辖区内交通拥堵点8个以上”")


def test_what_must_be_done_governs_what_is_striven_for() -> None:
    body, annex = (
        said("力争新开办10所公办幼儿园", 10, "所", strength="strive"),
        said("新增10所公办幼儿园", 10, "所", strength="plain"),
    )
    assert breaking_down.governing((body, annex)) is annex and "从严" in breaking_down.note((body, annex))


def test_two_wordings_that_are_equally_strict_need_no_note() -> None:
    assert (
        breaking_down.note((said("完成老旧小区微改造26个", 26, "个"), said("年内完成26个老旧小区微改造", 26, "个")))
        == ""
    )


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("力争栖霞路东段等6个项目完工", 6, "个"), ("完成全区6个交通优化和道路升级改造项目", 6, "个"), "对象不同"),
        (
            ("全年开展补贴性技能培训1.6万人次", 16000, "人次"),
            ("开展各类职业培训48000人次以上", 48000, "人次"),
            "数不同",
        ),
    ],
)
def test_what_only_looks_alike_stays_apart_and_says_why(one, other, why) -> None:
    verdict = breaking_down.compare(said(*one), said(*other))
    assert verdict.kind == "apart" and why in verdict.why and " | " in verdict.why
    assert len(breaking_down.together([said(*one), said(*other)])) == 2
    assert [key for key, _ in breaking_down.near([said(*one), said(*other)])[one[0]]] == [other[0]]


def test_a_hundred_per_cent_is_said_of_many_things() -> None:
    online, nearby = said("政务服务事项100%可网办", 100, "%"), said("政务服务事项100%可就近办", 100, "%")
    assert breaking_down.compare(online, nearby).kind == "none"


def test_a_reading_is_what_a_pack_read_on_its_line_with_its_figure() -> None:
    ready = [
        Ready("C1", "治理8处拥堵点", Decimal(8), "个", 68, "p.points", ""),
        Ready("C2", "公厕成果守住", None, "", 68, "p.toilets", ""),
    ]
    found = [
        said("完成全区8个交通拥堵点整治", 8, "个", line=68),
        said("完成全区9个交通拥堵点整治", 9, "个", line=68),
        said("巩固公厕建设成果", line=68),
    ]
    matched = breaking_down.as_ready(found, ready)
    assert {key: one.id for key, one in matched.items()} == {found[0].key: "C1", found[2].key: "C2"}


def test_a_reading_that_repeats_what_a_pack_has_goes_with_it() -> None:
    ready = [
        Ready("C1", "治理8处拥堵点", Decimal(8), "个", 3, "p.points", ""),
        Ready("C3", "弘扬精神", None, "", 9, "", "口号"),
    ]
    found = [
        said("完成8个拥堵点整治", 8, "个", line=3),
        said("弘扬精神", line=9),
        said("整治拥堵点8个以上", 8, "个", "ge"),
    ]
    assert [(one.kind, one.keys, one.task or one.why) for one in breaking_down.propose(found, (), ready)] == [
        ("ready", (found[0].key, found[2].key), "p.points"),
        ("idle", (found[1].key,), "口号"),
    ]


def test_a_pack_is_about_a_text_only_where_it_names_its_lines() -> None:
    ready = [Ready(f"C{n}", "治理8处拥堵点", Decimal(8), "个", n, "p.points", "") for n in (3, 4)]
    there = [said("完成8个拥堵点整治", 8, "个", key=f"DG-{n}", line=n) for n in (3, 4)]
    elsewhere = [said("完成8个拥堵点整治", 8, "个", key=f"DG-{n}", line=n) for n in (7, 8, 9)]
    assert breaking_down.is_about(there, ready) and not breaking_down.is_about(elsewhere, ready)
    assert not breaking_down.is_about([], ready)


def test_what_a_task_says_already_is_proposed_to_join_it() -> None:
    old = said("完成全区8个交通拥堵点整治", 8, "个", key="DG-1", task="RW-2020-0001")
    [proposal] = breaking_down.propose([said("交通拥堵点整治8个以上", 8, "个", "ge", key="DG-2")], [old])
    assert (proposal.kind, proposal.task) == ("join", "RW-2020-0001")


@given(READINGS)
def test_each_reading_is_in_one_proposal_whatever_is_read(found) -> None:
    ready = [
        Ready(one.key, one.words, one.value, one.unit, one.line, "p.task" if n % 2 else "", "因")
        for n, one in enumerate(found[::3])
    ]
    proposals = breaking_down.propose(found, (), ready)
    assert sorted(key for one in proposals for key in one.keys) == [one.key for one in found]


@given(READINGS, st.randoms(use_true_random=False))
def test_the_order_in_which_readings_come_changes_no_group(found, random) -> None:
    shuffled = found.copy()
    random.shuffle(shuffled)
    groups = {frozenset(one.key for one in group) for group in breaking_down.together(found)}
    assert groups == {frozenset(one.key for one in group) for group in breaking_down.together(shuffled)}


@given(READINGS)
def test_in_a_group_all_say_one_figure(found) -> None:
    for group in breaking_down.together(found):
        assert len({one.value for one in group}) == 1


@given(WORDS, WORDS)
def test_likeness_is_between_nothing_and_all_and_the_same_both_ways(one, other) -> None:
    for of in (breaking_down.likeness, breaking_down.closeness):
        assert 0 <= of(one, other) == of(other, one) <= 1 and of(one, one) == 1
