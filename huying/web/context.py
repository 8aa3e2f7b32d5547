"""What every view starts from: the district, who acts in which post, the language. One look-up each a request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from huying.declare import nouns
from huying.engine import packs, people, places

POST_KEY = "post"  # the session's chosen post


class Who:
    """Sets request.district, request.actor, request.tree and request.lang (`zh` or `en`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nouns.use({})
        request.lang = "zh" if (translation.get_language() or "zh").startswith("zh") else "en"
        if not request.path.startswith("/static/") and not _signs_itself(request):
            settle(request)
        return self.get_response(request)


def _signs_itself(request: HttpRequest) -> bool:
    """Whether the API will look up who calls, by the token sent."""
    return request.path.startswith("/api/") and "HTTP_AUTHORIZATION" in request.META


def settle(request: HttpRequest) -> None:
    """Look up the district and the actor again: after signing in, and after another post was chosen."""
    user = request.user
    known = packs.districts() if not user.is_authenticated else []
    number = user.district if user.is_authenticated else (known[0]["id"] if known else None)
    if number is None:
        request.district = request.tree = request.actor = None  # no district yet: only the welcome page answers
        return
    district = packs.current(number)
    today = district.today()
    nouns.use(district.words)
    request.district, request.tree = district, places.tree(district.id, today)
    if user.is_authenticated:
        posts = people.posts_of(district.id, user.pk, today)
        request.actor = people.actor(
            district.rules, request.tree, district.id, user.pk, user.name, posts, request.session.get(POST_KEY)
        )
    else:
        request.actor = people.resident(district.id)
