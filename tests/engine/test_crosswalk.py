"""A street split or merged: old figures stay where they were, and can be put into today's areas without loss."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.declare.problems import Problems
from huying.engine import crosswalk, districts, packs, places
from huying.engine.crosswalk import Succession
from huying.engine.figures import Sums
from huying.engine.indicators import measure
from tests.engine.small import small_folder
from tests.engine.test_indicators import STREETS, YEAR, put, shanghai

NEW = "440106099000"
NAMES = ("a", "b", "c", "d")
FIRST = date(2020, 1, 1)


@st.composite
def histories(draw) -> list[Succession]:
    """Some successions: on each day one area gives shares of thousandths, all or less than all, to others."""
    found = []
    for n in range(draw(st.integers(0, 4))):
        day = FIRST + timedelta(days=100 * (n + 1))
        old, *others = draw(st.permutations(NAMES))
        left = 1000
        for new in others[: draw(st.integers(1, 3))]:
            share = draw(st.integers(1, max(1, left)))
            if share <= left:
                found.append(Succession(old, new, day, Decimal(share) / 1000))
                left -= share
            if not left:
                break
    return found


sums = st.builds(
    Sums, st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2), st.integers(0, 10**6), st.integers(0, 99)
)


@given(histories(), st.dictionaries(st.sampled_from(NAMES), sums, min_size=1), st.integers(0, 600), st.integers(0, 600))
def test_the_total_is_the_same_before_and_after(known, cells, last, on):
    before = {(FIRST, (name,)): one for name, one in cells.items()}
    after = crosswalk.carry(before, [0], known, FIRST + timedelta(days=last), FIRST + timedelta(days=on))
    for part in ("num", "den", "rows", "left_out"):
        assert sum(getattr(one, part) for one in after.values()) == sum(getattr(one, part) for one in before.values())
    assert all(getattr(one, part) >= 0 for one in after.values() for part in ("num", "den", "rows", "left_out"))


@given(histories(), st.sampled_from(NAMES), st.integers(0, 600), st.integers(0, 600))
def test_shares_sum_to_one_along_any_chain(known, code, last, on):
    assert sum(crosswalk.heirs(code, known, FIRST + timedelta(days=last), FIRST + timedelta(days=on)).values()) == 1


def test_an_area_that_lost_a_part_keeps_the_rest():
    known = [Succession("a", "b", FIRST, Decimal("0.4")), Succession("b", "c", FIRST + timedelta(days=9), Decimal(1))]
    assert crosswalk.heirs("a", known, FIRST - timedelta(days=1), FIRST) == {"b": Fraction(2, 5), "a": Fraction(3, 5)}
    assert crosswalk.heirs("a", known, FIRST - timedelta(days=1), FIRST + timedelta(days=9)) == {
        "a": Fraction(3, 5),
        "c": Fraction(2, 5),
    }
    assert crosswalk.heirs("a", known, FIRST, FIRST) == {"a": 1}, "what was counted after it went needs no share"


def write(folder: Path, name: str, *lines: str) -> None:
    path = folder / name
    text = path.read_text("utf-8").rstrip("\n") if path.exists() else "old,new,day,share"
    path.write_text("\n".join([text, *lines]) + "\n", "utf-8")


@pytest.fixture
def split(database: str, tmp_path: Path) -> packs.District:
    """The small district; on 1 July 2020 four tenths of its third street went to a new one."""
    folder = small_folder(tmp_path)
    header = (folder / "areas.csv").read_text("utf-8").splitlines()[0].split(",")
    new = {"code": NEW, "kind": "street", "title": "新街道 | New Street", "parent": "440106", "since": "2020-07-01"}
    root = next(r for r in (folder / "areas.csv").read_text("utf-8").splitlines()[1:] if ",district," in r).split(",")[
        0
    ]
    write(folder, "areas.csv", ",".join({**new, "parent": root}.get(name, "") for name in header))
    write(folder, "successions.csv", f"{STREETS[2]},{NEW},2020-07-01,0.4")
    districts.load(folder, lambda *_: None, True)
    district = packs.current(int(folder.name.removeprefix("small")))
    tree = places.tree(district.id, district.today())
    for day, times in (("2020-06-11", 5), ("2020-07-11", 2)):
        for _ in range(times):
            put(district, unit=tree.by_code[STREETS[2]].id, state="improved", improved_at=shanghai(f"{day} 10:00"))
    put(district, unit=tree.by_code[NEW].id, state="improved", improved_at=shanghai("2020-08-11 10:00"))
    return district


def by_street(district: packs.District, **asked: object) -> dict[str, Decimal | None]:
    found = measure(district, "traffic.points_improved", **YEAR, split=["street"], by="all", **asked)
    return {figure.split[0]: figure.value for figure in found.figures if figure.value}


def test_old_figures_stay_and_todays_areas_are_offered(split):
    assert by_street(split) == {STREETS[2]: 7, NEW: 1}
    found = measure(split, "traffic.points_improved", **YEAR, split=["street"], by="all")
    assert found.areas == "then" and "归入 新街道（40%）" in found.notes[0]
    now = measure(split, "traffic.points_improved", **YEAR, split=["street"], by="all", areas="now")
    assert {f.split[0]: f.value for f in now.figures if f.value} == {STREETS[2]: 5, NEW: 3}
    assert now.areas == "now" and "不是一条条数出来的" in now.notes[-1]
    monthly = measure(split, "traffic.points_improved", **YEAR, split=["street"], by="month", areas="now")
    cells = {(f.period.month, f.split[0]): f.value for f in monthly.figures if f.value}
    assert cells == {(6, STREETS[2]): 3, (6, NEW): 2, (7, STREETS[2]): 2, (8, NEW): 1}


def test_nothing_is_said_where_nothing_changed(split):
    found = measure(split, "traffic.points_improved", start=date(2020, 8, 1), end=date(2020, 9, 1), split=["street"])
    assert found.areas == "" and found.notes == ()
    assert measure(split, "traffic.points_improved", **YEAR).areas == ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{STREETS[0]},{STREETS[1]},2020-07-01,1", "全归出去了"),
        (f"{STREETS[0]},440106999999,2020-07-01,0.5", "440106999999"),
        (f"{STREETS[0]},{STREETS[0]},2020-07-01,0.5", "不能归到自己"),
        (f"{STREETS[0]},{STREETS[1]},2020-07-01,1.5", "0 到 1 之间"),
        (f"{STREETS[0]},{STREETS[1]},七月,0.5", "不是日期"),
        (f"{STREETS[0]},{STREETS[1]},1900-07-01,0.5", "那时还没有"),
    ],
)
def test_a_wrong_succession_is_told_with_its_line(database: str, tmp_path: Path, line: str, words: str):
    folder = small_folder(tmp_path)
    write(folder, "successions.csv", line)
    with pytest.raises(Problems) as wrong:
        districts.load(folder, lambda *_: None, True)
    [problem] = wrong.value.problems
    assert problem.file.endswith("successions.csv") and problem.line == 2 and words in problem.message
