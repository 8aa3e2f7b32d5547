"""The small district of the engine's tests, with the packs that come along: its ledgers speak of persons and firms."""

from __future__ import annotations

import pytest

from huying.engine import packs
from huying.web import throttle
from tests.engine.conftest import tianhe, tianhe_folder

__all__ = ["tianhe", "tianhe_folder", "town"]


@pytest.fixture
def town(tianhe: packs.District, monkeypatch: pytest.MonkeyPatch) -> packs.District:
    monkeypatch.setattr(packs, "districts", lambda: [{"id": tianhe.id, "name": tianhe.name, "title": tianhe.title}])
    throttle.forget()
    return tianhe
