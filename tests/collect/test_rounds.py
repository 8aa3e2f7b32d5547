"""A round from sending to the sums: who has not answered is right, what is known is not asked, and nothing is sent twice."""

from __future__ import annotations

from huying.engine import packs
from tests.collect.rounds import (
    ASKED,
    CHEBEI,
    FENGHUANG,
    LONGDONG,
    add_lifts,
    answer,
    board,
    hand_in,
    open_round,
    take,
    unit,
)


def test_a_round_is_sent_to_every_street_with_what_is_known(tianhe: packs.District):
    add_lifts(tianhe)
    opened = open_round(tianhe)
    assert (opened.sent, opened.refused, opened.without) == (3, [], [])
    longdong = answer(tianhe, opened.code, LONGDONG)
    assert (longdong.state, longdong.values["known_items"]) == ("asked", 3)
    assert [longdong.values[n] for n in ("lifts_permitted", "lifts_running", "lift_households")] == [3, 2, 40]
    chebei = answer(tianhe, opened.code, CHEBEI)
    assert (chebei.values["lifts_permitted"], chebei.values["lift_households"]) == (0, 0), (
        "it holds one that was only applied for"
    )
    fenghuang = answer(tianhe, opened.code, FENGHUANG)
    assert (fenghuang.values["known_items"], fenghuang.values.get("lifts_permitted")) == (0, None), (
        "nothing is held: it is asked"
    )


def test_a_round_that_is_sent_again_reaches_only_those_who_lack_it(tianhe: packs.District):
    first = open_round(tianhe)
    again = open_round(tianhe)
    assert (again.code, again.sent) == (first.code, 0)
    assert len(board(tianhe, first.code).rows) == 3


def test_who_has_not_answered_and_the_sums_follow_every_step(tianhe: packs.District):
    code = open_round(tianhe).code
    counts = {"lifts_permitted": 1, "lifts_running": 1, "lift_households": 10}
    hand_in(tianhe, code, LONGDONG, "longdong", **ASKED, **counts)
    hand_in(tianhe, code, CHEBEI, "chebei", **ASKED, **counts)
    now = board(tianhe, code)
    assert [row.record.unit for row in now.waiting] == [unit(tianhe, FENGHUANG)]
    assert now.totals["estates_planned"] == 6 and now.totals["lift_households"] == 20
    take(tianhe, answer(tianhe, code, CHEBEI), "send_back", "zhujian", reason="已开工小区：与现场不符")
    now = board(tianhe, code)
    assert [row.record.unit for row in now.waiting] == [unit(tianhe, CHEBEI), unit(tianhe, FENGHUANG)]
    assert now.totals["estates_planned"] == 3, "what was sent back does not count"
    hand_in(tianhe, code, CHEBEI, "chebei", estates_begun=3)
    take(tianhe, answer(tianhe, code, CHEBEI), "accept", "zhujian")
    now = board(tianhe, code)
    assert (len(now.answered), now.totals["estates_begun"]) == (2, 5)
