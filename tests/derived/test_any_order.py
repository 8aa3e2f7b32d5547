"""However acts follow one another, what the follower keeps is what the whole computation gives, and what the words say.

Three computations are held against each other after random acts on three registers: the follower's, key by key behind
the acts; the whole ledger made anew; and the declaration's own conditions, asked of every record on every day, by what was
known at several moments.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from huying.declare import derived_day
from huying.engine import database, derived, derived_following, packs, records
from huying.engine.in_force import put_in_force
from tests.derived.acting import CHEBEI, LONGDONG, add, amend, follow, remove
from tests.engine.small import actor_of

LEDGERS = ("here", "there", "third")
FIRST_DAY = date(2020, 12, 1)
REGISTER = """
ledger: {name}
title: {name} | {name}
code: {name}-{{n:5}}
kept_by: [dispatcher]
schema:
  type: object
  properties:
    unit: {{$ref: "huying:area", title: 街道 | Street}}
    who: {{type: string, title: 谁 | Who}}
    since_on: {{type: string, format: date, title: 自 | Since}}
    until_on: {{type: string, format: date, title: 到 | Until}}
    kind: {{title: 种 | Kind, enum: [a, b]}}
    far: {{type: number, title: 数 | Number}}
labels: {{kind: {{a: 甲 | A, b: 乙 | B}}}}
list: [who, kind]
"""
FILES = {
    "pack.yaml": "pack: mixed\ntitle: 混合 | Mixed\nversion: 1\nneeds: [base, command]\nowner: 测试\n",
    **{f"ledgers/{name}.yaml": REGISTER.format(name=name) for name in LEDGERS},
    "derived/all.yaml": """
derived: all
title: 全部 | All
by: who
from:
  - {of: here, where: 'kind == "a" and days_between(since_on, asked) > far', window: since_on within 9 days before asked}
  - {of: there, where: since_on <= asked and (until_on is null or asked < until_on)}
joins:
  beside: {of: third, on: {who: who}, where: 'kind == "a"'}
missing:
  - {of: third, on: {who: who}, where: 'kind == "b" and days_between(asked, since_on) <= far - 1'}
show: [unit, kind, beside.far]
""",
    "derived/counted.yaml": """
derived: counted
title: 点数 | Counted
from: [{of: here}]
expects:
  of: there
  on: {who: who}
  where: since_on <= asked and (until_on is null or asked <= until_on)
  each: kind
  at_least: 1
  at_most: 1
show: [who]
""",
    "derived/alone.yaml": """
derived: alone
title: 不重复 | Alone
from: [{of: there, where: 'months_between(since_on, asked) < 2 and asked >= since_on'}]
missing: [{of: here, on: {who: who, kind: kind}, where: asked <= until_on}]
show: [who, kind]
""",
}
DERIVED = ("mixed.all", "mixed.counted", "mixed.alone")

days = st.one_of(st.none(), st.integers(0, 20).map(lambda n: FIRST_DAY + timedelta(days=n)))
answers = st.fixed_dictionaries(
    {
        "who": st.sampled_from(["陈", "李", None]),
        "since_on": days,
        "until_on": days,
        "kind": st.sampled_from(["a", "b"]),
        "far": st.sampled_from([None, 0, 1, 3]),
    }
)
acts = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "amend", "remove", "follow"]),
        st.sampled_from(LEDGERS),
        st.integers(0, 9),
        answers,
        st.sampled_from([LONGDONG, CHEBEI]),
    ),
    min_size=3,
    max_size=14,
)


@pytest.fixture
def mixed(town: packs.District, tmp_path: Path) -> packs.District:
    folder = tmp_path / "mixed"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    put_in_force(town.id, [folder])
    return packs.current(town.id)


# Never shrunk: a failure says which ledger, day and moment, and each try is some acts on a database.
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts)
def test_the_follower_the_whole_computation_and_the_conditions_agree(mixed, acts):
    made: dict[str, list] = {name: [] for name in LEDGERS}
    moments: list[datetime] = []
    for number, (what, name, place, given_, unit) in enumerate(acts):
        ledger, known = f"mixed.{name}", made[name]
        if what == "add":
            known.append(add(mixed, ledger, "diaodu", unit, **given_).record)
        elif what == "follow":
            follow(mixed)
        elif known:
            record = known[place % len(known)]
            if what == "amend":
                amend(mixed, ledger, "diaodu", record, **given_)
            else:
                remove(mixed, ledger, "diaodu", record)
                known.remove(record)
        if number % 4 == 3:
            moments.append(mixed.now())
    follow(mixed)
    for name in DERIVED:
        followed = kept(mixed, name)
        derived_following.rebuild(mixed, name)
        assert kept(mixed, name) == followed
    for as_of in (None, *moments):
        given_then = {f"mixed.{name}": read(mixed, f"mixed.{name}", as_of) for name in LEDGERS}
        for n in range(-2, 40, 4):
            on = FIRST_DAY + timedelta(days=n)
            for name in DERIVED:
                listed = derived.page(mixed, actor_of(mixed, "diaodu"), name, on=on, as_of=as_of, limit=500).rows
                there = derived_day.on_day(mixed.rules.derived[name], given_then, on, mixed.calendar.tz)
                assert {row.key: summed(row) for row in listed} == {str(key): told(row) for key, row in there.items()}


def summed(row: derived.Listed) -> tuple[set[int], set[str], set[str]]:
    """(grounds, slots with too few, with too many) of a row that is kept."""
    reasons = row.reasons
    return (
        {one.ground for one in reasons},
        {s for one in reasons for s in one.few},
        {s for one in reasons for s in one.many},
    )


def told(row: derived_day.There) -> tuple[set[int], set[str], set[str]]:
    return row.grounds, row.few, row.many


def kept(town: packs.District, name: str) -> list[tuple[Any, ...]]:
    """Everything that is kept of a derived ledger."""
    with database.owning() as query:
        return query.tuples(
            "select key, from_day::text, to_day::text, known_at, until::text, units, offices, records, shown::text, reasons::text "
            "from derived_row where district = %s and derived = %s order by key, known_at, from_day",
            [town.id, name],
        )


def read(town: packs.District, ledger: str, as_of: datetime | None) -> list[dict[str, Any]]:
    found = records.page(town, actor_of(town, "diaodu"), ledger, limit=500, as_of=as_of)
    assert not found.more
    return [{**one.values, "id": one.id, "state": one.state} for one in found.records if one.state != "removed"]
