"""A report becomes tasks by keyboard: what says one thing is one task, what only looks alike is not, an office objects and
is heard, a number is set, and no guess was visible outside."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from huying.engine import places, tasks
from huying.engine.dispatch import Posts
from tests.browser.conftest import shoot
from tests.browser.test_reading import document_of
from tests.browser.test_story import enter
from tests.engine.reports import TWICE
from tests.engine.tasking import act
from tests.web.walking import person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def bench(open_page, tianhe) -> Page:
    document = document_of(tianhe, TWICE)
    page = enter(open_page, tianhe, "ducha")
    page.goto(f"/tasks/breakdown/{document.code}")
    expect(page.locator("#tally")).to_contain_text("未定 10")
    return page


def at(page: Page) -> str:
    return page.evaluate("document.querySelector('[data-row].here')?.dataset.row || ''")


def go_to(page: Page, words: str) -> None:
    """Walk down the left until a row with these words is at hand."""
    page.keyboard.press("h")
    for _ in range(12):
        page.keyboard.press("k")
    for _ in range(12):
        if words in page.locator("[data-row].here").inner_text():
            return
        page.keyboard.press("j")
    raise AssertionError(words)


def press(page: Page, key: str, said: str) -> None:
    page.keyboard.press(key)
    expect(page.locator("#tally .outcome")).to_contain_text(said)
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling, .htmx-swapping')")


def test_a_report_is_broken_down_by_keyboard_alone(bench, axe, tianhe):
    page = bench
    assert axe(page) == []
    go_to(page, "为民情怀")
    page.keyboard.press("d")
    expect(page.locator("#f-reason")).to_be_focused()
    press(page, "1", "不立项，1 条")
    go_to(page, "8个交通拥堵点")
    expect(page.locator("[data-row].here")).to_contain_text("从严")
    press(page, "Enter", "已接受：立 1 项，归入或定下 2 条")
    assert at(page), "there is a next one at hand"
    go_to(page, "栖霞路东段")
    expect(page.locator("[data-row].here")).to_contain_text("对象不同")
    press(page, "A", "已接受：立 2 项")
    press(page, "u", "已撤销")
    go_to(page, "栖霞路东段")
    press(page, "t", "已立为")
    first = tasks.every(tianhe, states=("draft",))[-1]
    go_to(page, "水杉路")
    page.keyboard.press("x")
    page.keyboard.press("l")
    while at(page) != first.code:
        page.keyboard.press("j")
    page.keyboard.press("x")
    press(page, "p", "已立为子项")
    assert [part.values["title"] for part in tasks.one(tianhe, first.code).parts] == ["水杉路等9个项目开工"]
    for path in ("二(一)", "二(三)", "附件"):
        page.locator(f'[data-section="{path}"] [data-key="A"]').click()
        expect(page.locator(f'[data-section="{path}"]')).to_have_count(0)
    expect(page.locator("#tally")).to_contain_text("未定 0")
    expect(page.locator(".side-left")).to_contain_text("每一条都有着落了")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    found = tasks.flat(tasks.every(tianhe, states=("draft",)))
    assert sorted(int(task.values["target"]) for task in found if task.values.get("target") in (6, 8)) == [6, 6, 8]
    assert next(task for task in found if task.values["target"] == 8).values["comparator"] == "ge"
    assert {16000, 48000} <= {int(task.values["target"]) for task in found}


def test_it_works_without_script(open_page, tianhe):
    document = document_of(tianhe, TWICE)
    page = enter(open_page, tianhe, "ducha", script=False)
    page.goto(f"/tasks/breakdown/{document.code}")
    page.get_by_role("button", name="这一节全部接受").first.click()
    expect(page.locator("main")).to_contain_text("已接受：立 1 项")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#tally")).to_contain_text("未定 10")


def test_the_traffic_police_object_another_office_leads_and_it_is_issued(open_page, bench, tianhe):
    page = bench
    go_to(page, "8个交通拥堵点")
    press(page, "Enter", "已接受")
    [task] = tasks.every(tianhe, states=("draft",))
    page.goto(f"/tasks/{task.code}/edit")
    page.locator("#f-lead_hint").select_option(label=tianhe_office(tianhe, "jiaojing"))
    page.locator("#f-deadline").fill("2020-12-31")
    page.get_by_role("button", name="存", exact=True).click()
    page.goto("/tasks/drafts?state=draft")
    expect(page.locator(".hint")).to_be_visible()
    for login in ("jiaojinglx", "lianluo"):
        other = as_person(open_page, tianhe, login)
        for url in (
            "/commitments",
            f"/commitments/{task.code}",
            "/work",
            f"/ledgers/supervision.task/{task.code}",
            "/tasks/drafts",
        ):
            other.goto(url)
            assert "系统推测" not in other.content() and task.code not in other.locator("main").inner_text(), url
    page.locator(f'input[value="{task.code}"]').check()
    page.get_by_role("button", name="发出选中的").click()
    expect(page.locator("main")).to_contain_text("已发出征求意见 1 项")
    act(tianhe, "jiaojinglx", "object", tasks.one(tianhe, task.code), objection="道路改造由住建部门实施，我队配合")
    page.goto("/tasks/drafts?state=objected")
    expect(page.locator("main")).to_contain_text("我队配合")
    page.get_by_role("link", name="采纳，改派").click()
    page.locator("#f-lead").select_option(str(lead_post(tianhe, "zhujian")))
    page.locator("#f-ruling").fill("采纳，由住建部门牵头")
    page.locator("form.step button.btn-primary").click()
    assert tasks.one(tianhe, task.code).commitment.lead == "zhujian"
    act(tianhe, "lianluo", "agree", tasks.one(tianhe, task.code))
    page.goto("/tasks/drafts?state=heard")
    expect(page.locator("main")).to_contain_text("采纳，由住建部门牵头")
    page.get_by_role("button", name="全选").click()
    page.locator("#f-approved").fill("区政府常务会议 2020 年第 9 次")
    page.get_by_role("button", name="审定选中的").click()
    page.goto("/tasks/drafts?state=approved")
    page.get_by_role("button", name="全选").click()
    page.locator("#f-number").fill("枫府办〔2020〕18号")
    page.get_by_role("button", name="以这个文号印发选中的").click()
    expect(page.locator("main")).to_contain_text("已印发 1 项")
    assert tasks.one(tianhe, task.code).values["number"] == "枫府办〔2020〕18号"
    page.goto(f"/ledgers/supervision.task/{task.code}")
    expect(page.locator("main")).to_contain_text("道路改造由住建部门实施，我队配合")


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (1440, "en"), (360, "zh-hans"), (360, "en")])
def test_every_page_of_it_fits_its_screen(open_page, axe, tianhe, width, language):
    document = document_of(tianhe, TWICE)
    page = enter(open_page, tianhe, "ducha", width, language)
    page.goto(f"/tasks/breakdown/{document.code}")
    page.locator('[data-section="二(二)"] [data-key="A"]').click()
    expect(page.locator("#tally .outcome")).not_to_be_empty()
    code = tasks.every(tianhe, states=("draft",))[0].code
    shown = {
        "bench": page.url,
        "index": "/tasks/breakdown",
        "pack": "/tasks/packs/tianhe_report",
        "drafts": "/tasks/drafts",
        "edit": f"/tasks/{code}/edit",
    }
    for name, url in shown.items():
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert axe(page) == [], name
        shoot(page, f"breakdown-{name}-{width}-{language}")


def test_a_foreign_breakdown_goes_in_bit_by_bit(open_page, axe, tianhe):
    office = tianhe_office(tianhe, "zhujian")
    rows = "".join(f"{n},第{n}项工作,{office}、{tianhe_office(tianhe, 'jiaojing')},12月底\n" for n in range(1, 131))
    data = f"序号,任务内容,牵头单位,完成时限\n{rows}131,更换路灯,区不存在局,年底\n".encode()
    for width in (360, 1440):
        page = enter(open_page, tianhe, "ducha", width)
        page.goto("/tasks/import")
        assert axe(page) == []
        page.locator("#f-file").set_input_files({"name": "分解表.csv", "mimeType": "text/csv", "buffer": data})
        page.get_by_role("button", name="试读").click()
        expect(page.locator("main")).to_contain_text("可以起草 130 项")
        assert axe(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shoot(page, f"breakdown-import-{width}")
    page.get_by_role("button", name="起草这 130 项").click()
    expect(page.locator("main")).to_contain_text("没有登记 1 行", timeout=60_000)
    assert len(tasks.every(tianhe, states=("draft",))) == 130


def as_person(open_page, town, login: str) -> Page:
    """A page of someone who is signed in and needs no password for it."""
    page = open_page(1440)
    page.goto("/signin")
    kept = person(town, login).cookies
    page.context.add_cookies([{"name": name, "value": one.value, "url": page.url} for name, one in kept.items()])
    return page


def tianhe_office(town, code: str) -> str:
    return places.tree(town.id, town.today()).by_code[code].name()


def lead_post(town, code: str) -> int:
    return Posts(town, places.tree(town.id, town.today())).select(f"{code}:task_lead", 0).id
