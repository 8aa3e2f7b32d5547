"""Due times past the last notice are counted anew when the next notice comes; nothing closed changes."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from huying.commands.apply import count_anew
from huying.engine import clock, database, followers, packs, records, recount, seals
from huying.engine.deadlines import Clock
from huying.engine.in_force import put_in_force
from huying.options import ROOT
from tests.engine.small import actor_of
from tests.web.walking import person, report, take, text_of

CASE = "command.case"
ZONE = ZoneInfo("Asia/Shanghai")
LAST = "国办发明电〔2020〕27号"  # covers 2021


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The pack of calendars as it was before the notice of 2021 came; `publish` puts the whole one in force."""
    folder = tmp_path / "base"
    shutil.copytree(ROOT / "packs" / "base", folder)
    file = folder / "calendars" / "china.yaml"
    text = file.read_text("utf-8")
    head, _ = text[: text.index(LAST)].rsplit("\n  - number", 1)
    file.write_text(head.replace("until: 2026-12-31", "until: 2020-12-31").rstrip() + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def town(tianhe: packs.District, base: Path, monkeypatch: pytest.MonkeyPatch) -> packs.District:
    """The small district on 2020-12-20 with a calendar that ends with the year."""
    put_in_force(tianhe.id, [base])
    town = packs.current(tianhe.id)
    assert town.calendar.until.year == 2020
    monkeypatch.setattr(packs, "FRESH", 0.0)
    return town


def publish(town: packs.District) -> packs.District:
    assert "calendar base.china" in put_in_force(town.id, [ROOT / "packs" / "base"])
    return packs.current(town.id)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def near(moment: datetime, text: str) -> bool:
    return abs(moment - at(text)) < timedelta(minutes=2)


def set_clock(town: packs.District, text: str) -> packs.District:
    """Let the district's clock stand at a moment (and run on)."""
    shift = round((at(text) - clock.real_now()).total_seconds())
    with database.owning() as query:
        query.run("update district set clock_shift = %s where id = %s", [shift, town.id])
    packs.forget()
    return packs.current(town.id)


def dispatched(town: packs.District) -> UUID:
    made = report(town)
    take(town, "diaodu", CASE, "dispatch", made.record)
    return made.record


def row_of(town: packs.District, record: UUID) -> dict:
    table = town.tables[CASE]
    with database.writing(town.id) as query:
        return query.row(
            f"select t.*, d.due_at as stage, d.told_at from {table.name} t left join hy.duty d on d.district = t.district and d.record = t.id "
            "where t.district = %s and t.id = %s",
            [town.id, record],
        )


def steps_of(town: packs.District, record: UUID) -> list[str]:
    seen = records.get(town, actor_of(town, "diaodu"), CASE, record)
    return [entry.step for entry in records.history(town, seen)]


def test_an_open_clock_past_the_notice_gets_its_due_time_by_the_new_one_and_an_event(town):
    town = set_clock(town, "2020-12-30 10:00")
    record = dispatched(town)
    before = row_of(town, record)
    assert Clock.from_text(before["clock"]).provisional
    town = publish(town)
    assert recount.recount(town) == 1
    after = row_of(town, record)
    counted = Clock.from_text(after["clock"])
    assert not counted.provisional
    assert after["due_at"] - before["due_at"] == timedelta(days=1), "1 January 2021 was a Friday off"
    assert after["seq"] == before["seq"] + 1 and steps_of(town, record)[-1] == "calendar.recount"
    assert after["due_at"] == counted.due_at and after["state"] == before["state"]


def test_repeating_it_changes_nothing(town):
    town = set_clock(town, "2020-12-30 10:00")
    record = dispatched(town)
    town = publish(town)
    assert recount.recount(town) == 1
    steps = steps_of(town, record)
    assert recount.recount(town) == 0 and steps_of(town, record) == steps
    assert put_in_force(town.id, [ROOT / "packs" / "base"]) == []
    assert recount.recount(packs.current(town.id)) == 0


def test_what_is_closed_stopped_or_paused_stays_as_it_is(town):
    town = set_clock(town, "2020-12-30 10:00")
    closed, answered = report(town).record, dispatched(town)
    take(town, "diaodu", CASE, "void", closed, reason="重复")
    take(town, "longdong", CASE, "accept", answered)
    take(town, "longdong", CASE, "pause", answered, reason="等材料", review_on=date(2021, 1, 20))
    before = [row_of(town, one) for one in (closed, answered)]
    town = publish(town)
    recount.recount(town)
    assert row_of(town, closed) == before[0]
    paused = row_of(town, answered)
    assert (paused["clock"], paused["due_at"]) == (before[1]["clock"], None)
    take(town, "longdong", CASE, "resume", answered)
    resumed = Clock.from_text(row_of(town, answered)["clock"])
    assert not resumed.provisional, "it goes on by the new calendar"


def test_a_stage_whose_limit_ends_past_the_notice_is_counted_anew_too(town):
    town = set_clock(town, "2020-12-31 17:00")
    record = report(town).record  # to be dispatched within 4 working hours: no clock runs yet
    assert near(row_of(town, record)["stage"], "2021-01-01 12:00"), "by a calendar that knows no New Year"
    town = publish(town)
    assert recount.recount(town) == 1
    assert near(row_of(town, record)["stage"], "2021-01-04 12:00")
    assert recount.recount(town) == 0


def test_what_ends_before_the_notice_did_is_not_touched(town):
    record = dispatched(town)
    before = row_of(town, record)
    assert not Clock.from_text(before["clock"]).provisional
    town = publish(town)
    assert recount.recount(town) == 0 and row_of(town, record) == before


def test_what_was_late_by_the_guess_settles_itself(town):
    town = set_clock(town, "2020-12-30 10:00")
    record = dispatched(town)
    take(town, "longdong", CASE, "accept", record)
    due = row_of(town, record)["stage"]
    town = set_clock(town, (due + timedelta(minutes=30)).astimezone(ZONE).strftime("%Y-%m-%d %H:%M"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(followers, "_is_working_time", lambda *_: True)
        followers.tell_late(town)
    unread = "select count(*) from hy.notice where district = %s and kind = 'late' and read_at is null"
    assert database.direct().value(unread, [town.id]) > 0
    town = publish(town)
    recount.recount(town)
    after = row_of(town, record)
    assert after["due_at"] > town.now() and after["told_at"] is None
    assert database.direct().value(unread, [town.id]) == 0


def test_many_are_taken_in_batches_and_an_act_in_between_is_not_lost(town, monkeypatch):
    town = set_clock(town, "2020-12-30 10:00")
    made = [dispatched(town) for _ in range(5)]
    town = publish(town)
    monkeypatch.setattr(recount, "BATCH", 2)
    write, acted = recount._write, []

    def write_late(district, changes):
        if not acted:  # someone is first on a record of the first batch
            acted.append(changes[0].event.record)
            take(town, "longdong", CASE, "accept", acted[0])
        return write(district, changes)

    monkeypatch.setattr(recount, "_write", write_late)
    told = []
    recount.recount(town, lambda done, total: told.append((done, total)))
    assert told[:3] == [(2, 5), (4, 5), (5, 5)]
    for record in made:
        assert not Clock.from_text(row_of(town, record)["clock"]).provisional
    assert "accept" in steps_of(town, acted[0])


def test_the_chain_holds_and_the_page_says_what_happened(town):
    town = set_clock(town, "2020-12-30 10:00")
    record = dispatched(town)
    town = publish(town)
    recount.recount(town)
    assert seals.verify(town.id)[2] == []
    code = records.get(town, actor_of(town, "diaodu"), CASE, record).code
    assert "按新公布的日历重新计时" in text_of(person(town, "diaodu").get(f"/ledgers/{CASE}/{code}"))
    assert "Counted anew" in text_of(person(town, "diaodu", "en").get(f"/ledgers/{CASE}/{code}"))


def test_apply_says_how_many_it_counted_anew(town, capsys):
    town = set_clock(town, "2020-12-30 10:00")
    dispatched(town)
    changed = put_in_force(town.id, [ROOT / "packs" / "base"])
    count_anew(town.id, changed)
    assert "due times counted anew: 1" in capsys.readouterr().out
    count_anew(town.id, [])
    assert "due times counted anew" not in capsys.readouterr().out
