"""The third class of privacy: what is kept of a secret value, who may have it shown, how it is found, how it is forgotten."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huying.declare import identity
from huying.declare.compile import to_sql
from huying.declare.evaluate import evaluate
from huying.declare.expressions import Known, parse
from huying.engine import (
    access,
    cases,
    database,
    erasure,
    exchange,
    indicators,
    people,
    places,
    records,
    rotation,
    seals,
    secret_values,
    unmasking,
    values,
)
from huying.engine import database as engine_database
from huying.engine.flows import StepRefused
from huying.engine.secret_values import Secret
from tests.engine.aid import CALL, NUMBER, OTHER, PERSON, rows, seen, shown, take
from tests.engine.small import actor_of


def test_the_ledger_keeps_a_mask_and_an_index_and_the_value_is_read_back_by_whoever_may(aided):
    made = take(aided, CALL, "report", phone="13800138000", diagnosis="哮喘", kin_phone="020-87654321")
    (row,) = rows(aided, CALL, made.record)
    assert (row["phone_mask"], row["diagnosis_mask"], row["kin_phone_mask"]) == ("•••8000", "•••", "•••4321")
    assert len(row["phone_index"]) == secret_values.INDEX
    assert shown(aided, CALL, made.record) == {"caller": None, "phone": "13800138000", "kin_phone": "020-87654321"}
    assert shown(aided, CALL, made.record, "diaodu") == {"caller": None, "phone": "13800138000", "diagnosis": "哮喘"}


def test_what_was_corrected_last_is_what_is_shown(aided):
    made = take(aided, CALL, "report", phone="13800138000", diagnosis="哮喘")
    take(aided, CALL, "correct", made.record, phone="13900000001", diagnosis=None)
    assert shown(aided, CALL, made.record, "diaodu") == {"caller": None, "phone": "13900000001", "diagnosis": None}
    (row,), (former,) = rows(aided, CALL, made.record), rows(aided, CALL, made.record, "_h")
    assert row["phone_mask"] == "•••0001" and row["diagnosis_index"] is None
    assert former["phone_mask"] == "•••8000" and former["diagnosis_mask"] == "•••"


def test_a_birth_date_and_sex_are_derived_at_the_door_and_go_with_the_number(aided):
    made = take(aided, PERSON, "add", name="陈某", id_number=NUMBER)
    record = seen(aided, PERSON, made.record)
    assert record.values["born_on"] == date(1949, 12, 31) and record.values["sex"] == "female"
    assert record.masks == {"id_number": "1•••X"} and record.masked == ("name", "id_number")
    take(aided, PERSON, "amend", made.record, id_number=OTHER)
    assert seen(aided, PERSON, made.record).values["born_on"] == date(1990, 3, 7)


@pytest.mark.parametrize("wrong", ["110105194912310021", "11010519490231002X", "1101051949", "陈某"])
def test_a_number_whose_check_digit_or_day_is_wrong_is_not_taken(aided, wrong):
    ledger = aided.rules.ledgers[PERSON]
    clean, problems = values.clean(
        aided.rules, ledger, {"id_number": wrong}, None, None, aided.calendar.tz, lambda *_: None
    )
    assert "id_number" in problems
    clean, problems = values.clean(
        aided.rules, ledger, {"id_number": "11010519491231002x "}, None, None, aided.calendar.tz, lambda *_: None
    )
    assert clean == {"id_number": NUMBER} and not problems
    assert identity.is_identity(NUMBER) and identity.is_identity(OTHER)


def test_a_number_is_one_persons_in_a_register(aided):
    take(aided, PERSON, "add", id_number=NUMBER)
    with pytest.raises(StepRefused) as refused:
        take(aided, PERSON, "add", id_number=NUMBER)
    assert refused.value.code == "record.twice"


def test_showing_asks_for_a_reason_and_says_who_looked_when_and_why(aided):
    made = take(aided, CALL, "report", phone="13800138000", caller="陈某")
    clerk, record = actor_of(aided, "longdong"), seen(aided, CALL, made.record)
    for reason in ("", " ", "x", "x" * 201):
        with pytest.raises(unmasking.NoReason):
            unmasking.unmask(aided, clerk, record, reason)
    assert unmasking.looks(aided, record) == []
    assert unmasking.unmask(aided, clerk, record, " 回访 ")["caller"] == "陈某"
    (look,) = unmasking.looks(aided, record)
    assert (look.person, look.post, look.why) == (clerk.person, clerk.post.id, "回访")
    assert look.fields == ("caller", "phone", "kin_phone") and look.at - aided.now() < timedelta(seconds=1)


def test_where_secrecy_is_asked_for_neither_value_nor_mask_nor_finding_is_for_others(aided):
    made = take(aided, CALL, "report", login="diaodu", phone="13800138000", confidential=True)
    clerk, dispatcher = actor_of(aided, "longdong"), actor_of(aided, "diaodu")
    record = seen(aided, CALL, made.record)
    assert record.unmaskable == () and record.masks == {}
    with pytest.raises(access.Refused):
        unmasking.unmask(aided, clerk, record, "回访")
    assert records.page(aided, clerk, CALL, filters={"phone": "13800138000"}).total == 0
    assert records.page(aided, dispatcher, CALL, filters={"phone": "13800138000"}).total == 1
    assert seen(aided, CALL, made.record, "diaodu").masks == {"phone": "•••8000"}


def test_a_record_is_found_by_the_exact_value_however_it_is_written_and_by_nothing_less(aided):
    made = take(aided, CALL, "report", phone="13800138000")
    take(aided, CALL, "report", phone="13800138001")
    clerk = actor_of(aided, "longdong")
    for text in ("13800138000", "138 0013 8000", "+86-13800138000", "１３８００１３８０００"):
        found = records.page(aided, clerk, CALL, filters={"phone": text})
        assert [one.code for one in found.records] == [made.code], text
    for text in ("8000", "1380013800", "•••8000", "%"):
        assert records.page(aided, clerk, CALL, filters={"phone": text}).total == 0
    assert records.page(aided, clerk, CALL, filters={"phone": ["13800138000", "13800138001"]}).total == 2
    assert records.page(aided, clerk, CALL, filters={"phone": "13800138000"}, as_of=aided.now()).total == 1


def test_nobody_finds_by_a_value_that_the_role_may_not_unmask_nor_sorts_by_one(aided):
    take(aided, CALL, "report", diagnosis="哮喘")
    with pytest.raises(ValueError):
        records.page(aided, actor_of(aided, "longdong"), CALL, filters={"diagnosis": "哮喘"})
    assert records.page(aided, actor_of(aided, "diaodu"), CALL, filters={"diagnosis": "哮喘"}).total == 1
    with pytest.raises(ValueError):
        records.page(aided, actor_of(aided, "diaodu"), CALL, sort="diagnosis")
    with pytest.raises(ValueError):
        records.page(aided, actor_of(aided, "diaodu"), CALL, filters={"caller": "陈某"})


def test_conditions_compare_by_the_index_and_python_and_sql_agree(aided):
    same = take(aided, CALL, "report", phone="138-0013-8000", kin_phone="13800138000")
    take(aided, CALL, "report", phone="13800138000", kin_phone="13800138001")
    public = take(aided, CALL, "report", phone="+8613900000000", kin_phone="13900000000")
    take(aided, CALL, "report", kin_phone="13900000000")
    take(aided, CALL, "same_phone", same.record)
    assert seen(aided, CALL, same.record).values["own_phone"] is True
    take(aided, CALL, "same_phone", public.record)
    assert seen(aided, CALL, public.record).values["own_phone"] is False
    (figure,) = [
        f
        for f in indicators.measure(aided, "aid.calls_again", start=date(2020, 1, 1), end=date(2021, 1, 1)).figures
        if not any(f.split)
    ]
    assert figure.value == 1
    counted = aided.rules.indicators["aid.calls_again"].among
    for row in rows(aided, CALL, same.record) + rows(aided, CALL, public.record):
        known = secret_values.in_row(aided.tables[CALL].secret, row)
        assert evaluate(counted, known, today=aided.today(), tz=aided.calendar.tz) is (row["id"] == same.record)


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

    @settings(max_examples=150)
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


def test_history_list_export_and_headline_hold_no_value(aided):
    made = take(aided, CALL, "report", words="要轮椅", phone="13800138000", kin_phone="13800138001", diagnosis="哮喘")
    take(aided, CALL, "correct", made.record, phone="13800138002")
    dispatcher = actor_of(aided, "diaodu")
    record = seen(aided, CALL, made.record, "diaodu")
    tree = places.tree(aided.id, aided.today())
    told = [
        str(record),
        str(records.history(aided, record)),
        str(records.page(aided, dispatcher, CALL)),
        str(records.page(aided, dispatcher, CALL, as_of=aided.now())),
        b"".join(exchange.export(aided, dispatcher, tree, CALL, "csv", {}, None, "zh")).decode(),
    ]
    for text in told:
        assert "要轮椅" in text or text == told[1]
        assert not any(value in text for value in ("1380013800", "哮喘")), text


def test_an_erased_record_tells_nothing_and_its_chain_verifies(aided):
    made = take(aided, CALL, "report", phone="13800138000", diagnosis="哮喘")
    take(aided, CALL, "correct", made.record, phone="13800138002")
    shown(aided, CALL, made.record)
    with database.owning() as query:
        before = secret_values.history(query, aided.id, made.record)
    assert [values["phone"] for _, values in before] == ["13800138000", "13800138002"]
    erasure.erase(aided, CALL, made.record, by="tests", why="依申请", at=aided.now())
    with database.owning() as query:
        assert secret_values.history(query, aided.id, made.record) == []
        assert query.value("select wrapped from record_key where record = %s", [made.record]) is None
        assert query.value("select why from access_log where record = %s", [made.record]) == ""
    for row in rows(aided, CALL, made.record) + rows(aided, CALL, made.record, "_h"):
        assert [row[c] for columns in aided.tables[CALL].secret.values() for c in columns] == [None] * 6
    assert records.page(aided, actor_of(aided, "diaodu"), CALL, filters={"phone": "13800138002"}).total == 0
    while seals.seal(aided.id):
        pass
    assert seals.verify(aided.id)[2] == []


def test_an_altered_value_mask_or_index_is_found(aided):
    made = take(aided, CALL, "report", phone="13800138000")
    other = take(aided, CALL, "report", phone="13800138001")
    while seals.seal(aided.id):
        pass
    assert seals.verify(aided.id)[2] == [] and rotation.untrue(aided) == []
    with database.owning() as query:
        query.run(
            "update event set secret = set_byte(secret, 20, 255 - get_byte(secret, 20)) where record = %s",
            [made.record],
        )
    assert [(f.what, f.record) for f in seals.verify(aided.id)[2]] == [("altered", str(made.record))]
    with database.owning() as query:
        query.run(
            "update event set secret = set_byte(secret, 20, 255 - get_byte(secret, 20)) where record = %s",
            [made.record],
        )
        query.run(f"update {aided.tables[CALL].name} set phone_index = '\\x00' where id = %s", [other.record])
    assert seals.verify(aided.id)[2] == [] and rotation.untrue(aided) == [(CALL, other.code)]


secrets = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
masks = st.sampled_from(["none", "last 4", "first 1 last 1", "first 4 last 4", "first 3", "last 1"])


@settings(max_examples=400)
@given(secrets, masks)
def test_a_mask_never_shows_half_of_a_value(value, mask):
    out = secret_values.masked(mask, value)
    assert (
        secret_values.HIDDEN in out
        and 2 * (len(out) - len(secret_values.HIDDEN)) < len(value)
        or out == secret_values.HIDDEN
    )


@settings(max_examples=200)
@given(secrets)
def test_equal_means_the_same_normal_form_and_the_text_of_a_secret_is_its_mask(value):
    one = Secret(7, "•••", secret_values.indexes(7, value)[0], value)
    kept = Secret(7, "•••", one.index)
    assert one == kept and kept == value and str(one) == "•••" and repr(one) == repr(kept)
    assert kept != Secret(8, "•••", secret_values.indexes(8, value)[0], value)
    assert kept != Secret(7, "•••", secret_values.indexes(7, value + "x")[0], value + "x")


def test_no_row_of_a_ledger_or_its_history_reveals_a_value(aided):
    """The columns of any value hold no run of it longer than the mask allows, and no hash that others can make."""
    table = aided.tables[CALL]

    @settings(max_examples=25)
    @given(secrets.filter(lambda text: len(text) > 4), secrets.filter(lambda text: len(text) > 4))
    def holds(first: str, second: str) -> None:
        first, second = f"秘密{first}", f"秘密{second}"
        try:
            clean = [values.clean_text(text) for text in (first, second)]
        except values.Wrong:
            return
        made = take(aided, CALL, "report", diagnosis=clean[0])
        take(aided, CALL, "correct", made.record, diagnosis=clean[1])
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
        for row in rows(aided, CALL, made.record) + rows(aided, CALL, made.record, "_h"):
            assert row["diagnosis_mask"] == secret_values.HIDDEN
            for value in clean:
                for made_by in (hashlib.sha256, hashlib.sha1, hashlib.md5):
                    assert row["diagnosis_index"] != made_by(value.encode()).digest()[: secret_values.INDEX]

    holds()


def test_the_cases_of_a_pack_run_on_plain_values(aided, tmp_path):
    assert cases.run(aided.rules, aided.calendar) == []


def test_the_public_sees_no_mask(aided):
    made = take(aided, CALL, "report", phone="13800138000")
    resident = records.get(aided, people.resident(aided.id, made.record), CALL, made.record)
    assert resident.masks == {} and resident.unmaskable == () and "phone" not in resident.values
