"""Signing in: what is said, what is logged, what locks, what ends a session and what does not."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from huying.engine import database
from huying.engine.models import Person
from huying.web import idle, throttle
from huying.web.views import signin
from tests.web.walking import person, text_of

PASSWORD = "huying-demo-2020"


def sign_in(client: Client, login: str, password: str, **more):
    return client.post("/signin", {"login": login, "password": password, **more})


def log_of(login: str) -> list[dict]:
    return database.direct().rows("select person, ok, why, ip from hy.login_log where login = %s order by id", [login])


def test_the_right_password_opens_and_leads_back_to_where_one_was(town):
    answer = sign_in(Client(), f"diaodu-{town.id}", PASSWORD, next="/desk?late=1")
    assert (answer.status_code, answer["Location"]) == (302, "/desk?late=1")
    assert [row["ok"] for row in log_of(f"diaodu-{town.id}")] == [True]


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"])
def test_signing_in_never_leads_elsewhere(town, target):
    assert sign_in(Client(), f"diaodu-{town.id}", PASSWORD, next=target)["Location"] == "/work"


def test_the_sentence_does_not_tell_whether_the_login_exists(town):
    known = sign_in(Client(), f"diaodu-{town.id}", "不对")
    unknown = sign_in(Client(), f"nobody-{town.id}", "不对")
    assert known.status_code == unknown.status_code == 401
    assert text_of(known).replace(f"diaodu-{town.id}", "") == text_of(unknown).replace(f"nobody-{town.id}", "")
    assert "登录名或密码不对" in text_of(known)
    assert [row["person"] for row in log_of(f"nobody-{town.id}")] == [None]


def test_five_wrong_passwords_lock_the_login_even_for_the_right_one(town):
    login = f"ducha-{town.id}"
    for _n in range(signin.TRIES):
        assert sign_in(Client(), login, "不对").status_code == 401
    assert sign_in(Client(), login, PASSWORD).status_code == 429
    assert len(log_of(login)) == signin.TRIES, "what is refused unread is no try"
    assert sign_in(Client(), f"diaodu-{town.id}", PASSWORD).status_code == 302, "others are not locked out"


def test_one_address_cannot_try_login_after_login(town, monkeypatch):
    monkeypatch.setattr(signin, "FROM_ONE_ADDRESS", 3)
    for n in range(3):
        assert sign_in(Client(), f"x{n}-{town.id}", "不对").status_code == 401
    assert sign_in(Client(), f"diaodu-{town.id}", PASSWORD).status_code == 429
    throttle.forget()
    assert sign_in(Client(), f"diaodu-{town.id}", PASSWORD).status_code == 302


@pytest.mark.parametrize("login", ["", "a\0b", "字" * 5000, "' or 1=1 --"])
def test_hostile_logins_are_wrong_like_any_other(town, login):
    assert sign_in(Client(), login, "x").status_code == 401


def test_someone_who_left_cannot_sign_in(town):
    Person.objects.using("owner").filter(login=f"diaodu-{town.id}").update(active=False)
    assert sign_in(Client(), f"diaodu-{town.id}", PASSWORD).status_code == 401


def test_a_given_password_must_be_changed_before_anything_else(town):
    Person.objects.using("owner").filter(login=f"diaodu-{town.id}").update(must_change=True)
    client = Client()
    assert sign_in(client, f"diaodu-{town.id}", PASSWORD)["Location"] == "/account"
    assert client.get("/desk")["Location"] == "/account"
    for new, again, said in (
        ("1234567890", "1234567890", "数字"),
        ("short", "short", "10"),
        ("correct horse battery", "other horse battery", "两次输入的新密码不一样"),
    ):
        answer = client.post("/account", {"old": PASSWORD, "new": new, "again": again})
        assert answer.status_code == 422 and said in text_of(answer)
    assert (
        client.post("/account", {"old": "不对", "new": "a fine new phrase", "again": "a fine new phrase"}).status_code
        == 422
    )
    assert (
        client.post("/account", {"old": PASSWORD, "new": "a fine new phrase", "again": "a fine new phrase"}).status_code
        == 302
    )
    assert client.get("/desk").status_code == 200, "still signed in"
    assert sign_in(Client(), f"diaodu-{town.id}", "a fine new phrase")["Location"] == "/work"


def test_a_polling_screen_does_not_keep_a_session_alive_and_an_act_does(town, monkeypatch):
    client = person(town, "diaodu")
    client.get("/desk")
    first = client.session[idle.KEY]
    later = time.time() + 600
    monkeypatch.setattr(idle.time, "time", lambda: later)
    client.get("/desk/changes?cursor=x")
    assert client.session[idle.KEY] == first
    client.get("/work")
    assert client.session[idle.KEY] == int(later)


def test_signing_out_ends_the_session_and_needs_a_press(town):
    client = person(town, "diaodu")
    assert client.get("/signout").status_code == 405
    client.post("/signout")
    assert client.get("/work")["Location"].startswith("/signin")


def test_one_person_changes_between_own_posts_only(town):
    client = person(town, "diaodu")
    other = database.direct().value(
        "select id from hy.post where district = %s and code = 'ducha.supervisor'", [town.id]
    )
    with database.owning() as query:
        query.run(
            "insert into holding (district, post, person, since) values (%s, %s, %s, '2018-01-01')",
            [town.id, other, Person.objects.get(login=f"diaodu-{town.id}").pk],
        )
    assert "换岗" in text_of(client.get("/work"))
    client.post("/post", {"post": str(other)})
    assert f'value="{other}" selected' in client.get("/work").content.decode()
    client.post("/post", {"post": "999999"})
    client.post("/post", {"post": "²"})
    assert f'value="{other}" selected' in client.get("/work").content.decode()


def test_the_language_switch_is_kept_and_leads_back(town):
    client = person(town, "diaodu")
    answer = client.post("/language", {"language": "en", "next": "/desk"})
    assert answer["Location"] == "/desk" and "Dispatch desk" in text_of(client.get("/desk"))
    assert client.post("/language", {"language": "xx", "next": "//example.org"})["Location"] == "/"
    assert "派遣台" in text_of(client.get("/desk"))
