"""The small district with the packs that hold derived ledgers in force, and posts for those who keep their registers."""

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
