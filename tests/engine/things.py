"""A pack with one register whose fields are of every kind."""

from __future__ import annotations

from pathlib import Path

THING = "things.thing"
PACK = {
    "pack.yaml": "pack: things\ntitle: 物件 | Things\nversion: 1\nneeds: [base, command]\nowner: 区府办\nsource: 测试\n",
    "ledgers/thing.yaml": """
ledger: thing
title: 物件 | Things
group: 测试 | Tests
purpose: 登记一件，多一件 | One thing, one record
code: WJ{yyyy}-{n:3}
kept_by: [street_clerk]
schema:
  type: object
  required: [unit, name]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    name: {type: string, title: 名称 | Name, maxLength: 60}
    kind: {title: 类型 | Kind, enum: [big, small]}
    height: {type: number, title: 高 | Height}
    floors: {type: integer, title: 层数 | Floors}
    price: {$ref: "huying:money", title: 造价 | Price}
    built_on: {type: string, format: date, title: 建成 | Built on}
    seen_at: {$ref: "huying:time", title: 查看时间 | Seen at}
    where: {$ref: "huying:point", title: 位置 | Position}
    open: {type: boolean, title: 开放 | Open}
    keeper: {type: string, title: 看管人 | Keeper, maxLength: 40}
labels:
  kind: {big: 大 | Big, small: 小 | Small}
private: {keeper: [street_clerk]}
list: [name, unit]
search: [name]
""",
}


def things(into: Path) -> Path:
    """The pack's folder."""
    folder = into / "things"
    for name, text in PACK.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder
