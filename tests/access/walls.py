"""A pack whose ledgers hold every class of field, with all that packs can make of them: derived ledgers, figures, forms."""

from __future__ import annotations

from pathlib import Path

MATTER, ITEM, FORM = "walls.matter", "walls.item", "walls.counted"
LEDGERS = (MATTER, ITEM)
FIELDS = """
    unit: {$ref: "huying:area", title: 地区 | Area}
    category: {$ref: "huying:code/walls.sort", title: 类别 | Category}
    kind: {title: 类型 | Kind, enum: [big, small], default: big}
    words: {type: string, title: 情况 | Words, maxLength: 200}
    inner: {type: string, title: 内部意见 | Inner note, maxLength: 200}
    caller: {type: string, title: 称呼 | Caller, maxLength: 40}
    number: {type: string, title: 证件 | Number, maxLength: 40}
    where: {$ref: "huying:point", title: 位置 | Where}
    photos: {$ref: "huying:photos", title: 照片 | Photos}
    of: {$ref: "huying:record/walls.matter", title: 相关 | Concerns}
"""
CLASSES = """
labels:
  kind: {big: 大 | Big, small: 小 | Small}
private: {caller: [street_clerk, community_clerk]}
secret: {number: [street_clerk, community_clerk]}
shown_to: {inner: [inspector]}
list: [words, unit, kind]
search: [words]
map: where
"""
STAFF = "[dispatcher, street_clerk, community_clerk, grid_hand, contractor, inspector]"
FILES = {
    "pack.yaml": "pack: walls\ntitle: 边界 | Walls\nversion: 1\nneeds: [base, command, collect]\nowner: 区府办\nsource: 测试\n",
    "roles.yaml": """
roles:
  community_clerk: {title: 社区岗 | Community clerk, reach: area, may: [export]}
  grid_hand: {title: 网格岗 | Grid hand, reach: area}
  contractor: {title: 承包公司 | Contractor, reach: office, may: [export]}
  inspector: {title: 监督 | Inspector, reach: district, may: [export]}
""",
    "codes/sort.csv": "code,parent,title,asks\nsort.one,,一类 | One,\nsort.two,,二类 | Two,\n",
    "ledgers/matter.yaml": f"""
ledger: matter
title: 事情 | Matters
group: 边界 | Walls
purpose: 一件一条 | One each
code: BJ-{{n:4}}
schema:
  type: object
  required: [category, unit]
  properties:{FIELDS}    reason: {{type: string, title: 说明 | Reason, maxLength: 200}}
    handed: {{type: integer, title: 转办次数 | Times handed on, minimum: 0}}{CLASSES}
feeds:
  - {{system: 上级 | Superior, template: matters, every: month}}
""",
    "flows/matter.yaml": f"""
flow: matter
title: 办理 | Handling
source: 测试
dispatch: {{by: category, step: hand_on}}
states:
  open: {{title: 待办 | Open, holder: dispatcher, within: 5 workdays}}
  handed: {{title: 已转办 | Handed on, holder: responsible, within: 5 workdays}}
  done: {{title: 已办 | Done, final: true, light: green}}
steps:
  report: {{title: 登记 | Enter, from: new, to: open, by: {STAFF[:-1]}, resident],
    asks: [category, unit, kind?, words?, inner?, caller?, number?, where?, photos?, of?]}}
  hand_on: {{title: 转办 | Hand on, from: open, to: handed, by: dispatcher, assigns: dispatch,
    asks: [reason?], counts: handed, at_most: 5, tells: [responsible]}}
  finish: {{title: 办结 | Finish, from: [open, handed], to: done, by: [responsible, dispatcher, community_clerk], asks: [reason?]}}
""",
    "dispatch/matter.csv": "category,area,when,lead,assist,clause,kind\n*,*,,area:street_clerk,,示例,basic\n",
    "ledgers/item.yaml": f"""
ledger: item
title: 物品 | Items
group: 边界 | Walls
purpose: 一件一条 | One each
code: WP-{{n:4}}
kept_by: {STAFF}
schema:
  type: object
  required: [unit, words]
  properties:{FIELDS}{CLASSES}
""",
    "derived/both.yaml": """
derived: both
title: 有物品的事情 | Matters with an item
group: 边界 | Walls
purpose: 由两本$ledger比对得出 | Found by comparing two ledgers
from:
  - of: matter
    because: '事情 {words} | matter {words}'
joins:
  thing:
    of: item
    on: {unit: unit}
show: [unit, words, kind, thing.words]
source: 测试
""",
    "indicators/matters.yaml": """
indicator: matters
title: 事情数 | Matters
question: 有多少件事情？ | How many matters?
of: matter
count: true
unit: 件
period: month of opened_on
split: [street, community, kind]
good: none
empty: zero
source: 测试
""",
    "indicators/shown_matters.yaml": """
indicator: shown_matters
title: 公开的事情数 | Matters published
question: 有多少件事情？ | How many matters?
of: matter
count: true
unit: 件
period: month of opened_on
split: [street, kind]
good: none
empty: zero
published: true
source: 测试
""",
    "pages/walls.yaml": """
page: walls
title: 边界 | Walls
panels:
  - {kind: figure, of: matters}
  - {kind: table, of: matters, split: street}
  - {kind: list, of: matter, title: 事情 | Matters}
""",
    "templates/matters.yaml": """
template: matters
title: 事情明细 | Matters
of: matter
rows: records
period: month of opened_on
columns:
  编号: {field: code}
  情况: {field: words}
  内部意见: {field: inner}
source: 测试
""",
    "papers/card.yaml": """
paper: card
title: 事情单 | Matter
of: matter
blocks:
  - facts: [code, unit, words, caller, number, inner]
private: [caller, number]
source: 测试
""",
    "papers/all.yaml": """
paper: all
title: 事情一览 | Matters
list: {of: matter, sort: opened_at}
blocks:
  - table:
      columns: [code, unit, words]
source: 测试
""",
    "forms/counted.yaml": """
form: counted
title: 清点 | Count
purpose: 清点一次 | One count
basis: 测试文号
owner: zhujian:office_clerk
fillers: street:street_clerk
minutes: 5
every: month
expires: 2021-06-30
due: 3 workdays
code: QD{yyyy}-{n:4}
schema:
  required: [matters]
  properties:
    matters: {type: integer, title: 事情数 | Matters, minimum: 0}
    said: {type: string, title: 情况 | Words, maxLength: 100}
known:
  matters: {of: matter, count: true}
sums: [matters]
""",
}


def walls(into: Path) -> Path:
    """The pack's folder."""
    folder = into / "walls"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder
