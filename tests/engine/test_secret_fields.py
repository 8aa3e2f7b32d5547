"""The third class of privacy: what is kept of a secret value, who may have it shown, how it is found, how it is forgotten."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huying import installation
from huying.commands.apply import put_in_force
from huying.declare.compile import to_sql
from huying.declare.evaluate import evaluate
from huying.declare.expressions import Known, parse
from huying.engine import (
    access,
    cases,
    database,
    erasure,
    exchange,
    identity,
    indicators,
    packs,
    people,
    places,
    records,
    rotation,
    sealed_files,
    seals,
    secret_values,
    unmasking,
    values,
)
from huying.engine import database as engine_database
from huying.engine.acts import Act
from huying.engine.flows import StepRefused, take_step
from huying.engine.secret_values import Secret
from huying.trouble import Trouble
from tests.engine.aid import aid
from tests.engine.small import actor_of, load_small

PERSON, CALL = "aid.person", "aid.call"
NUMBER, OTHER = "11010519491231002X", "440106199003077887"  # made up; their check digits fit
LONGDONG = "440106018000"


@pytest.fixture
def town(tianhe: packs.District, tmp_path: Path) -> packs.District:
    put_in_force(tianhe.id, [aid(tmp_path)])
    return packs.current(tianhe.id)


@pytest.fixture
def apart(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[packs.District]:
    """The same in a database, a data folder and a key file of its own: other tests go on under the keys there are."""
    options = installation.current_options()
    installation.current_keys()
    shutil.copy(options.secret_file, tmp_path / "own.keys")
    own = replace(options, secret_file=tmp_path / "own.keys", data=tmp_path / "data")
    monkeypatch.setattr(installation, "current_options", lambda: own)
    packs.forget()
    put_in_force(load_small(tmp_path).id, [aid(tmp_path)])
    yield packs.current(packs.districts()[0]["id"])
    packs.forget()


def take(town: packs.District, ledger: str, step: str, record=None, login: str = "longdong", **answers):
    if step in ("report", "add"):
        answers = {"unit": places.tree(town.id, town.today()).by_code[LONGDONG].id, **answers}
    return take_step(town, Act(ledger, step, actor_of(town, login), answers, record))


def seen(town: packs.District, ledger: str, record, login: str = "longdong") -> records.Record:
    return records.get(town, actor_of(town, login), ledger, record)


def shown(town: packs.District, ledger: str, record, login: str = "longdong") -> dict:
    return unmasking.unmask(town, actor_of(town, login), seen(town, ledger, record, login), "核实情况")


def rows(town: packs.District, ledger: str, record, tail: str = "") -> list[dict]:
    with database.owning() as query:
        return query.rows(f"select * from {town.tables[ledger].name}{tail} where id = %s order by seq", [record])


def test_the_ledger_keeps_a_mask_and_an_index_and_the_value_is_read_back_by_whoever_may(town):
    made = take(town, CALL, "report", phone="13800138000", diagnosis="哮喘", kin_phone="020-87654321")
    (row,) = rows(town, CALL, made.record)
    assert (row["phone_mask"], row["diagnosis_mask"], row["kin_phone_mask"]) == ("•••8000", "•••", "•••4321")
    assert len(row["phone_index"]) == secret_values.INDEX
    assert shown(town, CALL, made.record) == {"caller": None, "phone": "13800138000", "kin_phone": "020-87654321"}
    assert shown(town, CALL, made.record, "diaodu") == {"caller": None, "phone": "13800138000", "diagnosis": "哮喘"}


def test_what_was_corrected_last_is_what_is_shown(town):
    made = take(town, CALL, "report", phone="13800138000", diagnosis="哮喘")
    take(town, CALL, "correct", made.record, phone="13900000001", diagnosis=None)
    assert shown(town, CALL, made.record, "diaodu") == {"caller": None, "phone": "13900000001", "diagnosis": None}
    (row,), (former,) = rows(town, CALL, made.record), rows(town, CALL, made.record, "_h")
    assert row["phone_mask"] == "•••0001" and row["diagnosis_index"] is None
    assert former["phone_mask"] == "•••8000" and former["diagnosis_mask"] == "•••"


def test_a_birth_date_and_sex_are_derived_at_the_door_and_go_with_the_number(town):
    made = take(town, PERSON, "add", name="陈某", id_number=NUMBER)
    record = seen(town, PERSON, made.record)
    assert record.values["born_on"] == date(1949, 12, 31) and record.values["sex"] == "female"
    assert record.masks == {"id_number": "1•••X"} and record.masked == ("name", "id_number")
    take(town, PERSON, "amend", made.record, id_number=OTHER)
    assert seen(town, PERSON, made.record).values["born_on"] == date(1990, 3, 7)


@pytest.mark.parametrize("wrong", ["110105194912310021", "11010519490231002X", "1101051949", "陈某"])
def test_a_number_whose_check_digit_or_day_is_wrong_is_not_taken(town, wrong):
    ledger = town.rules.ledgers[PERSON]
    clean, problems = values.clean(
        town.rules, ledger, {"id_number": wrong}, None, None, town.calendar.tz, lambda *_: None
    )
    assert "id_number" in problems
    clean, problems = values.clean(
        town.rules, ledger, {"id_number": "11010519491231002x "}, None, None, town.calendar.tz, lambda *_: None
    )
    assert clean == {"id_number": NUMBER} and not problems
    assert identity.is_identity(NUMBER) and identity.is_identity(OTHER)


def test_a_number_is_one_persons_in_a_register(town):
    take(town, PERSON, "add", id_number=NUMBER)
    with pytest.raises(StepRefused) as refused:
        take(town, PERSON, "add", id_number=NUMBER)
    assert refused.value.code == "record.twice"


def test_showing_asks_for_a_reason_and_says_who_looked_when_and_why(town):
    made = take(town, CALL, "report", phone="13800138000", caller="陈某")
    clerk, record = actor_of(town, "longdong"), seen(town, CALL, made.record)
    for reason in ("", " ", "x", "x" * 201):
        with pytest.raises(unmasking.NoReason):
            unmasking.unmask(town, clerk, record, reason)
    assert unmasking.looks(town, record) == []
    assert unmasking.unmask(town, clerk, record, " 回访 ")["caller"] == "陈某"
    (look,) = unmasking.looks(town, record)
    assert (look.person, look.post, look.why) == (clerk.person, clerk.post.id, "回访")
    assert look.fields == ("caller", "phone", "kin_phone") and look.at - town.now() < timedelta(seconds=1)


def test_where_secrecy_is_asked_for_neither_value_nor_mask_nor_finding_is_for_others(town):
    made = take(town, CALL, "report", login="diaodu", phone="13800138000", confidential=True)
    clerk, dispatcher = actor_of(town, "longdong"), actor_of(town, "diaodu")
    record = seen(town, CALL, made.record)
    assert record.unmaskable == () and record.masks == {}
    with pytest.raises(access.Refused):
        unmasking.unmask(town, clerk, record, "回访")
    assert records.page(town, clerk, CALL, filters={"phone": "13800138000"}).total == 0
    assert records.page(town, dispatcher, CALL, filters={"phone": "13800138000"}).total == 1
    assert seen(town, CALL, made.record, "diaodu").masks == {"phone": "•••8000"}


def test_a_record_is_found_by_the_exact_value_however_it_is_written_and_by_nothing_less(town):
    made = take(town, CALL, "report", phone="13800138000")
    take(town, CALL, "report", phone="13800138001")
    clerk = actor_of(town, "longdong")
    for text in ("13800138000", "138 0013 8000", "+86-13800138000", "１３８００１３８０００"):
        found = records.page(town, clerk, CALL, filters={"phone": text})
        assert [one.code for one in found.records] == [made.code], text
    for text in ("8000", "1380013800", "•••8000", "%"):
        assert records.page(town, clerk, CALL, filters={"phone": text}).total == 0
    assert records.page(town, clerk, CALL, filters={"phone": ["13800138000", "13800138001"]}).total == 2
    assert records.page(town, clerk, CALL, filters={"phone": "13800138000"}, as_of=town.now()).total == 1


def test_nobody_finds_by_a_value_that_the_role_may_not_unmask_nor_sorts_by_one(town):
    take(town, CALL, "report", diagnosis="哮喘")
    with pytest.raises(ValueError):
        records.page(town, actor_of(town, "longdong"), CALL, filters={"diagnosis": "哮喘"})
    assert records.page(town, actor_of(town, "diaodu"), CALL, filters={"diagnosis": "哮喘"}).total == 1
    with pytest.raises(ValueError):
        records.page(town, actor_of(town, "diaodu"), CALL, sort="diagnosis")
    with pytest.raises(ValueError):
        records.page(town, actor_of(town, "diaodu"), CALL, filters={"caller": "陈某"})


def test_conditions_compare_by_the_index_and_python_and_sql_agree(town):
    same = take(town, CALL, "report", phone="138-0013-8000", kin_phone="13800138000")
    take(town, CALL, "report", phone="13800138000", kin_phone="13800138001")
    public = take(town, CALL, "report", phone="+8613900000000", kin_phone="13900000000")
    take(town, CALL, "report", kin_phone="13900000000")
    take(town, CALL, "same_phone", same.record)
    assert seen(town, CALL, same.record).values["own_phone"] is True
    take(town, CALL, "same_phone", public.record)
    assert seen(town, CALL, public.record).values["own_phone"] is False
    (figure,) = [
        f
        for f in indicators.measure(town, "aid.calls_again", start=date(2020, 1, 1), end=date(2021, 1, 1)).figures
        if not any(f.split)
    ]
    assert figure.value == 1
    counted = town.rules.indicators["aid.calls_again"].among
    for row in rows(town, CALL, same.record) + rows(town, CALL, public.record):
        known = secret_values.in_row(town.tables[CALL].secret, row)
        assert evaluate(counted, known, today=town.today(), tz=town.calendar.tz) is (row["id"] == same.record)


numbers = st.sampled_from([None, "13800138000", "138 0013 8000", "+86-13800138000", "13800138001", "020-8888 0000"])
questions = st.sampled_from(
    [
        'a == "13800138000"',
        '"138-0013-8000" != a',
        "a == b",
        "not a != b",
        'a in ("13800138001", "02088880000")',
        'a not in ("13800138000")',
        "a is null or b is not null",
        'a == b and b != "13800138001"',
        '(a) == (b) or a == "x"',
    ]  # fmt: skip
)


def test_python_and_sql_compare_secret_values_alike(database: str):
    scope = {name: Known("text", secret=True) for name in "ab"}

    @settings(max_examples=150, deadline=None)
    @given(questions, numbers, numbers, st.booleans())
    def agree(question: str, a: str | None, b: str | None, typed: bool) -> None:
        expression = parse(question, scope)
        index = {name: secret_values.indexes(7, text)[0] if text else None for name, text in (("a", a), ("b", b))}
        row = {
            name: None if text is None else Secret(7, "•••", index[name], text if typed else None)
            for name, text in (("a", a), ("b", b))
        }
        sql, params = to_sql(
            expression, lambda name: f"l.{name}", date(2020, 1, 1), indexes=partial(secret_values.indexes, 7)
        )
        by_sql = engine_database.direct().value(
            f"select {sql} from (values (%s::bytea, %s::bytea)) l (a, b)", [*params, index["a"], index["b"]]
        )
        assert evaluate(expression, row, today=date(2020, 1, 1), tz=ZoneInfo("Asia/Shanghai")) is by_sql

    agree()


def test_history_list_export_and_headline_hold_no_value(town):
    made = take(town, CALL, "report", words="要轮椅", phone="13800138000", kin_phone="13800138001", diagnosis="哮喘")
    take(town, CALL, "correct", made.record, phone="13800138002")
    dispatcher = actor_of(town, "diaodu")
    record = seen(town, CALL, made.record, "diaodu")
    tree = places.tree(town.id, town.today())
    told = [
        str(record),
        str(records.history(town, record)),
        str(records.page(town, dispatcher, CALL)),
        str(records.page(town, dispatcher, CALL, as_of=town.now())),
        b"".join(exchange.export(town, dispatcher, tree, CALL, "csv", {}, None, "zh")).decode(),
    ]
    for text in told:
        assert "要轮椅" in text or text == told[1]
        assert not any(value in text for value in ("1380013800", "哮喘")), text


def test_an_erased_record_tells_nothing_and_its_chain_verifies(town):
    made = take(town, CALL, "report", phone="13800138000", diagnosis="哮喘")
    take(town, CALL, "correct", made.record, phone="13800138002")
    shown(town, CALL, made.record)
    with database.owning() as query:
        before = secret_values.history(query, town.id, made.record)
    assert [values["phone"] for _, values in before] == ["13800138000", "13800138002"]
    erasure.erase(town, CALL, made.record, by="tests", why="依申请", at=town.now())
    with database.owning() as query:
        assert secret_values.history(query, town.id, made.record) == []
        assert query.value("select wrapped from record_key where record = %s", [made.record]) is None
        assert query.value("select why from access_log where record = %s", [made.record]) == ""
    for row in rows(town, CALL, made.record) + rows(town, CALL, made.record, "_h"):
        assert [row[c] for columns in town.tables[CALL].secret.values() for c in columns] == [None] * 6
    assert records.page(town, actor_of(town, "diaodu"), CALL, filters={"phone": "13800138002"}).total == 0
    while seals.seal(town.id):
        pass
    assert seals.verify(town.id)[2] == []


def test_an_altered_value_mask_or_index_is_found(town):
    made = take(town, CALL, "report", phone="13800138000")
    other = take(town, CALL, "report", phone="13800138001")
    while seals.seal(town.id):
        pass
    assert seals.verify(town.id)[2] == [] and rotation.untrue(town) == []
    with database.owning() as query:
        query.run(
            "update event set secret = set_byte(secret, 20, 255 - get_byte(secret, 20)) where record = %s",
            [made.record],
        )
    assert [(f.what, f.record) for f in seals.verify(town.id)[2]] == [("altered", str(made.record))]
    with database.owning() as query:
        query.run(
            "update event set secret = set_byte(secret, 20, 255 - get_byte(secret, 20)) where record = %s",
            [made.record],
        )
        query.run(f"update {town.tables[CALL].name} set phone_index = '\\x00' where id = %s", [other.record])
    assert seals.verify(town.id)[2] == [] and rotation.untrue(town) == [(CALL, other.code)]


def test_rotation_wraps_and_indexes_anew_and_everything_is_found_as_before(apart):
    town = apart
    sealed_files.keep("originals", "ab" * 32, b"picture")
    before = installation.current_keys()
    made = take(town, CALL, "report", phone="13800138000")
    take(town, CALL, "correct", made.record, phone="13800138002")
    person = take(town, PERSON, "add", id_number=NUMBER)
    old = rows(town, CALL, made.record)[0]["phone_index"], rows(town, CALL, made.record, "_h")[0]["phone_index"]
    done = rotation.rotate()
    held = installation.current_keys()
    assert done.indexed >= 2 and done.kek == max(held.kek) == max(before.kek) + 1
    assert set(held.kek) == {done.kek, done.kek - 1} and held.blind == before.blind
    with database.owning() as query:
        assert query.value("select count(*) from record_key where wrapped is not null and kek <> %s", [done.kek]) == 0
    new = rows(town, CALL, made.record)[0]["phone_index"], rows(town, CALL, made.record, "_h")[0]["phone_index"]
    assert new[0] != old[0] and new[1] != old[1]
    clerk = actor_of(town, "longdong")
    assert records.page(town, clerk, CALL, filters={"phone": "13800138002"}).total == 1
    assert shown(town, CALL, made.record)["phone"] == "13800138002"
    with pytest.raises(StepRefused):
        take(town, PERSON, "add", id_number=NUMBER)
    rotation.rotate()
    assert min(installation.current_keys().kek) == done.kek
    assert shown(town, PERSON, person.record)["id_number"] == NUMBER and rotation.untrue(town) == []
    assert done.files == 1 and sealed_files.read("originals", "ab" * 32) == b"picture"


def test_a_value_written_under_the_key_before_is_still_found(apart):
    town = apart
    made = take(town, CALL, "report", phone="13800138000")
    old = rows(town, CALL, made.record)[0]["phone_index"]
    rotation.rotate()
    with database.owning() as query:  # as an act would that was under way
        query.run(f"update {town.tables[CALL].name} set phone_index = %s where id = %s", [old, made.record])
    assert records.page(town, actor_of(town, "longdong"), CALL, filters={"phone": "13800138000"}).total == 1
    assert rotation.untrue(town) == []
    rotation.rotate()
    assert rows(town, CALL, made.record)[0]["phone_index"] not in (old,)


def test_a_private_field_becomes_secret_and_nothing_of_it_stays_in_the_clear(tianhe, tmp_path):
    private = ("  phone: [dispatcher, street_clerk]\n", "")
    folder = aid(tmp_path, {"ledgers/call.yaml": private, "flows/call.yaml": (" or phone in (", ' or "x" in ('),
                            "indicators/calls_again.yaml": ("phone == kin_phone and phone != \"13900000000\" and phone is not null", "true")})  # fmt: skip
    ledger = folder / "ledgers" / "call.yaml"
    both = "{caller: [dispatcher, street_clerk], phone: [dispatcher, street_clerk]}"
    ledger.write_text(ledger.read_text("utf-8").replace("{caller: [dispatcher, street_clerk]}", both), "utf-8")
    flow = folder / "flows" / "call.yaml"
    flow.write_text(
        flow.read_text("utf-8").split("  same_phone:")[0] + "  help:" + flow.read_text("utf-8").split("  help:")[1],
        "utf-8",
    )
    put_in_force(tianhe.id, [folder])
    town = packs.current(tianhe.id)
    made = take(town, CALL, "report", phone="13800138000")
    take(town, CALL, "correct", made.record, phone="13800138002")
    with database.owning() as query:
        assert (
            query.value(f"select phone from {town.tables[CALL].name}_p where id = %s", [made.record]) == "13800138002"
        )
    text = (
        ledger.read_text("utf-8")
        .replace(", phone: [dispatcher, street_clerk]}", "}")
        .replace("secret:\n", "secret:\n  phone: [dispatcher, street_clerk]\n")
    )
    ledger.write_text(text, "utf-8")
    put_in_force(tianhe.id, [folder])
    town = packs.current(tianhe.id)
    with database.owning() as query:
        assert query.value(f"select phone from {town.tables[CALL].name}_p where id = %s", [made.record]) is None
    (row,), (former,) = rows(town, CALL, made.record), rows(town, CALL, made.record, "_h")
    assert (former["phone_mask"], row["phone_mask"]) == ("•••8000", "•••8002")
    assert records.page(town, actor_of(town, "longdong"), CALL, filters={"phone": "13800138002"}).total == 1
    assert shown(town, CALL, made.record)["phone"] == "13800138002"
    ledger.write_text(text.replace("secret:\n  phone: [dispatcher, street_clerk]\n", "secret:\n"), "utf-8")
    with pytest.raises(Trouble) as refused:
        put_in_force(tianhe.id, [folder])
    assert refused.value.code == "was-closed"


def test_another_mask_is_put_on_what_is_there_already(town, tmp_path):
    made = take(town, CALL, "report", phone="13800138000")
    folder = tmp_path / "aid"
    ledger = folder / "ledgers" / "call.yaml"
    ledger.write_text(ledger.read_text("utf-8").replace("secrecy:", "mask: {phone: none}\nsecrecy:"), "utf-8")
    put_in_force(town.id, [folder])
    assert rows(packs.current(town.id), CALL, made.record)[0]["phone_mask"] == secret_values.HIDDEN


def test_an_open_field_with_values_does_not_become_secret(town, tmp_path):
    take(town, CALL, "report", words="要轮椅")
    folder = tmp_path / "aid"
    ledger = folder / "ledgers" / "call.yaml"
    text = ledger.read_text("utf-8").replace("secret:\n", "secret:\n  words: [dispatcher]\n")
    ledger.write_text(text.replace("list: [words, unit]", "list: [unit]").replace("search: [words]\n", ""), "utf-8")
    with pytest.raises(Trouble) as refused:
        put_in_force(town.id, [folder])
    assert refused.value.code == "was-open"
    assert "words" not in packs.current(town.id).rules.ledgers[CALL].secret


secrets = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
masks = st.sampled_from(["none", "last 4", "first 1 last 1", "first 4 last 4", "first 3", "last 1"])


@settings(max_examples=400, deadline=None)
@given(secrets, masks)
def test_a_mask_never_shows_half_of_a_value(value, mask):
    out = secret_values.masked(mask, value)
    assert (
        secret_values.HIDDEN in out
        and 2 * (len(out) - len(secret_values.HIDDEN)) < len(value)
        or out == secret_values.HIDDEN
    )


@settings(max_examples=200, deadline=None)
@given(secrets)
def test_equal_means_the_same_normal_form_and_the_text_of_a_secret_is_its_mask(value):
    one = Secret(7, "•••", secret_values.indexes(7, value)[0], value)
    kept = Secret(7, "•••", one.index)
    assert one == kept and kept == value and str(one) == "•••" and repr(one) == repr(kept)
    assert kept != Secret(8, "•••", secret_values.indexes(8, value)[0], value)
    assert kept != Secret(7, "•••", secret_values.indexes(7, value + "x")[0], value + "x")


def test_no_row_of_a_ledger_or_its_history_reveals_a_value(town):
    """The columns of any value hold no run of it longer than the mask allows, and no hash that others can make."""
    table = town.tables[CALL]

    @settings(max_examples=25, deadline=None)
    @given(secrets.filter(lambda text: len(text) > 4), secrets.filter(lambda text: len(text) > 4))
    def holds(first: str, second: str) -> None:
        first, second = f"秘密{first}", f"秘密{second}"
        try:
            clean = [values.clean_text(text) for text in (first, second)]
        except values.Wrong:
            return
        made = take(town, CALL, "report", diagnosis=clean[0])
        take(town, CALL, "correct", made.record, diagnosis=clean[1])
        with database.owning() as query:
            whole = [
                json.dumps(
                    query.rows(f"select to_jsonb(t) as row from {name} t where id = %s", [made.record]),
                    ensure_ascii=False,
                )
                for name in (table.name, f"{table.name}_h", f"{table.name}_p")
            ] + [str(query.rows("select open, parts from event where record = %s", [made.record]))]
        for text in whole:
            assert clean[0] not in text and clean[1] not in text and "秘密" not in text
        for row in rows(town, CALL, made.record) + rows(town, CALL, made.record, "_h"):
            assert row["diagnosis_mask"] == secret_values.HIDDEN
            for value in clean:
                for made_by in (hashlib.sha256, hashlib.sha1, hashlib.md5):
                    assert row["diagnosis_index"] != made_by(value.encode()).digest()[: secret_values.INDEX]

    holds()


def test_the_cases_of_a_pack_run_on_plain_values(town, tmp_path):
    assert cases.run(town.rules, town.calendar) == []


def test_the_public_sees_no_mask(town):
    made = take(town, CALL, "report", phone="13800138000")
    resident = records.get(town, people.resident(town.id, made.record), CALL, made.record)
    assert resident.masks == {} and resident.unmaskable == () and "phone" not in resident.values
