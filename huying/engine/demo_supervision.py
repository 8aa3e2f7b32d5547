"""Bulletins and letters of a demonstration year, when all else of it has been made: they look back on what was known.

bulletins: [{period, by, at, number}]; letters: [{task, by, at, level, category, title, facts, demand, reply_by, number, signer,
then: [{step, by, at, …}]}]; `task` is the name under which a pack has it ready. In one entry of `tasks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from huying.engine import bulletins, letters, people, report_periods, tasks
from huying.engine.acts import Act
from huying.engine.demo_walk import Cast
from huying.engine.district_files import moment
from huying.engine.flows import take_step
from huying.engine.packs import District

NOT_ASKED = ("task", "by", "at", "number", "signer", "then")


def enter(district: District, cast: Cast, declared: Mapping[str, Any], tz: Any) -> int:
    """Issue its bulletins and send its letters; how many acts. Raises KeyError for a login that nobody has, or a task that no
    pack has ready; StepRefused for what the rules refuse."""
    made = tasks.of_declared(tasks.every(district))
    acts = sum(_letter(district, cast, one, made, tz) for one in declared.get("letters", ()))
    return acts + sum(_bulletin(district, cast, one, tz) for one in declared.get("bulletins", ()))


def _letter(district: District, cast: Cast, given: Mapping[str, Any], made: Mapping[str, tasks.Task], tz: Any) -> int:
    name, by, at = letters.ledger(district), cast.by_login[given["by"]], moment(given["at"], tz)
    task = made[given["task"]]
    answers = {key: value for key, value in given.items() if key not in NOT_ASKED}
    answers |= {"about": task.code, "task": task.id, "addressee": task.post}
    answers["reply_by"] = date.fromisoformat(str(answers["reply_by"]))
    record = take_step(district, Act(name, "draft", by, answers, known_at=at)).record
    numbered = {"number": given["number"], "signer": given["signer"]}
    take_step(district, Act(name, "issue", by, numbered, record, known_at=at + timedelta(minutes=40)))
    for one in given.get("then", ()):
        doer = cast.by_login[one["by"]] if one["by"] != "responsible" else cast.of_post(task.post)
        rest = {key: value for key, value in one.items() if key not in ("step", "by", "at")}
        doer = doer or people.system(district.id)
        take_step(district, Act(name, one["step"], doer, rest, record, known_at=moment(one["at"], tz)))
    return 2 + len(given.get("then", ()))


def _bulletin(district: District, cast: Cast, given: Mapping[str, Any], tz: Any) -> int:
    """Drafted, checked the same day, issued the day after."""
    by, at = cast.by_login[given["by"]], moment(given["at"], tz)
    made = bulletins.draft(district, by, report_periods.read(given["period"]), known_at=at)
    name = bulletins.ledger(district)
    take_step(district, Act(name, "check", by, {}, made.record, known_at=at + timedelta(hours=3)))
    bulletin = bulletins.one(district, by, made.code)
    bulletins.issue(district, by, bulletin, given["number"], known_at=at + timedelta(days=1))
    return 3 + len(bulletins.lines(district, bulletins.one(district, by, made.code)))
