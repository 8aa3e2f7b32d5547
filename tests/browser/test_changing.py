"""A ledger changed on a page, its records carried on, its quality and its fields' histories, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from huying.engine import own_pack, packs, places
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.packs import District
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.engine.small import actor_of
from tests.web.test_ledger_edit import LEDGER

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PATIENCE = 60_000  # ms: all packs are proved before a ledger comes in force
WAYS = [(1440, "zh-hans"), (360, "zh-hans"), (1440, "en"), (360, "en")]


@pytest.fixture
def wells(tianhe: District) -> str:
    """A ledger of the district's own with three records, made once for all."""
    name = f"{tianhe.name}.wells"
    if name not in packs.current(tianhe.id).rules.ledgers:
        own_pack.put_ledger(tianhe, "wells", LEDGER.lstrip())
        district = packs.current(tianhe.id)
        unit = places.tree(district.id, district.today()).by_code["440106018000"].id
        for depth, water in (("12", "unknown"), ("半米", "good"), ("3", "bad")):
            answers = {"unit": unit, "place": "村口", "depth": depth, "state_of": water}
            take_step(district, Act(name, "add", actor_of(district, "longdong"), answers))
    return name


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "language"), WAYS)
def test_the_editor_checks_as_one_types(open_page, tianhe: District, wells: str, axe, width: int, language: str):
    page = enter(open_page, tianhe, "guanli", width, language)
    page.goto(f"/ledgers/{wells}/edit")
    last = page.locator("ol.fields > li").last
    last.locator("input[name^=zh-]").fill("管护人")
    last.locator("input[name^=name-]").fill("Not A Name")
    page.keyboard.press("Tab")
    expect(last.locator(".told")).not_to_be_empty(timeout=PATIENCE)
    assert axe(page) == [] and fits(page)
    shoot(page, f"ledger-edit-{width}-{language}")


@pytest.mark.parametrize(("width", "language"), WAYS)
def test_quality_is_shown_and_leads_to_records(open_page, tianhe: District, wells: str, axe, width: int, language: str):
    page = enter(open_page, tianhe, "longdong", width, language)
    page.goto(f"/ledgers/{wells}/quality")
    expect(page.locator("#months")).to_be_visible()
    assert axe(page) == [] and fits(page)
    shoot(page, f"ledger-quality-{width}-{language}")
    page.locator("table.quality td a").first.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("tbody a").first.click()
    page.locator("details.changes summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.changes[open] ol")).to_be_visible()
    assert axe(page) == [] and fits(page)
    shoot(page, f"field-history-{width}-{language}")


def test_a_change_is_put_in_force_and_records_are_carried_on(open_page, tianhe: District, wells: str, axe):
    page = enter(open_page, tianhe, "guanli", 1440)
    page.goto(f"/ledgers/{wells}/edit")
    depth = page.locator("ol.fields > li", has=page.locator("input[value=depth]"))
    depth.locator("select[name^=kind-]").select_option("number")
    expect(page.locator("#checked")).to_contain_text("换了类型", timeout=PATIENCE)
    page.locator("button[name=put]").click()
    expect(page.locator(".banner.success")).to_contain_text("已改好", timeout=PATIENCE)
    page.get_by_role("link", name="先试走一遍").click()
    expect(page.locator("#versions")).to_contain_text("会改 2 条，要人定 1 条")
    assert axe(page) == [] and fits(page)
    shoot(page, "upgrade-1440-zh-hans")
    page.get_by_role("button", name="开始换写").click()
    expect(page.locator("#versions")).to_contain_text("已走完")
    for width, language in WAYS:
        clerk = enter(open_page, tianhe, "longdong", width, language)
        clerk.goto(f"/ledgers/{wells}/upgrade")
        expect(clerk.locator(".upgrade-stuck li")).to_have_count(1)
        assert axe(clerk) == [] and fits(clerk)
        shoot(clerk, f"upgrade-stuck-{width}-{language}")
