"""A form goes to 21 streets and comes back in four ways, in a browser; who has not answered is right at every moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from huying.engine import packs
from tests.browser.conftest import shoot
from tests.collect.rounds import ASKED, CHEBEI, FENGHUANG, FORM, add_lifts, answer, board, hand_in, open_round
from tests.collect.test_sheets import FILLED, filled
from tests.engine import small
from tests.web.walking import person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LIFTS = {"lifts_permitted": 1, "lifts_running": 1, "lift_households": 12}
WUSHAN = "440106001000"


@pytest.fixture
def tianhe(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[packs.District]:
    """All 21 streets, where the quarter before was answered by three."""
    rows = small._rows(small.DISTRICTS / "tianhe" / "areas.csv")
    monkeypatch.setattr(small, "STREETS", tuple(row["code"] for row in rows if row["kind"] == "street"))
    district = small.load_small(tmp_path)
    add_lifts(district)
    before = open_round(district, "2020Q3").code
    for area, login in ((FENGHUANG, "fenghuang"), (CHEBEI, "chebei")):
        hand_in(district, before, area, login, **ASKED, **LIFTS)
    yield district


def enter(
    open_page,
    served: str,
    town: packs.District,
    login: str,
    width: int = 1440,
    language: str = "zh-hans",
    script: bool = True,
) -> Page:
    """A page on which that person is signed in, at their work."""
    page = open_page(width, language, script)
    session = person(town, login).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": served}])
    page.goto("/work")
    return page


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"#f-{name}").fill(value)


def test_a_round_of_21_streets(tianhe: packs.District, open_page, served, axe, tmp_path: Path):
    owner = enter(open_page, served, tianhe, "zhujian")
    owner.get_by_role("link", name="采集表").first.click()
    assert axe(owner) == []
    shoot(owner, "collect-index")
    owner.get_by_role("link", name="老旧小区微改造及加装电梯进展表").click()
    assert axe(owner) == []
    shoot(owner, "collect-form")
    owner.get_by_label("2020年第四季度").check()
    owner.get_by_role("button", name="下发").click()
    expect(owner.locator(".count-line")).to_contain_text("0 / 21 已报")
    round_page = owner.url
    code = round_page.rpartition("/")[2]
    assert axe(owner) == []

    # One fills it in on a phone, by keyboard; what is wrong comes back with everything that was typed.
    clerk = enter(open_page, served, tianhe, "longdong", 360)
    clerk.locator(".cards a", has_text="2020Q4").click()
    expect(clerk.locator(".already")).to_contain_text("本表 8 项中 3 项已有")
    assert axe(clerk) == []
    shoot(clerk, "collect-answer-360")
    fill(clerk, estates_planned="3", estates_begun="2", estates_done="9")
    clerk.locator("#f-next_step").press("Control+Home")
    clerk.get_by_role("button", name="报送", exact=True).press("Enter")
    expect(clerk.get_by_role("alert")).to_contain_text("完工数不应多于开工数")
    fill(clerk, estates_done="1")
    clerk.get_by_role("button", name="报送", exact=True).press("Enter")
    expect(clerk.locator(".banner.success")).to_contain_text("已报送")

    # One confirms that nothing has changed, without script.
    still = enter(open_page, served, tianhe, "fenghuang", 360, script=False)
    still.locator(".cards a", has_text="2020Q4").click()
    still.get_by_role("button", name="确认无变化，直接报送").click()
    expect(still.locator(".banner.success")).to_contain_text("已报送")

    # One is sent back with a reason at the field, and mends it.
    chebei = enter(open_page, served, tianhe, "chebei")
    chebei.goto(f"/collect/{FORM}/{answer(tianhe, code, CHEBEI).code}")
    fill(chebei, estates_begun="3")
    chebei.get_by_role("button", name="报送", exact=True).click()
    owner.goto(f"/collect/{FORM}/{answer(tianhe, code, CHEBEI).code}")
    expect(owner.locator("td.differs").filter(has_text="3个")).to_be_visible()
    owner.get_by_text("退回并说明原因").click()
    owner.get_by_label("已开工小区").fill("现场只有两个")
    owner.get_by_role("button", name="退回", exact=True).click()
    chebei.goto(f"/collect/{FORM}/{answer(tianhe, code, CHEBEI).code}")
    expect(chebei.locator("#m-estates_begun")).to_have_text("现场只有两个")
    assert axe(chebei) == []
    shoot(chebei, "collect-returned")
    fill(chebei, estates_begun="2")
    chebei.get_by_role("button", name="改后再报").click()

    # A sheet comes back by other ways; its differences are seen before it is taken.
    owner.goto(round_page)
    with owner.expect_download() as taken:
        owner.get_by_role("link", name="下载 Excel").click()
    data = filled(Path(taken.value.path()).read_bytes(), {answer(tianhe, code, WUSHAN).code: FILLED})
    (tmp_path / "五山.xlsx").write_bytes(data)
    owner.get_by_label("交回填好的表").set_input_files(tmp_path / "五山.xlsx")
    owner.get_by_role("button", name="核对").click()
    expect(owner.locator(".count-line")).to_contain_text("有改动 1 行")
    assert axe(owner) == []
    shoot(owner, "collect-compare")
    owner.get_by_role("button", name="确认并报送 1 份").click()

    shoot(owner, "collect-taken")
    expect(owner.locator(".count-line")).to_contain_text("4 / 21 已报 · 17 家还没报")
    waiting = owner.locator(".waiting").inner_text()
    assert all(name not in waiting for name in ("龙洞", "凤凰", "车陂", "五山")) and "猎德" in waiting
    totals = owner.locator("tfoot td").all_inner_texts()
    assert "12个" in totals and "8个" in totals, "planned 3 × 4, begun 2 × 4"
    assert axe(owner) == []
    shoot(owner, "collect-round")
    for box in owner.locator("input[name=answer]").all():
        box.check()
    owner.get_by_role("button", name="审定所选").click()
    expect(owner.locator(".banner.success")).to_contain_text("已审定 4 份")
    owner.get_by_role("link", name="打印（签字盖章）").click()
    assert axe(owner) == []
    shoot(owner, "collect-print")
    assert len(board(tianhe, code).of("accepted")) == 4

    # The entries that were avoided are a number that opens its list.
    owner.goto("/indicators/collect.entries_avoided")
    owner.locator("main a.figure, main .figure a").first.click()
    expect(owner.locator("main")).to_contain_text("LJXQ2020-")


def test_the_pages_fit_a_phone_in_both_languages(tianhe: packs.District, open_page, served, axe):
    code = open_round(tianhe).code
    sheet = answer(tianhe, code, CHEBEI).code
    for language in ("zh-hans", "en"):
        owner = enter(open_page, served, tianhe, "zhujian", 360, language)
        for name, url in (
            ("index", "/collect"),
            ("form", f"/collect/{FORM}"),
            ("round", f"/collect/{FORM}/rounds/{code}"),
            ("print", f"/collect/{FORM}/rounds/{code}/print"),
            ("sheet", f"/collect/{FORM}/{sheet}"),
        ):
            owner.goto(url)
            assert axe(owner) == [], (language, name)
            wide = owner.evaluate("document.documentElement.scrollWidth")
            sticking = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 361)"
            assert wide <= 360, (language, name, wide, owner.evaluate(f"{sticking}.map(e => e.outerHTML.slice(0, 90))"))
            shoot(owner, f"collect-{name}-360-{language}")
