"""Every list, record, figure and promise is shown as of a past day where one is asked, and says so."""

from __future__ import annotations

import re

import pytest

from huying.engine import database, finding_then
from tests.engine.followed import follow
from tests.engine.tasking import issued
from tests.web.walking import person, report, take, text_of

CASE, DAY = "command.case", "2020-12-19"
ENTRANCES = [
    f"/ledgers/{CASE}",
    f"/ledgers/{CASE}?q=路",
    f"/ledgers/{CASE}?q=倒了一片",
    f"/ledgers/{CASE}?group=state",
    f"/ledgers/{CASE}?group=state&key=reported",
    f"/ledgers/{CASE}?state=reported&area=440106018000",
    f"/ledgers/{CASE}?filter=category filled",
    "/ledgers/command.place/grid",
    f"/ledgers/{CASE}/about",
    f"/ledgers/{CASE}/quality",
    "/derived/epidemic.key_person",
    "/indicators",
    "/indicators/command.on_time_answer_rate",
    "/indicators/command.on_time_answer_rate/records",
    "/commitments",
    "/promises",
    "/open/command.place",
]


@pytest.mark.parametrize("url", ENTRANCES)
def test_an_entrance_takes_a_past_day_and_says_so(town, url: str):
    report(town)
    client = person(town, "diaodu")
    joined = f"{url}{'&' if '?' in url else '?'}as_of="
    answer = client.get(f"{joined}{DAY}")
    words = text_of(answer)
    assert answer.status_code == 200
    assert re.search(r"截至 ?(2020-12-19 |12月19日 23:59|12月20日 0?0:00)", words), "it says the end of that day"
    for wrong in ("yesterday", "2020-13-40", "9999-99-99", "0", "2020-12-19T99"):
        again = client.get(f"{joined}{wrong}")
        assert again.status_code in (200, 422), "a wrong day is told, not a failure"


def test_a_promise_and_the_file_of_a_derived_ledger_are_as_of_the_day_asked(town):
    code, today = issued(town).code, town.today().isoformat()
    supervisor = person(town, "ducha")
    answer = supervisor.get(f"/commitments/{code}?as_of={today}")
    assert answer.status_code == 200 and "截至" in text_of(answer)
    assert "记下认定" not in text_of(answer), "a past day is looked at, not written to"
    assert supervisor.get(f"/commitments/{code}?as_of={DAY}").status_code == 404, "it was not issued then"
    assert supervisor.get(f"/commitments/{code}?as_of=yesterday").status_code in (200, 422)
    client = person(town, "weijian")
    for kind in ("csv", "xlsx"):
        file = client.get(f"/derived/epidemic.key_person/export.{kind}?as_of={DAY}&on={DAY}")
        body = b"".join(file.streaming_content)
        assert file.status_code == 200 and body
        if kind == "csv":
            assert "2020-12-20T00:00" in body.decode("utf-8-sig") or DAY in body.decode("utf-8-sig")


def test_a_record_that_came_later_is_not_there_on_an_earlier_day(town):
    made = report(town)
    take(town, "diaodu", CASE, "dispatch", made.record)
    client = person(town, "diaodu")
    assert made.code in text_of(client.get(f"/ledgers/{CASE}"))
    assert made.code not in text_of(client.get(f"/ledgers/{CASE}?as_of={DAY}"))
    assert client.get(f"/ledgers/{CASE}/{made.code}?as_of={DAY}").status_code == 404
    assert "记录 0" in text_of(client.get(f"/ledgers/{CASE}/about?as_of={DAY}"))


def test_words_are_found_as_they_stood_then_and_the_page_says_so(town):
    """What a record said on that day is found, what it was changed to later is not, though the index holds the present."""
    client, desk = person(town, "diaodu"), f"/ledgers/{CASE}"
    made = report(town, words="龙眼树倒了")
    follow(town, "search")
    then = town.now().isoformat()
    take(town, "diaodu", CASE, "dispatch", made.record)
    with database.owning() as query:
        table = town.tables[CASE]
        query.run(f"update {table.name} set {table.column('words')} = '荔枝树倒了' where district = %s", [town.id])
        query.run(
            "update hy.search_row set body = replace(body, '龙眼', '荔枝'), grams = hy.bigrams(replace(body, '龙眼', '荔枝')) where district = %s",
            [town.id],
        )
    now, past = text_of(client.get(f"{desk}?q=荔枝树")), text_of(client.get(desk, {"q": "龙眼树", "as_of": then}))
    assert made.code in now and "按那一天的内容找的" not in now
    assert made.code in past and "按那一天的内容找的" in past
    assert made.code not in text_of(client.get(desk, {"q": "荔枝树", "as_of": then}))
    exported = b"".join(client.get(f"{desk}/export.csv", {"q": "龙眼树", "as_of": then}).streaming_content).decode()
    assert made.code in exported
    assert (
        made.code
        not in b"".join(client.get(f"{desk}/export.csv", {"q": "荔枝树", "as_of": then}).streaming_content).decode()
    )


def test_where_there_are_more_than_it_looks_through_the_page_says_how_many(town, monkeypatch):
    for _ in range(3):
        report(town)
    monkeypatch.setattr(finding_then, "LOOKED_AT", 2)
    words = text_of(person(town, "diaodu").get(f"/ledgers/{CASE}", {"q": "倒了", "as_of": town.now().isoformat()}))
    assert "只看了最近登记的 2 条" in words
