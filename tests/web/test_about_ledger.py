"""A ledger says of itself what it is, who keeps it, how fresh and how complete it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from huying.engine import database, packs
from huying.engine.in_force import put_in_force
from tests.engine.aid import NUMBER, OTHER, PERSON, aid
from tests.engine.test_constraints import STALL, stalls
from tests.web.walking import area, person, report, take, text_of


@pytest.fixture
def helped(town: packs.District, tmp_path: Path) -> packs.District:
    put_in_force(town.id, [aid(tmp_path), stalls(tmp_path)])
    return packs.current(town.id)


def test_a_register_says_who_keeps_it_what_it_holds_and_how_much_is_filled(helped):
    for number, more in ((NUMBER, {"note": "一人"}), (OTHER, {})):
        take(helped, "longdong", PERSON, "add", None, unit=area(helped), id_number=number, **more)
    words = text_of(person(helped, "longdong").get(f"/ledgers/{PERSON}/about"))
    assert "记录 2 在册 2" in words and "谁登记 街道经办" in words and "凭什么认出同一条 证件号" in words
    assert "证件号 （必填） 文字 加密：街道经办 2 100%" in words
    assert "姓名 文字 遮住：街道经办 —" in words, "of a private field it is not told how many have it"
    assert "情况 文字 看得到台账的人 1 50%" in words and "出生日期 日期 自动得出" in words


def test_numbers_are_those_within_reach_and_constraints_are_said_in_words(helped):
    take(helped, "longdong", PERSON, "add", None, unit=area(helped), id_number=NUMBER)
    assert "记录 0" in text_of(person(helped, "fenghuang").get(f"/ledgers/{PERSON}/about"))
    words = text_of(person(helped, "longdong").get(f"/ledgers/{STALL}/about"))
    assert (
        "摊位、号不能两条相同" in words and "摊位相同的最多 3 条" in words and "租金、缴费日期一起填，或都不填" in words
    )
    assert "街道社区、号相同的，起、止的时段不能重叠" in words
    english = text_of(person(helped, "longdong", "en").get(f"/ledgers/{STALL}/about"))
    assert "at most 3 with the same Stall" in english and "About this ledger" in english


def test_who_may_not_see_a_ledger_sees_nothing_about_it_and_the_list_leads_there(helped):
    report(helped)
    assert "关于这本台账" in text_of(person(helped, "diaodu").get("/ledgers/command.case"))
    words = text_of(person(helped, "diaodu").get("/ledgers/command.case/about"))
    assert "记录 1" in words and "电话 文字 加密" in words
    assert person(helped, "diaodu").get("/ledgers/no.such/about").status_code == 404


def test_the_page_costs_a_few_statements_however_many_fields_there_are(helped):
    client = person(helped, "diaodu")
    client.get("/ledgers/command.case/about")
    with database.counting() as count:
        client.get("/ledgers/command.case/about")
    assert count.n <= 10
