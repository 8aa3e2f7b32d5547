"""What a call that is wrong gets: one shape, the way out, never a 500."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from django.test import Client

from huying.api import callers
from huying.engine import database, tokens
from tests.api.conftest import CASES, Answer, Api
from tests.engine.small import actor_of


def assert_problem(answer: Answer, status: int, code: str) -> None:
    assert answer.kind == "application/problem+json", answer
    assert (answer.status, answer.body["status"], answer.body["code"]) == (status, status, code)
    assert answer.body["type"] == f"/docs/problems#{code}"
    assert answer.body["detail"] and answer.body["title"]


@pytest.mark.parametrize("token", ["", "hy_wrong", "x" * 5000])
def test_without_a_known_token_there_is_nothing(calm: Api, token: str):
    assert_problem(calm.get("/me", token=token), 401, "token.none")


def test_a_refusal_speaks_the_language_asked_for(api: Api):
    chinese = api.get("/me", token="", accept_language="zh-CN").body["detail"]
    english = api.get("/me", token="", accept_language="en").body["detail"]
    assert "令牌" in chinese and "Send a token" in english


def test_a_token_without_the_scope_says_which_and_how_to_get_it(api: Api):
    answer = api.post(CASES, {"step": "report"}, token=api.token("diaodu", "read"))
    assert_problem(answer, 403, "token.scope")
    assert "“act”" in answer.body["detail"] and "My tokens" in answer.body["detail"]


def test_a_post_without_the_right_says_which_and_how_to_get_it(api: Api):
    assert_problem(api.get("/ledgers/command.case/export", "hecha"), 403, "right.export")


def test_a_ledger_that_is_not_for_the_post_is_refused(api: Api):
    assert_problem(api.get(CASES, "guanli"), 403, "access.refused")


def test_a_revoked_token_is_refused_within_two_seconds_elsewhere_and_at_once_here(api: Api):
    actor = actor_of(api.district, "diaodu")
    token, text = tokens.make(api.district, actor, "short", ["read"], 1)
    assert api.get("/me", token=text).status == 200
    assert tokens.revoke(api.district, token.id, actor.person)
    assert_problem(api.get("/me", token=text), 401, "token.none")
    assert tokens.FRESH <= 5


def test_an_expired_token_is_refused(api: Api):
    token, text = tokens.make(api.district, actor_of(api.district, "diaodu"), "past", ["read"], 1)
    with database.owning() as query:
        query.run(
            "update hy.token set until = %s where district = %s and id = %s", [token.made_at, api.district.id, token.id]
        )
    assert_problem(api.get("/me", token=text), 401, "token.none")


def test_a_token_of_a_post_no_longer_held_is_refused(api: Api):
    token, text = tokens.make(api.district, actor_of(api.district, "longdong"), "left", ["read"], 1)
    with database.owning() as query:
        query.run(
            "update hy.holding set until = %s where district = %s and person = %s",
            [api.district.today(), api.district.id, token.person],
        )
    assert_problem(api.get("/me", token=text), 403, "token.post")


def test_a_token_of_someone_who_left_is_refused(api: Api):
    token, text = tokens.make(api.district, actor_of(api.district, "longdong"), "left", ["read"], 1)
    with database.owning() as query:
        query.run("update public.engine_person set active = false where id = %s", [token.person])
    assert_problem(api.get("/me", token=text), 401, "token.none")


def test_a_tokens_text_is_nowhere_in_the_database(api: Api):
    _, text = tokens.make(api.district, actor_of(api.district, "diaodu"), "secret", ["read"], 1)
    row = database.direct().row(
        "select t::text as all from hy.token t where title = 'secret' and district = %s", [api.district.id]
    )
    assert text not in row["all"] and text[3:] not in row["all"]


def test_too_many_calls_by_one_token_are_slowed(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(callers, "MOST", 3)
    answers = [api.get("/me", "hecha2") for _ in range(5)]
    assert [a.status for a in answers] == [200, 200, 200, 429, 429]
    assert_problem(answers[-1], 429, "token.too-many")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "route.none"),
        ("/ledgers/no.such", 404, "ledger.none"),
        (CASES + "/SX-none", 404, "record.none"),
        (CASES + "/00000000-0000-0000-0000-000000000000", 404, "record.none"),
        ("/indicators/no.such", 404, "indicator.none"),
        ("/commitments/no.such", 404, "commitment.none"),
        ("/flows/no.such", 404, "ledger.none"),
        (CASES + "?limit=201", 422, "input.invalid"),
        (CASES + "?limit=0", 422, "input.invalid"),
        (CASES + "?offset=99999999999999999999", 422, "input.invalid"),
        (CASES + "?sort=words%27", 422, "input.invalid"),
        (CASES + "?sort=where", 422, "input.invalid"),
        (CASES + "?where=1,2", 422, "parameter.unknown"),
        (CASES + "?phone=1", 422, "parameter.unknown"),
        (CASES + "?sort=phone", 422, "input.invalid"),
        (CASES + "?as_of=yesterday", 422, "input.invalid"),
        (CASES + "?as_of=0001-01-01T00:00:00%2B23:59", 422, "input.invalid"),
        (CASES + "?state=flying", 422, "input.invalid"),
        (CASES + "?unit=x", 422, "input.invalid"),
        (CASES + "?view=none", 422, "input.invalid"),
        (CASES + "?view=%C2%B2", 422, "input.invalid"),
        (CASES + "?category=", 422, "input.invalid"),
        (CASES + "?q=a", 422, "input.invalid"),
        (CASES + "?q=%00%00", 400, "text.broken"),
        (CASES + "/%00", 400, "text.broken"),
        ("/live?cursor=x", 422, "input.invalid"),
        ("/live?cursor=9999999999999999999.1", 422, "input.invalid"),
        ("/me?nonsense=1", 422, "parameter.unknown"),
        ("/indicators/command.cases_reported?from=x", 422, "input.invalid"),
        ("/indicators/command.cases_reported?from=2020-02-01&to=2020-01-01", 422, "input.invalid"),
        ("/indicators/command.cases_reported?split=phone", 422, "indicator.unanswerable"),
        ("/search", 422, "input.invalid"),
    ],
)
def test_a_wrong_address_or_parameter_is_refused(calm: Api, path: str, status: int, code: str):
    assert_problem(calm.get(path), status, code)


def test_an_unknown_parameter_is_refused_with_the_known_ones_named(api: Api):
    answer = api.get(CASES + "?colour=red")
    assert_problem(answer, 422, "parameter.unknown")
    assert "category" in answer.body["detail"] and "phone" not in answer.body["detail"]
    assert api.get("/live?x=1").body["detail"].endswith("Known: cursor")


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        (b"{", 400, "body.malformed"),
        (b"\xff", 400, "body.malformed"),
        (b'{"step": "report", "step": "x"}', 400, "body.malformed"),
        (b'{"step": NaN}', 400, "body.malformed"),
        (b"[" * 100_000, 400, "body.malformed"),
        (b"[]", 422, "input.invalid"),
        (b'"x"', 422, "input.invalid"),
        (b'{"step": "report", "answers": {"words": "\\u0000"}}', 400, "text.broken"),
        (b'{"step": "report", "answers": {"words": "\\ud800"}}', 400, "text.broken"),
        (b'{"step": "report", "answers": {"place": "\\u0000"}}', 400, "text.broken"),
        (b'{"step": "report", "colour": 1}', 422, "input.invalid"),
        (b'{"step": 1}', 422, "input.invalid"),
        (b'{"step": "report", "answers": 1}', 422, "input.invalid"),
        (b'{"step": "report", "answers": {}, "act": "x"}', 422, "input.invalid"),
        (b'{"step": "report", "answers": {"unit": 1e999999999}}', 422, "answers.invalid"),
        (
            b'{"step": "report", "answers": {"unit": 9999999999999999999999999999999999999999999}}',
            400,
            "body.malformed",
        ),
    ],
)
def test_a_wrong_body_is_refused(calm: Api, text: bytes, status: int, code: str):
    assert_problem(calm.post(CASES, None, text=text), status, code)


def test_a_body_that_is_not_json_or_too_large_is_refused(api: Api):
    assert_problem(api.post(CASES, None, text=b"a=b", kind="application/x-www-form-urlencoded"), 415, "body.not-json")
    assert_problem(api.post(CASES, None, text=b'{"step": "' + b"a" * 5_000_000 + b'"}'), 413, "body.too-large")


def test_a_method_that_an_address_does_not_take_is_refused(api: Api):
    answer = api.call("DELETE", CASES)
    assert_problem(answer, 405, "method.none")
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "POST"}


def test_a_session_may_read_and_needs_the_csrf_token_to_write(api: Api):
    client = Client(enforce_csrf_checks=True)
    person = actor_of(api.district, "diaodu").person
    from huying.engine.models import Person

    client.force_login(Person.objects.get(pk=person))
    assert client.get("/api/v1/me").status_code == 200
    body = {"step": "report", "answers": {"category": "road", "unit": api.area}}
    refused = client.post("/api/v1" + CASES, body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    token = "a" * 32
    client.cookies["csrftoken"] = token
    taken = client.post("/api/v1" + CASES, body, content_type="application/json", headers={"X-CSRFToken": token})
    assert taken.status_code == 201


def test_two_who_act_on_one_seq_are_told_apart(api: Api):
    code = api.report(category="street", unit=api.area).body["code"]
    answers: list[Answer] = []

    def act(login: str) -> None:
        answers.append(api.take(code, "dispatch", login, seen=1))
        connections.close_all()

    api.token("diaodu"), api.token("diaodu2")
    racers = [threading.Thread(target=act, args=(login,)) for login in ("diaodu", "diaodu2")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(a.status for a in answers) == [200, 409]
