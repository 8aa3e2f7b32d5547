"""What each problem code means and how to mend it. docs/reference/problems.md is made from the same file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("explanations.yaml")


@cache
def explanations() -> dict[str, dict[str, str]]:
    """code -> means and mend (`中文 | English`), and where they help wrong and right."""
    return yaml.safe_load(FILE.read_text("utf-8"))


def explain(code: str) -> str | None:
    """The explanation of a problem code, in both languages; None where there is no such code."""
    found = explanations().get(code)
    if found is None:
        return None
    lines = [code]
    for lang in ("zh", "en"):
        lines += [f"  {_say(found['means'], lang)}", f"    → {_say(found['mend'], lang)}"]
    if "wrong" in found:
        lines += [f"  ✗ {found['wrong']}", f"  ✓ {found['right']}"]
    return "\n".join(lines)


def reference() -> str:
    """docs/reference/problems.md."""
    lines = [
        "# Problems",
        "",
        "Every code that `huying check` gives, and those of a district's files and of a step that is refused. `huying explain CODE` prints the same.",
    ]
    area = ""
    for code, found in sorted(explanations().items()):
        if code.partition(".")[0] != area:
            area = code.partition(".")[0]
            lines += ["", f"## {area}"]
        lines += ["", f"### {code}", ""]
        for lang in ("zh", "en"):
            stop, join = ("。", "") if lang == "zh" else (".", " ")
            lines += [f"{_say(found['means'], lang)}{stop}{join}{_say(found['mend'], lang)}{stop}", ""]
        lines.pop()
        if "wrong" in found:
            lines += ["", "```text", f"wrong: {found['wrong']}", f"right: {found['right']}", "```"]
    return "\n".join(lines) + "\n"


def _say(text: str, lang: str) -> str:
    """One language; the last bar parts the two, as the words may name the bar itself."""
    zh, _, en = text.rpartition(" | ") if text.count(" | ") == 1 else _middle(text)
    return zh if lang == "zh" else en


def _middle(text: str) -> tuple[str, str, str]:
    parts = text.split(" | ")
    half = len(parts) // 2
    return " | ".join(parts[:half]), " | ", " | ".join(parts[half:])
