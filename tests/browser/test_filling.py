"""A clerk drops a bureau's form, looks at it, mends a title by keyboard and takes the same file home."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from huying.engine import people
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.packs import District
from huying.engine.places import tree
from huying.sheets import open_book
from tests.browser.conftest import shoot
from tests.browser.test_story import LONGDONG, enter
from tests.templates.making import listing, statistics

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def busy(tianhe: District) -> District:
    unit = tree(tianhe.id, tianhe.today()).by_code[LONGDONG].id
    for words in ("倒了一片", "挡了路"):
        given = {"category": "street.bikes", "unit": unit, "words": words, "caller": "陈某", "phone": "13800138000"}
        take_step(tianhe, Act("command.case", "report", people.resident(tianhe.id), given))
    return tianhe


def saved(page, button: str) -> list[list]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return open_book(Path(waiting.value.path()).read_bytes(), waiting.value.suggested_filename).sheets[0].rows


@pytest.mark.parametrize("width", [1440, 360])
def test_a_form_is_dropped_mended_and_taken_home(open_page, busy: District, axe, width: int):
    page = enter(open_page, busy, "diaodu", width)
    page.goto("/fill")
    assert axe(page) == []
    shoot(page, f"fill-drop-{width}")
    page.get_by_label("表样", exact=True).set_input_files(
        {"name": "附件2.xlsx", "mimeType": "application/octet-stream", "buffer": statistics()}
    )
    page.get_by_role("button", name="填", exact=True).click()
    expect(page.locator(".drawn")).to_contain_text("龙洞街道")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
    shoot(page, f"fill-form-{width}")
    page.get_by_label("事项 › 其中 › 已转交").select_option(label="状态为“待派遣”")
    page.get_by_role("button", name="照这样重填").press("Enter")
    expect(page.locator("#c3")).to_contain_text("状态为“待派遣”")
    rows = saved(page, "下载填好的表")
    assert rows[6][:4] == [2, "龙洞街道", 2, 2]
    page.locator(".drawn").get_by_role("link", name="2").first.click()
    expect(page.locator("h1")).to_have_text("C7")
    assert axe(page) == []
    shoot(page, f"fill-cell-{width}")


def test_without_script_in_english_a_list_is_filled_with_masked_fields_for_a_reason(open_page, busy: District, axe):
    page = enter(open_page, busy, "diaodu", 360, language="en", script=False)
    page.goto("/fill")
    page.get_by_label("Form", exact=True).set_input_files(
        {"name": "list.xlsx", "mimeType": "application/octet-stream", "buffer": listing(2)}
    )
    page.get_by_role("button", name="Fill", exact=True).click()
    expect(page.locator("body")).to_contain_text("Cells left yellow")
    shoot(page, "fill-list-en-360")
    page.get_by_label("Fill masked fields too").fill("asked by the city")
    rows = saved(page, "Download the filled form")
    assert {line[5] for line in rows[2:4]} == {"13800138000"}
