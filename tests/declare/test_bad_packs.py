"""Every mistake is told with its code, its file and its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from huying.declare.explain import FILE, explain, explanations, reference
from huying.declare.load import load
from huying.options import ROOT
from tests.declare.packs import change, trees

BAD = sorted(Path(__file__).with_name("bad").glob("*.yaml"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_told_with_its_code_and_its_line(path: Path, tmp_path: Path):
    bad = yaml.safe_load(path.read_text("utf-8"))
    pack = trees(tmp_path)
    change(pack, bad["change"], bad["from"], bad["to"])
    rules, problems = load(pack)
    assert rules is None
    places = {(problem.code, f"{Path(problem.file).relative_to(pack)}:{problem.line}") for problem in problems}
    assert (bad["gives"], bad["at"]) in places
    for problem in problems:
        assert " | " in problem.message, "a problem is told in both languages"
        assert explain(problem.code), "huying explain knows the code"
        assert f"huying explain {problem.code}" in problem.text()


def test_the_pack_that_the_mistakes_are_made_in_is_right(tmp_path: Path):
    rules, problems = load(trees(tmp_path))
    assert rules is not None and problems == []


def test_ten_mistakes_in_one_pack_are_told_at_once(tmp_path: Path):
    pack = trees(tmp_path)
    for file, old, new in [
        ("pack.yaml", "needs: []", "needs: [comand]"),
        ("roles.yaml", "title: 队伍 | Crew", "title: 队伍"),
        ("ledgers/tree.yaml", "map: where", "map: size"),
        ("ledgers/tree.yaml", "list: [kind,", "list: [phone, kind,"),
        ("flows/tree.yaml", ", holder: desk, within: 2 work_hours", ""),
        ("flows/tree.yaml", "height_m > 0 and", "heigth_m > 0 and"),
        ("dispatch/tree.csv", "*,*,,area:crew,,3,basic\n", ""),
        ("limits/tree.csv", "2 workdays", "2 days"),
        ("indicators/on_time.yaml", ", unknown: no", ""),
        ("commitments/cleared.yaml", "unit: 棵", "unit: 株"),
    ]:
        change(pack, file, old, new)
    _, problems = load(pack)
    assert sorted(problem.code for problem in problems) == [
        "dispatch.gap",
        "flow.no-holder",
        "flow.no-limit",
        "flow.unknown-field",
        "indicator.share-unknown",
        "indicator.unit",
        "ledger.field-use",
        "ledger.private-shown",
        "limits.limit",
        "pack.missing",
        "text.one-language",
    ]


def test_a_pack_that_nobody_translates_may_say_so(tmp_path: Path):
    pack = trees(tmp_path)
    change(pack, "ledgers/tree.yaml", "title: 倒树 | Fallen trees", "title: 倒树")
    change(pack, "pack.yaml", "version: 1", "version: 1\none_language: true")
    assert load(pack)[1] == []
    change(pack, "ledgers/tree.yaml", "title: 倒树", "title: Fallen trees | 倒树")
    assert [problem.code for problem in load(pack)[1]] == ["text.one-language"]


def test_a_problem_is_shown_with_its_line_a_caret_and_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pack = trees(tmp_path)
    change(pack, "flows/tree.yaml", "height_m > 0 and", "heigth_m > 0 and")
    monkeypatch.chdir(tmp_path)
    _, (problem,) = load(Path("trees"))
    assert problem.text("en").splitlines() == [
        "trees/flows/tree.yaml:33:12  flow.unknown-field",
        "  32 |     by: responsible",
        '  33 |     needs: heigth_m > 0 and size in ("small", "big")',
        '     |            ^ there is no field "heigth_m"',
        f"  {problem.hint.split(' | ')[1]}",
        "  More: huying explain flow.unknown-field",
    ]
    assert 'Did you mean "height_m"?' in problem.hint


def test_the_caret_stands_under_its_character_after_chinese(tmp_path: Path):
    pack = trees(tmp_path)
    change(pack, "flows/tree.yaml", "from: told, to: sent", "from: tolt, to: sent")
    _, (problem,) = load(pack)
    caret = next(line for line in problem.text("en").splitlines() if "^" in line)
    assert caret.index("^") == len("  17 | ") + problem.column - 1 + len("派派"[:1])


def test_the_reference_of_problems_is_current():
    written = (ROOT / "docs" / "reference" / "problems.md").read_text("utf-8")
    assert written == reference(), f"make it from {FILE.name} again: huying.declare.explain.reference()"


def test_every_code_that_the_program_can_give_is_explained():
    import re

    program = "".join(
        path.read_text("utf-8") for part in ("declare", "engine") for path in (ROOT / "huying" / part).glob("*.py")
    )
    areas = {code.partition(".")[0] for code in explanations()}
    used = {code for code in re.findall(r'"([a-z]+\.[a-z]+(?:-[a-z]+)*)"', program) if code.partition(".")[0] in areas}
    assert used - {"pack.yaml", "roles.yaml", "district.yaml"} <= set(explanations())
