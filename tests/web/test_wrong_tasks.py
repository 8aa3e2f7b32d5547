"""What is wrong about tasks, findings, letters and minutes is refused by the page and by the API alike, and nothing is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from huying.engine import database, letters, packs, tasks
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.web import throttle
from tests.api.conftest import Api
from tests.engine.small import actor_of, load_small
from tests.engine.tasking import TASK, drafted, issued
from tests.web.test_reading import hand_in
from tests.web.walking import person, press, text_of

FINDING, LETTER = "supervision.finding", "supervision.letter"
WHOLE = {"title": "新建口袋公园 6 个", "area": "城区品质 | City", "source_kind": "work_report", "target": 6,
         "target_unit": "个", "comparator": "ge", "pace": "nodes", "q2": 2, "q4": 6, "deadline": "2020-12-31"}  # fmt: skip


@pytest.fixture(scope="module")
def district(database: str, tmp_path_factory: pytest.TempPathFactory) -> packs.District:
    return load_small(tmp_path_factory.mktemp("wrong"))


@pytest.fixture(scope="module")
def draft(district: packs.District) -> tasks.Task:
    return drafted(district, "tianhe_report.estates_26")


@pytest.fixture(scope="module")
def running(district: packs.District) -> tasks.Task:
    return issued(district)


@pytest.fixture(scope="module")
def api(district: packs.District) -> Api:
    return Api(district)


@pytest.fixture
def ducha(district: packs.District, monkeypatch: pytest.MonkeyPatch) -> Client:
    one = {"id": district.id, "name": district.name, "title": district.title}
    monkeypatch.setattr(packs, "districts", lambda: [one])
    throttle.forget()
    return person(district, "ducha")


def events(district: packs.District) -> int:
    with database.owning() as query:
        return query.value("select count(*) from hy.event where district = %s", [district.id])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"measure": "traffic.points_improved", "target_unit": "%"}, "target_unit"),
        ({"deadline": "2020-06-30"}, "q4"),
        ({"deadline": "2020-06-30", "q4": "", "q4_text": "年底开放", "q2": 6}, "q4_text"),
        ({"lead_hint": "bureau-that-was"}, "lead_hint"),
    ],
)
def test_a_task_that_does_not_fit_together(district, draft, api, ducha, given: dict[str, Any], field: str):
    before, answers = events(district), {name: value for name, value in {**WHOLE, **given}.items() if value != ""}
    page = press(ducha, f"/tasks/{draft.code}/edit", **{**WHOLE, **given})
    assert page.status_code == 422 and f'id="f-{field}"' in page.content.decode()
    sent = api.post(f"/ledgers/{TASK}/records", {"step": "draft", "answers": answers}, "ducha")
    assert sent.status == 422 and field in sent.body["fields"], sent.body
    assert events(district) == before


@pytest.mark.parametrize("lead", ["bureau-that-was", ["zhujian", "jiaojing"]])
def test_an_office_that_is_no_more_and_two_leads(district, draft, api, ducha, lead):
    before = events(district)
    sent = api.post(f"/ledgers/{TASK}/records/{draft.code}/steps", {"step": "send", "lead": lead}, "ducha")
    assert sent.status == 422 and any(name.startswith("lead") for name in sent.body["fields"]), sent.body
    page = ducha.post("/tasks/drafts", {"do": "send", "task": draft.code, "lead": "999999999"})
    assert page.status_code == 422 and events(district) == before


def test_an_objection_after_the_issue(district, running, api, ducha):
    before = events(district)
    lianluo = person(district, "lianluo")
    page = press(lianluo, f"/ledgers/{TASK}/{running.code}/object", objection="不归我们")
    assert page.status_code in (403, 409, 422)
    sent = api.post(f"/ledgers/{TASK}/records/{running.code}/steps",
                    {"step": "object", "answers": {"objection": "不归我们"}}, "lianluo")  # fmt: skip
    assert (sent.status, sent.body["code"]) == (409, "step.not-open") and events(district) == before


def test_a_finding_without_a_reason(district, running, api, ducha):
    before = events(district)
    given = {"task": running.code, "period": "2020-Q3", "status": "behind"}
    page = press(ducha, f"/ledgers/{FINDING}/new/add", **given, why="  ")
    assert page.status_code == 422 and 'id="f-why"' in page.content.decode()
    for answers in (given, {**given, "why": "  "}):
        sent = api.post(f"/ledgers/{FINDING}/records", {"step": "add", "answers": answers}, "ducha")
        assert sent.status == 422 and "why" in sent.body["fields"], sent.body
    assert events(district) == before


def test_a_letter_to_oneself(district, running, api, ducha):
    actor = actor_of(district, "ducha")
    ready = letters.proposed(district, letters.matter(district, actor, running.code))
    made = letters.draft(district, actor, {**ready, "addressee": actor.post.id})
    before, numbered = events(district), {"number": "督〔2020〕9号", "signer": "莫主任"}
    page = press(ducha, f"/ledgers/{LETTER}/{made.code}/issue", **numbered)
    assert page.status_code == 422
    sent = api.post(f"/ledgers/{LETTER}/records/{made.code}/steps", {"step": "issue", "answers": numbered}, "ducha")
    assert sent.status == 422 and "office" in sent.body["detail"] and events(district) == before
    take_step(district, Act(LETTER, "withdraw", actor, {"reason": "试"}, made.record))


def test_minutes_that_are_a_menu(district, ducha):
    """The list of a site's pages, saved in the place of the minutes: said in a sentence, and nothing is kept."""
    menu = "".join(f"市政府第{n}次常务会议纪要 2023-0{n % 9 + 1}-12\n" for n in range(1, 20))
    before = events(district)
    page = hand_in(ducha, f"政务公开\n会议纪要\n{menu}下一页\n", "纪要.txt")
    assert page.status_code == 422 and "目录" in text_of(page) and events(district) == before
