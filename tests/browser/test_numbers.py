"""Numbers as people meet them: one walk from the catalogue to why a number is so, what it would be, a chart saved, a unit, the wall."""

from __future__ import annotations

import zipfile
from xml.dom import minidom

import pytest
from playwright.sync_api import Page, expect

from huying.engine.acts import Act
from huying.engine.flows import take_step
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.engine.small import actor_of
from tests.engine.test_explaining import area
from tests.web_numbers.test_numbers import COUNT, improved

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def saved(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button" if name != "xlsx" else "link", name=f"存成 {name}").first.press("Enter")
    return download.value.path().read_bytes()


def test_a_number_is_asked_why_and_what_if_by_keyboard_and_its_chart_is_saved(open_page, tianhe, axe):
    for number in range(3):
        improved(tianhe, number)
    page = enter(open_page, tianhe, "ducha", 1440)
    page.goto("/indicators")
    page.locator(".filters input[name=q]").fill("拥堵点")
    page.locator(".filters input[name=q]").press("Enter")
    assert axe(page) == []
    page.locator(f'a[href="/indicators/{COUNT}"]').press("Enter")
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 760})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(page) == []
        shoot(page, f"indicator-{width}")
    assert minidom.parseString(saved(page, "svg")).documentElement.tagName == "svg"
    assert saved(page, "png").startswith(b"\x89PNG")
    assert zipfile.is_zipfile(_stored(page))

    page.locator(".headline a.figure").press("Enter")
    expect(page.locator("h1")).to_have_text("为什么是这个数")
    expect(page.locator("table.sums tfoot")).to_contain_text("+3")
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 760})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(page) == []
        shoot(page, f"why-{width}")
    page.locator("input[name=record]").first.press("Space")
    page.locator("#if").select_option("dropped" if page.locator("#if option[value=dropped]").count() else "kept")
    page.get_by_role("button", name="算一算").press("Enter")
    expect(page.locator("#supposed")).to_contain_text("没有写入任何东西")
    page.locator("#against").select_option("year")
    page.get_by_role("button", name="比一比").press("Enter")
    expect(page.locator("#against")).to_have_value("year")

    page.goto(f"/indicators/{COUNT}?split=street")
    page.locator("table.split th a", has_text="龙洞街道").press("Enter")
    expect(page.locator("h1")).to_have_text("龙洞街道")
    assert axe(page) == []
    page.goto("/look")
    assert axe(page) == []
    page.goto("/pages")
    assert axe(page) == []


def test_the_wall_fits_one_screen_stays_fresh_and_says_when_it_is_not(open_page, tianhe):
    page = enter(open_page, tianhe, "diaodu", 1920)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/wall")
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(size) == [1920, 1080]
    cut = "[...document.querySelectorAll('.wall section')].filter((one) => one.scrollHeight > one.clientHeight + 1).length"
    assert page.evaluate(cut) == 0
    expect(page.locator(".of-figure .big").first).to_contain_text("0")
    given = {"category": "road.surface", "unit": area(tianhe, "440106018000")}
    take_step(tianhe, Act("command.case", "report", actor_of(tianhe, "diaodu"), given))
    page.evaluate("renewWall()")
    expect(page.locator(".of-figure .big").first).to_contain_text("1")
    page.context.set_offline(True)
    page.evaluate("renewWall()")
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator(".of-figure .big").first).to_contain_text("1")
    page.context.set_offline(False)
    page.evaluate("renewWall()")
    expect(page.locator("#stale")).to_be_hidden()
    shoot(page, "wall")


def _stored(page: Page):
    with page.expect_download() as download:
        page.locator(".chart-acts a").first.press("Enter")
    return download.value.path()
