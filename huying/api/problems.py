"""The one shape of every refusal: application/problem+json (RFC 9457), in the reader's language.

type        /docs/problems#<code>, a page that says more
code        words that never change
detail      what is wrong, and the way out
fields      field or parameter -> sentence, where single answers are at fault
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from huying.declare.kinds import say
from huying.engine.access import Refused
from huying.engine.decide import StepRefused

logger = logging.getLogger("huying.api")
CONTENT_TYPE = "application/problem+json"
# A refused step is 422, but for these.
STATUS_OF_STEP = {
    "record.none": 404,
    "step.unknown": 404,
    "step.not-yours": 403,
    "step.race": 409,
    "step.not-open": 409,
}


class Problem(Exception):
    """A refusal. detail and the sentences of fields are `中文 | English`."""

    def __init__(self, status: int, code: str, detail: str, fields: Mapping[str, str] | None = None):
        super().__init__(detail)
        self.status, self.code, self.detail, self.fields = status, code, detail, dict(fields or {})


def from_step(refused: StepRefused) -> Problem:
    """The problem that a refused step is."""
    return Problem(STATUS_OF_STEP.get(refused.code, 422), refused.code, refused.sentence, refused.fields)


def body_of(problem: Problem, lang: str) -> dict[str, Any]:
    """The problem as JSON, in one language (zh or en)."""
    return {
        "type": f"/docs/problems#{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": say(problem.detail, lang),
        "fields": {name: say(text, lang) for name, text in problem.fields.items()},
    }


def language() -> str:
    """zh or en, as Accept-Language asked."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def answer(problem: Problem) -> HttpResponse:
    """The response of a problem."""
    text = json.dumps(body_of(problem, language()), ensure_ascii=False)
    response = HttpResponse(text.encode("utf-8", "backslashreplace"), status=problem.status, content_type=CONTENT_TYPE)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def not_found(_request: HttpRequest, **_: Any) -> HttpResponse:
    """For every address below the API that no route has."""
    return answer(
        Problem(
            404,
            "route.none",
            "没有这个地址；全部地址见 /api/v1/openapi.json | "
            "There is no such address; /api/v1/openapi.json lists them all",
        )
    )


def not_allowed(allowed: str) -> HttpResponse:
    """For a method that an address does not take; allowed: as in the Allow header."""
    response = answer(Problem(405, "method.none", f"这个地址只接受 {allowed} | This address takes {allowed} only"))
    response["Allow"] = allowed
    return response


def install(api: NinjaAPI) -> None:
    """Make every exception of a route a problem."""
    handlers = {
        Problem: lambda error: error,
        StepRefused: from_step,
        Refused: lambda error: Problem(403, "access.refused", str(error)),
        ValidationError: _invalid,
        AuthenticationError: lambda _: unknown_caller(),
        HttpError: _http,
        Http404: lambda _: Problem(404, "route.none", "没有这个地址 | There is no such address"),
        RequestDataTooBig: lambda _: Problem(
            413, "body.too-large", "内容超过 4 MB，请分几次提交 | The body is above 4 MB; send it in parts"
        ),
        SuspiciousOperation: lambda _: Problem(400, "request.malformed", "请求写法不对 | The request is malformed"),
        UnreadablePostError: lambda _: Problem(
            400, "body.broken", "内容没有传完，请重发 | The body ended early; send it again"
        ),
        Exception: _unexpected,
    }
    for kind, make in handlers.items():
        api.add_exception_handler(kind, lambda _request, error, make=make: answer(make(error)))


def unknown_caller(detail: str = "") -> Problem:
    """401, with how to get a token."""
    return Problem(
        401,
        "token.none",
        detail
        or "请带上令牌：Authorization: Bearer …；在“我的令牌”页可以自己开 | "
        "Send a token: Authorization: Bearer …; make one for yourself on the page “My tokens”",
    )


def _http(error: HttpError) -> Problem:
    if isinstance(error.__cause__, Problem):  # what our own parser said of the body
        return error.__cause__
    return Problem(error.status_code, "request.malformed", "请求写法不对 | The request is malformed")


def _unexpected(error: Exception) -> Problem:
    logger.error("a route failed", exc_info=error)
    return Problem(
        500,
        "server.fault",
        "服务器出错了，已记入日志；请稍后再试 | The server failed, and the log says how; try again later",
    )


WORDS = {
    "missing": "缺这一项 | It is missing",
    "int_parsing": "应为整数 | It should be a whole number",
    "int_type": "应为整数 | It should be a whole number",
    "bool_parsing": "应为 true 或 false | It should be true or false",
    "bool_type": "应为 true 或 false | It should be true or false",
    "string_type": "应为文字 | It should be text",
    "dict_type": "应为对象 {…} | It should be an object {…}",
    "model_attributes_type": "应为对象 {…} | It should be an object {…}",
    "model_type": "应为对象 {…} | It should be an object {…}",
    "list_type": "应为列表 […] | It should be a list […]",
    "extra_forbidden": "没有这一项 | There is no such member",
    "uuid_parsing": "应为 UUID | It should be a UUID",
    "uuid_type": "应为 UUID | It should be a UUID",
}
BOUNDS = {
    "greater_than_equal": ("ge", "不能小于 {} | It cannot be below {}"),
    "less_than_equal": ("le", "不能大于 {} | It cannot be above {}"),
    "string_too_long": ("max_length", "最多 {} 字 | At most {} characters"),
    "string_too_short": ("min_length", "至少 {} 字 | At least {} characters"),
    "too_long": ("max_length", "最多 {} 项 | At most {} items"),
    "too_short": ("min_length", "至少 {} 项 | At least {} items"),
}


def _invalid(error: ValidationError) -> Problem:
    fields = {}
    for wrong in error.errors:
        path = [str(part) for part in wrong["loc"][1:]]
        if path[:1] in (["body"], ["filters"]) and len(path) > 1:
            path = path[1:]
        fields[".".join(path) or "body"] = _sentence(wrong)
    zh = "；".join(f"{name}：{say(text)}" for name, text in fields.items())
    en = "; ".join(f"{name}: {say(text, 'en')}" for name, text in fields.items())
    return Problem(422, "input.invalid", f"{zh} | {en}", fields)


def _sentence(wrong: Mapping[str, Any]) -> str:
    kind = wrong["type"]
    if kind in BOUNDS:
        name, text = BOUNDS[kind]
        return text.replace("{}", str((wrong.get("ctx") or {}).get(name, "")))
    if kind.startswith(("datetime", "date", "timezone")):
        return "写成 2020-06-11T14:30:00+08:00 这样 | Write it as 2020-06-11T14:30:00+08:00"
    return WORDS.get(kind, "写法不对 | It is malformed")
