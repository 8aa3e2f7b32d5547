"""A resident follows a report: progress, answer, 没解决 once, a rating once; and whom else a code admits."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from django.test import Client

from huying.engine import clock, erasure, followers, packs, records, tracking
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.tracking import track_code
from tests.engine.small import actor_of
from tests.public.conftest import JAM, hidden, page_of, report, typed

HERE, NEAR = "113.364,23.193", "113.3645,23.1932"


def act(town: packs.District, code: str, login: str, step: str, **answers):
    ledger, record = tracking.find(town.id, code)
    name = next(n for n, t in town.tables.items() if t.number == ledger)
    lead = answers.pop("lead", None)
    return take_step(town, Act(name, step, actor_of(town, login), answers, record, lead=lead))


def answered(town: packs.District, code: str) -> None:
    """Dispatched, accepted, answered by telephone."""
    road = actor_of(town, "daolu")
    act(town, code, "diaodu", "dispatch", lead=road.post.id)
    act(town, code, "daolu", "accept")
    act(town, code, "daolu", "answer", answer_how="phone", answer="周五前调好配时")


def step(client: Client, code: str, name: str, **answers):
    page = page_of(client.get(f"/track/{code}/{name}"))
    return client.post(f"/track/{code}/{name}", {"act": hidden(page, "act"), **answers})


def test_the_code_comes_with_its_page_and_a_qr_that_opens_it(anyone):
    code = report(anyone)
    page = page_of(anyone.get(f"/track/{code}"))
    assert "收到了" in page and code in page and "<svg" in page and f"http://testserver/track/{code}" in page
    assert "收到了" not in page_of(anyone.get(f"/track/{code}")), "said once"


def test_progress_is_told_by_office_with_the_promised_date_and_the_answer(town, anyone):
    code = report(anyone)
    page = page_of(anyone.get(f"/track/{code}"))
    assert "待派遣" in page and "现在由调度员处理" in page
    answered(town, code)
    deadline = time.monotonic() + 20  # a writer elsewhere in the cluster may hold the watermark a while
    while "给您的通知" not in (page := page_of(anyone.get(f"/track/{code}"))) and time.monotonic() < deadline:
        followers.run_once(town.id)
    assert "周五前调好配时" in page and "电话" in page and "区住房建设和园林局" in page
    assert "给您的通知" in page
    for staff in ("diaodu", "daolu"):
        assert actor_of(town, staff).name not in page, "offices are named, never persons"


def test_the_promised_date_stands_there_while_the_clock_runs(town, anyone):
    code = report(anyone)
    act(town, code, "diaodu", "dispatch", lead=actor_of(town, "daolu").post.id)
    page = page_of(anyone.get(f"/track/{code}"))
    assert "答应 <b>" in page and "前答复" in page and "→ 区住房建设和园林局" in page


def test_unsolved_really_sends_it_back_and_only_once(town, anyone):
    code = report(anyone)
    answered(town, code)
    assert step(anyone, code, "unsolved", unsolved_why="还是堵").status_code == 302
    page = page_of(anyone.get(f"/track/{code}"))
    assert "办理中" in page and "还是堵" in page
    act(town, code, "daolu", "answer", answer_how="visit", answer="已到场复核")
    page = page_of(anyone.get(f"/track/{code}"))
    assert "最多 1 次，已经用过" in page and f'href="/track/{code}/unsolved"' not in page
    assert anyone.get(f"/track/{code}/unsolved")["Location"] == f"/track/{code}"
    again = anyone.post(f"/track/{code}/unsolved", {"act": str(uuid4()), "unsolved_why": "又堵"})
    assert again.status_code == 422 and "又堵" in page_of(again) and "最多 1 次" in page_of(again)


def test_a_rating_is_given_once_and_its_words_are_kept(town, anyone):
    code = report(anyone)
    answered(town, code)
    assert step(anyone, code, "rate", rating="5", rating_words="很快").status_code == 302
    page = page_of(anyone.get(f"/track/{code}"))
    assert "很快" in page and f'href="/track/{code}/rate"' not in page


@pytest.mark.parametrize(
    "answers", [{"rating": "6"}, {"rating": "很好"}, {}, {"rating": "5", "rating_words": "x" * 400}]
)
def test_a_wrong_rating_is_refused_with_a_sentence(town, anyone, answers):
    code = report(anyone)
    answered(town, code)
    assert step(anyone, code, "rate", **answers).status_code == 422


def test_a_step_of_the_staff_is_no_step_of_a_resident(town, anyone):
    code = report(anyone)
    for name in ("dispatch", "close", "report", "nothing", "void"):
        assert anyone.get(f"/track/{code}/{name}").status_code == 404
        assert anyone.post(f"/track/{code}/{name}", {"act": str(uuid4()), "reason": "x"}).status_code == 404


def test_a_code_opens_however_it_is_typed(anyone):
    code = report(anyone)
    for text in (code.lower(), code.replace("-", " "), f" {code.replace('-', '')} "):
        assert anyone.post("/track", {"code": text})["Location"] == f"/track/{code}"


def test_a_slip_is_told_from_a_code_that_nobody_has(anyone):
    code = report(anyone)
    slip = code[:-1] + ("A" if code[-1] != "A" else "B")
    answer = anyone.post("/track", {"code": slip})
    assert answer.status_code == 422 and "打错了" in page_of(answer)
    nobody = anyone.post("/track", {"code": track_code(clock.new_id())})
    assert nobody.status_code == 404 and "没有这个查询码" in page_of(nobody)
    for text in ("", "%00", "中文", "A" * 3000):
        assert anyone.get("/track", {"code": text}).status_code in (200, 422)


def test_guessing_codes_is_slowed_and_says_what_else_to_do(anyone, monkeypatch):
    code = report(anyone)
    for _ in range(20):
        assert anyone.get(f"/track/{track_code(clock.new_id())}").status_code == 404
    answer = anyone.get(f"/track/{code}")
    assert answer.status_code == 429 and "十分钟" in page_of(answer) and "12345" in page_of(answer)


def test_what_a_code_opens_is_neither_cached_nor_indexed(anyone):
    answer = anyone.get(f"/track/{report(anyone)}")
    assert answer["Cache-Control"] == "no-store" and "noindex" in answer["X-Robots-Tag"]
    assert 'name="robots" content="noindex"' in page_of(answer)


def test_the_code_of_an_erased_report_opens_nothing(town, anyone):
    code = report(anyone)
    _ledger, record = tracking.find(town.id, code)
    erasure.erase(town, "traffic.jam", record, by="test", why="asked", at=town.now())
    assert anyone.get(f"/track/{code}").status_code == 404


def test_a_like_report_is_told_by_category_distance_and_progress_only(anyone):
    report(anyone, where=HERE, words="邻居的话不外传", place_words="某某楼下")
    given = typed(Client(), where=NEAR, category="jam.stopping", words="我的话")
    answer = Client().post(JAM, given)
    page = page_of(answer)
    assert answer.status_code == 200 and "附近已有人报过" in page
    assert "红绿灯配时" in page and "100 米以内" in page and "待派遣" in page
    assert "邻居的话不外传" not in page and "某某楼下" not in page and "YDSQ" not in page
    assert "我的话" in page, "what I typed is carried along"


def test_after_the_look_one_goes_on_with_everything_that_was_typed(town, anyone):
    report(anyone, where=HERE)
    other = Client()
    given = typed(other, where=NEAR, words="另一件事")
    assert "附近已有人报过" in page_of(other.post(JAM, given))
    back = page_of(other.post(JAM, given | {"again": "edit"}))
    assert "另一件事" in back and given["act"] in back
    sent = other.post(JAM, given | {"alike": "go"})
    assert sent.status_code == 302
    assert tracking.find(town.id, sent["Location"].removeprefix("/track/"))


def test_i_have_this_too_follows_the_public_progress_and_no_more(town, anyone):
    first = report(anyone, where=HERE, words="邻居的话不外传", phone="13800138000")
    other = Client()
    given = typed(other, where=NEAR)
    mark = hidden(page_of(other.post(JAM, given)), "follow")
    followed = other.post(JAM, given | {"follow": mark})
    code = followed["Location"].removeprefix("/track/")
    assert code != first and other.post(JAM, given | {"follow": mark})["Location"] == followed["Location"]
    answered(town, first)
    page = page_of(other.get(f"/track/{code}"))
    assert "已答复" in page and "红绿灯配时" in page and "只显示进展" in page
    for secret in ("邻居的话不外传", "周五前调好配时", "13800138000", "住房建设", "没解决"):
        assert secret not in page.replace("不显示对方说的话", ""), secret
    assert other.get(f"/track/{code}/unsolved").status_code == 404
    assert other.post(f"/track/{code}/unsolved", {"act": str(uuid4())}).status_code == 404


def test_a_report_that_asked_for_secrecy_is_told_to_nobody(anyone):
    report(anyone, where=HERE, confidential="true")
    other = Client()
    assert other.post(JAM, typed(other, where=NEAR)).status_code == 302


def test_what_is_far_closed_old_or_of_another_kind_is_not_alike(town, anyone):
    void = report(anyone, where=HERE)
    act(town, void, "diaodu", "void", reason="重复")
    report(anyone, where="113.40,23.15", unit="440106003000")
    other = Client()
    assert other.post(JAM, typed(other, where=NEAR)).status_code == 302


def test_without_a_point_only_the_same_community_is_near(anyone):
    report(anyone)
    other = Client()
    assert "同一社区" in page_of(other.post(JAM, typed(other)))
    assert other.post(JAM, typed(other, unit="440106018000")).status_code == 302, "a whole street is not near"


def test_a_mark_of_another_form_follows_nothing(anyone):
    report(anyone, where=HERE)
    one, two = Client(), Client()
    mark = hidden(page_of(one.post(JAM, typed(one, where=NEAR))), "follow")
    answer = two.post(JAM, typed(two, where=NEAR, follow=mark, words="我的话"))
    assert answer.status_code == 422 and "我的话" in page_of(answer)


def test_the_part_of_the_page_that_tells_of_like_reports_says_nothing_else(anyone):
    report(anyone, where=HERE, words="邻居的话不外传")
    asked = {"act": str(uuid4()), "category": "jam", "unit": "440106018005", "where": NEAR}
    part = page_of(anyone.get(f"{JAM}/alike", asked))
    assert "附近已有人报过" in part and "邻居的话不外传" not in part and "<html" not in part
    assert anyone.get(f"{JAM}/alike", {"act": "x"}).status_code == 404
    assert page_of(anyone.get(f"{JAM}/alike", {"act": str(uuid4())})).strip() == ""


def test_records_of_a_like_report_stay_closed_to_the_follower(town, anyone):
    first = report(anyone, where=HERE)
    _ledger, record = tracking.find(town.id, first)
    from huying.engine import people

    assert records.get(town, people.resident(town.id), "traffic.jam", record) is None
