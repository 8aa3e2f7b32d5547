"""Whoever reads by SQL sees her reach, the open fields, and can change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date

import psycopg
import pytest

from huying import cli, installation
from huying.engine import database, packs, people, places, prepare, sql_readers
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.in_force import put_in_force
from huying.engine.models import Person
from huying.options import ROOT
from huying.trouble import Trouble
from tests.engine.aid import NUMBER, aid
from tests.engine.small import actor_of, load_small

CASE, PLACE = "command_case", "command_place"
LONGDONG, FENGHUANG = "440106018000", "440106019000"


@pytest.fixture
def read(database, cluster, tianhe) -> Iterator:
    """read(login) -> the way to ask as a new reader in that person's post; all are removed at the end."""
    made: list[str] = []

    def reader(login: str, district: packs.District = tianhe):
        name = f"{login}_{district.id}"
        person = Person.objects.get(login=f"{login}-{district.id}")
        if name not in made:
            sql_readers.add(packs.current(district.id), name, person.pk, None, 30)
            made.append(name)
        address = cluster.dsn(database).app_url.replace("//hy_app@", f"//sql_{name}@")

        @contextmanager
        def connected() -> Iterator[psycopg.Connection]:
            with psycopg.connect(address, autocommit=True) as connection:
                yield connection

        def ask(statement: str, *params):
            with connected() as connection:
                return connection.execute(statement, params or None).fetchall()

        ask.connected, ask.name = connected, name
        return ask

    yield reader
    for name in made:
        sql_readers.remove(tianhe, name)


def report(town: packs.District, unit: str, words: str = "倒了一片"):
    tree = places.tree(town.id, town.today())
    given = {
        "category": "street.bikes",
        "unit": tree.by_code[unit].id,
        "words": words,
        "caller": "陈某",
        "phone": "13800000000",
    }
    return take_step(town, Act("command.case", "report", people.resident(town.id), given))


def test_rows_are_those_of_the_post_s_reach(tianhe, read):
    here, there = report(tianhe, LONGDONG), report(tianhe, FENGHUANG)
    found = read("longdong")(f"select code from {CASE} order by code")
    assert found == [(here.code,)]
    assert {code for (code,) in read("diaodu")(f"select code from {CASE}")} == {here.code, there.code}


def test_an_office_reads_what_it_is_responsible_for_and_public_ledgers_whole(tianhe, read):
    report(tianhe, LONGDONG)
    ask = read("daolu")
    assert ask(f"select count(*) from {CASE}") == [(0,)]
    assert ask(f"select count(*) from {PLACE}")[0][0] > 0


def test_masked_fields_and_the_engine_s_own_columns_are_not_there(tianhe, read):
    report(tianhe, LONGDONG)
    with read("diaodu").connected() as connection:
        names = {column.name for column in connection.execute(f"select * from {CASE}").description}
    assert {"code", "state", "unit", "words", "category"} <= names
    assert names.isdisjoint({"phone", "phone_mask", "phone_index", "caller", "head", "clock", "hidden", "district"})


def test_secret_and_restricted_fields_of_a_register_are_not_there(tianhe, tmp_path, read):
    put_in_force(tianhe.id, [aid(tmp_path)])
    ask = read("longdong", packs.current(tianhe.id))
    with ask.connected() as connection:
        names = {column.name for column in connection.execute("select * from aid_person").description}
    assert "note" in names and names.isdisjoint({"name", "id_number", "id_number_mask", "id_number_index"})
    assert NUMBER not in str(ask("select * from aid_person"))


def test_a_ledger_for_other_roles_has_no_rows(tianhe, read):
    assert read("longdong")("select count(*) from supervision_reading") == [(0,)]


def test_hidden_records_are_gone_at_once(tianhe, read):
    made, ask = report(tianhe, LONGDONG), read("longdong")
    with database.owning() as query:
        query.run(f"update {tianhe.tables['command.case'].name} set hidden = true where id = %s", [made.record])
    assert ask(f"select count(*) from {CASE}") == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        f"update {CASE} set state = 'closed'",
        f"delete from {CASE}",
        f"insert into {CASE} (code) values ('x')",
        "create table mine (a int)",
        "create temp table mine (a int)",
        "create schema mine",
        "select * from hy.event",
        "select * from hy.sql_reader",
        "select * from hy.sql_me",
        "select * from public.engine_person",
        "select * from hy.track",
        "set role hy_all",
        "set role hy_writer",
        "set role hy_analyst",
        "set role hy_owner",
        "set session authorization hy_owner",
        "select hy.find(array['x'], null, 1)",
        "copy (select 1) to '/tmp/huying-reader'",
        "alter view command_case set (security_barrier = false)",
        "drop view command_case",
        "do $$ begin perform pg_terminate_backend(pid) from pg_stat_activity where usename = 'hy_app'; if not found then raise exception 'x'; end if; end $$",
    ],
)
def test_nothing_else_is_open(tianhe, read, statement):
    report(tianhe, LONGDONG)
    with read("diaodu").connected() as connection:
        connection.execute(
            "set default_transaction_read_only = off"
        )  # a courtesy that anyone may lift: rights must hold
        with pytest.raises(psycopg.Error):
            connection.execute(statement)


def test_settings_of_the_application_open_nothing(tianhe, read):
    report(tianhe, FENGHUANG)
    with read("longdong").connected() as connection:
        for setting, value in {"hy.district": str(tianhe.id), "hy.reach": "*", "hy.offices": "{1}"}.items():
            connection.execute("select set_config(%s, %s, false)", [setting, value])
        assert connection.execute(f"select count(*) from {CASE}").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"select count(*) from {tianhe.tables['command.case'].name}")


def test_a_statement_ends_after_a_minute_and_connections_are_few(tianhe, read):
    ask = read("diaodu")
    assert ask("show statement_timeout") == [("1min",)] and ask("show default_transaction_read_only") == [("on",)]
    with database.owning() as query:
        assert query.value("select rolconnlimit from pg_roles where rolname = %s", [f"sql_{ask.name}"]) == 3


def test_another_district_is_empty_to_her(tianhe, read, tmp_path):
    (tmp_path / "other").mkdir()
    other = load_small(tmp_path / "other")
    report(other, LONGDONG)
    read("diaodu", other)
    ask = read("diaodu")
    assert ask(f"select count(*) from sql_{other.name}.{CASE}") == [(0,)]
    assert ask(f"select count(*) from sql_{other.name}.units") == [(0,)]
    sql_readers.remove(other, f"diaodu_{other.id}")


def test_she_is_cut_off_when_she_no_longer_holds_the_post(tianhe, read):
    report(tianhe, LONGDONG)
    ask = read("longdong")
    assert ask(f"select count(*) from {CASE}") == [(1,)]
    with database.owning() as query:
        person = Person.objects.get(login=f"longdong-{tianhe.id}").pk
        query.run("update holding set until = %s where person = %s", [date(2020, 1, 1), person])
    assert ask(f"select count(*) from {CASE}") == [(0,)]
    assert [one.live for one in sql_readers.listed(tianhe)] == [False]
    sql_readers.bring_up()
    assert ask(f"select count(*) from {CASE}") == [(0,)]


def test_views_follow_what_is_in_force(tianhe, tmp_path, read):
    ask = read("longdong")
    put_in_force(tianhe.id, [aid(tmp_path)])
    with ask.connected() as connection:
        names = {column.name for column in connection.execute("select * from aid_call").description}
    assert "words" in names
    (tmp_path / "later").mkdir()
    later = aid(tmp_path / "later", {"ledgers/call.yaml": ("private: {caller: [dispatcher, street_clerk]}",
                                                          "private: {caller: [dispatcher], words: [dispatcher]}")})  # fmt: skip
    text = (later / "ledgers/call.yaml").read_text(encoding="utf-8")
    text = text.replace("list: [words, unit]\nsearch: [words]", "list: [unit]")
    (later / "ledgers/call.yaml").write_text(text, encoding="utf-8")
    put_in_force(tianhe.id, [later])
    with ask.connected() as connection:
        names = {column.name for column in connection.execute("select * from aid_call").description}
    assert "words" not in names, "what became private is gone with the same act"


def test_names_of_places_and_choices_can_be_joined_and_every_column_says_what_it_is(tianhe, read):
    report(tianhe, LONGDONG)
    ask = read("longdong")
    rows = ask(
        f"select u.title, c.title from {CASE} l join units u on u.id = l.unit and u.until = 'infinity' "
        f"join choices c on c.ledger = '{CASE}' and c.field = 'category' and c.value = l.category"
    )
    assert rows == [("龙洞街道", "单车倒伏、乱停放")]
    said = ask("select col_description(%s::regclass, 1), obj_description(%s::regclass)", CASE, CASE)
    assert "记录编号" in said[0][0] and said[0][1]


def test_views_are_gone_with_the_last_reader(tianhe, read):
    ask = read("diaodu")
    with database.owning() as query:
        assert query.value("select to_regnamespace(%s) is not null", [f"sql_{tianhe.name}"])
    assert sql_readers.remove(tianhe, ask.name) and not sql_readers.remove(tianhe, ask.name)
    with database.owning() as query:
        assert query.value("select to_regnamespace(%s) is null", [f"sql_{tianhe.name}"])
    with pytest.raises(psycopg.OperationalError):
        ask("select 1")


def test_preparing_again_changes_nothing_and_heals_what_a_restore_left_out(tianhe, read):
    report(tianhe, LONGDONG)
    ask = read("longdong")
    with database.owning() as query:
        query.run(f"drop schema sql_{tianhe.name} cascade")
        query.run("delete from sql_reach where who = %s", [f"sql_{ask.name}"])
    prepare.migrate()
    sql_readers.bring_up()
    assert ask(f"select count(*) from {CASE}") == [(1,)]


def test_views_that_a_restore_gave_to_the_owner_are_made_anew(tianhe, read):
    report(tianhe, FENGHUANG)
    ask = read("longdong")
    with database.owning() as query:
        query.run(f"alter view sql_{tianhe.name}.{CASE} owner to hy_owner")
    sql_readers.bring_up()
    assert ask(f"select count(*) from {CASE}") == [(0,)]


def test_a_post_without_the_right_to_export_gets_no_login(tianhe):
    person = Person.objects.get(login=f"hecha-{tianhe.id}")
    with pytest.raises(Trouble, match="不能导出"):
        sql_readers.add(tianhe, f"x{tianhe.id}", person.pk, None, 30)
    for name in ("Bad", "hy-x", "a b", "", "x'; drop role hy_app; --", "é"):
        with pytest.raises(Trouble):
            sql_readers.add(tianhe, name, person.pk, None, 30)


def test_the_command_shows_the_password_once(tianhe, capsys, monkeypatch):
    monkeypatch.setattr(installation, "opened", lambda keep=False: nullcontext())
    name = f"cmd{tianhe.id}"
    post = actor_of(tianhe, "diaodu").post.code
    assert cli.main(["sql-reader", "add", name, "--login", f"diaodu-{tianhe.id}", "--post", post]) == 0
    shown = capsys.readouterr()
    assert "password" in shown.out and f"sql_{tianhe.name}" in shown.out
    assert cli.main(["sql-reader", "list", "--district", tianhe.name]) == 0
    shown = capsys.readouterr().out
    assert f"sql_{name}" in shown and "有效 live" in shown
    assert cli.main(["sql-reader", "remove", name, "--district", tianhe.name]) == 0
    assert cli.main(["sql-reader", "remove", name, "--district", tianhe.name]) == 1
    assert cli.main(["sql-reader", "add", name, "--login", "nobody"]) == 2


def test_the_statement_in_the_documentation_runs(tianhe, read):
    made = report(tianhe, LONGDONG)
    page = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
    statement = re.search(r"^    (select .*?;)$", page, re.S | re.M)[1]
    [row] = read("longdong")(statement)
    assert row[:3] == (made.code, "龙洞街道", "单车倒伏、乱停放")
