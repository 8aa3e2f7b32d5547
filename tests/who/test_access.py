"""Nobody learns by a link, a pair or a merge what she may not see."""

from __future__ import annotations

from pathlib import Path

import pytest

from huying.engine import access, database, packs, places, records, subjects
from huying.engine.acts import Act
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from huying.engine.in_force import put_in_force
from tests.engine.aid import CALL, aid
from tests.engine.small import actor_of
from tests.web.walking import person, text_of
from tests.who.persons import (
    CHEBEI,
    ENROLMENT,
    HARDSHIP,
    LONGDONG,
    codes,
    enter,
    follow,
    linked,
    number,
    pairs,
    seen,
)

ARRIVAL, OUTING = "epidemic.arrival", "epidemic.outing"
PHONE = "13800138000"


def journey(town: packs.District, ledger: str, unit: str, n: int):
    origin = next(iter(town.rules.codes["epidemic.origin"].entries))
    field = "came_from" if ledger == ARRIVAL else "went_to"
    return enter(town, ledger, "weijian", unit, id_number=number(n), name="演示旅客", **{field: origin})


def test_of_a_record_out_of_reach_the_ledger_and_its_office_alone_are_told(town: packs.District):
    near, far = journey(town, OUTING, LONGDONG, 1), journey(town, ARRIVAL, CHEBEI, 1)
    [link] = linked(town, OUTING, near.record, "longdong")
    assert (link.ledger.name, link.record, link.by) == (ARRIVAL, None, "")
    words = text_of(person(town, "longdong").get(f"/ledgers/{OUTING}/{near.code}"))
    assert far.code not in words and "另有一条不在您的范围内" in words
    [whole] = linked(town, OUTING, near.record, "weijian")
    assert whole.record.code == far.code


def test_whoever_may_not_unmask_a_number_in_a_ledger_is_told_no_link_into_it_nor_from_it(town: packs.District):
    mine, theirs = journey(town, OUTING, LONGDONG, 2), enter(town, HARDSHIP, id_number=number(2))
    assert linked(town, OUTING, mine.record, "longdong") == [], "else entering a number would tell whose it is"
    assert linked(town, HARDSHIP, theirs.record, "longdong") == []


def test_a_pair_is_for_those_who_see_both_records_and_the_fields_that_agree(town: packs.District):
    one = enter(town, HARDSHIP, name="演示甲", phone=PHONE)
    two = enter(town, ENROLMENT, id_number=number(3), name="演示甲", phone=PHONE)
    assert codes(pairs(town, "shebao")) == [{one.code, two.code}]
    assert pairs(town, "minzheng") == [], "the relief clerk may not unmask who is enrolled"
    assert pairs(town, "longdong") == []
    with pytest.raises(access.Refused):
        subjects.queue(town, actor_of(town, "diaodu"))


def test_what_is_kept_secret_on_a_callers_wish_is_linked_with_nothing_for_others(town: packs.District, tmp_path: Path):
    folder = aid(tmp_path)
    (folder / "subjects").mkdir()
    (folder / "subjects" / "line.yaml").write_text(
        "subject: line\ntitle: 号码 | Line\nknown_by: {phone: {title: 电话 | Phone, form: phone}}\nsame: [phone]\n",
        "utf-8",
    )
    ledger = folder / "ledgers" / "call.yaml"
    ledger.write_text(
        ledger.read_text("utf-8").replace("base.person: {name: caller, phone: phone}", "line: {phone: phone}"), "utf-8"
    )
    put_in_force(town.id, [folder])
    town = packs.current(town.id)
    unit = places.tree(town.id, town.today()).by_code[LONGDONG].id
    one, two = (
        take_step(
            town,
            Act(CALL, "report", actor_of(town, "longdong"), {"unit": unit, "phone": PHONE, "confidential": secret}),
        )
        for secret in (False, True)
    )
    assert linked(town, CALL, one.record, "longdong") == [] == linked(town, CALL, two.record, "longdong")
    assert [link.record.code for link in linked(town, CALL, one.record, "diaodu")] == [two.code]


def test_a_word_about_a_record_that_was_merged_meanwhile_is_refused(town: packs.District):
    from tests.who.test_merging import merge

    one = enter(town, HARDSHIP, name="演示乙", phone=PHONE)
    two = enter(town, HARDSHIP, name="演示乙", phone=PHONE)
    three = enter(town, HARDSHIP, name="演示乙", phone=PHONE)
    found = {pair.one.code + pair.other.code: pair for pair in pairs(town)}
    merge(town, three.record, one.record, HARDSHIP, "minzheng")
    pair = found.get(one.code + two.code) or found[two.code + one.code]
    with pytest.raises(StepRefused) as refused:
        subjects.say(town, actor_of(town, "shebao"), pair.one, pair.other, "same", "问过本人", new_id())
    assert refused.value.code == "who.gone"


def test_an_old_code_refers_to_the_survivor_in_forms_and_by_the_api(town: packs.District):
    from tests.who.test_merging import FIRM, firm, merge, shown

    one, two = firm(town, "演示老店"), firm(town, "演示新店")
    code = shown(town, FIRM, two).code
    merge(town, one, two)
    assert records.referred(town, actor_of(town, "xiangmu"), FIRM, code) == one
    assert records.by_code(town, actor_of(town, "xiangmu"), FIRM, code).id == one


def test_the_names_of_links_are_read_once_a_ledger(town: packs.District):
    from huying.engine import database

    first = journey(town, OUTING, LONGDONG, 4)
    journey(town, ARRIVAL, LONGDONG, 4)
    follow(town)
    record, actor = seen(town, OUTING, first.record, "weijian"), actor_of(town, "weijian")

    def asked() -> int:
        with database.counting() as count:
            subjects.links(town, actor, record)
        return count.n

    few = asked()
    for _ in range(6):
        journey(town, OUTING, LONGDONG, 4)
        journey(town, ARRIVAL, LONGDONG, 4)
    follow(town)
    assert len(subjects.links(town, actor, record)) == 13 and asked() <= few + 3


def test_what_only_a_record_out_of_reach_links_is_not_told_to_be_linked(town: packs.District):
    """A has the number of B; B was said to be C. Whoever does not see B is told of B's office, and not that A is C."""
    near, far = journey(town, OUTING, LONGDONG, 8), journey(town, ARRIVAL, CHEBEI, 8)
    third = journey(town, OUTING, LONGDONG, 9)
    follow(town)
    with database.owning() as query:
        query.run(
            "insert into subject_decision (district, one, other, one_ledger, other_ledger, subject, said, why, person, post, at, stands) "
            "select %s, %s, %s, %s, %s, 'base.person', 'same', '同一人', 1, 1, %s, true",
            [town.id, far.record, third.record, town.tables[ARRIVAL].number, town.tables[OUTING].number, town.now()],
        )
    assert {link.record and link.record.code for link in linked(town, OUTING, near.record, "longdong")} == {None}
    assert third.code in {link.record.code for link in linked(town, OUTING, near.record, "weijian") if link.record}
