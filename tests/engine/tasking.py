"""Tasks for tests: taken over from a pack and issued, by the acts that people take."""

from __future__ import annotations

from typing import Any

from huying.engine import packs, places, tasks
from huying.engine.acts import Act
from huying.engine.dispatch import Posts
from huying.engine.flows import take_step
from huying.engine.tasks import Task
from tests.engine.small import actor_of

TASK = "supervision.task"
POINTS = "tianhe_report.congestion_points"  # the one that most tests use


def drafted(district: packs.District, name: str = POINTS) -> Task:
    """The draft that is made of what a pack has ready."""
    done = tasks.take_over(district, actor_of(district, "ducha"), [name])
    assert done[0].refusal is None, done[0].refusal
    return tasks.one(district, done[0].code)


def act(district: packs.District, who: str, step: str, task: Task, **given: Any) -> Task:
    """A step of the task's flow; the task afterwards. lead, assist: codes of offices."""
    posts = Posts(district, places.tree(district.id, district.today()))
    more: dict[str, Any] = {}
    if lead := given.pop("lead", None):
        assist = given.pop("assist", ())
        more = {"lead": posts.select(f"{lead}:task_lead", 0).id,
                "assist": tuple(posts.select(f"{code}:task_lead", 0).id for code in assist)}  # fmt: skip
    take_step(district, Act(TASK, step, actor_of(district, who), given, task.id, **more))
    return tasks.one(district, task.code)


def issued(district: packs.District, name: str = POINTS) -> Task:
    """A task in the hands of 住建局, 交警 assisting; none of it counted before."""
    task = act(district, "ducha", "send", drafted(district, name), lead="zhujian", assist=["jiaojing"])
    task = act(district, "lianluo", "agree", task)
    task = act(district, "ducha", "approve", task, approved_by="区政府常务会议 2020 年第 9 次")
    task = act(district, "ducha", "issue", task, number="天府办〔2020〕18号")
    return act(district, "lianluo", "begin", task)
