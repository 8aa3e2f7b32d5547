"""Secret values on the staff's pages: masked, found by the whole value, shown for a reason that everyone sees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huying.engine import packs
from huying.engine.in_force import put_in_force
from tests.engine.aid import aid
from tests.web.walking import LONGDONG, area, form_of, person, press, take, text_of

CALL, PHONE = "aid.call", "13800138000"


@pytest.fixture
def helped(town: packs.District, tmp_path: Path) -> packs.District:
    put_in_force(town.id, [aid(tmp_path)])
    return packs.current(town.id)


def enter(client, **answers: str) -> str:
    """Enter a call by the form; its code."""
    done = press(client, f"/ledgers/{CALL}/new/report", unit=LONGDONG, words="要轮椅", **answers)
    assert done.status_code == 302, text_of(done)
    return done["Location"].rsplit("/", 1)[1]


def test_a_value_is_masked_on_the_page_until_it_is_shown_for_a_reason_and_the_reason_stands_in_the_history(helped):
    clerk = person(helped, "longdong")
    url = f"/ledgers/{CALL}/{enter(clerk, phone=PHONE, caller='陈某')}"
    page = clerk.get(url).content.decode()
    assert PHONE not in page and "•••8000" in page
    without = clerk.post(f"{url}/unmask", {"why": " "}, headers={"HX-Request": "true"})
    assert (
        without.status_code == 422 and PHONE not in without.content.decode() and "请写明为什么要看" in text_of(without)
    )
    shown = clerk.post(f"{url}/unmask", {"why": "回访答复"}, headers={"HX-Request": "true"})
    assert shown.status_code == 200 and PHONE in shown.content.decode() and shown["Cache-Control"] == "no-store"
    words = text_of(person(helped, "diaodu").get(url))
    assert (
        "龙洞街道经办岗 谭示安 查看了称呼、电话、家属电话" in words and "理由：回访答复" in words and PHONE not in words
    )
    english = text_of(person(helped, "diaodu", "en").get(url))
    assert "looked at Name, Phone, Phone of kin" in english


def test_who_may_not_see_a_value_is_shown_its_mask_and_no_button(helped):
    url = f"/ledgers/{CALL}/{enter(person(helped, 'longdong'), kin_phone=PHONE, diagnosis='哮喘')}"
    verifier = person(helped, "hecha")
    page = verifier.get(url)
    words = text_of(page)
    assert (
        "家属电话 •••8000" in words
        and "已遮住" in words
        and "哮喘" not in words
        and "/unmask" not in page.content.decode()
    )
    assert verifier.post(f"{url}/unmask", {"why": "看看"}).status_code == 403


def test_a_form_that_comes_back_keeps_what_was_typed_and_one_opened_anew_shows_no_value(helped):
    clerk = person(helped, "longdong")
    url = f"/ledgers/{CALL}/{enter(clerk, phone=PHONE)}"
    form = clerk.get(f"{url}/correct").content.decode()
    assert PHONE not in form
    back = clerk.post(f"{url}/correct", {**form_of(form), "phone": "138"})
    assert back.status_code == 422 and 'value="138"' in back.content.decode()
    press(clerk, f"{url}/correct", phone="", kin_phone="13800138001")
    assert "•••8000" in clerk.get(url).content.decode(), "what was left empty stays as it was"


def test_the_list_finds_by_the_whole_value_and_no_address_holds_it(helped):
    clerk = person(helped, "longdong")
    code, other = enter(clerk, phone=PHONE), enter(clerk, phone="13800138001")
    page = clerk.get(f"/ledgers/{CALL}").content.decode()
    assert code in page and other in page and f'action="/ledgers/{CALL}/find"' in page
    sent = clerk.post(f"/ledgers/{CALL}/find", {"field": "phone", "value": " 138 0013 8000"})
    assert (
        sent.status_code == 302 and PHONE not in sent["Location"] and "138" not in sent["Location"].split("found=")[0]
    )
    found = clerk.get(sent["Location"]).content.decode()
    assert code in found and other not in found and PHONE not in found and "•••8000" in found
    export = re.search(r'href="([^"]*export\.csv[^"]*)"', found)
    assert export is not None
    sheet = b"".join(clerk.get(export[1].replace("&amp;", "&")).streaming_content).decode()
    assert code in sheet and other not in sheet and PHONE not in sheet
    none = clerk.post(f"/ledgers/{CALL}/find", {"field": "phone", "value": "8000"}, follow=True).content.decode()
    assert code not in none and "这样筛选没有" in none


def test_an_address_opens_for_whoever_typed_the_value_only_and_only_fields_that_may_be_seen_find(helped):
    clerk, dispatcher = person(helped, "longdong"), person(helped, "diaodu")
    code = enter(clerk, phone=PHONE, diagnosis="哮喘")
    enter(clerk, phone="13800138001")
    address = clerk.post(f"/ledgers/{CALL}/find", {"field": "phone", "value": PHONE})["Location"]
    assert "•••8000" not in dispatcher.get(address).content.decode()
    assert clerk.post(f"/ledgers/{CALL}/find", {"field": "diagnosis", "value": "哮喘"}).status_code == 404
    assert (
        code
        in dispatcher.post(
            f"/ledgers/{CALL}/find", {"field": "diagnosis", "value": "哮喘"}, follow=True
        ).content.decode()
    )
    assert "/find" not in person(helped, "hecha").get(f"/ledgers/{CALL}").content.decode()
    assert clerk.get(f"/ledgers/{CALL}?found=nonsense").status_code == 200


def test_one_who_asked_for_secrecy_is_masked_whole_for_all_but_the_desk(helped):
    made = take(helped, "diaodu", CALL, "report", None, unit=area(helped), phone=PHONE, confidential=True)
    url = f"/ledgers/{CALL}/{made.code}"
    assert "8000" not in person(helped, "longdong").get(url).content.decode()
    assert "•••8000" in person(helped, "diaodu").get(url).content.decode()
