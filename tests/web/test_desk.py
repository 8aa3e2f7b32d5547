"""The dispatch desk: what it shows, what a poll brings, what is done beside it."""

from __future__ import annotations

import re
import time

import pytest

from huying.engine import records
from tests.engine.small import actor_of
from tests.web.walking import LONGDONG, area, form_of, person, post_of, report, take, text_of

CASE = "command.case"


def cursor_of(client) -> str:
    return re.search(r'data-cursor="([^"]*)"', client.get("/desk").content.decode())[1]


def pane(client, code: str, **query):
    return client.get(f"/desk/pane/{CASE}/{code}", query)


def test_a_row_says_what_it_is_where_until_when_and_whom_to_ring(town):
    made = report(town, place_words="牌坊下")
    words = text_of(person(town, "diaodu").get("/desk"))
    for said in (made.code, "单车倒伏、乱停放 · 牌坊下", "龙洞街道", "待派遣", "020-00000001"):
        assert said in words


def test_the_pane_proposes_a_post_with_its_clause_and_one_press_dispatches(town):
    made, dispatcher = report(town), person(town, "diaodu")
    page = pane(dispatcher, made.code).content.decode()
    assert "街道履职清单 基本 31" in page and f'value="{post_of(town, "longdong.clerk")}" selected' in page
    answer = dispatcher.post(
        f"/desk/pane/{CASE}/{made.code}?step=dispatch", {**form_of(page), "lead": post_of(town, "longdong.clerk")}
    )
    assert answer.status_code == 200 and "待接办" in text_of(answer) and "谭示安" in text_of(answer)


def test_a_ruling_is_cited_to_the_next_like_case(town):
    first = report(town)
    take(town, "diaodu", CASE, "dispatch", first.record)
    take(town, "longdong", CASE, "return", first.record, reason="不属街道职责")
    lead = int(post_of(town, "chengguan.clerk"))
    take(town, "diaodu", CASE, "rule", first.record, ruling="共享单车由城管局牵头", lead=lead)
    second = report(town)
    take(town, "chengguan", CASE, "return", second.record, reason="先核实")
    words = text_of(pane(person(town, "diaodu"), second.code))
    assert f"依据 {first.code} 的裁定：共享单车由城管局牵头" in words


def test_what_is_wrong_comes_back_in_the_pane_with_everything_typed(town):
    made, dispatcher = report(town), person(town, "diaodu")
    page = pane(dispatcher, made.code, step="classify").content.decode()
    answer = dispatcher.post(f"/desk/pane/{CASE}/{made.code}?step=classify", {**form_of(page), "severity": "urgent"})
    assert answer.status_code == 422 and "请填写类别" in text_of(answer)
    assert re.search(r'value="urgent" checked', answer.content.decode())


def test_of_two_dispatchers_at_once_the_second_is_told_and_sees_what_changed(town):
    made, one, two = report(town), person(town, "diaodu"), person(town, "diaodu2")
    url = f"/desk/pane/{CASE}/{made.code}?step=dispatch"
    seen_by_two = form_of(pane(two, made.code).content.decode())
    lead = post_of(town, "longdong.clerk")
    assert one.post(url, {**form_of(pane(one, made.code).content.decode()), "lead": lead}).status_code == 200
    late = two.post(url, {**seen_by_two, "lead": post_of(town, "chengguan.clerk")})
    assert late.status_code == 422 and "待接办" in text_of(late)
    found = records.get(town, actor_of(town, "diaodu"), CASE, made.record)
    assert str(found.post) == lead and found.seq == 2


def test_a_poll_brings_nothing_until_something_is_committed_and_then_the_queue(town):
    dispatcher = person(town, "diaodu")
    cursor = cursor_of(dispatcher)
    while dispatcher.get(f"/desk/changes?cursor={cursor}").status_code == 200:  # other writers held the watermark
        cursor = cursor_of(dispatcher)
    made = report(town)
    deadline = time.monotonic() + 10
    while (
        answer := dispatcher.get(f"/desk/changes?cursor={cursor}")
    ).status_code == 204 and time.monotonic() < deadline:
        time.sleep(0.05)
    page = answer.content.decode()
    assert answer.status_code == 200 and made.code in page and "<html" not in page
    assert f'id="row-{made.record}"' in page


def test_chips_choose_by_state_street_ledger_and_lateness(town):
    here, there = report(town), report(town, unit=area(town, "440106003000"))
    take(town, "diaodu", CASE, "dispatch", here.record)
    dispatcher = person(town, "diaodu")
    assert_only = [
        (f"/desk?area={LONGDONG}", here.code, there.code),
        ("/desk?state=reported", there.code, here.code),
        ("/desk?state=dispatched", here.code, there.code),
    ]
    for url, shown, hidden in assert_only:
        words = text_of(dispatcher.get(url))
        assert shown in words and hidden not in words, url
    assert here.code not in text_of(dispatcher.get("/desk?late=1"))
    assert here.code not in text_of(dispatcher.get("/desk?ledger=traffic.jam"))
    assert here.code in text_of(dispatcher.get("/desk?ledger=nonsense&area=x&state="))


def test_a_street_sees_its_own_queue_only(town):
    made = report(town)
    assert made.code in text_of(person(town, "longdong").get("/desk"))
    chebei = person(town, "chebei")
    assert made.code not in text_of(chebei.get("/desk")) and pane(chebei, made.code).status_code == 404


@pytest.mark.parametrize("query", ["?step=nothing", "?step=close", "?step=%00"])
def test_a_step_that_is_not_there_shows_the_record_and_takes_nothing(town, query):
    made, dispatcher = report(town), person(town, "diaodu")
    answer = dispatcher.post(f"/desk/pane/{CASE}/{made.code}{query}", {})
    assert answer.status_code in (200, 422)
    assert records.get(town, actor_of(town, "diaodu"), CASE, made.record).seq == 1
