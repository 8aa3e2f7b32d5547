"""The description of the API: stored, equal to what is built, and kept by every route."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from huying.api.build import api as built
from huying.api.build import description
from tests.api.conftest import Api
from tests.engine.tasking import issued

STORED = Path(__file__).with_name("openapi.json")


def test_the_stored_description_is_that_of_the_routes():
    assert STORED.read_text(encoding="utf-8") == description(), (
        "run: .venv/bin/python -m huying openapi > tests/api/openapi.json"
    )


def test_every_operation_declares_its_refusals_and_who_may_call():
    for path, methods in json.loads(description())["paths"].items():
        for method, operation in methods.items():
            assert {"400", "401", "403", "404", "422", "429"} <= set(operation["responses"]), (method, path)
            assert operation["security"] == [{"BearerToken": []}, {"SessionCookie": []}], (method, path)
            assert operation["description"], (method, path)


def test_every_route_refuses_strangers(calm: Api):
    for path, methods in json.loads(description())["paths"].items():
        for method in methods:
            address = path.removeprefix("/api/v1").replace("{", "").replace("}", "")
            answer = calm.call(method.upper(), address, token="hy_none", text=b"{}")
            assert answer.status == 401, (method, path)


schema = schemathesis.openapi.from_dict(built.get_openapi_schema(path_prefix="/api/v1/"))
schema.app = get_wsgi_application()


@pytest.fixture(scope="module")
def known(calm: Api) -> dict[str, Any]:
    """A token, and names that exist, so that calls get past the first check."""
    case = calm.report(words="围墙倒了").body
    return {
        "token": calm.token("diaodu"),
        "ledger": "command.case",
        "record": case["code"],
        "name": {
            "indicators": "command.cases_reported",
            "commitments": issued(calm.district).code,
            "flows": "command.case",
            "papers": "command.reply_sheet",
            "derived": "enterprises.gaps",
        },
    }


@schema.parametrize()
@settings(
    max_examples=15,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_the_answer_is_as_described(case: schemathesis.Case, known: dict[str, Any]):
    for name in ("ledger", "record", "name"):
        if name in case.path_parameters and zlib.crc32(repr(case.query).encode()) % 4:  # mostly what there is
            value = known[name]
            case.path_parameters[name] = value if isinstance(value, str) else value[case.path.split("/")[3]]
    response = case.call(headers={"Authorization": f"Bearer {known['token']}"})
    case.validate_response(
        response,
        checks=[not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance],
    )
