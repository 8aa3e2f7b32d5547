"""Numbers that name a person or a body, told by their own check digits."""

from __future__ import annotations

import re
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_ID = re.compile(r"[1-9]\d{16}[\dXx]")
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC = re.compile(rf"[{_USCC_SIGNS}]{{18}}")
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_FIXED = re.compile(r"(?:\(?0\d{2,3}\)?[- ]?)?[2-9]\d{6,7}(?:-\d{1,6})?")


def is_citizen_id(text: str) -> bool:
    """GB 11643: eighteen signs, a birth date that exists, and the right check."""
    text = text.strip()
    if not _ID.fullmatch(text) or birth_of(text) is None:
        return False
    return _ID_CHECK[sum(int(d) * w for d, w in zip(text, _ID_WEIGHTS, strict=False)) % 11] == text[17].upper()


def birth_of(text: str) -> date | None:
    """The birth date in a citizen's number; None where there is no such day."""
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def is_credit_code(text: str) -> bool:
    """GB 32100: the eighteen signs of a unified social credit code, with the right check."""
    text = text.strip().upper()
    if not _USCC.fullmatch(text):
        return False
    total = sum(_USCC_SIGNS.index(sign) * pow(3, n, 31) for n, sign in enumerate(text[:17]))
    return (31 - total % 31) % 31 == _USCC_SIGNS.index(text[17])


def is_mobile(text: str) -> bool:
    """A mobile number of mainland China."""
    return bool(_MOBILE.fullmatch(text.strip()))


def is_phone(text: str) -> bool:
    """A mobile or a fixed number."""
    return is_mobile(text) or bool(_FIXED.fullmatch(text.strip()))
