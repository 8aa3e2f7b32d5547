"""The API, built once; where it is mounted, and its description."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI

from huying.api import acts, derived, ledgers, numbers, others, papers, problems, supervision, why
from huying.api.gate import StrictParser, guarded, method_guard

DESCRIPTION = """What the pages of Huying do, for programs. Sign in with a token that a person made for one of their posts
(`Authorization: Bearer hy_…`), or with the session of the pages (then writes need `X-CSRFToken`).
Every refusal is application/problem+json; `detail` is in the language that Accept-Language asks for (zh or en).
Every write bears an act's uuid: the same act sent again is done once and answered alike.
涉密的不能放这里。 Nothing classified belongs here: not in an answer, not in a photo."""

PREFIX = "api/v1/"
_NONE = HttpResponse()
FILE = {"type": "string", "format": "binary"}


class Api(NinjaAPI):
    """NinjaAPI whose description names the media types of refusals, of lines and of files."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """For routes that set headers on what ninja makes of their result; ours make their own answers."""
        return _NONE

    def get_openapi_schema(self, **_: Any) -> dict[str, Any]:
        schema = super().get_openapi_schema(path_prefix=f"/{PREFIX}")
        for methods in schema["paths"].values():
            for operation in methods.values():
                lines, files = operation.pop("x-lines", False), operation.pop("x-files", ())
                media = operation.pop("x-media", "application/x-ndjson" if lines else "")
                for status, response in operation["responses"].items():
                    if media and int(status) == 200:
                        response["content"] = {media: response["content"]["application/json"]}
                    if files and int(status) == 200:
                        response["content"] = {one: {"schema": FILE} for one in files}
                    if int(status) >= 400 and "application/json" in response.get("content", {}):
                        response["content"] = {problems.CONTENT_TYPE: response["content"]["application/json"]}
        return schema


def build_api() -> Api:
    """All routes, with one shape of refusal."""
    api = Api(
        title="Huying 呼应",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        parser=StrictParser(),
        urls_namespace="api-v1",
    )
    api.add_decorator(guarded, mode="view")
    problems.install(api)
    for module in (ledgers, acts, numbers, why, derived, others, papers, supervision):
        api.add_router("", module.router)
    return api


api = build_api()


def url_patterns() -> list[URLPattern]:
    """Every address below the API, and a 404 in our shape for all others."""
    patterns = [
        path(str(one.pattern), method_guard(one.callback), name=one.name)
        for one in api.urls[0]
        if not one.name or "root" not in one.name
    ]
    patterns.sort(key=lambda one: -str(one.pattern).count("/"))  # acts first; one of other length matches none of them
    return [*patterns, re_path(r"^.*$", problems.not_found)]


def description() -> str:
    """The OpenAPI description as text, in one fixed form."""
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"
