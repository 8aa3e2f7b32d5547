"""The demonstration year: made from the flows, whole, once, and always the same."""

from __future__ import annotations

import csv
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from huying.engine import (
    bulletins,
    database,
    demo,
    districts,
    documents,
    letters,
    packs,
    papers,
    people,
    places,
    readings,
    seals,
)
from huying.papers.model import Table
from tests.engine.small import DISTRICTS, actor_of, small_folder

SCALE = 0.05
TODAY = datetime(2020, 12, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def small_year(into: Path) -> Path:
    """A small district with the demonstration's rules; scripted records of streets it lacks move to one it has."""
    folder = small_folder(into, whole=True)
    number = folder.name.removeprefix("small")
    text = (DISTRICTS / "tianhe" / "demo.yaml").read_text(encoding="utf-8")
    text = re.sub(r'unit: "(?!440106003000|440106018|440106019)\d+"', 'unit: "440106003000"', text)
    with (DISTRICTS / "tianhe" / "people.csv").open(encoding="utf-8") as file:
        logins = "|".join(row["login"] for row in csv.DictReader(file))
    text = re.sub(rf"by: ({logins})\b", rf"by: \1-{number}", text)
    (folder / "demo.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def year(database: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, packs.District]:
    """A twentieth of the year in a small district."""
    folder = small_year(tmp_path_factory.mktemp("year"))
    districts.load(folder, lambda *_: None, demonstration=True)
    assert demo.make(folder, lambda *_: None, SCALE) > 500
    return folder, packs.current(int(folder.name.removeprefix("small")))


def ask(district: packs.District, sql: str, *params: object) -> list[tuple]:
    """Rows of one ledger's or the house's tables, as the owner; {case} stands for a ledger's table."""
    names = {name.split(".")[1]: table.name for name, table in district.tables.items()}
    with database.owning() as query:
        return query.tuples(sql.format(**names), [district.id, *params])


def test_current_rows_are_what_the_events_add_up_to(year):
    _, district = year
    for name, table in district.tables.items():
        rows = ask(district, f"select id, seq, state, post, due_at from {table.name} where district = %s order by id")
        folded = ask(
            district,
            "select distinct on (record) record, seq, to_state, (open::jsonb ->> 'post')::int, (open::jsonb ->> 'due_at')::timestamptz "
            "from event where district = %s and ledger = %s order by record, seq desc",
            table.number,
        )
        assert rows == folded, name
        steps = ask(district, "select count(*) from event where district = %s and ledger = %s", table.number)[0][0]
        assert steps == sum(row[1] for row in rows), name


def test_some_are_late_some_returned_some_open_and_none_lies_ahead(year):
    _, district = year
    late = ask(district, "select count(*) from {case} where district = %s and answered_at > due_at")[0][0]
    answered = ask(district, "select count(*) from {case} where district = %s and answered_at is not null")[0][0]
    assert 0 < late < answered / 2
    assert ask(district, "select count(*) from event where district = %s and step = 'return'")[0][0] > 0
    assert ask(district, "select count(*) from event where district = %s and step = 'settle_on_spot'")[0][0] > 0
    assert ask(district, "select count(*) from duty where district = %s")[0][0] > 0
    assert ask(district, "select max(known_at) from event where district = %s")[0][0] <= TODAY


def test_seven_points_were_improved_and_two_at_least_are_listed(year):
    _, district = year
    states = dict(ask(district, "select state, count(*) from {congestion_point} where district = %s group by 1"))
    assert states["improved"] + states.get("kept", 0) == 7 and states["listed"] >= 2


def test_records_of_the_year_name_records_that_were_made_before(year):
    _, district = year
    named = ask(district, "select count(*), count(river), count(distinct river) from {water_month} where district = %s")
    [(records, with_river, rivers)] = named
    assert records == with_river > 0 and rivers > 1


def test_nothing_stands_over_from_what_the_clock_should_have_done(year):
    _, district = year
    lapsing = [s.name for flow in district.rules.flows.values() for s in flow.states.values() if s.lapses]
    waiting = ask(
        district, "select count(*) from duty where district = %s and state = any(%s) and due_at < %s", lapsing, TODAY
    )
    assert waiting == [(0,)]


def test_every_chain_of_the_year_is_whole(year):
    _, district = year
    assert seals.verify(district.id)[2] == []


def test_a_second_run_changes_nothing(year):
    folder, district = year
    before = ask(district, "select count(*), max(n) from event where district = %s")
    districts.load(folder, lambda *_: None, demonstration=True)
    assert demo.make(folder, lambda *_: None, SCALE) == 0
    assert ask(district, "select count(*), max(n) from event where district = %s") == before


def test_a_year_that_was_cut_short_is_made_anew_and_comes_out_the_same(database: str, tmp_path: Path, monkeypatch):
    folder = small_year(tmp_path)
    districts.load(folder, lambda *_: None, demonstration=True)
    number = int(folder.name.removeprefix("small"))

    class Killed(Exception):
        pass

    def stop_in_summer(_title: str, done: int = 0, total: int = 0) -> None:
        if total and done > total / 2:
            raise Killed

    with pytest.raises(Killed):
        demo.make(folder, stop_in_summer, 0.02)
    packs.forget()
    half = ask(packs.current(number), "select count(*) from event where district = %s")[0][0]
    made = demo.make(folder, lambda *_: None, 0.02)
    district = packs.current(number)
    whole = ask(district, "select count(*) from event where district = %s")[0][0]
    assert whole > half and whole >= made and district.config["made"]
    places = district.tables["command.place"].name
    assert ask(district, f"select count(*) from {places} where district = %s")[0][0] > 0


def test_the_years_report_is_read_settled_in_part_and_published(year):
    _, district = year
    (document,) = documents.published(district)
    found = readings.lines(district, people.system(district.id), document.id)
    states = {
        state: sum(line.state == state for line in found) for state in ("adopted", "accepted", "dropped", "draft")
    }
    assert min(states.values()) > 0 and len({line.task for line in found if line.state == "adopted"}) == 1
    assert states["adopted"] == 2, "body and appendix say it, one task gathers both"
    assert document.opened_at == datetime(2020, 6, 12, 9, 30, tzinfo=TODAY.tzinfo)


def test_a_round_of_collection_is_under_way_and_the_one_before_is_whole(year):
    _, district = year
    table = district.tables["collect.round"]
    rounds = ask(
        district,
        f"select {table.column('period')}, state, {table.column('asked')} from {table.name} where district = %s order by 1",
    )
    assert rounds == [("2020Q3", "closed", 3), ("2020Q4", "open", 3)]
    answers = district.tables["renewal.estate_progress"]
    states = dict(
        ask(
            district,
            f"select {answers.column('period')} || state, count(*) from {answers.name} where district = %s group by 1",
        )
    )
    assert states["2020Q3accepted"] == 3 and sum(states.values()) == 6
    kept = ask(district, f"select sum({answers.column('kept_items')}) from {answers.name} where district = %s")
    assert kept[0][0] > 0


def test_three_bulletins_were_issued_and_letters_answered_or_late(year):
    _, district = year
    system = people.system(district.id)
    found = {one.values["period"]: one for one in bulletins.every(district, system)}
    assert {one.state for one in found.values()} == {"issued"} and set(found) == {"2020-Q2", "2020-Q3", "2020-11"}
    third = {line.title: line for line in bulletins.lines(district, found["2020-Q3"])}
    assert sum(line.found for line in third.values()) >= 4 and any(line.late for line in third.values())
    states = [one.state for one in letters.every(district, system)]
    assert states.count("cleared") == 2 and states.count("signed") == 1


def test_every_paper_of_a_list_is_printed_with_rows_of_the_year(year):
    _, district = year
    tree = places.tree(district.id, district.today())
    listed = {name: one for name, one in district.rules.papers.items() if one.list}
    assert "livelihood.public_table" in listed
    for name, paper in listed.items():
        people_of = [actor_of(district, login) for login in ("ducha", "shishi", "diaodu")]
        actor = next(one for one in people_of if papers.may_print(district, one, paper))
        [table] = [part for part in papers.make(district, tree, actor, name).parts if isinstance(part, Table)][:1]
        assert table.rows, name
