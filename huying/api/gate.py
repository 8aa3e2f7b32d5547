"""What every call is checked for before its route runs: text that no table holds, parameters nobody knows, bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from ninja.operation import Operation
from ninja.parser import Parser

from huying.api.problems import Problem, answer, not_allowed

DEEPEST = 32
BROKEN = re.compile("[\0\ud800-\udfff]")
ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")  # what may be broken text once it is read


def guarded(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around the run of an operation: refuses NUL, broken text and unknown parameters."""
    operation: Operation = run.__self__
    known = sorted(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    )
    reads_filters = getattr(operation.view_func, "reads_filters", False)  # it looks at the parameters itself

    @wraps(run)
    def checked(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            if problem := _wrong(request, known, kwargs, reads_filters):
                return answer(problem)
        except Exception as error:
            return operation.api.on_exception(request, error)
        return run(request, **kwargs)

    return checked


def _wrong(request: HttpRequest, known: list[str], kwargs: dict[str, Any], reads_filters: bool) -> Problem | None:
    for text in kwargs.values():
        if isinstance(text, str) and not is_clean(text):
            return _unclean()
    if request.META.get("QUERY_STRING"):
        for name, values in request.GET.lists():
            if not all(map(is_clean, (name, *values))):
                return _unclean()
        if not reads_filters and (unknown := sorted(set(request.GET) - set(known))):
            return unknown_parameters(unknown, known)
    if request.method == "POST" and request.content_type != "application/json":
        return Problem(
            415, "body.not-json", "内容类型应为 application/json | The content type should be application/json"
        )
    return None


def unknown_parameters(unknown: list[str], known: list[str]) -> Problem:
    """The refusal of parameters, with those that are known."""
    shown, may = "、".join(unknown)[:200], "、".join(known)
    return Problem(
        422,
        "parameter.unknown",
        f"没有这个参数：{shown}。可用：{may or '（无）'} | "
        f"Unknown parameter: {', '.join(unknown)[:200]}. Known: {', '.join(known) or '(none)'}",
        {name[:80]: "没有这个参数 | Unknown parameter" for name in unknown},
    )


def is_clean(text: str) -> bool:
    """Whether PostgreSQL can hold the text: no NUL, no half of a surrogate pair."""
    return BROKEN.search(text) is None


def _unclean() -> Problem:
    return Problem(400, "text.broken", "含有 NUL 或残缺的字符 | It holds a NUL or half a character")


class StrictParser(Parser):
    """JSON as RFC 8259 has it: decimals exact, no NaN, no member twice, nothing that no table could hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            text = request.body.decode("utf-8")
            found = _JSON.decode(text)
            if ESCAPED.search(text):
                _check_deep(found)
        except (ValueError, RecursionError) as error:
            raise Problem(
                400, "body.malformed", f"不是正确的 JSON：{_short(error)} | It is not JSON: {_short(error)}"
            ) from None
        return found


def _short(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "UTF-8"
    return "depth" if isinstance(error, RecursionError) else str(error)[:120].replace(" | ", " ")


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if len(text) > 60 or not number.is_finite():
        raise ValueError(f"number {text[:20]}…")
    return number


def _whole(text: str) -> int:
    if len(text) > 40:
        raise ValueError(f"number {text[:20]}…")
    return int(text)


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for n, (name, _) in enumerate(pairs) if name in dict(pairs[:n]))
        raise ValueError(f"“{twice[:40]}” twice")
    return found


_JSON = json.JSONDecoder(parse_float=_decimal, parse_int=_whole, parse_constant=_no_constant, object_pairs_hook=_object)


def _check_deep(value: Any, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, str):
        if not is_clean(value):
            raise _unclean()
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_deep(name, depth)
            _check_deep(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_deep(inner, depth + 1)


def method_guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around the view of an address: says in our shape which methods it takes."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            return not_allowed(response["Allow"])
        return response

    checked.csrf_exempt = True  # a token needs none; callers.py checks it for sessions
    return checked
