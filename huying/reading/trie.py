"""Many words as one regular expression that looks at each sign once: 新增|新建|完成 is (?:新(?:增|建)|完成)."""

from __future__ import annotations

import re
from collections.abc import Iterable


def pattern(words: Iterable[str]) -> str:
    """A group that matches the longest of the words at a place; much faster than an alternation of hundreds."""
    root: dict = {}
    for word in words:
        node = root
        for sign in word:
            node = node.setdefault(sign, {})
        node[""] = {}
    return _group(root)


def _group(node: dict) -> str:
    branches = [re.escape(sign) + _group(child) for sign, child in node.items() if sign]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"
    if "" not in node:
        return body
    return f"(?:{body})?" if len(branches) == 1 else f"{body}?"
