"""A sheet is downloaded, edited, returned, looked at and written: on a phone and a desk, with and without script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from huying.engine import records
from huying.engine.packs import District
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.engine.small import actor_of
from tests.exchange.making import PLACE, Sheet, place
from tests.web.walking import take

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WORDS = {
    "zh-hans": (
        *("下载修改", "改好的文件", "交回，先看看", "写入这 2 条", "写好了：改 1 条，新增 1 条"),
        *("名称", "所在街道社区", "位置"),
    ),
    "en": (
        *(
            "Download to edit",
            "The edited file",
            "Return it and look first",
            "Write these 2",
            "Written: 1 changed, 1 new",
        ),
        *("Name", "Street and community", "Position"),
    ),
}


@pytest.mark.parametrize(("width", "language", "script"), [(360, "zh-hans", False), (1440, "en", True)])
def test_a_sheet_goes_out_and_comes_back(open_page, tianhe: District, axe, tmp_path: Path, width, language, script):
    download, field, look, write, done, name, unit, where = WORDS[language]
    first, second, third = (place(tianhe, one, sign=f"S{n}") for n, one in enumerate(("甲站", "乙站", "丙站")))
    page = enter(open_page, tianhe, "diaodu", width=width, language=language, script=script)
    page.goto(f"/ledgers/{PLACE}")
    with page.expect_download() as got:
        page.get_by_role("link", name=download).press("Enter")
    assert got.value.suggested_filename.endswith("-edit.xlsx")
    sheet = Sheet(Path(got.value.path()).read_bytes())
    take(tianhe, "diaodu", PLACE, "amend", second.record, name="别人改的")
    sheet.cell(first.code, name).value = "甲站（北门）"
    sheet.cell(second.code, name).value = "我改的"
    sheet.cell(third.code, where).value = "那边"
    sheet.add(**{name: "丁站", unit: sheet.cell(first.code, unit).value, where: "113.39,23.19"})
    edited = tmp_path / "edited.xlsx"
    edited.write_bytes(sheet.saved())

    page.goto(f"/ledgers/{PLACE}/return")
    if script:
        assert axe(page) == []
    shoot(page, f"return-form-{width}")
    page.get_by_label(field).set_input_files(tmp_path / "edited.xlsx")
    page.get_by_role("button", name=look).press("Enter")
    expect(page.get_by_role("button", name=write)).to_be_visible()
    expect(page.locator("body")).to_contain_text("别人改的")
    if script:
        assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width if script else True
    shoot(page, f"return-preview-{width}")
    page.get_by_role("button", name=write).press("Enter")
    expect(page.locator("body")).to_contain_text(done)
    shoot(page, f"return-done-{width}")
    names = {one.values["name"] for one in records.page(tianhe, actor_of(tianhe, "diaodu"), PLACE, limit=100).records}
    assert {"甲站（北门）", "别人改的", "丙站", "丁站"} <= names and "我改的" not in names
