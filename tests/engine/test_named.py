"""Which district a command means, where none is named or there are several."""

from __future__ import annotations

import pytest

from huying.commands._named import district_named
from huying.engine import packs
from huying.trouble import Trouble


def test_what_changes_or_takes_away_is_never_done_to_whichever_district_stands_first(monkeypatch):
    monkeypatch.setattr(packs, "districts", lambda: [{"id": 1, "name": "east"}, {"id": 2, "name": "west"}])
    monkeypatch.setattr(packs, "current", lambda number: number)
    assert (district_named(None), district_named("west"), district_named("2")) == (1, 2, 2)
    assert district_named("west", only=True) == 2
    with pytest.raises(Trouble) as trouble:
        district_named(None, only=True)
    assert "east" in trouble.value.text() and "west" in trouble.value.text()
    for only in (False, True):
        with pytest.raises(Trouble):
            district_named("north", only=only)
