"""What the documentation says of who may see is what the tests hold."""

from __future__ import annotations

from tests.access import told


def test_the_tables_of_the_documentation_are_the_expectation():
    text = told.PAGE.read_text(encoding="utf-8")
    assert told.written(text) == text, "run python -m tests.access.told"
