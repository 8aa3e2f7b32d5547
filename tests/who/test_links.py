"""Which records are linked, which are a pair to be looked at, and what is said of them."""

from __future__ import annotations

import pytest

from huying.engine import database, packs, subjects
from huying.engine.decide import StepRefused
from tests.who.persons import (
    ENROLMENT,
    HARDSHIP,
    OTHER,
    amend,
    codes,
    enter,
    linked,
    number,
    pairs,
    say,
    seen,
)

PHONE = "13800138000"


def test_one_identity_number_links_the_records_of_every_ledger(town: packs.District):
    one = enter(town, HARDSHIP, id_number=number(1), name="陈演一")
    two = enter(town, ENROLMENT, id_number=number(1))
    three = enter(town, OTHER, id_number=number(1))
    enter(town, ENROLMENT, id_number=number(2))
    found = linked(town, HARDSHIP, one.record)
    assert {link.record.code for link in found} == {two.code, three.code}
    assert {link.by for link in found} == {"number"}
    assert pairs(town) == [], "an identifier asks nobody"


def test_a_likeness_links_nothing_and_waits_for_somebody_to_say(town: packs.District):
    one = enter(town, HARDSHIP, name="張 演三", phone="+86 138-0013-8000")
    two = enter(town, ENROLMENT, id_number=number(3), name="张演三", phone=PHONE)
    assert codes(found := pairs(town)) == [{one.code, two.code}]
    assert linked(town, HARDSHIP, one.record) == []
    assert subjects.agreement(town, found[0]) == {"number": "lacks", "name": "same", "born": "lacks", "phone": "same"}
    say(town, found[0], "same")
    [link] = linked(town, HARDSHIP, one.record)
    assert (link.record.code, link.by) == (two.code, "") and pairs(town) == []
    assert codes(pairs(town, said=("same",))) == [{one.code, two.code}]


def test_what_was_said_is_taken_back_and_stays_in_both_histories(town: packs.District):
    one = enter(town, HARDSHIP, name="李演四", phone=PHONE)
    two = enter(town, ENROLMENT, id_number=number(4), name="李演四", phone=PHONE)
    [pair] = pairs(town)
    say(town, pair, "different", "本人说不是")
    assert pairs(town) == [] and linked(town, HARDSHIP, one.record) == []
    say(town, pair, "open", "看错了")
    assert codes(pairs(town)) == [{one.code, two.code}]
    with database.owning() as query:
        told = query.tuples("select open from event where district = %s and step = 'who.said' and record = any(%s)",
                            [town.id, [one.record, two.record]])  # fmt: skip
    assert len(told) == 4 and sum("本人说不是" in text for (text,) in told) == 2


def test_whoever_is_said_to_be_another_is_not_asked_about_again_with_a_second_record(town: packs.District):
    enter(town, HARDSHIP, name="何演五", phone=PHONE)
    enter(town, ENROLMENT, id_number=number(5), name="何演五", phone=PHONE)
    [pair] = pairs(town)
    say(town, pair, "different")
    enter(town, HARDSHIP, id_number=number(5), name="何演五", phone=PHONE)
    assert pairs(town) == [], "the third record is known by its number to be the second person"


def test_two_different_identity_numbers_are_no_pair_and_cannot_be_said_to_be_one(town: packs.District):
    one = enter(town, HARDSHIP, id_number=number(6), name="周演六", phone=PHONE)
    two = enter(town, ENROLMENT, id_number=number(7), name="周演六", phone=PHONE)
    assert pairs(town) == []
    with pytest.raises(StepRefused, match="不是同一个"):
        say(
            town,
            subjects.Pair("base.person", seen(town, HARDSHIP, one.record), seen(town, ENROLMENT, two.record), (), ""),
            "same",
        )


def test_a_number_that_is_filled_in_later_settles_the_pair_by_itself(town: packs.District):
    one = enter(town, HARDSHIP, name="吴演七", phone=PHONE)
    two = enter(town, ENROLMENT, id_number=number(8), name="吴演七", phone=PHONE)
    assert codes(pairs(town)) == [{one.code, two.code}]
    amend(town, HARDSHIP, one.record, id_number=number(8))
    assert pairs(town) == [] and linked(town, HARDSHIP, one.record)[0].record.code == two.code


def test_what_is_removed_is_linked_to_nothing(town: packs.District):
    one = enter(town, HARDSHIP, name="郑演八", phone=PHONE)
    two = enter(town, ENROLMENT, id_number=number(9), name="郑演八", phone=PHONE)
    assert len(pairs(town)) == 1
    amend(town, ENROLMENT, two.record, "remove")
    assert pairs(town) == [] and linked(town, HARDSHIP, one.record) == []


def test_a_name_and_number_that_a_crowd_shares_say_nothing(town: packs.District):
    for _ in range(5):
        enter(town, HARDSHIP, name="王演九", phone="02038290000")
    assert len(pairs(town)) == 10
    for _ in range(8):
        enter(town, HARDSHIP, name="王演九", phone="02038290000")
    assert pairs(town) == []
