"""A ledger's new version, and what becomes of the records that there are."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from huying import installation
from huying.commands import upgrade as command
from huying.declare.problems import Problems
from huying.engine import database, field_history, indicators, packs, records, seals, upgrade_writing, upgrading
from huying.engine.in_force import put_in_force
from huying.engine.upgrading import Upgrading
from tests.engine.pits import PIT, amend, entered, folder
from tests.engine.small import actor_of


@pytest.fixture
def pits(tianhe: packs.District, tmp_path: Path):
    """(district with version 2 in force over records of version 1, codes, a moment before version 2)."""
    district, codes = entered(tianhe, tmp_path)
    before = district.now()
    put_in_force(district.id, [folder(tmp_path, 2)])
    return packs.current(district.id), codes, before


def seen(district: packs.District, code: str, as_of=None) -> records.Record:
    actor = actor_of(district, "longdong")
    found = records.find_id(district, PIT, code)
    assert found
    record = records.get(district, actor, PIT, found, as_of)
    assert record
    return record


def only(district: packs.District) -> Upgrading:
    [state] = upgrading.states(district, PIT)
    return Upgrading(district, PIT, state.upgrade, state.since)


def test_a_version_that_says_nothing_of_records_is_refused_with_all_that_it_leaves_unsaid(
    tianhe: packs.District, tmp_path: Path
):
    district, _ = entered(tianhe, tmp_path)
    bare = folder(tmp_path, 2)
    ledger = bare / "ledgers" / "pit.yaml"
    text = ledger.read_text("utf-8")
    ledger.write_text(text[: text.index("version: 2")] + text[text.index("schema:") :], "utf-8")
    with pytest.raises(Problems) as wrong:
        put_in_force(district.id, [bare])
    told = {problem.code: problem for problem in wrong.value.problems}
    words = " ".join(problem.message for problem in wrong.value.problems)
    assert set(told) == {"upgrade.lacking"}
    for name in ("address", "depth", "length_m", "remark", "crossing", "rain, other", "road_class"):
        assert name in words
    assert packs.current(district.id).rules.ledgers[PIT].version == 1


def test_a_field_without_a_value_in_any_record_may_go_without_a_word(tianhe: packs.District, tmp_path: Path):
    put_in_force(tianhe.id, [folder(tmp_path)])
    line = "    remark: {type: string, title: 备注 | Remark}\n"
    put_in_force(tianhe.id, [folder(tmp_path, 1, changes=((line, ""),))])
    assert "remark" not in packs.current(tianhe.id).rules.ledgers[PIT].fields


def test_a_version_never_falls(pits, tmp_path: Path):
    district, _, _ = pits
    with pytest.raises(Problems) as wrong:
        put_in_force(district.id, [folder(tmp_path, 1)])
    assert "upgrade.lower" in {problem.code for problem in wrong.value.problems}


def test_a_rehearsal_counts_by_move_and_names_who_is_stuck_and_writes_nothing(pits):
    district, codes, _ = pits
    before = seen(district, codes["whole"]).seq
    tally = upgrading.rehearse(district, PIT)[2]
    assert (tally.looked, tally.changed, tally.stuck) == (4, 4, 2)
    assert dict(tally.moves) == {1: 1, 2: 1, 3: 1, 4: 1, 5: 4}
    assert {code for code, _ in tally.shown} == {codes["asks"], codes["wrong"]}
    assert seen(district, codes["whole"]).seq == before
    assert upgrading.waiting(district, PIT) == 4


def test_records_are_carried_on_by_the_list_each_by_one_event(pits):
    district, codes, _ = pits
    assert seen(district, codes["whole"]).values["place"] == "车陂路 1 号", "a renamed field waits for nothing"
    assert upgrading.carry_on(district, PIT)
    whole = seen(district, codes["whole"])
    assert whole.values["depth"] == Decimal("12.5") and whole.values["length_km"] == Decimal("1.5")
    assert (whole.values["cause"], whole.values["road"], whole.values["other_road"]) == ("water", "一路", "二路")
    assert seen(district, codes["bare"]).values["road_class"] == "local"
    assert seen(district, codes["wrong"]).values["depth"] is None
    entries = records.history(district, whole)
    assert [entry.step for entry in entries] == ["add", "version.upgrade"]
    assert entries[0].values["place"] == "车陂路 1 号" and entries[0].values["remark"] == "急"
    assert upgrading.waiting(district, PIT) == 0
    assert upgrading.carry_on(district, PIT) and seen(district, codes["whole"]).seq == whole.seq
    assert seals.verify(district.id)[2] == [], "the chain holds"


def test_it_goes_on_where_it_was_stopped(pits, monkeypatch: pytest.MonkeyPatch):
    district, codes, _ = pits
    monkeypatch.setattr(Upgrading.batch, "__defaults__", (1,))
    assert not upgrading.carry_on(district, PIT, batches=1)
    assert not upgrading.carry_on(district, PIT, batches=2)
    [state] = upgrading.states(district, PIT)
    assert (state.looked, state.pending) == (3, True)
    assert upgrading.carry_on(district, PIT)
    assert {seen(district, code).values["road_class"] for code in codes.values()} == {"local"}


def test_what_cannot_be_carried_on_waits_for_a_person(pits):
    district, codes, _ = pits
    upgrading.carry_on(district, PIT)
    one, actor = only(district), actor_of(district, "longdong")
    stuck = {row["code"]: row for row in upgrade_writing.refused(one, 10)}
    assert set(stuck) == {codes["asks"], codes["wrong"]}
    assert "树根" in stuck[codes["asks"]]["why"] and "半米深" in stuck[codes["wrong"]]["why"]
    assert upgrade_writing.settle(one, stuck[codes["asks"]]["id"], "cause", "tree", actor)
    assert seen(district, codes["asks"]).values["cause"] == "tree"
    assert not upgrade_writing.settle(one, stuck[codes["asks"]]["id"], "cause", "sign", actor), "it is settled"
    assert [row["code"] for row in upgrade_writing.refused(one, 10)] == [codes["wrong"]]


def test_the_way_back_restores_what_nobody_touched_and_names_the_others(pits):
    district, codes, _ = pits
    upgrading.carry_on(district, PIT)
    amend(district, codes["bare"], road_class="arterial")
    restored, kept = upgrade_writing.take_back(only(district), actor_of(district, "longdong"))
    assert restored == 3 and [code for code, _ in kept] == [codes["bare"]]
    whole = seen(district, codes["whole"])
    assert (whole.values["cause"], whole.values["depth"], whole.values["road_class"]) == ("rain", None, None)
    assert [entry.step for entry in records.history(district, whole)] == ["add", "version.upgrade", "version.back"]
    assert seen(district, codes["bare"]).values["road_class"] == "arterial"
    assert upgrading.carry_on(district, PIT) and seen(district, codes["whole"]).values["cause"] == "water"


def test_a_past_day_is_counted_by_its_own_rule_across_versions(pits):
    district, codes, before = pits
    upgrading.carry_on(district, PIT)
    amend(district, codes["whole"], place="车陂路 11 号")
    start, end = before.date().replace(day=1), before.date() + timedelta(days=1)
    past = indicators.measure(district, "pits.rain_pits", start=start, end=end, as_of=before, by="all")
    now = indicators.measure(district, "pits.rain_pits", start=start, end=end, by="all")
    assert (past.figure.value, past.rule, now.figure.value) == (1, "then", 1)
    assert seen(district, codes["whole"], before).values["place"] == "车陂路 1 号"
    table = district.tables[PIT]
    with database.reading(actor_of(district, "longdong").reach) as query:
        kept = query.value(f"select remark from hy.l{table.number}_at(%s) where code = %s", [before, codes["whole"]])
    assert kept == "急", "what was dropped is still there on its day"


def test_a_fields_history_says_who_set_it_from_what_to_what(pits):
    district, codes, _ = pits
    upgrading.carry_on(district, PIT)
    amend(district, codes["whole"], cause="wear", place="车陂路 1 号")
    entries = records.history(district, seen(district, codes["whole"]))
    changes = field_history.by_field(entries)
    told = [(change.before, change.value, change.entry.step) for change in changes["cause"]]
    assert told == [("water", "wear", "amend"), ("rain", "water", "version.upgrade"), (None, "rain", "add")]
    assert len(changes["place"]) == 1, "setting what stands changes nothing"
    assert changes["place"][0].row is None, "it came from no sheet"


def test_the_command_says_what_would_change_does_it_and_takes_it_back(
    pits, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    district, codes, _ = pits
    monkeypatch.setattr(installation, "opened", nullcontext)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)

    def said(*given: str) -> tuple[int, str]:
        code = command.run(parser.parse_args([PIT, "--district", district.name, *given]))
        return code, capsys.readouterr().out

    code, words = said("--dry-run")
    assert code == 0 and "会改 4，要人定 2" in words and codes["wrong"] in words
    code, words = said("--refused", str(tmp_path / "left.xlsx"))
    assert code == 1 and "改了 4，要人定 2" in words and (tmp_path / "left.xlsx").read_bytes()[:2] == b"PK"
    amend(district, codes["bare"], road_class="arterial")
    code, words = said("--back")
    assert code == 0 and "restored 3" in words and codes["bare"] in words
