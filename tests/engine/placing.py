"""A tiny pack of street sums for tests of supervision, a task it measures, and a clock that can be set.

By the records, two streets have placed 31,200 by the end of September; the third has handed in nothing.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from huying.engine import clock, database, packs, places, tasks
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.in_force import put_in_force
from huying.engine.tasks import Task
from tests.engine.small import STREETS, actor_of, small_folder
from tests.engine.tasking import act, drafted

CHEBEI, LONGDONG, FENGHUANG = STREETS
BATCH, PLACED, HELD = "placing.batch", "placing.placed", "placing.held"
CLAIM, FINDING = "supervision.claim", "supervision.finding"
FILES = {
    "pack.yaml": """
pack: placing
title: 安置 | Placing
version: 1
needs: [base, command, supervision]
owner: 区府办
source: 测试
""",
    "ledgers/batch.yaml": """
ledger: batch
title: 安置批次 | Batches
group: 测试 | Tests
purpose: 登记一批，多一批 | One batch, one record
code: AZ-{n:5}
kept_by: [street_clerk]
schema:
  type: object
  required: [unit, name, placed, done_on]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    name: {type: string, title: 批次 | Batch, maxLength: 60}
    placed: {type: integer, title: 安置数 | Placed, minimum: 0}
    wanted: {type: integer, title: 应安置数 | To be placed, minimum: 0}
    done_on: {type: string, format: date, title: 日期 | Day}
    kept_on: {type: boolean, title: 仍在 | Still placed}
key: [name]
list: [unit, name, placed, done_on]
search: [name]
""",
    "indicators/placed.yaml": """
indicator: placed
title: 安置数 | Placed
question: 本年安置了多少？ | How many were placed in the year?
of: batch
sum: {of: placed}
unit: 人 | people
period: year of done_on
split: [street]
good: higher
empty: zero
source: 测试
""",
    "indicators/held.yaml": """
indicator: held
title: 仍在的比例 | Share still placed
question: 有多少仍在？ | What share is still placed?
of: batch
share: {of: kept_on, unknown: no}
unit: percent
period: year of done_on
split: [street]
good: higher
places: 1
source: 测试
""",
    "commitments/placed.yaml": """
commitment: placed
title: 安置四万人 | Place 40,000 people
document: 测试报告 | Test report
readings:
  - {place: 二, says: 安置四万人以上, value: '40000'}
area: 民生 | Welfare
measure: placed
target: {at_least: 40000, unit: 人 | people}
pace: {2020-09-30: 30000, 2020-12-31: 40000}
starts: 2020-01-01
deadline: 2020-12-31
""",
    "commitments/held.yaml": """
commitment: held
title: 仍在的比例保持八成 | Keep 80 % placed
document: 测试报告 | Test report
readings:
  - {place: 二, says: 保持八成以上, value: '80'}
area: 民生 | Welfare
measure: held
target: {at_least: 80, unit: percent}
pace: {kind: maintain}
starts: 2020-01-01
deadline: 2020-12-31
""",
}


def pack(into: Path) -> Path:
    """The pack's folder."""
    folder = into / "placing"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder


def loaded(into: Path, day: str = "2020-09-30 16:00") -> packs.District:
    """The small district with the pack in force, its clock at `day`."""
    from huying.engine import districts

    folder = small_folder(into)
    file = folder / "district.yaml"
    file.write_text(file.read_text("utf-8").replace("today: 2020-12-20 10:00", f"today: {day}"), "utf-8")
    districts.load(folder, lambda *_: None, True)
    number = int(folder.name.removeprefix("small"))
    put_in_force(number, [pack(into)])
    return packs.current(number)


def at(district: packs.District, moment: str) -> packs.District:
    """The district with its clock set on to a later moment of its own time."""
    wanted = datetime.fromisoformat(moment).replace(tzinfo=district.calendar.tz)
    with database.owning() as query:
        query.run(
            "update hy.district set clock_shift = %s where id = %s",
            [round((wanted - clock.real_now()).total_seconds()), district.id],
        )
    packs.forget()
    places.forget()
    return packs.current(district.id)


def batch(district: packs.District, street: str, name: str, placed: int, kept_on: bool = True) -> None:
    """A batch of a street, entered by its clerk."""
    login = {CHEBEI: "chebei", LONGDONG: "longdong", FENGHUANG: "fenghuang"}[street]
    unit = places.tree(district.id, district.today()).by_code[street].id
    day = district.today().replace(month=9, day=15)
    answers = {"unit": unit, "name": name, "placed": placed, "done_on": day, "kept_on": kept_on}
    take_step(district, Act(BATCH, "add", actor_of(district, login), answers))


def two_streets(district: packs.District) -> None:
    """31,200 by two streets, four batches of five still placed."""
    for street, name, placed, kept in (
        (CHEBEI, "车陂一批", 12_000, True),
        (CHEBEI, "车陂二批", 8_000, True),
        (LONGDONG, "龙洞一批", 6_200, True),
        (LONGDONG, "龙洞二批", 3_000, False),
        (LONGDONG, "龙洞三批", 2_000, True),
    ):
        batch(district, street, name, placed, kept)


def in_hand(district: packs.District, name: str = PLACED, lead: str = "renshe", who: str = "renshelx") -> Task:
    """A task in the hands of an office."""
    task = act(district, "ducha", "send", drafted(district, name), lead=lead)
    task = act(district, who, "agree", task)
    task = act(district, "ducha", "approve", task, approved_by="区政府常务会议")
    task = act(district, "ducha", "issue", task, number="天府办〔2020〕18号")
    return act(district, who, "begin", task)


def claim(district: packs.District, task: Task, value: int | None, period: str = "2020-Q3", words: str = "") -> None:
    """What the office says of its task."""
    given = {"value": Decimal(value) if value is not None else None, "words": words or None}
    answers = {"task": task.id, "period": period, **{k: v for k, v in given.items() if v is not None}}
    take_step(district, Act(CLAIM, "add", actor_of(district, "renshelx"), answers))


def find(district: packs.District, task: Task, status: str, why: str, period: str = "2020-Q3") -> None:
    """A finding of the supervision office."""
    answers = {"task": task.id, "period": period, "status": status, "why": why}
    take_step(district, Act(FINDING, "add", actor_of(district, "ducha"), answers))


def again(district: packs.District, task: Task) -> Task:
    """The task as it stands now."""
    return tasks.one(district, task.code)
