"""A pack whose ledgers have all three classes of privacy: a register of persons, and what they ask for."""

from __future__ import annotations

from pathlib import Path

from huying.engine import database, packs, places, records, unmasking
from huying.engine.acts import Act
from huying.engine.flows import take_step
from tests.engine.small import actor_of

PERSON, CALL = "aid.person", "aid.call"
NUMBER, OTHER = "11010519491231002X", "440106199003077887"  # made up; their check digits fit
LONGDONG = "440106018000"
FILES = {
    "pack.yaml": """
pack: aid
title: 帮扶 | Aid
version: 1
needs: [base, command]
owner: 区民政局
source: 测试
""",
    "ledgers/person.yaml": """
ledger: person
title: 帮扶对象 | Persons
group: 民政 | Aid
purpose: 登记一位，多一条 | One person, one record
code: BF-{n:5}
kept_by: [street_clerk]
schema:
  type: object
  required: [unit, id_number]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    name: {type: string, title: 姓名 | Name, maxLength: 40}
    id_number: {$ref: "huying:identity", title: 证件号 | Identity number}
    born_on: {type: string, format: date, title: 出生日期 | Born on}
    sex: {title: 性别 | Sex, enum: [female, male]}
    note: {type: string, title: 情况 | Note, maxLength: 200}
labels:
  sex: {female: 女 | Female, male: 男 | Male}
private: {name: [street_clerk]}
secret: {id_number: [street_clerk]}
derive: {born_on: birth_date of id_number, sex: sex of id_number}
key: [id_number]
speaks_of: {base.person: {number: id_number, name: name, born: born_on}}
list: [unit, sex]
search: [note]
""",
    "ledgers/call.yaml": """
ledger: call
title: 求助 | Calls for aid
group: 民政 | Aid
purpose: 来一次求助，多一件 | One call, one record
code: QZ-{n:5}
schema:
  type: object
  required: [unit]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    words: {type: string, title: 情况 | What is asked, maxLength: 200}
    caller: {type: string, title: 称呼 | Name, maxLength: 40}
    phone: {$ref: "huying:phone", title: 电话 | Phone}
    kin_phone: {$ref: "huying:phone", title: 家属电话 | Phone of kin}
    diagnosis: {type: string, title: 病情 | Diagnosis, maxLength: 80}
    own_phone: {type: boolean, title: 本人电话 | Own phone}
    confidential: {type: boolean, title: 要求保密 | Keep secret}
private: {caller: [dispatcher, street_clerk]}
secret:
  phone: [dispatcher, street_clerk]
  kin_phone: [street_clerk]
  diagnosis: [dispatcher]
secrecy: {when: confidential, only: [dispatcher]}
speaks_of: {base.person: {name: caller, phone: phone}}
list: [words, unit]
search: [words]
""",
    "flows/call.yaml": """
flow: call
title: 处理求助 | Answering a call
source: 测试
states:
  asked: {title: 待办 | To do, holder: street_clerk, within: 4 work_hours}
  helped: {title: 已办 | Done, final: true, light: green}
steps:
  report:
    title: 登记 | Enter
    from: new
    to: asked
    by: [dispatcher, street_clerk, resident]
    asks: [unit, words?, caller?, phone?, kin_phone?, diagnosis?, confidential?]
  correct: {title: 更正 | Correct, from: asked, to: same, by: street_clerk, asks: [phone?, kin_phone?, diagnosis?]}
  same_phone:
    title: 核对 | Compare
    from: asked
    to: same
    by: street_clerk
    needs: phone == kin_phone or phone in ("13900000000", "020-8888 0000")
    sets: {own_phone: 'phone != "13900000000" and kin_phone is not null'}
  help: {title: 办结 | Help, from: asked, to: helped, by: street_clerk, tells: [dispatcher]}
""",
    "indicators/calls_again.yaml": """
indicator: calls_again
title: 家属代为求助 | Calls through kin
question: 有多少求助留的是家属电话？ | How many calls left the phone of kin?
of: call
count: phone == kin_phone and phone != "13900000000" and phone is not null
unit: 件
period: all
split: [street]
good: none
empty: zero
source: 测试
""",
}


def aid(into: Path, changes: dict[str, tuple[str, str]] | None = None) -> Path:
    """The pack's folder; changes: file -> (what stands there, what stands there instead)."""
    folder = into / "aid"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for old, new in [changes[name]] if changes and name in changes else []:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder


def take(town: packs.District, ledger: str, step: str, record=None, login: str = "longdong", **answers):
    if step in ("report", "add"):
        answers = {"unit": places.tree(town.id, town.today()).by_code[LONGDONG].id, **answers}
    return take_step(town, Act(ledger, step, actor_of(town, login), answers, record))


def seen(town: packs.District, ledger: str, record, login: str = "longdong") -> records.Record:
    return records.get(town, actor_of(town, login), ledger, record)


def shown(town: packs.District, ledger: str, record, login: str = "longdong") -> dict:
    return unmasking.unmask(town, actor_of(town, login), seen(town, ledger, record, login), "核实情况")


def rows(town: packs.District, ledger: str, record, tail: str = "") -> list[dict]:
    with database.owning() as query:
        return query.rows(f"select * from {town.tables[ledger].name}{tail} where id = %s order by seq", [record])
