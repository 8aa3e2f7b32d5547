"""Normal forms in which identifiers, names, telephone numbers and days are equal however they were written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from huying.declare.identity import CHECKS, WEIGHTS
from huying.declare.subjects import CODE, DATE, IDENTITY, NAME, PHONE, Subject

VERDICTS = ("same", "different", "likely", "unknown")  # of two, by a subject's rules
_VARIANTS = Path(__file__).with_name("variants.txt")
_BETWEEN = re.compile(r"[\W_]+")
_OLD_NUMBER = re.compile(r"[1-9][0-9]{14}")
_ABROAD = re.compile(r"(?:\+|00)?86(?=1[3-9][0-9]{9}$)")
_NOBODY = frozenset("无 不详 不明 未知 匿名 暂无 没有 佚名 某某 待定 none unknown null na".split())
_LEAST = {IDENTITY: 6, CODE: 2, NAME: 2, PHONE: 7, DATE: 10}  # characters: a surname alone names nobody


def normal(form: str, value: Any) -> str | None:
    """The value's normal form; None where it says nothing by which anyone could be told.

    form  one of subjects.TYPES. A date may be a `date`; everything else is text.

    >>> normal("identity", "110105 491231 002"), normal("name", "張　小·明"), normal("phone", "+86 138-0013-8000")
    ('11010519491231002X', '张小明', '13800138000')
    """
    text = value.isoformat() if isinstance(value, date) else str(value) if value is not None else ""
    text = unicodedata.normalize("NFKC", text).strip()
    if form == NAME:
        text = _BETWEEN.sub("", text).casefold().translate(_simplified())
    elif form == PHONE:
        text = _ABROAD.sub("", "".join(sign for sign in text if sign.isdigit() or sign == "+"))
    elif form != DATE:
        text = _BETWEEN.sub("", text).upper()
        text = eighteen(text) if form == IDENTITY else text
    if len(text) < _LEAST[form] or text.casefold() in _NOBODY or len(set(text)) == 1 and form != NAME:
        return None
    return text


def compared(subject: Subject, one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """What a subject's rules say of two, part -> value: same, different (by an identifier), likely, or unknown."""
    told = [
        {part: found for part, value in values.items() if (found := normal(subject.known_by[part].form, value))}
        for values in (one, other)
    ]
    agree = {part for part in told[0].keys() & told[1].keys() if told[0][part] == told[1][part]}
    numbers = [part for part in subject.same if part in told[0] and part in told[1]]
    if numbers:
        return "same" if agree.intersection(numbers) else "different"
    return "likely" if any(agree.issuperset(parts) for parts in subject.likely) else "unknown"


def eighteen(number: str) -> str:
    """An identity number of the first generation (fifteen digits, GB 11643-1989) as the one of eighteen that replaced it.

    >>> eighteen("110105491231002")
    '11010519491231002X'
    """
    if not _OLD_NUMBER.fullmatch(number):
        return number
    longer = f"{number[:6]}19{number[6:]}"
    return longer + CHECKS[sum(int(digit) * weight for digit, weight in zip(longer, WEIGHTS, strict=True)) % 11]


@cache
def _simplified() -> dict[int, str]:
    """Traditional and variant signs -> the sign in general use. One pair a word; lines that begin with # are remarks."""
    lines = [line for line in _VARIANTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {ord(pair[0]): pair[1] for line in lines for pair in line.split()}
