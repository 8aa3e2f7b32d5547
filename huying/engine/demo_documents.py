"""Documents of a demonstration year: read, settled in part and published by the rules of demo.yaml.

documents: [{name, by, at, text, accept: [words], drop: [{words, reason}], adopt: [{words, task}], publish}]; `words` are
any of a reading's title, and mean every reading that has them; what today's reader does not read is left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from huying.engine import documents, readings, tasks
from huying.engine.acts import Act
from huying.engine.demo_walk import Cast
from huying.engine.flows import take_step
from huying.engine.packs import District
from huying.engine.people import system

PAUSE = timedelta(minutes=2)  # between two acts of whoever settles


def enter(district: District, cast: Cast, declared: Mapping[str, Any], at: datetime) -> int:
    """Enter one document and do with it what is declared. How many acts. Raises KeyError for a login that nobody has."""
    actor = cast.by_login[declared["by"]]
    handed = documents.hand_in(district, declared["text"], declared["name"])
    entered = documents.enter(district, actor, handed, known_at=at)
    record = documents.get(district, actor, entered.record)
    progress = readings.bring_up(district, actor, record, most=len(handed.report.commitments), known_at=at)
    acts = 1 + sum(progress.taken.values())
    moments = (at + PAUSE * n for n in itertools.count(1))
    _, name = documents.ledgers(district)
    made = tasks.of_declared(tasks.every(district, states=(*tasks.DRAFTED, *tasks.COUNTING)))
    wanted = [
        *(("accept", words, {}) for words in declared.get("accept", ())),
        *(("drop", one["words"], {"reason": one["reason"]}) for one in declared.get("drop", ())),
        *(("adopt", one["words"], {"task": made[one["task"]].id}) for one in declared.get("adopt", ())),
    ]
    found = readings.lines(district, system(district.id), record.id)
    for step, words, answers in wanted:
        for line in [one for one in found if words in one.title]:
            take_step(district, Act(name, step, actor, answers, line.id, known_at=next(moments)))
            found.remove(line)
            acts += 1
    if declared.get("publish"):
        take_step(district, Act(record.ledger.name, "publish", actor, {}, record.id, known_at=next(moments)))
        acts += 1
    return acts
