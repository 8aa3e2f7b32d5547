"""The page of a derived ledger: rows with reasons in words, the day on which each drops off, any day, both languages."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from huying.engine import database
from tests.derived.acting import CHEBEI, LONGDONG, add, follow
from tests.web.walking import person, text_of

KEY, GAPS = "/derived/epidemic.key_person", "/derived/enterprises.gaps"
ONE, TWO = "11010519491231002X", "440106199003077887"


@pytest.fixture
def watched(town):
    add(town, "epidemic.outing", "longdong", id_number=ONE, went_to="hubei.wuhan", left_on=date(2020, 12, 10))
    add(town, "epidemic.arrival", "chebei", CHEBEI, id_number=TWO, came_from="hubei", left_on=date(2020, 12, 15))
    follow(town)
    return town


def test_the_page_says_who_is_there_why_and_until_when(watched):
    words = text_of(person(watched, "longdong").get(KEY))
    assert "去过武汉市，12月10日离开" in words and "到 12月24日" in words and "1•••X" in words and "共 1 条" in words
    english = text_of(person(watched, "longdong", "en").get(KEY))
    assert "was in Wuhan until 10 Dec" in english and "until 24 Dec" in english
    assert ONE not in words + english
    code = watched.rules.ledgers["epidemic.outing"].code.partition("{")[0]
    assert f'href="/ledgers/epidemic.outing/{code}' in person(watched, "longdong").get(KEY).content.decode()


def test_it_says_in_words_how_it_is_computed(watched):
    words = text_of(person(watched, "weijian").get(KEY))
    assert "《常住人员外出》中去了为“湖北省”" in words or "《常住人员外出》中" in words
    assert "离开那里在查询当天之前 14 天以内" in words and "证件号相同的算一行" in words
    english = text_of(person(watched, "weijian", "en").get(KEY))
    assert "lies within 14 days before the day asked" in english


@pytest.mark.parametrize(
    ("query", "rows"),
    [("", 2), ("on=2020-12-12", 1), ("on=2020-12-27", 1), ("on=2021-02-01", 0), ("ground=0", 1), ("ground=2", 0),
     (f"area={LONGDONG}", 1), (f"area={CHEBEI}&ground=1", 1), ("as_of=2020-12-01", 0), ("sort=-from_day", 2),
     ("sort=unit", 2), ("ground=99", 2), ("ground=x", 2), ("area=nowhere", 2), ("page=2", 2), ("on=2020-13-40", 2),
     ("on=99999-01-01", 2), ("as_of=9999-12-31", 2)],
)  # fmt: skip
def test_rows_are_chosen_by_day_ground_area_and_moment(watched, query, rows):
    page = person(watched, "weijian").get(f"{KEY}?{query}")
    assert page.status_code == 200 and f"共 {rows} 条" in text_of(page)


def test_what_nobody_may_sort_by_leads_back_and_strangers_are_kept_out(watched):
    client = person(watched, "weijian")
    for wrong in ("name", "key", "reasons", "unit'; drop table", "-"):
        assert client.get(KEY, {"sort": wrong}).status_code == 302
    assert person(watched, "longdong").get(f"{KEY}?sort=unit").status_code == 302
    assert client.get("/derived/epidemic.nothing").status_code == 404
    assert person(watched, "longdong").get("/derived/pension.missed").status_code == 403
    assert person(watched, "guanli").get(KEY).status_code == 403
    menu = person(watched, "longdong").get("/work").content.decode()
    assert KEY in menu and "/derived/pension.missed" not in menu


def test_the_empty_list_says_what_would_be_here(town):
    words = text_of(person(town, "weijian").get(KEY))
    assert "这一天没有。" in words and "满 14 天自动退出" in words


def test_the_file_has_the_same_rows_with_their_reasons(watched):
    client = person(watched, "weijian")
    answer = client.get(f"{KEY}/export.csv?on=2020-12-20&area={LONGDONG}")
    body = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert body[0][-1] == "日期 2020-12-20" and body[1][0] == "证件号" and len(body) == 3
    assert body[2][0] == "1•••X" and "去过武汉市" in body[2][-3] and body[2][-2:] == ["2020-12-10", "2020-12-24"]
    assert b"".join(client.get(f"{KEY}/export.xlsx").streaming_content).startswith(b"PK")
    assert client.get(f"{KEY}/export.jsonl").status_code == 404


def test_a_page_asks_as_many_statements_for_many_rows_as_for_one(watched):
    client = person(watched, "weijian")
    client.get(KEY)
    with database.counting() as few:
        client.get(KEY)
    for number in range(7, 12):
        add(
            watched,
            "epidemic.arrival",
            "longdong",
            id_number=_number(number),
            came_from="hubei",
            left_on=date(2020, 12, 15),
        )
    follow(watched)
    client.get(KEY)  # as before: what is in force has just been looked up
    with database.counting() as many:
        words = text_of(client.get(KEY))
    assert "共 7 条" in words and many.n <= few.n and few.n < 30


def _number(place: int) -> str:
    """A made-up identity number whose check digit fits."""
    digits = f"4401061990030{place:04d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]
