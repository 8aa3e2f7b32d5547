"""The menu is found in by keyboard: g, a word, Enter."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_breakdown import enter

pytestmark = [pytest.mark.browser]


def test_a_page_is_reached_by_typing_a_word_of_its_name(open_page, axe, tianhe) -> None:
    page = enter(open_page, tianhe, "ducha", 1440)
    page.goto("/work")
    page.keyboard.press("g")
    expect(page.locator("#jump")).to_be_focused()
    page.keyboard.type("拥堵")
    expect(page.locator("nav.side li:visible").first).to_contain_text("拥堵")
    expect(page.locator("nav.side li", has_text="我的工作")).to_be_hidden()
    assert axe(page) == []
    page.keyboard.type("没有的词")
    expect(page.locator(".jump .nothing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("nav.side summary", has_text="其他台账")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator(".top .find input")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.type("节点日历")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/calendar")
    page.set_viewport_size({"width": 360, "height": 800})
    page.locator("#jump").fill("督办")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
