"""A list is read from any place in it, in either direction, and from its end; large ledgers get indexes for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from huying.engine import database, list_indexes, packs, paging, records
from tests.engine.small import actor_of
from tests.engine.test_bulk import enter
from tests.engine.things import THING

SORTS = ("opened_at", "code", "name", "height", "built_on", "known", "closed_at", "unit", "state", "id")


@pytest.fixture
def filled(furnished: packs.District) -> packs.District:
    some = [
        {"name": f"物{n % 4}", "height": Decimal(n % 5) / 2} | ({} if n % 3 else {"built_on": date(2020, 1, 1 + n % 2)})
        for n in range(23)
    ]
    enter(furnished, THING, *some)
    return furnished


def names_of(town: packs.District) -> list[str]:
    table = town.tables[THING]
    return [
        name
        for name in SORTS
        if name in table.columns or name in ("opened_at", "code", "closed_at", "unit", "state", "id")
    ]


@pytest.mark.parametrize("descending", [True, False])
def test_pages_from_place_to_place_are_the_list_whole_forwards_and_backwards(filled, descending):
    actor = actor_of(filled, "diaodu")
    for sort in names_of(filled):
        asked = {"sort": sort, "descending": descending, "limit": 5}
        whole = [one.id for one in records.page(filled, actor, THING, **asked | {"limit": 100}).records]
        assert len(set(whole)) == 23
        pages, at = [], None
        while True:
            page = records.page(filled, actor, THING, **asked, at=at)
            pages.append([one.id for one in page.records])
            assert page.before is (at is not None)
            at = paging.opened(paging.token(page.last, "x"), "x")
            if not page.more:
                break
        assert [one for page in pages for one in page] == whole, sort
        page = records.page(filled, actor, THING, **asked, back=True)
        backwards = [one.id for one in page.records]
        while page.before:
            page = records.page(filled, actor, THING, **asked, at=page.first, back=True)
            assert page.more
            backwards[:0] = [one.id for one in page.records]
        assert backwards == whole, sort
        assert [one.id for one in records.page(filled, actor, THING, **asked, offset=5).records] == whole[5:10]


def test_what_lacks_the_value_comes_last_either_way(filled):
    actor = actor_of(filled, "diaodu")
    for descending in (True, False):
        found = records.page(filled, actor, THING, sort="built_on", descending=descending, limit=100).records
        days = [one.values.get("built_on") for one in found]
        have = [day for day in days if day]
        assert have == sorted(have, reverse=descending) and set(days[len(have) :]) == {None}


def test_a_place_of_another_list_is_none(filled):
    page = records.page(filled, actor_of(filled, "diaodu"), THING, limit=5)
    sealed = paging.token(page.last, "a list")
    assert paging.opened(sealed, "a list") == page.last
    for text, of in ((sealed, "another"), ("", "a list"), ("!!", "a list"), (sealed[:-8], "a list"), ("水", "a list")):
        assert paging.opened(text, of) is None


def test_a_large_ledger_that_grows_no_more_is_given_indexes_and_loses_those_of_what_is_gone(filled, monkeypatch):
    monkeypatch.setattr(list_indexes, "LARGE", 20)
    table = filled.tables[THING]
    with database.owning() as query:
        query.run(f"analyze {table.name}")
        query.run(f"create index l{table.number}_list_gone on {table.name} (district)")
    keeper = list_indexes.Keeper()
    assert keeper.look() == [], "at the first look nobody knows whether it is being filled"
    made = {name for name in keeper.look() if name.startswith(f"l{table.number}_")}
    assert made == set(list_indexes.indexes(table))
    assert not [name for name in keeper.look() if name in made]
    with database.owning() as query:
        standing = {
            name
            for (name,) in query.tuples(
                "select indexname from pg_indexes where schemaname = 'hy' and indexname like %s",
                [f"l{table.number}\\_list\\_%"],
            )
        }
    assert standing == made


def test_a_long_text_is_sorted_by_its_beginning_and_no_index_is_too_wide_for_it(filled):
    table = filled.tables[THING]
    assert paging.key_of(table, "name")[0] in ("l.name", f"left(l.name, {paging.LEADING})")
    longs = [
        n
        for n, f in table.ledger.fields.items()
        if f.type == "text" and n in table.columns and "maxLength" not in f.schema
    ]
    for name in longs:
        assert paging.key_of(table, name)[0] == f"left(l.{name}, {paging.LEADING})"
