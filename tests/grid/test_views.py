"""Lists with a name, and lists by groups: within everybody's own rights, one statement for all groups."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from huying.engine import access, database, grouping, packs, places, records, saved_views
from huying.engine.in_force import put_in_force
from tests.engine.small import actor_of
from tests.exchange.works import WORK, works
from tests.web.walking import area, person, take, text_of

CLERK, LIST = "longdong", f"/ledgers/{WORK}"
DECLARED = {
    "list: [name, grade, cost]": """list: [name, grade, cost]
views:
  dear: {title: 造价高的 | Dear ones, where: cost > 100, sort: -cost, columns: [name, cost], group: grade}
  noted: {title: 有备注的 | Noted, where: note is not null}
sums: [cost, length]
shown_to: {note: [street_clerk]}"""
}


@pytest.fixture
def site(town: packs.District, tmp_path) -> packs.District:
    put_in_force(town.id, [works(tmp_path, DECLARED)])
    return packs.current(town.id)


def begun(site, **answers):
    given = {"unit": area(site), "name": "排水井", "grade": "a", "cost": 10_000}
    return take(site, CLERK, WORK, "add", None, **{**given, **answers})


def ledger(site):
    return site.rules.ledgers[WORK]


def grouped(site, by: str, login: str = CLERK, **more):
    tree = places.tree(site.id, site.today())
    return grouping.groups(site, actor_of(site, login), tree, WORK, by, **more)[0]


def inside(site, by: str, key: str, login: str = CLERK) -> list[str]:
    actor, tree = actor_of(site, login), places.tree(site.id, site.today())
    also = grouping.condition(site, actor, tree, WORK, by, key)
    return sorted(one.values["name"] for one in records.page(site, actor, WORK, also=also).records)


@pytest.fixture
def some(site):
    begun(site, name="甲", length=Decimal("1.5"), begun_on=date(2020, 12, 31))
    begun(site, name="乙", grade="b", cost=20_000, begun_on=date(2020, 12, 1), done=True)
    begun(site, name="丙", cost=None, begun_on=date(2021, 1, 1))
    begun(site, name="丁", grade=None, cost=None)
    return site


def test_groups_are_counted_and_their_numbers_added_up(some):
    found = {one.key: (one.count, one.sums["cost"], one.sums["length"]) for one in grouped(some, "grade")}
    assert found == {"a": (2, 10_000, Decimal("1.5")), "b": (1, 20_000, None), "": (1, None, None)}


@pytest.mark.parametrize(
    "by", ["grade", "unit", "begun_on", "done", "state", "opened_at", "place", "office", "closed_at"]
)
def test_the_records_of_every_group_are_as_many_as_it_counts(some, by):
    found = grouped(some, by)
    assert sum(one.count for one in found) == 4
    for one in found:
        assert len(inside(some, by, one.key)) == one.count


def test_days_are_grouped_by_month(some):
    assert {one.key: one.count for one in grouped(some, "begun_on")} == {"2020-12": 2, "2021-01": 1, "": 1}
    assert inside(some, "begun_on", "2020-12") == ["乙", "甲"]


def test_groups_are_counted_in_the_reach_of_whoever_asks_in_one_statement(some):
    actor, tree = actor_of(some, CLERK), places.tree(some.id, some.today())
    with database.counting() as count:
        assert grouping.groups(some, actor, tree, WORK, "grade")
    assert count.n == 1
    assert sum(one.count for one in grouped(some, "unit", "diaodu")) == 4


def test_what_may_not_be_seen_groups_nothing(some):
    for by in ("note", "cost", "name", "nothing", "id"):
        with pytest.raises(ValueError):
            grouped(some, by)


@pytest.mark.parametrize("key", ["x", "2020-13", "99999999999999999999", "2020", "\0"])
def test_a_key_that_is_none_breaks_no_page(some, key):
    client = person(some, CLERK)
    for by in ("begun_on", "unit", "place", "done", "grade", "state"):
        assert client.get(LIST, {"group": by, "key": key}).status_code in (200, 302)


def test_a_declared_view_lists_sorts_and_groups(some):
    page = person(some, CLERK).get(f"{LIST}?view=dear")
    said = text_of(page)
    assert "造价高的" in said and "甲级" in said and "乙级" in said and "100.00 元" in said
    page = person(some, CLERK).get(f"{LIST}?view=dear&key=b").content.decode()
    assert re.findall(r"GC-\d+", page) and "乙" in page and ">丙<" not in page


def test_a_view_whose_condition_reads_what_one_may_not_see_says_so_and_lists_all(some):
    said = text_of(person(some, "diaodu").get(f"{LIST}?view=noted"))
    assert "用到您看不到的项" in said and "共 4 条" in said
    assert "共 0 条" in text_of(person(some, CLERK).get(f"{LIST}?view=noted"))


def test_a_view_is_saved_found_again_and_begun_with(some):
    client = person(some, CLERK)
    given = {
        "title": "我的甲级",
        "shared": "own",
        "sort": "cost",
        "group": "grade",
        "column": ["name", "cost"],
        "begin": "1",
    }
    answer = client.post(f"{LIST}/views", given)
    key = re.search(r"view=(\d+)", answer["Location"])[1]
    assert client.get(LIST)["Location"] == f"{LIST}?view={key}"
    page = client.get(f"{LIST}?view={key}")
    assert "我的甲级" in text_of(page) and page.status_code == 200
    assert "我的甲级" not in text_of(person(some, "diaodu").get(f"{LIST}?view=")), "it is a person's own"
    assert person(some, "diaodu").get(f"{LIST}?view={key}").status_code == 200
    client.post(f"{LIST}/views/begin", {"view": key, "off": "1"})
    assert client.get(LIST).status_code == 200
    client.post(f"{LIST}/views/begin", {"view": key, "drop": "1"})
    assert "我的甲级" not in text_of(client.get(LIST))


def test_a_shared_view_says_who_made_it_and_is_changed_by_them_alone(some):
    clerk, other = actor_of(some, CLERK), actor_of(some, "diaodu")
    with pytest.raises(access.Refused):
        saved_views.save(some, clerk, ledger(some), "全区", {}, "all")
    made = saved_views.save(some, clerk, ledger(some), "本单位", {"sort": "cost"}, "office")
    assert clerk.name in made.by and made.made_at and made.mine
    keys = [one.key for one in saved_views.listed(some, other, ledger(some))[0]]
    assert made.key not in keys, "another office's"
    with pytest.raises(access.Refused):
        saved_views.save(some, other, ledger(some), "改名", {}, "own", made.key)
    assert not saved_views.drop(some, other, ledger(some), made.key)
    with pytest.raises(ValueError):
        saved_views.save(some, clerk, ledger(some), "  ", {})
    for key in ("0", "x", "9" * 30, "-1"):
        assert saved_views.get(some, clerk, ledger(some), key) is None


def test_a_part_of_a_view_that_is_gone_is_said_and_the_rest_holds(some):
    clerk = actor_of(some, CLERK)
    query = {"sort": "-gone", "columns": "name,vanished", "group": "grade", "state": "nowhere", "q": "排水"}
    view = saved_views.save(some, clerk, ledger(some), "旧的", query)
    said = text_of(person(some, CLERK).get(f"{LIST}?view={view.key}"))
    assert all(word in said for word in ("已略去", "gone", "vanished", "nowhere", "等级"))


def test_exports_and_the_grid_take_a_view(some):
    client = person(some, CLERK)
    body = b"".join(client.get(f"{LIST}/grid?view=dear"))
    assert "乙".encode() in body and b'data-name="note"' not in body and b'data-name="cost"' in body
    boss = actor_of(some, "diaodu")
    if boss.may("export"):
        file = b"".join(person(some, "diaodu").get(f"{LIST}/export.csv?view=dear").streaming_content).decode(
            "utf-8-sig"
        )
        assert "造价" in file and "备注" not in file and "乙" in file
