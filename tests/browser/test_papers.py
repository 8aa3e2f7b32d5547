"""A dispatcher prints a slip and keeps the sealed reply: on a phone and at a desk, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from huying.engine.packs import District
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.collect.test_scans import PDF
from tests.web.walking import report, take

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CASE = "command.case"
WORDS = {  # menu, a kind of file, the button, what the history says
    "zh-hans": ("打印", "网页", "连隐私字段一起印（留痕）", "打印《派遣单》"),
    "en": ("Print", "Web page", "Print with private fields", "Print: Dispatch slip"),
}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("width", [360, 1440])
def test_the_menu_prints_a_slip_and_a_list(open_page, tianhe: District, axe, width: int, language: str):
    code = report(tianhe, place_words="路口东北角").code
    menu, web, private, noted = WORDS[language]
    page = enter(open_page, tianhe, "diaodu", width)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
    for address, name in ((f"/ledgers/{CASE}/{code}", "record"), (f"/ledgers/{CASE}", "list")):
        page.goto(address)
        summary = page.locator(".printing > summary")
        expect(summary).to_have_text(menu)
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".printing").get_by_role("link", name="Word").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and axe(page) == []
        shoot(page, f"papers-{name}-{width}-{language}")
        with page.expect_download() as coming:
            page.locator(".printing").get_by_role("link", name="Word").first.click()
        assert coming.value.suggested_filename.endswith(".docx")
    page.goto(f"/ledgers/{CASE}/{code}")
    page.locator(".printing > summary").click()
    with page.expect_download():
        page.locator(".printing").get_by_role("button", name=private).click()
    page.reload()
    expect(page.locator(".history").last).to_contain_text(noted)
    page.locator(".printing > summary").click()
    page.locator(".printing").get_by_role("link", name=web).first.click()
    expect(page.locator("main h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and axe(page) == []
    shoot(page, f"papers-slip-{width}-{language}")


def test_scan_and_number_come_back_to_the_record(open_page, tianhe: District, axe, tmp_path):
    outcome = report(tianhe)
    take(tianhe, "diaodu", CASE, "dispatch", outcome.record)
    take(tianhe, "longdong", CASE, "accept", outcome.record)
    given = {"answer": "已扶正", "answer_how": "phone", "answered_at": tianhe.now()}
    take(tianhe, "longdong", CASE, "answer", outcome.record, **given)
    (tmp_path / "答复.pdf").write_bytes(PDF)
    page = enter(open_page, tianhe, "diaodu", 360)
    page.goto(f"/ledgers/{CASE}/{outcome.code}")
    page.get_by_label("存扫描件").set_input_files(tmp_path / "答复.pdf")
    page.get_by_label("答复文号").fill("龙街函〔2020〕7号")
    assert axe(page) == []
    shoot(page, "papers-scan")
    page.get_by_role("button", name="存档").click()
    expect(page.get_by_role("link", name="答复", exact=True)).to_be_visible()
    expect(page.locator("dl.facts").first).to_contain_text("龙街函〔2020〕7号")
    shoot(page, "papers-scanned")
