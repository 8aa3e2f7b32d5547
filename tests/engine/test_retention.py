"""Records whose time is over: what goes, what is kept back and why, what remains, and how that is proved."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from huying.engine import database, drafts, erasure, followers, packs, records, retention, seals, unmasking
from huying.engine.in_force import put_in_force
from tests.engine.aid import CALL, aid, seen, shown, take
from tests.engine.small import actor_of

KEEP = "keep: {{for: {length}, after: closed_on, basis: 测试办法第 8 条, leaves: {leaves}{more}}}\nlist: [words, unit]"


def kept(
    town: packs.District, into: Path, length: str = "10 days", leaves: str = "counts", more: str = ""
) -> packs.District:
    """The district with calls for aid kept so long."""
    rule = KEEP.format(length=length, leaves=leaves, more=more)
    put_in_force(town.id, [aid(into, {"ledgers/call.yaml": ("list: [words, unit]", rule)})])
    return packs.current(town.id)


def call(town: packs.District, done: bool = True, **answers):
    made = take(town, CALL, "report", **{"words": "要一把轮椅", "caller": "陈某", "phone": "13800138000", **answers})
    if done:
        take(town, CALL, "help", made.record)
    return made


def later(town: packs.District, days: int = 10) -> packs.District:
    """So many days later."""
    with database.owning() as query:
        query.run("update district set clock_shift = clock_shift + %s where id = %s", [days * 86_400, town.id])
    packs.forget()
    return packs.current(town.id)


def codes(found) -> dict[str, str]:
    return {one.code: one.held for one in found}


def test_a_record_is_over_so_long_after_its_day_and_not_a_day_before(tianhe, tmp_path):
    town = kept(tianhe, tmp_path)
    made = call(town)
    assert codes(retention.due(town, town.today() + timedelta(days=9))) == {}
    assert codes(retention.due(town, town.today() + timedelta(days=10))) == {made.code: ""}
    assert retention.run(town, by="guanli") is None, "nothing is over today"


def test_what_somebody_must_still_act_on_never_goes(tianhe, tmp_path):
    town = kept(tianhe, tmp_path)
    made = call(town, done=False)
    assert codes(retention.due(later(town, 4000))) == {}
    take(later(town, 0), CALL, "help", made.record)
    assert made.code in codes(retention.due(town, town.today() + timedelta(days=4100)))


def test_a_record_under_a_letter_is_kept_back_with_its_reason_until_that_is_lifted(tianhe, tmp_path):
    town = kept(tianhe, tmp_path)
    held, gone = call(town), call(town)
    with pytest.raises(ValueError):
        retention.hold(town, CALL, held.record, by="guanli", why=" ")
    retention.hold(town, CALL, held.record, by="guanli", why="督办单 2020-7 未了")
    with pytest.raises(ValueError):
        retention.hold(town, CALL, held.record, by="guanli", why="又一次")
    town = later(town)
    assert codes(retention.due(town)) == {held.code: "督办单 2020-7 未了", gone.code: ""}
    said = retention.opened(retention.run(town, by="guanli"))
    assert [line["record"] for line in said["records"]] == [str(gone.record)]
    assert said["held"] == [{"ledger": CALL, "code": held.code, "why": "督办单 2020-7 未了"}]
    assert shown(town, CALL, held.record)["phone"] == "13800138000"
    retention.lift(town, held.record, by="guanli")
    with pytest.raises(LookupError):
        retention.lift(town, held.record, by="guanli")
    assert codes(retention.due(town)) == {held.code: ""}


def test_what_the_ledger_names_stays_as_long_as_it_holds(tianhe, tmp_path):
    town = kept(tianhe, tmp_path, more=", held: confidential")
    plain, other = call(town), take(town, CALL, "report", login="diaodu", words="保密的", confidential=True)
    take(town, CALL, "help", other.record)
    assert {code: bool(why) for code, why in codes(retention.due(later(town))).items()} == {
        plain.code: False,
        other.code: True,
    }


def test_counts_remain_and_no_word_name_or_number_does_and_the_chain_verifies(tianhe, tmp_path):
    town = kept(tianhe, tmp_path)
    made = call(town)
    town = later(town)

    before = town.now()
    path = retention.run(town, by="guanli")
    record = seen(town, CALL, made.record)
    assert record.state == "helped" and record.unit and record.values.get("words") is None and record.masks == {}
    assert shown(town, CALL, made.record) == {"caller": None, "phone": None, "kin_phone": None}
    assert all(entry.erased and not entry.values for entry in records.history(town, record))
    assert records.page(town, actor_of(town, "longdong"), CALL, as_of=before).total == 1, (
        "as of before, it still counts"
    )
    assert retention.faults(retention.opened(path)) == [] and seals.verify(town.id)[2] == []
    assert codes(retention.due(town)) == {}, "what went is not over a second time"
    assert "轮椅" not in path.read_text(encoding="utf-8") and "测试办法第 8 条" in path.read_text(encoding="utf-8")


def test_where_nothing_remains_the_record_is_not_there_for_anyone(tianhe, tmp_path):
    town = kept(tianhe, tmp_path, leaves="nothing")
    made = call(town)
    town = later(town)
    path = retention.run(town, by="guanli")
    assert seen(town, CALL, made.record) is None
    assert retention.faults(retention.opened(path)) == [] and seals.verify(town.id)[2] == []


def test_a_certificate_tells_what_is_left_and_one_that_was_changed_is_refused(tianhe, tmp_path):
    town = kept(tianhe, tmp_path)
    made = call(town)
    town = later(town)
    path = retention.run(town, by="guanli")
    said = retention.opened(path)
    assert said["counts"] == {CALL: 1} and said["rules"][CALL]["for"] == "10 day" and said["by"] == "guanli"
    number = town.tables[CALL].number
    with database.owning() as query:
        query.run(f"update l{number} set words = '还在' where district = %s and id = %s", [town.id, made.record])
    assert [f"l{number} 里还有内容" in line for line in retention.faults(said)] == [True]
    signed = json.loads(path.read_text(encoding="utf-8"))
    signed["certificate"] = signed["certificate"].replace("guanli", "nobody")
    path.write_text(json.dumps(signed), encoding="utf-8")
    with pytest.raises(ValueError):
        retention.opened(path)


def test_what_went_stays_gone_when_an_older_backup_is_restored(tianhe, tmp_path):
    town = kept(tianhe, tmp_path)
    made = call(town)
    town = later(town)
    retention.run(town, by="guanli")
    lines = [
        json.loads(line) for line in retention.folder().with_suffix(".log").read_text(encoding="utf-8").splitlines()
    ]
    [mine] = [line for line in lines if line["record"] == str(made.record)]
    assert mine["leaves"] == "counts" and "测试办法第 8 条" in mine["why"]
    number = town.tables[CALL].number
    with database.owning() as query:  # as an older backup had it
        query.run(f"update l{number} set words = '回来了' where district = %s and id = %s", [town.id, made.record])
        erasure.erase_rows(query, mine["district"], mine["record"], mine["leaves"])
        erasure.erase_rows(query, mine["district"], "01930000-0000-7000-8000-00000000000f", mine["leaves"])
        assert (
            query.value(f"select words from l{number} where district = %s and id = %s", [town.id, made.record]) is None
        )


def test_no_table_and_no_file_holds_a_word_of_what_went(tianhe, tmp_path):
    town = kept(tianhe, tmp_path)
    canaries = ("zqwordskx", "zqcallerkx", "13912345678", "zqreasonkx", "zqdraftkx")
    made = call(town, words="zqwordskx", caller="zqcallerkx", phone="13912345678")
    unmasking.unmask(town, actor_of(town, "longdong"), seen(town, CALL, made.record), "zqreasonkx")
    drafts.save(town, "person:1", f"/ledgers/{CALL}/{made.code}/correct", {"phone": ["zqdraftkx"]})
    while followers.run_once(town.id):
        pass
    with database.owning() as query:
        tables = [
            name for (name,) in query.tuples("select tablename from pg_tables where schemaname = 'hy' order by 1")
        ]

        def holding() -> dict[str, list[str]]:
            found = {
                text: [
                    t
                    for t in tables
                    if query.value(f"select exists (select from hy.{t} x where x::text like %s)", [f"%{text}%"])
                ]
                for text in canaries
            }
            return {text: where for text, where in found.items() if where}

        before = holding()
    assert {"zqwordskx", "zqcallerkx", "zqreasonkx"} <= before.keys() and "13912345678" not in before
    path = retention.run(later(town), by="guanli")
    with database.owning() as query:
        assert holding() == {}
    log = retention.folder().with_suffix(".log")
    assert not [text for text in canaries for file in (path, log) if text in file.read_text(encoding="utf-8")]
