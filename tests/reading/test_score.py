"""The score that bench/score.py prints, on rows made by hand for a text of our own; and that it is the reference's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
TEXT = (
    "东山县政府工作报告\n"
    "一、过去一年的工作\n"
    "全年生产总值增长8%，新建学校3所。\n"
    "二、今年的主要任务\n"
    "新增就业5000人以上。加快建设体育馆。\n"
    "各位代表，让我们为建设更加美好的家园共同努力，坚持把群众的事放在心上。\n"
)
FIGURES = (
    "id,line_no,quote,subject,value,unit,comparator,change,kind\n"
    "1,3,增长8%,生产总值增长率,8,%,eq,growth,outcome\n"
    "2,3,新建学校3所,{subject},3,所,eq,level,outcome\n"
    "3,5,新增就业5000人以上,新增就业人数,5000,人,ge,level,target\n"
)


def scored(folder: Path) -> list[str]:
    command = [sys.executable, str(ROOT / "bench" / "score.py"), str(folder), "--reports", str(SHARED / "reports")]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize(("subject", "strict"), [("新建学校数", "1.000"), ("拆除厂房数", "0.667")])
def test_a_wrong_subject_is_found_but_not_strictly(tmp_path, subject, strict):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.figures.csv").write_text(FIGURES.format(subject=subject), encoding="utf-8")
    assert f"detect 1.000   strict {strict}" in scored(tmp_path)[-1]


def test_a_quote_that_is_not_on_its_line_is_named(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.figures.csv").write_text(FIGURES.format(subject="学校").replace("1,3,", "1,1,"), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        scored(tmp_path)
    assert "增长8% is not on line 1" in failed.value.stderr


@pytest.mark.skipif(not (SHARED / "gold").exists(), reason="no reference texts")
@pytest.mark.parametrize("what", ["figures", "commitments"])
def test_the_score_is_the_reference_tools(tmp_path, what):
    report = SHARED / "reports" / "tianhe-2020.txt"
    rows = tmp_path / "rows.jsonl"
    subprocess.run(
        [sys.executable, "-m", "huying", "read", report, f"--{what}", "--format", "jsonl", "-o", rows],
        check=True, cwd=ROOT, capture_output=True,
    )  # fmt: skip
    tool = [
        sys.executable,
        SHARED / "tools" / "score_reader.py",
        what,
        SHARED / "gold" / f"tianhe-2020.{what}.csv",
        rows,
        report,
    ]
    said = json.loads(subprocess.run(tool, capture_output=True, text=True, check=True).stdout)
    line = next(line for line in scored(SHARED / "gold") if line.startswith(what) and "tianhe-2020" in line)
    assert f"detect {said['detect']['f1']:.3f}" in line and f"strict {said['strict']['f1']:.3f}" in line
