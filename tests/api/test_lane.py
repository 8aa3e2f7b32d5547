"""Calls by token take the short way: answered as by the long one, and with few statements."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from huying.engine import database, situation
from huying.engine.flows import Act, StepRefused, take_step
from huying.engine.models import Person
from tests.api.conftest import CASES, ROOT, Api
from tests.engine.small import actor_of

APART = {"Content-Length", "Vary"}


def test_a_call_by_token_bears_the_headers_of_one_by_session(calm: Api):
    client = Client()
    client.force_login(Person.objects.get(pk=actor_of(calm.district, "diaodu").person))
    for language in ("zh", "en"):
        by_session = client.get(f"{ROOT}/ledgers", headers={"accept-language": language})
        by_token = calm.get("/ledgers", accept_language=language)
        assert by_token.status == by_session.status_code == 200
        assert by_token.body == by_session.json()
        assert {n: v for n, v in by_token.headers.items() if n not in APART} == {
            n: v for n, v in by_session.headers.items() if n not in APART
        }
        assert int(by_token.headers["Content-Length"]) == len(by_session.content)
        assert "Accept-Language" in by_token.headers["Vary"]


def test_an_address_beside_the_api_is_not_found_with_a_token_either(calm: Api):
    token = calm.token("diaodu")
    for path in ("/api/other", "/api/v1/nothing", "/api/v1/me/"):
        assert Client().get(path, headers={"authorization": f"Bearer {token}"}).status_code == 404


def test_the_description_is_served_with_and_without_a_token(calm: Api):
    for headers in ({}, {"authorization": f"Bearer {calm.token('diaodu')}"}):
        answer = Client().get(f"{ROOT}/openapi.json", headers=headers)
        assert answer.status_code == 200
        assert f"{ROOT}/ledgers/{{ledger}}/records" in json.loads(answer.content)["paths"]


def test_a_report_is_one_statement_and_a_step_two(api: Api):
    codes = [api.report().body["code"] for _ in range(2)]
    api.take(codes[0], "dispatch")
    with database.counting() as count:
        assert api.take(codes[1], "dispatch").status == 200
    assert count.n == 2, "read and written"
    with database.counting() as count:
        for _ in range(8):
            assert (
                api.post(CASES, {"step": "report", "answers": {"category": "road.surface", "unit": api.area}}).status
                == 201
            )
    assert count.n <= 8 + 4, "one each, and a block of codes now and then"


def test_the_same_step_sent_again_by_code_is_answered_alike(api: Api):
    code, act = api.report().body["code"], "0190a6b2-0000-7000-8000-000000000001"
    first = api.take(code, "dispatch", act=act).body
    again = api.take(code, "dispatch", act=act).body
    assert again == first | {"again": True}


def test_a_batch_looks_its_codes_up_together(api: Api):
    codes = [api.report().body["code"] for _ in range(5)]
    acts = [{"ledger": "command.case", "record": code, "step": "dispatch"} for code in [*codes, "SX-none"]]
    with database.counting() as count:
        outcomes = api.post("/acts", {"acts": acts}).body["outcomes"]
    assert [one["status"] for one in outcomes] == [200] * 5 + [404]
    assert count.n <= 3 + 5, "codes, records, rulings at most, and one statement an act"


def test_a_key_that_is_no_uuid_is_refused(calm: Api):
    refused = calm.post(CASES, {"step": "report"}, idempotency_key="mine")
    assert (refused.status, refused.body["fields"]) == (422, {"Idempotency-Key": "It should be a UUID"})


def test_a_record_that_moved_on_after_it_was_read_is_read_again(api: Api):
    district, code = api.district, api.report().body["code"]
    actor = actor_of(district, "diaodu")
    found = situation.find(district, "command.case", code, "dispatch")
    assert api.take(code, "dispatch").status == 200
    with pytest.raises(StepRefused) as refused:
        take_step(district, Act("command.case", "dispatch", actor, {}, found.row["id"]), found)
    assert refused.value.code == "step.not-open", "decided on what stands now, not on what was read"
    moved = situation.find(district, "command.case", found.row["id"], "dispatch")
    assert (moved.row["seq"], moved.row["code"]) == (2, code)
    assert situation.find(district, "command.case", "SX-none", "dispatch") is None
