"""Secret values when keys are rotated and when a declaration changes what is secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from huying import installation
from huying.engine import (
    database,
    packs,
    records,
    rotation,
    sealed_files,
    secret_values,
)
from huying.engine.flows import StepRefused
from huying.engine.in_force import put_in_force
from huying.trouble import Trouble
from tests.engine.aid import CALL, NUMBER, PERSON, aid, rows, shown, take
from tests.engine.small import actor_of, load_small


@pytest.fixture
def apart(fresh_database: str, own_keys: None, tmp_path: Path) -> Iterator[packs.District]:
    """The same in a database, a data folder and a key file of its own."""
    packs.forget()
    put_in_force(load_small(tmp_path).id, [aid(tmp_path)])
    yield packs.current(packs.districts()[0]["id"])
    packs.forget()


def test_rotation_wraps_and_indexes_anew_and_everything_is_found_as_before(apart):
    aided = apart
    sealed_files.keep("originals", "ab" * 32, b"picture")
    sealed_files.keep(f"documents/{aided.id}", "cd" * 32, b"report")  # a folder deeper
    before = installation.current_keys()
    made = take(aided, CALL, "report", phone="13800138000")
    take(aided, CALL, "correct", made.record, phone="13800138002")
    person = take(aided, PERSON, "add", id_number=NUMBER)
    old = rows(aided, CALL, made.record)[0]["phone_index"], rows(aided, CALL, made.record, "_h")[0]["phone_index"]
    done = rotation.rotate()
    held = installation.current_keys()
    assert done.indexed >= 2 and done.kek == max(held.kek) == max(before.kek) + 1
    assert set(held.kek) == {done.kek, done.kek - 1} and held.blind == before.blind
    with database.owning() as query:
        assert query.value("select count(*) from record_key where wrapped is not null and kek <> %s", [done.kek]) == 0
    new = rows(aided, CALL, made.record)[0]["phone_index"], rows(aided, CALL, made.record, "_h")[0]["phone_index"]
    assert new[0] != old[0] and new[1] != old[1]
    clerk = actor_of(aided, "longdong")
    assert records.page(aided, clerk, CALL, filters={"phone": "13800138002"}).total == 1
    assert shown(aided, CALL, made.record)["phone"] == "13800138002"
    with pytest.raises(StepRefused):
        take(aided, PERSON, "add", id_number=NUMBER)
    rotation.rotate()
    assert min(installation.current_keys().kek) == done.kek
    assert shown(aided, PERSON, person.record)["id_number"] == NUMBER and rotation.untrue(aided) == []
    assert done.files == 2 and sealed_files.read("originals", "ab" * 32) == b"picture"
    assert sealed_files.read(f"documents/{aided.id}", "cd" * 32) == b"report"


def test_a_value_written_under_the_key_before_is_still_found(apart):
    aided = apart
    made = take(aided, CALL, "report", phone="13800138000")
    old = rows(aided, CALL, made.record)[0]["phone_index"]
    rotation.rotate()
    with database.owning() as query:  # as an act would that was under way
        query.run(f"update {aided.tables[CALL].name} set phone_index = %s where id = %s", [old, made.record])
    assert records.page(aided, actor_of(aided, "longdong"), CALL, filters={"phone": "13800138000"}).total == 1
    assert rotation.untrue(aided) == []
    rotation.rotate()
    assert rows(aided, CALL, made.record)[0]["phone_index"] not in (old,)


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
    aided = packs.current(tianhe.id)
    made = take(aided, CALL, "report", phone="13800138000")
    take(aided, CALL, "correct", made.record, phone="13800138002")
    with database.owning() as query:
        assert (
            query.value(f"select phone from {aided.tables[CALL].name}_p where id = %s", [made.record]) == "13800138002"
        )
    text = (
        ledger.read_text("utf-8")
        .replace(", phone: [dispatcher, street_clerk]}", "}")
        .replace("secret:\n", "secret:\n  phone: [dispatcher, street_clerk]\n")
    )
    ledger.write_text(text, "utf-8")
    put_in_force(tianhe.id, [folder])
    aided = packs.current(tianhe.id)
    with database.owning() as query:
        assert query.value(f"select phone from {aided.tables[CALL].name}_p where id = %s", [made.record]) is None
    (row,), (former,) = rows(aided, CALL, made.record), rows(aided, CALL, made.record, "_h")
    assert (former["phone_mask"], row["phone_mask"]) == ("•••8000", "•••8002")
    assert records.page(aided, actor_of(aided, "longdong"), CALL, filters={"phone": "13800138002"}).total == 1
    assert shown(aided, CALL, made.record)["phone"] == "13800138002"
    ledger.write_text(text.replace("secret:\n  phone: [dispatcher, street_clerk]\n", "secret:\n"), "utf-8")
    with pytest.raises(Trouble) as refused:
        put_in_force(tianhe.id, [folder])
    assert refused.value.code == "was-closed"


def test_another_mask_is_put_on_what_is_there_already(aided, tmp_path):
    made = take(aided, CALL, "report", phone="13800138000")
    folder = tmp_path / "aid"
    ledger = folder / "ledgers" / "call.yaml"
    ledger.write_text(ledger.read_text("utf-8").replace("secrecy:", "mask: {phone: none}\nsecrecy:"), "utf-8")
    put_in_force(aided.id, [folder])
    assert rows(packs.current(aided.id), CALL, made.record)[0]["phone_mask"] == secret_values.HIDDEN


def test_an_open_field_with_values_does_not_become_secret(aided, tmp_path):
    take(aided, CALL, "report", words="要轮椅")
    folder = tmp_path / "aid"
    ledger = folder / "ledgers" / "call.yaml"
    text = ledger.read_text("utf-8").replace("secret:\n", "secret:\n  words: [dispatcher]\n")
    ledger.write_text(text.replace("list: [words, unit]", "list: [unit]").replace("search: [words]\n", ""), "utf-8")
    with pytest.raises(Trouble) as refused:
        put_in_force(aided.id, [folder])
    assert refused.value.code == "was-open"
    assert "words" not in packs.current(aided.id).rules.ledgers[CALL].secret
