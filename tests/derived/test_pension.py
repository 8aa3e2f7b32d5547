"""Nobody is left out of the pension: lists are compared, and whoever is missing stands there until they are enrolled."""

from __future__ import annotations

from datetime import date

from huying.engine import derived_words
from tests.derived.acting import add, amend, listed, remove

MISSED, UNPAID = "pension.missed", "pension.unpaid"
OLD, YOUNG = "11010519491231002X", "440106199003077887"  # born 1949-12-31, 1990-03-07


def in_need(town, number=OLD, **more):
    given = {"id_number": number, "kind": "allowance", "since_on": date(2019, 5, 1), **more}
    return add(town, "pension.hardship", "minzheng", **given)


def test_who_is_60_and_in_need_without_a_pension_is_missed_until_enrolled(town):
    in_need(town)
    in_need(town, YOUNG)
    [row] = listed(town, MISSED, "shebao")
    assert row.values["born_on"] == date(1949, 12, 31) and row.first == date(2019, 5, 1) and row.last is None
    add(town, "pension.enrolment", "shebao", id_number=OLD, since_on=date(2020, 12, 21))
    [row] = listed(town, MISSED, "shebao")
    assert row.last == date(2020, 12, 20), "enrolled from tomorrow on"
    assert listed(town, MISSED, "shebao", on=date(2020, 12, 21)) == []


def test_the_sixtieth_birthday_brings_a_person_in_by_itself(town):
    in_need(town, YOUNG)
    days = {date(2050, 3, 6): 0, date(2050, 3, 7): 1}
    assert {day: len(listed(town, MISSED, "shebao", on=day)) for day in days} == days


def test_another_pension_counts_and_an_ended_enrolment_does_not(town):
    in_need(town)
    other = add(town, "pension.other_pension", "shebao", id_number=OLD, since_on=date(2015, 1, 1))
    assert listed(town, MISSED, "shebao") == []
    remove(town, "pension.other_pension", "shebao", other.record)
    assert len(listed(town, MISSED, "shebao")) == 1
    made = add(town, "pension.enrolment", "shebao", id_number=OLD, since_on=date(2015, 1, 1))
    assert listed(town, MISSED, "shebao") == []
    amend(town, "pension.enrolment", "shebao", made.record, until_on=date(2020, 11, 30))
    [row] = listed(town, MISSED, "shebao")
    assert row.first == date(2020, 12, 1)


def test_the_reason_says_who_is_missing_where(town):
    in_need(town)
    [row] = listed(town, MISSED, "shebao")
    said = derived_words.reason(
        town.rules, town.rules.derived[MISSED], row.reasons[0], lambda field, value: str(value), "zh"
    )
    assert said == [
        "allowance，1949-12-31出生，已满 60 周岁",
        "没有参加城乡居民养老保险",
        "也没有其他养老保险",
    ]


def test_a_payment_takes_off_for_31_days_and_no_longer(town):
    made = add(town, "pension.enrolment", "shebao", id_number=OLD, since_on=date(2020, 1, 1))
    add(town, "pension.payment", "shebao", enrolment=made.record, paid_on=date(2020, 12, 5), amount=22100)
    days = {date(2020, 2, 1): 0, date(2020, 2, 2): 1, date(2020, 12, 4): 1, date(2020, 12, 5): 0, date(2021, 1, 5): 0,
            date(2021, 1, 6): 1}  # fmt: skip
    assert {day: len(listed(town, UNPAID, "shebao", on=day)) for day in days} == days
