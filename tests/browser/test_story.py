"""The story from the resident's call to the number that a promise stands on, in a browser."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from huying.engine import database
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.packs import District
from tests.browser.conftest import shoot
from tests.engine.small import actor_of
from tests.engine.tasking import issued

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PASSWORD = "huying-demo-2020"
LONGDONG = "440106018000"


def improve(town: District, name: str, done: bool = True) -> str:
    """A congestion point of Longdong, improved or only listed; its code."""
    road = actor_of(town, "daolu")
    unit = database.direct().value(
        "select unit from hy.unit_span where district = %s and code = %s", [town.id, LONGDONG]
    )
    found = take_step(
        town, Act("traffic.congestion_point", "find", road, {"name": name, "unit": unit, "where": (113.37, 23.19)})
    )
    take_step(
        town,
        Act(
            "traffic.congestion_point",
            "list",
            road,
            {"cause": "signal", "peak": "morning", "delay_before_s": Decimal(90)},
            found.record,
        ),
    )
    if done:
        take_step(
            town,
            Act(
                "traffic.congestion_point",
                "improve",
                road,
                {"measure": "调整配时", "delay_before_s": Decimal(90), "delay_after_s": Decimal(40)},
                found.record,
            ),
        )
    return found.code


def enter(
    open_page, town: District, login: str, width: int = 1440, language: str = "zh-hans", script: bool = True
) -> Page:
    page = open_page(width, language, script)
    page.goto("/signin")
    page.locator("#login").fill(f"{login}-{town.id}")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/work"))
    return page


def test_a_call_becomes_the_eighth_point_that_the_promise_stands_on(open_page, axe, tianhe):
    for n in range(7):
        improve(tianhe, f"示例路口{n}")
    point = improve(tianhe, "龙洞站路口", done=False)
    dispatcher = enter(open_page, tianhe, "diaodu")
    supervisor = enter(open_page, tianhe, "ducha")
    supervisor.goto(f"/commitments/{issued(tianhe).code}")
    expect(supervisor.locator("main")).to_contain_text("7/8")

    dispatcher.goto("/desk")
    resident = open_page(360)
    resident.goto("/report/traffic.jam?category=jam&place=TH-002")
    resident.locator("[name=words]").fill("每天早上堵")
    resident.locator(".send button").click()
    resident.wait_for_url(re.compile("/track/"))
    track = resident.url
    expect(dispatcher.locator("main")).to_contain_text("YDSQ", timeout=6000)  # without reloading
    assert axe(dispatcher) == []
    shoot(dispatcher, "desk-1440")

    code = re.search(r"YDSQ\d{8}-\d{4}", dispatcher.locator("main").inner_text())[0]
    url = f"/ledgers/traffic.jam/{code}"
    lead = database.direct().value("select id from hy.post where district = %s and code = 'zhujian.road'", [tianhe.id])

    def take(page: Page, step: str, button: str, **answers: str) -> None:
        page.goto(f"{url}/{step}")
        for name, value in answers.items():
            field = page.locator(f"[name={name}]").first
            if field.evaluate("e => e.type") == "radio":
                page.locator(f"[name={name}][value={value}]").check()
            elif field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.locator("form.step button.btn-primary").first.click()
        expect(page.locator("main")).to_contain_text(button)

    take(dispatcher, "dispatch", "待接办", lead=str(lead))
    road, verifier = enter(open_page, tianhe, "daolu", 360), enter(open_page, tianhe, "hecha")
    take(road, "accept", "办理中")
    take(road, "link", "办理中", point=point)
    take(road, "measure", "待核查", measure="调整配时", delay_before_s="90", delay_after_s="40")
    take(verifier, "verify", "核查通过", check_words="到场复测")
    supervisor.reload()
    expect(supervisor.locator("main")).to_contain_text("8/8")
    expect(supervisor.locator("main")).to_contain_text("达标")
    assert axe(supervisor) == []
    shoot(supervisor, "promise-1440")
    take(road, "answer", "已答复", answer_how="phone", answer="已调整配时，延误减半")
    assert axe(road) == []
    shoot(road, "record-360")
    resident.goto(track)
    expect(resident.locator("main")).to_contain_text("延误减半")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_staff_page_fits_and_hinders_nobody(open_page, axe, tianhe, language, width):
    improve(tianhe, "示例路口")
    page = enter(open_page, tianhe, "ducha", width, language)
    for name, url in {
        "work": "/work",
        "desk": "/desk",
        "list": "/ledgers/traffic.congestion_point",
        "board": "/commitments",
        "promise": f"/commitments/{issued(tianhe).code}",
        "indicators": "/indicators",
        "indicator": "/indicators/traffic.points_improved",
        "flow": "/flows/traffic.jam",
        "page": "/pages/traffic.traffic",
        "notices": "/notices",
        "search": "/search?q=示例",
    }.items():
        assert page.goto(url).status == 200, url
        assert axe(page) == [], url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        shoot(page, f"staff-{name}-{language}-{width}")
