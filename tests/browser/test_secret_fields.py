"""A caller rings again: her earlier report is found by her number, and her number is shown for a reason."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from huying.engine import people
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.packs import District
from huying.engine.places import tree
from tests.browser.conftest import shoot
from tests.browser.test_story import LONGDONG, enter

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE = "13800138000"


def test_the_desk_finds_a_report_by_the_callers_number_and_says_why_it_looks(open_page, tianhe: District, axe):
    unit = tree(tianhe.id, tianhe.today()).by_code[LONGDONG].id
    given = {"category": "street.bikes", "unit": unit, "words": "倒了一片", "caller": "陈某"}
    codes = [
        take_step(tianhe, Act("command.case", "report", people.resident(tianhe.id), {**given, "phone": phone})).code
        for phone in (PHONE, "13800138001")
    ]
    page = enter(open_page, tianhe, "diaodu")
    page.goto("/ledgers/command.case")
    page.get_by_label("电话").fill("138 0013 8000")
    page.get_by_role("button", name="找", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert PHONE not in page.url and "13800138000" not in page.content()
    assert axe(page) == []
    shoot(page, "secret-found")
    page.get_by_role("link", name=codes[0]).click()
    expect(page.locator(".private")).to_contain_text("•••8000")
    assert axe(page) == []
    shoot(page, "secret-masked")
    page.get_by_role("button", name="显示").click()  # the browser asks for the reason
    expect(page.locator(".private")).to_contain_text("•••8000")
    page.get_by_label("为什么要看").fill("联系本人核实")
    page.get_by_role("button", name="显示").click()
    expect(page.locator(".private")).to_contain_text(PHONE)
    assert axe(page) == []
    shoot(page, "secret-shown")
    page.reload()
    expect(page.locator(".history").last).to_contain_text("查看了称呼、电话")
    expect(page.locator(".history").last).to_contain_text("理由：联系本人核实")
    assert PHONE not in page.content()


def test_without_script_and_on_a_phone_the_same_holds(open_page, tianhe: District, axe):
    unit = tree(tianhe.id, tianhe.today()).by_code[LONGDONG].id
    given = {"category": "street.bikes", "unit": unit, "phone": PHONE}
    code = take_step(tianhe, Act("command.case", "report", people.resident(tianhe.id), given)).code
    page = enter(open_page, tianhe, "diaodu", 360)
    page.goto(f"/ledgers/command.case/{code}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, "secret-phone")
    plain = open_page(360, script=False)
    plain.context.add_cookies(page.context.cookies())
    plain.goto(f"/ledgers/command.case/{code}")
    plain.get_by_label("为什么要看").fill("回访答复")
    plain.get_by_role("button", name="显示").click()
    expect(plain.locator(".private")).to_contain_text(PHONE)
