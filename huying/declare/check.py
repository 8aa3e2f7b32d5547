"""What is proved before declarations are put in force. Each part gives all problems it finds, with their places."""

from __future__ import annotations

from collections.abc import Collection

from huying.declare import breakdowns, build_published, build_recipes, crosschecks
from huying.declare.building import Building
from huying.declare.check_codes import check_codes
from huying.declare.check_commitment import check_commitments
from huying.declare.check_derived import check_derived
from huying.declare.check_dispatch import check_dispatch
from huying.declare.check_flow import check_flows
from huying.declare.check_forms import check_forms
from huying.declare.check_indicator import check_indicators
from huying.declare.check_ledger import check_ledgers
from huying.declare.check_limits import check_limits
from huying.declare.check_names import check_names
from huying.declare.check_pages import check_cases, check_pages
from huying.declare.check_papers import check_papers
from huying.declare.check_subjects import check_subjects
from huying.declare.check_templates import check_templates
from huying.declare.check_text import check_texts
from huying.declare.kinds import Rules
from huying.declare.problems import Problem, both, did_you_mean, quoted

PARTS = (
    check_names,
    check_texts,
    check_codes,
    check_ledgers,
    check_subjects,
    check_flows,
    check_dispatch,
    check_limits,
    check_indicators,
    check_commitments,
    breakdowns.check,
    build_published.check,
    build_recipes.check,
    crosschecks.check,
    check_forms,
    check_derived,
    check_pages,
    check_templates,
    check_papers,
    check_cases,
)


def check(building: Building) -> list[Problem]:
    """Everything that is wrong with what was built."""
    return [problem for part in PARTS for problem in part(building)]


def check_district(rules: Rules, office_codes: Collection[str], area_codes: Collection[str]) -> list[Problem]:
    """Offices and areas that the packs name and the district does not have.

    office_codes  codes of the district's offices; area_codes: of its streets and communities
    """
    problems = []

    def office(code: str, file: str, line: int) -> None:
        if code and code != "area" and code not in office_codes:
            message = both(f"本区没有单位 {quoted(code)}", f"the district has no office {quoted(code)}")
            hint = did_you_mean(code, office_codes, "单位代码", "Office codes")
            problems.append(Problem(file, line, 1 if line else 0, "district.unknown-office", message, hint))

    def area(code: str, file: str, line: int) -> None:
        if code != "*" and code not in area_codes:
            message = both(f"本区没有街道社区 {quoted(code)}", f"the district has no area {quoted(code)}")
            hint = did_you_mean(code, area_codes, "街道社区代码", "Area codes")
            problems.append(Problem(file, line, 1 if line else 0, "district.unknown-area", message, hint))

    for table in rules.dispatch.values():
        for row in table.rows:
            area(row.area, table.source, row.line)
            for selector in (row.lead, *row.assist):
                office(selector.partition(":")[0], table.source, row.line)
    for name, limits in rules.limits.items():
        for row in limits.rows:
            area(row.area, name, row.line)
    for name, form in rules.forms.items():
        office(code if (code := form.owner.partition(":")[0]) != "area" else "", name, 0)
        for code in form.only:
            (office if form.level == "office" else area)(code, name, 0)
    for name, commitment in rules.commitments.items():
        for code in (commitment.lead, *commitment.assist):
            office(code, name, 0)
    return sorted(set(problems))
