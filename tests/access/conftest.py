"""`world`: one district for the whole folder, with a record at every level. Tests here change nothing that another counts on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from huying.engine import packs
from huying.web import throttle

if TYPE_CHECKING:
    from tests.access.world import World


@pytest.fixture(scope="package")
def built(database: str, tmp_path_factory: pytest.TempPathFactory) -> World:
    from tests.access.world import build  # its models want Django set up

    return build(tmp_path_factory.mktemp("world"))


@pytest.fixture
def world(built: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The district, as the one that this site serves."""
    town = built.district
    monkeypatch.setattr(packs, "districts", lambda: [{"id": town.id, "name": town.name, "title": town.title}])
    throttle.forget()
    yield built
