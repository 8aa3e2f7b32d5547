"""Derived ledgers by the API: the same rows as the page shows, for any day, within the caller's reach."""

from __future__ import annotations

from datetime import date

from huying.engine import secret_values
from tests.api.conftest import Api
from tests.derived.acting import CHEBEI, add, follow

KEY = "/derived/epidemic.key_person"
ONE = "11010519491231002X"


def test_rows_come_with_words_days_and_the_record_behind(api: Api):
    made = add(
        api.district, "epidemic.outing", "longdong", id_number=ONE, went_to="hubei.wuhan", left_on=date(2020, 12, 10)
    )
    follow(api.district)
    answer = api.get(f"{KEY}?on=2020-12-20", "longdong").body
    assert answer["from"][0] == "epidemic.outing" and answer["total"] == 1 and answer["on"] == "2020-12-20"
    [row] = answer["rows"]
    assert (row["label"], row["from_day"], row["to_day"]) == ("1•••X", "2020-12-10", "2020-12-24")
    [reason] = row["reasons"]
    assert reason["words"] == ["was in Wuhan until 2020-12-10"] and reason["code"] == made.code
    assert api.get(reason["url"].removeprefix("/api/v1"), "longdong").status == 200
    assert ONE not in str(answer)
    index = secret_values.indexes(api.district.id, ONE)[0].hex()
    assert index not in str(answer), "what equal values are found by stays inside"
    assert api.get(f"{KEY}?on=2020-12-25", "longdong").body["total"] == 0
    assert api.get(f"{KEY}?area={CHEBEI}", "longdong").body["total"] == 0
    assert api.get(f"{KEY}?as_of=2020-12-01T00:00:00", "longdong").body["total"] == 0


def test_it_is_in_the_list_of_those_who_may_see_it_and_refused_to_others(api: Api):
    names = {one["name"] for one in api.get("/derived", "shebao").body["derived"]}
    assert "pension.missed" in names
    assert "pension.missed" not in {one["name"] for one in api.get("/derived", "longdong").body["derived"]}
    assert api.get("/derived/pension.missed", "longdong").status == 403
    assert api.get("/derived/pension.nothing", "shebao").status == 404


def test_what_cannot_be_asked_is_refused_with_the_way_out(api: Api):
    for query, field in (("sort=name", "sort"), ("on=0001-01-01", "on"), ("area=nowhere", "area"), ("q=x", "q"),
                         ("as_of=2199-01-01T00:00:00", "as_of"), ("sort=unit", "sort")):  # fmt: skip
        answer = api.get(f"{KEY}?{query}", "longdong")
        assert answer.status == 422 and field in answer.body["fields"], query
