"""The small district of the engine's tests serves the papers' too."""

from __future__ import annotations

from tests.engine.conftest import tianhe, tianhe_folder
from tests.web.conftest import town

__all__ = ["tianhe", "tianhe_folder", "town"]
