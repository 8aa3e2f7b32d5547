"""The pages of a collection, as a clerk presses them: without script, in both languages."""

from __future__ import annotations

import re

from django.test import Client

from huying.engine import packs
from tests.collect.rounds import FORM, LONGDONG, add_lifts, answer, board, hand_in, open_round, seen
from tests.web.walking import form_of, person, text_of

FILLED = {
    "lifts_permitted": "3",
    "lifts_running": "2",
    "lift_households": "40",
    "estates_planned": "3",
    "estates_begun": "2",
    "estates_done": "1",
}


def sheet(town: packs.District, code: str, area: str = LONGDONG) -> str:
    return f"/collect/{FORM}/{answer(town, code, area).code}"


def press(client: Client, url: str, **answers: str):
    page = client.get(url).content.decode()
    return client.post(url, {**form_of(page), **answers})


def test_the_owner_sends_a_form_and_sees_who_has_not_answered(town):
    client = person(town, "zhujian")
    assert "老旧小区微改造及加装电梯进展表" in text_of(client.get("/collect"))
    sent = client.post(f"/collect/{FORM}", {"period": "2020Q4"}, follow=True)
    words = text_of(sent)
    assert sent.redirect_chain[-1][0].startswith(f"/collect/{FORM}/rounds/CJ2020-")
    assert "已下发 3 家" in words and "0 / 3 已报 · 3 家还没报" in words and "谭示安" in words


def test_a_clerk_changes_what_changed_and_hands_it_in(town):
    add_lifts(town)
    code = open_round(town).code
    client = person(town, "longdong")
    assert f'href="{sheet(town, code)}"' in client.get("/work").content.decode(), "it stands in her work"
    words = text_of(client.get(sheet(town, code)))
    assert "本表 8 项中 3 项已有" in words and "取自加装电梯" in words
    done = press(client, sheet(town, code), **FILLED)
    assert done.status_code == 302
    record = seen(town, answer(town, code, LONGDONG))
    assert (record.state, record.values["kept_items"], record.values["unchanged"]) == ("handed_in", 3, False)


def test_nothing_has_changed_is_one_press(town):
    town_code = open_round(town, "2020Q3").code
    hand_in(town, town_code, LONGDONG, "longdong", **{n: int(v) for n, v in FILLED.items()})
    code = open_round(town).code
    client = person(town, "longdong")
    assert "上期所报" in text_of(client.get(sheet(town, code)))
    done = press(client, sheet(town, code), unchanged="1")
    assert done.status_code == 302
    record = seen(town, answer(town, code, LONGDONG))
    assert (record.values["unchanged"], record.values["kept_items"], record.values["estates_begun"]) == (True, 6, 2)
    assert "确认无变化于" in text_of(client.get(sheet(town, code)))


def test_what_is_wrong_comes_back_with_everything_that_was_typed(town):
    code = open_round(town).code
    wrong = press(
        person(town, "longdong"), sheet(town, code), **{**FILLED, "estates_done": "9", "next_step": "三季度开工"}
    )
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "完工数不应多于开工数" in page and 'value="9"' in page and "三季度开工" in page


def test_an_answer_is_sent_back_with_reasons_at_the_fields_and_mended(town):
    code = open_round(town).code
    clerk, owner = person(town, "longdong"), person(town, "zhujian")
    press(clerk, sheet(town, code), **FILLED)
    back = owner.post(
        f"{sheet(town, code)}/send_back", {"why-estates_begun": "与现场不符", "why": "请核对"}, follow=True
    )
    assert "已退回" in text_of(back)
    words = text_of(clerk.get(sheet(town, code)))
    assert re.search(r"已开工小区 个 与现场不符", words) and "退回原因：请核对" in words
    assert press(clerk, sheet(town, code), **{**FILLED, "estates_begun": "3"}).status_code == 302
    row = next(row for row in board(town, code).rows if row.record.code in sheet(town, code))
    owner.post(f"/collect/{FORM}/rounds/{code}/accept", {"answer": f"{row.record.code}@{row.record.seq}"})
    assert answer(town, code, LONGDONG).state == "accepted"


def test_cells_that_differ_from_the_round_before_are_marked_with_what_stood_there(town):
    last = open_round(town, "2020Q3").code
    given = {n: int(v) for n, v in FILLED.items()}
    hand_in(town, last, LONGDONG, "longdong", **given)
    code = open_round(town).code
    hand_in(town, code, LONGDONG, "longdong", **{**given, "estates_planned": 5})
    page = person(town, "zhujian").get(f"/collect/{FORM}/rounds/{code}").content.decode()
    assert re.search(r'<td class="num differs">5个<small class="was">上期 3个</small>', page)
    assert page.count("num differs") == 1


def test_a_street_sees_its_own_sheet_and_no_other(town):
    code = open_round(town).code
    chebei = person(town, "chebei")
    assert chebei.get(sheet(town, code)).status_code == 404
    assert "龙洞" not in text_of(chebei.get(f"/collect/{FORM}/rounds/{code}")).split("谁还没报")[1]
    assert chebei.post(f"/collect/{FORM}", {"period": "2020Q4"}).status_code == 422


def test_the_print_has_places_for_signatures_and_the_seal(town):
    code = open_round(town).code
    words = text_of(person(town, "zhujian").get(f"/collect/{FORM}/rounds/{code}/print"))
    assert all(word in words for word in ("填表人", "审核人", "负责人签字", "单位（盖章）", "合计"))


def test_every_page_is_whole_in_english(town):
    code = open_round(town).code
    client = person(town, "zhujian", "en")
    for url in (
        "/collect",
        f"/collect/{FORM}",
        f"/collect/{FORM}/rounds/{code}",
        f"/collect/{FORM}/rounds/{code}/print",
        sheet(town, code),
    ):
        page = client.get(url)
        assert page.status_code == 200
        words = text_of(page).split("state secrets")[0]
        assert "min" in words or "answered" in words or "items stand" in words, url


def test_addresses_and_forms_that_nobody_made_are_answered_with_a_sentence(town):
    code = open_round(town).code
    owner = person(town, "zhujian")
    for path in (
        "none",
        f"{FORM}/none",
        f"{FORM}/%00",
        f"{FORM}/{'9' * 300}",
        f"{FORM}/rounds/none",
        f"{FORM}/rounds/%00",
        f"{FORM}/rounds/none/print",
        f"{FORM}/rounds/none/sheet.xlsx",
        f"{FORM}/none/scan",
        "command.case/rounds/x",
    ):
        assert owner.get(f"/collect/{path}").status_code == 404, path
    for path in ("accept", "unchanged", "finish", "sheet", "take", "scan"):
        assert owner.post(f"/collect/{FORM}/rounds/%00/{path}").status_code == 404, path
        assert owner.get(f"/collect/{FORM}/rounds/{code}/{path}").status_code in (404, 405), path
    chosen = {"answer": ["@", "x@y", f"{answer(town, code, LONGDONG).code}@99999999999999999999"], "seen": "-1"}
    for path in ("accept", "unchanged"):
        assert owner.post(f"/collect/{FORM}/rounds/{code}/{path}", chosen).status_code == 302
    assert answer(town, code, LONGDONG).state == "asked"


def test_nobody_sees_anything_without_signing_in_and_others_may_not_rule(town):
    code = open_round(town).code
    for url in ("/collect", f"/collect/{FORM}", f"/collect/{FORM}/rounds/{code}", sheet(town, code)):
        assert Client().get(url)["Location"].startswith("/signin")
    clerk = person(town, "longdong")
    press(clerk, sheet(town, code), **FILLED)
    record = answer(town, code, LONGDONG)
    clerk.post(f"/collect/{FORM}/rounds/{code}/accept", {"answer": f"{record.code}@{record.seq}"})
    clerk.post(f"{sheet(town, code)}/send_back", {"why": "不行"})
    clerk.post(f"/collect/{FORM}/rounds/{code}/finish")
    assert answer(town, code, LONGDONG).state == "handed_in"


def test_what_others_did_meanwhile_is_not_overwritten(town):
    code = open_round(town).code
    clerk, owner = person(town, "longdong"), person(town, "zhujian")
    page = clerk.get(sheet(town, code)).content.decode()
    press(owner, sheet(town, code), **FILLED)  # the owner enters what came by telephone
    late = clerk.post(sheet(town, code), {**form_of(page), **FILLED, "estates_begun": "3"}, follow=True)
    assert "您填的没有写入" in text_of(late) and answer(town, code, LONGDONG).values["estates_begun"] == 2
