"""What a ledger declares of its records holds, also when many act at once."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from uuid import uuid4

import django.db
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.engine import database, packs, places, seals
from huying.engine.acts import Act
from huying.engine.decide import StepRefused
from huying.engine.flows import take_all, take_step, take_steps
from huying.engine.in_force import put_in_force
from huying.trouble import Trouble
from tests.engine.small import actor_of

STALL = "stalls.stall"
PACK = {
    "pack.yaml": "pack: stalls\ntitle: 摊位 | Stalls\nversion: 1\nneeds: [base, command]\nowner: 区府办\nsource: 测试\n",
    "ledgers/stall.yaml": """
ledger: stall
title: 摊位安排 | Stalls
group: 测试 | Tests
purpose: 安排一次，多一条 | One booking, one record
code: TW-{n:4}
schema:
  type: object
  required: [unit]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    place: {type: string, title: 摊位 | Stall, maxLength: 20}
    number: {type: integer, title: 号 | Number}
    from_on: {type: string, format: date, title: 起 | From}
    to_on: {type: string, format: date, title: 止 | To}
    price: {type: integer, title: 租金 | Rent}
    paid_on: {type: string, format: date, title: 缴费日期 | Paid on}
    back_times: {type: integer, title: 收回次数 | Taken back, minimum: 0}
constraints:
  - {unique: [place, number], while: [booked]}
  - {at_most: 3, per: [place], while: [booked], says: 这一处最多三个摊位 | Three stalls at most here}
  - {no_overlap: [from_on, to_on], per: [unit, number], while: [booked]}
  - {together: [price, paid_on]}
list: [place, unit]
""",
    "flows/stall.yaml": """
flow: stall
title: 摊位 | Stall
source: 测试
states:
  booked: {title: 已定 | Booked, holder: street_clerk, within: 200 workdays, light: green}
  given_up: {title: 已退 | Given up, final: true, light: grey}
steps:
  book:
    title: 定 | Book
    from: new
    to: booked
    by: [street_clerk]
    asks: [unit, place?, number?, from_on?, to_on?, price?, paid_on?]
  move: {title: 换 | Move, from: booked, to: same, by: street_clerk, asks: [place?, number?, from_on?, to_on?, price?, paid_on?]}
  give_up: {title: 退 | Give up, from: booked, to: given_up, by: street_clerk, minor: true}
  take_back: {title: 收回 | Take back, from: given_up, to: booked, by: street_clerk, minor: true, reopens: true, counts: back_times, at_most: 3}
""",
}


def stalls(into: Path) -> Path:
    folder = into / "stalls"
    for name, text in PACK.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip(), "utf-8")
    return folder


@pytest.fixture
def market(tianhe: packs.District, tmp_path: Path) -> packs.District:
    put_in_force(tianhe.id, [stalls(tmp_path)])
    return packs.current(tianhe.id)


def act(town: packs.District, step: str = "book", record=None, **answers) -> Act:
    if step == "book":
        answers = {"unit": places.tree(town.id, town.today()).by_code["440106018000"].id, **answers}
    return Act(STALL, step, actor_of(town, "longdong"), answers, record)


def book(town: packs.District, **answers):
    return take_step(town, act(town, **answers)).record


def refused(town: packs.District, *given, **answers) -> StepRefused:
    with pytest.raises(StepRefused) as caught:
        take_step(town, act(town, *given, **answers))
    return caught.value


def race(town: packs.District, acts: list[Act]) -> list[str]:
    """Take the acts at once, each in a thread of its own; "" or the code of the refusal, of each."""
    gate, told = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int) -> None:
        try:
            gate.wait()
            take_step(town, acts[place])
        except StepRefused as error:
            told[place] = error.code
        finally:
            django.db.connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def booked(town: packs.District, place: str) -> int:
    with database.owning() as query:
        return query.value(
            f"select count(*) from {town.tables[STALL].name} where district = %s and place = %s and state = 'booked'",
            [town.id, place],
        )


def test_the_second_of_what_is_unique_is_refused_with_its_fields_until_the_first_gives_up(market):
    first = book(market, place="甲", number=1)
    error = refused(market, place="甲", number=1)
    assert error.code == "record.unique" and "摊位、号" in error.sentence and set(error.fields) == {"place", "number"}
    take_step(market, act(market, "give_up", first))
    second = book(market, place="甲", number=1)
    assert refused(market, "take_back", first).code == "record.unique"
    other = book(market, place="甲", number=2)
    assert refused(market, "move", other, number=1).code == "record.unique"
    take_step(market, act(market, "move", second, price=10, paid_on=date(2020, 1, 1)))


def test_a_full_place_takes_no_more_and_says_it_in_the_packs_words(market):
    for number in range(3):
        book(market, place="乙", number=number)
    assert refused(market, place="乙", number=9).sentence.startswith("这一处最多三个摊位")
    assert book(market, place="丙", number=9)


@pytest.mark.parametrize(
    ("begin", "end", "free"),
    [("2020-01-11", "2020-01-20", True), ("2020-01-10", None, False), (None, None, True), ("2020-01-03", "2020-01-04", False),
     ("2019-12-01", "2020-01-01", False), ("2019-12-01", "2019-12-31", True), ("2019-12-01", None, False)],
)  # fmt: skip
def test_periods_do_not_overlap_the_day_they_share_included(market, begin, end, free):
    book(market, number=7, from_on=date(2020, 1, 1), to_on=date(2020, 1, 10))
    asked = {"from_on": begin and date.fromisoformat(begin), "to_on": end and date.fromisoformat(end)}
    answers = {"number": 7, **{name: value for name, value in asked.items() if value}}
    if free:
        assert book(market, **answers)
    else:
        assert refused(market, **answers).code == "record.overlap"


def test_what_is_filled_in_together_is_told_which_lacks(market):
    error = refused(market, place="丁", price=10)
    assert error.code == "record.together" and set(error.fields) == {"paid_on"}
    record = book(market, place="丁", price=10, paid_on=date(2020, 1, 1))
    assert refused(market, "move", record, price=None).code == "record.together"
    take_step(market, act(market, "move", record, price=None, paid_on=None))


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(st.integers(1, 4), min_size=5, max_size=8))
def test_raced_there_are_never_two_alike_nor_more_than_there_may_be(market, wanted):
    place = str(uuid4())[:18]  # of this run: a repeated one would find what it wrote before
    told = race(market, [act(market, place=place, number=number) for number in wanted])
    assert booked(market, place) == told.count("") == min(3, len(set(wanted)))
    assert set(told) <= {"", "record.unique", "record.full"}
    with database.owning() as query:
        numbers = query.tuples(
            f"select number from {market.tables[STALL].name} where place = %s and district = %s", [place, market.id]
        )
    assert len(numbers) == len(set(numbers))


def test_raced_periods_never_overlap_and_the_chain_holds(market):
    told = race(
        market, [act(market, number=8, from_on=date(2020, 1, n), to_on=date(2020, 1, n + 2)) for n in range(1, 9)]
    )
    with database.owning() as query:
        spans = query.tuples(
            f"select from_on, to_on from {market.tables[STALL].name} where number = 8 and district = %s order by 1",
            [market.id],
        )
    assert len(spans) == told.count("") >= 2 and set(told) == {"", "record.overlap"}
    assert all(end < begin for (_, end), (begin, _) in zip(spans, spans[1:], strict=False))
    assert seals.verify(market.id)[2] == []


def test_of_several_acts_each_is_refused_by_itself_and_all_or_none_means_none(market):
    many = [act(market, place="戊", number=n % 2) for n in range(4)]
    assert [o.refusal.code if o.refusal else "" for o in take_steps(market, many)] == [
        "",
        "",
        "record.unique",
        "record.unique",
    ]
    with pytest.raises(StepRefused, match=r"已有一条|already"):
        take_all(market, [act(market, place="己", number=1), act(market, place="己", number=1)])
    assert booked(market, "己") == 0


@pytest.mark.parametrize(
    ("kind", "two"),
    [
        ("unique", [{"place": "甲", "number": 1}] * 2),
        ("at_most", [{"place": "甲"}] * 4),
        ("no_overlap", [{"number": 1, "from_on": date(2020, 1, 1)}] * 2),
        ("together", [{"price": 1}]),
    ],
)
def test_a_constraint_that_records_break_already_is_not_put_in_force(tianhe, tmp_path, kind, two):
    folder = stalls(tmp_path)
    ledger = folder / "ledgers" / "stall.yaml"
    whole = ledger.read_text("utf-8")
    lines = whole.splitlines(keepends=True)
    ledger.write_text("".join(line for line in lines if not line.startswith(("constraints", "  - {"))), "utf-8")
    put_in_force(tianhe.id, [folder])
    town = packs.current(tianhe.id)
    for answers in two:
        book(town, **answers)
    ledger.write_text("".join(line for line in lines if not line.startswith("  - {") or kind in line), "utf-8")
    with pytest.raises(Trouble, match=kind):
        put_in_force(tianhe.id, [folder])
    assert not packs.current(tianhe.id).rules.ledgers[STALL].constraints
