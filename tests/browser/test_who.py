"""A clerk says who is who by keyboard, takes it back, and merges two records; on a telephone and a desk, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from huying.engine.packs import District
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.who.persons import ENROLMENT, HARDSHIP, follow, number
from tests.who.persons import enter as put

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE = "13800138000"


def pair(town: District, name: str, n: int) -> tuple[str, str]:
    one = put(town, HARDSHIP, name=name, phone=PHONE)
    two = put(town, ENROLMENT, id_number=number(n), name=name, phone="138-0013-8000")
    follow(town)
    return one.code, two.code


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_pair_is_settled_by_keys_and_taken_back(open_page, tianhe: District, axe, width: int):
    first, second = pair(tianhe, "陈演一", 1), pair(tianhe, "陳演二", 2)
    page = enter(open_page, tianhe, "shebao", width)
    page.goto("/who")
    expect(page.get_by_role("heading", name="第 1 / 2 对")).to_be_visible()
    assert axe(page) == [] and fits(page)
    shoot(page, f"who-queue-{width}")
    before = page.locator(".sides h3").all_inner_texts()
    page.keyboard.press("s")
    shoot(page, f"who-same-{width}")
    page.keyboard.press("2")
    expect(page.locator(".banner.success")).to_contain_text("认定是同一个")
    expect(page.get_by_role("heading", name="第 1 / 1 对")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="/ 2 对")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="/ 1 对")).to_be_visible()
    page.goto("/who?show=later")
    expect(page.locator(".sides article")).to_have_count(2)
    assert before and {code for two in (first, second) for code in two} >= {text.split()[0] for text in before}


def test_values_are_shown_beside_each_other_for_a_reason(open_page, tianhe: District, axe):
    pair(tianhe, "李演三", 3)
    page = enter(open_page, tianhe, "shebao", 1440)
    page.goto("/who")
    assert "李演三" not in page.content()
    for n in range(2):
        side = page.locator(".sides article").nth(n)
        side.get_by_label("为什么要看").fill("联系本人核实")
        side.get_by_role("button", name="显示").click()
        expect(side.locator(".private")).to_contain_text("李演三")
    assert axe(page) == []
    shoot(page, "who-shown")


@pytest.mark.parametrize(("width", "language"), [(360, "en"), (1440, "en"), (1440, "zh-hans")])
def test_two_records_of_one_ledger_are_merged_and_taken_apart(
    open_page, tianhe: District, axe, width: int, language: str
):
    one = put(tianhe, HARDSHIP, name="陈演四", phone=PHONE)
    two = put(tianhe, HARDSHIP, id_number=number(4), name="陈演四", phone=PHONE)
    put(tianhe, ENROLMENT, id_number=number(4))
    follow(tianhe)
    page = enter(open_page, tianhe, "shebao", width, language)
    page.goto("/who")
    assert axe(page) == [] and fits(page)
    shoot(page, f"who-en-{width}-{language}")
    page.keyboard.press("m")
    page.wait_for_url("**/who/merge*")
    page.locator(f"input[name=stays][value='{HARDSHIP}/{two.code}']").check()
    page.locator("input[name=why]").last.fill("同一位老人")
    assert axe(page) == [] and fits(page)
    shoot(page, f"who-merge-{width}-{language}")
    page.locator("form.step button.btn-primary").click()
    expect(page.locator(".who-panel")).to_contain_text(one.code)
    assert axe(page) == [] and fits(page)
    shoot(page, f"who-merged-{width}-{language}")
    page.locator(".who-panel form[action='/who/unmerge'] button").click()
    expect(page.locator(".banner.success")).to_be_visible()
    page.goto(f"/ledgers/{HARDSHIP}/{one.code}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(one.code)
