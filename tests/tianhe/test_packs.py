"""Every programme ledger of the report has a pack; what measures a task fits it; every pack says what it serves and proves it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from huying.declare.kinds import Rules
from huying.declare.load import load
from huying.declare.sources import read_yaml

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "packs"

# system of the report -> the pack that keeps its ledger
PROGRAMMES = {
    "econ-indicators": "economy",
    "six-stable-six-secure": "programmes",
    "fiscal-tightening": "economy",
    "gba-cooperation": "programmes",
    "four-above-register": "industry",
    "area-platforms": "investment",
    "industry-programmes": "programmes",
    "spatial-planning": "programmes",
    "land-reserve": "land",
    "transport-works": "transport",
    "old-community-renewal": "renewal",
    "illegal-construction": "city_renewal",
    "toilet-revolution": "sanitation",
    "greening-parks": "sanitation",
    "water-works": "water",
    "soil-protection": "ecology",
    "elderly-care": "care",
    "school-places": "education",
    "health-capacity": "health",
    "culture-sport": "culture",
    "safety-fire": "safety",
    "crime-policing": "safety",
    "grassroots-governance": "governance",
    "social-protection": "programmes",
    "soe-reform": "programmes",
    "census": "governance",
    "gov-accountability": "programmes",
}
SYSTEMS = """
    air-quality bank-tax-link biz-env-reform business-registration city-command city-env-grading city-mgmt-loop
    congestion-map data-sharing e-health-code education-groups elevator-permits employment-service
    enterprise-relief entry-closed-loop epidemic-four-early epidemic-four-levels epidemic-isolation
    epidemic-three-ledgers epidemic-three-networks epidemic-three-teams financial-risk five-ones
    food-drug-inspection food-sampling gov-services-online happiness-index health-hut hk-macao-youth
    incubator-scoring investment-lifecycle key-projects livelihood-ten medical-alliance mental-rehab
    npc-cppcc-cases one-seal-approval pension-coverage policy-1-2-3 poverty-aid project-approval
    project-task-squad report-tracker river-chief scattered-polluters school-return self-service-kiosks
    skills-training stability-resolution tech-enterprise-cultivation urban-renewal-nine vegetable-basket
    village-redevelopment voc-fuel-monitoring waste-sorting wholesale-markets women-screening work-resumption
""".split()  # what the report names or describes besides
WRITTEN = sorted({*PROGRAMMES.values(), "services_online", "employment", "food"})
# what no figure of today measures: the greatest of several numbers, and rows of derived ledgers
UNMEASURED = {"approval_days", "premiums_paid", "aged_60_enrolled", "paid_monthly"}


@pytest.fixture(scope="module")
def rules() -> Rules:
    found, problems = load(PACKS)
    assert found and not problems
    return found


@pytest.fixture(scope="module")
def tasks() -> list[dict[str, str]]:
    with (PACKS / "tianhe_report" / "breakdowns" / "report_2020.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("system", PROGRAMMES)
def test_every_programme_of_the_report_has_a_pack_whose_readme_names_it(system: str, rules: Rules):
    pack = PROGRAMMES[system]
    assert [name for name in rules.ledgers if name.startswith(f"{pack}.")]
    assert system in (PACKS / pack / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_of_the_report_has_a_pack_with_ledgers_indicators_and_a_page(system: str, rules: Rules):
    packs = [
        path.parent.name
        for path in PACKS.glob("*/README.md")
        if re.search(rf"^\|.*(?<![\w-]){system}(?![\w-])", path.read_text("utf-8"), re.M)
    ]
    assert packs
    tracked = system == "report-tracker"  # what it counts is the standing of tasks, on the page of promises
    for kind in (rules.ledgers, rules.pages, *(() if tracked else (rules.indicators,))):
        assert [name for name in kind if name.split(".")[0] in packs]


@pytest.mark.parametrize("pack", WRITTEN)
def test_a_pack_says_what_is_inferred_proves_its_ledgers_and_has_a_page(pack: str, rules: Rules):
    assert "inferred" in (PACKS / pack / "README.md").read_text(encoding="utf-8")
    assert [name for name in rules.pages if name.startswith(f"{pack}.")]
    ledgers = {name.split(".")[1] for name in rules.ledgers if name.startswith(f"{pack}.")}
    ledgers -= {path.stem for path in (PACKS / pack / "forms").glob("*.yaml")}
    assert {path.stem for path in (PACKS / pack / "cases").glob("*.yaml")} >= ledgers


def test_every_target_of_a_task_is_measured_in_its_own_unit(tasks, rules: Rules):
    with_target = {task["name"]: task for task in tasks if task["target"]}
    assert {name for name, task in with_target.items() if not task["measure"]} == UNMEASURED
    for task in with_target.values():
        if task["measure"]:
            assert rules.indicators[task["measure"]].unit == task["unit"], task["name"]


def test_no_two_tasks_are_measured_by_one_figure(tasks):
    measured = [task["measure"] for task in tasks if task["measure"]]
    assert len(measured) == len(set(measured))


def test_no_indicator_holds_a_target_of_the_report(tasks, rules: Rules):
    """A target stands in the task alone: written into the figure it would answer itself."""
    for task in (task for task in tasks if task["target"] and task["measure"]):
        pack, _, name = task["measure"].partition(".")
        source, _ = read_yaml(PACKS / pack / "indicators" / f"{name}.yaml", name)
        measure = next(source.data[key] for key in ("count", "sum", "average", "share", "ratio") if key in source.data)
        numbers = str(measure).replace("* 100", "").split()
        assert task["target"] not in numbers, task["name"]


@pytest.mark.parametrize("pack", WRITTEN)
def test_a_pack_names_no_area_of_a_district(pack: str):
    for path in (PACKS / pack).rglob("*.yaml"):
        assert "440106" not in path.read_text(encoding="utf-8"), path
