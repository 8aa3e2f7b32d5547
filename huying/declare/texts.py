"""How text from people is made one: the form in which it is stored, searched and compared."""

from __future__ import annotations

import unicodedata

# Full-width digits and letters, and the ideographic space. Chinese punctuation stays as it is written.
_FOLD = {ord("　"): " "} | {
    code: chr(code - 0xFEE0) for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)
}


def tidy(text: str) -> str | None:
    """NFC, full-width letters and digits folded, trimmed; None for what is then empty.

    Every text passes here once, at the door; literals of expressions too, so that both compare equal.

    >>> tidy(" Ａ１座 ")
    'A1座'
    """
    return unicodedata.normalize("NFC", text).translate(_FOLD).strip() or None
