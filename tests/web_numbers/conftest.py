"""The small district of the engine's tests, with people who sign in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from huying.engine import packs
from tests.engine.conftest import tianhe, tianhe_folder

__all__ = ["tianhe", "tianhe_folder"]


@pytest.fixture
def town(tianhe: packs.District, monkeypatch: pytest.MonkeyPatch) -> packs.District:
    """The district that visitors without an account see."""
    monkeypatch.setattr(packs, "districts", lambda: [{"id": tianhe.id, "name": tianhe.name, "title": tianhe.title}])
    return tianhe


@pytest.fixture
def signed_in(town: packs.District) -> Callable[[str], Client]:
    """Signs a person in by the login without the district's number."""

    def enter(login: str, lang: str = "zh-hans") -> Client:
        from django.contrib.auth import get_user_model

        client = Client(headers={"accept-language": lang})
        client.force_login(get_user_model().objects.get(login=f"{login}-{town.id}"))
        return client

    return enter
