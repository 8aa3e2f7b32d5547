"""A paper as plain data, and back: what is kept of an edition is the paper itself, not what it would be made from again."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from huying.papers import model

_KINDS = {
    one.__name__: one
    for one in (model.Paper, model.Para, model.Table, model.Cell, model.Run, model.Rule, model.Space, model.Break)
}


def to_plain(value: Any) -> Any:
    """Lists, texts and numbers; an object is a mapping with its kind under `is`, without what is as usual."""
    if is_dataclass(value) and not isinstance(value, type):
        usual = {one.name: one.default for one in fields(value)}
        kept = {name: getattr(value, name) for name in usual}
        kept = {name: one for name, one in kept.items() if one is not usual[name] and one != usual[name]}
        return {"is": type(value).__name__, **{name: to_plain(one) for name, one in kept.items()}}
    if isinstance(value, tuple | list):
        return [to_plain(one) for one in value]
    return {"decimal": str(value)} if isinstance(value, Decimal) else value


def from_plain(value: Any) -> Any:
    """The same as it was. Raises KeyError for what `to_plain` did not write."""
    if isinstance(value, list):
        return tuple(from_plain(one) for one in value)
    if isinstance(value, dict):
        if "decimal" in value:
            return Decimal(value["decimal"])
        kind = _KINDS[value["is"]]
        return kind(**{name: from_plain(one) for name, one in value.items() if name != "is"})
    return value
