"""The figures of the work report of 2020: each answered by the platform, and equal where the records say what the report says."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from huying.commands.figures import _against
from huying.engine import calibrating, published
from huying.engine.packs import District
from huying.options import ROOT
from tests.engine.small import load_small

GOLD = ROOT.parent / "shared" / "gold" / "tianhe-2020.figures.csv"  # not in the repository; an extra where it lies
TABLES = ROOT / "packs" / "tianhe_report" / "figures"
ALL = {f"F{n:03}" for n in range(1, 277)}


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    """id -> row of its table."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(TABLES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["id"]: row for row in csv.DictReader(file)}
    return found


@pytest.fixture(scope="module")
def calibrated(database: str) -> District:
    return calibrating.make(ROOT / "districts" / "tianhe")


def test_every_figure_of_the_report_is_declared(rows) -> None:
    assert rows.keys() == ALL


def test_with_the_calibration_set_every_declared_figure_is_equal(calibrated: District) -> None:
    answers = published.answers(calibrated)
    assert answers
    assert [(one.id, one.status, one.value, one.says) for one in answers if not one.equal] == []


def test_what_is_more_or_less_than_a_figure_is_near_it(calibrated: District) -> None:
    """A set that overshoots would hold any definition equal to `more than`."""
    for one in published.answers(calibrated):
        assert one.value is not None
        said = -one.published if one.comparator == "fell" else one.published
        assert abs(one.value - said) <= abs(said) / 20, one.id


def test_a_district_with_no_records_of_the_year_says_so_for_every_figure(database: str, tmp_path: Path) -> None:
    district = load_small(tmp_path)
    for one in published.answers(district):
        assert not one.equal and one.says, one.id


@pytest.mark.skipif(not GOLD.exists(), reason="the reading by hand is not beside this repository")
def test_the_published_numbers_are_those_read_by_hand(calibrated: District, rows) -> None:
    given = {name: one for name, one in _against(GOLD).items() if name in rows}
    answers = published.answers(calibrated, against=given)
    assert [(one.id, one.status, one.value, one.says) for one in answers if not one.equal] == []
    with GOLD.open(encoding="utf-8", newline="") as file:
        gold = {row["id"]: row for row in csv.DictReader(file)}
    for name, row in rows.items():
        by_hand = gold[name]
        assert row["system"] == by_hand["system"], name
        assert (row["kind"] or "outcome") == by_hand["kind"], name
        assert (row["comparator"] or "eq").replace("fell", "eq") == by_hand["comparator"].replace("none", "eq"), name
        assert row["place"].replace("（", "(").replace("）", ")") == by_hand["section"], name
        assert by_hand["subject"] != row["title"].partition(" | ")[0] and by_hand["quote"] not in row["title"], name
        assert Decimal(row["value"]).is_finite()
