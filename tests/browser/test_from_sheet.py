"""From a spreadsheet to a ledger in force, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from huying.engine.packs import District
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.sheets.people import workbook

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PATIENCE = 60_000  # ms: all packs are proved before a ledger comes in force
SHEET = {"name": "低保对象.xlsx", "mimeType": "application/octet-stream"}


def hand_in(page: Page) -> None:
    page.goto("/ledgers/from-sheet")
    page.locator("input[type=file]").set_input_files({**SHEET, "buffer": workbook()})
    page.locator("#hand-in button").click()


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (360, "zh-hans"), (1440, "en"), (360, "en")])
def test_a_sheet_is_read_shown_and_mended(open_page, tianhe: District, axe, width: int, language: str):
    page = enter(open_page, tianhe, "guanli", width, language)
    page.goto("/ledgers/from-sheet")
    assert axe(page) == []
    shoot(page, f"from-sheet-new-{width}-{language}")
    hand_in(page)
    expect(page.locator("ul.columns > li")).to_have_count(11)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    remarks = page.locator("ul.columns > li").last
    remarks.locator("select").first.select_option("date")
    expect(remarks.locator(".told summary")).to_contain_text("1")
    remarks.locator(".told summary").click()
    expect(remarks.locator(".told li")).to_contain_text("独居")
    remarks.locator("select").first.focus()
    page.keyboard.press("Tab")  # what was changed is looked at while the hands go on
    page.locator("ul.columns > li").last.locator(".keep input").uncheck()
    expect(page.locator("#sum")).not_to_contain_text("备注")
    assert axe(page) == []
    shoot(page, f"from-sheet-look-{width}-{language}")


def test_the_ledger_is_in_force_and_its_list_opens(open_page, tianhe: District):
    page = enter(open_page, tianhe, "guanli", 1440)
    hand_in(page)
    page.locator("#f-keeper").select_option("street_clerk")
    page.locator("#f-title").fill("低保对象")
    page.get_by_role("button", name="启用这本台账").click()
    expect(page.locator(".banner.success")).to_contain_text("“低保对象”已启用", timeout=PATIENCE)
    clerk = enter(open_page, tianhe, "longdong", 1440)
    clerk.locator("#jump").fill("低保对象")
    clerk.locator("#jump").press("Enter")
    expect(clerk.locator("h1")).to_contain_text("低保对象")
    clerk.locator("main").get_by_role("link", name="登记").first.click()
    expect(clerk.get_by_label("身份证号")).to_be_visible()


def test_without_script_and_by_keyboard_the_same_holds(open_page, tianhe: District):
    page = enter(open_page, tianhe, "guanli", 360)
    plain = open_page(360, script=False)
    plain.context.add_cookies(page.context.cookies())
    hand_in(plain)
    remarks = plain.locator("ul.columns > li").last
    remarks.locator("select").first.select_option("enum")
    plain.get_by_role("button", name="再看一遍").focus()
    plain.keyboard.press("Enter")
    expect(plain.locator("ul.columns > li").last.locator("select").first).to_have_value("enum")
    plain.locator("#f-keeper").select_option("dispatcher")
    plain.get_by_role("button", name="启用这本台账").focus()
    plain.keyboard.press("Enter")
    expect(plain.locator(".banner.success")).to_contain_text("已启用", timeout=PATIENCE)
