"""The page of a derived ledger: rows with reasons in words, the day on which each drops off, any day, both languages."""

from __future__ import annotations

from datetime import date

from tests.derived.acting import add, follow
from tests.web.walking import person, text_of

KEY = "/derived/epidemic.key_person"
ONE, TWO = "11010519491231002X", "440106199003077887"


def test_the_page_says_who_is_there_why_and_until_when(town):
    made = add(town, "epidemic.outing", "longdong", id_number=ONE, went_to="hubei.wuhan", left_on=date(2020, 12, 10))
    follow(town)
    page = person(town, "weijian").get(KEY)
    words = text_of(page)
    assert "去过武汉市，12月10日离开" in words and "到 12月24日" in words and "1•••X" in words
    assert f'href="/ledgers/epidemic.outing/{made.code}"' in page.content.decode()
    assert "was in Wuhan until 10 Dec" in text_of(person(town, "weijian", "en").get(KEY))
