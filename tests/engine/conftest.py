"""`tianhe`, a small district for tests. Its helpers (actor_of, load_small, small_folder) are in tests/engine/small.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from huying.engine import documents, packs
from huying.engine.in_force import put_in_force
from tests.engine.aid import aid
from tests.engine.small import load_small, small_folder
from tests.engine.things import things


@pytest.fixture
def tianhe_folder(tmp_path: Path) -> Path:
    """The files of a small district, not loaded, to be changed by the test."""
    return small_folder(tmp_path)


@pytest.fixture
def tianhe(database: str, tmp_path: Path) -> packs.District:
    """A freshly loaded small demonstration district without cases, its clock at 2020-12-20 10:00."""
    return load_small(tmp_path)


@pytest.fixture
def town(tianhe: packs.District) -> Iterator[packs.District]:
    """The small district, no document of another test kept in mind."""
    documents.report_of.cache_clear()
    yield tianhe
    documents.report_of.cache_clear()


@pytest.fixture
def aided(tianhe: packs.District, tmp_path: Path) -> packs.District:
    """The small district with the pack of tests/engine/aid.py in force."""
    put_in_force(tianhe.id, [aid(tmp_path)])
    return packs.current(tianhe.id)


@pytest.fixture
def furnished(tianhe: packs.District, tmp_path: Path) -> packs.District:
    """The small district with the packs of tests/engine/aid.py and things.py in force."""
    put_in_force(tianhe.id, [aid(tmp_path), things(tmp_path)])
    return packs.current(tianhe.id)
