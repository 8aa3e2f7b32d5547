"""What an identity number of mainland China (GB 11643-1999) says of itself: its check digit, birth date and sex."""

from __future__ import annotations

import re
from datetime import date

FORM = re.compile("[1-9][0-9]{16}[0-9X]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def is_identity(number: str) -> bool:
    """Whether the number has its form, a day that there is, and the right check digit (ISO 7064, MOD 11-2)."""
    if not FORM.fullmatch(number) or birth_date(number) is None:
        return False
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11] == number[17]


def birth_date(number: str) -> date | None:
    """The day of birth; None where the number names none.

    >>> birth_date("11010519491231002X")
    datetime.date(1949, 12, 31)
    """
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str | None:
    """female or male: the parity of the last digit but one."""
    digit = number[16:17]
    return ("female", "male")[int(digit) % 2] if digit.isdigit() else None


DERIVED = {"birth_date": birth_date, "sex": sex}
