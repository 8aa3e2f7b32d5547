"""The third quarter in a browser: a claim, what records give, a finding, a letter, a sheet brought in, a bulletin that stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from huying.engine import packs
from huying.engine.importing import runs
from tests.browser.conftest import shoot
from tests.browser.test_collect import enter
from tests.engine import placing
from tests.engine.placing import at, claim, in_hand, loaded, two_streets
from tests.engine.tasking import POINTS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SHEET = "街道社区,批次,安置数,日期,仍在\n凤凰街道,凤凰一批,5000,2020-09-10,是\n凤凰街道,凤凰二批,4150,2020-09-20,是\n凤凰街道,凤凰三批,很多,2020-09-21,是\n"


@pytest.fixture
def tianhe(database: str, tmp_path: Path) -> packs.District:
    """The evening of 30 September: the office claims 41,000, records give 31,200."""
    district = loaded(tmp_path)
    two_streets(district)
    claim(district, in_hand(district), 41_000, words="全年目标提前完成")
    in_hand(district, placing.HELD)
    in_hand(district, POINTS, "zhujian", "lianluo")
    return district


def later(page: Page, district: packs.District, moment: str) -> packs.District:
    district = at(district, moment)
    page.reload()
    return district


def test_the_third_quarter_from_claim_to_restatement(tianhe: packs.District, open_page, served, axe, tmp_path: Path):
    code = placing.tasks.every(tianhe)[0].code
    ducha = enter(open_page, served, tianhe, "ducha", 1440)
    ducha.goto(f"/commitments/{code}")
    four = ducha.locator("dl.four").first
    for words in ("41,000", "31,200", "30,000"):
        expect(four).to_contain_text(words)
    gap = ducha.locator("details.gap")
    expect(ducha.locator("main")).to_contain_text("差 9,800")
    expect(gap.locator("tr", has_text="凤凰街道")).to_contain_text("没有")
    expect(gap.locator("tr", has_text="车陂街道")).to_contain_text("20,000")
    assert axe(ducha) == []
    shoot(ducha, "supervision-task")

    # She finds it on pace, with the reason, and issues a blue letter for the difference.
    ducha.get_by_role("link", name="作出认定").click()
    ducha.locator("#f-status").select_option("on_pace")
    ducha.locator("#f-why").fill("佐证 31,200，达到三季度节点；申报缺一个街道的记录")
    ducha.locator("form.step button.btn-primary").click()
    ducha.goto(f"/commitments/{code}")
    expect(ducha.locator("dl.four").first).to_contain_text("达序时")
    ducha.get_by_role("link", name="开督办单").click()
    expect(ducha.locator("#f-facts")).to_have_value(
        "2020年第三季度申报 41,000，佐证 31,200，相差 9,800；31,200/40,000 人以上，超序时（应达 30,000）。"
    )
    assert axe(ducha) == []
    shoot(ducha, "supervision-letter-new")
    ducha.get_by_role("button", name="拟督办单").click()
    ducha.get_by_role("link", name="签发", exact=True).click()
    ducha.locator("#f-number").fill("督〔2020〕1号")
    ducha.locator("#f-signer").fill("莫主任")
    ducha.get_by_role("button", name="签发", exact=True).click()
    expect(ducha.locator("h1")).to_contain_text("已发出")

    # The office finds it first among its tasks, on a phone.
    renshe = enter(open_page, served, tianhe, "renshelx", 360)
    renshe.goto("/tasks/mine")
    expect(renshe.locator(".todo li").first).to_contain_text("督办单")
    assert axe(renshe) == []
    shoot(renshe, "supervision-mine-360")
    renshe.locator(".todo li a").first.click()
    renshe.get_by_role("link", name="签收", exact=True).click()
    renshe.get_by_role("button", name="签收", exact=True).click()

    # The quarter is over: the bulletin is drafted, checked, issued.
    tianhe = later(ducha, tianhe, "2020-10-09 09:00")
    ducha.goto("/bulletins")
    ducha.get_by_role("button", name="起草", exact=True).click()
    expect(ducha.locator(".sum")).to_contain_text("3 项：已完成 0，超序时 0，达序时 2，欠序时 1，其它 0；未报 1 家")
    assert axe(ducha) == []
    shoot(ducha, "supervision-bulletin-draft")
    bulletin = ducha.url
    ducha.get_by_role("link", name="核对无误").click()
    ducha.get_by_role("button", name="核对无误").click()
    ducha.goto(bulletin)
    ducha.locator("#number").fill("督查通报〔2020〕第3期")
    ducha.get_by_role("button", name="印发并定格").click()
    expect(ducha.locator(".banner.success")).to_contain_text("已定格")

    # The missing sheet comes by the ordinary import: what was read is what became of it.
    tianhe = later(ducha, tianhe, "2020-10-12 10:00")
    (tmp_path / "凤凰街道.csv").write_text(SHEET, encoding="utf-8")
    clerk = enter(open_page, served, tianhe, "fenghuang", 1440)
    clerk.goto(f"/ledgers/{placing.BATCH}/import")
    clerk.locator("input[type=file]").set_input_files(tmp_path / "凤凰街道.csv")
    clerk.locator("main form button.btn-primary").first.click()
    assert runs.work_off() == 1
    clerk.reload()
    ducha.goto(f"/commitments/{code}")
    expect(ducha.locator("details.gap tr", has_text="凤凰街道")).to_contain_text("3 行：新增 2，无变化 0，未收 1")
    expect(ducha.locator("details.gap tr", has_text="凤凰街道")).to_contain_text("还没有写入")
    clerk.locator("main form[action$=confirm] button").first.click()
    assert runs.work_off() == 1
    ducha.reload()
    expect(ducha.locator("dl.four").first).to_contain_text("40,350")

    # The bulletin stays as it was printed; what changed since is listed beside it.
    ducha.goto(bulletin)
    line = ducha.locator("table.lines-of tr", has_text="安置四万人")
    expect(line).to_contain_text("31,200")
    restated = ducha.locator("#restated tbody tr", has_text="安置四万人")
    expect(restated).to_contain_text("40,350")
    expect(restated).to_contain_text("凤凰街道 没有 → 9,150 人")
    assert axe(ducha) == []
    shoot(ducha, "supervision-bulletin-issued")


def test_what_is_held_shows_no_progress_bar(tianhe: packs.District, open_page, served):
    ducha = enter(open_page, served, tianhe, "ducha", 1440)
    held = next(one for one in placing.tasks.every(tianhe) if one.commitment.measure == "placing.held")
    ducha.goto(f"/commitments/{held.code}")
    expect(ducha.locator(".headline")).to_contain_text("保持，现 80%（4/5）")
    assert ducha.locator(".headline svg.bullet").count() == 0


def test_the_pages_fit_a_phone_in_both_languages(tianhe: packs.District, open_page, served, axe):
    tianhe = at(tianhe, "2020-10-09 09:00")
    code = placing.tasks.every(tianhe)[0].code
    for language in ("zh-hans", "en"):
        for width in (360, 1440):
            page = enter(open_page, served, tianhe, "ducha", width, language)
            for name, url in (
                ("reports", "/tasks/reports?period=2020-Q3"),
                ("calendar", "/tasks/calendar?year=2020"),
                ("mine", "/tasks/mine?period=2020-Q3"),
                ("report", f"/tasks/{code}/report?period=2020-Q3"),
                ("bulletins", "/bulletins"),
                ("letters", "/letters"),
                ("letter-new", f"/letters/new?about={code}"),
                ("task", f"/commitments/{code}"),
            ):
                page.goto(url)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (language, name, wide)
                if width == 360:
                    assert axe(page) == [], (language, name)
                shoot(page, f"supervision-{name}-{width}-{language}")
