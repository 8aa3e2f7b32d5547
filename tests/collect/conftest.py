"""The small district of the engine's tests, with the form of the pack `renewal` in force."""

from __future__ import annotations

from tests.engine.conftest import tianhe, tianhe_folder
from tests.web.conftest import town

__all__ = ["tianhe", "tianhe_folder", "town"]
