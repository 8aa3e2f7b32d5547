"""The completion report of the ten livelihood items of 2019 (appendix 2): every number from records, and with the calibration set as published."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from huying.engine import people, places, published, reports
from huying.engine.packs import District
from huying.engine.paper_values import plain
from huying.engine.reports import Built
from huying.options import ROOT
from tests.tianhe.test_figures import calibrated

__all__ = ["calibrated"]
NAME = "completion_2019.livelihood_items"
PAPER = ROOT / "packs" / "completion_2019" / "papers" / "livelihood_items.yaml"
ALL = {f"F{n}" for n in range(175, 251)}
LATER = Path(__file__).with_name(
    "completion_not_yet.txt"
)  # figures of the appendix that the report does not tell yet; it only grows shorter
NAMES = re.compile(r"2019|113中学|“4050”|PM2\.5|PM10")  # digits that are names


@pytest.fixture(scope="module")
def made(calibrated: District) -> Built:
    tree = places.tree(calibrated.id, calibrated.today())
    return reports.build(calibrated, tree, people.system(calibrated.id), NAME)


def test_every_number_of_the_appendix_comes_out_as_published(calibrated: District, made: Built) -> None:
    told = {(number.told.indicator, number.told.only): said for number, said in made.numbers}
    declared = {one.id: one for one in calibrated.rules.published}
    equal = {one.id: one.equal for one in published.answers(calibrated)}
    later = set(LATER.read_text("utf-8").split())
    assert later <= ALL
    for name in sorted(ALL - later):
        figure = declared[name]
        said = told[figure.measure, tuple(figure.only)]
        assert equal[name], name
        number = re.match(r"[\d.]+", said)
        assert number, (name, said)
        if figure.comparator in ("eq", "approx"):
            assert plain(Decimal(number[0])) == plain(figure.value), (name, said)


def test_the_text_holds_no_number_of_its_own() -> None:
    declared = yaml.safe_load(PAPER.read_text("utf-8"))
    for block in declared["blocks"]:
        words = re.sub(r"\{[^}]*\}", "", block.get("text") or block.get("heading") or "")
        assert not re.search(r"\d", NAMES.sub("", words)), words


def test_nothing_is_lacking_and_the_annotated_copy_has_a_source_for_each(calibrated: District, made: Built) -> None:
    assert made.lacking == []
    tree = places.tree(calibrated.id, calibrated.today())
    annotated = reports.build(calibrated, tree, people.system(calibrated.id), NAME, annotated=True)
    notes = [
        run.text
        for part in annotated.paper.parts
        for run in getattr(part, "runs", ())
        if re.match(r"\[\d+\]", run.text)
    ]
    assert len(notes) == len({(number.told, number.split) for number, _ in made.numbers})
