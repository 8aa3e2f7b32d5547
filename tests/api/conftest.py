"""`api`: a small district, its people's tokens, and a client that calls the API as one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from huying.engine import packs, places, tokens
from tests.engine.conftest import tianhe, tianhe_folder
from tests.engine.small import actor_of, load_small

__all__ = ["tianhe", "tianhe_folder"]
ROOT = "/api/v1"
CASES = "/ledgers/command.case/records"


@dataclass
class Answer:
    status: int
    body: Any
    kind: str
    headers: Any


@dataclass
class Api:
    """Calls as a person of the district (login without its number); tokens are made when first needed."""

    district: packs.District
    tokens: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    def token(self, login: str, *scopes: str) -> str:
        key = (login, scopes or tokens.SCOPES)
        if key not in self.tokens:
            _, self.tokens[key] = tokens.make(self.district, actor_of(self.district, login), "tests", key[1], 30)
        return self.tokens[key]

    def call(
        self,
        method: str,
        path: str,
        login: str = "diaodu",
        body: Any = None,
        /,
        *,
        token: str | None = None,
        text: bytes | None = None,
        kind: str = "application/json",
        **headers: str,
    ) -> Answer:
        token = self.token(login) if token is None else token
        sent = {"authorization": f"Bearer {token}", "accept-language": "en"} if token else {"accept-language": "en"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = text if text is not None else json.dumps(body).encode() if body is not None else b""
        response = Client(raise_request_exception=False).generic(
            method, ROOT + path, data, content_type=kind, headers=sent
        )
        is_json = "json" in response.get("Content-Type", "")
        return Answer(
            response.status_code,
            json.loads(response.content) if is_json else response.content,
            response.get("Content-Type", ""),
            response.headers,
        )

    def get(self, path: str, login: str = "diaodu", **more: Any) -> Answer:
        return self.call("GET", path, login, **more)

    def post(self, path: str, body: Any, login: str = "diaodu", **more: Any) -> Answer:
        return self.call("POST", path, login, body, **more)

    @property
    def area(self) -> str:
        """A street's code."""
        return next(u.code for u in places.tree(self.district.id, self.district.today()).of_kind("street"))

    def report(self, login: str = "diaodu", **answers: Any) -> Answer:
        asked = {"category": "road.surface", "unit": self.area} | answers
        return self.post(CASES, {"step": "report", "answers": asked}, login)

    def take(self, code: str, step: str, login: str = "diaodu", answers: Any = None, **more: Any) -> Answer:
        return self.post(f"{CASES}/{code}/steps", {"step": step, "answers": answers or {}} | more, login)


@pytest.fixture
def api(tianhe: packs.District) -> Api:
    return Api(tianhe)


@pytest.fixture(scope="module")
def calm(database: str, tmp_path_factory: pytest.TempPathFactory) -> Api:
    """One district for a whole module, for tests that change nothing."""
    return Api(load_small(tmp_path_factory.mktemp("calm")))
