"""The page of a derived ledger as people meet it: on a phone, by keyboard, without script, and through axe."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.derived.acting import CHEBEI, add, follow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAGE = "/derived/epidemic.key_person"
ONE, TWO = "11010519491231002X", "440106199003077887"


@pytest.fixture
def watched(tianhe):
    add(tianhe, "epidemic.outing", "longdong", id_number=ONE, went_to="hubei.wuhan", left_on=date(2020, 12, 10))
    given = {"came_from": "hubei", "left_on": date(2020, 12, 12)}
    add(tianhe, "epidemic.arrival", "chebei", CHEBEI, id_number=ONE, **given)
    add(tianhe, "epidemic.arrival", "chebei", CHEBEI, id_number=TWO, **given)
    add(tianhe, "epidemic.disposal", "longdong", id_number=ONE, way="home", since_on=date(2020, 12, 11))
    follow(tianhe)
    return tianhe


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_rows_say_why_and_until_when_at_any_width(open_page, watched, axe, language):
    page = enter(open_page, watched, "weijian", 1440, language)
    page.goto(PAGE)
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("details.declared summary").press("Enter")
    expect(page.locator("details.declared li").first).to_be_visible()
    assert axe(page) == []
    shoot(page, f"derived-wide-{language}")
    page.set_viewport_size({"width": 360, "height": 760})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
    shoot(page, f"derived-phone-{language}")
    page.goto(f"{PAGE}?on=2021-01-20")
    expect(page.locator(".empty")).to_be_visible()
    shoot(page, f"derived-empty-{language}")


def test_a_street_is_told_of_reasons_elsewhere_and_the_menu_leads_here(open_page, watched, axe):
    page = enter(open_page, watched, "longdong", 1440)
    page.locator("#jump").fill(page.locator(f'nav.side a[href="{PAGE}"] span').text_content())
    page.locator("#jump").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("td.why")).to_contain_text("另有 1 条理由不在您的范围内")
    shoot(page, "derived-street")


def test_without_script_another_day_is_asked(open_page, watched):
    page = enter(open_page, watched, "weijian", 360)
    plain = open_page(360, script=False)
    plain.context.add_cookies(page.context.cookies())
    plain.goto(PAGE)
    plain.get_by_label("哪一天").fill("2020-12-25")
    plain.get_by_role("button", name="查看").click()
    expect(plain.locator("tbody tr")).to_have_count(2)
    plain.get_by_label("哪一天").fill("2020-12-27")
    plain.get_by_role("button", name="查看").click()
    expect(plain.locator(".empty")).to_be_visible()
    plain.get_by_role("link", name="回到今天").click()
    expect(plain.locator("tbody tr")).to_have_count(2)
