"""Records over the API: reported, listed, read, moved along."""

from __future__ import annotations

import time
from uuid import uuid4

from huying.engine import database, saved_views
from tests.api.conftest import CASES, Api
from tests.engine.small import actor_of

LONGDONG, CHEBEI = "440106018000", "440106003000"


def test_a_reported_case_is_read_back_with_what_was_sent(api: Api):
    made = api.report(unit=LONGDONG, words="路面有坑", where={"lng": 113.36, "lat": 23.2}, road_part="lane")
    assert made.status == 201, made.body
    read = api.get(f"{CASES}/{made.body['code']}")
    assert read.status == 200
    assert read.body["id"] == made.body["record"]
    assert read.body["state"] == "reported" and read.body["seq"] == 1
    assert read.body["unit"]["code"] == LONGDONG
    assert read.body["values"]["words"] == "路面有坑"
    assert read.body["values"]["where"] == {"lng": 113.36, "lat": 23.2}
    assert read.body["values"]["road_part"] == "lane"
    assert api.get(f"{CASES}/{made.body['record']}").body == read.body


def test_a_case_goes_along_its_flow_and_its_history_tells(api: Api):
    code = api.report(category="street", unit=LONGDONG).body["code"]
    assert api.take(code, "dispatch").body["state"] == "dispatched"
    accepted = api.take(code, "accept", "longdong")
    assert accepted.status == 200 and accepted.body["state"] == "handling" and accepted.body["seq"] == 3
    entries = api.get(f"{CASES}/{code}/history").body["entries"]
    assert [(e["step"], e["state"], e["via"]) for e in entries] == [
        ("report", "reported", "api"),
        ("dispatch", "dispatched", "api"),
        ("accept", "handling", "api"),
    ]
    steps = {s["name"] for s in api.get(f"{CASES}/{code}", "longdong").body["steps"]}
    assert "answer" in steps and "dispatch" not in steps


def test_the_same_act_sent_again_is_done_once_and_answered_alike(api: Api):
    act, body = str(uuid4()), {"step": "report", "answers": {"category": "road", "unit": LONGDONG}}
    first = api.post(CASES, body, idempotency_key=act)
    again = api.post(CASES, body | {"act": act})
    assert first.status == again.status == 201
    assert first.body["again"] is False and again.body["again"] is True
    assert first.body | {"again": True} == again.body
    assert api.get(CASES).body["total"] == 1


def test_an_act_used_for_something_else_is_refused(api: Api):
    act = str(uuid4())
    api.post(CASES, {"step": "report", "act": act, "answers": {"category": "road", "unit": LONGDONG}})
    other = api.post(CASES, {"step": "report", "act": act, "answers": {"category": "noise", "unit": LONGDONG}})
    assert (other.status, other.body["code"]) == (422, "act.misused")


def test_a_header_and_a_body_naming_two_acts_is_refused(api: Api):
    body = {"step": "report", "act": str(uuid4()), "answers": {"category": "road", "unit": LONGDONG}}
    answer = api.post(CASES, body, idempotency_key=str(uuid4()))
    assert answer.status == 422 and "act" in answer.body["fields"]


def test_who_saw_an_older_state_is_told_of_the_race(api: Api):
    code = api.report(category="street", unit=LONGDONG).body["code"]
    api.take(code, "classify", answers={"category": "clean"})
    late = api.take(code, "dispatch", seen=1)
    assert (late.status, late.body["code"]) == (409, "step.race")
    assert api.take(code, "dispatch", seen=2).status == 200


def test_a_step_that_is_not_open_not_yours_or_unknown_is_refused(api: Api):
    code = api.report(category="street", unit=LONGDONG).body["code"]
    assert (r := api.take(code, "close")).status == 409 and r.body["code"] == "step.not-open"
    assert (r := api.take(code, "dispatch", "longdong")).status == 403 and r.body["code"] == "step.not-yours"
    assert (r := api.take(code, "fly")).status == 404 and r.body["code"] == "step.unknown"
    assert api.take(code, "dispatch", at="2099-01-01T00:00:00Z").body["code"] == "step.future"


def test_missing_wrong_and_unasked_answers_are_all_told_at_once(api: Api):
    answer = api.report(category="nothing", words=["list"], reason="not asked", nonsense=1)
    assert answer.status == 422 and answer.kind == "application/problem+json"
    assert set(answer.body["fields"]) == {"category", "words", "reason", "nonsense"}
    missing = api.post(CASES, {"step": "report", "answers": {"unit": LONGDONG}})
    assert (missing.status, set(missing.body["fields"])) == (422, {"category"})


def test_a_list_is_filtered_sorted_and_paged(api: Api):
    for category, unit in (("road", LONGDONG), ("noise", LONGDONG), ("road", CHEBEI)):
        assert api.report(category=category, unit=unit).status == 201
    assert api.get(CASES + "?category=road").body["total"] == 2
    assert api.get(CASES + f"?category=road&unit={CHEBEI}").body["total"] == 1
    assert api.get(CASES + "?category=road&category=noise").body["total"] == 3
    assert api.get(CASES + "?state=closed").body["total"] == 0
    page = api.get(CASES + "?sort=code&limit=2").body
    assert (len(page["records"]), page["total"], page["more"]) == (2, 3, True)
    rest = api.get(CASES + "?sort=code&limit=2&offset=2").body
    assert [r["code"] for r in page["records"] + rest["records"]] == sorted(
        r["code"] for r in page["records"] + rest["records"]
    )


def test_a_list_looks_back(api: Api):
    code = api.report(category="street", unit=LONGDONG).body["code"]
    before = api.get(f"{CASES}/{code}").body["known_at"]
    api.take(code, "dispatch")
    assert api.get(CASES + f"?as_of={before}").body["records"][0]["state"] == "reported"
    assert api.get(f"{CASES}/{code}?as_of={before}").body["state"] == "reported"
    assert api.get(f"{CASES}/{code}").body["state"] == "dispatched"
    assert api.get(CASES + "?as_of=2020-01-02T00:00:00Z").body["total"] == 0
    assert api.get(CASES + "?as_of=2199-01-02T00:00:00Z").status == 422


def test_a_street_sees_its_own_cases_only(api: Api):
    here, there = api.report(unit=LONGDONG).body["code"], api.report(unit=CHEBEI).body["code"]
    assert [r["code"] for r in api.get(CASES, "longdong").body["records"]] == [here]
    assert (r := api.get(f"{CASES}/{there}", "longdong")).status == 404 and r.body["code"] == "record.none"
    assert api.take(there, "classify", "longdong", {"category": "noise"}).status == 404


def test_private_values_never_leave_by_the_api(api: Api):
    code = api.report(caller="王女士", phone="13800138000").body["code"]
    for path in (f"{CASES}/{code}", CASES, f"{CASES}/{code}/history"):
        assert "13800138000" not in str(api.get(path).body) and "王女士" not in str(api.get(path).body)
    assert set(api.get(f"{CASES}/{code}").body["masked"]) == {"caller", "phone"}


def test_a_batch_takes_what_is_right_and_says_what_is_wrong(api: Api):
    code = api.report(category="street", unit=LONGDONG).body["code"]
    ledger = "command.case"
    answer = api.post(
        "/acts",
        {
            "acts": [
                {"ledger": ledger, "step": "report", "answers": {"category": "road", "unit": LONGDONG}},
                {"ledger": ledger, "step": "report", "answers": {"category": "wrong", "unit": LONGDONG}},
                {"ledger": ledger, "record": code, "step": "dispatch"},
                {"ledger": ledger, "record": code, "step": "close"},
                {"ledger": "no.such", "step": "report"},
                {"ledger": ledger, "record": "SX-none", "step": "dispatch"},
            ]
        },
    )
    assert answer.status == 200
    assert [one["status"] for one in answer.body["outcomes"]] == [201, 422, 200, 409, 404, 404]
    assert answer.body["outcomes"][2]["outcome"]["state"] == "dispatched"
    assert answer.body["outcomes"][1]["problem"]["fields"].keys() == {"category"}


def test_what_changed_is_told_once_and_then_nothing(api: Api):
    cursor = api.get("/live").body["cursor"]
    mine, other = api.report(unit=LONGDONG).body["code"], api.report(unit=CHEBEI).body["code"]
    told: list[str] = []
    deadline = time.monotonic() + 30  # a writer elsewhere in the cluster may hold the watermark a while
    while mine not in told and time.monotonic() < deadline:
        answer = api.get(f"/live?cursor={cursor}", "longdong")
        if answer.status == 204:
            time.sleep(0.05)
            continue
        cursor = answer.body["cursor"]
        told += [c["code"] for c in answer.body["changed"]]
    assert told.count(mine) == 1 and other not in told
    while (later := api.get(f"/live?cursor={cursor}", "longdong")).status == 200:
        assert mine not in [c["code"] for c in later.body["changed"]]
        cursor = later.body["cursor"]
    assert later.status == 204


def test_an_event_of_the_api_names_person_and_post(api: Api):
    made = api.report("longdong", unit=LONGDONG).body
    with database.writing(api.district.id) as query:
        event = query.row("select via, person, post from hy.event where record = %s", [made["record"]])
    me = api.get("/me", "longdong").body
    assert (event["via"], event["person"], event["post"]) == ("api", me["person"], me["post"]["id"])


def test_a_list_takes_a_view_of_the_caller_s_and_what_is_given_besides_goes_before_it(api: Api):
    for unit in (LONGDONG, CHEBEI):
        api.report(category="street", unit=unit)
    ledger = api.district.rules.ledgers["command.case"]
    mine = saved_views.save(
        api.district, actor_of(api.district, "diaodu"), ledger, "龙洞的", {"area": LONGDONG, "sort": "code"}
    )
    assert [one["unit"]["code"] for one in api.get(f"{CASES}?view={mine.key}").body["records"]] == [LONGDONG]
    assert api.get(f"{CASES}?view={mine.key}&unit={CHEBEI}").body["total"] == 1
    assert api.get(f"{CASES}?view={mine.key}", "longdong").status == 422, "it is another's own"
