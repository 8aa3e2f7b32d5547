"""Areas by which a figure is asked: one that there is not, and one out of the actor's reach, are said and not counted as nought."""

from __future__ import annotations

from huying.engine import access, counting
from huying.engine.counting import Question, Unanswerable
from huying.engine.database import Reach


def check_areas(question: Question, reach: Reach) -> None:
    """Raises Unanswerable for a code that no area of the level bears, access.Refused for an area that `reach` has no part of."""
    for name, code in question.only.items():
        if not code or not question.level(name):
            continue
        units = {unit for inside, _since, _until in counting.areas(question, name, code) for unit in inside}
        if not units:
            raise Unanswerable(f"没有地方“{code}”（{name}） | There is no area “{code}” ({name})")
        if reach.role == "hy_some" and not units.intersection(reach.units):
            raise access.Refused("这个地方不在您的范围内 | That area is not in your reach")
