"""A record's page and its forms: what is shown to whom, what is kept, what is refused and how it is said."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from huying.engine import database, drafts, followers, records
from huying.engine.models import Person
from tests.engine.small import actor_of
from tests.web.walking import area, form_of, person, post_of, press, report, take, text_of

CASE, JAM, POINT = "command.case", "traffic.jam", "traffic.congestion_point"


def url_of(code: str, ledger: str = CASE) -> str:
    return f"/ledgers/{ledger}/{code}"


def seq_of(town, record, ledger=CASE) -> int:
    return records.get(town, actor_of(town, "diaodu"), ledger, record).seq


def test_the_page_says_the_clock_in_both_forms_and_whose_turn_it_is(town):
    made = report(town)
    take(town, "diaodu", CASE, "dispatch", made.record)
    words = text_of(person(town, "longdong").get(url_of(made.code)))
    assert re.search(r"剩 \d+ 个工作日.*前", words) and "在 龙洞街道经办岗 手上" in words and "谭示安" in words
    english = text_of(person(town, "longdong", "en").get(url_of(made.code)))
    assert re.search(r"\d+ workdays? .*left · by", english)


def test_the_next_act_is_one_button_and_the_rest_is_in_a_menu(town):
    made = report(town)
    take(town, "diaodu", CASE, "dispatch", made.record)
    page = person(town, "longdong").get(url_of(made.code)).content.decode()
    assert re.findall(r'class="btn btn-primary" href="[^"]*/(\w+)"', page) == ["accept"]
    assert "退回并说明原因" in page.split('<details class="menu"')[1]


def test_the_history_is_sentences_with_counts_and_where_it_went(town):
    made = report(town)
    take(town, "diaodu", CASE, "dispatch", made.record)
    take(town, "longdong", CASE, "return", made.record, reason="不属街道职责")
    words = text_of(person(town, "diaodu").get(url_of(made.code)))
    assert "指挥中心调度岗 麦例文 派遣 给 龙洞街道经办岗" in words
    assert "退回并说明原因 → 退回待裁定" in words and "原因：不属街道职责" in words and "退回次数：1" in words
    assert "诉求人 报事" in words


def test_private_values_are_masked_until_shown_and_the_showing_is_logged(town):
    made, dispatcher = report(town), person(town, "diaodu")
    assert "13800000000" not in dispatcher.get(url_of(made.code)).content.decode()
    shown = dispatcher.post(f"{url_of(made.code)}/unmask", {"why": "回访"}, headers={"HX-Request": "true"})
    assert "13800000000" in shown.content.decode() and "<html" not in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    logged = database.direct().row(
        "select fields from hy.access_log where district = %s and record = %s", [town.id, made.record]
    )
    assert logged["fields"] == "caller phone"
    assert "13800000000" not in dispatcher.get(url_of(made.code)).content.decode(), "shown once, not for good"


def test_a_caller_who_asked_for_secrecy_is_shown_to_the_desk_only(town):
    made = report(town, confidential=True)
    take(town, "diaodu", CASE, "dispatch", made.record)
    street = person(town, "longdong")
    assert "已遮住" in text_of(street.get(url_of(made.code)))
    assert street.post(f"{url_of(made.code)}/unmask", {"why": "回访"}).status_code == 403
    assert "13800000000" in person(town, "diaodu").post(f"{url_of(made.code)}/unmask", {"why": "回访"}).content.decode()


def test_where_it_is_stands_in_a_small_picture_of_the_district(town):
    made = report(town, where=(113.365, 23.195))
    page = person(town, "diaodu").get(url_of(made.code))
    assert '<figure class="locator">' in page.content.decode() and "113.36500, 23.19500" in text_of(page)


def test_another_streets_record_is_not_there_for_any_page_or_act(town):
    made, chebei = report(town), person(town, "chebei")
    for answer in (
        chebei.get(url_of(made.code)),
        chebei.get(f"{url_of(made.code)}/accept"),
        chebei.post(f"{url_of(made.code)}/accept", {}),
        chebei.post(f"{url_of(made.code)}/unmask", {"why": "回访"}),
        chebei.post(f"{url_of(made.code)}/remind"),
    ):
        assert answer.status_code == 404 and made.code not in text_of(answer)


def test_another_posts_step_is_refused_in_a_sentence_and_changes_nothing(town):
    made = report(town)
    answer = press(person(town, "longdong"), f"{url_of(made.code)}/dispatch", lead=post_of(town, "longdong.clerk"))
    assert answer.status_code == 422 and "不是您这个岗位的事" in text_of(answer) and seq_of(town, made.record) == 1


def test_the_same_form_sent_twice_is_one_act(town):
    made, dispatcher = report(town), person(town, "diaodu")
    url = f"{url_of(made.code)}/void"
    typed = {**form_of(dispatcher.get(url).content.decode()), "reason": "重复登记"}
    assert [dispatcher.post(url, typed).status_code for _n in (1, 2)] == [302, 302]
    assert seq_of(town, made.record) == 2


def test_when_someone_was_first_the_second_keeps_what_was_typed_and_sees_the_new_state(town):
    made, one, two = report(town), person(town, "diaodu"), person(town, "diaodu2")
    url = f"{url_of(made.code)}/void"
    form = form_of(two.get(url).content.decode())
    assert press(one, url, reason="重复").status_code == 302
    late = two.post(url, {**form, "reason": "查无此处"})
    assert late.status_code == 422 and "查无此处" in late.content.decode() and "已作废" in text_of(late)


def test_the_verifier_must_be_another_person(town):
    made = report(town, JAM, category="jam.signal")
    take(town, "diaodu", JAM, "dispatch", made.record, lead=int(post_of(town, "jiaojing.traffic")))
    take(town, "jiaojing", JAM, "accept", made.record)
    police = person(town, "jiaojing")
    answer = press(
        police, f"{url_of(made.code, JAM)}/measure", measure="调整配时", delay_before_s="90", delay_after_s="九十"
    )
    assert answer.status_code == 422 and "不是数字" in text_of(answer) and "调整配时" in answer.content.decode()
    assert (
        press(
            police, f"{url_of(made.code, JAM)}/measure", measure="调整", delay_before_s="90", delay_after_s="95"
        ).status_code
        == 302
    )
    answer = press(person(town, "hecha"), f"{url_of(made.code, JAM)}/verify", check_words="到场")
    assert answer.status_code == 422 and "改善后延误要低于改善前" in text_of(answer)


@pytest.mark.parametrize("act", ["", "nonsense", "00000000-0000-0000-0000-00000000000g", "1" * 5000])
def test_a_broken_act_number_is_replaced(town, act):
    made, dispatcher = report(town), person(town, "diaodu")
    answer = dispatcher.post(f"{url_of(made.code)}/void", {"act": act, "seen": "1", "reason": "重复"})
    assert answer.status_code == 302 and seq_of(town, made.record) == 2


@pytest.mark.parametrize(
    "reason", ["a\0b", "字" * 501, "字" * 50_000, "\u202e倒" * 900, ""], ids=["nul", "long", "huge", "bidi", "empty"]
)
def test_words_that_cannot_be_taken_are_refused_at_their_field(town, reason):
    made = report(town)
    answer = press(person(town, "diaodu"), f"{url_of(made.code)}/void", reason=reason)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'href="#f-reason"' in page and 'id="f-reason"' in page
    assert seq_of(town, made.record) == 1


@pytest.mark.parametrize(
    ("method", "tail"), [("put", ""), ("delete", ""), ("get", "/unmask"), ("get", "/remind"), ("patch", "/void")]
)
def test_a_wrong_method_is_refused(town, method, tail):
    made = report(town)
    assert getattr(person(town, "diaodu"), method)(f"{url_of(made.code)}{tail}").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/ledgers/none/x",
        "/ledgers/command.case/SX-none",
        "/ledgers/command.case/%00",
        "/ledgers/command.case/new/close",
        "/ledgers/command.case/new/none",
        "/flows/none",
        "/ledgers/command.case/export.exe",
        "/ledgers/none/export.csv",
    ],
)
def test_what_is_not_there_is_said(town, path):
    assert person(town, "diaodu").get(path).status_code == 404


def test_what_is_being_typed_is_kept_sealed_and_stands_in_the_form_again(town):
    made, dispatcher = report(town), person(town, "diaodu")
    url = f"{url_of(made.code)}/void"
    assert dispatcher.post("/drafts", {"form_path": url, "reason": "查无此处，已打电话"}).status_code == 204
    stored = database.direct().value("select body from hy.draft where district = %s", [town.id])
    assert "查无此处" not in stored
    again = dispatcher.get(url)
    assert "查无此处，已打电话" in again.content.decode() and "已恢复没交的内容" in text_of(again)
    assert "查无此处" not in person(town, "diaodu2").get(url).content.decode(), "a draft is its writer's"
    assert dispatcher.post(url, {**form_of(again.content.decode()), "reason": "查无此处"}).status_code == 302
    assert drafts.read(town, f"person:{actor_of(town, 'diaodu').person}", url) is None


@pytest.mark.parametrize(
    ("form", "status"), [("/work", 400), ("", 400), ("/ledgers/x\0", 400), ("/ledgers/command.case/new/report", 413)]
)
def test_a_draft_that_is_none_is_not_kept(town, form, status):
    words = "字" * 40_000 if status == 413 else "x"
    assert person(town, "diaodu").post("/drafts", {"form_path": form, "words": words}).status_code == status


def test_a_session_that_ends_mid_form_loses_nothing(town):
    made = report(town)
    url, client = f"{url_of(made.code)}/void", person(town, "diaodu")
    form = form_of(client.get(url).content.decode())
    client.session.flush()
    client.cookies.pop("huying")
    sent = client.post(url, {**form, "reason": "查无此处，已核实"})
    assert sent.status_code == 302 and sent["Location"].startswith("/signin?next=")
    raw = json.dumps(dict(client.session.items()), ensure_ascii=False)
    assert "查无此处" not in raw, "what was typed lies sealed in the session"
    client.force_login(Person.objects.get(login=f"diaodu-{town.id}"), "django.contrib.auth.backends.ModelBackend")
    page = client.get(url).content.decode()
    assert "查无此处，已核实" in page and form["act"] in page, "the same act: had it arrived, it would be one"


def test_a_reminder_is_one_click_and_once_a_day(town):
    made, dispatcher = report(town), person(town, "diaodu")
    take(town, "diaodu", CASE, "dispatch", made.record)
    assert "已催办" in dispatcher.post(f"{url_of(made.code)}/remind", headers={"HX-Request": "1"}).content.decode()
    assert (
        "今天已经催办过" in dispatcher.post(f"{url_of(made.code)}/remind", headers={"HX-Request": "1"}).content.decode()
    )
    words = text_of(person(town, "longdong").get("/notices"))
    assert words.count(f"催办：{made.code}（待接办）") == 1


def test_a_category_asks_its_own_questions_and_keeps_no_others(town):
    clerk = person(town, "longdong")
    url = "/ledgers/command.case/new/report"
    page = clerk.get(url).content.decode()
    assert 'data-only="road.surface"' in page and "只在类别为“路面破损”时填" in page
    answer = press(clerk, url, category="road.surface", unit="440106018000", road_part="lane", noise_hours="night")
    assert answer.status_code == 302
    seen = records.by_code(town, actor_of(town, "longdong"), CASE, answer["Location"].rsplit("/", 1)[1])
    assert seen.values["road_part"] == "lane" and seen.values.get("noise_hours") is None


def test_a_case_may_be_filed_broadly_and_sorted_later(town):
    made, dispatcher = report(town, category="other"), person(town, "diaodu")
    answer = press(dispatcher, f"{url_of(made.code)}/classify", category="noise", noise_hours="night")
    assert answer.status_code == 302
    seen = records.get(town, actor_of(town, "diaodu"), CASE, made.record)
    assert (seen.values["category"], seen.values["noise_hours"]) == ("noise", "night")


def test_a_reference_is_suggested_by_its_name_and_taken_by_its_code(town):
    point = take(town, "daolu", POINT, "find", None, name="龙洞北路口", unit=area(town), where=(113.37, 23.19))
    followers.run_once(town.id)
    made, dispatcher = report(town, JAM, category="jam.signal"), person(town, "diaodu")
    found = dispatcher.get(f"/ledgers/{POINT}/suggest?q=龙洞北").json()["found"]
    assert found in ([{"code": point.code, "title": "龙洞北路口"}], []), "search follows within a second"
    assert press(dispatcher, f"{url_of(made.code, JAM)}/link", point=point.code).status_code == 302
    page = dispatcher.get(url_of(made.code, JAM)).content.decode()
    assert f'href="/ledgers/{POINT}/{point.code}"' in page
    wrong = press(dispatcher, f"{url_of(made.code, JAM)}/link", point="YD-999")
    assert wrong.status_code == 422 and "没有编号为“YD-999”的记录" in text_of(wrong)


def test_the_page_as_of_a_past_moment_shows_that_moment_and_offers_no_acts(town):
    made, dispatcher = report(town), person(town, "diaodu")
    between = town.now()
    take(town, "diaodu", CASE, "void", made.record, reason="重复")
    then = dispatcher.get(url_of(made.code), {"as_of": between.isoformat()})
    assert "待派遣" in text_of(then) and "已作废" not in text_of(then) and "btn-primary" not in then.content.decode()
    assert dispatcher.get(url_of(made.code), {"as_of": (between - timedelta(days=3)).isoformat()}).status_code == 404
    assert "截至日期写成" in text_of(dispatcher.get(url_of(made.code), {"as_of": "昨天"}))


def test_staff_pages_send_a_visitor_to_sign_in_and_back(town):
    answer = Client().get("/ledgers/command.case?state=reported")
    assert answer["Location"] == "/signin?next=%2Fledgers%2Fcommand.case%3Fstate%3Dreported"
    partial = Client().get("/desk/pane/command.case/x", headers={"HX-Request": "true"})
    assert partial.status_code == 204 and partial["HX-Redirect"].startswith("/signin")
