"""The grid by keyboard, with the clipboard that Excel fills: changed, pasted, refused, taken back, kept on a cut line."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from huying.engine import packs, records
from huying.engine.in_force import put_in_force
from huying.sheets import tsv
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.engine.small import actor_of
from tests.exchange.works import WORK, works
from tests.web.walking import area, take

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CLERK = "longdong"
GRID = f"/ledgers/{WORK}/grid?sort=code"


@pytest.fixture
def site(tianhe: packs.District, tmp_path) -> packs.District:
    put_in_force(tianhe.id, [works(tmp_path)])
    return packs.current(tianhe.id)


def begun(site, name: str, **answers):
    given = {"unit": area(site), "name": name, "grade": "a", "cost": 100, "note": "旧"}
    return take(site, CLERK, WORK, "add", None, **{**given, **answers})


def stands(site, made) -> dict:
    return records.get(site, actor_of(site, CLERK), WORK, made.record).values


def cell(page: Page, row: int, name: str):
    place = page.locator("#grid thead th").evaluate_all(f"all => all.findIndex(one => one.dataset.name === '{name}')")
    return page.locator("#grid tbody tr").nth(row).locator("td, th").nth(place)


def opened(open_page, site, width: int = 1440, language: str = "zh-hans") -> Page:
    page = enter(open_page, site, CLERK, width, language)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(GRID)
    return page


def copied(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text("都存好了")


def test_cells_are_changed_by_keyboard_and_taken_back(open_page, site, axe):
    first, second = begun(site, "甲井"), begun(site, "乙井")
    page = opened(open_page, site)
    assert axe(page) == []
    cell(page, 0, "name").click()
    page.keyboard.press("F2")
    page.keyboard.press("End")
    page.keyboard.type("（北门）")
    page.keyboard.press("Enter")  # down to the second row
    saved(page)
    page.keyboard.press("Enter")
    page.keyboard.type("乙号井")
    page.keyboard.press("Tab")
    expect(cell(page, 1, "grade")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#grid select").select_option("丙级")
    page.keyboard.press("Tab")
    page.keyboard.type("12.5")
    page.keyboard.press("Escape")
    expect(cell(page, 1, "cost")).to_have_text("1")
    page.keyboard.press("Delete")
    expect(cell(page, 1, "cost")).to_have_text("")
    saved(page)
    assert stands(site, first)["name"] == "甲井（北门）"
    assert (stands(site, second)["name"], stands(site, second)["grade"], stands(site, second)["cost"]) == (
        "乙号井",
        "c",
        None,
    )
    page.keyboard.press("Control+z")
    expect(cell(page, 1, "cost")).to_have_text("1")
    assert stands(site, second)["cost"] == 100
    page.keyboard.press("Control+y")
    expect(page.locator("#saved")).to_have_text("已重做")
    expect(cell(page, 1, "cost")).to_have_text("")
    assert stands(site, second)["cost"] is None, "what was taken back is brought again, as an act of its own"
    page.keyboard.press("Control+z")
    expect(cell(page, 1, "cost")).to_have_text("1")
    assert axe(page) == []
    shoot(page, "grid-1440-zh-hans")


def test_a_block_from_excel_is_looked_at_whole_and_what_is_wrong_is_said(open_page, site, axe):
    made = [begun(site, f"井{n}") for n in range(3)]
    page = opened(open_page, site)
    cell(page, 0, "name").click()
    copied(page, '一号井\t乙级\t10\r\n"二号井\n（南）"\t丁级\t20\r\n三号井\t丙级\t很多\r\n')
    page.keyboard.press("Control+v")
    panel = page.locator("#panel")
    expect(panel).to_contain_text("有 2 格不能这样填")
    expect(panel).to_contain_text("丁级")
    assert stands(site, made[0])["name"] == "井0", "nothing is written before the person says so"
    assert axe(page) == []
    shoot(page, "grid-refused-1440")
    page.get_by_role("button", name="写入能写的 7 格").click()
    expect(cell(page, 1, "name")).to_contain_text("（南）")
    expect(cell(page, 1, "grade")).to_have_attribute("aria-invalid", "true")
    assert [stands(site, one)["name"] for one in made] == ["一号井", "二号井\n（南）", "三号井"]
    assert [stands(site, one)["grade"] for one in made] == ["b", "a", "c"]
    assert [stands(site, one)["cost"] for one in made] == [1000, 2000, 100]


def test_what_is_copied_is_read_back_as_it_stands(open_page, site):
    begun(site, "甲井", note='说“好”\t和 "yes"\n两行'), begun(site, "乙井", note='5" 管')
    page = opened(open_page, site)
    cell(page, 0, "name").click()
    for _ in range(11):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+c")
    block = tsv.parse(page.evaluate("navigator.clipboard.readText()"))
    assert [row[0] for row in block] == ["甲井", "乙井"]
    assert [row[-1] for row in block] == ['说“好”\t和 "yes"\n两行', '5" 管']


def test_new_rows_are_pasted_below_and_filled_down(open_page, site):
    made = begun(site, "甲井")
    page = opened(open_page, site)
    cell(page, 1, "unit").click()
    copied(page, "龙洞街道\t新一\r\n龙洞街道\t新二\r\n")
    page.keyboard.press("Control+v")
    expect(page.locator("#grid tbody tr[data-record]")).to_have_count(3)
    cell(page, 0, "note").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    saved(page)
    actor = actor_of(site, CLERK)
    found = records.page(site, actor, WORK, sort="code", descending=False).records
    assert [(one.values["name"], one.values["note"]) for one in found] == [
        ("甲井", "旧"),
        ("新一", "旧"),
        ("新二", "旧"),
    ]
    assert found[0].id == made.record


def test_a_conflict_shows_theirs_and_mine(open_page, site):
    made = begun(site, "甲井")
    page = opened(open_page, site)
    take(site, CLERK, WORK, "amend", made.record, note="同事写的")
    cell(page, 0, "note").click()
    page.keyboard.press("Enter")
    page.keyboard.type("我写的")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text("已改成“同事写的”")
    shoot(page, "grid-conflict-1440")
    page.get_by_role("button", name="用我的").click()
    saved(page)
    assert stands(site, made)["note"] == "我写的"


def test_nothing_typed_is_lost_on_a_cut_line_and_it_is_written_once(open_page, site):
    made, sent = begun(site, "甲井"), []
    page = opened(open_page, site)

    def cut(route):
        if route.request.method != "POST":
            route.continue_()
            return
        sent.append(json.loads(route.request.post_data)["act"])
        if len(sent) == 1:
            route.abort()
        elif len(sent) == 2:  # it arrives, and the answer is lost
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/grid", cut)
    cell(page, 0, "note").click()
    page.keyboard.press("Enter")
    page.keyboard.type("断线时写的")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("有 1 格还没存上")
    expect(cell(page, 0, "note")).to_have_text("断线时写的")
    page.get_by_role("button", name="再存一次").click()
    page.wait_for_function("() => document.getElementById('saved').textContent.includes('还没存上')")
    page.get_by_role("button", name="再存一次").click()
    saved(page)
    assert len(set(sent)) == 1 and len(sent) == 3
    actor = actor_of(site, CLERK)
    assert records.get(site, actor, WORK, made.record).seq == 2 and stands(site, made)["note"] == "断线时写的"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_phone_has_the_list_with_one_form_a_row(open_page, site, axe, language: str):
    made = begun(site, "甲井")
    page = opened(open_page, site, 360, language)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
    shoot(page, f"grid-360-{language}")
    page.locator("#grid td.step a").click()
    expect(page).to_have_url(f"{page.url.split('/ledgers')[0]}/ledgers/{WORK}/{made.code}/amend")


def test_without_script_it_is_a_table_whose_rows_open(open_page, site):
    made = begun(site, "甲井")
    page = enter(open_page, site, CLERK, 1440, script=False)
    page.goto(GRID)
    page.get_by_role("link", name=made.code).click()
    expect(page.locator("h1")).to_contain_text(made.code)
