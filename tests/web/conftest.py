"""The small district of the engine's tests serves the pages' too."""

from tests.engine.conftest import tianhe, tianhe_folder

__all__ = ["tianhe", "tianhe_folder"]
