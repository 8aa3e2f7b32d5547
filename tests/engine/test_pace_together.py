"""What parts say of the task that they make up."""

from __future__ import annotations

from datetime import date

from huying.declare.kinds import Commitment
from huying.engine import pace
from huying.engine.pace import Standing


def standing(status: str, light: str, met: bool = False) -> Standing:
    return Standing(status, light, met, "")


def test_the_worst_of_the_measured_parts_stands_for_the_whole() -> None:
    whole = pace.together(
        [standing(pace.AHEAD, "green"), standing(pace.BEHIND, "amber"), standing(pace.UNMEASURED, "grey")]
    )
    assert (whole.status, whole.light, whole.met) == (pace.BEHIND, "amber", False)
    assert whole.words.startswith("3 个子项：") and "欠序时 1" in whole.words and "1 behind pace" in whole.words


def test_a_task_is_done_when_every_part_is() -> None:
    assert pace.together([standing(pace.DONE, "green", True)] * 2).status == pace.DONE
    assert pace.together([standing(pace.DONE, "green", True), standing(pace.UNMEASURED, "grey")]).met is False


def test_parts_that_nothing_measures_leave_the_whole_unmeasured() -> None:
    assert pace.together([standing(pace.UNMEASURED, "grey")] * 3).status == pace.UNMEASURED


def test_a_milestone_is_what_the_quarter_asks_and_the_last_one_stays() -> None:
    task = Commitment("t", "甲 | A", "", (), texts={2: "开工", 4: "投用"}, deadline="2020-12-31")
    assert pace.milestone(task, date(2020, 2, 1)) == ("开工", date(2020, 6, 30))
    assert pace.milestone(task, date(2020, 6, 30)) == ("开工", date(2020, 6, 30))
    assert pace.milestone(task, date(2020, 7, 1)) == ("投用", date(2020, 12, 31))
    assert pace.milestone(task, date(2021, 7, 1)) == ("投用", date(2020, 12, 31))
    assert pace.milestone(Commitment("t", "甲 | A", "", ()), date(2020, 2, 1)) is None
