"""What an analyst is shown to look at: with records, never about a person, and nothing that noise alone would make."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engine.noticing import BROKEN, IMPLAUSIBLE, JUMP, LATE, Notice, jump, notices
from huying.engine.packs import District
from tests.engine.small import actor_of
from tests.engine.test_explaining import STREETS, area, care, house, visit
from tests.engine.test_indicators import put

__all__ = ["care", "house"]
NAMES = ("visits", "minutes_spent", "long_enough", "persons", "middle_minutes")


@pytest.fixture
def usual(care: District) -> Iterator[District]:
    """About ten visits a month from January to November, in one street, entered on their day."""
    draw = random.Random(7)
    for month in range(1, 12):
        for n in range(9 + draw.randint(0, 3)):
            day = date(2020, month, 1 + n)
            put(care, "home_care.visit", state="kept", visited_on=day, minutes=Decimal(60), unit=area(care, STREETS[0]),
                opened_at=datetime(2020, month, 1 + n, 9, tzinfo=UTC))  # fmt: skip
    yield care


def found(district: District, login: str = "fenxi") -> dict[str, list[Notice]]:
    kinds: dict[str, list[Notice]] = {}
    for one in notices(district, actor_of(district, login), [f"home_care.{name}" for name in NAMES]):
        kinds.setdefault(one.kind, []).append(one)
    return kinds


def test_months_that_differ_by_chance_are_no_jump(usual: District) -> None:
    assert found(usual) == {}


def test_a_month_far_from_its_own_past_is_a_jump(usual: District) -> None:
    for n in range(40):
        put(usual, "home_care.visit", state="kept", visited_on=date(2020, 11, 20), minutes=Decimal(60), unit=area(usual, STREETS[0]),
            opened_at=datetime(2020, 11, 20, 9, n, tzinfo=UTC))  # fmt: skip
    jumps = {one.names[0]: one for one in found(usual)[JUMP]}
    one = jumps["home_care.visits"]
    assert one.figure.period == date(2020, 11, 1) and one.figure.value > 45 and 9 <= one.usual[0] <= 12


def test_records_that_lie_in_no_street_are_named_once_for_all_their_figures(usual: District) -> None:
    visit(usual, "2020-05-02", code="ZH-ROOT", opened_at=datetime(2020, 5, 2, tzinfo=UTC))
    [one] = found(usual)[BROKEN]
    assert one.level == "street" and one.records == 1 and [code for _, code in one.named] == ["ZH-ROOT"]


def test_a_negative_value_and_a_late_record_are_named(usual: District) -> None:
    visit(
        usual,
        "2020-05-02",
        code="ZH-LATE",
        minutes=Decimal(-5),
        unit=area(usual, STREETS[0]),
        opened_at=datetime(2020, 10, 1, tzinfo=UTC),
    )
    kinds = found(usual)
    assert {code for one in kinds[IMPLAUSIBLE] for _, code in one.named} == {"ZH-LATE"}
    [late] = [one for one in kinds[LATE] if "home_care.visits" in one.names]
    assert [code for _, code in late.named] == ["ZH-LATE"]
    assert found(usual, "longdong").get(LATE) is None, "it lies in another street"


@given(st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=30), st.floats(0.1, 1e3))
def test_the_median_of_its_own_past_is_never_a_jump_and_far_beyond_its_spread_always_is(
    past: list[float], floor: float
) -> None:
    middle = (
        sorted(past)[len(past) // 2]
        if len(past) % 2
        else (sorted(past)[len(past) // 2 - 1] + sorted(past)[len(past) // 2]) / 2
    )
    assert jump(past, middle, floor) is None
    assert jump(past, middle + 10 * (max(past) - min(past)) + 10 * floor, floor) is not None


def test_a_past_of_five_is_too_short_to_tell() -> None:
    assert jump([1, 1, 1, 1, 1], 1000, 1) is None
