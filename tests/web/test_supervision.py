"""The pages of supervision: reports, calendar, bulletins, letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from huying.engine import bulletins, database, packs, report_periods
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.web import throttle
from tests.engine import placing
from tests.engine.placing import at, claim, find, in_hand, loaded, two_streets
from tests.engine.small import actor_of
from tests.engine.tasking import POINTS
from tests.web.walking import form_of, person


@pytest.fixture
def autumn(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> packs.District:
    """9 October: one task on pace that claims too much, one held, one behind."""
    district = loaded(tmp_path)
    two_streets(district)
    claim(district, in_hand(district), 41_000, words="全年目标提前完成")
    in_hand(district, placing.HELD)
    in_hand(district, POINTS, "zhujian", "lianluo")
    monkeypatch.setattr(
        packs, "districts", lambda: [{"id": district.id, "name": district.name, "title": district.title}]
    )
    throttle.forget()
    return at(district, "2020-10-09 09:00")


def page(client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


def test_a_supervisor_reminds_drafts_checks_issues_and_writes_letters(autumn: packs.District) -> None:
    ducha = person(autumn, "ducha")
    code = placing.tasks.every(autumn)[0].code
    task = page(ducha, f"/commitments/{code}")
    assert "差 9,800" in task and "凤凰街道" in task and f"/letters/new?about={code}" in task

    shown = page(ducha, "/tasks/reports?period=2020-Q3")
    assert "未报 1 家" in shown and "免报 1/3" in shown
    assert "免报" in page(ducha, "/tasks/reports?period=2020-Q3&show=exempt")
    behind = next(t.code for t in placing.tasks.every(autumn) if t.commitment.measure == "traffic.points_improved")
    told = ducha.post("/tasks/remind", {"period": "2020-Q3", "task": [behind]}, follow=True).content.decode()
    assert "已催报 1 项" in told and "已催" in told
    assert ducha.post("/tasks/remind", {"period": "2020-Q3", "task": [code]}).status_code == 422

    ahead = ducha.post("/bulletins", {"period": "2020-Q4"})
    assert ahead.status_code == 422 and "还没有结束" in ahead.content.decode()
    assert ducha.post("/bulletins", {"period": "去年"}).status_code == 422
    made = ducha.post("/bulletins", {"period": "2020-Q3"}).headers["Location"]
    shown = page(ducha, made)
    assert "3 项：已完成 0，超序时 1" in shown and "核对无误" in shown
    assert ducha.post(f"{made}/issue", {"number": "第3期"}).status_code == 422, "not checked yet"
    flow = "/ledgers/supervision.bulletin/" + made.rpartition("/")[2]
    ducha.post(f"{flow}/check", form_of(page(ducha, f"{flow}/check")))
    assert ducha.post(f"{made}/issue", {"number": " "}).status_code == 422
    ducha.post(f"{made}/issue", {"number": "第3期"})
    assert "已印发" in page(ducha, made) and "第3期" in page(ducha, "/bulletins")
    assert "第3期" in page(person(autumn, "renshelx"), "/bulletins"), "offices read what is issued"

    form = page(ducha, f"/letters/new?about={code}")
    assert "申报 41,000，佐证 31,200，相差 9,800" in form
    sent = ducha.post("/letters/new", {**form_of(form), "about": "RW-1", "level": "blue"})
    assert sent.status_code == 422 and "没有这个编号的任务或记录" in sent.content.decode()
    assert "督办单" in page(ducha, "/letters")


def test_a_contact_sees_what_to_do_first_and_reports_beside_last_time(autumn: packs.District) -> None:
    lianluo = person(autumn, "lianluo")
    first = page(lianluo, "/tasks/mine?period=2020-Q3")
    code = next(t.code for t in placing.tasks.every(autumn) if t.commitment.measure == "traffic.points_improved")
    assert f"/tasks/{code}/report?period=2020-Q3" in first
    form = page(lianluo, f"/tasks/{code}/report?period=2020-Q3")
    assert 'name="value" value="0"' in form and "还没有报过" in form
    long = lianluo.post(f"/tasks/{code}/report", {"period": "2020-Q3", "value": "", "words": "字" * 201})
    assert long.status_code == 422 and "字" * 201 in long.content.decode(), "nothing typed is lost"
    lianluo.post(f"/tasks/{code}/report", {"period": "2020-Q3", "value": "1", "words": "改了一处，还差四处"})
    lianluo.post(f"/tasks/{code}/report", {"period": "2020-10", "value": "2", "words": "改了两处，还差三处"})
    form = page(lianluo, f"/tasks/{code}/report?period=2020-10")
    assert "<del>一</del><ins>两</ins>" in form and "<del>四</del><ins>三</ins>" in form
    assert "没有等您办的" in page(lianluo, "/tasks/mine?period=2020-Q3")


def test_a_finding_against_an_office_stands_first_while_it_may_be_answered(autumn: packs.District) -> None:
    behind = next(t for t in placing.tasks.every(autumn) if t.commitment.measure == "traffic.points_improved")
    find(autumn, behind, "behind", "一处也没有改善")
    lianluo = person(autumn, "lianluo")
    first = page(lianluo, "/tasks/mine?period=2020-Q3")
    assert "一处也没有改善" in first and "/answer" in first
    assert "/answer" not in page(person(at(autumn, "2020-10-17 09:00"), "lianluo"), "/tasks/mine?period=2020-Q3")


def test_the_difference_by_street_is_for_those_concerned(autumn: packs.District) -> None:
    code = placing.tasks.every(autumn)[0].code
    assert "凤凰街道" in page(person(autumn, "renshelx"), f"/commitments/{code}")
    assert "凤凰街道" not in page(person(autumn, "lianluo"), f"/commitments/{code}")


def test_pages_of_the_supervision_office_are_closed_to_others(autumn: packs.District) -> None:
    renshe = person(autumn, "renshelx")
    page(renshe, "/tasks/reports", 404)
    page(renshe, "/letters/new", 404)
    assert renshe.post("/tasks/remind", {"task": "x"}).status_code == 403
    assert renshe.post("/bulletins", {"period": "2020-Q3"}).status_code == 403
    page(renshe, "/bulletins/TB-2020-001", 404)
    page(renshe, "/tasks/RW-1999-0001/report", 404)


def test_what_is_written_wrong_into_an_address_breaks_nothing(autumn: packs.District) -> None:
    ducha = person(autumn, "ducha")
    for url in ("/tasks/mine?period=x", "/tasks/reports?period=2020-Q9&show=x", "/tasks/calendar?year=99999999999&office=x",
                "/tasks/calendar?year=2019", "/letters/new?about=%00x&level=x"):  # fmt: skip
        page(ducha, url)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_ask_few_statements_whatever_the_number_of_tasks(autumn: packs.District, language: str) -> None:
    find(autumn, placing.tasks.every(autumn)[0], "on_pace", "佐证达到节点")
    ducha = person(autumn, "ducha", language)
    made = ducha.post("/bulletins", {"period": "2020-Q3"}).headers["Location"]
    counts = {}
    for url in ("/tasks/mine", "/tasks/reports", "/tasks/calendar", "/bulletins", made, "/letters"):
        page(ducha, url)
        with database.counting() as count:
            page(ducha, url)
        counts[url] = count.n
    assert counts["/tasks/calendar"] <= 20 and counts["/tasks/reports"] <= 26 and counts["/tasks/mine"] <= 34, counts
    assert counts["/bulletins"] <= 12 and counts["/letters"] <= 12 and counts[made] <= 46, counts


def test_the_public_reads_what_bulletins_found_in_plain_words_and_its_history(autumn: packs.District) -> None:
    """A finding that no bulletin printed may still be answered: it is nobody's to read yet, and its reason never is."""
    behind = next(t for t in placing.tasks.every(autumn) if t.commitment.measure == "traffic.points_improved")
    ducha = actor_of(autumn, "ducha")

    def print_bulletin(period: str, number: str) -> None:
        made = bulletins.draft(autumn, ducha, report_periods.read(period))
        take_step(autumn, Act("supervision.bulletin", "check", ducha, {}, made.record))
        bulletins.issue(autumn, ducha, bulletins.one(autumn, ducha, made.code), number)

    find(autumn, behind, "behind", "内部的理由", "2020-09")
    first = page(Client(), "/promises")
    assert behind.values["title"] in first and "比计划慢" not in first
    print_bulletin("2020-09", "第8期")
    find(autumn, behind, "on_pace", "内部的理由", "2020-Q3")
    assert "比计划慢，正在督促" in page(Client(), "/promises") and "按计划进行" not in page(Client(), "/promises")
    print_bulletin("2020-Q3", "第9期")
    assert "第8期" in page(person(autumn, "ducha"), "/bulletins"), "no period is left to draft"
    shown = page(Client(), "/promises")
    assert shown.index("按计划进行") < shown.index("以前各期") < shown.index("比计划慢，正在督促")
    assert "第9期" in shown and "2020年第三季度" in shown and "内部的理由" not in shown
