"""The first whole loop at the engine's door: a call becomes a number that a promise stands on."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from huying.commands import erase
from huying.engine import (
    database,
    dispatch,
    districts,
    followers,
    packs,
    people,
    places,
    records,
    seals,
    tracking,
    unmasking,
)
from huying.engine.acts import Act
from huying.engine.flows import StepRefused, take_step
from huying.trouble import Trouble
from tests.engine.followed import follow
from tests.engine.tasking import drafted


class Town:
    """A loaded district and its people, by the login without the district's number."""

    def __init__(self, district: packs.District):
        self.district = district
        self.tree = places.tree(district.id, district.today())
        self.longdong = self.tree.by_code["440106018000"].id

    def actor(self, login: str) -> people.Actor:
        return districts.actor_of(self.district, self.tree, f"{login}-{self.district.id}")

    def take(self, login: str | people.Actor, ledger: str, step: str, record=None, /, **answers):
        who = login if isinstance(login, people.Actor) else self.actor(login)
        extra = {k: answers.pop(k) for k in ("lead", "assist", "seen", "act", "at") if k in answers}
        return take_step(self.district, Act(ledger, step, who, answers, record, **extra))

    def resident(self, record=None) -> people.Actor:
        return people.resident(self.district.id, record)

    def post(self, code: str) -> int:
        return database.direct().value(
            "select id from hy.post where district = %s and code = %s", [self.district.id, code]
        )


@pytest.fixture
def town(tianhe: packs.District) -> Town:
    return Town(tianhe)


def follow_all(town: Town) -> None:
    """Until every follower has passed every event."""
    follow(town.district, "search", "notices", "seal")


def a_point(town: Town, name: str = "龙洞路口"):
    found = town.take("daolu", "traffic.congestion_point", "find", name=name, unit=town.longdong, where=(113.37, 23.19))
    town.take(
        "daolu",
        "traffic.congestion_point",
        "list",
        found.record,
        cause="signal",
        peak="morning",
        delay_before_s=Decimal(90),
    )
    return found.record


def a_report(town: Town, **more):
    return town.take(
        town.resident(),
        "traffic.jam",
        "report",
        **{
            "category": "jam",
            "unit": town.longdong,
            "words": "每天早上堵",
            "caller": "陈某",
            "phone": "13800000000",
            **more,
        },
    )


def test_a_resident_reports_without_an_account_and_gets_a_code_to_follow(town):
    outcome = a_report(town)
    assert outcome.state == "reported" and tracking.is_track_code(outcome.track)
    number, record = tracking.find(town.district.id, outcome.track)
    assert record == outcome.record and number == town.district.tables["traffic.jam"].number


def test_the_table_proposes_the_street_and_the_street_returns_it_with_a_reason(town):
    record = a_report(town).record
    posts = dispatch.Posts(town.district, town.tree)
    proposal = dispatch.propose(town.district, posts, "traffic.jam", {"category": "jam", "unit": town.longdong})
    assert (proposal.lead.code, proposal.source, bool(proposal.clause)) == ("longdong.clerk", "table", True)
    town.take("diaodu", "traffic.jam", "dispatch", record)
    with pytest.raises(StepRefused) as refused:
        town.take("longdong", "traffic.jam", "return", record)
    assert refused.value.code == "step.asks" and "reason" in refused.value.fields
    assert town.take("longdong", "traffic.jam", "return", record, reason="不属街道职责").state == "returned"


def test_a_ruling_for_two_offices_sends_the_next_like_case_there_by_itself_and_is_cited(town):
    record = a_report(town).record
    town.take("diaodu", "traffic.jam", "dispatch", record)
    town.take("longdong", "traffic.jam", "return", record, reason="不属街道职责")
    lead, assist = town.post("zhujian.road"), town.post("jiaojing.traffic")
    town.take("diaodu", "traffic.jam", "rule", record, ruling="由住建局牵头，交警配合", lead=lead, assist=(assist,))
    following = a_report(town)
    assert following.state == "dispatched"
    seen = records.get(town.district, town.actor("daolu"), "traffic.jam", following.record)
    assert seen and seen.post == lead
    assert [s["post"] for s in records.shared_with(town.district, following.record)] == [assist]
    posts = dispatch.Posts(town.district, town.tree)
    proposal = dispatch.propose(town.district, posts, "traffic.jam", {"category": "jam", "unit": town.longdong})
    assert proposal.source == "precedent" and proposal.record == record and "住建局牵头" in proposal.words


def walk_to_answer(town: Town, point=None):
    record = a_report(town).record
    town.take(
        "diaodu",
        "traffic.jam",
        "dispatch",
        record,
        lead=town.post("zhujian.road"),
        assist=(town.post("jiaojing.traffic"),),
    )
    town.take("daolu", "traffic.jam", "accept", record)
    if point:
        town.take("daolu", "traffic.jam", "link", record, point=point)
    town.take(
        "daolu",
        "traffic.jam",
        "measure",
        record,
        measure="调整配时",
        delay_before_s=Decimal(90),
        delay_after_s=Decimal(40),
    )
    town.take("hecha", "traffic.jam", "verify", record, check_words="到场复测")
    town.take("daolu", "traffic.jam", "answer", record, answer_how="phone", answer="已调整配时，延误减半")
    return record


def test_verifying_the_measure_improves_the_linked_point_in_the_same_act(town):
    point = a_point(town)
    record = walk_to_answer(town, point)
    seen = records.get(town.district, town.actor("daolu"), "traffic.congestion_point", point)
    assert seen.state == "improved" and seen.values["delay_after_s"] == Decimal(40) and seen.values["improved_at"]
    steps = [
        entry.step
        for entry in records.history(
            town.district, records.get(town.district, town.actor("diaodu"), "traffic.jam", record)
        )
    ]
    assert steps == ["report", "dispatch", "accept", "link", "measure", "verify", "answer"]


def test_the_resident_says_once_that_it_is_not_solved_and_it_really_goes_back(town):
    record = walk_to_answer(town)
    me = town.resident(record)
    assert town.take(me, "traffic.jam", "unsolved", record, unsolved_why="还是堵").state == "handling"
    town.take("daolu", "traffic.jam", "answer", record, answer_how="phone", answer="再次调整")
    with pytest.raises(StepRefused) as refused:
        town.take(me, "traffic.jam", "unsolved", record)
    assert refused.value.code == "step.at-most"


def test_a_resident_acts_on_no_record_but_her_own(town):
    record = walk_to_answer(town)
    other = a_report(town).record
    with pytest.raises(StepRefused) as refused:
        town.take(town.resident(other), "traffic.jam", "unsolved", record)
    assert refused.value.code == "step.not-yours"


def test_the_handler_never_sees_who_rated_nor_how(town):
    record = walk_to_answer(town)
    town.take(town.resident(record), "traffic.jam", "rate", record, rating=2, rating_words="太慢")
    handler = records.get(town.district, town.actor("daolu"), "traffic.jam", record)
    assert "rating" not in handler.values and "rating_words" not in handler.values
    assert not any(entry.values.get("rating") for entry in records.history(town.district, handler))
    assert records.get(town.district, town.actor("diaodu"), "traffic.jam", record).values["rating"] == 2


def test_secrecy_hides_the_caller_from_the_handler_and_reading_her_is_logged(town):
    record = a_report(town, confidential=True).record
    town.take("diaodu", "traffic.jam", "dispatch", record)
    handler = records.get(town.district, town.actor("longdong"), "traffic.jam", record)
    assert handler.unmaskable == ()
    dispatcher = records.get(town.district, town.actor("diaodu"), "traffic.jam", record)
    values = unmasking.unmask(town.district, town.actor("diaodu"), dispatcher, "回访")
    assert values == {"caller": "陈某", "phone": "13800000000"}
    with database.owning() as query:
        assert (
            query.value(
                "select count(*) from access_log where district = %s and record = %s", [town.district.id, record]
            )
            == 1
        )


def test_a_street_sees_its_own_area_and_an_office_its_own_cases_and_what_is_shared(town):
    record = a_report(town).record
    assert records.get(town.district, town.actor("longdong"), "traffic.jam", record)
    assert records.get(town.district, town.actor("chebei"), "traffic.jam", record) is None
    assert records.get(town.district, town.actor("jiaojing"), "traffic.jam", record) is None
    town.take(
        "diaodu",
        "traffic.jam",
        "dispatch",
        record,
        lead=town.post("zhujian.road"),
        assist=(town.post("jiaojing.traffic"),),
    )
    assert records.get(town.district, town.actor("jiaojing"), "traffic.jam", record).kinds >= {"assisting"}
    assert records.page(town.district, town.actor("chebei"), "traffic.jam").total == 0
    assert records.page(town.district, town.actor("longdong"), "traffic.jam").total == 1


def test_followers_tell_whom_the_step_names_and_make_the_record_findable(town):
    record = a_report(town).record
    town.take("diaodu", "traffic.jam", "dispatch", record)
    follow_all(town)
    clerk = town.actor("longdong")
    told = database.direct().rows(
        "select kind, words from hy.notice where district = %s and target = %s",
        [town.district.id, f"post:{clerk.post.id}"],
    )
    assert [t["kind"] for t in told] == ["dispatch"] and "陈某" not in told[0]["words"]
    for login, hits in (("longdong", 1), ("chebei", 0)):
        with database.reading(town.actor(login).reach) as query:
            assert query.value("select count(*) from hy.find(%s, null, 10)", [["早上堵"]]) == hits


def test_verify_finds_nothing_in_what_was_written_and_names_what_was_altered(town):
    record = walk_to_answer(town)
    follow_all(town)
    events, sealed, faults = seals.verify(town.district.id)
    assert events > 7 and sealed >= 1 and faults == []
    with database.owning() as query:
        query.run(
            "update event set open = replace(open, '调整', '未调') where district = %s and record = %s and step = 'measure'",
            [town.district.id, record],
        )
    faults = seals.verify(town.district.id)[2]
    assert [(f.what, f.record, f.seq) for f in faults] == [("altered", str(record), 4)]


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        ("delete from event where district = %s and record = %s and seq = 3", "missing"),
        ("delete from event where district = %s and record = %s and seq = 6", "missing"),
        ("update event set person = person + 1 where district = %s and record = %s and seq = 2", "altered"),
        (
            "update event set seq = case seq when 2 then 3 else 2 end where district = %s and record = %s and seq in (2, 3)",
            "altered",
        ),
        ("delete from event where district = %s and record = %s", "gone"),
    ],
)
def test_verify_names_a_missing_an_altered_and_a_swapped_event(town, harm, what):
    record = walk_to_answer(town)
    follow_all(town)
    with database.owning() as query:
        if "case seq" in harm:
            query.run("alter table event drop constraint event_pkey")
        query.run(harm, [town.district.id, record])
    faults = seals.verify(town.district.id)[2]
    if "case seq" in harm:
        with database.owning() as query:
            query.run("alter table event add primary key (district, record, seq)")
    assert what in {f.what for f in faults} and str(record) in {f.record for f in faults}


def test_an_erased_record_is_gone_everywhere_and_its_chain_still_holds(town):
    canary = "金丝雀七三一"
    record = a_report(town, words=canary, caller=canary).record
    follow_all(town)
    code = records.get(town.district, town.actor("diaodu"), "traffic.jam", record).code
    asked = Namespace(ledger="traffic.jam", code=code, why="本人申请", district=town.district.name, yes=True)
    assert erase.run(asked) == 0
    with pytest.raises(Trouble):
        erase.run(Namespace(**{**vars(asked), "code": "YDSQ-none"}))
    with database.owning() as query:
        for (table,) in query.tuples(
            "select oid::regclass::text from pg_class where relnamespace = 'hy'::regnamespace and relkind = 'r'"
        ):
            assert query.value(f"select count(*) from {table} t where t::text like %s", [f"%{canary}%"]) == 0, table
    assert records.get(town.district, town.actor("diaodu"), "traffic.jam", record) is None
    assert seals.verify(town.district.id)[2] == []


def test_the_same_act_again_gets_the_first_answer_and_another_body_is_refused(town):
    act = uuid4()
    first, again = a_report(town, act=act), a_report(town, act=act)
    assert (again.record, again.track, again.again) == (first.record, first.track, True)
    with pytest.raises(StepRefused) as refused:
        a_report(town, act=act, words="另一件事")
    assert refused.value.code == "act.misused"


def test_two_dispatchers_at_once_the_second_is_told_and_nothing_is_lost(town):
    record = a_report(town).record
    seen = records.get(town.district, town.actor("diaodu"), "traffic.jam", record).seq
    town.take("diaodu", "traffic.jam", "dispatch", record, seen=seen)
    with pytest.raises(StepRefused) as refused:
        town.take("diaodu2", "traffic.jam", "dispatch", record, seen=seen)
    assert refused.value.code in ("step.race", "step.not-open")


def test_what_is_late_rises_once(town):
    record = a_report(town).record
    with database.owning() as query:
        query.run(
            "update duty set due_at = due_at - interval '30 days' where district = %s and record = %s",
            [town.district.id, record],
        )
    weekday = replace(town.district, clock_shift=town.district.clock_shift + 86400)  # Monday 21 December 2020, in hours
    assert (followers.tell_late(weekday), followers.tell_late(weekday)) == (1, 0)


def test_whoever_must_act_next_sees_the_record_even_where_another_office_leads(town):
    point = a_point(town)
    town.take("daolu", "traffic.congestion_point", "improve", point, measure="调整配时", delay_before_s=Decimal(90),
              delay_after_s=Decimal(40))  # fmt: skip
    police = town.actor("jiaojing")
    with database.reading(police.reach) as query:
        assert query.tuples("select record from hy.duty where post = %s", [police.post.id]) == [(point,)]
    seen = records.get(town.district, police, "traffic.congestion_point", point)
    assert (
        seen and town.take("jiaojing", "traffic.congestion_point", "relapse", point, reason="又堵了").state == "listed"
    )


def test_a_second_record_with_the_same_key_is_refused_and_a_removed_one_makes_room(town):
    claim = {"task": drafted(town.district).id, "period": "2020-11", "value": Decimal(7)}
    first = town.take("ducha", "supervision.claim", "add", **claim)
    with pytest.raises(StepRefused) as refused:
        town.take("ducha", "supervision.claim", "add", **claim)
    assert refused.value.code == "record.twice" and "period" in refused.value.fields
    town.take("ducha", "supervision.claim", "remove", first.record)
    assert town.take("ducha", "supervision.claim", "add", **claim).state == "kept"
