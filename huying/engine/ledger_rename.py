"""A field under another name, wherever its ledger's declaration names it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_EXPRESSIONS = ("when", "where", "over", "held", "needs")  # keys whose text is an expression over the record
_TEXTS = ("title", "says", "why", "purpose", "description", "ledger", "like", "code", "source", "owner", "basis")
_BY_FIELD = ("labels", "units", "mask", "private", "secret", "shown_to", "derive")  # mappings by field
_LEFT = ("upgrade", "version")  # what was said of former versions stands


def renamed(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The declaration with fields called otherwise. names: former -> present. What it says of labels and texts stays."""
    made = {}
    for key, value in data.items():
        if key in _LEFT or key in _TEXTS or (key == "group" and isinstance(value, str)):
            made[key] = value
        elif key == "schema":
            made[key] = _schema(value, names)
        elif key in _BY_FIELD and isinstance(value, Mapping):
            kept = {names.get(field, field): one for field, one in value.items()}
            made[key] = {f: _expression(one, names) for f, one in kept.items()} if key == "derive" else kept
        else:
            made[key] = _walk(key, value, names)
    return made


def _schema(schema: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    made = {**schema, "properties": {names.get(name, name): form for name, form in schema["properties"].items()}}
    if "required" in schema:
        made["required"] = [names.get(name, name) for name in schema["required"]]
    return made


def _walk(key: str, value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {one: below if one in _TEXTS else _walk(one, below, names) for one, below in value.items()}
    if isinstance(value, list):
        return [_walk(key, one, names) for one in value]
    if not isinstance(value, str):
        return value
    if key in _EXPRESSIONS:
        return _expression(value, names)
    sign, plain = ("-", value[1:]) if value.startswith("-") else ("", value)
    return sign + names.get(plain, plain)


def _expression(text: Any, names: Mapping[str, str]) -> Any:
    """The names outside quotes, which no dot joins to another record's."""
    if not isinstance(text, str):
        return text
    parts = re.split(r'("[^"]*")', text)
    return "".join(
        part
        if part.startswith('"')
        else re.sub(r"(?<![\w.])[a-z_][a-z0-9_]*", lambda found: names.get(found[0], found[0]), part)
        for part in parts
    )
