"""What the documentation says of declarations is so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from huying import cli
from huying.declare import shapes
from huying.declare.limit_words import is_limit
from huying.declare.load import load
from huying.declare.packs import TABLE_FOLDERS, YAML_FOLDERS
from huying.declare.quality import advice
from huying.engine.limits import parse_limit
from huying.options import ROOT

PACKS = ROOT / "packs"
REFERENCE = ROOT / "docs" / "declarations.md"


def fenced(page: Path) -> dict[str, str]:
    """The files that a page shows, by name."""
    return dict(re.findall(r"```yaml file=(\S+)\n(.*?)```", page.read_text("utf-8"), re.S))


def write(files: dict[str, str], pack: Path) -> None:
    for name, text in files.items():
        (pack / name).parent.mkdir(parents=True, exist_ok=True)
        (pack / name).write_text(text, encoding="utf-8")


def test_the_ledger_that_the_documentation_adds_is_right(tmp_path: Path):
    pack = tmp_path / "fallen_trees"
    write(fenced(ROOT / "docs" / "add-a-ledger.md"), pack)
    rules, problems = load(PACKS, pack)
    assert problems == []
    assert rules is not None and "fallen_trees.tree" in rules.flows
    assert rules.indicators["fallen_trees.cleared_on_time"].of == "fallen_trees.tree"


def test_the_packs_that_come_along_are_right_and_give_no_advice():
    rules, problems = load(PACKS)
    assert rules is not None, "\n\n".join(problem.text() for problem in problems)
    assert [problem.code for problem in advice(rules)] == []


def keys(form: object) -> Iterator[str]:
    """Every key that a schema knows."""
    if isinstance(form, dict):
        for name, value in form.get("properties", {}).items():
            yield name
            yield from keys(value)
        for name, value in form.items():
            if name == "$defs":
                for inner in value.values():
                    yield from keys(inner)
            elif name in ("items", "additionalProperties"):
                yield from keys(value)


@pytest.mark.parametrize("kind", shapes.kinds())
def test_every_key_of_a_kind_is_in_the_reference(kind: str):
    text = REFERENCE.read_text("utf-8")
    lacking = {key for key in keys(shapes.schema(kind)) if not re.search(rf"`(?:[^`]*[.\]])?{re.escape(key)}`", text)}
    assert not lacking, "add them to docs/declarations.md"


def test_every_kind_of_file_has_a_schema_with_words_for_each_key():
    assert {*YAML_FOLDERS.values(), *TABLE_FOLDERS.values(), "pack", "roles"} == set(shapes.kinds())
    for kind in shapes.kinds():
        form = shapes.schema(kind)
        for name, key in form["properties"].items():
            assert "description" in key or "$ref" in key or "enum" in key, f"{kind}: {name}"


@pytest.mark.parametrize(
    "text",
    ["4 urgent_hours", "1 workday", "5 workdays from next day", "5 workdays from act", "7 natural_days", "2 work_hours",
     "次日起 5 个工作日", "3 days", "5", "P1D", "0 workdays", "2 work_hours from now", "clock", "", "1 week", "5 个自然日"],
)  # fmt: skip
def test_what_check_takes_for_a_limit_is_what_the_clock_can_count(text: str):
    try:
        parse_limit(text)
        counted = True
    except ValueError:
        counted = False
    assert is_limit(text) == counted


def test_check_says_no_problem_and_runs_the_cases(capsys: pytest.CaptureFixture):
    assert cli.main(["check", str(PACKS), "--cases"]) == 0
    assert "No problem: " in capsys.readouterr().out


def test_check_lists_mistakes_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture):
    pack = Path(shutil.copytree(Path(__file__).with_name("trees"), tmp_path / "trees"))
    flow = pack / "flows" / "tree.yaml"
    flow.write_text(flow.read_text("utf-8").replace("2 work_hours", "2 hours"), "utf-8")
    assert cli.main(["check", str(pack), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "flow.limit" in said and "^" in said and "1 problem(s) in 1 file(s)" in said


def test_explain_says_what_a_code_means_and_how_to_mend_it(capsys: pytest.CaptureFixture):
    assert cli.main(["explain", "flow.dead-end"]) == 0
    said = capsys.readouterr().out
    assert "走不到终态" in said and "no way leads to an end" in said
