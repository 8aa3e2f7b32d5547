"""What each person may do to what each may not see: nothing; and what values are shown on purpose, to whom."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from huying.engine import database, sql_readers, template_fill, templates, tokens, unmasking
from huying.engine.models import Person
from tests.access.looking import body, found
from tests.access.test_matrix import wrong_in
from tests.access.walls import ITEM, LEDGERS, MATTER
from tests.access.world import World, canary, listing
from tests.access.world_table import INNER, LEVELS, PEOPLE, UNMASKS, sees

STAFF = [one for one in PEOPLE if one]


def seqs(world: World) -> dict[object, int]:
    """Record -> how many events it has."""
    with database.owning() as query:
        rows = query.tuples("select record, count(*) from event where district = %s group by 1", [world.district.id])
    return dict(rows)


@pytest.mark.parametrize("login", PEOPLE)
def test_private_and_secret_values_are_shown_to_those_who_may_see_the_record_and_unmask_it_alone(
    world: World, login: str
):
    client, api = world.browser(login), Client(raise_request_exception=False)
    head = {}
    if login:
        head = {
            "authorization": f"Bearer {tokens.make(world.district, world.actor(login), 'unmask', tokens.SCOPES, 30)[1]}"
        }
    for made in world.records:
        may = login in UNMASKS and sees(login, made.ledger, made.level)
        wanted = (
            {"private": {(made.ledger, made.level)}, "secret": {(made.ledger, made.level)}}
            if may
            else {"private": set(), "secret": set()}
        )
        page = client.post(f"/ledgers/{made.ledger}/{made.code}/unmask", {"why": "核实情况"}, follow=True)
        call = api.post(f"/api/v1/ledgers/{made.ledger}/records/{made.code}/unmask", json.dumps({"why": "核实情况"}),
                        content_type="application/json", headers=head)  # fmt: skip
        for answer in (page, call):
            seen = found(body(answer))
            assert {kind: seen[kind] for kind in wanted} == wanted, (login, made)
        if not may:
            assert call.status_code in (401, 403, 404)


@pytest.mark.parametrize("login", PEOPLE)
def test_nobody_acts_on_what_is_out_of_sight(world: World, login: str):
    client, before = world.browser(login), seqs(world)
    head = {}
    if login:
        head = {
            "authorization": f"Bearer {tokens.make(world.district, world.actor(login), 'acts', tokens.SCOPES, 30)[1]}"
        }
    for made in world.records:
        if sees(login, made.ledger, made.level):
            continue
        for step, answers in (
            ("finish", {"reason": "办了"}),
            ("amend", {"words": "改了"}),
            ("remove", {}),
            ("hand_on", {}),
        ):
            client.post(f"/ledgers/{made.ledger}/{made.code}/{step}", answers)
            client.post(f"/desk/pane/{made.ledger}/{made.code}?step={step}", answers)
            for path, sent in (
                (f"/ledgers/{made.ledger}/records/{made.code}/steps", {"step": step, "answers": answers}),
                ("/acts", {"acts": [{"ledger": made.ledger, "record": made.code, "step": step, "answers": answers}]}),
            ):
                answer = Client(raise_request_exception=False).post(
                    f"/api/v1{path}", json.dumps(sent), content_type="application/json", headers=head)  # fmt: skip
                assert answer.status_code < 500, answer.content
                assert not wrong_in(world, login, path + made.code + made.code, body(answer))
        client.post(f"/ledgers/{made.ledger}/{made.code}/remind")
    assert seqs(world) == before


@pytest.mark.parametrize("login", STAFF)
def test_a_code_that_one_may_not_see_is_refused_as_a_reference_in_the_words_for_one_that_is_not_there(
    world: World, login: str
):
    if not any(sees(login, ITEM, level) for level in LEVELS):
        return
    head = {"authorization": f"Bearer {tokens.make(world.district, world.actor(login), 'refs', tokens.SCOPES, 30)[1]}"}

    def refer(code: str) -> tuple[int, str]:
        own = next(world.of(ITEM, level) for level in LEVELS if sees(login, ITEM, level))
        sent = {"step": "amend", "answers": {"words": canary(ITEM, own.level, "open"), "of": code}}
        answer = Client().post(
            f"/api/v1/ledgers/{ITEM}/records/{own.code}/steps",
            json.dumps(sent),
            content_type="application/json",
            headers=head,
        )
        return answer.status_code, answer.content.decode().replace(code, "#")

    nowhere = refer("BJ-9999")
    assert nowhere[0] == 422
    for level in LEVELS:
        if not sees(login, MATTER, level):
            assert refer(world.of(MATTER, level).code) == nowhere


@pytest.mark.parametrize("login", STAFF)
@pytest.mark.parametrize("field", ["number", "caller", "inner"])
def test_finding_by_a_value_answers_only_whoever_may_have_that_value_shown(world: World, login: str, field: str):
    head = {"authorization": f"Bearer {tokens.make(world.district, world.actor(login), 'find', tokens.SCOPES, 30)[1]}"}
    kind = {"number": "secret", "caller": "private", "inner": "inner"}[field]
    for level in LEVELS:
        sent = json.dumps({"field": field, "value": canary(MATTER, level, kind)})
        answer = Client().post(f"/api/v1/ledgers/{MATTER}/find", sent, content_type="application/json", headers=head)
        hit = answer.status_code == 200 and answer.json()["total"] == 1
        assert hit == (field == "number" and login in UNMASKS and sees(login, MATTER, level)), (login, level)


@pytest.mark.parametrize("login", STAFF)
def test_figures_count_what_is_in_sight_and_those_of_published_indicators_the_district(world: World, login: str):
    head = {
        "authorization": f"Bearer {tokens.make(world.district, world.actor(login), 'figures', tokens.SCOPES, 30)[1]}"
    }
    mine = sum(sees(login, MATTER, level) for level in LEVELS)
    answer = Client().get("/api/v1/indicators/walls.matters", {"by": "all"}, headers=head)
    figures = answer.json().get("figures", []) if answer.status_code == 200 else []
    assert sum(figure["rows"] or 0 for figure in figures) == mine, answer.content
    if not mine:
        assert answer.status_code == 403


@pytest.mark.parametrize("login", ["diaodu", "jiandu", "longdong", "shequ", "wangge", "gongsi"])
def test_a_published_figure_that_is_small_is_hidden_from_all_but_those_who_reach_the_district(world: World, login: str):
    head = {"authorization": f"Bearer {tokens.make(world.district, world.actor(login), 'small', tokens.SCOPES, 30)[1]}"}
    for split in ("street", "kind"):
        answer = Client().get("/api/v1/indicators/walls.shown_matters", {"by": "all", "split": split}, headers=head)
        shown = {figure["status"] for figure in answer.json()["figures"] if figure["status"] == "suppressed"}
        few = split == "street"  # four in one street, two in another, one in none; all are of one kind
        assert bool(shown) == (few and login not in ("diaodu", "jiandu")), (split, answer.content)


@pytest.mark.parametrize("login", ["diaodu", "jiandu", "longdong", "shequ", "wangge", "gongsi"])
def test_a_form_is_filled_with_what_its_person_sees(world: World, login: str):
    town, actor = world.district, world.actor(login)
    tree = world.tree
    draft = templates.drop(town, tree, actor, listing(), "明细.xlsx", "walls.matters")
    answers = templates.answers(town, tree, actor, draft)
    filled = template_fill.fill(town, tree, actor, answers.form, answers.filling)
    said = " ".join(str(value) for value in filled.values.values())
    seen = found(said.encode())
    allowed = {(MATTER, level) for level in LEVELS if sees(login, MATTER, level)}
    assert seen["open"] == allowed
    assert seen["inner"] == (allowed if login in INNER else set())
    assert not seen["private"] and not seen["secret"]
    for path in ("", "/file", "/cell/B3"):
        for other in PEOPLE:
            if other != login:
                answer = world.browser(other).get(f"/fill/{draft.id}{path}")
                assert not found(body(answer))["open"], (other, path)


@pytest.mark.parametrize("login", PEOPLE)
def test_a_printed_paper_shows_what_its_person_sees_and_private_values_when_they_are_asked_for(
    world: World, login: str
):
    client = world.browser(login)
    for level in LEVELS:
        made, seen_by = world.of(MATTER, level), sees(login, MATTER, level)
        url = f"/papers/walls.card?code={made.code}&format=html"
        plain, pressed = found(body(client.get(url))), found(body(client.post(url)))
        here = {(MATTER, level)}
        assert plain["open"] == pressed["open"] == (here if seen_by else set()), (login, level)
        assert not plain["private"] and not plain["secret"]
        assert pressed["private"] == pressed["secret"] == (here if seen_by and login in UNMASKS else set())


@pytest.mark.parametrize("login", ["diaodu", "longdong", "shequ", "gongsi"])
def test_a_reader_by_sql_sees_what_the_person_sees_and_open_fields_alone(
    world: World, login: str, cluster, database: str
):
    import psycopg

    name = f"{login}_{world.district.id}"
    person = Person.objects.get(login=f"{login}-{world.district.id}")
    sql_readers.add(world.district, name, person.pk, None, 30)
    try:
        with psycopg.connect(
            cluster.dsn(database).app_url.replace("//hy_app@", f"//sql_{name}@"), autocommit=True
        ) as connection:
            text = "\n".join(
                str(connection.execute(f"select * from {ledger.replace('.', '_')}").fetchall()) for ledger in LEDGERS
            )
    finally:
        sql_readers.remove(world.district, name)
    seen = found(text.encode())
    assert seen["open"] == {(ledger, level) for ledger in LEDGERS for level in LEVELS if sees(login, ledger, level)}
    assert not (seen["inner"] or seen["private"] or seen["secret"])


@pytest.mark.parametrize("login", [one for one in STAFF if one not in INNER])
def test_neither_filter_nor_sort_tells_of_a_field_that_one_may_not_see(world: World, login: str):
    head = {
        "authorization": f"Bearer {tokens.make(world.district, world.actor(login), 'oracle', tokens.SCOPES, 30)[1]}"
    }
    browser = world.browser(login)
    for ledger in LEDGERS:
        for name, kind in (("inner", "inner"), ("caller", "private"), ("number", "secret")):
            right, nonsense = canary(ledger, "grid", kind), "zzzz"

            def asked(query: str, ledger: str = ledger) -> tuple[int, int, str]:
                call = Client().get(f"/api/v1/ledgers/{ledger}/records?{query}", headers=head)
                page = browser.get(f"/ledgers/{ledger}?{query}")
                return call.status_code, page.status_code, call.content.decode()

            assert asked(f"{name}={right}") == asked(f"{name}={nonsense}")
            assert asked(f"sort={name}")[0] >= 400
            assert browser.get(f"/ledgers/{ledger}?sort={name}").status_code != 200
            assert found(browser.get(f"/ledgers/{ledger}?q={right}").content)["open"] == set()


def test_a_look_stands_in_the_log_with_person_fields_and_reason(world: World):
    made = world.of(MATTER, "community")
    clerk = world.actor("shequ")
    answer = world.browser("shequ").post(f"/ledgers/{MATTER}/{made.code}/unmask", {"why": "回访诉求"})
    assert answer.status_code == 200
    from huying.engine import records

    look = unmasking.looks(world.district, records.get(world.district, clerk, MATTER, made.id))[-1]
    assert (look.person, look.why, set(look.fields)) == (clerk.person, "回访诉求", {"caller", "number"})


def test_the_auditor_reads_who_looked_at_whose_values_by_person_and_by_record_and_nobody_else_does(world: World):
    made, other = world.of(MATTER, "grid"), world.of(MATTER, "other_street")
    for login, one, why in (("shequ", made, "核实网格诉求"), ("fenghuang", other, "核实另一件")):
        assert world.browser(login).post(f"/ledgers/{MATTER}/{one.code}/unmask", {"why": why}).status_code == 200
    auditor = world.browser("shenji")
    page = auditor.get("/looks").content.decode()
    assert all(text in page for text in ("核实网格诉求", "核实另一件", made.code, other.code, "甲一", "称呼", "证件"))
    by_record = auditor.get(f"/looks?code={made.code}").content.decode()
    assert "核实网格诉求" in by_record and "核实另一件" not in by_record
    by_person = auditor.get("/looks?who=甲一").content.decode()
    assert "核实网格诉求" in by_person and "核实另一件" not in by_person
    assert "没有这样的查看" in auditor.get("/looks?who=无此人").content.decode()
    for login in STAFF:
        if login != "shenji":
            assert world.browser(login).get("/looks").status_code == 403
    assert world.browser("").get("/looks").status_code == 302
