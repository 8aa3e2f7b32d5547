"""Text that a sheet program would take for a formula, made plain before it goes out."""

from __future__ import annotations

from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a sheet program would run


def harmless(cell: Any) -> Any:
    """The cell, with an apostrophe before a text that begins like a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
