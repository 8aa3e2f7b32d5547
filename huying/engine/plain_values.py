"""Values as machines read them: what JSON holds of numbers, days and ids."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

EXACT = 15  # significant digits that every reader of JSON keeps


def plain(value: Any) -> Any:
    """A value in JSON. Decimals are numbers up to 15 digits, exact text beyond."""
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def number(value: Decimal) -> int | float | str:
    """The number, or its digits as text where a float would lose some."""
    if value == value.to_integral_value() and abs(value) < 10**EXACT:
        return int(value)
    return float(value) if len(value.normalize().as_tuple().digits) <= EXACT else format(value, "f")
