"""A declaration as the text of its file, written as a person would: a field, a list, a set of labels on a line each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from huying.declare.sources import scalar

LONGEST = 118  # characters of a line; what is longer is written below one another
_BARE = re.compile(
    r"[^\W_][\w \-./（）()、。；？“”《》〈〉％½²³㎡￥＄·→›…+]*(?: \| [^\W_][\w \-./（）()、。；？“”《》％²³㎡·→›…+]*)?"
)
_OPEN = ("schema", "properties")  # keys whose mappings are always written below one another


def text_of(declaration: Mapping[str, Any]) -> str:
    """YAML that `huying.declare.sources.read_yaml` reads as the same values. Texts hold no control characters."""
    return "".join(f"{line}\n" for line in _mapping(declaration, ""))


def _mapping(values: Mapping[str, Any], indent: str) -> list[str]:
    lines = []
    for key, value in values.items():
        line = f"{indent}{_scalar(key)}: {_flow(value)}"
        below = isinstance(value, Mapping | list) and bool(value)
        if below and isinstance(value, Mapping) and (key in _OPEN or len(line) > LONGEST or _deep(value)):
            lines.append(f"{indent}{_scalar(key)}:")
            lines += _mapping(value, indent + "  ")
        elif below and len(line) > LONGEST:
            lines += _wrapped(f"{indent}{_scalar(key)}: [", list(map(_flow, value)), indent + "  ")
        else:
            lines.append(line)
    return lines


def _wrapped(line: str, items: Sequence[str], indent: str) -> list[str]:
    """A list that fills as many lines as it needs."""
    lines = []
    for n, item in enumerate(items):
        item += "]" if n == len(items) - 1 else ","
        if len(line) + len(item) > LONGEST:
            lines.append(line.rstrip())
            line = indent
        line += item + " "
    return [*lines, line.rstrip()]


def _deep(value: Any) -> bool:
    """Whether mappings lie in a mapping: labels of several fields, for example."""
    return isinstance(value, Mapping) and any(isinstance(one, Mapping) for one in value.values())


def _flow(value: Any) -> str:
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_scalar(key)}: {_flow(one)}" for key, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
    return _scalar(value)


def _scalar(text: str) -> str:
    """A text bare where YAML reads it so, else in quotes."""
    if text == "$ref" or (_BARE.fullmatch(text) and text == text.strip() and scalar(text) == text):
        return text
    return f'"{text}"' if '"' not in text and "\\" not in text else "'" + text.replace("'", "''") + "'"
