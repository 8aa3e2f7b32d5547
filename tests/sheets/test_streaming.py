"""A file of any length is read row by row, and says the same as one that is read whole."""

from __future__ import annotations

import csv
import io
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huying.sheets import NotASheet, columns_of, find_tables, open_book, stream
from tests.sheets.making import rows, workbook

WORDS = [
    "合计",
    "序号",
    "姓名",
    "备注：无",
    "2020年6月12日",
    "甲",
    "１２３",
    "单位：万元",
    "13800138000",
    "小计",
    "a,b",
    "一\n二",
    "电话",
    "街道",
]
TEXT = st.one_of(st.none(), st.sampled_from(WORDS), st.integers(0, 99).map(str))
CELL: Any = st.one_of(TEXT, st.integers(-10, 10**6), st.booleans(), st.dates())


def grid(cell: Any) -> Any:
    return st.integers(2, 6).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=12)
    )


@contextmanager
def saved(data: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        yield path


def written(lines: list[list[str | None]], encoding: str) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(lines)
    return made.getvalue().encode(encoding)


def says_the_same(data: bytes, name: str) -> None:
    with saved(data, name) as path:
        try:
            book = open_book(path)
        except NotASheet as refused:
            with pytest.raises(NotASheet) as caught:
                stream(path)
            assert caught.value.code == refused.code
            return
        found = find_tables(book)
        if not found:
            with pytest.raises(NotASheet):
                stream(path)
            return
        whole, passing = found[0], stream(path)
        assert passing.table.titles == whole.titles
        assert passing.columns == columns_of(whole)
        expected = [
            (row + 1, [whole.values(column)[n] for column in whole.columns]) for n, row in enumerate(whole.body)
        ]
        assert list(passing) == expected
        assert list(passing) == expected  # and once more
        assert passing.left_out["total"] == len(whole.total)
        assert passing.left_out["repeated"] == len(whole.repeated)


@settings(max_examples=150)
@given(grid(TEXT), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_any_text_file_says_the_same_row_by_row_as_whole(lines: list[list[str | None]], encoding: str) -> None:
    says_the_same(written(lines, encoding), "表.csv")


@settings(max_examples=100)
@given(grid(CELL), st.tuples(*[st.integers(0, 5)] * 4))
def test_any_workbook_says_the_same_row_by_row_as_whole(lines: list[list[Any]], area: tuple[int, ...]) -> None:
    top, bottom = sorted((area[0] % len(lines), area[2] % len(lines)))
    left, right = sorted((area[1] % len(lines[0]), area[3] % len(lines[0])))
    merged = [(top, left, bottom, right)] if (top, left) != (bottom, right) else []
    says_the_same(rows(lines, merged), "表.xlsx")


def test_memory_does_not_grow_with_the_length_of_a_text_file() -> None:
    line = ",".join(["车陂街东圃大马路", "13800138000", "低保", "1234.5"]) + "\n"
    peaks = []
    for times in (40_000, 120_000):
        with saved(("住址,电话,类别,金额\n" + line * times).encode("gb18030"), "长.csv") as path:
            tracemalloc.start()
            assert sum(1 for _ in stream(path)) == times
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.1 and peaks[1] < 30_000_000


def test_sums_and_notes_far_below_are_left_out_and_counted() -> None:
    lines = [["序号", "街道", "户数", "金额"], *[[str(n), "车陂街", "3", "12"] for n in range(1, 5001)]]
    lines[4000:4000] = [["小计", "", "9", "36"], ["序号", "街道", "户数", "金额"]]
    lines += [["合计", "", "15000", "60000"], ["备注：数据截至六月底", "", "", ""]]
    with saved(written(lines, "utf-8"), "长.csv") as path:
        found = stream(path)
        numbers = [number for number, _ in found]
    assert (numbers[0], numbers[3998], numbers[3999], numbers[-1], len(numbers)) == (2, 4000, 4003, 5003, 5000)
    assert found.left_out == {"total": 2, "repeated": 1, "note": 1}


def test_the_sheet_that_is_named_is_read_else_the_first_that_is_shown() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_column(0, 0, ["旧名", "甲"])
        shown = book.add_worksheet("新")
        shown.write_column(0, 0, ["新名", "乙"])
        shown.activate()
        shown.set_first_sheet()
        sheet.hide()

    with saved(workbook(fill, "旧"), "表.xlsx") as path:
        assert stream(path).table.titles == ["新名"]
        assert stream(path).notes == ["读的是工作表“新”，没有读：旧 | Sheet “新” is read; not read: 旧"]
        assert stream(path, sheet="旧").table.titles == ["旧名"]
        with pytest.raises(NotASheet) as caught:
            stream(path, sheet="没有")
    assert caught.value.code == "sheet.no-such"
    assert "旧、新" in caught.value.zh


@pytest.mark.parametrize("lines", [20, 40_000])
def test_a_quote_that_is_never_closed_is_said_with_its_line(lines: int) -> None:
    text = "名称,说明,地址\n" + "甲,一,某路\n" * 5 + '乙,"二,某路\n' + "丙,三,某某某某某某某路\n" * lines
    with saved(text.encode(), "表.csv") as path:
        with pytest.raises(NotASheet) as caught:
            list(stream(path))
        with pytest.raises(NotASheet):
            open_book(path)
    assert caught.value.code == "sheet.quote"
    assert "第 7 行" in caught.value.zh and "Line 7" in caught.value.en


def test_a_last_row_with_a_line_end_in_a_cell_is_read() -> None:
    with saved('名称,说明,数\n甲,"一\n二",3'.encode(), "表.csv") as path:
        assert list(stream(path)) == [(2, ["甲", "一\n二", "3"])]


@pytest.mark.parametrize("name", ["表.xls", "表.csv", "表.ods", "表"])
def test_a_workbook_under_a_wrong_ending_is_read_for_what_it_is(name: str) -> None:
    with saved(rows([["姓名", "年龄"], ["甲", 3]]), name) as path:
        assert list(stream(path)) == [(2, ["甲", 3])]
        assert open_book(path).kind == "xlsx"


def test_a_first_line_that_names_the_delimiter_is_obeyed() -> None:
    with saved("sep=;\n名称;说明,一\n甲;二,三\n".encode(), "表.csv") as path:
        assert open_book(path).sheets[0].rows == [["名称", "说明,一"], ["甲", "二,三"]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_character_does_not_turn_the_whole_file_into_signs(encoding: str) -> None:
    text = "姓名,地址\n" + "陈某,天河区车陂街东圃大马路\n" * 40
    data = text.encode(encoding)
    with saved(data[:-10] + b"\xff" + data[-9:], "表.csv") as path:
        book = open_book(path)
    assert book.sheets[0].rows[1] == ["陈某", "天河区车陂街东圃大马路"]
    assert any("损坏" in note for note in book.notes)


def test_another_table_further_down_is_not_mixed_in_and_is_said() -> None:
    lines = [
        ["项目", "金额"],
        *[[f"第{n}项", str(n)] for n in range(4000)],
        [],
        ["姓名", "电话"],
        ["陈某", "13800138000"],
    ]
    with saved(written(lines, "utf-8"), "表.csv") as path:
        found = stream(path)
        assert sum(1 for _ in found) == 4000
        assert found.further == 4003
    with saved(written([*lines[:3], *lines[-3:]], "utf-8"), "表.csv") as path:
        assert any("第 6 行起：姓名、电话" in note for note in stream(path).notes)
