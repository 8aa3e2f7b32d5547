"""`tianhe`, a small district for tests. Its helpers (actor_of, load_small, small_folder) are in tests/engine/small.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from huying.engine import packs
from tests.engine.small import load_small, small_folder


@pytest.fixture
def tianhe_folder(tmp_path: Path) -> Path:
    """The files of a small district, not loaded, to be changed by the test."""
    return small_folder(tmp_path)


@pytest.fixture
def tianhe(database: str, tmp_path: Path) -> packs.District:
    """A freshly loaded small demonstration district without cases, its clock at 2020-12-20 10:00."""
    return load_small(tmp_path)
