"""A resident reports: what is filled in, what is told, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from huying.engine import database, packs, records, tracking
from tests.engine.small import actor_of
from tests.public.conftest import COMMUNITY, JAM, hidden, page_of, report, typed

SIGN = "TH-002"


def stored(town: packs.District, code: str):
    """The record behind a code, as the dispatcher sees it."""
    ledger, record = tracking.find(town.id, code)
    name = next(n for n, t in town.tables.items() if t.number == ledger)
    return records.get(town, actor_of(town, "diaodu"), name, record)


def count(town: packs.District) -> int:
    with database.owning() as query:
        return query.value("select count(*) from event where district = %s and step = 'report'", [town.id])


def test_everything_whose_first_step_is_a_residents_can_be_reported(anyone):
    page = page_of(anyone.get("/report"))
    for words in ("路面破损", "单车倒伏", "红绿灯配时", "其他"):
        assert words in page
    assert "拥堵点名称" not in page and "登记拥堵点" not in page


def test_a_sign_fills_in_place_street_and_point(town, anyone):
    assert anyone.get(f"/r/{SIGN}")["Location"] == f"/report?place={SIGN}"
    url = f"{JAM}?category=jam.signal&place={SIGN}"
    page = page_of(anyone.get(url))
    assert "龙洞站" in page and 'name="unit" value="440106018005"' in page
    answer = anyone.post(JAM, typed(anyone, url, unit=None, sign=SIGN))
    record = stored(town, answer["Location"].removeprefix("/track/"))
    assert record.values["where"] == (113.364, 23.193)
    assert record.unit == next(u.id for u in _tree(town).units.values() if u.code == COMMUNITY)
    assert record.values["place"] is not None


def test_a_sign_is_read_in_small_and_full_width_letters(anyone):
    for sign in ("th-002", "ＴＨ-００２"):
        assert "龙洞站" in page_of(anyone.get(f"/report?place={sign}"))


def test_a_sign_that_was_taken_down_leads_to_the_list_of_streets(anyone):
    for sign in ("TH-999", "%00", "a" * 500):
        answer = anyone.get(f"/r/{sign}")
        assert answer.status_code == 404 and "/report" in page_of(answer)


def test_a_place_is_never_taken_from_what_a_form_sends(town, anyone):
    record = stored(town, report(anyone, place="00000000-0000-7000-8000-000000000001"))
    assert record.values.get("place") is None


def test_another_place_is_chosen_without_losing_what_was_typed(anyone):
    url = f"{JAM}?category=jam.signal&place={SIGN}"
    page = page_of(anyone.post(JAM, typed(anyone, url, unit=None, sign=SIGN, words="排到桥下", again="elsewhere")))
    assert "排到桥下" in page and "请选择街道" in page and 'name="sign" value="TH-002"' not in page


def test_a_typed_sign_that_nobody_has_is_said_at_its_field(town, anyone):
    answer = anyone.post(JAM, typed(anyone, sign="TH-998"))
    assert answer.status_code == 422 and "TH-998" in page_of(answer) and "每天早上" in page_of(answer)
    assert count(town) == 0


def test_a_category_has_its_own_questions_and_only_those_are_kept(town, anyone):
    page = page_of(anyone.get(f"{JAM}?category=jam.stopping"))
    asked = re.search(r'data-only="([^"]*)"( hidden)?>\s*<label for="f-queue_m"', page)
    assert "jam.stopping" not in asked[1].split() and asked[2], "another category's question sleeps"
    assert stored(town, report(anyone, queue_m="120")).values["queue_m"] == 120
    kept = stored(town, report(anyone, category="jam.stopping", queue_m="120"))
    assert kept.values.get("queue_m") is None and kept.values["jam_when"] == "morning"


def test_a_changed_category_brings_its_questions_without_script(anyone):
    page = page_of(anyone.post(JAM, typed(anyone, category="jam.stopping", words="四条道并两条", again="category")))
    assert "四条道并两条" in page and re.search(r'data-only="jam.signal[^"]*" hidden', page)


def test_the_same_form_twice_or_after_a_lost_answer_is_one_report(town, anyone):
    given = typed(anyone, alike="go")
    first = anyone.post(JAM, given)
    again = Client().post(JAM, given)
    assert first["Location"] == again["Location"] and count(town) == 1


def test_what_a_form_misses_is_said_at_each_field_and_the_rest_is_kept(anyone):
    answer = anyone.post(JAM, typed(anyone, unit="", category="", words="堵在龙洞", phone="12"))
    page = page_of(answer)
    assert answer.status_code == 422 and "堵在龙洞" in page
    for field in ("phone",):
        assert f'href="#f-{field}"' in page
    page = page_of(anyone.post(JAM, typed(anyone, unit="", category="", words="堵在龙洞")))
    assert "请填写类别" in page and "请填写街道社区" in page and "堵在龙洞" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"where": "116.40,39.90"}, "请在地图上重新选点"),
        ({"where": "23.19,113.36"}, "写反了"),
        ({"where": "nan,nan"}, "不是数字"),
        ({"where": "abc"}, "113.36,23.13"),
        ({"category": "nothing.such"}, "没有"),
        ({"category": "road.light"}, "没有"),
        ({"unit": "110101000000"}, "请从名单里选"),
        ({"words": "a\0b"}, "控制字符"),
        ({"words": "字" * 1001}, "最多 1000 字"),
        ({"words": "字" * 340_000}, "最多"),
        ({"jam_when": "never"}, "只能选"),
        ({"queue_m": "-3"}, "不能小于 0"),
        ({"phone": "not a phone"}, "格式不对"),
    ],
)
def test_wrong_values_get_a_sentence_and_nothing_is_written(town, anyone, given, said):
    answer = anyone.post(JAM, typed(anyone, **given))
    assert answer.status_code == 422 and said in page_of(answer)
    assert count(town) == 0


def test_a_form_larger_than_any_report_is_refused_and_nothing_is_written(town, anyone):
    answer = anyone.post(JAM, typed(anyone, words="x" * 5_000_000))
    assert answer.status_code == 400 and "改短后再提交" in page_of(answer) and count(town) == 0


def test_a_ledger_that_residents_cannot_report_is_refused_with_the_way_out(anyone):
    for name in ("traffic.congestion_point", "command.place", "no.such", "%00"):
        answer = anyone.get(f"/report/{name}")
        assert answer.status_code == 404 and 'href="/report"' in page_of(answer)


def test_a_missing_token_gives_the_form_back_with_everything_typed(town, anyone):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(JAM, typed(strict, words="打开太久的页面"))
    page = page_of(answer)
    assert answer.status_code == 403 and "打开太久的页面" in page and "再提交一次" in page
    assert count(town) == 0
    token = hidden(page, "csrfmiddlewaretoken")
    sent = strict.post(JAM, typed(strict, words="打开太久的页面", csrfmiddlewaretoken=token))
    assert sent.status_code == 302 and count(town) == 1


def test_secrecy_name_and_phone_are_kept_apart_and_shown_to_nobody_here(town, anyone):
    code = report(anyone, confidential="true", caller="林某", phone="13800138000")
    assert stored(town, code).values["confidential"] is True
    page = page_of(anyone.get(f"/track/{code}"))
    assert "林某" not in page and "13800138000" not in page and "要求保密" in page


def test_without_a_district_every_entrance_says_so(town, anyone, monkeypatch):
    monkeypatch.setattr(packs, "districts", list)
    for url in ("/", "/report", JAM, "/track", "/track/AAAA-AAAAA", "/r/TH-002", "/places", "/open/command.place"):
        answer = anyone.get(url)
        assert answer.status_code == 503 and "还没有启用" in page_of(answer), url


def test_what_is_typed_is_shown_as_text_never_as_markup(anyone):
    page = page_of(anyone.post(JAM, typed(anyone, unit="", words="<script>alert(1)</script>")))
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_too_many_reports_from_one_address_are_slowed_with_a_sentence(anyone, monkeypatch):
    from huying.web.views import report as view

    monkeypatch.setattr(view, "MOST", 2)
    report(anyone)
    report(anyone)
    answer = anyone.post(JAM, typed(anyone, alike="go"))
    assert answer.status_code == 429 and "十分钟" in page_of(answer)


def _tree(town: packs.District):
    from huying.engine import places

    return places.tree(town.id, town.today())
