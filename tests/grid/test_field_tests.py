"""A list is narrowed by any field that its reader sees: on the page, in a view, in exports, by the API; and by no other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest

from huying.engine import access, field_tests, places, records
from tests.engine.small import actor_of
from tests.exchange.works import WORK
from tests.grid.test_views import CLERK, LIST, begun, ledger, site  # noqa: F401
from tests.web.walking import person, text_of


@pytest.fixture
def some(site):  # noqa: F811
    begun(site, name="甲水井", length=Decimal("1.5"), begun_on=date(2020, 12, 31), wells=3)
    begun(site, name="乙 100% a_b", grade="b", cost=2_000_000, begun_on=date(2020, 12, 1), done=True, note="水")
    begun(site, name="丙", cost=None, begun_on=date(2021, 1, 1), seen_at=datetime(2021, 1, 1, 4, 30, tzinfo=UTC))
    begun(site, name="丁", grade=None, cost=None, done=False)
    return site


def condition(site, line: str, login: str = CLERK):  # noqa: F811
    actor, tree = actor_of(site, login), places.tree(site.id, site.today())
    visible = access.visible_fields(ledger(site), actor.kinds)
    return field_tests.read(site, tree, site.tables[WORK], visible, line, partial(records.referred, site, actor))


def names(site, *lines: str, login: str = CLERK, **more) -> str:  # noqa: F811
    filters = {records.TESTS: [condition(site, line, login) for line in lines]}
    found = records.page(site, actor_of(site, login), WORK, filters=filters, **more).records
    return "".join(sorted(one.values["name"][0] for one in found))


def test_every_type_is_asked_as_it_allows_and_read_as_people_write(some):
    for lines, found in {
        ("name has 水",): "甲", ("name has 100%",): "乙", ("name has A_B",): "乙", ("name has _",): "乙",
        ("name is 丙",): "丙", ("name is 丙|丁",): "丁丙", ("name not 丙",): "丁乙甲",
        ("grade is 甲级|b",): "丙乙甲", ("grade not a",): "丁乙", ("grade empty",): "丁", ("grade filled",): "丙乙甲",
        ("length ge 1.5",): "甲", ("length le 1.4",): "", ("wells is 3",): "甲", ("wells empty",): "丁丙乙",
        ("cost ge 2万",): "乙", ("cost ge 20,000", "cost le 20000"): "乙", ("cost empty",): "丁丙",
        ("done is 是",): "乙", ("done is no",): "丁", ("done empty",): "丙甲",
        ("begun_on ge 2020年12月31日",): "丙甲", ("begun_on le 2020-12-01",): "乙", ("begun_on is 2021-1-1",): "丙",
        ("seen_at is 2021-01-01",): "丙", ("seen_at ge 2021-01-02",): "", ("seen_at le 2021-01-01",): "丙",
        ("unit is 龙洞街道",): "丁丙乙甲", ("unit not 龙洞街道",): "", ("where empty",): "丁丙乙甲", ("place is 没有的",): "",
        ("note has 水", "done is 是", "grade is b"): "乙",
    }.items():  # fmt: skip
        assert names(some, *lines) == found, lines
    assert names(some, "grade filled", sort="cost", descending=False) == "丙乙甲"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "没有"),
        ("nosuch is 1", "没有“nosuch”"),
        ("name ge 3", "可以问"),
        ("cost is 很多", "造价"),
        ("cost ge", "和什么比"),
        ("where is 1", "可以问"),
        ("name has", "和什么比"),
        ("id is 1", "没有“id”"),
        ("hidden is true", "没有“hidden”"),
    ],
)
def test_what_is_no_condition_is_said(some, line: str, says: str):
    with pytest.raises(ValueError, match=says):
        condition(some, line)


def test_a_field_that_is_not_the_readers_is_no_condition(some):
    with pytest.raises(ValueError, match="没有“note”"):
        condition(some, "note has 水", "diaodu")
    page = text_of(person(some, "diaodu").get(f"{LIST}?filter=note has 水"))
    assert "有一个条件没有用上" in page and "不归您看" in page


def test_a_condition_is_added_shown_in_words_taken_off_saved_and_exported(some):
    client = person(some, CLERK)
    added = client.get(f"{LIST}?sort=-cost&by=grade&how=is&with=甲级")
    assert added.status_code == 302 and "by=" not in added["Location"] and "sort=-cost" in added["Location"]
    again = client.get(f"{added['Location']}&by=begun_on&how=ge&with=2021-01-01")
    page = client.get(again["Location"])
    words = text_of(page)
    assert "等级 是 甲级" in words and "开工 ≥" in words and "共 1 条" in words
    assert text_of(client.get(f"{LIST}?filter=")).count("×") == 0
    saved = client.post(
        f"{LIST}/views", {"title": "甲级的", "filter": "grade is a\r\nbegun_on ge 2021-01-01", "shared": "own"}
    )
    view = saved["Location"]
    words = text_of(client.get(view))
    assert "等级 是 甲级" in words and "共 1 条" in words
    key = view.partition("=")[2]
    lines = b"".join(client.get(f"{LIST}/export.csv?view={key}").streaming_content).decode().strip().splitlines()
    assert "丙" in lines[-1] and "甲水井" not in "".join(lines)
    assert "共 4 条" in text_of(client.get(f"{LIST}?view={key}&filter="))
    assert "丙" in text_of(client.get(f"{LIST}/grid?view={key}")) and "甲水井" not in text_of(
        client.get(f"{LIST}/grid?view={key}")
    )


def test_the_api_takes_conditions_for_lists_and_exports_and_says_what_is_wrong(some):
    client = person(some, "diaodu")
    url = f"/api/v1/ledgers/{WORK}"
    found = client.get(f"{url}/records", {"filter": ["cost ge 100", "grade is b"]}).json()
    assert [one["values"]["name"] for one in found["records"]] == ["乙 100% a_b"] and found["exact"] is True
    lines = b"".join(client.get(f"{url}/export", {"filter": "name is 丙"}).streaming_content).decode().splitlines()
    assert len(lines) == 1 and "丙" in lines[0]
    wrong = client.get(f"{url}/records", {"filter": "name ge 3"})
    assert wrong.status_code == 422 and "filter" in wrong.content.decode()
    first = client.get(f"{url}/records", {"limit": 3, "sort": "name"}).json()
    rest = client.get(f"{url}/records", {"limit": 3, "sort": "name", "after": first["next"]}).json()
    assert len({one["code"] for one in [*first["records"], *rest["records"]]}) == 4 and rest["next"] is None
    assert client.get(f"{url}/records", {"sort": "cost", "after": first["next"]}).status_code == 422
