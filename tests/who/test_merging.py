"""Two records of one ledger made one and taken apart again: nothing is lost, everything leads to the survivor."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.engine import database, followers, merging, packs, records, seals
from huying.engine.acts import Act
from huying.engine.clock import new_id
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from tests.engine.followed import follow as passed
from tests.engine.small import actor_of
from tests.who.persons import ENROLMENT, HARDSHIP, enter, follow, linked, number, seen

FIRM, ONE = "enterprises.served", "enterprises.provision"


def firm(town: packs.District, name: str) -> UUID:
    return enter(town, FIRM, "xiangmu", name=name, kind="firm").record


def provide(town: packs.District, served: UUID, what: str) -> UUID:
    given = {"served": served, "kind": "plan", "what": what, "since_on": town.today()}
    return take_step(town, Act(ONE, "add", actor_of(town, "xiangmu"), given)).record


def shown(town: packs.District, ledger: str, record: UUID, login: str = "xiangmu") -> records.Record:
    return seen(town, ledger, record, login)


def merge(
    town: packs.District,
    survivor: UUID,
    other: UUID,
    ledger: str = FIRM,
    login: str = "xiangmu",
    act: UUID | None = None,
) -> None:
    two = shown(town, ledger, survivor, login), shown(town, ledger, other, login)
    merging.merge(town, actor_of(town, login), *two, "同一家，登记了两次", act or new_id())


def unmerge(town: packs.District, survivor: UUID, other: UUID, ledger: str = FIRM, login: str = "xiangmu") -> None:
    merging.unmerge(town, actor_of(town, login), shown(town, ledger, survivor, login), other, new_id())


def stands(town: packs.District) -> dict[str, Any]:
    """Everything of the district's records but what tells the order of events."""
    found: dict[str, Any] = {}
    with database.owning() as query:
        for name, table in town.tables.items():
            for tail in ("", "_p"):
                for row in query.rows(f"select * from {table.name}{tail} where district = %s", [town.id]):
                    found[f"{name}{tail} {row['id']}"] = {
                        k: v for k, v in row.items() if k not in ("seq", "head", "known_at")
                    }
        found["duty"] = sorted(
            query.tuples(
                "select record, post, office, state, title, since, due_at from duty where district = %s", [town.id]
            )
        )
    return found


def test_what_referred_to_the_other_refers_to_the_survivor_and_back(town: packs.District):
    one, two = firm(town, "演示印刷厂"), firm(town, "演示印刷有限公司")
    mine, theirs = provide(town, one, "甲"), provide(town, two, "乙")
    before = stands(town)
    merge(town, one, two)
    assert {shown(town, ONE, record).values["served"] for record in (mine, theirs)} == {one}
    later = provide(town, one, "丙")
    unmerge(town, one, two)
    assert shown(town, ONE, theirs).values["served"] == two and shown(town, ONE, later).values["served"] == one
    now = stands(town)
    assert {key: now[key] for key in before} == before
    assert seals.verify(town.id)[2] == []


def test_the_other_is_seen_no_more_but_as_of_before_and_its_code_opens_the_survivor(town: packs.District):
    one, two = firm(town, "演示一厂"), firm(town, "演示二厂")
    actor, code = actor_of(town, "xiangmu"), shown(town, FIRM, two).code
    merge(town, one, two)
    while followers.run_once(town.id, slow=False):
        pass
    assert records.get(town, actor, FIRM, two) is None
    assert records.page(town, actor, FIRM).total == 1
    assert records.find_id(town, FIRM, code) == one
    [merged] = merging.merged_into(town, shown(town, FIRM, one))
    assert (merged.code, merged.why) == (code, "同一家，登记了两次")
    assert records.get(town, actor, FIRM, two, as_of=merged.before).values["name"] == "演示二厂"
    assert database.direct().value("select count(*) from hy.search_row where record = %s", [two]) == 0
    steps = [entry.step for entry in records.history(town, shown(town, FIRM, one))]
    assert steps == ["add", "who.taken-in"]


def test_a_survivor_may_be_merged_on_and_every_code_opens_the_last(town: packs.District):
    a, b, c = (firm(town, f"演示{n}") for n in "甲乙丙")
    code = shown(town, FIRM, a).code
    merge(town, b, a)
    merge(town, c, b)
    assert records.find_id(town, FIRM, code) == c
    with pytest.raises(StepRefused):
        unmerge(town, c, a)
    unmerge(town, c, b)
    unmerge(town, b, a)
    assert shown(town, FIRM, a).values["name"] == "演示甲"


def test_a_reference_that_was_changed_since_is_left_alone(town: packs.District):
    one, two, three = (firm(town, f"演示{n}社") for n in "一二三")
    of = provide(town, two, "乙")
    merge(town, one, two)
    take_step(
        town,
        Act(
            ONE,
            "amend",
            actor_of(town, "xiangmu"),
            {"served": three, "what": "乙", "kind": "plan", "since_on": town.today()},
            of,
        ),
    )
    unmerge(town, one, two)
    assert shown(town, ONE, of).values["served"] == three


def test_two_with_different_identifiers_are_never_merged(town: packs.District):
    one = enter(town, HARDSHIP, id_number=number(1), name="陈演一").record
    two = enter(town, HARDSHIP, id_number=number(2), name="陈演一").record
    with pytest.raises(StepRefused) as refused:
        merge(town, one, two, HARDSHIP, "minzheng")
    assert refused.value.code == "who.numbers"


@pytest.mark.parametrize("login", ["longdong", "diaodu"])
def test_who_may_not_say_who_is_who_or_sees_only_one_of_them_merges_nothing(town: packs.District, login: str):
    one, two = firm(town, "演示一部"), enter(town, FIRM, "xiangmu", "440106003000", name="演示二部", kind="firm").record
    actor, before = actor_of(town, login), stands(town)
    found = [records.get(town, actor, FIRM, record) for record in (one, two)]
    if None not in found:
        with pytest.raises(StepRefused):
            merging.merge(town, actor, *found, "试试", new_id())
    assert stands(town) == before


def test_the_same_act_sent_twice_is_done_once(town: packs.District):
    one, two, act = firm(town, "演示东店"), firm(town, "演示西店"), new_id()
    both = shown(town, FIRM, one), shown(town, FIRM, two)
    for _ in range(2):
        merging.merge(town, actor_of(town, "xiangmu"), *both, "同一家", act)
    with pytest.raises(StepRefused, match="刚被合并"):
        merging.merge(town, actor_of(town, "xiangmu"), *both, "同一家", new_id())


@pytest.mark.parametrize("why", ["", " ", "一", "字" * 201, "含\x00符"])
def test_a_merge_without_grounds_is_refused(town: packs.District, why: str):
    both = shown(town, FIRM, firm(town, "演示南店")), shown(town, FIRM, firm(town, "演示北店"))
    with pytest.raises(StepRefused) as refused:
        merging.merge(town, actor_of(town, "xiangmu"), *both, why, new_id())
    assert refused.value.fields.keys() == {"why"}


def test_of_merges_of_one_record_that_race_one_is_done(town: packs.District):
    other, survivors = firm(town, "演示抢"), [firm(town, f"演示抢{n}") for n in range(4)]
    of = provide(town, other, "乙")
    seen_other, actor = shown(town, FIRM, other), actor_of(town, "xiangmu")
    ready, done = threading.Barrier(len(survivors)), []

    def race(record: records.Record) -> None:
        ready.wait()
        try:
            merging.merge(packs.current(town.id), actor, record, seen_other, "同一家", new_id())
            done.append(record.id)
        except StepRefused:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=race, args=[shown(town, FIRM, one)]) for one in survivors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1 and shown(town, ONE, of).values["served"] == done[0]
    assert database.direct() and seals.verify(town.id)[2] == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_merges_taken_back_in_turn_leave_all_as_it_was(town: packs.District, data: st.DataObject):
    firms = [firm(town, f"演示 {new_id()}") for _ in range(4)]
    for n in range(data.draw(st.integers(0, 5))):
        provide(town, data.draw(st.sampled_from(firms)), f"第{n}项")
    before, done, live = stands(town), [], list(firms)
    for _ in range(data.draw(st.integers(1, 3))):
        survivor, other = data.draw(st.permutations(live))[:2]
        merge(town, survivor, other)
        live.remove(other)
        done.append((survivor, other))
    for survivor, other in reversed(done):
        unmerge(town, survivor, other)
    assert stands(town) == before


def test_a_link_of_the_other_leads_on_from_the_survivor(town: packs.District):
    one = enter(town, HARDSHIP, name="陈演十", phone="13800138000").record
    two = enter(town, HARDSHIP, id_number=number(10), name="陈演十", phone="13800138000").record
    three = enter(town, ENROLMENT, id_number=number(10))
    follow(town)
    merge(town, two, one, HARDSHIP, "minzheng")
    assert [link.record.code for link in linked(town, HARDSHIP, two)] == [three.code]


def test_a_reference_filed_at_the_very_moment_of_a_merge_is_led_to_the_survivor(town: packs.District):
    """The form named the other before the merge and arrives after it: nobody is told off, and nothing points at nothing."""
    survivor, other = firm(town, "甲厂"), firm(town, "甲工厂")
    merge(town, survivor, other)
    late = provide(town, other, "迟到的一条")
    passed(town, merging.NAME)
    assert shown(town, ONE, late).values["served"] == survivor
    assert records.history(town, shown(town, ONE, late))[-1].step == "who.followed"
    unmerge(town, survivor, other)
    assert shown(town, ONE, late).values["served"] == other, "taken back with the rest"


def test_references_filed_while_two_are_merged_all_lead_to_the_survivor(town: packs.District):
    survivor, other = firm(town, "甲厂"), firm(town, "甲工厂")
    made: list[UUID] = []
    begin = threading.Barrier(4)

    def file(n: int) -> None:
        begin.wait()
        made.extend(provide(town, other, f"第 {n} 件 {m}") for m in range(3))
        connections.close_all()

    threads = [threading.Thread(target=file, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    begin.wait()
    try:
        merge(town, survivor, other)
    except StepRefused:  # it may be in the way of an act; whoever merges presses again
        merge(town, survivor, other)
    for thread in threads:
        thread.join()
    passed(town, merging.NAME)
    assert len(made) == 9 and {shown(town, ONE, one).values["served"] for one in made} == {survivor}
    while seals.seal(town.id):
        pass
    assert seals.verify(town.id)[2] == []


def test_a_merge_takes_over_the_values_that_a_person_chose_and_gives_them_back(town: packs.District):
    one = enter(town, FIRM, "xiangmu", name="演示合并厂", kind="firm").record
    two = enter(town, FIRM, "xiangmu", name="演示合并项目", kind="project", credit_code="91440101MA5DEMO001").record
    actor, two_of_them = actor_of(town, "xiangmu"), (shown(town, FIRM, one), shown(town, FIRM, two))
    assert merging.differing(actor, *two_of_them) == ["name", "kind", "credit_code"], "masked ones stay with each"
    with pytest.raises(StepRefused) as refused:
        merging.merge(town, actor, *two_of_them, "同一家", new_id(), ["phone"])
    assert refused.value.code == "who.take"
    before = stands(town)
    merging.merge(town, actor, *two_of_them, "同一家", new_id(), ["kind", "credit_code", "name"])
    now = shown(town, FIRM, one)
    assert (now.values["name"], now.values["kind"]) == ("演示合并项目", "project")
    assert now.values["credit_code"] == "91440101MA5DEMO001"
    told = records.history(town, now)[-1]
    assert told.step == "who.taken-in" and told.values["kind"] == "project", "an event says what was taken over"
    unmerge(town, one, two)
    after = stands(town)
    assert {key: after[key] for key in before} == before
    assert seals.verify(town.id)[2] == []


def test_what_was_changed_since_the_merge_stays_when_it_is_taken_back(town: packs.District):
    one = enter(town, FIRM, "xiangmu", name="演示留厂", kind="firm").record
    two = enter(town, FIRM, "xiangmu", name="演示走厂", kind="project", credit_code="91440101MA5DEMO003").record
    actor = actor_of(town, "xiangmu")
    merging.merge(
        town, actor, shown(town, FIRM, one), shown(town, FIRM, two), "同一家", new_id(), ["kind", "credit_code"]
    )
    take_step(town, Act(FIRM, "amend", actor, {"credit_code": "91440101MA5DEMO009"}, one))
    unmerge(town, one, two)
    now = shown(town, FIRM, one).values
    assert (now["kind"], now["credit_code"]) == ("firm", "91440101MA5DEMO009")
    assert shown(town, FIRM, two).values["credit_code"] == "91440101MA5DEMO003"
