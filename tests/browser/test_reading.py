"""Reading a report in a browser: handed in, settled by keyboard alone, by two at once, without script; published."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from huying.engine import documents, readings, records, settling
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.engine.papers import NEWER, PAPER
from tests.engine.small import actor_of
from tests.engine.tasking import issued

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FILE = {"name": "报告.txt", "mimeType": "text/plain", "buffer": PAPER.encode()}


def lines_of(town) -> list[readings.Line]:
    supervisor = actor_of(town, "ducha")
    name, _ = documents.ledgers(town)
    (document,) = records.page(town, supervisor, name).records
    return readings.lines(town, supervisor, document.id)


def document_of(town, text: str = PAPER):
    """A document entered at the engine's door."""
    supervisor = actor_of(town, "ducha")
    made = documents.enter(town, supervisor, documents.hand_in(town, text.encode(), "报告.txt"))
    document = documents.get(town, supervisor, made.record)
    readings.bring_up(town, supervisor, document)
    return documents.get(town, supervisor, made.record)


def at_hand(page: Page) -> str:
    return page.locator("#now").get_attribute("data-at")


def press(page: Page, key: str, waits: str = "") -> None:
    """Press a key and wait until the pane shows something else."""
    before = page.locator("#hand").inner_html()
    page.keyboard.press(key)
    if waits:
        expect(page.locator("#hand .outcome")).to_contain_text(waits)
    else:
        page.wait_for_function("before => document.getElementById('hand').innerHTML !== before", arg=before)
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling, .htmx-swapping')")


def test_a_report_is_handed_in_and_settled_by_keyboard_alone(open_page, axe, tianhe):
    page = enter(open_page, tianhe, "ducha")
    page.goto("/documents/new")
    expect(page.locator("main")).to_contain_text("涉密的不能放这里")
    page.locator("#f-file").set_input_files(FILE)
    page.locator("#hand-in button").first.click()
    page.wait_for_url(re.compile("/documents/WJ-"))
    expect(page.locator("#hand h2")).to_contain_text("DG-")
    total = len(lines_of(tianhe))
    expect(page.locator("#tally")).to_contain_text(f"0 / {total}")
    assert axe(page) == []

    first = at_hand(page)
    assert page.locator(f'#text a[aria-current="true"][data-r~="{first}"]').count() >= 1
    press(page, "a", f"已认可 {first}")
    expect(page.locator("#tally")).to_contain_text(f"1 / {total}")
    assert at_hand(page) != first and page.evaluate("document.activeElement === document.body"), (
        "focus is left where it was"
    )
    expect(page.locator(f'#text a[data-r="{first}"]').first).to_have_class(re.compile("accepted"))

    dropped = at_hand(page)
    page.keyboard.press("d")
    expect(page.locator("#drop")).to_have_attribute("open", "")
    press(page, "2", f"不立项 {dropped}")
    assert next(line for line in lines_of(tianhe) if line.code == dropped).reason == "背景、意义"
    press(page, "u", "已撤销")
    assert at_hand(page) == dropped
    expect(page.locator("#tally")).to_contain_text(f"1 / {total}")

    page.goto(page.url.split("?")[0] + "?at=" + next(line.code for line in lines_of(tianhe) if "停车位" in line.title))
    page.keyboard.press("e")
    expect(page.locator("#f-short_title")).to_be_focused()
    page.keyboard.type("新增车位")
    page.locator("#f-value").fill("一千六")
    page.locator("#f-value").press("Enter")
    expect(page.locator("#hand .problems")).to_contain_text("不是数字")
    expect(page.locator("#f-short_title")).to_have_value("新增车位")
    assert axe(page) == []
    shoot(page, "reading-problem-1440")
    page.locator("#f-value").fill("1600")
    page.locator("#f-value").press("Enter")
    expect(page.locator("#hand .outcome")).to_contain_text("已改正")
    assert next(line for line in lines_of(tianhe) if line.title == "新增车位").value == 1600
    expect(page.locator("#hand-title")).to_be_focused()  # it was in the pane and stays in it

    page.goto(
        page.url.split("?")[0]
        + "?at="
        + next(line.code for line in lines_of(tianhe) if "拥堵点" in line.title and line.live)
        + "&show=all"
    )
    page.keyboard.press("m")
    page.locator("#merge input[type=checkbox]").nth(1).check()
    page.locator("#merge button").click()
    expect(page.locator("#hand .outcome")).to_contain_text("已合并")
    made = at_hand(page)
    expect(page.locator(f'#text a[data-r~="{made}"]').first).to_be_visible()
    page.keyboard.press("s")
    page.locator("#part input[type=checkbox]").first.check()
    page.locator("#part button").click()
    expect(page.locator("#hand .outcome")).to_contain_text("已拆分")
    press(page, "u", "已撤销")
    assert next(line for line in lines_of(tianhe) if line.code == made).state == "draft"

    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    press(page, "n")
    unsure = next(line for line in lines_of(tianhe) if line.code == at_hand(page))
    assert unsure.state == "draft"
    before = at_hand(page)
    press(page, "j")
    press(page, "k")
    assert at_hand(page) == before


def test_words_selected_in_the_text_become_the_readings(open_page, tianhe):
    document = document_of(tianhe)
    line = next(line for line in lines_of(tianhe) if "就业" in line.title)
    page = enter(open_page, tianhe, "ducha")
    page.goto(f"/documents/{document.code}?at={line.code}")
    page.evaluate(
        """code => { const node = document.querySelector(`#text [data-r="${code}"]`); const range = document.createRange();
        range.selectNodeContents(node); getSelection().removeAllRanges(); getSelection().addRange(range); }""",
        line.code,
    )
    page.keyboard.press("x")
    expect(page.locator("#f-quote")).to_have_value(line.quote)
    expect(page.locator("#f-quote")).to_be_focused()


def test_a_second_reviewer_is_told_and_keeps_what_was_typed(open_page, tianhe):
    document = document_of(tianhe)
    line = next(line for line in lines_of(tianhe) if "停车位" in line.title)
    page = enter(open_page, tianhe, "ducha")
    page.goto(f"/documents/{document.code}?at={line.code}")
    page.keyboard.press("e")
    page.locator("#f-short_title").fill("我写的")
    settling.mend(tianhe, actor_of(tianhe, "ducha"), document, line, {"short_title": "别人写的"})
    page.locator("#f-short_title").press("Enter")
    expect(page.locator("#hand .problems")).to_contain_text("刚被别人办过")
    expect(page.locator("#hand")).to_contain_text("别人写的")
    expect(page.locator("#f-short_title")).to_have_value("我写的")
    page.locator("#f-short_title").press("Enter")
    expect(page.locator("#hand .outcome")).to_contain_text("已改正")
    assert next(one for one in lines_of(tianhe) if one.id == line.id).title == "我写的"


def test_without_script_forms_do_it_all(open_page, tianhe):
    document = document_of(tianhe)
    page = open_page(360, script=False)
    page.goto("/signin")
    page.locator("#login").fill(f"ducha-{tianhe.id}")
    page.locator("#password").fill("huying-demo-2020")
    page.locator("main form button").click()
    page.goto(f"/documents/{document.code}")
    first = page.locator("#hand h2").inner_text().split()[0]
    page.locator("#hand [data-key=a]").click()
    expect(page.locator("main")).to_contain_text(f"已认可 {first}")
    page.locator("#drop > summary").click()
    page.locator("#drop [data-digit='1']").click()
    assert [line.state for line in lines_of(tianhe)][:2] == ["accepted", "dropped"]
    page.locator("#hand .undo button").click()
    assert [line.state for line in lines_of(tianhe)][:2] == ["accepted", "draft"]
    page.locator("#hand [data-key=j]").click()
    assert "at=DG-" in page.url


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_a_report_fits_and_hinders_nobody(open_page, axe, tianhe, language, width):
    document, supervisor = document_of(tianhe), actor_of(tianhe, "ducha")
    by_word = {
        word: next(line for line in lines_of(tianhe) if word in line.title)
        for word in ("拥堵点", "人行天桥", "停车管理")
    }
    settling.adopt(tianhe, supervisor, by_word["拥堵点"], issued(tianhe).code)
    settling.accept(tianhe, supervisor, by_word["人行天桥"])
    settling.drop(tianhe, supervisor, by_word["停车管理"], "日常工作")
    page = enter(open_page, tianhe, "ducha", width, language)
    at = next(line.code for line in lines_of(tianhe) if line.state == "draft" and "，" not in line.quote)
    for name, url in {
        "index": "/documents",
        "new": "/documents/new",
        "review": f"/documents/{document.code}?at={at}",
        "list": f"/documents/{document.code}/list?show=all",
        "board": "/commitments",
    }.items():
        assert page.goto(url).status == 200, url
        if name == "review":
            page.keyboard.press("e")
        assert axe(page) == [], url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        shoot(page, f"reading-{name}-{language}-{width}")
    page.goto("/documents/new")
    page.locator("#f-file").set_input_files({**FILE, "buffer": NEWER.encode()})
    page.locator("#hand-in button").first.click()
    expect(page.locator("button[name=as]").first).to_be_visible()
    assert axe(page) == []
    shoot(page, f"reading-alike-{language}-{width}")
    page.goto(f"/documents/{document.code}/list")
    page.locator("form[action$='/step/publish'] button").click()
    page.wait_for_url(re.compile("/list"))

    anyone = open_page(width, language)
    for name, url in {"promises": "/promises", "public": f"/promises/{document.code}"}.items():
        assert anyone.goto(url).status == 200
        assert axe(anyone) == [], url
        assert anyone.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        shoot(anyone, f"reading-{name}-{language}-{width}")
    anyone.locator(".script .no").first.click()
    assert anyone.url.endswith("#p1")
    anyone.emulate_media(media="print")
    shoot(anyone, f"reading-print-{language}-{width}")
