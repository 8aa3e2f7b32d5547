"""Many acts at once write what single acts write."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.commands.apply import put_in_force
from huying.engine import bulk, database, packs, places, seals, situation, unmasking
from huying.engine.acts import Act
from huying.engine.bulk import Bulk, Changed, Conflict, New
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from tests.engine.aid import LONGDONG, NUMBER, OTHER, PERSON, aid, rows, seen
from tests.engine.small import actor_of

THING = "things.thing"
PACK = {
    "pack.yaml": "pack: things\ntitle: 物件 | Things\nversion: 1\nneeds: [base, command]\nowner: 区府办\nsource: 测试\n",
    "ledgers/thing.yaml": """
ledger: thing
title: 物件 | Things
group: 测试 | Tests
purpose: 登记一件，多一件 | One thing, one record
code: WJ{yyyy}-{n:3}
kept_by: [street_clerk]
schema:
  type: object
  required: [unit, name]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    name: {type: string, title: 名称 | Name, maxLength: 60}
    kind: {title: 类型 | Kind, enum: [big, small]}
    height: {type: number, title: 高 | Height}
    floors: {type: integer, title: 层数 | Floors}
    price: {$ref: "huying:money", title: 造价 | Price}
    built_on: {type: string, format: date, title: 建成 | Built on}
    seen_at: {$ref: "huying:time", title: 查看时间 | Seen at}
    where: {$ref: "huying:point", title: 位置 | Position}
    open: {type: boolean, title: 开放 | Open}
    keeper: {type: string, title: 看管人 | Keeper, maxLength: 40}
labels:
  kind: {big: 大 | Big, small: 小 | Small}
private: {keeper: [street_clerk]}
list: [name, unit]
search: [name]
""",
}


@pytest.fixture
def town(tianhe: packs.District, tmp_path) -> packs.District:
    folder = tmp_path / "things"
    for name, text in PACK.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    put_in_force(tianhe.id, [folder, aid(tmp_path)])
    return packs.current(tianhe.id)


def unit(town: packs.District, code: str = LONGDONG) -> int:
    return places.tree(town.id, town.today()).by_code[code].id


def enter(town: packs.District, ledger: str, *many: dict) -> list:
    lines = [New(uuid4(), {"unit": unit(town), **values}) for values in many]
    bulk.send(town.id, Bulk(town, ledger, "add", actor_of(town, "longdong")).enter(lines))
    return records_of(town, ledger, lines)


def records_of(town: packs.District, ledger: str, lines: list) -> list:
    with database.writing(town.id) as query:
        found = query.rows("select act, record from hy.event where district = %s and act = any(%s)", [town.id, [line.act for line in lines]])
    by_act = {row["act"]: row["record"] for row in found}
    return [by_act[line.act] for line in lines]


def change(town: packs.District, ledger: str, *many: tuple) -> None:
    actor = actor_of(town, "longdong")
    acts = [Act(ledger, "amend", actor, values, record) for record, values in many]
    found = situation.read_situation(town, acts)
    lines = [
        Changed(act.act, act.answers, found.found(act.record).row, actor.post.office, found.found(act.record).key)
        for act in acts
    ]
    bulk.send(town.id, Bulk(town, ledger, "amend", actor).change(lines))


OF_THE_ACT = ("record", "act", "n", "tx", "at", "known_at", "salts", "commits", "prev", "hash", "secret")
OF_THE_RECORD = ("id", "head", "code", "opened_at", "closed_at", "known_at", "until")


def written(town: packs.District, ledger: str, record) -> dict:
    """All that is stored of a record, without what two records never share."""
    with database.owning() as query:
        events = query.rows("select * from event where record = %s order by seq", [record])
        private = query.rows(f"select * from {town.tables[ledger].name}_p where id = %s", [record])
        keys = query.value("select count(*) from record_key where record = %s", [record])
    for event in events:
        event["open"] = {k: v for k, v in json.loads(event["open"]).items() if k not in ("code", "opened_at", "closed_at")}
        event["hidden"] = event["secret"] is not None
    bare = [{k: v for k, v in e.items() if k not in OF_THE_ACT} for e in events]
    stands, was = (
        [{k: v for k, v in row.items() if k not in OF_THE_RECORD} for row in rows(town, ledger, record, tail)] for tail in ("", "_h")
    )
    return {"events": bare, "stands": stands, "was": was, "keys": keys,
            "private": [{k: v for k, v in row.items() if k != "id"} for row in private]}  # fmt: skip


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t\\'\"%"), min_size=1, max_size=12)
VALUES = st.fixed_dictionaries(
    {"name": TEXT},
    optional={
        "kind": st.sampled_from(["big", "small"]),
        "height": st.decimals(-(10**6), 10**6, places=3),
        "floors": st.integers(-(2**40), 2**40),
        "price": st.integers(0, 2**50),
        "built_on": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "where": st.tuples(st.floats(113.3, 113.4).map(lambda n: round(n, 6)), st.floats(23.1, 23.2).map(lambda n: round(n, 6))),
        "open": st.booleans(),
        "keeper": TEXT,
    },
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(many=st.lists(VALUES, min_size=1, max_size=5), later=VALUES)
def test_what_many_acts_write_is_what_single_acts_write(town, many, later):
    actor, here = actor_of(town, "longdong"), unit(town)
    together = enter(town, THING, *many)
    change(town, THING, *[(record, later) for record in together])
    for values, record in zip(many, together, strict=True):
        alone = take_step(town, Act(THING, "add", actor, {"unit": here, **values})).record
        take_step(town, Act(THING, "amend", actor, later, alone))
        assert written(town, THING, record) == written(town, THING, alone)


def test_secret_values_are_encrypted_found_and_shown_and_what_follows_from_them_is_kept(town):
    together = enter(town, PERSON, {"id_number": NUMBER, "name": "甲"}, {"id_number": OTHER, "note": "乙的情况"})
    change(town, PERSON, (together[1], {"name": "乙"}))
    one, two = (seen(town, PERSON, record) for record in together)
    assert one.values["sex"] == "female" and one.values["born_on"] == date(1949, 12, 31)
    assert str(one.masks["id_number"]) == "1•••X"
    actor = actor_of(town, "longdong")
    assert unmasking.unmask(town, actor, one, "核实情况") == {"name": "甲", "id_number": NUMBER}
    assert unmasking.unmask(town, actor, two, "核实情况") == {"name": "乙", "id_number": OTHER}
    assert two.values["note"] == "乙的情况"


def test_the_chain_of_many_acts_holds(town):
    together = enter(town, PERSON, {"id_number": NUMBER, "name": "甲"}, {"id_number": OTHER})
    change(town, PERSON, (together[0], {"note": "改过"}))
    enter(town, THING, *({"name": f"{n}号", "height": Decimal(n)} for n in range(50)))
    count, _, faults = seals.verify(town.id)
    assert faults == [] and count >= 53


def test_codes_follow_one_another(town):
    codes = [rows(town, THING, record)[0]["code"] for record in enter(town, THING, *({"name": str(n)} for n in range(12)))]
    year, first = codes[0].split("-")
    assert codes == [f"{year}-{int(first) + n:03}" for n in range(12)]
    alone = take_step(town, Act(THING, "add", actor_of(town, "longdong"), {"unit": unit(town), "name": "后来"}))
    assert int(alone.code.split("-")[1]) > int(codes[-1].split("-")[1])


def test_nothing_is_written_when_a_key_is_taken_or_an_act_was_taken_before(town):
    enter(town, PERSON, {"id_number": NUMBER})
    lines = [New(uuid4(), {"unit": unit(town), "id_number": number}) for number in (OTHER, NUMBER)]
    batch = Bulk(town, PERSON, "add", actor_of(town, "longdong"))
    with pytest.raises(Conflict):
        bulk.send(town.id, batch.enter(lines))
    bulk.send(town.id, batch.enter(lines[:1]))
    with pytest.raises(Conflict):
        bulk.send(town.id, batch.enter(lines[:1]))


def test_a_change_to_what_somebody_changed_meanwhile_is_refused_whole(town):
    first, second = enter(town, THING, {"name": "甲"}, {"name": "乙"})
    actor = actor_of(town, "longdong")
    found = situation.read_situation(town, [Act(THING, "amend", actor, {}, record) for record in (first, second)])
    lines = [Changed(uuid4(), {"name": "丙"}, found.found(record).row, actor.post.office) for record in (first, second)]
    take_step(town, Act(THING, "amend", actor, {"name": "先到"}, second))
    with pytest.raises(Conflict):
        bulk.send(town.id, Bulk(town, THING, "amend", actor).change(lines))
    assert seen(town, THING, first).values["name"] == "甲" and seen(town, THING, second).values["name"] == "先到"


def test_a_step_that_is_not_the_actors_is_refused_and_one_with_consequences_is_not_for_many(town):
    with pytest.raises(StepRefused):
        Bulk(town, THING, "add", actor_of(town, "diaodu")).enter([New(uuid4(), {"unit": unit(town), "name": "甲"})])
    for flow, step in (("command.case", "report"), ("aid.call", "report"), ("aid.call", "help"), ("traffic.congestion_point", "find")):
        assert not bulk.is_plain(town.rules.flows[flow], town.rules.flows[flow].steps[step])
        with pytest.raises(ValueError, match="plain"):
            Bulk(town, flow, step, actor_of(town, "longdong"))
