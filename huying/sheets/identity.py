"""Numbers by which a body is named or a person reached, told by their form and check digits."""

from __future__ import annotations

import re

_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC = re.compile(rf"[{_USCC_SIGNS}]{{18}}")
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_CARD = re.compile(r"62\d{14,17}|[45]\d{15}")
_FIXED = re.compile(r"(?:\(?0\d{2,3}\)?[- ]?)?[2-9]\d{6,7}(?:-\d{1,6})?")


def is_credit_code(text: str) -> bool:
    """GB 32100: the eighteen signs of a unified social credit code, with the right check."""
    text = text.strip().upper()
    if not _USCC.fullmatch(text):
        return False
    total = sum(_USCC_SIGNS.index(sign) * pow(3, n, 31) for n, sign in enumerate(text[:17]))
    return (31 - total % 31) % 31 == _USCC_SIGNS.index(text[17])


def is_phone(text: str) -> bool:
    """A mobile or a fixed number of mainland China."""
    return any(form.fullmatch(text.strip()) for form in (_MOBILE, _FIXED))


def is_bank_card(text: str) -> bool:
    """A card number of UnionPay, Visa or Mastercard with the right last digit (ISO/IEC 7812, Luhn)."""
    text = text.replace(" ", "")
    if not _CARD.fullmatch(text):
        return False
    doubled = (int(digit) * (1 + n % 2) for n, digit in enumerate(reversed(text)))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0
