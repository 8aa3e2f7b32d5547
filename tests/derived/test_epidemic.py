"""Three ledgers of an epidemic: who is watched on a day follows from what three registers say, and ends by itself."""

from __future__ import annotations

from datetime import date

from tests.derived.acting import add, listed

KEY = "epidemic.key_person"
ONE, TWO = "11010519491231002X", "440106199003077887"


def test_whoever_left_hubei_within_14_days_is_listed_with_the_reason_and_drops_off_by_itself(town):
    add(town, "epidemic.outing", "longdong", id_number=ONE, went_to="hubei.wuhan", left_on=date(2020, 12, 10))
    [row] = listed(town, KEY, "weijian")
    assert (row.first, row.last) == (date(2020, 12, 10), date(2020, 12, 24))
    assert row.reasons[0].values["went_to"] == "hubei.wuhan" and row.label == "1•••X"
    assert [len(listed(town, KEY, "weijian", on=date(2020, 12, day))) for day in (9, 10, 24, 25)] == [0, 1, 1, 0]
