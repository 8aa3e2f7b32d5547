"""Scores against hand-made rows of a real report. Extra: skipped where the reference texts are not beside the repository."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from huying.reading import NotAReport, read, write

SHARED = Path(__file__).resolve().parents[3] / "shared"
REPORT, GOLD, SCORER = SHARED / "reports/tianhe-2020.txt", SHARED / "gold", SHARED / "tools/score_reader.py"


@pytest.fixture(scope="module")
def report():
    if not REPORT.exists():
        pytest.skip("no reference texts")
    return read(REPORT)


@pytest.mark.parametrize(("what", "detect", "strict"), [("figures", 0.98, 0.90), ("commitments", 0.90, 0.84)])
def test_the_reader_finds_what_people_found(report, tmp_path, what, detect, strict):
    rows = tmp_path / "rows.jsonl"
    with rows.open("w", encoding="utf-8") as stream:
        write([report], what, "jsonl", stream)
    command = [sys.executable, SCORER, what, GOLD / f"tianhe-2020.{what}.csv", rows, REPORT]
    score = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert score["detect"]["f1"] >= detect
    assert score["strict"]["f1"] >= strict


@pytest.mark.skipif(not (SHARED / "reports/docx").exists(), reason="no reference texts")
@pytest.mark.parametrize("path", sorted((SHARED / "reports/docx").glob("*.docx")), ids=lambda path: path.stem)
def test_real_docx_files_are_read(path):
    report = read(path)
    assert report.year == 2025 and len(report.figures) > 60 and len(report.commitments) > 60


@pytest.mark.skipif(not (SHARED / "reports/corpus").exists(), reason="no reference texts")
def test_reports_of_all_times_are_read_with_true_offsets():
    for path in sorted((SHARED / "reports/corpus").glob("*/*/*.txt"))[::40]:
        try:
            found = read(path)
        except NotAReport as refusal:
            pytest.fail(refusal.sentence)
        assert all(found.text[row.start : row.end] == row.quote for row in [*found.figures, *found.commitments])
