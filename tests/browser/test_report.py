"""A resident on a phone: reports, is told of a like report, follows hers; by touch, by keyboard, without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import shoot
from tests.public.conftest import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SAYS = {
    "zh-hans": {"got": "收到了", "send": "提交", "like": "附近已有人报过", "street": "龙洞街道"},
    "en": {"got": "Received", "send": "Send", "like": "Someone near by", "street": "Longdong Street"},
}


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_jam_is_reported_at_a_sign_on_a_phone(open_page, axe, language):
    says, page = SAYS[language], open_page(360, language)
    page.goto("/r/TH-002")
    assert axe(page) == [] and fits(page)
    page.locator("a[href*='jam.signal']").click()
    expect(page.locator(".place b")).to_have_text("龙洞站")
    page.locator("[name=jam_when][value=morning]").check()
    page.locator("[name=words]").fill("早高峰一直排到路口，只有一个灯")
    page.locator("input[type=file]").set_input_files(
        {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": jpeg(gps=True)}
    )
    expect(page.locator(".thumbed img")).to_have_count(1)
    page.locator("input[type=file]").set_input_files({"name": "x.txt", "mimeType": "text/plain", "buffer": b"words"})
    expect(page.locator(".photos .error")).to_be_visible()
    page.locator("[name=confidential]").check()
    assert axe(page) == [] and fits(page)
    shoot(page, f"report-{language}-360")
    page.get_by_role("button", name=says["send"], exact=True).click()
    page.wait_for_url(re.compile("/track/"))
    expect(page.locator("h1")).to_contain_text(says["got"])
    expect(page.locator(".ticket-qr svg")).to_be_visible()
    assert axe(page) == [] and fits(page)
    shoot(page, f"track-{language}-360")


def test_a_report_is_made_with_the_keyboard_alone(open_page, axe):
    page = open_page(1024)
    page.goto("/report/traffic.jam?category=jam.layout")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    tab_to("[name=jam_when]")
    page.keyboard.press("Space")
    tab_to("#f-unit-street")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#f-unit-street option:checked")).to_have_text("龙洞街道")
    tab_to("[name=words]")
    page.keyboard.type("两条道并一条")
    tab_to(".send button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/track/"))
    assert axe(page) == []


def test_a_place_is_tapped_on_the_map_and_taken_back(open_page, axe):
    page = open_page(360, maps=True)
    page.goto("/report/traffic.jam?category=jam")
    page.locator("details.point summary").click()
    canvas = page.locator(".map.pick canvas")
    expect(canvas).to_be_visible()
    page.wait_for_timeout(500)
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.35)
    expect(page.locator("[name=where]")).to_have_value(re.compile(r"^113\.\d+,23\.\d+$"))
    expect(page.locator("#f-unit-street")).not_to_have_value("")
    assert axe(page) == []
    shoot(page, "report-map-360")
    page.locator("[data-clear]").click()
    expect(page.locator("[name=where]")).to_have_value("")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_like_report_is_told_in_the_page_and_can_be_followed(open_page, axe, language):
    says, first = SAYS[language], open_page(360, language)
    first.goto("/report/traffic.jam?category=jam&place=TH-002")
    first.locator("[name=words]").fill("邻居的话不外传")
    first.locator(".send button").click()
    first.wait_for_url(re.compile("/track/"))
    second = open_page(360, language)
    second.goto("/report/traffic.jam?category=jam&place=TH-002")
    expect(second.locator("#alike")).to_contain_text(says["like"])
    assert "邻居的话" not in second.content()
    assert axe(second) == [] and fits(second)
    shoot(second, f"alike-{language}-360")
    second.locator("[name=follow]").click()
    second.wait_for_url(re.compile("/track/"))
    assert "邻居的话" not in second.content() and axe(second) == []


def test_everything_works_without_script(open_page):
    page = open_page(360, script=False)
    page.goto("/")
    page.locator("main a[href='/report']").first.click()
    page.locator("a[href*='jam.signal']").click()
    page.locator("select[name=category]").select_option("jam.stopping")
    page.locator("[name=words]").fill("停车占道")
    page.get_by_role("button", name=re.compile("更新问题")).click()
    expect(page.locator("[name=words]")).to_have_value("停车占道")
    expect(page.locator("[name=queue_m]")).to_be_hidden()
    page.locator("select[name=unit]").select_option("440106018005")
    page.locator(".send button").click()
    page.wait_for_url(re.compile("/track/"))
    page.goto("/report/traffic.jam?category=jam.stopping")
    page.locator("select[name=unit]").select_option("440106018005")
    page.locator("[name=words]").fill("又停了")
    page.locator(".send button").click()
    expect(page.locator("h1")).to_contain_text("有人报过")
    page.get_by_role("button", name="回去改").click()
    expect(page.locator("[name=words]")).to_have_value("又停了")
    page.locator(".send button").click()
    page.get_by_role("button", name="提交我的").click()
    page.wait_for_url(re.compile("/track/"))


def test_the_back_button_brings_back_what_was_typed(open_page):
    page = open_page(360)
    page.goto("/report/traffic.jam?category=jam")
    page.locator("[name=words]").fill("不要丢")
    page.goto("/track")
    page.go_back()
    expect(page.locator("[name=words]")).to_have_value("不要丢")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_public_page_fits_and_hinders_nobody(open_page, axe, language, width):
    page = open_page(width, language, maps=True)
    for name, url in {
        "home": "/",
        "choose": "/report",
        "form": "/report/command.case?category=road.surface",
        "ask": "/track",
        "slip": "/track/ABCD-2345K",
        "places": "/places",
        "register": "/open/command.place",
        "poster": "/places/TH-002/poster",
    }.items():
        page.goto(url)
        if page.locator("[data-pins]").count():
            expect(page.locator(".map canvas")).to_be_visible()
        assert axe(page) == [], url
        assert fits(page), url
        shoot(page, f"{name}-{language}-{width}")
    page.get_by_role("button", name=re.compile("大字版|Large type")).click()
    page.goto("/report")
    assert axe(page) == [] and fits(page)
