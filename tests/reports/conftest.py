"""The small district with the packs of docs/indicators.md and docs/reports.md in force, and a few visits."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from huying.engine import database, packs, places
from huying.engine.in_force import put_in_force
from huying.engine.packs import District
from tests.declare.test_documents import fenced, write
from tests.engine.conftest import tianhe
from tests.engine.small import load_small
from tests.engine.test_indicators import put

__all__ = ["tianhe"]
ROOT = Path(__file__).parents[2]
CHEBEI, LONGDONG, FENGHUANG = ("440106003000", "440106018000", "440106019000")


def pack(folder: Path) -> Path:
    """The files of both pages."""
    write(fenced(ROOT / "docs" / "indicators.md") | fenced(ROOT / "docs" / "reports.md"), folder)
    return folder


@pytest.fixture
def own(tianhe: District, tmp_path: Path) -> District:
    """A district of this test alone, for what changes its packs."""
    put_in_force(tianhe.id, [pack(tmp_path / "first" / "home_care")])
    return a_few_visits(packs.current(tianhe.id))


@pytest.fixture(scope="session")
def shelf(database: str, tmp_path_factory: pytest.TempPathFactory) -> District:
    """One district with both pages' pack in force, loaded once: loading is what costs."""
    folder = tmp_path_factory.mktemp("care")
    district = load_small(folder)
    put_in_force(district.id, [pack(folder / "home_care")])
    return packs.current(district.id)


@pytest.fixture
def visited(shelf: District) -> District:
    """In 2020 three visits in one street, one in another; in 2019 two; and nothing that another test left."""
    district = packs.current(shelf.id)
    tables = [district.tables[f"home_care.{name}"].name for name in ("visit", "stated")]
    with database.owning() as query:
        for table in (*tables, "hy.edition", "hy.told_number"):
            query.run(f"delete from {table} where district = %s", [district.id])
    return a_few_visits(district)


@pytest.fixture
def shown(visited: District) -> District:
    """The same, for tests that change nothing."""
    return visited


def a_few_visits(care: District) -> District:
    for street, day, person, minutes in (
        (CHEBEI, "2020-03-01", "A1", 30), (CHEBEI, "2020-03-09", "A1", 50), (CHEBEI, "2020-09-01", "B2", 70),
        (LONGDONG, "2020-04-01", "C3", 90), (CHEBEI, "2019-05-01", "A1", 60), (LONGDONG, "2019-06-01", "C3", 60),
    ):  # fmt: skip
        visit(care, street, day, person, minutes)
    return care


def visit(
    district: District, street: str, day: str, person: str, minutes: int, known_at: datetime | None = None
) -> None:
    unit = places.tree(district.id, district.today()).by_code[street].id
    put(district, "home_care.visit", known_at=known_at, state="kept", visited_on=date.fromisoformat(day), client=person,
        minutes=minutes, unit=unit)  # fmt: skip
