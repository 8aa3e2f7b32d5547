"""Three ledgers of an epidemic: who is watched on a day follows from what three registers say, and ends by itself."""

from __future__ import annotations

from datetime import date

import pytest

from huying.engine import derived, erasure
from huying.engine.access import Refused
from tests.derived.acting import CHEBEI, add, amend, follow, listed, remove
from tests.engine.small import actor_of

KEY = "epidemic.key_person"
ONE, TWO = "11010519491231002X", "440106199003077887"
OUTING, ARRIVAL, SIGHTING = "epidemic.outing", "epidemic.arrival", "epidemic.sighting"


def was_in_wuhan(town, left_on, number=ONE, login="longdong", **more):
    return add(town, OUTING, login, id_number=number, went_to="hubei.wuhan", left_on=left_on, **more)


def test_whoever_left_within_14_days_is_listed_with_the_reason_and_drops_off_by_itself(town):
    was_in_wuhan(town, date(2020, 12, 10))
    [row] = listed(town, KEY, "weijian")
    assert (row.first, row.last) == (date(2020, 12, 10), date(2020, 12, 24))
    assert row.reasons[0].values["went_to"] == "hubei.wuhan" and row.label == "1•••X"
    assert [len(listed(town, KEY, "weijian", on=date(2020, 12, day))) for day in (9, 10, 24, 25)] == [0, 1, 1, 0]


def test_one_person_in_three_ledgers_is_one_row_with_three_reasons_and_stays_to_the_last_of_them(town):
    was_in_wuhan(town, date(2020, 12, 8))
    add(town, ARRIVAL, "longdong", id_number="11010519491231002x ", came_from="hubei", left_on=date(2020, 12, 12))
    add(town, SIGHTING, "weijian", id_number=ONE, seen_in="hubei.xiaogan", seen_on=date(2020, 12, 15))
    [row] = listed(town, KEY, "weijian")
    assert [(reason.ledger, reason.last.day) for reason in row.reasons] == [(OUTING, 22), (ARRIVAL, 26), (SIGHTING, 29)]
    assert (row.first, row.last) == (date(2020, 12, 8), date(2020, 12, 29))
    [later] = listed(town, KEY, "weijian", on=date(2020, 12, 24))
    assert [reason.ledger for reason in later.reasons] == [ARRIVAL, SIGHTING]
    assert listed(town, KEY, "weijian", ground=0, on=date(2020, 12, 24)) == []


def test_two_journeys_with_a_gap_are_two_stretches(town):
    was_in_wuhan(town, date(2020, 10, 1))
    was_in_wuhan(town, date(2020, 12, 10))
    follow(town)
    page = [listed(town, KEY, "weijian", on=date(2020, month, 12)) for month in (10, 11, 12)]
    assert [[(row.first.month, row.last.day) for row in rows] for rows in page] == [[(10, 15)], [], [(12, 24)]]


def test_who_was_elsewhere_or_was_removed_is_not_there(town):
    add(town, ARRIVAL, "longdong", id_number=TWO, came_from="hunan", left_on=date(2020, 12, 19))
    made = was_in_wuhan(town, date(2020, 12, 19))
    assert len(listed(town, KEY, "weijian")) == 1
    remove(town, OUTING, "longdong", made.record)
    assert listed(town, KEY, "weijian") == []


def test_a_corrected_number_moves_the_reason_to_the_other_person(town):
    made = was_in_wuhan(town, date(2020, 12, 10))
    was_in_wuhan(town, date(2020, 12, 11), TWO)
    assert len(listed(town, KEY, "weijian")) == 2
    amend(town, OUTING, "longdong", made.record, id_number=TWO)
    [row] = listed(town, KEY, "weijian")
    assert len(row.reasons) == 2 and row.last == date(2020, 12, 25)


def test_the_day_asked_and_what_was_known_are_two_questions(town):
    before = town.now()
    made = was_in_wuhan(town, date(2020, 12, 10))
    entered = town.now()
    amend(town, OUTING, "longdong", made.record, left_on=date(2020, 12, 2))
    follow(town)
    day = date(2020, 12, 20)
    known = [len(listed(town, KEY, "weijian", on=day, as_of=moment)) for moment in (before, entered, town.now(), None)]
    assert known == [0, 1, 0, 0]
    assert len(listed(town, KEY, "weijian", on=date(2020, 12, 12))) == 1


def test_a_way_of_care_stands_beside_whoever_has_one(town):
    was_in_wuhan(town, date(2020, 12, 10))
    add(town, "epidemic.disposal", "longdong", id_number=ONE, way="home", since_on=date(2020, 12, 11))
    [row] = listed(town, KEY, "weijian")
    assert row.values["care.way"] == "home" and row.values["care.since_on"] == date(2020, 12, 11)


def test_a_street_sees_its_own_and_is_told_only_how_many_reasons_lie_elsewhere(town):
    was_in_wuhan(town, date(2020, 12, 10))
    add(town, ARRIVAL, "chebei", CHEBEI, id_number=ONE, came_from="hubei", left_on=date(2020, 12, 12))
    was_in_wuhan(town, date(2020, 12, 13), TWO, "chebei", unit=CHEBEI)
    [row] = listed(town, KEY, "longdong")
    assert [reason.ledger for reason in row.reasons] == [OUTING] and row.hidden == 1
    assert row.last == date(2020, 12, 26), "how long it lasts is a fact about the person"
    rows = listed(town, KEY, "chebei")
    assert sorted(row.hidden for row in rows) == [0, 1]
    assert {row.values["unit"] for row in rows} == {rows[0].values["unit"]}
    with pytest.raises(ValueError):
        derived.page(town, actor_of(town, "longdong"), KEY, sort="unit")
    assert derived.page(town, actor_of(town, "weijian"), KEY, sort="unit").total == 2


def test_other_offices_and_residents_do_not_see_it(town):
    from huying.engine import people

    was_in_wuhan(town, date(2020, 12, 10))
    follow(town)
    for actor in (people.resident(town.id), actor_of(town, "guanli")):
        with pytest.raises(Refused):
            derived.page(town, actor, KEY)
    assert derived.page(town, actor_of(town, "chengguan"), KEY).total == 0


def test_what_is_erased_takes_its_part_with_it(town):
    made = was_in_wuhan(town, date(2020, 12, 10))
    add(town, ARRIVAL, "longdong", id_number=ONE, came_from="hubei", left_on=date(2020, 12, 12))
    assert len(listed(town, KEY, "weijian")[0].reasons) == 2
    erasure.erase(town, OUTING, made.record, by="测试", why="测试", at=town.now())
    assert derived.page(town, actor_of(town, "weijian"), KEY).total == 0, "until it is computed anew"
    [row] = listed(town, KEY, "weijian")
    assert [reason.ledger for reason in row.reasons] == [ARRIVAL]
