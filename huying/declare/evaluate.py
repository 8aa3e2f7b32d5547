"""An expression on one record, in Python: the same answers as its SQL gives (see compile)."""

from __future__ import annotations

import calendar
import operator
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from huying.declare import expressions as e

EXACT = Context(prec=8000, Emax=999_999, Emin=-999_999, traps=[])  # sums and products of what a record holds
_COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SUMS = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply}


def evaluate(expression: e.Expression, row: Mapping[str, Any], *, today: date, tz: ZoneInfo) -> Any:
    """The value of `expression` on `row`; None when it is unknown.

    row    stored values by name: text, int or Decimal, bool, date, aware datetime, uuid; or their JSON forms
           (decimals and times as text). A name that is missing, and a value that has not the type of its field,
           counts as unknown.
    today  the district's day
    tz     the district's zone, which turns times into days

    Never raises. Conditions give True, False or None (three-valued, as in SQL).
    """
    return _value(expression.tree, row, today, tz)


def _value(node: e.Node, row: Mapping[str, Any], today: date, tz: ZoneInfo) -> Any:
    match node:
        case e.Const(value):
            return value
        case e.Name():
            return _stored(node, row, today, tz)
        case e.Not(item):
            value = _value(item, row, today, tz)
            return None if value is None else not value
        case e.All(op, items):
            return _all(op, (_value(item, row, today, tz) for item in items))
        case e.IsNull(item):
            if item.type in ("photos", "point"):
                return row.get(item.column) in (None, "", [], ())
            return _value(item, row, today, tz) is None
        case e.In(item, values):
            value = _value(item, row, today, tz)
            return None if value is None else any(value == const.value for const in values)
    if isinstance(node, e.Call):
        parts = [_value(arg, row, today, tz) for arg in node.args]
        return None if None in parts else _call(node.name, parts)
    left, right = _value(node.left, row, today, tz), _value(node.right, row, today, tz)
    if left is None or right is None:
        return None
    return (_COMPARE if isinstance(node, e.Compare) else _SUMS)[node.op](left, right)


def _all(op: str, values: Any) -> bool | None:
    """Kleene's and, or: what is unknown decides nothing."""
    decisive = op == "or"
    unknown = False
    for value in values:
        if value is decisive:
            return decisive
        unknown = unknown or value is None
    return None if unknown else not decisive


def _call(name: str, parts: list[Any]) -> Any:
    match name, parts:
        case "year", [day]:
            return Decimal(day.year)
        case "month", [day]:
            return Decimal(day.month)
        case "days_between", [first, last]:
            return Decimal((last - first).days)
        case "months_between", [first, last]:
            return Decimal(months_between(first, last))
        case "years_between", [first, last]:
            months = months_between(first, last)
            return Decimal(months // 12 if months >= 0 else -(-months // 12))
        case "length", [text]:
            return Decimal(len(text))
        case "contains", [text, part]:
            return part in text
        case "starts", [text, part]:
            return text.startswith(part)
    return EXACT.abs(parts[0])


def months_between(first: date, last: date) -> int:
    """Whole months from `first` to `last`; a month ends on the same day, or on the last day of a shorter month.

    >>> months_between(date(2020, 1, 31), date(2020, 2, 29)), months_between(date(2020, 2, 29), date(2020, 1, 31))
    (1, 0)
    """
    if first > last:
        return -months_between(last, first)
    ends = min(first.day, calendar.monthrange(last.year, last.month)[1])
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < ends)


def _stored(name: e.Name, row: Mapping[str, Any], today: date, tz: ZoneInfo) -> Any:
    if name.column == "today":
        return today
    value = row.get(name.column)
    if value is None:
        return None
    match name.type:
        case "number":
            return number(value)
        case "boolean":
            return value if isinstance(value, bool) else None
        case "date":
            return day(moment(value, tz), tz) if name.day_of_time else day(value, tz)
        case "time":
            return moment(value, tz)
    if name.secret:
        return value  # text, or what the engine keeps of it and compares by its index
    text = str(value)
    return (text.lower() if name.uuid else text) or None


def number(value: Any) -> Decimal | None:
    """An exact number; None for what is none. A float counts with fifteen digits, as PostgreSQL converts it."""
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, ValueError, TypeError):
        return None
    return found if found.is_finite() else None


def moment(value: Any, tz: ZoneInfo) -> datetime | None:
    """An aware time, from itself or from ISO text; without a zone it is the district's."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=tz)


def day(value: Any, tz: ZoneInfo) -> date | None:
    """A day, from itself, from ISO text, or from a time in the district's zone."""
    if isinstance(value, datetime):
        try:
            return value.astimezone(tz).date()
        except OverflowError:
            return None
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return value if isinstance(value, date) else None
