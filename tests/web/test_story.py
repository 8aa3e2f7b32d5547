"""The story as its people walk it through the pages."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client

from huying.engine import database, followers, packs

PASSWORD = "huying-demo-2020"


@pytest.fixture
def town(tianhe: packs.District, monkeypatch) -> packs.District:
    monkeypatch.setattr(packs, "districts", lambda: [{"id": tianhe.id, "name": tianhe.name, "title": tianhe.title}])
    return tianhe


def person(town: packs.District, login: str) -> Client:
    client = Client()
    answer = client.post("/signin", {"login": f"{login}-{town.id}", "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def report(client: Client, **more: str):
    page = client.get("/report/traffic.jam").content.decode()
    typed = {
        "act": hidden(page, "act"),
        "category": "jam",
        "unit": "440106018000",
        "words": "每天早上堵",
        "phone": "13800000000",
        "caller": "陈某",
        **more,
    }
    return client.post("/report/traffic.jam", typed), typed


def step(client: Client, url: str, **answers):
    page = client.get(url).content.decode()
    return client.post(url, {"act": hidden(page, "act"), "seen": hidden(page, "seen"), **answers})


def post_of(town: packs.District, code: str) -> str:
    return str(database.direct().value("select id from hy.post where district = %s and code = %s", [town.id, code]))


def newest(town: packs.District) -> str:
    with database.owning() as query:
        return query.value(
            f"select code from l{town.tables['traffic.jam'].number} where district = %s order by opened_at desc limit 1",
            [town.id],
        )


def test_a_report_travels_to_an_answer_and_back_once(town):
    anyone = Client()
    sent, _ = report(anyone)
    assert sent.status_code == 302 and sent["Location"].startswith("/track/")
    progress = anyone.get(sent["Location"]).content.decode()
    assert "收到了" in progress and "陈某" not in progress and "13800000000" not in progress
    dispatcher, road, verifier = person(town, "diaodu"), person(town, "daolu"), person(town, "hecha")
    url = f"/ledgers/traffic.jam/{newest(town)}"
    desk = dispatcher.get("/desk").content.decode()
    assert newest(town) in desk and "交通拥堵" in desk
    form = dispatcher.get(f"{url}/dispatch").content.decode()
    assert "街道履职清单" in form, "the clause stands beside the proposal"
    assert step(dispatcher, f"{url}/dispatch", lead=post_of(town, "zhujian.road")).status_code == 302
    assert step(road, f"{url}/accept").status_code == 302
    assert step(road, f"{url}/measure", measure="调整配时", delay_before_s="90", delay_after_s="40").status_code == 302
    assert step(road, f"{url}/verify", check_words="自查").status_code == 422
    assert step(verifier, f"{url}/verify", check_words="到场复测").status_code == 302
    assert step(road, f"{url}/answer", answer_how="phone", answer="已调整配时").status_code == 302
    progress = anyone.get(sent["Location"]).content.decode()
    assert "已调整配时" in progress and "没解决" in progress
    assert step(anyone, f"{sent['Location']}/unsolved", unsolved_why="还是堵").status_code == 302
    assert "办理中" in anyone.get(sent["Location"]).content.decode()


def test_the_same_form_sent_twice_is_one_report(town):
    anyone = Client()
    first, typed = report(anyone)
    again = anyone.post("/report/traffic.jam", typed)
    assert again["Location"] == first["Location"]


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(town):
    answer, _ = report(Client(), unit="", words="堵在龙洞")
    page = answer.content.decode()
    assert answer.status_code == 422 and "请填写街道社区" in page and "堵在龙洞" in page


def test_a_place_outside_the_district_is_refused_with_the_way_out(town):
    answer, _ = report(Client(), where="116.40,39.90")
    assert answer.status_code == 422 and "f-where" in answer.content.decode()


def test_a_slip_in_the_code_is_told_from_a_code_that_nobody_has(town):
    assert Client().get("/track?code=ABCD").status_code == 422
    sent, _ = report(Client())
    code = sent["Location"].rsplit("/", 1)[1]
    assert Client().get(f"/track?code={code.lower()}")["Location"].endswith(code)


def test_two_dispatchers_at_once_the_second_keeps_what_was_typed(town):
    report(Client())
    url, one, two = f"/ledgers/traffic.jam/{newest(town)}/void", person(town, "diaodu"), person(town, "diaodu")
    form = two.get(url).content.decode()
    assert step(one, url, reason="重复").status_code == 302
    late = two.post(url, {"act": hidden(form, "act"), "seen": hidden(form, "seen"), "reason": "查无此处"})
    assert late.status_code == 422 and "查无此处" in late.content.decode()


def test_a_record_of_another_office_is_not_there(town):
    report(Client())
    assert person(town, "jiaojing").get(f"/ledgers/traffic.jam/{newest(town)}").status_code == 404


def test_the_caller_is_masked_until_shown_on_purpose(town):
    report(Client())
    url, dispatcher = f"/ledgers/traffic.jam/{newest(town)}", person(town, "diaodu")
    assert "13800000000" not in dispatcher.get(url).content.decode()
    assert "13800000000" in dispatcher.post(f"{url}/unmask", {"why": "回访"}).content.decode()


def test_a_session_that_ends_mid_form_loses_nothing(town):
    report(Client())
    url = f"/ledgers/traffic.jam/{newest(town)}/void"
    client = Client()
    answer = client.post(url, {"reason": "查无此处，已核实"})
    assert answer["Location"].startswith("/signin")
    client.post("/signin", {"login": f"diaodu-{town.id}", "password": PASSWORD, "next": url})
    assert "查无此处，已核实" in client.get(url).content.decode()


def test_five_wrong_passwords_lock_the_login_for_a_while(town):
    client = Client()
    for _ in range(5):
        assert client.post("/signin", {"login": f"ducha-{town.id}", "password": "不对"}).status_code == 401
    assert client.post("/signin", {"login": f"ducha-{town.id}", "password": PASSWORD}).status_code == 429


def test_the_desk_answers_204_until_something_happens(town):
    dispatcher = person(town, "diaodu")
    cursor = re.search(r'data-cursor="([^"]*)"', dispatcher.get("/desk").content.decode())[1]
    while dispatcher.get(f"/desk/changes?cursor={cursor}").status_code == 200:  # other writers held the watermark
        cursor = re.search(r'data-cursor="([^"]*)"', dispatcher.get("/desk").content.decode())[1]
    report(Client())
    deadline = time.monotonic() + 10
    while (
        answer := dispatcher.get(f"/desk/changes?cursor={cursor}")
    ).status_code == 204 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert answer.status_code == 200 and newest(town) in answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages_without_raw_keys(town, language):
    report(Client())
    followers.run_once(town.id)
    client = person(town, "diaodu")
    client.cookies["django_language"] = language
    code = newest(town)
    pages = [
        "/work",
        "/desk",
        "/notices",
        "/search?q=拥堵",
        "/account",
        *(f"/ledgers/{n}" for n in town.rules.ledgers if not town.rules.ledgers[n].see),
        f"/ledgers/traffic.jam/{code}",
        f"/ledgers/traffic.jam/{code}/dispatch",
        "/ledgers/command.case/new/report",
    ]
    for url in pages:
        answer = client.get(url)
        page = answer.content.decode()
        assert answer.status_code == 200, url
        assert " | " not in re.sub(r"<[^>]+>", "", page), url
        assert "演示数据" in page or "Demonstration" in page


def test_staff_pages_ask_a_bounded_number_of_statements(town):
    for _ in range(5):
        report(Client())
    client = person(town, "diaodu")
    client.get("/desk")
    counts = {}
    for url in ("/desk", "/work", "/ledgers/traffic.jam"):
        with database.counting() as count:
            client.get(url)
        counts[url] = count.n
    assert max(counts.values()) <= 22, counts


@pytest.mark.parametrize(
    "url",
    [
        "/ledgers/nothing",
        "/ledgers/traffic.jam/none",
        "/ledgers/traffic.jam/%00",
        "/report/nothing",
        "/track/AAAA-AAAAA",
        "/ledgers/traffic.jam/x/dispatch",
        "/r/none",
        "/open/command.case",
    ],
)
def test_what_is_not_there_is_said_and_never_a_500(town, url):
    assert person(town, "diaodu").get(url).status_code == 404


def test_hostile_values_are_refused_with_a_sentence(town):
    for more in (
        {"words": "a\0b"},
        {"words": "字" * 5000},
        {"category": "nope"},
        {"unit": "999999999999"},
        {"where": "23.13,113.36"},
        {"queue_m": "NaN"},
    ):
        answer, _ = report(Client(), **({"category": "jam.signal"} | more))
        assert answer.status_code == 422, more
