"""Marks and pairs: the same in whatever order records came, made anew after an erasure or new keys, and cheap in bulk."""

from __future__ import annotations

import itertools
import threading

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.engine import bulk, database, erasure, packs, places, rotation, subject_marks, subjects
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from tests.engine.small import actor_of
from tests.who.persons import (
    ENROLMENT,
    HARDSHIP,
    LONGDONG,
    below_the_watermark,
    codes,
    enter,
    follow,
    linked,
    number,
    pairs,
    say,
    seen,
)

PHONE = "13800138000"
RUNS = itertools.count()
# (ledger, name, which identity number; None: it says none)
PERSONS = st.lists(
    st.tuples(
        st.sampled_from([HARDSHIP, ENROLMENT]), st.sampled_from("甲乙"), st.one_of(st.none(), st.integers(0, 2))
    ).filter(lambda one: one[0] == HARDSHIP or one[2] is not None),
    min_size=2,
    max_size=6,
    unique_by=lambda one: (one[0], one[2]) if one[2] is not None else object(),
)


def stands(town: packs.District, columns: str = "token, record, rule, exact, key, known, ledger, unit, office") -> list:
    with database.owning() as query:
        marks = query.tuples(f"select {columns} from subject_mark where district = %s order by record, rule", [town.id])
        found = query.tuples(
            "select one, other, rule, said from subject_pair where district = %s order by 1, 2, 3", [town.id]
        )
    return [marks, found]


def told(town: packs.District, persons: list, order: list[int], follows: bool) -> set[frozenset]:
    """Who is a pair with whom, when these persons, under a telephone of their own, came in this order."""
    run, keys = next(RUNS), {}
    for place in order:
        ledger, name, n = persons[place]
        known = {} if n is None else {"id_number": number(run, f"19{10 + n}0101")}
        made = enter(town, ledger, name=f"演示{name}", phone=f"139{run:08d}", **known)
        keys[made.code] = ("record", place) if n is None else ("number", n)
        if follows:
            follow(town)
    return {frozenset(keys[code] for code in pair) for pair in codes(pairs(town)) if pair <= keys.keys()}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(persons=PERSONS, data=st.data())
def test_the_order_in_which_records_come_changes_no_pair(town: packs.District, persons: list, data: st.DataObject):
    order = data.draw(st.permutations(range(len(persons))))
    assert told(town, persons, list(range(len(persons))), False) == told(town, persons, order, True)


def test_what_is_computed_whole_is_what_was_kept_up(town: packs.District):
    for n in range(4):
        enter(town, HARDSHIP, name=f"演示{n}", phone=PHONE)
        enter(town, ENROLMENT, id_number=number(n), name=f"演示{n}", phone=PHONE)
    say(town, pairs(town)[0], "different")
    before = stands(town)
    with database.owning() as query:
        query.run("delete from subject_state where district = %s", [town.id])
    follow(town)
    assert stands(town) == before and sum(bool(said) for *_, said in before[1]) == 1


def test_new_keys_change_every_mark_and_no_pair(fresh_database: str, own_keys: None, tmp_path):
    from tests.engine.small import load_small

    town = load_small(tmp_path)
    one = enter(town, HARDSHIP, id_number=number(1), name="陈演一", phone=PHONE)
    two = enter(town, ENROLMENT, id_number=number(1), name="陈演一", phone=PHONE)
    enter(town, HARDSHIP, name="陈演一", phone=PHONE)
    waiting = codes(pairs(town))
    before = stands(town, "rule, exact, known, record")
    rotation.rotate()
    town = packs.current(town.id)
    follow(town)
    assert codes(pairs(town)) == waiting and len(waiting) == 1 and stands(town, "rule, exact, known, record") == before
    assert [link.record.code for link in linked(town, HARDSHIP, one.record)] == [two.code]


def test_an_erased_record_leaves_no_mark_no_pair_and_no_word(town: packs.District):
    one = enter(town, HARDSHIP, name="陈演二", phone=PHONE)
    two = enter(town, HARDSHIP, name="陈演二", phone=PHONE)
    enter(town, ENROLMENT, id_number=number(2), name="陈演二", phone=PHONE)
    for pair in pairs(town):
        say(town, pair, "same", "她的女儿说的")
    erasure.erase(town, HARDSHIP, one.record, by="测试", why="依申请", at=town.now())
    follow(town)
    with database.owning() as query:
        for table, where in {
            "subject_mark": "record = %s",
            "subject_pair": "%s in (one, other)",
            "subject_decision": "%s in (one, other)",
            "merged": "%s in (record, survivor)",
        }.items():
            assert query.value(f"select count(*) from {table} where {where}", [one.record]) == 0, table
        assert query.value("select count(*) from event where record = %s and open is not null", [one.record]) == 0
    assert len(pairs(town, said=("same",))) == 1 and len(linked(town, HARDSHIP, two.record)) == 1


def test_what_was_merged_into_an_erased_record_is_erased_with_it(town: packs.District):
    from tests.who.test_merging import merge

    one = enter(town, HARDSHIP, name="陈演三", phone=PHONE).record
    two = enter(town, HARDSHIP, name="陈演三", phone=PHONE).record
    merge(town, one, two, HARDSHIP, "minzheng")
    erasure.erase(town, HARDSHIP, one, by="测试", why="依申请", at=town.now())
    with database.owning() as query:
        left = "select count(*) from event where record = any(%s) and (open is not null or secret is not null)"
        assert query.value(left, [[one, two]]) == 0
        assert query.value("select count(*) from merged where survivor = %s", [one]) == 0


def test_a_sheet_of_thousands_is_followed_in_batches_that_ask_equally_often(town: packs.District):
    def rows(count: int, run: int) -> int:
        """Statements that it took to follow them."""
        unit = places.tree(town.id, town.today()).by_code[LONGDONG].id
        many = bulk.Bulk(town, ENROLMENT, "add", actor_of(town, "shebao"))
        new = [
            bulk.New(
                new_id(),
                {
                    "unit": unit,
                    "id_number": number(n % 1000, f"19{10 + run}{n // 1000 + 1:02d}01"),
                    "name": f"演示{n}",
                    "phone": f"137{run:02d}{n:06d}",
                    "since_on": town.today(),
                },
            )
            for n in range(count)
        ]
        bulk.send(town.id, many.enter(new))
        below_the_watermark(town)  # looking again while others write is no part of it
        with database.counting() as counted:
            follow(town)
        return counted.n

    one = enter(town, HARDSHIP, name="演示7", phone="13702000007")
    follow(town)
    few = rows(50, 1)
    assert rows(900, 2) <= few + 4
    assert [pair for pair in codes(pairs(town)) if one.code in pair], (
        "what was there before is a pair with a row of the sheet"
    )


def test_two_clerks_who_say_at_once_leave_one_word_standing(town: packs.District):
    enter(town, HARDSHIP, name="陈演五", phone=PHONE)
    enter(town, ENROLMENT, id_number=number(5), name="陈演五", phone=PHONE)
    [pair] = pairs(town)
    ready, done = threading.Barrier(4), []

    def clerk(said: str) -> None:
        ready.wait()
        try:
            subjects.say(
                packs.current(town.id), actor_of(town, "shebao"), pair.one, pair.other, said, "问过本人", new_id()
            )
            done.append(said)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=clerk, args=[said]) for said in ("same", "different") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.owning() as query:
        standing = query.tuples("select said from subject_decision where district = %s and stands", [town.id])
    assert len(done) == 4 and len(standing) == 1
    assert [one.said for one in pairs(town, said=("same", "different"))] == [standing[0][0]]


@pytest.mark.parametrize(
    ("said", "why"), [("same", ""), ("different", "一"), ("maybe", "问过本人"), ("", "问过本人"), ("same", "字" * 201)]
)
def test_what_is_no_answer_or_has_no_grounds_changes_nothing(town: packs.District, said: str, why: str):
    enter(town, HARDSHIP, name="陈演六", phone=PHONE)
    enter(town, ENROLMENT, id_number=number(6), name="陈演六", phone=PHONE)
    [pair] = pairs(town)
    with pytest.raises(StepRefused):
        say(town, pair, said, why)
    assert len(pairs(town)) == 1


def test_records_that_speak_of_different_things_are_never_one(town: packs.District):
    one = enter(town, HARDSHIP, name="陈演七", phone=PHONE)
    two = enter(town, "enterprises.served", "xiangmu", name="陈演七", kind="firm")
    first, second = seen(town, HARDSHIP, one.record), seen(town, "enterprises.served", two.record, "xiangmu")
    with pytest.raises(StepRefused) as refused:
        subjects.say(town, actor_of(town, "shebao"), first, second, "same", "问过本人", new_id())
    assert refused.value.code == "who.other"


def test_a_batch_that_is_followed_twice_changes_nothing(town: packs.District):
    made = enter(town, HARDSHIP, name="陈演八", phone=PHONE)
    enter(town, ENROLMENT, id_number=number(8), name="陈演八", phone=PHONE)
    follow(town)
    before = stands(town)
    with database.writing(town.id) as query:
        subject_marks.renew(query, town, HARDSHIP, [made.record, made.record])
    assert stands(town) == before
