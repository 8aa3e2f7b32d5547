"""A pack with a form for communities and one for offices, beside those that come along."""

from __future__ import annotations

from pathlib import Path

from huying.engine import packs
from huying.engine.in_force import put_in_force

COMMUNITIES, OFFICES, LIFTS = "estates.blocks", "estates.vacancies", "estates.upkeep"
PACK = """
pack: estates
title: 小区 | Estates
version: 1
needs: [base, command, collect, renewal]
"""
FORM = """
form: {name}
title: {title}
basis: 示例文号
owner: {owner}
fillers: {fillers}
minutes: 5
every: {every}
expires: 2021-06-30
due: 3 workdays
code: {code}{{yyyy}}-{{n:4}}
schema:
  required: [{field}]
  properties:
    {field}: {{type: integer, title: {label}, minimum: 0}}
    checked: {{type: boolean, title: 已核对 | Checked}}
    contact: {{type: string, title: 填报联系人 | Contact, maxLength: 20}}
private: {{contact: [street_clerk, office_clerk]}}
sums: [{field}]
"""


EACH = """
form: upkeep
title: 电梯逐台核对 | Lifts one by one
basis: 示例文号
owner: zhujian:office_clerk
fillers: street:street_clerk
each: {of: renewal.lift, among: 'stage == "running"'}
minutes: 2
every: year
expires: 2021-06-30
due: 3 workdays
code: WH{yyyy}-{n:4}
schema:
  required: [homes, inspected]
  properties:
    homes: {type: integer, title: 现住户数 | Homes now, minimum: 0}
    inspected: {title: 年检 | Inspection, enum: [passed, failed]}
labels:
  inspected: {passed: 合格 | Passed, failed: 不合格 | Failed}
known:
  homes: {of: renewal.lift, value: households}
sums: [homes]
"""


def in_force(district: packs.District, into: Path, owner: str = "area:street_clerk") -> packs.District:
    """The district with these forms in force; owner: of the one for communities."""
    folder = into / "estates"
    (folder / "forms").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK.lstrip(), encoding="utf-8")
    for name, form in {
        "blocks": {
            "title": "楼栋清点 | Count of blocks",
            "owner": owner,
            "fillers": "community:grid_worker",
            "every": "month",
            "code": "LD",
            "field": "blocks",
            "label": "楼栋数 | Blocks",
        },
        "vacancies": {
            "title": "空编清点 | Vacancies",
            "owner": "ducha:supervisor",
            "fillers": "office:office_clerk",
            "every": "once",
            "code": "KB",
            "field": "vacancies",
            "label": "空编数 | Vacancies",
        },
    }.items():
        (folder / "forms" / f"{name}.yaml").write_text(FORM.format(name=name, **form).lstrip(), encoding="utf-8")
    (folder / "forms" / "upkeep.yaml").write_text(EACH.lstrip(), encoding="utf-8")
    put_in_force(district.id, [folder])
    return packs.current(district.id)
