"""Nouns in texts: marks are filled with the words in use, in both languages; what is no noun stays as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huying.declare import nouns
from huying.declare.load import load
from huying.declare.nouns import fill, part, say
from huying.declare.shapes import schema
from huying.options import ROOT
from tests.declare.packs import change, trees

WORDS = {"case": "工单 | order", "community": "村 | village", "dispatch": "派单 | send, sent", "office": "科室 | unit"}
MARK = re.compile(r"(?<![\w\\])\$([A-Za-z_]+)")


@pytest.fixture(autouse=True)
def nobodys_words():
    nouns.use({})
    yield
    nouns.use({})


@pytest.fixture
def relabelled():
    nouns.use(WORDS)


def test_without_words_of_its_own_a_district_reads_the_programs():
    text = "一件$case由$office$dispatch | A $case for an $office to $dispatch; $Communities"
    assert say(text) == "一件事项由单位派遣"
    assert say(text, "en") == "A case for an office to dispatch; Communities"


def test_words_take_the_place_of_nouns_with_their_second_form_capital_and_article(relabelled):
    assert say("$case$cases$Case | x") == "工单工单工单"
    assert (
        fill("A $case, an $office, 2 $cases, $Communities $dispatched", "en")
        == "An order, a unit, 2 orders, Villages sent"
    )


def test_regular_second_forms_are_made_by_rule():
    nouns.use({"case": "件 | party", "post": "席 | desk box", "close": "销 | file"})
    assert fill("$cases $posts $closed", "en") == "parties desk boxes filed"


def test_what_is_no_noun_stays_as_it_is(relabelled):
    assert fill("$100, $pothole, a $ and $cases", "en") == "$100, $pothole, a $ and orders"


def test_what_is_stored_for_later_keeps_its_marks(relabelled):
    assert part("一件$case | a $case", "en") == "a $case"


@pytest.mark.parametrize(
    "word",
    ["工单", "工单 | ", "<b>工单</b> | order", "工单 | $case", "工单 | a, b, c", "工单 | o'clock", "一" * 41 + " | x"],
)
def test_a_word_that_is_not_in_both_languages_or_holds_markup_is_refused(word):
    assert not re.search(nouns.FORM, word)


def test_two_packs_with_two_words_for_one_noun_are_refused(tmp_path: Path):
    first, second = trees(tmp_path), tmp_path / "more"
    change(first, "pack.yaml", "needs: []", "needs: []\nwords: {case: 工单 | work order}")
    second.mkdir()
    text = "pack: more\ntitle: 更多 | More\nversion: 1\nwords: {case: %s}\n"
    (second / "pack.yaml").write_text(text % "案件 | matter", encoding="utf-8")
    assert [problem.code for problem in load(first, second)[1]] == ["name.twice"]
    (second / "pack.yaml").write_text(text % "工单 | work order", encoding="utf-8")
    rules, problems = load(first, second)
    assert problems == [] and rules is not None and rules.words == {"case": "工单 | work order"}


def test_the_schema_and_the_documentation_list_every_noun():
    assert schema("pack")["properties"]["words"]["propertyNames"]["enum"] == list(nouns.NOUNS)
    assert schema("pack")["properties"]["words"]["additionalProperties"]["pattern"] == nouns.FORM
    text = (ROOT / "docs" / "declarations.md").read_text("utf-8")
    for noun, (second, word) in nouns.NOUNS.items():
        zh, en = word.split(" | ")
        assert f"| `{noun}` | {zh} | {en} | `${noun}`, `${second}` |" in text


def test_the_catalogue_writes_its_nouns_as_marks():
    """Else a relabelled noun would stand beside the old one. 记录, 流程 and 单位 also mean other things."""
    plain = [
        word.split(" | ")[0] for noun, (_, word) in nouns.NOUNS.items() if noun not in ("record", "flow", "office")
    ]
    found = [
        line
        for path in (ROOT / "huying" / "locale" / "en").glob("*.po")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("msgid") and any(word in line for word in plain)
    ]
    assert not found, f"write $case for 事项 and so on: {found}"


def test_only_one_module_asks_django_for_words():
    asking = [
        path.name
        for path in (ROOT / "huying").rglob("*.py")
        if re.search(r"django\.utils\.translation import .*gettext", path.read_text("utf-8"))
    ]
    assert asking == ["words.py"], "huying.web.words fills the nouns in"


def test_every_mark_in_the_programs_texts_is_a_noun():
    wrong = {}
    for path in [*(ROOT / "huying").rglob("*.po"), *(ROOT / "huying" / "web" / "templates").rglob("*.html")]:
        if lost := nouns.unknown(path.read_text("utf-8")):
            wrong[path.name] = lost
    for path in (ROOT / "huying").rglob("*.py"):
        lines = [line for line in path.read_text("utf-8").splitlines() if re.search("[\u3400-\u9fff]", line)]
        if lost := [
            mark for line in lines for mark in MARK.findall(line) if mark != "ref" and nouns.unknown(f"${mark}")
        ]:
            wrong[path.name] = lost
    assert not wrong
