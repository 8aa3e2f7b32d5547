"""Every list, record, figure and promise is shown as of a past day where one is asked, and says so."""

from __future__ import annotations

import re

import pytest

from tests.web.walking import person, report, take, text_of

CASE, DAY = "command.case", "2020-12-19"
ENTRANCES = [
    f"/ledgers/{CASE}",
    f"/ledgers/{CASE}?q=路",
    f"/ledgers/{CASE}/about",
    f"/ledgers/{CASE}/quality",
    "/derived/epidemic.key_person",
    "/indicators",
    "/indicators/command.on_time_answer_rate",
    "/indicators/command.on_time_answer_rate/records",
    "/commitments",
]


@pytest.mark.parametrize("url", ENTRANCES)
def test_an_entrance_takes_a_past_day_and_says_so(town, url: str):
    report(town)
    client = person(town, "diaodu")
    joined = f"{url}{'&' if '?' in url else '?'}as_of="
    answer = client.get(f"{joined}{DAY}")
    words = text_of(answer)
    assert answer.status_code == 200
    assert re.search(r"截至 ?(2020-12-19 |12月19日 23:59|12月20日 0?0:00)", words), "it says the end of that day"
    for wrong in ("yesterday", "2020-13-40", "9999-99-99", "0", "2020-12-19T99"):
        again = client.get(f"{joined}{wrong}")
        assert again.status_code == 200, "a wrong day is told, not a failure"


def test_a_record_that_came_later_is_not_there_on_an_earlier_day(town):
    made = report(town)
    take(town, "diaodu", CASE, "dispatch", made.record)
    client = person(town, "diaodu")
    assert made.code in text_of(client.get(f"/ledgers/{CASE}"))
    assert made.code not in text_of(client.get(f"/ledgers/{CASE}?as_of={DAY}"))
    assert client.get(f"/ledgers/{CASE}/{made.code}?as_of={DAY}").status_code == 404
    assert "记录 0" in text_of(client.get(f"/ledgers/{CASE}/about?as_of={DAY}"))
