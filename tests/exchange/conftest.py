"""The small district that this site serves."""

from __future__ import annotations

from tests.web.conftest import tianhe, tianhe_folder, town

__all__ = ["tianhe", "tianhe_folder", "town"]
