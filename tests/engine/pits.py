"""A register in two versions, for tests: every kind of move of an upgrade list, and a record for each fate."""

from __future__ import annotations

from pathlib import Path

from huying.engine import packs, places
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.in_force import put_in_force
from tests.engine.small import actor_of

PIT = "pits.pit"
LONGDONG = "440106018000"
PACK = """
pack: pits
title: 坑洼 | Pits
version: {version}
needs: [base, command]
owner: 区住房建设和园林局
source: 测试
"""
INDICATOR = """
indicator: {name}
title: 深坑 | Deep pits
question: 本月有多少个坑？ | How many pits in the month?
of: pit
count: {count}
unit: 个
period: month of opened_on
split: [street]
good: lower
empty: zero
source: 测试
"""
V1 = """
ledger: pit
title: 坑洼台账 | Pits
group: 道路 | Roads
purpose: 一个坑一条 | One pit, one record
code: KW-{n:5}
kept_by: [street_clerk]
schema:
  type: object
  required: [unit]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    address: {type: string, title: 地址 | Address}
    depth: {type: string, title: 深度 | Depth}
    length_m: {type: number, title: 长度 | Length}
    cause: {title: 原因 | Cause, enum: [rain, wear, other]}
    remark: {type: string, title: 备注 | Remark}
    crossing: {type: string, title: 路口 | Crossing}
labels:
  cause: {rain: 雨 | Rain, wear: 磨损 | Wear, other: 其他 | Other}
list: [unit, cause, address]
search: [address]
"""
V2 = """
ledger: pit
title: 坑洼台账 | Pits
group: 道路 | Roads
purpose: 一个坑一条 | One pit, one record
code: KW-{n:5}
kept_by: [street_clerk]
version: 2
upgrade:
  - to: 2
    why: 市里换了口径 | The city counts otherwise
    moves:
      - {rename: address, to: place}
      - {convert: depth}
      - {times: length_m, by: 0.001, to: length_km}
      - {map: cause, codes: {rain: water}, ask: {other: [tree, sign]}}
      - {split: crossing, at: /, to: [road, other_road]}
      - {fill: road_class, with: '"local"'}
      - {drop: remark, title: 备注 | Remark}
schema:
  type: object
  required: [unit, road_class]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    place: {type: string, title: 地点 | Place}
    depth: {type: number, title: 深度 | Depth, minimum: 0}
    length_km: {type: number, title: 长度 | Length}
    cause: {title: 原因 | Cause, enum: [water, wear, tree, sign]}
    road: {type: string, title: 路 | Road}
    other_road: {type: string, title: 另一条路 | Other road}
    road_class: {title: 道路等级 | Road class, enum: [arterial, local]}
labels:
  cause: {water: 水 | Water, wear: 磨损 | Wear, tree: 树根 | Roots, sign: 标牌 | Sign}
  road_class: {arterial: 主干 | Arterial, local: 支路 | Local}
list: [unit, cause, place]
search: [place]
"""
ROWS = {
    "whole": {"address": "车陂路 1 号", "depth": "12.5", "length_m": 1500, "cause": "rain", "remark": "急", "crossing": "一路/二路"},
    "asks": {"address": "车陂路 2 号", "cause": "other"},
    "wrong": {"depth": "半米深", "cause": "wear"},
    "bare": {},
}  # fmt: skip


def folder(into: Path, version: int = 1, ledger: str = "", changes: tuple[tuple[str, str], ...] = ()) -> Path:
    """The pack's folder in one version; changes: what stands there -> what stands there instead."""
    found = into / f"v{version}" / "pits"
    text = ledger or (V1 if version == 1 else V2)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    counts = {"rain_pits": 'cause == "rain"' if version == 1 else 'cause == "water"', "all_pits": "true"}
    files = {"pack.yaml": PACK.format(version=version), "ledgers/pit.yaml": text}
    files |= {f"indicators/{name}.yaml": INDICATOR.format(name=name, count=count) for name, count in counts.items()}
    for name, said in files.items():
        (found / name).parent.mkdir(parents=True, exist_ok=True)
        (found / name).write_text(said.lstrip(), encoding="utf-8")
    return found


def entered(district: packs.District, into: Path) -> tuple[packs.District, dict[str, str]]:
    """(the district with version 1 in force and ROWS entered, name of the row -> code)."""
    put_in_force(district.id, [folder(into)])
    district = packs.current(district.id)
    unit = places.tree(district.id, district.today()).by_code[LONGDONG].id
    codes = {
        name: take_step(district, Act(PIT, "add", actor_of(district, "longdong"), {"unit": unit, **row})).code
        for name, row in ROWS.items()
    }
    return district, codes


def amend(district: packs.District, code: str, **answers: object) -> None:
    from huying.engine import records

    record = records.find_id(district, PIT, code)
    take_step(district, Act(PIT, "amend", actor_of(district, "longdong"), answers, record))
