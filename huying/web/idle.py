"""The idle clock: a session lives on while its person does something; a screen that only polls does not count."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLLS = ("/desk/changes", "/drafts", "/static/", "/photos/", "/api/")
RENEWED = 60  # seconds: a session is written at most this often for its own sake
KEY = "seen"


def renew(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: sets the session's end anew from this request on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            not request.path.startswith(POLLS)
            and "_auth_user_id" in request.session
            and time.time() - request.session.get(KEY, 0) > RENEWED
        ):
            request.session[KEY] = int(time.time())
        return get_response(request)

    return middleware
