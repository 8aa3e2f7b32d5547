"""A file that cannot be read as it should is a problem with a way out, never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huying.declare.load import load, load_or_raise
from huying.declare.problems import Problems
from huying.declare.sources import read_yaml, scalar
from tests.declare.packs import change, trees

FLOW = "flows/tree.yaml"


def codes(pack: Path) -> list[str]:
    return [problem.code for problem in load(pack)[1]]


def test_a_file_in_gbk_is_named_and_its_other_mistakes_are_told_too(tmp_path: Path):
    pack = trees(tmp_path)
    change(pack, FLOW, "height_m > 0", "heigth_m > 0")
    (pack / FLOW).write_bytes((pack / FLOW).read_text("utf-8").encode("gbk"))
    assert codes(pack) == ["file.encoding", "flow.unknown-field"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"# only words\n", "file.empty"),
        (b"\xff\xfea\x00", "file.encoding"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe\xfd", "file.encoding"),
        (b"a" * 2_000_000, "file.too-large"),
        (b"flow: " + b"a" * 900_000, "file.long-line"),
        (b"- a\n- b\n", "shape.type"),
        (b"only text\n", "shape.type"),
        (b"a: &x [1]\nb: [*x, *x]\n", "file.alias"),
        (b"a: " + b"[" * 5000, "file.yaml-syntax"),
        (b"a: " + b"[" * 50 + b"]" * 50, "file.too-deep"),
        (b"? [a, b]\n: c\n", "file.key"),
        (b"\xef\xbb\xbfflow: tree\n", "file.bom"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_declaration_is_a_problem(content: bytes, code: str, tmp_path: Path):
    pack = trees(tmp_path)
    (pack / FLOW).write_bytes(content)
    found = codes(pack)
    assert code in found
    assert not any(one.startswith(("name.", "ledger.no-flow")) for one in found), "what follows from it is not told"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=200), st.text("a:-[]{}\"'#&*!|>%@\n 中", max_size=60).map(str.encode)))
def test_no_bytes_make_the_reader_raise(content: bytes, tmp_path: Path):
    path = tmp_path / "any.yaml"
    path.write_bytes(content)
    source, problems = read_yaml(path, "any.yaml")
    assert source.data is not None or problems


def test_a_table_that_a_spreadsheet_saved_with_a_mark_is_read(tmp_path: Path):
    pack = trees(tmp_path)
    table = pack / "codes" / "kind.csv"
    table.write_bytes(b"\xef\xbb\xbf" + table.read_bytes().replace(b"\n", b"\r\n"))
    assert codes(pack) == []


def test_no_yes_and_dates_stay_text_and_numbers_are_exact():
    assert [scalar(text) for text in ("no", "yes", "2020-06-11", "12:30", "007")] == [
        "no",
        "yes",
        "2020-06-11",
        "12:30",
        "007",
    ]
    assert (scalar("12"), str(scalar("0.10")), scalar("true"), scalar("~")) == (12, "0.10", True, None)


def test_two_packs_of_one_name_are_refused(tmp_path: Path):
    first, second = trees(tmp_path / "a"), trees(tmp_path / "b")
    assert [problem.code for problem in load(first, second)[1]] == ["name.twice"]


def test_packs_that_need_each_other_are_refused(tmp_path: Path):
    pack = trees(tmp_path)
    change(pack, "pack.yaml", "needs: []", "needs: [other]")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "pack.yaml").write_text("pack: other\ntitle: 它 | It\nversion: 1\nneeds: [trees]\n", "utf-8")
    assert {problem.code for problem in load(tmp_path)[1]} == {"pack.cycle"}


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path):
    assert [problem.code for problem in load(tmp_path / "none")[1]] == ["pack.no-folder"]


def test_loading_or_raising_holds_every_problem(tmp_path: Path):
    pack = trees(tmp_path)
    change(pack, "pack.yaml", "needs: []", "needs: [comand]")
    change(pack, FLOW, "2 work_hours", "2 hours")
    with pytest.raises(Problems) as caught:
        load_or_raise(pack)
    assert [problem.code for problem in caught.value.problems] == ["flow.limit", "pack.missing"]
