"""A block of cells from the clipboard is read as the sheet program meant it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.sheets.tsv import parse

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12) | st.sampled_from(
    ['"', '""', "\n", "\t", 'a"b', '"a"', "a\nb", '5" pipe', "=1+1"]
)
BLOCKS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=5)
)


def written(rows: list[list[str]], end: str) -> str:
    """As sheet programs and the grid put cells on the clipboard."""

    def cell(text: str) -> str:
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in '\t\n"') else text

    return "".join("\t".join(map(cell, row)) + end for row in rows)


@given(BLOCKS, st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read_back(rows, end):
    assert parse(written(rows, end)) == rows


@given(st.text(alphabet=st.sampled_from('a"\t\n\r\0'), max_size=40))
def test_any_text_gives_a_block_without_losing_a_character_of_a_plain_cell(text):
    rows = parse(text)
    assert len({len(row) for row in rows}) <= 1
    plain = text.replace("\0", "")
    assert sum(cell.count("a") for row in rows for cell in row) == plain.count("a")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a", [["a"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\n\nb", [["a"], [""], ["b"]]),
        ("a\tb\nc", [["a", "b"], ["c", ""]]),
        ('"一行\n两行"\t2', [["一行\n两行", "2"]]),
        ('5" pipe\t"so called" place', [['5" pipe', '"so called" place']]),
        ('"never closed\tb', [['"never closed', "b"]]),
        ("\t", [["", ""]]),
    ],
)
def test_blocks_as_people_copy_them(text, rows):
    assert parse(text) == rows
