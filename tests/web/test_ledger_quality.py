"""A ledger's page of data quality."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from huying.engine import database, packs, places
from huying.engine.in_force import put_in_force
from tests.engine.pits import PIT, V1, folder
from tests.engine.test_indicators import put
from tests.web.walking import person, text_of

ADDRESS = f"/ledgers/{PIT}/quality"
QUALITY = """
quality:
  stale_after_days: 30
  faults:
    no_cause: {title: 没写原因 | No cause given, when: cause is null}
"""


@pytest.fixture
def pits(town: packs.District, tmp_path: Path) -> packs.District:
    """Five pits: two alike, one whose cause is no more, one stale, one out of range, in two streets."""
    text = (
        V1.replace("length_m: {type: number,", "length_m: {type: number, minimum: 0, maximum: 100,") + QUALITY.lstrip()
    )
    put_in_force(town.id, [folder(tmp_path, ledger=text)])
    district = packs.current(town.id)
    tree, now = places.tree(district.id, district.today()), district.now() - timedelta(hours=1)
    longdong, fenghuang = (tree.by_code[code].id for code in ("440106018000", "440106019000"))
    common = {"state": "kept", "known_at": now, "opened_at": now}
    put(district, PIT, unit=longdong, address="一路", cause="rain", **common)
    put(district, PIT, unit=longdong, address="一路", cause="gone", **common)
    put(district, PIT, unit=longdong, address="二路", length_m=5000, **common)
    put(district, PIT, unit=fenghuang, address="一路", cause="rain", **common)
    put(district, PIT, unit=fenghuang, cause="wear", **{**common, "known_at": now - timedelta(days=31)})
    return district


def test_each_fault_is_counted_by_street_and_opens_its_records(pits):
    whole = person(pits, "diaodu")
    words = text_of(whole.get(ADDRESS))
    assert "同一处地址相同，可能重复 2 / 5 龙洞街道 2" in words
    assert "原因的值已经没有了 1 / 5" in words and "长度超出范围 1 / 5" in words
    assert "没写原因 本台账的规则 1 / 5" in words and "30 天没有动过 本台账的规则 1 / 5 凤凰街道 1" in words
    listed = text_of(whole.get(f"{ADDRESS}/twins"))
    assert "共 2 条" in listed
    assert "共 0 条" in text_of(whole.get(f"{ADDRESS}/twins?area=440106019000"))
    assert whole.get(f"{ADDRESS}/no-such").status_code == 404


def test_a_street_counts_its_own(pits):
    words = text_of(person(pits, "fenghuang").get(ADDRESS))
    assert "1 / 2" in words and "可能重复" not in words.split("没有问题的")[0]
    assert "共 0 条" in text_of(person(pits, "fenghuang").get(f"{ADDRESS}/twins"))


def test_past_months_are_counted_as_they_stood_and_a_page_asks_few_statements(pits):
    whole = person(pits, "diaodu")
    months = text_of(whole.get(f"{ADDRESS}?months"))
    assert "记录 0 0 0 0 0" in months or "还没有" in months
    assert "截至" in text_of(whole.get(f"{ADDRESS}?as_of=2020-11-30"))
    whole.get(ADDRESS)
    with database.counting() as count:
        whole.get(ADDRESS)
    assert count.n <= 14


def test_who_may_not_see_the_ledger_sees_nothing_of_its_quality(pits):
    assert person(pits, "guanli").get(ADDRESS).status_code in (403, 404)
