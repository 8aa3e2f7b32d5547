"""The workbench on the web: suggestions accepted by forms, what is refused said in words, drafts on their way to be issued."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huying.engine import consulting, database, places, tasks
from tests.engine.papers import PAPER
from tests.engine.reports import TWICE
from tests.engine.tasking import act, drafted
from tests.web.test_reading import entered
from tests.web.walking import person, press, text_of


@pytest.fixture
def supervisor(town) -> Client:
    return person(town, "ducha")


@pytest.fixture
def bench(supervisor) -> str:
    return entered(supervisor, TWICE).replace("/documents/", "/tasks/breakdown/")


def codes(page: str, words: str) -> list[str]:
    """Codes of the readings on the page whose line has these words."""
    return [
        code for code, rest in re.findall(r'name="reading" value="(DG-\d+)"(.*?)</label>', page, re.S) if words in rest
    ]


def do(client: Client, url: str, what: str, **given):
    return client.post(url, {"do": what, **given})


def test_all_that_is_left_is_counted_and_a_section_is_accepted_at_once(town, supervisor, bench):
    page = supervisor.get(bench).content.decode()
    assert "10 条：已归入 0，不立项 0，未定 10" in page and "合成一项" in page and "从严" in page
    assert "对象不同" in page and "数不同" in page
    assert do(supervisor, bench, "section:二(二)").status_code == 302
    text = text_of(supervisor.get(bench))
    assert "10 条：已归入 4，不立项 0，未定 6" in text and "已接受：立 3 项" in text
    for path in ("二(一)", "二(三)", "附件"):
        do(supervisor, bench, f"section:{path}")
    assert "每一条都有着落了" in text_of(supervisor.get(bench))


def test_acts_are_forms_and_the_last_is_taken_back(town, supervisor, bench):
    page = supervisor.get(bench).content.decode()
    [slogan], [road] = codes(page, "为民情怀"), codes(page, "栖霞路")
    refused = do(supervisor, bench, "drop", reading=slogan)
    assert refused.status_code == 422 and "写明不立项的原因" in text_of(refused)
    assert f'value="{slogan}" checked' in refused.content.decode(), "what was chosen stays chosen"
    do(supervisor, bench, "drop", reading=slogan, reason="口号")
    do(supervisor, bench, "make", reading=road, title="栖霞路东段等完工")
    [task] = tasks.every(town, states=("draft",))
    assert task.values["title"] == "栖霞路东段等完工"
    assert "已立为" in text_of(supervisor.get(bench))
    do(supervisor, bench, "undo")
    do(supervisor, bench, "undo")
    assert "未定 10" in text_of(supervisor.get(bench)) and tasks.every(town, states=("draft",)) == []
    assert do(supervisor, bench, "undo").status_code == 422


def test_a_partial_answer_is_the_bench_alone(supervisor, bench):
    answer = supervisor.post(bench, {"do": "section:二(一)"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "<html" not in answer.content.decode() and "已接受" in answer.content.decode()


def test_nobody_else_sees_the_workbench_nor_the_drafts(town, supervisor, bench):
    do(supervisor, bench, "section:二(二)")
    code = tasks.every(town, states=("draft",))[0].code
    for login in ("lianluo", "longdong"):
        other = person(town, login)
        for url in (bench, "/tasks/breakdown", "/tasks/drafts", f"/tasks/{code}/edit", "/tasks/packs/tianhe_report"):
            assert other.get(url).status_code in (403, 404), (login, url)
    assert Client().get(bench).status_code == 302


def test_a_pack_is_taken_over_and_again_changes_nothing(town, supervisor):
    url, ready = "/tasks/packs/tianhe_report", town.rules.commitments
    assert "已取 0 项" in text_of(supervisor.get(url))
    name = next(one.parent for one in ready.values() if one.parent)
    parts = sum(one.parent == name for one in ready.values())
    supervisor.post(url, {"do": "some", "name": name})
    assert f"起草了 {parts + 1} 项，原来就有 0 项" in text_of(supervisor.get(url))
    supervisor.post(url, {"do": "some", "name": name})
    assert f"起草了 0 项，原来就有 {parts + 1} 项" in text_of(supervisor.get(url))
    assert len(tasks.flat(tasks.every(town, states=("draft",)))) == parts + 1
    assert supervisor.get("/tasks/packs/nothing").status_code == 404


def test_drafts_go_out_are_heard_approved_and_issued_together(town, supervisor):
    task = drafted(town)
    page = supervisor.get("/tasks/drafts?state=draft").content.decode()
    assert 'class="hint"' in page and task.code in page
    assert do(supervisor, "/tasks/drafts?state=draft", "send", task=task.code).status_code == 302
    sent = tasks.one(town, task.code)
    assert sent.state == "consulting" and sent.commitment.lead
    page = text_of(supervisor.get("/tasks/drafts?state=consulting"))
    assert "还没回：" in page
    act(town, "lianluo", "agree", sent, remark="照办")
    page = text_of(supervisor.get("/tasks/drafts?state=heard"))
    assert "照办" in page
    refused = do(supervisor, "/tasks/drafts?state=heard", "approve", task=task.code)
    assert refused.status_code == 422 and "审定" in text_of(refused)
    do(supervisor, "/tasks/drafts?state=heard", "approve", task=task.code, approved_by="常务会议")
    do(supervisor, "/tasks/drafts?state=approved", "issue", task=task.code, number="天府办〔2020〕18号")
    assert tasks.one(town, task.code).values["number"] == "天府办〔2020〕18号"


def test_what_cannot_go_is_named_with_its_reason_and_nothing_goes(town, supervisor, bench):
    do(supervisor, bench, "section:二(二)")
    bare = tasks.every(town, states=("draft",))[0]
    whole = drafted(town)
    refused = supervisor.post("/tasks/drafts?state=draft", {"do": "send", "task": [bare.code, whole.code]})
    assert refused.status_code == 422
    assert bare.code in text_of(refused) and "还没有建议牵头单位" in text_of(refused)
    assert tasks.one(town, whole.code).state == "draft"


def test_several_drafts_are_given_an_area_and_a_leader_at_once(town, supervisor, bench):
    do(supervisor, bench, "section:二(二)")
    some = [task.code for task in tasks.every(town, states=("draft",))]
    given = {"do": "revise", "task": some, "leader": "分管城建副区长", "area": "交通", "deadline": "2020-11-30"}
    assert supervisor.post("/tasks/drafts", given).status_code == 302
    found = tasks.every(town, states=("draft",))
    assert {(t.values["leader"], t.values["area"], str(t.values["deadline"])) for t in found} == {
        ("分管城建副区长", "交通", "2020-11-30")
    }
    assert supervisor.post("/tasks/drafts", {"do": "revise", "task": some}).status_code == 422


def test_the_form_says_what_a_draft_lacks_and_keeps_what_was_typed(town, supervisor, bench):
    do(supervisor, bench, "section:二(二)")
    task = next(one for one in tasks.every(town, states=("draft",)) if one.values.get("target") == 6)
    url = f"/tasks/{task.code}/edit"
    assert "写得齐不齐" in text_of(supervisor.get(url)) and "还缺" in text_of(supervisor.get(url))
    from tests.web.walking import form_of

    given = form_of(supervisor.get(url).content.decode()) | {
        "title": "完工",
        "area": "交通",
        "source_kind": "work_report",
    }
    wrong = supervisor.post(url, {**given, "target": "九", "target_unit": "个"})
    assert wrong.status_code == 422 and 'value="九"' in wrong.content.decode()
    assert (
        supervisor.post(url, {**given, "target": "6", "target_unit": "个", "deadline": "2020-12-31"}).status_code == 302
    )
    after = tasks.one(town, task.code)
    assert after.values["title"] == "完工"
    shown = re.search(r'id="f-document" name="document" value="([^"]*)"', supervisor.get(url).content.decode())[1]
    assert shown == "WJ-00001", "a reference is shown by its code"
    assert supervisor.post(url, {**given, "seen": after.seq, "act": "", "document": shown}).status_code == 302
    assert tasks.one(town, task.code).values["document"] == task.values["document"]
    assert task.values.get("strength") == "力争", "in words, as an office writes"


def test_a_foreign_breakdown_is_tried_entered_and_its_wrong_rows_given_back(town, supervisor):
    office = places.tree(town.id, town.today()).by_code["zhujian"].name()
    lines = f"序号,任务内容,牵头单位,完成时限\n1,修剪行道树,{office},12月底\n2,更换路灯,区不存在局,年底\n"
    assert "涉密" in text_of(supervisor.get("/tasks/import"))
    page = supervisor.post(
        "/tasks/import", {"file": SimpleUploadedFile("分解表.csv", lines.encode()), "area": "城区品质"}
    )
    assert "可以起草 1 项，原来就有 0 项（不动），有问题 1 行" in text_of(page) and "区不存在局" in text_of(page)
    assert tasks.every(town, states=("draft",)) == []
    token = re.search(r'name="handed" value="([^"]+)"', page.content.decode())[1]
    back = supervisor.post("/tasks/import", {"handed": token, "do": "rejects", "area": "城区品质"})
    assert back["Content-Type"].endswith("spreadsheetml.sheet")
    for made, known in ((1, 0), (0, 1)):
        answer = supervisor.post("/tasks/import", {"handed": token, "do": "enter", "area": "城区品质"}, follow=True)
        assert f"新起草 {made} 项，原来就有 {known} 项，没有登记 1 行" in text_of(answer)
    [task] = tasks.every(town, states=("draft",))
    assert (task.values["area"], task.values["title"]) == ("城区品质", "修剪行道树")
    assert (
        supervisor.post("/tasks/import", {"file": SimpleUploadedFile("甲.csv", "姓名\n王某\n".encode())}).status_code
        == 422
    )
    assert supervisor.post("/tasks/import", {}).status_code == 422
    assert person(town, "lianluo").get("/tasks/import").status_code == 403


def test_the_bench_asks_as_few_statements_for_many_readings_as_for_few(town, supervisor, bench):
    other = entered(supervisor, PAPER, "甲.txt").replace("/documents/", "/tasks/breakdown/")
    counted = {}
    for url in (bench, other):
        supervisor.get(url)
        with database.counting() as count:
            assert supervisor.get(url).status_code == 200
        counted[url] = count.n
    assert len(set(counted.values())) == 1 and max(counted.values()) <= 14, counted


def test_the_list_of_drafts_asks_as_few_statements_for_many_as_for_few(town, supervisor):
    few = drafted(town)
    act(town, "ducha", "send", few, lead="zhujian", assist=["jiaojing"])

    def counted() -> int:
        supervisor.get("/tasks/drafts?state=consulting")
        with database.counting() as count:
            assert supervisor.get("/tasks/drafts?state=consulting").status_code == 200
        return count.n

    before = counted()
    for name in list(town.rules.commitments)[:4]:
        act(town, "ducha", "send", drafted(town, name), lead="zhujian", assist=["jiaojing"])
    assert counted() == before <= 16


def test_who_has_answered_is_read_in_a_few_statements(town):
    some = [drafted(town)]
    with database.counting() as count:
        consulting.heard(town, some)
    assert count.n <= 4


def test_what_became_of_a_pack_is_said_in_words(town, supervisor):
    drafted(town)
    page = supervisor.get("/tasks/packs/tianhe_report").content.decode()
    assert "草稿" in page and ">draft<" not in page and "in_hand" not in page


def test_a_field_that_is_emptied_is_empty_afterwards_and_a_tick_that_is_taken_away_is_gone(town, supervisor):
    task = drafted(town, "tianhe_report.estates_26")
    url = f"/tasks/{task.code}/edit"
    stood = {name: task.values[name] for name in ("title", "area", "source_kind", "words")}
    assert task.values["leader"] and task.values["published"]
    press(supervisor, url, **stood, leader="  ", measure_note="")
    now = tasks.one(town, task.code)
    assert not now.values.get("leader") and not now.values.get("measure_note") and not now.values["published"]
    kept = ("title", "area", "target", "deadline")
    assert [now.values[name] for name in kept] == [task.values[name] for name in kept], "what was not sent stays"
    refused = press(supervisor, url, **{**stood, "title": ""})
    assert refused.status_code == 422 and tasks.one(town, task.code).values["title"] == task.values["title"]
