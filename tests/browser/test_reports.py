"""A report and a draft in a browser: a number leads to its records, an edition stays, n goes to what differs, a person says what a number is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from huying.engine import packs
from huying.engine.in_force import put_in_force
from tests.browser.conftest import shoot
from tests.browser.test_collect import enter
from tests.engine.small import load_small
from tests.reports.conftest import FENGHUANG, a_few_visits, pack, visit
from tests.reports.test_pages import DRAFT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def tianhe(database: str, tmp_path: Path) -> packs.District:
    district = load_small(tmp_path)
    put_in_force(district.id, [pack(tmp_path / "home_care")])
    return a_few_visits(packs.current(district.id))


def test_a_report_is_frozen_and_a_draft_is_checked(tianhe: packs.District, open_page, served, axe, tmp_path: Path):
    ducha = enter(open_page, served, tianhe, "ducha", 1440)
    ducha.goto("/reports")
    ducha.get_by_role("link", name="上门照护情况报告").click()
    ducha.get_by_label("期").fill("2020")
    ducha.get_by_role("button", name="生成").click()
    expect(ducha.locator(".made")).to_contain_text("2020年共上门4人次，比上年增长100%")
    assert axe(ducha) == []
    shoot(ducha, "report")
    ducha.get_by_role("button", name="定稿").click()
    expect(ducha.locator("#restated")).to_contain_text("到现在每个数都还是定稿时的数")
    edition = ducha.url
    visit(tianhe, FENGHUANG, "2020-07-01", "E5", 60, known_at=tianhe.now())
    ducha.reload()
    expect(ducha.locator("#restated tbody tr").first).to_contain_text("5人次")
    expect(ducha.locator(".made")).to_contain_text("2020年共上门4人次")
    assert axe(ducha) == []
    shoot(ducha, "report-edition")
    ducha.locator(".made a.figure").first.click()
    expect(ducha.locator("main")).to_contain_text("上门人次")

    ducha.goto("/reports/check")
    assert axe(ducha) == []
    shoot(ducha, "draft-hand-in")
    (tmp_path / "讲话稿.txt").write_text(DRAFT, encoding="utf-8")
    ducha.locator("#f-file").set_input_files(tmp_path / "讲话稿.txt")
    ducha.get_by_role("button", name="核对").click()
    expect(ducha.locator("#tally")).to_contain_text("共 4 个数")
    ducha.locator("body").press("n")
    expect(ducha.locator(".finds li:focus")).to_contain_text("上门人次达到4人次")
    expect(ducha.locator("#text a[aria-current]")).to_have_text("上门人次达到4人次")
    ducha.keyboard.press("n")
    expect(ducha.locator(".finds li:focus")).to_contain_text("差 8.6小时")
    ducha.keyboard.press("p")
    expect(ducha.locator(".finds li:focus")).to_contain_text("上门人次达到4人次")
    assert axe(ducha) == []
    shoot(ducha, "draft-checked")
    row = ducha.locator(".finds li", has_text="家庭探访")
    row.locator("summary").first.click() if not row.locator("details[open]").count() else None
    row.get_by_role("combobox").fill("上门人次（home_care.visits）")
    row.get_by_role("button", name="就是它").click()
    expect(ducha.locator("main")).to_contain_text("记住了")
    expect(ducha.locator(".finds li", has_text="家庭探访")).to_contain_text("佐证 5人次")

    phone = enter(open_page, served, tianhe, "ducha", 360)
    for url, name in (
        (edition, "edition"),
        ("/reports/of/home_care.care_year?period=2020", "report"),
        (ducha.url, "draft"),
    ):
        phone.goto(url)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert axe(phone) == []
        shoot(phone, f"{name}-360")
    english = (
        enter(open_page, served, tianhe, "ducha", 1440, "en") if "language" in enter.__code__.co_varnames else None
    )
    if english:
        english.goto("/reports/of/home_care.care_year?period=2020")
        expect(english.locator(".made")).to_contain_text("Report on care at home")
