"""The pages: a pair side by side, one press each; what else is known on a record's page; merging and taking back."""

from __future__ import annotations

import re

import pytest

from huying.engine import database, packs, subjects
from tests.engine.small import actor_of
from tests.web.walking import person, text_of
from tests.who.persons import ENROLMENT, HARDSHIP, codes, enter, follow, number, pairs

PHONE = "13800138000"


def alike(town: packs.District, name: str = "张演一", n: int = 1) -> tuple[str, str]:
    """Two records that are a pair: one without a number, one with."""
    one = enter(town, HARDSHIP, name=name, phone=PHONE)
    two = enter(town, ENROLMENT, id_number=number(n), name=name, phone=PHONE)
    follow(town)
    return one.code, two.code


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the page's first form that goes there."""
    form = re.search(rf'<form[^>]*action="{action}"[^>]*>(.*?)</form>', page, re.S)
    assert form, action
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1]))


def test_a_pair_is_shown_with_what_agrees_and_no_value_that_is_masked(town: packs.District):
    one, two = alike(town)
    page = person(town, "shebao").get("/who")
    words = text_of(page)
    assert one in words and two in words and "姓名 相同" in words and "证件号 有一边没填" in words
    assert PHONE not in page.content.decode() and "张演一" not in page.content.decode()


def test_one_press_says_it_and_it_is_taken_back(town: packs.District):
    one, two = alike(town)
    clerk = person(town, "shebao")
    given = fields(clerk.get("/who").content.decode(), "/who/say")
    assert clerk.post("/who/say", {**given, "said": "same", "quick": "看过证件"}).status_code == 302
    page = clerk.get("/who").content.decode()
    assert "没有等您认定的" in page
    assert clerk.post("/who/say", fields(page, "/who/say")).status_code == 302
    assert codes(pairs(town)) == [{one, two}]


def test_a_reason_is_asked_for_and_what_was_typed_stays(town: packs.District):
    alike(town)
    clerk = person(town, "shebao")
    given = fields(clerk.get("/who").content.decode(), "/who/say")
    page = clerk.post("/who/say", {**given, "said": "different", "why": "否"})
    assert page.status_code == 422 and "请写明凭什么" in text_of(page) and 'value="否"' in page.content.decode()


def test_the_record_page_says_what_else_is_known_and_who_said_it(town: packs.District):
    one = enter(town, HARDSHIP, id_number=number(2))
    two = enter(town, ENROLMENT, id_number=number(2))
    follow(town)
    words = text_of(person(town, "shebao").get(f"/ledgers/{HARDSHIP}/{one.code}"))
    assert f"同一个对象还有 {two.code}" in words and "证件号 相同" in words


def test_merging_is_seen_on_the_survivor_and_the_old_code_leads_there(town: packs.District):
    one = enter(town, HARDSHIP, name="张演三", phone=PHONE)
    two = enter(town, HARDSHIP, id_number=number(3), name="张演三", phone=PHONE)
    clerk, url = person(town, "minzheng"), f"/who/merge?one={HARDSHIP}/{two.code}"
    assert clerk.get(url).status_code == 200
    page = clerk.get(f"{url}&other={one.code}").content.decode()
    sent = clerk.post(
        "/who/merge", {**fields(page, "/who/merge"), "stays": f"{HARDSHIP}/{two.code}", "why": "同一位老人"}
    )
    assert sent.status_code == 302 and sent["Location"].endswith(two.code)
    led = clerk.get(f"/ledgers/{HARDSHIP}/{one.code}", follow=True)
    assert led.redirect_chain[-1][0].endswith(two.code) and f"{one.code} 已并入本条" in text_of(led)
    before = re.search(r'href="([^"]+as_of=[^"]+)"', led.content.decode())[1]
    assert one.code in text_of(clerk.get(before))
    assert clerk.post("/who/unmerge", fields(led.content.decode(), "/who/unmerge")).status_code == 302
    assert clerk.get(f"/ledgers/{HARDSHIP}/{one.code}").status_code == 200


@pytest.mark.parametrize("login", ["diaodu", "hecha"])
def test_who_has_not_the_right_is_told_so_and_finds_no_way_in(town: packs.District, login: str):
    one, two = alike(town)
    browser = person(town, login)
    assert browser.get("/who").status_code == 403
    assert 'href="/who"' not in browser.get("/work").content.decode()
    sent = browser.post(
        "/who/say", {"one": f"{HARDSHIP}/{one}", "other": f"{ENROLMENT}/{two}", "said": "same", "why": "试试看"}
    )
    assert sent.status_code in (403, 404, 422)
    assert browser.get(f"/who/merge?one={HARDSHIP}/{one}&other={one}").status_code == 404
    assert codes(pairs(town)) == [{one, two}]


@pytest.mark.parametrize("sent", [
    {}, {"one": "x", "other": "y"}, {"one": "pension.hardship/KN-99999", "other": "pension.hardship/KN-99999"},
    {"one": "\0/\0", "other": "'; drop table"}, {"one": "a" * 5000, "other": "/"},
])  # fmt: skip
def test_forms_that_nobody_was_given_break_nothing(town: packs.District, sent: dict[str, str]):
    clerk = person(town, "shebao")
    for url in ("/who/say", "/who/merge", "/who/unmerge"):
        assert clerk.post(url, {**sent, "said": "same", "act": "x", "why": "\0"}).status_code in (404, 422)
    for query in ("show=x", "at=%00", "page=-1", "page=99999999999", "at=a~b~c&show=same", "show=later&page=2"):
        assert clerk.get(f"/who?{query}").status_code == 200


def test_a_word_that_is_none_is_refused(town: packs.District):
    alike(town)
    clerk = person(town, "shebao")
    given = fields(clerk.get("/who").content.decode(), "/who/say")
    assert clerk.post("/who/say", {**given, "said": "maybe", "why": "看过证件"}).status_code == 422


def test_the_page_asks_the_database_as_often_for_forty_pairs_as_for_two(town: packs.District):
    def asked() -> int:
        clerk = person(town, "shebao")
        clerk.get("/who")
        with database.counting() as count:
            assert clerk.get("/who").status_code == 200
        return count.n

    for n in range(2):
        alike(town, f"张演{'甲乙'[n]}", n)
    few = asked()
    for n in range(2, 10):
        alike(town, f"李演{'甲乙丙丁戊己庚辛壬癸'[n]}", n)
    assert asked() == few <= 25
    assert subjects.queue(town, actor_of(town, "shebao"))[1] == 10
