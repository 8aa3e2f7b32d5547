"""A flow that is written as sheets: `states/<ledger>.csv` and `steps/<ledger>.csv`, a row for each.

The rows become what `flows/<ledger>.yaml` would say, and keep their places, so that a mistake is told at its row and
column. What a cell cannot say stays in the YAML, beside the rows.
"""

from __future__ import annotations

import re
from typing import Any

from huying.declare.declarations import Declaration, Names
from huying.declare.problems import Problem, both, quoted
from huying.declare.sources import Keys, Source, scalar

NAMED = {"states": "state", "steps": "step"}  # the kind of table, and the column that names a row
_LISTS = ("from", "by", "asks", "tells")
_YES = {"是": True, "true": True, "yes": True, "√": True, "✓": True, "否": None, "false": None, "no": None}
_FLAGS = ("final", "precedent", "pauses", "resumes", "restarts", "reopens", "simple", "minor")
_BETWEEN = re.compile(r"[\s,，、;；]+")


def take_over(names: Names) -> list[Problem]:
    """Put the rows of states and steps into their flows, which are made where there is no file of theirs."""
    problems: list[Problem] = []
    for kind, column in NAMED.items():
        for key in [key for key in names.found if key[0] == kind]:
            table = names.found.pop(key)
            if not table.sound:
                if flow := names.get("flow", table.name):
                    flow.sound = False  # told at its table
                continue
            problems += _into(_flow(names, table), table, kind, column)
    return problems


def _flow(names: Names, table: Declaration) -> Declaration:
    """The flow of a table: its own file, else one made of the tables and the ledger's title."""
    key = ("flow", table.name)
    if key not in names.found:
        ledger = names.get("ledger", table.name)
        title = ledger.data.get("title") if ledger and isinstance(ledger.data, dict) else None
        data = {"flow": table.short, "title": title or both(table.short, table.short)}
        names.found[key] = Declaration("flow", table.pack, table.short, [], data)
    return names.found[key]


def _into(flow: Declaration, table: Declaration, kind: str, column: str) -> list[Problem]:
    source = table.sources[0]
    places = Source(source.file, source.lines)
    flow.sources.append(places)
    places.values[(kind,)] = (1, 1)
    if not isinstance(flow.data, dict) or not isinstance(flow.data.setdefault(kind, {}), dict):
        return []  # told as a mistake of its form
    problems, entries = [], flow.data[kind]
    taken: set[str] = set()
    for row in table.rows:
        name = row[column]
        if name in taken:
            message = both(f"{quoted(name)} 有两行", f"{quoted(name)} has two rows")
            problems.append(
                table.row_problem("name.twice", message, both("请只留一行。", "Keep one of them."), row, column)
            )
            continue
        taken.add(name)
        path: Keys = (kind, name)
        places.values[path] = places.keys[path] = row.place(column)
        said = {
            key: value for key, text in row.cells.items() if key != column and (value := _value(key, text)) is not None
        }
        for key in said:
            places.values[*path, key] = places.keys[*path, key] = row.place(key)
        written = entries.get(name, {})
        for key in said.keys() & (written.keys() if isinstance(written, dict) else set()):
            message = both(f"{name} 的 {key} 在 YAML 里也写了", f"{key} of {name} is written in the YAML too")
            hint = both("请只写在一处。", "Write it in one place.")
            problems.append(table.row_problem("flow.said-twice", message, hint, row, key))
        entries[name] = {**said, **written} if isinstance(written, dict) else written
    return problems


def _value(key: str, text: str) -> Any:
    """What a cell says for its key; None where it says nothing."""
    if not text:
        return None
    if key in _FLAGS:
        return _YES.get(text.lower(), text)
    if key in _LISTS:
        found = [part for part in _BETWEEN.split(text) if part]
        return found if key == "asks" or len(found) != 1 else found[0]
    return scalar(text) if key in ("at_most", "needs") else text
