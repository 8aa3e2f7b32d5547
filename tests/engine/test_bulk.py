"""Many acts at once write what single acts write."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.engine import bulk, database, packs, places, seals, situation, unmasking
from huying.engine.acts import Act
from huying.engine.bulk import Bulk, Changed, Conflict, New
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from tests.engine.aid import LONGDONG, NUMBER, OTHER, PERSON, rows, seen
from tests.engine.small import actor_of
from tests.engine.things import THING


def unit(furnished: packs.District, code: str = LONGDONG) -> int:
    return places.tree(furnished.id, furnished.today()).by_code[code].id


def enter(furnished: packs.District, ledger: str, *many: dict) -> list:
    lines = [New(uuid4(), {"unit": unit(furnished), **values}) for values in many]
    bulk.send(furnished.id, Bulk(furnished, ledger, "add", actor_of(furnished, "longdong")).enter(lines))
    return records_of(furnished, ledger, lines)


def records_of(furnished: packs.District, ledger: str, lines: list) -> list:
    with database.writing(furnished.id) as query:
        found = query.rows(
            "select act, record from hy.event where district = %s and act = any(%s)",
            [furnished.id, [line.act for line in lines]],
        )
    by_act = {row["act"]: row["record"] for row in found}
    return [by_act[line.act] for line in lines]


def change(furnished: packs.District, ledger: str, *many: tuple) -> None:
    actor = actor_of(furnished, "longdong")
    acts = [Act(ledger, "amend", actor, values, record) for record, values in many]
    found = situation.read_situation(furnished, acts)
    lines = [
        Changed(act.act, act.answers, found.found(act.record).row, actor.post.office, found.found(act.record).key)
        for act in acts
    ]
    bulk.send(furnished.id, Bulk(furnished, ledger, "amend", actor).change(lines))


OF_THE_ACT = ("record", "act", "n", "tx", "at", "known_at", "salts", "commits", "prev", "hash", "secret")
OF_THE_RECORD = ("id", "head", "code", "opened_at", "closed_at", "known_at", "until")


def written(furnished: packs.District, ledger: str, record) -> dict:
    """All that is stored of a record, without what two records never share."""
    with database.owning() as query:
        events = query.rows("select * from event where record = %s order by seq", [record])
        private = query.rows(f"select * from {furnished.tables[ledger].name}_p where id = %s", [record])
        keys = query.value("select count(*) from record_key where record = %s", [record])
    for event in events:
        event["open"] = {
            k: v for k, v in json.loads(event["open"]).items() if k not in ("code", "opened_at", "closed_at")
        }
        event["hidden"] = event["secret"] is not None
    bare = [{k: v for k, v in e.items() if k not in OF_THE_ACT} for e in events]
    stands, was = (
        [{k: v for k, v in row.items() if k not in OF_THE_RECORD} for row in rows(furnished, ledger, record, tail)]
        for tail in ("", "_h")
    )
    return {"events": bare, "stands": stands, "was": was, "keys": keys,
            "private": [{k: v for k, v in row.items() if k != "id"} for row in private]}  # fmt: skip


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t\\'\"%"),
    min_size=1,
    max_size=12,
)
VALUES = st.fixed_dictionaries(
    {"name": TEXT},
    optional={
        "kind": st.sampled_from(["big", "small"]),
        "height": st.decimals(-(10**6), 10**6, places=3),
        "floors": st.integers(-(2**40), 2**40),
        "price": st.integers(0, 2**50),
        "built_on": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "where": st.tuples(
            st.floats(113.3, 113.4).map(lambda n: round(n, 6)), st.floats(23.1, 23.2).map(lambda n: round(n, 6))
        ),
        "open": st.booleans(),
        "keeper": TEXT,
    },
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(VALUES, min_size=1, max_size=5), later=VALUES)
def test_what_many_acts_write_is_what_single_acts_write(furnished, many, later):
    actor, here = actor_of(furnished, "longdong"), unit(furnished)
    together = enter(furnished, THING, *many)
    change(furnished, THING, *[(record, later) for record in together])
    for values, record in zip(many, together, strict=True):
        alone = take_step(furnished, Act(THING, "add", actor, {"unit": here, **values})).record
        take_step(furnished, Act(THING, "amend", actor, later, alone))
        assert written(furnished, THING, record) == written(furnished, THING, alone)


def test_secret_values_are_encrypted_found_and_shown_and_what_follows_from_them_is_kept(furnished):
    together = enter(furnished, PERSON, {"id_number": NUMBER, "name": "甲"}, {"id_number": OTHER, "note": "乙的情况"})
    change(furnished, PERSON, (together[1], {"name": "乙"}))
    one, two = (seen(furnished, PERSON, record) for record in together)
    assert one.values["sex"] == "female" and one.values["born_on"] == date(1949, 12, 31)
    assert str(one.masks["id_number"]) == "1•••X"
    actor = actor_of(furnished, "longdong")
    assert unmasking.unmask(furnished, actor, one, "核实情况") == {"name": "甲", "id_number": NUMBER}
    assert unmasking.unmask(furnished, actor, two, "核实情况") == {"name": "乙", "id_number": OTHER}
    assert two.values["note"] == "乙的情况"


def test_the_chain_of_many_acts_holds(furnished):
    together = enter(furnished, PERSON, {"id_number": NUMBER, "name": "甲"}, {"id_number": OTHER})
    change(furnished, PERSON, (together[0], {"note": "改过"}))
    enter(furnished, THING, *({"name": f"{n}号", "height": Decimal(n)} for n in range(50)))
    count, _, faults = seals.verify(furnished.id)
    assert faults == [] and count >= 53


def test_codes_follow_one_another(furnished):
    codes = [
        rows(furnished, THING, record)[0]["code"]
        for record in enter(furnished, THING, *({"name": str(n)} for n in range(12)))
    ]
    year, first = codes[0].split("-")
    assert codes == [f"{year}-{int(first) + n:03}" for n in range(12)]
    alone = take_step(
        furnished, Act(THING, "add", actor_of(furnished, "longdong"), {"unit": unit(furnished), "name": "后来"})
    )
    assert int(alone.code.split("-")[1]) > int(codes[-1].split("-")[1])


def test_nothing_is_written_when_a_key_is_taken_or_an_act_was_taken_before(furnished):
    enter(furnished, PERSON, {"id_number": NUMBER})
    lines = [New(uuid4(), {"unit": unit(furnished), "id_number": number}) for number in (OTHER, NUMBER)]
    batch = Bulk(furnished, PERSON, "add", actor_of(furnished, "longdong"))
    with pytest.raises(Conflict):
        bulk.send(furnished.id, batch.enter(lines))
    bulk.send(furnished.id, batch.enter(lines[:1]))
    with pytest.raises(Conflict):
        bulk.send(furnished.id, batch.enter(lines[:1]))


def test_a_change_to_what_somebody_changed_meanwhile_is_refused_whole(furnished):
    first, second = enter(furnished, THING, {"name": "甲"}, {"name": "乙"})
    actor = actor_of(furnished, "longdong")
    found = situation.read_situation(furnished, [Act(THING, "amend", actor, {}, record) for record in (first, second)])
    lines = [Changed(uuid4(), {"name": "丙"}, found.found(record).row, actor.post.office) for record in (first, second)]
    take_step(furnished, Act(THING, "amend", actor, {"name": "先到"}, second))
    with pytest.raises(Conflict):
        bulk.send(furnished.id, Bulk(furnished, THING, "amend", actor).change(lines))
    assert (
        seen(furnished, THING, first).values["name"] == "甲" and seen(furnished, THING, second).values["name"] == "先到"
    )


def test_a_step_that_is_not_the_actors_is_refused_and_one_with_consequences_is_not_for_many(furnished):
    with pytest.raises(StepRefused):
        Bulk(furnished, THING, "add", actor_of(furnished, "diaodu")).enter(
            [New(uuid4(), {"unit": unit(furnished), "name": "甲"})]
        )
    for flow, step in (
        ("command.case", "report"),
        ("aid.call", "report"),
        ("aid.call", "help"),
        ("traffic.congestion_point", "find"),
    ):
        assert not bulk.is_plain(
            furnished.rules.ledgers[flow], furnished.rules.flows[flow], furnished.rules.flows[flow].steps[step]
        )
        with pytest.raises(ValueError, match="plain"):
            Bulk(furnished, flow, step, actor_of(furnished, "longdong"))
