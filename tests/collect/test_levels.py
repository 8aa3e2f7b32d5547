"""Forms for communities, sent by their own street, and for offices that serve no area."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huying.engine import collecting, database, packs, places
from huying.engine.acts import Act
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from tests.collect.levels import COMMUNITIES, LIFTS, OFFICES, in_force
from tests.collect.rounds import CHEBEI, LONGDONG, add_lifts, unit
from tests.engine import small
from tests.engine.small import actor_of, load_small
from tests.web.walking import person, text_of

PERIOD = "2020-12"


def test_a_street_sends_a_form_to_its_own_communities_alone(town: packs.District, tmp_path: Path):
    town = in_force(town, tmp_path)
    tree = places.tree(town.id, town.today())
    own = [one for one in tree.children[unit(town, LONGDONG)] if one.kind == "community"]
    opened = collecting.open_round(town, actor_of(town, "longdong"), COMMUNITIES, PERIOD)
    assert opened.sent == len(own) > 3
    other = collecting.open_round(town, actor_of(town, "chebei"), COMMUNITIES, PERIOD)
    assert other.code != opened.code, "each street has a round of its own"
    found = collecting.round_by_code(town, COMMUNITIES, opened.code)
    assert found.unit == unit(town, LONGDONG)
    board = collecting.board(town, actor_of(town, "longdong"), tree, COMMUNITIES, found)
    assert {row.record.unit for row in board.rows} == {one.id for one in own}
    assert all(row.record.unit not in tree.under(unit(town, CHEBEI)) for row in board.rows)
    page = person(town, "longdong").get(f"/collect/{COMMUNITIES}").content.decode()
    assert opened.code in page and other.code not in page, "another street's round is not for this one"
    assert person(town, "longdong").get(f"/collect/{COMMUNITIES}/rounds/{other.code}").status_code == 404


def test_the_grid_worker_goes_from_one_community_to_the_next(town: packs.District, tmp_path: Path):
    town = in_force(town, tmp_path)
    collecting.open_round(town, actor_of(town, "longdong"), COMMUNITIES, PERIOD)
    tree = places.tree(town.id, town.today())
    [round_] = collecting.rounds_of(town, COMMUNITIES)
    board = collecting.board(town, actor_of(town, "longdong"), tree, COMMUNITIES, round_)
    codes = [row.record.code for row in board.rows]
    login = next(
        row["login"]
        for row in small._rows(small.DISTRICTS / "tianhe" / "people.csv")
        if row["posts"] == "longdong.grid"
    )
    client = person(town, login)
    done = client.post(f"/collect/{COMMUNITIES}/{codes[0]}", {"blocks": "12", "contact": "邓某"})
    assert done.status_code == 302 and done["Location"] == f"/collect/{COMMUNITIES}/{codes[1]}"
    words = text_of(person(town, "longdong").get(f"/collect/{COMMUNITIES}/rounds/{round_.code}"))
    assert "1 / " in words
    assert "邓某" not in words
    assert re.search("不在此列的： ?填报联系人", words)


def test_offices_are_asked_and_see_their_own_sheet_until_all_is_done(town: packs.District, tmp_path: Path):
    town = in_force(town, tmp_path)
    opened = collecting.open_round(town, actor_of(town, "ducha"), OFFICES, "2020-12-20")
    assert (opened.sent, opened.without) == (3, [])
    tree, supervisor, clerk = places.tree(town.id, town.today()), actor_of(town, "ducha"), actor_of(town, "zhujian")
    round_ = collecting.round_by_code(town, OFFICES, opened.code)
    [mine] = collecting.board(town, clerk, tree, OFFICES, round_).rows
    take_step(town, Act(OFFICES, "hand_in", clerk, {"vacancies": 2}, mine.record.id))
    [mine] = collecting.board(town, clerk, tree, OFFICES, round_).rows
    assert mine.record.state == "handed_in", "it is seen after it was handed in"
    assert "1 / 1 已报" in text_of(person(town, "zhujian").get("/collect")), (
        "what is shared with an office counts for it"
    )
    board = collecting.board(town, supervisor, tree, OFFICES, round_)
    assert (len(board.answered), len(board.waiting), board.totals["vacancies"]) == (1, 2, 2)
    assert "住建园林局事项岗" in text_of(person(town, "ducha").get(f"/collect/{OFFICES}/rounds/{opened.code}"))


def test_one_clerk_may_not_answer_for_another_office(town: packs.District, tmp_path: Path):
    town = in_force(town, tmp_path)
    opened = collecting.open_round(town, actor_of(town, "ducha"), OFFICES, "2020-12-20")
    tree = places.tree(town.id, town.today())
    board = collecting.board(
        town, actor_of(town, "ducha"), tree, OFFICES, collecting.round_by_code(town, OFFICES, opened.code)
    )
    clerk = actor_of(town, "zhujian")
    other = next(row.record for row in board.rows if row.record.values["filler"] != clerk.post.id)
    with pytest.raises(StepRefused) as refused:
        take_step(town, Act(OFFICES, "hand_in", clerk, {"vacancies": 9}, other.id))
    assert refused.value.code == "record.none"


def test_a_form_past_its_expiry_is_not_sent(tianhe: packs.District, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    town = in_force(tianhe, tmp_path)
    with database.owning() as query:
        query.run("update district set clock_shift = clock_shift + 86400 * 240 where id = %s", [town.id])
    packs.forget()
    town = packs.current(town.id)
    with pytest.raises(StepRefused) as refused:
        collecting.open_round(town, actor_of(town, "longdong"), COMMUNITIES, "2021-08")
    assert refused.value.code == "form.expired" and "2021-06-30" in refused.value.sentence


@pytest.mark.parametrize("period", ["", "2020-10", "2021-01", "二月", "2020-12\0"])
def test_only_this_period_or_the_one_before_can_be_asked_for(tianhe: packs.District, tmp_path: Path, period: str):
    town = in_force(tianhe, tmp_path)
    with pytest.raises(StepRefused) as refused:
        collecting.open_round(town, actor_of(town, "longdong"), COMMUNITIES, period)
    assert refused.value.code == "form.period"


def test_the_pages_of_230_communities_ask_no_more_statements_than_those_of_a_few(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from huying.engine import database as db

    rows = small._rows(small.DISTRICTS / "tianhe" / "areas.csv")
    streets = tuple(row["code"] for row in rows if row["kind"] == "street")
    counts: list[dict[str, int]] = []
    for number, some in enumerate((small.STREETS, streets)):
        monkeypatch.setattr(small, "STREETS", some)
        (tmp_path / str(number)).mkdir()
        town = in_force(load_small(tmp_path / str(number)), tmp_path / str(number), "zhujian:office_clerk")
        monkeypatch.setattr(
            packs, "districts", lambda town=town: [{"id": town.id, "name": town.name, "title": town.title}]
        )
        for module in (packs, places):  # what a worker knows of the house stays known, however slow the machine
            monkeypatch.setattr(module, "FRESH", 600)
        opened = collecting.open_round(town, actor_of(town, "zhujian"), COMMUNITIES, PERIOD)
        assert opened.sent == (230 if number else opened.sent)
        client, asked = person(town, "zhujian"), {}
        for url in ("/collect", f"/collect/{COMMUNITIES}", f"/collect/{COMMUNITIES}/rounds/{opened.code}"):
            client.get(url)
            with db.counting() as count:
                assert client.get(url).status_code == 200
            asked[url.replace(opened.code, "1")] = count.n
        counts.append(asked)
        monkeypatch.undo()
    assert counts[0] == counts[1]
    assert max(counts[1].values()) <= 16, counts


def test_each_record_of_a_ledger_gets_a_sheet_that_is_filled_in_from_it(town: packs.District, tmp_path: Path):
    town = in_force(town, tmp_path)
    add_lifts(town)
    opened = collecting.open_round(town, actor_of(town, "zhujian"), LIFTS, "2020")
    assert opened.sent == 2, "two lifts run, both in Longdong"
    assert collecting.open_round(town, actor_of(town, "zhujian"), LIFTS, "2020").sent == 0
    client, url = person(town, "longdong"), f"/collect/{LIFTS}/rounds/{opened.code}"
    words = text_of(client.get(url))
    assert "0 号楼" in words and "1 号楼" in words
    round_ = collecting.round_by_code(town, LIFTS, opened.code)
    found = collecting.answers_of(town, actor_of(town, "longdong"), LIFTS, round_.id)
    assert sorted(one.values["homes"] for one in found) == [16, 24]
    for one in found:
        take_step(
            town,
            Act(
                LIFTS,
                "hand_in",
                actor_of(town, "longdong"),
                {"homes": one.values["homes"], "inspected": "passed"},
                one.id,
            ),
        )
    tree = places.tree(town.id, town.today())
    assert collecting.board(town, actor_of(town, "zhujian"), tree, LIFTS, round_).totals == {"homes": 40}


def test_unchanged_sheets_are_confirmed_together_and_each_by_itself(town: packs.District, tmp_path: Path):
    town = in_force(town, tmp_path)
    add_lifts(town)
    before = collecting.open_round(town, actor_of(town, "zhujian"), LIFTS, "2019")
    round_ = collecting.round_by_code(town, LIFTS, before.code)
    first = collecting.answers_of(town, actor_of(town, "longdong"), LIFTS, round_.id)[0]
    take_step(town, Act(LIFTS, "hand_in", actor_of(town, "longdong"), {"homes": 24, "inspected": "passed"}, first.id))
    opened = collecting.open_round(town, actor_of(town, "zhujian"), LIFTS, "2020")
    client, url = person(town, "longdong"), f"/collect/{LIFTS}/rounds/{opened.code}"
    chosen = re.findall(r'name="answer" value="([^"]+)"', client.get(url).content.decode())
    assert len(chosen) == 2
    words = text_of(client.post(f"{url}/unchanged", {"answer": chosen}, follow=True))
    assert "已报送 1 份" in words and "请填写年检" in words, "what must be filled in is not confirmed away"
    assert person(town, "chebei").post(f"{url}/unchanged", {"answer": chosen}).status_code == 404
