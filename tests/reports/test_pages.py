"""The pages of reports and of drafts, as staff see them."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huying.engine import draft_files, packs
from huying.engine.packs import District
from huying.web import throttle
from tests.reports.conftest import FENGHUANG, visit
from tests.reports.test_draft import HEAD, check
from tests.web.walking import form_of, person

URL = "/reports/of/home_care.care_year"
DRAFT = HEAD + "2020年，上门人次达到4人次，照护时长达到13.6小时。2020年，家庭探访4人次。\n建成绿道4公里。\n"


@pytest.fixture
def served(visited: District, monkeypatch: pytest.MonkeyPatch) -> District:
    monkeypatch.setattr(packs, "districts", lambda: [{"id": visited.id, "name": visited.name, "title": visited.title}])
    throttle.forget()
    return visited


def page(client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


def test_a_report_is_looked_at_saved_and_frozen_and_its_restatements_stand_beside_it(served: District) -> None:
    ducha = person(served, "ducha")
    assert "上门照护情况报告" in page(ducha, "/reports")
    shown = page(ducha, f"{URL}?period=2020")
    assert (
        '<a class="figure" href="/indicators/home_care.visits/why?from=2020-01-01&amp;to=2020-12-31&amp;by=year">4人次</a>'
        in shown
    )
    assert "地区生产总值 · 2020年：这一期没有记录" in shown and "暂缺" in shown
    assert (
        page(ducha, "/indicators/home_care.visits/why?from=2020-01-01&to=2020-12-31&by=year").count(
            "/ledgers/home_care.visit/"
        )
        >= 4
    )
    assert "写成 2019" in page(ducha, f"{URL}?period=2020-06", 422) and "还没有开始" in page(
        ducha, f"{URL}?period=2031", 422
    )
    for kind in ("docx", "xlsx", "html"):
        answer = ducha.get(f"{URL}/file?period=2020&format={kind}&copy=annotated")
        assert answer.status_code == 200 and "2020" in answer.headers["Content-Disposition"]
    assert ducha.get(f"{URL}/file?period=2020&format=doc").status_code == 404

    form = form_of(shown)
    made = ducha.post(f"{URL}/freeze?period=2020", form).headers["Location"]
    assert ducha.post(f"{URL}/freeze?period=2020", form).headers["Location"] == made, "pressed twice"
    assert "到现在每个数都还是定稿时的数" in page(ducha, made)
    visit(served, FENGHUANG, "2020-07-01", "E5", 60, known_at=served.now())
    later = page(ducha, made)
    assert "4人次" in later and "<b>5人次</b>" in later and "新来 1" in later
    assert ducha.get(f"{made}/file?format=docx").content.startswith(b"PK")
    assert made in page(ducha, "/reports") and made in page(ducha, f"{URL}?period=2020")
    longdong = person(served, "longdong")
    assert (
        longdong.get(made).status_code
        == longdong.get(URL).status_code
        == longdong.get(f"{made}/file?format=docx").status_code
        == 404
    )
    assert ducha.get("/reports/editions/x").status_code == 404


def test_a_draft_is_dropped_marked_and_told_what_a_number_is(served: District) -> None:
    ducha = person(served, "ducha")
    file = SimpleUploadedFile("讲话稿.txt", DRAFT.encode())
    made = ducha.post("/reports/check", {"file": file}).headers["Location"]
    shown = page(ducha, made)
    assert "共 4 个数：相合 1，不合 1，不认得 2" in shown
    assert "佐证 4小时，差 9.6小时，来源 4 条《上门照护》" in shown
    assert 'class="c differs" id="w-1" href="#r-1"' in shown
    only = page(ducha, f"{made}?show=differs")
    assert 'id="r-1"' in only and 'id="r-0"' not in only
    for kind in ("docx", "xlsx", "json", "html"):
        assert ducha.get(f"{made}/file?format={kind}").status_code == 200

    place = re.search(r'id="r-(\d)"(?:(?!id="r-).)*家庭探访', shown, re.S)[1]
    wrong = ducha.post(f"{made}/is/{place}", {"is": "没有的"}, follow=True).content.decode()
    assert "没有这个指标" in wrong
    odd = ducha.post(f"{made}/is/{place}", {"is": "home_care.visits|street=\0x,nothing=1"}, follow=True)
    assert odd.status_code == 200, "an area that there is not has no number"
    told = ducha.post(f"{made}/is/{place}", {"is": "上门人次（home_care.visits）"}, follow=True).content.decode()
    assert "记住了" in told and "相合 2" in told
    assert draft_files.tally(check(served, "2020年，家庭探访5人次。")).startswith("共 1 个数：不合 1"), (
        "in the next draft too"
    )
    assert person(served, "longdong").get(made).status_code == 404, "a draft is for who dropped it"


def test_what_is_no_draft_is_refused_in_words_and_nothing_typed_is_lost(served: District) -> None:
    ducha = person(served, "ducha")
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 40
    answer = ducha.post("/reports/check", {"file": SimpleUploadedFile("稿.docx", locked)})
    assert answer.status_code == 422 and "密码" in answer.content.decode()
    answer = ducha.post("/reports/check", {"text": " ", "period": "2019"})
    assert answer.status_code == 422 and 'value="2019"' in answer.content.decode()
    empty = ducha.post("/reports/check", {"text": HEAD + "我们推进各项改革，加强政府建设，促进经济发展。"}).headers[
        "Location"
    ]
    assert "稿子里没有要核的数" in page(ducha, empty)
    for period in ("去年", "0001", "9999", "2019-13"):
        assert "不是一期" in page(ducha, f"{empty}?period={period}", 422)
        assert "不是一期" in page(ducha, f"{URL}?period={period}", 422)
