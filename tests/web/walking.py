"""What the tests of the staff's pages share: who signs in, what they press."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.test import Client

from huying.engine import database, packs, people, places
from huying.engine.acts import Act, Outcome
from huying.engine.flows import take_step
from huying.engine.models import Person
from tests.engine.small import actor_of

LONGDONG = "440106018000"
CHEBEI = "440106003000"


def person(town: packs.District, login: str, language: str = "zh-hans") -> Client:
    """A browser in which that person has signed in. login: without the district's number."""
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(Person.objects.get(login=f"{login}-{town.id}"), "django.contrib.auth.backends.ModelBackend")
    return client


def area(town: packs.District, code: str = LONGDONG) -> int:
    return places.tree(town.id, town.today()).by_code[code].id


def report(town: packs.District, ledger: str = "command.case", **answers: Any) -> Outcome:
    """A resident's report, at the engine's door."""
    given = {
        "category": "street.bikes",
        "unit": area(town),
        "words": "倒了一片",
        "caller": "陈某",
        "phone": "13800000000",
    }
    return take_step(town, Act(ledger, "report", people.resident(town.id), {**given, **answers}))


def take(town: packs.District, login: str, ledger: str, step: str, record: UUID | None, **answers: Any) -> Outcome:
    extra = {k: answers.pop(k) for k in ("lead", "assist") if k in answers}
    return take_step(town, Act(ledger, step, actor_of(town, login), answers, record, **extra))


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's form of steps."""
    return dict(re.findall(r'<input type="hidden" name="(act|seen|form_path)" value="([^"]*)"', page))


def press(client: Client, url: str, **answers: Any):
    """Open a form, fill it in, send it."""
    page = client.get(url).content.decode()
    return client.post(url, {**form_of(page), **answers})


def post_of(town: packs.District, code: str) -> str:
    return str(database.direct().value("select id from hy.post where district = %s and code = %s", [town.id, code]))


def text_of(answer: Any) -> str:
    """A page's words, without its tags."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
