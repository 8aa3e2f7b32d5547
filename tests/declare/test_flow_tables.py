"""A flow written as sheets is the flow that the YAML would be."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from huying.declare.kinds import Rules
from huying.declare.load import load
from huying.declare.sources import read_yaml
from huying.engine.packs import read_files
from tests.declare.packs import trees
from tests.sheets.making import rows as workbook

STATES = ["state", "title", "holder", "within", "lapses", "final", "light"]
STEPS = [
    "step",
    "title",
    "from",
    "to",
    "by",
    "asks",
    "needs",
    "needs_text",
    "assigns",
    "counts",
    "at_most",
    "stamps",
    "pauses",
    "resumes",
]
CHINESE = [
    "步骤",
    "名称",
    "从",
    "到",
    "谁办",
    "填什么",
    "条件",
    "条件说明",
    "派给",
    "计次",
    "最多几次",
    "记时间",
    "暂停计时",
    "恢复计时",
]


def read(file: Path) -> dict:
    return read_yaml(file, file.name)[0].data


def lines(entries: dict, columns: list[str]) -> list[list[str]]:
    """States or steps as rows of a sheet."""
    said = [{columns[0]: name, **entry} for name, entry in entries.items()]
    return [[_cell(one.get(key)) for key in columns] for one in said]


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "、".join(value)
    return "是" if value is True else "" if value is None else str(value)


def as_sheets(folder: Path, kind: str = "csv", head: list[str] = STEPS) -> Path:
    """The pack `trees`, its flow's states and steps as sheets; the YAML keeps clock and dispatch."""
    pack = trees(folder)
    file = pack / "flows" / "tree.yaml"
    flow = read(file)
    for name, columns, first in (("states", STATES, STATES), ("steps", STEPS, head)):
        put(pack / name / f"tree.{kind}", [first, *lines(flow.pop(name), columns)])
    file.write_text(json.dumps(flow, ensure_ascii=False, indent=1), "utf-8")
    return pack


def put(file: Path, table: list[list[str]]) -> None:
    file.parent.mkdir(exist_ok=True)
    if file.suffix == ".xlsx":
        file.write_bytes(workbook(table))
        return
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(table)
    file.write_text(made.getvalue(), "utf-8")


def proved(pack: Path) -> Rules:
    rules, problems = load(pack)
    assert rules is not None, "\n".join(problem.text("en") for problem in problems)
    return rules


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("head", [STEPS, CHINESE])
def test_a_flow_of_sheets_is_the_same_as_one_of_yaml(tmp_path: Path, kind: str, head: list[str]) -> None:
    (tmp_path / "plain").mkdir()
    plain, sheets = proved(trees(tmp_path / "plain")), proved(as_sheets(tmp_path, kind, head))
    assert sheets.flows["trees.tree"] == plain.flows["trees.tree"]


def test_what_is_put_in_force_of_a_workbook_is_its_text(tmp_path: Path) -> None:
    pack = as_sheets(tmp_path, "xlsx")
    files = read_files(pack)
    assert "steps/tree.csv" in files and "steps/tree.xlsx" not in files
    (tmp_path / "again" / "trees").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / "again" / "trees" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "again" / "trees" / name).write_text(text, "utf-8")
    assert proved(tmp_path / "again" / "trees").bodies == proved(pack).bodies


ALONE = {
    "pack.yaml": "pack: own\ntitle: 自建 | Own\nversion: 1\n",
    "roles.yaml": "roles:\n  desk: {title: 前台 | Desk, reach: district}\n",
    "ledgers/bench.yaml": "ledger: bench\ntitle: 长椅 | Benches\ncode: CY-{n:4}\n"
    "schema: {properties: {what: {type: string, title: 情况 | What}}}\n",
    "states/bench.csv": "状态,名称,在谁手里,时限,终了\ntold,已报 | Told,desk,2 workdays,\ndone,已修 | Done,,,是\n",
    "steps/bench.csv": "步骤,名称,从,到,谁办,填什么\ntell,报 | Tell,new,told,resident、desk,what?\nmend,修好 | Mended,told,done,desk,\n",
}


def test_a_flow_may_be_sheets_alone(tmp_path: Path) -> None:
    for name, text in ALONE.items():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_text(text, "utf-8")
    flow = proved(tmp_path / "own").flows["own.bench"]
    assert (
        flow.title == "长椅 | Benches" and flow.steps["tell"].by == ("resident", "desk") and flow.states["done"].final
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_mistake_is_told_at_its_row_and_column(tmp_path: Path, kind: str) -> None:
    pack = as_sheets(tmp_path, kind)
    file = pack / "flows" / "tree.yaml"
    steps = read(Path(__file__).with_name("trees") / "flows" / "tree.yaml")["steps"]
    steps["clear"]["needs"] = "heigth_m > 0"
    steps["pause"]["pauses"] = "perhaps"
    steps["send"]["to"] = "snet"
    del steps["back"]["title"]
    put(pack / "steps" / f"tree.{kind}", [STEPS, *lines(steps, STEPS)])
    _, problems = load(pack)
    told = {(problem.code, problem.line) for problem in problems if problem.file.endswith(f"steps/tree.{kind}")}
    assert {("shape.missing-key", 4), ("shape.type", 5)} <= told
    steps["back"]["title"], steps["pause"]["pauses"] = "退回 | Send back", True
    put(pack / "steps" / f"tree.{kind}", [STEPS, *lines(steps, STEPS)])
    _, problems = load(pack)
    told = {(problem.code, problem.line) for problem in problems if problem.file.endswith(f"steps/tree.{kind}")}
    assert {("flow.unknown-field", 7), ("flow.unknown-state", 3)} <= told
    [wrong] = [problem for problem in problems if problem.code == "flow.unknown-field"]
    caret = next(line for line in wrong.text("en").splitlines() if "^" in line)
    assert "heigth_m" in wrong.excerpt[-1] and caret.strip().startswith("|")
    assert file.exists()


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        (
            "steps/tree.csv",
            "step,title,from,to,by\ntell,报 | Tell,new,told,desk\ntell,报 | Tell,new,told,desk\n",
            "name.twice",
        ),
        ("steps/tree.csv", "step,title,from,to\ntell,报 | Tell,new,told\n", "table.column"),
        ("steps/tree.csv", "step,title,from,to,by,谁管\ntell,报 | Tell,new,told,desk,x\n", "table.column"),
        ("steps/bush.csv", "step,title,from,to,by\ntell,报 | Tell,new,told,desk\n", "flow.no-ledger"),
        ("states/tree.csv", "", "file.empty"),
        ("steps/tree.xlsx", "no workbook", "file.unreadable"),
        ("limits/tree.xlsx", "no workbook", "name.twice"),
        ("steps/tree.ods", "no workbook", "pack.unknown-file"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_told(tmp_path: Path, name: str, text: str, code: str) -> None:
    pack = as_sheets(tmp_path)
    if name.endswith(".xlsx") and name.startswith("steps"):
        (pack / "steps" / "tree.csv").unlink()
    (pack / name).write_text(text, "utf-8")
    rules, problems = load(pack)
    assert rules is None and code in {problem.code for problem in problems}


def test_a_thing_written_in_the_sheet_and_in_the_yaml_is_told(tmp_path: Path) -> None:
    pack = as_sheets(tmp_path)
    file = pack / "flows" / "tree.yaml"
    flow = read(file) | {"steps": {"clear": {"to": "done", "minor": True}}}
    file.write_text(json.dumps(flow, ensure_ascii=False), "utf-8")
    _, problems = load(pack)
    assert [problem.code for problem in problems] == ["flow.said-twice"]
    del flow["steps"]["clear"]["to"]
    file.write_text(json.dumps(flow, ensure_ascii=False), "utf-8")
    assert proved(pack).flows["trees.tree"].steps["clear"].minor
