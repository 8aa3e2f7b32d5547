"""Secret fields by API: masks in records, values for a reason, records found by a whole value."""

from __future__ import annotations

from pathlib import Path

import pytest

from huying.engine.in_force import put_in_force
from tests.api.conftest import Api
from tests.engine.aid import aid
from tests.engine.small import STREETS

CALLS, PHONE = "/ledgers/aid.call/records", "13800138000"


@pytest.fixture
def call(api: Api, tmp_path: Path) -> str:
    """The code of a call with two secret values."""
    put_in_force(api.district.id, [aid(tmp_path)])
    answers = {"unit": STREETS[1], "phone": PHONE, "diagnosis": "哮喘"}
    made = api.post(CALLS, {"step": "report", "answers": answers}, "longdong")
    assert made.status == 201, made.body
    return made.body["code"]


def test_a_record_shows_masks_and_its_ledger_says_which_fields_are_secret(api: Api, call: str):
    found = api.get(f"{CALLS}/{call}", "longdong").body
    assert found["masked"] == ["caller", "phone", "kin_phone", "diagnosis"]
    assert found["masks"] == {"phone": "•••8000", "diagnosis": "•••"} and "phone" not in found["values"]
    fields = {one["name"]: one for one in api.get("/ledgers/aid.call", "longdong").body["fields"]}
    assert fields["phone"]["secret"] and fields["phone"]["private"] and not fields["caller"]["secret"]


def test_values_are_shown_for_a_reason_that_the_history_tells(api: Api, call: str):
    refused = api.post(f"{CALLS}/{call}/unmask", {"why": ""}, "longdong")
    assert refused.status == 422 and "why" in refused.body["fields"]
    shown = api.post(f"{CALLS}/{call}/unmask", {"why": "回访"}, "longdong")
    assert shown.status == 200 and shown.body == {"values": {"phone": PHONE}}
    assert shown.headers["Cache-Control"] == "no-store"
    (look,) = api.get(f"{CALLS}/{call}/history", "diaodu").body["looks"]
    assert look["why"] == "回访" and look["fields"] == ["caller", "phone", "kin_phone"] and look["post"]
    assert api.post(f"{CALLS}/{call}/unmask", {"why": "看看"}, "hecha").status == 403
    reader = api.token("longdong", "read")
    assert api.post(f"{CALLS}/{call}/unmask", {"why": "回访"}, token=reader).status == 403


def test_records_are_found_by_a_whole_value_and_not_by_a_parameter(api: Api, call: str):
    found = api.post("/ledgers/aid.call/find", {"field": "phone", "value": "+86 138-0013-8000"}, "longdong")
    assert [one["code"] for one in found.body["records"]] == [call] and found.body["total"] == 1
    assert PHONE not in str(found.body)
    assert api.post("/ledgers/aid.call/find", {"field": "phone", "value": "8000"}, "longdong").body["total"] == 0
    refused = api.post("/ledgers/aid.call/find", {"field": "diagnosis", "value": "哮喘"}, "longdong")
    assert refused.status == 422 and "phone, kin_phone" in refused.body["detail"]
    assert api.get(f"{CALLS}?phone={PHONE}", "longdong").status == 422
    assert api.get(f"{CALLS}?sort=phone", "longdong").status == 422
