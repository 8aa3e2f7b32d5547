"""Records are found by two characters, by place, by several words, and by the initials of any of them."""

from __future__ import annotations

import pytest

from huying.engine import access, database, finding, followers, packs, records
from huying.engine.acts import Act
from huying.engine.finding import initials, words_of
from huying.engine.flows import take_step
from tests.engine.small import actor_of
from tests.engine.test_bulk import enter, unit
from tests.engine.things import THING


@pytest.fixture
def filled(furnished: packs.District) -> packs.District:
    enter(
        furnished,
        THING,
        {"name": "棠德花苑水泵"},
        {"name": "重庆路 100% 变压器"},
        {"name": "水塔"},
        {"name": "看管的", "keeper": "欧阳修"},
    )
    here = unit(furnished, "440106019000")
    take_step(furnished, Act(THING, "add", actor_of(furnished, "fenghuang"), {"unit": here, "name": "水泵房"}))
    number = furnished.tables[THING].number
    for _ in range(200):
        followers.run_once(furnished.id)
        with database.owning() as query:
            if (
                query.value(
                    "select count(*) from search_row where ledger = %s and district = %s", [number, furnished.id]
                )
                == 5
            ):
                break
    return furnished


def found(town: packs.District, text: str, login: str = "longdong", ledger: str | None = THING) -> list[str]:
    actor = actor_of(town, login)
    number = town.tables[ledger].number if ledger else None
    rows = finding.find(access.reach_for(town.rules.ledgers[THING], actor), text, number)
    with database.owning() as query:
        names = dict(query.tuples(f"select id, name from {town.tables[THING].name} where district = %s", [town.id]))
    return sorted(names[row["record"]] for row in rows if row["record"] in names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("水泵", ["棠德花苑水泵"]),
        ("花苑 水泵", ["棠德花苑水泵"]),
        ("水泵 变压器", []),
        ("tdhysb", ["棠德花苑水泵"]),
        ("CQL", ["重庆路 100% 变压器"]),
        ("１００％", ["重庆路 100% 变压器"]),
        ("thqld", ["重庆路 100% 变压器", "水塔", "看管的", "棠德花苑水泵"]),
        ("龙洞街道 塔", ["水塔"]),
        ("longdong", ["重庆路 100% 变压器", "水塔", "看管的", "棠德花苑水泵"]),
        ("水", []),
        ("", []),
        ("x\0y", []),
        ("%%", []),
        ("_'\\", []),
    ],
)
def test_what_is_typed_finds(filled, text, names):
    assert found(filled, text) == sorted(names)


def test_a_private_value_finds_nothing_neither_in_words_nor_in_initials(filled):
    assert found(filled, "欧阳修") == [] == found(filled, "oyx")


def test_everyone_finds_within_their_reach(filled):
    assert found(filled, "水泵", "fenghuang") == ["水泵房"]
    assert found(filled, "水泵", "diaodu", None) == found(filled, "水泵", "diaodu") == ["棠德花苑水泵", "水泵房"]


def test_of_many_the_newest_are_found(filled):
    enter(filled, THING, *({"name": f"井盖{n}号"} for n in range(30)))
    while followers.run_once(filled.id):
        pass
    reach = access.reach_for(filled.rules.ledgers[THING], actor_of(filled, "longdong"))
    rows = finding.find(reach, "龙洞", filled.tables[THING].number, most=7)
    known = [row["known_at"] for row in rows]
    assert len(rows) == 7 and known == sorted(known, reverse=True)
    assert {row["record"] for row in rows} <= {row["record"] for row in finding.find(reach, "井盖")}


def test_a_long_list_is_counted_no_further_than_asked_and_says_so(filled):
    clerk = actor_of(filled, "longdong")
    counted = records.page(filled, clerk, THING, limit=2, count_to=3)
    assert (counted.total, counted.beyond, counted.more, len(counted.records)) == (3, True, True, 2)
    whole = records.page(filled, clerk, THING, limit=2)
    assert (whole.total, whole.beyond) == (4, False)
    last = records.page(filled, clerk, THING, limit=2, offset=2, count_to=1)
    assert (last.total, last.beyond, last.more) == (4, False, False)
    picked = records.page(filled, clerk, THING, ids=[one.id for one in whole.records])
    assert [one.id for one in picked.records] == [one.id for one in whole.records]


def test_initials_are_of_runs_of_chinese_alone():
    assert (
        initials("天河区棠下街道（2号）") == "thqtxjd" and initials("A口 no") == "" and initials("银行行长") == "yhhz"
    )


def test_one_letter_alone_is_too_little_and_long_texts_are_cut():
    assert words_of("水 塔") == [] and words_of("水 水塔") == ["水", "水塔"]
    assert len(words_of("甲乙 " * 40)) == finding.WORDS
