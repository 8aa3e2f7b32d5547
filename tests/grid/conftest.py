"""The small district that this site serves, with a register whose fields are of every kind."""

from __future__ import annotations

import pytest

from huying.engine import packs
from huying.engine.in_force import put_in_force
from tests.exchange.works import works
from tests.web.conftest import tianhe, tianhe_folder, town

__all__ = ["site", "tianhe", "tianhe_folder", "town"]


@pytest.fixture
def site(town: packs.District, tmp_path) -> packs.District:
    put_in_force(town.id, [works(tmp_path)])
    return packs.current(town.id)
