"""The expectation as documentation: the tables of docs/who-may-see.md, written by `python -m tests.access.told`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from huying.options import ROOT
from tests.access.entrances import KINDS, OPERATIONS, PAGES, Entrance
from tests.access.world_table import EXPORTS, INNER, LEVELS, PEOPLE, SEES, UNMASKS, WHO

PAGE = ROOT / "docs" / "who-may-see.md"


def tables() -> dict[str, str]:
    """Name of a table -> its lines."""
    return {"people": _people(), "pages": _entrances(PAGES, "/"), "operations": _entrances(OPERATIONS, "")}


def _people() -> str:
    lines = ["| who | " + " | ".join(LEVELS.values()) + " | values on purpose | field for some roles | files |",
             "|---|" + "---|" * (len(LEVELS) + 3)]  # fmt: skip
    for login in PEOPLE:
        marks = [level in SEES[login] for level in LEVELS] + [login in UNMASKS, login in INNER, login in EXPORTS]
        lines.append(f"| {WHO[login]} | " + " | ".join("yes" if one else "—" for one in marks) + " |")
    return "\n".join(lines)


def _entrances(known: Mapping[str, Entrance], before: str) -> str:
    lines = ["| shows | where |", "|---|---|"]
    for kind, words in KINDS.items():
        ways = [_plain(before + name) for name, one in known.items() if one.kind == kind]
        if ways:
            lines.append(f"| {words} | {', '.join(f'`{one}`' for one in ways)} |")
    return "\n".join(lines)


def _plain(pattern: str) -> str:
    return re.sub(r"<\w+:(\w+)>", r"{\1}", pattern)


def written(text: str) -> str:
    """The page with its tables as they are now."""
    for name, table in tables().items():
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda m, t=table: f"{m[1]}{t}\n{m[2]}", text, flags=re.S
        )
    return text


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
