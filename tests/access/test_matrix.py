"""Every person at every entrance: what each may see is computed from one table (world.SEES), and nothing else is there."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern

from huying.engine import tokens
from huying.web import urls
from tests.access.entrances import OPERATIONS, PAGES, Entrance
from tests.access.looking import addresses, body, codes, found, photos, unknown
from tests.access.walls import LEDGERS
from tests.access.world import World
from tests.access.world_table import EXPORTS, INNER, LEVELS, PEOPLE, sees

NOTICE = "涉密的不能放这里".encode()
TAKES = re.compile(rb'<textarea|type="file"')
SHOWS = re.compile(rb'<form [^>]*action="[^"]*/(unmask|find)"')  # what is typed there only looks for something
AUDITOR = "shenji"
MISSING = "entrances that nobody has classified: say in tests/access/entrances.py what each may show"


def test_every_page_is_in_the_table_and_none_that_is_gone():
    there = {str(one.pattern) for one in urls.urlpatterns if isinstance(one, URLPattern)}
    assert set(PAGES) == there, MISSING


def test_every_operation_of_the_api_is_in_the_table_and_none_that_is_gone():
    from huying.api.build import build_api

    schema = build_api().get_openapi_schema()
    there = {f"{method} {path.removeprefix('/api/v1')}" for path, ways in schema["paths"].items() for method in ways}
    assert set(OPERATIONS) == there, MISSING


def wrong_in(world: World, login: str, url: str, content: bytes) -> list[str]:
    """What stands in an answer and may not."""
    said = []
    seen = found(content, url)
    allowed = {(ledger, level) for ledger in LEDGERS for level in LEVELS if sees(login, ledger, level)}
    said += [f"open of {one}" for one in seen["open"] - allowed]
    if not (login == AUDITOR and url.startswith("/looks")):  # which record it was is what an auditor asks
        said += [f"code of {one}" for one in codes(world, content, url) - allowed]
    said += [f"inner of {one}" for one in seen["inner"] - (allowed if login in INNER else set())]
    said += [f"photo of {one}" for one in photos(world, content, url) - {level for _, level in allowed}]
    said += [f"private of {one}" for one in seen["private"]] + [f"secret of {one}" for one in seen["secret"]]
    return [f"{login or 'nobody'} {url}: {one}" for one in said]


def ask(world: World, login: str, client: Client, entrance: Entrance, **headers: str) -> list[str]:
    """Everything wrong at an entrance for one person."""
    wrong: list[str] = []
    for template in entrance.urls:
        for url, made in addresses(world, template):
            answer = client.get(url, headers=headers)
            content = body(answer)
            if answer.status_code >= 500 and b"polars" not in content:
                wrong.append(f"{login or 'nobody'} {url}: {answer.status_code}")
            wrong += wrong_in(world, login, url, content)
            wrong += unsaid(login, url, content)
            if made and entrance.kind == "record":
                wrong += _of_record(world, login, client, url, made, answer.status_code, content, headers)
            elif entrance.kind == "list" and "=" not in url.replace("limit=", "").replace("as_of=", ""):
                wrong += _whole(login, url, answer.status_code, content)
    return wrong


def unsaid(login: str, url: str, content: bytes) -> list[str]:
    """A form into which text or files go, on a page that does not say that nothing secret belongs here."""
    forms = re.findall(rb'<form [^>]*method="post"[^>]*>.*?</form>', content, re.S)
    taking = [form for form in forms if TAKES.search(form) and not SHOWS.match(form)]
    said = NOTICE in content or url.startswith(("/signin", "/account"))
    return (
        [f"{login or 'nobody'} {url}: takes text or files and does not say that nothing secret belongs here"]
        if taking and not said
        else []
    )


def _of_record(world, login, client, url, made, status, content, headers) -> list[str]:
    """Whoever may see the record finds its words there; for others it is as if there were no such record."""
    if sees(login, made.ledger, made.level):
        step = url.split("?")[0].rsplit("/", 1)[1]
        missing = (made.ledger, made.level) not in found(content)["open"] and step in (
            made.code,
            str(made.id),
            "history",
        )
        return [f"{login} {url}: {status}, nothing shown"] if missing else []
    other = client.get(unknown(url, made), headers=headers)
    same = content.replace(made.code.encode(), b"#").replace(str(made.id).encode(), b"#")
    text = (
        body(other).replace(unknown(made.code, made).encode(), b"#").replace(unknown(str(made.id), made).encode(), b"#")
    )
    if other.status_code != status or _plain(text) != _plain(same):
        return [f"{login or 'nobody'} {url}: told from a record that is not there ({status}, {other.status_code})"]
    return []


def _plain(content: bytes) -> bytes:
    """Without what differs from page to page whatever is asked."""
    return re.sub(
        rb'(csrfmiddlewaretoken" value|nonce|name="act" value)="[^"]*"|"X-CSRFToken":\s*"[^"]*"', b"", content
    )


def _whole(login: str, url: str, status: int, content: bytes) -> list[str]:
    """The list has every record in reach."""
    ledger = next(one for one in LEDGERS if one in url)
    wanted = {(ledger, level) for level in LEVELS if sees(login, ledger, level)}
    if status != 200:
        refused = (
            not wanted
            or (login not in EXPORTS and "export" in url)
            or (login == "gongsi" and "edit" in url)
            or status == 501
        )
        return [] if refused else [f"{login} {url}: {status}"]
    missing = wanted - found(content)["open"]
    return [f"{login} {url}: lacks {one}" for one in missing]


@pytest.mark.parametrize("login", PEOPLE)
def test_no_page_shows_more_than_the_table_says(world: World, login: str):
    client = world.browser(login)
    wrong = [line for entrance in PAGES.values() for line in ask(world, login, client, entrance)]
    assert not wrong, "\n" + "\n".join(wrong[:60])


@pytest.mark.parametrize("login", [one for one in PEOPLE if one])
def test_no_operation_of_the_api_shows_more_than_the_table_says(world: World, login: str):
    _, token = tokens.make(world.district, world.actor(login), "matrix", tokens.SCOPES, 30)
    client = Client(raise_request_exception=False)
    wrong = [
        line for one in OPERATIONS.values() for line in ask(world, login, client, one, authorization=f"Bearer {token}")
    ]
    assert not wrong, "\n" + "\n".join(wrong[:60])


@pytest.mark.parametrize("pattern", [name for name, one in PAGES.items() if one.enters])
def test_where_something_is_entered_the_page_says_that_nothing_secret_belongs_there(world: World, pattern: str):
    said = []
    for login in (*PEOPLE, "zhujian", "ducha"):
        client = world.browser(login)
        for template in PAGES[pattern].urls:
            url = next(iter(addresses(world, template)))[0]
            content = body(client.get(url))
            said.append(NOTICE in content)
            assert not unsaid(login, url, content)
    assert any(said)


def test_the_description_of_the_api_and_every_command_that_takes_files_in_say_it_too():
    from huying import cli
    from huying.api.build import build_api

    schema = build_api().get_openapi_schema()
    assert "涉密" in schema["info"]["description"]
    taking = [name for name in cli.names() if getattr(cli.module(name), "TAKES_IN", False)]
    assert {"compare", "fill", "import", "ledger", "panel", "read"} <= set(taking)
    for name in taking:
        command = cli.parser(name)._subparsers._group_actions[0].choices[name]  # type: ignore[union-attr]
        assert "涉密" in command.format_help(), name
