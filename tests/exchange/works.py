"""A register whose fields are of every type that a cell can hold."""

from __future__ import annotations

from pathlib import Path

WORK = "works.work"
FILES = {
    "pack.yaml": """
pack: works
title: 工程 | Works
version: 1
needs: [base, command]
owner: 区水务局
source: 测试
""",
    "ledgers/work.yaml": """
ledger: work
title: 工程 | Works
group: 工程 | Works
purpose: 开工一处，多一条 | One site, one record
code: GC-{n:5}
kept_by: [street_clerk]
schema:
  type: object
  required: [unit, name]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    name: {type: string, title: 名称 | Name, maxLength: 40, description: 写全称 | In full}
    grade: {title: 等级 | Grade, enum: [a, b, c]}
    cost: {$ref: "huying:money", title: 造价 | Cost}
    length: {type: number, title: 长度 | Length, minimum: 0}
    wells: {type: integer, title: 井数 | Wells, minimum: 0, maximum: 500}
    done: {type: boolean, title: 已完工 | Done}
    begun_on: {type: string, format: date, title: 开工 | Begun on}
    seen_at: {$ref: "huying:time", title: 查看 | Seen at}
    where: {$ref: "huying:point", title: 位置 | Position}
    place: {$ref: "huying:record/command.place", title: 点位 | Place}
    note: {type: string, title: 备注 | Note, maxLength: 200}
labels:
  grade: {a: 甲级 | Grade A, b: 乙级 | Grade B, c: 丙级 | Grade C}
list: [name, grade, cost]
search: [name]
""",
}


def works(into: Path, changes: dict[str, str] | None = None) -> Path:
    """The pack's folder; changes: what stands in the ledger's file -> what stands there instead."""
    folder = into / "works"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for old, new in (changes or {}).items() if name.startswith("ledgers") else ():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder
