"""Each of 88 sheets that other projects keep for their troubles is read as a person reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from huying.sheets import NotASheet, Table, columns_of, find_tables, key_of, open_book, stream

HERE = Path(__file__).resolve()
FOLDER = HERE.parents[2].parent / "shared" / "sheets"
EXPECTED = yaml.safe_load((HERE.parent / "expected.yaml").read_text("utf-8"))
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sheets lie beside the repository, not in it")


def read(table: Table, expected: dict[str, Any]) -> dict[str, Any]:
    """What the program says of a table, as far as `expected` speaks of it."""
    columns = columns_of(table)
    titles = [*zip(columns, table.titles, strict=True)]
    key = key_of(columns)
    found: dict[str, Any] = {
        "sheet": table.sheet.name,
        "header": [row + 1 for row in table.header],
        "titles": table.titles,
        "rows": len(table.body),
        "total": [row + 1 for row in table.total],
        "note": sorted(row + 1 for row, _ in table.notes if not table.body or row > table.body[0]),
        "repeated": [row + 1 for row in table.repeated],
        "key": key[0].title if key else None,
        "private": [column.title for column in columns if column.privacy == "private"],
        "secret": [column.title for column in columns if column.privacy == "secret"],
    }
    for part, value in (("types", lambda column: column.type), ("doubts", lambda column: len(column.doubts))):
        found[part] = {title: value(column) for column, title in titles if title in expected.get(part, {})}
    return {word: found[word] for word in [*expected, *(w for w in ("total", "note", "repeated") if found[w])]}


@pytest.mark.parametrize("file", EXPECTED)
def test_a_sheet_of_another_project_is_read_as_a_person_reads_it(file: str) -> None:
    expected = EXPECTED[file]
    if code := expected.get("code"):
        with pytest.raises(NotASheet) as caught:
            stream(FOLDER / file)
        assert caught.value.code == code
        return
    tables = find_tables(open_book(FOLDER / file))
    wanted = expected["tables"]
    named = {table.get("sheet") for table in wanted}
    told = [table for table in tables if table.sheet.name in named] if expected.get("more") else tables
    assert [read(table, told) for table, told in zip(told, wanted, strict=False)] == wanted
    assert len(told) == len(wanted)
    if first := expected.get("first"):
        assert tables[0].sheet.name == first


def test_no_sheet_is_left_without_an_expectation() -> None:
    files = {
        str(path.relative_to(FOLDER))
        for path in FOLDER.rglob("*")
        if path.suffix in (".xls", ".xlsx", ".csv") and path.name != "INDEX.csv"
    }
    assert files == set(EXPECTED) and len(files) == 88
