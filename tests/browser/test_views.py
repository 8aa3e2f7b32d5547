"""A list is counted by groups, one is opened, and all of it is kept as a view: on a phone and a desk, with and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from huying.engine import packs
from huying.engine.in_force import put_in_force
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.exchange.works import WORK, works
from tests.grid.test_views import CLERK, DECLARED
from tests.web.walking import area, take

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WORDS = {
    "zh-hans": ("甲级", "存为视图", "视图名称", "另存为新视图", "造价高的"),
    "en": ("Grade A", "Save as a view", "Name of the view", "Save as a new view", "Dear ones"),
}


@pytest.fixture
def site(tianhe: packs.District, tmp_path) -> packs.District:
    put_in_force(tianhe.id, [works(tmp_path, DECLARED)])
    return packs.current(tianhe.id)


@pytest.mark.parametrize(
    ("width", "language", "script"), [(1440, "zh-hans", True), (360, "en", True), (360, "zh-hans", False)]
)
def test_a_list_is_grouped_opened_and_kept(open_page, site, axe, width: int, language: str, script: bool):
    for name, grade, cost in (("甲井", "a", 10_000), ("乙井", "b", 2_000_000), ("丙井", "a", None)):
        answers = {"unit": area(site), "name": name, "grade": grade, "cost": cost}
        take(site, CLERK, WORK, "add", None, **answers)
    group, keep, title, save, dear = WORDS[language]
    page = enter(open_page, site, CLERK, width, language, script=script)
    page.goto(f"/ledgers/{WORK}")
    page.locator("select[name=group]").select_option("grade")
    page.locator("main form.filters[method=get] button.btn").first.click()
    page.get_by_role("link", name=group).click()
    expect(page.locator("main table.rows").last.locator("tbody tr")).to_have_count(2)
    if script:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, f"views-groups-{width}-{language}")
    page.get_by_text(keep).click()
    page.get_by_label(title).fill("我的分组")
    shoot(page, f"views-form-{width}-{language}")
    if script:
        assert axe(page) == []
    page.get_by_role("button", name=save).click()
    expect(page.locator(".views [aria-current]")).to_have_text("我的分组")
    expect(page.locator(".groups tbody tr")).to_have_count(2)
    page.get_by_role("link", name=dear).click()
    expect(page.locator(".groups tbody tr")).to_have_count(2)
