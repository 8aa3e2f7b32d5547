"""Records whose time is over: what goes, what is kept back and why, what remains, and how that is proved."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from huying.engine import (
    database,
    drafts,
    erasure,
    followers,
    packs,
    records,
    retention,
    retention_nights,
    seals,
    unmasking,
)
from huying.engine.in_force import put_in_force
from tests.engine.aid import CALL, aid, seen, shown, take
from tests.engine.small import actor_of
from tests.web.walking import person, text_of

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


def nightly(town: packs.District, at: str = "00:00") -> packs.District:
    """The district says that it has it run each night."""
    with database.owning() as query:
        query.run(
            "update district set config = (config::jsonb || jsonb_build_object('retention', jsonb_build_object('at', %s::text)))::text "
            "where id = %s",
            [at, town.id],
        )
    packs.forget()
    return packs.current(town.id)


def test_a_night_is_run_once_at_its_hour_and_never_where_the_district_has_not_said_so(tianhe, tmp_path):
    town = kept(tianhe, tmp_path)
    gone = call(town)
    town = later(town, 11)
    assert retention_nights.run(town) is False and retention_nights.last(town) is None
    assert retention_nights.run(nightly(town, "99:99")) is False, "an hour that is none is none"
    town = nightly(town)
    assert retention_nights.run(town) is True and retention_nights.run(town) is False, "once a night"
    night = retention_nights.last(town)
    assert (night.gone, night.problem) == (1, "") and night.done_at
    [certificate] = [one for one in retention_nights.certificates(town) if one.name == night.certificate]
    assert [line["record"] for line in certificate.said["records"]] == [str(gone.record)]
    assert retention_nights.verified(town, night.certificate) == []
    assert retention_nights.verified(town, "../../etc/passwd") is None
    local = later(town, 1).now().astimezone(town.calendar.tz)
    if local.hour < 23:
        assert retention_nights.run(nightly(later(town, 0), "23:59")) is False, "its hour has not come"


def test_a_night_that_was_cut_off_is_taken_up_again_and_one_that_failed_says_why(tianhe, tmp_path, monkeypatch):
    town = nightly(later(kept(tianhe, tmp_path), 0))
    today = town.now().astimezone(town.calendar.tz).date()
    with database.owning() as query:
        query.run(
            "insert into retention_night (district, day, began_at) values (%s, %s, %s)",
            [town.id, today, town.now() - timedelta(minutes=30)],
        )
    assert retention_nights.run(town) is False, "somebody may still be at it"
    with database.owning() as query:
        query.run("update retention_night set began_at = began_at - interval '2 hours' where district = %s", [town.id])
    monkeypatch.setattr(retention, "run", lambda *_, **__: 1 / 0)
    assert retention_nights.run(town) is True
    assert "ZeroDivisionError" in retention_nights.last(town).problem


def test_a_hold_on_one_of_two_that_were_made_one_holds_both(tianhe, tmp_path):
    town = kept(tianhe, tmp_path)
    one, other = call(town), call(town)
    with database.owning() as query:
        query.run(
            "insert into merged (district, record, survivor, ledger, why, person, post, at, moved) values (%s, %s, %s, %s, '同一件', 1, 1, %s, '[]')",
            [town.id, other.record, one.record, town.tables[CALL].number, town.now()],
        )
    retention.hold(town, CALL, other.record, by="guanli", why="督办单 2020-9")
    town = later(town)
    assert set(codes(retention.due(town)).values()) == {"督办单 2020-9"}
    assert retention.run(town, by="guanli") is None
    assert [one.code for one in retention.holds(town)] == [other.code]


def test_an_administrator_sees_the_plan_holds_lifts_and_verifies_on_one_page(tianhe, tmp_path):
    town = nightly(kept(tianhe, tmp_path))
    held, gone = call(town), call(town)
    town = later(town)
    client = person(town, "guanli")
    words = text_of(client.get("/retention"))
    assert "到期 2 条" in words and "00:00" in words and held.code in words and "13800138000" not in words
    for sent, said in (
        ({"code": "没有的", "why": "督办单"}, "没有这个编号"),
        ({"code": held.code, "why": " "}, "为什么要留"),
        ({"code": held.code, "why": "督办单 2020-7"}, "留着了"),
        ({"code": held.code, "why": "又一次"}, "已经留着"),
    ):
        assert said in text_of(client.post("/retention/hold", {"ledger": CALL, **sent}, follow=True)), said
    assert retention_nights.run(town)
    words = text_of(client.get("/retention"))
    assert "销毁 1 条，留着 1 条" in words and "督办单 2020-7" in words and gone.code not in words
    name = retention_nights.last(town).certificate
    assert "一处也没有剩下" in text_of(client.post("/retention/verify", {"name": name}, follow=True))
    assert "没有这份证明" in text_of(client.post("/retention/verify", {"name": "x"}, follow=True))
    lifted = client.post("/retention/hold", {"ledger": CALL, "code": held.code, "lift": "1"}, follow=True)
    assert "不再留着" in text_of(lifted) and "到期 1 条" in text_of(lifted)
    for login in ("longdong", "diaodu"):
        assert person(town, login).get("/retention").status_code == 404
        assert person(town, login).post("/retention/hold", {"ledger": CALL, "code": held.code}).status_code == 404
