"""Bulletins, letters and reports for programs: the same acts as the pages, refused with the same sentences."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from tests.api.conftest import Api
from tests.engine import placing
from tests.engine.placing import at, claim, in_hand, loaded, two_streets
from tests.engine.tasking import POINTS

LETTER = "/ledgers/supervision.letter/records"


@pytest.fixture
def autumn(database: str, tmp_path: Path) -> Api:
    """9 October: one task that claims too much, one behind."""
    district = loaded(tmp_path)
    two_streets(district)
    claim(district, in_hand(district), 41_000, words="全年目标提前完成")
    in_hand(district, POINTS, "zhujian", "lianluo")
    return Api(at(district, "2020-10-09 09:00"))


def code_of(api: Api, measure: str) -> str:
    return next(t.code for t in placing.tasks.every(api.district) if t.commitment.measure == measure)


def test_a_bulletin_is_drafted_checked_issued_and_never_over_a_period_that_runs(autumn: Api) -> None:
    ahead = autumn.post("/bulletins", {"period": "2020-Q4"}, "ducha")
    assert ahead.status == 422 and "not over" in ahead.body["detail"]
    assert autumn.post("/bulletins", {"period": "2020-Q5"}, "ducha").status == 422
    assert autumn.post("/bulletins", {"period": "2020-Q3"}, "lianluo").status == 403
    act = str(uuid4())
    made = autumn.post("/bulletins", {"period": "2020-Q3", "act": act}, "ducha")
    assert made.status == 201 and autumn.post("/bulletins", {"period": "2020-Q3", "act": act}, "ducha").body["again"]
    code = made.body["code"]
    assert autumn.get("/bulletins", "lianluo").body["bulletins"] == [], "drafts are for the supervision office"
    early = autumn.post(f"/bulletins/{code}/issue", {"number": "第3期"}, "ducha")
    assert early.status == 409 and early.body["code"] == "step.not-open"
    assert autumn.post(f"/bulletins/{code}/renew", {}, "ducha").status == 201
    steps = f"/ledgers/supervision.bulletin/records/{code}/steps"
    assert autumn.post(steps, {"step": "check"}, "ducha").status == 200
    assert autumn.post(f"/bulletins/{code}/issue", {"number": "第3期"}, "ducha").status == 201
    shown = autumn.get(f"/bulletins/{code}", "lianluo").body
    line = next(one for one in shown["lines"] if one["claim"] == "41000")
    assert (shown["total"], line["evidence"], line["claim_words"]) == (2, "31200", "全年目标提前完成")
    assert [one["code"] for one in shown["missing"]] == ["zhujian"] and shown["restated"] == []
    assert autumn.get("/bulletins/TB-1999-001", "ducha").status == 404


def test_a_letter_is_proposed_drafted_sent_and_rises(autumn: Api) -> None:
    code = code_of(autumn, placing.PLACED)
    ready = autumn.get(f"/letters/proposed?about={code}&level=blue", "ducha").body["values"]
    assert ready["title"].startswith("Claim and records differ")
    wrong = autumn.post("/letters", {**ready, "about": "RW-1999-0001"}, "ducha")
    assert wrong.status == 422 and "no task or record" in wrong.body["fields"]["about"]
    assert autumn.get("/letters/proposed?about=RW-1999-0001", "ducha").status == 404
    made = autumn.post("/letters", ready, "ducha")
    assert made.status == 201
    again = autumn.post("/letters", ready, "ducha")
    assert again.status == 422 and "already" in again.body["detail"], "one matter, one letter"
    letter = made.body["code"]
    assert autumn.post(f"{LETTER}/{letter}/steps", {"step": "issue", "answers": {"number": "督1号", "signer": "莫"}},
                       "ducha").status == 200  # fmt: skip
    assert autumn.get(f"/letters/{letter}", "renshelx").body["light"] == "grey"
    assert autumn.get(f"/letters/{letter}", "lianluo").status == 404, "another office's"
    up = autumn.post(f"/letters/{letter}/escalate", {"reply_by": "2020-10-15"}, "ducha")
    assert (
        up.status == 201
        and autumn.get(f"/letters/{up.body['code']}", "ducha").body["letter"]["values"]["level"] == "amber"
    )
    about = autumn.get(f"/letters?about={code}", "ducha").body["letters"]
    assert len(about) == 2 and autumn.post(f"/letters/{letter}/escalate", {"reply_by": "soon"}, "ducha").status == 422


def test_an_office_reports_on_its_own_tasks_and_is_reminded_of_what_is_missing(autumn: Api) -> None:
    code, other = code_of(autumn, "traffic.points_improved"), code_of(autumn, placing.PLACED)
    mine = autumn.get("/reports?period=2020-Q3", "lianluo").body["duties"]
    assert [(one["task"], one["state"]) for one in mine] == [(code, "missing")]
    every = {one["task"]: one for one in autumn.get("/reports?period=2020-Q3", "ducha").body["duties"]}
    assert every[other]["claim"] == "41000" and every[other]["evidence"] == "31200"
    assert autumn.post("/reports/remind", {"period": "2020-Q3", "tasks": [code]}, "lianluo").status == 403
    assert autumn.post("/reports/remind", {"period": "2020-Q3", "tasks": ["x"]}, "ducha").status == 422
    asked = {"period": "2020-Q3", "tasks": [code]}
    assert autumn.post("/reports/remind", asked, "ducha").body == {"reminded": [code]}
    assert autumn.post("/reports/remind", asked, "ducha").body == {"reminded": []}, "once a day"
    said = {"task": code, "period": "2020-Q3", "value": 5, "words": "五处已完成"}
    foreign = autumn.post("/reports", {**said, "task": other}, "lianluo")
    assert foreign.status == 422 and "another office" in foreign.body["detail"]
    long = autumn.post("/reports", {**said, "words": "字" * 201}, "lianluo")
    assert long.status == 422 and "words" in long.body["fields"]
    assert autumn.post("/reports", {**said, "period": "2021-Q1"}, "lianluo").status == 422
    assert autumn.post("/reports", {"task": code, "period": "2020-Q3"}, "lianluo").status == 422
    assert autumn.post("/reports", said, "lianluo").status == 201
    [now] = autumn.get("/reports?period=2020-Q3", "lianluo").body["duties"]
    assert (now["state"], now["claim"], now["claim_words"]) == ("reported", "5", "五处已完成")


def test_what_numbers_say_of_each_other_is_for_those_who_supervise(autumn: Api) -> None:
    found = autumn.get("/crosschecks", "ducha").body["crosschecks"]
    jobs = next(one for one in found if one["name"] == "tianhe_report.jobs_not_lower")
    assert (jobs["verdict"], jobs["left"], jobs["right"]) == ("differs", "40000", "61814") and jobs["todo"]
    assert autumn.get("/crosschecks", "lianluo").status == 403
