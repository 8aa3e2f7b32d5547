"""Calls by token go straight to their route: what stands before the pages (sessions, cookies, forms) has no part in them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver
from django.utils import translation
from django.utils.cache import patch_vary_headers

from huying.declare import nouns

PREFIX = "/api/v1/"


def straight(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: takes such a call past all that comes behind it, and answers as that would have."""
    resolver = get_resolver()

    def middleware(request: HttpRequest) -> HttpResponse:
        if "HTTP_AUTHORIZATION" not in request.META or not request.path_info.startswith(PREFIX):
            return get_response(request)
        try:
            match = resolver.resolve(request.path_info)
        except Resolver404:
            return get_response(request)
        request.get_host()  # refuses a host that is not ours
        language = translation.get_language_from_request(request)
        translation.activate(language)
        nouns.use({})
        request.LANGUAGE_CODE, request.resolver_match = language, match
        response = match.func(request, *match.args, **match.kwargs)
        if not response.streaming and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return middleware
